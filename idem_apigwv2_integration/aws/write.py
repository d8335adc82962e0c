"""Updates and deletes of resources. Nothing counts as deleted on a guess."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idem_apigwv2_integration.aws import errors, retry
from idem_apigwv2_integration.aws.operation import Collection, Operation
from idem_apigwv2_integration.resource.plan import Plan

if TYPE_CHECKING:
    from idem_apigwv2_integration.aws.account import Account

Payload = dict[str, Any]


async def update(account: Account, where: Collection, plan: Plan, waiter: retry.Waiter) -> Payload:
    """Change a resource as planned, and return AWS's response."""
    operation, resource_id = where.operations.update, (plan.live or {})["resource_id"]
    members = {**where.members, where.kind.id_member: resource_id, **plan.update_request}

    async def act(attempt: retry.Attempt) -> Payload:
        try:
            return await account.send(operation, attempt, members)
        except errors.NotFound:
            await _expect_gone(account, where, operation, resource_id, waiter)
            raise

    return await account.call(operation, members, waiter, act)


async def delete(account: Account, where: Collection, resource_id: str, waiter: retry.Waiter) -> bool:
    """Delete a resource, and return whether it existed.

    Raises:
        errors.CallFailed: It still exists, or it is unknown whether it does.
    """
    operation = where.operations.delete
    members = {**where.members, where.kind.id_member: resource_id}
    lost = False

    async def act(attempt: retry.Attempt) -> bool:
        nonlocal lost
        try:
            await account.send(operation, attempt, members)
        except errors.NotFound:
            await _expect_gone(account, where, operation, resource_id, waiter)
            # An attempt without a response may have deleted it.
            return lost
        except errors.CallFailed as failure:
            lost = lost or failure.may_have_happened
            raise
        return True

    async def recover() -> bool | None:
        gone = lost and await account.reader.one(where, resource_id, waiter) is None
        return True if gone else None

    existed = await account.call(operation, members, waiter, act, recover)
    account.endpoint.creates[where].deleted.add(resource_id)
    return existed


async def _expect_gone(
    account: Account, where: Collection, operation: Operation, resource_id: str, waiter: retry.Waiter
) -> None:
    """Fail unless a resource that an operation did not find is gone."""
    what = f"{where.kind.label} {resource_id}"
    try:
        payload = await account.reader.one(where, resource_id, waiter)
    except errors.CallFailed as failure:
        raise errors.unconfirmed(operation.name, what, failure) from None
    if payload is not None:
        raise errors.contradicted(operation.name, what, "a later read")

"""Applies a validated plan with one write, and compares AWS's response with the plan."""

import dataclasses
from typing import Any

from idem_apigwv2_integration.aws import account, retry, write
from idem_apigwv2_integration.resource import messages, plan, values
from idem_apigwv2_integration.resource.type import ResourceType


@dataclasses.dataclass
class Outcome:
    """The result of a write.

    Args:
        resource: The integration as it is in AWS now, in Idem's format.
        comment: What was done, a sentence each.
        unmet: A sentence for each parameter in which AWS's value differs from the declared one.
    """

    resource: dict[str, Any]
    comment: list[str]
    unmet: list[str]


async def create(
    account: account.Account,
    api_id: str,
    name: str | None,
    planned: plan.Plan,
    budget: retry.Budget,
) -> Outcome:
    """Create an integration.

    Args:
        account: Where the API is.
        api_id: The API.
        name: The Idem name; the integration's ID if there is none.
        planned: The validated plan.
        budget: The budget.

    Raises:
        errors.CallFailed: It was not created, or it is unknown whether it was.
    """
    parents = {"api_id": api_id}
    written = await write.create(account, planned.kind, parents, planned, budget)
    resource = values.from_aws(planned.kind, written.payload, parents, name)
    comment = [
        messages.created(resource["name"], dry_run=False),
        messages.identified(resource["resource_id"]),
        *written.notes,
    ]
    return Outcome(resource, comment, _unmet(planned, resource))


async def update(account: account.Account, planned: plan.Plan, budget: retry.Budget) -> Outcome:
    """Change an integration as planned; without a difference nothing is sent.

    Args:
        account: Where the API is.
        planned: The validated plan.
        budget: The budget.

    Raises:
        errors.CallFailed: It was not changed, or it is unknown whether it was.
    """
    live = planned.live or {}
    name, resource_id = live["name"], live["resource_id"]
    if planned.is_noop:
        return Outcome(live, [messages.found(name), messages.identified(resource_id)], [])
    parents = {"api_id": live["api_id"]}
    payload = await write.update(account, planned.kind, parents, planned, budget)
    resource = values.from_aws(planned.kind, payload, parents, name)
    changed = plan.differences(planned.kind, resource, live)
    comment = []
    if changed:
        comment = [
            messages.updated(name, dry_run=False),
            messages.identified(resource_id),
            *plan.describe_update(planned.kind, live, resource, dry_run=False),
        ]
    return Outcome(resource, comment, _unmet(planned, resource))


async def delete(
    account: account.Account,
    kind: ResourceType,
    api_id: str,
    name: str,
    resource_id: str,
    budget: retry.Budget,
) -> list[str]:
    """Delete an integration, and return what was done.

    Raises:
        errors.CallFailed: It still exists, or it is unknown whether it does.
    """
    existed = await write.delete(account, kind, {"api_id": api_id}, resource_id, budget)
    done = messages.deleted(name, dry_run=False) if existed else messages.absent(name)
    return [done, messages.identified(resource_id)]


def _unmet(planned: plan.Plan, resource: dict[str, Any]) -> list[str]:
    return [
        messages.unmet(name, planned.wanted.get(name), resource.get(name))
        for name in planned.unmet(resource)
    ]

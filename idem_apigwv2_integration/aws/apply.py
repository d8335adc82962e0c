"""Applies a validated plan with one write, and compares AWS's response with the plan."""

import dataclasses
from collections.abc import Callable
from typing import Any

from idem_apigwv2_integration.aws import account, writing
from idem_apigwv2_integration.resource import messages, plan, values


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
    claimed: Callable[[], set[str]],
) -> Outcome:
    """Create an integration.

    Args:
        account: Where the API is.
        api_id: The API.
        name: The Idem name; the integration's ID if there is none.
        planned: The validated plan.
        claimed: Returns the IDs of the API's integrations that others manage.

    Raises:
        errors.Failure: It was not created, or it is unknown whether it was.
    """
    parents = {"api_id": api_id}

    def is_equal(payload: dict[str, Any]) -> bool:
        return planned.equals_created(values.from_aws(planned.kind, payload, parents))

    written = await account.shared(writing.Writer).create(
        api_id, planned.create_request, is_equal=is_equal, claimed=claimed
    )
    resource = values.from_aws(planned.kind, written.payload, parents, name)
    comment = [
        messages.created(resource["name"], dry_run=False),
        messages.identified(resource["resource_id"]),
        *written.notes,
    ]
    return Outcome(resource, comment, _unmet(planned, resource))


async def update(account: account.Account, planned: plan.Plan) -> Outcome:
    """Change an integration as planned; without a difference nothing is sent.

    Args:
        account: Where the API is.
        planned: The validated plan.

    Raises:
        errors.Failure: It was not changed, or it is unknown whether it was.
    """
    live = planned.live or {}
    name, resource_id = live["name"], live["resource_id"]
    if planned.is_noop:
        return Outcome(live, [messages.found(name), messages.identified(resource_id)], [])
    payload = await account.shared(writing.Writer).update(
        live["api_id"], resource_id, planned.update_request
    )
    resource = values.from_aws(planned.kind, payload, {"api_id": live["api_id"]}, name)
    changed = plan.differences(planned.kind, resource, live)
    comment = []
    if changed:
        comment = [
            messages.updated(name, dry_run=False),
            messages.identified(resource_id),
            *plan.describe_update(planned.kind, live, resource, dry_run=False),
        ]
    return Outcome(resource, comment, _unmet(planned, resource))


async def delete(account: account.Account, api_id: str, name: str, resource_id: str) -> list[str]:
    """Delete an integration, and return what was done.

    Raises:
        errors.Failure: It still exists, or it is unknown whether it does.
    """
    existed = await account.shared(writing.Writer).delete(api_id, resource_id)
    done = messages.deleted(name, dry_run=False) if existed else messages.absent(name)
    return [done, messages.identified(resource_id)]


def _unmet(planned: plan.Plan, resource: dict[str, Any]) -> list[str]:
    return [
        messages.unmet(name, planned.wanted.get(name), resource.get(name))
        for name in planned.unmet(resource)
    ]

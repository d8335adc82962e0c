"""Applies a validated plan with one write, and compares AWS's response with the plan."""

import dataclasses
from collections.abc import Callable
from typing import Any

from idem_apigwv2_integration.gateway import account, writing
from idem_apigwv2_integration.resource import comments, convert, messages, plan


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
    given: dict[str, Any],
    protocol: str | None,
    claimed: Callable[[], set[str]],
) -> Outcome:
    """Create an integration.

    Args:
        account: Where the API is.
        api_id: The API.
        name: The Idem name; the integration's ID if there is none.
        given: The parameters, validated.
        protocol: The API's protocol; None if it is not known.
        claimed: Returns the IDs of the API's integrations that others manage.

    Raises:
        errors.Failure: It was not created, or it is unknown whether it was.
    """
    wanted = plan.wanted(given, None, protocol)
    equal = plan.as_created(given, protocol)

    def is_equal(payload: dict[str, Any]) -> bool:
        differing = plan.differences(equal, convert.from_aws(payload, api_id), protocol)
        # On a protocol that this version does not know, it is open what AWS fills in.
        return all(plan.is_placeholder(equal.get(name)) for name in differing)

    written = await account.shared(writing.Writer).create(
        api_id,
        convert.to_aws(wanted),
        is_equal=is_equal,
        claimed=claimed,
    )
    resource = convert.from_aws(written.payload, api_id, name)
    comment = [
        comments.created(resource["name"], dry_run=False),
        comments.identified(resource["resource_id"]),
        *written.notes,
    ]
    return Outcome(resource, comment, _unmet(given, wanted, resource))


async def update(
    account: account.Account, live: dict[str, Any], given: dict[str, Any], protocol: str | None
) -> Outcome:
    """Change an integration as given; without a difference nothing is sent.

    Args:
        account: Where the API is.
        live: The integration as it is.
        given: The parameters, validated.
        protocol: The API's protocol.

    Raises:
        errors.Failure: It was not changed, or it is unknown whether it was.
    """
    wanted = plan.wanted(given, live, protocol)
    name, resource_id = live["name"], live["resource_id"]
    if not plan.changes(wanted, live):
        return Outcome(live, [comments.found(name), comments.identified(resource_id)], [])
    payload = await account.shared(writing.Writer).update(
        live["api_id"], resource_id, plan.update_request(wanted, live, given, protocol)
    )
    resource = convert.from_aws(payload, live["api_id"], name)
    changed = plan.changes(resource, live)
    comment = []
    if changed:
        comment = [
            comments.updated(name, dry_run=False),
            comments.identified(resource_id),
            comments.parameters(changed, dry_run=False),
        ]
    return Outcome(resource, comment, _unmet(given, wanted, resource))


async def delete(account: account.Account, api_id: str, name: str, resource_id: str) -> list[str]:
    """Delete an integration, and return what was done.

    Raises:
        errors.Failure: It still exists, or it is unknown whether it does.
    """
    existed = await account.shared(writing.Writer).delete(api_id, resource_id)
    done = comments.deleted(name, dry_run=False) if existed else comments.absent(name)
    return [done, comments.identified(resource_id)]


def _unmet(given: dict[str, Any], wanted: dict[str, Any], resource: dict[str, Any]) -> list[str]:
    return [
        messages.unmet(name, wanted.get(name), resource.get(name))
        for name in plan.unmet(given, wanted, resource)
    ]

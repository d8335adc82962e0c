"""Questions that take more than one integration: listings, and updates that overlap."""

from __future__ import annotations

from typing import Any

from probe.apis import HTTP
from probe.questions import PROXY, Observation, Sequence, There, transcript
from probe.wire import Exchange

ROUNDS = 3
# How many updates are in flight, and how often that is tried.
IN_FLIGHT = {2: 5, 5: 3, 10: 2}


async def listing_after_write(there: There) -> Observation:
    """List the integrations right after a create, an update and a delete."""
    late = []
    api_id = there.apis.ids[HTTP]
    for number in range(ROUNDS):
        created = await there.create(HTTP, PROXY)
        if not created.accepted:
            return Observation(None, "CreateIntegration", transcript(created))
        resource_id = created.body["IntegrationId"]
        if resource_id not in (await _listed(there)):
            late.append("CreateIntegration")
        description = f"round {number}"
        await there.update(HTTP, created, {"Description": description})
        if (await _listed(there)).get(resource_id, {}).get("Description") != description:
            late.append("UpdateIntegration")
        await there.wire.call("DeleteIntegration", ApiId=api_id, IntegrationId=resource_id)
        if resource_id in (await _listed(there)):
            late.append("DeleteIntegration")
    return Observation(
        "late" if late else "at once",
        f"GetIntegrations right after a create, an update and a delete, {ROUNDS} times",
        {"late after": late},
    )


async def max_results_500(there: There) -> Observation:
    """List with the largest page that is known to be in use."""
    pages = [
        await there.wire.call("GetIntegrations", ApiId=there.apis.ids[HTTP], MaxResults="500"),
        await there.wire.call("GetApis", MaxResults="500"),
    ]
    answers = {"taken" if page.accepted else "refused" if page.refused else None for page in pages}
    # The report must not show the APIs of the account.
    response = {
        page.operation: {"status": page.status, "message": page.body.get("message")} for page in pages
    }
    return Observation(
        answers.pop() if len(answers) == 1 else None,
        "GetIntegrations and GetApis with a MaxResults of 500",
        response,
    )


async def overlapping_writes(there: There) -> Observation:
    """Update integrations of one API at the same moment, each update another integration."""
    api_id = there.apis.ids[HTTP]
    created = [await there.create(HTTP, PROXY) for _ in range(max(IN_FLIGHT))]
    ids = [exchange.body["IntegrationId"] for exchange in created if exchange.accepted]
    seen: dict[str, Any] = {}
    answered: list[Exchange] = []
    for size, rounds in IN_FLIGHT.items():
        there_were: list[Exchange] = []
        for number in range(rounds):
            there_were += await there.wire.together(
                [
                    ("UpdateIntegration",
                     {"ApiId": api_id, "IntegrationId": one, "Description": f"{size}, {number}"})
                    for one in ids[:size]
                ]
            )  # fmt: skip
        seen[str(size)] = {
            "sent": len(there_were),
            "conflicts": sum(exchange.conflicted for exchange in there_were),
            "other failures": sum(not one.accepted and not one.conflicted for one in there_were),
        }
        answered += there_were
    if len(ids) < max(IN_FLIGHT) or not any(exchange.accepted for exchange in answered):
        answer = None
    else:
        answer = "some" if any(exchange.conflicted for exchange in answered) else "none"
    request = "UpdateIntegration of 2, 5 and 10 integrations of one API at the same moment"
    return Observation(answer, request, seen)


async def _listed(there: There) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    async for page in there.wire.pages("GetIntegrations", ApiId=there.apis.ids[HTTP]):
        for item in page.body.get("Items", []):
            # The first page is the earliest: a later one may show what has been done meanwhile.
            found.setdefault(item["IntegrationId"], item)
    return found


SEQUENCES = {
    # First, while the API is all but empty and a listing is one page.
    "listing_after_write": Sequence(listing_after_write, ROUNDS * 6),
    "max_results_500": Sequence(max_results_500, 2),
    "overlapping_writes": Sequence(
        overlapping_writes,
        max(IN_FLIGHT) + sum(size * rounds for size, rounds in IN_FLIGHT.items()),
    ),
}

"""Deletes the integrations of a state, as far as the other states of the run allow it."""

from typing import Any

from idem_apigwv2_integration.aws import apply, checking, errors
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import arguments, bindings, messages
from idem_apigwv2_integration.run import identity, routes, run, state
from idem_apigwv2_integration.run.identity import Source

Result = dict[str, Any]


async def declared(this: state.State) -> Result:
    """Return the result of an ``absent`` state."""
    held = this.held
    # With --invert, Idem passes on what was written for `present`.
    unknown = [key for key in this.unknown if key not in INTEGRATION.settable]
    api_id = this.api_id or (held or {}).get("api_id")
    unresolved = this.run.unresolved({"api_id": api_id, "resource_id": this.resource_id})
    if this.resource_id and unresolved:
        return this.failed(held, held, [messages.unresolved(this.name, unresolved)])
    problems = arguments.check_absent(
        INTEGRATION, this.name, {"api_id": api_id}, this.resource_id, unknown
    )
    if problems:
        return this.failed(held, held, problems)
    try:
        result = await of_all(this, await identity.resolve(this, api_id))
        return result | {
            "comment": result["comment"] + arguments.describe_read_only(INTEGRATION, this.unknown)
        }
    except errors.CallFailed as failure:
        named, reason = this.resource_id, str(failure)
        return this.failed(held, held, [messages.not_deleted(named, reason) if named else reason])


async def of_all(this: state.State, managed: identity.Managed) -> Result:
    """Delete every integration that a state has ever managed and that still exists.

    Args:
        this: The state.
        managed: What it manages.
    """
    live = [resource for _, resource in managed.live]
    old = live[0] if live else None
    problems = managed.problems + _ambiguities(this, managed)
    if problems:
        known = old or this.held
        return this.failed(known, known, problems)
    comment: list[str] = []
    for resource in live:
        result = await _of_one(this, resource)
        comment += result["comment"]
        if not result["result"]:
            return result | {"comment": comment}
    if not live:
        gone = [known.resource_id for known in managed.gone]
        comment = [messages.absent(this.name)]
        comment += [messages.identified(*gone) if gone else messages.nothing_known()]
    if not this.dry_run and this.identity and this.step is None:
        # Idem itself removes the entry of the state's own tag only.
        this.run.forget(this.identity, run.CREATE_NEW, run.DELETE_OLD)
    return this.done(old, None, comment)


async def of_deposed(this: state.State, managed: identity.Managed) -> Result | None:
    """Delete the integration that an earlier run replaced and could not delete.

    Args:
        this: The state.
        managed: What it manages.

    Returns:
        The result of the deletion, or None if there is nothing to delete.
    """
    result = None
    for resource in managed.of(Source.DEPOSED):
        result = await _of_one(this, resource)
        resource_id = resource["resource_id"]
        if not result["result"]:
            reason = " ".join(result["comment"])
            return result | {"comment": [messages.still_deposed(resource_id, reason)]}
        result["comment"] = [messages.deposed(resource_id, this.dry_run)]
    if not this.dry_run and this.identity and this.deposed:
        this.run.forget(this.identity, run.DELETE_OLD)
    return result


def _ambiguities(this: state.State, managed: identity.Managed) -> list[str]:
    """Return why it is unclear which integration is to be deleted, a sentence each."""
    recorded = managed.of(Source.ESM, Source.DEPOSED)
    named = managed.of(Source.SLS)
    if named and recorded:
        return [messages.ambiguous(this.name, named + recorded)]
    return [
        messages.mistaken(this.name, known.api_id, known.resource_id, recorded)
        for known in managed.gone
        if known.source is Source.SLS
        and recorded
        and known.resource_id not in {one["resource_id"] for one in recorded}
    ]


async def _of_one(this: state.State, live: dict[str, Any]) -> Result:
    """Delete a live integration, or say why it can't be deleted."""
    api_id, resource_id = live["api_id"], live["resource_id"]
    if live.get("api_gateway_managed"):
        return _of_quick_created(this, live)
    problem = await _obstacle(this, live)
    if problem:
        return this.failed(live, live, [problem])
    if this.dry_run:
        return await _would_delete(this, live)
    try:
        comment = await apply.delete(
            this.account, INTEGRATION, api_id, this.name, resource_id, this.budget
        )
    except errors.CallFailed as failure:
        blocking = set(failure.routes) if isinstance(failure, errors.Blocked) else set()
        freed = routes.freed(this.run, this.identity, api_id, resource_id, blocking)
        reason = messages.not_deleted(resource_id, str(failure))
        return this.failed(live, live, [reason], pending=bool(freed))
    this.delete(live)
    return this.done(live, None, comment)


def _of_quick_created(this: state.State, live: dict[str, Any]) -> Result:
    """Wait for the deletion of the API, which deletes an integration of API Gateway's quick create."""
    if not routes.deletes_api(this.run, live["api_id"]):
        return this.failed(live, live, [messages.managed(live)])
    comment = [messages.with_its_api(live["resource_id"], live["api_id"], this.dry_run)]
    if this.dry_run:
        return this.done(live, None, comment)
    return this.failed(live, live, comment, pending=True)


async def _obstacle(this: state.State, live: dict[str, Any]) -> str | None:
    """Return why a replaced integration must not be deleted: its replacement can't be created."""
    if this.identity is None or this.step != "delete old":
        return None
    chunk, failed = this.run.replacement(this.identity)
    problems: list[str] = []
    if chunk:
        this.given = bindings.read_given(INTEGRATION.settable, chunk, chunk)
        report = await checking.check(
            this.account, INTEGRATION, chunk.get("api_id"), this.given, this.budget
        )
        problems = report.problems
    if not failed and not problems:
        return None
    reason = " ".join(problems) or "its replacement could not be created."
    return messages.not_deleted(live["resource_id"], reason)


async def _would_delete(this: state.State, live: dict[str, Any]) -> Result:
    """Return what a deletion would lead to: AWS refuses it while routes target the integration."""
    api_id, resource_id = live["api_id"], live["resource_id"]
    comment = [messages.deleted(this.name, dry_run=True), messages.identified(resource_id)]
    try:
        found = await this.reader.routes_to(api_id, resource_id, this.budget)
    except errors.CallFailed as failure:
        # A deletion needs no permission to read routes.
        this.delete(live)
        return this.done(live, None, [*comment, messages.routes_unseen(failure.what)])
    staying = found - routes.freed(this.run, this.identity, api_id, resource_id, found)
    if staying:
        return this.failed(live, live, [messages.in_use(resource_id, staying)])
    this.delete(live)
    return this.done(live, None, comment)

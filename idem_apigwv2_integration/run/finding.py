"""Finds the integration that a ``search`` state describes."""

from typing import Any

from idem_apigwv2_integration.aws import errors
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import arguments, messages, plan, values
from idem_apigwv2_integration.run import state

Result = dict[str, Any]


async def declared(this: state.State) -> Result:
    """Return the result of a ``search`` state."""
    this.skip_esm()
    wanted = {"api_id": this.api_id, "resource_id": this.resource_id, **this.given}
    unresolved = this.run.unresolved(wanted)
    if unresolved:
        return this.done(None, None, [messages.not_searched(unresolved)])
    unknown = [key for key in this.unknown if key not in INTEGRATION.settable]
    problems = this.nulls + arguments.check_search(
        INTEGRATION, this.name, {"api_id": this.api_id}, this.resource_id, this.given, unknown
    )
    if problems:
        return this.failed(None, None, problems)
    if this.dry_run and values.is_placeholder({this.api_id: this.resource_id or "", **this.given}):
        unread = {"name": this.name, "api_id": this.api_id, **this.given}
        unread["resource_id"] = this.resource_id or values.placeholder("resource_id")
        return this.done(unread, unread, [messages.search_later(this.name)])
    try:
        payloads = await _read(this)
    except errors.CallFailed as failure:
        if isinstance(failure, errors.NotFound):
            sentence = messages.missing_api(this.api_id, this.account.location[0])
            return this.failed(None, None, [sentence])
        return this.from_failure(None, failure)
    return _chosen(this, [_resource(this, one) for one in payloads])


async def _read(this: state.State) -> list[dict[str, Any]]:
    """Return the integrations among which the state searches."""
    parents = {"api_id": this.api_id}
    if not this.resource_id:
        return await this.reader.all(INTEGRATION, parents, this.budget)
    payload = await this.reader.one(INTEGRATION, parents, this.resource_id, this.budget)
    return [payload] if payload else []


def _resource(this: state.State, payload: dict[str, Any]) -> dict[str, Any]:
    return values.from_aws(INTEGRATION, payload, {"api_id": this.api_id}, this.name)


def _chosen(this: state.State, existing: list[dict[str, Any]]) -> Result:
    """Return the result of a search among the integrations that exist."""
    deleted = this.deleted(this.api_id)
    ids = {one["resource_id"] for one in deleted}
    # In a dry run, what the run would have deleted by now still exists.
    candidates = [one for one in existing if one["resource_id"] not in ids]
    matches = [one for one in candidates if plan.matches(INTEGRATION, this.given, this.read_only, one)]
    if len(matches) == 1:
        found = [messages.found(this.name), messages.identified(matches[0]["resource_id"])]
        return this.done(matches[0], matches[0], found)
    gone = [
        one["resource_id"]
        for one in deleted
        if this.resource_id in (None, "", one["resource_id"])
        and plan.matches(INTEGRATION, this.given, this.read_only, one)
    ]
    if not matches and gone:
        sentence = messages.found_deleted(gone)
        # Idem executes a search after the deletions of an inverted run: no state can depend on it.
        if this.run.inverted:
            return this.done(None, None, [sentence])
        return this.failed(None, None, [sentence])
    sentence = messages.no_single_match(this.api_id, this.resource_id, matches, candidates)
    return this.failed(None, None, [sentence])

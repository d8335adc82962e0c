"""Finds the resource that a ``search`` state describes, and describes all resources of an account."""

from typing import Any

from idem_apigwv2_integration.resource import matching, messages, plan, values
from idem_apigwv2_integration.resource.type import ResourceType
from idem_apigwv2_integration.run.state import Failed, Resource, State


async def search(state: State) -> list[str]:
    """Find the one resource that has what a state declares."""
    state.skip_esm()
    state.old = state.new = None
    declared = state.declared
    wanted = {**declared.ids, **declared.given}
    unresolved = values.first_binding(wanted) if state.run.inverted else None
    if unresolved:
        return [matching.not_searched(unresolved)]
    if problems := declared.check_search():
        raise Failed(*problems)
    if state.dry_run and values.is_open(wanted):
        resource_id = state.resource_id or values.placeholder("resource_id")
        state.old = state.new = {"name": state.name, **wanted, "resource_id": resource_id}
        return [matching.search_later(state.name)]
    if not state.resource_id:
        return _choose(state, await state.list_all())
    one = await state.get(declared.ids)
    return _choose(state, [one] if one else [])


def _choose(state: State, existing: list[Resource]) -> list[str]:
    """Choose from the resources that exist, and return what to say."""
    declared = state.declared

    def is_match(one: Resource) -> bool:
        return plan.matches(state.kind, declared.given, declared.read_only, one)

    deleted = [one for key, one in state.run.ledger.deleted.items() if key[:2] == state.place]
    ids = {one["resource_id"] for one in deleted}
    # In a dry run, what the run would have deleted by now still exists.
    candidates = [one for one in existing if one["resource_id"] not in ids]
    matches = [one for one in candidates if is_match(one)]
    if len(matches) == 1:
        state.old = state.new = matches[0]
        return [
            messages.found(state.kind, state.name),
            messages.identified(matches[0]["resource_id"]),
        ]
    gone = [
        one["resource_id"]
        for one in deleted
        if state.resource_id in (None, one["resource_id"]) and is_match(one)
    ]
    if matches or not gone:
        raise Failed(matching.no_single_match(state.kind, declared.ids, matches, candidates))
    # Idem executes a search after the deletions of an inverted run: no state can depend on it.
    if state.run.inverted:
        return [matching.found_deleted(gone)]
    raise Failed(matching.found_deleted(gone))


async def describe(hub, ctx, kind: ResourceType) -> dict[str, dict[str, Any]]:
    """Return all resources of an account as ``present`` states."""
    listed = await hub.exec[kind.name].list(ctx)
    found, unreadable = listed["ret"] or [], list(listed["comment"]) if not listed["result"] else []
    if listed["ret"] is None:
        unreadable = [messages.nothing_listed(" ".join(listed["comment"]))]
    if unreadable and not found:
        # Idem logs other exceptions, prints an empty account, and exits with 0. Where several resources
        # are described, it still has the others to print.
        if hub.OPT.idem.get("desc_glob") == kind.name:
            raise SystemExit(" ".join(unreadable))
        raise ConnectionError(" ".join(unreadable))
    for sentence in unreadable:
        hub.log.warning(sentence)
    described = {}
    for resource in found:
        taken = values.as_present(kind, resource)
        # `idem refresh` uses the output as it is, without rendering it.
        if getattr(hub, "SUBPARSER", None) == "describe":
            taken = values.as_template(taken)
        parameters = [{name: value} for name, value in taken.items()]
        described[values.described_name(kind, resource)] = {f"{kind.name}.present": parameters}
    return described

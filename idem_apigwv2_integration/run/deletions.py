"""What else the run deletes: the routes that block a deletion, and what contains a resource."""

from typing import Any

from idem_apigwv2_integration.resource.type import API, TYPE_PREFIX, Home, ResourceType
from idem_apigwv2_integration.run import record
from idem_apigwv2_integration.run.record import CREATE_NEW, DELETE_OLD, Record, Reference
from idem_apigwv2_integration.run.replace import Replacement

_ROUTE = f"{TYPE_PREFIX}route"


def freed(run: Record, replacement: Replacement, live: dict[str, Any], routes: set[str]) -> set[str]:
    """Return which of the routes that target a resource other states of the run delete or retarget."""
    if not routes or deletes_api(run, live["api_id"]):
        return set(routes)
    found: set[str] = set()
    later = _waiting_for(run, replacement)
    for chunk in _others(run, _ROUTE):
        if (chunk["state"], chunk["__id__"]) in later:
            continue
        held = _recorded(run, chunk)
        target = chunk.get("target") or held.get("target")
        ignored = "target" in (chunk.get("ignore_changes") or ())
        stays = ignored or target in (None, run.kind.target_of(live["resource_id"]))
        if chunk["fun"] == "absent" or not stays:
            found |= routes & {chunk.get("resource_id"), held.get("resource_id")}
    return found


def deletes_api(run: Record, api_id: str) -> bool:
    """Return whether a state of the run deletes an API, and with it all its routes and integrations."""
    return any(
        chunk["fun"] == "absent"
        and api_id in (chunk.get("resource_id"), _recorded(run, chunk).get("resource_id"))
        for chunk in _others(run, API)
    )


def deletes_parent(run: Record, kind: ResourceType, home: Home) -> bool:
    """Return whether the run deletes what contains a resource, and the resource with it.

    That is an integration or a route that is absent, is being replaced, or was replaced by an earlier
    run that could not delete it. What an API contains never moves.
    """
    parent = kind.parents[-1]
    if len(kind.parents) == 1:
        return False
    parent_type, parent_id = f"{kind.name.rpartition('.')[0]}.{parent.noun}", home[-1]
    for chunk in (*run.states, *run.added):
        if chunk["state"] != parent_type or not run.executes(chunk["__id__"]):
            continue
        suffix = "" if chunk["fun"] == "absent" else DELETE_OLD
        recorded = run.esm.get(record.esm_tag(chunk, suffix)) or {}
        named = chunk.get("resource_id") if chunk["fun"] == "absent" else None
        if parent_id in (named, recorded.get("resource_id")):
            return True
    return False


def _others(run: Record, kind: str) -> list[dict[str, Any]]:
    """Return the states of a type that the run executes: with ``--target`` it executes only some."""
    return [chunk for chunk in run.states if chunk["state"] == kind and run.executes(chunk["__id__"])]


def _recorded(run: Record, chunk: dict[str, Any]) -> dict[str, Any]:
    """Return the ESM entry of a state of any type, as Idem looks for it; once deleted, what it was."""
    tags = (record.esm_tag(chunk, suffix) for suffix in (CREATE_NEW, ""))
    held = next((run.esm[tag] for tag in tags if run.esm.get(tag)), None)
    return held or run.started(record.tag_of(chunk)).get("old_state") or {}


def _waiting_for(run: Record, replacement: Replacement) -> set[Reference]:
    """Return the states that Idem runs only after a state, directly or not."""
    own_id = replacement.identity.id
    waiting = {(run.kind.name, own_id + (DELETE_OLD if replacement.step else ""))}
    if replacement.deletes and replacement.progress()[0]:
        # A state that is bound to the replaced one uses the replacement.
        waiting.add((run.kind.name, own_id))
    return run.waiting_for(waiting)

"""What else the run deletes: the routes that block a deletion, and what contains a resource."""

from collections.abc import Iterable, Iterator
from typing import Any

from idem_apigwv2_integration.resource.type import API, TYPE_PREFIX, Home
from idem_apigwv2_integration.run import record
from idem_apigwv2_integration.run.record import CREATE_NEW, DELETE_OLD, Chunk, Record
from idem_apigwv2_integration.run.replace import Replacement

_ROUTE = f"{TYPE_PREFIX}route"


def freed(run: Record, replacement: Replacement, live: dict[str, Any], routes: set[str]) -> set[str]:
    """Return which of the routes that target a resource other states of the run delete or retarget."""
    if not routes or deletes(run, API, live["api_id"]):
        return set(routes)
    own_id = replacement.identity.id
    waiting = {(run.kind.name, own_id + (DELETE_OLD if replacement.step else ""))}
    if replacement.deletes and replacement.creation:
        # A state that is bound to the replaced one uses the replacement.
        waiting.add((run.kind.name, own_id))
    later = run.waiting_for(waiting)
    found: set[str] = set()
    # What a replacement deletes may have to wait for this deletion: only its own state counts.
    for chunk in _executed(run, _ROUTE, run.states):
        if (chunk["state"], chunk["__id__"]) in later:
            continue
        held = _recorded(run, chunk)
        target = chunk.get("target") or held.get("target")
        ignored = "target" in (chunk.get("ignore_changes") or ())
        stays = ignored or target in (None, run.kind.target_of(live["resource_id"]))
        if chunk["fun"] == "absent" or not stays:
            found |= routes & {chunk.get("resource_id"), held.get("resource_id")}
    return found


def deletes(run: Record, kind: str, resource_id: str) -> bool:
    """Return whether a state of the run deletes a resource, and with it all that it contains."""
    return any(
        chunk["fun"] == "absent"
        and resource_id in (chunk.get("resource_id"), _recorded(run, chunk).get("resource_id"))
        for chunk in _executed(run, kind, [*run.states, *run.added])
    )


def deletes_parent(run: Record, home: Home) -> bool:
    """Return whether the run deletes the integration or route that contains a response.

    That includes one that an earlier run replaced and could not delete. What an API contains never
    moves.
    """
    *outer, parent = run.kind.parents
    if not outer:
        return False
    kind, states = f"{TYPE_PREFIX}{parent.noun}", [*run.states, *run.added]
    replacing = [one for one in _executed(run, kind, states) if one["fun"] != "absent"]
    deposed = [run.esm.get(record.esm_tag(chunk, DELETE_OLD)) or {} for chunk in replacing]
    is_deposed = any(one.get("resource_id") == home[-1] for one in deposed)
    return is_deposed or deletes(run, kind, home[-1])


def _executed(run: Record, kind: str, states: Iterable[Chunk]) -> Iterator[Chunk]:
    """Yield those of a type that Idem executes: with ``--target`` it executes only some."""
    for chunk in states:
        if chunk["state"] == kind and run.executes(chunk["__id__"]):
            yield chunk


def _recorded(run: Record, chunk: Chunk) -> dict[str, Any]:
    """Return the ESM entry of a state of any type, as Idem looks for it; once deleted, what it was."""
    tags = (record.esm_tag(chunk, suffix) for suffix in (CREATE_NEW, ""))
    held = next((run.esm[tag] for tag in tags if run.esm.get(tag)), None)
    return held or run.started(record.tag_of(chunk)).get("old_state") or {}

"""A key that a resource of the run has, and that another state of the run declares.

AWS allows a key once in what contains the resource. So the other state has to wait until the resource is
deleted or gets another key.
"""

from typing import Any

from idem_apigwv2_integration.resource import matching
from idem_apigwv2_integration.run.chunks import CREATE_NEW, DELETE_OLD
from idem_apigwv2_integration.run.state import ExecFailed, State

Resource = dict[str, Any]


def wait_for(state: State, listed: list[Resource], holder: Resource) -> None:
    """Fail while another resource of the run has the key that a state declares.

    A dry run only fails if nothing in the run makes the key free, or one of the states that are to has
    failed by now. A run fails until it is free; Idem runs the state again.

    Args:
        state: The state.
        listed: All that is where the resource of the state is, or is to be.
        holder: The resource with the key.

    Raises:
        ExecFailed: It has the key.
    """
    kind, replacement = state.kind, state.replacement
    if state.run.ledger.deleter(state.key(holder)):
        # A listing may still show it.
        return
    if replacement.creates and replacement.replaced["resource_id"] == holder["resource_id"]:
        if replacement.step is None:
            raise ExecFailed([matching.key_of_replaced(kind, holder)])
        return
    owner, givers = _owner(state, holder), _giving_up(state, listed, holder)
    if not givers:
        raise ExecFailed([matching.key_kept(kind, holder, owner)])
    if not state.dry_run or any(map(state.run.has_ended_in_failure, givers)):
        raise ExecFailed([matching.key_awaited(kind, holder, owner)], pending=not state.dry_run)


def _giving_up(state: State, listed: list[Resource], holder: Resource) -> list[str]:
    """Return the states of the run that have to succeed before the key of a resource is free.

    The one that manages it deletes it, or changes its key to one that is free, or that the next one
    gives up. If the key does not become free, there are none.
    """
    if state.identity is None:
        return []
    name = state.kind.key or ""
    # A response of AWS may lack the key.
    holders = {one[name]: one for one in listed if name in one}
    givers: dict[Any, str] = {}
    key = holder[name]
    # These can't free a key before the state itself has run.
    waiting = {(state.kind.name, state.identity.id + (state.identity.step or ""))}
    while key in holders and key not in givers:
        owner = givers[key] = _owner(state, holders[key]) or ""
        waiting = state.run.waiting_for(waiting)
        if owner == state.identity.id or (state.kind.name, owner) in waiting:
            return []
        waiting.add((state.kind.name, owner))
        chunks = [one for one in state.run.managing if one["__id__"] == owner]
        chunk = chunks[0] if chunks and state.run.executes(owner) else {}
        if chunk.get("fun") == "absent":
            return list(givers.values())
        ignored = name in (chunk.get("ignore_changes") or ())
        key = key if ignored else chunk.get(name) or key
    return [] if key in givers else list(givers.values())


def _owner(state: State, resource: Resource) -> str | None:
    """Return the ID of the state of the run that manages a resource."""
    resource_id, run = resource["resource_id"], state.run
    for chunk in run.managing:
        if chunk.get("resource_id") == resource_id:
            return chunk["__id__"]
    recorded = run.recorded(state.kind.home(resource)).get(resource_id)
    if recorded is None:
        # A state of this run has created or adopted it, and the ESM does not have it yet.
        claimed = run.ledger.owner(state.key(resource))
        return claimed.id if claimed else None
    if run.is_declared(recorded):
        return recorded
    return recorded.removesuffix(CREATE_NEW).removesuffix(DELETE_OLD)

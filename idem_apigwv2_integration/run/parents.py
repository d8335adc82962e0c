"""What the other states of a run do to what contains a resource."""

from idem_apigwv2_integration.resource.type import Home, ResourceType
from idem_apigwv2_integration.run import chunks
from idem_apigwv2_integration.run.chunks import DELETE_OLD
from idem_apigwv2_integration.run.record import Record


def are_deleted(run: Record, kind: ResourceType, home: Home) -> bool:
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
        recorded = run.esm.get(chunks.esm_tag(chunk, suffix)) or {}
        named = chunk.get("resource_id") if chunk["fun"] == "absent" else None
        if parent_id in (named, recorded.get("resource_id")):
            return True
    return False

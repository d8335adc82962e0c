"""Which routes that are in the way of a deletion other states of the run take off in time."""

from typing import Any

from idem_apigwv2_integration.gateway import run

_API = "aws.apigatewayv2.api"
_ROUTE = "aws.apigatewayv2.route"
# What makes idem run a state after another.
_REQUISITES = ("arg_bind", "onchanges", "onchanges_any", "require", "require_any", "watch", "watch_any")


def freed(runs: run.Run, tag: str | None, api_id: str, resource_id: str, routes: set[str]) -> set[str]:
    """Return which of the routes that target an integration a state of the run may take off it.

    Args:
        runs: The run.
        tag: idem's tag of the state that deletes the integration.
        api_id(str): The API.
        resource_id(str): The integration.
        routes: The ids of the routes that target it.
    """
    found: set[str] = set()
    later = _waiting_for(runs, tag)
    for chunk in runs.data.get("low", []):
        kind, function = chunk["state"], chunk["fun"]
        if kind not in (_ROUTE, _API) or chunk["__id__"] in later or not _is_run(runs, chunk):
            continue
        held = _remembered(runs, chunk)
        ids = {chunk.get("resource_id"), held.get("resource_id")}
        if kind == _API:
            found |= routes if function == "absent" and api_id in ids else set()
            continue
        target = chunk.get("target") or held.get("target")
        ignored = "target" in (chunk.get("ignore_changes") or ())
        stays = ignored or target in (None, f"integrations/{resource_id}")
        if function == "absent" or not stays:
            found |= routes & ids
    return found


def _is_run(runs: run.Run, chunk: dict[str, Any]) -> bool:
    """Tell whether idem runs a state: with --target it runs only some."""
    own = chunk["__id__"].removesuffix(run.REPLACED).removesuffix(run.REPLACEMENT)
    return own in runs.data["high"]


def _remembered(runs: run.Run, chunk: dict[str, Any]) -> dict[str, Any]:
    """Return what the ESM holds of a state, as idem looks for it: a replacement comes first."""
    for identity in (chunk["__id__"] + run.REPLACEMENT, chunk["__id__"]):
        named = chunk.get("resource_name") or identity
        entry = runs.data["managed_state"].get(f"{chunk['state']}_|-{identity}_|-{named}_|-")
        if entry:
            return entry
    return {}


def _waiting_for(runs: run.Run, tag: str | None) -> set[str]:
    """Return the ids of the states that idem runs only after a state, directly or not."""
    # Inverted, idem goes the other way, and on where a state fails.
    if tag is None or runs.data.get("invert_state"):
        return set()
    waiting = {tag.split("_|-")[1]}
    if runs.replacement(tag)[0]:
        # What is bound to the replaced state gets what replaces it.
        waiting.add(str(run.replaced_by(tag)))
    while True:
        low = runs.data.get("low", [])
        more = {chunk["__id__"] for chunk in low if _required(chunk) & waiting} - waiting
        if not more:
            return waiting
        waiting |= more


def _required(chunk: dict[str, Any]) -> set[str]:
    """Return the ids of the states that a state names in its requisites."""
    found: set[str] = set()
    for requisite in _REQUISITES:
        for reference in chunk.get(requisite) or ():
            for named in reference.values() if isinstance(reference, dict) else ():
                # `require` has an id, a binding a list of maps by their ids.
                found |= {named} if isinstance(named, str) else {key for item in named for key in item}
    return found

"""What the other states of a run do to the routes that block the deletion of an integration."""

from typing import Any

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.run import run

_API = "aws.apigatewayv2.api"
_ROUTE = "aws.apigatewayv2.route"


def freed(
    this_run: run.Run, identity: run.Identity | None, api_id: str, resource_id: str, routes: set[str]
) -> set[str]:
    """Return which of the routes that target an integration other states of the run delete or retarget.

    Args:
        this_run: The run.
        identity: The state that deletes the integration.
        api_id(str): The API.
        resource_id(str): The integration.
        routes: The IDs of the routes that target it.
    """
    if deletes_api(this_run, api_id):
        return set(routes)
    found: set[str] = set()
    later = _waiting_for(this_run, identity)
    for chunk in _others(this_run, _ROUTE):
        if (chunk["state"], chunk["__id__"]) in later:
            continue
        held = _recorded(this_run, chunk)
        target = chunk.get("target") or held.get("target")
        ignored = "target" in (chunk.get("ignore_changes") or ())
        stays = ignored or target in (None, f"integrations/{resource_id}")
        if chunk["fun"] == "absent" or not stays:
            found |= routes & {chunk.get("resource_id"), held.get("resource_id")}
    return found


def deletes_api(this_run: run.Run, api_id: str) -> bool:
    """Return whether a state of the run deletes an API, and with it all its routes and integrations."""
    return any(
        chunk["fun"] == "absent"
        and api_id in (chunk.get("resource_id"), _recorded(this_run, chunk).get("resource_id"))
        for chunk in _others(this_run, _API)
    )


def _others(this_run: run.Run, kind: str) -> list[dict[str, Any]]:
    """Return the states of a type that the run executes: with ``--target`` it executes only some."""
    return [
        chunk
        for chunk in this_run.states
        if chunk["state"] == kind and this_run.executes(chunk["__id__"])
    ]


def _recorded(this_run: run.Run, chunk: dict[str, Any]) -> dict[str, Any]:
    """Return the ESM entry of a state of any type, as Idem looks for it."""
    tags = (run.esm_tag(chunk, suffix) for suffix in (run.CREATE_NEW, ""))
    return next((this_run.esm[tag] for tag in tags if this_run.esm.get(tag)), {})


def _waiting_for(this_run: run.Run, identity: run.Identity | None) -> set[run.Reference]:
    """Return the states that Idem runs only after a state, directly or not."""
    # With --invert, Idem runs them in the opposite order, and continues after a failure.
    if identity is None or this_run.inverted:
        return set()
    waiting = {(INTEGRATION.name, identity.id + (run.DELETE_OLD if identity.step else ""))}
    if identity.step == "delete old" and this_run.replacement(identity)[0]:
        # A state that is bound to the replaced one uses the replacement.
        waiting.add((INTEGRATION.name, identity.id))
    while True:
        more = {
            (chunk["state"], chunk["__id__"])
            for chunk in this_run.states
            if run.required(chunk) & waiting
        } - waiting
        if not more:
            return waiting
        waiting |= more

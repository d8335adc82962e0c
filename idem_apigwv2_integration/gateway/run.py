"""What the integration states of one idem run have to know of each other."""

import functools
from typing import Any

from idem_apigwv2_integration.gateway import gathering
from idem_apigwv2_integration.resource import check

_KEY = check.RESOURCE_TYPE
# What idem adds to the arguments of a state by itself, or takes for itself and passes on all the
# same; ``kwargs`` is what its recreate_on_update makes of a function that takes any arguments.
_KEYWORDS = {
    "halt_current_execution",
    "kwargs",
    "name_prefix",
    "recreation_flow",
    "sls_sources_path",
    "unique",
}
# What makes idem run a state after another.
_REQUISITES = ("arg_bind", "onchanges", "onchanges_any", "require", "require_any", "watch", "watch_any")
_API = "aws.apigatewayv2.api"
_ROUTE = "aws.apigatewayv2.route"
# What idem's recreate_on_update adds to the name of a state for the deletion of its old resource, and
# for the creation of the new one where that comes second.
_REPLACED = "_delete_old"
_REPLACEMENT = "_create_new"
_TAG = f"{check.RESOURCE_TYPE}_|-"


def of(hub, ctx) -> "Run":
    """Return the run that a context belongs to; outside of a run, one of its own."""
    data = hub.idem.RUNS.get(ctx.get("run_name")) if hasattr(hub.idem, "RUNS") else None
    if data is None:
        return Run({})
    if _KEY not in data:
        data[_KEY] = Run(data)
    return data[_KEY]


def arguments(keywords: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a state that the user gave, without those that are idem's."""
    return {key: value for key, value in keywords.items() if key not in _KEYWORDS}


def _required(chunk: dict[str, Any]) -> set[str]:
    """Return the ids of the states that a state names in its requisites."""
    found: set[str] = set()
    for requisite in _REQUISITES:
        for reference in chunk.get(requisite) or ():
            for named in reference.values() if isinstance(reference, dict) else ():
                # `require` has an id, a binding a list of maps by their ids.
                found |= {named} if isinstance(named, str) else {key for item in named for key in item}
    return found


def _replaced(tag: str | None) -> str | None:
    """Return the name of the state whose old resource a state deletes, if that is what it does."""
    identity = tag.split("_|-")[1] if tag else ""
    return identity.removesuffix(_REPLACED) if identity.endswith(_REPLACED) else None


class Run:
    """One run of idem.

    Args:
        data(dict): What idem keeps of the run: ``low`` (the states to run), ``running`` (those that
            it has started) and ``managed_state`` (the ESM).
    """

    def __init__(self, data: dict[str, Any]):
        self._data = data
        # The ESM as it was before any state of the resource ran.
        self._held = {
            tag: entry for tag, entry in data.get("managed_state", {}).items() if tag.startswith(_TAG)
        }
        self._taken: set[tuple[Any, str, str]] = set()
        self.gathering = gathering.Gathering(data, _TAG)

    def claim(self, account: Any, api_id: str, resource_id: str) -> None:
        """Note that a state of this run stands for an integration."""
        self._taken.add((account.place, api_id, resource_id))

    def claimed(self, account: Any, api_id: str) -> set[str]:
        """Return the ids of an API's integrations that a state of the run or the ESM stands for."""
        return {
            resource_id
            for place, api, resource_id in self._taken
            if (place, api) == (account.place, api_id)
        } | {resource_id for api, resource_id in self._reserved if api in (api_id, None)}

    @functools.cached_property
    def _reserved(self) -> set[tuple[str | None, str]]:
        """What the ESM and the SLS name: pairs of an API, None if not known yet, and an id."""
        entries = list(self._held.values())
        for chunk in self._data.get("low", []):
            if chunk["state"] == check.RESOURCE_TYPE and chunk["fun"] in ("present", "absent"):
                entries.append(chunk)
        return {
            (
                None if "${" in str(entry.get("api_id")) else str(entry.get("api_id")),
                entry["resource_id"],
            )
            for entry in entries
            if isinstance(entry.get("resource_id"), str) and entry["resource_id"]
        }

    def replaced_in(self, tag: str | None, resource_id: str) -> str | None:
        """Return the API of an integration that idem deletes because it replaces it.

        For ``recreate_on_update`` idem deletes the old resource with the *new* parameters. Where
        the API is among what changed, only the ESM's entry of the replaced state knows the old one.
        """
        replaced = _replaced(tag)
        for key, entry in self._held.items():
            same = key.split("_|-")[1].removesuffix(_REPLACEMENT) == replaced
            if same and entry.get("resource_id") == resource_id:
                return entry.get("api_id")
        return None

    def replacement(self, tag: str | None) -> tuple[dict[str, Any] | None, bool]:
        """Return what replaces an integration that idem deletes, and whether making it failed.

        Args:
            tag: idem's tag of the state that deletes.

        Returns:
            The arguments of the state that will make the replacement, if that is still to run, and
            whether the state that was to make it first has failed.
        """
        replaced = _replaced(tag)
        if replaced is None:
            return None, False
        for chunk in self._data.get("low", []):
            if chunk["state"] == check.RESOURCE_TYPE and chunk["__id__"] == replaced + _REPLACEMENT:
                return chunk, False
        started = [
            answer
            for key, answer in self._data["running"].items()
            if key.startswith(_TAG) and key.split("_|-")[1] == replaced
        ]
        return None, any(answer["result"] is False for answer in started)

    def freed(self, tag: str | None, api_id: str, resource_id: str, routes: set[str]) -> set[str]:
        """Return which of the routes that target an integration a state of the run may take off it.

        Args:
            tag: idem's tag of the state that deletes the integration.
            api_id(str): The API.
            resource_id(str): The integration.
            routes: The ids of the routes that target it.
        """
        found: set[str] = set()
        later = self._waiting_for(tag)
        for chunk in self._data.get("low", []):
            kind, function = chunk["state"], chunk["fun"]
            if kind not in (_ROUTE, _API) or chunk["__id__"] in later or not self._runs(chunk):
                continue
            held = self._remembered(chunk)
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

    def _runs(self, chunk: dict[str, Any]) -> bool:
        """Tell whether idem runs a state: with --target it runs only some."""
        own = chunk["__id__"].removesuffix(_REPLACED).removesuffix(_REPLACEMENT)
        return own in self._data["high"]

    def _remembered(self, chunk: dict[str, Any]) -> dict[str, Any]:
        """Return what the ESM holds of a state, as idem looks for it: a replacement comes first."""
        for identity in (chunk["__id__"] + _REPLACEMENT, chunk["__id__"]):
            named = chunk.get("resource_name") or identity
            entry = self._data["managed_state"].get(f"{chunk['state']}_|-{identity}_|-{named}_|-")
            if entry:
                return entry
        return {}

    def _waiting_for(self, tag: str | None) -> set[str]:
        """Return the ids of the states that idem runs only after a state, directly or not."""
        low = self._data.get("low", [])
        # Inverted, idem goes the other way, and on where a state fails.
        if tag is None or self._data.get("invert_state"):
            return set()
        waiting = {tag.split("_|-")[1]}
        if self.replacement(tag)[0]:
            # What is bound to the replaced state gets what replaces it.
            waiting.add(str(_replaced(tag)))
        while True:
            more = {chunk["__id__"] for chunk in low if _required(chunk) & waiting} - waiting
            if not more:
                return waiting
            waiting |= more

    def remembers(self, tag: str | None, resource: dict[str, Any]) -> bool:
        """Tell whether the ESM holds an integration under a state's own name just as it is."""
        started = self._data.get("running", {}).get(tag)
        return bool(started) and self._data["managed_state"].get(started["esm_tag"]) == resource

    def order(self, tag: str | None) -> int:
        """Return the place of a state in the order of the SLS."""
        return self._data.get("running", {}).get(tag, {}).get("__run_num", 0)

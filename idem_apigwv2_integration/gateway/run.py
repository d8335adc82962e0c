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
# What idem's recreate_on_update adds to the name of a state for the deletion of its old resource, and
# for the creation of the new one where that comes second.
REPLACED = "_delete_old"
REPLACEMENT = "_create_new"
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


def replaced_by(tag: str | None) -> str | None:
    """Return the name of the state whose old resource a state deletes, if that is what it does."""
    identity = tag.split("_|-")[1] if tag else ""
    return identity.removesuffix(REPLACED) if identity.endswith(REPLACED) else None


class Run:
    """One run of idem.

    Args:
        data(dict): What idem keeps of the run: ``low`` (the states to run), ``running`` (those that
            it has started) and ``managed_state`` (the ESM).
    """

    def __init__(self, data: dict[str, Any]):
        self.data = data
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
        for chunk in self.data.get("low", []):
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
        replaced = replaced_by(tag)
        for key, entry in self._held.items():
            same = key.split("_|-")[1].removesuffix(REPLACEMENT) == replaced
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
        replaced = replaced_by(tag)
        if replaced is None:
            return None, False
        for chunk in self.data.get("low", []):
            if chunk["state"] == check.RESOURCE_TYPE and chunk["__id__"] == replaced + REPLACEMENT:
                return chunk, False
        started = [
            answer
            for key, answer in self.data["running"].items()
            if key.startswith(_TAG) and key.split("_|-")[1] == replaced
        ]
        return None, any(answer["result"] is False for answer in started)

    def remembers(self, tag: str | None, resource: dict[str, Any]) -> bool:
        """Tell whether the ESM holds an integration under a state's own name just as it is."""
        started = self.data.get("running", {}).get(tag)
        return bool(started) and self.data["managed_state"].get(started["esm_tag"]) == resource

    def order(self, tag: str | None) -> int:
        """Return the place of a state in the order of the SLS."""
        return self.data.get("running", {}).get(tag, {}).get("__run_num", 0)

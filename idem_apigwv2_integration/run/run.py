"""One run of Idem: its states, the enforced state (ESM), and which state manages which integration.

This is the only module that reads Idem's own record of a run, ``hub.idem.RUNS``.
"""

import collections
import dataclasses
from typing import Any

from idem_apigwv2_integration.aws import retry
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import bindings, values

_KEY = INTEGRATION.name
# Arguments that Idem adds to a state by itself, or uses itself and still passes on; ``kwargs`` is what
# its recreate_on_update derives from the signature of a function that takes any keyword.
_KEYWORDS = {
    "halt_current_execution",
    "kwargs",
    "name_prefix",
    "recreation_flow",
    "sls_sources_path",
    "unique",
}
# The suffixes that recreate_on_update adds to a state's ID: for the deletion of the old integration, and
# for the creation of the new one if that comes second.
DELETE_OLD = "_delete_old"
CREATE_NEW = "_create_new"

# What makes Idem run a state after another.
_REQUISITES = ("arg_bind", "onchanges", "onchanges_any", "require", "require_any", "watch", "watch_any")

# A state's type and ID: one ID may have states of several types.
Reference = tuple[str, str]

# Region and endpoint, API ID, integration ID. An API's ID is part of its host name, so it is unique in
# its Region, whatever the credentials.
Key = tuple[tuple[str, str], str, str]


def arguments(keywords: dict[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments that the user wrote, without those that Idem adds."""
    return {key: value for key, value in keywords.items() if key not in _KEYWORDS}


def esm_tag(chunk: dict[str, Any], suffix: str = "") -> str:
    """Return the key of a state's entry in the ESM; with a suffix, of a replacement's part."""
    state_id = chunk["__id__"] + suffix
    return f"{chunk['state']}_|-{state_id}_|-{chunk.get('resource_name') or state_id}_|-"


def required(chunk: dict[str, Any]) -> set[Reference]:
    """Return the states that a state names in its requisites."""
    found: set[Reference] = set()
    for requisite in _REQUISITES:
        references = chunk.get(requisite)
        for reference in references if isinstance(references, list) else ():
            for kind, named in reference.items() if isinstance(reference, dict) else ():
                # `require` has an ID, a binding a list of maps by ID. Idem reports what is neither.
                items = named if isinstance(named, list) else [{named: None}]
                ids = [key for item in items if isinstance(item, dict) for key in item]
                found |= {(kind, one.partition("[")[0]) for one in ids if isinstance(one, str)}
    return found


@dataclasses.dataclass(frozen=True)
class Identity:
    """Which state of a run is executing.

    Args:
        id: The state's ID in the SLS, without the suffixes of recreate_on_update.
        name: The name that distinguishes states of one ID (``names``); the ID otherwise.
        function: ``present``, ``absent`` or ``search``; ``present`` for all parts of a replacement.
        step: Which part of a replacement it is: ``delete old``, ``create new``, or None.
    """

    id: str
    name: str
    function: str
    step: str | None = None

    def esm_tag(self, suffix: str = "") -> str:
        """Return the key of the state's entry in the ESM; with a suffix, of a replacement's part."""
        name = self.id + suffix if suffix and self.name == self.id else self.name
        return f"{INTEGRATION.name}_|-{self.id}{suffix}_|-{name}_|-"


class Run:
    """What the integration states of one run know about it.

    Args:
        data(dict): Idem's record of the run: ``low`` (the states to run), ``high`` (the SLS),
            ``running`` (the states started so far) and ``managed_state`` (the ESM).
    """

    def __init__(self, data: dict[str, Any]):
        self.data = data
        self._owners: dict[Key, Identity] = {}
        self.outages = retry.Outages()
        self._proposals: dict[Key, list[tuple[int, Identity]]] = collections.defaultdict(list)
        # What a state created: Idem may run it again as if it had to create once more.
        self.created: dict[Identity, tuple[str, str]] = {}
        # What absent states deleted, or would have in a run.
        self.deleted: dict[Key, tuple[Identity, dict[str, Any]]] = {}
        # The results of the states that failed for good, by tag.
        self.failures: dict[str, dict[str, Any]] = {}

    @property
    def esm(self) -> Any:
        """The ESM: entries by tag."""
        return self.data.get("managed_state", {})

    @property
    def inverted(self) -> bool:
        """Whether Idem executes ``absent`` for ``present`` and the reverse, in the opposite order."""
        return bool(self.data.get("invert_state"))

    @property
    def states(self) -> list[dict[str, Any]]:
        """The states of the run, of all resource types."""
        return self.data.get("low", [])

    def identity(self, tag: str | None, keywords: dict[str, Any]) -> Identity | None:
        """Return the identity of the state that Idem calls with a tag and keyword arguments.

        Whether it is a part of a replacement is known from the states that Idem added to the run: an ID
        of the SLS may end like that of a part.
        """
        parts = (tag or "").split("_|-")
        if len(parts) != 4 or parts[0] != INTEGRATION.name:
            return None
        _, own_id, name, function = parts
        added = any(tag == f"{esm_tag(chunk)}{function}" for chunk in self._added())
        # Idem passes `kwargs` to a deletion that it added, and to no state of the SLS.
        if added and own_id.endswith(DELETE_OLD) and "kwargs" in keywords:
            own_id = own_id.removesuffix(DELETE_OLD)
            return Identity(own_id, own_id, "present", "delete old")
        if added and own_id.endswith(CREATE_NEW) and not self._declared(own_id):
            name = name.removesuffix(CREATE_NEW)
            return Identity(own_id.removesuffix(CREATE_NEW), name, "present", "create new")
        return Identity(own_id, name, function)

    def collision(self, identity: Identity) -> str | None:
        """Return an ID that another state has, and that Idem gives to a part of the replacement."""
        parts = (suffix for suffix in (CREATE_NEW, DELETE_OLD) if self._is_other(identity, suffix))
        return next((identity.id + suffix for suffix in parts), None)

    def unresolved(self, arguments: dict[str, Any]) -> str | None:
        """Return an argument binding among a state's arguments that Idem has not resolved.

        In an inverted run, Idem executes a state before those that it refers to.
        """
        return bindings.first_binding(arguments) if self.inverted else None

    def failed_dependents(self, tag: str | None) -> list[dict[str, Any]]:
        """Return the states that require a state and failed."""
        reference = tuple((tag or "").split("_|-")[:2])
        running = self.data.get("running", {})
        return [
            chunk
            for chunk in self.states
            if reference in required(chunk)
            and running.get(f"{esm_tag(chunk)}{chunk['fun']}", {}).get("result") is False
        ]

    def propose(self, key: Key, owner: Identity, order: int) -> None:
        """Record that a state is about to claim an integration, before it reads it.

        Of states that read at the same moment, the first in the SLS becomes the owner, in a dry run as
        in a run.
        """
        self._proposals[key].append((order, owner))

    def claim(self, key: Key, owner: Identity) -> Identity | None:
        """Record that a state manages an integration; return the state that already does, if another."""
        if key not in self._owners:
            proposed = sorted(self._proposals[key], key=lambda proposal: proposal[0])
            self._owners[key] = proposed[0][1] if proposed else owner
        first = self._owners[key]
        return None if first == owner else first

    def claimed(self, location: tuple[str, str], api_id: str) -> set[str]:
        """Return the IDs of an API's integrations that a state of the run manages."""
        return {key[2] for key in self._owners if key[:2] == (location, api_id)}

    def named(self) -> set[str]:
        """Return the integration IDs that the SLS gives to states of the run."""
        ids = [chunk.get("resource_id") for chunk in self._integrations()]
        return {one for one in ids if isinstance(one, str) and one}

    def written(self, tag: str | None) -> dict[str, Any] | None:
        """Return the arguments of a state as the SLS has them; None if it is no state of the run."""
        return next(iter(self._chunks(tag)), None)

    def names_id(self, tag: str | None) -> bool:
        """Return whether the SLS gives a state a ``resource_id``; otherwise Idem passes the ESM's."""
        chunks = self._chunks(tag)
        return not chunks or any(str(chunk.get("resource_id") or "").strip() for chunk in chunks)

    def entries(self, identity: Identity, resource_id: str | None) -> list[dict[str, Any]]:
        """Return the ESM entries of a state, the one that Idem uses first.

        An entry ``ID_create_new`` is the state's own if an earlier version of this plugin, or idem-aws,
        replaced the integration.

        Args:
            identity: The state.
            resource_id: The integration that Idem deletes, if the state deletes a replaced one.
        """
        suffixes = [""] if self._is_other(identity, CREATE_NEW) else [CREATE_NEW, ""]
        own = [self.esm.get(identity.esm_tag(suffix)) or {} for suffix in suffixes]
        if identity.step == "delete old":
            # Idem does not pass which of the states of one ID it replaces the integration of.
            ids = {identity.id + suffix for suffix in (*suffixes, DELETE_OLD)}
            own = [
                entry
                for tag, entry in self._entries()
                if tag.split("_|-")[1] in ids and entry.get("resource_id") == resource_id
            ] or own
        return [entry for entry in own if entry.get("resource_id") and entry.get("api_id")]

    def namesake(self, identity: Identity) -> dict[str, Any] | None:
        """Return the ESM entry of another state, called ``ID_create_new``, that Idem uses."""
        entry = self.esm.get(identity.esm_tag(CREATE_NEW))
        return entry if entry and self._is_other(identity, CREATE_NEW) else None

    def own_arguments(
        self, tag: str | None, identity: Identity, passed: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the arguments of a state as the SLS and its own ESM entry give them.

        Idem may take them from the ESM entry of another state, and drops those of a state that has
        requisites in an inverted run.

        Args:
            tag: The tag of the state.
            identity: The state.
            passed: The arguments as Idem passes them.
        """
        chunk = self.written(tag)
        if chunk is None:
            return passed
        if self.inverted:
            names = [name for name in ("api_id", "resource_id") if not passed.get(name)]
            passed = passed | {name: chunk.get(name) for name in names}
        if not self.namesake(identity):
            return passed
        entry = self.esm.get(identity.esm_tag()) or {}
        kept = {name for name, value in chunk.items() if value is not None}
        kept |= set(chunk.get("ignore_changes") or ())
        # Idem prefers the recorded name to an ID, and a recorded resource_id to an empty one.
        kept -= {"name"} if chunk["name"] == chunk["__id__"] else set()
        kept -= set() if chunk.get("resource_id") else {"resource_id"}
        own = {
            name: passed.get(name) if name in kept else entry.get(name) for name in {**passed, **entry}
        }
        return own | {"name": own.get("name") or chunk["name"]}

    def replaced(self, identity: Identity) -> dict[str, Any] | None:
        """Return the arguments of the state that deletes what a state replaces."""
        own = (INTEGRATION.name, identity.id + DELETE_OLD)
        return next((chunk for chunk in self._added() if (chunk["state"], chunk["__id__"]) == own), None)

    def deposed(self, identity: Identity) -> dict[str, Any] | None:
        """Return the ESM entry of an integration that was replaced and not deleted yet."""
        if self._is_other(identity, DELETE_OLD):
            return None
        return self.esm.get(identity.esm_tag(DELETE_OLD))

    def depose(self, identity: Identity, entry: dict[str, Any]) -> None:
        """Record an integration that is replaced, until it is deleted."""
        self.esm[identity.esm_tag(DELETE_OLD)] = entry

    def forget(self, identity: Identity, *suffixes: str) -> None:
        """Remove the entries of a replacement's parts from the ESM."""
        for suffix in suffixes:
            if identity.esm_tag(suffix) in self.esm and not self._is_other(identity, suffix):
                del self.esm[identity.esm_tag(suffix)]

    def record_as(self, tag: str, identity: Identity) -> None:
        """Make Idem record what a part of a replacement returns under the state's own ID.

        Otherwise the ESM holds a stale entry of the state beside one of ``ID_create_new``.
        """
        if tag in self.data.get("running", {}):
            self.data["running"][tag]["esm_tag"] = identity.esm_tag()

    def recorded(self, api_id: str) -> dict[str, str]:
        """Return the integrations of an API that the ESM records: a state's ID by integration ID.

        If it records one for several states, a state of the run comes first.
        """
        found: dict[str, str] = {}
        for tag, entry in self._entries():
            state_id, resource_id = tag.split("_|-")[1], entry.get("resource_id")
            if entry.get("api_id") != api_id or not resource_id:
                continue
            declared = self.declares(state_id)
            # Idem's refresh records what describe prints under IDs that no SLS has.
            described = state_id in (values.described_name(INTEGRATION, entry), entry["resource_id"])
            if declared or (not described and resource_id not in found):
                found[resource_id] = state_id
        return found

    def declares(self, state_id: str) -> bool:
        """Return whether the SLS has an integration state of an ID, less a replacement's suffix."""
        ids = (state_id.removesuffix(suffix) for suffix in ("", CREATE_NEW, DELETE_OLD))
        return any(self._declared(one) for one in ids)

    def executes(self, state_id: str) -> bool:
        """Return whether Idem executes the states of an ID: with ``--target`` it executes only some."""
        added = {chunk["__id__"] for chunk in self._added()}
        return state_id in self.data.get("high", {}) or state_id in added

    def replacement(self, identity: Identity) -> tuple[dict[str, Any] | None, bool]:
        """Return the progress of the replacement of an integration that Idem deletes.

        Returns:
            The arguments of the state that will create the replacement, if that is still to run, and
            whether the state that was to create it first has failed.
        """
        for chunk in self._integrations():
            if chunk["__id__"] == identity.id + CREATE_NEW and chunk.get("recreation_flow"):
                return chunk, False
        prefix = f"{INTEGRATION.name}_|-{identity.id}_|-"
        started = [one for tag, one in self.data["running"].items() if tag.startswith(prefix)]
        return None, any(one["result"] is False for one in started)

    def records(self, tag: str | None, resource: dict[str, Any]) -> bool:
        """Return whether the ESM already holds an integration under a state's own tag."""
        started = self.data.get("running", {}).get(tag)
        return bool(started) and self.esm.get(started["esm_tag"]) == resource

    def sensitive(self, identity: Identity) -> set[str]:
        """Return the parameters that the SLS marks as ``sensitive``, in any state of an ID."""
        marked = (self.data.get("sensitive") or {}).items()
        suffixes = [""] if self._is_other(identity, CREATE_NEW) else ["", CREATE_NEW]
        ids = {identity.id + suffix for suffix in suffixes}
        return {name for tag, names in marked if tag.split("_|-")[1] in ids for name in names}

    def order(self, tag: str | None) -> int:
        """Return the position of a state in the order of the SLS."""
        return self.data.get("running", {}).get(tag, {}).get("__run_num", 0)

    def profiles(self) -> dict[str, dict[str, Any]]:
        """Return the acct profiles for AWS that the run was started with, by name."""
        return ((self.data.get("acct_data") or {}).get("profiles") or {}).get("aws") or {}

    def _entries(self) -> list[tuple[str, dict[str, Any]]]:
        prefix = f"{INTEGRATION.name}_|-"
        return [(tag, entry) for tag, entry in self.esm.items() if tag.startswith(prefix)]

    def _is_other(self, identity: Identity, suffix: str) -> bool:
        """Return whether another state has the ID of a part of a replacement.

        Of a state that this run does not have, the ESM tells: a part has the name of what is replaced.
        """
        state_id = identity.id + suffix
        entry = self.esm.get(identity.esm_tag(suffix)) or {}
        return self._declared(state_id) or entry.get("name") == state_id

    def _added(self) -> list[dict[str, Any]]:
        """Return the states that recreate_on_update added to the run."""
        return self.data.get("add_low", [])

    def _chunks(self, tag: str | None) -> list[dict[str, Any]]:
        return [chunk for chunk in self.states if f"{esm_tag(chunk)}{chunk['fun']}" == tag]

    def _declared(self, state_id: str) -> bool:
        return INTEGRATION.name in (self.data.get("high", {}).get(state_id) or ())

    def _integrations(self) -> list[dict[str, Any]]:
        return [
            chunk
            for chunk in self.states
            if chunk["state"] == INTEGRATION.name and chunk["fun"] in ("present", "absent")
        ]


def of(hub, ctx) -> Run:
    """Return the run that a context belongs to; outside of a run, one of its own."""
    return named(hub, ctx.get("run_name"))


def named(hub, name: str | None) -> Run:
    """Return the run of a name; if there is none, an empty one."""
    data = getattr(hub.idem, "RUNS", {}).get(name)
    if data is None:
        return Run({})
    if _KEY not in data:
        data[_KEY] = Run(data)
    return data[_KEY]

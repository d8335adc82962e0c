"""Idem's own record of a run, and what the states of one resource type keep beside it.

No other module of `run` touches Idem's data, ``hub.idem.RUNS``.
"""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import re
from collections.abc import Iterable, Iterator
from typing import Any

from idem_apigwv2_integration.aws import retry
from idem_apigwv2_integration.resource import values
from idem_apigwv2_integration.resource.type import API, PROTOCOLS, Home, ResourceType
from idem_apigwv2_integration.run import ledger

# The suffixes that recreate_on_update adds to a state's ID: for the deletion of the old resource, and
# for the creation of the new one if that comes second.
DELETE_OLD = "_delete_old"
CREATE_NEW = "_create_new"

# The requisites that make Idem run a state after those that it names.
ORDERING = (
    "arg_bind",
    "listen",
    "onchanges",
    "onchanges_any",
    "onfail",
    "require",
    "require_any",
    "watch",
)
# All that name other states. With `prereq`, Idem runs a state before those that it names.
NAMING = (*ORDERING, "prereq")

_SEPARATOR = "_|-"

# A state's type and ID: one ID may have states of several types.
Reference = tuple[str, str]
Chunk = dict[str, Any]

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

_API_BINDING = re.compile(rf"\$\{{{re.escape(API)}:([^:{{}}]+):[^{{}}]+\}}")

Entry = dict[str, Any]


def split_tag(tag: str | None) -> list[str]:
    """Return the parts of Idem's tag of a state: its type, its ID, its name and its function.

    In the key of an entry of the ESM, which has the same form, the function is empty. The name
    distinguishes states of one ID (``names``), and is the ID otherwise.
    """
    kind, *middle = (tag or "").split(_SEPARATOR)
    if len(middle) > 3:
        # The ID contains the separator. Only `names` gives a state a name that is not its ID.
        *own, function = middle
        half = len(own) // 2
        count = half if own[:half] == own[half:] else 1
        middle = [_SEPARATOR.join(own[:count]), _SEPARATOR.join(own[count:]), function]
    return [kind, *middle]


def tag_of(chunk: Chunk) -> str:
    """Return Idem's tag of a state."""
    return esm_tag(chunk) + chunk["fun"]


def esm_tag(chunk: Chunk, suffix: str = "") -> str:
    """Return the key of a state's entry in the ESM; with a suffix, of a replacement's part."""
    state_id = chunk["__id__"] + suffix
    return _SEPARATOR.join((chunk["state"], state_id, chunk.get("resource_name") or state_id, ""))


def required(chunk: Chunk) -> set[Reference]:
    """Return the states after which Idem runs a state, because its requisites name them."""
    return set(references(chunk, ORDERING))


def references(chunk: Chunk, requisites: Iterable[str] = NAMING) -> Iterator[Reference]:
    """Yield the states that a state names in some requisites."""
    for requisite in requisites:
        found = chunk.get(requisite)
        for reference in found if isinstance(found, list) else ():
            for kind, value in reference.items() if isinstance(reference, dict) else ():
                # `require` has an ID, a binding a list of maps by ID. Idem reports what is neither.
                items = value if isinstance(value, list) else ()
                ids = [value, *(key for item in items if isinstance(item, dict) for key in item)]
                for one in ids:
                    if isinstance(kind, str) and isinstance(one, str):
                        yield kind, one.partition("[")[0]


def arguments(hub, chunk: Chunk) -> dict[str, Any]:
    """Return the arguments that the function of a state will be called with, as the user wrote them."""
    internal = {"ctx", "acct_profile", "acct_data", *hub.idem.rules.init.STATE_INTERNAL_KEYWORDS}
    return without_idems_own({key: value for key, value in chunk.items() if key not in internal})


def without_idems_own(keywords: dict[str, Any]) -> dict[str, Any]:
    """Return the keyword arguments that the user wrote, without those that Idem adds."""
    return {key: value for key, value in keywords.items() if key not in _KEYWORDS}


def declared_protocol(api_id: Any, chunks: Iterable[Chunk]) -> str | None:
    """Return the protocol of an API, if the states of a run or of a file say it.

    Args:
        api_id: The API as the SLS names it: a binding to the state that declares it, or its ID.
        chunks: The states.
    """
    bound = _API_BINDING.fullmatch(str(api_id))
    found = {
        # A binding is text that is no protocol. Idem may leave out what ignore_changes names.
        None if "protocol_type" in (chunk.get("ignore_changes") or ()) else chunk.get("protocol_type")
        for chunk in chunks
        if (chunk["state"], chunk["fun"]) == (API, "present")
        and (
            bound[1] in (chunk["__id__"], chunk.get("name"))
            if bound
            else api_id and chunk.get("resource_id") == api_id
        )
    }
    return next((protocol for protocol in PROTOCOLS if found == {protocol}), None)


@dataclasses.dataclass(frozen=True)
class Identity:
    """Which state of a run is executing.

    Args:
        type: The name of its resource type.
        id: The state's ID in the SLS, without the suffixes of recreate_on_update.
        name: The name that distinguishes states of one ID (``names``); the ID otherwise.
        function: ``present``, ``absent`` or ``search``; ``present`` for all parts of a replacement.
            Empty, like ID and name, if the function is called outside of a run, or by the code of
            another resource's state.
        step: Which part of a replacement it is: the suffix of its own ID, or None.
    """

    type: str
    id: str = ""
    name: str = ""
    function: str = ""
    step: str | None = None

    @property
    def manager(self) -> Identity | None:
        """The state that manages what this one creates: of a replacement's creation, the state itself.

        Idem executes a state beside the parts of its replacement if it is bound to one that is replaced
        destroy-first as well.
        """
        if not self.function:
            return None
        return dataclasses.replace(self, step=None) if self.step == CREATE_NEW else self

    def esm_tag(self, suffix: str = "") -> str:
        """Return the key of the state's entry in the ESM; with a suffix, of a replacement's part."""
        name = self.id + suffix if suffix and self.name == self.id else self.name
        return _SEPARATOR.join((self.type, self.id + suffix, name, ""))


class Record:
    """One run: its states, the ESM, and what the states of one resource type know of each other.

    Args:
        data(dict): Idem's record of the run: ``low`` (the states to run), ``high`` (the SLS),
            ``running`` (the states started so far), ``add_low`` (those that recreate_on_update added)
            and ``managed_state`` (the ESM).

    Attributes:
        inverted: Whether Idem executes ``absent`` for ``present``, in the opposite order.
        failures: The results of the states that failed for good, by tag.
        mentioned: The resources of other files that a sentence of the run has named.
        executions: A lock for each state: Idem may execute a state and the creation of its replacement
            at the same time, or one of its parts twice. Each would create a resource.
    """

    def __init__(self, kind: ResourceType, data: dict[str, Any]):
        self.kind, self.data = kind, data
        # Idem changes these two in place, where it replaces ``low``, ``high`` and ``running``.
        self.esm: Any = data.get("managed_state", {})
        self.added: list[Chunk] = data.get("add_low", [])
        self.inverted = bool(data.get("invert_state"))
        self.ledger = ledger.Ledger()
        self.outages = retry.Outages()
        self.failures: dict[str, dict[str, Any]] = {}
        self.mentioned: set[str] = set()
        self.executions: dict[Any, asyncio.Lock] = collections.defaultdict(asyncio.Lock)

    @property
    def states(self) -> list[Chunk]:
        """The states of the run, of all resource types."""
        return self.data.get("low", [])

    @property
    def managing_states(self) -> list[Chunk]:
        """The states of the run that manage resources of the type."""
        own = (chunk for chunk in self.states if chunk["state"] == self.kind.name)
        return [chunk for chunk in own if chunk["fun"] in ("present", "absent")]

    @property
    def entries(self) -> list[tuple[str, Entry]]:
        """The ESM entries of the resource type: the ID of the state, and what it recorded."""
        split = ((split_tag(tag), entry) for tag, entry in self.esm.items())
        # What someone has edited may have any form; the state whose entry it is reports it.
        own = (one for one in split if one[0][0] == self.kind.name and isinstance(one[1], dict))
        return [(parts[1], entry) for parts, entry in own]

    @property
    def profiles(self) -> dict[str, dict[str, Any]]:
        """The acct profiles for AWS that the run was started with, by name."""
        return ((self.data.get("acct_data") or {}).get("profiles") or {}).get("aws") or {}

    def chunk(self, tag: str | None) -> Chunk | None:
        """Return the state of a tag as the SLS has it, or None if it is no state of the run."""
        return next((chunk for chunk in self.states if tag_of(chunk) == tag), None)

    def started(self, tag: str | None) -> dict[str, Any]:
        """Return what Idem records of a state that it has started, its result for example."""
        return self.data.get("running", {}).get(tag, {})

    def is_declared(self, state_id: str) -> bool:
        """Return whether the SLS has a state of an ID and of the resource type."""
        return self.kind.name in (self.data.get("high", {}).get(state_id) or ())

    def executes(self, state_id: str) -> bool:
        """Return whether Idem executes the states of an ID: with ``--target`` it executes only some."""
        added = (chunk["__id__"] for chunk in self.added)
        return state_id in self.data.get("high", {}) or state_id in added

    def declared_id(self, state_id: str) -> str | None:
        """Return the ID that the SLS has for a state of an ID, which may have a replacement's suffix."""
        ids = (state_id.removesuffix(suffix) for suffix in ("", CREATE_NEW, DELETE_OLD))
        return next(filter(self.is_declared, ids), None)

    def records(self, tag: str | None, resource: dict[str, Any]) -> bool:
        """Return whether the ESM already holds a resource under a state's own tag."""
        started = self.started(tag)
        return bool(started) and self.esm.get(started["esm_tag"]) == resource

    def record_as(self, tag: str | None, identity: Identity) -> None:
        """Make Idem record what a state returns under its own ID.

        Otherwise the ESM holds a stale entry of a replaced state beside one of ``ID_create_new``.
        """
        if started := self.started(tag):
            started["esm_tag"] = identity.esm_tag()

    def has_failed(self, state_id: str, or_executes: bool = False) -> bool:
        """Return whether a state of an ID and of the resource type has failed.

        That includes a state that Idem does not call, because one that it requires has failed.

        Args:
            or_executes: Whether a state that is executing counts, because it has not succeeded yet.
        """
        started = self.data.get("running", {}).items()
        # To Idem, what is executing has failed, and has no comment yet.
        failed = {
            tag for tag, one in started if one["result"] is False and (or_executes or one.get("comment"))
        }
        own = [self.kind.name, state_id]
        return any(split_tag(tag)[:2] == own for tag in failed | self.failures.keys())

    def is_pending(self, result: dict[str, Any]) -> bool:
        """Return whether Idem's reconciler is to run a state again.

        A state that failed for good is run again, without a call to AWS, while states that depend on it
        are: without it among the states of a rerun, Idem looks for it in the ESM only, and reports that
        it is not there, or lets them continue with what an earlier run recorded.
        """
        if result["result"] is not False:
            return False
        known = result.get("rerun_data")
        if not isinstance(known, dict) or not known:
            # Idem did not call the state, because one that it requires failed; or the state raised an
            # exception: only the result that Idem itself returns for that has a `ret`.
            known = {"pending": "ret" not in result}
        # Those that depend on an integration that is as declared may continue: the ESM records it.
        if known.get("pending") or known.get("usable"):
            return bool(known.get("pending"))
        own = tuple(split_tag(result.get("tag"))[:2])
        dependents = [chunk for chunk in self.states if own in required(chunk)]
        return any(self.started(tag_of(chunk)).get("result") is False for chunk in dependents)

    def waiting_for(self, waiting: set[Reference]) -> set[Reference]:
        """Return some states, and those that Idem runs only after one of them, directly or not."""
        # With --invert, Idem runs them in the opposite order, and continues after a failure.
        if self.inverted:
            return set()
        while True:
            more = {
                (chunk["state"], chunk["__id__"]) for chunk in self.states if required(chunk) & waiting
            } - waiting
            if not more:
                return waiting
            waiting = waiting | more

    def recorded(self, home: Home) -> dict[str, str]:
        """Return the resources of one home that the ESM records: a state's ID by resource ID.

        If it records one for several states, a state of the run comes first.
        """
        found: dict[str, str] = {}
        for state_id, entry in self.entries:
            resource_id = entry.get("resource_id")
            if self.kind.home(entry) != home or not isinstance(resource_id, str) or not resource_id:
                continue
            # Idem's refresh records what describe prints under IDs that no SLS has.
            described = state_id in (values.described_name(self.kind, entry), resource_id)
            if self.declared_id(state_id) or (not described and resource_id not in found):
                found[resource_id] = state_id
        return found

    def managers(self, place: ledger.Place) -> dict[str, str]:
        """Return which states of the run manage resources in a place: a state's ID by resource ID.

        Besides, it has what was deleted in the run, and natural keys in place of IDs: see `ledger.Key`.
        """
        owners = self.ledger.owners.items()
        found = {key[2]: owner.id for key, owner in owners if key[:2] == place}
        for resource_id, state_id in self.recorded(place[1]).items():
            if declared := self.declared_id(state_id):
                found[resource_id] = declared
        # The SLS may name a resource whose state has not been called yet.
        return found | {
            str(one["resource_id"]): one["__id__"]
            for one in self.managing_states
            if one.get("resource_id")
        }

    def sensitive(self, state_ids: set[str]) -> list[Any]:
        """Return what the SLS marks as ``sensitive``, in any state of some IDs."""
        marked = (self.data.get("sensitive") or {}).items()
        return [name for tag, names in marked if split_tag(tag)[1] in state_ids for name in names]


def of(hub, name: str | None, kind: ResourceType) -> Record:
    """Return the record of the run of a name; outside of a run, one of its own."""
    data = getattr(hub.idem, "RUNS", {}).get(name)
    if data is None:
        return Record(kind, {})
    if kind.name not in data:
        data[kind.name] = Record(kind, data)
    return data[kind.name]

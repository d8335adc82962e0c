"""Everything about ``recreate_on_update``: Idem replaces a resource by two states, which it adds itself.

One deletes the old resource, the other one creates the new one, in either order. Their IDs are the
state's own with a suffix, and Idem records what they return under these IDs. What was replaced and could
not be deleted is *deposed*: the ESM has it under the suffix of the deletion.
"""

from typing import Any

from idem_apigwv2_integration.resource import form
from idem_apigwv2_integration.resource.declaration import Declaration
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.resource.type import ResourceType
from idem_apigwv2_integration.run import record
from idem_apigwv2_integration.run.record import CREATE_NEW, DELETE_OLD, Chunk, Entry, Identity, Record

DELETES = "delete old"
CREATES = "create new"
_CHANGED = "changed"


def identify(run: Record, tag: str | None, keywords: dict[str, Any]) -> Identity | None:
    """Return the identity of the state that Idem calls with a tag and keyword arguments.

    Whether it is a part of a replacement is known from the states that Idem added to the run: an ID
    of the SLS may end like that of a part.
    """
    parts = (tag or "").split("_|-")
    if len(parts) != 4 or parts[0] != run.kind.name:
        return None
    kind, own_id, name, function = parts
    added = any(tag == f"{record.esm_tag(chunk)}{function}" for chunk in run.added)
    # Idem passes `kwargs` to a deletion that it added, and to no state of the SLS.
    if added and own_id.endswith(DELETE_OLD) and "kwargs" in keywords:
        own_id = own_id.removesuffix(DELETE_OLD)
        return Identity(kind, own_id, own_id, "present", DELETES)
    if added and own_id.endswith(CREATE_NEW) and not run.is_declared(own_id):
        name = name.removesuffix(CREATE_NEW)
        return Identity(kind, own_id.removesuffix(CREATE_NEW), name, "present", CREATES)
    return Identity(kind, own_id, name, function)


class Replacement:
    """The replacement of a state's resource: in this run, or what an earlier one left of it.

    Args:
        run: The record of the run.
        identity: The state.
        recreates: Whether Idem passes that the state is a part of a replacement.

    Attributes:
        creates: Whether the state creates what replaces a resource.
    """

    def __init__(self, run: Record, identity: Identity, recreates: bool = False):
        self._run, self.identity, self.step = run, identity, identity.step
        self._esm = run.esm
        self._tags = {suffix: identity.esm_tag(suffix) for suffix in ("", CREATE_NEW, DELETE_OLD)}
        self._recreates = recreates and self._deletion is not None
        self.creates = self._recreates and self.step != DELETES

    @property
    def deletes(self) -> bool:
        """Whether the state deletes what is replaced."""
        return self.step == DELETES

    def record_under_own_id(self, tag: str | None) -> None:
        """Make Idem record what a part of a replacement returns under the state's own ID.

        Otherwise the ESM holds a stale entry of the state beside one of ``ID_create_new``. Idem records
        the deletion under an ID of its own if the replacement is created first.
        """
        if self.step == CREATES or (self.deletes and self._recreates):
            self._run.record_as(tag, self.identity)

    @property
    def collision(self) -> str | None:
        """An ID that another state has, and that Idem gives to a part of the replacement."""
        if not self.creates and not self.deletes:
            return None
        parts = (suffix for suffix in (CREATE_NEW, DELETE_OLD) if self._is_other(suffix))
        return next((self.identity.id + suffix for suffix in parts), None)

    def entries(self, resource_id: str | None = None) -> list[Entry]:
        """Return the ESM entries of the state, the one that Idem uses first.

        An entry ``ID_create_new`` is the state's own if an earlier version of this plugin, or idem-aws,
        replaced the resource.

        Args:
            resource_id: The resource that Idem deletes, if the state deletes a replaced one.
        """
        suffixes = [""] if self._is_other(CREATE_NEW) else [CREATE_NEW, ""]
        own = [self._entry(suffix) or {} for suffix in suffixes]
        if self.deletes:
            # Idem does not pass which of the states of one ID it replaces the resource of.
            ids = {self.identity.id + suffix for suffix in (*suffixes, DELETE_OLD)}
            own = [
                entry
                for tag, entry in self._run.entries
                if tag.split("_|-")[1] in ids and entry.get("resource_id") == resource_id
            ] or own
        return [entry for entry in own if all(entry.get(name) for name in self._run.kind.id_names)]

    @property
    def replaced(self) -> Entry:
        """What this state replaces, as the ESM records it or the SLS names it."""
        named = self._deletion
        assert named, "only a state that creates a replacement has one"
        recorded = [one for one in self.entries() if one["resource_id"] == named["resource_id"]]
        return recorded[0] if recorded else {name: named[name] for name in self._run.kind.id_names}

    @property
    def deposed(self) -> Entry | None:
        """The ESM entry of a resource that was replaced and not deleted yet."""
        return None if self.deletes or self._is_other(DELETE_OLD) else self._entry(DELETE_OLD)

    @property
    def state_ids(self) -> set[str]:
        """The IDs under which the SLS, or Idem, has the state."""
        own = self.identity.id
        return {own} if self._is_other(CREATE_NEW) else {own, own + CREATE_NEW}

    @property
    def namesake(self) -> Entry | None:
        """The ESM entry of another state, called ``ID_create_new``, that Idem uses."""
        entry = self._entry(CREATE_NEW)
        return entry if entry and self._is_other(CREATE_NEW) else None

    def depose(self) -> None:
        """Record what is replaced, until it is deleted."""
        if self.creates and self.step is None:
            self._esm[self._tags[DELETE_OLD]] = self.replaced

    def forget(self, *suffixes: str) -> None:
        """Remove the entries of a replacement's parts from the ESM."""
        for suffix in suffixes:
            if self._entry(suffix) is not None and not self._is_other(suffix):
                del self._esm[self._tags[suffix]]

    def progress(self) -> tuple[Chunk | None, bool]:
        """Return the state that will create the replacement, and whether one that was to has failed."""
        for chunk in self._run.own_states:
            if chunk["__id__"] == self.identity.id + CREATE_NEW and chunk.get("recreation_flow"):
                return chunk, False
        return None, self._run.has_failed(self.identity.id)

    def own_arguments(self, tag: str | None, passed: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments of the state as the SLS and its own ESM entry give them.

        Idem may take them from the ESM entry of another state, and drops those of a state that has
        requisites in an inverted run.

        Args:
            tag: The tag of the state.
            passed: The arguments as Idem passes them.
        """
        chunk = next(iter(self._run.chunks(tag)), None)
        if chunk is None:
            return passed
        if self._run.inverted:
            names = [name for name in self._run.kind.id_names if not passed.get(name)]
            passed = passed | {name: chunk.get(name) for name in names}
        if not self.namesake:
            return passed
        entry = self._entry() or {}
        kept = {name for name, value in chunk.items() if value is not None}
        kept |= set(chunk.get("ignore_changes") or ())
        # Idem prefers the recorded name to an ID, and a recorded resource_id to an empty one.
        kept -= {"name"} if chunk["name"] == chunk["__id__"] else set()
        kept -= set() if chunk.get("resource_id") else {"resource_id"}
        own = {name: value if name in kept else entry.get(name) for name, value in passed.items()}
        return own | {"name": own.get("name") or chunk["name"]}

    @property
    def _deletion(self) -> Chunk | None:
        """The state that deletes what this state replaces."""
        own = (self._run.kind.name, self.identity.id + DELETE_OLD)
        return next(
            (chunk for chunk in self._run.added if (chunk["state"], chunk["__id__"]) == own), None
        )

    def _entry(self, suffix: str = "") -> Entry | None:
        return self._esm.get(self._tags[suffix])

    def _is_other(self, suffix: str) -> bool:
        """Return whether another state has the ID of a part of a replacement.

        Of a state that this run does not have, the ESM tells: a part has the name of what is replaced.
        """
        state_id = self.identity.id + suffix
        return self._run.is_declared(state_id) or (self._entry(suffix) or {}).get("name") == state_id


def prepare(hub, kind: ResourceType, chunk: Chunk) -> Chunk:
    """Return a state in the form that Idem compares with the ESM to decide whether to replace.

    Args:
        hub: The hub.
        kind: The type of the resource.
        chunk: The state, as Idem keeps it.
    """
    run = record.named(hub, hub.idem.RUN_NAME, kind)
    entry = hub.idem.tools.get_enforced_state(chunk, run.esm) or {}
    resource_id = chunk.get("resource_id")
    if resource_id and entry.get("resource_id") != resource_id:
        # Idem itself compares with this entry then.
        same = (one for one in run.esm.values() if one.get("resource_id") == resource_id)
        entry = next(same, {})
    tag = hub.idem.tools.gen_chunk_func_tag(chunk)
    written = next(iter(run.chunks(tag)), chunk)
    identity = identify(run, tag, chunk)
    if identity and Replacement(run, identity).namesake == entry:
        held = run.esm.get(identity.esm_tag()) or {}
        return compared(kind, chunk, held, written, entry)
    return compared(kind, chunk, entry, written)


def compared(
    kind: ResourceType, chunk: Chunk, held: Entry, written: Chunk, foreign: Entry | None = None
) -> Chunk:
    """Return a state of the run in the form in which Idem's own comparison finds what really differs.

    To Idem, a key that the SLS removes from a map, ``""`` and ``{}`` are no change, and what AWS ignores
    or spells differently is one. So what really differs becomes a value that the ESM never has.

    Args:
        kind: The type of the resource.
        chunk: The state, as Idem keeps it.
        held: What the ESM records of the resource.
        written: The state as the SLS has it.
        foreign: The ESM entry of another state, if Idem compares with that.
    """
    declared = Declaration(kind, chunk, written)
    given = declared.given
    entry = held if foreign is None else foreign
    equal = chunk | (foreign or {}) | {name: entry.get(name) for name in given}
    recorded = {name: held[name] for name in kind.settable if held.get(name) is not None}
    if declared.malformed or form.check(kind, recorded, declared.mask):
        # The state itself reports it, and is not replaced.
        return equal
    changed = set(Plan(kind, given, held, kind.protocol_of(held)).changes)
    return equal | dict.fromkeys(changed & set(given), _CHANGED)

"""Everything about ``recreate_on_update``: Idem replaces a resource by two states, which it adds itself.

One deletes the old resource, the other one creates the new one, in either order. Their IDs are the
state's own with a suffix, and Idem records what they return under these IDs. What was replaced and could
not be deleted is *deposed*: the ESM has it under the suffix of the deletion.
"""

from typing import Any

from idem_apigwv2_integration.resource.declaration import Declaration
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.resource.type import ResourceType
from idem_apigwv2_integration.run import record
from idem_apigwv2_integration.run.record import CREATE_NEW, DELETE_OLD, Chunk, Entry, Identity, Record

_CHANGED = "changed"


def identify(run: Record, tag: str | None, keywords: dict[str, Any]) -> Identity:
    """Return the identity of the state that Idem calls with a tag and keyword arguments.

    Whether it is a part of a replacement is known from the states that Idem added to the run: an ID
    of the SLS may end like that of a part.
    """
    parts = record.split_tag(tag)
    if len(parts) != 4 or parts[0] != run.kind.name:
        return Identity(run.kind.name)
    kind, own_id, name, function = parts
    added = any(tag == f"{record.esm_tag(chunk)}{function}" for chunk in run.added)
    # Idem passes `kwargs` to a deletion that it added, and to no state of the SLS.
    if added and own_id.endswith(DELETE_OLD) and "kwargs" in keywords:
        own_id = own_id.removesuffix(DELETE_OLD)
        return Identity(kind, own_id, own_id, "present", DELETE_OLD)
    if added and own_id.endswith(CREATE_NEW) and not run.is_declared(own_id):
        name = name.removesuffix(CREATE_NEW)
        return Identity(kind, own_id.removesuffix(CREATE_NEW), name, "present", CREATE_NEW)
    return Identity(kind, own_id, name, function)


class Replacement:
    """The replacement of a state's resource: in this run, or what an earlier one left of it.

    Args:
        recreates: Whether Idem passes that the state is a part of a replacement.

    Attributes:
        replaced: What the state replaces, as the ESM records it or the SLS names it; empty if nothing.
        deposed: The ESM entry of a resource that was replaced and not deleted yet.
        left: Whether the ESM has entries that an earlier replacement left.
        renamed: Whether Idem would record what the state returns under another ID than the state's own.
        own: The ESM entries of the state, the one that Idem uses first. ``ID_create_new`` is the
            state's own if an earlier version of this plugin, or idem-aws, replaced the resource.
        namesake: The ESM entry of another state, called ``ID_create_new``, that Idem uses.
        collision: An ID that another state has, and that Idem gives to a part of the replacement.
        state_ids: The IDs under which the SLS, or Idem, has the state.
    """

    def __init__(self, run: Record, identity: Identity, recreates: bool = False):
        self._run, self.identity, self.step = run, identity, identity.step
        self._tags = {suffix: identity.esm_tag(suffix) for suffix in ("", CREATE_NEW, DELETE_OLD)}
        recorded = {suffix: run.esm.get(tag) or {} for suffix, tag in self._tags.items()}
        ids = {suffix: identity.id + suffix for suffix in (CREATE_NEW, DELETE_OLD)}
        # Another state has the ID of a part. The ESM shows whether one that is not in this run has it:
        # the entry of a part has the name of what is replaced.
        self._others = {
            suffix: state_id
            for suffix, state_id in ids.items()
            if run.is_declared(state_id) or recorded[suffix].get("name") == state_id
        }
        deletion = (run.kind.name, ids[DELETE_OLD])
        added = [one for one in run.added if (one["state"], one["__id__"]) == deletion]
        replaces = recreates and bool(added)
        self.deletes = self.step == DELETE_OLD
        self.creates = replaces and not self.deletes
        self.renamed = self.step == CREATE_NEW or (replaces and self.deletes)
        collisions = self._others.values() if self.creates or self.deletes else ()
        self.collision = next(iter(collisions), None)
        suffixes = ("",) if CREATE_NEW in self._others else (CREATE_NEW, "")
        self.state_ids = {identity.id + suffix for suffix in suffixes}
        self.own = [recorded[suffix] for suffix in suffixes if recorded[suffix].get("resource_id")]
        self.namesake = (recorded[CREATE_NEW] or None) if CREATE_NEW in self._others else None
        self.left = any(recorded[suffix] for suffix in ids if suffix not in self._others)
        is_deposed = not self.deletes and DELETE_OLD not in self._others
        deposed = recorded[DELETE_OLD] if is_deposed else {}
        self.deposed = deposed if deposed.get("resource_id") else None
        self.replaced: Entry = {}
        if self.creates:
            same = (one for one in self.own if one["resource_id"] == added[0]["resource_id"])
            self.replaced = next(same, {name: added[0][name] for name in run.kind.id_names})

    def entries_of(self, resource_id: str | None) -> list[Entry]:
        """Return the ESM entries of a replaced resource.

        Idem does not pass which of the states of one ID it replaces the resource of.
        """
        ids = {*self.state_ids, self.identity.id + DELETE_OLD}
        found = [
            entry
            for state_id, entry in self._run.entries
            if state_id in ids and entry.get("resource_id") == resource_id
        ]
        return found or self.own

    def depose(self) -> None:
        """Record what is replaced, until it is deleted; if that comes first, it is deleted by now."""
        if self.step is None:
            self._run.esm[self._tags[DELETE_OLD]] = self.replaced

    def forget(self, *suffixes: str) -> None:
        """Remove the entries of a replacement's parts from the ESM."""
        for suffix in suffixes:
            if suffix not in self._others:
                self._run.esm.pop(self._tags[suffix], None)

    @property
    def creation(self) -> Chunk | None:
        """The state that will create the replacement."""
        creation = (self._run.kind.name, self.identity.id + CREATE_NEW)
        for chunk in self._run.states:
            if (chunk["state"], chunk["__id__"]) == creation and chunk.get("recreation_flow"):
                return chunk
        return None

    def own_arguments(self, chunk: Chunk, passed: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments of the state as the SLS and its own ESM entry give them.

        Idem may take them from the ESM entry of another state, and drops those of a state that has
        requisites in an inverted run.
        """
        if self._run.inverted:
            names = [name for name in self._run.kind.id_names if not passed.get(name)]
            passed = passed | {name: chunk.get(name) for name in names}
        if not self.namesake:
            return passed
        entry = self._run.esm.get(self._tags[""]) or {}
        kept = {name for name, value in chunk.items() if value is not None}
        kept |= set(chunk.get("ignore_changes") or ())
        # Idem prefers the recorded name to an ID, and a recorded resource_id to an empty one.
        kept -= {"name"} if chunk["name"] == chunk["__id__"] else set()
        kept -= set() if chunk.get("resource_id") else {"resource_id"}
        own = {name: value if name in kept else entry.get(name) for name, value in passed.items()}
        return own | {"name": own.get("name") or chunk["name"]}


def prepare(hub, kind: ResourceType, chunk: Chunk) -> Chunk:
    """Return a state in the form that Idem compares with the ESM to decide whether to replace."""
    run = record.of(hub, hub.idem.RUN_NAME, kind)
    entry = hub.idem.tools.get_enforced_state(chunk, run.esm) or {}
    resource_id = chunk.get("resource_id")
    if resource_id and entry.get("resource_id") != resource_id:
        # Idem itself compares with this entry then.
        same = (one for one in run.esm.values() if one.get("resource_id") == resource_id)
        entry = next(same, {})
    tag = hub.idem.tools.gen_chunk_func_tag(chunk)
    written = run.chunk(tag) or chunk
    identity = identify(run, tag, chunk)
    if Replacement(run, identity).namesake == entry:
        held = run.esm.get(identity.esm_tag()) or {}
        return compared(kind, chunk, held, written, entry)
    return compared(kind, chunk, entry, written)


def compared(
    kind: ResourceType, chunk: Chunk, held: Entry, written: Chunk, foreign: Entry | None = None
) -> Chunk:
    """Return a state of the run in the form in which Idem's own comparison finds what really differs.

    To Idem, a key that the SLS removes from a map, ``""`` and ``{}`` are no change, and what AWS ignores
    or spells differently is one, and so is a new name of the state. So what really differs becomes a
    value that the ESM never has, and all else is as recorded.

    Args:
        written: The state as the SLS has it.
        foreign: The ESM entry of another state, if Idem compares with that.
    """
    declared = Declaration(kind, chunk, written)
    given = declared.given
    entry = held if foreign is None else foreign
    equal = chunk | (foreign or {}) | {name: entry.get(name) for name in ("name", *given)}
    recorded = {name: held[name] for name in kind.settable if held.get(name) is not None}
    if declared.malformed or Declaration(kind, recorded, {}).malformed:
        # The state itself reports it, and is not replaced.
        return equal
    changed = set(Plan(kind, given, held, kind.protocol_of(held)).changes)
    return equal | dict.fromkeys(changed & set(given), _CHANGED)

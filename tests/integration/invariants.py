"""What must hold after every run of a simulation."""

import copy
import re
from typing import Any, NamedTuple

from slots import KINDS, Key, Slot

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import plan, values

PARTS = ("", "_delete_old", "_create_new")


class Entry(NamedTuple):
    """An entry of the ESM."""

    kind: Any
    fields: dict[str, Any]

    @property
    def key(self) -> Key:
        """The key of the resource."""
        return (self.kind.name, *self.kind.home(self.fields), self.fields["resource_id"])


def entries_of(esm) -> dict[str, Entry]:
    """Return the entries of an ESM by state ID."""
    found = {}
    for tag, fields in esm.items():
        kind, state_id = tag.split("_|-")[:2]
        found[state_id] = Entry(KINDS[kind], fields)
    return found


def owned_in(esm) -> set[Key]:
    """Return the resources that an ESM records, except under the names that describe gives."""
    return {
        entry.key
        for name, entry in entries_of(esm).items()
        if name != values.described_name(entry.kind, entry.fields)
    }


def parent_of(key: Key) -> Key | None:
    """Return the key of the integration that contains a resource, if one does."""
    return (INTEGRATION.name, *key[1:3]) if len(key) == 4 else None


class Invariants:
    """The checks of a simulation; what it acts on is in `simulation.Simulation`."""

    server: Any
    idem: Any
    slots: dict[str, Slot]
    profiles: dict[str, Any]
    wanted: dict[str, Any]
    named: dict[str, str]
    profile: dict[str, str]
    strangers: set[Key]
    esm: dict[str, Any]

    def entries(self) -> dict[str, Entry]:
        """Return the entries of the ESM by state ID."""
        return entries_of(self.esm)

    def owned(self) -> set[Key]:
        """Return the resources that the ESM records."""
        return owned_in(self.esm)

    def snapshot(self) -> dict[Key, dict[str, Any]]:
        """Return all live resources, in AWS's member names."""
        raise NotImplementedError

    def wish(self, name):
        """Return what the SLS declares of a state; None if it is to be absent."""
        raise NotImplementedError

    def check(self, before, esm, results, theirs=frozenset()):
        """Check what must hold after every run."""
        comments = " ".join(str(result["comment"]) for result in results.values())
        after, owned, were_owned = self.snapshot(), self.owned(), owned_in(esm)
        parts = {name: [f"{name}{part}" for part in PARTS] for name in self.wanted}
        own = {part for names in parts.values() for part in names}
        # A state that is refused, or a part of whose replacement is, keeps its entry.
        refused = {
            part
            for names in parts.values()
            if any(results.get(one, {}).get("result") is False for one in names)
            for part in names
        }
        keys = [entry.key for name, entry in self.entries().items() if name in own - refused]
        assert len(keys) == len(set(keys)), "two states manage one resource"
        self.check_nothing_forgotten(were_owned, after, owned)
        # The resources of others: strangers', and those of states that are not in the run.
        others = self.strangers - owned
        others |= {
            entry.key
            for name, entry in entries_of(esm).items()
            if name not in own and name != values.described_name(entry.kind, entry.fields)
        } - {key for key in owned if key in set(keys)}
        named = {key for key in before if key[-1] in self.named.values()}
        self.check_unchanged(before, after, others - named - (were_owned - others))
        for name in self.wanted:
            self.check_adoption(name, before, esm, were_owned, results)
        surplus = set(after) - self.strangers - owned - theirs
        unnamed = {key for key in surplus if key[-1] not in comments}
        # Only after a lost response that could not be looked into is an ID unknown.
        unclear = ("it is unknown whether", "may exist")
        assert not unnamed or any(one in comments for one in unclear), (unnamed, comments)
        self.strangers = (self.strangers | surplus) - owned

    def check_nothing_forgotten(self, were_owned, after, owned):
        """Check that the ESM still records what exists: a resource, or what it will be deleted with."""
        left = {key for key in were_owned & set(after) if key not in owned}
        forgotten = {key for key in left if parent_of(key) not in owned}
        assert not forgotten, f"forgotten: {forgotten}"

    def check_unchanged(self, before, after, keys):
        """Check that resources are as before, unless what contains them was deleted."""
        for key in keys:
            parent = parent_of(key)
            if parent not in before or parent in after:
                assert before.get(key) == after.get(key), f"changed: {key}"

    def check_adoption(self, name, before, esm, were_owned, results):
        """Check that a state that adopted a resource declares it as it was."""
        entry, wish = self.entries().get(name), self.wish(name)
        if entry is None or entry.key not in before or entry.key in were_owned:
            return
        if entry.key[-1] in self.named.values():
            return
        # For a parameter that the SLS does not give, Idem passes the ESM's value, but not to
        # the state that it adds for a replacement after the deletion.
        added = f"{name}_create_new"
        recorded = entries_of(esm).get(added if added in results else name)
        kind = entry.kind
        held = {
            field: value
            for field, value in (recorded.fields if recorded else {}).items()
            if field in kind.settable and value is not None
        }
        created = self.slots[name].plan(held | wish).created
        adopted = values.from_aws(kind, before[entry.key], kind.ids(entry.key[1:-1], ""))
        differing = plan.differences(kind, created, adopted)
        assert not differing, f"{name} adopted {entry.key}: {differing}"

    def check_state(self, name, wish, results):
        """Check that a state that succeeded is as declared."""
        parts = [results[f"{name}{part}"] for part in PARTS if f"{name}{part}" in results]
        if not all(part["result"] for part in parts):
            assert all(part["comment"] for part in parts), name
            return
        entry = self.entries().get(name)
        if wish is None:
            assert entry is None, name
        else:
            snapshot = self.snapshot()
            if not self.slots[name].parent and parent_of(entry.key) not in (None, *snapshot):
                # A state that names what contains it, by its ID, has replaced that.
                return
            live = snapshot[entry.key]
            parents = {parent.name: entry.fields[parent.name] for parent in entry.kind.parents}
            held = values.from_aws(entry.kind, live, parents, entry.fields["name"])
            assert plan.matches(entry.kind, wish, {}, held) and entry.fields == held, name

    def check_prediction(self, name, dry, real):
        """Check that a run did what its dry run said."""
        if "does not document" in str(dry["comment"]) or self.is_named_elsewhere(name, dry, real):
            return
        assert dry["result"] == real["result"], (name, dry["comment"], real["comment"])
        if not dry["result"]:
            return
        expected, new = dry["new_state"], real["new_state"]
        assert bool(expected) == bool(new), name
        for key in expected or ():
            if key == "resource_id" and self.has_twin_elsewhere(name):
                continue
            if not values.is_open(expected[key]):
                assert expected[key] == new[key], (name, key)

    def is_named_elsewhere(self, name, *results):
        """Return whether a state that uses another profile has, in one of some results, its resource.

        Of the states that name one resource, all but one fail. States of several profiles decide at
        different moments, so that it depends on STS which one succeeds.
        """
        comments = " ".join(str(result["comment"]) for result in results)
        others = re.findall(r"is already managed by the state '(\w+)'", comments)
        own = self.profile.get(name, "home")
        return any(self.profile.get(other, "home") != own for other in others)

    def has_twin_elsewhere(self, name):
        """Return whether an equal state uses another profile.

        Of equal states, those of one profile adopt in the order of the SLS. Those of several profiles
        read the API at different moments.
        """
        if not self.wanted.get(name):
            return False
        slot = self.slots[name]
        own = slot.plan(self.wanted[name]).created
        return any(
            self.slots[other] == slot
            and wish
            and self.profile.get(other, "home") != self.profile.get(name, "home")
            and not plan.differences(slot.kind, own, slot.plan(wish).created)
            for other, wish in self.wanted.items()
        )

    def check_no_op(self, sls, invert):
        """Check that a second run changes nothing."""
        before, esm = self.snapshot(), copy.deepcopy(self.esm)
        self.server.reset_calls()
        results = self.idem.apply(sls, self.profiles, self.esm, invert=invert)
        assert all(result["result"] for result in results.values()), results
        assert (before, esm) == (self.snapshot(), self.esm)
        assert not [one for one in self.server.counts() if not one.startswith("Get")]

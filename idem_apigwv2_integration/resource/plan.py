"""The plan of a state: what is wanted, how it differs from what is live, and what to send.

``given`` is what the SLS gives. ``None`` leaves a field, or a key of a map, as it is; ``""`` and ``{}``
remove it. A map that is given is the whole wanted map.
"""

import functools
from collections.abc import Iterator
from typing import Any

from idem_apigwv2_integration.resource import messages, values
from idem_apigwv2_integration.resource.display import Mask
from idem_apigwv2_integration.resource.type import PROTOCOLS, Removal, ResourceType, is_met

Fields = dict[str, Any]


class Plan:
    """What a state changes, computed once and read by checks, prediction, request and comparison.

    Args:
        live: The resource as it is, in Idem's shape, if it exists.
        protocol: The API's protocol; None if it is not known yet.

    Attributes:
        protocols: The protocols that the API may have; all if its own is not known, or not to this
            version.
        merged: The settable fields that result from what is given and what is live.
        ignored: Why AWS ignores some of them, by name, whichever of its possible protocols the API has.
        wanted: `merged` without what AWS ignores.
        changes: The settable fields in which that differs from what is live.
    """

    def __init__(
        self, kind: ResourceType, given: Fields, live: Fields | None = None, protocol: str | None = None
    ):
        self.kind, self.given, self.live, self.protocol = kind, given, live, protocol
        self.protocols = (protocol,) if protocol in PROTOCOLS else PROTOCOLS
        self.merged: Fields = {}
        for name, field in kind.settable.items():
            value, before = given.get(name), (live or {}).get(name)
            if isinstance(value, dict):
                value = field.tidy(_fill_in(kind.spell_as(value, before), before))
            elif value is None:
                value = before
            if value not in (None, ""):
                self.merged[name] = value
        self._ignored = [
            {
                name: one.reason
                for name in self.merged
                for one in kind.settable[name].ignored
                if protocol in one.protocols and is_met(one.when, self.merged)
            }
            for protocol in self.protocols
        ]
        first, *others = self._ignored
        self.ignored = {
            name: reason for name, reason in first.items() if all(name in one for one in others)
        }
        self.wanted = {name: one for name, one in self.merged.items() if name not in self.ignored}
        self.changes = differences(kind, self.wanted, live) if live else list(self.wanted)
        self.is_noop = bool(live) and not self.changes

    @functools.cached_property
    def request(self) -> Fields:
        """The members of the request that creates what is wanted, or turns what is live into it."""
        if self.live is None:
            return values.to_aws(self.kind, self.wanted)
        # A value that AWS may not keep is sent where it is given, although it does not change.
        again = [name for name in self._refilled if self.given.get(name) is not None]
        again += [name for name, field in self.kind.settable.items() if field.is_resent(self.wanted)]
        request = {name: self._as_sent(name) for name in self.changes}
        request |= {name: self.wanted[name] for name in again if name in self.wanted}
        return values.to_aws(self.kind, request)

    @functools.cached_property
    def predicted(self) -> Fields:
        """The fields that AWS returns once the plan is applied; placeholders for what is not known."""
        result = dict(self.wanted)
        if self.live is None:
            for name, field in self.kind.by_name.items():
                value = None if name in result else field.fill_in(self.wanted, self.protocols)
                if value is not None:
                    result[name] = value
            # Where the protocol decides whether AWS ignores a field, it is open what AWS returns.
            perhaps = [name for name in self.wanted if any(name in one for one in self._ignored)]
            return result | {name: values.placeholder(name) for name in perhaps}
        result |= {name: self.live[name] for name in self.kind.read_only if name in self.live}
        # AWS does not document what becomes of a filled-in value when the type changes.
        open_ = [name for name in self._refilled if self.given.get(name) is None]
        return result | {name: values.placeholder(name) for name in open_}

    @functools.cached_property
    def created(self) -> Fields:
        """Every settable field of what a create leads to, AWS's defaults included."""
        return {name: value for name, value in self.predicted.items() if name in self.kind.settable}

    def open_questions(self, mask: Mask) -> list[str]:
        """Return a sentence for each removal of which AWS does not document whether it is applied."""
        live, sentences = self.live or {}, []
        for name, field in self.kind.settable.items():
            before, after = live.get(name), self.wanted.get(name)
            keys = sorted(before) if isinstance(before, dict) else []
            removed = [key for key in keys if isinstance(after, dict) and key not in after]
            if not field.undocumented or not before:
                continue
            if after is None:
                parts = mask.texts(keys, name) if keys else []
                sentences.append(messages.may_stay(name, parts, field.undocumented.whole))
            elif removed:
                parts = mask.texts(removed, name)
                sentences.append(messages.may_stay(name, parts, field.undocumented.key))
        return sentences

    @functools.cached_property
    def drops(self) -> bool:
        """Whether `wanted` drops an entry of a given map: an empty one, or one of two keys alike."""
        for name, value in self.given.items():
            if isinstance(value, dict) and not self.kind.settable[name].keeps_empty_values:
                entries = values.leaves(value)
                distinct = {tuple(map(self.kind.fold_key, path)) for path in entries}
                if "" in entries.values() or len(distinct) < len(entries):
                    return True
        return False

    def unmet(self, resource: Fields) -> list[str]:
        """Return the names of the given fields in which a resource is not what is wanted."""
        differing = differences(self.kind, self.wanted, resource)
        return [name for name in differing if self.given.get(name) is not None]

    def differs_from_created(self, resource: Fields) -> list[str]:
        """Return the settable fields in which a resource differs from what a create leads to.

        What AWS fills in counts where a response leaves it out: servers that are not AWS's do so.
        """
        settable = {name: resource[name] for name in self.kind.settable if name in resource}
        if self.protocol:
            filled_in = {
                name: field.fill_in(settable, self.protocols)
                for name, field in self.kind.settable.items()
            }
            settable = {name: value for name, value in filled_in.items() if value is not None} | settable
        return differences(self.kind, self.created, settable)

    def equals_created(self, resource: Fields) -> bool:
        """Return whether a resource may be what a create of the plan leads to."""
        # On a protocol that this version does not know, it is open what AWS fills in.
        return all(
            values.is_open(self.created.get(name)) for name in self.differs_from_created(resource)
        )

    @functools.cached_property
    def _refilled(self) -> list[str]:
        """The fields that AWS filled in, and may fill in differently because the type changes."""
        live, found = self.live or {}, []
        for name, field in self.kind.by_name.items():
            before, after = (field.fill_in(one, self.protocols) for one in (live, self.wanted))
            unchanged = not field.settable or self.wanted.get(name) == live.get(name)
            if before != after and live.get(name) == before and unchanged:
                found.append(name)
        return found

    def _as_sent(self, name: str) -> Any:
        """Return the value of a member that turns the live value into the wanted one."""
        field = self.kind.settable[name]
        wanted, live = self.wanted.get(name), (self.live or {}).get(name)
        if field.removal is Removal.KEY_BY_KEY and not field.is_resent(self.wanted):
            return {**dict.fromkeys(live or {}, ""), **(wanted or {})}
        if field.removal is Removal.CODE_BY_CODE:
            emptied = {
                code: {**dict.fromkeys((live or {}).get(code, {}), ""), **inner}
                for code, inner in (wanted or {}).items()
            }
            return {**{code: {} for code in live or {}}, **emptied}
        return field.empty if wanted is None else wanted


def differences(kind: ResourceType, one: Fields, other: Fields) -> list[str]:
    """Return the names of the settable fields in which AWS tells two resources apart."""
    return [
        name
        for name in kind.settable
        if one.get(name) != other.get(name)
        and kind.spell_as(one.get(name), other.get(name)) != other.get(name)
    ]


def describe_update(
    kind: ResourceType, before: Fields, after: Fields, dry_run: bool, mask: Mask
) -> list[str]:
    """Return the sentences about what an update changes, or in a dry run would."""
    names = differences(kind, after, before)
    removed = {
        name: list(_removed(kind, before[name], after.get(name)))
        for name in names
        if isinstance(before.get(name), dict)
    }
    lines = [
        messages.removed(name, mask.texts(keys, name), dry_run) for name, keys in removed.items() if keys
    ]
    return [messages.parameters(names, dry_run), *lines]


def _removed(kind: ResourceType, before: Fields, after: Fields | None) -> Iterator[str]:
    """Yield the keys of a map, and of the maps in it, that another one does not have."""
    after = kind.spell_as(after or {}, before)
    if not isinstance(after, dict):
        # It is bound to what is not known yet.
        return
    for key, value in before.items():
        if key not in after:
            yield str(key)
        elif isinstance(value, dict):
            yield from (f"{inner} of {key}" for inner in _removed(kind, value, after[key]))


def matches(kind: ResourceType, given: Fields, read_only: Fields, live: Fields) -> bool:
    """Return whether a live resource has every field that is searched for, as it is given."""
    differing = differences(kind, Plan(kind, given, live).merged, live)
    return not any(given.get(name) is not None for name in differing) and all(
        value is None or (kind.by_name[name].tidy(value) or None) == live.get(name)
        for name, value in read_only.items()
    )


def drift(kind: ResourceType, recorded: Fields | None, live: Fields) -> list[str]:
    """Return the settable fields in which a live resource differs from what the ESM recorded of it."""
    if not recorded or any(recorded.get(name) != live[name] for name in kind.id_names):
        return []
    stored = {name: recorded[name] or None for name in kind.settable if name in recorded}
    return differences(kind, stored, live)


def _fill_in(given: Fields, live: Any) -> Fields:
    """Return a given map with what is live for each None, which Idem's ``ignore_changes`` sets."""
    before = live if isinstance(live, dict) else {}
    filled = {}
    for key, value in given.items():
        if isinstance(value, dict):
            value = _fill_in(value, before.get(key))
        elif value is None:
            value = before.get(key)
        if value is not None:
            filled[key] = value
    return filled

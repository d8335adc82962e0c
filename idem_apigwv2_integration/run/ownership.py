"""Which resource a state manages: the one definition for present, absent and replacements.

The candidates are the SLS's ``resource_id`` in the SLS's API, and what the ESM records for the state,
each in the API that the ESM names. A candidate counts as gone only if neither GetIntegration nor a
complete listing of its API finds it, or if its API is gone and no other acct profile of the run leads to
it. What a state that has none adopts is decided in `adoption`.
"""

import asyncio
import dataclasses
import enum
from typing import Any

from idem_apigwv2_integration.aws import account, errors, retry
from idem_apigwv2_integration.resource import declaration, matching, values
from idem_apigwv2_integration.resource.type import Home
from idem_apigwv2_integration.run import deletions
from idem_apigwv2_integration.run.ledger import Key
from idem_apigwv2_integration.run.state import State

Resource = dict[str, Any]


class Source(enum.Enum):
    """Where a resource is named."""

    SLS = "the SLS"
    ESM = "the ESM, for this state"
    DEPOSED = "the ESM, as one that was replaced and could not be deleted"
    RUN = "the state itself, which created it earlier in this run"


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A resource that a state may manage.

    Args:
        following: The resource, if the run deletes it with what contains it, while the state moves
            elsewhere.
    """

    home: Home
    resource_id: str
    source: Source
    following: Resource | None = None


@dataclasses.dataclass
class Managed:
    """What a state manages, as it is now.

    Attributes:
        current: The resources that exist, each with its source.
        deposed: Those that exist although an earlier run replaced them.
        gone: The candidates that do not exist, or are deleted with what contains them.
        problems: Why the state must not change any of them, a sentence each.
    """

    current: list[tuple[Source, Resource]]
    deposed: list[Resource]
    gone: list[Candidate]
    problems: list[str]

    @property
    def existing(self) -> list[Resource]:
        """All that exist."""
        return [*(resource for _, resource in self.current), *self.deposed]

    @property
    def is_gone(self) -> bool:
        """Whether nothing is left to delete, by the state or with what contains it."""
        following = any(known.following for known in self.gone)
        return not (self.existing or self.problems or following)


async def resolve(state: State) -> Managed:
    """Return what a state manages now, and make the state its owner."""
    if wrong := _check_entries(state):
        return Managed([], [], [], wrong)
    known, ledger = _candidates(state), state.run.ledger
    for one in known if state.identity else ():
        state.account.managed[one.home[0]].add(one.resource_id)
    managed = Managed([], [], [], [])
    own_key = _declared_key(state)
    subjects = [_key(state, one) for one in known] + ([own_key] if own_key else [])
    # Of two states that declare a key, the one that has a resource, or had one, comes first.
    with ledger.queue(subjects if state.identity else (), (not known, state.order)) as turn:
        found = await asyncio.gather(*(_read(state, one) for one in known))
        await turn()
        for candidate, resource in zip(known, found, strict=True):
            _add(state, managed, candidate, resource)
        if own_key:
            value = state.declared.given[state.kind.key or ""]
            # What has the key keeps it, although a state that was called earlier declares it as well.
            holds = not managed.problems and _has_key(state, managed, value)
            if other := ledger.claim(own_key, state.manager, holds):
                managed.problems.append(matching.key_owned(state.kind, value, other.id))
    if state.replacement.creates or state.replacement.collision:
        managed.problems += _unclear_replacement(state, managed)
    return managed


def _add(state: State, managed: Managed, candidate: Candidate, resource: Resource | str | None) -> None:
    """Add a candidate to what the state manages, and make the state its owner if it exists.

    Args:
        resource: See `_read`.
    """
    if isinstance(resource, str):
        managed.problems.append(resource)
        return
    owner, ledger, key = None, state.run.ledger, _key(state, candidate)
    if resource is None:
        managed.gone.append(candidate)
        owner = ledger.deleter(key)
    elif _follows(state, candidate):
        managed.gone.append(dataclasses.replace(candidate, following=resource))
    else:
        if candidate.source is Source.DEPOSED:
            managed.deposed.append(resource)
        else:
            managed.current.append((candidate.source, resource))
        owner = state.manager and ledger.claim(key, state.manager)
    if owner and owner != state.manager:
        ids = state.kind.ids(candidate.home, candidate.resource_id)
        managed.problems.append(matching.owned(state.kind, ids, owner.id, owner.function))


def own(state: State, resource: Resource) -> None:
    """Record that a state created or adopted a resource, and what it replaces."""
    if state.identity:
        state.account.managed[resource["api_id"]].add(resource["resource_id"])
        state.run.ledger.add(state.key(resource), state.manager)
    if state.replacement.creates:
        state.replacement.depose()


def release(state: State, resource: Resource) -> None:
    """Record that a state has deleted a resource, or would have in a run."""
    if state.identity and state.replacement.step is None:
        state.run.ledger.deleted(state.key(resource), state.manager, resource)


def _follows(state: State, candidate: Candidate) -> bool:
    """Return whether a resource is deleted with what contains it, while its state moves elsewhere."""
    if candidate.source is not Source.ESM or candidate.home == state.declared.home:
        return False
    # A replaced resource is not deleted by itself: it has to stay for as long as what contains it does.
    moves = state.identity is not None and state.identity.function == "present"
    return moves and deletions.deletes_parent(state.run, state.kind, candidate.home)


def _declared_key(state: State) -> Key | None:
    """Return what a state claims besides IDs: the key that it declares for its resource."""
    kind, identity = state.kind, state.identity
    value = state.declared.given.get(kind.key or "")
    if not identity or identity.function != "present" or state.replacement.deletes or value is None:
        return None
    return state.natural_key(value)


def _has_key(state: State, managed: Managed, value: Any) -> bool:
    """Return whether the state has a resource with a value of the natural key, where it declares it."""
    return any(
        resource.get(state.kind.key or "") == value and state.kind.home(resource) == state.declared.home
        for _, resource in managed.current
    )


def _key(state: State, candidate: Candidate) -> Key:
    return state.account.location, candidate.home, candidate.resource_id


def _unclear_replacement(state: State, managed: Managed) -> list[str]:
    """Return why it is unclear what a replacement replaces, a sentence each."""
    found = []
    if state.identity and state.replacement.collision:
        found.append(matching.ambiguous_id(state.identity.id, state.replacement.collision))
    recorded = [resource for source, resource in managed.current if source is Source.ESM]
    if state.replacement.creates and recorded:
        # Idem replaces what the SLS names, which is not what the ESM records.
        both = [state.replacement.replaced, *recorded]
        found.append(matching.ambiguous(state.kind, state.name, both))
    return found


def _check_entries(state: State) -> list[str]:
    """Return why ESM entries of a state can't be used: something else than Idem has changed them."""
    kind, deposed, found = state.kind, state.replacement.deposed, []
    for entry in (*state.entries, *([deposed] if deposed else [])):
        ids = kind.ids(kind.home(entry), entry["resource_id"])
        if wrong := declaration.Declaration(kind, ids, {}).identity:
            found.append(matching.unusable(state.name, " ".join(wrong.values())))
    return found


def _candidates(state: State) -> list[Candidate]:
    """Return the resources that a state may manage."""
    # Idem may run a state again without the ID of what its first try created.
    created = state.run.ledger.created.get(state.manager)
    found = [Candidate(*created[1:], Source.RUN)] if created else []
    kind, resource_id, replacement = state.kind, state.resource_id, state.replacement
    recorded = state.entries
    if replacement.creates:
        # Another state of the run deletes the replaced resource.
        replaced = replacement.replaced["resource_id"]
        recorded = [entry for entry in recorded if entry["resource_id"] != replaced]
    found += [Candidate(kind.home(entry), entry["resource_id"], Source.ESM) for entry in recorded]
    in_sls = not state.written or bool(str(state.written.get("resource_id") or "").strip())
    if replacement.deletes:
        # Idem combines the ID with the SLS's API, even where the state moves to another one.
        in_sls = resource_id not in {entry["resource_id"] for entry in recorded}
    if in_sls and resource_id and all(state.declared.home):
        found.append(Candidate(state.declared.home, resource_id, Source.SLS))
    if replacement.deposed:
        deposed = replacement.deposed
        found.append(Candidate(kind.home(deposed), deposed["resource_id"], Source.DEPOSED))
    unique: dict[tuple[Home, str], Candidate] = {}
    for one in found:
        unique.setdefault((one.home, one.resource_id), one)
    return list(unique.values())


async def _read(state: State, candidate: Candidate) -> Resource | str | None:
    """Return a resource, None if it is gone, or a sentence if it may be in another account."""
    ids = state.kind.ids(candidate.home, candidate.resource_id)
    if state.dry_run and values.is_placeholder(ids):
        return None
    resource = await state.get(ids)
    if resource is not None or await _lacks(state.account, ids["api_id"], state.waiter) is False:
        return resource
    return await _elsewhere(state, candidate)


async def _elsewhere(state: State, candidate: Candidate) -> str | None:
    """Return a sentence if another acct profile of the run leads, or may lead, to a candidate's API.

    The ESM does not record the account. Idem deletes a replaced resource with the default profile,
    whatever profile the state names.
    """
    unseen, api_id = None, candidate.home[0]
    for name, profile in state.run.profiles.items():
        other = account.of(state.hub, {"acct": profile})
        lacks = True if other is state.account else await _lacks(other, api_id, state.waiter)
        if lacks is False:
            return matching.elsewhere(state.kind, api_id, candidate.resource_id, name)
        if lacks is not True:
            unseen = matching.unseen(state.kind, api_id, candidate.resource_id, name, str(lacks))
    in_sls = candidate.source is Source.SLS and state.replacement.step is None
    return None if in_sls else unseen


async def missing(state: State) -> str:
    """Return which of the parents that the SLS names does not exist: one that is listed in vain."""
    inner = len(state.kind.parents) > 1
    if not inner or await _lacks(state.account, state.declared.api_id, state.waiter) is not False:
        return matching.missing_api(state.declared.api_id, state.account.location[0])
    return matching.missing_parent(state.kind, state.declared.parents)


async def _lacks(acct: account.Account, api_id: str, waiter: retry.Waiter) -> bool | errors.CallFailed:
    """Return whether an account does not have an API; return the failure if it can't be read."""
    try:
        await acct.reader.protocol(api_id, waiter)
    except errors.CallFailed as failure:
        return True if isinstance(failure, errors.NotFound) else failure
    return False

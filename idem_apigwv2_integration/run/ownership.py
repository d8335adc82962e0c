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
from idem_apigwv2_integration.resource.type import ResourceType
from idem_apigwv2_integration.run import deletions
from idem_apigwv2_integration.run.ledger import Key
from idem_apigwv2_integration.run.state import Resource, State


class Source(enum.Enum):
    """Where a resource is named."""

    SLS = "the SLS"
    ESM = "the ESM, for this state"
    DEPOSED = "the ESM, as one that was replaced and could not be deleted"
    RUN = "the state itself, which created it earlier in this run"


@dataclasses.dataclass
class Candidate:
    """A resource that a state may manage.

    Args:
        ids: Its ID, and those of what contains it, by parameter.
        live: The resource as it is now; empty if it does not exist.
        follows: Whether the run deletes it with what contains it, while the state moves elsewhere.
    """

    ids: dict[str, Any]
    source: Source
    live: Resource = dataclasses.field(default_factory=dict)
    follows: bool = False


@dataclasses.dataclass
class Managed:
    """What a state manages, as it is now.

    Args:
        problems: Why the state must not change any of it, a sentence each.
        current: What exists.
        deposed: What exists although an earlier run replaced it.
        gone: What does not exist, or is deleted with what contains it.
    """

    problems: list[str]
    current: list[Candidate] = dataclasses.field(default_factory=list)
    deposed: list[Candidate] = dataclasses.field(default_factory=list)
    gone: list[Candidate] = dataclasses.field(default_factory=list)

    @property
    def existing(self) -> list[Candidate]:
        """All that exist, with what is deleted with what contains it."""
        return [*self.current, *self.deposed, *(one for one in self.gone if one.follows)]


async def resolve(state: State) -> Managed:
    """Return what a state manages now, and make the state its owner."""
    if wrong := _check_entries(state):
        return Managed(wrong)
    known, value = _candidates(state), None
    if state.identity.function == "present" and not state.replacement.deletes:
        value = state.kind.key_of(state.declared.given)
    subjects = [state.key(one.ids) for one in known] if state.manager else []
    subjects += [] if value is None else [state.natural_key(value)]
    for one in known if state.manager else ():
        state.account.endpoint.managed[one.ids["api_id"]].add(one.ids["resource_id"])
    # Of two states that declare a key, the one that has a resource, or had one, comes first.
    with state.run.ledger.queue(subjects, (not known, state.order)) as turn:
        unseen = await asyncio.gather(*(_read(state, one) for one in known))
        await turn()
        managed = Managed([problem for problem in unseen if problem])
        for one, problem in zip(known, unseen, strict=True):
            if not problem:
                _claim_candidate(state, managed, one)
        if value is not None:
            managed.problems += _claim_key(state, managed, value)
    if state.replacement.creates or state.replacement.collision:
        managed.problems += _describe_unclear_replacement(state, managed)
    return managed


def _claim_candidate(state: State, managed: Managed, one: Candidate) -> None:
    """Add a candidate to what the state manages, and make the state its owner if it exists."""
    key, home, ledger = state.key(one.ids), state.kind.home(one.ids), state.run.ledger
    owner = None
    # A replaced resource is not deleted by itself: it has to stay for as long as what contains it does.
    moves = state.identity.function == "present" and home != state.declared.home
    if not one.live:
        managed.gone.append(one)
        owner = ledger.owners[key] if key in ledger.deleted else None
    elif one.source is Source.ESM and moves and deletions.deletes_parent(state.run, home):
        managed.gone.append(dataclasses.replace(one, follows=True))
    else:
        (managed.deposed if one.source is Source.DEPOSED else managed.current).append(one)
        owner = state.manager and ledger.claim(key, state.manager)
    if owner and owner != state.manager:
        managed.problems.append(matching.owned(state.kind, one.ids, owner.id, owner.function))


def _claim_key(state: State, managed: Managed, value: Any) -> list[str]:
    """Claim the natural key that the state declares, and return a sentence if another one has it."""
    own = [one.live for one in managed.current if state.kind.home(one.live) == state.declared.home]
    # What has the key keeps it, although a state that was called earlier declares it as well.
    holds = not managed.problems and value in map(state.kind.key_of, own)
    other = state.run.ledger.claim(state.natural_key(value), state.manager, holds)
    return [matching.key_owned(state.kind, value, other.id)] if other else []


def _describe_unclear_replacement(state: State, managed: Managed) -> list[str]:
    """Return why it is unclear what a replacement replaces, a sentence each."""
    replacement, found = state.replacement, []
    if replacement.collision:
        found.append(matching.ambiguous_id(state.identity.id, replacement.collision))
    recorded = [one.live for one in managed.current if one.source is Source.ESM]
    if replacement.creates and recorded:
        # Idem replaces what the SLS names, which is not what the ESM records.
        both = [replacement.replaced, *recorded]
        found.append(matching.ambiguous(state.kind, state.name, both))
    return found


def _check_entries(state: State) -> list[str]:
    """Return why ESM entries of a state can't be used: something else than Idem has changed them."""
    kind, deposed, found = state.kind, state.replacement.deposed, []
    for entry in (*state.entries, *([deposed] if deposed else [])):
        if wrong := declaration.Declaration(kind, _ids(kind, entry), {}).wrong_ids:
            found.append(matching.unusable(state.name, " ".join(wrong.values())))
    return found


def _candidates(state: State) -> list[Candidate]:
    """Return the resources that a state may manage."""
    kind, replacement = state.kind, state.replacement
    # Idem may run a state again without the ID of what its first try created.
    created = state.run.ledger.created.get(state.manager)
    found = [Candidate(kind.ids(*created[1:]), Source.RUN)] if created else []
    # Another state of the run deletes what is replaced.
    replaced = replacement.replaced.get("resource_id")
    recorded = [entry for entry in state.entries if entry["resource_id"] != replaced]
    found += [Candidate(_ids(kind, entry), Source.ESM) for entry in recorded]
    in_sls = not state.written or bool(str(state.written.get("resource_id") or "").strip())
    if replacement.deletes:
        # Idem combines the ID with the SLS's API, even where the state moves to another one.
        in_sls = state.resource_id not in {entry["resource_id"] for entry in recorded}
    if in_sls and all(state.declared.ids.values()):
        found.append(Candidate(state.declared.ids, Source.SLS))
    if replacement.deposed:
        found.append(Candidate(_ids(kind, replacement.deposed), Source.DEPOSED))
    unique: dict[Key, Candidate] = {}
    for one in found:
        unique.setdefault(state.key(one.ids), one)
    return list(unique.values())


def _ids(kind: ResourceType, resource: dict[str, Any]) -> dict[str, Any]:
    return kind.ids(kind.home(resource), resource["resource_id"])


async def _read(state: State, candidate: Candidate) -> str | None:
    """Read a candidate; return a sentence if it is not found, but may be in another account."""
    ids = candidate.ids
    if state.dry_run and values.is_open(ids):
        return None
    candidate.live = await state.get(ids) or {}
    if candidate.live or await _lacks(state.account, ids["api_id"], state.waiter) is False:
        return None
    return await _elsewhere(state, candidate)


async def _elsewhere(state: State, candidate: Candidate) -> str | None:
    """Return a sentence if another acct profile of the run leads, or may lead, to a candidate's API.

    The ESM does not record the account. Idem deletes a replaced resource with the default profile,
    whatever profile the state names.
    """
    unseen, api_id = None, candidate.ids["api_id"]
    for name, profile in state.run.profiles.items():
        other = account.of(state.hub, {"acct": profile})
        lacks = True if other is state.account else await _lacks(other, api_id, state.waiter)
        if lacks is False:
            return matching.elsewhere(state.kind, api_id, candidate.ids["resource_id"], name)
        if lacks is not True:
            unseen = matching.unseen(state.kind, api_id, candidate.ids["resource_id"], name, str(lacks))
    in_sls = candidate.source is Source.SLS and state.replacement.step is None
    return None if in_sls else unseen


async def _lacks(acct: account.Account, api_id: str, waiter: retry.Waiter) -> bool | errors.CallFailed:
    """Return whether an account does not have an API; return the failure if it can't be read."""
    try:
        await acct.reader.protocol(api_id, waiter)
    except errors.CallFailed as failure:
        return True if isinstance(failure, errors.NotFound) else failure
    return False

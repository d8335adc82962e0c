"""Which resource a state manages: the one definition for present, absent and replacements.

The candidates are the SLS's ``resource_id`` in the SLS's API, and what the ESM records for the state,
each in the API that the ESM names. A candidate counts as gone only if neither GetIntegration nor a
complete listing of its API finds it, or if its API is gone and no other acct profile of the run leads to
it. A state that has none adopts an unmanaged resource that equals what it would create.
"""

import asyncio
import dataclasses
import enum
from typing import Any

from idem_apigwv2_integration.aws import account, errors, retry, write
from idem_apigwv2_integration.aws.operation import Collection, operations
from idem_apigwv2_integration.resource import declaration, matching, values
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.resource.type import PROTOCOLS, Home
from idem_apigwv2_integration.run import keys, parents
from idem_apigwv2_integration.run.ledger import Key
from idem_apigwv2_integration.run.state import ExecFailed, State

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


async def resolve(state: State) -> Managed:
    """Return what a state manages now, and make the state its owner."""
    if wrong := _check_entries(state):
        return Managed([], [], [], wrong)
    known, ledger = _candidates(state), state.run.ledger
    named = [(state.account.location, one.home, one.resource_id) for one in known]
    for one in known if state.identity else ():
        state.account.managed[one.home[0]].add(one.resource_id)
    managed = Managed([], [], [], [])
    own_key = _declared_key(state)
    subjects = [*named, own_key] if own_key else named
    # Of two states that declare a key, the one that has a resource, or had one, comes first.
    with ledger.queue(subjects if state.identity else (), (not known, state.order)) as turn:
        found = await asyncio.gather(*(_read(state, one) for one in known))
        await turn()
        for candidate, key, resource in zip(known, named, found, strict=True):
            owner = None
            if isinstance(resource, str):
                managed.problems.append(resource)
            elif resource and _follows(state, candidate):
                managed.gone.append(dataclasses.replace(candidate, following=resource))
            elif resource is None:
                managed.gone.append(candidate)
                owner = ledger.deleter(key)
            else:
                if candidate.source is Source.DEPOSED:
                    managed.deposed.append(resource)
                else:
                    managed.current.append((candidate.source, resource))
                owner = state.manager and ledger.claim(key, state.manager)
            if owner and owner != state.manager:
                ids = state.kind.ids(candidate.home, candidate.resource_id)
                managed.problems.append(matching.owned(state.kind, ids, owner.id, owner.function))
        if own_key:
            value = state.declared.given[state.kind.key or ""]
            # What has the key keeps it, although a state that was called earlier declares it as well.
            holds = not managed.problems and _has_key(state, managed, value)
            if other := ledger.claim(own_key, state.manager, holds):
                managed.problems.append(matching.key_owned(state.kind, value, other.id))
    if state.replacement.creates or state.replacement.collision:
        managed.problems += _unclear_replacement(state, managed)
    return managed


async def adopt(state: State, plan: Plan, managed: Managed) -> Resource | None:
    """Return an unmanaged resource that equals what a state would create, and make it the owner.

    States that look at the same moment choose in the order of the SLS, from the resources in the order
    of their IDs, so that equal states find the same resources again. What else resembles the plan is
    noted.
    """
    adopts = _may_adopt(state)
    # What the ESM records as gone, or as replaced, an interrupted run may have created again.
    recorded = any(known.source is not Source.SLS for known in managed.gone)
    creates_again = recorded or state.replacement.creates
    unknown = plan.protocol not in PROTOCOLS or values.is_placeholder(state.declared.ids)
    listed: list[Resource] | None = []
    with state.run.ledger.queue([state.place], state.order) as turn:
        try:
            listed = [] if unknown else await state.list_all()
        except ExecFailed as failure:
            # Without permission to list, a state can still create: one that never adopts, or whose
            # resource is gone or replaced. Any other one might duplicate what it should have adopted.
            if (adopts and not creates_again) or not failure.refused:
                raise
            unknown = True
        await turn()
        if listed is None:
            raise ExecFailed([await missing(state)])
        return None if unknown else _adopt_or_refuse(state, plan, managed, listed, adopts)


async def check_key(state: State, plan: Plan, managed: Managed) -> None:
    """Fail if another resource has the key to which an update changes the one of a state."""
    if plan.live and plan.kind.key in plan.changes:
        _adopt_or_refuse(state, plan, managed, await state.list_all() or [], adopts=False)


async def check_replacement(state: State, plan: Plan, replaced: Resource) -> None:
    """Fail if the replacement of a resource can't have its key, so that the resource must stay.

    Args:
        state: The state that deletes the resource, with the declaration of the replacement.
    """
    kind, value = state.kind, plan.wanted[state.kind.key or ""]
    owner = state.run.ledger.owner(_key(state, value))
    if owner and state.identity and owner.id != state.identity.id:
        raise ExecFailed([matching.key_owned(kind, value, owner.id)])
    # In a dry run, nothing has a key in what does not exist yet.
    if not values.is_placeholder(state.declared.parents):
        listed = await state.list_all()
        if listed is None:
            raise ExecFailed([await missing(state)])
        others = [one for one in listed if one["resource_id"] != replaced["resource_id"]]
        _adopt_or_refuse(state, plan, Managed([], [], [], []), others, _may_adopt(state))


def _may_adopt(state: State) -> bool:
    return not state.hub.OPT.idem.get("get_resource_only_with_resource_id")


def _adopt_or_refuse(
    state: State, plan: Plan, managed: Managed, listed: list[Resource], adopts: bool
) -> Resource | None:
    """Adopt the one of some resources that the state may adopt, and note which ones are similar.

    Returns:
        What it adopts; None if there is nothing.

    Raises:
        ExecFailed: Another one has the key, so that AWS would refuse a second one.
    """
    run, home, kind = state.run, state.declared.home, plan.kind
    aws = operations(kind)
    gone = {known.resource_id for known in managed.gone if known.home == home}
    back = sorted(gone & {resource["resource_id"] for resource in listed})
    if back:
        raise errors.contradicted(aws.get.name, f"{kind.label} {back[0]}", aws.list.name)
    unavailable = run.claimed(state.place)
    if state.replacement.creates:
        # What is replaced may have drifted until it equals its replacement.
        unavailable.add(state.replacement.replaced["resource_id"])
    recorded = run.recorded(home)
    others = []
    # An integration of API Gateway's quick create can't be deleted by itself: the last choice.
    for resource in sorted(listed, key=lambda resource: bool(resource.get("api_gateway_managed"))):
        if kind.key and resource.get(kind.key) != plan.wanted[kind.key]:
            continue
        resource_id = resource["resource_id"]
        if plan.live and plan.live["resource_id"] == resource_id:
            continue
        owner = recorded.get(resource_id)
        if resource_id in unavailable or (owner and run.manages(owner)):
            if kind.key:
                keys.wait_for(state, listed, resource)
            continue
        payload = {kind.id_member: resource_id, **values.to_aws(kind, resource)}
        if write.is_being_created(state.account, Collection(kind, home), payload):
            continue
        differing = plan.differs_from_created(resource)
        if not differing and not owner and adopts:
            if state.replacement.deletes:
                # The state that creates the replacement will adopt it.
                return resource
            if not state.dry_run:
                own(state, resource)
            elif state.identity:
                # Nothing is recorded of a dry run; only no other state may adopt it as well.
                run.ledger.claim(state.key(resource), state.manager)
            return resource
        if kind.key:
            raise ExecFailed([matching.key_taken(kind, resource, owner, differing)])
        others.append((resource, owner, differing))
    if others:
        state.notes += _describe_others(state, plan, others)
    return None


def _describe_others(
    state: State, plan: Plan, others: list[tuple[Resource, str | None, list[str]]]
) -> list[str]:
    """Return sentences about resources that a state may be meant to manage, and does not.

    Args:
        others: The resources, each with the state not in this run for which the ESM records it, and the
            parameters in which it differs from what is created.
    """
    notes, similar, recorded = [], [], {}
    for resource, owner, differing in others:
        resource_id = resource["resource_id"]
        alike = not differing or plan.kind.resembles(plan.created, resource)
        if owner and alike:
            notes.append(matching.recorded(plan.kind, resource_id, owner, differing))
        elif owner:
            recorded[resource_id] = owner
        elif not differing:
            notes.append(matching.equal(resource_id))
        elif alike:
            similar.append((resource_id, differing))
    # What resembles nothing is mentioned once in a run; many are of other files, and not renamed.
    new = [one for one in recorded if one not in state.run.mentioned]
    if len(recorded) <= matching.MOST_NAMED:
        notes += [matching.recorded(plan.kind, one, recorded[one]) for one in new]
        state.run.mentioned.update(new)
    return notes + matching.similar(plan.kind, similar)


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
    return moves and parents.are_deleted(state.run, state.kind, candidate.home)


def _declared_key(state: State) -> Key | None:
    """Return what a state claims besides IDs: the key that it declares for its resource."""
    kind, identity = state.kind, state.identity
    value = state.declared.given.get(kind.key or "")
    if not identity or identity.function != "present" or state.replacement.deletes or value is None:
        return None
    return _key(state, value)


def _has_key(state: State, managed: Managed, value: Any) -> bool:
    """Return whether the state has a resource with a value of the natural key, where it declares it."""
    return any(
        resource.get(state.kind.key or "") == value and state.kind.home(resource) == state.declared.home
        for _, resource in managed.current
    )


def _key(state: State, value: Any) -> Key:
    """Return what a state claims if its resource is to have a value of the natural key."""
    return (*state.place, f"{state.kind.key}: {value}")


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

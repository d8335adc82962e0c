"""Which existing resource a state adopts, and who has the key that it declares.

AWS allows a key once in what contains the resource. If a resource of the run has the key that another
state declares, that state has to wait until the resource is deleted or gets another key.
"""

from collections.abc import Iterator
from typing import Any

from idem_apigwv2_integration.aws import errors, write
from idem_apigwv2_integration.aws.operation import Collection, operations
from idem_apigwv2_integration.resource import matching, values
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.resource.type import PROTOCOLS
from idem_apigwv2_integration.run.ownership import Managed
from idem_apigwv2_integration.run.state import Failed, Resource, State


async def adopt(state: State, plan: Plan, managed: Managed) -> Resource | None:
    """Return an unmanaged resource that equals what a state would create, and make it the owner.

    States that look at the same moment choose in the order of the SLS, from the resources in the order
    of their IDs, so that equal states find the same resources again. What else resembles the plan is
    noted.
    """
    adopts, home = _may_adopt(state), state.declared.home
    # What the ESM records as gone, or as replaced, an interrupted run may have created again.
    creates_again = bool(managed.gone) or state.replacement.creates
    unknown = plan.protocol not in PROTOCOLS or values.is_open(state.declared.ids)
    listed: list[Resource] = []
    with state.run.ledger.queue([state.place], state.order) as turn:
        try:
            listed = [] if unknown else await state.list_all()
        except errors.Refused:
            # Without permission to list, a state can still create: one that never adopts, or whose
            # resource is gone or replaced. Any other one might duplicate what it should have adopted.
            if adopts and not creates_again:
                raise
            unknown = True
        await turn()
        gone = {one.ids["resource_id"] for one in managed.gone if state.kind.home(one.ids) == home}
        for back in sorted(gone & {resource["resource_id"] for resource in listed}):
            aws = operations(plan.kind)
            raise errors.contradicted(aws.get.name, f"{plan.kind.label} {back}", aws.list.name)
        return None if unknown else _adopt_or_refuse(state, plan, listed, adopts)


async def check_key(state: State, plan: Plan) -> None:
    """Fail if another resource has the key to which an update changes the one of a state."""
    if plan.live and plan.kind.key in plan.changes:
        _adopt_or_refuse(state, plan, await state.list_all(), adopts=False)


async def check_key_of_replacement(state: State, plan: Plan, replaced: Resource) -> None:
    """Fail if the replacement of a resource can't have its key, so that the resource must stay.

    Args:
        state: The state that deletes the resource, with the declaration of the replacement.
    """
    kind, value = state.kind, state.kind.key_of(plan.wanted)
    owner = state.run.ledger.owners.get(state.natural_key(value))
    if owner and owner.id != state.identity.id:
        raise Failed(matching.key_owned(kind, value, owner.id))
    # In a dry run, nothing has a key in what does not exist yet.
    if not values.is_open(state.declared.parents):
        listed = await state.list_all()
        others = [one for one in listed if one["resource_id"] != replaced["resource_id"]]
        _adopt_or_refuse(state, plan, others, _may_adopt(state))


def _may_adopt(state: State) -> bool:
    return not state.hub.OPT.idem.get("get_resource_only_with_resource_id")


def _adopt_or_refuse(state: State, plan: Plan, listed: list[Resource], adopts: bool) -> Resource | None:
    """Adopt the one of some resources that the state may adopt, and note which ones are similar.

    Returns:
        What it adopts; None if there is nothing.

    Raises:
        Failed: Another one has the key, so that AWS would refuse a second one.
    """
    kind, recorded, others = plan.kind, state.run.recorded(state.declared.home), []
    for resource in _unmanaged(state, plan, listed):
        owner, differing = recorded.get(resource["resource_id"]), plan.differs_from_created(resource)
        if not differing and not owner and adopts:
            _claim_adopted(state, resource)
            return resource
        if kind.key:
            raise Failed(matching.key_taken(kind, resource, owner, differing))
        others.append((resource, owner, differing))
    if others:
        state.notes += _describe_others(state, plan, others)
    return None


def _unmanaged(state: State, plan: Plan, listed: list[Resource]) -> Iterator[Resource]:
    """Yield the resources that the state could have and that no state of the run manages or creates.

    Raises:
        Failed: A state of the run manages one with the key, and has not given it up yet.
    """
    run, kind, where = state.run, plan.kind, Collection(plan.kind, state.declared.home)
    managed = set(run.managers(state.place))
    if state.replacement.creates:
        # What is replaced may have drifted until it equals its replacement.
        managed.add(state.replacement.replaced["resource_id"])
    # An integration of API Gateway's quick create can't be deleted by itself: the last choice.
    for resource in sorted(listed, key=lambda resource: bool(resource.get("api_gateway_managed"))):
        resource_id = resource["resource_id"]
        if kind.key_of(resource) != kind.key_of(plan.wanted):
            continue
        if plan.live and plan.live["resource_id"] == resource_id:
            continue
        if resource_id in managed:
            if kind.key:
                wait_for_key(state, listed, resource)
            continue
        payload = {kind.id_member: resource_id, **values.to_aws(kind, resource)}
        if not write.is_being_created(state.account, where, payload):
            yield resource


def _claim_adopted(state: State, resource: Resource) -> None:
    """Make the state the owner of what it adopts."""
    # What replaces a resource is adopted by the state that creates the replacement.
    if state.replacement.deletes or not state.manager:
        return
    if state.dry_run:
        # Nothing is recorded of a dry run; only no other state may adopt it as well.
        state.run.ledger.claim(state.key(resource), state.manager)
        return
    state.account.endpoint.managed[resource["api_id"]].add(resource["resource_id"])
    state.run.ledger.add(state.key(resource), state.manager)
    if state.replacement.creates:
        state.replacement.depose()


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


def wait_for_key(state: State, listed: list[Resource], holder: Resource) -> None:
    """Fail while another resource of the run has the key that a state declares.

    A dry run only fails if nothing in the run makes the key free, or one of the states that are to has
    failed by now. A run fails until it is free; Idem runs the state again.

    Args:
        state: The state.
        listed: All that is where the resource of the state is, or is to be.
        holder: The resource with the key.

    Raises:
        Failed: It has the key.
    """
    kind, replacement, resource_id = state.kind, state.replacement, holder["resource_id"]
    if state.key(holder) in state.run.ledger.deleted:
        # A listing may still show it.
        return
    if replacement.creates and replacement.replaced["resource_id"] == resource_id:
        if replacement.step is None:
            raise Failed(matching.key_of_replaced(kind, holder))
        return
    managers = state.run.managers(state.key(holder)[:2])
    givers = _giving_up(state, managers, listed, kind.key_of(holder))
    owner = managers.get(resource_id)
    if not givers:
        raise Failed(matching.key_kept(kind, holder, owner))
    if not state.dry_run or any(map(state.run.has_failed, givers)):
        raise Failed(matching.key_awaited(kind, holder, owner), pending=not state.dry_run)


def _giving_up(state: State, managers: dict[str, str], listed: list[Resource], key: Any) -> list[str]:
    """Return the states of the run that have to succeed before a key is free.

    The one that manages what has the key deletes it, or changes its key to one that is free, or that the
    next one gives up. If the key does not become free, there are none.
    """
    if state.identity.manager is None:
        return []
    holders = {state.kind.key_of(one): one for one in listed}
    givers: dict[Any, str] = {}
    # These can't free a key before the state itself has run.
    waiting = {(state.kind.name, state.identity.id + (state.identity.step or ""))}
    while key in holders and key not in givers:
        owner = givers[key] = managers.get(holders[key]["resource_id"], "")
        waiting = state.run.waiting_for(waiting)
        if owner == state.identity.id or (state.kind.name, owner) in waiting:
            return []
        waiting.add((state.kind.name, owner))
        chunks = [one for one in state.run.managing_states if one["__id__"] == owner]
        chunk = chunks[0] if chunks and state.run.executes(owner) else {}
        if chunk.get("fun") == "absent":
            return list(givers.values())
        ignored = state.kind.key in (chunk.get("ignore_changes") or ())
        key = key if ignored else state.kind.key_of(chunk) or key
    return [] if key in givers else list(givers.values())

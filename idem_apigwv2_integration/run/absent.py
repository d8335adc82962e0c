"""Deletes the resources of a state, as far as the other states of the run allow it."""

from idem_apigwv2_integration.aws import errors
from idem_apigwv2_integration.resource import matching, messages, values
from idem_apigwv2_integration.resource.declaration import Declaration
from idem_apigwv2_integration.resource.type import API
from idem_apigwv2_integration.run import adoption, calls, deletions, ownership, record
from idem_apigwv2_integration.run.ownership import Managed, Source
from idem_apigwv2_integration.run.record import CREATE_NEW, DELETE_OLD
from idem_apigwv2_integration.run.state import Failed, Resource, State


async def absent(state: State) -> list[str]:
    """Delete every resource that a state has ever managed and that still exists."""
    held, named, declared = state.held or {}, state.resource_id, state.declared
    declared.set_parents({name: value or held.get(name) for name, value in declared.parents.items()})
    unresolved = values.first_binding(declared.ids)
    if named and unresolved and state.run.inverted:
        raise Failed(matching.unresolved(state.kind, state.name, unresolved))
    # Idem resolves this in a later try, when it has replaced what the replacement is bound to.
    early = state.replacement.deletes and unresolved is not None
    if wrong := [] if early else declared.check_absent():
        raise Failed(*wrong)
    # Until then, the ESM may say where the resource was.
    is_known = not early or named in {entry["resource_id"] for entry in state.entries}
    try:
        managed = await ownership.resolve(state) if is_known else None
    except errors.CallFailed as failure:
        reason = str(failure)
        raise Failed(messages.not_deleted(named, reason) if named else reason) from None
    if managed is None or (early and (managed.problems or managed.existing)):
        raise Failed(messages.not_deleted(named, messages.NOT_REPLACED), pending=not state.dry_run)
    if wrong := managed.problems + _ambiguities(state, managed):
        raise Failed(*wrong)
    return await _delete_all(state, managed)


async def _delete_all(state: State, managed: Managed) -> list[str]:
    comment = [
        matching.gone_with_parent(
            state.kind, one.ids["resource_id"], state.kind.home(one.ids), state.dry_run, created=False
        )
        for one in managed.gone
        if one.follows
    ]
    for one in [*managed.current, *managed.deposed]:
        state.old = state.new = one.live
        try:
            comment += await _delete(state, one.live)
        except Failed as failure:
            raise Failed(*comment, *failure.comment, pending=failure.pending) from None
    if not comment:
        gone = [one.ids["resource_id"] for one in managed.gone]
        comment = [messages.absent(state.kind, state.name)]
        comment += [messages.identified(*gone) if gone else matching.nothing_known()]
    if not state.dry_run and state.replacement.step is None:
        # Idem itself removes the entry of the state's own tag only.
        state.replacement.forget(CREATE_NEW, DELETE_OLD)
    deleted = managed.existing
    state.old, state.new = deleted[0].live if deleted else None, None
    return comment


async def delete_deposed(state: State, managed: Managed) -> list[str]:
    """Delete what an earlier run replaced and could not delete, and return what was done."""
    comment = []
    for one in managed.deposed:
        try:
            await _delete(state, one.live)
        except Failed as failure:
            sentence = messages.still_deposed(one.ids["resource_id"], str(failure))
            raise Failed(sentence, pending=failure.pending) from None
        comment.append(messages.deposed(one.ids["resource_id"], state.dry_run))
    if not state.dry_run and state.replacement.deposed:
        state.replacement.forget(DELETE_OLD)
    return comment


def _ambiguities(state: State, managed: Managed) -> list[str]:
    """Return why it is unclear which resource is to be deleted, a sentence each."""
    named = [one.live for one in managed.current if one.source is Source.SLS]
    recorded = [one.live for one in managed.current if one.source is Source.ESM]
    recorded += [one.live for one in managed.deposed]
    if named and recorded:
        return [matching.ambiguous(state.kind, state.name, named + recorded)]
    ids = {one["resource_id"] for one in recorded}
    return [
        matching.mistaken(state.kind, state.name, one.ids, recorded)
        for one in managed.gone
        if one.source is Source.SLS and recorded and one.ids["resource_id"] not in ids
    ]


async def _delete(state: State, live: Resource) -> list[str]:
    """Delete a live resource, and return what was done, or would be."""
    if live.get("api_gateway_managed"):
        return _leave_to_api(state, live)
    if state.replacement.deletes:
        await _check_creation(state, live)
    if state.dry_run:
        comment = await _predict(state, live)
    else:
        try:
            comment = await state.delete(live)
        except errors.CallFailed as failure:
            routes = set(failure.routes) if isinstance(failure, errors.Blocked) else set()
            freed = deletions.freed(state.run, state.replacement, live, routes)
            reason = messages.not_deleted(live["resource_id"], str(failure))
            raise Failed(reason, pending=bool(freed)) from None
    if state.manager and state.replacement.step is None:
        state.run.ledger.delete(state.key(live), state.manager, live)
    return comment


def _leave_to_api(state: State, live: Resource) -> list[str]:
    """Leave an integration of quick create to the deletion of its API: nothing else deletes it."""
    if not deletions.deletes(state.run, API, live["api_id"]):
        raise Failed(messages.managed(state.kind, live))
    comment = messages.with_its_api(live["resource_id"], live["api_id"], state.dry_run)
    if state.dry_run:
        return [comment]
    raise Failed(comment, pending=True)


async def _check_creation(state: State, replaced: Resource) -> None:
    """Fail if the replacement of a resource can't be created, so that the resource must stay."""
    chunk, pending = state.replacement.creation, False
    wrong: list[str] = []
    try:
        if chunk:
            passed = record.arguments(state.hub, chunk)
            # From here on, the state is about the replacement.
            state.declared = declared = Declaration(state.kind, passed, chunk, state.sensitive)
            report = await calls.check(state, declared)
            wrong = declared.problems + report.problems
            if not wrong and state.kind.key:
                await adoption.check_key_of_replacement(state, report.plan, replaced)
        elif state.run.has_failed(state.identity.id, or_executes=True):
            wrong = [messages.NOT_YET_REPLACED]
    except errors.CallFailed as failure:
        wrong = [str(failure)]
    except Failed as failure:
        wrong, pending = failure.comment, failure.pending
    if wrong:
        reason = messages.not_deleted(replaced["resource_id"], " ".join(wrong))
        raise Failed(reason, pending=pending)


async def _predict(state: State, live: Resource) -> list[str]:
    """Return what a deletion would lead to: AWS refuses it while routes target the resource."""
    resource_id = live["resource_id"]
    comment = [messages.deleted(state.kind, state.name, dry_run=True), messages.identified(resource_id)]
    found: set[str] = set()
    try:
        if state.kind.target:
            target = state.kind.target_of(resource_id)
            found = await state.account.reader.routes_to(live["api_id"], target, state.waiter)
    except errors.CallFailed as failure:
        # A deletion needs no permission to read routes.
        comment.append(messages.routes_unseen(state.kind, str(failure)))
    if staying := found - deletions.freed(state.run, state.replacement, live, found):
        raise Failed(messages.in_use(resource_id, staying))
    return comment

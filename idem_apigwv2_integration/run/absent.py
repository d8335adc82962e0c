"""Deletes the resources of a state, as far as the other states of the run allow it."""

from typing import Any

from idem_apigwv2_integration.aws import errors
from idem_apigwv2_integration.resource import display, matching, messages, values
from idem_apigwv2_integration.resource.declaration import Declaration
from idem_apigwv2_integration.run import adoption, calls, deletions, ownership, record
from idem_apigwv2_integration.run.ownership import Managed, Source
from idem_apigwv2_integration.run.record import CREATE_NEW, DELETE_OLD
from idem_apigwv2_integration.run.state import ExecFailed, Outcome, State, failed

Resource = dict[str, Any]


async def absent(state: State) -> Outcome:
    """Delete every resource that a state has ever managed and that still exists."""
    held, named = state.held, state.resource_id
    declared = state.declared
    declared.set_parents(
        {name: value or (held or {}).get(name) for name, value in declared.parents.items()}
    )
    unresolved = values.first_binding(declared.ids) if state.run.inverted else None
    if named and unresolved:
        return failed(held, matching.unresolved(state.kind, state.name, unresolved))
    # Idem resolves this in a later try, when it has replaced what the replacement is bound to.
    early = state.replacement.deletes and values.first_binding(declared.ids) is not None
    if wrong := [] if early else declared.check_absent():
        return failed(held, *wrong)
    # Until then, the ESM may say where the resource was.
    is_known = not early or named in {entry["resource_id"] for entry in state.entries}
    try:
        managed = await ownership.resolve(state) if is_known else None
        if managed is None or (early and not managed.is_gone):
            reason = messages.not_deleted(named, display.NOT_REPLACED)
            return failed(held, reason, pending=not state.dry_run)
        if wrong := managed.problems + _ambiguities(state, managed):
            return failed(held, *wrong)
        return await _delete_all(state, managed)
    except (ExecFailed, errors.CallFailed) as failure:
        reason = str(failure)
        pending = isinstance(failure, ExecFailed) and failure.pending
        return failed(held, messages.not_deleted(named, reason) if named else reason, pending=pending)


async def _delete_all(state: State, managed: Managed) -> Outcome:
    following = [known for known in managed.gone if known.following]
    comment = [
        matching.gone_with_parent(
            state.kind, known.resource_id, known.home, state.dry_run, created=False
        )
        for known in following
    ]
    existing = managed.existing
    for resource in existing:
        outcome = await _delete(state, resource)
        comment += outcome.comment
        if not outcome.success:
            outcome.comment = comment
            return outcome
    if not comment:
        gone = [known.resource_id for known in managed.gone]
        comment = [messages.absent(state.kind, state.name)]
        comment += [messages.identified(*gone) if gone else matching.nothing_known()]
    if not state.dry_run and state.replacement.step is None:
        # Idem itself removes the entry of the state's own tag only.
        state.replacement.forget(CREATE_NEW, DELETE_OLD)
    deleted = [*existing, *(known.following for known in following)]
    return Outcome(True, deleted[0] if deleted else None, None, comment)


async def delete_deposed(state: State, deposed: list[Resource]) -> Outcome | None:
    """Delete what an earlier run replaced and could not delete; return None if that is nothing."""
    outcome = None
    for resource in deposed:
        outcome = await _delete(state, resource)
        resource_id = resource["resource_id"]
        if not outcome.success:
            outcome.comment = [messages.still_deposed(resource_id, " ".join(outcome.comment))]
            return outcome
        outcome.comment = [messages.deposed(resource_id, state.dry_run)]
    if not state.dry_run and state.replacement.deposed:
        state.replacement.forget(DELETE_OLD)
    return outcome


def _ambiguities(state: State, managed: Managed) -> list[str]:
    """Return why it is unclear which resource is to be deleted, a sentence each."""
    named = [resource for source, resource in managed.current if source is Source.SLS]
    recorded = [resource for source, resource in managed.current if source is Source.ESM]
    recorded += managed.deposed
    if named and recorded:
        return [matching.ambiguous(state.kind, state.name, named + recorded)]
    return [
        matching.mistaken(
            state.kind, state.name, state.kind.ids(known.home, known.resource_id), recorded
        )
        for known in managed.gone
        if known.source is Source.SLS
        and recorded
        and known.resource_id not in {one["resource_id"] for one in recorded}
    ]


async def _delete(state: State, live: Resource) -> Outcome:
    """Delete a live resource, or say why it can't be deleted."""
    if live.get("api_gateway_managed"):
        return _leave_to_api(state, live)
    if problem := await _obstacle(state, live):
        return failed(live, problem)
    if state.dry_run:
        return await _predict(state, live)
    try:
        comment = await state.delete(live)
    except ExecFailed as failure:
        reason = messages.not_deleted(live["resource_id"], str(failure))
        freed = deletions.freed(state.run, state.replacement, live, failure.routes)
        return failed(live, reason, pending=bool(freed))
    ownership.release(state, live)
    return Outcome(True, live, None, comment)


def _leave_to_api(state: State, live: Resource) -> Outcome:
    """Return the outcome for an integration of quick create, which only the API's deletion deletes."""
    if not deletions.deletes_api(state.run, live["api_id"]):
        return failed(live, messages.managed(state.kind, live))
    comment = messages.with_its_api(live["resource_id"], live["api_id"], state.dry_run)
    if state.dry_run:
        return Outcome(True, live, None, [comment])
    return failed(live, comment, pending=True)


async def _obstacle(state: State, live: Resource) -> str | None:
    """Return why a replaced resource must not be deleted: its replacement can't be created."""
    if not state.replacement.deletes:
        return None
    chunk, has_failed = state.replacement.progress()
    wrong: list[str] = []
    if chunk:
        passed = record.arguments(state.hub, chunk)
        # From here on, the state is about the replacement: `check_replacement` looks for its key.
        state.declared = declared = Declaration(state.kind, passed, chunk, state.sensitive)
        report = await calls.check(state.account, state.waiter, declared)
        wrong = declared.problems + report.problems
        if not wrong and state.kind.key:
            await adoption.check_replacement(state, report.plan, live)
    if not has_failed and not wrong:
        return None
    reason = " ".join(wrong) or display.NOT_YET_REPLACED
    return messages.not_deleted(live["resource_id"], reason)


async def _predict(state: State, live: Resource) -> Outcome:
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
        comment = [*comment, messages.routes_unseen(state.kind, str(failure))]
    staying = found - deletions.freed(state.run, state.replacement, live, found)
    if staying:
        return failed(live, messages.in_use(resource_id, staying))
    ownership.release(state, live)
    return Outcome(True, live, None, comment)

"""Makes a resource what a state declares."""

from idem_apigwv2_integration.resource import messages, plan, problems, validate, values
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.run import absent, checking, ownership
from idem_apigwv2_integration.run.ownership import Managed
from idem_apigwv2_integration.run.record import CREATE_NEW
from idem_apigwv2_integration.run.state import ExecFailed, Outcome, State


async def present(state: State) -> Outcome:
    """Create or update what a state declares, and finish what an earlier replacement left.

    Raises:
        ExecFailed, errors.CallFailed: Something can't be read.
    """
    if wrong := await _check_form(state):
        return state.failed(state.held, *wrong)
    managed = await ownership.resolve(state)
    if wrong := _check_managed(state, managed):
        return state.failed(state.held, *wrong)
    if state.replacement.creates:
        # The ESM can record one deposed resource for each state.
        left = await absent.delete_deposed(state, managed)
        return left if left and not left.success else await _apply(state, managed)
    outcome = await _apply(state, managed)
    return await _clean_up(state, managed, outcome)


async def _apply(state: State, managed: Managed) -> Outcome:
    """Compare what exists with what is declared, and create, adopt or update it if they differ."""
    kind, live = state.kind, managed.live
    known = live or (None if managed.gone else state.held)
    if live and kind.home(live) != state.declared.home:
        return state.failed(live, problems.moved(kind, live, state.declared.parents))
    state.note(managed.stale)
    planned = None
    if live:
        drifted = plan.drift(kind, state.held, live)
        state.note([messages.drifted(drifted)] if drifted else [])
        planned = Plan(kind, state.declared.given, live, kind.protocol_of(live))
        # What AWS would drop makes no difference, but is not what is meant.
        if planned.is_noop and not planned.drops:
            state.note(validate.describe_ignored(planned, state.declared.mask))
            return _found(state, live)
    report = await checking.check(
        state.account,
        state.budget,
        state.declared,
        live,
        state.held,
        planned,
        declared_protocol=state.declared_protocol,
    )
    if report.problems:
        return state.failed(known, *report.problems)
    planned = report.plan
    state.note(report.ignored)
    if planned.is_noop and live:
        return _found(state, live)
    state.note(report.hints)
    if live:
        await ownership.check_key(state, planned, managed)
    elif equal := await ownership.adopt(state, planned, managed):
        adopted = messages.adopted(equal["resource_id"], state.dry_run)
        return _found(state, equal, adopted, *managed.lost(state.dry_run, adopted=True))
    if state.dry_run:
        return _predicted(state, planned, managed)
    return await _write(state, planned, managed, known)


async def _check_form(state: State) -> list[str]:
    """Return everything that is wrong, if anything is wrong whatever exists."""
    declared = state.declared
    wrong = declared.problems + [problem.text for problem in declared.malformed]
    # Without knowing what exists, the whole can't be checked.
    if not wrong or (state.resource_id and not state.held):
        return wrong
    known = state.held if state.resource_id else None
    report = await checking.check(
        state.account,
        state.budget,
        declared,
        known,
        state.held,
        declared_protocol=state.declared_protocol,
    )
    return declared.problems + report.problems


def _check_managed(state: State, managed: Managed) -> list[str]:
    """Return why it is unclear which resource the state manages."""
    several = len(managed.current) > 1
    ambiguous = [problems.ambiguous(state.kind, state.name, managed.current)] if several else []
    return managed.problems + ambiguous + managed.mistyped


def _found(state: State, live: dict, *more: str) -> Outcome:
    """Return the outcome for a resource that is as declared."""
    # For each entry that changes, Idem writes the whole ESM to disk.
    if state.run.records(state.tag, live):
        state.skip_esm()
    found = [messages.found(state.kind, state.name), messages.identified(live["resource_id"]), *more]
    return state.done(live, live, found)


def _predicted(state: State, planned: Plan, managed: Managed) -> Outcome:
    """Return what a run would lead to."""
    live = planned.live
    if live:
        new = {name: live[name] for name in ("name", *state.kind.id_names)}
        comment = [
            messages.updated(state.kind, state.name, dry_run=True),
            messages.identified(live["resource_id"]),
            *plan.describe_update(state.kind, live, planned.wanted, True, state.declared.mask),
            *planned.open_questions(state.declared.mask),
        ]
        return state.done(live, new | planned.predicted, comment)
    bound = values.is_placeholder(state.resource_id)
    created = messages.created(state.kind, state.name, dry_run=True)
    said = messages.bound_id(state.kind, state.name) if bound else created
    new = {"name": state.name, "resource_id": values.placeholder("resource_id")}
    new |= state.declared.parents | planned.predicted
    return state.done(None, new, [said, *managed.lost(dry_run=True)])


async def _write(state: State, planned: Plan, managed: Managed, known: dict | None) -> Outcome:
    """Create or update the resource with one call; AWS's response is the new state."""
    try:
        resource, comment, as_planned = await state.write(planned)
    except ExecFailed as failure:
        return state.failed(known, *failure.comment)
    if not planned.live:
        ownership.own(state, resource)
    return Outcome(as_planned, planned.live, resource, comment + managed.lost(dry_run=False))


async def _clean_up(state: State, managed: Managed, outcome: Outcome) -> Outcome:
    """Remove what earlier replacements left: a deposed resource, and ESM entries."""
    if not outcome.success:
        state.note(messages.left_over(one["resource_id"]) for one in managed.deposed)
        return outcome
    deposed = await absent.delete_deposed(state, managed)
    if deposed and not deposed.success:
        comment = deposed.comment + outcome.comment
        # A route that depends on this state may be what blocks the deletion.
        return Outcome(False, outcome.old, outcome.new, comment, deposed.pending, settled=True)
    if not state.dry_run:
        state.replacement.forget(CREATE_NEW)
    return state.done(outcome.old, outcome.new, outcome.comment + (deposed.comment if deposed else []))

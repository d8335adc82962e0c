"""Makes a resource what a state declares."""

from idem_apigwv2_integration.resource import matching, messages, plan, validate, values
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.run import absent, adoption, calls, ownership
from idem_apigwv2_integration.run.ownership import Candidate, Managed, Resource, Source
from idem_apigwv2_integration.run.record import CREATE_NEW
from idem_apigwv2_integration.run.state import ExecFailed, Outcome, State, failed


async def present(state: State) -> Outcome:
    """Create or update what a state declares, and finish what an earlier replacement left."""
    if state.declared.problems or state.declared.malformed:
        return failed(state.held, *await _describe_problems(state))
    managed = await ownership.resolve(state)
    if managed.gone or len(managed.current) > 1:
        managed.problems += _check_ids(state, managed)
    if managed.problems:
        return failed(state.held, *managed.problems)
    if state.replacement.creates:
        # The ESM can record one deposed resource for each state.
        left = await absent.delete_deposed(state, managed.deposed)
        return left if left and not left.success else await _apply(state, managed)
    outcome = await _apply(state, managed)
    return await _clean_up(state, managed, outcome) if state.replacement.left else outcome


async def _apply(state: State, managed: Managed) -> Outcome:
    """Compare what exists with what is declared, and create, adopt or update it if they differ."""
    kind, declared, planned = state.kind, state.declared, None
    live = managed.current[0][1] if managed.current else None
    known = live or (None if managed.gone else state.held)
    if live and kind.home(live) != declared.home:
        return failed(live, matching.moved(kind, live, declared.parents))
    if live:
        state.notes += _describe_differences(state, managed, live)
        planned = Plan(kind, declared.given, live, kind.protocol_of(live))
        # What AWS would drop makes no difference, but is not what is meant.
        if planned.is_noop and not planned.drops:
            state.notes += validate.describe_ignored(planned, declared.mask)
            return _found(state, live)
    report = await calls.check(
        state.account, state.waiter, declared, live, state.held, planned, state.declared_protocol
    )
    if report.problems:
        return failed(known, *report.problems)
    state.notes += report.ignored
    if live and report.plan.is_noop:
        return _found(state, live)
    state.notes += report.hints
    if live:
        await adoption.check_key(state, report.plan, managed)
    elif equal := await adoption.adopt(state, report.plan, managed):
        adopted = matching.adopted(equal["resource_id"], state.dry_run)
        return _found(state, equal, adopted, *_describe_gone(state, managed, adopted=True))
    if state.dry_run:
        return _predicted(state, report.plan, managed)
    return await _write(state, report.plan, managed, known)


async def _describe_problems(state: State) -> list[str]:
    """Return everything that is wrong, where something is wrong whatever exists."""
    declared = state.declared
    if state.resource_id and not state.held:
        # Without knowing what exists, the whole can't be checked.
        return declared.problems + [problem.text for problem in declared.malformed]
    live = state.held if state.resource_id else None
    report = await calls.check(
        state.account,
        state.waiter,
        declared,
        live,
        state.held,
        declared_protocol=state.declared_protocol,
    )
    return declared.problems + report.problems


def _check_ids(state: State, managed: Managed) -> list[str]:
    """Return why it is unclear which resource the state manages."""
    if len(managed.current) > 1:
        return [matching.ambiguous(state.kind, state.name, [one for _, one in managed.current])]
    recorded = {known.resource_id for known in managed.gone if known.source is not Source.SLS}
    return [
        _describe_unknown(state, known)
        for known in managed.gone
        if known.source is Source.SLS
        and not managed.current
        and known.resource_id not in recorded
        and not values.is_placeholder(known.resource_id)
    ]


def _describe_unknown(state: State, known: Candidate) -> str:
    """Return why no resource can have the ID that the SLS names."""
    for number, parent in enumerate(state.kind.parents):
        if values.is_placeholder(known.home[number]):
            written = state.kind.parent_ids(state.place[1][: number + 1])
            return matching.id_of_none(state.kind, known.resource_id, written, parent.noun)
    return matching.no_such_id(state.kind, state.kind.ids(known.home, known.resource_id))


def _describe_differences(state: State, managed: Managed, live: Resource) -> list[str]:
    """Return how what is live differs from what the SLS names and the ESM records."""
    stale = [
        matching.stale_id(state.kind, state.kind.ids(known.home, known.resource_id), live["resource_id"])
        for known in managed.gone
        if known.source is Source.SLS
    ]
    drifted = plan.drift(state.kind, state.held, live)
    return [*stale, messages.drifted(drifted)] if drifted else stale


def _describe_gone(state: State, managed: Managed, adopted: bool = False) -> list[str]:
    """Return a sentence for each recorded resource that is gone, and is created again, or would be."""
    return [
        matching.gone_with_parent(state.kind, known.resource_id, known.home, state.dry_run)
        if known.following
        else matching.gone(state.kind, known.resource_id, state.dry_run, adopted)
        for known in managed.gone
        if known.source is Source.ESM
    ]


def _found(state: State, live: Resource, *more: str) -> Outcome:
    """Return the outcome for a resource that is as declared."""
    # For each entry that changes, Idem writes the whole ESM to disk.
    if state.run.records(state.tag, live):
        state.skip_esm()
    found = [messages.found(state.kind, state.name), messages.identified(live["resource_id"])]
    return Outcome(True, live, live, [*found, *more])


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
        return Outcome(True, live, new | planned.predicted, comment)
    bound = values.is_placeholder(state.resource_id)
    created = messages.created(state.kind, state.name, dry_run=True)
    said = matching.bound_id(state.kind, state.name) if bound else created
    new = {"name": state.name, "resource_id": values.placeholder("resource_id")}
    new |= state.declared.parents | planned.predicted
    return Outcome(True, None, new, [said, *_describe_gone(state, managed)])


async def _write(state: State, planned: Plan, managed: Managed, known: Resource | None) -> Outcome:
    """Create or update the resource with one call; AWS's response is the new state."""
    try:
        resource, comment, as_planned = await state.write(planned)
    except ExecFailed as failure:
        return failed(known, *failure.comment)
    if not planned.live:
        ownership.own(state, resource)
        comment += _describe_gone(state, managed)
    return Outcome(as_planned, planned.live, resource, comment)


async def _clean_up(state: State, managed: Managed, outcome: Outcome) -> Outcome:
    """Remove what earlier replacements left: a deposed resource, and ESM entries."""
    if not outcome.success:
        state.notes += [messages.left_over(one["resource_id"]) for one in managed.deposed]
        return outcome
    deletion = await absent.delete_deposed(state, managed.deposed)
    if deletion and not deletion.success:
        comment = deletion.comment + outcome.comment
        # A route that depends on this state may be what blocks the deletion.
        return Outcome(False, outcome.old, outcome.new, comment, deletion.pending, usable=True)
    if not state.dry_run:
        state.replacement.forget(CREATE_NEW)
    if deletion:
        outcome.comment += deletion.comment
    return outcome

"""Makes a resource what a state declares."""

from idem_apigwv2_integration.aws import errors
from idem_apigwv2_integration.resource import matching, messages, plan, validate, values
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.run import absent, adoption, calls, ownership
from idem_apigwv2_integration.run.ownership import Candidate, Managed, Source
from idem_apigwv2_integration.run.record import CREATE_NEW
from idem_apigwv2_integration.run.state import Failed, Resource, State


async def present(state: State) -> list[str]:
    """Create or update what a state declares, and finish what an earlier replacement left."""
    if state.declared.problems or state.declared.malformed:
        raise Failed(*await _describe_problems(state))
    managed = await ownership.resolve(state)
    if managed.gone or len(managed.current) > 1:
        managed.problems += _describe_unclear_ids(state, managed)
    if managed.problems:
        raise Failed(*managed.problems)
    if state.replacement.creates:
        # The ESM can record one deposed resource for each state.
        deleted = await absent.delete_deposed(state, managed)
        return [*deleted, *await _apply(state, managed)]
    try:
        comment = await _apply(state, managed)
    except (Failed, errors.CallFailed):
        state.notes += [messages.left_over(one.ids["resource_id"]) for one in managed.deposed]
        raise
    return await _clean_up(state, managed, comment) if state.replacement.left else comment


async def _apply(state: State, managed: Managed) -> list[str]:
    """Compare what exists with what is declared, and create, adopt or update it if they differ."""
    kind, declared, planned = state.kind, state.declared, None
    live = managed.current[0].live if managed.current else None
    state.old = state.new = live or (None if managed.gone else state.held)
    if live and kind.home(live) != declared.home:
        raise Failed(matching.moved(kind, live, declared.parents))
    if live:
        state.notes += _describe_differences(state, managed, live)
        planned = Plan(kind, declared.given, live, kind.protocol_of(live))
        # What AWS would drop makes no difference, but is not what is meant.
        if planned.is_noop and not planned.drops:
            state.notes += validate.describe_ignored(planned, declared.mask)
            return _found(state, live)
    report = await calls.check(state, declared, live, planned)
    if report.problems:
        raise Failed(*report.problems)
    state.notes += report.ignored
    if live and report.plan.is_noop:
        return _found(state, live)
    state.notes += report.hints
    if live:
        await adoption.check_key(state, report.plan)
    elif equal := await adoption.adopt(state, report.plan, managed):
        adopted = matching.adopted(equal["resource_id"], state.dry_run)
        return _found(state, equal, adopted, *_describe_gone(state, managed, adopted=True))
    if state.dry_run:
        return _predict(state, report.plan, managed)
    comment, as_planned = await state.write(report.plan)
    if not live:
        if state.replacement.creates:
            state.replacement.depose()
        comment += _describe_gone(state, managed)
    if not as_planned:
        raise Failed(*comment)
    return comment


async def _describe_problems(state: State) -> list[str]:
    """Return everything that is wrong, where something is wrong whatever exists."""
    declared = state.declared
    if state.resource_id and not state.held:
        # Without knowing what exists, the whole can't be checked.
        return declared.problems + [problem.text for problem in declared.malformed]
    report = await calls.check(state, declared, state.held if state.resource_id else None)
    return declared.problems + report.problems


def _describe_unclear_ids(state: State, managed: Managed) -> list[str]:
    """Return why it is unclear which resource the state manages."""
    if len(managed.current) > 1:
        return [matching.ambiguous(state.kind, state.name, [one.live for one in managed.current])]
    recorded = {one.ids["resource_id"] for one in managed.gone if one.source is not Source.SLS}
    return [
        _describe_unknown(state, one)
        for one in managed.gone
        if one.source is Source.SLS
        and not managed.current
        and one.ids["resource_id"] not in recorded
        and not values.is_open(one.ids["resource_id"])
    ]


def _describe_unknown(state: State, unknown: Candidate) -> str:
    """Return why no resource can have the ID that the SLS names."""
    for number, parent in enumerate(state.kind.parents):
        if values.is_open(unknown.ids[parent.name]):
            written = state.kind.parent_ids(state.place[1][: number + 1])
            return matching.id_of_none(state.kind, unknown.ids["resource_id"], written, parent.noun)
    return matching.no_such_id(state.kind, unknown.ids)


def _describe_differences(state: State, managed: Managed, live: Resource) -> list[str]:
    """Return how what is live differs from what the SLS names and the ESM records."""
    stale = [
        matching.stale_id(state.kind, one.ids, live["resource_id"])
        for one in managed.gone
        if one.source is Source.SLS
    ]
    drifted = plan.drift(state.kind, state.held, live)
    return [*stale, messages.drifted(drifted)] if drifted else stale


def _describe_gone(state: State, managed: Managed, adopted: bool = False) -> list[str]:
    """Return a sentence for each recorded resource that is gone, and is created again, or would be."""
    return [
        matching.gone_with_parent(
            state.kind, one.ids["resource_id"], state.kind.home(one.ids), state.dry_run
        )
        if one.follows
        else matching.gone(state.kind, one.ids["resource_id"], state.dry_run, adopted)
        for one in managed.gone
        if one.source is Source.ESM
    ]


def _found(state: State, live: Resource, *more: str) -> list[str]:
    """Return what to say of a resource that is as declared."""
    state.old = state.new = live
    # For each entry that changes, Idem writes the whole ESM to disk.
    if state.run.records(state.tag, live):
        state.skip_esm()
    return [messages.found(state.kind, state.name), messages.identified(live["resource_id"]), *more]


def _predict(state: State, planned: Plan, managed: Managed) -> list[str]:
    """Return what a run would lead to."""
    if live := planned.live:
        state.new = {name: live[name] for name in ("name", *state.kind.id_names)} | planned.predicted
        return [
            messages.updated(state.kind, state.name, dry_run=True),
            messages.identified(live["resource_id"]),
            *plan.describe_update(state.kind, live, planned.wanted, True, state.declared.mask),
            *planned.open_questions(state.declared.mask),
        ]
    bound = values.is_open(state.resource_id)
    created = messages.created(state.kind, state.name, dry_run=True)
    said = matching.bound_id(state.kind, state.name) if bound else created
    unknown = {"name": state.name, "resource_id": values.placeholder("resource_id")}
    state.old, state.new = None, unknown | state.declared.parents | planned.predicted
    return [said, *_describe_gone(state, managed)]


async def _clean_up(state: State, managed: Managed, comment: list[str]) -> list[str]:
    """Remove what earlier replacements left: a deposed resource, and ESM entries."""
    try:
        deleted = await absent.delete_deposed(state, managed)
    except Failed as failure:
        # A route that depends on this state may be what blocks the deletion.
        raise Failed(*failure.comment, *comment, pending=failure.pending, usable=True) from None
    if not state.dry_run:
        state.replacement.forget(CREATE_NEW)
    return comment + deleted

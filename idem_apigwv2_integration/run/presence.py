"""Makes an integration what a state declares."""

from typing import Any

from idem_apigwv2_integration.aws import apply, checking, errors
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import arguments, messages, plan, validate, values
from idem_apigwv2_integration.resource.type import PROTOCOLS
from idem_apigwv2_integration.run import adoption, deletion, identity, run, state

Result = dict[str, Any]


async def declared(this: state.State) -> Result:
    """Return the result of a ``present`` state."""
    problems = await _malformed(this)
    if problems:
        return this.failed(this.held, this.held, problems)
    return await _of(this, this.api_id, await identity.resolve(this, this.api_id))


async def _malformed(this: state.State) -> list[str]:
    """Return everything that is wrong, if anything is wrong whatever exists."""
    api_id, resource_id = this.api_id, this.resource_id
    problems = arguments.check_identity(this.name, {"api_id": api_id}, resource_id)
    malformed = [problem.text for problem in validate.form(INTEGRATION, this.given)]
    wrong = this.nulls + arguments.check_names(INTEGRATION, this.unknown) + malformed
    if not problems and not wrong:
        return []
    if resource_id and not this.held:
        # Without knowing what exists, the whole can't be judged.
        return problems + wrong
    known = this.held if resource_id else None
    report = await checking.check(
        this.account, INTEGRATION, api_id, this.given, this.budget, known, this.unknown, this.held
    )
    return problems + this.nulls + report.problems


async def _of(this: state.State, api_id: str, managed: identity.Managed) -> Result:
    """Create or update what a state manages, and delete what an earlier replacement left.

    Args:
        this: The state.
        api_id: The API.
        managed: What the state manages.

    Raises:
        errors.CallFailed: Something can't be read.
    """
    problems = list(managed.problems)
    if len(managed.current) > 1:
        problems.append(messages.ambiguous(this.name, managed.current))
    problems += managed.mistyped
    if problems:
        return this.failed(this.held, this.held, problems)
    if this.creates_replacement:
        # The ESM can record one deposed integration for each state.
        deposed = await deletion.of_deposed(this, managed)
        return await _apply(this, api_id, managed) if deposed is None or deposed["result"] else deposed
    result = await _apply(this, api_id, managed)
    if result["result"]:
        return await _clean_up(this, managed, result)
    left = [messages.left_over(one["resource_id"]) for one in managed.of(identity.Source.DEPOSED)]
    return result | {"comment": [*result["comment"], *left]}


async def _apply(this: state.State, api_id: str, managed: identity.Managed) -> Result:
    """Check what is declared, plan the change, write it, and compare AWS's response with it."""
    live = next(iter(managed.current), None)
    known = live or (None if managed.gone else this.held)
    notes = managed.notes(this.dry_run)
    notes += arguments.describe_read_only(INTEGRATION, this.unknown)
    if live:
        if live["api_id"] != api_id:
            return this.failed(live, live, [messages.moved(live, api_id)])
        drifted = plan.drift(INTEGRATION, this.held, live)
        notes += [messages.drifted(drifted)] if drifted else []
        planned = plan.Plan(INTEGRATION, this.given, live, INTEGRATION.protocol_of(live))
        # What AWS would drop makes no difference, but is not what is meant.
        if planned.is_noop and not planned.drops:
            return _found(this, live, notes + validate.describe_ignored(planned))
    report = await checking.check(
        this.account, INTEGRATION, api_id, this.given, this.budget, live, held=this.held
    )
    if report.problems:
        return this.failed(known, known, report.problems)
    planned = report.plan
    if live and planned.is_noop:
        return _found(this, live, notes + report.ignored)
    if not live and not values.is_placeholder(this.resource_id):
        survey = await _survey(this, api_id, planned, managed)
        if survey.equal:
            return _adopted(this, survey.equal, report, managed)
        notes += survey.notes
    notes += report.ignored + report.hints
    if this.dry_run:
        return _planned(this, api_id, planned, notes)
    try:
        outcome = await _write(this, api_id, planned)
    except errors.CallFailed as failure:
        return this.from_failure(known, failure, notes)
    if outcome.unmet:
        return this.failed(live, outcome.resource, [*outcome.unmet, *outcome.comment, *notes])
    return this.done(live, outcome.resource, [*outcome.comment, *notes])


def _found(this: state.State, live: dict[str, Any], notes: list[str]) -> Result:
    """Return the result for an integration that is as declared."""
    # For each entry that changes, Idem writes the whole ESM to disk.
    if this.run.records(this.tag, live):
        this.skip_esm()
    comment = [messages.found(this.name), messages.identified(live["resource_id"]), *notes]
    return this.done(live, live, comment)


def _adopted(
    this: state.State, live: dict[str, Any], report: validate.Report, managed: identity.Managed
) -> Result:
    """Make the state the owner of an unmanaged integration that is as declared."""
    if not this.dry_run:
        this.own(live)
    notes = [messages.adopted(live["resource_id"], this.dry_run)]
    notes += managed.notes(this.dry_run, adopted=True)
    notes += arguments.describe_read_only(INTEGRATION, this.unknown)
    return _found(this, live, notes + report.ignored + report.hints)


async def _survey(
    this: state.State, api_id: str, planned: plan.Plan, managed: identity.Managed
) -> adoption.Survey:
    """Look for unmanaged integrations that the state may adopt, or that its user should know of."""
    # What the ESM records as gone, or as replaced, an interrupted run may have created again.
    adopts = not this.option("get_resource_only_with_resource_id")
    creates_again = managed.was_recorded or this.creates_replacement
    if planned.protocol not in PROTOCOLS:
        return adoption.Survey(None, [])
    gone = {known.resource_id for known in managed.gone if known.api_id == api_id}
    try:
        return await adoption.survey(this, api_id, planned, adopts, gone)
    except errors.CallFailed as failure:
        # A caller without permission to list can still create, but must not adopt, nor duplicate unseen.
        if (adopts and not creates_again) or not isinstance(failure, errors.Refused):
            raise
        return adoption.Survey(None, [])


def _planned(this: state.State, api_id: str, planned: plan.Plan, notes: list[str]) -> Result:
    """Return what a run would lead to."""
    live = planned.live
    if not live:
        new = {"name": this.name, "resource_id": values.placeholder("resource_id"), "api_id": api_id}
        bound = values.is_placeholder(this.resource_id)
        said = messages.bound_id(this.name) if bound else messages.created(this.name, dry_run=True)
        return this.done(None, new | planned.predicted, [said, *notes])
    new = {key: live[key] for key in ("name", "resource_id", "api_id")}
    comment = [
        messages.updated(this.name, dry_run=True),
        messages.identified(live["resource_id"]),
        *plan.describe_update(planned.kind, live, planned.wanted, dry_run=True),
        *planned.open_questions,
    ]
    return this.done(live, new | planned.predicted, comment + notes)


async def _write(this: state.State, api_id: str, planned: plan.Plan) -> apply.Outcome:
    """Update the integration, or create it and make the state its owner."""
    if planned.live:
        return await apply.update(this.account, planned, this.budget)
    this.account.manage(api_id, *this.known(api_id))
    outcome = await apply.create(this.account, api_id, this.name, planned, this.budget)
    this.own(outcome.resource)
    return outcome


async def _clean_up(this: state.State, managed: identity.Managed, result: Result) -> Result:
    """Remove what earlier replacements left: a deposed integration, and ESM entries."""
    deposed = await deletion.of_deposed(this, managed)
    if deposed and not deposed["result"]:
        comment = [*deposed["comment"], *result["comment"]]
        failed = this.failed(result["old_state"], result["new_state"], comment)
        # A route that depends on this state may be what blocks the deletion.
        return failed | {"rerun_data": deposed["rerun_data"] | {"settled": True}}
    if not this.dry_run and this.identity:
        this.run.forget(this.identity, run.CREATE_NEW)
    return result | {"comment": [*result["comment"], *(deposed["comment"] if deposed else [])]}

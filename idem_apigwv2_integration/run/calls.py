"""The exec functions of any resource: they read and write, and return result, comment and ret."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from idem_apigwv2_integration.aws import account, errors, read, retry, write
from idem_apigwv2_integration.aws.operation import Collection
from idem_apigwv2_integration.resource import (
    declaration,
    display,
    matching,
    messages,
    plan,
    validate,
    values,
)
from idem_apigwv2_integration.resource.declaration import Declaration
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.resource.type import Home, ResourceType
from idem_apigwv2_integration.run import record

if TYPE_CHECKING:
    from idem_apigwv2_integration.run.state import State

Arguments = dict[str, Any]
Fields = dict[str, Any]
Result = dict[str, Any]

# Under this key, a state puts itself into the context that it passes on.
CALLER = "caller"


@dataclasses.dataclass(frozen=True)
class Caller:
    """The state that calls an exec function.

    Args:
        arguments: A copy of what it passes, which it has checked: a contract may change that on the way.
        plan: What it writes.
    """

    state: State
    arguments: Arguments
    plan: Plan | None = None


class Call:
    """One call of an exec function, by a state or by anyone else.

    Attributes:
        live: The resource as the caller of an update has read it; it is no parameter of the resource.
        checked: Whether a state calls it, and has checked the arguments.
    """

    # `check` reads these of a state, too: only a state knows what the ESM records, and what other states
    # declare.
    held: Fields | None = None
    declared_protocol: str | None = None

    def __init__(self, hub, ctx, kind: ResourceType, arguments: Arguments):
        self.kind = kind
        caller: Caller | None = ctx.get(CALLER)
        self.state = state = caller.state if caller else None
        passed = dict(arguments)
        self.live: Any = passed.pop("live", None)
        self.declared = Declaration(kind, passed, {}, state.sensitive if state else ())
        # A contract may change the profile on the way.
        same = state is not None and state.profile == (ctx.get("acct") or {})
        self.account = state.account if state and same else account.of(hub, ctx)
        self.waiter = state.waiter if state else retry.Waiter()
        self.checked = bool(caller and caller.arguments == arguments)
        self._plan = caller.plan if caller and self.checked else None
        self.where = Collection(kind, self.declared.home)

    async def plan(self) -> tuple[Plan, list[str], list[str]]:
        """Return the plan, what is wrong with it, and what else there is to say.

        A state has checked its plan, and says the rest itself.
        """
        if self._plan:
            return self._plan, [], []
        declared = self.declared
        report = await check(self, declared, self.live)
        wrong = declared.problems + report.problems
        return report.plan, wrong, [*report.ignored, *report.hints, *declared.notes]


async def check(
    caller: State | Call, declared: Declaration, live: Fields | None = None, planned: Plan | None = None
) -> validate.Report:
    """Read the API's protocol, and return what is wrong with what is wanted, and the plan.

    Args:
        declared: What is declared; the API's ID is a placeholder if the API does not exist yet.
        planned: The plan as far as it is known without the protocol.

    Raises:
        errors.CallFailed: The API can't be read, and nothing else is wrong.
    """
    api_id, protocol = declared.api_id, None
    failure: errors.CallFailed | None = None
    if values.is_open(api_id):
        protocol = caller.declared_protocol
    elif "api_id" not in declared.wrong_ids:
        try:
            protocol = await caller.account.reader.protocol(api_id, caller.waiter)
        except errors.CallFailed as error:
            failure = error
    planned = planned if planned and planned.protocol == protocol else None
    report = validate.check(declared, live, protocol, caller.held, planned=planned)
    if isinstance(failure, errors.NotFound):
        report.problems.insert(0, matching.missing_api(api_id, caller.account.location[0]))
    elif failure and not report.problems and not declared.misnamed:
        raise failure
    return report


async def get(hub, ctx, kind: ResourceType, arguments: Arguments) -> Result:
    """Read one resource."""
    call = Call(hub, ctx, kind, arguments)
    declared = call.declared
    if wrong := [] if call.checked else declared.check_call():
        return _refused(declared, wrong)
    try:
        payload = await call.account.reader.one(call.where, declared.resource_id, call.waiter)
    except errors.CallFailed as failure:
        return _failed(failure)
    if payload is None:
        empty = messages.empty(kind, "Get", declared.name or declared.resource_id)
        return _result(True, [empty, *declared.notes], None)
    return _result(True, declared.notes, values.from_aws(kind, payload, declared.parents, declared.name))


async def list_all(hub, ctx, kind: ResourceType, arguments: Arguments) -> Result:
    """List what is in some parents, or in an API or account; what can't be read is named."""
    names = [parent.name for parent in kind.parents]
    given = [name for name in names if arguments[name] not in (None, "")]
    # Of the parents, the outer ones must be given if an inner one is.
    everywhere = names[len(given) :] if given == names[: len(given)] else []
    call = Call(hub, ctx, kind, arguments | dict.fromkeys(everywhere, "all"))
    declared = call.declared
    if wrong := [] if call.checked else declared.check_call(needs_id=False):
        return _refused(declared, wrong)
    empty = messages.empty(kind, "List", declared.name or declared.home[-1])
    reader, waiter = call.account.reader, call.waiter
    unreadable: list[str] = []
    try:
        if everywhere:
            api_id = declared.api_id if given else None
            found, unreadable = await _read_all(reader, kind, api_id, waiter)
        else:
            payloads = await reader.all(call.where, waiter)
            found = [values.from_aws(kind, payload, declared.parents) for payload in payloads]
    except errors.CallFailed as failure:
        if isinstance(failure, errors.NotFound):
            return _result(True, [empty, str(failure), *declared.notes], None)
        return _failed(failure)
    comment = unreadable if found or unreadable else [empty]
    result = _result(not unreadable, comment + declared.notes, found)
    if not call.state:
        return result
    # Idem passes on its own type without an event, which would hold the whole listing: see
    # docs/inside/decisions.md.
    return hub.exec.init.ExecReturn(hub, ref=f"exec.{kind.name}.list_", **result)


async def create(hub, ctx, kind: ResourceType, arguments: Arguments) -> Result:
    """Create a resource."""
    call = Call(hub, ctx, kind, arguments)
    declared, acct, run = call.declared, call.account, record.of(hub, ctx.get("run_name"), kind)
    if "resource_id" in arguments:
        declared.misnamed.append(declaration.unknown_parameter(kind, "resource_id"))
    place = (acct.location, declared.home)
    try:
        planned, wrong, notes = await call.plan()
        if wrong:
            return _refused(declared, wrong)
        # If the response is lost, none of these is what the create has created.
        acct.endpoint.managed[declared.api_id].update(run.managers(place), run.recorded(declared.home))
        payload, found = await write.create(acct, call.where, planned, call.waiter)
    except errors.CallFailed as failure:
        return _failed(failure)
    resource = values.from_aws(kind, payload, declared.parents, declared.name)
    if call.state and call.state.manager:
        # Before anything else happens: no other state may adopt it.
        run.ledger.add((*place, resource["resource_id"]), call.state.manager)
    done = [
        messages.created(kind, resource["name"], dry_run=False),
        messages.identified(resource["resource_id"]),
        *found,
    ]
    return _write_result(planned, declared.mask, resource, done + notes)


async def update(hub, ctx, kind: ResourceType, arguments: Arguments) -> Result:
    """Update a resource with one call; without a difference nothing is sent."""
    call = Call(hub, ctx, kind, arguments)
    declared = call.declared
    wrong = [] if call.checked else declared.check_ids()
    if wrong or any(name in declared.ids for name in declared.misspelled):
        return _refused(declared, wrong + declared.misnamed)
    if call.live is None:
        found = await hub.exec[kind.name].get(ctx, **declared.ids, name=declared.name)
        if not found["result"] or found["ret"] is None:
            return _result(False, found["comment"], None)
        call.live = found["ret"]
    elif not isinstance(call.live, dict) or not declared.ids.items() <= call.live.items():
        return _refused(declared, [messages.wrong_live(kind)])
    live, name = call.live, call.live.get("name") or declared.name or declared.resource_id
    identified = messages.identified(live["resource_id"])
    try:
        planned, wrong, notes = await call.plan()
        if wrong:
            return _refused(declared, wrong)
        if planned.is_noop:
            return _result(True, [messages.found(kind, name), identified, *notes], live)
        payload = await write.update(call.account, call.where, planned, call.waiter)
    except errors.CallFailed as failure:
        return _failed(failure)
    resource = values.from_aws(kind, payload, declared.parents, name)
    done: list[str] = []
    if plan.differences(kind, resource, live):
        lines = plan.describe_update(kind, live, resource, False, declared.mask)
        done = [messages.updated(kind, name, dry_run=False), identified, *lines]
    return _write_result(planned, declared.mask, resource, done + notes)


async def delete(hub, ctx, kind: ResourceType, arguments: Arguments) -> Result:
    """Delete a resource."""
    call = Call(hub, ctx, kind, arguments)
    declared = call.declared
    if wrong := [] if call.checked else declared.check_call():
        return _refused(declared, wrong)
    name, resource_id = declared.name or declared.resource_id, declared.resource_id
    try:
        existed = await write.delete(call.account, call.where, resource_id, call.waiter)
    except errors.CallFailed as failure:
        return _failed(failure)
    done = messages.deleted(kind, name, dry_run=False) if existed else messages.absent(kind, name)
    return _result(True, [done, messages.identified(resource_id), *declared.notes], None)


async def _read_all(
    reader: read.Reader, kind: ResourceType, api_id: str | None, waiter: retry.Waiter
) -> tuple[list[Fields], list[str]]:
    """Return the resources of one API or of all, and a sentence for each place that can't be read."""
    if api_id:
        apis = [api_id]
    else:
        apis = [
            api["ApiId"]
            for api in await reader.apis(waiter)
            if kind.protocols is None or api.get("ProtocolType") in kind.protocols
        ]
    collections, unreadable = await _read_each(
        kind, {(one,): reader.collections(kind, one, waiter) for one in apis}
    )
    payloads, more = await _read_each(
        kind, {where.home: reader.all(where, waiter) for _, where in collections}
    )
    found = [values.from_aws(kind, payload, kind.parent_ids(home)) for home, payload in payloads]
    return found, unreadable + more


async def _read_each(
    kind: ResourceType, reads: dict[Home, Awaitable[list[Any]]]
) -> tuple[list[tuple[Home, Any]], list[str]]:
    """Return what several reads return, item by item, and a sentence for each that fails."""
    results = await asyncio.gather(*reads.values(), return_exceptions=True)
    found: list[tuple[Home, Any]] = []
    unreadable = []
    for home, result in zip(reads, results, strict=True):
        if isinstance(result, errors.CallFailed):
            # What was deleted in the meantime contains nothing.
            if not isinstance(result, errors.NotFound):
                unreadable.append(messages.unreadable(kind, kind.parent_ids(home), str(result)))
        elif isinstance(result, BaseException):
            raise result
        else:
            found += [(home, item) for item in result]
    return found, unreadable


def _result(result: bool, comment: list[str], ret: Any) -> Result:
    printable = [display.printable(sentence) for sentence in comment]
    return {"result": result, "comment": printable, "ret": ret}


def _refused(declared: Declaration, wrong: list[str]) -> Result:
    return _result(False, wrong + declared.describe_quoting(), None)


def _failed(failure: errors.CallFailed) -> Result:
    """Return the result of a failed call; ``refused`` says whether AWS or the SDK refused it."""
    routes = {"routes": sorted(failure.routes)} if isinstance(failure, errors.Blocked) else None
    refused = isinstance(failure, errors.Refused)
    return _result(False, [str(failure)], routes) | {"refused": refused}


def _write_result(planned: Plan, mask: display.Mask, resource: Fields, comment: list[str]) -> Result:
    """Return the result of a write: a failure if the resource differs from the parameters."""
    unmet = [
        messages.unmet(
            planned.kind, name, planned.wanted.get(name), resource.get(name), mask.hides(name)
        )
        for name in planned.unmet(resource)
    ]
    return _result(not unmet, unmet + comment, resource)

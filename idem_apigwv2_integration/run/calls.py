"""The exec functions of any resource: they read and write, and return result, comment and ret."""

import asyncio
import dataclasses
from collections.abc import Awaitable
from typing import Any

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

Arguments = dict[str, Any]
Fields = dict[str, Any]
Result = dict[str, Any]

# Under this key, a state puts itself into the context that it passes on.
CALLER = "caller"


@dataclasses.dataclass(frozen=True)
class Caller:
    """The state that calls an exec function.

    Args:
        profile: A copy of the acct profile of its context, which leads to the account.
        arguments: A copy of what it passes, which it has checked: a contract may change both on the way.
        plan: What it writes.
    """

    profile: Any
    account: account.Account
    waiter: retry.Waiter
    arguments: Arguments
    sensitive: set[str]
    manager: record.Identity | None
    plan: Plan | None


class Call:
    """One call of an exec function, by a state or by anyone else.

    Attributes:
        checked: Whether a state calls it, and has checked the arguments.
    """

    def __init__(self, hub, ctx, kind: ResourceType, arguments: Arguments, live: Fields | None = None):
        self.kind, self.live = kind, live
        # What is live is no parameter of the resource.
        passed = {name: value for name, value in arguments.items() if name != "live"}
        self.caller: Caller | None = ctx.get(CALLER)
        sensitive = self.caller.sensitive if self.caller else ()
        self.declared = Declaration(kind, passed, {}, sensitive)
        known = self.caller and self.caller.profile == (ctx.get("acct") or {})
        self.account = self.caller.account if self.caller and known else account.of(hub, ctx)
        self.waiter = self.caller.waiter if self.caller else retry.Waiter()
        self.checked = self.caller is not None and self.caller.arguments == arguments
        self.where = Collection(kind, self.declared.home)

    async def plan(self) -> tuple[Plan, list[str], list[str]]:
        """Return the plan, what is wrong with it, and what else there is to say.

        A state has checked its plan, and says the rest itself.
        """
        if self.checked and self.caller and self.caller.plan:
            return self.caller.plan, [], []
        declared = self.declared
        report = await check(self.account, self.waiter, declared, self.live)
        wrong = declared.problems + report.problems
        return report.plan, wrong, [*report.ignored, *report.hints, *declared.notes]


async def check(
    acct: account.Account,
    waiter: retry.Waiter,
    declared: Declaration,
    live: dict[str, Any] | None = None,
    held: dict[str, Any] | None = None,
    planned: Plan | None = None,
    declared_protocol: str | None = None,
) -> validate.Report:
    """Read the API's protocol, and return what is wrong with what is wanted, and the plan.

    Args:
        declared: What is declared; the API's ID is a placeholder if the API does not exist yet.
        held: What the ESM records.
        planned: The plan as far as it is known without the protocol.
        declared_protocol: The protocol that an API will have that does not exist yet, if it is known.

    Raises:
        errors.CallFailed: The API can't be read, and nothing else is wrong.
    """
    api_id, protocol = declared.api_id, None
    failure: errors.CallFailed | None = None
    if values.is_placeholder(api_id):
        protocol = declared_protocol
    elif "api_id" not in declared.identity:
        try:
            protocol = await acct.reader.protocol(api_id, waiter)
        except errors.CallFailed as error:
            failure = error
    planned = planned if planned and planned.protocol == protocol else None
    report = validate.check(declared, live, protocol, held, planned=planned)
    if isinstance(failure, errors.NotFound):
        report.problems.insert(0, matching.missing_api(api_id, acct.location[0]))
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
    if not call.caller:
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
        acct.managed[declared.api_id].update(run.claimed(place), run.recorded(declared.home))
        payload, found = await write.create(acct, call.where, planned, call.waiter)
    except errors.CallFailed as failure:
        return _failed(failure)
    resource = values.from_aws(kind, payload, declared.parents, declared.name)
    if call.caller and call.caller.manager:
        # Before anything else happens: no other state may adopt it.
        run.ledger.add((*place, resource["resource_id"]), call.caller.manager)
    done = [
        messages.created(kind, resource["name"], dry_run=False),
        messages.identified(resource["resource_id"]),
        *found,
    ]
    return _written(planned, declared.mask, resource, done + notes)


async def update(
    hub, ctx, kind: ResourceType, arguments: Arguments, live: Fields | None = None
) -> Result:
    """Update a resource with one call; without a difference nothing is sent."""
    # A state passes what is live, too, and `checked` compares all that it passes.
    call = Call(hub, ctx, kind, arguments | ({"live": live} if live else {}), live)
    declared = call.declared
    wrong = [] if call.checked else declared.check_ids()
    if wrong or any(name in declared.ids for name in declared.misspelled):
        return _refused(declared, wrong + declared.misnamed)
    if live is not None and not _is_of(live, declared):
        return _refused(declared, [messages.wrong_live(kind)])
    if live is None:
        found = await hub.exec[kind.name].get(ctx, **declared.ids, name=declared.name)
        if not found["result"] or found["ret"] is None:
            return _result(False, found["comment"], None)
        call.live = live = found["ret"]
    try:
        planned, wrong, notes = await call.plan()
        if wrong:
            return _refused(declared, wrong)
        resource, done = await _update(call, planned, live)
    except errors.CallFailed as failure:
        return _failed(failure)
    return _written(planned, declared.mask, resource, done + notes)


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


async def _update(call: Call, planned: Plan, live: Fields) -> tuple[Fields, list[str]]:
    """Change a resource as planned, and return it with what was done."""
    kind, name = call.kind, live["name"]
    identified = messages.identified(live["resource_id"])
    if planned.is_noop:
        return live, [messages.found(kind, name), identified]
    payload = await write.update(call.account, call.where, planned, call.waiter)
    resource = values.from_aws(kind, payload, call.declared.parents, name)
    if not plan.differences(kind, resource, live):
        return resource, []
    updated = messages.updated(kind, name, dry_run=False)
    lines = plan.describe_update(kind, live, resource, False, call.declared.mask)
    return resource, [updated, identified, *lines]


async def _read_all(
    reader: read.Reader, kind: ResourceType, api_id: str | None, waiter: retry.Waiter
) -> tuple[list[Fields], list[str]]:
    """Return the resources of one API or of all, and a sentence for each place that can't be read."""
    apis = [api_id] if api_id else await _api_ids(reader, kind, waiter)
    collections, unreadable = await _read_each(
        kind, {(one,): reader.collections(kind, one, waiter) for one in apis}
    )
    payloads, more = await _read_each(
        kind, {where.home: reader.all(where, waiter) for _, where in collections}
    )
    found = [values.from_aws(kind, payload, kind.parent_ids(home)) for home, payload in payloads]
    return found, unreadable + more


async def _api_ids(reader: read.Reader, kind: ResourceType, waiter: retry.Waiter) -> list[str]:
    """Return the APIs that can have resources of a type."""
    return [
        api["ApiId"]
        for api in await reader.apis(waiter)
        if kind.protocols is None or api.get("ProtocolType") in kind.protocols
    ]


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


def _is_of(live: Any, declared: Declaration) -> bool:
    """Return whether something is the resource that is declared, as `get` returns it."""
    return isinstance(live, dict) and all(live.get(key) == value for key, value in declared.ids.items())


def _result(result: bool, comment: list[str], ret: Any) -> Result:
    printable = [display.printable(sentence) for sentence in comment]
    return {"result": result, "comment": printable, "ret": ret}


def _refused(declared: Declaration, wrong: list[str]) -> Result:
    return _result(False, wrong + declared.describe_quoting(), None)


def _failed(failure: errors.CallFailed) -> Result:
    """Return the result of a failed call; ``refused`` says whether AWS or the SDK refused it."""
    routes = {"routes": sorted(failure.routes)} if isinstance(failure, errors.Blocked) else None
    refused = isinstance(failure, errors.Refused) and routes is None
    return _result(False, [str(failure)], routes) | {"refused": refused}


def _written(planned: Plan, mask: display.Mask, resource: Fields, comment: list[str]) -> Result:
    """Return the result of a write: a failure if the resource differs from the parameters."""
    unmet = [
        messages.unmet(
            planned.kind, name, planned.wanted.get(name), resource.get(name), mask.hides(name)
        )
        for name in planned.unmet(resource)
    ]
    return _result(not unmet, unmet + comment, resource)

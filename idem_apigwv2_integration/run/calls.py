"""The exec functions of any resource: they read and write, and return result, comment and ret."""

import asyncio
import dataclasses
from collections.abc import Awaitable
from typing import Any

from idem_apigwv2_integration.aws import account, creation, errors, read, retry, write
from idem_apigwv2_integration.aws.operation import Collection
from idem_apigwv2_integration.resource import display, messages, plan, problems, values
from idem_apigwv2_integration.resource.declaration import Declaration, is_empty
from idem_apigwv2_integration.resource.display import Mask
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.resource.type import Home, ResourceType
from idem_apigwv2_integration.run import checking, record

Arguments = dict[str, Any]
Fields = dict[str, Any]
Result = dict[str, Any]

# Under this key, a state puts its plan into the context that it passes on.
PREPARED = "prepared"


@dataclasses.dataclass(frozen=True)
class Prepared:
    """A plan that was checked, and where its resource is."""

    plan: Plan
    home: Home

    def fits(self, declared: Declaration, live: Fields | None) -> bool:
        """Return whether it is the plan of some arguments: a contract may have changed them."""
        same = (self.plan.given, self.plan.live, self.home) == (declared.given, live, declared.home)
        return same and not declared.unknown


async def get(hub, ctx, kind: ResourceType, arguments: Arguments) -> Result:
    """Read one resource."""
    declared = Declaration(kind, arguments, {}, ctx.get("sensitive", ()))
    if wrong := declared.check_call():
        return _refused(declared, wrong)
    try:
        payload = await account.of(hub, ctx).reader.one(
            Collection(kind, declared.home), declared.resource_id, retry.Budget.of(ctx)
        )
    except errors.CallFailed as failure:
        return _failed(failure)
    if payload is None:
        empty = messages.empty(kind, "Get", declared.name or declared.resource_id)
        return _result(True, [empty, *declared.notes], None)
    return _result(True, declared.notes, values.from_aws(kind, payload, declared.parents, declared.name))


async def list_all(hub, ctx, kind: ResourceType, arguments: Arguments) -> Result:
    """List what is in some parents, or in an API or account; what can't be read is named."""
    names = [parent.name for parent in kind.parents]
    given = [name for name in names if not is_empty(arguments[name])]
    # Of the parents, the outer ones must be given if an inner one is.
    everywhere = names[len(given) :] if given == names[: len(given)] else []
    declared = Declaration(kind, arguments | dict.fromkeys(everywhere, "all"), {})
    if wrong := declared.check_call(needs_id=False):
        return _refused(declared, wrong)
    empty = messages.empty(kind, "List", declared.name or declared.home[-1])
    reader, budget = account.of(hub, ctx).reader, retry.Budget.of(ctx)
    unreadable: list[str] = []
    try:
        if everywhere:
            api_id = declared.api_id if given else None
            found, unreadable = await _read_all(reader, kind, api_id, budget)
        else:
            payloads = await reader.all(Collection(kind, declared.home), budget)
            found = [values.from_aws(kind, payload, declared.parents) for payload in payloads]
    except errors.CallFailed as failure:
        if isinstance(failure, errors.NotFound):
            return _result(True, [empty, str(failure), *declared.notes], None)
        return _failed(failure)
    comment = unreadable if found or unreadable else [empty]
    return _result(not unreadable, comment + declared.notes, found)


async def create(hub, ctx, kind: ResourceType, arguments: Arguments) -> Result:
    """Create a resource."""
    declared = Declaration(kind, arguments, {}, ctx.get("sensitive", ()))
    declared.unknown += ["resource_id"] if "resource_id" in arguments else []
    acct, budget, run = account.of(hub, ctx), retry.Budget.of(ctx), record.of(hub, ctx, kind)
    location = acct.location
    try:
        planned, wrong, notes = await _plan(ctx, acct, declared, budget)
        if wrong:
            return _refused(declared, wrong)
        acct.manage(declared.api_id, *run.known(location, declared.home))
        written = await creation.create(acct, Collection(kind, declared.home), planned, budget)
    except errors.CallFailed as failure:
        return _failed(failure)
    resource = values.from_aws(kind, written.payload, declared.parents, declared.name)
    if ctx.get("budget"):
        # Before anything else happens: the state claims it once it has the result.
        run.ledger.created((location, declared.home, resource["resource_id"]))
    done = [
        messages.created(kind, resource["name"], dry_run=False),
        messages.identified(resource["resource_id"]),
        *written.notes,
    ]
    return _written(planned, declared.mask, resource, done + (notes or []))


async def update(
    hub, ctx, kind: ResourceType, arguments: Arguments, live: Fields | None = None
) -> Result:
    """Update a resource with one call; without a difference nothing is sent."""
    declared = Declaration(kind, arguments, {}, ctx.get("sensitive", ()))
    wrong = declared.check_ids() + declared.nulls
    if wrong or any(name in declared.ids for name in declared.misspelled):
        return _refused(declared, wrong + declared.misnamed)
    if live is not None and not _is_of(live, declared):
        return _refused(declared, [problems.wrong_live(kind)])
    if live is None:
        found = await hub.exec[kind.name].get(ctx, **declared.ids, name=declared.name)
        if not found["result"] or found["ret"] is None:
            return _result(False, found["comment"], None)
        live = found["ret"]
    acct, budget = account.of(hub, ctx), retry.Budget.of(ctx)
    try:
        planned, wrong, notes = await _plan(ctx, acct, declared, budget, live)
        if wrong:
            return _refused(declared, wrong)
        resource, done = await _update(acct, planned, live, budget, declared.mask)
    except errors.CallFailed as failure:
        return _failed(failure)
    return _written(planned, declared.mask, resource, done + (notes or []))


async def delete(hub, ctx, kind: ResourceType, arguments: Arguments) -> Result:
    """Delete a resource."""
    declared = Declaration(kind, arguments, {}, ctx.get("sensitive", ()))
    if wrong := declared.check_call():
        return _refused(declared, wrong)
    name, resource_id = declared.name or declared.resource_id, declared.resource_id
    try:
        acct, budget = account.of(hub, ctx), retry.Budget.of(ctx)
        existed = await write.delete(acct, Collection(kind, declared.home), resource_id, budget)
    except errors.CallFailed as failure:
        return _failed(failure)
    done = messages.deleted(kind, name, dry_run=False) if existed else messages.absent(kind, name)
    return _result(True, [done, messages.identified(resource_id), *declared.notes], None)


async def _update(
    acct: account.Account, planned: Plan, live: Fields, budget: retry.Budget, mask: Mask
) -> tuple[Fields, list[str]]:
    """Change a resource as planned, and return it with what was done."""
    name, resource_id = live["name"], live["resource_id"]
    where = Collection(planned.kind, planned.kind.home(live))
    identified = messages.identified(resource_id)
    if planned.is_noop:
        return live, [messages.found(planned.kind, name), identified]
    payload = await write.update(acct, where, planned, budget)
    resource = values.from_aws(planned.kind, payload, planned.kind.parent_ids(where.home), name)
    if not plan.differences(planned.kind, resource, live):
        return resource, []
    updated = messages.updated(planned.kind, name, dry_run=False)
    lines = plan.describe_update(planned.kind, live, resource, False, mask)
    return resource, [updated, identified, *lines]


async def _plan(
    ctx,
    acct: account.Account,
    declared: Declaration,
    budget: retry.Budget,
    live: Fields | None = None,
) -> tuple[Plan, list[str], list[str] | None]:
    """Return the plan of some arguments, what is wrong with them, and what else there is to say.

    The notes are None if the plan is a state's, which has checked it and says it all itself.
    """
    prepared = ctx.get(PREPARED)
    if prepared and prepared.fits(declared, live):
        return prepared.plan, [], None
    report = await checking.check(acct, budget, declared, live)
    wrong = declared.problems + report.problems
    return report.plan, wrong, report.ignored + report.hints + declared.notes


async def _read_all(
    reader: read.Reader, kind: ResourceType, api_id: str | None, budget: retry.Budget
) -> tuple[list[Fields], list[str]]:
    """Return the resources of one API or of all, and a sentence for each place that can't be read.

    Raises:
        errors.CallFailed: The APIs can't be listed.
    """
    apis = [api_id] if api_id else await _api_ids(reader, kind, budget)
    collections, unreadable = await _read_each(
        kind, {(one,): reader.collections(kind, one, budget) for one in apis}
    )
    payloads, more = await _read_each(
        kind, {where.home: reader.all(where, budget) for _, where in collections}
    )
    found = [values.from_aws(kind, payload, kind.parent_ids(home)) for home, payload in payloads]
    return found, unreadable + more


async def _api_ids(reader: read.Reader, kind: ResourceType, budget: retry.Budget) -> list[str]:
    """Return the APIs that can have resources of a type."""
    return [
        api["ApiId"]
        for api in await reader.apis(budget)
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
    """Return the result of a failed call; ``refused`` tells that AWS did not allow it."""
    blocked = isinstance(failure, errors.Blocked)
    routes = {"routes": sorted(failure.routes)} if isinstance(failure, errors.Blocked) else None
    refused = isinstance(failure, errors.Refused) and not blocked
    return _result(False, [str(failure)], routes) | {"refused": refused}


def _written(planned: Plan, mask: Mask, resource: Fields, comment: list[str]) -> Result:
    """Return the result of a write: a failure if the resource differs from the parameters."""
    unmet = [
        messages.unmet(
            planned.kind, name, planned.wanted.get(name), resource.get(name), mask.hides(name)
        )
        for name in planned.unmet(resource)
    ]
    return _result(not unmet, unmet + comment, resource)

"""Creates, updates and deletes resources: one call each, and nothing is decided on a guess.

A create has no client token. If its response is lost, the collection is listed before the request is
sent again: a resource that is new since a listing right before the create, equal and unmanaged is the
one that was created. If the type has a key, the request is sent again at once: AWS refuses a second
resource of one key, and the one that has it is looked up.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from idem_apigwv2_integration.aws import errors, retry
from idem_apigwv2_integration.aws.operation import Collection, Operation
from idem_apigwv2_integration.resource import matching, messages, values
from idem_apigwv2_integration.resource.plan import Plan

if TYPE_CHECKING:
    from idem_apigwv2_integration.aws.account import Account

Payload = dict[str, Any]

# In seconds: how old the listing may be from which a create knows what existed before.
FRESH = 5.0


@dataclasses.dataclass
class Written:
    """AWS's response to a create, or what was read instead, and what else the user should know."""

    payload: Payload
    notes: list[str]


async def create(account: Account, where: Collection, plan: Plan, waiter: retry.Waiter) -> Written:
    """Create a resource as planned, and only one; fail if it is unknown whether it was created."""
    creates = account.endpoint.creates[where]
    one = Create(account, creates, where, plan, waiter)
    with creates.add(one):
        try:
            return await account.call(
                where.operations.create, where.members, waiter, one.send, one.recover
            )
        except errors.CallFailed as failure:
            if not one.lost:
                raise
            sentence = messages.maybe_created(where.kind, str(failure))
            raise type(failure)(sentence, final=failure.final) from None


async def update(account: Account, where: Collection, plan: Plan, waiter: retry.Waiter) -> Payload:
    """Change a resource as planned, and return AWS's response."""
    operation, resource_id = where.operations.update, (plan.live or {})["resource_id"]
    members = {**where.members, where.kind.id_member: resource_id, **plan.request}

    act = functools.partial(_send, account, where, operation, members=members)
    return await account.call(operation, members, waiter, act)


async def delete(account: Account, where: Collection, resource_id: str, waiter: retry.Waiter) -> bool:
    """Delete a resource, and return whether it existed.

    Raises:
        errors.CallFailed: It still exists, or it is unknown whether it does.
    """
    operation = where.operations.delete
    members = {**where.members, where.kind.id_member: resource_id}
    lost = False

    async def act(attempts: retry.Attempts[Any]) -> bool:
        nonlocal lost
        try:
            await _send(account, where, operation, attempts, members)
        except errors.NotFound:
            # An attempt without a response may have deleted it.
            return lost
        except errors.CallFailed as failure:
            lost = lost or failure.may_have_happened
            raise
        return True

    async def recover() -> bool | None:
        gone = lost and await account.reader.one(where, resource_id, waiter) is None
        return True if gone else None

    existed = await account.call(operation, members, waiter, act, recover)
    account.endpoint.creates[where].deleted.add(resource_id)
    return existed


async def _send(
    account: Account,
    where: Collection,
    operation: Operation,
    attempts: retry.Attempts[Any],
    members: Payload,
) -> Payload:
    """Send a request about one resource; a response that does not find it counts only if it is gone."""
    try:
        return await account.send(operation, attempts, members)
    except errors.NotFound:
        resource_id = members[where.kind.id_member]
        what, read = f"{where.kind.label} {resource_id}", account.reader.one
        again = read(where, resource_id, attempts.waiter)
        await account.expect_gone(operation, what, "a later read", again)
        raise


def is_being_created(account: Account, where: Collection, payload: Payload) -> bool:
    """Return whether a resource may be what a create in progress creates."""
    return any(one.may_create(payload) for one in account.endpoint.creates[where].current)


def assign(creates: list[Create], payloads: list[Payload]) -> dict[Create, Payload]:
    """Decide for all creates with lost responses together which resource is whose.

    As many creates as possible get one (a maximum matching). So one that only one of them can have
    created is that one's, whichever looks first. If not all get one, the create whose request was sent
    last comes first: of what is listed later, the most can still be what the others have created.

    Args:
        payloads: The equal resources that nothing else accounts for.
    """
    holders: dict[int, Create] = {}

    def place(one: Create, tried: set[int]) -> bool:
        """Give a create a resource, if necessary by giving its holder another one."""
        for number, payload in enumerate(payloads):
            if number in tried or not one.may_create(payload):
                continue
            tried.add(number)
            if number not in holders or place(holders[number], tried):
                holders[number] = one
                return True
        return False

    for one in sorted(creates, key=lambda one: len(one.before or ()), reverse=True):
        place(one, set())
    return {one: payloads[number] for number, one in holders.items()}


@dataclasses.dataclass(eq=False)
class Creates:
    """The creates of a collection by this process, whatever the credentials.

    Attributes:
        current: Those in progress.
        created: The IDs of what was created.
        deleted: The IDs of what this process deleted: a listing may still have it.
    """

    current: list[Create] = dataclasses.field(default_factory=list)
    created: set[str] = dataclasses.field(default_factory=set)
    deleted: set[str] = dataclasses.field(default_factory=set)
    # Those that ended while others were in progress. What they may have created twice counts as long as
    # there are others.
    _finished: list[Create] = dataclasses.field(default_factory=list)

    @contextlib.contextmanager
    def add(self, one: Create) -> Iterator[None]:
        self.current.append(one)
        try:
            yield
        finally:
            self.current.remove(one)
            self._finished = [*self._finished, one] if self.current else []

    def count_lost(self, payloads: Sequence[Payload]) -> int:
        """Return how many requests without a response may have created one of some resources."""
        creates = [*self.current, *self._finished]
        return sum(one.lost for one in creates if any(map(one.may_create, payloads)))


class Create:
    """A create in progress: sends its requests, and finds what those without a response have created.

    Attributes:
        before: The IDs of what existed before; None if that could not be listed.
        settled: Set while no request is in flight.
        lost: How many requests have no response, so that each may have created a resource whose ID is
            unknown. Once the create has its resource: besides that one.
    """

    def __init__(
        self, account: Account, creates: Creates, where: Collection, plan: Plan, waiter: retry.Waiter
    ):
        self._account, self._creates, self._where = account, creates, where
        self._plan, self._waiter = plan, waiter
        self._id = where.kind.id_member
        self.before: set[str] | None = None
        self.settled = asyncio.Event()
        self.settled.set()
        self.lost = 0
        self.done = False
        # Whether AWS's refusal may be due to what an earlier request has created.
        self._is_looked_up = False
        # The seconds to wait before each look at the collection that is still due.
        self._waits: tuple[float, ...] = ()

    def is_equal(self, payload: Payload) -> bool:
        kind = self._where.kind
        parents = kind.parent_ids(self._where.home)
        return self._plan.equals_created(values.from_aws(kind, payload, parents))

    def may_create(self, payload: Payload) -> bool:
        """Return whether a resource may be what a request has created or still creates."""
        new = self.before is not None and payload[self._id] not in self.before
        return new and self.is_equal(payload)

    async def send(self, attempts: retry.Attempts[Written]) -> Written:
        """Send the request once; name what earlier requests may have created as well."""
        members = {**self._where.members, **self._plan.request}
        try:
            payload = await self._account.send(
                self._where.operations.create, attempts, members, self._prepare
            )
            self._creates.created.add(payload[self._id])
        except errors.CallFailed as failure:
            # The listing before the request fails in the same ways.
            if failure.may_have_happened and not self.settled.is_set():
                self.lost += 1
                self._waits = failure.looks
            # A conflict with another write is no refusal.
            full = failure.quota_is_used_up
            refused = isinstance(failure, errors.Refused) and (full or failure.code == errors.CONFLICT)
            if refused and self.lost and self._where.kind.key:
                # What an earlier request has created has the key, or was the last that the quota allows.
                self._is_looked_up = True
                if not full:
                    # What has the key may not be listed yet, so that this is worth a retry.
                    raise errors.ResponseLost(failure.what) from None
            raise
        finally:
            self.settled.set()
        self.done = True
        # Of one key, AWS creates no second one.
        surplus = bool(self.lost) and self._where.kind.key is None
        return Written(payload, await self._surplus() if surplus else [])

    async def _prepare(self) -> None:
        """Find out what exists before the first request is sent.

        What another process has created since the last complete listing is not known, so that the
        listing may neither be older than `FRESH` nor than the state.
        """
        if not self.lost:
            seen = self._account.reader.seen[self._where.operations.list, self._where.home]
            now = asyncio.get_running_loop().time()
            try:
                if seen.began < max(self._waiter.began, now - FRESH):
                    await self._all()
                self.before = seen.ids | self._creates.created
            except errors.Refused:
                # Without this permission, a create is possible, but no recovery of a lost response.
                self.before = None
        self.settled.clear()

    async def recover(self) -> Written | None:
        """Return what a create with a lost response has created, or None if nothing.

        Raises:
            errors.Refused: It is unknown what it has created, so that the request must not be sent
                again.
        """
        if not self.lost:
            return None
        kind, own = self._where.kind, None
        if kind.key:
            return await self._look_up(kind.key) if self._is_looked_up else None
        # A request that was refused since then has created nothing: one more look is enough.
        waits, self._waits = self._waits or (0.0,), ()
        try:
            for wait in waits if self.before is not None else (0.0,):
                await asyncio.sleep(wait)
                own, others = await self._look()
                if own:
                    break
        except errors.CallFailed as failure:
            self.lost = 0
            raise errors.Refused(messages.lost_unseen(kind, str(failure))) from None
        if self.before is None:
            self.lost = 0
            raise errors.Refused(messages.lost_unknown(kind, [one[self._id] for one in others]))
        if own is None:
            return None
        self._creates.created.add(own[self._id])
        self.lost -= 1
        self.done = True
        found = messages.lost_and_found(own[self._id])
        return Written(own, [found, *await self._surplus(others)])

    async def _look_up(self, key: str) -> Written | None:
        """Return the resource of the request's key, if it is listed; fail if it is someone else's."""
        kind = self._where.kind
        parents = kind.parent_ids(self._where.home)
        for payload in await self._all():
            resource = values.from_aws(kind, payload, parents)
            is_deleted = payload[self._id] in self._creates.deleted
            if is_deleted or resource.get(key) != self._plan.wanted[key]:
                continue
            # What could not be listed before the create may have existed.
            existed = self.before is None or payload[self._id] in self.before
            if existed or not self._unknown([payload]) or not self._plan.equals_created(resource):
                self.lost = 0
                differing = self._plan.differs_from_created(resource)
                raise errors.Refused(matching.key_taken(kind, resource, None, differing))
            self._creates.created.add(payload[self._id])
            self.done = True
            return Written(payload, [messages.lost_and_found(payload[self._id])])
        return None

    async def _surplus(self, others: Sequence[Payload] = ()) -> list[str]:
        """Return notes about what a create that has its resource may have created besides."""
        reason = None

        def is_complete() -> bool:
            # What several creates can have created is counted once.
            most = self._creates.count_lost(others)
            return not self.lost or (bool(others) and len(others) >= most)

        try:
            # It may be listed late.
            for wait in (0.0, errors.ResponseLost.looks[-1]):
                if is_complete():
                    break
                await asyncio.sleep(wait)
                _, others = await self._look()
        except errors.CallFailed as failure:
            reason = str(failure)
        ids = [payload[self._id] for payload in others]
        notes = [messages.duplicates(ids)] if ids else []
        return notes if is_complete() else [*notes, messages.maybe_twice(self._where.kind, reason)]

    async def _look(self) -> tuple[Payload | None, list[Payload]]:
        """Return what this create has created, and the other new, equal resources of unknown origin."""
        current = self._creates.current
        equal = [one for one in self._unknown(await self._all()) if self.is_equal(one)]
        # The ID of what a simultaneous create has created is known once its response is there.
        for rival in list(current):
            if any(map(rival.is_equal, equal)):
                await rival.settled.wait()
        equal = self._unknown(equal)
        assigned = assign([one for one in current if one.lost and not one.done], equal)
        own = assigned.pop(self, None)
        new = [one for one in equal if self.before is None or self.may_create(one)]
        others = [one for one in new if one is not own]
        # Which of them another create keeps is open until it looks: if one is left over, any may be.
        left_over = any(one not in assigned.values() for one in others)
        return own, others if left_over else []

    async def _all(self) -> list[Payload]:
        return await self._account.reader.all(self._where, self._waiter)

    def _unknown(self, payloads: list[Payload]) -> list[Payload]:
        """Return the resources that nobody manages and that no create with a response created."""
        known = self._account.managed[self._where.home[0]] | self._creates.created
        return [payload for payload in payloads if payload[self._id] not in known]

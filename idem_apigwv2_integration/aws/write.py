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
# AWS's response to a create, or what was read instead, and what else the user should know.
Created = tuple[Payload, list[str]]

# In seconds: how old the listing may be from which a create knows what existed before.
FRESH = 5.0


async def create(account: Account, where: Collection, plan: Plan, waiter: retry.Waiter) -> Created:
    """Create a resource as planned, and only one; fail if it is unknown whether it was created."""
    known = account.endpoint.known[where]
    one = Create(account, known, where, plan, waiter)
    with known.add(one):
        try:
            return await account.call(where.operations.create, where.members, waiter, one.send)
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
            if lost:
                # Without permission to read, the request is sent again: a deletion can be repeated.
                with (
                    contextlib.suppress(errors.Refused),
                    waiter.watch(f"to see what a lost {operation.name} has done"),
                ):
                    if await account.reader.one(where, resource_id, waiter) is None:
                        return True
            raise
        return True

    existed = await account.call(operation, members, waiter, act)
    account.endpoint.known[where].deleted.add(resource_id)
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
        again = account.reader.one(where, resource_id, attempts.waiter)
        what = f"{where.kind.label} {resource_id}"
        await account.expect_gone(operation, what, "a later read", again)
        raise


def is_being_created(account: Account, where: Collection, payload: Payload) -> bool:
    """Return whether a resource may be what a create in progress creates."""
    return any(one.may_create(payload) for one in account.endpoint.known[where].creates)


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
class Known:
    """What this process knows of a collection, whatever the credentials.

    Attributes:
        listed: The IDs of all that was ever listed.
        listed_at: When the last complete listing began, on the event loop's clock.
        creates: Those in progress.
        created: The IDs of what was created.
        deleted: The IDs of what this process deleted: a listing may still have it.
    """

    listed: set[str] = dataclasses.field(default_factory=set)
    listed_at: float = float("-inf")
    creates: list[Create] = dataclasses.field(default_factory=list)
    created: set[str] = dataclasses.field(default_factory=set)
    deleted: set[str] = dataclasses.field(default_factory=set)
    # Those that ended while others were in progress. What they may have created twice counts as long as
    # there are others.
    _finished: list[Create] = dataclasses.field(default_factory=list)

    @contextlib.contextmanager
    def add(self, one: Create) -> Iterator[None]:
        self.creates.append(one)
        try:
            yield
        finally:
            self.creates.remove(one)
            self._finished = [*self._finished, one] if self.creates else []

    def count_lost(self, payloads: Sequence[Payload]) -> int:
        """Return how many requests without a response may have created one of some resources."""
        creates = [*self.creates, *self._finished]
        return sum(one.lost for one in creates if any(map(one.may_create, payloads)))


@dataclasses.dataclass(eq=False)
class Create:
    """A create in progress: sends its requests, and finds what those without a response have created.

    Attributes:
        before: The IDs of what existed before; None if that could not be listed.
        settled: Set while no request is in flight.
        lost: How many requests have no response, so that each may have created a resource whose ID is
            unknown. Once the create has its resource: besides that one.
    """

    account: Account
    known: Known
    where: Collection
    plan: Plan
    waiter: retry.Waiter
    before: set[str] | None = None
    settled: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)
    lost: int = 0
    done: bool = False

    def __post_init__(self) -> None:
        self.settled.set()
        self._id = self.where.kind.id_member

    def is_equal(self, payload: Payload) -> bool:
        kind = self.where.kind
        parents = kind.parent_ids(self.where.home)
        return self.plan.equals_created(values.from_aws(kind, payload, parents))

    def may_create(self, payload: Payload) -> bool:
        """Return whether a resource may be what a request has created or still creates."""
        new = self.before is not None and payload[self._id] not in self.before
        return new and self.is_equal(payload)

    async def send(self, attempts: retry.Attempts[Created]) -> Created:
        """Send the request once; find and name what requests without a response have created."""
        key, operation, failure = self.where.kind.key, self.where.operations.create, None
        members = {**self.where.members, **self.plan.request}
        # It may have been listed while this attempt waited.
        if self.lost and not key and (created := await self._recover()):
            return created
        try:
            payload = await self.account.send(operation, attempts, members, self._prepare)
        except errors.CallFailed as error:
            failure = error
            # The listing before the request fails in the same ways.
            self.lost += failure.may_have_happened and not self.settled.is_set()
        finally:
            self.settled.set()
        if not failure:
            self._keep(payload)
            # Of one key, AWS creates no second one.
            return payload, await self._surplus() if self.lost and not key else []
        if self.lost:
            with self.waiter.watch(f"to see what a lost {operation.name} has done"):
                # A request that was refused has created nothing: one more look is enough.
                looks = failure.looks or (0.0,)
                created = await (self._look_up(key, failure) if key else self._recover(looks))
            if created:
                return created
        raise failure

    async def _prepare(self) -> None:
        """Find out what exists before the first request is sent.

        What another process has created since the last complete listing is not known, so that the
        listing may neither be older than `FRESH` nor than the state.
        """
        if not self.lost:
            now = asyncio.get_running_loop().time()
            try:
                if self.known.listed_at < max(self.waiter.began, now - FRESH):
                    await self._all()
                self.before = self.known.listed | self.known.created
            except errors.Refused:
                # Without this permission, a create is possible, but no recovery of a lost response.
                self.before = None
        self.settled.clear()

    async def _recover(self, looks: Sequence[float] = (0.0,)) -> Created | None:
        """Return what a request without a response has created, or None if nothing is listed.

        Args:
            looks: The seconds to wait before each look.

        Raises:
            errors.Refused: It is unknown what it has created, so that the request must not be sent
                again.
        """
        kind, own = self.where.kind, None
        try:
            for wait in looks if self.before is not None else (0.0,):
                await asyncio.sleep(wait)
                own, others = await self._look()
                if own:
                    break
        except errors.CallFailed as error:
            self.lost = 0
            raise errors.Refused(messages.lost_unseen(kind, str(error)), final=True) from None
        if self.before is None:
            self.lost = 0
            ids = [one[self._id] for one in others]
            raise errors.Refused(messages.lost_unknown(kind, ids), final=True)
        if own is None:
            return None
        self._keep(own)
        self.lost -= 1
        return own, [messages.lost_and_found(own[self._id]), *await self._surplus(others)]

    async def _look_up(self, key: str, failure: errors.CallFailed) -> Created | None:
        """Return the resource of the request's key if AWS refuses a second one because of it.

        Raises:
            errors.Refused: It is someone else's.
            errors.ResponseLost: It may not be listed yet, so that this is worth a retry.
        """
        kind, full = self.where.kind, failure.quota_is_used_up
        # What a request has created has the key, or was the last that the quota allows. A conflict with
        # another write is no refusal.
        if not isinstance(failure, errors.Refused) or not (full or failure.code == errors.CONFLICT):
            return None
        parents = kind.parent_ids(self.where.home)
        for payload in await self._all():
            resource = values.from_aws(kind, payload, parents)
            is_deleted = payload[self._id] in self.known.deleted
            if is_deleted or resource.get(key) != self.plan.wanted[key]:
                continue
            # What could not be listed before the create may have existed.
            existed = self.before is None or payload[self._id] in self.before
            if existed or not self._unknown([payload]) or not self.plan.equals_created(resource):
                self.lost = 0
                differing = self.plan.differs_from_created(resource)
                raise errors.Refused(matching.key_taken(kind, resource, None, differing))
            self._keep(payload)
            return payload, [messages.lost_and_found(payload[self._id])]
        if full:
            return None
        raise errors.ResponseLost(failure.what)

    def _keep(self, payload: Payload) -> None:
        """Take a resource as the one that this create has created."""
        self.known.created.add(payload[self._id])
        self.done = True

    async def _surplus(self, others: Sequence[Payload] = ()) -> list[str]:
        """Return notes about what a create that has its resource may have created besides."""
        reason = None

        def is_complete() -> bool:
            # What several creates can have created is counted once.
            most = self.known.count_lost(others)
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
        return notes if is_complete() else [*notes, messages.maybe_twice(self.where.kind, reason)]

    async def _look(self) -> tuple[Payload | None, list[Payload]]:
        """Return what this create has created, and the other new, equal resources of unknown origin."""
        current = self.known.creates
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
        return await self.account.reader.all(self.where, self.waiter)

    def _unknown(self, payloads: list[Payload]) -> list[Payload]:
        """Return the resources that nobody manages and that no create with a response created."""
        known = self.account.endpoint.managed[self.where.home[0]] | self.known.created
        return [payload for payload in payloads if payload[self._id] not in known]

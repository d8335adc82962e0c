"""Creates, updates and deletes of resources.

No create is repeated blindly, and nothing is deleted on a guess.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from idem_apigwv2_integration.aws import errors, retry
from idem_apigwv2_integration.aws.operation import Collection, Operation
from idem_apigwv2_integration.resource import messages, values
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


async def create(
    account: Account,
    where: Collection,
    plan: Plan,
    budget: retry.Budget,
) -> Written:
    """Create a resource, and only one.

    A create has no client token. If a response is lost, the collection is listed before the request is
    sent again: a resource that is new since a listing right before the create, equal and unmanaged is
    the one that was created. See `assign` for several such creates, and `Account.manage`.

    Args:
        account: Where its parents are.
        where: What it becomes part of.
        plan: The validated plan.
        budget: The budget.

    Raises:
        errors.CallFailed: It was not created, or it is unknown whether it was.
    """

    parents = where.kind.parent_ids(where.home)

    def is_equal(payload: Payload) -> bool:
        return plan.equals_created(values.from_aws(where.kind, payload, parents))

    request = Create(account, where, plan.create_request, is_equal, budget)
    with account.endpoint.creates.add(where, request):
        return await request.run()


async def update(
    account: Account,
    where: Collection,
    plan: Plan,
    budget: retry.Budget,
) -> Payload:
    """Change a resource as planned, and return AWS's response.

    Raises:
        errors.CallFailed: It was not changed, or it is unknown whether it was.
    """
    resource_id = (plan.live or {})["resource_id"]
    members = {**where.members, where.kind.id_member: resource_id, **plan.update_request}

    async def act(attempt: retry.Attempt) -> Payload:
        try:
            return await account.send(where.operations.update, attempt, members)
        except errors.NotFound:
            await _expect_gone(account, where, where.operations.update, resource_id, budget)
            raise

    return await account.repeat(where.operations.update, where.api_id, budget, act)


async def delete(
    account: Account,
    where: Collection,
    resource_id: str,
    budget: retry.Budget,
) -> bool:
    """Delete a resource, and return whether it existed.

    Raises:
        errors.CallFailed: It still exists, or it is unknown whether it does.
    """
    members = {**where.members, where.kind.id_member: resource_id}
    lost = False

    async def act(attempt: retry.Attempt) -> bool:
        nonlocal lost
        try:
            await account.send(where.operations.delete, attempt, members)
        except errors.NotFound:
            await _expect_gone(account, where, where.operations.delete, resource_id, budget)
            # An attempt without a response may have deleted it.
            return lost
        except errors.CallFailed as failure:
            lost = lost or failure.may_have_happened
            raise
        return True

    async def recover() -> bool | None:
        gone = lost and await account.reader.one(where, resource_id, budget) is None
        return True if gone else None

    return await account.repeat(where.operations.delete, where.api_id, budget, act, recover)


def is_being_created(account: Account, where: Collection, payload: Payload) -> bool:
    """Return whether a resource may be what a create in progress creates."""
    current = account.endpoint.creates.current[where]
    return any(one.may_create(payload) for one in current)


async def _expect_gone(
    account: Account, where: Collection, operation: Operation, resource_id: str, budget: retry.Budget
) -> None:
    """Fail unless a resource that an operation did not find is gone.

    Raises:
        errors.CallFailed: It exists, or it is unknown whether it does.
    """
    what = f"{where.kind.label} {resource_id}"
    try:
        payload = await account.reader.one(where, resource_id, budget)
    except errors.CallFailed as failure:
        raise errors.unconfirmed(operation.name, what, failure) from None
    if payload is not None:
        raise errors.contradicted(operation.name, what, "a later read")


def assign(creates: list[Create], payloads: list[Payload]) -> dict[Create, Payload]:
    """Decide for all creates with lost responses together which resource is whose.

    As many creates as possible get one (a maximum matching). So one that only one of them can have
    created is that one's, whichever looks first. If not all get one, the create whose request was sent
    last comes first: of what is listed later, the most can still be what the others have created.

    Args:
        creates: The creates.
        payloads: The equal resources that nothing else accounts for.
    """
    holders: dict[int, Create] = {}

    def place(create: Create, tried: set[int]) -> bool:
        """Give a create a resource, if necessary by giving its holder another one."""
        for number, payload in enumerate(payloads):
            if number in tried or not create.may_create(payload):
                continue
            tried.add(number)
            if number not in holders or place(holders[number], tried):
                holders[number] = create
                return True
        return False

    for create in sorted(creates, key=lambda one: len(one.before or ()), reverse=True):
        place(create, set())
    return {create: payloads[number] for number, create in holders.items()}


class Creates:
    """The creates of this process with one Region and endpoint, whatever the credentials.

    Attributes:
        current: Those in progress.
        created: The IDs of what was created.
    """

    def __init__(self) -> None:
        self.current: dict[Collection, list[Create]] = collections.defaultdict(list)
        self.created: dict[Collection, set[str]] = collections.defaultdict(set)
        # What these may have created besides is known until no create beside them is in progress.
        self._finished: dict[Collection, list[Create]] = collections.defaultdict(list)

    @contextlib.contextmanager
    def add(self, where: Collection, create: Create) -> Iterator[None]:
        """Keep a create among those in progress."""
        self.current[where].append(create)
        try:
            yield
        finally:
            self.current[where].remove(create)
            self._finished[where].append(create)
            if not self.current[where]:
                self._finished.pop(where)

    def count_lost(self, where: Collection, payloads: Sequence[Payload]) -> int:
        """Return how many requests without a response may have created one of some resources."""
        creates = [*self.current[where], *self._finished[where]]
        return sum(one.lost for one in creates if any(map(one.may_create, payloads)))


@dataclasses.dataclass(eq=False)
class Create:
    """A create in progress: sends its requests, and finds what those without a response have created.

    Args:
        account: Where it is sent.
        where: The collection.
        members: The members of the request.
        is_equal: Returns whether a resource equals the requested one.
        budget: The budget.
        before: The IDs of what existed before; None if that could not be listed.
        settled: Set while no request is in flight.
        lost: How many requests have no response, so that each may have created a resource whose ID is
            unknown. Once the create has its resource: besides that one.
        done: Whether it has its resource.
        waits: The seconds to wait before each look at the collection that is still due.
    """

    account: Account
    where: Collection
    members: Payload
    is_equal: Callable[[Payload], bool]
    budget: retry.Budget
    before: set[str] | None = None
    settled: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)
    lost: int = 0
    done: bool = False
    waits: tuple[float, ...] = ()

    def may_create(self, payload: Payload) -> bool:
        """Return whether a resource may be what a request has created or still creates."""
        new = self.before is not None and self._id(payload) not in self.before
        return new and self.is_equal(payload)

    async def run(self) -> Written:
        """Create it: see `create`."""
        self.settled.set()
        where = self.where
        try:
            return await self.account.repeat(
                where.operations.create, where.api_id, self.budget, self._send, self._recover
            )
        except errors.CallFailed as failure:
            if not self.lost:
                raise
            raise type(failure)(
                messages.maybe_created(self.where.kind, str(failure)), final=failure.final
            ) from None

    async def _send(self, attempt: retry.Attempt) -> Written:
        """Send the request once; name what earlier requests may have created as well."""
        try:
            payload = await self.account.send(
                self.where.operations.create,
                attempt,
                {**self.where.members, **self.members},
                self._prepare,
            )
            self._keep(payload)
        except errors.CallFailed as failure:
            # The listing before the request fails in the same ways.
            if failure.may_have_happened and not self.settled.is_set():
                self.lost += 1
                self.waits = failure.looks
            raise
        finally:
            self.settled.set()
        return Written(payload, await self._surplus())

    async def _prepare(self) -> None:
        if not self.lost:
            self.before = await self._existing()
        self.settled.clear()

    async def _existing(self) -> set[str] | None:
        """Return the IDs of all that exists by now, or None if it may not be listed.

        What another process has created since the last complete listing is not known, so that the
        listing may neither be older than `FRESH` nor than the budget.

        """
        seen = self.account.reader.seen[self.where]
        now = asyncio.get_running_loop().time()
        if seen.began < max(self.budget.began, now - FRESH):
            try:
                await self._all()
            except errors.Refused:
                # Without this permission, a create is possible, but no recovery of a lost response.
                return None
        return seen.ids | self._creates.created[self.where]

    async def _all(self) -> list[Payload]:
        return await self.account.reader.all(self.where, self.budget)

    async def _recover(self) -> Written | None:
        """Return what a create with a lost response has created, or None if nothing.

        Raises:
            errors.Refused: It is unknown what it has created, so that the request must not be sent
                again.
        """
        if not self.lost:
            return None
        own: Payload | None = None
        # A request that was refused since then has created nothing: one more look is enough.
        waits, self.waits = self.waits or (0.0,), ()
        try:
            for wait in waits if self.before is not None else (0.0,):
                await asyncio.sleep(wait)
                own, others = await self._look()
                if own:
                    break
        except errors.CallFailed as failure:
            self.lost = 0
            raise errors.Refused(messages.lost_unseen(self.where.kind, str(failure))) from None
        if self.before is None:
            self.lost = 0
            raise errors.Refused(
                messages.lost_unknown(self.where.kind, [self._id(one) for one in others])
            )
        if own is None:
            return None
        self._keep(own)
        self.lost -= 1
        return Written(own, [messages.lost_and_found(self._id(own)), *await self._surplus(others)])

    async def _surplus(self, others: Sequence[Payload] = ()) -> list[str]:
        """Return notes about what a create that has its resource may have created besides."""
        self.done = True
        reason = None

        def is_complete() -> bool:
            # What several creates can have created is counted once.
            most = self._creates.count_lost(self.where, others)
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
        ids = [self._id(payload) for payload in others]
        notes = [messages.duplicates(ids)] if ids else []
        return notes if is_complete() else [*notes, messages.maybe_twice(self.where.kind, reason)]

    async def _look(self) -> tuple[Payload | None, list[Payload]]:
        """Look for what this create has created.

        Returns:
            The resource that is this create's, and the equal new ones that are nobody's.
        """
        current = self._creates.current[self.where]
        unknown = self._unknown(await self._all())
        equal = [one for one in unknown if self.is_equal(one)]
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

    def _unknown(self, payloads: list[Payload]) -> list[Payload]:
        """Return the resources that nobody manages and that no create with a response created."""
        known = self.account.managed(self.where.api_id) | self._creates.created[self.where]
        return [payload for payload in payloads if self._id(payload) not in known]

    def _keep(self, payload: Payload) -> None:
        self._creates.created[self.where].add(self._id(payload))

    @property
    def _creates(self) -> Creates:
        return self.account.endpoint.creates

    def _id(self, payload: Payload) -> str:
        return payload[self.where.kind.id_member]

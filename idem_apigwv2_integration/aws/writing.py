"""Creates, updates and deletes of integrations.

No create is repeated blindly, and nothing is deleted on a guess.
"""

import asyncio
import collections
import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from idem_apigwv2_integration.aws import account, errors, reading
from idem_apigwv2_integration.resource import messages

Payload = dict[str, Any]

# After a lost response AWS may still be working. The seconds to wait before each look: after a dropped
# connection or a server error, and after a read timeout, when AWS was certainly still busy.
WAITS = {errors.Kind.LOST: (0.0, 0.5, 1.5, 3.0), errors.Kind.LATE: (0.0, 1.0, 2.0, 4.0, 6.0)}


@dataclasses.dataclass
class Created:
    """An integration that was created.

    Args:
        payload: AWS's response, or what was read where the response was lost.
        notes: What else the user should know, a sentence each.
    """

    payload: Payload
    notes: list[str]


@dataclasses.dataclass(eq=False)
class Create:
    """A create in progress.

    Args:
        is_equal: Returns whether an integration equals the requested one.
        claimed: Returns the IDs of the API's integrations that others manage.
        before: The integrations that existed before; None if they could not be listed.
        settled: Set while no request is in flight.
        lost: How many requests have no response, so that each may have created an integration whose
            ID is unknown. Once the create has its integration: besides that one.
        done: Whether it has its integration.
        waits: The seconds to wait before each look at the API that is still due.
    """

    is_equal: Callable[[Payload], bool]
    claimed: Callable[[], set[str]]
    before: set[str] | None = None
    settled: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)
    lost: int = 0
    done: bool = False
    waits: tuple[float, ...] = ()

    def may_create(self, payload: Payload) -> bool:
        """Return whether an integration may be what a request has created or still creates."""
        new = self.before is not None and payload["IntegrationId"] not in self.before
        return new and self.is_equal(payload)


def assign(creates: list[Create], payloads: list[Payload]) -> dict[Create, Payload]:
    """Decide for all creates with lost responses together which integration is whose.

    As many creates as possible get one (a maximum matching). So one that only one of them can have
    created is that one's, whichever looks first. If not all get one, the create whose request was sent
    last comes first: of what is listed later, the most can still be what the others have created.

    Args:
        creates: The creates.
        payloads: The equal integrations that nothing else accounts for.
    """
    holders: dict[str, Create] = {}

    def place(create: Create, tried: set[str]) -> bool:
        """Give a create an integration, if necessary by giving its holder another one."""
        for payload in payloads:
            resource_id = payload["IntegrationId"]
            if resource_id in tried or not create.may_create(payload):
                continue
            tried.add(resource_id)
            if resource_id not in holders or place(holders[resource_id], tried):
                holders[resource_id] = create
                return True
        return False

    for create in sorted(creates, key=lambda one: len(one.before or ()), reverse=True):
        place(create, set())
    found = {payload["IntegrationId"]: payload for payload in payloads}
    return {create: found[resource_id] for resource_id, create in holders.items()}


class Creates:
    """The creates in progress with one Region and endpoint, whatever the credentials.

    Attributes:
        created: The IDs of what this process has created, by API.
    """

    def __init__(self) -> None:
        self._current: dict[str, list[Create]] = collections.defaultdict(list)
        # What these may have created besides is known until no create of their API is in progress.
        self._finished: dict[str, list[Create]] = collections.defaultdict(list)
        self.created: dict[str, set[str]] = collections.defaultdict(set)

    @contextlib.contextmanager
    def add(self, api_id: str, create: Create) -> Iterator[None]:
        """Keep a create among those in progress."""
        self._current[api_id].append(create)
        try:
            yield
        finally:
            self._current[api_id].remove(create)
            self._finished[api_id].append(create)
            if not self._current[api_id]:
                self._finished.pop(api_id)

    def of(self, api_id: str) -> list[Create]:
        """Return the creates in progress of an API."""
        return self._current[api_id]

    def may_create(self, api_id: str, payload: Payload) -> bool:
        """Return whether an integration may be what one of them creates."""
        return any(create.may_create(payload) for create in self.of(api_id))

    def count_lost(self, api_id: str, payloads: Sequence[Payload]) -> int:
        """Return how many requests without a response may have created one of some integrations."""
        creates = [*self.of(api_id), *self._finished[api_id]]
        return sum(one.lost for one in creates if any(map(one.may_create, payloads)))


class Writer:
    """Changes the integrations of one account."""

    def __init__(self, account: account.Account):
        self._account = account
        self._reader: reading.Reader = account.shared(reading.Reader)
        self._creates: Creates = account.common(Creates)

    async def create(
        self,
        api_id: str,
        members: Payload,
        is_equal: Callable[[Payload], bool],
        claimed: Callable[[], set[str]],
    ) -> Created:
        """Create an integration, and only one.

        CreateIntegration has no client token. If a response is lost, the API is listed before the
        request is sent again: an integration that is new since a listing right before the create,
        equal and unclaimed is the one that was created. See `assign` for several such creates.

        Args:
            api_id(str): The API.
            members(dict): The members of the request.
            is_equal: Returns whether an integration equals the requested one.
            claimed: Returns the IDs of the API's integrations that others manage.

        Raises:
            errors.Failure: It was not created, or it is unknown whether it was.
        """
        create = Create(is_equal, claimed)
        create.settled.set()
        with self._creates.add(api_id, create):
            try:
                return await self._account.retry(
                    "CreateIntegration",
                    api_id,
                    attempt=lambda: self._send(api_id, create, members),
                    recover=lambda: self._recover(api_id, create),
                )
            except errors.Failure as failure:
                if not create.lost:
                    raise
                reason = messages.maybe_created(str(failure))
                raise errors.Failure(failure.kind, reason, final=failure.final) from None

    async def update(self, api_id: str, resource_id: str, members: Payload) -> Payload:
        """Change an integration and return AWS's response.

        Raises:
            errors.Failure: It was not changed, or it is unknown whether it was.
        """

        async def attempt() -> Payload:
            try:
                return await self._account.send(
                    "UpdateIntegration", ApiId=api_id, IntegrationId=resource_id, **members
                )
            except errors.Failure as failure:
                if failure.kind is errors.Kind.NOT_FOUND:
                    await self._expect_none("UpdateIntegration", api_id, resource_id)
                raise

        return await self._account.retry("UpdateIntegration", api_id, attempt)

    async def delete(self, api_id: str, resource_id: str) -> bool:
        """Delete an integration, and return whether it existed.

        Raises:
            errors.Failure: It still exists, or it is unknown whether it does.
        """
        lost = False

        async def attempt() -> bool:
            nonlocal lost
            try:
                await self._account.send("DeleteIntegration", ApiId=api_id, IntegrationId=resource_id)
            except errors.Failure as failure:
                if failure.kind is errors.Kind.NOT_FOUND:
                    await self._expect_none("DeleteIntegration", api_id, resource_id)
                    # An attempt without a response may have deleted it.
                    return lost
                lost = lost or failure.kind in errors.OPEN
                raise
            return True

        async def recover() -> bool | None:
            gone = lost and await self._reader.one(api_id, resource_id) is None
            return True if gone else None

        return await self._account.retry("DeleteIntegration", api_id, attempt, recover)

    async def _expect_none(self, operation: str, api_id: str, resource_id: str) -> None:
        """Fail unless an integration that an operation did not find is gone.

        Raises:
            errors.Failure: It exists, or it is unknown whether it does.
        """
        what = f"integration {resource_id}"
        try:
            payload = await self._reader.one(api_id, resource_id)
        except errors.Failure as failure:
            raise errors.unconfirmed(operation, what, failure) from None
        if payload is not None:
            raise errors.contradicted(operation, what, "a later read")

    async def _send(self, api_id: str, create: Create, members: Payload) -> Created:
        """Send the request once; name what earlier requests may have created as well."""

        async def prepare() -> None:
            if not create.lost:
                create.before = await self._reader.existing(api_id)
            create.settled.clear()

        try:
            payload = await self._account.send("CreateIntegration", prepare, ApiId=api_id, **members)
            self._keep(api_id, payload)
        except errors.Failure as failure:
            # The listing before the request fails in the same ways.
            if failure.kind in errors.OPEN and not create.settled.is_set():
                create.lost += 1
                create.waits = WAITS[failure.kind]
            raise
        finally:
            create.settled.set()
        return Created(payload, await self._surplus(api_id, create))

    async def _recover(self, api_id: str, create: Create) -> Created | None:
        """Return what a create with a lost response has created, or None if nothing.

        Raises:
            errors.Failure: It is unknown what it has created, so that the request must not be sent
                again.
        """
        if not create.lost:
            return None
        own = None
        # A request that was refused since then has created nothing: one more look is enough.
        waits, create.waits = create.waits or (0.0,), ()
        try:
            for wait in waits if create.before is not None else (0.0,):
                await asyncio.sleep(wait)
                own, others = await self._look(api_id, create)
                if own:
                    break
        except errors.Failure as failure:
            create.lost = 0
            raise errors.Failure(errors.Kind.REFUSED, messages.lost_unseen(str(failure))) from None
        if create.before is None:
            create.lost = 0
            ids = [payload["IntegrationId"] for payload in others]
            raise errors.Failure(errors.Kind.REFUSED, messages.lost_unknown(ids))
        if own is None:
            return None
        self._keep(api_id, own)
        create.lost -= 1
        kept = messages.lost_and_found(own["IntegrationId"])
        return Created(own, [kept, *await self._surplus(api_id, create, others)])

    async def _surplus(self, api_id: str, create: Create, others: Sequence[Payload] = ()) -> list[str]:
        """Return notes about what a create that has its integration may have created besides.

        What several creates can have created is counted once.

        Args:
            api_id(str): The API.
            create: The create.
            others: What the last look has found besides.
        """
        create.done = True
        reason = None

        def is_complete() -> bool:
            if not create.lost:
                return True
            return bool(others) and len(others) >= self._creates.count_lost(api_id, others)

        try:
            # It may be listed late.
            for wait in (0.0, WAITS[errors.Kind.LOST][-1]):
                if is_complete():
                    break
                await asyncio.sleep(wait)
                _, others = await self._look(api_id, create)
        except errors.Failure as failure:
            reason = str(failure)
        ids = [payload["IntegrationId"] for payload in others]
        notes = [messages.duplicates(ids)] if ids else []
        return notes if is_complete() else [*notes, messages.maybe_twice(reason)]

    async def _look(self, api_id: str, create: Create) -> tuple[Payload | None, list[Payload]]:
        """Look for what a create has created.

        Returns:
            The integration that is this create's, and the equal new ones that are nobody's.
        """
        unknown = self._unknown(api_id, create, await self._reader.all(api_id))
        equal = [one for one in unknown if create.is_equal(one)]
        # The ID of what a simultaneous create has created is known once its response is there.
        for rival in list(self._creates.of(api_id)):
            if any(map(rival.is_equal, equal)):
                await rival.settled.wait()
        equal = self._unknown(api_id, create, equal)
        assigned = assign([one for one in self._creates.of(api_id) if one.lost and not one.done], equal)
        own = assigned.pop(create, None)
        new = [one for one in equal if create.before is None or create.may_create(one)]
        others = [one for one in new if one is not own]
        # Which of them another create keeps is open until it looks: if one is left over, any may be.
        left_over = any(one not in assigned.values() for one in others)
        return own, others if left_over else []

    def _unknown(self, api_id: str, create: Create, payloads: list[Payload]) -> list[Payload]:
        """Return the integrations that nobody manages and that no create with a response created."""
        known = create.claimed() | self._creates.created[api_id]
        return [payload for payload in payloads if payload["IntegrationId"] not in known]

    def _keep(self, api_id: str, payload: Payload) -> None:
        self._creates.created[api_id].add(payload["IntegrationId"])
        self._reader.note(api_id, payload["IntegrationId"])

"""Creates, updates and deletes of integrations.

No create is repeated blindly, and nothing is deleted on a guess.
"""

import asyncio
import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from idem_apigwv2_integration.gateway import account, errors, reading
from idem_apigwv2_integration.resource import comments, plan

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
class _Create:
    """A create in progress.

    Args:
        members: The members of the request.
        expected: What AWS returns for it, in Idem's format.
        is_equal: Returns whether an integration equals the requested one.
        claimed: Returns the IDs of the API's integrations that others manage.
        before: The integrations that existed before; None if they could not be listed.
        settled: Set while no request is in flight.
        lost: How a response was lost, so that an integration may exist whose ID is unknown.
        looked: Whether the API was listed since, for as long as AWS may still have been working.
    """

    members: Payload
    expected: dict[str, Any]
    is_equal: Callable[[Payload], bool]
    claimed: Callable[[], set[str]]
    before: set[str] | None = None
    settled: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)
    lost: errors.Kind | None = None
    looked: bool = False


class Creates:
    """The creates in progress with one Region and endpoint, whatever the credentials."""

    def __init__(self) -> None:
        self._current: dict[str, list[_Create]] = {}
        # The IDs of what was created while any create of an API is in progress.
        self._created: dict[str, set[str]] = {}

    @contextlib.contextmanager
    def add(self, api_id: str, create: _Create) -> Iterator[None]:
        """Keep a create among those in progress."""
        self._current.setdefault(api_id, []).append(create)
        self._created.setdefault(api_id, set())
        try:
            yield
        finally:
            self._current[api_id].remove(create)
            if not self._current[api_id]:
                del self._current[api_id], self._created[api_id]

    def of(self, api_id: str) -> list[_Create]:
        """Return the creates in progress of an API."""
        return self._current.get(api_id, [])

    def created(self, api_id: str) -> set[str]:
        """Return the IDs of what they created so far."""
        return self._created.get(api_id, set())

    def may_create(self, api_id: str, payload: Payload) -> bool:
        """Return whether an integration may be what one of them creates."""
        return any(
            create.before is not None and payload["IntegrationId"] not in create.before
            for create in self.of(api_id)
            if create.is_equal(payload)
        )


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
        expected: dict[str, Any],
        is_equal: Callable[[Payload], bool],
        claimed: Callable[[], set[str]],
    ) -> Created:
        """Create an integration, and only one.

        CreateIntegration has no client token. If a response is lost, the API is listed before the
        request is sent again: an integration that is new since a listing right before the create,
        equal and unclaimed is the one that was created.

        Args:
            api_id(str): The API.
            members(dict): The members of the request.
            expected(dict): What AWS returns for it, in Idem's format.
            is_equal: Returns whether an integration equals the requested one.
            claimed: Returns the IDs of the API's integrations that others manage.

        Raises:
            errors.Failure: It was not created, or it is unknown whether it was.
        """
        create = _Create(members, expected, is_equal, claimed)
        create.settled.set()
        with self._creates.add(api_id, create):
            return await self._account.retry(
                "CreateIntegration",
                api_id,
                attempt=lambda: self._send(api_id, create),
                recover=lambda: self._recover(api_id, create),
            )

    async def update(self, api_id: str, resource_id: str, members: Payload) -> Payload:
        """Change an integration and return AWS's response.

        Raises:
            errors.Failure: It was not changed, or it is unknown whether it was.
        """
        return await self._account.call(
            "UpdateIntegration", ApiId=api_id, IntegrationId=resource_id, **members
        )

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
                    await self._expect_none(api_id, resource_id)
                    # An attempt without a response may have deleted it.
                    return lost
                lost = lost or failure.kind in errors.OPEN
                raise
            return True

        async def recover() -> bool | None:
            gone = lost and await self._reader.one(api_id, resource_id) is None
            return True if gone else None

        return await self._account.retry("DeleteIntegration", api_id, attempt, recover)

    async def _expect_none(self, api_id: str, resource_id: str) -> None:
        """Fail unless an integration that DeleteIntegration did not find is gone.

        Raises:
            errors.Failure: It exists, or it is unknown whether it does.
        """
        what = f"integration {resource_id}"
        try:
            payload = await self._reader.one(api_id, resource_id)
        except errors.Failure as failure:
            raise errors.unconfirmed("DeleteIntegration", what, failure) from None
        if payload is not None:
            raise errors.contradicted("DeleteIntegration", what, "a later read")

    async def _send(self, api_id: str, create: _Create) -> Created:
        """Send the request once; name what an earlier request may have created as well."""

        async def prepare() -> None:
            if not create.lost:
                create.before = await self._reader.existing(api_id)
            create.settled.clear()

        try:
            payload = await self._account.send(
                "CreateIntegration", prepare, ApiId=api_id, **create.members
            )
            self._keep(api_id, payload)
        except errors.Failure as failure:
            # The listing before the request fails in the same ways.
            if failure.kind in errors.OPEN and not create.settled.is_set():
                create.lost, create.looked = failure.kind, False
            raise
        finally:
            create.settled.set()
        if not create.lost:
            return Created(payload, [])
        try:
            return Created(
                payload, self._surplus(api_id, create, await self._candidates(api_id, create))
            )
        except errors.Failure as failure:
            return Created(payload, [comments.maybe_twice(str(failure))])

    async def _recover(self, api_id: str, create: _Create) -> Created | None:
        """Return what a create with a lost response has created, or None if nothing.

        Raises:
            errors.Failure: It is unknown what it has created, so that the request must not be sent
                again.
        """
        if not create.lost or create.looked:
            return None
        create.looked = True
        found: list[Payload] = []
        try:
            for wait in WAITS[create.lost] if create.before is not None else (0.0,):
                await asyncio.sleep(wait)
                found = await self._candidates(api_id, create)
                if found:
                    break
        except errors.Failure as failure:
            raise errors.Failure(errors.Kind.REFUSED, comments.lost_unseen(str(failure))) from None
        if create.before is None:
            ids = [payload["IntegrationId"] for payload in found]
            raise errors.Failure(errors.Kind.REFUSED, comments.lost_unknown(ids))
        if not found:
            return None
        kept = found[0]
        self._keep(api_id, kept)
        create.lost = None
        surplus = self._surplus(api_id, create, found[1:])
        return Created(kept, [comments.lost_and_found(kept["IntegrationId"]), *surplus])

    async def _candidates(self, api_id: str, create: _Create) -> list[Payload]:
        """Return what a create may have created: new, equal, and not known to be another state's."""
        payloads = await self._reader.all(api_id)
        # The ID of what a simultaneous create has created is known once its response is there.
        for rival in self._rivals(api_id, create):
            await rival.settled.wait()
        known = (create.before or set()) | create.claimed() | self._creates.created(api_id)
        return [
            payload
            for payload in payloads
            if payload["IntegrationId"] not in known and create.is_equal(payload)
        ]

    def _surplus(self, api_id: str, create: _Create, found: list[Payload]) -> list[str]:
        """Return a note about equal new integrations that no create of this process accounts for."""
        lost = sum(bool(rival.lost) for rival in self._rivals(api_id, create))
        ids = [payload["IntegrationId"] for payload in found]
        return [comments.duplicates(ids)] if len(ids) > lost else []

    def _rivals(self, api_id: str, create: _Create) -> list[_Create]:
        """Return the other creates in progress whose integration would be equal.

        Their requests may differ: one may give a value that AWS fills in for the other.
        """
        return [
            one
            for one in self._creates.of(api_id)
            if one is not create and not plan.differences(one.expected, create.expected)
        ]

    def _keep(self, api_id: str, payload: Payload) -> None:
        self._creates.created(api_id).add(payload["IntegrationId"])
        self._reader.note(api_id, payload["IntegrationId"])

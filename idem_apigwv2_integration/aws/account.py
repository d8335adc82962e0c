"""The calls to API Gateway with one acct profile, and what all calls of a process share."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import functools
import weakref
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from idem_apigwv2_integration.aws import batch, client, errors, limits, read, retry, write
from idem_apigwv2_integration.aws.operation import Collection, Operation
from idem_apigwv2_integration.aws.profile import Profile
from idem_apigwv2_integration.resource import declaration

T = TypeVar("T")
Payload = dict[str, Any]

# How many unused clients, and how many paces and endpoints, are kept.
_MOST_UNUSED = 8
_MOST = 1000


def of(hub, ctx) -> Account:
    """Return the account that a context's acct profile leads to.

    Two profiles with different credentials, Regions or endpoints share neither connections nor what
    was read. Nor do two event loops: the locks and connections of one can't serve another one.
    """
    store = hub.exec.aws.apigatewayv2.init.ACCOUNTS
    loop = asyncio.get_running_loop()
    if loop not in store:
        for other in [other for other in list(store) if other.is_closed()]:
            del store[other]
        store[loop] = _Accounts()
    known, profile = store[loop], Profile(dict(ctx.get("acct") or {}))
    key, owner = profile.digest, (ctx.get("acct_details") or {}).get("attribute_value")
    found = known.in_use.get(key)
    if found is None:
        found = known.in_use[key] = Account(hub, profile, known.endpoint(profile.location))
        owner = owner or key
    if found in known.last:
        known.last.remove(found)
    known.last.append(found)
    # A call that does not know the AWS account must not separate the profile from its pace.
    if owner:
        found.pace = known.pace(owner, found.location)
    return found


class _Accounts:
    """The accounts, paces and endpoints of one event loop. All are bounded in number."""

    def __init__(self) -> None:
        # An account that is in use is always found; of the others only the last ones are kept.
        self.in_use: weakref.WeakValueDictionary[str, Account] = weakref.WeakValueDictionary()
        self.last: collections.deque[Account] = collections.deque(maxlen=_MOST_UNUSED)
        # The quota of calls belongs to an AWS account and Region.
        self.pace = functools.lru_cache(_MOST)(lambda owner, location: limits.Pace())
        self.endpoint = functools.lru_cache(_MOST)(lambda location: Endpoint())


class Endpoint:
    """What all profiles share that lead to one Region and endpoint, whatever their credentials.

    Attributes:
        managed: The IDs of an API's resources that states of this process manage or name. A create
            with a lost response has created none of them.
        windows: By API: AWS refuses overlapping changes of one API.
    """

    def __init__(self) -> None:
        self.known: dict[Collection, write.Known] = collections.defaultdict(write.Known)
        self.managed: dict[str, set[str]] = collections.defaultdict(set)
        self.windows: dict[str, limits.Window] = collections.defaultdict(limits.Window)


class Account:
    """One account, Region and endpoint, as one acct profile leads to it.

    Attributes:
        location: Region and endpoint: see `profile.Profile.location`.
        caller_identity: Whom the credentials belong to, as idem-aws describes it.
    """

    def __init__(self, hub, profile: Profile, endpoint: Endpoint):
        self.client = client.Client(hub, profile)
        self._most_attempts = profile.most_attempts
        self.endpoint = endpoint
        self.location: tuple[str, str] = profile.location
        self.pace: limits.Pace
        self.reader = read.Reader(self)
        self.caller_identity: batch.SingleFlight[dict[str, Any]] = batch.SingleFlight()

    async def call(
        self,
        operation: Operation,
        members: Payload,
        waiter: retry.Waiter,
        act: Callable[[retry.Attempts[T]], Awaitable[T]] | None = None,
    ) -> T:
        """Return what an attempt of an operation returns, and retry it where that may help.

        Args:
            act: Makes one attempt, which may take several calls of `send`; without it, it is one.
        """
        target = retry.Target(self.pace, operation.name, members.get("ApiId"))
        send: Any = functools.partial(self.send, operation, members=members)
        return await retry.Attempts(waiter, target, act or send, self._most_attempts).run()

    async def send(
        self,
        operation: Operation,
        attempts: retry.Attempts[Any],
        members: Payload,
        prepare: Callable[[], Awaitable[None]] | None = None,
    ) -> Payload:
        """Return AWS's response to one call, which is sent when its turn has come, after ``prepare``.

        `NotFound` is raised only if the operation's proof does not find it either.
        """
        ids = {name: members.get(member) for member, name in operation.ids.items()}
        if wrong := declaration.describe_malformed_ids(**ids):
            raise errors.Refused(f"{operation.name} was not sent: {' '.join(wrong)}")
        loop = asyncio.get_running_loop()
        arrived = loop.time()
        try:
            async with contextlib.AsyncExitStack() as held:
                if operation.is_write:
                    await held.enter_async_context(self.endpoint.windows[members["ApiId"]].slot())
                if prepare:
                    await prepare()
                await held.enter_async_context(self.client.connections)
                # Last, so that what waits for a connection knows whether AWS throttles meanwhile.
                await self.pace.wait()
                attempts.waited += loop.time() - arrived
                try:
                    return await self.client.request(operation, members, attempts.waiter)
                except errors.Throttled:
                    await self.pace.throttled()
                    raise
        except errors.NotFound:
            if operation.proof:
                proof, noun = operation.proof
                ids = {member: members[member] for member in operation.ids}
                again = self.send(proof, attempts, ids)
                await self.expect_gone(operation, f"{noun} {[*ids.values()][-1]}", proof.name, again)
            raise

    async def expect_gone(
        self, operation: Operation, what: str, other: str, read: Awaitable[Payload | None]
    ) -> None:
        """Fail unless a read confirms that what an operation did not find does not exist."""
        try:
            found = await read
        except errors.NotFound:
            return
        except errors.CallFailed as failure:
            doubt = "which alone does not prove that it is gone"
            sentence = f"{operation.name} did not find {what}, {doubt}: {failure.what}"
            raise type(failure)(sentence, failure.hint, failure.final) from None
        if found is not None:
            raise errors.contradicted(operation.name, what, other)

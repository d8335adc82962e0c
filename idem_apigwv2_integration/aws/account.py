"""The calls to API Gateway with one acct profile, and what all calls of a process share."""

import asyncio
import collections
import functools
import weakref
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from idem_apigwv2_integration.aws import batch, client, errors, limits, read, retry, write
from idem_apigwv2_integration.aws.operation import Operation
from idem_apigwv2_integration.aws.profile import Profile
from idem_apigwv2_integration.resource import arguments

T = TypeVar("T")

# How many unused clients, and how many windows, paces and endpoints, are kept.
_MOST_UNUSED = 8
_MOST = 1000


def of(hub, ctx) -> "Account":
    """Return the account that a context's acct profile leads to.

    Two profiles with different credentials, Regions or endpoints share neither connections nor what
    was read.
    """
    profile = Profile(dict(ctx.get("acct") or {}))
    owner = (ctx.get("acct_details") or {}).get("attribute_value")
    return _shared(hub).account(hub, profile, owner)


def _shared(hub) -> "_Shared":
    """Return what the calls of the running event loop share.

    The locks and connections of one loop can't serve another one; those of closed ones are dropped.
    """
    store = hub.exec.aws.apigatewayv2.init.ACCOUNTS
    loop = asyncio.get_running_loop()
    if loop not in store:
        for other in [other for other in list(store) if other.is_closed()]:
            del store[other]
        store[loop] = _Shared()
    return store[loop]


class Endpoint:
    """What all profiles share that lead to one Region and endpoint, whatever their credentials.

    Attributes:
        creates: The creates in progress.
        managed: The IDs of what states of this process manage or name, by API.
        window: Returns the window of the writes of an API.
    """

    def __init__(self, location: tuple[str, str]):
        self.creates = write.Creates()
        self.window = functools.lru_cache(_MOST)(lambda api_id: limits.Window())
        self.managed: dict[str, set[str]] = collections.defaultdict(set)


class _Shared:
    """The accounts, paces and endpoints of one event loop. All are bounded in number."""

    def __init__(self) -> None:
        # An account that is in use is always found; of the others only the last ones are kept.
        self._accounts: weakref.WeakValueDictionary[str, Account] = weakref.WeakValueDictionary()
        self._unused: collections.OrderedDict[str, Account] = collections.OrderedDict()
        # The quota of calls belongs to an AWS account and Region.
        self.pace = functools.lru_cache(_MOST)(lambda owner, location: limits.Pace())
        self.endpoint = functools.lru_cache(_MOST)(Endpoint)

    def account(self, hub, profile: Profile, owner: str | None) -> "Account":
        """Return the account of a profile.

        Args:
            hub: The hub.
            profile: The profile.
            owner: The ID of the AWS account, if it is known.
        """
        key = profile.digest
        found = self._accounts.get(key)
        if found is None:
            found = self._accounts[key] = Account(hub, profile, self.endpoint(profile.location))
            owner = owner or key
        self._unused[key] = found
        self._unused.move_to_end(key)
        if len(self._unused) > _MOST_UNUSED:
            self._unused.popitem(last=False)
        # A call that does not know the AWS account must not separate the profile from its pace.
        if owner:
            found.pace = self.pace(owner, found.location)
        return found


class Account:
    """One account, Region and endpoint, as one acct profile leads to it.

    Args:
        hub: The hub, for idem-aws's ``hub.tool.boto3``.
        profile: The acct profile.
        endpoint: What it shares with other profiles.

    Attributes:
        location: Region and endpoint: with an API's ID they identify it, whatever the credentials.
        pace: The pace of all calls of the AWS account.
        reader: Reads its APIs and resources.
        caller: Whom the credentials belong to, as idem-aws describes it.
    """

    def __init__(self, hub, profile: Profile, endpoint: Endpoint):
        self._client = client.Client(hub, profile)
        self._most_attempts = profile.most_attempts
        self.endpoint = endpoint
        self.location: tuple[str, str] = profile.location
        self.pace: limits.Pace
        self.reader = read.Reader(self)
        self.caller: batch.SingleFlight[dict[str, Any]] = batch.SingleFlight()

    def manage(self, api_id: str, *resource_ids: str) -> None:
        """Record that states of this process manage or name resources of an API."""
        self.endpoint.managed[api_id].update(resource_ids)

    def managed(self, api_id: str) -> set[str]:
        """Return the IDs of an API's resources that states of this process manage or name.

        A create with a lost response has created none of them.
        """
        return self.endpoint.managed[api_id]

    async def call(
        self, operation: Operation, budget: retry.Budget, members: dict[str, Any]
    ) -> dict[str, Any]:
        """Call an operation, with retries, and return AWS's response.

        Raises:
            errors.CallFailed: The call failed for good.
        """

        async def act(attempt: retry.Attempt) -> dict[str, Any]:
            return await self.send(operation, attempt, members)

        return await self.repeat(operation, members.get("ApiId"), budget, act)

    async def repeat(
        self,
        operation: Operation,
        api_id: str | None,
        budget: retry.Budget,
        act: Callable[[retry.Attempt], Awaitable[T]],
        recover: Callable[[], Awaitable[T | None]] | None = None,
    ) -> T:
        """Return what an attempt returns, and retry it where that may help: see `retry.Retries`.

        Raises:
            errors.CallFailed: No attempt succeeded.
        """
        target = retry.Target(self.pace, operation.name, api_id)
        return await retry.Retries(budget, target, act, recover, self._most_attempts).run()

    async def send(
        self,
        operation: Operation,
        attempt: retry.Attempt,
        members: dict[str, Any],
        prepare: Callable[[], Awaitable[None]] | None = None,
    ) -> dict[str, Any]:
        """Call an operation once, when its turn has come.

        Args:
            operation: The operation.
            attempt: What the call is part of.
            members: The members of the request.
            prepare: Called shortly before a write is sent.

        Raises:
            errors.CallFailed: The call failed.
        """
        ids = {name: members.get(member) for member, name in operation.ids.items()}
        if wrong := arguments.check_ids(**ids):
            raise errors.Refused(f"{operation.name} was not sent: {' '.join(wrong)}")
        window = self.endpoint.window(members["ApiId"]) if operation.is_write else None
        async with limits.turn(self.pace, self._client.connections, window, prepare) as waited:
            attempt.waited += waited
            result = await self._client.attempt(operation, attempt.budget, members)
            if not isinstance(result, errors.CallFailed):
                return result
            if isinstance(result, errors.Throttled):
                await self.pace.throttled()
            # Raised out here so that the original, which may repeat signed headers, is no part of it.
            raise result

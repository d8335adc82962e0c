"""The calls to API Gateway with one acct profile, and what all calls of a process share."""

import asyncio
import collections
import contextlib
import functools
import hashlib
import json
import weakref
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import botocore.config

from idem_apigwv2_integration.aws import (
    client,
    errors,
    lasting,
    pace,
    redaction,
    responses,
    retries,
    settings,
    window,
)
from idem_apigwv2_integration.resource import arguments

T = TypeVar("T")

# How many unused clients, and how many windows and paces, are kept.
_MOST_UNUSED = 8
_MOST = 1000


def of(hub, ctx) -> "Account":
    """Return the account that a context's acct profile leads to.

    Two profiles with different credentials, Regions or endpoints share neither connections nor what
    was read.
    """
    return _shared(hub).account(hub, dict(ctx.get("acct") or {}), ctx.get("acct_details") or {})


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


class _Shared:
    """The accounts, paces and windows of one event loop. All are bounded in number."""

    def __init__(self) -> None:
        # An account that is in use is always found; of the others only the last ones are kept.
        self._accounts: weakref.WeakValueDictionary[str, Account] = weakref.WeakValueDictionary()
        self._unused: collections.OrderedDict[str, Account] = collections.OrderedDict()
        # The quota of calls belongs to an AWS account and Region, integrations to an API of a Region.
        self.pace = functools.lru_cache(_MOST)(_new_pace)
        self.window = functools.lru_cache(_MOST)(_new_window)
        # What other modules keep per Region and endpoint: see `Account.common`.
        self.common: dict[tuple[tuple[str, str], type], Any] = {}

    def account(self, hub, profile: dict[str, Any], details: dict[str, Any]) -> "Account":
        """Return the account of a profile."""
        key = _digest(profile)
        owner = details.get("attribute_value")
        found = self._accounts.get(key)
        if found is None:
            found = self._accounts[key] = Account(hub, profile, self)
            owner = owner or key
        self._unused[key] = found
        self._unused.move_to_end(key)
        if len(self._unused) > _MOST_UNUSED:
            self._unused.popitem(last=False)
        # A call that does not know the AWS account must not separate the profile from its pace.
        if owner:
            found.pace = self.pace(owner, found.location)
        return found


def _new_pace(owner: str, location: tuple[str, str]) -> pace.Pace:
    return pace.Pace()


def _new_window(location: tuple[str, str], api_id: str) -> window.Window:
    return window.Window()


def _digest(profile: dict[str, Any]) -> str:
    """Return what identifies a profile, without its secrets."""
    # Of the same settings, idem-aws creates another object for each state.
    written = {name: value for name, value in profile.items() if name != "config"}
    known = written if settings.CONFIG in profile else profile
    text = json.dumps(known, skipkeys=True, default=_shown)
    return hashlib.sha256(text.encode()).hexdigest()


def _shown(value: Any) -> str:
    return repr(vars(value)) if isinstance(value, botocore.config.Config) else repr(value)


def _refuse_malformed_ids(operation: str, members: dict[str, Any]) -> None:
    """Raise a failure if an ID would change the path of a request, wherever the ID comes from."""
    wrong = arguments.check_ids(api_id=members.get("ApiId"), resource_id=members.get("IntegrationId"))
    if wrong:
        raise errors.Failure(errors.Kind.REFUSED, f"{operation} was not sent: {' '.join(wrong)}")


class Account:
    """One account, Region and endpoint, as one acct profile leads to it.

    Args:
        hub: The hub, for idem-aws's ``hub.tool.boto3``.
        profile(dict): The acct profile.
        shared: What it shares with other profiles.

    Attributes:
        location: Region and endpoint: with an API's ID they identify it, whatever the credentials.
        pace: The pace of all calls of the AWS account.
        caller: Whom the credentials belong to, as idem-aws describes it.
    """

    def __init__(self, hub, profile: dict[str, Any], shared: _Shared):
        self._client = client.Client(hub, profile)
        self._process = shared
        self.location: tuple[str, str] = client.location(profile)
        self.pace: pace.Pace
        self.caller: lasting.Lasting[dict[str, Any]] = lasting.Lasting()
        # What other modules of this package keep per account: see `shared`.
        self._shared: dict[type, Any] = {}

    def shared(self, kind: type) -> Any:
        """Return this account's one object of a class, created from the account when first wanted."""
        if kind not in self._shared:
            self._shared[kind] = kind(self)
        return self._shared[kind]

    def common(self, kind: type) -> Any:
        """Return the one object of a class for this Region and endpoint, whatever the credentials."""
        return self._process.common.setdefault((self.location, kind), kind())

    async def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """Call an operation, with retries, and return AWS's response.

        Args:
            operation(str): The name of AWS's operation, for example ``GetApi``.
            members: The members of the request.

        Raises:
            errors.Failure: The call failed for good.
        """

        async def attempt() -> dict[str, Any]:
            return await self.send(operation, **members)

        return await self.retry(operation, members.get("ApiId"), attempt)

    async def retry(
        self,
        operation: str,
        api_id: str | None,
        attempt: Callable[[], Awaitable[T]],
        recover: Callable[[], Awaitable[T | None]] | None = None,
    ) -> T:
        """Return what an attempt returns, and retry it where that may help: see `retries`.

        Args:
            operation(str): The name of AWS's operation.
            api_id: The ID of the API, if the operation is about one.
            attempt: Makes one attempt.
            recover: Returns what a failed attempt achieved all the same, or None.

        Raises:
            errors.Failure: No attempt succeeded.
        """
        target = (self.pace, operation, api_id)
        return await retries.Retries(target, self._client.most_attempts).run(attempt, recover)

    async def send(
        self,
        operation: str,
        prepare: Callable[[], Awaitable[None]] | None = None,
        **members: Any,
    ) -> dict[str, Any]:
        """Call an operation once.

        Args:
            operation(str): The name of AWS's operation.
            prepare: Called shortly before a write is sent.
            members: The members of the request.

        Raises:
            errors.Failure: The call failed.
        """
        _refuse_malformed_ids(operation, members)
        loop = asyncio.get_running_loop()
        arrived = loop.time()
        async with self._slot(operation, members, prepare), self._client.connections:
            # Last, so that what waits for a connection knows whether AWS throttles meanwhile.
            await self.pace.wait()
            queued = loop.time() - arrived
            result = await self._attempt(operation, members)
            if not isinstance(result, errors.Failure):
                return result
            if result.kind is errors.Kind.THROTTLED:
                await self.pace.throttled()
            result.queued = queued
            # Raised out here so that the original, which may repeat signed headers, is no part of it.
            raise result

    async def _attempt(self, operation: str, members: dict[str, Any]) -> dict[str, Any] | errors.Failure:
        """Call an operation once; return the response, or what the failure means."""
        try:
            opened = await self._client.open()
        except errors.Failure as failure:
            return failure
        except Exception as error:
            return errors.not_opened(operation, error, self._shown)
        try:
            answer = await self._client.call(operation, **members)
        except asyncio.TimeoutError:
            return errors.over_deadline(operation, self._client.deadline)
        except Exception as error:
            return errors.classify(operation, error, self._shown)
        model = opened.meta.service_model.operation_model(operation)
        if responses.is_whole(model, answer, members):
            return answer
        return errors.cut_off(operation, f"HTTP {answer['ResponseMetadata']['HTTPStatusCode']}")

    def _shown(self, text: str) -> str:
        """Return what may be shown of a text that AWS, a proxy or the SDK wrote."""
        return redaction.shown(text, self._client.secrets, retries.hidden())

    def _slot(
        self,
        operation: str,
        members: dict[str, Any],
        prepare: Callable[[], Awaitable[None]] | None,
    ) -> Any:
        """Return what a write of an API waits for: overlapping changes of one API may conflict."""
        if operation.startswith("Get"):
            return contextlib.nullcontext()
        return self._process.window(self.location, members["ApiId"]).slot(prepare)

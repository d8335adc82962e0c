"""The calls to API Gateway of one account, Region and endpoint."""

import asyncio
import collections
import concurrent.futures
import contextlib
import functools
import json
from typing import Any

import aiolimiter
import botocore
import botocore.config
import botocore.session
import dict_tools.data
import tenacity

from idem_apigwv2_integration.gateway import errors, lasting, logs

SERVICE = "apigatewayv2"

# All that one answer can hold: an API has at most 300 integrations, an account far fewer APIs than
# this in most cases. Without it the size of a page is AWS's choice.
FULL_PAGE = "500"

# What every whole answer holds. An answer that was cut off may come out of the SDK as an empty one.
_ANSWERED = {
    "CreateIntegration": "IntegrationId",
    "GetApi": "ProtocolType",
    "GetApis": "Items",
    "GetIntegration": "IntegrationId",
    "GetIntegrations": "Items",
    "GetRoutes": "Items",
    "UpdateIntegration": "IntegrationId",
}

# A proxy's page, for example, is no confirmation: AWS's own response to a deletion has this status.
_STATUS = {"DeleteIntegration": 204}

# How often a call is made, by what went wrong with it. AWS says to try again for as long as others
# write to the same API or use up the quota; a broken network is better told soon.
ATTEMPTS = {
    errors.Kind.THROTTLED: 14,
    errors.Kind.BUSY: 14,
    errors.Kind.LOST: 6,
    errors.Kind.LATE: 6,
    errors.Kind.NOT_SENT: 4,
}
FIRST_WAIT = 0.2
LONGEST_WAIT = 8.0

# Calls a second once the quota is used up: AWS refills it by 10 a second for all that an account does
# in a Region (API Gateway quotas).
_PACE = 9.5

# How many accounts are kept: more come only where every state gets credentials of its own.
_MOST = 100

# What an SDK mints anew where a role, a web identity or a process supplies the credentials: idem-aws
# asks it to for every state if there is no acct file.
_MINTED = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")

# Credentials of an assumed role last 15 minutes at least (STS).
_ROLE_LIFETIME = 600.0


def of(hub, ctx) -> "Account":
    """Return the account that a context's acct profile leads to.

    Two profiles with different credentials, Regions or endpoints share neither connections nor what
    was read. Temporary credentials of one AWS account, of which each state may have others, share its
    place: who may change what, and when.
    """
    profile = dict(ctx.get("acct") or {})
    accounts, places = _of_this_loop(hub.exec.aws.apigatewayv2.init.ACCOUNTS)
    identity = _identity(profile)
    if identity not in accounts:
        accounts[identity] = Account(hub, profile, places[identity])
        if len(accounts) > _MOST:
            accounts.popitem(last=False)
    accounts.move_to_end(identity)
    found = accounts[identity]
    details = ctx.get("acct_details") or {}
    if profile.get("aws_session_token") and details.get("attribute_value"):
        where = {name: value for name, value in profile.items() if name not in _MINTED}
        found.place = places[_identity({**where, "account": details["attribute_value"]})]
    return found


def _of_this_loop(store: dict[Any, Any]) -> tuple[collections.OrderedDict, collections.defaultdict]:
    """Return the accounts and the places of the running event loop.

    The locks and connections of one loop can't serve another one; those of closed ones are dropped.
    """
    loop = asyncio.get_running_loop()
    if loop not in store:
        for other in [other for other in store if other.is_closed()]:
            del store[other]
        store[loop] = (collections.OrderedDict(), collections.defaultdict(Place))
    return store[loop]


def _identity(profile: dict[str, Any]) -> str:
    return json.dumps(profile, skipkeys=True, default=_shown)


def _location(profile: dict[str, Any]) -> tuple[str, str]:
    """Return the Region and the endpoint of a profile, or the SDK's own where it names none."""
    region = profile.get("region_name") or botocore.session.Session().get_config_variable("region")
    return region or "", profile.get("endpoint_url") or ""


def _shown(value: Any) -> str:
    return repr(vars(value)) if isinstance(value, botocore.config.Config) else repr(value)


class Place:
    """What all credentials share that lead to one AWS account, Region and endpoint."""

    def __init__(self) -> None:
        # Changes of one API go one after the other: AWS refuses two at once.
        self.lanes: dict[str, asyncio.Lock] = collections.defaultdict(asyncio.Lock)
        # The pace, once the quota is used up.
        self.limiter: aiolimiter.AsyncLimiter | None = None


class Account:
    """One account, Region and endpoint: a client for it, and what its users share.

    Args:
        hub: The hub, for idem-aws's ``hub.tool.boto3``.
        profile(dict): The acct profile.
        place: What it shares with other credentials.
    """

    def __init__(self, hub, profile: dict[str, Any], place: Place):
        self._hub = hub
        self._profile = profile
        self._client = None
        self._client_until = 0.0
        self._opening = asyncio.Lock()
        self._threads: concurrent.futures.Executor | None = None
        self._attempts: dict[errors.Kind, int] = ATTEMPTS
        # Whom the credentials belong to, as idem-aws describes it.
        self.caller: lasting.Lasting[dict[str, Any]] = lasting.Lasting()
        self.place = place
        # Region and endpoint: with an API's ID they identify it, whatever the credentials.
        self.location: tuple[str, str] = _location(profile)
        # What other modules of this package share per account: see `shared`.
        self._shared: dict[type, Any] = {}

    def shared(self, kind: type) -> Any:
        """Return this account's one object of a class, made from the account when first wanted."""
        if kind not in self._shared:
            self._shared[kind] = kind(self)
        return self._shared[kind]

    async def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """Call an operation, again where that may help, and return AWS's answer.

        Args:
            operation(str): The name of AWS's operation, for example ``GetApi``.
            members: The members of the request.

        Raises:
            errors.Failure: The call failed for good.
        """
        async for attempt in self.attempts():
            with attempt:
                return await self.send(operation, **members)
        raise AssertionError("tenacity either returns or raises")

    def attempts(self) -> tenacity.AsyncRetrying:
        """Return the attempts to make: with growing, jittered waits between them, and an end."""
        return tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(_may_help),
            stop=self._used_up,
            wait=tenacity.wait_random_exponential(
                multiplier=FIRST_WAIT, min=FIRST_WAIT / 4, max=LONGEST_WAIT
            ),
            reraise=True,
        )

    async def send(self, operation: str, **members: Any) -> dict[str, Any]:
        """Call an operation once.

        Raises:
            errors.Failure: The call failed.
        """
        try:
            client = await self._open()
            if self.place.limiter:
                await self.place.limiter.acquire()
            send = functools.partial(getattr(client, botocore.xform_name(operation)), **members)
            async with self._lane(operation, members):
                answer = await asyncio.get_running_loop().run_in_executor(self._threads, send)
            status = answer["ResponseMetadata"]["HTTPStatusCode"]
            whole = operation not in _ANSWERED or _ANSWERED[operation] in answer
            if whole and status == _STATUS.get(operation, status):
                return answer
            failure = errors.cut_off(operation)
        except Exception as error:
            failure = errors.classify(operation, error)
        if failure.kind is errors.Kind.THROTTLED and not self.place.limiter:
            self.place.limiter = aiolimiter.AsyncLimiter(1, 1 / _PACE)
        # Raised out here so that the original, which may repeat signed headers, is no part of it.
        raise failure

    def _lane(self, operation: str, members: dict[str, Any]) -> Any:
        """Return what a write of an API waits for: overlapping changes of one API may conflict."""
        if operation.startswith("Get"):
            return contextlib.nullcontext()
        return self.place.lanes[members["ApiId"]]

    async def page(
        self, operation: str, token: str | None, **members: Any
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Return the items of one page of a listing, and the token of the next page if there is one.

        A page may be short or empty and still have a next.
        """
        if token:
            members["NextToken"] = token
        answer = await self.call(operation, MaxResults=FULL_PAGE, **members)
        return answer.get("Items", []), answer.get("NextToken")

    def _used_up(self, state: tenacity.RetryCallState) -> bool:
        kind = state.outcome.exception().kind
        return state.attempt_number >= self._attempts[kind]

    async def _open(self):
        """Return the client, made anew before the credentials of an assumed role expire."""
        loop = asyncio.get_running_loop()
        async with self._opening:
            if self._client is None or loop.time() > self._client_until:
                await self._connect()
                assumed = "assume_role" in self._profile
                self._client_until = loop.time() + _ROLE_LIFETIME if assumed else float("inf")
        return self._client

    async def _connect(self) -> None:
        # idem-aws's own client for the service won't do: it is shared with the other resources and
        # retries by itself, and so sends a create again without looking whether it was done.
        ctx = dict_tools.data.NamespaceDict(acct=dict_tools.data.NamespaceDict(self._profile))
        arguments = await self._hub.tool.boto3.session.kwargs(ctx)
        given = _given_config(self._profile.get("config"))
        retries = given.retries or {}
        if "total_max_attempts" in retries:
            self._limit_attempts(retries["total_max_attempts"])
        elif "max_attempts" in retries:
            self._limit_attempts(retries["max_attempts"] + 1)
        arguments["config"] = given.merge(
            botocore.config.Config(retries={"mode": "standard", "total_max_attempts": 1})
        )
        logs.keep_clean()
        # The session of idem-aws's last client, which has read the SDK's data files already.
        self._client = self._hub.tool.boto3.SESSION.client(SERVICE, **arguments)
        # As many calls at once as the client keeps connections, whatever else the loop's own threads do.
        self._threads = concurrent.futures.ThreadPoolExecutor(
            arguments["config"].max_pool_connections, thread_name_prefix=SERVICE
        )

    def _limit_attempts(self, attempts: int) -> None:
        self._attempts = dict.fromkeys(ATTEMPTS, attempts)


def _may_help(error: BaseException) -> bool:
    return isinstance(error, errors.Failure) and error.kind in errors.RETRIED


def _given_config(config: Any) -> botocore.config.Config:
    """Return the acct profile's botocore settings.

    idem-aws reads them from a generator that is used up after the first profile of a process.
    """
    if isinstance(config, dict):
        known = botocore.config.Config.OPTION_DEFAULTS
        return botocore.config.Config(**{key: config[key] for key in known if key in config})
    return config or botocore.config.Config()

"""The boto3 client for one acct profile."""

import asyncio
import functools
from typing import Any

import botocore
import botocore.config
import botocore.session
import dict_tools.data

from idem_apigwv2_integration.aws import (
    errors,
    lasting,
    logs,
    redaction,
    retries,
    settings,
    threads,
)

SERVICE = "apigatewayv2"

# In seconds: botocore's own timeouts, for a profile that switches them off.
DEFAULT_TIMEOUT = 60.0

# Credentials of an assumed role last 15 minutes at least (STS).
_ROLE_LIFETIME = 600.0


class Client:
    """Opens the client, and opens it again before the credentials of an assumed role expire.

    Args:
        hub: The hub, for idem-aws's ``hub.tool.boto3``.
        profile(dict): The acct profile.

    Attributes:
        secrets: The credentials that its calls use, none of which may be shown.
        connections: To be held by a call: as many are in flight at once as the client keeps connections.
    """

    def __init__(self, hub, profile: dict[str, Any]):
        self._hub = hub
        self._profile = profile
        self._problem = settings.problem(profile)
        self._config = botocore.config.Config() if self._problem else settings.config(profile)
        self.secrets = redaction.credentials(profile)
        self._until = float("inf")
        self._opening: lasting.Lasting[Any] = lasting.Lasting()
        self.connections = asyncio.Semaphore(self._config.max_pool_connections)
        # Without a limit of its own: a call that was abandoned must not keep later ones waiting.
        self._threads = threads.DaemonExecutor()

    @property
    def most_attempts(self) -> int | None:
        """The most attempts of a call that the profile allows, or None if it sets no limit."""
        retries = self._config.retries or {}
        if "total_max_attempts" in retries:
            return retries["total_max_attempts"]
        return retries["max_attempts"] + 1 if "max_attempts" in retries else None

    @property
    def deadline(self) -> float:
        """The most seconds that a call may take from its connection to the last byte of the response.

        botocore's read timeout starts again with each part of a response that arrives.
        """
        config = self._config
        return (config.connect_timeout or DEFAULT_TIMEOUT) + (config.read_timeout or DEFAULT_TIMEOUT)

    async def call(self, operation: str, **members: Any) -> dict[str, Any]:
        """Call an operation once and return what botocore returns.

        The thread of a call that is over its deadline is abandoned: it ends with the response or with
        the program, and later calls have threads of their own.

        Raises:
            asyncio.TimeoutError: There was no whole response before the deadline.
        """
        opened = await self.open()
        call = functools.partial(getattr(opened, botocore.xform_name(operation)), **members)
        sent = asyncio.get_running_loop().run_in_executor(self._threads, call)
        with retries.watched(f"which has not responded to {operation} yet"):
            return await asyncio.wait_for(sent, self.deadline)

    async def open(self) -> Any:
        """Return the open client.

        Simultaneous calls open it once, and fail together if that fails: STS may take minutes to fail.

        Raises:
            errors.Failure: The profile is wrong.
        """
        if asyncio.get_running_loop().time() > self._until:
            self._until, self._opening = float("inf"), lasting.Lasting()
        return await self._opening.get(self._connect)

    async def _connect(self) -> Any:
        if self._problem:
            raise errors.Failure(errors.Kind.REFUSED, self._problem)
        # Before STS is called: its response holds credentials.
        logs.keep_clean()
        # idem-aws's own client for the service won't do: it is shared with the other resources and
        # retries by itself, and so sends a create again without looking whether it was done.
        ctx = dict_tools.data.NamespaceDict(acct=dict_tools.data.NamespaceDict(self._profile))
        arguments = await self._hub.tool.boto3.session.kwargs(ctx)
        arguments["config"] = self._config.merge(
            botocore.config.Config(retries={"mode": "standard", "total_max_attempts": 1})
        )
        self.secrets |= redaction.credentials(arguments)
        # The session of idem-aws's last client, which has read the SDK's data files already.
        opened = self._hub.tool.boto3.SESSION.client(SERVICE, **arguments)
        if "assume_role" in self._profile:
            self._until = asyncio.get_running_loop().time() + _ROLE_LIFETIME
        return opened


def location(profile: dict[str, Any]) -> tuple[str, str]:
    """Return the Region and the endpoint of a profile, or the SDK's Region where it names none.

    With the ID of an API they identify it, whatever the credentials.
    """
    region = _first(profile, "region_name", "region", "location")
    endpoint = _first(profile, "endpoint_url", "endpoint")
    region = region or botocore.session.Session().get_config_variable("region")
    endpoint = str(endpoint or "").rstrip("/")
    own = f"https://apigateway.{region}.amazonaws.com"
    return region or "", "" if endpoint == own else endpoint


def _first(profile: dict[str, Any], *names: str) -> Any:
    """Return a setting under the first of the names that idem-aws knows for it."""
    return next((profile[name] for name in names if profile.get(name)), None)

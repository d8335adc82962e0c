"""The boto3 client for one acct profile."""

import asyncio
import concurrent.futures
from typing import Any

import botocore.config
import botocore.session
import dict_tools.data

from idem_apigwv2_integration.gateway import lasting, logs

SERVICE = "apigatewayv2"
# The key under which a profile holds its botocore settings as the user wrote them.
CONFIG = "config_as_written"

# Credentials of an assumed role last 15 minutes at least (STS).
_ROLE_LIFETIME = 600.0


class Client:
    """Opens the client, and opens it again before the credentials of an assumed role expire.

    Args:
        hub: The hub, for idem-aws's ``hub.tool.boto3``.
        profile(dict): The acct profile.

    Attributes:
        threads: Where the client's calls run, once it is open: as many at once as it keeps connections.
    """

    def __init__(self, hub, profile: dict[str, Any]):
        self._hub = hub
        self._profile = profile
        self._config = _config(profile.get(CONFIG, profile.get("config")))
        self._until = float("inf")
        self._opening: lasting.Lasting[Any] = lasting.Lasting()
        self.threads: concurrent.futures.Executor | None = None

    @property
    def most_attempts(self) -> int | None:
        """The most attempts of a call that the profile allows, or None if it sets no limit."""
        retries = self._config.retries or {}
        if "total_max_attempts" in retries:
            return retries["total_max_attempts"]
        return retries["max_attempts"] + 1 if "max_attempts" in retries else None

    async def open(self) -> Any:
        """Return the open client.

        Simultaneous calls open it once, and fail together if that fails: STS may take minutes to fail.
        """
        if asyncio.get_running_loop().time() > self._until:
            self._until, self._opening = float("inf"), lasting.Lasting()
        return await self._opening.get(self._connect)

    async def _connect(self) -> Any:
        # idem-aws's own client for the service won't do: it is shared with the other resources and
        # retries by itself, and so sends a create again without looking whether it was done.
        ctx = dict_tools.data.NamespaceDict(acct=dict_tools.data.NamespaceDict(self._profile))
        arguments = await self._hub.tool.boto3.session.kwargs(ctx)
        arguments["config"] = self._config.merge(
            botocore.config.Config(retries={"mode": "standard", "total_max_attempts": 1})
        )
        logs.keep_clean()
        # The session of idem-aws's last client, which has read the SDK's data files already.
        opened = self._hub.tool.boto3.SESSION.client(SERVICE, **arguments)
        if self.threads is None:
            self.threads = concurrent.futures.ThreadPoolExecutor(
                arguments["config"].max_pool_connections, thread_name_prefix=SERVICE
            )
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
    endpoint = (endpoint or "").rstrip("/")
    own = f"https://apigateway.{region}.amazonaws.com"
    return region or "", "" if endpoint == own else endpoint


def _first(profile: dict[str, Any], *names: str) -> Any:
    """Return a setting under the first of the names that idem-aws knows for it."""
    return next((profile[name] for name in names if profile.get(name)), None)


def _config(given: Any) -> botocore.config.Config:
    """Return the botocore settings of an acct profile."""
    if isinstance(given, dict):
        known = botocore.config.Config.OPTION_DEFAULTS
        return botocore.config.Config(**{key: given[key] for key in known if key in given})
    return given or botocore.config.Config()

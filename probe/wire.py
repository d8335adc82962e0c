"""Calls to AWS with its own member names: paced, counted, recorded, and only about the probe's APIs."""

from __future__ import annotations

import asyncio
import concurrent.futures
import dataclasses
from collections.abc import AsyncIterator
from typing import Any

import aiolimiter
import boto3
import botocore
import botocore.config
import botocore.exceptions
import tenacity

# Calls a second; a burst of overlapping calls is paid for before it starts.
PACE = 3.5
# As many calls as are ever in flight.
MOST_IN_FLIGHT = 10
# Operations that are about no API, or about one that does not exist yet.
_ABOUT_NO_API = ("CreateApi", "GetApis")
_ATTEMPTS = 8


@dataclasses.dataclass(frozen=True)
class Exchange:
    """One request and its response.

    Args:
        operation: AWS's operation.
        members: The members of the request.
        status: The HTTP status.
        body: The members of the response, or the code and the message of an error.
    """

    operation: str
    members: dict[str, Any]
    status: int
    body: dict[str, Any]

    @property
    def accepted(self) -> bool:
        """Whether AWS did what was requested."""
        return self.status < 300

    @property
    def refused(self) -> bool:
        """Whether AWS judged the request to be wrong."""
        return self.status == 400

    @property
    def conflicted(self) -> bool:
        """Whether another change of the API was under way; AWS reports it with this text."""
        return "concurrent modification" in self.body.get("message", "")

    @property
    def throttled(self) -> bool:
        """Whether the account's quota of calls is used up."""
        return self.status == 429 and "Maximum" not in self.body.get("message", "")

    @property
    def passed_by(self) -> bool:
        """Whether the same request may succeed in a moment."""
        return self.throttled or self.conflicted or self.status >= 500


class ForeignApi(Exception):
    """The probe was about to call AWS about an API that is not its own."""


class Wire:
    """A client for one account and Region.

    Args:
        session: The boto3 session with the credentials.
        region: The Region.
        endpoint: Another server than AWS; None for AWS.
        paced: Whether to keep the pace.

    Attributes:
        own: The IDs of the APIs that the probe created.
        calls: How many calls were sent, the plugin's included.
        secrets: What must not be written anywhere: credentials and request IDs.
    """

    def __init__(
        self, session: boto3.Session, region: str, endpoint: str | None = None, paced: bool = True
    ) -> None:
        config = botocore.config.Config(
            retries={"total_max_attempts": 1},
            max_pool_connections=MOST_IN_FLIGHT,
            # AWS, not the SDK, is to interpret what is sent.
            parameter_validation=False,
        )
        self.session, self.region, self.endpoint = session, region, endpoint
        self._client = session.client(
            "apigatewayv2", region_name=region, endpoint_url=endpoint, config=config
        )
        self._sts = session.client("sts", region_name=region, endpoint_url=endpoint)
        self._limiter = aiolimiter.AsyncLimiter(1, 1 / PACE) if paced else None
        self._threads = concurrent.futures.ThreadPoolExecutor(MOST_IN_FLIGHT)
        self._in_flight: set[asyncio.Future] = set()
        self.own: set[str] = set()
        self.calls = 0
        credentials = session.get_credentials()
        frozen = credentials.get_frozen_credentials() if credentials else ()
        self.secrets = {secret for secret in frozen if secret}

    @property
    def address(self) -> str:
        """The URL of API Gateway's control plane."""
        return self._client.meta.endpoint_url

    @property
    def sts_address(self) -> str:
        """The URL of STS."""
        return self._sts.meta.endpoint_url

    def caller(self) -> dict[str, str]:
        """Return whom the credentials belong to: `Account` and `Arn`."""
        return self._sts.get_caller_identity()

    async def keep_pace(self) -> None:
        """Wait until another call may start, and count it."""
        if self._limiter:
            await self._limiter.acquire()
        self.calls += 1

    async def call(self, operation: str, **members: Any) -> Exchange:
        """Send a request, and retry it while AWS reports a failure that may pass in a moment.

        What may be done twice is sent again after a failure of the network as well.

        Raises:
            ForeignApi: It is about an API that is not the probe's own.
        """
        retry: Any = tenacity.retry_if_result(lambda exchange: exchange.passed_by)
        if operation.startswith(("Get", "Delete")):
            retry |= tenacity.retry_if_exception_type(botocore.exceptions.BotoCoreError)
        attempts = tenacity.AsyncRetrying(
            retry=retry,
            stop=tenacity.stop_after_attempt(_ATTEMPTS),
            wait=tenacity.wait_random_exponential(multiplier=0.5, max=15),
            retry_error_callback=lambda state: state.outcome.result(),
        )
        return await attempts(self._paced, operation, members)

    async def pages(self, operation: str, **members: Any) -> AsyncIterator[Exchange]:
        """Yield the pages of a listing."""
        token = None
        while True:
            page = await self.call(operation, **members, **({"NextToken": token} if token else {}))
            yield page
            token = page.body.get("NextToken")
            if not token:
                return

    async def together(self, requests: list[tuple[str, dict[str, Any]]]) -> list[Exchange]:
        """Send requests at the same moment, once each; before it, wait as long as they cost."""
        for _ in requests:
            await self.keep_pace()
        return await asyncio.gather(*(self._send(*request) for request in requests))

    async def settle(self) -> None:
        """Wait until nothing is in flight any more."""
        while self._in_flight:
            await asyncio.wait(self._in_flight)

    async def _paced(self, operation: str, members: dict[str, Any]) -> Exchange:
        await self.keep_pace()
        return await self._send(operation, members)

    async def _send(self, operation: str, members: dict[str, Any]) -> Exchange:
        if operation not in _ABOUT_NO_API and members.get("ApiId") not in self.own:
            raise ForeignApi(f"{operation} of API {members.get('ApiId')}: the probe did not create it.")
        loop = asyncio.get_running_loop()
        sent = loop.run_in_executor(self._threads, self._blocking, operation, members)
        self._in_flight.add(sent)
        sent.add_done_callback(self._in_flight.discard)
        # A caller that is cancelled meanwhile must not leave behind what the request creates.
        return await asyncio.shield(sent)

    def _blocking(self, operation: str, members: dict[str, Any]) -> Exchange:
        try:
            response = getattr(self._client, botocore.xform_name(operation))(**members)
            body = {name: value for name, value in response.items() if name != "ResponseMetadata"}
        except botocore.exceptions.ClientError as error:
            response = error.response
            found = response.get("Error", {})
            body = {"code": found.get("Code", ""), "message": found.get("Message", "")}
        metadata = response["ResponseMetadata"]
        if metadata.get("RequestId"):
            self.secrets.add(metadata["RequestId"])
        if operation == "CreateApi" and metadata["HTTPStatusCode"] < 300:
            self.own.add(body["ApiId"])
        return Exchange(operation, members, metadata["HTTPStatusCode"], body)

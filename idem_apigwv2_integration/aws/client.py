"""The boto3 client for one acct profile."""

import asyncio
import concurrent.futures
import functools
import sys
import threading
from collections.abc import Callable
from typing import Any

import botocore
import botocore.config
import dict_tools.data

from idem_apigwv2_integration.aws import batch, errors, redaction, retry
from idem_apigwv2_integration.aws.operation import Operation
from idem_apigwv2_integration.aws.profile import Profile
from idem_apigwv2_integration.resource.type import SERVICE

# Credentials of an assumed role last 15 minutes at least (STS).
_ROLE_LIFETIME = 600.0
# idem-aws's client for STS retries as often as botocore does by default.
_STS_ATTEMPTS = 5


class DaemonExecutor(concurrent.futures.Executor):
    """Calls each function in a daemon thread of its own; with a limit, at most that many at a time.

    At its end, Python waits for the threads of a ThreadPoolExecutor, whatever these wait for: after
    Ctrl-C the program would run until the last call has its response.
    """

    def __init__(self, most: int = sys.maxsize) -> None:
        self._turn = threading.Semaphore(most)

    def submit(
        self, function: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> concurrent.futures.Future[Any]:
        future: concurrent.futures.Future[Any] = concurrent.futures.Future()

        def work() -> None:
            with self._turn:
                if not future.set_running_or_notify_cancel():
                    return
                try:
                    future.set_result(function(*args, **kwargs))
                except BaseException as error:
                    future.set_exception(error)

        threading.Thread(target=work, name=__name__, daemon=True).start()
        return future


class Client:
    """Opens the client, and opens it again before the credentials of an assumed role expire.

    Attributes:
        connections: To be held by a call: as many are in flight at once as the client keeps connections.
        deadline: The most seconds that a call may take: see `profile.Profile.deadline`.
        sts_deadline: The most seconds that STS may take, with all attempts of idem-aws's client for it.
    """

    def __init__(self, hub, profile: Profile):
        self._hub = hub
        self._profile = profile
        # None of them may be shown.
        self._secrets = redaction.credentials(profile.settings)
        self._until = float("inf")
        self._opening: batch.SingleFlight[Any] = batch.SingleFlight()
        self.connections = asyncio.Semaphore(profile.config.max_pool_connections)
        self.deadline = profile.deadline
        self.sts_deadline = profile.deadline * (profile.most_attempts or _STS_ATTEMPTS)
        # Without a limit of its own: a call that was abandoned must not keep later ones waiting.
        self._threads = DaemonExecutor()

    async def request(
        self, operation: Operation, members: dict[str, Any], waiter: retry.Waiter
    ) -> dict[str, Any]:
        """Call an operation once, and return its whole response."""
        if asyncio.get_running_loop().time() > self._until:
            self._until, self._opening = float("inf"), batch.SingleFlight()
        opened: Any = None
        try:
            # Simultaneous calls open it once, and fail together: STS may take minutes to fail.
            opened = await self._opening.get(self._open)
            with waiter.watch(f"which has not responded to {operation.name} yet"):
                response = await self.execute(opened, operation.name, members)
        except errors.CallFailed:
            raise
        except Exception as error:
            show = functools.partial(redaction.shown, known=self._secrets, hidden=waiter.hidden())
            if opened:
                failure = errors.classify(operation.name, error, show, operation.quota)
            else:
                failure = errors.not_opened(operation.name, error, show)
        else:
            model = opened.meta.service_model.operation_model(operation.name)
            if operation.is_whole(model, response, members):
                return response
            status = response["ResponseMetadata"]["HTTPStatusCode"]
            failure = errors.cut_off(operation.name, f"HTTP {status}")
        # Raised here, where it has no context: the original may repeat signed headers.
        raise failure

    async def execute(self, opened: Any, operation: str, members: dict[str, Any]) -> dict[str, Any]:
        """Call an operation once and return what botocore returns.

        The thread of a call that is over its deadline is abandoned: it ends with the response or with
        the program, and later calls have threads of their own.
        """
        call = functools.partial(getattr(opened, botocore.xform_name(operation)), **members)
        sent = asyncio.get_running_loop().run_in_executor(self._threads, call)
        try:
            return await asyncio.wait_for(sent, self.deadline)
        except asyncio.TimeoutError:
            late = f"got no complete response from AWS within {self.deadline:g} seconds"
            raise errors.ResponseLate(f"{operation} {late}") from None

    async def _open(self) -> Any:
        """Open the client.

        Raises:
            errors.Refused: The profile is wrong, or its credentials did not arrive in time.
        """
        if self._profile.problem:
            raise errors.Refused(self._profile.problem)
        # Before STS is called: its response holds credentials.
        redaction.keep_logs_clean()
        # Not through `hub.tool.boto3.client.exec`: its store ignores `config`, so that the client may be
        # idem-aws's, which retries a create by itself; its threads can't be abandoned, and it reads all
        # pages in one call. Measured: docs/inside/decisions.md.
        settings = dict_tools.data.NamespaceDict(self._profile.settings)
        credentials = self._hub.tool.boto3.session.kwargs(dict_tools.data.NamespaceDict(acct=settings))
        try:
            # Its thread is abandoned, too.
            arguments = await asyncio.wait_for(credentials, self.sts_deadline)
        except asyncio.TimeoutError:
            late = f"did not arrive within {self.sts_deadline:g} seconds"
            hint = "Check that STS can be reached, and run this again."
            raise errors.Refused(f"The credentials of the acct profile {late}", hint) from None
        arguments["config"] = self._profile.config.merge(
            botocore.config.Config(retries={"mode": "standard", "total_max_attempts": 1})
        )
        self._secrets |= redaction.credentials(arguments)
        # The session of idem-aws's last client, which has read the SDK's data files already.
        opened = self._hub.tool.boto3.SESSION.client(SERVICE, **arguments)
        if "assume_role" in self._profile.settings:
            self._until = asyncio.get_running_loop().time() + _ROLE_LIFETIME
        return opened

"""What goes wrong in transit: slowness, throttling, conflicts, refusals and injected faults."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from . import model
from .errors import CONCURRENT_MODIFICATION, ApiError, access_denied, conflict
from .store import Account
from .transport import Fate, Reply

PASS_ROLE = "iam:PassRole"

Kind = Literal[
    "error",
    "error_after",
    "drop_request",
    "drop_response",
    "delay",
    "truncate",
    "drip_head",
    "drip_body",
    "endless_chunks",
    "endless_continue",
    "lag",
    "meanwhile",
    "plain_text",
    "alert",
    "reply",
    "reply_after",
]
# Faults of the transport, after the request was carried out: what happens to its response.
FATES: dict[str, Fate] = {
    "drop_response": "drop",
    "truncate": "truncate",
    "drip_head": "drip_head",
    "drip_body": "drip_body",
    "endless_chunks": "endless_chunks",
    "endless_continue": "endless_continue",
    "plain_text": "plain_text",
    "alert": "alert",
}

WRITES = frozenset(
    f"{verb}{noun}"
    for verb in ("Create", "Update", "Delete")
    for noun in ("Integration", "Route", "IntegrationResponse", "RouteResponse", "Stage")
)


@dataclass
class Injection:
    """One fault that waits for requests.

    Attributes:
        kind: What happens.
        operation: The operation it waits for; None for all.
        times: How often it still happens; None for no limit.
        probability: How likely a request that fits meets it.
        skip: How many requests that fit still pass first.
        api_id: The API it waits for; None for all.
        account: The access key it waits for; None for all.
        code: The error code, of "error" and "error_after".
        status: The HTTP status of the error; None for the one of the code.
        message: The error message.
        seconds: The length of a "delay".
        changes: How many changes of the API a read with a "lag" does not show yet.
        action: What happens "meanwhile": after the request, and before the next one.
        reply: The whole response, of "reply" (nothing is carried out) and "reply_after".
        fired: How often it happened.
    """

    kind: Kind
    operation: str | None
    times: int | None
    probability: float
    skip: int
    api_id: str | None
    account: str | None
    code: str
    status: int | None
    message: str
    seconds: float
    changes: int
    action: Callable[[], object]
    reply: Reply
    fired: int = 0

    def fits(self, account: Account, operation: str, api_id: str | None) -> bool:
        """Tells whether it waits for such a request and is not used up."""
        return (
            self.account in (None, account.access_key)
            and self.operation in (None, operation)
            and self.api_id in (None, api_id)
            and self.times != 0
        )

    def error(self) -> ApiError:
        """Returns the error of the response."""
        return ApiError(self.code, self.message, self.status)


class TokenBucket:
    """A bucket that starts full and fills up at a steady rate.

    Args:
        rate (float): Tokens a second.
        burst (float): The most tokens it holds.
    """

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._filled = time.monotonic()

    def take(self) -> bool:
        """Takes a token, and tells whether there was one."""
        now = time.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._filled) * self._rate)
        self._filled = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Faults:
    """Everything that can go wrong. All of it may be changed while requests are served.

    Args:
        seed (int): Makes the injections with a probability the same in every run.

    Attributes:
        latency: Seconds that every request takes.
        write_time: Seconds that a write holds its API, while `conflict_window` is set.
        conflict_window: Whether a write of an API that another write holds is refused.
        conflict_probability: How likely it is refused then.
    """

    def __init__(self, seed: int) -> None:
        self.latency = 0.0
        self.write_time = 0.02
        self.conflict_window = False
        self.conflict_probability = 1.0
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._limit: tuple[float, float] | None = None
        self._buckets: dict[Account, TokenBucket] = {}
        self._denied: set[str] = set()
        self._handshakes: list[bytes] = []
        self._injections: list[Injection] = []
        self._writing: Counter[tuple[Account, str]] = Counter()

    def throttle(self, rate: float | None, burst: float = 40) -> None:
        """Limits the requests of each account and Region, starting with full buckets.

        Args:
            rate (float | None): Requests a second; None lifts the limit.
            burst (float): Requests at once after a rest.
        """
        with self._lock:
            self._limit = None if rate is None else (rate, burst)
            self._buckets.clear()

    @property
    def limit(self) -> tuple[float, float] | None:
        """The rate and burst in force, or None."""
        return self._limit

    def break_handshakes(self, *sent: bytes) -> None:
        """Makes the next TLS handshakes fail: for each one, the bytes that the server sends instead."""
        with self._lock:
            self._handshakes += sent

    def handshake(self) -> bytes | None:
        """Returns what the server sends instead of the next handshake; None if that is to succeed."""
        with self._lock:
            return self._handshakes.pop(0) if self._handshakes else None

    def deny(self, *operations: str) -> None:
        """Refuses operations with AccessDeniedException from now on.

        `PASS_ROLE` among them refuses what passes a role to API Gateway.
        """
        with self._lock:
            self._denied.update(operations)

    def inject(
        self,
        *,
        kind: Kind,
        operation: str | None = None,
        times: int | None = 1,
        probability: float = 1.0,
        skip: int = 0,
        api_id: str | None = None,
        account: str | None = None,
        code: str = "InternalServerErrorException",
        status: int | None = None,
        message: str = "Internal server error",
        seconds: float = 0.0,
        changes: int = 1,
        action: Callable[[], object] = lambda: None,
        reply: Reply | None = None,
    ) -> Injection:
        """Makes requests meet a fault; see `Injection` for what the arguments mean.

        Returns:
            Injection: Its `fired` tells how often it happened so far.
        """
        if kind not in get_args(Kind):
            raise ValueError(f"unknown kind of fault: {kind}")
        injection = Injection(
            kind,
            operation,
            times,
            probability,
            skip,
            api_id,
            account,
            code,
            status,
            message,
            seconds,
            changes,
            action,
            reply or Reply(),
        )
        with self._lock:
            self._injections.append(injection)
        return injection

    def clear(self) -> None:
        """Removes all injections and denials."""
        with self._lock:
            self._injections.clear()
            self._denied.clear()

    def admit(self, account: Account, operation: str, path: str = "/", role: str | None = None) -> None:
        """Lets a request in, or raises the error that refuses it.

        Args:
            account (Account): Who calls.
            operation (str): The AWS operation.
            path (str): The path of the request, without the version.
            role (str | None): The role that the request passes to API Gateway.
        """
        with self._lock:
            if self._limit is not None:
                bucket = self._buckets.setdefault(account, TokenBucket(*self._limit))
                if not bucket.take():
                    raise ApiError("TooManyRequestsException", "Too Many Requests")
            if operation in self._denied:
                action = f"apigateway:{model.operation(operation).http['method']}"
                resource = f"arn:aws:apigateway:{account.region}::{path}"
                raise access_denied(account.access_key, action, resource)
            if role and PASS_ROLE in self._denied:
                raise access_denied(account.access_key, PASS_ROLE, role)

    def draw(
        self, account: Account, operation: str, api_id: str | None
    ) -> tuple[float, Injection | None]:
        """Finds out what a request meets: all delays, and the first fault of another kind.

        Args:
            account (Account): Who calls.
            operation (str): The AWS operation.
            api_id (str | None): The API it is about.

        Returns:
            tuple[float, Injection | None]: The seconds of delay, and the fault.
        """
        delay = 0.0
        with self._lock:
            for injection in self._injections:
                if not injection.fits(account, operation, api_id):
                    continue
                if injection.skip > 0:
                    injection.skip -= 1
                    continue
                if self._random.random() >= injection.probability:
                    continue
                injection.fired += 1
                if injection.times is not None:
                    injection.times -= 1
                if injection.kind != "delay":
                    return delay, injection
                delay += injection.seconds
        return delay, None

    @contextlib.contextmanager
    def window(self, account: Account, operation: str, api_id: str | None) -> Iterator[None]:
        """Holds an API during a write, or raises ConflictException if another write holds it.

        Args:
            account (Account): Who calls.
            operation (str): The AWS operation; anything but a write passes.
            api_id (str | None): The API it is about.
        """
        if not self.conflict_window or operation not in WRITES or api_id is None:
            yield
            return
        held = (account, api_id)
        with self._lock:
            if self._writing[held] and self._random.random() < self.conflict_probability:
                raise conflict(CONCURRENT_MODIFICATION)
            self._writing[held] += 1
        try:
            time.sleep(self.write_time)
            yield
        finally:
            with self._lock:
                self._writing[held] -= 1

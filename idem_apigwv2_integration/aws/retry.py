"""How long failed calls are retried: a budget of time for each call, and one for a run.

Each kind of failure has a budget of its own. A call that has used one up fails. Once an operation has
failed in one way for the whole budget without a success, every state of the run that needs it fails at
once: AWS is down or busy, and more waiting would add up from state to state.

Throttling concerns all calls of an account together. While AWS accepts some of them, the others only
wait for their turn, and none is given up.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import dataclasses
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Generic, NamedTuple, TypeVar

import tenacity

from idem_apigwv2_integration.aws import errors

T = TypeVar("T")

# The wait between two attempts, in seconds: random, up to a limit that doubles each time.
FIRST_WAIT = 0.2
LONGEST_WAIT = 5.0
# After this many seconds of waiting a state logs a warning.
WARN_AFTER = 5.0
# An outage in which no call was sent for this many seconds may be over.
FORGOTTEN_AFTER = 30.0

_log = logging.getLogger(__name__)


def _now() -> float:
    return asyncio.get_running_loop().time()


class Target(NamedTuple):
    """What a call is sent to, from the widest to the narrowest.

    Args:
        account: Anything that identifies the AWS account and Region.
    """

    account: Any
    operation: str
    api_id: str | None = None


class _Outage(NamedTuple):
    """An operation that has not succeeded since a time on the event loop's clock."""

    since: float
    last: float
    reason: str


@dataclasses.dataclass(eq=False)
class Outages:
    """The operations that keep failing in one run."""

    # By the kind of the failure, and the part of the target that it concerns.
    _outages: dict[tuple[type[errors.CallFailed], tuple], _Outage] = dataclasses.field(
        default_factory=dict
    )

    def failed(self, target: Target, failure: errors.CallFailed, began: float) -> None:
        """Record that a call failed that began at a time on the event loop's clock."""
        key, now = (type(failure), target[: failure.concerns]), _now()
        known = self._outages.get(key)
        # Failures far apart, with no call between them, are no outage.
        since = known.since if known and began - known.last <= FORGOTTEN_AFTER else now
        self._outages[key] = _Outage(since, now, failure.what)

    def succeeded(self, target: Target) -> None:
        """Record that a call succeeded, or that AWS carried it out or refused it for good."""
        for kind, scope in list(self._outages):
            if scope == target[: kind.concerns]:
                del self._outages[kind, scope]

    def over_budget(self, target: Target) -> errors.CallFailed | None:
        """Return why a call must not be sent, if its operation has failed for the whole budget."""
        for (kind, scope), outage in self._outages.items():
            seconds = outage.last - outage.since
            is_over = seconds >= (kind.budget or 0.0) and _now() - outage.last <= FORGOTTEN_AFTER
            if is_over and scope == target[: kind.concerns]:
                failing = "call" if kind is errors.Throttled else target.operation
                return kind(
                    f"{target.operation} was given up: every {failing} of this run has failed for "
                    f"{round(seconds)} seconds. The last error: {outage.reason}",
                    kind.advice,
                    final=True,
                )
        return None


@dataclasses.dataclass(eq=False)
class Waiter:
    """What waits for calls: a state, or a function outside of a run.

    Args:
        name: The name of the state, for the log.
        hidden: Returns the state's values that must not be shown in a text of AWS.
        order: The position of the state in the SLS: see `batch.Batch`.
    """

    name: str = ""
    outages: Outages = dataclasses.field(default_factory=Outages)
    hidden: Callable[[], set[str]] = set
    order: int = 0
    began: float = dataclasses.field(default_factory=_now)
    _warned: bool = False

    @property
    def subject(self) -> str:
        """What the log begins a line about it with."""
        return f"{self.name}: " if self.name else ""

    def warn(self, why: str) -> None:
        """Log once that the state has been waiting for long."""
        if not self._warned:
            self._warned = True
            _log.warning("%swaiting for AWS, %s", self.subject, why)

    @contextlib.contextmanager
    def watch(self, why: str) -> Iterator[None]:
        """Warn if what happens meanwhile takes long."""
        timer = asyncio.get_running_loop().call_later(WARN_AFTER, self.warn, why)
        try:
            yield
        finally:
            timer.cancel()


@dataclasses.dataclass(eq=False)
class Attempts(Generic[T]):
    """The attempts of one operation, until one succeeds or a budget is used up.

    Args:
        act: Makes one attempt, which may take several calls.
        most: The most attempts, if the acct profile limits them.

    Attributes:
        waited: The seconds for which the calls of this attempt waited before they were sent.
    """

    waiter: Waiter
    target: Target
    act: Callable[[Attempts[T]], Awaitable[T]]
    most: int | None = None
    waited: float = 0.0
    _tries: int = 0
    _began: float = dataclasses.field(default_factory=_now)
    # When the last attempt failed, and the seconds since the first one did, by the kind of the failure
    # that ended them.
    _failed_at: float | None = None
    _spent: dict[type, float] = dataclasses.field(default_factory=lambda: collections.defaultdict(float))

    async def run(self) -> T:
        """Return what an attempt returns, and retry it where that may help."""
        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(lambda error: getattr(error, "may_pass", False)),
            wait=tenacity.wait_random_exponential(FIRST_WAIT, LONGEST_WAIT, min=FIRST_WAIT / 4),
            before_sleep=self._log,
        )
        return await retrying(self._attempt)

    async def _attempt(self) -> T:
        outages = self.waiter.outages
        if down := outages.over_budget(self.target):
            raise down
        self._tries += 1
        began, self.waited = _now(), 0.0
        try:
            result = await self.act(self)
        except errors.CallFailed as failure:
            if failure.may_pass:
                outages.failed(self.target, failure, began)
                if self._is_used_up(failure):
                    raise failure.given_up(self._tries, round(_now() - self._began)) from None
            elif not failure.final:
                outages.succeeded(self.target)
            raise
        outages.succeeded(self.target)
        return result

    def _is_used_up(self, failure: errors.CallFailed) -> bool:
        """Count the time since the last failure; return whether no further attempt is allowed."""
        now = _now()
        if self._failed_at is not None:
            # A call that waits behind others does not use up its budget.
            self._spent[type(failure)] += now - self._failed_at - self.waited
        self._failed_at = now
        if self.most is not None and self._tries >= self.most:
            return True
        if self._spent[type(failure)] < (failure.budget or 0.0):
            return False
        throttled = isinstance(failure, errors.Throttled)
        return not throttled or self.waiter.outages.over_budget(self.target) is not None

    def _log(self, state: tenacity.RetryCallState) -> None:
        outcome: Any = state.outcome
        what, wait = outcome.exception().what, state.upcoming_sleep
        text = "%s%s; attempt %d, retrying in %.1f s"
        _log.info(text, self.waiter.subject, what, self._tries, wait)
        if sum(self._spent.values()) + wait > WARN_AFTER:
            self.waiter.warn(f"still retrying: {what}")

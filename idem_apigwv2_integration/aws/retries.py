"""How long failed calls are retried: a budget of time for each call, and one for a run.

Each kind of failure has a budget of its own. A call that has used one up fails. Once an operation has
failed in one way for the whole budget without a success, every state of the run that needs it fails at
once: AWS is down or busy, and more waiting would add up from state to state.

Throttling concerns all calls of an account together. While AWS accepts some of them, the others only
wait for their turn, and none is given up.
"""

import asyncio
import contextlib
import contextvars
import dataclasses
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import tenacity

from idem_apigwv2_integration.aws import errors
from idem_apigwv2_integration.aws.errors import Kind

T = TypeVar("T")

# In seconds. An outage of a minute does not fail a run.
BUDGET = {
    Kind.THROTTLED: 65.0,
    Kind.BUSY: 65.0,
    Kind.SETTLING: 65.0,
    Kind.LOST: 65.0,
    Kind.LATE: 65.0,
    # A wrong Region or endpoint is more likely than a network that recovers.
    Kind.NOT_SENT: 15.0,
}
# The wait between two attempts, in seconds: random, up to a limit that doubles each time.
FIRST_WAIT = 0.2
LONGEST_WAIT = 5.0
# After this many seconds of waiting a state logs a warning.
WARN_AFTER = 5.0
# An outage in which no call was sent for this many seconds may be over.
FORGOTTEN_AFTER = 30.0

# The failures that concern one API and not all calls of the account.
_OF_ONE_API = (Kind.BUSY, Kind.SETTLING)

_log = logging.getLogger(__name__)


@dataclasses.dataclass
class _Outage:
    """An operation that has not succeeded since a time on the event loop's clock."""

    since: float
    last: float
    reason: str


class Outages:
    """The operations that keep failing in one run."""

    def __init__(self) -> None:
        self._outages: dict[tuple[Any, Kind], _Outage] = {}

    def failed(self, target: tuple, failure: errors.Failure, began: float) -> None:
        """Record that a call failed.

        Args:
            target: What the call was sent to: see `Retries`.
            failure: The failure.
            began: When the call began, on the event loop's clock.
        """
        key, now = (_scope(target, failure.kind), failure.kind), _now()
        known = self._outages.get(key)
        # Failures far apart, with no call between them, are no outage.
        since = known.since if known and began - known.last <= FORGOTTEN_AFTER else now
        self._outages[key] = _Outage(since, now, failure.reason)

    def succeeded(self, target: tuple) -> None:
        """Record that a call succeeded, or that AWS carried it out or refused it for good."""
        for kind in BUDGET:
            self._outages.pop((_scope(target, kind), kind), None)

    def over_budget(self, target: tuple) -> errors.Failure | None:
        """Return why a call must not be sent, if its operation has failed for the whole budget."""
        now = _now()
        for kind, budget in BUDGET.items():
            outage = self._outages.get((_scope(target, kind), kind))
            if outage is None or outage.last - outage.since < budget:
                continue
            if now - outage.last > FORGOTTEN_AFTER:
                del self._outages[_scope(target, kind), kind]
                continue
            seconds = round(outage.last - outage.since)
            failing = "call" if kind is Kind.THROTTLED else target[1]
            return errors.outage(kind, target[1], failing, outage.reason, seconds)
        return None


@dataclasses.dataclass
class Waiting:
    """The state that calls are made for.

    Args:
        name: The name of the state, for the log.
        outages: Those of its run.
        warned: Whether it was logged that the state has been waiting for long.
        hidden: Returns the state's values that must not be shown.
    """

    name: str = ""
    outages: Outages = dataclasses.field(default_factory=Outages)
    warned: bool = False
    hidden: Callable[[], set[str]] = set

    def log(self, failure: errors.Failure, attempt: int, wait: float) -> None:
        """Log a retry."""
        subject = f"{self.name}: " if self.name else ""
        _log.info("%s%s; attempt %d, retrying in %.1f s", subject, failure.reason, attempt, wait)

    def warn(self, why: str) -> None:
        """Log once that the state has been waiting for long."""
        if not self.warned:
            self.warned = True
            subject = f"{self.name}: " if self.name else ""
            _log.warning("%swaiting for AWS, %s", subject, why)


_current: contextvars.ContextVar[Waiting | None] = contextvars.ContextVar("waiting", default=None)


def begin(name: str, outages: Outages | None = None, hidden: Callable[[], set[str]] = set) -> None:
    """Begin the calls of a state, or of a function that is called outside of a run.

    Args:
        name: The name of the state.
        outages: Those of the run.
        hidden: Returns the state's values that must not be shown.
    """
    _current.set(Waiting(name, outages or Outages(), hidden=hidden))


def hidden() -> set[str]:
    """Return the current state's values that must not be shown in a text of AWS."""
    waiting = _current.get()
    return waiting.hidden() if waiting else set()


@contextlib.contextmanager
def watched(why: str) -> Iterator[None]:
    """Warn if what happens meanwhile takes long.

    Args:
        why: What the state is waiting for.
    """
    waiting = _current.get() or Waiting()
    timer = asyncio.get_running_loop().call_later(WARN_AFTER, waiting.warn, why)
    try:
        yield
    finally:
        timer.cancel()


class Retries:
    """Retries one call until it succeeds or a budget is used up.

    Args:
        target: What the call is sent to: where (anything that identifies the account and Region), the
            operation, and the ID of the API.
        most: The most attempts, if the acct profile limits them.
    """

    def __init__(self, target: tuple[Any, str, str | None], most: int | None = None):
        self._target = target
        self._most = most
        self._waiting = _current.get() or Waiting()
        # The seconds since the first failure, by the kind of the failure that ended them.
        self._spent: dict[Kind, float] = dict.fromkeys(BUDGET, 0.0)
        self._counted: float | None = None

    async def run(
        self,
        attempt: Callable[[], Awaitable[T]],
        recover: Callable[[], Awaitable[T | None]] | None = None,
    ) -> T:
        """Call a function until it succeeds.

        Args:
            attempt: Makes one attempt.
            recover: Returns what an earlier attempt achieved although it failed, or None. It is called
                before each further attempt, and in the end.

        Raises:
            errors.Failure: It failed, and a further attempt would not help or is not allowed.
        """
        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(_may_help),
            stop=self._used_up,
            wait=tenacity.wait_random_exponential(
                multiplier=FIRST_WAIT, min=FIRST_WAIT / 4, max=LONGEST_WAIT
            ),
            before_sleep=self._log,
            reraise=True,
        )
        started = _now()
        try:
            return await retrying(self._attempt, attempt, recover)
        except errors.Failure as failure:
            recovered = await self._recovered(recover)
            if recovered is not None:
                return recovered
            if not _may_help(failure):
                raise
            attempts = retrying.statistics["attempt_number"]
            raise errors.given_up(failure, attempts, round(_now() - started)) from None

    async def _attempt(
        self,
        attempt: Callable[[], Awaitable[T]],
        recover: Callable[[], Awaitable[T | None]] | None,
    ) -> T:
        recovered = await self._recovered(recover)
        if recovered is not None:
            return recovered
        outages = self._waiting.outages
        down = outages.over_budget(self._target)
        if down:
            raise down
        began = _now()
        try:
            result = await attempt()
        except errors.Failure as failure:
            if _may_help(failure):
                outages.failed(self._target, failure, began)
            elif not failure.final:
                outages.succeeded(self._target)
            raise
        outages.succeeded(self._target)
        return result

    async def _recovered(self, recover: Callable[[], Awaitable[T | None]] | None) -> T | None:
        with watched(f"to see what a lost {self._target[1]} has done"):
            recovered = await recover() if recover else None
        if recovered is not None:
            self._waiting.outages.succeeded(self._target)
        return recovered

    def _used_up(self, state: tenacity.RetryCallState) -> bool:
        failure, now = _failure(state), _now()
        if self._counted is not None:
            # A call that waits behind others does not use up its budget.
            self._spent[failure.kind] += now - self._counted - failure.queued
        self._counted = now
        if self._most is not None and state.attempt_number >= self._most:
            return True
        used_up = self._spent[failure.kind] >= BUDGET[failure.kind]
        if failure.kind is Kind.THROTTLED:
            return used_up and self._waiting.outages.over_budget(self._target) is not None
        return used_up

    def _log(self, state: tenacity.RetryCallState) -> None:
        wait = state.next_action.sleep if state.next_action else 0.0
        failure = _failure(state)
        self._waiting.log(failure, state.attempt_number, wait)
        if sum(self._spent.values()) + wait > WARN_AFTER:
            self._waiting.warn(f"still retrying: {failure.reason}")


def _may_help(error: BaseException) -> bool:
    return isinstance(error, errors.Failure) and error.kind in BUDGET and not error.final


def _failure(state: tenacity.RetryCallState) -> errors.Failure:
    failure = state.outcome.exception() if state.outcome else None
    assert isinstance(failure, errors.Failure)
    return failure


def _scope(target: tuple, kind: Kind) -> tuple:
    """Return what an outage of a kind concerns: the account, or an operation of it or of one API."""
    if kind is Kind.THROTTLED:
        return target[:1]
    return target if kind in _OF_ONE_API else target[:2]


def _now() -> float:
    return asyncio.get_running_loop().time()

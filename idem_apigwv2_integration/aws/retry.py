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
import random
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

    def scope(self, kind: type[errors.CallFailed]) -> tuple:
        """Return what an outage of a kind concerns."""
        return kind, *self[: kind.concerns]


class _Outage(NamedTuple):
    """An operation that has not succeeded since a time on the event loop's clock."""

    since: float
    last: float
    reason: str


@dataclasses.dataclass(eq=False)
class Outages:
    """The operations that keep failing in one run."""

    _outages: dict[tuple, _Outage] = dataclasses.field(default_factory=dict)

    def failed(self, target: Target, failure: errors.CallFailed, began: float) -> None:
        """Record that a call failed that began at a time on the event loop's clock."""
        key, now = target.scope(type(failure)), _now()
        known = self._outages.get(key)
        # Failures far apart, with no call between them, are no outage.
        since = known.since if known and began - known.last <= FORGOTTEN_AFTER else now
        self._outages[key] = _Outage(since, now, failure.what)

    def succeeded(self, target: Target) -> None:
        """Record that a call succeeded, or that AWS carried it out or refused it for good."""
        if not self._outages:
            return
        for kind in errors.RETRYABLE:
            self._outages.pop(target.scope(kind), None)

    def over_budget(self, target: Target) -> errors.CallFailed | None:
        """Return why a call must not be sent, if its operation has failed for the whole budget."""
        if not self._outages:
            return None
        now = _now()
        for kind in errors.RETRYABLE:
            outage = self._outages.get(target.scope(kind))
            if outage is None or outage.last - outage.since < kind.budget:
                continue
            if now - outage.last > FORGOTTEN_AFTER:
                del self._outages[target.scope(kind)]
                continue
            seconds = round(outage.last - outage.since)
            failing = "call" if kind is errors.Throttled else target.operation
            return kind(
                f"{target.operation} was given up: every {failing} of this run has failed for {seconds} "
                f"seconds. The last error: {outage.reason}",
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


class SharedWaiter(Waiter):
    """Several states that wait for one call.

    Args:
        waiting: Those that still wait.
    """

    def __init__(self, waiting: list[Waiter]):
        super().__init__(
            waiting[0].name, waiting[0].outages, lambda: set().union(*(one.hidden() for one in waiting))
        )
        self._waiting = waiting

    def warn(self, why: str) -> None:
        """Warn for the first state that still waits."""
        for one in self._waiting[:1]:
            one.warn(why)


@dataclasses.dataclass(eq=False)
class Attempts(Generic[T]):
    """The attempts of one operation, until one succeeds or a budget is used up.

    Args:
        act: Makes one attempt, which may take several calls.
        recover: Returns what an earlier attempt achieved although it failed, or None. It is called
            before each further attempt, and in the end.
        most: The most attempts, if the acct profile limits them.

    Attributes:
        waited: The seconds for which the calls of this attempt waited before they were sent.
        progressed: Whether one of them succeeded and need not be repeated: a budget is the time without
            progress.
    """

    waiter: Waiter
    target: Target
    act: Callable[[Attempts[T]], Awaitable[T]]
    recover: Callable[[], Awaitable[T | None]] | None = None
    most: int | None = None
    waited: float = 0.0
    progressed: bool = False
    # The attempts without progress, and when the first one began.
    _tries: int = 0
    _began: float = dataclasses.field(default_factory=_now)
    # The seconds since the first failure, by the kind of the failure that ended them.
    _spent: dict[type, float] = dataclasses.field(default_factory=lambda: collections.defaultdict(float))
    _counted: float | None = None

    async def run(self) -> T:
        """Return what an attempt returns, and retry it where that may help."""
        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(_may_pass),
            stop=self._is_used_up,
            wait=self._wait,
            before_sleep=self._log,
            reraise=True,
        )
        try:
            async for attempt in retrying:
                again = attempt.retry_state.attempt_number > 1
                if again and (recovered := await self._recovered()) is not None:
                    return recovered
                with attempt:
                    return await self._once()
        except errors.CallFailed as error:
            failure = error
        if (recovered := await self._recovered()) is not None:
            return recovered
        if failure.may_pass:
            failure = failure.given_up(self._tries, round(_now() - self._began))
        raise failure

    async def _recovered(self) -> T | None:
        if self.recover is None:
            return None
        with self.waiter.watch(f"to see what a lost {self.target.operation} has done"):
            recovered = await self.recover()
        if recovered is not None:
            self.waiter.outages.succeeded(self.target)
        return recovered

    async def _once(self) -> T:
        outages = self.waiter.outages
        if down := outages.over_budget(self.target):
            raise down
        began, self.waited, self.progressed = _now(), 0.0, False
        self._tries += 1
        try:
            result = await self.act(self)
        except errors.CallFailed as failure:
            if self.progressed:
                outages.succeeded(self.target)
                self._tries, self._began = 1, began
                self._spent.pop(type(failure), None)
                self._counted = None
            if failure.may_pass:
                outages.failed(self.target, failure, began)
            elif not failure.final:
                outages.succeeded(self.target)
            raise
        outages.succeeded(self.target)
        return result

    def _is_used_up(self, state: tenacity.RetryCallState) -> bool:
        """Count the time since the last failure; return whether no further attempt is allowed."""
        failure, now = _failure(state), _now()
        if self._counted is not None:
            # A call that waits behind others does not use up its budget.
            self._spent[type(failure)] += now - self._counted - self.waited
        self._counted = now
        if self.most is not None and self._tries >= self.most:
            return True
        used_up = self._spent[type(failure)] >= (failure.budget or 0.0)
        if isinstance(failure, errors.Throttled):
            return used_up and self.waiter.outages.over_budget(self.target) is not None
        return used_up

    def _wait(self, state: tenacity.RetryCallState) -> float:
        # Not tenacity's attempts, but those without progress.
        longest = min(FIRST_WAIT * 2.0 ** min(self._tries - 1, 30), LONGEST_WAIT)
        return random.uniform(FIRST_WAIT / 4, max(longest, FIRST_WAIT / 4))

    def _log(self, state: tenacity.RetryCallState) -> None:
        wait = state.next_action.sleep if state.next_action else 0.0
        failure = _failure(state)
        text = "%s%s; attempt %d, retrying in %.1f s"
        _log.info(text, self.waiter.subject, failure.what, self._tries, wait)
        if sum(self._spent.values()) + wait > WARN_AFTER:
            self.waiter.warn(f"still retrying: {failure.what}")


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, errors.CallFailed) and error.may_pass


def _failure(state: tenacity.RetryCallState) -> errors.CallFailed:
    failure = state.outcome.exception() if state.outcome else None
    assert isinstance(failure, errors.CallFailed)
    return failure

"""Calls that serve several callers."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

from idem_apigwv2_integration.aws import retry

K = TypeVar("K")
Q = TypeVar("Q")
T = TypeVar("T")

# In seconds: how long no caller may arrive before a batch is read, and how long the first waits at most.
QUIET = 0.02
LONGEST = 1.0


@dataclasses.dataclass(frozen=True)
class Reading:
    """What was read for a request: a value, or the reason why there is none."""

    value: Any = None
    failure: BaseException | None = None


@dataclasses.dataclass(eq=False)
class SingleFlight(Generic[T]):
    """One response that can't change: requested once, and cached for all callers."""

    _response: T | None = None
    _task: asyncio.Future[T] | None = None
    _waiting: int = 0

    async def get(self, request: Callable[[], Awaitable[T]]) -> T:
        """Return the cached response, or request it.

        Callers that arrive while the request is in flight get the same response, or the same
        exception. Neither an exception nor an empty response is cached.
        """
        if self._response:
            return self._response
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(request())
        self._waiting += 1
        try:
            # Shielded, because cancelling one caller must not cancel the request for the others.
            self._response = await asyncio.shield(self._task)
            return self._response
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._task.cancel()
                self._task = None


@dataclasses.dataclass(eq=False)
class _Group(Generic[Q]):
    """Requests that are read together, in the order in which their callers continue."""

    last: float
    requests: list[tuple[retry.Waiter, Q, asyncio.Future]] = dataclasses.field(default_factory=list)
    # Those of the requests whose callers still wait.
    waiters: list[retry.Waiter] = dataclasses.field(default_factory=list)
    task: asyncio.Task | None = None


class Batch(Generic[K, Q]):
    """Gathers requests of one key until none has come for a short time, and reads once for all of them.

    Idem starts a batch of states at once and prepares each by itself, so that they arrive one after the
    other. A result is never older than its request, and nothing is cached. The callers continue in the
    order of their states, one after the other, each up to its next wait.

    Args:
        read: Returns an outcome for each of some requests of a key, in their order.
    """

    def __init__(self, read: Callable[[K, list[Q], retry.Waiter], Awaitable[Sequence[Reading]]]):
        self._read = read
        self._open: dict[K, _Group[Q]] = {}

    async def load(self, key: K, request: Q, waiter: retry.Waiter) -> Any:
        """Return the value of a request, or raise its failure, or what its read raised."""
        loop = asyncio.get_running_loop()
        group = self._open.get(key)
        if group is None:
            group = self._open[key] = _Group(loop.time())
            group.task = asyncio.ensure_future(self._serve(key, group))
        result = loop.create_future()
        group.last = loop.time()
        group.requests.append((waiter, request, result))
        group.waiters.append(waiter)
        try:
            return await result
        finally:
            group.waiters.remove(waiter)
            if not group.waiters and group.task:
                # Nobody waits for it any more.
                if self._open.get(key) is group:
                    del self._open[key]
                group.task.cancel()

    async def _serve(self, key: K, group: _Group[Q]) -> None:
        loop = asyncio.get_running_loop()
        deadline = group.last + LONGEST
        while (wait := min(group.last + QUIET, deadline) - loop.time()) > 0:
            await asyncio.sleep(wait)
        del self._open[key]
        waiting = sorted(
            (one for one in group.requests if not one[2].done()), key=lambda one: one[0].order
        )
        try:
            outcomes = await self._read(
                key, [request for _, request, _ in waiting], retry.SharedWaiter(group.waiters)
            )
        except Exception as error:
            outcomes = [Reading(failure=error)] * len(waiting)
        for (_, _, result), outcome in zip(waiting, outcomes, strict=True):
            if result.done():
                continue
            if outcome.failure:
                result.set_exception(outcome.failure)
            else:
                result.set_result(outcome.value)

"""Calls that serve several callers."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from idem_apigwv2_integration.aws import retry

K = TypeVar("K")
Q = TypeVar("Q")
T = TypeVar("T")

# In seconds: how long no caller may arrive before a batch is read, and how long the first waits at most.
QUIET = 0.02
LONGEST = 1.0


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


class _Group(retry.Waiter, Generic[Q, T]):
    """Callers that wait for one read. The first that still waits warns for all of them.

    Attributes:
        last: When the last caller arrived.
        requests: What each wants that still waits.
    """

    def __init__(self, first: retry.Waiter):
        super().__init__(first.name, first.outages, self._hidden)
        self.last = self.began
        self.requests: dict[asyncio.Future[T], Q] = {}
        self.waiters: dict[asyncio.Future[T], retry.Waiter] = {}
        self.task: asyncio.Task | None = None

    def _hidden(self) -> set[str]:
        return set().union(*(waiter.hidden() for waiter in self.waiters.values()))

    def warn(self, why: str) -> None:
        for waiter in list(self.waiters.values())[:1]:
            waiter.warn(why)


class Batch(Generic[K, Q, T]):
    """Gathers requests of one key until none has come for a short time, and reads once for all of them.

    Idem starts a batch of states at once and prepares each by itself, so that they arrive one after the
    other. A result is never older than its request, and nothing is cached. The callers continue in the
    order of their states, one after the other, each up to its next wait.

    Args:
        read: Returns what all callers get for some requests of a key.
    """

    def __init__(self, read: Callable[[K, list[Q], retry.Waiter], Awaitable[T]]):
        self._read = read
        self._open: dict[K, _Group[Q, T]] = {}

    async def load(self, key: K, request: Q, waiter: retry.Waiter) -> T:
        """Return the result of a read of a request and those of other callers, or raise its failure."""
        loop = asyncio.get_running_loop()
        group = self._open.get(key)
        if group is None:
            group = self._open[key] = _Group(waiter)
            group.task = asyncio.ensure_future(self._serve(key, group))
        future: asyncio.Future[T] = loop.create_future()
        group.last, group.requests[future], group.waiters[future] = loop.time(), request, waiter
        try:
            return await future
        finally:
            del group.requests[future], group.waiters[future]
            if not group.waiters and group.task:
                # Nobody waits for it any more.
                if self._open.get(key) is group:
                    del self._open[key]
                group.task.cancel()

    async def _serve(self, key: K, group: _Group[Q, T]) -> None:
        loop = asyncio.get_running_loop()
        deadline = group.began + LONGEST
        while (wait := min(group.last + QUIET, deadline) - loop.time()) > 0:
            await asyncio.sleep(wait)
        del self._open[key]
        futures = sorted(group.waiters, key=lambda future: group.waiters[future].order)
        requests = [group.requests[future] for future in futures]
        try:
            result = await self._read(key, requests, group)
        except Exception as error:
            for future in futures:
                if not future.done():
                    future.set_exception(error)
            return
        for future in futures:
            if not future.done():
                future.set_result(result)

"""Responses of AWS that can't change and are requested once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lasting(Generic[T]):
    """One response, cached for all callers."""

    def __init__(self) -> None:
        self._answer: T | None = None
        self._asking: asyncio.Future[T] | None = None
        self._waiting = 0

    async def get(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Return the cached response, or request it.

        Callers that arrive while the request is in flight get the same response, or the same
        exception. Neither an exception nor an empty response is cached.

        Args:
            ask: Sends the request to AWS.
        """
        if self._answer:
            return self._answer
        if self._asking is None or self._asking.done():
            self._asking = asyncio.ensure_future(ask())
        self._waiting += 1
        try:
            # Shielded, because cancelling one caller must not cancel the request for the others.
            self._answer = await asyncio.shield(self._asking)
            return self._answer
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._asking.cancel()
                self._asking = None

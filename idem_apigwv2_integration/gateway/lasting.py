"""Answers of AWS that can't change and are asked for once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lasting(Generic[T]):
    """One answer, for all who ever want it."""

    def __init__(self) -> None:
        self._answer: T | None = None
        self._asking: asyncio.Future[T] | None = None
        self._waiting = 0

    async def get(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Return what asking returns, or what it returned before.

        Who wants it while it is being asked for gets the same answer, or the same exception. Neither
        an exception nor an empty answer is kept.

        Args:
            ask: Asks AWS.
        """
        if self._answer:
            return self._answer
        if self._asking is None:
            self._asking = asyncio.ensure_future(ask())
        self._waiting += 1
        try:
            # Shielded, because cancelling one of those who wait must not cancel it for the others.
            self._answer = await asyncio.shield(self._asking)
            return self._answer
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._asking.cancel()
                self._asking = None

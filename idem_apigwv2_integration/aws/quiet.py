"""Combines calls that arrive within a few milliseconds."""

import asyncio

# In seconds: how long no caller may arrive before all continue, and how long the first waits at most.
QUIET = 0.02
LONGEST = 1.0


class Quiet:
    """Lets callers wait until no other caller has come for a short time.

    Idem starts a batch of states at once and prepares each by itself, so that they arrive one after the
    other. What they read together takes one call.
    """

    def __init__(self) -> None:
        self._gate: asyncio.Future[None] | None = None
        self._last = 0.0

    async def wait(self) -> None:
        """Return once it is quiet, together with all waiting callers."""
        loop = asyncio.get_running_loop()
        self._last = loop.time()
        if self._gate is None:
            self._gate = loop.create_future()
            loop.call_later(QUIET, self._look, self._gate, self._last + LONGEST)
        # Shielded, because cancelling one caller must not cancel the others.
        await asyncio.shield(self._gate)

    def _look(self, gate: "asyncio.Future[None]", deadline: float) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now < deadline and now - self._last < QUIET:
            loop.call_later(QUIET - (now - self._last), self._look, gate, deadline)
            return
        self._gate = None
        gate.set_result(None)

"""What a call waits for before it is sent: writes of its API, a connection, the account's quota."""

import contextlib
import dataclasses
from collections.abc import AsyncIterator

import aiolimiter
import anyio

from idem_apigwv2_integration.aws import errors

# Calls a second. AWS refills the quota by 10 a second, for everything that an account does in a Region
# (API Gateway quotas).
RATE = 9.9
# The most calls that may be sent at once after a pause. AWS's quota saves up to 40.
SAVED = 20

# How many writes of one API are in flight at once. AWS allows 10 calls a second and a call takes about
# 0.2 seconds: more writes would only run into the quota together.
LARGEST = 4
FIRST = 2
# The most writes that have to succeed before the window opens again.
MOST_PATIENCE = 32


class Pace:
    """Sends calls as fast as they come until AWS throttles one, and from then on at the quota's rate.

    A pace from the first call on would save about two refused calls of a run, and no time, but it would
    slow down whoever uses a mock server, which has no quota.
    """

    def __init__(self) -> None:
        self._limiter: aiolimiter.AsyncLimiter | None = None

    async def wait(self) -> None:
        """Return when the next call may be sent."""
        if self._limiter:
            await self._limiter.acquire()

    async def throttled(self) -> None:
        """Slow down, because AWS throttled a call: nothing is saved."""
        # While calls are waiting, there is nothing to correct.
        if self._limiter is None or self._limiter.has_capacity():
            emptied = aiolimiter.AsyncLimiter(SAVED, SAVED / RATE)
            await emptied.acquire(SAVED)
            self._limiter = emptied


@dataclasses.dataclass(eq=False)
class Window:
    """A window of writes in flight that adapts to what AWS accepts.

    AWS sometimes refuses changes of one API that overlap, and mostly accepts them
    (terraform-provider-aws issue 18018). The window opens while writes succeed and closes on a
    conflict. If a conflict comes soon after the window was opened, more writes have to succeed before
    it opens again.
    """

    _limiter: anyio.CapacityLimiter = dataclasses.field(
        default_factory=lambda: anyio.CapacityLimiter(FIRST)
    )
    _patience: int = FIRST
    # The writes that succeeded since the size last changed, and how often it changed.
    _successes: int = 0
    _changes: int = 0

    @property
    def size(self) -> int:
        """The most writes in flight at the moment."""
        return int(self._limiter.total_tokens)

    @contextlib.asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait until a write may be sent, and learn from how it ends."""
        async with self._limiter:
            changes = self._changes
            try:
                yield
            except errors.Conflicting:
                # The writes that were in flight together fail together: that is one conflict. A conflict
                # with another process is no reason to doubt the window.
                if changes == self._changes and self.size > 1:
                    soon = self._successes < self.size
                    self._patience = min(self._patience * 2, MOST_PATIENCE) if soon else FIRST
                    self._resize(self.size // 2)
                raise
            self._successes += 1
            if self._successes >= self._patience and self.size < LARGEST:
                self._resize(self.size * 2)

    def _resize(self, size: int) -> None:
        self._limiter.total_tokens = size
        self._successes = 0
        self._changes += 1

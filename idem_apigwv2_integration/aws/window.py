"""How many writes of one API are in flight at once."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import anyio

from idem_apigwv2_integration.aws import errors

# AWS allows 10 calls a second and a call takes about 0.2 seconds: more writes at once would only run
# into the quota together.
LARGEST = 4
SMALLEST = 1
FIRST = 2
# The most writes that have to succeed before the window opens again.
MOST_PATIENCE = 32


class Window:
    """A window of writes in flight that adapts to what AWS accepts.

    AWS sometimes refuses changes of one API that overlap, and mostly accepts them
    (terraform-provider-aws issue 18018). The window opens while writes succeed and closes on a
    conflict. If a conflict comes soon after the window was opened, more writes have to succeed before
    it opens again.
    """

    def __init__(self) -> None:
        self._limiter = anyio.CapacityLimiter(FIRST)
        # One write more is prepared, so that preparing it keeps none of the others waiting.
        self._prepared = anyio.CapacityLimiter(FIRST + 1)
        self._patience = FIRST
        # The writes that succeeded since the size last changed, and how often it changed.
        self._successes = 0
        self._changes = 0

    @property
    def size(self) -> int:
        """The most writes in flight at the moment."""
        return int(self._limiter.total_tokens)

    @contextlib.asynccontextmanager
    async def slot(self, prepare: Callable[[], Awaitable[None]] | None = None) -> AsyncIterator[None]:
        """Wait until a write may be sent, and learn from how it ends.

        Args:
            prepare: Called shortly before.
        """
        async with self._prepared:
            if prepare:
                await prepare()
            async with self._limiter:
                changes = self._changes
                try:
                    yield
                except errors.Failure as failure:
                    # The writes that were in flight together fail together: that is one conflict.
                    if failure.kind is errors.Kind.BUSY and changes == self._changes:
                        self._close()
                    raise
                self._succeeded()

    def _succeeded(self) -> None:
        self._successes += 1
        if self._successes >= self._patience and self.size < LARGEST:
            self._resize(min(self.size * 2, LARGEST))

    def _close(self) -> None:
        # A conflict with another process is no reason to doubt the window.
        if self.size == SMALLEST:
            return
        soon = self._successes < self.size
        self._patience = min(self._patience * 2, MOST_PATIENCE) if soon else FIRST
        self._resize(max(self.size // 2, SMALLEST))

    def _resize(self, size: int) -> None:
        self._limiter.total_tokens = size
        self._prepared.total_tokens = size + 1
        self._successes = 0
        self._changes += 1

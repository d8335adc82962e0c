"""An event loop on which waiting takes no time: tests of waiting do not depend on the machine."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any

# In seconds: what one turn of the loop takes. On a clock that stands still, what waits for the next
# moment would wait forever.
TURN = 1e-6


class _Selector(selectors.SelectSelector):
    """Moves a clock forward instead of waiting."""

    now = 0.0

    def select(self, timeout=None):
        ready = super().select(0)
        assert ready or timeout is not None, "nothing will ever happen"
        self.now += TURN if ready else max(timeout, TURN)
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self):
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self):
        return self._clock.now


def run(main: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine, as `asyncio.run` does, on a clock of its own that starts at 0."""
    loop = _Loop()
    try:
        return loop.run_until_complete(main)
    finally:
        loop.close()

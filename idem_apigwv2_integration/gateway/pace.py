"""The pace of all calls of one AWS account in one Region, once the quota is used up."""

import asyncio

import aiolimiter

# Calls a second. AWS refills the quota by 10 a second, for everything that an account does in a Region
# (API Gateway quotas).
RATE = 9.9
# The most calls that may be sent at once after a pause. AWS's quota saves up to 40.
SAVED = 20

# In seconds: how long no call must have been throttled before the pace is lifted. It doubles each time
# that AWS throttles again soon afterwards.
FIRST_PATIENCE = 15.0
LONGEST_PATIENCE = 120.0


class Pace:
    """Sends calls as fast as they come until AWS throttles one, then at the rate of the quota."""

    def __init__(self) -> None:
        self._limiter: aiolimiter.AsyncLimiter | None = None
        self._emptied = False
        self._patience = FIRST_PATIENCE
        self._lifted_at = float("-inf")

    async def wait(self) -> None:
        """Return when the next call may be sent."""
        if self._limiter and asyncio.get_running_loop().time() > self._lifted_at:
            self._limiter = None
        if self._limiter and not self._emptied:
            # AWS has just shown that nothing is saved.
            self._emptied = True
            await self._limiter.acquire(SAVED)
        if self._limiter:
            await self._limiter.acquire()

    def throttled(self) -> None:
        """Slow down, because AWS throttled a call."""
        now = asyncio.get_running_loop().time()
        if self._limiter is None:
            soon = now < self._lifted_at + self._patience
            self._patience = min(self._patience * 2, LONGEST_PATIENCE) if soon else FIRST_PATIENCE
        if self._limiter is None or self._limiter.has_capacity():
            self._limiter, self._emptied = aiolimiter.AsyncLimiter(SAVED, SAVED / RATE), False
        self._lifted_at = now + self._patience

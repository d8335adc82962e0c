"""The pace of all calls of one AWS account in one Region, once the quota is used up."""

import aiolimiter

# Calls a second. AWS refills the quota by 10 a second, for everything that an account does in a Region
# (API Gateway quotas).
RATE = 9.9
# The most calls that may be sent at once after a pause. AWS's quota saves up to 40.
SAVED = 20


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

"""What the budgets of many simultaneous calls count, with AWS's real times on a clock of the test."""

import asyncio
import random

import pytest

import clock
from idem_apigwv2_integration.aws import errors, limits, retry

LATENCY = 0.2
CONNECTIONS = 10


class Aws:
    """Accepts some calls a second, and no burst."""

    def __init__(self, rate):
        self.rate, self.pace = rate, limits.Pace()
        self._free = 0.0
        self._connections = asyncio.Semaphore(CONNECTIONS)

    async def call(self, attempt):
        async with self._connections:
            await self.pace.wait()
            await asyncio.sleep(LATENCY)
        now = asyncio.get_running_loop().time()
        if not self.rate or now < self._free:
            await self.pace.throttled()
            raise errors.Throttled("GetIntegrations failed: Too Many Requests")
        self._free = now + 1 / self.rate

    async def read(self, api_id, waiter):
        """Read an API with retries, and return the failure if there is one."""
        try:
            await retry.Attempts(
                waiter, retry.Target(self.pace, "GetIntegrations", api_id), self.call
            ).run()
        except errors.CallFailed as failure:
            return failure


def read_all(rate, apis):
    """Read APIs at once, as one function does; return the failures and the time that it took."""

    async def main():
        aws, waiter = Aws(rate), retry.Waiter("it")
        results = await asyncio.gather(*(aws.read(str(number), waiter) for number in range(apis)))
        return [failure for failure in results if failure], asyncio.get_running_loop().time()

    random.seed(0)
    return clock.run(main())


@pytest.mark.parametrize(("rate", "apis"), [(4, 60), (4, 300), (0.5, 60)])
def test_while_aws_accepts_some_calls_none_is_given_up(rate, apis):
    """Something else uses most of the quota, so that a call may wait for far longer than the budget."""
    failures, _ = read_all(rate, apis)
    assert failures == []


def test_if_aws_accepts_none_all_end_when_the_budget_is_used_up():
    failures, seconds = read_all(0, 60)
    assert len(failures) == 60 and all(failure.final for failure in failures)
    budget = errors.Throttled.budget
    assert budget <= seconds <= budget + 4 * retry.LONGEST_WAIT


def attempts_until_given_up(queued):
    """Return how often a call is sent whose response is always lost.

    Args:
        queued: The seconds that each attempt waits for its turn.
    """
    attempts = []

    async def act(attempt):
        attempts.append(1)
        attempt.waited += queued
        await asyncio.sleep(queued + LATENCY)
        raise errors.ResponseLost("GetIntegrations got no response from AWS")

    async def main():
        # Other calls of the operation succeed.
        outages = retry.Outages()
        outages.over_budget = lambda target: None
        target = retry.Target("account", "GetIntegrations", "api")
        await retry.Attempts(retry.Waiter("it", outages), target, act).run()

    random.seed(0)
    with pytest.raises(errors.CallFailed):
        clock.run(main())
    return len(attempts)


def test_waiting_for_a_turn_uses_up_no_budget():
    assert attempts_until_given_up(queued=0) == attempts_until_given_up(queued=30) > 10


def test_each_of_many_simultaneous_calls_has_a_budget_of_its_own():
    """Each waits for less than its budget; their sum is far above it."""

    async def main():
        waiter = retry.Waiter("it")
        began = asyncio.get_running_loop().time()

        async def act(attempt):
            await asyncio.sleep(LATENCY)
            if asyncio.get_running_loop().time() - began < 50:
                raise errors.ResponseLost("no response")
            return True

        targets = (retry.Target("account", "GetIntegrations", str(number)) for number in range(60))
        calls = (retry.Attempts(waiter, target, act).run() for target in targets)
        return await asyncio.gather(*calls)

    assert all(clock.run(main()))


def test_each_kind_of_failure_has_its_own_budget():
    """A minute of conflicts and half a minute of server errors are within the budgets."""

    async def main():
        async def act(attempt):
            await asyncio.sleep(LATENCY)
            now = asyncio.get_running_loop().time()
            if now < 90:
                raise (errors.Conflicting if now < 60 else errors.ResponseLost)("it failed")
            return True

        target = retry.Target("account", "UpdateIntegration", "api")
        return await retry.Attempts(retry.Waiter(), target, act).run()

    random.seed(0)
    assert clock.run(main())

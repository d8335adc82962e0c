"""How calls that arrive within a few milliseconds are combined."""

import asyncio

import pytest

import clock
from idem_apigwv2_integration.aws import quiet


def released(*arrivals):
    """Return when each caller may continue, by the times at which they arrive."""

    async def main():
        one = quiet.Quiet()

        async def caller(arrival):
            await asyncio.sleep(arrival)
            await one.wait()
            return asyncio.get_running_loop().time()

        return await asyncio.gather(*(caller(arrival) for arrival in arrivals))

    return clock.run(main())


def test_callers_that_arrive_together_continue_together():
    assert released(0, 0.01, 0.025) == pytest.approx([0.025 + quiet.QUIET] * 3, abs=0.001)


def test_a_caller_that_arrives_later_waits_by_itself():
    assert released(0, 1) == pytest.approx([quiet.QUIET, 1 + quiet.QUIET], abs=0.001)


def test_callers_that_keep_arriving_are_not_waited_for_without_end():
    times = released(*(number * quiet.QUIET / 2 for number in range(200)))
    assert times[0] == pytest.approx(quiet.LONGEST, abs=quiet.QUIET)

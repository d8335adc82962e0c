"""The pace of calls after AWS throttled one, on a clock of its own."""

import asyncio

import pytest

from idem_apigwv2_integration.gateway import pace


class Clock:
    """The time of an event loop that does not pass by itself."""

    def __init__(self, loop, monkeypatch):
        self.now = 1000.0
        monkeypatch.setattr(loop, "time", lambda: self.now)


@pytest.fixture
def timed(monkeypatch):
    """Return a function that runs a coroutine function with a clock."""
    loop = asyncio.new_event_loop()

    def run(function):
        return loop.run_until_complete(function(Clock(loop, monkeypatch)))

    yield run
    loop.close()


def test_there_is_no_pace_before_a_call_was_throttled(timed):
    async def calls(clock):
        one = pace.Pace()
        for _ in range(100):
            await one.wait()

    timed(calls)


def test_the_pace_is_lifted_when_throttling_ends(timed):
    async def calls(clock):
        one = pace.Pace()
        one.throttled()
        assert one._limiter
        clock.now += pace.FIRST_PATIENCE - 1
        await one.wait()
        assert one._limiter, "AWS may still throttle"
        clock.now += 2
        for _ in range(100):
            await one.wait()
        assert one._limiter is None

    timed(calls)


def test_the_patience_grows_while_throttling_comes_back_and_starts_over_later(timed):
    async def calls(clock):
        one = pace.Pace()
        for expected in (10, 20, 40, 80, 80):
            one.throttled()
            assert one._patience == expected
            clock.now += expected + 1
            await one.wait()
        clock.now += 1000
        one.throttled()
        assert one._patience == pace.FIRST_PATIENCE

    timed(calls)

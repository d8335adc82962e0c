"""The pace of calls after AWS throttled one."""

import asyncio

import pytest

import clock
from idem_apigwv2_integration.aws import limits


@pytest.fixture
def one():
    return limits.Pace()


async def seconds(one, calls):
    """Return how long the pace makes calls wait."""
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(one.wait() for _ in range(calls)))
    return asyncio.get_running_loop().time() - began


def test_there_is_no_pace_before_a_call_was_throttled(one):
    assert clock.run(seconds(one, 1000)) < 0.1


def test_after_a_throttled_call_nothing_is_saved(one):
    async def calls():
        await one.throttled()
        return await seconds(one, 100)

    assert clock.run(calls()) == pytest.approx(100 / limits.RATE, rel=0.01)


def test_a_pause_saves_calls(one):
    async def calls():
        await one.throttled()
        await asyncio.sleep(60)
        return await seconds(one, limits.SAVED + 50)

    assert clock.run(calls()) == pytest.approx(50 / limits.RATE, rel=0.01)


def test_a_throttled_call_after_a_pause_shows_that_nothing_is_saved(one):
    """Something else in the account has used it."""

    async def calls():
        await one.throttled()
        await asyncio.sleep(60)
        await one.throttled()
        return await seconds(one, 50)

    assert clock.run(calls()) == pytest.approx(50 / limits.RATE, rel=0.01)


def test_throttled_calls_do_not_make_those_that_wait_any_faster(one):
    async def calls():
        await one.throttled()
        waiting = asyncio.ensure_future(seconds(one, 50))
        for _ in range(10):
            await asyncio.sleep(0.2)
            await one.throttled()
        return await seconds(one, 50), await waiting

    later, waiting = clock.run(calls())
    assert max(later + 2, waiting) == pytest.approx(100 / limits.RATE, rel=0.02)

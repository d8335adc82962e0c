"""The pace of calls after AWS throttled one. Times are shortened; none is compared with a bound."""

import asyncio

import pytest

from idem_apigwv2_integration.gateway import pace

PATIENCE = 0.02


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(pace, "RATE", 2000.0)
    monkeypatch.setattr(pace, "FIRST_PATIENCE", PATIENCE)
    monkeypatch.setattr(pace, "LONGEST_PATIENCE", 8 * PATIENCE)


def run(function):
    async def calls():
        await function(pace.Pace())

    asyncio.run(calls())


def test_there_is_no_pace_before_a_call_was_throttled():
    async def calls(one):
        for _ in range(1000):
            await one.wait()
        assert one._limiter is None

    run(calls)


def test_after_a_throttled_call_nothing_is_saved():
    async def calls(one):
        one.throttled()
        await one.wait()
        assert not one._limiter.has_capacity(2), "a burst would be throttled again"

    run(calls)


def test_a_pause_saves_calls(monkeypatch):
    monkeypatch.setattr(pace, "FIRST_PATIENCE", 10.0)

    async def calls(one):
        one.throttled()
        await one.wait()
        await asyncio.sleep(pace.SAVED / pace.RATE * 2)
        assert one._limiter.has_capacity(pace.SAVED)
        one.throttled()
        await one.wait()
        assert not one._limiter.has_capacity(2), "somebody else has used them"

    run(calls)


def test_the_pace_is_lifted_when_throttling_ends():
    async def calls(one):
        one.throttled()
        assert one._limiter
        await asyncio.sleep(2 * PATIENCE)
        await one.wait()
        assert one._limiter is None

    run(calls)


def test_the_patience_grows_while_throttling_comes_back_and_starts_over_later():
    async def calls(one):
        for factor in (1, 2, 4, 8, 8):
            one.throttled()
            assert one._patience == factor * PATIENCE
            one._lifted_at = asyncio.get_running_loop().time() - PATIENCE / 2
            await one.wait()
        one._lifted_at -= 100 * PATIENCE
        one.throttled()
        assert one._patience == PATIENCE

    run(calls)

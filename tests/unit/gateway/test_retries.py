"""What counts as an outage of an operation, and what ends one."""

import asyncio

import pytest

from idem_apigwv2_integration.gateway import errors, retries

TARGET = ("pace", "CreateIntegration", "api")
LOST = errors.Failure(errors.Kind.LOST, "no response")


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets."""
    times = [0.0]
    monkeypatch.setattr(retries, "_now", lambda: times[0])
    return times


def failed(outages, clock, *times):
    for time in times:
        clock[0] = time
        outages.failed(TARGET, LOST, began=time)


def test_two_failures_far_apart_are_no_outage(clock):
    outages = retries.Outages()
    failed(outages, clock, 0, 100)
    assert outages.over_budget(TARGET) is None


def test_failures_without_a_pause_are_an_outage(clock):
    outages = retries.Outages()
    failed(outages, clock, *range(0, 80, 10))
    assert "has failed for 70 seconds" in outages.over_budget(TARGET).reason


def test_a_slow_call_is_no_pause(clock):
    """A call that AWS does not respond to for longer than the pause that ends an outage."""
    outages = retries.Outages()
    failed(outages, clock, 0)
    clock[0] = 70.0
    outages.failed(TARGET, LOST, began=5.0)
    assert outages.over_budget(TARGET)


@pytest.mark.parametrize("kind", [errors.Kind.REFUSED, errors.Kind.IN_USE, errors.Kind.NOT_FOUND])
def test_a_refusal_by_aws_ends_an_outage(monkeypatch, kind):
    async def refuse():
        raise errors.Failure(kind, "no")

    async def ended():
        outages = retries.Outages()
        retries.begin("it", outages)
        outages.failed(TARGET, LOST, began=retries._now())
        with pytest.raises(errors.Failure):
            await retries.Retries(TARGET).run(refuse)
        # Now any failure on record would be an outage.
        monkeypatch.setitem(retries.BUDGET, errors.Kind.LOST, 0.0)
        return outages.over_budget(TARGET)

    assert asyncio.run(ended()) is None

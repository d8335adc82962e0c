"""What counts as an outage of an operation, and what ends one."""

import asyncio

import pytest

import shortened
from idem_apigwv2_integration.aws import errors, retry

TARGET = retry.Target("pace", "CreateIntegration", "api")
LOST = errors.ResponseLost("no response")


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets."""
    times = [0.0]
    monkeypatch.setattr(retry, "_now", lambda: times[0])
    return times


def failed(outages, clock, *times):
    for time in times:
        clock[0] = time
        outages.failed(TARGET, LOST, began=time)


def test_two_failures_far_apart_are_no_outage(clock):
    outages = retry.Outages()
    failed(outages, clock, 0, 100)
    assert outages.over_budget(TARGET) is None


def test_failures_without_a_pause_are_an_outage(clock):
    outages = retry.Outages()
    failed(outages, clock, *range(0, 80, 10))
    assert "has failed for 70 seconds" in outages.over_budget(TARGET).what


def test_a_slow_call_is_no_pause(clock):
    """A call that AWS does not respond to for longer than the pause that ends an outage."""
    outages = retry.Outages()
    failed(outages, clock, 0)
    clock[0] = 70.0
    outages.failed(TARGET, LOST, began=5.0)
    assert outages.over_budget(TARGET)


@pytest.mark.parametrize("kind", [errors.Refused, errors.Blocked, errors.NotFound])
def test_a_refusal_by_aws_ends_an_outage(monkeypatch, kind):
    async def refuse(attempt):
        raise kind("no")

    async def ended():
        outages = retry.Outages()
        outages.failed(TARGET, LOST, began=retry._now())
        with pytest.raises(kind):
            await retry.Attempts(retry.Waiter("it", outages), TARGET, refuse).run()
        # Now any failure on record would be an outage.
        monkeypatch.setattr(errors.ResponseLost, "budget", 0.0)
        return outages.over_budget(TARGET)

    assert asyncio.run(ended()) is None


def test_a_call_that_was_given_up_within_another_one_does_not_end_an_outage(monkeypatch):
    async def list_first(attempt):
        raise errors.Throttled("no").given_up(7, 65)

    async def lasting():
        outages = retry.Outages()
        outages.failed(TARGET, errors.Throttled("no"), began=retry._now())
        with pytest.raises(errors.Throttled):
            await retry.Attempts(retry.Waiter("it", outages), TARGET, list_first).run()
        # Now any failure on record is an outage.
        monkeypatch.setattr(errors.Throttled, "budget", 0.0)
        return outages.over_budget(TARGET)

    assert asyncio.run(lasting())


def test_a_failure_of_the_only_attempt_does_not_count_attempts():
    async def fail(attempt):
        raise LOST

    async def attempted(most):
        with pytest.raises(errors.ResponseLost) as failed:
            await retry.Attempts(retry.Waiter("it"), TARGET, fail, most).run()
        return failed.value.what

    assert asyncio.run(attempted(1)) == "no response"
    assert asyncio.run(attempted(2)).startswith("no response (2 attempts in ")


CREATE = retry.Target("account", "CreateIntegration", "api")
ELSEWHERE = retry.Target("account", "CreateIntegration", "other")
READ = retry.Target("account", "GetIntegrations", "api")


def fail(outages, clock, kind, seconds, target=CREATE):
    """Let calls fail for some seconds."""
    for _ in range(int(seconds // 5) + 1):
        outages.failed(target, kind("It failed."), clock[0])
        clock[0] += 5
    clock[0] -= 5


@pytest.mark.parametrize("kind", shortened.RETRYABLE)
def test_a_budget_of_failures_ends_the_calls_of_the_operation(clock, kind):
    outages = retry.Outages()
    fail(outages, clock, kind, kind.budget - 5)
    assert outages.over_budget(CREATE) is None
    fail(outages, clock, kind, 10)
    failure = outages.over_budget(CREATE)
    assert failure.final and "It failed" in str(failure) and kind.advice in str(failure)
    of_the_account = kind is errors.Throttled
    assert (outages.over_budget(READ) is None) is not of_the_account, "another operation may work"
    of_one_api = kind in (errors.Conflicting, errors.ListenerPending)
    assert (outages.over_budget(ELSEWHERE) is None) is of_one_api


def test_a_success_ends_an_outage(clock):
    outages = retry.Outages()
    fail(outages, clock, errors.Throttled, 100)
    outages.succeeded(ELSEWHERE)
    assert outages.over_budget(CREATE) is None


def test_an_outage_is_forgotten_when_no_call_was_sent_for_long(clock):
    outages = retry.Outages()
    fail(outages, clock, errors.ResponseLost, 100)
    clock[0] += retry.FORGOTTEN_AFTER - 1
    assert outages.over_budget(CREATE)
    clock[0] += 2
    assert outages.over_budget(CREATE) is None
    fail(outages, clock, errors.ResponseLost, 5)
    assert outages.over_budget(CREATE) is None, "it has a whole budget again"

"""When the calls of a run fail at once because all others have failed, on a clock of their own."""

import pytest

from idem_apigwv2_integration.gateway import errors, retries
from idem_apigwv2_integration.gateway.errors import Failure, Kind

CREATE = ("account", "CreateIntegration", "api")
ELSEWHERE = ("account", "CreateIntegration", "other")
READ = ("account", "GetIntegrations", "api")


@pytest.fixture
def clock(monkeypatch):
    """Return the time, in a list that a test may change."""
    now = [1000.0]
    monkeypatch.setattr(retries, "_now", lambda: now[0])
    return now


def fail(outages, clock, kind, seconds, target=CREATE):
    """Let calls fail for some seconds."""
    for _ in range(int(seconds // 5) + 1):
        outages.failed(target, Failure(kind, "It failed."), clock[0])
        clock[0] += 5
    clock[0] -= 5


@pytest.mark.parametrize("kind", retries.BUDGET)
def test_a_budget_of_failures_ends_the_calls_of_the_operation(clock, kind):
    outages = retries.Outages()
    fail(outages, clock, kind, retries.BUDGET[kind] - 5)
    assert outages.over_budget(CREATE) is None
    fail(outages, clock, kind, 10)
    failure = outages.over_budget(CREATE)
    assert failure.final and "It failed" in failure.reason and errors._ADVICE[kind] in failure.reason
    assert outages.over_budget(READ) is None, "another operation may work"
    of_one_api = kind in (Kind.BUSY, Kind.SETTLING)
    assert (outages.over_budget(ELSEWHERE) is None) is of_one_api


def test_a_success_ends_an_outage(clock):
    outages = retries.Outages()
    fail(outages, clock, Kind.THROTTLED, 100)
    outages.succeeded(ELSEWHERE)
    assert outages.over_budget(CREATE) is None


def test_an_outage_is_forgotten_when_no_call_was_sent_for_long(clock):
    outages = retries.Outages()
    fail(outages, clock, Kind.LOST, 100)
    clock[0] += retries.FORGOTTEN_AFTER - 1
    assert outages.over_budget(CREATE)
    clock[0] += 2
    assert outages.over_budget(CREATE) is None
    fail(outages, clock, Kind.LOST, 5)
    assert outages.over_budget(CREATE) is None, "it has a whole budget again"

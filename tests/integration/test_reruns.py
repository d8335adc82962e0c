"""What Idem's reconciler runs again, and what it does not."""

import pytest

import harness
from idem_apigwv2_integration.aws import read
from world import HTTP


@pytest.fixture
def crashes(monkeypatch):
    """Let reads of an API's protocol raise an exception that nothing expects; return them."""
    calls = []

    async def protocol(self, api_id, waiter):
        calls.append(api_id)
        raise KeyError("unexpected")

    monkeypatch.setattr(read.Reader, "protocol", protocol)
    return calls


def test_a_crash_is_final(http, crashes):
    answer = http.apply(**HTTP)
    assert not answer["result"] and "KeyError" in answer["comment"][0]
    assert len(crashes) == 1


def test_a_state_that_requires_a_failed_one_is_pending(http):
    """Idem does not call it, so that it has no result of its own."""
    sls = harness.state("it", {"api_id": http.api_id, **HTTP, "timeout_in_millis": 1})
    sls |= harness.state("after", {"api_id": http.api_id, **HTTP, "require": [{harness.RESOURCE: "it"}]})
    # In a dry run, because the reconciler would wait for seconds before each further run.
    after = http.run(sls, test=True)["after"]
    assert after["result"] is False
    assert http.idem.hub.states[harness.RESOURCE].is_pending(after)

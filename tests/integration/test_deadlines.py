"""A response that never ends: an attempt has a deadline, after which the response is lost."""

import asyncio

import pytest

import shortened
from idem_apigwv2_integration.aws import client, errors, profile, retry
from world import HTTP

NEVER_ENDING = ["drip_head", "drip_body", "endless_chunks", "endless_continue"]


@pytest.fixture
def inject(http, monkeypatch):
    """Return a function that injects responses that never end, and shorten their calls' deadline.

    Other calls may take as long as a busy machine needs.
    """
    injected, call = [], client.Client.execute

    async def timed(self, opened, operation, members):
        short = any(one.operation == operation and one.times != 0 for one in injected)
        self.deadline = 0.5 if short else 120.0
        return await call(self, opened, operation, members)

    monkeypatch.setattr(client.Client, "execute", timed)
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.02)
    shortened.looks(monkeypatch, 0.0, 0.05)
    return lambda **fault: injected.append(http.server.faults.inject(**fault))


@pytest.mark.parametrize("kind", NEVER_ENDING)
def test_a_create_whose_response_never_ends_is_found(http, inject, kind):
    inject(kind=kind, operation="CreateIntegration")
    result = http.apply(**HTTP)
    assert result["result"], result["comment"]
    assert result["new_state"]["resource_id"] in http.all and len(http.all) == 1
    assert http.server.count("CreateIntegration") == 1


@pytest.mark.parametrize("kind", NEVER_ENDING)
def test_a_read_whose_response_never_ends_is_retried(http, inject, kind):
    inject(kind=kind, operation="GetIntegrations")
    assert http.call("exec.list", api_id=http.api_id)["result"]
    assert http.server.count("GetIntegrations") == 2


def test_responses_that_never_end_fail_with_what_to_do(http, inject, monkeypatch):
    shortened.budgets(monkeypatch, 0.0, errors.ResponseLate)
    inject(kind="drip_body", operation="GetIntegrations", times=None)
    (comment,) = http.call("exec.list", api_id=http.api_id)["comment"]
    assert comment.startswith("GetIntegrations got no complete response from AWS within 0.5 seconds")
    assert "raise read_timeout" in comment


def test_an_abandoned_call_keeps_no_connection_from_later_calls(http, inject):
    """Also with one connection, and while the abandoned call still receives bytes."""
    http.profiles["default"]["config"] = {"max_pool_connections": 1}
    inject(kind="endless_continue", operation="GetIntegrations", times=3)
    assert http.call("exec.list", api_id=http.api_id)["result"]
    assert http.server.count("GetIntegrations") == 4


@pytest.mark.parametrize(
    ("config", "seconds"),
    [
        ({}, 120),
        ({"connect_timeout": 5, "read_timeout": 20}, 25),
        ({"read_timeout": None}, 120),
    ],
)
def test_the_deadline_follows_from_the_timeouts_of_the_profile(config, seconds):
    async def deadline():
        return profile.Profile({"config": config}).deadline

    assert asyncio.run(deadline()) == seconds

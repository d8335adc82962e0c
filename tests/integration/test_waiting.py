"""Every wait has an end: budgets of time for states and runs, and what a user sees while waiting."""

import contextlib
import itertools
import logging

import pytest

import shortened
from idem_apigwv2_integration.aws import account, errors, limits, read, retry
from world import HTTP, many

THROTTLED = {"kind": "error", "status": 429, "code": "TooManyRequestsException"}
THROTTLED["message"] = "Too Many Requests"
DOWN = {"kind": "error", "status": 500}
# Longer than the client waits; the request is never carried out.
SILENT = {"kind": "drop_request"}
CONFLICT = {"kind": "error", "status": 409, "code": "ConflictException"}
CONFLICT["message"] = (
    "Unable to complete operation due to concurrent modification. Please try again later."
)
SETTLING = {"kind": "error", "status": 400, "code": "BadRequestException"}
SETTLING["message"] = "Unable to retrieve listener port and load balancer DNS name from ELB listener"
BUDGET = 0.6


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Shorten budgets and waits; a client gives up after 0.2 seconds."""
    shortened.budgets(monkeypatch, BUDGET)
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.02)
    monkeypatch.setattr(limits, "RATE", 500.0)
    monkeypatch.setattr(retry, "LONGEST_WAIT", 0.1)
    shortened.looks(monkeypatch, 0.0, 0.05)


@pytest.mark.parametrize("operation", [None, "CreateIntegration"])
@pytest.mark.parametrize("fault", [THROTTLED, DOWN, SILENT], ids=["throttled", "down", "silent"])
def test_an_outage_ends_every_state_with_a_reason(http, fault, operation):
    """The states of later batches fail without a call of their own, and Idem reruns none."""
    http.profiles["default"]["config"] = {"read_timeout": 0.2}
    if fault is SILENT:
        http.server.faults.inject(kind="delay", seconds=0.4, operation=operation, times=None)
    http.server.faults.inject(operation=operation, times=None, **fault)
    results = http.run(many(http, 150))
    assert not any(result["result"] for result in results.values())
    for result in results.values():
        (comment,) = result["comment"]
        assert ("run this again" in comment and "attempts in" in comment) or "was given up" in comment
    later = [result["comment"][0] for result in list(results.values())[100:]]
    assert all("of this run has failed for" in comment for comment in later)
    creates = [call for call in http.server.calls if call.operation == "CreateIntegration"]
    assert all(int(call.body["Description"]) < 100 for call in creates) and not http.all


@pytest.fixture
def ample(monkeypatch):
    """Give calls budgets that no machine is too slow for."""
    shortened.budgets(monkeypatch, 60.0)


def test_aws_that_recovers_within_the_budget_fails_no_state(http, ample):
    http.server.faults.inject(operation="CreateIntegration", times=40, **THROTTLED)
    results = http.run(many(http, 100))
    assert all(result["result"] for result in results.values())
    assert len(http.all) == 100


@pytest.fixture
def crowded(http, monkeypatch):
    """Let AWS throttle every second call, because something else uses the quota."""
    shortened.budgets(monkeypatch, 3.0, errors.Throttled)
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.4)
    monkeypatch.setattr(retry, "LONGEST_WAIT", 0.4)
    http.server.faults.inject(times=None, probability=0.5, **THROTTLED)


def test_a_list_of_all_apis_is_complete_under_throttling(http, crowded):
    ids = {http.server.add_integration(http.server.add_api()) for _ in range(60)}
    listed = http.call("exec.list")
    assert listed["result"], listed["comment"]
    assert {one["resource_id"] for one in listed["ret"]} == ids


def test_a_batch_without_differences_succeeds_under_throttling(http, crowded):
    """One read of many integrations serves all states, and none of them pays for it."""
    http.server.behaviour.page_size = 2
    sls = many(http, 50)
    assert all(result["result"] for result in http.run(sls).values())
    results = http.run(sls)
    assert all(result["result"] and not result["changes"] for result in results.values())


@pytest.mark.parametrize("fault", [CONFLICT, SETTLING], ids=["conflict", "settling"])
def test_a_failure_of_one_api_leaves_the_others_alone(http, fault):
    http.server.faults.inject(operation="CreateIntegration", api_id=http.api_id, times=None, **fault)
    sls = many(http, 10)
    http.api_id = http.server.add_api("HTTP")
    sls |= {f"other-{key}": state for key, state in many(http, 10).items()}
    results = http.run(sls)
    assert {name for name, result in results.items() if result["result"]} == {
        name for name in sls if name.startswith("other-")
    }


def test_the_next_run_tries_again_at_once(http):
    fault = http.server.faults.inject(times=None, **THROTTLED)
    assert not http.apply(**HTTP)["result"]
    fault.times = 0
    assert http.apply(**HTTP)["result"]


def test_creates_that_are_found_after_a_lost_response_are_no_outage(http):
    """AWS does its work, and each response is lost for longer than the budget."""
    http.server.faults.inject(kind="drop_response", operation="CreateIntegration", times=None)
    results = http.run(many(http, 150))
    assert all(result["result"] for result in results.values()) and len(http.all) == 150


def test_an_exec_function_has_budgets_of_its_own(http):
    """What a state has waited earlier in the same task does not count."""
    resource = http.idem.hub.states.aws.apigatewayv2.integration
    functions = http.idem.hub.exec.aws.apigatewayv2.integration
    context = http.idem.context(http.profiles["default"])
    fault = http.server.faults.inject(times=None, **DOWN)

    async def both():
        failed = await resource.present(context, name="it", api_id=http.api_id, **HTTP)
        fault.times = 1
        return failed, await functions.list(context, api_id=http.api_id)

    failed, listed = http.idem.loop.run_until_complete(both())
    assert not failed["result"] and listed["result"], listed


@pytest.mark.parametrize("operation", ["GetApis", "GetIntegrations", "GetRoutes"])
@pytest.mark.parametrize("distinct", [1, 2, 1000])
def test_a_listing_that_does_not_end_fails(http, monkeypatch, operation, distinct):
    """A proxy repeats a page: with one token, with two in turn, or always with a new one."""
    http.apply(**HTTP)
    monkeypatch.setattr(read, "MOST_PAGES", 5)
    send, numbers = account.Account.send, itertools.count()

    async def endless(self, called, attempt, members, prepare=None):
        if called.name != operation:
            return await send(self, called, attempt, members, prepare)
        first = {name: value for name, value in members.items() if name != "NextToken"}
        return await send(self, called, attempt, first) | {"NextToken": str(next(numbers) % distinct)}

    monkeypatch.setattr(account.Account, "send", endless)
    if operation == "GetRoutes":
        comment = http.apply(test=True, function="absent")["comment"]
    else:
        result = http.call("exec.list", **{"api_id": http.api_id} if operation != "GetApis" else {})
        comment = result["comment"]
        assert result["result"] is False
    assert f"{operation} got a listing that does not end" in " ".join(comment)
    assert next(numbers) == min(distinct + 1, 5)


def test_a_listing_that_changes_whenever_it_is_read_fails(http, monkeypatch):
    """Each page is progress, but reading all of them again is none."""
    send, numbers = account.Account.send, itertools.count()

    async def changing(self, called, attempt, members, prepare=None):
        if called.name != "GetIntegrations":
            return await send(self, called, attempt, members, prepare)
        # In the end it is complete, so that the test ends.
        page = next(numbers)
        last = {} if "NextToken" in members or page > 5000 else {"NextToken": "more"}
        return {"Items": [{"IntegrationId": f"id{page}", "IntegrationType": "MOCK"}], **last}

    monkeypatch.setattr(account.Account, "send", changing)
    result = http.call("exec.list", api_id=http.api_id)
    assert result["result"] is False
    assert "GetIntegrations got pages that changed while they were read" in result["comment"][0]


def test_a_listing_that_fails_before_a_create_is_no_lost_create(http):
    http.server.faults.inject(operation="GetIntegrations", times=None, **DOWN)
    (comment,) = http.call("exec.create", api_id=http.api_id, **HTTP)["comment"]
    assert comment.startswith("GetIntegrations failed") and not http.server.count("CreateIntegration")


def test_a_full_quota_is_reported_at_once(http):
    http.server.behaviour.integration_limit = 3
    results = http.run(many(http, 5))
    failed = [result for result in results.values() if not result["result"]]
    assert len(failed) == 2 and http.server.count("CreateIntegration") == 5
    assert all("300" in result["comment"][0] for result in failed)


def test_each_retry_is_logged_and_long_waits_warn_once(http, caplog, monkeypatch, ample):
    monkeypatch.setattr(retry, "WARN_AFTER", 0.1)
    # A busy machine may need longer for a single call.
    monkeypatch.setattr(retry.Waiter, "watch", lambda self, why: contextlib.nullcontext())
    http.server.faults.inject(operation="CreateIntegration", times=8, **CONFLICT)
    with caplog.at_level(logging.INFO, logger=retry.__name__):
        assert http.apply(**HTTP)["result"]
    infos = [record.getMessage() for record in caplog.records if record.levelno == logging.INFO]
    assert len(infos) == 8
    for number, text in enumerate(infos, 1):
        assert "it: CreateIntegration failed: ConflictException" in text
        assert f"attempt {number}, retrying in 0." in text
    (warning,) = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert warning.startswith("it: waiting for AWS, still retrying: CreateIntegration failed")


@pytest.mark.parametrize("fault", ["delay", "drop_request"])
def test_waiting_for_a_silent_aws_warns_as_well(http, caplog, monkeypatch, fault):
    monkeypatch.setattr(retry, "WARN_AFTER", 0.7)
    shortened.looks(monkeypatch, 0.0, 1.5)
    http.server.faults.inject(kind=fault, operation="CreateIntegration", seconds=1.5, times=1)
    with caplog.at_level(logging.WARNING, logger=retry.__name__):
        assert http.apply(**HTTP)["result"]
    (warning,) = [record.getMessage() for record in caplog.records if record.name == retry.__name__]
    assert warning.startswith("it: waiting for AWS")
    assert ("CreateIntegration yet" if fault == "delay" else "lost CreateIntegration") in warning


@pytest.mark.parametrize("allowed", [0, 2])
def test_every_profile_keeps_its_own_settings(http, allowed):
    """Idem-aws loses the settings of all profiles but the first of a process."""
    http.profiles["other"] = {
        **http.profiles["default"],
        "aws_session_token": "other",
        "config": {"retries": {"max_attempts": allowed}},
    }
    http.server.faults.inject(operation="CreateIntegration", times=None, **CONFLICT)
    result = http.run(many(http, 1, acct_profile="other"))["state-0"]
    assert not result["result"] and http.server.count("CreateIntegration") == allowed + 1


def test_the_contract_that_keeps_settings_can_be_turned_off(http, monkeypatch):
    modify = http.idem.hub.tool.aws.acct.key_name.modify
    profile = http.profiles["default"] | {"config": {"read_timeout": 1}}
    for value, kept in (("off", False), ("", True)):
        monkeypatch.setenv("IDEM_APIGWV2_CONTRACTS", value)
        built = {}
        http.idem.loop.run_until_complete(modify("default", profile, built))
        assert ("config_as_written" in built) is kept

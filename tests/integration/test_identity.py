"""Which integration a state manages: nothing lost, nothing created twice, nothing of others touched."""

import asyncio
import threading
import time

import pytest

import harness
import mock_server
from idem_apigwv2_integration.aws import account, errors, retry
from idem_apigwv2_integration.run import adoption
from mock_server import server
from world import HTTP


def equal_states(world, count, **more):
    sls = {}
    for number in range(count):
        sls |= harness.state(f"state-{number}", {"api_id": world.api_id, **HTTP, **more})
    return sls


def ids(world):
    return {entry["resource_id"] for entry in world.esm.values()}


def test_a_create_is_one_call_and_nothing_is_read_afterwards(http):
    result = http.apply(**HTTP)
    operations = [call.operation for call in http.server.calls]
    assert operations == ["GetApi", "GetIntegrations", "CreateIntegration"]
    assert result["new_state"]["resource_id"] == http.live["IntegrationId"] == http.entry["resource_id"]


def test_reads_that_are_denied_make_nothing(http):
    http.server.faults.deny("GetIntegrations", "GetIntegration")
    results = http.run(equal_states(http, 10))
    assert not any(result["result"] for result in results.values())
    assert all("AccessDenied" in result["comment"][0] for result in results.values())
    assert not http.all and not http.esm and not http.writes()


def test_an_equal_integration_is_adopted(http):
    resource_id = http.server.add_integration(
        http.api_id,
        IntegrationType="HTTP_PROXY",
        IntegrationUri="https://example.com",
        IntegrationMethod="GET",
    )
    dry = http.apply(test=True, **HTTP)
    result = http.apply(**HTTP)
    assert dry["new_state"] == result["new_state"] and "Would adopt" in dry["comment"][-1]
    assert result["result"] and not result["changes"] and not http.writes()
    assert f"Adopted {resource_id}" in result["comment"][-1]
    assert http.entry["resource_id"] == resource_id


@pytest.mark.parametrize("given", [{"timeout_in_millis": 29_000}, {"integration_uri": "https://other"}])
def test_one_that_differs_in_a_given_parameter_is_not_adopted(http, given):
    http.apply(**HTTP)
    http.esm.clear()
    http.apply(**HTTP | given)
    assert len(http.all) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "{} equals what this state creates, but the ESM records it"),
        (
            {"timeout_in_millis": 5000},
            "{} differs from what this state creates in timeout_in_millis, and the ESM records it",
        ),
        ({"integration_uri": "https://other"}, "The ESM records {}"),
    ],
)
def test_a_renamed_state_is_pointed_out_whatever_else_was_changed(http, change, said):
    http.run(harness.state("old", {"api_id": http.api_id, **HTTP}))
    (old,) = http.all
    new = {"api_id": http.api_id, **HTTP, **change}
    sls = harness.state("new", new) | harness.state("another", {**new, "description": "x"})
    for test in (True, False):
        results = http.run(sls, test=test)
        sentence = (
            f"{said.format(old)} for 'old', which is not in this run. If that state was renamed, keep"
        )
        assert [sentence in one for one in results["new"]["comment"]].count(True) == 1
        assert ("The ESM records" in sentence) is (old not in str(results["another"]["comment"]))
    assert "not in this run" not in str(http.run(sls))


def test_many_states_of_other_files_are_not_pointed_out(http):
    http.run(equal_states(http, 4))
    other = {"api_id": http.api_id, **HTTP, "integration_uri": "https://other"}
    assert "not in this run" not in str(http.run(harness.state("new", other)))


def test_nothing_is_adopted_where_idem_is_told_not_to(http):
    http.apply(**HTTP)
    http.esm.clear()
    with http.idem.option("get_resource_only_with_resource_id", True):
        http.apply(**HTTP)
    assert len(http.all) == 2


def test_equal_states_make_as_many_integrations_and_find_them_again(http):
    http.run(equal_states(http, 3))
    created = set(http.all)
    assert len(created) == 3 == len(ids(http))
    assignments = []
    for _ in range(3):
        http.esm.clear()
        http.run(equal_states(http, 3))
        assignments.append({tag: entry["resource_id"] for tag, entry in http.esm.items()})
    assert set(http.all) == created == ids(http)
    assert assignments[0] == assignments[1] == assignments[2], "the order is stable"


def test_more_candidates_than_states_are_taken_in_a_stable_order(http):
    http.run(equal_states(http, 4))
    candidates = sorted(http.all)
    http.esm.clear()
    http.run(equal_states(http, 2))
    assert ids(http) == set(candidates[:2]) and len(http.all) == 4


def test_one_that_the_esm_stands_for_is_left_to_its_state(http):
    http.run(equal_states(http, 1))
    # Another SLS, the same ESM.
    http.run(harness.state("another", {"api_id": http.api_id, **HTTP}))
    assert len(http.all) == 2 == len(ids(http))


def test_one_that_another_state_names_is_left_to_it(http):
    http.run(equal_states(http, 1))
    (resource_id,) = http.all
    http.esm.clear()
    named = {"api_id": http.api_id, "resource_id": resource_id, **HTTP}
    http.run(equal_states(http, 1) | harness.state("zz-named", named))
    assert len(http.all) == 2 == len(ids(http))


def test_a_state_with_an_id_whose_integration_is_gone_makes_it_again(http):
    http.apply(**HTTP)
    (gone,) = http.all
    http.server.remove(http.api_id, gone)
    dry = http.apply(test=True, **HTTP)
    assert dry["result"] and f"{gone}, which the ESM records, no longer exists" in dry["comment"][-1]
    result = http.apply(**HTTP)
    assert result["result"] and "a new integration was created" in result["comment"][-1]
    assert http.entry["resource_id"] == http.live["IntegrationId"] != gone


def test_an_api_that_was_made_anew_gets_its_integration_again(http):
    http.apply(**HTTP)
    old, http.api_id = http.api_id, http.server.add_api("HTTP")
    for resource_id in http.server.integrations(old):
        http.server.remove(old, resource_id)
    result = http.apply(**HTTP)
    assert result["result"] and http.entry["api_id"] == http.api_id and len(http.all) == 1


@pytest.mark.parametrize("kind", ["drop_response", "truncate", "error_after"])
@pytest.mark.parametrize("adopts", [True, False])
def test_a_lost_answer_does_not_leave_a_second_one(http, kind, adopts):
    if not adopts:
        # An integration that somebody else created, equal to the wanted one and unmanaged.
        http.apply(**HTTP, description="x")
        (taken,) = http.all
        http.esm.clear()
        http.server.drift(http.api_id, taken, TimeoutInMillis=1234)
    before = set(http.all)
    http.server.faults.inject(kind=kind, operation="CreateIntegration", times=1, status=500)
    result = http.apply(**HTTP, timeout_in_millis=5000)
    (created,) = set(http.all) - before
    assert result["result"] and http.entry["resource_id"] == created
    assert f"{created}, which it created, was found and kept" in result["comment"][2]
    assert http.server.count("CreateIntegration") == 1


def test_the_last_of_many_lost_answers_is_looked_for_as_well(http):
    http.server.faults.inject(kind="drop_request", operation="CreateIntegration", times=5)
    http.server.faults.inject(kind="drop_response", operation="CreateIntegration", skip=5)
    result = http.apply(**HTTP)
    assert result["result"] and http.entry["resource_id"] == http.live["IntegrationId"]


SAME = {
    "IntegrationType": "HTTP_PROXY",
    "IntegrationUri": "https://example.com",
    "IntegrationMethod": "GET",
}


def let_appear(monkeypatch, world, count, first):
    """Let equal integrations appear while a create that is sent again is under way.

    That is how it looks when AWS does the first request late, after it was looked for, or when
    somebody else makes one at that moment.

    Args:
        monkeypatch: Restores the server.
        world: The world.
        count: How many appear.
        first: What happened to the first request: AWS is ``late``, or it was ``dropped``.
    """
    if first == "late":
        world.profiles["default"]["config"] = {"read_timeout": 2}
        world.server.faults.inject(kind="delay", seconds=60, operation="CreateIntegration", times=1)
    else:
        world.server.faults.inject(kind="drop_request", operation="CreateIntegration", times=1)
    meet, creates = mock_server.MockServer._meet, []

    def meet_or_add(self, request, call, delay, fault):
        if request.operation == "CreateIntegration":
            creates.append(call)
            for _ in range(count if len(creates) == 2 else 0):
                self.add_integration(world.api_id, **SAME)
        return meet(self, request, call, delay, fault)

    monkeypatch.setattr(mock_server.MockServer, "_meet", meet_or_add)


@pytest.mark.parametrize("first", ["late", "dropped"])
@pytest.mark.parametrize("count", [1, 3])
def test_equal_ones_that_appear_beside_a_create_are_named_and_never_deleted(
    http, monkeypatch, first, count
):
    monkeypatch.setattr(errors.ResponseLate, "looks", (0.0,))
    stranger = http.server.add_integration(http.api_id, **SAME | {"IntegrationUri": "https://other"})
    let_appear(monkeypatch, http, count, first)
    result = http.call("states.present", name="it", api_id=http.api_id, **HTTP)
    surplus = set(http.all) - {stranger, result["new_state"]["resource_id"]}
    assert result["result"] and len(surplus) == count and not http.server.count("DeleteIntegration")
    assert all(one in str(result["comment"]) for one in surplus)


def test_a_create_that_is_done_seconds_after_the_client_gave_up_is_waited_for(http, monkeypatch):
    monkeypatch.setattr(
        errors.ResponseLate,
        "looks",
        (
            0.0,
            0.5,
            1.0,
            2.0,
            4.0,
        ),
    )
    http.profiles["default"]["config"] = {"read_timeout": 0.5}
    http.server.faults.inject(kind="delay", seconds=1.5, operation="CreateIntegration", times=1)
    result = http.apply(**HTTP)
    assert result["result"] and http.entry["resource_id"] == http.live["IntegrationId"]
    assert http.server.count("CreateIntegration") == 1


def test_lost_responses_of_equal_creates_side_by_side(http):
    """Each of them keeps one of its own, however many responses are lost."""
    http.server.faults.latency = 0.05
    http.server.faults.inject(kind="drop_response", operation="CreateIntegration", times=3)
    results = http.run(equal_states(http, 6))
    assert all(result["result"] for result in results.values())
    assert len(http.all) == 6 and ids(http) == set(http.all)


def test_a_lost_create_does_not_keep_what_an_equal_one_with_another_request_creates(http, monkeypatch):
    """One state gives a value that AWS fills in for the other; its response is late."""
    created, lost = threading.Event(), []
    meet = mock_server.MockServer._meet

    def ordered(self, request, call, delay, fault):
        if request.operation != "CreateIntegration":
            return meet(self, request, call, delay, fault)
        if request.members.get("TimeoutInMillis") == 30000:
            reply = meet(self, request, call, delay, fault)
            created.set()
            time.sleep(1)
            return reply
        if not lost:
            lost.append(request)
            created.wait(10)
            return server.Reply(fate="drop")
        return meet(self, request, call, delay, fault)

    monkeypatch.setattr(mock_server.MockServer, "_meet", ordered)
    sls = harness.state("short", {"api_id": http.api_id, **HTTP})
    sls |= harness.state("long", {"api_id": http.api_id, **HTTP, "timeout_in_millis": 30000})
    results = http.run(sls)
    assert lost and all(result["result"] for result in results.values())
    assert len(http.all) == 2 and ids(http) == set(http.all)


def test_an_id_in_the_sls_that_is_gone_is_created_again_only_once(http):
    http.apply(**HTTP)
    (gone,) = http.all
    http.server.remove(http.api_id, gone)
    for _ in range(3):
        assert http.apply(**HTTP, resource_id=gone)["result"]
        assert len(http.all) == 1


def test_a_malformed_id_of_one_state_does_not_hurt_another(http):
    sls = harness.state("good", {"api_id": http.api_id, **HTTP})
    sls |= harness.state("bad", {"api_id": http.api_id, "resource_id": [1], **HTTP})
    sls |= harness.state("worse", {"api_id": [1], "resource_id": "x", **HTTP})
    results = http.run(sls)
    assert [results[name]["result"] for name in ("good", "bad", "worse")] == [True, False, False]


DENIED = {"kind": "error", "status": 403, "code": "AccessDeniedException", "times": None}


def test_a_look_that_is_denied_after_a_loss_does_not_send_again(http):
    http.server.faults.inject(kind="drop_response", operation="CreateIntegration", times=1)
    http.server.faults.inject(operation="GetIntegrations", skip=1, **DENIED)
    result = http.apply(**HTTP)
    assert result["result"] is False and "it is unknown whether" in result["comment"][0]
    assert len(http.all) == 1 and http.server.count("CreateIntegration") == 1
    # The next run finds what was created.
    http.server.faults.clear()
    assert http.apply(**HTTP)["result"] and len(http.all) == 1


def test_a_look_that_is_denied_after_the_create_does_not_lose_it(http):
    http.server.faults.inject(kind="drop_request", operation="CreateIntegration", times=1)
    http.server.faults.inject(operation="GetIntegrations", skip=6, **DENIED)
    result = http.apply(**HTTP)
    assert result["result"] and "equal integration may exist" in result["comment"][2]
    assert http.entry["resource_id"] in http.all


def test_a_lost_create_is_not_sent_again_where_listing_is_denied(http):
    http.server.faults.deny("GetIntegrations")
    http.server.faults.inject(kind="drop_response", operation="CreateIntegration", times=1)
    result = http.call("exec.create", api_id=http.api_id, **HTTP)
    assert result["result"] is False and http.server.count("CreateIntegration") == 1
    assert "it is unknown whether" in result["comment"][0]
    assert "listed later" not in result["comment"][0], "the sentence says already what is unknown"


def test_an_exec_create_after_an_old_listing_returns_its_own(http):
    """What existed is known from a listing right before the create."""
    assert http.call("exec.list", api_id=http.api_id)["ret"] == []
    stranger = http.server.add_integration(http.api_id, **SAME)
    http.server.faults.inject(kind="drop_response", operation="CreateIntegration", times=1)
    result = http.call("exec.create", api_id=http.api_id, **HTTP)
    assert result["result"] and result["ret"]["resource_id"] != stranger and len(http.all) == 2


@pytest.fixture
def slow_creates(monkeypatch):
    """Let integrations exist in AWS half a second before the response to their creation."""
    sent = account.Account.send

    async def slow(self, operation, attempt, members, prepare=None):
        response = await sent(self, operation, attempt, members, prepare)
        await asyncio.sleep(0.5 if operation.name == "CreateIntegration" else 0)
        return response

    monkeypatch.setattr(account.Account, "send", slow)
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.001)


@pytest.mark.usefixtures("slow_creates")
def test_a_lost_request_beside_an_equal_create_through_another_profile(http):
    """What a create whose request was lost finds then is what the other one created."""
    http.profiles["second"] = http.profiles["default"] | {"aws_session_token": "of the same account"}
    http.server.faults.inject(kind="drop_request", operation="CreateIntegration", times=1)
    sls = {}
    for profile in ("default", "second"):
        parameters = {"api_id": http.api_id, **HTTP, "acct_profile": profile}
        sls |= harness.state(profile, parameters)
    results = http.run(sls)
    assert all(result["result"] for result in results.values())
    assert len(http.all) == 2 and ids(http) == set(http.all)


@pytest.mark.usefixtures("slow_creates")
def test_what_a_state_is_creating_is_not_adopted_by_another(http, monkeypatch):
    adopt = adoption.adopt

    async def late(state, *arguments):
        await asyncio.sleep(0.3 if state.name == "second" else 0)
        return await adopt(state, *arguments)

    monkeypatch.setattr(adoption, "adopt", late)
    http.run(equal_states(http, 1) | harness.state("second", {"api_id": http.api_id, **HTTP}))
    assert len(http.all) == 2 and ids(http) == set(http.all)

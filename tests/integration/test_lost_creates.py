"""Creates whose responses are lost: as many integrations as states, and what is left over is named."""

import asyncio
import threading

import pytest

import harness
import mock_server
import shortened
import world
from idem_apigwv2_integration.aws import retry, write
from mock_server import server as serving
from payloads import HTTP_MEMBERS
from world import HTTP


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Shorten the waits."""
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.01)
    shortened.looks(monkeypatch, 0.0, 0.02)


@pytest.fixture
def serve(idem):
    """Return a function that returns a world whose mock server has a seed."""
    running = []

    def start(seed):
        running.append(mock_server.MockServer(seed=seed).__enter__())
        profiles = {"default": harness.profile(running[-1].url)}
        return world.World(idem, running[-1], profiles, "HTTP")

    yield start
    for one in running:
        one.close()


def pairs(http):
    """Return eight states, two of them equal each."""
    sls = {}
    for number in range(8):
        wanted = {"api_id": http.api_id, **HTTP, "description": f"pair {number // 2}"}
        sls |= harness.state(f"state-{number}", wanted)
    return sls


def recorded(http):
    return {entry["resource_id"] for entry in http.esm.values()}


def comments(results):
    return " ".join(str(result["comment"]) for result in results.values())


@pytest.mark.parametrize("seed", range(12))
def test_equal_pairs_with_half_of_the_responses_lost(serve, seed, monkeypatch):
    """Every create lists the API first, so that some see what an equal one has created before."""
    monkeypatch.setattr(write, "FRESH", -1.0)
    http = serve(seed)
    faults = http.server.faults
    for seconds in (0.01, 0.02, 0.04):
        faults.inject(kind="delay", seconds=seconds, probability=0.4, times=None)
    faults.inject(kind="drop_response", operation="CreateIntegration", probability=0.5, times=None)
    results = http.run(pairs(http))
    assert all(result["result"] for result in results.values()), results
    assert len(http.all) == 8 and recorded(http) == set(http.all)
    assert "may" not in comments(results), "nothing is left over"


@pytest.fixture
def second_sees_first(monkeypatch):
    """Lose the responses of two creates together, the second sent after a listing with the first's."""
    meet, prepare = mock_server.MockServer._meet, write.Create._prepare
    done, prepared = threading.Event(), []
    monkeypatch.setattr(write, "FRESH", -1.0)

    async def ordered(self):
        prepared.append(self)
        while len(prepared) == 2 and not created:
            await asyncio.sleep(0.01)
        return await prepare(self)

    created = []

    def lost(self, request, call, delay, fault):
        reply = meet(self, request, call, delay, fault)
        if request.operation != "CreateIntegration" or len(created) == 2:
            return reply
        created.append(call.resource_id)
        if len(created) == 2:
            done.set()
        done.wait(10)
        return serving.Reply(fate="drop")

    monkeypatch.setattr(write.Create, "_prepare", ordered)
    monkeypatch.setattr(mock_server.MockServer, "_meet", lost)
    return created


@pytest.mark.parametrize("seed", range(4))
def test_what_only_one_create_can_have_created_is_its_own(serve, second_sees_first, seed):
    http = serve(seed)
    sls = harness.state("one", {"api_id": http.api_id, **HTTP})
    sls |= harness.state("two", {"api_id": http.api_id, **HTTP})
    results = http.run(sls)
    assert all(result["result"] for result in results.values())
    assert set(http.all) == recorded(http) == set(second_sees_first)


LAG = {"kind": "lag", "operation": "GetIntegrations", "times": None}


def test_a_create_that_is_listed_late_is_named_once_it_is_listed(http):
    """The listing after the second request shows the first integration, which it did not before."""
    http.server.faults.inject(kind="drop_response", operation="CreateIntegration")
    http.server.faults.inject(changes=1, **LAG)
    result = http.apply(**HTTP)
    (first,) = set(http.all) - {http.entry["resource_id"]}
    assert result["result"] and first in str(result["comment"])
    assert http.server.count("CreateIntegration") == 2


def test_a_create_that_is_listed_late_is_looked_for_again(http):
    """No listing shows the first integration before the second request, nor the first one after it."""
    http.server.faults.inject(kind="drop_response", operation="CreateIntegration")
    http.server.faults.inject(changes=5, **LAG | {"times": 4})
    result = http.apply(**HTTP)
    (first,) = set(http.all) - {http.entry["resource_id"]}
    assert result["result"] and first in str(result["comment"])
    assert "equal integration may exist" not in str(result["comment"])


def test_a_create_that_is_not_listed_at_all_may_have_left_another(http):
    http.server.faults.inject(kind="drop_response", operation="CreateIntegration")
    http.server.faults.inject(changes=5, **LAG)
    result = http.apply(**HTTP)
    assert result["result"] and len(http.all) == 2
    assert "the request was sent again" in str(result["comment"])
    assert "equal integration may exist" in str(result["comment"])


@pytest.mark.parametrize("seed", range(3))
def test_one_late_integration_accounts_for_one_lost_response_only(serve, seed):
    """Two equal creates are sent again, and the listing shows one of the first two integrations."""
    http = serve(seed)
    http.server.faults.inject(kind="drop_response", operation="CreateIntegration", times=2)
    http.server.faults.inject(changes=3, **LAG)
    sls = harness.state("one", {"api_id": http.api_id, **HTTP})
    sls |= harness.state("two", {"api_id": http.api_id, **HTTP})
    said = comments(http.run(sls))
    assert len(http.all) == 4
    assert "equal integration may exist" in said
    assert len([one for one in set(http.all) - recorded(http) if one in said]) == 1


def test_a_lost_create_that_is_listed_after_a_refusal_is_kept(http):
    """The request is sent again and refused; meanwhile the first integration is listed."""
    http.server.faults.inject(kind="drop_response", operation="CreateIntegration")
    http.server.faults.inject(changes=1, **LAG | {"times": 3})
    http.server.faults.inject(
        kind="error", status=400, code="BadRequestException", operation="CreateIntegration"
    )
    result = http.apply(**HTTP)
    assert result["result"] and http.entry["resource_id"] == http.live["IntegrationId"]


@pytest.mark.parametrize(("fresh", "listings"), [(0.0, 2), (60.0, 1)])
def test_a_listing_that_is_not_fresh_is_read_again_before_a_create(http, monkeypatch, fresh, listings):
    """Another process may have created an integration since the one for the adoption."""
    monkeypatch.setattr(write, "FRESH", fresh)
    assert http.apply(**HTTP)["result"]
    assert http.server.count("GetIntegrations") == listings


def test_a_listing_that_is_older_than_the_call_is_read_again_before_a_create(http):
    """Another process has created an equal integration since then."""
    http.call("exec.list", api_id=http.api_id)
    other = http.server.add_integration(http.api_id, **HTTP_MEMBERS)
    http.server.faults.inject(kind="drop_request", operation="CreateIntegration")
    created = http.call("exec.create", api_id=http.api_id, **HTTP)
    assert created["result"] and created["ret"]["resource_id"] != other and len(http.all) == 2


def test_a_listing_is_as_old_as_its_request(http, monkeypatch):
    """Its response may be late, and lack what was created meanwhile."""
    monkeypatch.setattr(write, "FRESH", 0.9)
    http.server.faults.inject(kind="delay", operation="GetIntegrations", seconds=1.0)
    assert http.apply(**HTTP)["result"]
    assert http.server.count("GetIntegrations") == 2


def test_a_request_that_is_refused_is_followed_by_one_more_look(http):
    """It has created nothing, and the waits are over for what the lost one may have created."""
    http.server.faults.inject(kind="drop_request", operation="CreateIntegration")
    http.server.faults.inject(
        kind="error", status=400, code="BadRequestException", operation="CreateIntegration"
    )
    assert http.apply(**HTTP)["result"] is False
    # What existed before, one look after each of the two waits, one before the request is sent again,
    # and the one after the refusal.
    assert http.server.count("GetIntegrations") == 5


def test_a_failure_after_a_lost_request_says_that_it_may_have_created_one(http):
    http.server.faults.inject(kind="drop_response", operation="CreateIntegration")
    http.server.faults.inject(changes=5, **LAG)
    http.server.faults.inject(
        kind="error", status=400, code="BadRequestException", operation="CreateIntegration"
    )
    result = http.apply(**HTTP)
    assert result["result"] is False and len(http.all) == 1
    assert "may have created an integration that is listed later" in result["comment"][0]
    http.server.faults.clear()
    assert http.apply(**HTTP)["result"] and len(http.all) == 1


def test_two_lost_requests_of_which_one_is_listed(http):
    """It is kept, and the comment says that the other may have created one as well."""
    http.server.faults.inject(kind="drop_response", operation="CreateIntegration", times=2)
    http.server.faults.inject(changes=1, **LAG)
    result = http.apply(**HTTP)
    (kept,) = recorded(http)
    assert result["result"] and len(http.all) == 2 and kept in http.all
    assert "equal integration may exist" in str(result["comment"])


def test_what_the_esm_records_for_another_state_is_not_what_a_lost_create_created(http):
    """The listing before the create lacks it, and its state is not in this run."""
    http.run(harness.state("other", {"api_id": http.api_id, **HTTP}))
    # Another process has its own readings.
    http.idem.forget()
    http.server.faults.inject(changes=1, **LAG | {"times": 1})
    http.server.faults.inject(kind="drop_request", operation="CreateIntegration")
    http.run(harness.state("it", {"api_id": http.api_id, **HTTP}))
    assert len(recorded(http)) == 2 == len(http.all)


@pytest.mark.parametrize("kind", ["drop_response", "drop_request"])
def test_a_lost_create_of_which_nothing_is_known_before_is_not_sent_again(http, kind):
    """New permissions are refused and granted in turn: the listing before the create is refused."""
    http.server.faults.inject(kind=kind, operation="CreateIntegration")
    # The exec function lists for nothing else.
    http.server.faults.inject(
        kind="error", operation="GetIntegrations", code="AccessDeniedException", status=403
    )
    result = http.call("exec.create", api_id=http.api_id, **HTTP)
    (comment,) = result["comment"]
    assert result["result"] is False and http.server.count("CreateIntegration") == 1
    assert "the API's integrations could not be listed before" in comment
    if kind == "drop_response":
        (resource_id,) = http.all
        assert f"{resource_id} equals the requested integration, but may have existed" in comment
    else:
        assert comment.endswith("no integration equals the requested one so far.")

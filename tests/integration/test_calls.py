"""As few calls as AWS allows, counted by the mock server."""

import pytest

import shortened
from idem_apigwv2_integration.aws import limits
from mock_server.errors import CONCURRENT_MODIFICATION
from world import HTTP, many


@pytest.fixture(autouse=True)
def _gathered(monkeypatch):
    shortened.gathered(monkeypatch)


def others(world, operation):
    """Return how many calls of the last run were not of one operation."""
    return len(world.server.calls) - world.server.count(operation)


def most_at_once(calls):
    """Return how many calls were under way at the same moment."""
    return max(sum(other.started <= call.started < other.ended for other in calls) for call in calls)


def all_true(responses):
    return all(response["result"] for response in responses.values())


def test_a_no_op_of_200_states(http):
    http.run(many(http, 200))
    assert all_true(http.run(many(http, 200)))
    assert len(http.server.calls) <= 6


def test_creating_100(http):
    assert all_true(http.run(many(http, 100)))
    assert http.server.count("CreateIntegration") == 100
    assert others(http, "CreateIntegration") <= 4


def test_creating_100_where_overlapping_writes_conflict(http):
    http.server.faults.conflict_window = True
    assert all_true(http.run(many(http, 100)))
    assert len(http.all) == 100
    assert http.server.count("CreateIntegration") <= 112, "a handful of conflicts, and no more"
    assert others(http, "CreateIntegration") <= 4


def test_updating_and_deleting_100(http):
    http.run(many(http, 100))
    assert all_true(http.run(many(http, 100, timeout_in_millis=5000)))
    assert http.server.count("UpdateIntegration") == 100
    assert others(http, "UpdateIntegration") <= 4

    assert all_true(http.run(many(http, 100), invert=True))
    assert http.server.count("DeleteIntegration") == 100
    assert others(http, "DeleteIntegration") <= 4


def test_a_dry_run_of_100_costs_no_more_than_a_no_op(http):
    assert all_true(http.run(many(http, 100), test=True))
    assert http.server.counts() == {"GetApi": 1, "GetIntegrations": 2}


def test_describing_40_apis(server, describe):
    for _ in range(40):
        api_id = server.add_api("HTTP")
        for number in range(10):
            server.add_integration(api_id, IntegrationType="HTTP_PROXY", Description=str(number))
    assert len(describe()) == 400
    assert server.counts() == {"GetApis": 1, "GetIntegrations": 40}


@pytest.mark.parametrize("connections", [3, 10])
def test_apis_are_described_side_by_side_within_the_connection_pool(
    server, profiles, describe, connections
):
    profiles["default"]["config"] = {"max_pool_connections": connections}
    for _ in range(20):
        server.add_api("HTTP")
    server.faults.latency = 0.05
    describe()
    assert 1 < most_at_once(server.calls) <= connections


def test_writes_of_one_api_overlap_where_aws_accepts_it(http):
    http.server.faults.latency = 0.05
    assert all_true(http.run(many(http, 40)))
    creates = [call for call in http.server.calls if call.operation == "CreateIntegration"]
    assert most_at_once(creates) == limits.LARGEST and len(creates) == 40


def test_each_api_has_a_window_of_its_own(http):
    first = http.api_id
    sls = many(http, 25)
    http.api_id = http.server.add_api("HTTP")
    sls |= {f"other-{key}": value for key, value in many(http, 25).items()}
    http.server.faults.latency = 0.05
    http.server.faults.inject(
        kind="error",
        operation="CreateIntegration",
        api_id=first,
        times=4,
        status=409,
        code="ConflictException",
        message=CONCURRENT_MODIFICATION,
    )
    assert all_true(http.run(sls))
    creates = [call for call in http.server.calls if call.operation == "CreateIntegration"]
    assert most_at_once([call for call in creates if call.api_id == http.api_id]) == limits.LARGEST
    assert len(creates) == 54


@pytest.mark.parametrize("operation", ["UpdateIntegration", "DeleteIntegration"])
def test_conflicts_of_updates_and_deletions_cost_a_handful_of_calls(http, operation):
    http.run(many(http, 60))
    http.server.faults.conflict_window = True
    if operation == "UpdateIntegration":
        assert all_true(http.run(many(http, 60, timeout_in_millis=5000)))
    else:
        assert all_true(http.run(many(http, 60), invert=True))
    assert 60 <= http.server.count(operation) <= 72


def test_a_single_read_is_a_single_read(http):
    http.apply(**HTTP)
    http.apply(**HTTP)
    assert http.server.counts() == {"GetIntegration": 1}


@pytest.mark.parametrize("wanted", [2, 5, 30])
@pytest.mark.parametrize("page", [1, 7, None])
def test_reading_together_takes_no_more_calls_than_reading_one_by_one(http, wanted, page):
    http.run(many(http, 30))
    http.server.behaviour.page_size = page
    some = dict(list(many(http, 30).items())[:wanted])
    assert all_true(http.run(some))
    # One more at the most: a first page may hold none of those that are wanted.
    assert len(http.server.calls) <= wanted + 1


def test_states_of_two_apis_are_read_apart(http):
    first, http.api_id = http.api_id, http.server.add_api("HTTP")
    sls = {f"b-{key}": value for key, value in many(http, 10).items()}
    http.api_id = first
    sls |= many(http, 10)
    http.run(sls)
    http.run(sls)
    assert http.server.counts() == {"GetIntegrations": 2}


def test_an_answer_is_not_older_than_the_question(http):
    """Drift between two runs of one process is seen."""
    http.run(many(http, 2))
    for resource_id in http.all:
        http.server.drift(http.api_id, resource_id, TimeoutInMillis=777)
    responses = http.run(many(http, 2))
    assert all(response["old_state"]["timeout_in_millis"] == 777 for response in responses.values())


def test_idem_asks_sts_once_and_not_once_a_state(http):
    http.run(many(http, 120))
    http.run(many(http, 120))
    assert http.server.sts.asked == [("GetCallerIdentity", "testing")]


def test_what_the_esm_holds_already_is_not_written_again(http):
    """idem writes the whole ESM to disk for each entry."""

    class Counting(dict):
        written = 0

        def __setitem__(self, key, value):
            self.written += 1
            super().__setitem__(key, value)

    http.esm = Counting()
    http.run(many(http, 3))
    assert http.esm.written == 3
    http.run(many(http, 3))
    assert http.esm.written == 3
    # An entry that does not say all that is there.
    del next(iter(http.esm.values()))["timeout_in_millis"]
    responses = http.run(many(http, 3))
    assert not any(response["changes"] for response in responses.values())
    assert http.esm.written == 4
    assert all(entry["timeout_in_millis"] == 30000 for entry in http.esm.values())


def test_the_serial_runtime_reads_one_by_one(http):
    http.run(many(http, 3), runtime="serial")
    http.run(many(http, 3), runtime="serial")
    assert http.server.counts() == {"GetIntegration": 3}

"""The resource in a run of Idem, with an ESM, with idem-aws alone and with this plugin."""

import pytest

import harness
from world import HTTP

TEST = pytest.mark.parametrize("test", [True, False], ids=["test", "run"])
TAG = f"{harness.RESOURCE}_|-it_|-it_|-"
MAPPED = HTTP | {"description": "one", "request_parameters": {"append:header.a": "'1'"}}


def test_a_create_is_recorded(api):
    result = api.apply(**MAPPED)
    assert result["result"] and api.esm == {TAG: result["new_state"]}


def test_a_dry_run_records_nothing(api):
    result = api.apply(test=True, **MAPPED)
    assert result["result"] and not api.esm and not api.all


@TEST
def test_a_second_run_changes_nothing(api, test):
    api.apply(**MAPPED)
    result = api.apply(test, **MAPPED)
    assert result["result"] and not result["changes"] and not api.writes()


@TEST
def test_a_change_is_shown(api, test):
    api.apply(**MAPPED)
    result = api.apply(test, **MAPPED | {"description": "two"})
    assert result["changes"] == {"new": {"description": "two"}, "old": {"description": "one"}}
    assert api.live["Description"] == ("one" if test else "two")


def test_a_change_is_recorded(api):
    api.apply(**MAPPED)
    result = api.apply(**MAPPED | {"description": "two"})
    assert api.esm == {TAG: result["new_state"]} and result["new_state"]["description"] == "two"


def test_what_the_esm_has_is_kept(api):
    api.apply(**MAPPED)
    result = api.apply(integration_type="HTTP_PROXY")
    assert result["result"] and not result["changes"] and not api.writes()


def test_a_change_outside_of_idem_is_undone(api):
    api.apply(**MAPPED)
    api.server.drift(api.api_id, api.entry["resource_id"], Description="drifted")
    result = api.apply(**MAPPED)
    assert result["result"] and api.live["Description"] == "one"


@TEST
def test_absent_needs_no_more_than_its_name(api, test):
    api.apply(**MAPPED)
    result = api.run({"it": {f"{harness.RESOURCE}.absent": []}}, test=test)["it"]
    assert (
        result["result"] and result["new_state"] is None and result["old_state"]["description"] == "one"
    )
    assert bool(api.all) is bool(api.esm) is test


@TEST
def test_an_inverted_run_deletes(api, test):
    api.apply(**MAPPED)
    sls = harness.state("it", {"api_id": api.api_id, **MAPPED})
    result = api.run(sls, test=test, invert=True)["it"]
    assert result["result"] and bool(api.all) is bool(api.esm) is test


def test_a_failed_create_records_nothing(api):
    api.server.faults.deny("CreateIntegration")
    assert api.apply(**MAPPED)["result"] is False and not api.esm


def test_a_failed_update_keeps_what_is_recorded(api):
    api.apply(**MAPPED)
    before = dict(api.esm)
    api.server.faults.deny("UpdateIntegration")
    assert api.apply(**MAPPED | {"description": "two"})["result"] is False and api.esm == before


def test_other_states_refer_to_it(api):
    target = f"integrations/${{{harness.RESOURCE}:it:resource_id}}"
    route = {"api_id": api.api_id, "route_key": "GET /", "target": target}
    routes = {"aws.apigatewayv2.route.present": [{key: value} for key, value in route.items()]}
    results = api.run({**harness.state("it", {"api_id": api.api_id, **HTTP}), "all": routes})
    assert (
        results["all"]["new_state"]["target"]
        == f"integrations/{results['it']['new_state']['resource_id']}"
    )


def test_it_refers_to_other_states(api):
    bound = {"api_id": "${aws.apigatewayv2.api:shop:resource_id}", **HTTP}
    created = {"aws.apigatewayv2.api.present": [{"name": "shop"}, {"protocol_type": "HTTP"}]}
    results = api.run({"shop": created, **harness.state("it", bound)})
    assert results["it"]["new_state"]["api_id"] == results["shop"]["new_state"]["resource_id"]


def test_it_can_be_replaced(api):
    replace = {"recreate_on_update": {"create_before_destroy": True}}
    first = api.apply(**MAPPED, **replace)["new_state"]["resource_id"]
    api.apply(**MAPPED | {"description": "two"}, **replace)
    assert first not in api.all and api.live["Description"] == "two"


def test_a_state_runs_an_exec_function(api):
    ids = {"api_id": api.api_id, "resource_id": api.apply(**MAPPED)["new_state"]["resource_id"]}
    call = [{"path": f"{harness.RESOURCE}.get"}, {"kwargs": ids}]
    result = api.run({"read": {"exec.run": call}})["read"]
    assert result["result"] and result["new_state"]["description"] == "one"


@TEST
def test_the_other_one_continues_with_the_esm(handover, test):
    first, second = handover
    first.apply(**MAPPED)
    result = second.apply(test, **MAPPED)
    assert result["result"] and not result["changes"] and not second.writes()


@TEST
def test_the_other_one_takes_what_describe_prints(handover, test):
    first, second = handover
    first.apply(**MAPPED)
    first.esm.clear()
    with first.idem.as_command("describe"):
        sls = first.call("states.describe")
    (result,) = second.run(sls, test=test).values()
    assert result["result"] and not result["changes"] and not second.writes()

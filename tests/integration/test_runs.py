"""What a run of Idem does with its states: dependents, deletions in one run, other resources."""

import pytest

import declared
import harness
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.run import record
from payloads import HTTP, HTTP_MEMBERS, OTHER_HTTP


def bound_to(identity, member="resource_id"):
    return f"${{{declared.NAME}:{identity}:{member}}}"


@pytest.fixture(autouse=True)
def quick_reruns(monkeypatch, idem):
    """Let the reconciler run pending states again at once."""
    module = idem.hub.reconcile.basic.loop.func.__globals__
    monkeypatch.setitem(module, "get_max_wait_time", lambda *_: 0)


# States that depend on others


def route(world, **more):
    target = f"integrations/{bound_to('it')}"
    parameters = {"api_id": world.api_id, "route_key": "GET /", "target": target, **more}
    return {"route": {"aws.apigatewayv2.route.present": [{k: v} for k, v in parameters.items()]}}


@pytest.mark.parametrize("recorded", [True, False])
def test_a_dependent_of_a_failed_state_reports_that_failure(http, recorded):
    if recorded:
        http.apply(**HTTP)
    http.server.faults.deny("UpdateIntegration", "CreateIntegration")
    wanted = {"api_id": http.api_id, **HTTP, "description": "new"}
    results = http.run(harness.state("it", wanted) | route(http))
    assert results["it"]["result"] is False and results["route"]["result"] is False
    assert "not found in ESM" not in harness.comment(results["route"])
    assert harness.tag("it") in harness.comment(results["route"])
    assert http.writes() == 1, "what failed for good is not repeated"


def pending(result, low=(), running=None):
    run = record.Record(INTEGRATION, {"low": list(low), "running": running or {}})
    return run.is_pending(result)


def test_a_state_that_raised_is_final():
    assert not pending({"result": False, "comment": ["TypeError: x"], "rerun_data": None, "ret": None})
    assert pending({"result": False, "comment": "Result of require …", "rerun_data": None})
    assert not pending({"result": False, "comment": [], "rerun_data": {"of another": 1}})


@pytest.mark.parametrize("usable", [True, False])
def test_what_failed_with_a_usable_resource_is_not_repeated_for_its_dependents(usable):
    """They continue with what the ESM records."""
    dependent = {"state": "a.b", "__id__": "x", "name": "x", "fun": "present"}
    dependent["require"] = [{harness.RESOURCE: "it"}]
    running = {record.tag_of(dependent): {"result": False}}
    rerun_data = {"pending": False} | ({"usable": True} if usable else {})
    result = {"result": False, "rerun_data": rerun_data, "tag": f"{harness.tag('it')}present"}
    assert pending(result, [dependent], running) is not usable


def test_requisites_of_any_shape_are_read():
    odd = [None, 1, "x", ["x"], [{"a": None}], [{"a": 1}], [{"a": [None, {1: []}]}], [{"a": {}}]]
    odd += [[{1: "b"}], [{"a": "b"}]]
    found = [record.required({"require": value}) for value in odd]
    assert found == [set()] * 9 + [{("a", "b")}]


@pytest.mark.parametrize("shape", [["x"], {"a": "b"}, "x", 5, None], ids=str)
def test_malformed_requisites_of_another_state(shape):
    """The hook that Idem's reconciler calls reads the requisites of all states."""
    low = [{"state": "a.b", "__id__": "x", "fun": "present", "require": shape}]
    assert not pending(
        {"result": False, "rerun_data": {"pending": False}, "tag": harness.tag("it")}, low
    )


def test_a_crash_of_the_plugin_is_reported_once(http, monkeypatch):
    calls = []

    async def crash(*_):
        calls.append(1)
        raise TypeError("no such thing")

    monkeypatch.setattr("idem_apigwv2_integration.run.ownership.resolve", crash)
    results = http.run(harness.state("it", {"api_id": http.api_id, **HTTP}) | route(http))
    assert len(calls) == 1 and "TypeError: no such thing" in harness.comment(results["it"])


def test_what_was_created_is_recorded_if_the_plugin_crashes_afterwards(http, monkeypatch):
    def crash(*_):
        raise TypeError("no such thing")

    monkeypatch.setattr("idem_apigwv2_integration.run.present._describe_gone", crash)
    result = http.run(harness.state("it", {"api_id": http.api_id, **HTTP}))["it"]
    assert result["result"] is False
    assert [http.esm[harness.tag("it")]["resource_id"]] == list(http.all)


# Deletions and searches in one run


@pytest.mark.parametrize("required", [True, False])
def test_present_and_absent_of_one_integration(http, required):
    http.run(harness.state("it", {"api_id": http.api_id, **HTTP}))
    (resource_id,) = http.all
    named = {"api_id": http.api_id, "resource_id": resource_id}
    after = {"require": [{declared.NAME: "away"}]} if required else {}
    sls = harness.state("away", named, "absent")
    sls |= harness.state("it", {"api_id": http.api_id, **HTTP, **after})
    dry, real = http.both(sls)
    assert harness.comment(dry["it"]) == harness.comment(real["it"])
    assert "already managed by the state 'away' (absent)" in harness.comment(real["it"])
    assert not http.all


BY_SEARCH = {"integration_uri": HTTP["integration_uri"]}


def by_search(world, **more):
    sls = harness.state("found", {"api_id": world.api_id, **BY_SEARCH}, "search")
    slower = {"api_id": world.api_id, "resource_id": bound_to("found"), "timeout_in_millis": 15000}
    return sls | harness.state("it", slower | more)


def test_by_search_inverted_with_an_esm(http):
    http.run(harness.state("tmp", {"api_id": http.api_id, **HTTP}))
    http.esm.clear()
    http.run(by_search(http))
    (resource_id,) = http.all
    dry, real = http.both(by_search(http), invert=True)
    for results in (dry, real):
        assert all(one["result"] for one in results.values())
        assert f"{resource_id} matches, but was deleted" in harness.comment(results["found"])
    assert not http.all and not http.esm


def test_by_search_inverted_without_an_esm_fails(http):
    http.run(harness.state("tmp", {"api_id": http.api_id, **HTTP}))
    http.esm.clear()
    dry, real = http.both(by_search(http), invert=True)
    for results in (dry, real):
        assert results["it"]["result"] is False and bound_to("found") in harness.comment(results["it"])
        assert results["found"]["result"]
    assert len(http.all) == 1


def test_an_inverted_run_of_what_was_never_created_succeeds(http):
    """The API of the state is not resolved then, but there is nothing to delete in it."""
    sls = {"shop": {"aws.apigatewayv2.api.present": [{"protocol_type": "HTTP"}]}}
    sls |= harness.state("it", {"api_id": "${aws.apigatewayv2.api:shop:resource_id}", **HTTP})
    for results in http.both(sls, invert=True):
        assert results["it"]["result"] and "already absent" in harness.comment(results["it"])


def test_ids_that_idem_drops_from_an_inverted_state_are_used(http):
    """It drops the arguments of a state that has requisites."""
    http.run(harness.state("tmp", {"api_id": http.api_id, **HTTP}))
    (resource_id,) = http.all
    http.esm.clear()
    named = {"api_id": http.api_id, "resource_id": resource_id}
    sls = harness.state("first", {"api_id": http.api_id, **OTHER_HTTP})
    sls |= harness.state("it", named | HTTP | {"require": [{declared.NAME: "first"}]})
    http.both(sls, invert=True)
    assert not http.all


def test_a_bound_search_in_an_inverted_run_says_that_it_is_not_resolved(http):
    api = "${aws.apigatewayv2.api:shop:resource_id}"
    sls = {"shop": {"aws.apigatewayv2.api.present": [{"protocol_type": "HTTP"}]}}
    sls |= harness.state("found", {"api_id": api, **BY_SEARCH}, "search")
    dry, real = http.both(sls, invert=True)
    for results in (dry, real):
        assert f"{api} is not resolved" in harness.comment(results["found"])


def test_an_id_that_a_dry_run_does_not_know(http):
    api = "${aws.apigatewayv2.api:shop:resource_id}"
    sls = {"shop": {"aws.apigatewayv2.api.present": [{"protocol_type": "HTTP"}]}}
    sls |= harness.state("found", {"api_id": api, **BY_SEARCH}, "search")
    sls |= harness.state("it", {"api_id": api, "resource_id": bound_to("found"), **HTTP})
    dry = http.run(sls, test=True)["it"]
    assert dry["result"] and "Which integration 'it' manages is known after" in harness.comment(dry)
    assert "Would create" not in harness.comment(dry)


def test_a_search_after_a_deletion_fails_in_the_dry_run_as_well(http):
    http.run(harness.state("it", {"api_id": http.api_id, **HTTP}))
    (resource_id,) = http.all
    sls = harness.state("it", {"api_id": http.api_id}, "absent")
    after = {"require": [{declared.NAME: "it"}]}
    sls |= harness.state("found", {"api_id": http.api_id, **BY_SEARCH, **after}, "search")
    dry, real = http.both(sls)
    for results in (dry, real):
        assert f"{resource_id} matches, but was deleted" in harness.comment(results["found"])
        assert results["found"]["result"] is False


def test_a_search_by_an_id_does_not_name_what_was_deleted_beside_it(http):
    http.run(harness.state("it", {"api_id": http.api_id, **HTTP}))
    sls = harness.state("it", {"api_id": http.api_id}, "absent")
    named = {"resource_id": "never", "require": [{declared.NAME: "it"}]}
    sls |= harness.state("found", {"api_id": http.api_id, **BY_SEARCH, **named}, "search")
    dry, real = http.both(sls)
    for results in (dry, real):
        assert "has no such integration" in harness.comment(results["found"])


def test_a_search_does_not_name_what_was_deleted_in_another_api(http):
    http.run(harness.state("it", {"api_id": http.api_id, **HTTP}))
    sls = harness.state("it", {"api_id": http.api_id}, "absent")
    elsewhere = {"api_id": http.server.add_api("HTTP"), "require": [{declared.NAME: "it"}]}
    sls |= harness.state("found", {**elsewhere, **BY_SEARCH}, "search")
    dry, real = http.both(sls)
    for results in (dry, real):
        assert "has no integrations" in harness.comment(results["found"])


# Beside states of routes and APIs


def route_absent(world, route, **more):
    parameters = {"api_id": world.api_id, "resource_id": route, **more}
    return {"aws.apigatewayv2.route.absent": [{key: value} for key, value in parameters.items()]}


def api_absent(world):
    return {"aws.apigatewayv2.api.absent": [{"resource_id": world.api_id}, {"name": world.api_id}]}


def test_a_route_whose_state_starts_later(http):
    http.apply(**HTTP)
    route = http.server.add_route(http.api_id, http.live["IntegrationId"])
    sls = harness.state("it", {"api_id": http.api_id}, "absent")
    sls["pause"] = {"time.sleep": [{"duration": 1}]}
    sls["route"] = route_absent(http, route, require=[{"time": "pause"}])
    dry, real = http.both(sls)
    assert all(result["result"] for result in (*dry.values(), *real.values()))
    assert not http.all and harness.tag("it") not in http.esm


def test_a_quick_created_integration_and_its_route_and_api(http):
    resource_id = http.server.add_integration(http.api_id, managed=True, **HTTP_MEMBERS)
    route = http.server.add_route(http.api_id, resource_id)
    http.apply(resource_id=resource_id, **HTTP)
    sls = harness.state("it", {"api_id": http.api_id}, "absent")
    sls |= {"route": route_absent(http, route), "api": api_absent(http)}
    dry, real = http.both(sls)
    assert all(result["result"] for result in (*dry.values(), *real.values()))
    assert harness.tag("it") not in http.esm


@pytest.mark.parametrize("managed", [True, False])
def test_an_integration_whose_api_is_deleted_in_the_same_run(http, managed):
    resource_id = http.server.add_integration(http.api_id, managed=managed, **HTTP_MEMBERS)
    http.apply(resource_id=resource_id, **HTTP)
    sls = harness.state("it", {"api_id": http.api_id}, "absent")
    sls["api"] = {"aws.apigatewayv2.api.absent": [{"resource_id": http.api_id}, {"name": http.api_id}]}
    http.both(sls)
    assert not [entry for key, entry in http.esm.items() if key.startswith(declared.NAME)]


def test_a_quick_created_integration_whose_api_is_deleted_afterwards(http):
    """Idem executes the states one after the other: the integration still exists when its turn comes."""
    resource_id = http.server.add_integration(http.api_id, managed=True, **HTTP_MEMBERS)
    http.apply(resource_id=resource_id, **HTTP)
    sls = harness.state("it", {"api_id": http.api_id}, "absent") | {"api": api_absent(http)}
    dry, real = http.both(sls, runtime="serial")
    with_its_api = f"{resource_id} would be deleted with API {http.api_id}, which quick create added"
    assert with_its_api in harness.comment(dry["it"])
    assert all(result["result"] for result in (*dry.values(), *real.values()))
    assert harness.tag("it") not in http.esm


def test_a_route_under_the_same_id_as_the_integration(http):
    http.run(harness.state("orders", {"api_id": http.api_id, **HTTP}))
    (resource_id,) = http.all
    route = http.server.add_route(http.api_id, resource_id)
    sls = harness.state("orders", {"api_id": http.api_id}, "absent")
    sls["orders"]["aws.apigatewayv2.route.absent"] = [
        {"api_id": http.api_id},
        {"resource_id": route},
    ]
    dry = http.idem.apply_all(sls, http.profiles, http.esm, test=True)
    real = http.idem.apply_all(sls, http.profiles, http.esm)
    assert all(one["result"] for one in [*dry, *real]), [one["comment"] for one in [*dry, *real]]
    assert not http.all


# What Idem passes to a state, and calls for every resource


def test_a_search_leaves_the_context_of_its_caller_alone(idem, http):
    context = idem.context(http.profiles["default"], tag="cloud.other_|-x_|-x_|-present")
    http.apply(**HTTP)
    search = idem.hub.states[harness.RESOURCE].search
    result = idem.loop.run_until_complete(search(context, "x", http.api_id, **HTTP))
    assert result["result"] and "skip_esm" not in context


@pytest.mark.parametrize("context", [{"tag": "cloud.other_|-x_|-x_|-present"}, {}], ids=str)
def test_what_idem_records_of_another_resource_is_not_managed(idem, http, context):
    """The code of another resource calls the function with its own context."""
    other = http.server.add_integration(http.api_id, **HTTP_MEMBERS | {"Description": "of the other"})
    held = {"resource_id": other} | ({"api_id": http.api_id} if context else {})
    context = idem.context(http.profiles["default"], old_state=held, **context)
    present = idem.hub.states[harness.RESOURCE].present
    result = idem.loop.run_until_complete(present(context, "x", http.api_id, **HTTP))
    assert result["result"] and result["new_state"]["resource_id"] != other
    assert http.all[other]["Description"] == "of the other"


def test_what_describe_prints_can_be_renamed_and_binds_nothing(http, describe):
    resource_id = http.server.add_integration(
        http.api_id, **HTTP_MEMBERS | {"Description": "${aws.apigatewayv2.api:shop:resource_id}"}
    )
    described = describe()
    name = f"{http.api_id}-{resource_id}"
    (function,) = described[name]
    assert all("name" not in parameter for parameter in described[name][function])
    results = http.run({"orders": described[name]})
    assert results["orders"]["result"] and not results["orders"]["changes"]
    assert results["orders"]["name"] == "orders" and not http.writes()


def test_a_profile_that_is_no_use_to_the_plugin_does_not_fail_other_resources(http, monkeypatch):
    def unusable(*_):
        raise TypeError("not for us")

    monkeypatch.setattr("idem_apigwv2_integration.aws.account.of", unusable)
    gather = http.idem.hub.acct.metadata.aws.gather
    details = http.idem.loop.run_until_complete(gather(profile=http.profiles["default"]))
    assert details["provider"] == "AWS"

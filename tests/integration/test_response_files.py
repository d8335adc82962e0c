"""Files with an API, an integration, a route, and a response of each."""

import pytest

import harness
import wire
from response_world import chat, said


def test_a_dry_run_of_a_whole_file(websocket):
    results = websocket.run(chat(), test=True)
    assert all(result["result"] for result in results.values()), results
    assert websocket.writes() == 0
    new = results["ping-default"]["new_state"]
    assert new["integration_response_key"] == "$default"
    assert "known_after" in new["integration_id"] and "known_after" in new["api_id"]


def test_a_whole_file_twice(websocket):
    results = websocket.run(chat())
    assert all(result["result"] for result in results.values()), results
    assert websocket.server.count("CreateIntegrationResponse") == 1
    assert websocket.server.count("CreateRouteResponse") == 1
    results = websocket.run(chat())
    assert all(result["result"] and not result["changes"] for result in results.values()), results
    assert websocket.writes() == 0


def test_a_whole_file_that_is_deleted(websocket):
    websocket.run(chat())
    results = websocket.run(chat(), invert=True)
    assert all(result["result"] for result in results.values()), results
    assert websocket.esm == {}


def test_a_whole_file_that_was_changed_outside_of_idem(websocket):
    websocket.run(chat())
    client = wire.connect(websocket.server)
    for result in websocket.run(chat()).values():
        ids = result["new_state"]
        if result["__id__"] == "ping-default":
            client.update_integration_response(
                ApiId=ids["api_id"],
                IntegrationId=ids["integration_id"],
                IntegrationResponseId=ids["resource_id"],
                ResponseTemplates={"$default": "other"},
            )
        elif result["__id__"] == "ping-response":
            client.delete_route_response(
                ApiId=ids["api_id"], RouteId=ids["route_id"], RouteResponseId=ids["resource_id"]
            )
    for test in (True, False):
        results = websocket.run(chat(), test=test)
        assert "Changed outside of Idem: response_templates" in said(results["ping-default"])
        assert "no longer exists" in said(results["ping-response"])
        assert all(result["result"] for result in results.values())
    assert not any(result["changes"] for result in websocket.run(chat()).values())


def test_a_whole_file_with_changes(websocket):
    websocket.run(chat())
    changed = chat(
        **{
            "ping-default": {"integration_response_key": "/200/", "response_templates": {"a": "1"}},
            "ping-response": {"response_parameters": {"route.response.header.a": True}},
        }
    )
    predicted = websocket.run(changed, test=True)
    results = websocket.run(changed)
    for name in ("ping-default", "ping-response"):
        assert results[name]["result"] is True
        assert results[name]["new_state"] == predicted[name]["new_state"]
    assert websocket.writes() == 2


@pytest.mark.parametrize("own", [None, True, False], ids=["follows", "created first", "deleted first"])
def test_responses_follow_an_integration_that_is_replaced(websocket, own):
    first = {"recreate_on_update": {"create_before_destroy": True}}
    also = {} if own is None else {"recreate_on_update": {"create_before_destroy": own}}
    old = websocket.run(chat(ping=first, **{"ping-default": also}))
    old_id = old["ping"]["new_state"]["resource_id"]
    changed = chat(ping=first | {"description": "new"}, **{"ping-default": also})
    for test in (True, False):
        results = websocket.run(changed, test=test)
        assert all(result["result"] for result in results.values()), results
        if own is None:
            verb = "would be deleted" if test else "is deleted"
            assert f"{verb} with integration {old_id}" in said(results["ping-default"])
    entry = websocket.esm["aws.apigatewayv2.integration_response_|-ping-default_|-ping-default_|-"]
    (new_id,) = websocket.server.integrations(entry["api_id"])
    assert old_id != new_id == entry["integration_id"]
    results = websocket.run(changed)
    assert all(result["result"] and not result["changes"] for result in results.values()), results


@pytest.mark.parametrize("moved", [True, False])
def test_a_response_follows_once_an_earlier_run_could_not_delete_its_integration(websocket, moved):
    first = {"recreate_on_update": {"create_before_destroy": True}}
    websocket.run(chat(ping=first))
    websocket.server.faults.deny("DeleteIntegration", *([] if moved else ["CreateIntegrationResponse"]))
    changed = chat(ping=first | {"description": "new"})
    assert websocket.run(changed)["ping_delete_old"]["result"] is False
    websocket.server.faults.clear()
    for test in (True, False):
        results = websocket.run(changed, test=test)
        assert all(result["result"] for result in results.values()), results
    live = websocket.server.responses(results["chat"]["new_state"]["resource_id"])
    assert sorted(noun for noun, *_ in live) == ["IntegrationResponse", "RouteResponse"]


@pytest.mark.parametrize("function", ["absent", "present"])
def test_a_response_does_not_follow_an_integration_that_stays(integration, function):
    """Another one is absent, or a state manages the one that stays."""
    integration.apply()
    old, integration.parent = integration.parent, integration.add_parent()
    sls = integration.state("it")
    named = {
        "api_id": integration.world.api_id,
        "resource_id": "another" if function == "absent" else old,
    }
    sls |= harness.state("other", named, function)
    result = integration.world.run(sls)["it"]
    assert result["result"] is False and f"belongs to integration {old}" in said(result)


@pytest.mark.parametrize("test", [True, False])
@pytest.mark.parametrize("first", ["parent", "it", None])
def test_absent_of_a_response_and_of_what_contains_it_in_either_order(responses, first, test):
    responses.apply()
    ((resource_id, _),) = responses.all.items()
    kind = f"aws.apigatewayv2.{responses.kind.parents[1].noun}"
    gone = {"name": "parent", "api_id": responses.world.api_id, "resource_id": responses.parent}
    sls = harness.state("parent", gone, "absent", kind)
    sls |= responses.state("it", "absent", resource_id=resource_id)
    if first:
        second, of = ("it", kind) if first == "parent" else ("parent", responses.kind.name)
        (function,) = sls[second].values()
        function.append({"require": [{of: first}]})
    results = responses.world.run(sls, test=test)
    assert all(result["result"] for result in results.values()), results
    left = responses.server.responses(responses.world.api_id)
    assert len(left) == (1 if test else 0)
    if not test:
        assert responses.world.esm == {}
        again = responses.world.run(sls)
        assert all(result["result"] and not result["changes"] for result in again.values()), again

"""What Idem's reconciler runs again, and what it does not."""

import pytest

import harness
from idem_apigwv2_integration.aws import read
from world import HTTP

ROUTE = "aws.apigatewayv2.route"
REQUIRES_THE_ROUTE = {"require": [{ROUTE: "path"}]}


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
    result = http.apply(**HTTP)
    assert not result["result"] and "KeyError" in result["comment"][0]
    assert len(crashes) == 1


def test_a_state_that_requires_a_failed_one_is_pending(http):
    """Idem does not call it, so that it has no result of its own."""
    sls = harness.state("it", {"api_id": http.api_id, **HTTP, "timeout_in_millis": 1})
    sls |= harness.state("after", {"api_id": http.api_id, **HTTP, "require": [{harness.RESOURCE: "it"}]})
    # In a dry run, because the reconciler would wait for seconds before each further run.
    after = http.run(sls, test=True)["after"]
    assert after["result"] is False
    assert http.idem.hub.states[harness.RESOURCE].is_pending(after)


def replaced_beside_a_route(world, version, create_first, **more):
    """Return an SLS with an integration that a new version replaces, and a route that it updates."""
    integration = {"integration_type": "MOCK", "description": version, "api_id": world.api_id}
    integration["recreate_on_update"] = {"create_before_destroy": create_first}
    route = {"api_id": world.api_id, "route_key": f"version-{version}"}
    return harness.state("path", route, resource=ROUTE) | harness.state("it", integration | more)


@pytest.mark.parametrize("required", [True, False], ids=["required", "bound"])
def test_a_replacement_that_waits_for_a_state_that_is_executed_again_creates_one(websocket, required):
    """Idem then executes the state and the creation of its replacement at the same time."""
    websocket.run(replaced_beside_a_route(websocket, "1", create_first=False))
    websocket.server.faults.inject(kind="error", operation="UpdateRoute", code="BadRequestException")
    bound = {"connection_id": f"${{{ROUTE}:path:name}}"}
    waiting = REQUIRES_THE_ROUTE if required else bound
    results = websocket.run(replaced_beside_a_route(websocket, "2", create_first=False, **waiting))
    assert all(result["result"] for result in results.values()), results
    (resource_id,) = websocket.all
    assert websocket.server.count("CreateIntegration") == 1
    assert websocket.esm[harness.tag("it")]["resource_id"] == resource_id


def test_what_is_replaced_first_is_deleted_by_the_next_run_if_its_replacement_was_late(websocket):
    """Idem executes the state again, because one that it requires failed, but not the deletion."""
    websocket.run(replaced_beside_a_route(websocket, "1", create_first=True))
    (old,) = websocket.all
    websocket.server.faults.inject(kind="error", operation="UpdateRoute", code="BadRequestException")
    changed = replaced_beside_a_route(websocket, "2", create_first=True, **REQUIRES_THE_ROUTE)
    results = websocket.run(changed)
    assert results["it"]["result"]
    assert not results["it_delete_old"]["result"]
    assert harness.comment(results["it_delete_old"]) == (
        f"{old} was not deleted: its replacement did not exist yet. The next run deletes it, if the "
        "replacement exists by then."
    )
    assert len(websocket.all) == 2
    assert websocket.run(changed)["it"]["result"]
    assert len(websocket.all) == 1 and old not in websocket.all


def test_a_state_that_failed_for_good_is_run_again_without_a_call(http):
    """Idem runs it again for those that depend on it, while one of them may still succeed."""
    http.server.faults.deny("CreateIntegration")
    sls = harness.state("it", {"api_id": http.api_id, **HTTP})
    after = {"api_id": http.api_id, **HTTP, "require": [{harness.RESOURCE: "it"}]}
    results = http.run(sls | harness.state("after", after))
    assert not results["it"]["result"] and not results["after"]["result"]
    assert "CreateIntegration failed: AccessDenied" in harness.comment(results["it"])
    assert http.server.count("CreateIntegration") == 1

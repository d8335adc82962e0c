"""Files that idem-aws's `describe` wrote: they have parameters that AWS alone sets."""

import pytest

import harness
from world import HTTP

EXPRESSION = "integration_response_selection_expression"
MOCK = {"IntegrationType": "MOCK"}
READ_ONLY = {EXPRESSION: "${integration.response.statuscode}", "api_gateway_managed": True}
NOTES = [f"{name} is read-only: its value is ignored." for name in READ_ONLY]


@pytest.fixture
def theirs(websocket):
    """Return the parameters that idem-aws's `describe` prints for an integration, without a name."""
    resource_id = websocket.server.add_integration(websocket.api_id, **MOCK)
    live = websocket.server.integrations(websocket.api_id)[resource_id]
    payload = {"IntegrationId": resource_id, **live}
    functions = websocket.idem.hub.tool.aws.apigatewayv2.integration
    described = functions.convert_raw_integration_to_present(websocket.api_id, payload)
    return dict(described) | READ_ONLY


@pytest.mark.parametrize("test", [True, False], ids=["test", "run"])
def test_the_file_changes_nothing(websocket, theirs, test):
    result = websocket.run(harness.state(theirs["resource_id"], theirs), test=test)[
        theirs["resource_id"]
    ]
    assert result["result"] and not result["changes"] and not websocket.writes()
    assert [text for text in result["comment"] if "read-only" in text] == NOTES


@pytest.mark.parametrize("test", [True, False], ids=["test", "run"])
def test_a_change_is_applied_and_the_parameters_are_named(websocket, theirs, test):
    sls = harness.state("it", theirs | {"description": "new"})
    result = websocket.run(sls, test=test)["it"]
    assert result["result"] and result["changes"]["new"] == {"description": "new"}
    assert [text for text in result["comment"] if "read-only" in text] == NOTES


def test_a_create_names_them(http):
    result = http.apply(**HTTP, **READ_ONLY)
    assert result["result"] and set(NOTES) <= set(result["comment"])


def test_absent_names_them(websocket, theirs):
    result = websocket.run(harness.state("it", theirs), invert=True)["it"]
    assert result["result"] and not websocket.all
    assert [text for text in result["comment"] if "read-only" in text] == NOTES


def test_search_compares_them(websocket, theirs):
    wanted = {"api_id": websocket.api_id, EXPRESSION: READ_ONLY[EXPRESSION]}
    assert websocket.call("states.search", name="it", **wanted)["result"]
    quick_created = websocket.call("states.search", name="it", **wanted, api_gateway_managed=True)
    assert quick_created["result"] is False
    not_quick_created = websocket.call("states.search", name="it", **wanted, api_gateway_managed=False)
    assert not_quick_created["result"]


def test_create_and_update_of_exec_name_them(websocket):
    created = websocket.call(
        "exec.create", api_id=websocket.api_id, integration_type="MOCK", **READ_ONLY
    )
    assert created["result"] and set(NOTES) <= set(created["comment"])
    updated = websocket.call("exec.update", **created["ret"] | READ_ONLY | {"description": "new"})
    assert updated["result"] and set(NOTES) <= set(updated["comment"])


@pytest.mark.parametrize("function", ["get", "list", "delete"])
def test_the_other_exec_functions_name_them(websocket, theirs, function):
    identity = {
        key: theirs[key]
        for key in ("api_id", "resource_id")
        if (function, key) != ("list", "resource_id")
    }
    result = websocket.call(f"exec.{function}", **identity, **READ_ONLY)
    assert result["result"] and set(NOTES) <= set(result["comment"])


@pytest.mark.parametrize("name", ["integration_id", "IntegrationId"])
def test_the_id_of_an_integration_is_its_resource_id(http, name):
    result = http.apply(integration_type="HTTP_PROXY", **{name: "f6g7h8i"})
    assert result["result"] is False and "did you mean resource_id?" in result["comment"][0]


def test_a_misspelled_read_only_parameter_is_not_another_one(http):
    result = http.apply(integration_type="HTTP_PROXY", integration_response_selection_expresion="x")
    assert result["result"] is False and "leave it out" in result["comment"][0]

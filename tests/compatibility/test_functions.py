"""The functions of the resource, called as idem-aws's own tests call them.

Each test runs with idem-aws alone, and with this plugin. What differs is in test_differences.py, and in
the documentation.
"""

import pytest

from payloads import HTTP, LAMBDA_V2, PRIVATE, QUEUE

TYPE = "aws.apigatewayv2.integration"
TEST = pytest.mark.parametrize("test", [True, False], ids=["test", "run"])
VPC_LINK = PRIVATE | {"tls_config": {"ServerNameToVerify": "example.com"}}
MAPPED = HTTP | {
    "description": "one",
    "timeout_in_millis": 5000,
    "request_parameters": {"append:header.a": "'1'"},
    "response_parameters": {"200": {"append:header.b": "'2'"}},
}
MOCK = {"integration_type": "MOCK", "request_templates": {"application/json": '{"statusCode": 200}'}}


def present(world, test=False, name="orders", **parameters):
    """Call `present` as idem-aws's tests do."""
    return world.call("states.present", test=test, name=name, api_id=world.api_id, **parameters)


def absent(world, test=False, **parameters):
    """Call `absent` as idem-aws's tests do."""
    return world.call("states.absent", test=test, name="orders", **parameters)


@pytest.fixture
def existing(api):
    """Return an existing integration as `present` returned it."""
    return present(api, **MAPPED)["new_state"]


def has(resource, parameters):
    """Tell whether an integration has some parameters."""
    return parameters.items() <= resource.items()


@TEST
@pytest.mark.parametrize("parameters", [HTTP, VPC_LINK, LAMBDA_V2, QUEUE, MAPPED])
def test_present_creates(api, parameters, test):
    ret = present(api, test, **parameters)
    assert ret["result"] and ret["name"] == "orders" and ret["old_state"] is None
    assert has(ret["new_state"], parameters | {"name": "orders", "api_id": api.api_id})
    assert ret["comment"][0] == f"{'Would create' if test else 'Created'} {TYPE} 'orders'"
    assert len(api.all) == (0 if test else 1)


@TEST
def test_present_creates_on_a_websocket_api(chat, test):
    ret = present(chat, test, **MOCK)
    assert ret["result"] and has(ret["new_state"], MOCK) and len(chat.all) == (0 if test else 1)


def test_present_returns_the_id(api):
    ret = present(api, **HTTP)
    assert list(api.all) == [ret["new_state"]["resource_id"]]


@TEST
def test_present_finds_what_exists(api, existing, test):
    ret = present(api, test, **MAPPED, resource_id=existing["resource_id"])
    assert ret["result"] and ret["old_state"] == ret["new_state"] == existing
    assert ret["comment"][0] == f"{TYPE} 'orders' already exists" and not api.writes()


@TEST
@pytest.mark.parametrize(
    "change",
    [
        {"description": "two"},
        {"timeout_in_millis": 6000},
        {"integration_uri": "https://other.example.com", "integration_method": "POST"},
        {"request_parameters": {"append:header.a": "'1'", "append:header.c": "'3'"}},
        {"response_parameters": {"200": {"append:header.b": "'9'"}}},
    ],
    ids=lambda change: "-".join(change),
)
def test_present_updates(api, existing, change, test):
    ret = present(api, test, **MAPPED | change, resource_id=existing["resource_id"])
    assert ret["result"] and ret["old_state"] == existing and ret["new_state"] == existing | change
    live = api.call("exec.get", api_id=api.api_id, resource_id=existing["resource_id"])["ret"]
    assert has(live, change) is not test


@TEST
def test_the_comment_names_the_parameters_that_change(api, existing, test):
    change = {"timeout_in_millis": 6000, "description": "two", "integration_method": "POST"}
    ret = present(api, test, **MAPPED | change, resource_id=existing["resource_id"])
    verb = "Would update" if test else "Updated"
    assert f"{verb} parameters: description,integration_method,timeout_in_millis" in ret["comment"]


def test_present_leaves_alone_what_it_is_not_given(api, existing):
    ret = present(api, integration_type="HTTP_PROXY", resource_id=existing["resource_id"])
    assert ret["result"] and ret["new_state"] == existing and not api.writes()


def test_present_reports_a_create_that_is_denied(api):
    api.server.faults.deny("CreateIntegration")
    ret = present(api, **HTTP)
    assert ret["result"] is False and ret["old_state"] is None and ret["new_state"] is None
    assert "AccessDenied" in str(ret["comment"]) and not api.all


def test_present_reports_an_update_that_is_denied(api, existing):
    api.server.faults.deny("UpdateIntegration")
    ret = present(api, **MAPPED | {"description": "two"}, resource_id=existing["resource_id"])
    assert ret["result"] is False and "AccessDenied" in str(ret["comment"])
    assert ret["old_state"] == ret["new_state"] == existing


def test_present_fails_without_the_api(api):
    ret = api.call("states.present", name="orders", api_id="missing", **HTTP)
    assert ret["result"] is False and ret["new_state"] is None


@TEST
def test_present_fails_with_an_id_that_does_not_exist(api, test):
    ret = present(api, test, **HTTP, resource_id="missing")
    assert ret["result"] is False and ret["new_state"] is None and not api.writes()


def test_present_fails_if_the_integration_can_not_be_read(api, existing):
    api.server.faults.deny("GetIntegration", "GetIntegrations")
    ret = present(api, **MAPPED, resource_id=existing["resource_id"])
    assert ret["result"] is False and "AccessDenied" in str(ret["comment"]) and not api.writes()


@TEST
def test_absent_deletes(api, existing, test):
    ret = absent(api, test, api_id=api.api_id, resource_id=existing["resource_id"])
    assert ret["result"] and ret["old_state"] == existing and ret["new_state"] is None
    assert ret["comment"][0] == f"{'Would delete' if test else 'Deleted'} {TYPE} 'orders'"
    assert len(api.all) == (1 if test else 0)


@TEST
def test_absent_of_what_is_gone(api, existing, test):
    absent(api, api_id=api.api_id, resource_id=existing["resource_id"])
    ret = absent(api, test, api_id=api.api_id, resource_id=existing["resource_id"])
    assert ret["result"] and ret["old_state"] is None and ret["new_state"] is None
    assert ret["comment"][0] == f"{TYPE} 'orders' already absent" and not api.writes()


@TEST
@pytest.mark.parametrize("keys", [(), ("api_id",)], ids=["nothing", "api"])
def test_absent_without_an_id(api, existing, test, keys):
    ret = absent(api, test, **{key: existing[key] for key in keys})
    assert ret["result"] and ret["old_state"] is None and ret["new_state"] is None
    assert ret["comment"][0] == f"{TYPE} 'orders' already absent" and api.all


def test_absent_without_an_api_fails(api, existing):
    ret = absent(api, resource_id=existing["resource_id"])
    assert ret["result"] is False and ret["comment"][0].startswith("['api_id'] is required to delete")


def test_absent_of_an_api_that_is_gone(api):
    ret = absent(api, api_id="missing", resource_id="f6g7h8i")
    assert ret["result"] and ret["comment"][0] == f"{TYPE} 'orders' already absent"


def test_absent_reports_a_deletion_that_is_denied(api, existing):
    api.server.faults.deny("DeleteIntegration")
    ret = absent(api, api_id=api.api_id, resource_id=existing["resource_id"])
    assert ret["result"] is False and ret["old_state"] == existing
    assert "AccessDenied" in str(ret["comment"]) and api.all


def test_absent_reports_that_a_route_uses_it(api, existing):
    api.server.add_route(api.api_id, existing["resource_id"])
    ret = absent(api, api_id=api.api_id, resource_id=existing["resource_id"])
    assert ret["result"] is False and "ConflictException" in str(ret["comment"]) and api.all


def test_get(api, existing):
    name = {"name": "orders"}
    ret = api.call("exec.get", api_id=api.api_id, resource_id=existing["resource_id"], **name)
    assert (ret["result"], ret["comment"], ret["ret"]) == (True, [], existing)


def test_get_takes_the_id_for_the_name(api, existing):
    ret = api.call("exec.get", api_id=api.api_id, resource_id=existing["resource_id"])
    assert ret["ret"] == existing | {"name": existing["resource_id"]}


@pytest.mark.parametrize("missing", ["api_id", "resource_id"])
def test_get_of_what_is_missing(api, existing, missing):
    ids = {key: existing[key] for key in ("api_id", "resource_id")} | {missing: "missing"}
    ret = api.call("exec.get", **ids, name="orders")
    assert ret["result"] and ret["ret"] is None
    assert ret["comment"][0] == f"Get {TYPE} 'orders' result is empty"


def test_get_fails_if_it_is_denied(api, existing):
    api.server.faults.deny("GetIntegration", "GetIntegrations")
    ret = api.call("exec.get", api_id=api.api_id, resource_id=existing["resource_id"])
    assert ret["result"] is False and ret["ret"] is None and "AccessDenied" in str(ret["comment"])


def described(world):
    """Return the states that `describe` prints, by the ID of the integration."""
    with world.idem.as_command("describe"):
        states = list(world.call("states.describe").values())
    (function,) = {function for state in states for function in state} or {f"{TYPE}.present"}
    assert function == f"{TYPE}.present"
    merged = [{key: item for one in state[function] for key, item in one.items()} for state in states]
    return {state["resource_id"]: state for state in merged}


@pytest.mark.parametrize("parameters", [HTTP, VPC_LINK, LAMBDA_V2, QUEUE, MAPPED])
def test_describe_prints_every_parameter(api, parameters):
    created = present(api, **parameters)["new_state"]
    assert has(described(api)[created["resource_id"]], parameters | {"api_id": api.api_id})


def test_describe_prints_every_integration(api):
    ids = {present(api, **HTTP)["new_state"]["resource_id"] for _ in range(2)}
    other = api.server.add_integration(api.server.add_api("WEBSOCKET"), IntegrationType="MOCK")
    assert set(described(api)) == {*ids, other}


def test_describe_of_an_empty_account(api):
    assert described(api) == {}

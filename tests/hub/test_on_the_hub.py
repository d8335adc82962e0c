"""The functions on the hub: the files they are from, and the exec functions on a mocked boto3 client."""

import json
from unittest import mock

import pytest

import mock_server

RESOURCE = "aws.apigatewayv2.integration"
PAYLOAD = {"IntegrationId": "abc1234", "IntegrationType": "HTTP_PROXY", "ConnectionType": "INTERNET"}


@pytest.mark.parametrize("dyne", ["states", "exec", "tool"])
def test_every_function_is_from_a_file_of_this_plugin(hub, dyne):
    functions = hub[dyne][RESOURCE]._funcs.values()
    files = {function.func.__code__.co_filename for function in functions}
    (file,) = files
    assert file.endswith(f"idem_apigwv2_integration/{dyne}/aws/apigatewayv2/integration.py")


# The exec functions, without the contracts around them


@pytest.fixture
def boto3_client(hub, fn_hub):
    """A mocked boto3 client, which idem-aws's session opens: on this hub, attributes are mocks."""
    fn_hub.OPT = hub.OPT
    fn_hub.exec.aws.apigatewayv2.init.ACCOUNTS = {}
    mocked = mock.MagicMock()
    fn_hub.tool.boto3.SESSION.client.return_value = mocked
    return mocked


@pytest.fixture
def call(fn_hub, idem, boto3_client):
    """Return a function that calls an exec function of the resource."""
    profile = {"region_name": "eu-west-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}

    def run(function, *arguments, **more):
        target = fn_hub.exec[RESOURCE][function]
        return idem.loop.run_until_complete(target(idem.context(profile), *arguments, **more))

    return run


def response(status=200, **members):
    return {**members, "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}}}


def test_the_client_is_opened_with_the_profile_and_one_attempt(fn_hub, call, boto3_client):
    boto3_client.get_integration.return_value = response(**PAYLOAD)
    call("get", "abc1234", "api1234567")
    opened = fn_hub.tool.boto3.SESSION.client.call_args
    assert opened.args == ("apigatewayv2",)
    assert opened.kwargs["region_name"] == "eu-west-1" and opened.kwargs["aws_access_key_id"] == "a"
    assert opened.kwargs["config"].retries["total_max_attempts"] == 1


def test_get_returns_idems_format(call, boto3_client):
    boto3_client.get_integration.return_value = response(**PAYLOAD)
    result = call("get", "abc1234", "api1234567")
    assert result["result"] and result["ret"]["integration_type"] == "HTTP_PROXY"


def test_get_reads_one_integration(call, boto3_client):
    boto3_client.get_integration.return_value = response(**PAYLOAD)
    result = call("get", "abc1234", "api1234567")
    assert result["result"] and result["ret"]["resource_id"] == "abc1234"
    sent = {"ApiId": "api1234567", "IntegrationId": "abc1234"}
    boto3_client.get_integration.assert_called_once_with(**sent)


def test_delete_sends_one_delete(call, boto3_client):
    boto3_client.delete_integration.return_value = response(204)
    result = call("delete", "abc1234", "api1234567")
    assert result["result"], result
    assert boto3_client.delete_integration.call_count == 1


@pytest.mark.parametrize("error", [RuntimeError("no network"), KeyError("x")])
def test_what_the_client_raises_is_a_result(call, boto3_client, error):
    boto3_client.get_integration.side_effect = error
    result = call("get", "abc1234", "api1234567")
    assert result["result"] is False and result["ret"] is None
    assert "GetIntegration" in result["comment"][0]


# The conversion


def test_a_response_is_converted_as_idem_awss_function_does(hub):
    convert = hub.tool[RESOURCE].convert_raw_integration_to_present
    resource = {
        "resource_id": "abc1234",
        "api_id": "api1234567",
        "integration_type": "HTTP_PROXY",
        "connection_type": "INTERNET",
    }
    assert convert("api1234567", PAYLOAD) == {"name": "abc1234", **resource}
    assert convert("api1234567", PAYLOAD, idem_resource_name="it") == {"name": "it", **resource}


# What the states read and write


WANTED = {
    "integration_type": "HTTP_PROXY",
    "integration_method": "GET",
    "integration_uri": "https://example.com",
    "payload_format_version": "1.0",
}
LIVE = {"resource_id": "abc1234", "api_id": "api1234567", "connection_type": "INTERNET", **WANTED}


@pytest.fixture
def replace(monkeypatch):
    """Return a function that replaces an exec function on the hub by a mock that returns something."""

    def put(http, function, ret, result=True):
        mocked = mock.AsyncMock(return_value={"result": result, "comment": ["mocked"], "ret": ret})
        mocked.__name__ = function
        # The contracts around it stay.
        monkeypatch.setattr(http.idem.hub.exec[RESOURCE][function], "func", mocked)
        return mocked

    return put


def test_present_creates_through_the_exec_function(http, replace):
    created = replace(http, "create", LIVE)
    result = http.apply(**WANTED)
    assert result["result"] and result["comment"] == ("mocked",)
    assert result["new_state"]["resource_id"] == "abc1234" and not http.all
    assert created.await_args.kwargs == {"name": "it", "api_id": http.api_id, **WANTED}


def test_present_reads_and_updates_through_the_exec_functions(http, replace):
    http.apply(**WANTED)
    (resource_id,) = http.all
    live = LIVE | {"resource_id": resource_id, "api_id": http.api_id, "description": "of the mock"}
    replace(http, "get", live)
    updated = replace(http, "update", live | {"description": "new"})
    result = http.apply(**WANTED, description="new")
    assert result["old_state"]["description"] == "of the mock"
    assert result["new_state"]["description"] == "new"
    assert updated.await_args.kwargs["live"] == live


def test_absent_deletes_through_the_exec_function(http, replace):
    http.apply(**WANTED)
    replace(http, "delete", None, result=False)
    outcome = http.apply(function="absent")
    assert outcome["result"] is False and "mocked" in str(outcome["comment"])
    assert len(http.all) == 1 and http.entry


def test_adoption_search_and_describe_list_through_the_exec_function(http, replace):
    http.server.add_integration(http.api_id, IntegrationType="HTTP_PROXY")
    replace(http, "list", [])
    assert "has no integrations" in str(http.apply(function="search", **WANTED)["comment"])
    with http.idem.as_command("describe"):
        assert http.call("states.describe") == {}


@pytest.fixture
def contract(http, monkeypatch):
    """Return a function that has a contract change what an exec function gets, by default create."""

    def install(change, function="create"):
        called = http.idem.hub.exec[RESOURCE][function]
        original = called.func

        async def changed(hub, ctx, **arguments):
            change(ctx, arguments)
            return await original(hub, ctx, **arguments)

        monkeypatch.setattr(called, "func", changed)

    return install


def test_a_contract_may_change_what_a_state_creates(http, contract):
    """The plan that the state passes on is not that of the changed arguments."""
    contract(lambda ctx, arguments: arguments.update(description="of the contract"))
    result = http.apply(**WANTED)
    assert result["result"] and result["new_state"]["description"] == "of the contract"
    assert http.live["Description"] == "of the contract"


def test_a_contract_may_change_a_map_in_place(http, contract):
    added = {"append:header.b": "of the contract"}
    contract(lambda ctx, arguments: arguments["request_parameters"].update(added))
    result = http.apply(**WANTED, request_parameters={"append:header.a": "x"})
    assert result["result"], result["comment"]
    assert http.live["RequestParameters"]["append:header.b"] == "of the contract"


def test_a_contract_may_change_the_profile_in_place(http, contract):
    """An endpoint without the API: nothing may be read, or created, with the profile of before."""
    http.apply(**WANTED)
    with mock_server.MockServer() as other:
        for function in ("get", "list", "create", "update", "delete"):
            contract(lambda ctx, arguments: ctx["acct"].update(endpoint_url=other.url), function)
        http.apply(**WANTED, description="new")
        assert {call.operation for call in other.calls} >= {"GetIntegration"}
    assert http.writes() == 0 and "Description" not in http.live


def test_a_sensitive_value_of_a_contract_is_in_no_comment(http, contract):
    """What a state marks as sensitive reaches the check of the changed arguments."""
    contract(lambda ctx, arguments: arguments.update(payload_format_version="of the contract"))
    result = http.apply(**WANTED, sensitive=["payload_format_version"])
    assert result["result"] is False and "of the contract" not in str(result["comment"])
    assert "payload_format_version is (sensitive value)" in str(result["comment"])


def test_delete_returns_the_routes_for_which_aws_refuses(http):
    http.apply(**WANTED)
    (resource_id,) = http.all
    route_id = http.server.add_route(http.api_id, f"integrations/{resource_id}")
    result = http.call("exec.delete", api_id=http.api_id, resource_id=resource_id)
    assert result["result"] is False and result["ret"] == {"routes": [route_id]}


def test_a_listing_makes_an_event_unless_a_state_calls_it(http, monkeypatch):
    """Of 300 states of one API, the events would hold 300 listings."""
    refs = []
    bus = http.idem.hub.evbus

    def collect():
        while not bus.BUS.empty():
            refs.append(json.loads(bus.BUS.get_nowait().body)["tags"].get("ref"))

    monkeypatch.setattr(http.idem, "drain", collect)
    http.apply(**WANTED)
    assert http.server.count("GetIntegrations") == 1
    assert refs.count(f"exec.{RESOURCE}.create") == 1
    assert refs.count(f"exec.{RESOURCE}.list_") == 0
    http.call("exec.list", api_id=http.api_id)
    collect()
    assert refs.count(f"exec.{RESOURCE}.list_") == 1

"""The functions on the hub: the files they are from, and the exec functions on a mocked boto3 client."""

from unittest import mock

import pytest

from idem_apigwv2_integration.aws import client

RESOURCE = "aws.apigatewayv2.integration"
PAYLOAD = {"IntegrationId": "abc1234", "IntegrationType": "HTTP_PROXY", "ConnectionType": "INTERNET"}


@pytest.mark.parametrize("dyne", ["states", "exec", "tool"])
def test_every_function_is_from_a_file_of_this_plugin(hub, dyne):
    functions = hub[dyne][RESOURCE]._funcs.values()
    files = {function.func.__code__.co_filename for function in functions}
    (file,) = files
    assert file.endswith(f"idem_apigwv2_integration/{dyne}/aws/apigatewayv2/integration.py")


@pytest.fixture
def boto3_client(idem, monkeypatch):
    """A mocked boto3 client, which every account uses."""
    idem.forget()
    mocked = mock.Mock()
    monkeypatch.setattr(client.Client, "open", mock.AsyncMock(return_value=mocked))
    yield mocked
    idem.forget()


@pytest.fixture
def ctx(idem):
    return idem.context(
        {"region_name": "eu-west-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
    )


def response(status=200, **members):
    return {**members, "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": {}}}


def test_get_returns_idems_format(hub, idem, boto3_client, ctx):
    boto3_client.get_integration.return_value = response(**PAYLOAD)
    result = idem.loop.run_until_complete(hub.exec[RESOURCE].get(ctx, "abc1234", "api1234567"))
    assert result["result"] and result["ret"]["integration_type"] == "HTTP_PROXY"


def test_get_reads_one_integration(hub, idem, boto3_client, ctx):
    boto3_client.get_integration.return_value = response(**PAYLOAD)
    idem.loop.run_until_complete(hub.exec[RESOURCE].get(ctx, "abc1234", "api1234567"))
    sent = {"ApiId": "api1234567", "IntegrationId": "abc1234"}
    boto3_client.get_integration.assert_called_once_with(**sent)


def test_delete_sends_one_delete(hub, idem, boto3_client, ctx):
    boto3_client.delete_integration.return_value = response(204)
    result = idem.loop.run_until_complete(hub.exec[RESOURCE].delete(ctx, "abc1234", "api1234567"))
    assert result["result"], result
    assert boto3_client.delete_integration.call_count == 1


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
    answer = http.apply(**WANTED)
    assert answer["result"] and answer["comment"] == ("mocked",)
    assert answer["new_state"]["resource_id"] == "abc1234" and not http.all
    assert created.await_args.kwargs == {"name": "it", "api_id": http.api_id, **WANTED}


def test_present_reads_and_updates_through_the_exec_functions(http, replace):
    http.apply(**WANTED)
    (resource_id,) = http.all
    live = LIVE | {"resource_id": resource_id, "api_id": http.api_id, "description": "of the mock"}
    replace(http, "get", live)
    updated = replace(http, "update", live | {"description": "new"})
    answer = http.apply(**WANTED, description="new")
    assert answer["old_state"]["description"] == "of the mock"
    assert answer["new_state"]["description"] == "new"
    assert updated.await_args.kwargs["live"] == live


def test_absent_deletes_through_the_exec_function(http, replace):
    http.apply(**WANTED)
    replace(http, "delete", None, result=False)
    answer = http.apply(function="absent")
    assert answer["result"] is False and "mocked" in str(answer["comment"])
    assert len(http.all) == 1 and http.entry


def test_adoption_search_and_describe_list_through_the_exec_function(http, replace):
    http.server.add_integration(http.api_id, IntegrationType="HTTP_PROXY")
    replace(http, "list", [])
    assert "has no integrations" in str(http.apply(function="search", **WANTED)["comment"])
    with http.idem.as_command("describe"):
        assert http.call("states.describe") == {}


def test_a_contract_may_change_what_a_state_creates(http, monkeypatch):
    """The plan that the state passes on is not that of the changed arguments."""
    create = http.idem.hub.exec[RESOURCE].create
    original = create.func

    async def changed(hub, ctx, **arguments):
        return await original(hub, ctx, **arguments | {"description": "of the contract"})

    monkeypatch.setattr(create, "func", changed)
    answer = http.apply(**WANTED)
    assert answer["result"] and answer["new_state"]["description"] == "of the contract"
    assert http.live["Description"] == "of the contract"


def test_a_sensitive_value_of_a_contract_is_in_no_comment(http, monkeypatch):
    """What a state marks as sensitive reaches the check of the changed arguments."""
    create = http.idem.hub.exec[RESOURCE].create
    original = create.func

    async def changed(hub, ctx, **arguments):
        return await original(hub, ctx, **arguments | {"payload_format_version": "of the contract"})

    monkeypatch.setattr(create, "func", changed)
    answer = http.apply(**WANTED, sensitive=["payload_format_version"])
    assert answer["result"] is False and "of the contract" not in str(answer["comment"])
    assert "payload_format_version is (sensitive value)" in str(answer["comment"])


def test_delete_returns_the_routes_for_which_aws_refuses(http):
    http.apply(**WANTED)
    (resource_id,) = http.all
    route_id = http.server.add_route(http.api_id, f"integrations/{resource_id}")
    result = http.call("exec.delete", api_id=http.api_id, resource_id=resource_id)
    assert result["result"] is False and result["ret"] == {"routes": [route_id]}

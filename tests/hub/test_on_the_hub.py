"""The functions on the hub: the files they are from, and the exec functions on a mocked boto3 client."""

from unittest import mock

import pytest

from idem_apigwv2_integration.aws import client

RESOURCE = "aws.apigatewayv2.integration"
PAYLOAD = {"IntegrationId": "abc1234", "IntegrationType": "HTTP_PROXY", "ConnectionType": "INTERNET"}


@pytest.mark.parametrize("dyne", ["states", "exec"])
def test_every_function_is_from_a_file_of_this_plugin(hub, dyne):
    functions = hub[dyne][RESOURCE]._funcs.values()
    files = {function.func.__code__.co_filename for function in functions}
    (file,) = files
    assert file.endswith(f"idem_apigwv2_integration/{dyne}/aws/apigatewayv2/integration.py")


@pytest.fixture
def boto3_client(hub, monkeypatch):
    """A mocked boto3 client, which every account uses."""
    hub.exec.aws.apigatewayv2.init.ACCOUNTS.clear()
    mocked = mock.Mock()
    monkeypatch.setattr(client.Client, "open", mock.AsyncMock(return_value=mocked))
    yield mocked
    hub.exec.aws.apigatewayv2.init.ACCOUNTS.clear()


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

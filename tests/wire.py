"""One API of the mock server, driven through boto3."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

SESSION = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing")
# Without its own validation the client sends what the mock server has to refuse.
ONCE = Config(retries={"total_max_attempts": 1}, max_pool_connections=50, parameter_validation=False)


def connect(server, region="us-east-1", **arguments):
    arguments.setdefault("config", ONCE)
    return SESSION.client("apigatewayv2", region_name=region, endpoint_url=server.url, **arguments)


class Api:
    """One API of a mock server, with a client for it."""

    def __init__(self, server, protocol="HTTP"):
        self.server = server
        self.client = connect(server)
        self.id = server.add_api(protocol)

    def create(self, *parts, **members):
        for part in parts:
            members = {**part, **members}
        return plain(self.client.create_integration(ApiId=self.id, **members))

    def update(self, integration_id, **members):
        response = self.client.update_integration(ApiId=self.id, IntegrationId=integration_id, **members)
        read = self.client.get_integration(ApiId=self.id, IntegrationId=integration_id)
        assert plain(response) == plain(read)
        return plain(response)

    def delete(self, integration_id):
        self.client.delete_integration(ApiId=self.id, IntegrationId=integration_id)

    def list(self, **arguments):
        return self.client.get_integrations(ApiId=self.id, **arguments)

    def list_all(self):
        pages = self.client.get_paginator("get_integrations").paginate(ApiId=self.id)
        return [item["IntegrationId"] for page in pages for item in page["Items"]]


def plain(response):
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


def refused(code, call, *args, **members):
    with pytest.raises(ClientError) as caught:
        call(*args, **members)
    assert caught.value.response["Error"]["Code"] == code
    return caught.value.response["Error"]["Message"]


def bad(call, *args, **members):
    return refused("BadRequestException", call, *args, **members)

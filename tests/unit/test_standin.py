"""The stand-in for API Gateway v2, driven through boto3."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from standin import ApiError, StandIn

ARN = "arn:aws:iam::123456789012:role/role"
LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:f"
PROXY = {
    "IntegrationType": "HTTP_PROXY",
    "IntegrationMethod": "GET",
    "IntegrationUri": "https://example.com",
    "PayloadFormatVersion": "1.0",
}
FUNCTION = {
    "IntegrationType": "AWS_PROXY",
    "IntegrationUri": LAMBDA,
    "PayloadFormatVersion": "2.0",
}
QUEUE = {
    "IntegrationType": "AWS_PROXY",
    "IntegrationSubtype": "SQS-SendMessage",
    "CredentialsArn": ARN,
    "PayloadFormatVersion": "1.0",
    "RequestParameters": {"QueueUrl": "url", "MessageBody": "$request.body", "DelaySeconds": "5"},
}
PRIVATE = {**PROXY, "ConnectionType": "VPC_LINK", "ConnectionId": "link"}
TLS = {"TlsConfig": {"ServerNameToVerify": "example.com"}}
SOCKET_LAMBDA = {"IntegrationType": "AWS_PROXY", "IntegrationUri": LAMBDA}
SOCKET_HTTP = {**PROXY, "IntegrationType": "HTTP"}

SESSION = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing")
# Without its own validation the client sends what the stand-in has to refuse.
ONCE = Config(retries={"total_max_attempts": 1}, max_pool_connections=50, parameter_validation=False)


def connect(server, region="us-east-1", **arguments):
    arguments.setdefault("config", ONCE)
    return SESSION.client("apigatewayv2", region_name=region, endpoint_url=server.url, **arguments)


class Api:
    """One API of a stand-in, with a client for it."""

    def __init__(self, server, protocol="HTTP"):
        self.server = server
        self.client = connect(server)
        self.id = server.add_api(protocol)

    def create(self, *parts, **members):
        for part in parts:
            members = {**part, **members}
        return plain(self.client.create_integration(ApiId=self.id, **members))

    def update(self, integration_id, **members):
        answer = self.client.update_integration(ApiId=self.id, IntegrationId=integration_id, **members)
        read = self.client.get_integration(ApiId=self.id, IntegrationId=integration_id)
        assert plain(answer) == plain(read)
        return plain(answer)

    def delete(self, integration_id):
        self.client.delete_integration(ApiId=self.id, IntegrationId=integration_id)

    def list(self, **arguments):
        return self.client.get_integrations(ApiId=self.id, **arguments)

    def list_all(self):
        pages = self.client.get_paginator("get_integrations").paginate(ApiId=self.id)
        return [item["IntegrationId"] for page in pages for item in page["Items"]]


def plain(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def refused(code, call, *args, **members):
    with pytest.raises(ClientError) as caught:
        call(*args, **members)
    assert caught.value.response["Error"]["Code"] == code
    return caught.value.response["Error"]["Message"]


def bad(call, *args, **members):
    return refused("BadRequestException", call, *args, **members)


@pytest.fixture
def server():
    with StandIn() as running:
        yield running


@pytest.fixture
def http(server):
    return Api(server)


@pytest.fixture
def websocket(server):
    return Api(server, "WEBSOCKET")


# APIs and tags


def test_api_life(server):
    client = connect(server)
    made = client.create_api(
        Name="a",
        ProtocolType="HTTP",
        Tags={"k": "v"},
        CorsConfiguration={"AllowOrigins": ["*"], "MaxAge": 5},
    )
    api_id = made["ApiId"]
    assert made["RouteSelectionExpression"] == "$request.method $request.path"
    assert made["CorsConfiguration"] == {"AllowOrigins": ["*"], "MaxAge": 5}
    client.update_api(ApiId=api_id, Name="b", Description="d")
    client.update_api(ApiId=api_id, Description="")
    read = client.get_api(ApiId=api_id)
    assert read["Name"] == "b" and "Description" not in read and read["Tags"] == {"k": "v"}
    server.add_integration(api_id, **PROXY)
    client.delete_api(ApiId=api_id)
    refused("NotFoundException", client.get_api, ApiId=api_id)
    refused("NotFoundException", client.get_integrations, ApiId=api_id)


def test_api_needs_its_members(server):
    client = connect(server)
    bad(client.create_api, Name="a", ProtocolType="SMTP")
    bad(client.create_api, Name="a", ProtocolType="WEBSOCKET")
    client.create_api(
        Name="a", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
    )


def test_quick_create_makes_a_managed_integration(server):
    client = connect(server)
    api_id = client.create_api(Name="a", ProtocolType="HTTP", Target=LAMBDA)["ApiId"]
    (made,) = client.get_integrations(ApiId=api_id)["Items"]
    (route,) = client.get_routes(ApiId=api_id)["Items"]
    assert made["ApiGatewayManaged"] is True
    assert route["RouteKey"] == "$default"
    assert route["Target"] == f"integrations/{made['IntegrationId']}"


def test_tags(server):
    client = connect(server)
    arn = f"arn:aws:apigateway:us-east-1::/apis/{server.add_api('HTTP')}"
    client.tag_resource(ResourceArn=arn, Tags={"a": "1", "b": "2"})
    client.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert client.get_tags(ResourceArn=arn)["Tags"] == {"b": "2"}
    refused("NotFoundException", client.get_tags, ResourceArn=arn + "x")


def test_accounts_and_regions_are_apart(server):
    api_id = server.add_api("HTTP", account=("other", "eu-west-1"))
    server.add_integration(api_id, account=("other", "eu-west-1"), **PROXY)
    assert connect(server).get_apis()["Items"] == []
    assert connect(server, "eu-west-1").get_apis()["Items"] == []
    other = connect(server, "eu-west-1", aws_access_key_id="other", aws_secret_access_key="x")
    assert [api["ApiId"] for api in other.get_apis()["Items"]] == [api_id]
    assert len(other.get_integrations(ApiId=api_id)["Items"]) == 1


# Defaults


def test_defaults_of_http(http):
    made = http.create(FUNCTION)
    assert made.pop("IntegrationId")
    assert made == {
        **FUNCTION,
        "ApiGatewayManaged": False,
        "ConnectionType": "INTERNET",
        "IntegrationMethod": "POST",
        "TimeoutInMillis": 30000,
    }


def test_defaults_of_a_service_integration(http):
    made = http.create(QUEUE, IntegrationMethod="POST", IntegrationUri=LAMBDA)
    assert "IntegrationMethod" not in made and "IntegrationUri" not in made


@pytest.mark.parametrize(
    ("members", "selection", "method"),
    [
        ({"IntegrationType": "MOCK"}, "${integration.response.statuscode}", None),
        (SOCKET_HTTP, "${integration.response.statuscode}", "GET"),
        (PROXY, None, "GET"),
        (
            {**SOCKET_LAMBDA, "IntegrationType": "AWS"},
            "${integration.response.body.errorMessage}",
            "POST",
        ),
        (SOCKET_LAMBDA, None, "POST"),
    ],
)
def test_defaults_of_websocket(websocket, members, selection, method):
    made = websocket.create(members)
    assert made["ConnectionType"] == "INTERNET"
    assert made["TimeoutInMillis"] == 29000
    assert made["PayloadFormatVersion"] == "1.0"
    assert made["PassthroughBehavior"] == "WHEN_NO_MATCH"
    assert made.get("IntegrationResponseSelectionExpression") == selection
    assert made.get("IntegrationMethod") == method


def test_false_managed_can_be_left_out(http):
    http.server.behaviour.echo_false_managed = False
    assert "ApiGatewayManaged" not in http.create(PROXY)


# What is allowed where


@pytest.mark.parametrize("kind", ["AWS", "HTTP", "MOCK"])
def test_http_takes_proxies_only(http, kind):
    assert "proxy integrations" in bad(http.create, PROXY, IntegrationType=kind)
    made = http.create(PROXY)["IntegrationId"]
    bad(http.update, made, IntegrationType=kind)


@pytest.mark.parametrize(
    ("protocol", "members"),
    [
        ("HTTP", {**PROXY, "ConnectionType": "TUNNEL"}),
        ("HTTP", {**PROXY, "TimeoutInMillis": 49}),
        ("HTTP", {**PROXY, "TimeoutInMillis": 30001}),
        ("HTTP", {**PROXY, "PayloadFormatVersion": "2.0"}),
        ("HTTP", {**PROXY, "PayloadFormatVersion": ""}),
        ("HTTP", {**FUNCTION, "PayloadFormatVersion": "3.0"}),
        ("HTTP", {**PROXY, "IntegrationMethod": ""}),
        ("HTTP", {**PROXY, "IntegrationUri": ""}),
        ("HTTP", {**FUNCTION, "IntegrationUri": ""}),
        ("HTTP", {**PROXY, "ConnectionType": "VPC_LINK"}),
        ("HTTP", {**PROXY, "RequestParameters": {"integration.request.header.a": "'b'"}}),
        ("HTTP", {**PROXY, "RequestParameters": {"append:body.a": "'b'"}}),
        ("HTTP", {**PROXY, "ResponseParameters": {"199": {"append:header.a": "b"}}}),
        ("HTTP", {**PROXY, "ResponseParameters": {"600": {"append:header.a": "b"}}}),
        ("HTTP", {**PROXY, "ResponseParameters": {"200": {"append:statuscode": "201"}}}),
        ("HTTP", {**QUEUE, "CredentialsArn": ""}),
        ("HTTP", {**QUEUE, "IntegrationType": "HTTP_PROXY"}),
        ("HTTP", {**QUEUE, "PayloadFormatVersion": "2.0"}),
        ("HTTP", {**QUEUE, "IntegrationSubtype": "SQS-Unheard"}),
        ("WEBSOCKET", {**PROXY, "TimeoutInMillis": 29001}),
        ("WEBSOCKET", {**PROXY, "ContentHandlingStrategy": "CONVERT"}),
        ("WEBSOCKET", {**PROXY, "PayloadFormatVersion": "2.0"}),
        ("WEBSOCKET", {**PROXY, "ConnectionType": "VPC_LINK"}),
        ("WEBSOCKET", {**PROXY, "RequestParameters": {"append:header.a": "b"}}),
        ("WEBSOCKET", {**PROXY, "ResponseParameters": {"200": {"append:header.a": "b"}}}),
        ("WEBSOCKET", {**PRIVATE, **TLS}),
        ("WEBSOCKET", {**SOCKET_HTTP, "IntegrationMethod": ""}),
        ("WEBSOCKET", {**SOCKET_HTTP, "IntegrationUri": ""}),
        ("WEBSOCKET", {**SOCKET_LAMBDA, "IntegrationSubtype": "SQS-PurgeQueue"}),
        ("WEBSOCKET", {"IntegrationType": "AWS"}),
    ],
)
def test_refused_on_create_and_on_update(server, protocol, members):
    api = Api(server, protocol)
    bad(api.create, members)
    base = QUEUE if members.get("IntegrationSubtype") and protocol == "HTTP" else PROXY
    made = server.add_integration(api.id, **base)
    before = server.integrations(api.id)
    # Where only a lack makes it wrong, the patch has to take away what is there.
    lacking = {"IntegrationUri": ""} if "IntegrationUri" not in members else {}
    bad(api.update, made, **{**lacking, **members})
    assert server.integrations(api.id) == before


@pytest.mark.parametrize("missing", list(PROXY))
def test_required_when_left_out(http, missing):
    bad(http.create, {name: PROXY[name] for name in PROXY if name != missing})


def test_accepted_values(http, websocket):
    http.create(
        PROXY,
        TimeoutInMillis=50,
        RequestParameters={
            "append:header.a": "'b'",
            "overwrite:path": "/x",
            "remove:querystring.c": "''",
        },
        ResponseParameters={
            "200": {"overwrite:statuscode": "201"},
            "599": {"remove:header.a": "''"},
        },
    )
    http.create(FUNCTION, PayloadFormatVersion="1.0")
    parameters = {"integration.request.header.a": "route.request.body.a"}
    websocket.create(PRIVATE, RequestParameters=parameters)


def test_mock_takes_no_uri(websocket):
    message = bad(websocket.create, IntegrationType="MOCK", IntegrationUri="https://example.com")
    assert message == "Integration URI is not supported for MOCK integrations"


def test_dropped_in_silence(http):
    made = http.create(
        PROXY,
        TLS,
        PassthroughBehavior="NEVER",
        ContentHandlingStrategy="CONVERT_TO_TEXT",
        RequestTemplates={"a/b": "c"},
        TemplateSelectionExpression="$x",
    )
    assert set(made) == {
        *PROXY,
        "ApiGatewayManaged",
        "IntegrationId",
        "ConnectionType",
        "TimeoutInMillis",
    }


def test_extra_subtypes(http):
    http.server.behaviour.extra_subtypes = {"SQS-Unheard"}
    made = http.create(QUEUE, IntegrationSubtype="SQS-Unheard", RequestParameters={"Any": "x"})
    assert made["RequestParameters"] == {"Any": "x"}


def test_integration_limit(http):
    for _ in range(300):
        http.server.add_integration(http.id, **PROXY)
    assert "Maximum number" in bad(http.create, PROXY)


# Updates


def test_update_is_a_patch(http):
    made = http.create(PROXY, Description="d")
    changed = http.update(made["IntegrationId"], TimeoutInMillis=1000)
    assert changed == {**made, "TimeoutInMillis": 1000}


def test_strings_go_with_the_empty_string(websocket):
    made = websocket.create(
        PRIVATE, Description="d", CredentialsArn=ARN, TemplateSelectionExpression="$x"
    )["IntegrationId"]
    changed = websocket.update(
        made,
        Description="",
        CredentialsArn="",
        TemplateSelectionExpression="",
        ConnectionId="",
        ConnectionType="",
        PassthroughBehavior="",
    )
    gone = {"Description", "CredentialsArn", "TemplateSelectionExpression", "ConnectionId"}
    assert not gone & set(changed)
    assert changed["ConnectionType"] == "INTERNET"
    assert changed["PassthroughBehavior"] == "WHEN_NO_MATCH"


def test_request_parameters_merge(http):
    made = http.create(PROXY, RequestParameters={"append:header.a": "1", "append:header.b": "2"})
    same = http.update(made["IntegrationId"], RequestParameters={})
    assert same == made
    changed = http.update(
        made["IntegrationId"], RequestParameters={"append:header.a": "", "append:header.c": "3"}
    )
    assert changed["RequestParameters"] == {"append:header.b": "2", "append:header.c": "3"}


@pytest.mark.parametrize("rule", ["merge", "replace"])
def test_response_parameters_merge(http, rule):
    http.server.behaviour.response_destinations = rule
    made = http.create(
        PROXY,
        ResponseParameters={
            "200": {"append:header.a": "1", "append:header.b": "2"},
            "404": {"append:header.a": "1"},
            "500": {"append:header.a": "1"},
        },
    )
    assert http.update(made["IntegrationId"], ResponseParameters={}) == made
    changed = http.update(
        made["IntegrationId"], ResponseParameters={"404": {}, "200": {"append:header.a": "3"}}
    )
    kept = {"append:header.b": "2"} if rule == "merge" else {}
    assert changed["ResponseParameters"] == {
        "200": {"append:header.a": "3", **kept},
        "500": {"append:header.a": "1"},
    }


@pytest.mark.parametrize("rule", ["merge", "replace"])
def test_request_templates(websocket, rule):
    websocket.server.behaviour.request_templates = rule
    made = websocket.create(PROXY, RequestTemplates={"a": "1", "b": ""})
    assert made["RequestTemplates"] == {"a": "1", "b": ""}
    changed = websocket.update(made["IntegrationId"], RequestTemplates={"a": ""})
    assert changed["RequestTemplates"] == ({"a": "", "b": ""} if rule == "merge" else {"a": ""})
    cleared = websocket.update(made["IntegrationId"], RequestTemplates={})
    assert ("RequestTemplates" in cleared) == (rule == "merge")


def test_tls_config(http):
    made = http.create(PRIVATE, TLS)
    assert made["TlsConfig"] == TLS["TlsConfig"]
    assert "TlsConfig" not in http.update(made["IntegrationId"], TlsConfig={})
    http.update(made["IntegrationId"], **TLS)
    public = http.update(made["IntegrationId"], ConnectionType="INTERNET", ConnectionId="")
    assert "TlsConfig" not in public


def test_service_integration_needs_everything_again(http):
    made = http.create(QUEUE)["IntegrationId"]
    assert bad(http.update, made, Description="d") == "Invalid integration URI specified"
    again = {"IntegrationSubtype": "SQS-SendMessage"}
    assert "QueueUrl, MessageBody" in bad(http.update, made, Description="d", **again)
    emptied = {**QUEUE["RequestParameters"], "DelaySeconds": ""}
    message = bad(http.update, made, RequestParameters=emptied, **again)
    assert message.startswith("Invalid selection expression specified")
    assert message.endswith("[Mapping expression missing source or destination]")
    changed = http.update(made, Description="d", RequestParameters=QUEUE["RequestParameters"], **again)
    assert changed["Description"] == "d"


@pytest.mark.parametrize("rule", ["merge", "replace"])
def test_service_parameters(http, rule):
    http.server.behaviour.service_parameters = rule
    made = http.create(QUEUE)["IntegrationId"]
    changed = http.update(
        made,
        IntegrationSubtype="SQS-SendMessage",
        RequestParameters={"QueueUrl": "other", "MessageBody": "x"},
    )
    assert ("DelaySeconds" in changed["RequestParameters"]) == (rule == "merge")
    assert changed["RequestParameters"]["QueueUrl"] == "other"


# Existence, management and routes


def test_not_found(http):
    refused("NotFoundException", http.client.get_integrations, ApiId="none")
    refused("NotFoundException", http.update, "none", Description="d")
    refused("NotFoundException", http.delete, "none")
    refused("NotFoundException", http.client.delete_route, ApiId=http.id, RouteId="none")


def test_managed_can_be_updated_but_not_deleted(http):
    made = http.server.add_integration(http.id, managed=True, **PROXY)
    assert http.update(made, Description="d")["ApiGatewayManaged"] is True
    bad(http.delete, made)


def test_routes_hold_an_integration(http):
    made = http.create(PROXY)["IntegrationId"]
    client, target = http.client, f"integrations/{made}"
    first = client.create_route(ApiId=http.id, RouteKey="GET /a", Target=target)
    assert first["AuthorizationType"] == "NONE"
    second = http.server.add_route(http.id, made)
    assert refused("ConflictException", http.delete, made) == (
        "Cannot delete Integration because it is referenced by the following Routes with Ids: "
        f"[{first['RouteId']}, {second}]"
    )
    client.update_route(ApiId=http.id, RouteId=second, Target="")
    assert "Target" not in client.get_route(ApiId=http.id, RouteId=second)
    client.delete_route(ApiId=http.id, RouteId=first["RouteId"])
    http.delete(made)
    assert [route["RouteId"] for route in client.get_routes(ApiId=http.id)["Items"]] == [second]


def test_routes_are_checked(http):
    http.client.create_route(ApiId=http.id, RouteKey="GET /a")
    create = http.client.create_route
    refused("ConflictException", create, ApiId=http.id, RouteKey="GET /a")
    bad(create, ApiId=http.id, RouteKey="GET /b", Target="nowhere")
    refused("NotFoundException", create, ApiId=http.id, RouteKey="$d", Target="integrations/none")


def test_websocket_route_keeps_nested_members(websocket):
    parameters = {"route.request.querystring.a": {"Required": True}}
    made = websocket.client.create_route(
        ApiId=websocket.id, RouteKey="$connect", RequestParameters=parameters
    )
    assert made["RequestParameters"] == parameters


# Pages


def test_default_and_largest_page(http):
    made = [http.server.add_integration(http.id, **PROXY) for _ in range(120)]
    assert len(http.list()["Items"]) == 100
    whole = http.list(MaxResults="500")
    assert len(whole["Items"]) == 120 and "NextToken" not in whole
    assert http.list_all() == made
    bad(http.list, MaxResults="501")
    bad(http.list, MaxResults="many")
    bad(http.list, NextToken="nonsense")


@pytest.mark.parametrize("empty", [False, True])
def test_short_and_empty_pages(http, empty):
    http.server.behaviour.page_size = 7
    http.server.behaviour.empty_pages = empty
    made = [http.server.add_integration(http.id, **PROXY) for _ in range(20)]
    first = http.list(MaxResults="500")
    assert len(first["Items"]) == (0 if empty else 7) and first["NextToken"]
    assert http.list_all() == made
    # One call above, then three pages, each after an empty one if there are such.
    assert http.server.count("GetIntegrations") == 1 + (6 if empty else 3)
    apis = [http.id, *(http.server.add_api("HTTP") for _ in range(9))]
    pages = http.client.get_paginator("get_apis").paginate()
    assert [api["ApiId"] for page in pages for api in page["Items"]] == apis


def test_nothing_is_left_out_when_items_go_away_between_pages(http):
    made = [http.server.add_integration(http.id, **PROXY) for _ in range(4)]
    token = http.list(MaxResults="2")["NextToken"]
    http.delete(made[0])
    rest = http.list(NextToken=token)["Items"]
    assert [item["IntegrationId"] for item in rest] == made[2:]


# Direct access


def test_direct_access(http):
    server, twin = http.server, http.server.add_api("HTTP", api_id="twin", Name="t")
    for api_id in (http.id, twin):
        server.add_integration(api_id, integration_id="same", Description="d", **PROXY)
    server.drift(http.id, "same", Description=None, TimeoutInMillis=1)
    read = plain(http.client.get_integration(ApiId=http.id, IntegrationId="same"))
    assert read == server.integrations(http.id)["same"]
    assert "Description" not in read and read["TimeoutInMillis"] == 1
    assert server.integrations(twin)["same"]["Description"] == "d"
    server.remove(http.id, "same")
    assert server.integrations(http.id) == {} and server.integrations(twin)
    with pytest.raises(ApiError):
        server.remove(http.id, "same")


def test_calls_are_recorded(http):
    made = http.create(PROXY)["IntegrationId"]
    bad(http.update, made, TimeoutInMillis=1)
    first, second = http.server.calls
    assert (first.operation, first.api_id, first.resource_id) == (
        "CreateIntegration",
        http.id,
        made,
    )
    assert first.body == PROXY and first.status == 201 and first.code is None
    assert second.status == 400 and second.code == "BadRequestException"
    assert second.body == {"TimeoutInMillis": 1}
    assert first.started <= first.ended <= second.started
    assert http.server.counts() == {"CreateIntegration": 1, "UpdateIntegration": 1}
    http.server.reset_calls()
    assert http.server.count("CreateIntegration") == 0


def test_same_seed_same_ids():
    def ids(seed):
        server = StandIn(seed=seed)
        with server:
            return server.add_api("HTTP")

    assert ids(1) == ids(1) != ids(2)


# Faults


def test_latency(http):
    http.server.faults.latency = 0.1
    started = time.monotonic()
    http.list()
    assert time.monotonic() - started >= 0.1


def test_throttle(http):
    http.server.faults.throttle(rate=4, burst=3)
    for _ in range(3):
        http.list()
    assert refused("TooManyRequestsException", http.list) == "Too Many Requests"
    for _ in range(5):
        refused("TooManyRequestsException", http.list)
    # Rejected calls took nothing, so one interval brings one call.
    time.sleep(0.3)
    http.list()
    assert http.server.count("GetIntegrations") == 10
    connect(http.server, "eu-west-1").get_apis()
    http.server.faults.throttle(None)
    http.list()


def test_overlapping_writes_conflict(http):
    http.server.faults.conflict_window = True
    http.server.faults.write_time = 0.3
    other = http.server.add_api("HTTP")
    first = threading.Thread(target=http.create, args=(PROXY,))
    first.start()
    while not http.server.calls:
        time.sleep(0.001)
    time.sleep(0.05)
    message = refused("ConflictException", http.client.create_route, ApiId=http.id, RouteKey="GET /a")
    assert "concurrent modification. Please try again later." in message
    assert http.list()["Items"] == []
    http.client.create_integration(ApiId=other, **PROXY)
    first.join()
    assert len(http.list()["Items"]) == 1
    http.create(PROXY)


def test_injected_errors(http):
    inject = http.server.faults.inject
    fault = inject(
        operation="CreateIntegration", kind="error", times=2, skip=1, status=503, code="Broken"
    )
    http.create(PROXY)
    for _ in range(2):
        refused("Broken", http.create, PROXY)
    http.create(PROXY)
    assert fault.fired == 2 and http.server.calls[1].status == 503
    assert len(http.server.integrations(http.id)) == 2
    inject(kind="error_after", code="NotFoundException", message="gone")
    assert refused("NotFoundException", http.create, PROXY) == "gone"
    assert http.server.calls[-1].status == 404
    assert len(http.server.integrations(http.id)) == 3


@pytest.mark.parametrize(("kind", "made"), [("drop_request", 0), ("drop_answer", 1)])
def test_injected_losses(http, kind, made):
    http.server.faults.inject(operation="CreateIntegration", kind=kind)
    with pytest.raises(BotoCoreError):
        http.create(PROXY)
    assert len(http.server.integrations(http.id)) == made
    assert http.server.calls[-1].status is None
    http.create(PROXY)


def test_truncated_answer(http):
    http.server.faults.inject(operation="CreateIntegration", kind="truncate")
    try:
        answer = http.create(PROXY)
    except BotoCoreError:
        answer = {}
    # With an old urllib3, botocore takes half a body for an answer without members.
    assert answer == {}
    assert len(http.server.integrations(http.id)) == 1
    assert http.server.calls[-1].status == 201
    http.create(PROXY)


def test_a_deletion_can_lose_its_answer(http):
    for kind in ("drop_answer", "truncate"):
        made = http.server.add_integration(http.id, **PROXY)
        http.server.faults.inject(operation="DeleteIntegration", kind=kind)
        with pytest.raises(BotoCoreError):
            http.delete(made)
    assert http.server.integrations(http.id) == {}


def test_the_sdk_repeats_a_creation_whose_answer_was_lost(http):
    http.server.faults.inject(operation="CreateIntegration", kind="drop_answer")
    retrying = connect(http.server, config=Config(retries={"total_max_attempts": 2}))
    retrying.create_integration(ApiId=http.id, **PROXY)
    assert len(http.server.integrations(http.id)) == 2


def test_injected_delay_goes_with_other_faults(http):
    http.server.faults.inject(kind="delay", seconds=0.1, api_id=http.id, times=None)
    http.server.faults.inject(kind="error", operation="GetIntegrations")
    started = time.monotonic()
    refused("InternalServerErrorException", http.list)
    http.list()
    assert time.monotonic() - started >= 0.2
    http.server.faults.clear()
    http.client.get_apis()
    assert time.monotonic() - started < 1


def test_injection_with_a_probability_is_seeded():
    def failures():
        with StandIn(seed=3) as server:
            api = Api(server)
            server.faults.inject(kind="drop_request", times=None, probability=0.5)
            lost = []
            for number in range(20):
                try:
                    api.list()
                except BotoCoreError:
                    lost.append(number)
            return lost

    first = failures()
    assert first == failures() and 3 < len(first) < 17


def test_unknown_kind_of_fault(server):
    with pytest.raises(ValueError, match="unknown kind"):
        server.faults.inject(kind="explode")


def test_deny(http):
    http.server.faults.deny("GetApis", "GetRoutes")
    refused("AccessDeniedException", http.client.get_apis)
    http.list()
    http.server.faults.clear()
    http.client.get_apis()


# HTTP


def test_error_on_the_wire(server):
    with pytest.raises(ClientError) as caught:
        connect(server).get_api(ApiId="none")
    answer = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-errortype"] == "NotFoundException"


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        ("/v2/nothing", {}, None, 404),
        ("/v2/apis", {}, None, 403),
        ("/v2/apis", {"Authorization": "Credential=a/20260101/us-east-1/x"}, b"{", 400),
        ("/v2/apis", {"Authorization": "Credential=a/20260101/us-east-1/x"}, b"[]", 400),
        ("/_standin/nothing", {}, None, 404),
    ],
)
def test_requests_that_no_client_makes(server, path, headers, body, status):
    request = urllib.request.Request(server.url + path, body, headers)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    assert caught.value.code == status


def test_many_connections_at_once_are_kept_alive(http):
    http.server.faults.latency = 0.05
    opened = []
    connected = http.server.connected
    http.server.connected = lambda connection: (opened.append(connection), connected(connection))
    with ThreadPoolExecutor(50) as pool:
        started = time.monotonic()
        list(pool.map(lambda _: http.list(), range(200)))
    assert time.monotonic() - started < 4
    assert len(opened) <= 50


def test_own_process():
    process = subprocess.Popen(
        [sys.executable, "-m", "standin", "--rate", "0.01", "--burst", "2", "--conflict"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    try:
        url = process.stdout.readline().strip()

        def control(method, name, **arguments):
            request = urllib.request.Request(
                f"{url}/_standin/{name}", json.dumps(arguments).encode(), method=method
            )
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)

        seeded = control("POST", "seed", apis=2, integrations=3, protocol="HTTP")["apis"]
        assert [len(made) for made in seeded.values()] == [3, 3]
        client = SESSION.client("apigatewayv2", region_name="us-east-1", endpoint_url=url, config=ONCE)
        assert {api["ApiId"] for api in client.get_apis()["Items"]} == set(seeded)
        client.get_apis()
        refused("TooManyRequestsException", client.get_apis)
        calls = control("GET", "calls")
        assert calls == {"counts": {"GetApis": 3}, "throttled": 1, "conflicted": 0}
        control("POST", "reset", rate=None, page_size=1, latency=0.01)
        assert len(client.get_apis()["Items"]) == 1
        assert control("GET", "calls")["counts"] == {"GetApis": 1}
    finally:
        process.terminate()
        assert process.wait(10) == 0
        process.stdout.close()

"""What the mock server does as AWS does it: defaults, refusals, existence."""

import pytest
from botocore.exceptions import ClientError

from payloads import (
    FUNCTION,
    HTTP_MEMBERS,
    LAMBDA_MEMBERS,
    PRIVATE_MEMBERS,
    QUEUE_MEMBERS,
    SOCKET_HTTP_MEMBERS,
    SOCKET_LAMBDA_MEMBERS,
    TLS_MEMBERS,
)
from wire import Api, bad, connect, refused

# APIs and tags


def test_api_life(server):
    client = connect(server)
    created = client.create_api(
        Name="a",
        ProtocolType="HTTP",
        Tags={"k": "v"},
        CorsConfiguration={"AllowOrigins": ["*"], "MaxAge": 5},
    )
    api_id = created["ApiId"]
    assert created["RouteSelectionExpression"] == "$request.method $request.path"
    assert created["CorsConfiguration"] == {"AllowOrigins": ["*"], "MaxAge": 5}
    client.update_api(ApiId=api_id, Name="b", Description="d")
    client.update_api(ApiId=api_id, Description="")
    read = client.get_api(ApiId=api_id)
    assert read["Name"] == "b" and "Description" not in read and read["Tags"] == {"k": "v"}
    server.add_integration(api_id, **HTTP_MEMBERS)
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
    api_id = client.create_api(Name="a", ProtocolType="HTTP", Target=FUNCTION)["ApiId"]
    (created,) = client.get_integrations(ApiId=api_id)["Items"]
    (route,) = client.get_routes(ApiId=api_id)["Items"]
    assert created["ApiGatewayManaged"] is True
    assert route["RouteKey"] == "$default"
    assert route["Target"] == f"integrations/{created['IntegrationId']}"


def test_tags(server):
    client = connect(server)
    arn = f"arn:aws:apigateway:us-east-1::/apis/{server.add_api('HTTP')}"
    client.tag_resource(ResourceArn=arn, Tags={"a": "1", "b": "2"})
    client.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert client.get_tags(ResourceArn=arn)["Tags"] == {"b": "2"}
    refused("NotFoundException", client.get_tags, ResourceArn=arn + "x")


def test_accounts_and_regions_are_apart(server):
    api_id = server.add_api("HTTP", account=("other", "eu-west-1"))
    server.add_integration(api_id, account=("other", "eu-west-1"), **HTTP_MEMBERS)
    assert connect(server).get_apis()["Items"] == []
    assert connect(server, "eu-west-1").get_apis()["Items"] == []
    other = connect(server, "eu-west-1", aws_access_key_id="other", aws_secret_access_key="x")
    assert [api["ApiId"] for api in other.get_apis()["Items"]] == [api_id]
    assert len(other.get_integrations(ApiId=api_id)["Items"]) == 1


# Defaults


def test_defaults_of_http(http):
    created = http.create(LAMBDA_MEMBERS)
    assert created.pop("IntegrationId")
    assert created == {
        **LAMBDA_MEMBERS,
        "ConnectionType": "INTERNET",
        "IntegrationMethod": "POST",
        "TimeoutInMillis": 30000,
    }


def test_defaults_of_a_service_integration(http):
    created = http.create(QUEUE_MEMBERS, IntegrationMethod="POST", IntegrationUri=FUNCTION)
    assert "IntegrationMethod" not in created and "IntegrationUri" not in created


@pytest.mark.parametrize(
    ("members", "selection", "method"),
    [
        ({"IntegrationType": "MOCK"}, "${integration.response.statuscode}", None),
        (SOCKET_HTTP_MEMBERS, "${integration.response.statuscode}", "GET"),
        (HTTP_MEMBERS, None, "GET"),
        (
            {**SOCKET_LAMBDA_MEMBERS, "IntegrationType": "AWS"},
            "${integration.response.body.errorMessage}",
            "POST",
        ),
        (SOCKET_LAMBDA_MEMBERS, None, "POST"),
    ],
)
def test_defaults_of_websocket(websocket, members, selection, method):
    created = websocket.create(members)
    assert created["ConnectionType"] == "INTERNET"
    assert created["TimeoutInMillis"] == 29000
    assert created["PayloadFormatVersion"] == "1.0"
    assert created["PassthroughBehavior"] == "WHEN_NO_MATCH"
    assert created.get("IntegrationResponseSelectionExpression") == selection
    assert created.get("IntegrationMethod") == method


# What is allowed where


@pytest.mark.parametrize("kind", ["AWS", "HTTP", "MOCK"])
def test_http_takes_proxies_only(http, kind):
    assert "proxy integrations" in bad(http.create, HTTP_MEMBERS, IntegrationType=kind)
    created = http.create(HTTP_MEMBERS)["IntegrationId"]
    bad(http.update, created, IntegrationType=kind)


@pytest.mark.parametrize(
    ("protocol", "members"),
    [
        ("HTTP", {**HTTP_MEMBERS, "ConnectionType": "TUNNEL"}),
        ("HTTP", {**HTTP_MEMBERS, "TimeoutInMillis": 49}),
        ("HTTP", {**HTTP_MEMBERS, "TimeoutInMillis": 30001}),
        ("HTTP", {**HTTP_MEMBERS, "PayloadFormatVersion": "2.0"}),
        ("HTTP", {**HTTP_MEMBERS, "PayloadFormatVersion": ""}),
        ("HTTP", {**LAMBDA_MEMBERS, "PayloadFormatVersion": "3.0"}),
        ("HTTP", {**HTTP_MEMBERS, "IntegrationMethod": ""}),
        ("HTTP", {**HTTP_MEMBERS, "IntegrationUri": ""}),
        ("HTTP", {**LAMBDA_MEMBERS, "IntegrationUri": ""}),
        ("HTTP", {**HTTP_MEMBERS, "ConnectionType": "VPC_LINK"}),
        ("HTTP", {**HTTP_MEMBERS, "RequestParameters": {"integration.request.header.a": "'b'"}}),
        ("HTTP", {**HTTP_MEMBERS, "RequestParameters": {"append:body.a": "'b'"}}),
        ("HTTP", {**HTTP_MEMBERS, "ResponseParameters": {"199": {"append:header.a": "b"}}}),
        ("HTTP", {**HTTP_MEMBERS, "ResponseParameters": {"600": {"append:header.a": "b"}}}),
        ("HTTP", {**HTTP_MEMBERS, "ResponseParameters": {"200": {"append:statuscode": "201"}}}),
        ("HTTP", {**QUEUE_MEMBERS, "CredentialsArn": ""}),
        ("HTTP", {**QUEUE_MEMBERS, "IntegrationType": "HTTP_PROXY"}),
        ("HTTP", {**QUEUE_MEMBERS, "PayloadFormatVersion": "2.0"}),
        ("HTTP", {**QUEUE_MEMBERS, "IntegrationSubtype": "SQS-Unheard"}),
        ("WEBSOCKET", {**HTTP_MEMBERS, "TimeoutInMillis": 29001}),
        ("WEBSOCKET", {**HTTP_MEMBERS, "ContentHandlingStrategy": "CONVERT"}),
        ("WEBSOCKET", {**HTTP_MEMBERS, "PayloadFormatVersion": "2.0"}),
        ("WEBSOCKET", {**HTTP_MEMBERS, "ConnectionType": "VPC_LINK"}),
        ("WEBSOCKET", {**HTTP_MEMBERS, "RequestParameters": {"append:header.a": "b"}}),
        ("WEBSOCKET", {**HTTP_MEMBERS, "ResponseParameters": {"200": {"append:header.a": "b"}}}),
        ("WEBSOCKET", {**PRIVATE_MEMBERS, **TLS_MEMBERS}),
        ("WEBSOCKET", {**SOCKET_HTTP_MEMBERS, "IntegrationMethod": ""}),
        ("WEBSOCKET", {**SOCKET_HTTP_MEMBERS, "IntegrationUri": ""}),
        ("WEBSOCKET", {**SOCKET_LAMBDA_MEMBERS, "IntegrationSubtype": "SQS-PurgeQueue"}),
        ("WEBSOCKET", {"IntegrationType": "AWS"}),
    ],
)
def test_refused_on_create_and_on_update(server, protocol, members):
    api = Api(server, protocol)
    bad(api.create, members)
    base = QUEUE_MEMBERS if members.get("IntegrationSubtype") and protocol == "HTTP" else HTTP_MEMBERS
    created = server.add_integration(api.id, **base)
    before = server.integrations(api.id)
    # Where only a lack makes it wrong, the patch has to take away what is there.
    lacking = {"IntegrationUri": ""} if "IntegrationUri" not in members else {}
    bad(api.update, created, **{**lacking, **members})
    assert server.integrations(api.id) == before


@pytest.mark.parametrize("missing", list(HTTP_MEMBERS))
def test_required_when_left_out(http, missing):
    bad(http.create, {name: HTTP_MEMBERS[name] for name in HTTP_MEMBERS if name != missing})


def test_accepted_values(http, websocket):
    http.create(
        HTTP_MEMBERS,
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
    http.create(LAMBDA_MEMBERS, PayloadFormatVersion="1.0")
    parameters = {"integration.request.header.a": "route.request.body.a"}
    websocket.create(PRIVATE_MEMBERS, RequestParameters=parameters)


def test_mock_takes_no_uri(websocket):
    message = bad(websocket.create, IntegrationType="MOCK", IntegrationUri="https://example.com")
    assert message == "Integration URI is not supported for MOCK integrations"


def test_dropped_in_silence(http):
    created = http.create(
        HTTP_MEMBERS,
        TLS_MEMBERS,
        PassthroughBehavior="NEVER",
        ContentHandlingStrategy="CONVERT_TO_TEXT",
        RequestTemplates={"a/b": "c"},
        TemplateSelectionExpression="$x",
    )
    assert set(created) == {*HTTP_MEMBERS, "IntegrationId", "ConnectionType", "TimeoutInMillis"}


def test_extra_subtypes(http):
    http.server.behaviour.extra_subtypes = {"SQS-Unheard"}
    created = http.create(
        QUEUE_MEMBERS, IntegrationSubtype="SQS-Unheard", RequestParameters={"Any": "x"}
    )
    assert created["RequestParameters"] == {"Any": "x"}


def test_integration_limit(http):
    for _ in range(300):
        http.server.add_integration(http.id, **HTTP_MEMBERS)
    with pytest.raises(ClientError) as caught:
        http.create(HTTP_MEMBERS)
    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert response["Error"]["Code"] == "TooManyRequestsException"
    assert response["Error"]["Message"].startswith("Maximum number of Integrations for this API")


# Existence, management and routes


def test_not_found(http):
    refused("NotFoundException", http.client.get_integrations, ApiId="none")
    refused("NotFoundException", http.update, "none", Description="d")
    refused("NotFoundException", http.delete, "none")
    refused("NotFoundException", http.client.delete_route, ApiId=http.id, RouteId="none")


def test_managed_can_be_updated_but_not_deleted(http):
    created = http.server.add_integration(http.id, managed=True, **HTTP_MEMBERS)
    assert http.update(created, Description="d")["ApiGatewayManaged"] is True
    bad(http.delete, created)


def test_routes_hold_an_integration(http):
    created = http.create(HTTP_MEMBERS)["IntegrationId"]
    client, target = http.client, f"integrations/{created}"
    first = client.create_route(ApiId=http.id, RouteKey="GET /a", Target=target)
    assert first["AuthorizationType"] == "NONE"
    second = http.server.add_route(http.id, created)
    assert refused("ConflictException", http.delete, created) == (
        "Cannot delete Integration because it is referenced by the following Routes with Ids: "
        f"[{first['RouteId']}, {second}]"
    )
    client.update_route(ApiId=http.id, RouteId=second, Target="")
    assert "Target" not in client.get_route(ApiId=http.id, RouteId=second)
    client.delete_route(ApiId=http.id, RouteId=first["RouteId"])
    http.delete(created)
    assert [route["RouteId"] for route in client.get_routes(ApiId=http.id)["Items"]] == [second]


def test_routes_are_checked(http):
    http.client.create_route(ApiId=http.id, RouteKey="GET /a")
    create = http.client.create_route
    refused("ConflictException", create, ApiId=http.id, RouteKey="GET /a")
    bad(create, ApiId=http.id, RouteKey="GET /b", Target="nowhere")
    refused("NotFoundException", create, ApiId=http.id, RouteKey="$d", Target="integrations/none")


def test_websocket_route_keeps_nested_members(websocket):
    parameters = {"route.request.querystring.a": {"Required": True}}
    created = websocket.client.create_route(
        ApiId=websocket.id, RouteKey="$connect", RequestParameters=parameters
    )
    assert created["RequestParameters"] == parameters

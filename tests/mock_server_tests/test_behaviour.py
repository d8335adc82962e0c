"""What the mock server does as AWS does it: defaults, refusals, updates, existence."""

import pytest
from botocore.exceptions import ClientError

from mock_server import Behaviour, MockServer
from payloads import (
    FUNCTION,
    HTTP_MEMBERS,
    LAMBDA_MEMBERS,
    PRIVATE_MEMBERS,
    QUEUE_MEMBERS,
    ROLE,
    SOCKET_HTTP_MEMBERS,
    SOCKET_LAMBDA_MEMBERS,
    TLS_MEMBERS,
)
from wire import Api, bad, connect, refused

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
    server.add_integration(api_id, account=("other", "eu-west-1"), **HTTP_MEMBERS)
    assert connect(server).get_apis()["Items"] == []
    assert connect(server, "eu-west-1").get_apis()["Items"] == []
    other = connect(server, "eu-west-1", aws_access_key_id="other", aws_secret_access_key="x")
    assert [api["ApiId"] for api in other.get_apis()["Items"]] == [api_id]
    assert len(other.get_integrations(ApiId=api_id)["Items"]) == 1


# Defaults


def test_defaults_of_http(http):
    made = http.create(LAMBDA_MEMBERS)
    assert made.pop("IntegrationId")
    assert made == {
        **LAMBDA_MEMBERS,
        "ConnectionType": "INTERNET",
        "IntegrationMethod": "POST",
        "TimeoutInMillis": 30000,
    }


def test_defaults_of_a_service_integration(http):
    made = http.create(QUEUE_MEMBERS, IntegrationMethod="POST", IntegrationUri=FUNCTION)
    assert "IntegrationMethod" not in made and "IntegrationUri" not in made


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
    made = websocket.create(members)
    assert made["ConnectionType"] == "INTERNET"
    assert made["TimeoutInMillis"] == 29000
    assert made["PayloadFormatVersion"] == "1.0"
    assert made["PassthroughBehavior"] == "WHEN_NO_MATCH"
    assert made.get("IntegrationResponseSelectionExpression") == selection
    assert made.get("IntegrationMethod") == method


# What is allowed where


@pytest.mark.parametrize("kind", ["AWS", "HTTP", "MOCK"])
def test_http_takes_proxies_only(http, kind):
    assert "proxy integrations" in bad(http.create, HTTP_MEMBERS, IntegrationType=kind)
    made = http.create(HTTP_MEMBERS)["IntegrationId"]
    bad(http.update, made, IntegrationType=kind)


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
    made = server.add_integration(api.id, **base)
    before = server.integrations(api.id)
    # Where only a lack makes it wrong, the patch has to take away what is there.
    lacking = {"IntegrationUri": ""} if "IntegrationUri" not in members else {}
    bad(api.update, made, **{**lacking, **members})
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
    made = http.create(
        HTTP_MEMBERS,
        TLS_MEMBERS,
        PassthroughBehavior="NEVER",
        ContentHandlingStrategy="CONVERT_TO_TEXT",
        RequestTemplates={"a/b": "c"},
        TemplateSelectionExpression="$x",
    )
    assert set(made) == {*HTTP_MEMBERS, "IntegrationId", "ConnectionType", "TimeoutInMillis"}


def test_extra_subtypes(http):
    http.server.behaviour.extra_subtypes = {"SQS-Unheard"}
    made = http.create(QUEUE_MEMBERS, IntegrationSubtype="SQS-Unheard", RequestParameters={"Any": "x"})
    assert made["RequestParameters"] == {"Any": "x"}


def test_integration_limit(http):
    for _ in range(300):
        http.server.add_integration(http.id, **HTTP_MEMBERS)
    with pytest.raises(ClientError) as caught:
        http.create(HTTP_MEMBERS)
    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert response["Error"]["Code"] == "TooManyRequestsException"
    assert response["Error"]["Message"].startswith("Maximum number of Integrations for this API")


# Updates


def test_update_is_a_patch(http):
    made = http.create(HTTP_MEMBERS, Description="d")
    changed = http.update(made["IntegrationId"], TimeoutInMillis=1000)
    assert changed == {**made, "TimeoutInMillis": 1000}


def test_strings_go_with_the_empty_string(websocket):
    made = websocket.create(
        PRIVATE_MEMBERS,
        IntegrationUri="https://example.com",
        Description="d",
        CredentialsArn=ROLE,
        TemplateSelectionExpression="$x",
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
    made = http.create(HTTP_MEMBERS, RequestParameters={"append:header.a": "1", "append:header.b": "2"})
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
        HTTP_MEMBERS,
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
    made = websocket.create(HTTP_MEMBERS, RequestTemplates={"a": "1", "b": ""})
    assert made["RequestTemplates"] == {"a": "1", "b": ""}
    changed = websocket.update(made["IntegrationId"], RequestTemplates={"a": ""})
    assert changed["RequestTemplates"] == ({"a": "", "b": ""} if rule == "merge" else {"a": ""})
    cleared = websocket.update(made["IntegrationId"], RequestTemplates={})
    assert "RequestTemplates" not in cleared


@pytest.mark.parametrize("member", ["RequestTemplates", "ResponseParameters"])
@pytest.mark.parametrize("rule", ["clears", "keeps"])
def test_empty_maps(server, member, rule):
    server.behaviour.empty_request_templates = server.behaviour.empty_response_parameters = rule
    api = Api(server, "WEBSOCKET" if member == "RequestTemplates" else "HTTP")
    value = {"a": "1"} if member == "RequestTemplates" else {"200": {"append:header.a": "1"}}
    made = api.create(HTTP_MEMBERS, **{member: value})
    changed = api.update(made["IntegrationId"], **{member: {}})
    assert changed.get(member) == (value if rule == "keeps" else None)


@pytest.mark.parametrize("rule", ["removes", "keeps", "refused"])
def test_empty_destination(http, rule):
    http.server.behaviour.empty_destination = rule
    value = {"append:header.a": "1", "append:header.b": "2"}
    made = http.create(HTTP_MEMBERS, ResponseParameters={"200": value})["IntegrationId"]
    patch = {"ResponseParameters": {"200": {"append:header.a": ""}}}
    if rule == "refused":
        bad(http.update, made, **patch)
        return
    changed = http.update(made, **patch)["ResponseParameters"]
    assert changed == {"200": value if rule == "keeps" else {"append:header.b": "2"}}


@pytest.mark.parametrize("rule", ["removes", "keeps", "refused"])
def test_empty_content_handling(websocket, rule):
    websocket.server.behaviour.empty_content_handling = rule
    made = websocket.create(HTTP_MEMBERS, ContentHandlingStrategy="CONVERT_TO_TEXT")["IntegrationId"]
    if rule == "refused":
        bad(websocket.update, made, ContentHandlingStrategy="")
        return
    changed = websocket.update(made, ContentHandlingStrategy="")
    assert ("ContentHandlingStrategy" in changed) == (rule == "keeps")


@pytest.mark.parametrize("rule", ["kept", "refilled"])
def test_a_change_of_type(websocket, rule):
    websocket.server.behaviour.type_change_method = rule
    websocket.server.behaviour.type_change_selection = rule
    made = websocket.create(IntegrationType="MOCK")
    changed = websocket.update(made["IntegrationId"], IntegrationType="AWS", IntegrationUri=FUNCTION)
    kept = rule == "kept"
    assert changed.get("IntegrationMethod") == (None if kept else "POST")
    assert changed["IntegrationResponseSelectionExpression"] == (
        "${integration.response.statuscode}" if kept else "${integration.response.body.errorMessage}"
    )


@pytest.mark.parametrize("rule", ["taken", "refused"])
def test_wildcard_role(http, rule):
    http.server.behaviour.wildcard_role = rule
    role = {"CredentialsArn": "arn:aws:iam::*:user/*"}
    assert bad(http.create, LAMBDA_MEMBERS, **role) == "Invalid role ARN"
    if rule == "taken":
        assert http.create(HTTP_MEMBERS, **role)["CredentialsArn"] == role["CredentialsArn"]
    else:
        bad(http.create, HTTP_MEMBERS, **role)


@pytest.mark.parametrize("rule", ["dropped", "refused"])
def test_websocket_members_on_an_http_api(http, rule):
    http.server.behaviour.websocket_members = rule
    templates = {"RequestTemplates": {"a/b": "c"}}
    if rule == "refused":
        bad(http.create, HTTP_MEMBERS, **templates)
    else:
        assert "RequestTemplates" not in http.create(HTTP_MEMBERS, **templates)


@pytest.mark.parametrize("rule", ["at once", "late"])
def test_a_listing_right_after_a_write(http, rule):
    http.server.behaviour.listing_after_write = rule
    made = http.create(HTTP_MEMBERS)["IntegrationId"]
    assert len(http.list()["Items"]) == (1 if rule == "at once" else 0)
    assert len(http.list()["Items"]) == 1
    http.update(made, Description="d")
    assert ("Description" in http.list()["Items"][0]) == (rule == "at once")
    http.delete(made)
    assert len(http.list()["Items"]) == (0 if rule == "at once" else 1)
    assert http.list()["Items"] == []


@pytest.mark.parametrize("rule", ["taken", "refused"])
def test_max_results_500(http, rule):
    http.server.behaviour.max_results_500 = rule
    if rule == "refused":
        bad(http.list, MaxResults="500")
    else:
        http.list(MaxResults="500")


def test_overlapping_writes():
    for position in ("none", "some"):
        server = MockServer(Behaviour(overlapping_writes=position))
        assert server.faults.conflict_window == (position == "some")


def test_tls_config(http):
    made = http.create(PRIVATE_MEMBERS, TLS_MEMBERS)
    assert made["TlsConfig"] == TLS_MEMBERS["TlsConfig"]
    assert "TlsConfig" not in http.update(made["IntegrationId"], TlsConfig={})
    http.update(made["IntegrationId"], **TLS_MEMBERS)
    public = http.update(
        made["IntegrationId"],
        ConnectionType="INTERNET",
        ConnectionId="",
        IntegrationUri="https://example.com",
    )
    assert "TlsConfig" not in public


def test_service_integration_needs_everything_again(http):
    made = http.create(QUEUE_MEMBERS)["IntegrationId"]
    assert bad(http.update, made, Description="d") == "Invalid integration URI specified"
    again = {"IntegrationSubtype": "SQS-SendMessage"}
    assert "QueueUrl, MessageBody" in bad(http.update, made, Description="d", **again)
    emptied = {**QUEUE_MEMBERS["RequestParameters"], "DelaySeconds": ""}
    message = bad(http.update, made, RequestParameters=emptied, **again)
    assert message.startswith("Invalid selection expression specified")
    assert message.endswith("[Mapping expression missing source or destination]")
    whole = QUEUE_MEMBERS["RequestParameters"]
    changed = http.update(made, Description="d", RequestParameters=whole, **again)
    assert changed["Description"] == "d"


@pytest.mark.parametrize("rule", ["merge", "replace"])
def test_service_parameters(http, rule):
    http.server.behaviour.service_parameters = rule
    made = http.create(QUEUE_MEMBERS)["IntegrationId"]
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
    made = http.server.add_integration(http.id, managed=True, **HTTP_MEMBERS)
    assert http.update(made, Description="d")["ApiGatewayManaged"] is True
    bad(http.delete, made)


def test_routes_hold_an_integration(http):
    made = http.create(HTTP_MEMBERS)["IntegrationId"]
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

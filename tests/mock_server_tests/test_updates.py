"""What the mock server does with an update as AWS does it: what is kept, merged and removed."""

import pytest

from mock_server import Behaviour, MockServer
from payloads import (
    FUNCTION,
    HTTP_MEMBERS,
    LAMBDA_MEMBERS,
    PRIVATE_MEMBERS,
    QUEUE_MEMBERS,
    ROLE,
    TLS_MEMBERS,
)
from wire import Api, bad


def test_update_is_a_patch(http):
    created = http.create(HTTP_MEMBERS, Description="d")
    changed = http.update(created["IntegrationId"], TimeoutInMillis=1000)
    assert changed == {**created, "TimeoutInMillis": 1000}


def test_strings_go_with_the_empty_string(websocket):
    created = websocket.create(
        PRIVATE_MEMBERS,
        IntegrationUri="https://example.com",
        Description="d",
        CredentialsArn=ROLE,
        TemplateSelectionExpression="$x",
    )["IntegrationId"]
    changed = websocket.update(
        created,
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
    created = http.create(
        HTTP_MEMBERS, RequestParameters={"append:header.a": "1", "append:header.b": "2"}
    )
    same = http.update(created["IntegrationId"], RequestParameters={})
    assert same == created
    changed = http.update(
        created["IntegrationId"], RequestParameters={"append:header.a": "", "append:header.c": "3"}
    )
    assert changed["RequestParameters"] == {"append:header.b": "2", "append:header.c": "3"}


@pytest.mark.parametrize("rule", ["merge", "replace"])
def test_response_parameters_merge(http, rule):
    http.server.behaviour.response_destinations = rule
    created = http.create(
        HTTP_MEMBERS,
        ResponseParameters={
            "200": {"append:header.a": "1", "append:header.b": "2"},
            "404": {"append:header.a": "1"},
            "500": {"append:header.a": "1"},
        },
    )
    assert http.update(created["IntegrationId"], ResponseParameters={}) == created
    changed = http.update(
        created["IntegrationId"], ResponseParameters={"404": {}, "200": {"append:header.a": "3"}}
    )
    kept = {"append:header.b": "2"} if rule == "merge" else {}
    assert changed["ResponseParameters"] == {
        "200": {"append:header.a": "3", **kept},
        "500": {"append:header.a": "1"},
    }


@pytest.mark.parametrize("rule", ["merge", "replace"])
def test_request_templates(websocket, rule):
    websocket.server.behaviour.request_templates = rule
    created = websocket.create(HTTP_MEMBERS, RequestTemplates={"a": "1", "b": ""})
    assert created["RequestTemplates"] == {"a": "1", "b": ""}
    changed = websocket.update(created["IntegrationId"], RequestTemplates={"a": ""})
    assert changed["RequestTemplates"] == ({"a": "", "b": ""} if rule == "merge" else {"a": ""})
    cleared = websocket.update(created["IntegrationId"], RequestTemplates={})
    assert "RequestTemplates" not in cleared


@pytest.mark.parametrize("member", ["RequestTemplates", "ResponseParameters"])
@pytest.mark.parametrize("rule", ["clears", "keeps"])
def test_empty_maps(server, member, rule):
    server.behaviour.empty_request_templates = server.behaviour.empty_response_parameters = rule
    api = Api(server, "WEBSOCKET" if member == "RequestTemplates" else "HTTP")
    value = {"a": "1"} if member == "RequestTemplates" else {"200": {"append:header.a": "1"}}
    created = api.create(HTTP_MEMBERS, **{member: value})
    changed = api.update(created["IntegrationId"], **{member: {}})
    assert changed.get(member) == (value if rule == "keeps" else None)


@pytest.mark.parametrize("rule", ["removes", "keeps", "refused"])
def test_empty_destination(http, rule):
    http.server.behaviour.empty_destination = rule
    value = {"append:header.a": "1", "append:header.b": "2"}
    created = http.create(HTTP_MEMBERS, ResponseParameters={"200": value})["IntegrationId"]
    patch = {"ResponseParameters": {"200": {"append:header.a": ""}}}
    if rule == "refused":
        bad(http.update, created, **patch)
        return
    changed = http.update(created, **patch)["ResponseParameters"]
    assert changed == {"200": value if rule == "keeps" else {"append:header.b": "2"}}


@pytest.mark.parametrize("rule", ["removes", "keeps", "refused"])
def test_empty_content_handling(websocket, rule):
    websocket.server.behaviour.empty_content_handling = rule
    created = websocket.create(HTTP_MEMBERS, ContentHandlingStrategy="CONVERT_TO_TEXT")["IntegrationId"]
    if rule == "refused":
        bad(websocket.update, created, ContentHandlingStrategy="")
        return
    changed = websocket.update(created, ContentHandlingStrategy="")
    assert ("ContentHandlingStrategy" in changed) == (rule == "keeps")


@pytest.mark.parametrize("rule", ["kept", "refilled"])
def test_a_change_of_type(websocket, rule):
    websocket.server.behaviour.type_change_method = rule
    websocket.server.behaviour.type_change_selection = rule
    created = websocket.create(IntegrationType="MOCK")
    changed = websocket.update(created["IntegrationId"], IntegrationType="AWS", IntegrationUri=FUNCTION)
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
    created = http.create(HTTP_MEMBERS)["IntegrationId"]
    assert len(http.list()["Items"]) == (1 if rule == "at once" else 0)
    assert len(http.list()["Items"]) == 1
    http.update(created, Description="d")
    assert ("Description" in http.list()["Items"][0]) == (rule == "at once")
    http.delete(created)
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
    created = http.create(PRIVATE_MEMBERS, TLS_MEMBERS)
    assert created["TlsConfig"] == TLS_MEMBERS["TlsConfig"]
    assert "TlsConfig" not in http.update(created["IntegrationId"], TlsConfig={})
    http.update(created["IntegrationId"], **TLS_MEMBERS)
    public = http.update(
        created["IntegrationId"],
        ConnectionType="INTERNET",
        ConnectionId="",
        IntegrationUri="https://example.com",
    )
    assert "TlsConfig" not in public


def test_service_integration_needs_everything_again(http):
    created = http.create(QUEUE_MEMBERS)["IntegrationId"]
    assert bad(http.update, created, Description="d") == "Invalid integration URI specified"
    again = {"IntegrationSubtype": "SQS-SendMessage"}
    assert "QueueUrl, MessageBody" in bad(http.update, created, Description="d", **again)
    emptied = {**QUEUE_MEMBERS["RequestParameters"], "DelaySeconds": ""}
    message = bad(http.update, created, RequestParameters=emptied, **again)
    assert message.startswith("Invalid selection expression specified")
    assert message.endswith("[Mapping expression missing source or destination]")
    whole = QUEUE_MEMBERS["RequestParameters"]
    changed = http.update(created, Description="d", RequestParameters=whole, **again)
    assert changed["Description"] == "d"


@pytest.mark.parametrize("rule", ["merge", "replace"])
def test_service_parameters(http, rule):
    http.server.behaviour.service_parameters = rule
    created = http.create(QUEUE_MEMBERS)["IntegrationId"]
    changed = http.update(
        created,
        IntegrationSubtype="SQS-SendMessage",
        RequestParameters={"QueueUrl": "other", "MessageBody": "x"},
    )
    assert ("DelaySeconds" in changed["RequestParameters"]) == (rule == "merge")
    assert changed["RequestParameters"]["QueueUrl"] == "other"

"""Integration responses and route responses: what the mock server does with them."""

import json
import pathlib

import botocore
import pytest

from mock_server import DEFAULT_ACCOUNT
from wire import bad, connect, plain, refused

RECORDED = pathlib.Path(__file__).parents[1] / "data" / "recorded.jsonl"
ROWS = {row["id"]: row for row in map(json.loads, RECORDED.read_text().splitlines())}
# Cloud Control adds these to what API Gateway returns: row 125.
CLOUD_CONTROL = (
    "ApiId",
    "IntegrationId",
    "IntegrationResponseId",
    "ResponseTemplates",
    "ResponseParameters",
)


class Responses:
    """The responses of one integration or one route."""

    def __init__(self, server, noun, protocol="WEBSOCKET"):
        self.client, self.noun, self.server = connect(server), noun, server
        self.api_id = server.add_api(protocol)
        parent = noun.removesuffix("Response")
        self.id = f"{noun}Id"
        if parent == "Integration":
            self.parent = server.add_integration(self.api_id, IntegrationType="MOCK")
        else:
            self.parent = server.add_route(self.api_id, route_key="$default")
        self.path = {"ApiId": self.api_id, f"{parent}Id": self.parent}

    def call(self, verb, resource_id=None, plural="", **members):
        ids = {} if resource_id is None else {self.id: resource_id}
        method = getattr(self.client, botocore.xform_name(f"{verb}{self.noun}{plural}"))
        return plain(method(**self.path, **ids, **members))

    def create(self, key="$default", **members):
        return self.call("Create", **{f"{self.noun}Key": key}, **members)

    def update(self, resource_id, **members):
        updated = self.call("Update", resource_id, **members)
        assert updated == self.call("Get", resource_id)
        return updated

    def list(self, **arguments):
        return self.call("Get", plural="s", **arguments)


@pytest.fixture(params=["IntegrationResponse", "RouteResponse"])
def responses(request, server):
    return Responses(server, request.param)


@pytest.fixture
def integration(server):
    return Responses(server, "IntegrationResponse")


@pytest.fixture
def route(server):
    return Responses(server, "RouteResponse")


def test_life(responses):
    created = responses.create()
    assert set(created) == {responses.id, f"{responses.noun}Key"}
    assert responses.call("Get", created[responses.id]) == created
    assert responses.list() == {"Items": [created]}
    responses.call("Delete", created[responses.id])
    assert responses.list() == {"Items": []}
    refused("NotFoundException", responses.call, "Get", created[responses.id])
    refused("NotFoundException", responses.call, "Delete", created[responses.id])
    refused("NotFoundException", responses.call, "Update", created[responses.id])


def test_a_key_occurs_once(responses):
    responses.create()
    assert "$default already exists" in refused("ConflictException", responses.create)


def test_an_update_keeps_the_key_unique(integration):
    integration.create()
    other = integration.create("/200/")[integration.id]
    assert refused(
        "ConflictException", integration.call, "Update", other, IntegrationResponseKey="$default"
    )
    assert integration.update(other, IntegrationResponseKey="/404/")["IntegrationResponseKey"] == "/404/"


@pytest.mark.parametrize("key", ["200", "//", "default", "/200"])
def test_keys_of_an_integration_response(integration, key):
    bad(integration.create, key)
    integration.server.behaviour.other_response_keys = "taken"
    integration.create(key)


@pytest.mark.parametrize("key", ["/200/", "default"])
def test_keys_of_a_route_response(route, key):
    bad(route.create, key)


def test_a_key_is_required(responses):
    bad(responses.call, "Create")


@pytest.mark.parametrize("noun", ["IntegrationResponse", "RouteResponse"])
def test_an_http_api_has_none(server, noun):
    there = Responses(server, noun, "HTTP")
    bad(there.create)
    assert there.list() == {"Items": []}


def test_an_unknown_parent(responses):
    responses.path = dict.fromkeys(responses.path, "nothing") | {"ApiId": responses.api_id}
    refused("NotFoundException", responses.create)
    refused("NotFoundException", responses.list)


def test_pages(integration):
    created = [integration.create(f"/{number}/") for number in range(5)]
    first = integration.list(MaxResults="2")
    rest = integration.list(NextToken=first["NextToken"])
    assert first["Items"] + rest["Items"] == created


def test_responses_are_deleted_with_their_integration(integration):
    created = integration.create()[integration.id]
    integration.client.delete_integration(**integration.path)
    refused("NotFoundException", integration.call, "Get", created)


def test_responses_are_deleted_with_their_route(route):
    created = route.create()[route.id]
    route.client.delete_route(**route.path)
    refused("NotFoundException", route.call, "Get", created)


def test_strings(integration):
    created = integration.create(ContentHandlingStrategy="CONVERT_TO_TEXT")
    bad(integration.call, "Update", created[integration.id], ContentHandlingStrategy="TEXT")
    cleared = integration.update(created[integration.id], ContentHandlingStrategy="")
    assert "ContentHandlingStrategy" not in cleared


@pytest.mark.parametrize(
    ("switch", "expected"), [("replace", {"b": "2"}), ("merge", {"a": "1", "b": "2"})]
)
def test_maps(responses, switch, expected):
    responses.server.behaviour.response_maps = switch
    name = "ResponseTemplates" if responses.noun == "IntegrationResponse" else "ResponseModels"
    created = responses.create(**{name: {"a": "1"}})
    assert responses.update(created[responses.id], **{name: {"b": "2"}})[name] == expected


@pytest.mark.parametrize("switch", ["clears", "keeps"])
def test_empty_maps(responses, switch):
    responses.server.behaviour.empty_response_map = switch
    name = "ResponseTemplates" if responses.noun == "IntegrationResponse" else "ResponseModels"
    created = responses.create(**{name: {"a": "1"}})
    assert (name in responses.update(created[responses.id], **{name: {}})) is (switch == "keeps")


@pytest.mark.parametrize("switch", ["replace", "merge"])
def test_mappings(integration, switch):
    integration.server.behaviour.response_maps = switch
    kept, removed = "method.response.header.a", "method.response.header.b"
    created = integration.create(ResponseParameters={kept: "'1'", removed: "'2'"})
    sent = {kept: "'1'", removed: ""}
    updated = integration.update(created[integration.id], ResponseParameters=sent)
    assert updated["ResponseParameters"] == {kept: "'1'"}
    bad(integration.create, "/200/", ResponseParameters={"header.a": "'1'"})


def test_parameters_of_a_route_response(route):
    parameters = {"route.response.header.a": {"Required": False}}
    assert route.create(ResponseParameters=parameters)["ResponseParameters"] == parameters


def test_terraform_basic(integration):
    row = ROWS[150]
    created = integration.create(row["request"]["IntegrationResponseKey"])
    assert members(created) == row["answer"]


def test_terraform_all_attributes(integration):
    created = integration.call("Create", **members(ROWS[151]["request"]))
    assert members(created) == ROWS[151]["answer"]
    updated = integration.update(created[integration.id], **members(ROWS[152]["request"]))
    assert members(updated) == ROWS[152]["answer"]


def test_cloud_control(integration):
    row = ROWS[125]
    created = integration.call("Create", **members(row["request"]))
    assert members(created) == {k: v for k, v in row["answer"].items() if k not in CLOUD_CONTROL}


def test_the_empty_string_removes_an_expression(integration):
    created = integration.create(**ROWS[126]["answer"])[integration.id]
    assert integration.update(created)["TemplateSelectionExpression"] == "200"
    assert "TemplateSelectionExpression" not in integration.update(
        created, **members(ROWS[127]["request"])
    )


def test_a_write_conflicts_with_another_one_of_the_api(responses):
    faults = responses.server.faults
    faults.conflict_window = True
    with faults.window(DEFAULT_ACCOUNT, "CreateRoute", responses.api_id):
        refused("ConflictException", responses.create)
    responses.create()


def members(part):
    return {
        name: value
        for name, value in part.items()
        if name not in ("ApiId", "IntegrationId", "IntegrationResponseId")
    }


def test_reads_that_lag_show_the_responses_of_before(responses):
    created = responses.create()
    faults, resource_id = responses.server.faults, created[responses.id]
    faults.inject(kind="lag", operation=f"Get{responses.noun}s")
    faults.inject(kind="lag", operation=f"Get{responses.noun}")
    assert responses.list() == {"Items": []}
    refused("NotFoundException", responses.call, "Get", resource_id)
    responses.call("Delete", resource_id)
    faults.inject(kind="lag", operation=f"Get{responses.noun}s", times=2)
    assert responses.list() == {"Items": [created]}
    responses.server.settle(responses.api_id)
    assert responses.list() == {"Items": []}

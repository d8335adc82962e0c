"""Integration responses and route responses: their whole life, against the mock server."""

import json

import botocore
import pytest

import mock_server
import wire
from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.resource import values
from idem_apigwv2_integration.route_response import ROUTE_RESPONSE

INTEGRATION, ROUTE = INTEGRATION_RESPONSE, ROUTE_RESPONSE
MAPS = {INTEGRATION: "response_templates", ROUTE: "response_models"}
EXPRESSIONS = {INTEGRATION: "template_selection_expression", ROUTE: "model_selection_expression"}


class Responses:
    """The responses of one kind in a world with a WebSocket API."""

    def __init__(self, world, kind):
        self.world, self.kind = world, kind
        self.server, self.client = world.server, wire.connect(world.server)
        self.parent = self.add_parent()

    def add_parent(self):
        if self.kind is INTEGRATION:
            return self.server.add_integration(self.world.api_id, IntegrationType="MOCK")
        return self.server.add_route(self.world.api_id)

    @property
    def ids(self):
        return {"api_id": self.world.api_id, self.kind.parents[1].name: self.parent}

    def state(self, name, function="present", **parameters):
        key = {self.kind.key: "$default"} if function == "present" else {}
        arguments = {**self.ids, **key, **parameters}
        return {name: {f"{self.kind.name}.{function}": [{k: v} for k, v in arguments.items()]}}

    def apply(self, function="present", test=False, **parameters):
        return self.world.run(self.state("it", function, **parameters), test=test)["it"]

    def aws(self, verb, plural="", **members):
        method = getattr(self.client, botocore.xform_name(f"{verb}{self.kind.noun}{plural}"))
        path = {parent.member: self.ids[parent.name] for parent in self.kind.parents}
        return wire.plain(method(**path, **members))

    def add(self, **fields):
        created = self.aws("Create", **values.to_aws(self.kind, {self.kind.key: "$default", **fields}))
        return created[self.kind.id_member]

    @property
    def all(self):
        """The responses, as they are described without names."""
        items = self.aws("Get", "s")["Items"]
        found = [values.from_aws(self.kind, item, {}, "it") for item in items]
        return {one.pop("resource_id"): one for one in found}

    @property
    def live(self):
        (live,) = self.all.values()
        return {name: value for name, value in live.items() if name != "name"}

    def call(self, function, **arguments):
        self.server.reset_calls()
        idem = self.world.idem
        target = getattr(idem.hub, f"exec.{self.kind.name}.{function}")
        context = idem.context(self.world.profiles["default"])
        return idem.loop.run_until_complete(target(context, **arguments))

    def describe(self):
        self.server.reset_calls()
        idem = self.world.idem
        target = getattr(idem.hub, f"states.{self.kind.name}.describe")
        with idem.as_command("describe"):
            return idem.loop.run_until_complete(target(idem.context(self.world.profiles["default"])))


@pytest.fixture(params=[INTEGRATION, ROUTE], ids=lambda kind: kind.noun)
def responses(request, websocket):
    return Responses(websocket, request.param)


@pytest.fixture
def integration(websocket):
    return Responses(websocket, INTEGRATION)


@pytest.fixture
def route(websocket):
    return Responses(websocket, ROUTE)


def said(result):
    return " ".join(result["comment"])


# Life


def test_a_create(responses):
    result = responses.apply()
    assert result["result"] is True
    assert result["comment"][0] == f"Created {responses.kind.name} 'it'"
    assert responses.live == {responses.kind.key: "$default"}
    (resource_id,) = responses.all
    assert result["new_state"] == {
        "name": "it",
        "resource_id": resource_id,
        **responses.ids,
        responses.kind.key: "$default",
    }


def test_the_second_run_changes_nothing(responses):
    responses.apply()
    result = responses.apply()
    assert result["comment"][0] == f"{responses.kind.name} 'it' already exists"
    assert result["changes"] == {} and responses.world.writes() == 0


def test_a_dry_run_predicts_a_create(responses):
    predicted = responses.apply(test=True)
    assert predicted["comment"] == [f"Would create {responses.kind.name} 'it'"]
    assert responses.all == {}
    created = responses.apply()["new_state"]
    assert predicted["new_state"] == created | {"resource_id": "resource_id_known_after_present"}


def test_a_change(responses):
    name = EXPRESSIONS[responses.kind]
    responses.apply(**{name: "$request.body.a"})
    predicted = responses.apply(test=True, **{name: "$request.body.b"})
    result = responses.apply(**{name: "$request.body.b"})
    assert result["new_state"] == predicted["new_state"]
    assert responses.live[name] == "$request.body.b"
    assert responses.world.writes() == 1


def test_the_key_is_changed_in_place(integration):
    first = integration.apply()["new_state"]["resource_id"]
    result = integration.apply(integration_response_key="/404/")
    assert result["new_state"]["resource_id"] == first
    assert integration.live == {"integration_response_key": "/404/"}


def test_drift_is_undone_and_named(responses):
    name = EXPRESSIONS[responses.kind]
    resource_id = responses.apply(**{name: "$request.body.a"})["new_state"]["resource_id"]
    member = responses.kind.by_name[name].member
    responses.aws("Update", **{responses.kind.id_member: resource_id, member: "$request.body.x"})
    result = responses.apply(**{name: "$request.body.a"})
    assert f"Changed outside of Idem: {name}" in result["comment"]
    assert responses.live[name] == "$request.body.a"


@pytest.mark.parametrize("switch", ["replace", "merge"])
def test_a_removed_entry_is_compared_with_the_response(responses, switch):
    responses.server.behaviour.response_maps = switch
    name = MAPS[responses.kind]
    responses.apply(**{name: {"a": "1", "b": "2"}})
    predicted = responses.apply(test=True, **{name: {"a": "1"}})
    assert "AWS does not document whether" in said(predicted)
    result = responses.apply(**{name: {"a": "1"}})
    assert result["result"] is (switch == "replace")
    assert ("AWS did not remove 'b'" in said(result)) is (switch == "merge")


def test_flags(route):
    route.apply(response_parameters={"a": True, "b": False})
    assert route.live["response_parameters"] == {"a": True, "b": False}
    assert route.apply(response_parameters={"a": True, "b": False})["changes"] == {}
    route.apply(response_parameters={"a": False, "b": False})
    assert route.live["response_parameters"] == {"a": False, "b": False}


def test_absent(responses):
    resource_id = responses.apply()["new_state"]["resource_id"]
    result = responses.apply("absent")
    assert result["comment"][0] == f"Deleted {responses.kind.name} 'it'"
    assert f"Its resource_id is {resource_id}." in result["comment"]
    assert responses.all == {} and responses.world.esm == {}
    assert responses.apply("absent")["comment"][0] == f"{responses.kind.name} 'it' already absent"


def test_a_deleted_response_is_created_again(responses):
    resource_id = responses.apply()["new_state"]["resource_id"]
    responses.aws("Delete", **{responses.kind.id_member: resource_id})
    result = responses.apply()
    assert f"{resource_id}, which the ESM records, no longer exists" in said(result)
    assert len(responses.all) == 1


def test_it_can_be_imported_by_its_id(responses):
    resource_id = responses.add()
    result = responses.apply(resource_id=resource_id)
    assert result["result"] is True and result["new_state"]["resource_id"] == resource_id
    assert responses.world.writes() == 0


def test_a_move_is_refused(responses):
    responses.apply()
    responses.parent = responses.add_parent()
    result = responses.apply()
    name = responses.kind.parents[1].name
    assert result["result"] is False and f"{name} is '{responses.parent}'" in said(result)
    assert "can't be moved" in said(result) and responses.all == {}


def test_a_replacement_deletes_first(responses):
    name = EXPRESSIONS[responses.kind]
    more = {"recreate_on_update": {"create_before_destroy": False}}
    first = responses.apply(**{name: "$request.body.a"}, **more)["new_state"]["resource_id"]
    responses.world.run(responses.state("it", **{name: "$request.body.b"}, **more))
    ((resource_id, live),) = responses.all.items()
    assert resource_id != first and live[name] == "$request.body.b"


# The key


def test_an_equal_response_of_the_key_is_adopted(responses):
    resource_id = responses.add()
    result = responses.apply()
    assert f"Adopted {resource_id}" in said(result)
    assert responses.world.writes() == 0 and list(responses.all) == [resource_id]


def test_another_response_of_the_key_is_neither_changed_nor_doubled(responses):
    name = EXPRESSIONS[responses.kind]
    resource_id = responses.add(**{name: "$request.body.x"})
    for test in (True, False):
        result = responses.apply(test=test, **{name: "$request.body.a"})
        assert result["result"] is False
        assert f"resource_id: {resource_id}" in said(result) and name in said(result)
        assert responses.world.writes() == 0
    assert responses.live[name] == "$request.body.x"


def test_a_second_state_of_the_key_is_refused(responses):
    sls = responses.state("one") | responses.state("two")
    for test in (True, False):
        results = responses.world.run(sls, test=test)
        assert [results[name]["result"] for name in ("one", "two")] == [True, False]
        assert "'one'" in said(results["two"])
    assert len(responses.all) == 1


def test_responses_of_other_keys_are_created_side_by_side(integration):
    sls = {}
    for key in ("$default", "/200/", "/404/"):
        sls |= integration.state(key, integration_response_key=key)
    assert all(result["result"] for result in integration.world.run(sls).values())
    assert len(integration.all) == 3


@pytest.mark.parametrize("kind", ["drop_answer", "error_after"])
def test_a_lost_create_is_found_by_its_key(responses, kind):
    responses.server.faults.inject(kind=kind, operation=f"Create{responses.kind.noun}")
    result = responses.apply()
    assert result["result"] is True, result["comment"]
    (resource_id,) = responses.all
    assert result["new_state"]["resource_id"] == resource_id
    assert "response to the create was lost" in said(result)


def test_a_create_that_never_arrived_is_sent_again(responses):
    responses.server.faults.inject(kind="drop_request", operation=f"Create{responses.kind.noun}")
    assert responses.apply()["result"] is True
    assert len(responses.all) == 1


EMPTY = json.dumps({"items": []}).encode()


def lag(responses, times):
    """Let listings show nothing."""
    operation, page = f"Get{responses.kind.noun}s", mock_server.Reply(200, EMPTY)
    return responses.server.faults.inject(kind="reply", operation=operation, times=times, reply=page)


@pytest.mark.parametrize("listings", [2, 10])
def test_a_lost_create_is_found_by_its_key_although_listings_lag(responses, listings):
    """AWS refuses a second response of the key: it is sent again, and then looked up."""
    responses.server.faults.inject(kind="drop_answer", operation=f"Create{responses.kind.noun}")
    lag(responses, listings)
    result = responses.apply()
    assert result["result"] is True, result["comment"]
    (resource_id,) = responses.all
    assert result["new_state"]["resource_id"] == resource_id
    assert "response to the create was lost" in said(result) and "second" not in said(result)


def test_a_lost_create_that_is_never_listed_fails_when_the_budget_is_used_up(responses, short_budgets):
    responses.server.faults.inject(kind="drop_answer", operation=f"Create{responses.kind.noun}")
    fault = lag(responses, None)
    result = responses.apply()
    assert result["result"] is False and result["new_state"] is None
    assert "ConflictException" in said(result) and "that is listed later" in said(result)
    fault.times = 0
    assert len(responses.all) == 1


def test_what_someone_else_creates_after_a_lost_request_is_named(responses):
    """The first request does not arrive, and someone else has used the key when the second one does."""
    create = f"Create{responses.kind.noun}"
    responses.server.faults.inject(kind="drop_request", operation=create, skip=1)
    changed = {MAPS[responses.kind]: {"application/json": "Other"}}
    responses.server.faults.inject(
        kind="meanwhile",
        operation=f"Get{responses.kind.noun}s",
        action=lambda: responses.add(**changed),
    )
    result = responses.apply()
    ((resource_id, live),) = responses.all.items()
    assert result["result"] is False and live.items() >= changed.items()
    assert f"{resource_id} has this key already" in said(result)
    assert f"differs in {MAPS[responses.kind]}" in said(result)


def test_a_lost_create_that_can_not_be_looked_up_fails(responses):
    listing = f"Get{responses.kind.noun}s"
    responses.server.faults.inject(kind="drop_answer", operation=f"Create{responses.kind.noun}")
    responses.server.faults.inject(
        kind="error", operation=listing, skip=1, times=None, code="AccessDeniedException"
    )
    result = responses.apply()
    assert result["result"] is False
    assert f"{listing} failed: AccessDeniedException" in said(result)
    assert "that is listed later" in said(result)


def test_a_conflict_with_another_write_does_not_mean_that_the_key_is_taken(responses):
    create = f"Create{responses.kind.noun}"
    responses.server.faults.inject(kind="drop_request", operation=create)
    responses.server.faults.inject(
        kind="error",
        operation=create,
        code="ConflictException",
        message="Unable to complete operation due to concurrent modification. Please try again later.",
    )
    assert responses.apply()["result"] is True
    assert responses.server.count(create) == 3
    assert responses.server.count(f"Get{responses.kind.noun}s") == 1, "nothing was looked up"


def test_a_key_that_is_taken_when_the_first_request_arrives_is_no_lost_create(responses):
    responses.server.faults.inject(
        kind="meanwhile",
        operation=f"Get{responses.kind.noun}s",
        action=responses.add,
    )
    result = responses.apply()
    assert result["result"] is False and len(responses.all) == 1
    assert "ConflictException" in said(result) and "lost" not in said(result)


# Whole files


def bound(kind, parent, name):
    return {"api_id": "${aws.apigatewayv2.api:chat:resource_id}", name: f"${{{parent}:resource_id}}"}


def chat(**changes):
    """An API, an integration, a route, and a response of each, as in the guide."""
    api = "${aws.apigatewayv2.api:chat:resource_id}"
    target = "integrations/${aws.apigatewayv2.integration:ping:resource_id}"
    states = {
        "chat": (
            "api",
            {"protocol_type": "WEBSOCKET", "route_selection_expression": "$request.body.action"},
        ),
        "ping": ("integration", {"api_id": api, "integration_type": "MOCK"}),
        "ping-default": (
            "integration_response",
            {
                "api_id": api,
                "integration_id": "${aws.apigatewayv2.integration:ping:resource_id}",
                "integration_response_key": "$default",
                "response_templates": {"$default": '{"pong": true}'},
            },
        ),
        "ping-route": ("route", {"api_id": api, "route_key": "ping", "target": target}),
        "ping-response": (
            "route_response",
            {
                "api_id": api,
                "route_id": "${aws.apigatewayv2.route:ping-route:resource_id}",
                "route_response_key": "$default",
            },
        ),
    }
    return {
        name: {
            f"aws.apigatewayv2.{resource}.present": [
                {k: v} for k, v in (parameters | changes.get(name, {})).items()
            ]
        }
        for name, (resource, parameters) in states.items()
    }


def test_a_dry_run_of_a_whole_file(websocket):
    results = websocket.run(chat(), test=True)
    assert all(result["result"] for result in results.values()), results
    assert websocket.writes() == 0
    new = results["ping-default"]["new_state"]
    assert new["integration_response_key"] == "$default"
    assert "known_after" in new["integration_id"] and "known_after" in new["api_id"]


def test_a_whole_file_twice(websocket):
    results = websocket.run(chat())
    assert all(result["result"] for result in results.values()), results
    assert websocket.server.count("CreateIntegrationResponse") == 1
    assert websocket.server.count("CreateRouteResponse") == 1
    results = websocket.run(chat())
    assert all(result["result"] and not result["changes"] for result in results.values()), results
    assert websocket.writes() == 0


def test_a_whole_file_that_is_deleted(websocket):
    websocket.run(chat())
    results = websocket.run(chat(), invert=True)
    assert all(result["result"] for result in results.values()), results
    assert websocket.esm == {}


@pytest.mark.parametrize("first", ["integration", "response"])
def test_absent_of_an_integration_and_its_response_in_either_order(integration, first):
    integration.apply()
    (resource_id,) = integration.all
    gone = {"api_id": integration.world.api_id, "resource_id": integration.parent}
    parent = {"aws.apigatewayv2.integration.absent": [{k: v} for k, v in gone.items()]}
    own = integration.state("it", "absent", resource_id=resource_id)["it"]
    waits, kind = (
        ("it", "aws.apigatewayv2.integration")
        if first == "integration"
        else ("parent", INTEGRATION.name)
    )
    sls = {"parent": parent, "it": own}
    (function,) = sls[waits].values()
    function.append({"require": [{kind: "parent" if waits == "it" else "it"}]})
    results = integration.world.run(sls)
    assert all(result["result"] for result in results.values()), results
    assert integration.parent not in integration.world.all


# Describe, search, exec


def test_describe(responses):
    resource_id = responses.add()
    described = responses.describe()
    name = "-".join([*responses.ids.values(), resource_id])
    parameters = described[name][f"{responses.kind.name}.present"]
    given = {key: value for one in parameters for key, value in one.items()}
    assert given == {"resource_id": resource_id, **responses.ids, responses.kind.key: "$default"}


def test_what_describe_costs(responses):
    for _ in range(3):
        http = responses.server.add_api("HTTP")
        responses.server.add_integration(http, IntegrationType="HTTP_PROXY")
    responses.add_parent()
    responses.describe()
    parent = responses.kind.parents[1].member.removesuffix("Id")
    assert responses.server.counts() == {
        "GetApis": 1,
        f"Get{parent}s": 1,
        f"Get{responses.kind.noun}s": 2,
    }


def test_search_by_the_key(responses):
    resource_id = responses.add()
    result = responses.apply("search", **{responses.kind.key: "$default"})
    assert result["result"] is True and result["new_state"]["resource_id"] == resource_id


def test_search_without_a_match(integration):
    integration.add()
    result = integration.apply("search", integration_response_key="/200/")
    assert result["result"] is False
    assert f"integration {integration.parent} of API {integration.world.api_id}" in said(result)


def test_exec(responses):
    created = responses.call("create", **responses.ids, **{responses.kind.key: "$default"})
    assert created["result"] is True, created["comment"]
    ids = {**responses.ids, "resource_id": created["ret"]["resource_id"]}
    assert responses.call("get", **ids)["ret"] == created["ret"]
    assert responses.call("list", **responses.ids)["ret"] == [created["ret"]]
    assert responses.call("list")["ret"] == [created["ret"]]
    name = EXPRESSIONS[responses.kind]
    updated = responses.call("update", **ids, **{name: "$request.body.a"})
    assert updated["ret"] == created["ret"] | {name: "$request.body.a"}
    assert responses.call("delete", **ids)["result"] is True
    gone = responses.call("get", **ids)
    assert gone["result"] is True and gone["ret"] is None


def test_exec_needs_all_that_contains_it(responses):
    result = responses.call("get", api_id=responses.world.api_id, resource_id="r1")
    assert result["result"] is False
    assert result["comment"][0].startswith(f"{responses.kind.parents[1].name} is missing")
    assert responses.server.calls == []


def test_an_http_api_is_refused(http):
    for kind in (INTEGRATION, ROUTE):
        there = Responses(http, kind)
        result = there.apply()
        assert result["result"] is False and "an HTTP API has no" in said(result)
        assert http.writes() == 0


def test_a_parent_that_does_not_exist(responses):
    responses.parent = "nothing"
    result = responses.apply()
    assert result["result"] is False and "nothing" in said(result)


# Terraform's acceptance tests


def test_terraform_integration_response(integration):
    first = {
        "content_handling_strategy": "CONVERT_TO_TEXT",
        "template_selection_expression": "$request.body.name",
        "response_templates": {"application/json": ""},
    }
    second = {
        "integration_response_key": "/404/",
        "content_handling_strategy": "CONVERT_TO_BINARY",
        "template_selection_expression": "$request.body.id",
        "response_templates": {
            "application/json": "#set($number=42)",
            "application/xml": "#set($percent=$number/100)",
        },
    }
    for parameters in (first, second):
        assert integration.apply(**parameters)["result"] is True
        assert integration.live == {"integration_response_key": "$default", **parameters}
        assert integration.apply(**parameters)["changes"] == {}


def test_terraform_route_response(route):
    parameters = {"model_selection_expression": "action", "response_models": {"test": "model"}}
    assert route.apply(**parameters)["result"] is True
    assert route.live == {"route_response_key": "$default", **parameters}
    assert route.apply(**parameters)["changes"] == {}

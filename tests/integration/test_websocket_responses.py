"""Integration responses and route responses: their whole life, against the mock server."""

import pytest

import harness
from response_world import EXPRESSIONS, INTEGRATION, MAPS, ROUTE, Responses, chat, said

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


# Idem's options


def test_a_sensitive_value_is_in_no_comment(responses):
    name, secret = EXPRESSIONS[responses.kind], "$request.body.hidden"
    responses.apply(**{name: secret}, sensitive=[name])
    change = {"kind": "error", "code": "BadRequestException", "message": f"Invalid {secret}1"}
    responses.server.faults.inject(operation=f"Update{responses.kind.noun}", **change)
    result = responses.apply(**{name: f"{secret}1"}, sensitive=[name])
    assert result["result"] is False
    assert "BadRequestException" in said(result) and secret not in said(result)


def test_ignore_changes_leaves_a_parameter_alone(responses):
    name = EXPRESSIONS[responses.kind]
    responses.add(**{name: "$request.body.x"})
    (resource_id,) = responses.all
    result = responses.apply(resource_id=resource_id, ignore_changes=[name], **{name: "$request.body.a"})
    assert result["result"] is True and responses.world.writes() == 0
    assert responses.live[name] == "$request.body.x"


DESTROY_FIRST = {"recreate_on_update": {"create_before_destroy": False}}


def test_a_response_and_its_integration_are_both_replaced_the_old_ones_first(websocket):
    """Idem executes the state of the response again, beside the parts of its replacement."""

    def sls(version):
        changed = DESTROY_FIRST | {"description": version}
        response = DESTROY_FIRST | {"response_templates": {"a/b": version}}
        return chat(ping=changed, **{"ping-default": response, "ping-route": {"target": None}})

    websocket.run(sls("1"))
    results = websocket.run(sls("2"))
    assert all(result["result"] for result in results.values()), results
    assert websocket.server.count("CreateIntegrationResponse") == 1
    results = websocket.run(sls("2"))
    assert all(result["result"] for result in results.values()) and not websocket.writes()


def test_a_response_is_replaced_although_the_old_integration_is_deleted_late(websocket):
    """A route blocks the deletion, so that Idem can't resolve what the replacement is bound to yet."""

    def sls(version, target):
        api = "${aws.apigatewayv2.api:chat:resource_id}"
        other = {"api_id": api, "integration_type": "MOCK", "description": "other"}
        route = {"target": f"integrations/${{aws.apigatewayv2.integration:{target}:resource_id}}"}
        changed = DESTROY_FIRST | {"description": version}
        response = DESTROY_FIRST | {"response_templates": {"a/b": version}}
        own = chat(ping=changed, **{"ping-default": response, "ping-route": route})
        return own | harness.state("other", other)

    websocket.run(sls("1", "ping"))
    websocket.server.faults.inject(kind="error", operation="UpdateRoute", code="BadRequestException")
    results = websocket.run(sls("2", "other"))
    assert all(result["result"] for result in results.values()), results
    assert websocket.server.count("CreateIntegrationResponse") == 1
    assert "correct it" not in str(results)


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


def test_search_names_what_does_not_exist(responses):
    key = {responses.kind.key: "$default"}
    responses.parent = "never"
    assert f"has no such {responses.kind.parents[1].noun}" in said(responses.apply("search", **key))
    result = responses.apply("search", **key, api_id="nope")
    assert "there is no such API" in said(result)


def test_search_names_an_api_that_was_deleted_after_it_was_read(responses):
    responses.apply()
    responses.client.delete_api(ApiId=responses.world.api_id)
    responses.world.esm.clear()
    result = responses.apply("search", **{responses.kind.key: "$default"})
    assert "there is no such API" in said(result)


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


def test_a_list_without_an_api_names_everything_that_is_wrong(responses):
    parent = responses.kind.parents[1].name
    result = responses.call("list", **{parent: "../x"})
    assert result["result"] is False
    assert "api_id" in said(result) and f"{parent} is '../x'" in said(result)


def test_lists_have_an_order_of_their_own(responses):
    """AWS documents none for what it lists."""
    parents = {responses.parent, *(responses.add_parent() for _ in range(4))}
    for responses.parent in parents:
        responses.add()
    name = responses.kind.parents[1].name
    listed = [one[name] for one in responses.call("list", api_id=responses.world.api_id)["ret"]]
    assert listed == sorted(parents)


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


def test_an_api_that_was_deleted_after_it_was_read_is_named(responses):
    responses.apply()
    responses.client.delete_api(ApiId=responses.world.api_id)
    responses.world.esm.clear()
    result = responses.apply()
    assert result["result"] is False and "there is no such API" in said(result)


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

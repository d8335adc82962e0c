"""Integration responses and route responses: what their declarations lead to."""

import pytest

import declared
from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.resource import values
from idem_apigwv2_integration.resource.display import Mask
from idem_apigwv2_integration.resource.plan import Plan, drift
from idem_apigwv2_integration.resource.type import HTTP, WEBSOCKET
from idem_apigwv2_integration.route_response import ROUTE_RESPONSE

KEYS = {INTEGRATION_RESPONSE: "integration_response_key", ROUTE_RESPONSE: "route_response_key"}
HEADER, OTHER = "method.response.header.a", "method.response.header.b"
both = pytest.mark.parametrize("kind", KEYS, ids=lambda kind: kind.noun)


def live(kind, **fields):
    parents = {parent.name: "p1" for parent in kind.parents}
    return {"name": "it", "resource_id": "r1", **parents, kind.key: "$default", **fields}


def problems(kind, protocol=WEBSOCKET, before=None, **given):
    return declared.problems({kind.key: "$default", **given}, before, protocol, kind=kind)


def hints(kind, protocol=WEBSOCKET, **given):
    return declared.check({kind.key: "$default", **given}, None, protocol, kind=kind).hints


# Conversion


@both
def test_conversion(kind):
    payload = {kind.id_member: "r1", f"{kind.noun}Key": "$default"}
    parents = {parent.name: "p1" for parent in kind.parents}
    resource = values.from_aws(kind, payload, parents, "it")
    assert resource == live(kind)
    assert values.to_aws(kind, resource) == {f"{kind.noun}Key": "$default"}


@both
def test_present_takes_what_is_described(kind):
    names = ["resource_id", *(parent.name for parent in kind.parents), kind.key]
    assert list(values.as_present(kind, live(kind))) == names
    assert values.described_name(kind, live(kind)) == "p1-p1-r1"


def test_empty_maps_of_other_tools_are_none():
    payload = {"IntegrationResponseId": "r1", "ResponseTemplates": {}, "ResponseParameters": {}}
    resource = values.from_aws(INTEGRATION_RESPONSE, payload, {})
    assert resource == {"name": "r1", "resource_id": "r1"}


def test_flags_are_wrapped():
    fields = {"response_parameters": {"a": True, "b": False}}
    members = {"ResponseParameters": {"a": {"Required": True}, "b": {"Required": False}}}
    assert values.to_aws(ROUTE_RESPONSE, fields) == members
    payload = {"RouteResponseId": "r1", **members}
    assert values.from_aws(ROUTE_RESPONSE, payload, {})["response_parameters"] == {"a": True, "b": False}


def test_a_flag_that_aws_leaves_out_is_false():
    payload = {"RouteResponseId": "r1", "ResponseParameters": {"a": {}}}
    assert values.from_aws(ROUTE_RESPONSE, payload, {})["response_parameters"] == {"a": False}


# Plan


@both
def test_nothing_is_filled_in(kind):
    plan = Plan(kind, {kind.key: "$default"}, None, WEBSOCKET)
    assert plan.predicted == plan.wanted == {kind.key: "$default"}


@both
def test_what_is_left_out_stays(kind):
    assert Plan(kind, {}, live(kind), WEBSOCKET).is_noop


@both
def test_the_key_is_changed_in_place(kind):
    plan = Plan(kind, {kind.key: "/200/"}, live(kind), WEBSOCKET)
    assert plan.request == {f"{kind.noun}Key": "/200/"}


def test_removed_response_parameters_are_sent_empty():
    before = live(INTEGRATION_RESPONSE, response_parameters={HEADER: "'1'", OTHER: "'2'"})
    plan = Plan(INTEGRATION_RESPONSE, {"response_parameters": {HEADER: "'1'"}}, before, WEBSOCKET)
    assert plan.request == {"ResponseParameters": {HEADER: "'1'", OTHER: ""}}


def test_templates_are_sent_as_a_whole():
    before = live(INTEGRATION_RESPONSE, response_templates={"a": "1", "b": "2"})
    plan = Plan(INTEGRATION_RESPONSE, {"response_templates": {"a": "1"}}, before, WEBSOCKET)
    assert plan.request == {"ResponseTemplates": {"a": "1"}}


def test_an_empty_template_is_a_template():
    plan = Plan(INTEGRATION_RESPONSE, {"response_templates": {"a": ""}}, None, WEBSOCKET)
    assert plan.request == {"ResponseTemplates": {"a": ""}}


def test_a_changed_flag_is_a_change():
    before = live(ROUTE_RESPONSE, response_parameters={"a": True})
    plan = Plan(ROUTE_RESPONSE, {"response_parameters": {"a": False}}, before, WEBSOCKET)
    assert plan.request == {"ResponseParameters": {"a": {"Required": False}}}


OPEN = [
    (INTEGRATION_RESPONSE, "content_handling_strategy", "CONVERT_TO_TEXT", ""),
    (INTEGRATION_RESPONSE, "response_parameters", {HEADER: "'1'", OTHER: "'2'"}, {HEADER: "'1'"}),
    (INTEGRATION_RESPONSE, "response_parameters", {HEADER: "'1'"}, {}),
    (INTEGRATION_RESPONSE, "response_templates", {"a": "1", "b": "2"}, {"a": "1"}),
    (INTEGRATION_RESPONSE, "response_templates", {"a": "1"}, {}),
    (ROUTE_RESPONSE, "model_selection_expression", "$request.body.a", ""),
    (ROUTE_RESPONSE, "response_models", {"a": "1", "b": "2"}, {"a": "1"}),
    (ROUTE_RESPONSE, "response_models", {"a": "1"}, {}),
    (ROUTE_RESPONSE, "response_parameters", {"a": True, "b": True}, {"a": True}),
    (ROUTE_RESPONSE, "response_parameters", {"a": True}, {}),
]


@pytest.mark.parametrize(("kind", "name", "before", "given"), OPEN)
def test_an_undocumented_removal_is_pointed_out(kind, name, before, given):
    plan = Plan(kind, {name: given}, live(kind, **{name: before}), WEBSOCKET)
    (sentence,) = plan.open_questions(Mask())
    assert sentence.startswith(name) and "AWS does not document" in sentence


def test_the_removal_of_an_expression_was_probed():
    before = live(INTEGRATION_RESPONSE, template_selection_expression="200")
    plan = Plan(INTEGRATION_RESPONSE, {"template_selection_expression": ""}, before, WEBSOCKET)
    assert plan.open_questions(Mask()) == []
    assert plan.request == {"TemplateSelectionExpression": ""}


@both
def test_drift(kind):
    assert drift(kind, live(kind), live(kind) | {kind.key: "/200/"}) == [kind.key]


# Checks


@both
def test_what_is_right(kind):
    assert problems(kind) == [] and hints(kind) == []


@both
def test_the_key_is_required(kind):
    (sentence,) = declared.problems({}, None, WEBSOCKET, kind=kind)
    assert sentence.startswith(f"{kind.key} is missing: give $default")


@both
@pytest.mark.parametrize("key", ["$default", "key_known_after_present"])
def test_an_http_api_has_none(kind, key):
    (sentence,) = problems(kind, HTTP, **{kind.key: key})
    assert sentence.startswith(f"{kind.key} is {key!r}: an HTTP API has no ")


@both
def test_nothing_is_said_of_http_while_the_protocol_is_open(kind):
    assert problems(kind, None) == []


@pytest.mark.parametrize("key", ["default", "$DEFAULT", "200", "/200"])
def test_other_keys_of_an_integration_response_are_pointed_out(key):
    assert problems(INTEGRATION_RESPONSE, integration_response_key=key) == []
    (sentence,) = hints(INTEGRATION_RESPONSE, integration_response_key=key)
    assert f"integration_response_key is {key!r}" in sentence


def test_a_regular_expression_is_a_key():
    assert hints(INTEGRATION_RESPONSE, integration_response_key=r"/2\d\d/") == []


def test_an_unquoted_status_code_is_no_key():
    (sentence,) = problems(INTEGRATION_RESPONSE, integration_response_key=200)
    assert sentence.endswith("a number: it must be a string, in quotes: '200'.")


def test_other_keys_of_a_route_response_are_refused():
    (sentence,) = problems(ROUTE_RESPONSE, route_response_key="/200/")
    assert sentence == "route_response_key is '/200/': it must be $default on a route."


def test_keys_of_response_parameters():
    (sentence,) = problems(INTEGRATION_RESPONSE, response_parameters={"header.a": "'1'"})
    assert "method.response.header.NAME" in sentence


def test_an_empty_response_parameter():
    (sentence,) = problems(INTEGRATION_RESPONSE, response_parameters={HEADER: ""})
    assert sentence.endswith("leave the key out, or write a value.")


@pytest.mark.parametrize(
    "value", ["'text'", "integration.response.header.a", "integration.response.body.a.b"]
)
def test_values_of_response_parameters(value):
    assert hints(INTEGRATION_RESPONSE, response_parameters={HEADER: value}) == []


def test_other_values_of_response_parameters_are_pointed_out():
    (sentence,) = hints(INTEGRATION_RESPONSE, response_parameters={HEADER: "text"})
    assert "AWS decides" in sentence


def test_an_unknown_strategy():
    (sentence,) = problems(INTEGRATION_RESPONSE, content_handling_strategy="CONVERT_TO_TXT")
    assert sentence.endswith("did you mean CONVERT_TO_TEXT?")


@pytest.mark.parametrize("value", ["true", 1, {"required": True}])
def test_flags_are_booleans(value):
    (sentence,) = problems(ROUTE_RESPONSE, response_parameters={"a": value})
    assert sentence.startswith("response_parameters['a'] is ") and "must be a boolean" in sentence


def test_a_flag_may_be_bound():
    assert problems(ROUTE_RESPONSE, response_parameters={"a": "a_known_after_present"}) == []


@pytest.mark.parametrize("name", ["", "m" * 129])
def test_names_of_models(name):
    (sentence,) = problems(ROUTE_RESPONSE, response_models={"application/json": name})
    assert sentence.endswith("the name of a model has 1 to 128 characters.")


@both
def test_each_parent_is_checked(kind):
    inner = kind.parents[1].name
    (sentence,) = declared.identity(kind, **{"api_id": "a", inner: "integrations/abc"})
    assert sentence.startswith(f"{inner} is 'integrations/abc': an ID consists of letters")

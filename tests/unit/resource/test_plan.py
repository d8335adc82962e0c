"""What is wanted, what to send for it, and what will read back."""

import pytest

import declared
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import messages, plan, values
from idem_apigwv2_integration.resource.display import Mask
from idem_apigwv2_integration.resource.type import HTTP as HTTP_API
from idem_apigwv2_integration.resource.type import WEBSOCKET
from payloads import HTTP, MOCK

PRIVATE = {"connection_type": "VPC_LINK", "tls_config": {"ServerNameToVerify": "a"}}
EXPRESSION = "integration_response_selection_expression"
MAPPED = {"request_parameters": {"a": "b", "c": "d"}}
READ = {"connection_type": "INTERNET", "timeout_in_millis": 30_000}


def test_payloads_of_every_shape_of_nothing():
    payload = {
        "IntegrationId": "i",
        "IntegrationType": "MOCK",
        "ApiGatewayManaged": False,
        "Description": "",
        "ConnectionId": None,
        "RequestParameters": {},
        "ResponseParameters": {"200": {}, "404": {"remove:header.a": ""}},
        "RequestTemplates": {"a/b": ""},
        "TlsConfig": {},
    }
    assert declared.from_aws(payload, "a") == {
        "name": "i",
        "resource_id": "i",
        "api_id": "a",
        "integration_type": "MOCK",
        "request_templates": {"a/b": ""},
    }


def test_conversion_there_and_back():
    given = HTTP | {"tls_config": {"ServerNameToVerify": "a"}, "timeout_in_millis": 50}
    payload = declared.to_aws(given) | {"IntegrationId": "i"}
    back = declared.from_aws(payload, "a", "mine")
    assert back == given | {"name": "mine", "resource_id": "i", "api_id": "a"}
    taken = values.as_present(INTEGRATION, back | {"api_gateway_managed": True})
    assert (
        set(taken) == {"resource_id", "api_id", *given}
        and values.described_name(INTEGRATION, back) == "a-i"
    )


@pytest.mark.parametrize("text", ["{{ x }}", "{% if %}", "{# c #}", "{{{%{#", "${x} {y}", "plain"])
def test_jinja_gives_back_what_is_escaped(text):
    jinja2 = pytest.importorskip("jinja2")
    escaped = values.as_template({"k": text})["k"]
    assert jinja2.Template(escaped).render() == text
    assert (escaped == text) == (text in ("${x} {y}", "plain"))


@pytest.mark.parametrize(
    ("live", "given", "wanted"),
    [
        ({"description": "a"}, {}, {"description": "a"}),
        ({"description": "a"}, {"description": ""}, {}),
        ({"request_parameters": {"a": "1"}}, {"request_parameters": {}}, {}),
        ({"request_parameters": {"a": "1", "b": "2"}}, {"request_parameters": {"a": None, "b": ""}},
         {"request_parameters": {"a": "1"}}),
        ({"request_templates": {"a": "1"}}, {"request_templates": {"b": ""}},
         {"request_templates": {"b": ""}}),
        ({}, {"request_templates": {"a": None, "b": "1"}}, {"request_templates": {"b": "1"}}),
        ({"response_parameters": {"200": {"a": "1", "b": "2"}, "404": {"c": "3"}}},
         {"response_parameters": {"200": {"a": None, "b": "x"}, "404": {}}},
         {"response_parameters": {"200": {"a": "1", "b": "x"}}}),
        (PRIVATE, {"tls_config": {"ServerNameToVerify": None}}, PRIVATE),
        (PRIVATE, {"tls_config": {}}, {"connection_type": "VPC_LINK"}),
        (PRIVATE, {"connection_type": "INTERNET"}, {"connection_type": "INTERNET"}),
        ({"request_parameters": {"append:header.X": "1", "append:querystring.q": "2"}},
         {"request_parameters": {"Append:Header.x": "3", "append:querystring.Q": "2"}},
         {"request_parameters": {"append:header.X": "3", "append:querystring.Q": "2"}}),
        ({"response_parameters": {"200": {"append:header.X": "1"}}},
         {"response_parameters": {"200": {"append:header.x": "1"}}},
         {"response_parameters": {"200": {"append:header.X": "1"}}}),
    ],
)  # fmt: skip
def test_none_leaves_alone_and_empty_takes_away(live, given, wanted):
    assert declared.make_plan(given, live).wanted == wanted
    assert declared.matches(given, live) == (wanted == live)


def test_what_reads_back_depends_on_the_protocol():
    assert declared.make_plan(HTTP, None, HTTP_API).predicted == HTTP | READ
    socket = declared.make_plan(HTTP, None, WEBSOCKET).predicted
    assert socket["timeout_in_millis"] == 29_000 and socket["passthrough_behavior"] == "WHEN_NO_MATCH"
    unknown = declared.make_plan(HTTP).predicted
    assert unknown["connection_type"] == "INTERNET"
    assert unknown["timeout_in_millis"] == "timeout_in_millis_known_after_present"


@pytest.mark.parametrize(
    ("kind", "expression"),
    [
        ("HTTP", "${integration.response.statuscode}"),
        ("MOCK", "${integration.response.statuscode}"),
        ("AWS", "${integration.response.body.errorMessage}"),
        ("AWS_PROXY", None),
        ("HTTP_PROXY", None),
    ],
)
def test_the_response_selection_expression(kind, expression):
    read = declared.make_plan({"integration_type": kind}, None, WEBSOCKET).predicted
    assert read.get("integration_response_selection_expression") == expression


def test_a_type_that_is_not_known_yet():
    read = declared.make_plan({"integration_type": "x_known_after_present"}, None, WEBSOCKET).predicted
    assert read["integration_method"] == "integration_method_known_after_present"
    assert read["timeout_in_millis"] == 29_000


@pytest.mark.parametrize("value", ["resource_id_known_after_present", "a/x_value_known_after_applying"])
def test_placeholders(value):
    assert values.is_open(value) and values.is_open({"a": {value: "b"}})
    assert not values.is_open("known_after") and not values.is_open({"a": 5})


SOCKET_TYPES = [
    ("AWS", "MOCK", {"integration_method", EXPRESSION}),
    ("MOCK", "AWS", {"integration_method", EXPRESSION}),
    ("HTTP", "MOCK", set()),
    ("AWS", "AWS_PROXY", {EXPRESSION}),
    ("HTTP_PROXY", "HTTP", {EXPRESSION}),
]


@pytest.mark.parametrize(("old", "new", "unknown"), SOCKET_TYPES)
def test_what_aws_fills_in_is_not_known_after_a_change_of_type(old, new, unknown):
    live = declared.make_plan({"integration_type": old}, None, WEBSOCKET).predicted
    given = {"integration_type": new}
    planned = declared.make_plan(given, live, WEBSOCKET)
    predicted = planned.predicted
    assert {name for name in predicted if values.is_open(predicted[name])} == unknown
    assert set(planned.request) == {"IntegrationType"}
    # Whatever AWS responds is accepted, unless it was given.
    for response in (live | given, declared.make_plan(given, None, WEBSOCKET).predicted):
        assert planned.unmet(response) == []
    given |= {"integration_method": live.get("integration_method", "PUT")}
    planned = declared.make_plan(given, live, WEBSOCKET)
    assert planned.predicted["integration_method"] == given["integration_method"]
    assert ("IntegrationMethod" in planned.request) == (
        "integration_method" in unknown or old in ("HTTP_PROXY", "HTTP")
    )
    other = declared.make_plan({"integration_type": new}).predicted | {"integration_method": "X"}
    assert planned.unmet(other)


def test_a_value_that_was_set_stays_with_a_change_of_type():
    live = {"integration_type": "HTTP", "integration_method": "PUT", "timeout_in_millis": 50}
    planned = declared.make_plan({"integration_type": "HTTP_PROXY"}, live, WEBSOCKET)
    assert planned.predicted == live | {"integration_type": "HTTP_PROXY"}


@pytest.mark.parametrize("nothing", [None, {}, ""])
def test_an_empty_map_and_none_are_equal_in_responses(nothing):
    payload = {"IntegrationId": "i", "IntegrationType": "HTTP_PROXY"}
    payload |= dict.fromkeys(
        ("RequestTemplates", "ResponseParameters", "RequestParameters", "TlsConfig"), nothing
    )
    live = declared.from_aws(payload, "a")
    assert live == declared.from_aws({"IntegrationId": "i", "IntegrationType": "HTTP_PROXY"}, "a")
    given = {
        "request_templates": {},
        "response_parameters": {},
        "request_parameters": {},
        "tls_config": {},
    }
    assert declared.make_plan(given, live).changes == []
    assert declared.differences({"integration_type": "HTTP_PROXY"}, live) == []


def test_the_spelling_of_a_key_in_a_response_does_not_matter():
    given = {"request_parameters": {"append:HEADER.X": "1"}}
    live = {"request_parameters": {"append:header.x": "1"}}
    assert declared.make_plan(given).unmet(live) == []
    assert declared.differences(given, live) == [] and declared.matches(given, live)
    service = {"request_parameters": {"QueueUrl": "1"}}
    assert declared.differences(service, {"request_parameters": {"queueurl": "1"}})


@pytest.mark.parametrize(
    ("wanted", "live", "said"),
    [
        (
            None,
            {"a/b": "x", "c": "y"},
            ["AWS did not remove 'a/b', which is 'x'", "AWS did not remove 'c'"],
        ),
        ({"a": "1", "b": "2"}, {"a": "1", "b": "3"}, ["AWS did not set 'b' to '2' and has '3'"]),
        ({"a": "1"}, None, ["AWS did not set it to {'a': '1'}"]),
        ({"200": {"a": "1"}}, {"200": {"a": "1", "b": "2"}}, ["AWS did not remove 'b' of '200'"]),
        (None, "CONVERT_TO_TEXT", ["AWS did not remove it, which is 'CONVERT_TO_TEXT'"]),
        ("x", "y", ["AWS did not set it to 'x' and has 'y'"]),
        (5, None, ["AWS did not set it to 5"]),
    ],
)
def test_what_aws_did_not_do_is_named(wanted, live, said):
    sentence = messages.unmet(INTEGRATION, "name", wanted, live, False)
    assert sentence.startswith("name: ") and all(words in sentence for words in said)
    assert "'a': '1'" not in sentence or live is None
    assert "`- recreate_on_update: {create_before_destroy: true}`" in sentence


def test_a_default_that_a_response_leaves_out_is_no_difference():
    planned = declared.make_plan(HTTP, None, HTTP_API)
    assert declared.differences(planned.created, HTTP) == ["connection_type", "timeout_in_millis"]
    assert planned.differs_from_created(HTTP) == []
    other = declared.make_plan(HTTP | {"timeout_in_millis": 50}, None, HTTP_API)
    assert other.differs_from_created(HTTP) == ["timeout_in_millis"]
    assert planned.differs_from_created(HTTP | {"connection_type": "VPC_LINK"}) == ["connection_type"]
    ignored = HTTP | {"passthrough_behavior": "NEVER"}
    assert planned.differs_from_created(ignored) == ["passthrough_behavior"]


@pytest.mark.parametrize(
    ("live", "given", "question"),
    [
        (
            {"request_templates": {"a/b": "1", "c/d": "2"}},
            {"request_templates": {"c/d": "2"}},
            "request_templates: a/b would be removed, but AWS does not document whether an update "
            "removes a template that it leaves out",
        ),
        (
            {"request_templates": {"a/b": "1"}},
            {"request_templates": {}},
            "whether an update with an empty request_templates removes all templates",
        ),
        (
            {"content_handling_strategy": "CONVERT_TO_TEXT"},
            {"content_handling_strategy": ""},
            "content_handling_strategy would be removed, but AWS does not document whether",
        ),
    ],
)
def test_a_removal_that_aws_does_not_document_is_pointed_out(live, given, question):
    (sentence,) = declared.make_plan(given, MOCK | live, WEBSOCKET).open_questions(Mask())
    assert question in sentence


@pytest.mark.parametrize(
    ("live", "given"),
    [
        ({"request_templates": {"a/b": "1"}}, {"request_templates": "x_known_after_present"}),
        ({"request_templates": {"a/b": "1"}}, {}),
        ({"response_parameters": {"200": {"a": "1"}}}, {"response_parameters": {"200": {}}}),
        ({"description": "a"}, {"description": ""}),
    ],
)
def test_other_changes_leave_no_question_open(live, given):
    assert declared.make_plan(given, live).open_questions(Mask()) == []


def test_a_destination_is_removed_with_the_empty_string():
    live = {"response_parameters": {"200": {"append:header.a": "1", "append:header.b": "2"}}}
    given = {"response_parameters": {"200": {"append:header.b": "2"}}}
    assert declared.make_plan(given, live).request == {
        "ResponseParameters": {"200": {"append:header.a": "", "append:header.b": "2"}}
    }


def test_a_parameter_of_a_service_integration_is_removed_by_leaving_it_out():
    service = {"integration_type": "AWS_PROXY", "integration_subtype": "SQS-SendMessage"}
    live = service | {"request_parameters": {"QueueUrl": "q", "DelaySeconds": "5"}}
    given = {"request_parameters": {"QueueUrl": "q"}}
    assert declared.make_plan(given, live).request == {
        "IntegrationType": "AWS_PROXY",
        "IntegrationSubtype": "SQS-SendMessage",
        "RequestParameters": {"QueueUrl": "q"},
    }
    assert declared.make_plan({"request_parameters": {}}, live).request["RequestParameters"] == {}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (MAPPED, {"request_parameters": {"c": "d"}}, ["request_parameters: removes a"]),
        (MAPPED, {}, ["request_parameters: removes a, c"]),
        ({"request_parameters": {"a": "b"}}, {"request_parameters": {"a": "c", "d": "e"}}, []),
        (
            {"response_parameters": {"200": {"a": "b"}, "500": {"c": "d", "e": "f"}}},
            {"response_parameters": {"500": {"e": "f"}}},
            ["response_parameters: removes 200, c of 500"],
        ),
        (
            {"request_parameters": {"append:header.X": "1", "append:header.y": "2"}},
            {"request_parameters": {"append:header.x": "1"}},
            ["request_parameters: removes append:header.y"],
        ),
        ({"description": "a"}, {}, []),
    ],
)
def test_a_removed_key_is_named(before, after, said):
    assert plan.describe_update(INTEGRATION, before, after, True, Mask())[1:] == said
    run = [line.replace("removes", "removed") for line in said]
    assert plan.describe_update(INTEGRATION, before, after, False, Mask())[1:] == run


def test_a_removed_key_of_a_sensitive_parameter_is_not_shown():
    before = {"request_parameters": {"a": "b"}}
    lines = plan.describe_update(INTEGRATION, before, {}, True, Mask(["request_parameters"]))
    assert lines[1:] == ["request_parameters: removes (sensitive value)"]


@pytest.mark.parametrize(
    ("recorded", "drifted"),
    [
        ({"description": "a"}, ["description"]),
        # Other plugins record what a resource does not have.
        ({"description": "b", "request_parameters": {}, "connection_id": ""}, []),
        ({"description": "a", "resource_id": "other"}, []),
        ({"description": "a", "api_id": "other"}, []),
    ],
)
def test_drift_is_what_differs_from_the_record_of_the_same_resource(recorded, drifted):
    ids = {"api_id": "a", "resource_id": "i"}
    assert plan.drift(INTEGRATION, ids | recorded, ids | {"description": "b"}) == drifted


def test_what_aws_would_ignore_under_an_open_condition_is_not_left_out():
    given = HTTP | {
        "connection_type": "name_known_after_present",
        "tls_config": {"ServerNameToVerify": "a"},
    }
    unknown = declared.make_plan(given, None, "HTTP")
    assert unknown.ignored == {} and unknown.wanted["tls_config"] == given["tls_config"]
    known = declared.make_plan(given | {"connection_type": "INTERNET"}, None, "HTTP")
    assert list(known.ignored) == ["tls_config"] and "tls_config" not in known.wanted

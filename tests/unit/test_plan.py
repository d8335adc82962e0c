"""What is wanted, what to send for it, and what will read back."""

import pytest

from idem_apigwv2_integration.resource import convert, fields, plan

HTTP = {
    "integration_type": "HTTP_PROXY",
    "integration_uri": "https://example.com",
    "integration_method": "GET",
    "payload_format_version": "1.0",
}
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
    assert convert.from_aws(payload, "a") == {
        "name": "i",
        "resource_id": "i",
        "api_id": "a",
        "integration_type": "MOCK",
        "request_templates": {"a/b": ""},
    }


def test_conversion_there_and_back():
    given = HTTP | {"tls_config": {"ServerNameToVerify": "a"}, "timeout_in_millis": 50}
    payload = convert.to_aws(given) | {"IntegrationId": "i"}
    back = convert.from_aws(payload, "a", "mine")
    assert back == given | {"name": "mine", "resource_id": "i", "api_id": "a"}
    taken = convert.as_present(back | {"api_gateway_managed": True})
    assert set(taken) == {"resource_id", "api_id", *given} and convert.described_name(back) == "a-i"


@pytest.mark.parametrize("text", ["{{ x }}", "{% if %}", "{# c #}", "{{{%{#", "${x} {y}", "plain"])
def test_jinja_gives_back_what_is_escaped(text):
    jinja2 = pytest.importorskip("jinja2")
    escaped = convert.as_template({"k": text})["k"]
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
        ({"response_parameters": {"200": {"a": "1", "b": "2"}, "404": {"c": "3"}}},
         {"response_parameters": {"200": {"a": None, "b": "x"}, "404": {}}},
         {"response_parameters": {"200": {"a": "1", "b": "x"}}}),
        ({"tls_config": {"ServerNameToVerify": "a"}}, {"tls_config": {"ServerNameToVerify": None}},
         {"tls_config": {"ServerNameToVerify": "a"}}),
        ({"tls_config": {"ServerNameToVerify": "a"}}, {"tls_config": {}}, {}),
    ],
)  # fmt: skip
def test_none_leaves_alone_and_empty_takes_away(live, given, wanted):
    assert plan.wanted(given, live) == wanted
    assert plan.equal(given, live) == (wanted == live)


def test_what_reads_back_depends_on_the_protocol():
    wanted = plan.wanted(HTTP)
    assert plan.predicted(wanted, None, fields.HTTP) == HTTP | READ
    socket = plan.predicted(wanted, None, fields.WEBSOCKET)
    assert socket["timeout_in_millis"] == 29_000 and socket["passthrough_behavior"] == "WHEN_NO_MATCH"
    unknown = plan.predicted(wanted)
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
    read = plan.predicted({"integration_type": kind}, None, fields.WEBSOCKET)
    assert read.get("integration_response_selection_expression") == expression


def test_a_type_that_is_not_known_yet():
    read = plan.predicted({"integration_type": "x_known_after_present"}, None, fields.WEBSOCKET)
    assert read["integration_method"] == "integration_method_known_after_present"
    assert read["timeout_in_millis"] == 29_000


@pytest.mark.parametrize("value", ["resource_id_known_after_present", "a/x_value_known_after_applying"])
def test_placeholders(value):
    assert plan.is_placeholder(value) and plan.is_placeholder({"a": {value: "b"}})
    assert not plan.is_placeholder("known_after") and not plan.is_placeholder({"a": 5})

"""A dry run of states whose API another state of the run creates."""

import pytest

import declared
import harness
from idem_apigwv2_integration.resource import values
from payloads import HTTP, LAMBDA_V2, MOCK

API = "${aws.apigatewayv2.api:shop:resource_id}"
TIMEOUT = values.placeholder("timeout_in_millis")


def of_new_api(given, *api, function="present", **more):
    """Return an SLS with an API and one state of an integration of it."""
    sls = {"shop": {"aws.apigatewayv2.api.present": list(api)}}
    return sls | harness.state("it", {"api_id": API, **given, **more}, function)


@pytest.mark.parametrize(
    ("protocol", "given"),
    [
        ("HTTP", HTTP),
        ("HTTP", LAMBDA_V2),
        ("HTTP", HTTP | {"passthrough_behavior": "NEVER"}),
        ("WEBSOCKET", HTTP),
        ("WEBSOCKET", MOCK),
    ],
)
def test_a_dry_run_predicts_what_the_protocol_decides(http, protocol, given):
    route = "$request.body.action"
    api = [{"protocol_type": protocol}, {"route_selection_expression": route}]
    sls = of_new_api(given, *api[: 1 if protocol == "HTTP" else 2])
    dry = http.run(sls, test=True)["it"]
    real = http.run(sls)["it"]
    assert dry["result"] and real["result"], (dry["comment"], real["comment"])
    later = {"api_id", "resource_id", "integration_response_selection_expression", "integration_method"}
    later &= {name for name, value in dry["new_state"].items() if values.is_open(value)}
    assert {"api_id", "resource_id"} <= later
    known = [
        {name: value for name, value in one["new_state"].items() if name not in later}
        for one in (dry, real)
    ]
    assert known[0] == known[1]


def test_a_dry_run_refuses_what_the_protocol_does_not_allow(http):
    wrong = of_new_api(MOCK, {"protocol_type": "HTTP"})
    dry = http.run(wrong, test=True)["it"]
    real = http.run(wrong)["it"]
    assert not dry["result"] and list(dry["comment"]) == list(real["comment"])
    malformed = of_new_api(HTTP, {"protocol_type": "HTTP"}, timeout_in_millis="slow")
    assert not http.run(malformed, test=True)["it"]["result"]


@pytest.mark.parametrize(
    "api",
    [
        [{"protocol_type": "HTTP"}, {"ignore_changes": ["protocol_type"]}],
        [{"protocol_type": "${aws.apigatewayv2.api:other:protocol_type}"}],
    ],
)
def test_what_the_file_does_not_say_is_not_predicted(http, api):
    other = {"other": {"aws.apigatewayv2.api.present": [{"protocol_type": "HTTP"}]}}
    dry = http.run(other | of_new_api(HTTP, *api), test=True)["it"]
    assert dry["result"] and dry["new_state"]["timeout_in_millis"] == TIMEOUT


@pytest.mark.parametrize("function", ["absent", "search"])
def test_other_functions_are_not_checked_with_the_protocol(http, function):
    given = {"absent": {}, "search": HTTP}[function]
    api = {"protocol_type": "HTTP"}
    dry = http.run(of_new_api(given, api, function=function), test=True)["it"]
    unknown = http.run(
        of_new_api(given, api, {"ignore_changes": ["protocol_type"]}, function=function), test=True
    )["it"]
    assert (dry["result"], dry["comment"], dry["new_state"]) == (
        unknown["result"],
        unknown["comment"],
        unknown["new_state"],
    )


def test_the_response_of_a_new_http_api_is_refused(http):
    response = "aws.apigatewayv2.integration_response"
    integration = f"${{{declared.NAME}:it:resource_id}}"
    sls = of_new_api(HTTP, {"protocol_type": "HTTP"})
    keys = {"api_id": API, "integration_id": integration, "integration_response_key": "$default"}
    sls["response"] = {f"{response}.present": [{name: value} for name, value in keys.items()]}
    assert not http.run(sls, test=True)["response"]["result"]


def test_an_id_under_a_new_api_can_not_exist(http):
    dry = http.run(of_new_api(HTTP, {"protocol_type": "HTTP"}, resource_id="abc1234"), test=True)["it"]
    assert dry["result"] is False and dry["new_state"] is None
    (comment,) = dry["comment"]
    assert f"resource_id is 'abc1234', but API {API} does not exist yet" in comment
    assert "remove resource_id from the SLS" in comment and "known_after" not in comment
    real = http.run(of_new_api(HTTP, {"protocol_type": "HTTP"}, resource_id="abc1234"))["it"]
    assert real["result"] is False and "has no such integration" in real["comment"][0]


def test_an_id_under_a_new_integration_can_not_exist(websocket):
    integration = f"${{{declared.NAME}:it:resource_id}}"
    sls = harness.state("it", {"api_id": websocket.api_id, **MOCK})
    keys = {"api_id": websocket.api_id, "integration_id": integration, "resource_id": "abc1234"}
    keys["integration_response_key"] = "$default"
    response = "aws.apigatewayv2.integration_response"
    sls["response"] = {f"{response}.present": [{name: value} for name, value in keys.items()]}
    dry = websocket.run(sls, test=True)["response"]
    assert dry["result"] is False
    assert f"integration {integration} of API {websocket.api_id} does not exist yet" in dry["comment"][0]

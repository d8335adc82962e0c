"""Changes and removals: exactly what was asked, and nothing called done that is not."""

import pytest

import harness
from payloads import HTTP, MOCK, PRIVATE, QUEUE, ROLE

DELAYED = QUEUE | {"request_parameters": QUEUE["request_parameters"] | {"DelaySeconds": "1"}}
TEMPLATES = MOCK | {
    "request_templates": {"application/json": "{}", "text/plain": ""},
    "template_selection_expression": "${request.body.action}",
    "content_handling_strategy": "CONVERT_TO_TEXT",
}


def assert_settled(world, **parameters):
    """A second run must be a no-op without a write."""
    result = world.apply(**parameters)
    assert result["result"] and not result["changes"]
    assert not world.writes()


def test_an_update_sends_only_what_changes(http):
    http.apply(**HTTP, description="one")
    result = http.apply(**HTTP, description="two", timeout_in_millis=5000)
    assert result["result"]
    assert http.sent() == {"Description": "two", "TimeoutInMillis": 5000}
    assert "Updated parameters: description,timeout_in_millis" in result["comment"]
    assert_settled(http, **HTTP, description="two", timeout_in_millis=5000)


def test_what_is_left_out_stays(http):
    http.apply(**HTTP, description="one", timeout_in_millis=5000)
    http.esm.clear()
    (resource_id,) = http.server.integrations(http.api_id)
    result = http.apply(resource_id=resource_id, **HTTP, description="two")
    assert http.sent() == {"Description": "two"}
    assert result["new_state"]["timeout_in_millis"] == 5000


@pytest.mark.parametrize(
    ("name", "value", "empty"),
    [
        ("description", "one", ""),
        ("credentials_arn", ROLE, ""),
        ("connection_id", "link", ""),
        ("request_parameters", {"append:header.a": "1", "append:header.b": "2"}, {}),
        ("response_parameters", {"200": {"append:header.a": "1"}, "404": {"remove:header.b": "''"}}, {}),
    ],
)
def test_an_empty_value_takes_away_on_an_http_api(http, name, value, empty):
    http.apply(**HTTP, **{name: value})
    result = http.apply(**HTTP, **{name: empty})
    assert result["result"] and name not in result["new_state"] and name not in http.entry
    assert_settled(http, **HTTP, **{name: empty})


def test_tls_goes_with_an_empty_structure(http):
    private = PRIVATE
    http.apply(**private, tls_config={"ServerNameToVerify": "a.example"})
    assert http.live["TlsConfig"] == {"ServerNameToVerify": "a.example"}
    assert http.apply(**private, tls_config={})["result"]
    assert http.sent() == {"TlsConfig": {}}
    assert "TlsConfig" not in http.live


@pytest.mark.parametrize("name", ["template_selection_expression", "content_handling_strategy"])
def test_an_empty_value_takes_away_on_a_websocket_api(websocket, name):
    websocket.server.behaviour.empty_content_handling = "removes"
    websocket.apply(**TEMPLATES)
    result = websocket.apply(**TEMPLATES | {name: ""})
    assert result["result"] and name not in result["new_state"]
    assert_settled(websocket, **TEMPLATES | {name: ""})


def test_a_map_is_the_whole_wanted_map(http):
    before = {"append:header.a": "1", "append:header.b": "2"}
    http.apply(**HTTP, request_parameters=before)
    dry = http.apply(test=True, **HTTP, request_parameters={"append:header.b": "3"})
    assert "request_parameters: removes append:header.a" in dry["comment"]
    run = http.apply(**HTTP, request_parameters={"append:header.b": "3"})
    assert "request_parameters: removed append:header.a" in run["comment"]
    assert http.sent() == {"RequestParameters": {"append:header.a": "", "append:header.b": "3"}}
    assert http.live["RequestParameters"] == {"append:header.b": "3"}
    assert_settled(http, **HTTP, request_parameters={"append:header.b": "3"})


def test_a_status_code_that_is_not_wanted_goes(http):
    codes = {"200": {"append:header.a": "1"}, "404": {"append:header.a": "2"}}
    http.apply(**HTTP, response_parameters=codes)
    http.apply(**HTTP, response_parameters={"200": {"append:header.a": "1"}})
    assert http.sent()["ResponseParameters"]["404"] == {}
    assert http.live["ResponseParameters"] == {"200": {"append:header.a": "1"}}


def test_an_empty_template_is_a_template(websocket):
    result = websocket.apply(**TEMPLATES)
    assert result["new_state"]["request_templates"] == TEMPLATES["request_templates"]
    assert_settled(websocket, **TEMPLATES)


def test_a_service_integration_is_sent_whole(http):
    http.apply(**DELAYED)
    assert http.apply(**DELAYED, description="two")["result"]
    assert http.sent() == {
        "Description": "two",
        "IntegrationType": "AWS_PROXY",
        "IntegrationSubtype": "SQS-SendMessage",
        "RequestParameters": DELAYED["request_parameters"],
    }


def test_a_parameter_of_a_service_integration_goes_by_being_left_out(http):
    http.apply(**DELAYED)
    fewer = {"QueueUrl": "q", "MessageBody": "$request.body"}
    assert http.apply(**DELAYED | {"request_parameters": fewer})["result"]
    assert http.sent()["RequestParameters"] == fewer
    assert_settled(http, **DELAYED | {"request_parameters": fewer})


def test_drift_is_put_right(http):
    http.apply(**HTTP, description="one")
    http.server.drift(http.api_id, http.live["IntegrationId"], Description="other", TimeoutInMillis=99)
    result = http.apply(**HTTP, description="one")
    assert http.live["Description"] == "one"
    assert result["changes"]["old"]["description"] == "other"


def test_ignore_changes_leaves_a_key_of_a_map_alone(idem, http):
    http.apply(**HTTP, request_parameters={"append:header.a": "1", "append:header.b": "2"})
    live = {"append:header.a": "drifted", "append:header.b": "2"}
    http.server.drift(http.api_id, http.live["IntegrationId"], RequestParameters=live)
    http.apply(
        **HTTP,
        request_parameters={"append:header.a": "1", "append:header.b": "3"},
        ignore_changes=["request_parameters:append:header.a", "request_parameters"],
    )
    assert http.live["RequestParameters"] == live


def test_an_api_id_that_changes_is_refused_with_what_to_do(http):
    http.apply(**HTTP)
    elsewhere = http.server.add_api("HTTP")
    for test in (True, False):
        result = http.apply(test=test, **HTTP | {"api_id": elsewhere})
        assert result["result"] is False
        assert f"belongs to API {http.api_id} and can't be moved" in result["comment"][0]
        assert "recreate_on_update" in result["comment"][0]
    assert http.entry["api_id"] == http.api_id and not http.server.integrations(elsewhere)


@pytest.mark.parametrize("create_first", [True, False])
@pytest.mark.parametrize("moves", [True, False])
def test_recreate_on_update_leaves_exactly_one(http, create_first, moves):
    http.apply(**HTTP)
    (old,) = http.server.integrations(http.api_id)
    # The same id under the other API is somebody else's.
    elsewhere = http.server.add_api("HTTP")
    http.server.add_integration(elsewhere, integration_id=old, IntegrationType="HTTP_PROXY")
    target = {"api_id": elsewhere} if moves else {"description": "new"}
    result = http.apply(**HTTP | target, recreate_on_update={"create_before_destroy": create_first})
    assert result["result"]
    assert old not in http.server.integrations(http.api_id)
    assert old in http.server.integrations(elsewhere)
    assert len(http.server.integrations(elsewhere if moves else http.api_id)) == (2 if moves else 1)


@pytest.mark.parametrize("create_first", [True, False])
@pytest.mark.parametrize("why", ["refused", "failed"])
def test_an_old_integration_stays_if_its_replacement_can_not_be_made(http, create_first, why):
    http.apply(**HTTP)
    (old,) = http.all
    wish = {"timeout_in_millis": 99_999} if why == "refused" else {"description": "new"}
    if why == "failed":
        http.server.faults.deny("CreateIntegration")
    results = http.run(
        harness.state(
            "it",
            {
                "api_id": http.api_id,
                **HTTP,
                **wish,
                "recreate_on_update": {"create_before_destroy": create_first},
            },
        )
    )
    if why == "failed" and not create_first:
        # Deleted first, as declared, and then AWS refuses: that can't be known before.
        assert not results["it_create_new"]["result"] and not http.all
    else:
        assert old in http.all and f"{old} was not deleted" in results["it_delete_old"]["comment"][0]


def test_what_the_esm_adds_is_refused_with_how_to_remove_it(websocket):
    """Idem supplies what the SLS leaves out from the ESM: leaving it out does not help."""
    backend = {"integration_uri": "https://example.com", "integration_method": "GET"}
    websocket.apply(integration_type="HTTP_PROXY", **backend)
    comment = websocket.apply(integration_type="MOCK")["comment"]
    assert len(comment) == 1 and 'to remove it, write `integration_uri: ""`' in comment[0]
    assert websocket.apply(integration_type="MOCK", integration_uri="")["result"]


@pytest.mark.parametrize("exists", [False, True])
def test_zero_is_a_value_and_not_the_lack_of_one(http, exists):
    if exists:
        http.apply(**HTTP)
    before = http.all
    for test in (True, False):
        result = http.apply(test=test, **HTTP, timeout_in_millis=0)
        assert result["result"] is False and "it must be 50 to 30000" in harness.comment(result)
        assert not http.writes() and http.all == before


def test_an_empty_parameter_of_a_service_integration_is_no_difference(http):
    """AWS drops it, and it is no mistake where a parameter is optional."""
    parameters = QUEUE["request_parameters"] | {"DelaySeconds": ""}
    for writes in (1, 0):
        result = http.apply(**QUEUE | {"request_parameters": parameters})
        assert result["result"] and http.writes() == writes
    assert http.live["RequestParameters"] == QUEUE["request_parameters"]
    assert result["changes"] == {} and "already exists" in harness.comment(result)

"""A dry run and a run with evidence files in all positions, at servers that do as the files say."""

import pytest

import mock_server
import world
from idem_apigwv2_integration.resource import evidence, plan

LAMBDA = "arn:aws:lambda:us-east-1:123456789012:function:orders"
MOCK = {"integration_type": "MOCK"}
QUEUE = {
    "integration_type": "AWS_PROXY",
    "integration_subtype": "SQS-SendMessage",
    "credentials_arn": "arn:aws:iam::123456789012:role/gateway",
    "payload_format_version": "1.0",
}
PARAMETERS = {"QueueUrl": "q", "MessageBody": "$request.body"}

# For each question: the protocol, what is there, and the change.
CHANGES = {
    "request_templates": (
        "WEBSOCKET",
        MOCK | {"request_templates": {"a/b": "1", "c/d": "2"}},
        {"request_templates": {"c/d": "3"}},
    ),
    "empty_request_templates": (
        "WEBSOCKET",
        MOCK | {"request_templates": {"a/b": "1"}},
        {"request_templates": {}},
    ),
    "empty_content_handling": (
        "WEBSOCKET",
        MOCK | {"content_handling_strategy": "CONVERT_TO_TEXT"},
        {"content_handling_strategy": ""},
    ),
    "service_parameters": (
        "HTTP",
        QUEUE | {"request_parameters": {**PARAMETERS, "DelaySeconds": "5"}},
        {"request_parameters": PARAMETERS},
    ),
    "response_destinations": (
        "HTTP",
        world.HTTP | {"response_parameters": {"200": {"append:header.a": "1", "append:header.b": "2"}}},
        {"response_parameters": {"200": {"append:header.b": "3"}}},
    ),
    "type_change_method": (
        "WEBSOCKET",
        MOCK,
        {"integration_type": "AWS", "integration_uri": LAMBDA},
    ),
    "type_change_selection": (
        "WEBSOCKET",
        MOCK,
        {"integration_type": "AWS", "integration_uri": LAMBDA, "integration_method": "POST"},
    ),
}
POSITIONS = [(name, answer) for name in CHANGES for answer in evidence.questions()[name].answers]
# Otherwise the plugin does not depend on what an update does to a destination that is left out.
OPEN = {"empty_destination": None}


@pytest.fixture
def build(idem):
    """Return a function that serves a mock server, by default as the evidence file says."""
    servers = []

    def there(name, position=None):
        behaviour = mock_server.Behaviour(**({name: position} if position else {}))
        servers.append(mock_server.MockServer(behaviour))
        servers[-1].start()
        profiles = {"default": world.harness.profile(servers[-1].url)}
        return world.World(idem, servers[-1], profiles, CHANGES[name][0])

    yield there
    for server in servers:
        server.close()


def told(answer):
    return "\n".join(answer["comment"])


@pytest.mark.parametrize(("name", "answer"), POSITIONS)
def test_what_is_known_is_predicted(evidence_says, build, name, answer):
    both = {"type_change_method": answer, "type_change_selection": answer}
    evidence_says(**OPEN | (both if name in both else {name: answer}))
    there, (_, before, change) = build(name), CHANGES[name]
    made = there.apply(**before)["new_state"]

    dry = there.apply(test=True, **before | change)
    real = there.apply(**before | change)

    assert "does not document" not in told(dry)
    assert dry["result"] == real["result"]
    assert dry["new_state"] == real["new_state"]
    if not real["result"]:
        assert real["new_state"] == made and there.writes() == 0, "what can't succeed is not sent"
        assert "AWS keeps it" in told(real) and told(dry) == told(real)


@pytest.mark.parametrize(("name", "position"), POSITIONS)
def test_what_is_not_known_is_not_predicted(evidence_says, build, name, position):
    evidence_says(**OPEN | {name: None})
    there, (_, before, change) = build(name, position), CHANGES[name]
    there.apply(**before)

    dry = there.apply(test=True, **before | change)
    real = there.apply(**before | change)

    assert dry["result"]
    if name.startswith("type_change"):
        filled_in = {
            "type_change_method": "integration_method",
            "type_change_selection": "integration_response_selection_expression",
        }[name]
        assert real["result"] and plan.is_placeholder(dry["new_state"][filled_in])
        return
    assert "does not document" in told(dry)
    assert there.server.count("UpdateIntegration") == 1, "it is not tried again and again"
    if real["result"]:
        assert dry["new_state"] == real["new_state"]
        return
    (parameter,) = change
    assert position in ("merge", "keeps", "refused")
    assert real["new_state"].get(parameter, {}) != dry["new_state"].get(parameter)
    assert there.entry == real["new_state"]
    # Once AWS does it, the next run puts it right.
    setattr(there.server.behaviour, name, evidence.question(name).assumed)
    if name == "response_destinations":
        there.server.behaviour.response_destinations = "replace"
    again = there.apply(**before | change)
    assert again["result"] and again["new_state"] == dry["new_state"]


@pytest.mark.parametrize("answer", [None, *evidence.questions()["max_results_500"].answers])
def test_a_listing_asks_for_a_page_that_aws_is_known_to_take(evidence_says, build, answer):
    evidence_says(max_results_500=answer)
    there = build("request_templates")
    made = there.apply(**MOCK)["new_state"]
    # Of a listing that may be late, the second one.
    there.call("exec.list", name="all", api_id=there.api_id)
    described = there.call("exec.list", name="all", api_id=there.api_id)
    assert [one["resource_id"] for one in described["ret"]] == [made["resource_id"]]

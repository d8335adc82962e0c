"""What AWS would refuse or drop is told, everything at once, and nothing else."""

import pytest

from idem_apigwv2_integration.resource import check, rules

ROLE = "arn:aws:iam::123456789012:role/gateway"
HTTP = {
    "integration_type": "HTTP_PROXY",
    "integration_uri": "https://example.com",
    "integration_method": "GET",
    "payload_format_version": "1.0",
}
LAMBDA = {"integration_type": "AWS_PROXY", "integration_uri": "arn:aws:lambda:x"}
QUEUE = {
    "integration_type": "AWS_PROXY",
    "integration_subtype": "SQS-SendMessage",
    "credentials_arn": ROLE,
    "payload_format_version": "1.0",
    "request_parameters": {"QueueUrl": "q", "MessageBody": "b"},
}
PRIVATE = HTTP | {"connection_type": "VPC_LINK", "connection_id": "link"}

FINE = [
    ("HTTP", HTTP),
    ("HTTP", LAMBDA | {"payload_format_version": "2.0"}),
    ("HTTP", QUEUE),
    ("HTTP", QUEUE | {"request_parameters": QUEUE["request_parameters"] | {"NewParameter": "x"}}),
    # A service action that is newer than this plugin.
    ("HTTP", QUEUE | {"integration_subtype": "New-Action", "request_parameters": {"What": "ever"}}),
    ("HTTP", PRIVATE | {"tls_config": {"ServerNameToVerify": "a.example"}}),
    ("HTTP", HTTP | {"connection_id": "left-over"}),
    ("HTTP", HTTP | {"integration_method": "PURGE"}),
    ("HTTP", HTTP | {"description": "", "tls_config": {}, "request_parameters": {}}),
    ("HTTP", HTTP | {"passthrough_behavior": None}),
    (
        "HTTP",
        HTTP
        | {
            "request_parameters": {
                "overwrite:path": "/x",
                "append:header.a-b": "$request.id",
                "x": None,
            },
            "response_parameters": {
                "200": {"overwrite:statuscode": "204"},
                "599": {"remove:header.a": "''"},
            },
        },
    ),
    ("WEBSOCKET", {"integration_type": "MOCK"}),
    ("WEBSOCKET", {"integration_type": "MOCK", "integration_method": ""}),
    ("WEBSOCKET", LAMBDA | {"payload_format_version": "1.0", "timeout_in_millis": 29_000}),
    (
        "WEBSOCKET",
        {"integration_type": "AWS", "integration_uri": "arn:aws:x", "passthrough_behavior": "NEVER"},
    ),
    # terraform's acceptance test vpcLinkWebSocket
    ("WEBSOCKET", PRIVATE),
    ("WEBSOCKET", HTTP | {"request_parameters": {"integration.request.header.x": "'y'"}}),
    ("WEBSOCKET", {"integration_type": "MOCK", "request_templates": {"a/b": ""}}),
    (None, HTTP),
]


@pytest.mark.parametrize(("protocol", "given"), FINE)
def test_what_aws_takes_is_fine(protocol, given):
    given = {key: value for key, value in given.items() if value is not None}
    given = given | {
        "request_parameters": {
            key: value for key, value in given.get("request_parameters", {}).items() if key != "x"
        }
    }
    assert check.problems(given, None, protocol) == []


REFUSED = [
    ("HTTP", {}, "integration_type is missing"),
    ("HTTP", HTTP | {"integration_type": "MOCK"}, "must be one of AWS_PROXY, HTTP_PROXY on an HTTP API"),
    ("HTTP", HTTP | {"integration_type": "HTTPPROXY"}, "did you mean HTTP_PROXY?"),
    ("HTTP", HTTP | {"integration_type": 1}, "must be a string, in quotes: '1'"),
    ("HTTP", HTTP | {"payload_format_version": 1.0}, "must be a string, in quotes: '1.0'"),
    ("HTTP", HTTP | {"payload_format_version": "2.0"}, "it must be 1.0 on an HTTP API"),
    ("HTTP", HTTP | {"payload_format_version": ""}, "payload_format_version is missing"),
    ("HTTP", LAMBDA | {"payload_format_version": "3.0"}, "must be one of 1.0, 2.0"),
    ("HTTP", HTTP | {"timeout_in_millis": "3000"}, "'3000', a string: it must be a whole number"),
    ("HTTP", HTTP | {"timeout_in_millis": True}, "a boolean: it must be a whole number"),
    ("HTTP", HTTP | {"timeout_in_millis": 49}, "it must be 50 to 30000"),
    ("WEBSOCKET", HTTP | {"timeout_in_millis": 29_001}, "on a WebSocket API it must be 50 to 29000"),
    ("HTTP", HTTP | {"description": "x" * 1025}, "0 to 1024 characters long"),
    ("HTTP", HTTP | {"integration_uri": ""}, "integration_uri is missing"),
    ("HTTP", HTTP | {"integration_method": ""}, "integration_method is missing"),
    (
        "HTTP",
        LAMBDA | {"payload_format_version": "1.0", "integration_method": ""},
        "AWS fills in 'POST'",
    ),
    ("HTTP", HTTP | {"connection_type": "VPC_LINK"}, "connection_id is missing"),
    ("HTTP", HTTP | {"connection_type": ""}, "AWS fills in 'INTERNET'"),
    ("HTTP", HTTP | {"tls_config": {"ServerNameToVerify": "a"}}, "AWS drops it"),
    (
        "HTTP",
        PRIVATE | {"tls_config": {"server_name_to_verify": "a"}},
        "did you mean ServerNameToVerify?",
    ),
    ("HTTP", PRIVATE | {"tls_config": "a"}, "it must be a map of strings"),
    ("HTTP", HTTP | {"passthrough_behavior": "NEVER"}, "only a WebSocket API takes it"),
    ("HTTP", HTTP | {"request_templates": {"a": "b"}}, "only a WebSocket API takes it"),
    ("WEBSOCKET", HTTP | {"tls_config": {"ServerNameToVerify": "a"}}, "only an HTTP API takes it"),
    ("WEBSOCKET", QUEUE, "only an HTTP API takes it"),
    ("WEBSOCKET", HTTP | {"passthrough_behavior": ""}, "AWS fills in 'WHEN_NO_MATCH'"),
    ("WEBSOCKET", HTTP | {"payload_format_version": "2.0"}, "it must be 1.0 on a WebSocket API"),
    ("WEBSOCKET", {"integration_type": "MOCK", "integration_uri": "x"}, "MOCK integration takes no URI"),
    ("HTTP", QUEUE | {"integration_type": "HTTP_PROXY"}, "only an AWS_PROXY integration has a subtype"),
    ("HTTP", QUEUE | {"credentials_arn": ""}, "credentials_arn is missing"),
    ("HTTP", QUEUE | {"integration_uri": "https://x"}, "has no URI"),
    ("HTTP", QUEUE | {"integration_method": "GET"}, "has no method"),
    ("HTTP", QUEUE | {"payload_format_version": "2.0"}, "it must be 1.0"),
    (
        "HTTP",
        QUEUE | {"request_parameters": {"QueueUrl": "q"}},
        "MessageBody is missing in request_parameters",
    ),
    (
        "HTTP",
        QUEUE | {"request_parameters": {"QueueUrl": "q", "MessageBody": ""}},
        "MessageBody is missing",
    ),
    (
        "HTTP",
        HTTP | {"request_parameters": {"header.x": "y"}},
        "it must have the form append|overwrite|remove",
    ),
    ("HTTP", HTTP | {"request_parameters": {"append:header.x": 1}}, "a number: it must be a string"),
    ("HTTP", HTTP | {"request_parameters": ["x"]}, "a list: it must be a map of strings"),
    ("WEBSOCKET", HTTP | {"request_parameters": {"append:header.x": "y"}}, "integration.request."),
    ("HTTP", HTTP | {"response_parameters": {200: {}}}, "in quotes: '200'"),
    ("HTTP", HTTP | {"response_parameters": {"199": {"remove:header.a": "b"}}}, "from 200 to 599"),
    ("HTTP", HTTP | {"response_parameters": {"2xx": {"remove:header.a": "b"}}}, "from 200 to 599"),
    ("HTTP", HTTP | {"response_parameters": {"200": {"remove:body.a": "b"}}}, "remove:header.NAME"),
    ("HTTP", HTTP | {"response_parameters": {"200": "x"}}, "it must be a map of strings"),
    ("HTTP", HTTP | {"response_parameters": {"200": {"remove:header.a": 1}}}, "a number: it must be"),
    (None, HTTP | {"timeout_in_millis": 30_001}, "it must be 50 to 30000"),
    # Wrong on an HTTP API for one reason, on a WebSocket API for another.
    (None, QUEUE | {"passthrough_behavior": "NEVER"}, "only a"),
]


@pytest.mark.parametrize(("protocol", "given", "told"), REFUSED)
def test_what_aws_refuses_or_drops_is_told(protocol, given, told):
    found = check.problems(given, None, protocol)
    assert any(told in sentence for sentence in found), found
    assert all(sentence.endswith((".", "?")) and "\n" not in sentence for sentence in found)


@pytest.mark.parametrize(
    "mistake",
    [
        {"timeout_in_millis": "3000"},
        {"connection_type": "VPCLINK"},
        {"payload_format_version": 1.0},
        {"request_parameters": ["x"]},
        {"response_parameters": {"200": {"remove:body.a": "b"}}},
        {"tls_config": {"ServerNameToVerify": "a"}},
    ],
    ids=str,
)
def test_one_mistake_is_one_sentence(mistake):
    assert len(check.problems(HTTP | mistake, None, "HTTP")) == 1


def test_everything_is_told_at_once():
    given = {
        "integration_type": "HTTP_PROX",
        "timeout_in_millis": 29_500,
        "connection_type": "VPC_LINK",
        "content_handling_strategy": "CONVERT_TO_TXT",
    }
    found = check.problems(given, None, "WEBSOCKET", unknown=["integration_url"])
    assert len(found) == 5
    for parameter in (*given, "integration_url"):
        assert parameter == "connection_type" or any(parameter in sentence for sentence in found)


def test_the_whole_is_checked_not_only_what_changes():
    private = PRIVATE | {"tls_config": {"ServerNameToVerify": "a.example"}}
    (sentence,) = check.problems({"connection_type": "INTERNET"}, private, "HTTP")
    assert "it is there already, take it away with `tls_config: {}`" in sentence
    assert check.problems({"description": "x"}, private, "HTTP") == []
    assert check.problems({"timeout_in_millis": 100}, HTTP, "HTTP") == []


def test_a_value_that_is_not_known_yet_is_not_judged():
    later = "resource_id_known_after_present"
    given = PRIVATE | {"connection_id": later, "integration_uri": f"https://{later}/x"}
    assert check.problems(given, None, "HTTP") == []
    assert check.problems(HTTP | {"request_parameters": later, "timeout_in_millis": later}) == []


def test_a_service_integration_stays_one():
    wanted = {"integration_type": "AWS_PROXY", "integration_uri": "arn:aws:lambda:x"}
    (sentence,) = check.in_place_problems(wanted, QUEUE)
    assert "can't be taken away" in sentence and "recreate_on_update" in sentence
    assert check.in_place_problems(QUEUE, QUEUE) == []


@pytest.mark.parametrize("subtype", rules.ACTIONS)
def test_required_parameters_of_each_action(subtype):
    given = QUEUE | {"integration_subtype": subtype, "request_parameters": {}}
    (sentence,) = check.problems(given, None, "HTTP")
    assert all(name in sentence for name in rules.ACTIONS[subtype].required)


def test_identity():
    assert "api_id is missing" in check.identity_problems("n", None, None)[0]
    assert "resource_id is 5, a number" in check.identity_problems("n", "a", 5)[0]
    assert check.identity_problems("n", "a", "r") == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("integration_url", "integration_uri"),
        ("integrationType", "integration_type"),
        ("timeout_in_milliseconds", "timeout_in_millis"),
        ("resouce_id", "resource_id"),
        ("tags", None),
    ],
)
def test_near_misses(name, meant):
    (sentence,) = check.unknown_parameters([name])
    assert (f"did you mean {meant}?" in sentence) if meant else ("leave it out" in sentence)

"""What AWS would refuse is refused with a sentence, everything at once, and nothing else."""

import pytest

import declared
from idem_apigwv2_integration.integration import INTEGRATION, actions
from idem_apigwv2_integration.resource import display
from payloads import HTTP, LAMBDA, LISTENER, PRIVATE, QUEUE, VPC_LINK

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
    ("HTTP", HTTP | {"passthrough_behavior": "NEVER"}),
    ("HTTP", HTTP | {"tls_config": {"ServerNameToVerify": "a.example"}}),
    ("HTTP", QUEUE | {"integration_method": "POST"}),
    ("HTTP", PRIVATE | {"integration_uri": "${stageVariables.listener}"}),
    ("HTTP", LAMBDA | {"payload_format_version": "1.0", "integration_method": "post"}),
    ("HTTP", HTTP | {"credentials_arn": "arn:aws:iam::*:user/*"}),
    *(
        ("HTTP", LAMBDA | {"payload_format_version": "1.0", "credentials_arn": arn})
        for arn in (
            "arn:aws-cn:iam::123456789012:role/path/name",
            "arn:aws-us-gov:iam::123456789012:role/name",
            "arn:aws:iam::123456789012:user/name",
            "arn:aws:iam::123456789012:${stageVariables.role}",
        )
    ),
    (
        "HTTP",
        HTTP
        | {
            "request_parameters": {
                "overwrite:path": "/x",
                "append:header.a-b": "static ${request.body} $request.path.id $a",
                "Append:QUERYSTRING.q": "$stageVariables.q",
                "append:querystring.Q": "1",
                "append:header.a$b.c_d-e": "1",
                "remove:header.a": "''",
                "remove:header.b": None,
            },
            "response_parameters": {
                "200": {"overwrite:statuscode": "204", "append:header.a": "1"},
                "404": {"overwrite:statuscode": "$response.header.status"},
                "599": {"remove:header.a": "''", "append:header.authorization": "x"},
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
    ("WEBSOCKET", HTTP | VPC_LINK),
    ("WEBSOCKET", {"integration_type": "AWS", "integration_uri": "x", "credentials_arn": "y"}),
    ("WEBSOCKET", HTTP | {"request_parameters": {"integration.request.header.x": "'y'"}}),
    ("WEBSOCKET", {"integration_type": "MOCK", "request_templates": {"a/b": ""}}),
    (None, HTTP),
]


@pytest.mark.parametrize(("protocol", "given"), FINE)
def test_what_aws_accepts_is_not_refused(protocol, given):
    # Idem itself has removed the value of that key.
    ignored = ["request_parameters:remove:header.b"]
    assert declared.problems(given, None, protocol, ignored=ignored) == []


ACCOUNT = "arn:aws:lambda:us-east-1:123456789012"
LAMBDA_V2 = LAMBDA | {"payload_format_version": "2.0"}

REFUSED = [
    ("HTTP", {}, "integration_type is missing"),
    *(
        ("HTTP", LAMBDA_V2 | {"credentials_arn": arn}, "it must be the ARN of an IAM role")
        for arn in ("name", "arn:aws:iam::1:role/", "arn:aws:iam::1:role/a b", "arn:aws:iam::1:group/a")
    ),
    ("HTTP", HTTP | {"integration_type": "HTTP"}, "must be one of AWS_PROXY, HTTP_PROXY on an HTTP API"),
    ("HTTP", HTTP | {"integration_type": "HTTPPROXY"}, "did you mean HTTP_PROXY?"),
    ("HTTP", HTTP | {"integration_type": 1}, "must be a string, in quotes: '1'"),
    ("HTTP", HTTP | {"payload_format_version": 1.0}, "must be a string, in quotes: '1.0'"),
    ("HTTP", HTTP | {"payload_format_version": 2}, "must be a string, in quotes: '2.0'"),
    ("HTTP", HTTP | {"description": True}, "must be a string, in quotes: 'true'"),
    ("HTTP", HTTP | {"integration_type": "LAMBDA"}, "for a Lambda function it is AWS_PROXY"),
    ("HTTP", HTTP | {"response_parameters": [{"status_code": 500}]}, "{'200': {KEY: VALUE}}"),
    (
        "HTTP",
        HTTP | {"response_parameters": {"status_code": "500"}},
        "a map of strings; the form of response_parameters is {'200': {KEY: VALUE}}.",
    ),
    (
        "HTTP",
        HTTP | {"response_parameters": {"500": {"ResponseParameters": [{"Source": "a"}]}}},
        "a string; the form of response_parameters is {'200': {KEY: VALUE}}.",
    ),
    (
        "HTTP",
        HTTP | {"response_parameters": {"500": {"overwrite:statuscode": 503}}},
        "503, a number: it must be a string, in quotes: '503'.",
    ),
    ("HTTP", HTTP | {"payload_format_version": "2.0"}, "it must be 1.0 on an HTTP API"),
    ("HTTP", HTTP | {"payload_format_version": ""}, "payload_format_version is missing"),
    ("HTTP", LAMBDA | {"payload_format_version": "3.0"}, "must be one of 1.0, 2.0"),
    ("HTTP", HTTP | {"timeout_in_millis": "3000"}, "'3000', a string: it must be a whole number"),
    ("HTTP", HTTP | {"timeout_in_millis": True}, "a boolean: it must be a whole number"),
    ("HTTP", HTTP | {"timeout_in_millis": 49}, "it must be 50 to 30000 milliseconds"),
    ("HTTP", HTTP | {"timeout_in_millis": 0}, "timeout_in_millis is 0: on an HTTP API it must be 50"),
    ("WEBSOCKET", HTTP | {"timeout_in_millis": 30_001}, "on a WebSocket API it must be 50 to 29000"),
    ("WEBSOCKET", HTTP | {"timeout_in_millis": 29_001}, "on a WebSocket API it must be 50 to 29000"),
    ("HTTP", HTTP | {"description": "x" * 1025}, "0 to 1024 characters long"),
    ("HTTP", HTTP | {"integration_uri": ""}, "integration_uri is missing"),
    ("HTTP", LAMBDA_V2 | {"integration_uri": ""}, "or an integration_subtype"),
    ("WEBSOCKET", LAMBDA | {"integration_uri": ""}, "or the URI of the AWS service's action"),
    ("WEBSOCKET", {"integration_type": "AWS"}, "or the URI of the AWS service's action"),
    ("WEBSOCKET", LAMBDA | {"integration_method": "OPTIONS"}, "it must be POST for a Lambda function"),
    ("HTTP", HTTP | {"integration_method": ""}, "integration_method is missing"),
    (
        "HTTP",
        LAMBDA | {"payload_format_version": "1.0", "integration_method": ""},
        "AWS would fill in 'POST'",
    ),
    ("HTTP", HTTP | {"connection_type": "VPC_LINK"}, "connection_id is missing"),
    ("HTTP", HTTP | {"connection_type": ""}, "AWS would fill in 'INTERNET'"),
    ("HTTP", HTTP | VPC_LINK, "the ARN of a load balancer's listener"),
    ("HTTP", HTTP | {"integration_uri": LISTENER}, "it must be the URL of an HTTP endpoint"),
    ("HTTP", LAMBDA | {"payload_format_version": "1.0", "integration_method": "GET"}, "must be POST"),
    (
        "HTTP",
        PRIVATE | {"tls_config": {"server_name_to_verify": "a"}},
        "did you mean ServerNameToVerify?",
    ),
    ("HTTP", PRIVATE | {"tls_config": "a"}, "it must be a map of strings"),
    ("HTTP", HTTP | {"request_templates": {"a": "b"}}, "only a WebSocket API supports it"),
    ("WEBSOCKET", HTTP | {"tls_config": {"ServerNameToVerify": "a"}}, "only an HTTP API supports it"),
    ("WEBSOCKET", QUEUE, "use integration_type AWS with an integration_uri"),
    ("WEBSOCKET", HTTP | {"passthrough_behavior": ""}, "AWS would fill in 'WHEN_NO_MATCH'"),
    ("WEBSOCKET", HTTP | {"payload_format_version": "2.0"}, "it must be 1.0 on a WebSocket API"),
    ("WEBSOCKET", {"integration_type": "MOCK", "integration_uri": "x"}, "MOCK integration has no URI"),
    (
        "HTTP",
        QUEUE | {"integration_type": "HTTP_PROXY"},
        "it requires integration_type AWS_PROXY; change the type, or leave it out.",
    ),
    ("HTTP", QUEUE | {"credentials_arn": ""}, "credentials_arn is missing"),
    ("HTTP", QUEUE | {"integration_uri": "https://x"}, "has no URI"),
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
    ("HTTP", HTTP | {"request_parameters": {"append:querystring.": "y"}}, "it must have the form"),
    ("HTTP", HTTP | {"request_parameters": {"append:header.a b": "y"}}, "it must have the form"),
    ("HTTP", HTTP | {"request_parameters": {"append:header.x": 1}}, "a number: it must be a string"),
    ("HTTP", HTTP | {"request_parameters": ["x"]}, "a list: it must be a map of strings"),
    ("WEBSOCKET", HTTP | {"request_parameters": {"append:header.x": "y"}}, "integration.request."),
    ("HTTP", HTTP | {"response_parameters": {200: {}}}, "in quotes: '200'"),
    ("HTTP", HTTP | {"response_parameters": {"199": {"remove:header.a": "b"}}}, "from 200 to 599"),
    ("HTTP", HTTP | {"response_parameters": {"2xx": {"remove:header.a": "b"}}}, "from 200 to 599"),
    ("HTTP", HTTP | {"response_parameters": {"200": {"remove:body.a": "b"}}}, "remove:header.NAME"),
    ("HTTP", HTTP | {"response_parameters": {"200": "x"}}, "it must be a map of strings"),
    ("HTTP", HTTP | {"response_parameters": {"200": {"remove:header.a": 1}}}, "a number: it must be"),
    (
        None,
        HTTP | {"timeout_in_millis": 30_001},
        "on an HTTP API it must be 50 to 30000 milliseconds; on a WebSocket API it must be 50 to 29000",
    ),
    (None, {"integration_type": "MOCK", "integration_uri": "x"}, "a MOCK integration has no URI"),
    (None, QUEUE | {"integration_uri": "x"}, "an integration with an integration_subtype has no URI"),
    # Made for both protocols, so wrong on either.
    (None, QUEUE | {"request_templates": {"a": "b"}}, "only a"),
]


@pytest.mark.parametrize(("protocol", "given", "said"), REFUSED)
def test_what_aws_refuses_is_refused(protocol, given, said):
    found = declared.problems(given, None, protocol)
    assert any(said in sentence for sentence in found), found
    assert all(sentence.endswith((".", "?")) and "\n" not in sentence for sentence in found)


CASCADES = [
    ("HTTP", {"timeout_in_millis": "3000"}, "timeout_in_millis"),
    ("HTTP", {"connection_type": "VPCLINK"}, "connection_type"),
    ("HTTP", {"payload_format_version": 1.0}, "payload_format_version"),
    ("HTTP", {"request_parameters": ["x"]}, "request_parameters"),
    ("HTTP", {"response_parameters": {"200": {"remove:body.a": "b"}}}, "response_parameters"),
    ("HTTP", {"integration_type": "MOCK"}, "cors_configuration"),
    (
        "HTTP",
        {
            "integration_type": "MOCK",
            "integration_method": "OPTIONS",
            "payload_format_version": "2.0",
            "request_templates": {"application/json": "{}"},
            "template_selection_expression": "200",
        },
        "cors_configuration",
    ),
    ("HTTP", {"integration_type": "HTTP", "request_templates": {"a/b": "c"}}, "HTTP_PROXY"),
    ("HTTP", {"integration_type": "AWS", "payload_format_version": "2.0"}, "AWS_PROXY"),
    ("WEBSOCKET", QUEUE | {"integration_uri": None, "integration_method": None}, "integration_type AWS"),
    ("WEBSOCKET", {"timeout_in_millis": 30_001}, "50 to 29000"),
    (None, {"timeout_in_millis": 30_001}, "50 to 29000"),
    (None, {"integration_type": "MOCK"}, "has no URI"),
    ("HTTP", QUEUE | {"integration_type": "HTTP_PROXY", "integration_uri": None}, "AWS_PROXY"),
    ("HTTP", LAMBDA | {"integration_method": "OPTIONS"}, "cors_configuration"),
    ("HTTP", {"request_parameters": {"bad": "{", "append:path": ""}}, "the keys 'bad', 'append:path'"),
    ("HTTP", {"request_parameters": {"remove:header.x": ""}}, """`"''"`"""),
    ("HTTP", {"request_parameters": {"remove:header.authorization": "x"}}, "reserves the header"),
    ("HTTP", PRIVATE | {"integration_uri": "https://a", "integration_subtype": "S-A"}, "AWS_PROXY"),
    ("HTTP", {"integration_subtype": "S-A", "payload_format_version": "2.0"}, "AWS_PROXY"),
]


@pytest.mark.parametrize(("protocol", "mistake", "cause"), CASCADES, ids=str)
def test_one_mistake_is_one_sentence(protocol, mistake, cause):
    given = {name: value for name, value in (HTTP | mistake).items() if value is not None}
    found = declared.problems(given, None, protocol)
    assert len(found) == 1 and cause in found[0], found


def test_everything_is_said_at_once():
    given = {
        "integration_type": "HTTP_PROX",
        "timeout_in_millis": 29_500,
        "connection_type": "VPC_LINK",
        "content_handling_strategy": "CONVERT_TO_TXT",
    }
    found = declared.problems(given, None, "WEBSOCKET")
    found += declared.declare({"integration_url": "a"}).misnamed
    assert len(found) == 5
    for parameter in (*given, "integration_url"):
        assert parameter == "connection_type" or any(parameter in sentence for sentence in found)
    mixed = {"append:header.a": 1, "append:header.b": "{", "remove:header.c": "x", "d": "e"}
    assert len(declared.problems(HTTP | {"request_parameters": mixed}, None, "HTTP")) == 4


def test_the_whole_is_checked_not_only_what_changes():
    (sentence,) = declared.problems({"integration_uri": "https://a"}, PRIVATE, "HTTP")
    assert "with a VPC link" in sentence
    (sentence,) = declared.problems({"integration_type": "MOCK"}, {**HTTP}, "WEBSOCKET")
    assert 'to remove it, write `integration_uri: ""`' in sentence
    assert declared.problems({"description": "x"}, PRIVATE, "HTTP") == []
    assert declared.problems({"timeout_in_millis": 100}, HTTP, "HTTP") == []


def test_a_value_that_is_not_known_yet_is_not_judged():
    later = "resource_id_known_after_present"
    given = PRIVATE | {"connection_id": later, "integration_uri": f"https://{later}/x"}
    assert declared.problems(given, None, "HTTP") == []
    assert declared.problems(HTTP | {"request_parameters": later, "timeout_in_millis": later}) == []
    assert declared.problems(LAMBDA | {"credentials_arn": later, "integration_method": later}) == []
    assert declared.problems(HTTP | {"request_parameters": {"remove:header.x": later}}) == []
    assert declared.problems(QUEUE | {"request_parameters": later}, None, "HTTP") == []
    mock = {"integration_type": "MOCK", "integration_uri": later}
    assert declared.problems(mock, None, "WEBSOCKET") == []


@pytest.mark.parametrize(
    "given",
    [
        LAMBDA | {"payload_format_version": "2.0"},
        # Idem passes on what the ESM holds for what the SLS leaves out.
        QUEUE | LAMBDA | {"payload_format_version": "2.0"},
        {"integration_subtype": ""},
        {"integration_subtype": "", "integration_type": "HTTP_PROXY", "integration_uri": "https://a"},
    ],
)
def test_a_service_integration_stays_one(given):
    found = declared.problems(given, QUEUE, "HTTP")
    assert (
        "AWS can't change a service integration" in found[0]
        and display.how_to_replace(INTEGRATION) in found[0]
    )
    assert len(found) == 1 or "integration_subtype" not in given
    assert declared.problems(QUEUE, QUEUE, "HTTP") == []


def test_the_replacement_of_a_service_integration():
    (sentence,) = declared.problems(LAMBDA | {"payload_format_version": "2.0"}, QUEUE, "HTTP")
    lines = ('`integration_subtype: ""`', "`request_parameters: {}`", '`credentials_arn: ""`')
    assert all(line in sentence for line in lines)
    given = LAMBDA_V2 | {"credentials_arn": "arn:aws:iam::123456789012:role/other"}
    (sentence,) = declared.problems(given, QUEUE, "HTTP")
    assert all(line in sentence for line in lines[:2]) and lines[2] not in sentence
    # The ESM still supplies what the SLS does not remove from the replacement.
    given = QUEUE | LAMBDA | {"payload_format_version": "1.0"}
    (sentence,) = declared.problems(given, None, "HTTP", recorded=QUEUE)
    assert 'leave it out, or write `integration_subtype: ""`' in sentence
    (sentence,) = declared.problems(given | {"integration_subtype": ""}, None, "HTTP", recorded=QUEUE)
    assert "to remove it, write `request_parameters: {}`" in sentence


def test_a_protocol_that_is_not_known():
    assert declared.problems(QUEUE | {"integration_type": "MOCK"}, None, "GRPC") == []
    (sentence,) = declared.problems({"timeout_in_millis": "x"}, None, "GRPC")
    assert "whole number" in sentence
    (hint,) = declared.hints(HTTP, "GRPC")
    assert "'GRPC'" in hint and "AWS decides" in hint


HINTS = [
    ("HTTP", HTTP, []),
    ("HTTP", HTTP | {"integration_method": "PURGE"}, []),
    ("HTTP", HTTP | {"integration_method": "GETT"}, ["did you mean GET?"]),
    ("HTTP", HTTP | {"integration_method": "get"}, ["did you mean GET?"]),
    ("HTTP", HTTP | {"integration_method": "OPTIONS"}, ["set cors_configuration on the API"]),
    ("WEBSOCKET", HTTP | {"integration_method": "OPTIONS"}, []),
    ("HTTP", QUEUE | {"integration_subtype": "SQS-SendMesage"}, ["did you mean SQS-SendMessage?"]),
    ("HTTP", QUEUE | {"integration_subtype": "New-Action"}, ["not a service action that this version"]),
    ("HTTP", QUEUE | {"integration_method": "POST"}, ["a service integration has no method"]),
    ("HTTP", QUEUE | {"integration_method": "GETT"}, ["a service integration has no method"]),
    (
        "HTTP",
        QUEUE | {"request_parameters": QUEUE["request_parameters"] | {"DelaySecond": "1", "New": "2"}},
        ["did you mean DelaySeconds?", "'New'"],
    ),
    ("HTTP", QUEUE | {"request_parameters": QUEUE["request_parameters"] | {"Region": "a"}}, []),
    ("HTTP", HTTP | {"passthrough_behavior": "NEVER"}, ["AWS ignores it on an HTTP API"]),
    ("HTTP", HTTP | {"tls_config": {"ServerNameToVerify": "a"}}, ["unless connection_type is VPC_LINK"]),
    ("HTTP", HTTP | {"credentials_arn": "arn:aws:iam::*:user/*"}, ["'Invalid role ARN'"]),
    ("HTTP", HTTP | {"request_parameters": {"append:header.via": "x"}}, ["documents the header as res"]),
    (
        "HTTP",
        HTTP | {"request_parameters": {"append:header.a": "${requests.header.x} and ${contexts.y}"}},
        ["refers to $requests.header; did you mean $request.header?", "did you mean $context.y?"],
    ),
    (
        "HTTP",
        HTTP | {"response_parameters": {"200": {"append:header.a": "${response.headers.x}"}}},
        ["did you mean $response.header?"],
    ),
    (
        "HTTP",
        HTTP
        | {
            "request_parameters": {
                "append:header.a": "$request.header.x$context.y ${request.path} costs $5"
            }
        },
        [],
    ),
    (
        "HTTP",
        LAMBDA | VPC_LINK | {"payload_format_version": "2.0"},
        ["connection_type is 'VPC_LINK': a VPC link leads to an HTTP endpoint"],
    ),
    ("WEBSOCKET", LAMBDA | VPC_LINK, []),
    ("HTTP", LAMBDA_V2 | {"integration_uri": f"{ACCOUNT}:functionorders"}, ["has the form arn:aws:la"]),
    ("WEBSOCKET", {"integration_type": "MOCK", "passthrough_behavior": "NEVER"}, []),
    (None, HTTP | {"passthrough_behavior": "NEVER"}, []),
]


@pytest.mark.parametrize(("protocol", "given", "said"), HINTS, ids=str)
def test_what_aws_may_refuse_or_ignores_is_pointed_out(protocol, given, said):
    assert declared.problems(given, None, protocol) == []
    found = declared.hints(given, protocol)
    assert len(found) == len(said), found
    assert all(words in sentence for words, sentence in zip(said, found, strict=True)), found


@pytest.mark.parametrize("subtype", actions.ACTIONS)
def test_required_parameters_of_each_action(subtype):
    given = QUEUE | {"integration_subtype": subtype, "request_parameters": {}}
    (sentence,) = declared.problems(given, None, "HTTP")
    assert all(name in sentence for name in actions.ACTIONS[subtype].required)


@pytest.mark.parametrize(("length", "is_fine"), [(1024, True), (1025, False)])
def test_the_greatest_length_is_allowed(length, is_fine):
    given = HTTP | {"description": "x" * length}
    assert (declared.problems(given, None, "HTTP") == []) is is_fine


def test_a_type_that_an_http_api_does_not_have_is_all_that_is_said():
    (sentence,) = declared.problems({"integration_type": "MOCK"}, None, "HTTP")
    assert "an HTTP API has no mock integrations" in sentence

"""What `idem-apigwv2 validate` says of states."""

import dataclasses

import hypothesis
import pytest
from hypothesis import strategies

import declared
from idem_apigwv2_integration.command import rendering, validate
from idem_apigwv2_integration.resource import validate as checks
from payloads import HTTP, MOCK


def state(function="present", type=declared.NAME, **arguments):
    given = {"name": "it", **arguments}
    return rendering.State("a.sls", {"__id__": "it", "state": type, "fun": function, **given}, given)


def problems(**arguments):
    return validate.check_state(state(**arguments), [])[0]


@pytest.mark.parametrize("arguments", [{"api_id": "a", **HTTP}, {"api_id": "a", **MOCK}])
def test_what_is_right_on_one_protocol_is_no_problem(arguments):
    assert problems(**arguments) == []


def test_bindings_that_idem_can_not_resolve_are_found():
    one, other = "${aws.apigatewayv2.api:shop:resource_id}", "${aws.apigatewayv2.api:shop:name}"
    bound = {"append:header.a": one, "append:header.b": f"{one}/{other}"}
    (problem,) = problems(api_id=one, **HTTP, request_parameters=bound)
    assert problem.startswith("request_parameters['append:header.b'] refers to")
    assert problems(api_id=one, **HTTP | {"integration_uri": f"https://{one}.{other}"}) == []


@pytest.mark.parametrize("function", ["present", "absent"])
def test_what_only_aws_sets_is_a_note(function):
    read_only = {"api_gateway_managed": False, "integration_response_selection_expression": "x"}
    found, notes = validate.check_state(state(function, api_id="a", **HTTP, **read_only), [])
    assert found == [] and notes == [f"{name} is read-only: its value is ignored." for name in read_only]


def test_search_may_look_for_what_only_aws_sets():
    wanted = state("search", api_id="a", api_gateway_managed=True)
    assert validate.check_state(wanted, []) == ([], [])


@pytest.mark.parametrize("function", ["present", "search"])
def test_a_key_without_a_value_is_a_problem_unless_idem_ignores_it(function):
    empty = state(function, api_id="a", **HTTP, request_parameters={"remove:header.x": None})
    (sentence,) = validate.check_state(empty, [])[0]
    assert sentence.startswith("request_parameters['remove:header.x'] has no value: write `\"''\"`")
    ignored = dataclasses.replace(
        empty, chunk=empty.chunk | {"ignore_changes": ["request_parameters:remove:header.x"]}
    )
    assert validate.check_state(ignored, [])[0] == []


def test_a_state_that_creates_must_be_complete():
    (type_missing,) = problems(api_id="a")
    assert type_missing.startswith("integration_type is missing")
    uri = problems(**{"api_id": "a", **HTTP, "integration_uri": None})
    assert uri == ["integration_uri is missing: give the URL of the HTTP endpoint."]


@pytest.mark.parametrize(
    ("protocol", "arguments", "wrong"),
    [
        ("HTTP", {}, []),
        ("HTTP", {"timeout_in_millis": 5000}, []),
        ("HTTP", {"timeout_in_millis": 40_000}, ["timeout_in_millis"]),
        ("HTTP", {"integration_uri": "https://example.com"}, []),
        ("HTTP", MOCK, ["integration_type"]),
        ("WEBSOCKET", MOCK, []),
        ("WEBSOCKET", {**MOCK, "integration_uri": "https://example.com"}, ["integration_uri"]),
        ("HTTP", {"integration_type": "HTTP_PROXY"}, []),
        ("HTTP", {"integration_subtype": "SQS-SendMessage"}, []),
        (
            "HTTP",
            {"integration_subtype": "SQS-SendMessage", "integration_uri": "a"},
            ["integration_uri"],
        ),
        ("HTTP", {"request_parameters": {"anything": "x"}}, []),
        ("HTTP", {"integration_typ": "HTTP"}, ["integration_typ"]),
        ("HTTP", {"description": 5}, ["description"]),
    ],
)
def test_of_an_existing_integration_only_what_is_wrong_in_any_case_is_a_problem(
    protocol, arguments, wrong
):
    api = state(type="aws.apigatewayv2.api", resource_id="a", protocol_type=protocol)
    found, _ = validate.check_state(state(api_id="a", resource_id="b", **arguments), [api])
    assert [sentence.split()[0] for sentence in found] == wrong


VALUES = {
    "integration_type": ["HTTP_PROXY", "AWS_PROXY", "MOCK", "AWS"],
    "integration_subtype": ["SQS-SendMessage", ""],
    "integration_uri": ["https://example.com", ""],
    "integration_method": ["GET", ""],
    "connection_type": ["INTERNET", "VPC_LINK"],
    "connection_id": ["link", ""],
    "credentials_arn": ["arn:aws:iam::123456789012:role/x", ""],
    "payload_format_version": ["1.0", "2.0"],
    "timeout_in_millis": [10, 29_500],
    "request_parameters": [{"overwrite:header.a": "b"}, {"MessageBody": "x", "QueueUrl": "y"}, {}],
    "response_parameters": [{"100": {"overwrite:header.a": "b"}}, {}],
    "request_templates": [{"a/b": "c"}, {}],
    "tls_config": [{"ServerNameToVerify": "a.example.com"}, {}],
}
LIVE = [
    ("HTTP", {**HTTP, "connection_type": "INTERNET"}),
    ("HTTP", {**HTTP, "connection_type": "VPC_LINK", "connection_id": "link"}),
    (
        "HTTP",
        {
            "integration_type": "AWS_PROXY",
            "integration_subtype": "SQS-SendMessage",
            "credentials_arn": "arn:aws:iam::123456789012:role/x",
            "payload_format_version": "1.0",
            "request_parameters": {"MessageBody": "x", "QueueUrl": "y"},
        },
    ),
    ("WEBSOCKET", {"integration_type": "MOCK", "request_templates": {"a/b": "{}"}}),
    (
        "WEBSOCKET",
        {"integration_type": "AWS", "integration_uri": "arn:aws:x", "integration_method": "POST"},
    ),
]


@hypothesis.given(
    strategies.fixed_dictionaries(
        {}, optional={k: strategies.sampled_from(v) for k, v in VALUES.items()}
    )
)
def test_what_a_partial_check_finds_is_wrong_whatever_is_live(given):
    for protocol, live in LIVE:
        if declared.problems(given, protocol=protocol, partial=True):
            assert declared.problems(given, live=live, protocol=protocol), live


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("${aws.lambda.function:orders:tags:timeout}", []),
        ("${aws.lambda.function:orders}", ["timeout_in_millis"]),
        ("$\\{aws.lambda.function:orders:timeout}", ["timeout_in_millis"]),
        ("5000", ["timeout_in_millis"]),
    ],
)
def test_what_idem_binds_is_not_judged(value, wrong):
    found = problems(api_id="a", **HTTP, timeout_in_millis=value)
    assert [sentence.split()[0] for sentence in found] == wrong


def test_hints_are_notes(monkeypatch):
    whole = checks.check

    def point_out(declared, protocol=None, **more):
        report = whole(declared, protocol=protocol, **more)
        report.hints.append(f"{declared.given['description']} on {protocol}.")
        return report

    monkeypatch.setattr(checks, "check", point_out)
    api = state(type="aws.apigatewayv2.api", protocol_type="HTTP")
    it = state(api_id="${aws.apigatewayv2.api:it:resource_id}", **HTTP, description="x")
    wrong = state(api_id="a", description="x")
    files = [rendering.Rendered("a.sls", [api, it, wrong], [])]
    lines, code = validate.report(files)
    assert lines[1:] == [
        "a.sls: it: note: x on HTTP.",
        "2 integrations in 1 file checked: 1 problem.",
    ]
    assert code == 1
    files[0].states.remove(wrong)
    assert validate.report(files)[1] == 0


def test_a_fault_of_the_plugin_does_not_keep_other_files_from_being_checked(monkeypatch):
    one = rendering.Rendered("a.sls", [state(api_id="a", **HTTP)], [])
    other = rendering.Rendered("b.sls", [state(api_id="a")], [])
    whole = checks.check

    def crash(declared, **more):
        if declared.given:
            raise RuntimeError("of the plugin")
        return whole(declared, **more)

    monkeypatch.setattr(checks, "check", crash)
    lines, code = validate.report([one, other])
    assert code == 1 and "The plugin itself failed: RuntimeError" in lines[0]
    assert "integration_type is missing" in lines[1] and "2 integrations" in lines[-1]


def test_a_number_as_a_key_of_a_service_integration():
    service = {"integration_type": "AWS_PROXY", "integration_subtype": "SQS-SendMessage"}
    found = problems(api_id="a", **service, request_parameters={5: "x", "queueurl": "q"})
    assert any(sentence.startswith("The key 5 of request_parameters is 5") for sentence in found)
    assert any("It has the key 'queueurl'" in sentence for sentence in found)


def test_what_can_not_be_printed_is_escaped():
    lines, _ = validate.report([rendering.Rendered("a\x1b.sls", [], ["one\n\ud800"])])
    assert lines[:2] == ["a\\x1b.sls: one", "\\ud800"]


def test_the_states_of_responses_are_checked():
    api = state(type="aws.apigatewayv2.api", protocol_type="WEBSOCKET")
    kind = "aws.apigatewayv2.integration_response"
    wrong = state(type=kind, api_id="a", integration_id="i", response_templates="x")
    right = state(type=kind, api_id="a", integration_id="i", integration_response_key="$default")
    lines, code = validate.report([rendering.Rendered("a.sls", [api, wrong, right], [])])
    assert code == 1 and lines[-1] == "2 states in 1 file checked: 2 problems."
    assert "response_templates is 'x'" in lines[0] and "integration_response_key is missing" in lines[1]

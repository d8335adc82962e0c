import time

import pytest

import declared
from idem_apigwv2_integration.integration import mappings
from payloads import HTTP

ROOTS = ("request", "context", "stageVariables")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "static",
        "$",
        "$a",
        "$request.path$",
        "$request.header.a",
        "${request.body}followed with text$request.path",
        "${request.header.foo{}",
        "${request.header.foo$request.header.foo$}",
        "$context.requestId-$stageVariables.a",
    ],
)
def test_what_aws_accepts(value):
    assert mappings.find_fault(value, ROOTS) is None
    given = HTTP | {"request_parameters": {"append:header.a": value or "a"}}
    assert not declared.hints(given, "HTTP")


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ("$invalid", "$invalid"),
        ("$aa", "$aa"),
        ("a $method.request.header.x", "$method"),
        ("$integration.response.header.x", "$integration"),
        ("$resp.header.foo", "$resp"),
        ("$response.header.foo", "$response"),
        ("$request", "$request"),
        ("{", None),
        ("}", None),
        ("${request.body", None),
        ("$request.body}", None),
        ("$request.header.foo{", None),
        ("${request.header.foo}}", None),
        ('{"a":"$context.x"}', None),
    ],
)
def test_what_aws_refuses(value, source):
    found = mappings.find_fault(value, ROOTS)
    assert found == source if source else found in ("{", "}")
    given = HTTP | {"request_parameters": {"append:header.a": value}}
    (sentence,) = declared.problems(given, protocol="HTTP")
    assert f"{source} begins no source" in sentence if source else "braces" in sentence


def test_a_response_has_sources_of_its_own():
    given = HTTP | {"response_parameters": {"200": {"append:header.a": "$response.header.b"}}}
    assert not declared.problems(given, protocol="HTTP")


@pytest.mark.parametrize("value", ["$5 off", "$a b", "cost: $ 3", "$a1"])
def test_what_aws_may_refuse_is_pointed_out(value):
    given = HTTP | {"request_parameters": {"append:header.a": value}}
    assert not declared.problems(given, protocol="HTTP")
    (hint,) = declared.hints(given, "HTTP")
    assert "AWS may refuse" in hint


@pytest.mark.parametrize("part", ["${request.header.a}", "$a", "${", "{}", "$$", "${a", "$requestx."])
@pytest.mark.parametrize("end", ["", "{", "}", "$"])
def test_the_time_does_not_depend_on_what_a_value_repeats(part, end):
    """With backtracking, 30 repetitions took minutes."""
    given = HTTP | {"request_parameters": {"append:header.a": part * 20_000 + end}}
    given["response_parameters"] = {"200": given["request_parameters"]}
    began = time.process_time()
    declared.problems(given)
    declared.hints(given, "HTTP")
    assert time.process_time() - began < 5

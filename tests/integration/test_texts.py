"""What an SLS has to write differently from what AWS holds, and what must not be changed by that."""

import pytest

import harness
from idem_apigwv2_integration.resource import values
from world import HTTP

BINDING = "${aws.apigatewayv2.integration:a:description}"


@pytest.mark.parametrize(
    "text", ["${a:b:c}", "$\\{x}", "$\\\\{a:b:c}", "a ${x} b", "${::}", "$\\{", "${a:b:c:d}$\\{${x:y:}"]
)
def test_escaping_has_an_exact_inverse(text):
    escaped = values.escape(text)
    assert not values.BINDING.search(escaped)
    assert values.as_meant(escaped, escaped) == text


@pytest.mark.parametrize("text", ["costs $\\{x}", "$\\\\{x}", "${a:b:c}", "a${x}"])
def test_a_text_that_the_sls_does_not_mention_stays(http, text):
    http.apply(**HTTP)
    (resource_id,) = http.all
    http.server.drift(http.api_id, resource_id, Description=text)
    # The first run records it; Idem passes it to the second.
    for _ in range(2):
        assert http.apply(**HTTP)["result"] and not http.writes()
    assert http.entry["description"] == text


@pytest.mark.parametrize("text", ["costs $\\{x}", "$\\\\{x}", "${aws.a:b:c}", "${::x}"])
def test_what_describe_prints_is_found_and_changes_nothing(http, describe, text):
    mappings = {"append:header.a": "b"}
    http.server.add_integration(
        http.api_id,
        IntegrationType="HTTP_PROXY",
        IntegrationUri="https://example.com",
        IntegrationMethod="GET",
        PayloadFormatVersion="1.0",
        RequestParameters=mappings,
        Description=text,
    )
    (described,) = describe().values()
    (listed,) = described.values()
    parameters = {key: value for one in listed for key, value in one.items()}
    found = http.apply(function="search", **parameters)
    assert found["result"], found["comment"]
    assert http.apply(**parameters)["result"] and not http.writes()


def test_a_bound_value_stays_as_it_is(http):
    http.server.add_integration(http.api_id, IntegrationType="HTTP_PROXY", Description="$\\{x}")
    (resource_id,) = http.all
    ids = {"api_id": http.api_id, "resource_id": resource_id}
    bound = {"api_id": http.api_id, **HTTP, "description": f"$\\{{y}} {BINDING} $\\{{z}}"}
    sls = harness.state("a", ids, "search") | harness.state("b", bound)
    results = http.run(sls)
    assert results["b"]["new_state"]["description"] == "${y} $\\{x} ${z}"


NULLS = [
    {"request_parameters": {"remove:header.x-admin": None}},
    {"request_parameters": {"append:header.a": None}},
    {"response_parameters": {"200": None}},
    {"response_parameters": {"200": {"remove:header.a": None}}},
    {"tls_config": {"ServerNameToVerify": None}},
]


@pytest.mark.parametrize("wrong", NULLS, ids=str)
def test_a_key_without_a_value_is_refused(http, wrong):
    http.apply(**HTTP, request_parameters={"append:header.a": "1"})
    for more in ({}, {"resource_id": next(iter(http.all))}):
        for test in (True, False):
            for function in ("present", "search"):
                result = http.apply(test=test, function=function, **HTTP | more | wrong)
                assert not result["result"] and not http.writes()
                (sentence,) = result["comment"]
                assert "has no value: write " in sentence
                assert ("`\"''\"`" in sentence) == ("remove:" in sentence)
    created = http.call("exec.create", api_id=http.api_id, **HTTP | wrong)
    assert not created["result"] and not http.writes()


def test_a_value_that_idem_ignores_is_kept(websocket):
    given = {"integration_type": "MOCK", "request_templates": {"a": "1"}}
    websocket.apply(**given)
    (resource_id,) = websocket.all
    changed = given | {"request_templates": {"a": "2"}, "ignore_changes": ["request_templates:a"]}
    for _ in range(2):
        result = websocket.apply(**changed)
        assert result["result"] and websocket.live["RequestTemplates"] == {"a": "1"}
    assert not websocket.apply(**changed | {"request_templates": {"a": "2", "b": None}})["result"]
    assert set(websocket.all) == {resource_id}


def test_a_replacement_takes_a_text_over_as_it_is(http):
    http.apply(**HTTP)
    (old,) = http.all
    http.server.drift(http.api_id, old, Description="costs $\\{x}")
    http.apply(**HTTP)
    changed = HTTP | {"integration_uri": "https://new.example.com"}
    for _ in range(2):
        http.apply(**changed, recreate_on_update={"create_before_destroy": True})
    assert old not in http.all and http.live["Description"] == "costs $\\{x}"

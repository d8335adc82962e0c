"""Bindings below keys with a colon, as Idem itself resolves them."""

import pytest

import harness
from world import HTTP

API = "${aws.apigatewayv2.api:shop:resource_id}"
NAME = "${aws.apigatewayv2.api:shop:name}"
TEST = pytest.mark.parametrize("test", [True, False], ids=["test", "run"])


@pytest.fixture
def apply(http):
    """Return a function that applies an integration beside the API that it is bound to."""

    def run(test=False, function="present", **parameters):
        api = {"resource_id": http.api_id, "name": "shop", "protocol_type": "HTTP"}
        sls = {
            "shop": {"aws.apigatewayv2.api.present": [{key: value} for key, value in api.items()]},
            **harness.state("it", {"api_id": API, **parameters}, function),
        }
        return http.run(sls, test=test)["it"]

    return run


@TEST
@pytest.mark.parametrize(
    ("written", "bound"),
    [
        (API, "API"),
        (f"a-{API}-{API}-b", "a-API-API-b"),
        ("${aws.apigatewayv2.api:shop:protocol_type}", "HTTP"),
    ],
)
def test_a_bound_value_stays_under_its_key(http, apply, test, written, bound):
    parameters = {"append:header.a": written, "append:header.b": "'b'", "overwrite:header.c": written}
    result = apply(test, **HTTP, request_parameters=parameters)
    bound = bound.replace("API", http.api_id)
    assert result["result"], result["comment"]
    assert result["new_state"]["request_parameters"] == {
        "append:header.a": bound,
        "append:header.b": "'b'",
        "overwrite:header.c": bound,
    }


@TEST
def test_a_value_is_bound_by_status_code(http, apply, test):
    codes = {
        "200": {"append:header.api": API},
        "404": {"append:header.api": API, "remove:header.b": "''"},
    }
    result = apply(test, **HTTP, response_parameters=codes)
    assert result["result"], result["comment"]
    assert result["new_state"]["response_parameters"] == {
        "200": {"append:header.api": http.api_id},
        "404": {"append:header.api": http.api_id, "remove:header.b": "''"},
    }


def test_what_is_not_known_yet_is_a_placeholder(http):
    api = {"aws.apigatewayv2.api.present": [{"name": "shop"}, {"protocol_type": "HTTP"}]}
    parameters = HTTP | {"request_parameters": {"append:header.api": f"a-{API}"}}
    state = harness.state("it", {"api_id": API, **parameters})
    result = http.run({"shop": api, **state}, test=True)["it"]
    assert result["result"], result["comment"]
    (value,) = result["new_state"]["request_parameters"].values()
    assert value.startswith("a-") and "known_after" in value


@pytest.mark.parametrize(
    "path", ["response_parameters", "response_parameters:200"], ids=["all codes", "one code"]
)
def test_a_map_of_what_is_searched_later_is_not_known_in_a_dry_run(http, path):
    codes = {"200": {"overwrite:statuscode": "201"}, "404": {"overwrite:statuscode": "200"}}
    http.apply(**HTTP, response_parameters=codes)
    bound = f"${{aws.apigatewayv2.integration:found:{path}}}"
    is_whole = path == "response_parameters"
    own = {
        "one": {"integration_uri": "https://one.example", "response_parameters": codes},
        "it": {"response_parameters": bound if is_whole else {"200": bound}},
    }
    here = {"api_id": http.api_id}
    found = here | {"resource_id": "${aws.apigatewayv2.integration:one:resource_id}"}
    sls = harness.state("found", found, "search")
    for name, parameters in own.items():
        sls |= harness.state(name, here | HTTP | parameters)
    dry, run = http.both(sls)
    removed = [line for line in dry["it"]["comment"] if "removes" in line]
    assert removed == ([] if is_whole else ["response_parameters: removes 404"])
    left = codes if is_whole else {"200": codes["200"]}
    assert run["it"]["new_state"]["response_parameters"] == left


def test_the_second_run_changes_nothing(http, apply):
    parameters = HTTP | {"request_parameters": {"append:header.api": API}}
    apply(**parameters)
    again = apply(**parameters)
    assert again["result"] and not again["changes"] and not http.writes()


def test_an_inverted_run_deletes(http, apply):
    parameters = HTTP | {"request_parameters": {"append:header.api": API}}
    apply(**parameters)
    results = http.run(harness.state("it", {"api_id": API, **parameters}), invert=True)
    assert results["it"]["result"] and not http.all


@TEST
def test_two_properties_in_one_value_are_refused(http, apply, test):
    result = apply(test, **HTTP, request_parameters={"append:header.api": f"{API}-{NAME}"})
    assert result["result"] is False and not http.all
    (sentence,) = result["comment"]
    assert sentence.startswith("request_parameters['append:header.api']")
    assert API in sentence and NAME in sentence


@pytest.mark.parametrize("create_first", [True, False])
def test_an_equal_integration_is_not_replaced(http, apply, create_first):
    parameters = HTTP | {"request_parameters": {"append:header.api": API}}
    replace = {"recreate_on_update": {"create_before_destroy": create_first}}
    first = apply(**parameters, **replace)["new_state"]["resource_id"]
    assert apply(**parameters, **replace)["result"] and list(http.all) == [first]


@pytest.mark.parametrize("create_first", [True, False])
def test_a_replacement_has_the_bound_value(http, apply, create_first):
    parameters = HTTP | {"request_parameters": {"append:header.api": API}}
    replace = {"recreate_on_update": {"create_before_destroy": create_first}}
    first = apply(**parameters, **replace)["new_state"]["resource_id"]
    apply(**parameters | {"description": "new"}, **replace)
    assert list(http.all) != [first]
    assert http.live["RequestParameters"] == {"append:header.api": http.api_id}


def test_search_looks_for_the_bound_value(http, apply):
    wanted = HTTP | {"request_parameters": {"append:header.api": API}}
    apply(**wanted)
    apply(function="search", request_parameters={"append:header.api": API})
    found = apply(function="search", request_parameters={"append:header.api": API})
    assert found["result"] and found["new_state"]["resource_id"] in http.all


def test_a_state_that_calls_an_exec_function_binds(http):
    api = {"resource_id": http.api_id, "name": "shop", "protocol_type": "HTTP"}
    keywords = {"api_id": API, **HTTP, "request_parameters": {"append:header.api": API}}
    sls = {
        "shop": {"aws.apigatewayv2.api.present": [{key: value} for key, value in api.items()]},
        "it": {"exec.run": [{"path": "aws.apigatewayv2.integration.create"}, {"kwargs": keywords}]},
    }
    result = http.run(sls)["it"]
    assert result["result"], result["comment"]
    assert http.live["RequestParameters"] == {"append:header.api": http.api_id}

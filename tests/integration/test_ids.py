"""IDs are segments of a request's path: what can be no ID is refused before anything is sent."""

import pytest

import harness
from idem_apigwv2_integration.resource import declaration
from world import HTTP

# What a client, a proxy or a server may normalize to the path of something else.
WRONG = ["..", "a/b", "\x1b[31m\ud800"]
PLACEHOLDER = "resource_id_known_after_present"


@pytest.fixture
def there(http):
    http.apply(**HTTP)
    http.server.reset_calls()
    return http


def refused(world, result, parameter):
    before = world.all
    assert not result["result"] and not world.server.calls and len(before) == 1
    (sentence,) = result["comment"]
    assert sentence.startswith(f"{parameter} is ") and "letters, digits, '_' and '-'" in sentence
    assert sentence.isprintable()


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("parameter", ["api_id", "resource_id"])
@pytest.mark.parametrize("function", ["present", "absent", "search"])
def test_a_state_refuses_it(there, function, parameter, wrong):
    ids = {"api_id": there.api_id, "resource_id": "f6g7h8i", parameter: wrong}
    more = HTTP if function == "present" else {}
    for test in (True, False):
        result = there.call(f"states.{function}", test=test, name="it", **ids, **more)
        refused(there, result, parameter)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("parameter", ["api_id", "resource_id"])
@pytest.mark.parametrize("function", ["get", "update", "delete"])
def test_an_exec_function_refuses_it(there, function, parameter, wrong):
    ids = {"api_id": there.api_id, "resource_id": "f6g7h8i", parameter: wrong}
    refused(there, there.call(f"exec.{function}", **ids), parameter)
    if function == "update":
        refused(there, there.call("exec.update", live={"name": "it", **ids}, **ids), parameter)


@pytest.mark.parametrize("function", ["create", "list"])
def test_an_exec_function_without_an_integration_refuses_it(there, function):
    more = HTTP if function == "create" else {}
    refused(there, there.call(f"exec.{function}", api_id="..", **more), "api_id")


@pytest.mark.parametrize("wrong", [".", "../..", "a%2Fb", "a b", "a?b", "a#b", "ä", "a\n", "a.b"])
def test_what_can_be_no_id(wrong):
    (sentence,) = declaration.describe_malformed_ids(api_id="a1-B_2", resource_id=wrong)
    assert sentence.startswith("resource_id is ") and sentence.isprintable()


@pytest.mark.parametrize("parameter", ["api_id", "resource_id"])
@pytest.mark.parametrize("function", ["present", "absent"])
def test_an_id_of_the_esm_is_refused_as_well(there, function, parameter):
    there.entry[parameter] = ".."
    more = HTTP if function == "present" else {}
    for _ in range(2):
        result = there.apply(function=function, **more)
        assert not result["result"] and not there.server.calls and len(there.all) == 1
        assert f"{parameter} is '..'" in result["comment"][0]
        assert there.entry[parameter] == ".."


def test_an_id_of_another_entry_of_the_esm_is_refused(there):
    (entry,) = there.esm.values()
    there.esm["aws.apigatewayv2.integration_|-it_delete_old_|-it_delete_old_|-"] = {
        **entry,
        "resource_id": "../..",
    }
    result = there.apply(**HTTP)
    assert not result["result"] and "can't be used" in result["comment"][0] and not there.writes()


EDITED = [
    *(("api_id", value) for value in (None, "", 5, ["a"], {"a": 1})),
    *(("resource_id", value) for value in (5, ["a"], {"a": 1})),
]


@pytest.mark.parametrize(("parameter", "value"), EDITED)
def test_an_entry_of_the_esm_that_someone_has_edited_is_not_used(there, parameter, value):
    """Without the API's ID, the state would create a second integration."""
    there.entry[parameter] = value
    for _ in range(2):
        result = there.apply(**HTTP, description="new")
        assert result["result"] is False and not there.server.calls and len(there.all) == 1
        assert f"{parameter} is " in result["comment"][0]


@pytest.mark.parametrize("value", [None, "text", ["a"], {}, {"api_id": ["a"], "resource_id": ["b"]}])
def test_an_edited_entry_of_one_state_affects_no_other(there, value):
    there.esm["aws.apigatewayv2.integration_|-other_|-other_|-"] = value
    result = there.apply(**HTTP, description="new")
    assert result["result"] is True and len(there.all) == 1
    new = harness.state("new", {"api_id": there.api_id, **HTTP, "description": "new one"})
    assert there.run(new)["new"]["result"] is True and len(there.all) == 2


@pytest.mark.parametrize("function", ["present", "search"])
def test_a_dry_run_accepts_a_placeholder(there, function):
    more = HTTP if function == "present" else {"resource_id": PLACEHOLDER}
    result = there.call(
        f"states.{function}", test=True, name="it", api_id="resource_id[0]_known_after_present", **more
    )
    assert result["result"] and not there.server.calls


def test_an_id_with_a_placeholder_in_it_is_not_sent(there):
    result = there.call("states.absent", name="it", api_id=there.api_id, resource_id=f"../{PLACEHOLDER}")
    assert not result["result"] and not there.writes()
    assert "letters, digits" in result["comment"][0]

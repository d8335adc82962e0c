"""What makes a difference to Idem, so that it replaces an integration."""

import hypothesis
import pytest
from hypothesis import strategies as st

import declared
import property_examples
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.run import replace
from payloads import HTTP

CREATE_FIRST = [True, False]

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.text(max_size=2) | st.integers() | st.none(), inner, max_size=2)
    ),
    max_leaves=4,
)


RESOURCES = st.dictionaries(st.sampled_from(list(declared.FIELDS)), VALUES, max_size=4)


@hypothesis.settings(max_examples=property_examples.at_least(100))
@hypothesis.given(RESOURCES, RESOURCES)
def test_no_value_breaks_the_comparison(chunk, held):
    chunk |= {"name": "it"}
    compared = replace.compared(INTEGRATION, chunk, held, chunk)
    assert set(compared) == set(chunk)


REMOVALS = [
    ({"request_templates": {"a/b": "x", "c/d": "y"}}, {"request_templates": {"c/d": "y"}}),
    ({"request_templates": {"a/b": "x"}}, {"request_templates": {}}),
    ({"content_handling_strategy": "CONVERT_TO_TEXT"}, {"content_handling_strategy": ""}),
]


@pytest.mark.parametrize(("before", "after"), REMOVALS)
@pytest.mark.parametrize("first", [True, False])
def test_a_replacement_also_removes(websocket, before, after, first):
    """Idem itself takes a removal for no change, so that it would not replace."""
    mock = {"integration_type": "MOCK", "recreate_on_update": {"create_before_destroy": first}}
    websocket.apply(**mock, **before)
    (old,) = websocket.all
    websocket.apply(**mock, **before)
    assert set(websocket.all) == {old} and not websocket.writes()
    for _ in range(2):
        websocket.apply(**mock, **after)
    (new,) = websocket.all
    assert new != old
    websocket.apply(**mock, **after)
    assert set(websocket.all) == {new} and not websocket.writes()


@pytest.mark.parametrize(
    "more",
    [
        {"passthrough_behavior": "NEVER"},
        {"tls_config": {"ServerNameToVerify": "a"}},
        {"description": ""},
        {"request_parameters": {"append:header.X": "1"}, "description": "$\\{aws.x:y:z}"},
    ],
)
def test_what_makes_no_difference_does_not_replace(http, more):
    once = HTTP | more
    http.apply(**once)
    (old,) = http.all
    if "request_parameters" in once:
        once["request_parameters"] = {"append:HEADER.x": "1"}
    result = http.apply(**once, recreate_on_update={"create_before_destroy": True})
    assert result["result"] and set(http.all) == {old} and not http.writes()

"""What is wrong with names, IDs and the names of arguments."""

import pytest

import declared


def test_a_name_that_can_not_be_encoded():
    (sentence,) = declared.identity(name="\ud800", api_id="a")
    assert sentence.startswith("name is ") and "surrogate" in sentence


def test_identity():
    assert "api_id is missing" in declared.identity(api_id=None)[0]
    assert "resource_id is 5, a number" in declared.identity(api_id="a", resource_id=5)[0]
    assert "api_id is missing" in declared.identity(api_id="")[0]
    assert "an ID consists of" in declared.identity(api_id="a", resource_id="arn:aws:x")[0]
    assert declared.identity(api_id="a", resource_id="r") == []
    assert declared.identity(api_id="a", resource_id="") == []
    assert declared.identity(api_id="resource_id_known_after_present") == []


@pytest.mark.parametrize(
    ("value", "api_id"),
    [
        ("arn:aws:apigateway:us-east-1::/apis/a1b2c3", "'a1b2c3'"),
        ("arn:aws-cn:execute-api:cn-north-1:123456789012:a1b2c3/*/GET/x", "'a1b2c3'"),
        ("https://a1b2c3.execute-api.us-east-1.amazonaws.com/prod", "'a1b2c3'"),
        ("arn:aws:lambda:us-east-1:123456789012:function:f", "for example"),
    ],
)
def test_an_arn_or_url_is_no_api_id(value, api_id):
    (sentence,) = declared.identity(api_id=value)
    assert value in sentence and api_id in sentence


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("integration_url", "integration_uri"),
        ("integrationType", "integration_type"),
        ("timeout_in_milliseconds", "timeout_in_millis"),
        ("resouce_id", "resource_id"),
        ("integration_id", "resource_id"),
        ("response_selection_expression", None),
        ("tags", None),
    ],
)
def test_near_misses(name, meant):
    (sentence,) = declared.declare({name: "a"}).misnamed
    assert (f"did you mean {meant}?" in sentence) if meant else ("leave it out" in sentence)


def test_a_misspelled_parameter_does_not_replace_the_right_one():
    known = declared.declare({"integration_url": "https://b", "integration_uri": "https://a"})
    assert known.given == {"integration_uri": "https://a"} and known.misnamed

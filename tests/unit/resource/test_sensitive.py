"""Sentences about sensitive parameters: they name the parameter, and show no part of its value."""

import pytest

import declared
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import messages
from idem_apigwv2_integration.resource.display import Mask
from payloads import HTTP

# A short text occurs in any sentence, so that it can't be found there afterwards.
SECRET = "Xq"
SERVICE = {
    "integration_type": "AWS_PROXY",
    "integration_subtype": "SQS-SendMessage",
    "payload_format_version": "1.0",
    "credentials_arn": "arn:aws:iam::123456789012:role/r",
}
LONG = SECRET * 1000
WRONG = [
    {"description": LONG},
    {"description": [SECRET]},
    {"description": f"{SECRET}\ud800"},
    {"integration_type": SECRET},
    {"connection_type": SECRET},
    {"timeout_in_millis": SECRET},
    {"credentials_arn": SECRET, "integration_type": "AWS_PROXY"},
    {"payload_format_version": SECRET},
    {"request_templates": {SECRET: SECRET}},
    {"request_parameters": {SECRET: SECRET}},
    {"request_parameters": {f"append:header.{SECRET}": 5}},
    {"request_parameters": {(SECRET,): "a"}},
    {"request_parameters": {f"append:header.{SECRET}": f"${SECRET}.x"}},
    {"request_parameters": {f"append:header.{SECRET}": "{", f"remove:header.{SECRET}": "a"}},
    {"request_parameters": {f"append:header.apigw-{SECRET}": "a"}},
    {"request_parameters": {f"append:header.{SECRET}": None}},
    {"response_parameters": {SECRET: {"a": "b"}}},
    {"response_parameters": {"200": {SECRET: SECRET}}},
    {"response_parameters": {"200": SECRET}},
    {"tls_config": {SECRET: SECRET}},
    SERVICE | {"request_parameters": {SECRET: SECRET}},
]


@pytest.mark.parametrize("wrong", WRONG, ids=ascii)
def test_no_sentence_shows_a_part_of_it(wrong):
    given = HTTP | wrong
    found = declared.problems(given, protocol="HTTP", sensitive=wrong)
    found += declared.hints(given, "HTTP", sensitive=wrong) if not found else []
    assert found and not [sentence for sentence in found if SECRET in sentence]
    assert any(name in sentence for name in wrong for sentence in found)


def test_what_aws_did_not_apply_is_named_without_its_value():
    sentence = messages.unmet(INTEGRATION, "request_templates", {SECRET: SECRET}, {SECRET: "a"}, True)
    assert SECRET not in sentence and sentence.startswith("request_templates: ")
    live = {"request_templates": {SECRET: "a"}}
    planned = declared.make_plan({"request_templates": {}}, live)
    questions = planned.open_questions(Mask(["request_templates"]))
    assert questions and SECRET not in str(questions)


def test_other_parameters_are_shown():
    mask = Mask(["description"])
    assert SECRET in mask.subject(("integration_uri",), SECRET)
    assert SECRET not in mask.subject(("description",), SECRET)

"""Advice that is followed literally: the lines that a comment prints go into the SLS as they are."""

import re

import harness
from payloads import FUNCTION, ROLE


def sls(api_id, *lines):
    text = [f"it:\n  {harness.RESOURCE}.present:\n", f"    - api_id: {api_id}\n"]
    return "".join([*text, *(f"    - {line.removeprefix('- ')}\n" for line in lines)])


def advised(result):
    """Return the lines that the comments of a state advise to write."""
    return re.findall(r"`(.+?: .+?)`", " ".join(result["comment"]))


def replaced(program, server, api_id, text):
    """Follow the advice of a dry run; return the new integration."""
    (old,) = server.integrations(api_id)
    program.state(text, "--test")
    program.state(text)
    program.state(text)
    (members,) = [one for key, one in server.integrations(api_id).items() if key != old]
    return members


def test_a_service_integration_becomes_a_lambda_function(program, server):
    api_id = server.add_api("HTTP")
    before = [
        "integration_type: AWS_PROXY",
        "integration_subtype: SQS-SendMessage",
        f"credentials_arn: {ROLE}",
        "payload_format_version: '1.0'",
        "request_parameters: {QueueUrl: q, MessageBody: $request.body}",
    ]
    assert program.state(sls(api_id, *before))["it"]["result"]
    after = [
        "integration_type: AWS_PROXY",
        f"integration_uri: {FUNCTION}",
        "payload_format_version: '2.0'",
    ]
    result = program.state(sls(api_id, *after))["it"]
    assert not result["result"]
    lines = advised(result)
    assert len(lines) == 4, result["comment"]
    members = replaced(program, server, api_id, sls(api_id, *after, *lines))
    assert members["IntegrationUri"] == FUNCTION
    assert not {"IntegrationSubtype", "RequestParameters", "CredentialsArn"} & set(members)
    assert len(server.integrations(api_id)) == 1


def test_an_integration_moves_to_another_api(program, server):
    first, second = server.add_api("HTTP"), server.add_api("HTTP")
    lines = [
        "integration_type: HTTP_PROXY",
        "integration_method: GET",
        "integration_uri: https://example.com",
        "payload_format_version: '1.0'",
    ]
    assert program.state(sls(first, *lines))["it"]["result"]
    result = program.state(sls(second, *lines))["it"]
    assert not result["result"]
    moved = sls(second, *lines, *advised(result))
    program.state(moved)
    program.state(moved)
    assert not server.integrations(first) and len(server.integrations(second)) == 1
    assert not program.state(moved)["it"]["changes"]


def test_templates_that_an_update_does_not_remove(program, server):
    server.behaviour.empty_request_templates = "keeps"
    api_id = server.add_api("WEBSOCKET")
    mock = ["integration_type: MOCK"]
    templates = "request_templates: {application/json: '{}', text/plain: ''}"
    assert program.state(sls(api_id, *mock, templates))["it"]["result"]
    less = [*mock, "request_templates: {}"]
    result = program.state(sls(api_id, *less))["it"]
    assert not result["result"] and "AWS did not remove 'application/json'" in result["comment"][0]
    members = replaced(program, server, api_id, sls(api_id, *less, *advised(result)))
    assert "RequestTemplates" not in members

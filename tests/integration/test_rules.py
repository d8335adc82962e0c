"""The rules as a user meets them: in a dry run, in a run, and in the run after it."""

import collections
import functools
import json
import pathlib

import pytest

import declared
import harness
import mock_server.integration
from idem_apigwv2_integration.resource import values
from payloads import FUNCTION, HTTP, LISTENER, QUEUE

DATA = pathlib.Path(__file__).parent.parent / "data"
KNOWN = [json.loads(line) for line in (DATA / "known-answers.jsonl").read_text().splitlines()]
# See tests/unit/resource/test_known_answers.py.
LEFT_TO_AWS = ("Kinesis unknown action", "Kinesis unknown parameter")


@pytest.mark.parametrize("row", KNOWN, ids=lambda row: f"{row['protocol']} {row['what']}")
def test_a_dry_run_agrees_with_what_aws_answers(row, http, websocket):
    world = http if row["protocol"] == "HTTP" else websocket
    result = world.call("states.present", test=True, name="it", api_id=world.api_id, **row["params"])
    taken = row["aws"] == "takes" or row["what"] in LEFT_TO_AWS
    assert result["result"] is taken, result["comment"]
    assert not world.writes() and not world.all
    if not taken:
        assert len(result["comment"]) == 1 and result["new_state"] is None


# What AWS looks up in the account, which a dry run does not know of.
LOOKED_UP = ("L71", "L72")


def validated():
    """Return the rows that AWS validated, those of one API together, in their order."""
    found = collections.defaultdict(list)
    for line in (DATA / "validated.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row["operation"] in ("CreateIntegration", "UpdateIntegration"):
            found[row["api"]].append(row)
    return found


def as_declared(row, live):
    """Return a request in Idem's form, where a map is complete."""
    given = {
        name: row["request"][field.member]
        for name, field in declared.FIELDS.items()
        if field.member in row["request"]
    }
    refused = row["status"] >= 400
    if given.get("integration_subtype"):
        # AWS replaces the parameters of a service action.
        return given | {"request_parameters": given.get("request_parameters", {})}
    for name in ("request_parameters", "response_parameters"):
        if name in given:
            merged = live.get(name, {}) | given[name]
            # What AWS removes, the SLS does not have any more.
            given[name] = {key: value for key, value in merged.items() if value or refused}
    for code, inner in given.get("response_parameters", {}).items():
        given["response_parameters"][code] = {
            key: text for key, text in inner.items() if text or refused
        }
    return given


@pytest.mark.parametrize("api", validated())
def test_a_dry_run_agrees_with_what_aws_validated(api, http, websocket):
    rows = validated()[api]
    world = http if rows[0]["protocol"] == "HTTP" else websocket
    resource_id = None
    for row in rows:
        live = {}
        if row["operation"] == "CreateIntegration":
            resource_id = None
        if resource_id:
            live = declared.from_aws(world.all[resource_id], world.api_id)
        given = as_declared(row, live)
        arguments = {"name": "it", "api_id": world.api_id, "resource_id": resource_id, **given}
        dry = world.call("states.present", test=True, **arguments)
        assert not world.writes()
        if row["status"] < 400:
            assert dry["result"], (row["id"], dry["comment"])
            resource_id = world.call("states.present", **arguments)["new_state"]["resource_id"]
        elif row["id"] not in LOOKED_UP:
            assert not dry["result"] or said(dry, "AWS decides"), row["id"]


def said(result, words):
    return any(words in line for line in result["comment"])


@pytest.mark.parametrize(
    ("parameters", "ignored", "words"),
    [
        (HTTP, {"passthrough_behavior": "WHEN_NO_MATCH"}, "AWS ignores it on an HTTP API"),
        (HTTP, {"tls_config": {"ServerNameToVerify": "a"}}, "AWS ignores it unless connection_type"),
        (QUEUE, {"integration_method": "POST"}, "a service integration has no method"),
    ],
)
def test_what_aws_ignores_is_pointed_out_and_not_sent(http, parameters, ignored, words):
    (name,) = ignored
    dry = http.apply(test=True, **parameters, **ignored)
    created = http.apply(**parameters, **ignored)
    assert dry["result"] and created["result"] and said(dry, words) and said(created, words)
    assert name not in dry["new_state"] and name not in created["new_state"]
    assert set(http.sent("CreateIntegration")) == {
        "".join(part.title() for part in one.split("_")) for one in parameters
    }
    again = http.apply(**parameters, **ignored)
    assert again["result"] and not again["changes"] and said(again, words)
    assert set(http.server.counts()) == {"GetIntegration"}
    updated = http.apply(**parameters, **ignored, description="x")
    assert updated["result"] and "Description" in http.sent()
    assert not {"PassthroughBehavior", "TlsConfig", "IntegrationMethod"} & set(http.sent())


@pytest.mark.parametrize(
    ("parameters", "ignored"),
    [
        (HTTP, {"passthrough_behavior": "WHEN_NO_MATCH"}),
        (HTTP, {"tls_config": {"ServerNameToVerify": "a"}}),
        (QUEUE, {"integration_method": "POST"}),
    ],
)
def test_a_search_does_not_find_what_lacks_an_ignored_parameter(http, parameters, ignored):
    http.apply(**parameters)
    assert http.apply(function="search", **parameters)["result"]
    for more in ({}, {"resource_id": next(iter(http.all))}):
        assert not http.apply(function="search", **parameters | ignored | more)["result"]


def test_an_ignored_parameter_on_an_api_that_does_not_exist_yet(http):
    api_id = "resource_id_known_after_present"
    result = http.call(
        "states.present",
        test=True,
        name="it",
        api_id=api_id,
        **HTTP,
        passthrough_behavior="NEVER",
    )
    assert result["new_state"]["passthrough_behavior"] == values.placeholder("passthrough_behavior")


def test_tls_is_dropped_with_the_vpc_link(http):
    private = HTTP | {
        "connection_type": "VPC_LINK",
        "connection_id": "link",
        "integration_uri": LISTENER,
    }
    http.apply(**private, tls_config={"ServerNameToVerify": "a"})
    public = HTTP | {"connection_type": "INTERNET", "connection_id": ""}
    dry = http.apply(test=True, **public)
    result = http.apply(**public)
    assert result["result"] and result["new_state"] == dry["new_state"]
    assert "tls_config" not in result["new_state"] and "TlsConfig" not in http.live


def test_keys_that_differ_in_letter_case_are_the_same_mapping(http):
    http.apply(**HTTP, request_parameters={"append:header.X-User": "1"})
    http.esm.clear()
    other = HTTP | {"request_parameters": {"Append:Header.x-user": "1"}}
    (resource_id,) = http.all
    result = http.apply(**other)
    assert result["result"] and not http.writes() and said(result, f"Adopted {resource_id}")
    assert not http.apply(**other)["changes"] and not http.writes()
    changed = HTTP | {"request_parameters": {"APPEND:header.x-USER": "2"}}
    dry = http.apply(test=True, **changed)
    result = http.apply(**changed)
    assert result["result"] and http.sent()["RequestParameters"] == {"append:header.X-User": "2"}
    assert result["new_state"] == dry["new_state"]
    assert not http.apply(**changed)["changes"]
    found = http.apply(function="search", **changed)
    assert found["result"]


def test_names_of_query_strings_are_case_sensitive(http):
    http.apply(**HTTP, request_parameters={"append:querystring.q": "1"})
    result = http.apply(**HTTP, request_parameters={"append:querystring.Q": "1"})
    assert result["result"]
    assert http.live["RequestParameters"] == {"append:querystring.Q": "1"}


def test_what_aws_fills_in_after_a_change_of_type_is_known_after_present(websocket):
    function = {"integration_type": "AWS", "integration_uri": FUNCTION}
    websocket.apply(**function)
    (resource_id,) = websocket.all
    websocket.esm.clear()
    expression = "integration_response_selection_expression"
    mock = {"resource_id": resource_id, "integration_type": "MOCK", "integration_uri": ""}
    dry = websocket.apply(test=True, **mock)
    for name in (expression, "integration_method"):
        assert dry["new_state"][name] == values.placeholder(name)
    assert dry["new_state"]["timeout_in_millis"] == 29_000
    result = websocket.apply(**mock)
    assert result["result"] and set(result["new_state"]) <= set(dry["new_state"])
    assert not websocket.apply(**mock)["changes"]


def test_a_given_value_is_sent_again_with_a_new_type(websocket):
    websocket.apply(integration_type="AWS_PROXY", integration_uri=FUNCTION)
    (resource_id,) = websocket.all
    websocket.esm.clear()
    backend = {
        "integration_type": "HTTP_PROXY",
        "integration_uri": "https://example.com",
        "integration_method": "POST",
    }
    dry = websocket.apply(test=True, resource_id=resource_id, **backend)
    result = websocket.apply(resource_id=resource_id, **backend)
    assert websocket.sent()["IntegrationMethod"] == "POST"
    assert dry["new_state"]["integration_method"] == result["new_state"]["integration_method"] == "POST"


def test_hints_are_in_the_comments_of_dry_run_and_run(http):
    words = "did you mean GET?"
    parameters = HTTP | {"integration_method": "GETT"}
    assert said(http.apply(test=True, **parameters), words)
    assert said(http.apply(**parameters), words)
    assert said(http.apply(test=True, **parameters, description="x"), words)
    assert said(http.apply(**parameters, description="x"), words)
    created = http.call("exec.create", api_id=http.api_id, **parameters)
    assert created["result"] and said(created, words)
    resource_id = created["ret"]["resource_id"]
    updated = http.call("exec.update", api_id=http.api_id, resource_id=resource_id, description="y")
    assert updated["result"] and said(updated, words)


def test_a_dropped_mapping_is_refused_also_in_a_replacement(http):
    sound = HTTP | {"request_parameters": {"append:header.a": "1"}}
    http.apply(**sound)
    before = http.all
    wrong = HTTP | {"request_parameters": {"remove:header.x-user": ""}}
    for replace in ({}, {"create_before_destroy": True}, {"create_before_destroy": False}):
        more = {"recreate_on_update": replace} if replace else {}
        for test in (True, False):
            sls = harness.state("it", {"api_id": http.api_id, **wrong, **more})
            results = http.run(sls, test=test).values()
            assert any(said(result, """`"''"`""") for result in results)
            assert not all(result["result"] for result in results)
            assert http.all == before and not http.writes()


def test_a_dropped_mapping_is_refused_where_nothing_else_changes(http):
    sound = {"append:header.a": "1"}
    http.apply(**HTTP, request_parameters=sound)
    result = http.apply(**HTTP, request_parameters={**sound, "append:header.b": ""})
    assert not result["result"] and said(result, "AWS drops a mapping with an empty value")
    nested = {"200": {"remove:header.b": ""}}
    result = http.apply(**HTTP, request_parameters=sound, response_parameters=nested)
    assert not result["result"] and said(result, """`"''"`""")
    assert http.apply(**HTTP, request_parameters={**sound})["result"]


def test_an_empty_value_keeps_its_meaning_elsewhere(http, websocket):
    http.apply(**QUEUE | {"request_parameters": QUEUE["request_parameters"] | {"DelaySeconds": "1"}})
    less = QUEUE | {"request_parameters": QUEUE["request_parameters"] | {"DelaySeconds": ""}}
    assert http.apply(**less)["result"]
    assert http.live["RequestParameters"] == QUEUE["request_parameters"]
    template = {"integration_type": "MOCK", "request_templates": {"a/b": ""}}
    assert websocket.apply(**template)["result"]
    assert websocket.live["RequestTemplates"] == {"a/b": ""}


def test_a_missing_api_is_reported_with_its_region(http):
    result = http.call("states.present", name="it", api_id="nowhere", **HTTP)
    assert result["comment"] == [
        "api_id is 'nowhere': there is no such API in this account in Region us-east-1; give the ID, "
        "not the name, of an HTTP or WebSocket API. REST APIs are not covered."
    ]
    result = http.call("states.search", name="it", api_id="nowhere", **HTTP)
    assert said(result, "Region us-east-1")


def test_an_arn_as_api_id_is_recognised_before_anything_is_sent(http):
    arn = f"arn:aws:apigateway:us-east-1::/apis/{http.api_id}"
    for test in (True, False):
        result = http.call("states.present", name="it", api_id=arn, test=test, **HTTP)
        assert len(result["comment"]) == 1 and repr(http.api_id) in result["comment"][0]
        assert not http.server.calls


def test_a_protocol_that_is_not_known_is_mentioned_once(http, monkeypatch):
    for name in ("create", "update", "with_defaults"):
        known = getattr(mock_server.integration, name)
        as_http = functools.partial(known, "HTTP")
        monkeypatch.setattr(
            mock_server.integration, name, lambda _, *more, as_http=as_http: as_http(*more)
        )
    http.api_id = http.server.add_api("GRPC")
    for given in (HTTP, HTTP | {"description": "x"}):
        for test in (True, False):
            assert str(http.apply(test=test, **given)["comment"]).count("'GRPC'") == 1
    done = http.call("exec.create", api_id=http.api_id, **HTTP)
    assert done["result"] and str(done["comment"]).count("'GRPC'") == 1


def test_an_api_of_a_protocol_that_is_not_known(http):
    http.api_id = http.server.add_api("GRPC")
    dry = http.apply(test=True, **HTTP, request_templates={"a": "b"})
    assert dry["result"] and said(dry, "'GRPC', which this version does not know")
    assert dry["new_state"]["timeout_in_millis"] == values.placeholder("timeout_in_millis")


CLOUDFORMATION = {
    "IntegrationType": "HTTP_PROXY",
    "IntegrationUri": "https://example.com",
    "IntegrationMethod": "GET",
    "PayloadFormatVersion": "1.0",
}


@pytest.mark.parametrize("test", [True, False])
def test_a_misspelled_parameter_is_not_missing_as_well(http, test):
    result = http.call("states.present", name="it", ApiId=http.api_id, test=test, **CLOUDFORMATION)
    assert sorted(result["comment"]) == sorted(
        f"{name} is not a parameter of {harness.RESOURCE}: did you mean {meant}?"
        for name, meant in zip(
            ("ApiId", *CLOUDFORMATION), ("api_id", *(one for one in HTTP)), strict=True
        )
    )
    assert not http.server.calls


@pytest.mark.parametrize("function", ["get", "update", "delete"])
def test_misspelled_ids_of_exec_functions_are_not_missing_as_well(http, function):
    result = http.call(f"exec.{function}", ApiId=http.api_id, IntegrationId="f6g7h8i")
    assert [sentence.split()[-1] for sentence in result["comment"]] == ["api_id?", "resource_id?"]
    assert not http.server.calls


def test_an_exec_function_says_how_to_quote_in_a_shell(http):
    words = "A shell removes these quotes: put double quotes around the whole of"
    wrong = {"payload_format_version": 2, "description": True, "timeout_in_millis": "5"}
    said = http.call("exec.create", api_id=http.api_id, **HTTP | wrong)["comment"]
    assert said[-2:] == [
        f"{words} description='true'.",
        f"{words} payload_format_version='2.0'.",
    ]
    said = http.call("exec.get", api_id=http.api_id, resource_id=1234567)["comment"]
    assert said[-1] == f"{words} resource_id='1234567'."
    assert "shell" not in str(http.apply(**HTTP | wrong)["comment"])


@pytest.mark.parametrize("function", ["get", "list", "delete"])
def test_a_parameter_that_the_function_does_not_take_is_named(http, function):
    ids = {} if function == "list" else {"resource_id": "f6g7h8i"}
    (said,) = http.call(f"exec.{function}", api_id=http.api_id, description="x", **ids)["comment"]
    assert said == "description is not a parameter of this function: leave it out."


def test_a_create_takes_no_resource_id(http):
    said = http.call("exec.create", api_id=http.api_id, resource_id="f6g7h8i", **HTTP)["comment"]
    assert said == ["resource_id is not a parameter of this function: leave it out."]
    assert not http.all


@pytest.mark.parametrize(
    ("name", "value"), [("unique", "present"), ("name_prefix", "it-"), ("sls_sources_path", "a.sls")]
)
def test_what_idem_itself_uses_is_no_parameter(http, name, value):
    result = http.apply(**HTTP, **{name: value})
    assert result["result"], harness.comment(result)
    assert name not in harness.comment(result)

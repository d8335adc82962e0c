"""Responses that are not AWS's, of every status and form: none is trusted, and none loses anything."""

import gzip
import itertools
import json
import re

import pytest

import harness
import mock_server
import shortened
from idem_apigwv2_integration.aws import retry
from world import HTTP

JSON = {"Content-Type": "application/json"}
PAGE = (
    b"<!DOCTYPE html>\r\n<html><body>\x1b[31m\r\n::error file=a::b\r\n"
    + b"<p>Blocked</p>\r\n" * 5000
    + b"</body></html>"
)
INTEGRATION = {"integrationId": "abc", "integrationType": "HTTP_PROXY"}
VALUES = [None, True, 7, 1.5, "text", "", [], [1], [None], {}, {"message": None}, {"message": [1]}]
WRONG = [5, [5], {"a": 5}, [[]]]
BODIES = {
    "empty": b"",
    "utf-16": json.dumps(INTEGRATION).encode("utf-16"),
    "latin-1": b'{"integrationId": "\xe9"}',
    "gzip": gzip.compress(b"{}")[:-4],
    "deep": b"[" * 20_000,
    "half": b'{"integrationId": "a',
    "page": PAGE,
    **{f"json-{json.dumps(value)}": json.dumps(value).encode() for value in VALUES},
    **{
        f"{member}-{json.dumps(value)}": json.dumps({**INTEGRATION, member: value}).encode()
        for member, value in itertools.product(["integrationId", "requestParameters"], WRONG)
    },
    # Without an ID.
    **{
        f"{member}-{json.dumps(value)}": json.dumps({member: value}).encode()
        for member, value in itertools.product(["items", "message", "__type", "code"], WRONG)
    },
}
STATUSES = [200, 201, 204, 302, 400, 403, 404, 409, 429, 500, 502]
# What Python says about a value of a wrong type.
PYTHON = re.compile(
    r"object has no|NoneType|unhashable|Traceback|is not (iterable|subscriptable)|TypeError|"
    r"AttributeError|KeyError|ValueError|UnicodeDecodeError|RecursionError|codec can't|indices must be"
)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Retry at once, and look for the result of a lost create without a pause."""
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.001)
    monkeypatch.setattr(retry, "LONGEST_WAIT", 0.001)
    shortened.looks(monkeypatch, 0.0)


def replied(status, body):
    """Return a response, in two ways of declaring its content."""
    headers = JSON if not body.startswith((b"<", b"\x1f")) else {"Content-Type": "text/html"}
    if body.startswith(b"\x1f"):
        headers = {**headers, "Content-Encoding": "gzip"}
    return mock_server.Reply(status, body, headers=headers)


@pytest.mark.parametrize("kind", ["reply", "reply_after"])
@pytest.mark.parametrize("status", STATUSES)
def test_a_create_survives_every_strange_response(http, status, kind):
    for name, body in BODIES.items():
        http.server.faults.clear()
        http.server.faults.inject(kind=kind, operation="CreateIntegration", reply=replied(status, body))
        result = http.call(
            "states.present", name=name, api_id=http.api_id, **HTTP, description=f"{name} {status}"
        )
        comment = " ".join(result["comment"])
        assert not PYTHON.search(comment), (name, comment)
        assert result["result"], (name, comment)
        (created,) = http.all
        assert created == result["new_state"]["resource_id"], (name, comment)
        http.server.remove(http.api_id, created)


@pytest.mark.parametrize("function", ["update", "delete"])
@pytest.mark.parametrize("kind", ["reply", "reply_after"])
def test_an_update_and_a_deletion_survive_every_strange_response(http, kind, function):
    live = http.call("states.present", name="it", api_id=http.api_id, **HTTP)["new_state"]
    operation = {"update": "UpdateIntegration", "delete": "DeleteIntegration"}[function]
    for status, (name, body) in itertools.product([200, 403], BODIES.items()):
        http.server.faults.clear()
        http.server.faults.inject(kind=kind, operation=operation, reply=replied(status, body))
        known = {"api_id": http.api_id, "resource_id": live["resource_id"]}
        if function == "update":
            wanted = {**HTTP, "description": f"{name} {status}"}
            result = http.call("states.present", name="it", **known, **wanted)
            assert http.live["Description"] == f"{name} {status}"
        else:
            result = http.call("states.absent", name="it", **known)
            assert not http.all
            live = http.call("states.present", name="it", api_id=http.api_id, **HTTP)["new_state"]
        assert result["result"], (name, status, result["comment"])


@pytest.mark.parametrize("operation", ["GetApi", "GetIntegration", "GetIntegrations", "GetRoutes"])
def test_a_read_is_repeated_until_it_has_the_shape_of_its_operation(http, operation):
    resource_id = http.server.add_integration(http.api_id, IntegrationType="HTTP_PROXY")
    for status, (name, body) in itertools.product([200, 404], BODIES.items()):
        http.server.faults.clear()
        http.idem.forget()
        fault = http.server.faults.inject(kind="reply", operation=operation, reply=replied(status, body))
        function, given = ("absent", {}) if operation == "GetRoutes" else ("present", HTTP)
        known = {"api_id": http.api_id, "resource_id": resource_id}
        result = http.call(f"states.{function}", name="it", test=True, **known, **given)
        comment = " ".join(result["comment"])
        assert result["result"] and not PYTHON.search(comment), (name, status, comment)
        assert fault.fired <= 1


def test_a_page_of_a_proxy_is_shown_on_one_short_line(http, monkeypatch):
    http.profiles["default"]["config"] = {"retries": {"max_attempts": 0}}
    http.server.faults.inject(
        kind="reply", operation="CreateIntegration", times=None, reply=replied(403, PAGE)
    )
    (comment,) = http.call("states.present", name="it", api_id=http.api_id, **HTTP)["comment"]
    assert "HTTP 403: <!DOCTYPE html> <html><body>\\x1b[31m ::error" in comment
    assert "\n" not in comment and "\x1b" not in comment and len(comment) < 700
    assert "permissions" not in comment


def test_a_page_of_a_proxy_is_retried(http):
    http.server.faults.inject(
        kind="reply", operation="CreateIntegration", times=2, reply=replied(403, PAGE)
    )
    assert http.apply(**HTTP)["result"] and http.server.count("CreateIntegration") == 3


def test_a_response_about_another_integration_is_not_trusted(http):
    http.apply(**HTTP)
    body = json.dumps({**INTEGRATION, "integrationId": "another"}).encode()
    http.server.faults.inject(kind="reply", operation="UpdateIntegration", reply=replied(200, body))
    assert http.apply(**HTTP, description="new")["new_state"]["resource_id"] in http.all
    assert http.live["Description"] == "new"


def test_a_message_that_is_null_is_no_reason_to_create_twice(http):
    reply = mock_server.Reply(500, b'{"message": null}')
    http.server.faults.inject(kind="reply_after", operation="CreateIntegration", reply=reply)
    with http.idem.option("get_resource_only_with_resource_id", True):
        assert http.apply(**HTTP)["result"]
    assert len(http.all) == 1 and http.entry["resource_id"] in http.all


def test_a_clock_that_is_wrong_is_no_question_of_permissions(http):
    http.server.faults.inject(
        kind="error", operation="CreateIntegration", code="RequestTimeTooSkewed", status=403
    )
    comment = http.apply(**HTTP)["comment"][0]
    assert "Set this machine's clock" in comment and "permissions" not in comment


SECRET = 'orders "key" 7f&3a'
ECHOES = {
    "word": f"x{SECRET}y",
    "json": json.dumps({"description": SECRET}),
    "url": "orders%20%22key%22%207f%263a",
    "plus": "orders+%22key%22+7f%263a",
    "html": "orders &quot;key&quot; 7f&amp;3a",
    "cut": SECRET[:9] + "...",
    "upper": SECRET.upper(),
}


@pytest.mark.parametrize("echo", ECHOES)
def test_a_text_of_aws_shows_no_part_of_a_sensitive_parameter(http, echo):
    http.server.faults.inject(
        kind="error",
        operation="CreateIntegration",
        code="BadRequestException",
        status=400,
        message=f"It is wrong: {ECHOES[echo]}!",
    )
    result = http.apply(**HTTP, description=SECRET, sensitive=["description"])
    comment = " ".join(result["comment"])
    assert "It is wrong: " in comment and "(sensitive value)" in comment
    assert not re.search(r"orde|key|7f.*3a", comment, re.IGNORECASE)


@pytest.mark.parametrize(
    ("name", "found"),
    [(["description"], "a list"), ({"description": SECRET}, "a dict"), (1, "a number")],
    ids=["list", "dict", "number"],
)
def test_what_is_no_name_in_sensitive_is_refused(http, name, found):
    """Idem would end the state with an exception after it has created the integration."""
    for test in (True, False):
        result = http.apply(**HTTP, sensitive=[name], test=test)
        assert not result["result"]
        assert harness.comment(result) == (
            f"sensitive has (sensitive value), {found}: it must be the name of a parameter."
        )
    assert not http.all


def test_a_text_of_aws_shows_no_part_of_a_sensitive_parameter_that_only_aws_has(http):
    http.apply(**HTTP)
    (resource_id,) = http.all
    http.server.drift(http.api_id, resource_id, Description=SECRET)
    http.server.faults.inject(
        kind="error",
        operation="UpdateIntegration",
        code="BadRequestException",
        status=400,
        message=f"It is wrong: {SECRET}!",
    )
    result = http.apply(**HTTP, timeout_in_millis=5000, sensitive=["description"])
    comment = " ".join(result["comment"])
    assert "It is wrong: (sensitive value)" in comment and "orders" not in comment

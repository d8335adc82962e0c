"""Replays what AWS answered against the mock server, request by request.

Compared are HTTP status, error code, error text and body. IDs are mapped: the mock server gives its own.
"""

import collections
import json
import pathlib

import botocore
import pytest
from botocore.exceptions import ClientError

import declared
from mock_server import PASS_ROLE, MockServer
from payloads import FUNCTION, HTTP_MEMBERS, LISTENER
from wire import connect, plain

DATA = pathlib.Path(__file__).parents[1] / "data"

_RESPONSES = "an integration response: test_integration_and_route_responses.py replays it"
_OUTSIDE = "depends on a resource outside API Gateway"
SKIPPED = {
    125: _RESPONSES, 126: _RESPONSES, 127: _RESPONSES, 150: _RESPONSES, 151: _RESPONSES, 152: _RESPONSES,
    157: _OUTSIDE, 158: _OUTSIDE, "L71": _OUTSIDE, "L72": _OUTSIDE,
}  # fmt: skip
# The caller was refused because of IAM: rows that name the action, and rows that name iam:PassRole.
PASS_ROLE_TEXTS = (
    "because no session policy allows the iam:PassRole action",
    "with an explicit deny in a session policy",
)
# What the rows that kept only parts of a request stand for.
WHOLE = {
    154: {"IntegrationUri": FUNCTION},
    155: {"IntegrationUri": LISTENER.replace(":listener/", ":loadbalancer/")},
    156: {"IntegrationUri": LISTENER.replace(":listener/", ":loadbalancer/")},
    161: {"IntegrationType": "MOCK"},
    162: HTTP_MEMBERS,
}
# Members that a test of the row's source asserts to be absent; the row's answer is a part of the body.
ABSENT = {129: {"Description", "RequestParameters"}, 133: {"TlsConfig"}}
# Cloud Control adds these to what API Gateway answers.
CLOUD_CONTROL = ("ApiId", "RequestTemplates", "ResponseParameters")


def rows(name):
    return [json.loads(line) for line in (DATA / name).read_text().splitlines()]


def sequences():
    found = collections.defaultdict(list)
    for row in rows("recorded.jsonl") + rows("validated.jsonl"):
        # One source names several APIs alike: its rows start anew.
        key = row["api"] if row["order"] > 1 or row["api"] not in found else f"{row['api']} {row['id']}"
        found[key].append(row)
    return dict(found)


class Replay:
    """One recorded API at the mock server."""

    def __init__(self, server, protocol):
        self.server, self.client = server, connect(server)
        self.api_id = server.add_api(protocol)
        self.protocol = protocol
        self.ids = {}
        self.last = None

    def send(self, row):
        """Send a row's request and return status, error or body as the mock server answers them."""
        request = {**row["request"], **WHOLE.get(row["id"], {})}
        if "ApiId" in request:
            request["ApiId"] = self.api_id
        if "IntegrationId" in request:
            request["IntegrationId"] = self.integration(row)
        for item in (row.get("answer") or {}).get("Items", []):
            self.ids[item["IntegrationId"]] = self.seed({**row, "answer": item})
        operation = getattr(self.client, botocore.xform_name(row["operation"]))
        try:
            body = operation(**{"ApiId": self.api_id, **request})
            error = None
        except ClientError as refused:
            body, error = refused.response, refused.response["Error"]
        status = body["ResponseMetadata"]["HTTPStatusCode"]
        if error is None and row["operation"] == "CreateIntegration":
            self.last = body["IntegrationId"]
            self.ids[(row.get("answer") or {}).get("IntegrationId")] = self.last
        return status, error, plain(body)

    def integration(self, row):
        """Return the mock server's ID for a recorded one; what was not recorded is put there first."""
        recorded = row["request"]["IntegrationId"]
        if recorded not in self.ids:
            self.ids[recorded] = self.last if self.last and len(recorded) < 7 else self.seed(row)
        return self.ids[recorded]

    def seed(self, row):
        members = dict(row.get("answer") or HTTP_MEMBERS)
        managed = members.pop("ApiGatewayManaged", False)
        members.pop("IntegrationId", None)
        if row["operation"] == "UpdateIntegration":
            members |= {name: "before" for name in row["request"] if name in members}
        created = self.server.add_integration(self.api_id, managed, **members)
        if "error" in row:
            routes = row["error"]["message"].rpartition("[")[2].rstrip("]")
            self.server.add_route(self.api_id, created, route_id=routes)
        return created

    def mapped(self, response):
        """Return a recorded body with the mock server's IDs."""
        if "Items" in response:
            return {"Items": [self.mapped(item) for item in response["Items"]]}
        ids = (
            {"IntegrationId": self.ids[response["IntegrationId"]]} if "IntegrationId" in response else {}
        )
        return {**response, **ids}


def replay(row, there):
    """Send a row's request; return what differs from the recording."""
    error = row.get("error") or {}
    text = error.get("message") or ""
    if error.get("code") == "AccessDeniedException":
        there.server.faults.deny(PASS_ROLE if "iam:PassRole" in text else row["operation"])
    if row["id"] == 161:
        there.server.behaviour.integration_limit = 0
    status, refused, body = there.send(row)
    there.server.faults.clear()
    wrong = []
    if row["status"] is not None and status != row["status"]:
        wrong.append(f"status {status}")
    if error:
        wrong += compare_error(error, text, refused, there)
    elif refused:
        wrong.append(f"refused: {refused}")
    elif row["operation"] != "DeleteIntegration":
        wrong += compare_body(row, body, there)
    return wrong


def compare_error(error, text, refused, there):
    if refused is None:
        return ["accepted"]
    if error["code"] and refused["Code"] != error["code"]:
        return [f"code {refused['Code']}"]
    # Who called, what was called, and how IAM explains itself.
    text = there_are(text, there)
    said = refused["Message"]
    if "iam:PassRole" in text:
        text = text.partition(" because ")[0].partition(" with an ")[0]
    same = said.startswith(text) if text.endswith("Parame") or "iam:PassRole" in text else said == text
    return [] if same else [f"text {said!r}"]


def there_are(text, there):
    """Return a recorded text with the mock server's caller and IDs."""
    _, separator, rest = text.partition(" is not authorized")
    if separator:
        text = f"User: arn:aws:iam::123456789012:user/testing{separator}{rest}"
        for recorded in ("ss86muoxqh", "g2m34yz8ck"):
            text = text.replace(recorded, there.api_id)
        for recorded, own in there.ids.items():
            text = text.replace(f"/{recorded} ", f"/{own} ")
    return text


def compare_body(row, body, there):
    response = row["answer"]
    if "partial answer" in row["note"]:
        held = there.client.get_integration(ApiId=there.api_id, IntegrationId=there.last)
        parts = {name: held.get(name) for name in response}
        for name, value in response.items():
            if isinstance(value, dict) and isinstance(parts[name], dict) and name == "RequestParameters":
                parts[name] = {key: parts[name].get(key) for key in value}
        gone = ABSENT.get(row["id"], set()) & set(held)
        return [f"{name} is there" for name in gone] + ([] if parts == response else [f"body {held}"])
    if "Cloud Control" in row["note"]:
        # It does not show what nobody can set.
        body.pop("IntegrationResponseSelectionExpression", None)
        response = {k: v for k, v in response.items() if k not in CLOUD_CONTROL or (v and k != "ApiId")}
    if row["how"] == "read-back" and row["api"].startswith("tf-"):
        body = plain(there.client.get_integration(ApiId=there.api_id, IntegrationId=there.last))
        body.pop("IntegrationId")
    expected = there.mapped(response)
    return [] if body == expected else [f"body {body}, recorded {expected}"]


@pytest.mark.parametrize("name", sequences())
def test_recorded(name):
    sequence = sequences()[name]
    with MockServer() as server:
        there = Replay(server, sequence[0]["protocol"])
        wrong = {
            row["id"]: found
            for row in sequence
            if row["id"] not in SKIPPED and (found := replay(row, there))
        }
    assert wrong == {}


def test_every_row_is_replayed_or_skipped_for_a_reason():
    known = {row["id"] for sequence in sequences().values() for row in sequence}
    assert set(SKIPPED) <= known and len(known) == 168 + 72


# Where known-answers.jsonl says only "refuses", any text is right.
@pytest.mark.parametrize("row", rows("known-answers.jsonl"), ids=lambda row: row["what"])
def test_known_answers(row):
    with MockServer() as server:
        client, api_id = connect(server), server.add_api(row["protocol"])
        try:
            created = client.create_integration(ApiId=api_id, **declared.to_aws(row["params"]))
        except ClientError as refused:
            assert row["aws"] == "refuses", refused
            assert refused.response["Error"]["Code"] == "BadRequestException"
            assert row.get("answer") in (None, refused.response["Error"]["Message"])
            return
        assert row["aws"].startswith("takes")
        if "drops" in row["aws"]:
            assert "" in row["params"]["request_parameters"].values()
            assert "remove:header.x-user" not in created["RequestParameters"]

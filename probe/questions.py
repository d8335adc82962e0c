"""How each question of the evidence file is put to a server, and what its response means.

The answers come from responses alone: nothing here knows which server it talks to.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

from probe.apis import HTTP, WEBSOCKET, Apis
from probe.wire import Exchange, Wire

Members = dict[str, Any]
# What an integration was, and the response to the request in question.
Interpretation = Callable[[Members, Exchange], str | None]


@dataclasses.dataclass(frozen=True)
class Observation:
    """What a server did.

    Args:
        answer: The answer; None if the response gives none.
        request: The request that shows it.
        response: The response to it.
    """

    answer: str | None
    request: Any
    response: Any


@dataclasses.dataclass(frozen=True)
class There:
    """Where the questions are put.

    Args:
        wire: The calls.
        apis: The probe's APIs.
        account: The ID of the AWS account.
        partition: The AWS partition, for example ``aws``.
    """

    wire: Wire
    apis: Apis
    account: str
    partition: str

    @property
    def role(self) -> str:
        """The ARN of a role that does not exist: API Gateway accepts it."""
        return f"arn:{self.partition}:iam::{self.account}:role/idem-apigwv2-probe"

    @property
    def function(self) -> str:
        """The ARN of a Lambda function that does not exist: API Gateway accepts it."""
        region = self.wire.region
        return f"arn:{self.partition}:lambda:{region}:{self.account}:function:idem-apigwv2-probe"

    @property
    def invocation(self) -> str:
        """The URI with which an integration invokes the function."""
        service = f"arn:{self.partition}:apigateway:{self.wire.region}:lambda"
        return f"{service}:path/2015-03-31/functions/{self.function}/invocations"

    def filled(self, members: Members) -> Members:
        """Return members with the ARNs of this account for ``{role}`` and ``{invocation}``."""
        values = {"{role}": self.role, "{invocation}": self.invocation}
        return {name: values.get(value, value) if isinstance(value, str) else value
                for name, value in members.items()}  # fmt: skip

    async def create(self, protocol: str, members: Members) -> Exchange:
        """Create an integration of the API of a protocol."""
        return await self.wire.call(
            "CreateIntegration", ApiId=self.apis.ids[protocol], **self.filled(members)
        )

    async def update(self, protocol: str, created: Exchange, members: Members) -> Exchange:
        """Change an integration."""
        return await self.wire.call(
            "UpdateIntegration",
            ApiId=self.apis.ids[protocol],
            IntegrationId=created.body.get("IntegrationId", ""),
            **self.filled(members),
        )

    async def read(self, protocol: str, created: Exchange) -> Exchange:
        """Read an integration."""
        return await self.wire.call(
            "GetIntegration",
            ApiId=self.apis.ids[protocol],
            IntegrationId=created.body.get("IntegrationId", ""),
        )


@dataclasses.dataclass(frozen=True)
class Update:
    """A question about an update: an integration is created, changed and read.

    Args:
        protocol: The protocol of the API.
        before: The members of the integration.
        patch: The members of the update.
        interpret: Reads the answer from the integration as it was and the response.
    """

    protocol: str
    before: Members
    patch: Members
    interpret: Interpretation
    calls: int = 3

    async def ask(self, there: There) -> Observation:
        """Put the question."""
        created = await there.create(self.protocol, self.before)
        if not created.accepted:
            return Observation(None, shown(created), transcript(created))
        changed = await there.update(self.protocol, created, self.patch)
        request = {**shown(changed), "before": created.body}
        # What is stored counts, in case the response to the update differs.
        held = await there.read(self.protocol, created) if changed.accepted else changed
        same = not changed.accepted or _without_nothing(held.body) == _without_nothing(changed.body)
        response = (
            transcript(changed) if same else {"update": transcript(changed), "read": transcript(held)}
        )
        return Observation(self.interpret(created.body, held), request, response)


@dataclasses.dataclass(frozen=True)
class Create:
    """A question about a create.

    Args:
        protocol: The protocol of the API.
        members: The members of the integration.
        interpret: Reads the answer from the response.
    """

    protocol: str
    members: Members
    interpret: Interpretation
    calls: int = 1

    async def ask(self, there: There) -> Observation:
        """Put the question."""
        created = await there.create(self.protocol, self.members)
        return Observation(self.interpret({}, created), shown(created), transcript(created))


@dataclasses.dataclass(frozen=True)
class Sequence:
    """A question that takes several requests.

    Args:
        ask: Puts the question.
        calls: How many calls it takes.
    """

    ask: Callable[[There], Awaitable[Observation]]
    calls: int


def shown(exchange: Exchange) -> Any:
    """Return a request as the report shows it."""
    hidden = ("ApiId", "IntegrationId")
    members = {name: value for name, value in exchange.members.items() if name not in hidden}
    return {"operation": exchange.operation, "members": members}


def transcript(exchange: Exchange) -> Any:
    """Return a response as the report shows it."""
    return {"status": exchange.status, "body": exchange.body}


def _without_nothing(body: Members) -> Members:
    return {name: value for name, value in body.items() if value not in (None, "", {}, False)}


def _holds(
    path: tuple[str, ...], kept: str | None, gone: str, refused: str | None = None
) -> Interpretation:
    """Interpretation by whether something is still there."""

    def interpret(before: Members, exchange: Exchange) -> str | None:
        if exchange.refused:
            return refused
        if not exchange.accepted:
            return None
        value: Any = exchange.body
        for key in path:
            value = (value or {}).get(key)
        return gone if value in (None, "", {}) else kept

    return interpret


def _fills_in(member: str, default: str) -> Interpretation:
    """Interpretation by whether a member has the default of the new type, or what it had before."""

    def interpret(before: Members, exchange: Exchange) -> str | None:
        if not exchange.accepted:
            return None
        value = exchange.body.get(member) or None
        if value == default:
            return "refilled"
        return "kept" if value == (before.get(member) or None) else None

    return interpret


def _takes(taken: str, refused: str) -> Interpretation:
    def interpret(before: Members, exchange: Exchange) -> str | None:
        if exchange.refused:
            return refused
        return taken if exchange.accepted else None

    return interpret


PROXY = {
    "IntegrationType": "HTTP_PROXY",
    "IntegrationMethod": "GET",
    "IntegrationUri": "https://example.com",
    "PayloadFormatVersion": "1.0",
}
MOCK = {"IntegrationType": "MOCK"}
QUEUE = {
    "IntegrationType": "AWS_PROXY",
    "IntegrationSubtype": "SQS-SendMessage",
    "CredentialsArn": "{role}",
    "PayloadFormatVersion": "1.0",
}
_MESSAGE = {"QueueUrl": "https://sqs.example.com/queue", "MessageBody": "$request.body"}
_DESTINATIONS = {"append:header.a": "one", "append:header.b": "two"}
_TO_AWS = {"IntegrationType": "AWS", "IntegrationUri": "{invocation}"}

CASES: dict[str, Update | Create] = {
    "request_templates": Update(
        WEBSOCKET,
        MOCK | {"RequestTemplates": {"text/plain": "one", "application/json": "two"}},
        {"RequestTemplates": {"application/json": "three"}},
        _holds(("RequestTemplates", "text/plain"), "merge", "replace"),
    ),
    "empty_request_templates": Update(
        WEBSOCKET,
        MOCK | {"RequestTemplates": {"text/plain": "one"}},
        {"RequestTemplates": {}},
        _holds(("RequestTemplates", "text/plain"), "keeps", "clears"),
    ),
    "response_destinations": Update(
        HTTP,
        PROXY | {"ResponseParameters": {"200": _DESTINATIONS}},
        {"ResponseParameters": {"200": {"append:header.b": "three"}}},
        _holds(("ResponseParameters", "200", "append:header.a"), "merge", "replace"),
    ),
    "empty_response_parameters": Update(
        HTTP,
        PROXY | {"ResponseParameters": {"200": _DESTINATIONS}},
        {"ResponseParameters": {}},
        _holds(("ResponseParameters", "200"), "keeps", "clears"),
    ),
    "empty_destination": Update(
        HTTP,
        PROXY | {"ResponseParameters": {"200": _DESTINATIONS}},
        {"ResponseParameters": {"200": {"append:header.a": "", "append:header.b": "two"}}},
        _holds(("ResponseParameters", "200", "append:header.a"), "keeps", "removes", "refused"),
    ),
    "service_parameters": Update(
        HTTP,
        QUEUE | {"RequestParameters": {**_MESSAGE, "DelaySeconds": "5"}},
        {"IntegrationSubtype": "SQS-SendMessage", "RequestParameters": _MESSAGE},
        _holds(("RequestParameters", "DelaySeconds"), "merge", "replace"),
    ),
    "empty_content_handling": Update(
        WEBSOCKET,
        MOCK | {"ContentHandlingStrategy": "CONVERT_TO_TEXT"},
        {"ContentHandlingStrategy": ""},
        _holds(("ContentHandlingStrategy",), "keeps", "removes", "refused"),
    ),
    "type_change_method": Update(
        WEBSOCKET, MOCK, _TO_AWS, _fills_in("IntegrationMethod", "POST")
    ),
    "type_change_selection": Update(
        WEBSOCKET,
        MOCK,
        _TO_AWS,
        _fills_in(
            "IntegrationResponseSelectionExpression", "${integration.response.body.errorMessage}"
        ),
    ),
    "wildcard_role": Create(
        HTTP, PROXY | {"CredentialsArn": "arn:aws:iam::*:user/*"}, _takes("taken", "refused")
    ),
    "websocket_members": Create(
        HTTP,
        PROXY | {"RequestTemplates": {"text/plain": "one"}},
        # It may hold them as well; that is no answer.
        _holds(("RequestTemplates",), None, "dropped", "refused"),
    ),
}  # fmt: skip

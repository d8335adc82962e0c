"""The texts with which AWS refuses a request, where no recording of them exists."""

from __future__ import annotations

import dataclasses
from typing import Any

from probe.apis import HTTP, WEBSOCKET
from probe.questions import PROXY, Observation, There, shown, transcript


@dataclasses.dataclass(frozen=True)
class Text:
    """A request that AWS refuses.

    Args:
        protocol: The protocol of the API.
        members: The members of the request, without the API.
        values: What the text may repeat, and the placeholder that the report has for it.
        operation: The operation.
    """

    protocol: str
    members: dict[str, Any]
    values: dict[str, str] = dataclasses.field(default_factory=dict)
    operation: str = "CreateIntegration"
    calls: int = 1

    async def ask(self, there: There) -> Observation:
        """Send the request."""
        api_id = there.apis.ids[self.protocol]
        exchange = await there.wire.call(self.operation, ApiId=api_id, **there.filled(self.members))
        if exchange.status not in (400, 404):
            body = exchange.body if "IntegrationId" in exchange.body else "a page"
            return Observation(None, shown(exchange), {"status": exchange.status, "body": body})
        text = exchange.body["message"]
        for value, placeholder in self.values.items():
            text = text.replace(value, placeholder)
        return Observation(text or None, shown(exchange), transcript(exchange))


def _without(member: str) -> dict[str, Any]:
    return {name: value for name, value in PROXY.items() if name != member}


TEXTS = {
    "text_enum": Text(
        HTTP,
        PROXY | {"ConnectionType": "TUNNEL"},
        {"TUNNEL": "{value}", "ConnectionType": "{member}", "INTERNET, VPC_LINK": "{allowed}"},
    ),
    "text_timeout": Text(HTTP, PROXY | {"TimeoutInMillis": 30001}, {"30000": "{longest}"}),
    "text_missing_uri": Text(HTTP, _without("IntegrationUri"), {"HTTP_PROXY": "{kind}"}),
    "text_missing_method": Text(HTTP, _without("IntegrationMethod"), {"HTTP_PROXY": "{kind}"}),
    "text_version": Text(
        HTTP,
        {
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": "{invocation}",
            "PayloadFormatVersion": "3.0",
        },
        {"3.0": "{version}"},
    ),
    "text_websocket_member": Text(
        WEBSOCKET,
        PROXY | {"ResponseParameters": {"200": {"append:header.a": "one"}}},
        {"ResponseParameters": "{member}"},
    ),
    "text_websocket_mapping": Text(
        WEBSOCKET,
        PROXY | {"RequestParameters": {"append:header.a": "one"}},
        {"append:header.a": "{key}"},
    ),
    "text_integration_not_found": Text(
        HTTP, {"IntegrationId": "nothere"}, {"nothere": "{id}"}, "GetIntegration"
    ),
    "text_page_size": Text(HTTP, {"MaxResults": "501"}, {"501": "{value}"}, "GetIntegrations"),
}

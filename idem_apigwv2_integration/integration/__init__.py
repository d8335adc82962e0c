"""What an integration is: no other folder repeats what is said here."""

from typing import Any

from idem_apigwv2_integration.integration.actions import ACTIONS
from idem_apigwv2_integration.integration.fields import FIELDS
from idem_apigwv2_integration.integration.mappings import fold_key
from idem_apigwv2_integration.integration.rules import RULES
from idem_apigwv2_integration.resource.type import HTTP, WEBSOCKET, Parent, ResourceType

_BACKEND = ("integration_type", "integration_subtype", "integration_uri")


def _protocol_of(live: dict[str, Any]) -> str:
    """Return the protocol of the API that an integration belongs to.

    AWS always fills in passthrough_behavior on a WebSocket API, and never has it on an HTTP API
    (terraform-provider-aws, acceptance tests).
    """
    return WEBSOCKET if live.get("passthrough_behavior") else HTTP


def _resembles(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Return whether two integrations have the same type and call the same backend."""
    if any(one.get(name) != other.get(name) for name in _BACKEND):
        return False
    action = ACTIONS.get(one.get("integration_subtype", ""))
    ours, theirs = one.get("request_parameters", {}), other.get("request_parameters", {})
    return all(ours.get(name) == theirs.get(name) for name in (action.required if action else ()))


INTEGRATION = ResourceType(
    name="aws.apigatewayv2.integration",
    noun="Integration",
    parents=(Parent("api_id", "ApiId", "API"),),
    fields=FIELDS,
    rules=RULES,
    sought_by="integration_uri",
    resembles=_resembles,
    likeness="the same type and URI",
    protocol_of=_protocol_of,
    fold_key=fold_key,
    target="integrations/",
    # Quotas of API Gateway.
    quota=(
        "An API has at most 300 integrations. On a WebSocket API, AWS Support can raise the quota; "
        "on an HTTP API it is fixed: delete integrations or use a second API."
    ),
)

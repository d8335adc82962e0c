"""What a route response is: no other folder repeats what is said here."""

from idem_apigwv2_integration.resource.type import WEBSOCKET, Parent, ResourceType
from idem_apigwv2_integration.route_response.fields import FIELDS
from idem_apigwv2_integration.route_response.rules import RULES

ROUTE_RESPONSE = ResourceType(
    name="aws.apigatewayv2.route_response",
    noun="RouteResponse",
    parents=(Parent("api_id", "ApiId", "API"), Parent("route_id", "RouteId", "route")),
    fields=FIELDS,
    rules=RULES,
    protocol_of=lambda live: WEBSOCKET,
    protocols=(WEBSOCKET,),
    key="route_response_key",
)

"""What an integration response is: no other folder repeats what is said here."""

from idem_apigwv2_integration.integration_response.fields import FIELDS
from idem_apigwv2_integration.integration_response.rules import RULES
from idem_apigwv2_integration.resource.type import WEBSOCKET, Parent, ResourceType

INTEGRATION_RESPONSE = ResourceType(
    name="aws.apigatewayv2.integration_response",
    noun="IntegrationResponse",
    parents=(
        Parent("api_id", "ApiId", "API"),
        Parent("integration_id", "IntegrationId", "integration"),
    ),
    fields=FIELDS,
    rules=RULES,
    protocol_of=lambda live: WEBSOCKET,
    protocols=(WEBSOCKET,),
    key="integration_response_key",
)

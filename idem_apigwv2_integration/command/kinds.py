"""The resource types that the command checks, by name."""

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.route_response import ROUTE_RESPONSE

KINDS = {kind.name: kind for kind in (INTEGRATION, INTEGRATION_RESPONSE, ROUTE_RESPONSE)}

"""The command `idem-apigwv2`: checks of SLS files and of the results of `idem state`, for pipelines."""

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.route_response import ROUTE_RESPONSE

# The resource types that the command checks, by name.
KINDS = {kind.name: kind for kind in (INTEGRATION, INTEGRATION_RESPONSE, ROUTE_RESPONSE)}

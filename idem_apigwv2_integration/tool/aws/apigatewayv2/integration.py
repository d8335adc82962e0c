"""The conversion of integrations of AWS API Gateway v2 to Idem's format."""

from typing import Any

import idem_apigwv2_integration.integration as integration
import idem_apigwv2_integration.resource.values as values


def convert_raw_integration_to_present(
    hub, api_id: str, raw_resource: dict[str, Any], idem_resource_name: str | None = None
) -> dict[str, Any]:
    """Converts an integration of AWS's response to the parameters of ``present``.

    Args:
        api_id(str): The ID of the API that it belongs to.
        raw_resource(Dict[str, Any]): The integration as AWS returns it.
        idem_resource_name(str, Optional): The name of the Idem state. The default is the integration's
            ID.

    Returns:
        Dict[str, Any]
    """
    parents = {"api_id": api_id}
    return values.from_aws(integration.INTEGRATION, raw_resource, parents, idem_resource_name)

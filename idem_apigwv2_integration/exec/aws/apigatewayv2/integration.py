"""Exec functions for integrations of AWS API Gateway v2."""

from typing import Any

import idem_apigwv2_integration.integration as integration
import idem_apigwv2_integration.run.calls as calls

__func_alias__ = {"list_": "list"}


async def get(
    hub, ctx, resource_id: str = None, api_id: str = None, name: str = None, **kwargs
) -> dict[str, Any]:
    """Reads an integration of an API.

    Args:
        resource_id(str): The ID of the integration.
        api_id(str): The ID of the API that it belongs to.
        name(str, Optional): The name of the Idem state. The default is the integration's ID.

    Returns:
        Dict[str, Any]:
            ``ret`` is the integration with the parameters of ``present``, or None with a comment if it
            does not exist. ``result`` is False only if it can't be read.

    Examples:
        Call from the CLI:

        .. code-block:: bash

            $ idem exec aws.apigatewayv2.integration.get api_id=a1b2c3d4e5 resource_id=f6g7h8i

        Using in a state:

        .. code-block:: yaml

            my_integration:
              exec.run:
                - path: aws.apigatewayv2.integration.get
                - kwargs:
                    api_id: a1b2c3d4e5
                    resource_id: f6g7h8i
    """
    named = {"resource_id": resource_id, "api_id": api_id, "name": name}
    return await calls.get(hub, ctx, integration.INTEGRATION, kwargs | named)


async def list_(hub, ctx, api_id: str = None, name: str = None, **kwargs) -> dict[str, Any]:
    """Lists the integrations of an API, or of all APIs of the account in its Region.

    Args:
        api_id(str, Optional): The ID of the API. Without it, the integrations of all APIs are listed.
        name(str, Optional): The name of the Idem state, for the comment.

    Returns:
        Dict[str, Any]:
            ``ret`` is a list of integrations in the form that ``get`` returns. It is None with a comment
            if the API does not exist. If some APIs can't be read, ``result`` is False, the comment names
            them, and ``ret`` has the integrations of the others.

    Examples:
        Call from the CLI:

        .. code-block:: bash

            $ idem exec aws.apigatewayv2.integration.list api_id=a1b2c3d4e5

        Using in a state:

        .. code-block:: yaml

            my_integrations:
              exec.run:
                - path: aws.apigatewayv2.integration.list
                - kwargs:
                    api_id: a1b2c3d4e5
    """
    named = {"api_id": api_id, "name": name}
    return await calls.list_all(hub, ctx, integration.INTEGRATION, kwargs | named)


async def create(hub, ctx, api_id: str = None, name: str = None, **parameters) -> dict[str, Any]:
    """Creates an integration.

    Every call creates one, even if an equal integration exists. If AWS's response is lost, the API is
    listed to find out whether the integration was created, before the request is sent again.

    Args:
        api_id(str): The ID of the API.
        name(str, Optional): The name of the Idem state. The default is the integration's ID.
        parameters: ``integration_type`` and the other parameters of
            ``states.aws.apigatewayv2.integration.present``.

    Returns:
        Dict[str, Any]:
            ``ret`` is the integration as AWS created it. ``result`` is False if nothing was created, or
            if the integration differs from the parameters; the comment gives the reason.

    Examples:
        Call from the CLI:

        .. code-block:: bash

            $ idem exec aws.apigatewayv2.integration.create api_id=a1b2c3d4e5 \\
                integration_type=HTTP_PROXY integration_method=GET \\
                integration_uri=https://example.com payload_format_version="'1.0'"
    """
    named = {"api_id": api_id, "name": name}
    return await calls.create(hub, ctx, integration.INTEGRATION, parameters | named)


async def update(
    hub,
    ctx,
    resource_id: str = None,
    api_id: str = None,
    name: str = None,
    live: dict[str, Any] = None,
    **parameters,
) -> dict[str, Any]:
    """Updates an integration with one call. Without a difference nothing is sent.

    Args:
        resource_id(str): The ID of the integration.
        api_id(str): The ID of the API that it belongs to.
        name(str, Optional): The name of the Idem state. The default is the integration's ID.
        live(Dict[str, Any], Optional): The integration as ``get`` returned it. If it is left out, the
            integration is read first.
        parameters: The parameters of ``states.aws.apigatewayv2.integration.present`` to change. Others
            keep their values; ``""`` and ``{}`` remove a value.

    Returns:
        Dict[str, Any]:
            ``ret`` is the integration as AWS updated it. ``result`` is False if it was not updated, or
            if it differs from the parameters; the comment gives the reason.

    Examples:
        Call from the CLI:

        .. code-block:: bash

            $ idem exec aws.apigatewayv2.integration.update api_id=a1b2c3d4e5 \\
                resource_id=f6g7h8i timeout_in_millis=5000
    """
    named = {"resource_id": resource_id, "api_id": api_id, "name": name, "live": live}
    return await calls.update(hub, ctx, integration.INTEGRATION, parameters | named)


async def delete(
    hub, ctx, resource_id: str = None, api_id: str = None, name: str = None, **kwargs
) -> dict[str, Any]:
    """Deletes an integration.

    Args:
        resource_id(str): The ID of the integration.
        api_id(str): The ID of the API that it belongs to.
        name(str, Optional): The name of the Idem state. The default is the integration's ID.

    Returns:
        Dict[str, Any]:
            ``result`` is True if the integration does not exist, even if it did not exist before. If
            AWS refuses because routes still target it, ``ret["routes"]`` is the list of their IDs.

    Examples:
        Call from the CLI:

        .. code-block:: bash

            $ idem exec aws.apigatewayv2.integration.delete api_id=a1b2c3d4e5 resource_id=f6g7h8i
    """
    named = {"resource_id": resource_id, "api_id": api_id, "name": name}
    return await calls.delete(hub, ctx, integration.INTEGRATION, kwargs | named)

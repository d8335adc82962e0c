"""Exec functions for integration responses of AWS API Gateway v2."""

from typing import Any

import idem_apigwv2_integration.integration_response as integration_response
import idem_apigwv2_integration.run.calls as calls

__func_alias__ = {"list_": "list"}


async def get(
    hub,
    ctx,
    resource_id: str = None,
    api_id: str = None,
    integration_id: str = None,
    name: str = None,
    **kwargs,
) -> dict[str, Any]:
    """Reads an integration response.

    Args:
        resource_id(str): The ID of the integration response.
        api_id(str): The ID of the WebSocket API.
        integration_id(str): The ID of the integration that it belongs to.
        name(str, Optional): The name of the Idem state. The default is the response's ID.

    Returns:
        Dict[str, Any]:
            ``ret`` is the integration response with the parameters of ``present``, or None with a
            comment if it does not exist. ``result`` is False only if it can't be read.

    Examples:
        .. code-block:: bash

            $ idem exec aws.apigatewayv2.integration_response.get api_id=a1b2c3d4e5 \\
                integration_id=f6g7h8i resource_id=k1l2m3n
    """
    named = {
        "resource_id": resource_id,
        "api_id": api_id,
        "integration_id": integration_id,
        "name": name,
    }
    return await calls.get(hub, ctx, integration_response.INTEGRATION_RESPONSE, kwargs | named)


async def list_(
    hub, ctx, api_id: str = None, integration_id: str = None, name: str = None, **kwargs
) -> dict[str, Any]:
    """Lists the integration responses of an integration, or of all WebSocket APIs of the account in
    its Region.

    Args:
        api_id(str, Optional): The ID of the WebSocket API. Without it, those of all are listed.
        integration_id(str, Optional): The ID of the integration. It needs ``api_id``.
        name(str, Optional): The name of the Idem state, for the comment.

    Returns:
        Dict[str, Any]:
            ``ret`` is a list of integration responses in the form that ``get`` returns. It is None
            with a comment if the API or the integration does not exist. If some can't be read,
            ``result`` is False, the comment names them, and ``ret`` has the others.

    Examples:
        .. code-block:: bash

            $ idem exec aws.apigatewayv2.integration_response.list \\
                api_id=a1b2c3d4e5 integration_id=f6g7h8i
    """
    named = {"api_id": api_id, "integration_id": integration_id, "name": name}
    return await calls.list_all(hub, ctx, integration_response.INTEGRATION_RESPONSE, kwargs | named)


async def create(
    hub, ctx, api_id: str = None, integration_id: str = None, name: str = None, **parameters
) -> dict[str, Any]:
    """Creates an integration response.

    If AWS's response is lost, a look-up by the key finds out whether it was created.

    Args:
        api_id(str): The ID of the WebSocket API.
        integration_id(str): The ID of the integration.
        name(str, Optional): The name of the Idem state. The default is the response's ID.
        parameters: ``integration_response_key`` and the other parameters of
            ``states.aws.apigatewayv2.integration_response.present``.

    Returns:
        Dict[str, Any]:
            ``ret`` is the integration response as AWS created it. ``result`` is False if nothing was
            created, or if it differs from the parameters; the comment gives the reason.

    Examples:
        .. code-block:: bash

            $ idem exec aws.apigatewayv2.integration_response.create api_id=a1b2c3d4e5 \\
                integration_id=f6g7h8i integration_response_key='$default'
    """
    named = {"api_id": api_id, "integration_id": integration_id, "name": name}
    return await calls.create(hub, ctx, integration_response.INTEGRATION_RESPONSE, parameters | named)


async def update(
    hub,
    ctx,
    resource_id: str = None,
    api_id: str = None,
    integration_id: str = None,
    name: str = None,
    live: dict[str, Any] = None,
    **parameters,
) -> dict[str, Any]:
    """Updates an integration response with one call. Without a difference nothing is sent.

    Args:
        resource_id(str): The ID of the integration response.
        api_id(str): The ID of the WebSocket API.
        integration_id(str): The ID of the integration that it belongs to.
        name(str, Optional): The name of the Idem state. The default is the response's ID.
        live(Dict[str, Any], Optional): The integration response as ``get`` returned it. If it is
            left out, it is read first.
        parameters: The parameters of ``states.aws.apigatewayv2.integration_response.present`` to
            change. Others keep their values; ``""`` and ``{}`` remove a value.

    Returns:
        Dict[str, Any]:
            ``ret`` is the integration response as AWS updated it. ``result`` is False if it was not
            updated, or if it differs from the parameters; the comment gives the reason.

    Examples:
        .. code-block:: bash

            $ idem exec aws.apigatewayv2.integration_response.update api_id=a1b2c3d4e5 \\
                integration_id=f6g7h8i resource_id=k1l2m3n integration_response_key='$default'
    """
    named = {
        "resource_id": resource_id,
        "api_id": api_id,
        "integration_id": integration_id,
        "name": name,
        "live": live,
    }
    return await calls.update(hub, ctx, integration_response.INTEGRATION_RESPONSE, parameters | named)


async def delete(
    hub,
    ctx,
    resource_id: str = None,
    api_id: str = None,
    integration_id: str = None,
    name: str = None,
    **kwargs,
) -> dict[str, Any]:
    """Deletes an integration response.

    Args:
        resource_id(str): The ID of the integration response.
        api_id(str): The ID of the WebSocket API.
        integration_id(str): The ID of the integration that it belongs to.
        name(str, Optional): The name of the Idem state. The default is the response's ID.

    Returns:
        Dict[str, Any]:
            ``result`` is True if the integration response does not exist, even if it did not exist
            before.

    Examples:
        .. code-block:: bash

            $ idem exec aws.apigatewayv2.integration_response.delete api_id=a1b2c3d4e5 \\
                integration_id=f6g7h8i resource_id=k1l2m3n
    """
    named = {
        "resource_id": resource_id,
        "api_id": api_id,
        "integration_id": integration_id,
        "name": name,
    }
    return await calls.delete(hub, ctx, integration_response.INTEGRATION_RESPONSE, kwargs | named)

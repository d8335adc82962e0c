"""State functions for route responses of AWS API Gateway v2.

A route response makes a route of a WebSocket API two-way: without it, the client gets no response.
"""

from typing import Any

import idem_apigwv2_integration.route_response as route_response
import idem_apigwv2_integration.run.absent as absence
import idem_apigwv2_integration.run.present as presence
import idem_apigwv2_integration.run.record as record
import idem_apigwv2_integration.run.replace as replacement
import idem_apigwv2_integration.run.search as finding
import idem_apigwv2_integration.run.state as states

__contracts__ = ["resource"]


async def present(
    hub,
    ctx,
    name: str,
    api_id: str = None,
    route_id: str = None,
    route_response_key: str = None,
    resource_id: str = None,
    model_selection_expression: str = None,
    response_models: dict[str, str] = None,
    response_parameters: dict[str, bool] = None,
    **kwargs,
) -> dict[str, Any]:
    """Creates or updates a route response so that it is as declared.

    Leaving out, removing and changing parameters work as for integrations. The key identifies a
    response: if neither the SLS nor the ESM has a ``resource_id``, an unmanaged response of that key
    is adopted if it equals the one that would be created; if it differs, the state fails, because
    AWS would not create a second one.

    Args:
        name(str): An Idem name of the resource.
        api_id(str): The ID of the WebSocket API.
        route_id(str): The ID of the route that the response belongs to. It can't move to another
            one.
        route_response_key(str): ``$default``; AWS supports no other key. A route has at most one
            response for each key.
        resource_id(str, Optional): The ID of an existing route response to manage. If there is none
            of that ID, and the ESM has not recorded it, the state fails.
        model_selection_expression(str, Optional): The expression that selects the model.
        response_models(Dict[str, str], Optional): The names of models, by a result of
            ``model_selection_expression``. Models that exist in AWS but not in your map are removed.
        response_parameters(Dict[str, bool], Optional): Whether each parameter of the response is
            required, by its name. Parameters that exist in AWS but not in your map are removed.

    Request Syntax:
        .. code-block:: sls

            [idem_test_aws_apigatewayv2_route_response]:
              aws.apigatewayv2.route_response.present:
                - name: 'string'
                - api_id: 'string'
                - route_id: 'string'
                - route_response_key: 'string'
                - resource_id: 'string'
                - model_selection_expression: 'string'
                - response_models: {'string': 'string'}
                - response_parameters: {'string': True|False}

    Returns:
        Dict[str, Any]
            ``new_state`` is the route response as it is in AWS. ``result`` is False if it differs
            from what is declared.

    Examples:
        .. code-block:: sls

            ping-response:
              aws.apigatewayv2.route_response.present:
                - api_id: ${aws.apigatewayv2.api:chat:resource_id}
                - route_id: ${aws.apigatewayv2.route:ping:resource_id}
                - route_response_key: $default
    """
    parameters = {key: value for key, value in locals().items() if key not in ("hub", "ctx", "kwargs")}
    state = states.State(hub, ctx, route_response.ROUTE_RESPONSE, kwargs, parameters)
    return await state.result(presence.present)


async def absent(
    hub,
    ctx,
    name: str,
    api_id: str = None,
    route_id: str = None,
    resource_id: str = None,
    **kwargs,
) -> dict[str, Any]:
    """Deletes a route response.

    Deleting a route deletes its responses too, so that the state succeeds in either order.

    Args:
        name(str): An Idem name of the resource.
        api_id(str): The ID of the WebSocket API.
        route_id(str): The ID of the route that the response belongs to.
        resource_id(str, Optional): The ID of the route response. The default is the ID in the ESM.
            If it has none either, the state succeeds without a call to AWS.

    Request Syntax:
        .. code-block:: sls

            [idem_test_aws_apigatewayv2_route_response]:
              aws.apigatewayv2.route_response.absent:
                - name: 'string'
                - api_id: 'string'
                - route_id: 'string'
                - resource_id: 'string'

    Returns:
        Dict[str, Any]
            ``result`` is True only if the route response does not exist.

    Examples:
        .. code-block:: sls

            ping-response:
              aws.apigatewayv2.route_response.absent:
                - api_id: a1b2c3d4e5
                - route_id: r1s2t3u
                - resource_id: k1l2m3n
    """
    parameters = {"name": name, "api_id": api_id, "route_id": route_id, "resource_id": resource_id}
    state = states.State(hub, ctx, route_response.ROUTE_RESPONSE, kwargs, parameters)
    return await state.result(absence.absent)


async def search(
    hub,
    ctx,
    name: str,
    api_id: str = None,
    route_id: str = None,
    resource_id: str = None,
    **kwargs,
) -> dict[str, Any]:
    """Reads an existing route response, so that other states can refer to it.

    Args:
        name(str): An Idem name of the resource.
        api_id(str): The ID of the WebSocket API.
        route_id(str): The ID of the route that the response belongs to.
        resource_id(str, Optional): The ID of the route response. Without it, exactly one response of
            the route must match the other parameters.
        kwargs: Any parameter of ``present``, for example ``route_response_key``, with the value to
            search for.

    Request Syntax:
        .. code-block:: sls

            [idem_test_aws_apigatewayv2_route_response]:
              aws.apigatewayv2.route_response.search:
                - api_id: 'string'
                - route_id: 'string'
                - resource_id: 'string'

    Returns:
        Dict[str, Any]
            ``old_state`` and ``new_state`` are the route response. The ESM does not record it.
            ``result`` is False if none or more than one matches; the comment names the IDs of the
            candidates.

    Examples:
        .. code-block:: sls

            ping-response:
              aws.apigatewayv2.route_response.search:
                - api_id: a1b2c3d4e5
                - route_id: r1s2t3u
                - route_response_key: $default
    """
    parameters = {"name": name, "api_id": api_id, "route_id": route_id, "resource_id": resource_id}
    state = states.State(hub, ctx, route_response.ROUTE_RESPONSE, kwargs, parameters)
    return await state.result(finding.search)


async def describe(hub, ctx) -> dict[str, dict[str, Any]]:
    """Describes the route responses of all WebSocket APIs as ``present`` states.

    That takes one request for each route of a WebSocket API, and one for each 500 routes of it. HTTP
    APIs have no route responses, and are not read.

    Returns:
        Dict[str, Dict[str, Any]]

    Examples:
        .. code-block:: bash

            $ idem describe aws.apigatewayv2.route_response
    """
    return await finding.describe(hub, ctx, route_response.ROUTE_RESPONSE)


def is_pending(hub, ret: dict[str, Any], state: str = None, **pending_kwargs) -> bool:
    """Tells Idem's reconciler whether to run a state again.

    Args:
        ret(Dict[str, Any]): The result of the state.
        state(str, Optional): The name of the state.
        pending_kwargs: The reconciler's counts of runs so far.

    Returns:
        bool
            True after a failure that may pass, and while states that depend on this one are run
            again.
    """
    run_name = getattr(hub.idem, "RUN_NAME", None)
    return record.of(hub, run_name, route_response.ROUTE_RESPONSE).is_pending(ret)


def pre_process_desired_state(hub, chunk: dict[str, Any]) -> dict[str, Any]:
    """Prepares a state for the comparison with the ESM by which ``recreate_on_update`` decides.

    Args:
        chunk(Dict[str, Any]): A copy of the state, as Idem keeps it.

    Returns:
        Dict[str, Any]
    """
    return replacement.prepare(hub, route_response.ROUTE_RESPONSE, chunk)

"""State functions for integration responses of AWS API Gateway v2.

An integration response turns what the backend of a non-proxy integration of a WebSocket API returns
into the message for the client.
"""

from typing import Any

import idem_apigwv2_integration.integration_response as integration_response
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
    integration_id: str = None,
    integration_response_key: str = None,
    resource_id: str = None,
    content_handling_strategy: str = None,
    response_parameters: dict[str, str] = None,
    response_templates: dict[str, str] = None,
    template_selection_expression: str = None,
    **kwargs,
) -> dict[str, Any]:
    """Creates or updates an integration response so that it is as declared.

    Leaving out, removing and changing parameters work as for integrations. The key identifies a
    response: if neither the SLS nor the ESM has a ``resource_id``, an unmanaged response of that key
    is adopted if it equals the one that would be created; if it differs, the state fails, because
    AWS would not create a second one.

    Args:
        name(str): An Idem name of the resource.
        api_id(str): The ID of the WebSocket API.
        integration_id(str): The ID of the integration that the response belongs to. It can't move to
            another one.
        integration_response_key(str): Which results of the backend the response is for: ``$default``
            for all that have no response of their own, or a regular expression between slashes, such
            as ``/2\\d\\d/``, for what the integration's selection expression returns. An integration
            has at most one response for each key.
        resource_id(str, Optional): The ID of an existing integration response to manage. If there is
            none of that ID, and the ESM has not recorded it, the state fails.
        content_handling_strategy(str, Optional): Converts the payload: ``CONVERT_TO_BINARY`` decodes
            Base64, ``CONVERT_TO_TEXT`` encodes it. Without it the payload is not converted.
        response_parameters(Dict[str, str], Optional): Headers of the response. The keys are
            ``method.response.header.NAME``, the values ``integration.response.header.NAME``,
            ``integration.response.body.EXPRESSION`` or text in single quotes. Keys that exist in AWS
            but not in your map are removed.
        response_templates(Dict[str, str], Optional): Velocity templates for the payload, by a result
            of ``template_selection_expression``. Templates that exist in AWS but not in your map are
            removed.
        template_selection_expression(str, Optional): The expression that selects the template.

    Request Syntax:
        .. code-block:: sls

            [idem_test_aws_apigatewayv2_integration_response]:
              aws.apigatewayv2.integration_response.present:
                - name: 'string'
                - api_id: 'string'
                - integration_id: 'string'
                - integration_response_key: 'string'
                - resource_id: 'string'
                - content_handling_strategy: 'CONVERT_TO_BINARY'|'CONVERT_TO_TEXT'
                - response_parameters: {'string': 'string'}
                - response_templates: {'string': 'string'}
                - template_selection_expression: 'string'

    Returns:
        Dict[str, Any]
            ``new_state`` is the integration response as it is in AWS. ``result`` is False if it
            differs from what is declared.

    Examples:
        .. code-block:: sls

            ping-default:
              aws.apigatewayv2.integration_response.present:
                - api_id: ${aws.apigatewayv2.api:chat:resource_id}
                - integration_id: ${aws.apigatewayv2.integration:ping:resource_id}
                - integration_response_key: $default
                - template_selection_expression: \\$default
                - response_templates:
                    $default: '{"pong": true}'
    """
    parameters = {key: value for key, value in locals().items() if key not in ("hub", "ctx", "kwargs")}
    state = states.State(hub, ctx, integration_response.INTEGRATION_RESPONSE, kwargs, parameters)
    return await state.result(presence.present)


async def absent(
    hub,
    ctx,
    name: str,
    api_id: str = None,
    integration_id: str = None,
    resource_id: str = None,
    **kwargs,
) -> dict[str, Any]:
    """Deletes an integration response.

    Deleting an integration deletes its responses too, so that the state succeeds in either order.

    Args:
        name(str): An Idem name of the resource.
        api_id(str): The ID of the WebSocket API.
        integration_id(str): The ID of the integration that the response belongs to.
        resource_id(str, Optional): The ID of the integration response. The default is the ID in the
            ESM. If it has none either, the state succeeds without a call to AWS.

    Request Syntax:
        .. code-block:: sls

            [idem_test_aws_apigatewayv2_integration_response]:
              aws.apigatewayv2.integration_response.absent:
                - name: 'string'
                - api_id: 'string'
                - integration_id: 'string'
                - resource_id: 'string'

    Returns:
        Dict[str, Any]
            ``result`` is True only if the integration response does not exist.

    Examples:
        .. code-block:: sls

            ping-response:
              aws.apigatewayv2.integration_response.absent:
                - api_id: a1b2c3d4e5
                - integration_id: f6g7h8i
                - resource_id: k1l2m3n
    """
    parameters = {
        "name": name,
        "api_id": api_id,
        "integration_id": integration_id,
        "resource_id": resource_id,
    }
    state = states.State(hub, ctx, integration_response.INTEGRATION_RESPONSE, kwargs, parameters)
    return await state.result(absence.absent)


async def search(
    hub,
    ctx,
    name: str,
    api_id: str = None,
    integration_id: str = None,
    resource_id: str = None,
    **kwargs,
) -> dict[str, Any]:
    """Reads an existing integration response, so that other states can refer to it.

    Args:
        name(str): An Idem name of the resource.
        api_id(str): The ID of the WebSocket API.
        integration_id(str): The ID of the integration that the response belongs to.
        resource_id(str, Optional): The ID of the integration response. Without it, exactly one
            response of the integration must match the other parameters.
        kwargs: Any parameter of ``present``, for example ``integration_response_key``, with the
            value to search for.

    Request Syntax:
        .. code-block:: sls

            [idem_test_aws_apigatewayv2_integration_response]:
              aws.apigatewayv2.integration_response.search:
                - api_id: 'string'
                - integration_id: 'string'
                - resource_id: 'string'

    Returns:
        Dict[str, Any]
            ``old_state`` and ``new_state`` are the integration response. The ESM does not record it.
            ``result`` is False if none or more than one matches; the comment names the IDs of the
            candidates.

    Examples:
        .. code-block:: sls

            ping-response:
              aws.apigatewayv2.integration_response.search:
                - api_id: a1b2c3d4e5
                - integration_id: f6g7h8i
                - integration_response_key: $default
    """
    parameters = {
        "name": name,
        "api_id": api_id,
        "integration_id": integration_id,
        "resource_id": resource_id,
    }
    state = states.State(hub, ctx, integration_response.INTEGRATION_RESPONSE, kwargs, parameters)
    return await state.result(finding.search)


async def describe(hub, ctx) -> dict[str, dict[str, Any]]:
    """Describes the integration responses of all WebSocket APIs as ``present`` states.

    That takes one request for each integration of a WebSocket API, and one for each 500 integrations
    of it. HTTP APIs have no integration responses, and are not read.

    Returns:
        Dict[str, Dict[str, Any]]

    Examples:
        .. code-block:: bash

            $ idem describe aws.apigatewayv2.integration_response
    """
    return await finding.describe(hub, ctx, integration_response.INTEGRATION_RESPONSE)


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
    return record.of(hub, run_name, integration_response.INTEGRATION_RESPONSE).is_pending(ret)


def pre_process_desired_state(hub, chunk: dict[str, Any]) -> dict[str, Any]:
    """Prepares a state for the comparison with the ESM by which ``recreate_on_update`` decides.

    Args:
        chunk(Dict[str, Any]): A copy of the state, as Idem keeps it.

    Returns:
        Dict[str, Any]
    """
    return replacement.prepare(hub, integration_response.INTEGRATION_RESPONSE, chunk)

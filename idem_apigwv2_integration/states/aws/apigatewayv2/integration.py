"""State functions for integrations of AWS API Gateway v2.

An integration connects a route of an HTTP or WebSocket API to its backend.
"""

from typing import Any

import idem_apigwv2_integration.integration as integration
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
    integration_type: str = None,
    resource_id: str = None,
    connection_id: str = None,
    connection_type: str = None,
    content_handling_strategy: str = None,
    credentials_arn: str = None,
    description: str = None,
    integration_method: str = None,
    integration_subtype: str = None,
    integration_uri: str = None,
    passthrough_behavior: str = None,
    payload_format_version: str = None,
    request_parameters: dict[str, str] = None,
    request_templates: dict[str, str] = None,
    response_parameters: dict[str, dict[str, str]] = None,
    template_selection_expression: str = None,
    timeout_in_millis: int = None,
    tls_config: dict[str, str] = None,
    **kwargs,
) -> dict[str, Any]:
    """Creates or updates an integration so that it is as declared.

    If you leave out a parameter, Idem passes the value that an earlier run recorded in the ESM, and a
    change that was made outside of Idem is undone. A parameter that neither the SLS nor the ESM has
    keeps its value in AWS. ``""`` removes a string and ``{}`` a map. A map is always complete: keys that
    exist in AWS but not in your map are removed.

    If neither the SLS nor the ESM has a ``resource_id``, or the integration that the ESM records is gone
    or replaced, an unmanaged integration of the API is adopted if it equals the one that would be
    created in every parameter, AWS's defaults included. Otherwise a new integration is created.

    Args:
        name(str): An Idem name of the resource.
        api_id(str): The ID of the API that the integration belongs to. An integration can't move to
            another API.
        integration_type(str): How API Gateway calls the backend. ``AWS_PROXY`` passes the whole request
            to a Lambda function or, with ``integration_subtype``, invokes an action of an AWS service.
            ``HTTP_PROXY`` passes the request to an HTTP endpoint. WebSocket APIs also have ``AWS`` and
            ``HTTP``, where mapping templates transform the request, and ``MOCK``, where API Gateway
            responds without a backend.
        resource_id(str, Optional): The ID of an existing integration to manage. If there is none of that
            ID, and the ESM has not recorded it, the state fails.
        connection_id(str, Optional): The ID of the VPC link to a private backend. Required if
            ``connection_type`` is ``VPC_LINK``.
        connection_type(str, Optional): ``INTERNET`` or ``VPC_LINK``. AWS's default is ``INTERNET``.
        content_handling_strategy(str, Optional): WebSocket APIs only. Converts the payload of a
            response: ``CONVERT_TO_BINARY`` decodes Base64, ``CONVERT_TO_TEXT`` encodes it. Without it
            the payload is not converted.
        credentials_arn(str, Optional): The ARN of the IAM role that API Gateway assumes to call the
            backend. Required with ``integration_subtype``. AWS documents ``arn:aws:iam::*:user/*`` for
            the caller's identity, but responds ``Invalid role ARN`` to it for ``AWS_PROXY``.
        description(str, Optional): A description of up to 1024 characters.
        integration_method(str, Optional): The HTTP method of the request to the backend, for example
            ``POST`` or ``ANY``. Required for ``HTTP`` and ``HTTP_PROXY``. For Lambda functions and other
            AWS URIs, AWS's default is ``POST``.
        integration_subtype(str, Optional): HTTP APIs with ``AWS_PROXY`` only. The action of an AWS
            service to invoke, for example ``SQS-SendMessage``.
        integration_uri(str, Optional): The backend: the ARN of a Lambda function (on a WebSocket API
            its invocation ARN), the URL of an HTTP endpoint or, with a VPC link, the ARN of a load
            balancer's listener or of a Cloud Map service. Not used with ``MOCK`` or
            ``integration_subtype``.
        passthrough_behavior(str, Optional): WebSocket APIs only. What happens to a request whose
            content type has no template: ``WHEN_NO_MATCH`` passes it to the backend, ``NEVER`` rejects
            it, ``WHEN_NO_TEMPLATES`` passes it only if there are no templates at all. AWS's default is
            ``WHEN_NO_MATCH``.
        payload_format_version(str, Optional): The format of the payload for a Lambda function, ``"1.0"``
            or ``"2.0"``. Required on HTTP APIs, where everything but a Lambda function needs ``"1.0"``.
            On WebSocket APIs, AWS's default is ``"1.0"``.
        request_parameters(Dict[str, str], Optional): Changes to a request before it reaches the backend.
            On HTTP APIs the keys are ``append|overwrite|remove:header|querystring.NAME`` and
            ``overwrite:path``; with ``integration_subtype`` they are the action's parameters. On
            WebSocket APIs the keys are
            ``integration.request.header|querystring|path.NAME``. Keys that exist in AWS but not in your
            map are removed.
        request_templates(Dict[str, str], Optional): WebSocket APIs only. Velocity templates for the
            payload of a request, by content type.
        response_parameters(Dict[str, Dict[str, str]], Optional): HTTP APIs only. Changes to a response,
            by the status code of the backend's response, ``"200"`` to ``"599"``. The keys are
            ``append|overwrite|remove:header.NAME`` or ``overwrite:statuscode``. Status codes that exist
            in AWS but not in your map are removed.
        template_selection_expression(str, Optional): WebSocket APIs only. The expression that selects
            the template.
        timeout_in_millis(int, Optional): The time limit for the backend in milliseconds: 50 to 30000 on
            HTTP APIs, 50 to 29000 on WebSocket APIs. AWS's default is the maximum.
        tls_config(Dict[str, str], Optional): HTTP APIs with ``VPC_LINK`` only. The connection to the
            backend uses HTTPS.

            * ServerNameToVerify (str, Optional): The host name that the backend's certificate must
              be valid for. It is also sent as the SNI.

    Request Syntax:
        .. code-block:: sls

            [idem_test_aws_apigatewayv2_integration]:
              aws.apigatewayv2.integration.present:
                - name: 'string'
                - api_id: 'string'
                - integration_type: 'AWS'|'HTTP'|'MOCK'|'HTTP_PROXY'|'AWS_PROXY'
                - resource_id: 'string'
                - connection_id: 'string'
                - connection_type: 'INTERNET'|'VPC_LINK'
                - content_handling_strategy: 'CONVERT_TO_BINARY'|'CONVERT_TO_TEXT'
                - credentials_arn: 'string'
                - description: 'string'
                - integration_method: 'string'
                - integration_subtype: 'string'
                - integration_uri: 'string'
                - passthrough_behavior: 'WHEN_NO_MATCH'|'NEVER'|'WHEN_NO_TEMPLATES'
                - payload_format_version: '1.0'|'2.0'
                - request_parameters: {'string': 'string'}
                - request_templates: {'string': 'string'}
                - response_parameters: {'string': {'string': 'string'}}
                - template_selection_expression: 'string'
                - timeout_in_millis: int
                - tls_config: {'ServerNameToVerify': 'string'}

    Returns:
        Dict[str, Any]
            ``new_state`` is the integration as it is in AWS. ``result`` is False if it differs from what
            is declared.

    Examples:
        .. code-block:: sls

            orders-backend:
              aws.apigatewayv2.integration.present:
                - api_id: ${aws.apigatewayv2.api:shop:resource_id}
                - integration_type: HTTP_PROXY
                - integration_method: ANY
                - integration_uri: https://orders.example.com/{proxy}
                - payload_format_version: '1.0'
                - timeout_in_millis: 5000
    """
    parameters = {key: value for key, value in locals().items() if key not in ("hub", "ctx", "kwargs")}
    state = states.State(hub, ctx, integration.INTEGRATION, kwargs, parameters)
    return await state.result(presence.present)


async def absent(
    hub, ctx, name: str, api_id: str = None, resource_id: str = None, **kwargs
) -> dict[str, Any]:
    """Deletes an integration.

    It also deletes what a replacement of the integration has left. If the SLS and the ESM name different
    integrations, nothing is deleted.

    Args:
        name(str): An Idem name of the resource.
        api_id(str): The ID of the API that the integration belongs to.
        resource_id(str, Optional): The ID of the integration. The default is the ID in the ESM.
            If it has none either, the state succeeds without a call to AWS.

    Request Syntax:
        .. code-block:: sls

            [idem_test_aws_apigatewayv2_integration]:
              aws.apigatewayv2.integration.absent:
                - name: 'string'
                - api_id: 'string'
                - resource_id: 'string'

    Returns:
        Dict[str, Any]
            ``result`` is True only if the integration does not exist. If routes still target it, the
            comment names their IDs.

    Examples:
        .. code-block:: sls

            orders-backend:
              aws.apigatewayv2.integration.absent:
                - api_id: a1b2c3d4e5
                - resource_id: f6g7h8i
    """
    parameters = {"name": name, "api_id": api_id, "resource_id": resource_id}
    state = states.State(hub, ctx, integration.INTEGRATION, kwargs, parameters)
    return await state.result(absence.absent)


async def search(
    hub, ctx, name: str, api_id: str = None, resource_id: str = None, **kwargs
) -> dict[str, Any]:
    """Reads an existing integration, so that other states can refer to it.

    Args:
        name(str): An Idem name of the resource.
        api_id(str): The ID of the API that the integration belongs to.
        resource_id(str, Optional): The ID of the integration. Without it, exactly one integration of
            the API must match the other parameters.
        kwargs: Any parameter of ``present``, for example ``integration_uri``, with the value to search
            for.

    Request Syntax:
        .. code-block:: sls

            [idem_test_aws_apigatewayv2_integration]:
              aws.apigatewayv2.integration.search:
                - api_id: 'string'
                - resource_id: 'string'

    Returns:
        Dict[str, Any]
            ``old_state`` and ``new_state`` are the integration. The ESM does not record it. ``result``
            is False if no integration or more than one matches; the comment names the IDs of the
            candidates.

    Examples:
        .. code-block:: sls

            orders-backend:
              aws.apigatewayv2.integration.search:
                - api_id: a1b2c3d4e5
                - integration_uri: https://orders.example.com
    """
    parameters = {"name": name, "api_id": api_id, "resource_id": resource_id}
    state = states.State(hub, ctx, integration.INTEGRATION, kwargs, parameters)
    return await state.result(finding.search)


async def describe(hub, ctx) -> dict[str, dict[str, Any]]:
    """Describes all integrations of all APIs as ``present`` states.

    The ID of a state consists of the API's ID and the integration's: two APIs may have integrations of
    the same ID. A warning names each API that can't be read.

    Returns:
        Dict[str, Dict[str, Any]]

    Examples:
        .. code-block:: bash

            $ idem describe aws.apigatewayv2.integration
    """
    return await finding.describe(hub, ctx, integration.INTEGRATION)


def is_pending(hub, ret: dict[str, Any], state: str = None, **pending_kwargs) -> bool:
    """Tells Idem's reconciler whether to run a state again.

    Args:
        ret(Dict[str, Any]): The result of the state.
        state(str, Optional): The name of the state.
        pending_kwargs: The reconciler's counts of runs so far.

    Returns:
        bool
            True after a failure that may pass: throttling, a conflict with another writer, a lost
            connection, a route that another state of the run deletes; and while states that depend on
            this one are run again. False after an exception.
    """
    run_name = getattr(hub.idem, "RUN_NAME", None)
    return record.of(hub, run_name, integration.INTEGRATION).is_pending(ret)


def pre_process_desired_state(hub, chunk: dict[str, Any]) -> dict[str, Any]:
    """Prepares a state for the comparison with the ESM by which ``recreate_on_update`` decides.

    Args:
        chunk(Dict[str, Any]): A copy of the state, as Idem keeps it.

    Returns:
        Dict[str, Any]
    """
    return replacement.prepare(hub, integration.INTEGRATION, chunk)

"""Exec functions for integrations of AWS API Gateway v2."""

from typing import Any

import idem_apigwv2_integration.aws.account as account
import idem_apigwv2_integration.aws.apply as apply
import idem_apigwv2_integration.aws.checking as checking
import idem_apigwv2_integration.aws.errors as errors
import idem_apigwv2_integration.aws.listing as listing
import idem_apigwv2_integration.aws.retry as retry
import idem_apigwv2_integration.integration as integration
import idem_apigwv2_integration.resource.arguments as arguments
import idem_apigwv2_integration.resource.bindings as bindings
import idem_apigwv2_integration.resource.display as display
import idem_apigwv2_integration.resource.messages as messages
import idem_apigwv2_integration.resource.values as values

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
    problems = _identity_problems(name, api_id, resource_id) + arguments.check_names(
        integration.INTEGRATION, kwargs
    )
    if problems:
        return _refused(problems)
    try:
        payload = await account.of(hub, ctx).reader.one(
            integration.INTEGRATION, {"api_id": api_id}, resource_id, retry.Budget.of(ctx)
        )
    except errors.CallFailed as failure:
        return _failed(failure)
    notes = arguments.describe_read_only(integration.INTEGRATION, kwargs)
    if payload is None:
        empty = messages.empty("Get", name or resource_id)
        return _result(True, [empty, *notes], None)
    return _result(True, notes, _resource(payload, api_id, name))


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
    everything = "all" if arguments.is_empty(api_id) else api_id
    problems = arguments.check_identity(name, {"api_id": everything}, None) + arguments.check_names(
        integration.INTEGRATION, kwargs
    )
    if problems:
        return _refused(problems)
    empty, notes = (
        messages.empty("List", name or api_id or "all"),
        arguments.describe_read_only(integration.INTEGRATION, kwargs),
    )
    acct, budget = account.of(hub, ctx), retry.Budget.of(ctx)
    try:
        if api_id:
            payloads = await acct.reader.all(integration.INTEGRATION, {"api_id": api_id}, budget)
            found = [_resource(payload, api_id) for payload in payloads]
            return _result(True, ([] if found else [empty]) + notes, found)
        found, unreadable = await listing.everything(acct, integration.INTEGRATION, budget)
    except errors.CallFailed as failure:
        if isinstance(failure, errors.NotFound):
            return _result(True, [empty, str(failure), *notes], None)
        return _failed(failure)
    comment = [] if found or unreadable else [empty]
    return _result(not unreadable, comment + unreadable + notes, found)


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
    given, unknown = _split(parameters)
    problems = arguments.check_identity(name, {"api_id": api_id}, None) + arguments.check_nulls(given)
    acct, budget = account.of(hub, ctx), retry.Budget.of(ctx)
    try:
        report = await checking.check(
            acct, integration.INTEGRATION, api_id, given, budget, unknown=unknown
        )
        if problems + report.problems:
            return _refused(problems + report.problems)
        outcome = await apply.create(acct, api_id, name, report.plan, budget)
    except errors.CallFailed as failure:
        return _failed(failure)
    return _outcome(
        outcome,
        report.ignored + report.hints + arguments.describe_read_only(integration.INTEGRATION, unknown),
    )


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
    given, unknown = _split(parameters)
    wrong = _identity_problems(name, api_id, resource_id) + arguments.check_nulls(given)
    if wrong:
        return _refused(wrong)
    if live is not None and _identity(live) != (api_id, resource_id):
        return _refused(["live is not the integration that api_id and resource_id name: leave it out."])
    if live is None:
        read = await hub.exec.aws.apigatewayv2.integration.get(ctx, resource_id, api_id, name)
        if not read["result"] or read["ret"] is None:
            return _result(False, read["comment"], None)
        live = read["ret"]
    acct, budget = account.of(hub, ctx), retry.Budget.of(ctx)
    try:
        report = await checking.check(
            acct, integration.INTEGRATION, api_id, given, budget, live, unknown
        )
        if report.problems:
            return _refused(report.problems)
        outcome = await apply.update(acct, report.plan, budget)
        return _outcome(
            outcome,
            report.ignored
            + report.hints
            + arguments.describe_read_only(integration.INTEGRATION, unknown),
        )
    except errors.CallFailed as failure:
        return _failed(failure)


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
            routes still target it, the comment names their IDs.

    Examples:
        Call from the CLI:

        .. code-block:: bash

            $ idem exec aws.apigatewayv2.integration.delete api_id=a1b2c3d4e5 resource_id=f6g7h8i
    """
    problems = _identity_problems(name, api_id, resource_id) + arguments.check_names(
        integration.INTEGRATION, kwargs
    )
    if problems:
        return _refused(problems)
    try:
        comment = await apply.delete(
            account.of(hub, ctx),
            integration.INTEGRATION,
            api_id,
            name or resource_id,
            resource_id,
            retry.Budget.of(ctx),
        )
    except errors.CallFailed as failure:
        return _failed(failure)
    return _result(True, comment + arguments.describe_read_only(integration.INTEGRATION, kwargs), None)


def _split(parameters: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the fields among some arguments, and the names of the others."""
    known = integration.INTEGRATION.settable
    given = {name: bindings.fold(value) for name, value in parameters.items() if name in known}
    return given, [name for name in parameters if name not in known]


def _resource(payload: dict[str, Any], api_id: str, name: str | None = None) -> dict[str, Any]:
    return values.from_aws(integration.INTEGRATION, payload, {"api_id": api_id}, name)


def _identity_problems(name: Any, api_id: Any, resource_id: Any) -> list[str]:
    found = arguments.check_identity(name, {"api_id": api_id}, resource_id)
    if arguments.is_empty(resource_id):
        found.append("resource_id is missing: set it to the ID of the integration.")
    return found


def _identity(live: Any) -> tuple[Any, Any] | None:
    return (live.get("api_id"), live.get("resource_id")) if isinstance(live, dict) else None


def _result(result: bool, comment: list[str], ret: Any) -> dict[str, Any]:
    printable = [display.printable(sentence) for sentence in comment]
    return {"result": result, "comment": printable, "ret": ret}


def _refused(problems: list[str]) -> dict[str, Any]:
    return _result(False, problems, None)


def _failed(failure: errors.CallFailed) -> dict[str, Any]:
    return _refused([str(failure)])


def _outcome(outcome: apply.Outcome, hints: list[str]) -> dict[str, Any]:
    """Return the result of a write: a failure if the integration differs from the parameters."""
    return _result(not outcome.unmet, outcome.unmet + outcome.comment + hints, outcome.resource)

"""State functions for integrations of AWS API Gateway v2.

An integration connects a route of an HTTP or WebSocket API to its backend.
"""

from typing import Any

import idem_apigwv2_integration.gateway.account as account
import idem_apigwv2_integration.gateway.apply as apply
import idem_apigwv2_integration.gateway.checking as checking
import idem_apigwv2_integration.gateway.errors as errors
import idem_apigwv2_integration.gateway.reading as reading
import idem_apigwv2_integration.resource.check as check
import idem_apigwv2_integration.resource.comments as comments
import idem_apigwv2_integration.resource.convert as convert
import idem_apigwv2_integration.resource.fields as fields
import idem_apigwv2_integration.resource.messages as messages
import idem_apigwv2_integration.resource.plan as plan
import idem_apigwv2_integration.run.adoption as adoption
import idem_apigwv2_integration.run.deletion as deletion
import idem_apigwv2_integration.run.identity as identity
import idem_apigwv2_integration.run.recreation as recreation
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
    """Makes sure that an integration exists and is as described.

    A parameter that is left out stays as it is. ``""`` takes a string away, ``{}`` a map; a map that
    is given is the whole wanted map.

    Without a ``resource_id``, and if idem does not know one from an earlier run, an integration of the
    API that equals what is given in every parameter is adopted; only if there is none, one is made.

    Args:
        name(str): An Idem name of the resource.
        api_id(str): The id of the API that the integration belongs to. An integration can't move to
            another API.
        integration_type(str): How the backend is called. ``AWS_PROXY``: a Lambda function gets the
            whole request, or, with ``integration_subtype``, an AWS service performs an action.
            ``HTTP_PROXY``: an HTTP endpoint gets the request as it is. On WebSocket APIs also
            ``AWS`` and ``HTTP``, where mapping templates shape the request, and ``MOCK``, where API
            Gateway answers by itself.
        resource_id(str, Optional): The id of the integration, if it exists already.
        connection_id(str, Optional): The id of the VPC link through which a private backend is
            reached. Required if ``connection_type`` is ``VPC_LINK``.
        connection_type(str, Optional): ``INTERNET`` or ``VPC_LINK``. AWS fills in ``INTERNET``.
        content_handling_strategy(str, Optional): WebSocket APIs only. How the payload of a response
            is converted: ``CONVERT_TO_BINARY`` decodes Base64, ``CONVERT_TO_TEXT`` encodes it.
            Without it the payload is passed on as it is.
        credentials_arn(str, Optional): The ARN of the IAM role that API Gateway assumes to call the
            backend. Required with ``integration_subtype``. AWS documents ``arn:aws:iam::*:user/*`` for
            the caller's identity, but responds ``Invalid role ARN`` to it for ``AWS_PROXY``.
        description(str, Optional): A description, up to 1024 characters.
        integration_method(str, Optional): The HTTP method with which the backend is called, for
            example ``POST`` or ``ANY``. Required for ``HTTP`` and ``HTTP_PROXY``; for Lambda
            functions and other AWS URIs AWS fills in ``POST``.
        integration_subtype(str, Optional): HTTP APIs with ``AWS_PROXY`` only. The action of an AWS
            service to perform, for example ``SQS-SendMessage``.
        integration_uri(str, Optional): The backend: the invocation ARN of a Lambda function, the URL
            of an HTTP endpoint or, over a VPC link, the ARN of a load balancer's listener or of a
            Cloud Map service. ``MOCK`` and ``integration_subtype`` have none.
        passthrough_behavior(str, Optional): WebSocket APIs only. What happens to a request whose
            content type has no template: ``WHEN_NO_MATCH`` passes it on, ``NEVER`` rejects it,
            ``WHEN_NO_TEMPLATES`` passes it on only if there are no templates at all. AWS fills in
            ``WHEN_NO_MATCH``.
        payload_format_version(str, Optional): The format of what a Lambda function gets, ``"1.0"`` or
            ``"2.0"``. Required on HTTP APIs, ``"1.0"`` for everything but a Lambda function. On
            WebSocket APIs AWS fills in ``"1.0"``.
        request_parameters(Dict[str, str], Optional): How a request is changed on its way. On HTTP
            APIs the keys are ``append|overwrite|remove:header|querystring|path.NAME``; with
            ``integration_subtype`` they are the action's parameters. On WebSocket APIs the keys are
            ``integration.request.header|querystring|path.NAME``. A key that is live and not given
            goes.
        request_templates(Dict[str, str], Optional): WebSocket APIs only. Velocity templates for the
            payload of a request, by content type.
        response_parameters(Dict[str, Dict[str, str]], Optional): HTTP APIs only. How a response is
            changed on its way, by the status code that the backend answered, ``"200"`` to
            ``"599"``. The keys are ``append|overwrite|remove:header.NAME`` or
            ``overwrite:statuscode``. A status code that is live and not given goes.
        template_selection_expression(str, Optional): WebSocket APIs only. The expression that picks
            the template.
        timeout_in_millis(int, Optional): How long API Gateway waits for the backend, in
            milliseconds: 50 to 30000 on HTTP APIs, 50 to 29000 on WebSocket APIs. AWS fills in the
            greatest.
        tls_config(Dict[str, str], Optional): HTTP APIs with ``VPC_LINK`` only: the backend is called
            over HTTPS.

            * ServerNameToVerify (str, Optional): The host name that the backend's certificate must
              be valid for; it is also sent for SNI.

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
            ``new_state`` is the integration as AWS holds it. ``result`` is False if that differs from
            what was asked for.

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
    # The parameters above that are fields of the table, by their names.
    given = {
        key: convert.unescape_bindings(value)
        for key, value in locals().items()
        if key in fields.SETTABLE and value is not None
    }
    this = states.State(hub, ctx, name, kwargs, given)
    held = this.held
    try:
        problems = await _malformed(this, api_id, resource_id)
        if problems:
            return this.failed(held, held, problems)
        managed = await identity.resolve(this, api_id, resource_id)
        if managed.problems:
            return this.failed(held, held, managed.problems)
        if len(managed.current) > 1:
            return this.failed(held, held, [comments.ambiguous(name, managed.current)])
        if this.creates_replacement:
            # The ESM can record one deposed integration for each state.
            deposed = await deletion.of_deposed(this, managed)
            if deposed and not deposed["result"]:
                return deposed
        if managed.current:
            result = await _keep(this, api_id, managed.current[0], managed)
        else:
            result = await _create(this, api_id, managed)
        if result["result"] and not this.creates_replacement:
            result = await _clean_up(this, managed, result)
        return result
    except errors.Failure as failure:
        return this.from_failure(held, failure)


async def _malformed(this: states.State, api_id: Any, resource_id: Any) -> list[str]:
    """Return all that is wrong, if something is wrong whatever exists."""
    problems = check.identity_problems(this.name, api_id, resource_id)
    wrong = check.unknown_parameters(this.unknown) + check.malformed_sentences(this.given)
    if not problems and not wrong:
        return []
    if resource_id and not this.held:
        # Without knowing what exists, the whole can't be judged.
        return problems + wrong
    known = this.held if resource_id else None
    found, _ = await checking.refusals(this.account, api_id, this.given, known, this.unknown, this.held)
    return problems + found


async def _clean_up(
    this: states.State, managed: identity.Managed, result: dict[str, Any]
) -> dict[str, Any]:
    """Remove what earlier replacements left: a deposed integration, and ESM entries."""
    deposed = await deletion.of_deposed(this, managed)
    if deposed and not deposed["result"]:
        comment = [*deposed["comment"], *result["comment"]]
        failed = this.failed(result["old_state"], result["new_state"], comment)
        return failed | {"rerun_data": deposed["rerun_data"]}
    if not this.dry_run and this.identity:
        this.run.forget_created(this.identity)
    return result | {"comment": [*result["comment"], *(deposed["comment"] if deposed else [])]}


async def _keep(
    this: states.State, api_id: str, live: dict[str, Any], managed: identity.Managed
) -> dict[str, Any]:
    """Make a live integration what is declared."""
    if live["api_id"] != api_id:
        return this.failed(live, live, [messages.moved(live, api_id)])
    notes = [
        comments.stale_id(known.resource_id, known.api_id, live["resource_id"])
        for known in managed.gone
        if known.source is identity.Source.SLS
    ]
    drifted = plan.drift(this.held, live)
    notes += [comments.drifted(drifted)] if drifted else []
    settled = not plan.changes(plan.wanted(this.given, live, plan.protocol_of(live)), live)
    protocol = None
    # What AWS would drop makes no difference, but is not what is meant.
    if not settled or plan.drops(this.given):
        problems, protocol = await checking.refusals(
            this.account, api_id, this.given, live, held=this.held
        )
        if problems:
            return this.failed(live, live, problems)
    if settled:
        # For each entry that changes, Idem writes the whole ESM to disk.
        if this.run.records(this.tag, live):
            this.skip_esm()
        notes += check.ignored(this.given, live)
        return this.done(live, live, [comments.found(this.name, live["resource_id"]), *notes])
    notes += check.hints(this.given, protocol, live)
    wanted = plan.wanted(this.given, live, protocol)
    if this.dry_run:
        comment = [
            comments.updated(this.name, live["resource_id"], dry_run=True),
            comments.parameters(plan.changes(wanted, live), dry_run=True),
            *plan.open_questions(wanted, live),
        ]
        known = {key: live[key] for key in ("name", "resource_id", "api_id")}
        return this.done(
            live, known | plan.predicted(wanted, live, protocol, this.given), comment + notes
        )
    try:
        outcome = await apply.update(this.account, live, this.given, protocol)
    except errors.Failure as failure:
        return this.from_failure(live, failure, notes)
    return _compared(this, live, outcome, notes)


async def _create(this: states.State, api_id: str, managed: identity.Managed) -> dict[str, Any]:
    """Create what is declared, or adopt an unmanaged integration that equals it."""
    before = None if managed.gone else this.held
    problems, protocol = await checking.refusals(this.account, api_id, this.given, held=this.held)
    if problems:
        return this.failed(before, before, problems)
    # What only the SLS names, and is gone, may have been created under another ID since.
    adopts = not (
        managed.was_recorded
        or this.creates_replacement
        or this.option("get_resource_only_with_resource_id")
    )
    survey = adoption.Survey(None, [])
    if protocol in fields.PROTOCOLS:
        try:
            survey = await adoption.survey(this, api_id, protocol, adopts)
        except errors.Failure as failure:
            # Whoever may not list can still create, but must not adopt or duplicate unseen.
            if adopts or failure.kind is not errors.Kind.REFUSED:
                raise
    if survey.equal:
        found = survey.equal["resource_id"]
        comment = [comments.found(this.name, found), comments.adopted(found, this.dry_run)]
        return this.done(survey.equal, survey.equal, comment)
    notes = managed.notes(this.dry_run) + survey.notes + check.hints(this.given, protocol)
    if this.dry_run:
        new = {"name": this.name, "resource_id": plan.placeholder("resource_id"), "api_id": api_id}
        new |= plan.predicted(plan.wanted(this.given, None, protocol), None, protocol)
        return this.done(None, new, [comments.created(this.name, None), *notes])
    try:
        outcome = await apply.create(
            this.account, api_id, this.name, this.given, protocol, lambda: this.claimed(api_id)
        )
    except errors.Failure as failure:
        return this.from_failure(before, failure, notes)
    this.own(outcome.resource)
    return _compared(this, None, outcome, notes)


def _compared(
    this: states.State, old: dict[str, Any] | None, outcome: apply.Outcome, notes: list[str]
) -> dict[str, Any]:
    """Return the result of a write: a failure if AWS holds something else than what is declared."""
    if outcome.unmet:
        return this.failed(old, outcome.resource, [*outcome.unmet, *outcome.comment, *notes])
    return this.done(old, outcome.resource, [*outcome.comment, *notes])


async def absent(
    hub, ctx, name: str, api_id: str = None, resource_id: str = None, **kwargs
) -> dict[str, Any]:
    """Makes sure that an integration does not exist.

    Args:
        name(str): An Idem name of the resource.
        api_id(str): The id of the API that the integration belongs to.
        resource_id(str, Optional): The id of the integration. Where it is left out and idem does not
            know it from an earlier run, the integration counts as absent and nothing is looked up.

    Request Syntax:
        .. code-block:: sls

            [idem_test_aws_apigatewayv2_integration]:
              aws.apigatewayv2.integration.absent:
                - name: 'string'
                - api_id: 'string'
                - resource_id: 'string'

    Returns:
        Dict[str, Any]
            ``result`` is True only if the integration is gone. If routes still target it, the comment
            names their ids.

    Examples:
        .. code-block:: sls

            orders-backend:
              aws.apigatewayv2.integration.absent:
                - api_id: a1b2c3d4e5
                - resource_id: f6g7h8i
    """
    given = {key: value for key, value in kwargs.items() if key in fields.SETTABLE}
    this = states.State(hub, ctx, name, kwargs, given)
    held = this.held
    # With --invert, Idem passes on what was written for `present`.
    unknown = [key for key in this.unknown if key not in fields.SETTABLE]
    recorded = this.entries[0]["api_id"] if this.entries else None
    problems = check.absent_problems(name, api_id or recorded, resource_id, unknown)
    if problems:
        return this.failed(held, held, problems)
    try:
        managed = await identity.resolve(this, api_id, resource_id)
        result = await deletion.of_all(this, managed)
    except errors.Failure as failure:
        result = this.from_failure(held, failure)
    return this.or_deposed(result)


async def search(
    hub, ctx, name: str, api_id: str = None, resource_id: str = None, **kwargs
) -> dict[str, Any]:
    """Uses an integration that idem does not manage as a data source.

    Args:
        name(str): An Idem name of the resource.
        api_id(str): The id of the API that the integration belongs to.
        resource_id(str, Optional): The id of the integration. Without it exactly one integration of
            the API has to match the other parameters.
        kwargs: Any parameter of ``present``, for example ``integration_uri``, with the value to look
            for.

    Request Syntax:
        .. code-block:: sls

            [idem_test_aws_apigatewayv2_integration]:
              aws.apigatewayv2.integration.search:
                - api_id: 'string'
                - resource_id: 'string'

    Returns:
        Dict[str, Any]
            ``old_state`` and ``new_state`` are the integration. Nothing is recorded in the ESM.
            ``result`` is False if none or several match; the comment names the ids of the
            candidates.

    Examples:
        .. code-block:: sls

            orders-backend:
              aws.apigatewayv2.integration.search:
                - api_id: a1b2c3d4e5
                - integration_uri: https://orders.example.com
    """
    given = {key: value for key, value in kwargs.items() if key in fields.SETTABLE}
    this = states.State(hub, ctx, name, kwargs, given)
    this.skip_esm()
    unknown = [key for key in this.unknown if key not in fields.SETTABLE]
    problems = check.search_problems(name, api_id, resource_id, given, unknown)
    if problems:
        return this.failed(None, None, problems)
    if this.dry_run and plan.is_placeholder({api_id: resource_id or "", **given}):
        unread = {"name": name, "api_id": api_id, **given}
        unread["resource_id"] = resource_id or plan.placeholder("resource_id")
        return this.done(unread, unread, [messages.search_later(name)])
    try:
        if resource_id:
            payload = await this.reader.one(api_id, resource_id)
            payloads = [payload] if payload else []
        else:
            payloads = await this.reader.all(api_id)
    except errors.Failure as failure:
        if failure.kind is errors.Kind.NOT_FOUND:
            return this.failed(None, None, [messages.missing_api(api_id, this.account.location[0])])
        return this.from_failure(None, failure)
    candidates = [convert.from_aws(payload, api_id, name) for payload in payloads]
    matches = [candidate for candidate in candidates if plan.equal(given, candidate)]
    if len(matches) == 1:
        return this.done(matches[0], matches[0], [comments.found(name, matches[0]["resource_id"])])
    sentence = messages.no_single_match(api_id, resource_id, matches, candidates)
    return this.failed(None, None, [sentence])


async def describe(hub, ctx) -> dict[str, dict[str, Any]]:
    """Describes all integrations of all APIs in the way ``present`` takes them.

    Each is printed under its API's id and its own: an integration's id alone may occur twice. An API
    that can't be read is named in a warning.

    Returns:
        Dict[str, Dict[str, Any]]

    Examples:
        .. code-block:: bash

            $ idem describe aws.apigatewayv2.integration
    """
    try:
        found, unreadable = await reading.everything(account.of(hub, ctx).shared(reading.Reader))
    except errors.Failure as failure:
        found, unreadable = [], [f"The APIs can't be listed: {failure}"]
    if unreadable and not found:
        # Idem logs other exceptions, prints an empty account, and exits with 0. Where several resources
        # are described, it still has the others to print.
        if hub.OPT.idem.get("desc_glob") == check.RESOURCE_TYPE:
            raise SystemExit(" ".join(unreadable))
        raise ConnectionError(" ".join(unreadable))
    for sentence in unreadable:
        hub.log.warning(sentence)
    described = {}
    for resource in found:
        taken = convert.as_present(resource)
        # `idem refresh` uses the output as it is, without rendering it.
        if getattr(hub, "SUBPARSER", None) == "describe":
            taken = convert.as_template(taken)
        described[convert.described_name(resource)] = {
            f"{check.RESOURCE_TYPE}.present": [{name: value} for name, value in taken.items()]
        }
    return described


def is_pending(hub, ret: dict[str, Any], state: str = None, **pending_kwargs) -> bool:
    """Tells idem's reconciler whether running a state again may help.

    Args:
        ret(Dict[str, Any]): What the state returned.
        state(str, Optional): The name of the state.
        pending_kwargs: What the reconciler knows about the runs so far.

    Returns:
        bool
            True after a failure that may pass: throttling, a conflict with another writer, a lost
            connection, a route that another state of the run deletes.
    """
    return states.is_pending(ret)


def pre_process_desired_state(hub, chunk: dict[str, Any]) -> dict[str, Any]:
    """Prepares a state for the comparison with the ESM by which ``recreate_on_update`` decides.

    Args:
        chunk(Dict[str, Any]): A copy of the state, as Idem keeps it.

    Returns:
        Dict[str, Any]
    """
    esm = hub.idem.RUNS[hub.idem.RUN_NAME]["managed_state"]
    held = hub.idem.tools.get_enforced_state(chunk, esm) or {}
    resource_id = chunk.get("resource_id")
    if resource_id and held.get("resource_id") != resource_id:
        # Idem itself compares with this entry then.
        same = (entry for entry in esm.values() if entry.get("resource_id") == resource_id)
        held = next(same, {})
    return recreation.compared(chunk, held)

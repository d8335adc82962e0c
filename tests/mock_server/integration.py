"""The rules of an integration, as plain functions of plain dictionaries of AWS members."""

from __future__ import annotations

import re
from typing import Any

from . import model
from .behaviour import Behaviour
from .errors import bad_request

Members = dict[str, Any]

HTTP = "HTTP"
WEBSOCKET = "WEBSOCKET"

_WEBSOCKET_ONLY = (
    "ContentHandlingStrategy",
    "PassthroughBehavior",
    "RequestTemplates",
    "TemplateSelectionExpression",
)
_HTTP_ONLY = ("IntegrationSubtype", "ResponseParameters", "TlsConfig")

_DEFAULTS: dict[str, Members] = {
    HTTP: {"ConnectionType": "INTERNET", "TimeoutInMillis": 30000},
    WEBSOCKET: {
        "ConnectionType": "INTERNET",
        "TimeoutInMillis": 29000,
        "PayloadFormatVersion": "1.0",
        "PassthroughBehavior": "WHEN_NO_MATCH",
    },
}
_SHORTEST_TIMEOUT = 50
_LONGEST_TIMEOUT = {protocol: _DEFAULTS[protocol]["TimeoutInMillis"] for protocol in _DEFAULTS}

_RESPONSE_SELECTION = {
    "HTTP": "${integration.response.statuscode}",
    "MOCK": "${integration.response.statuscode}",
    "AWS": "${integration.response.body.errorMessage}",
}

_REQUIRED_PARAMETERS = {
    "EventBridge-PutEvents": ("Detail", "DetailType", "Source"),
    "SQS-SendMessage": ("QueueUrl", "MessageBody"),
    "SQS-ReceiveMessage": ("QueueUrl",),
    "SQS-DeleteMessage": ("ReceiptHandle", "QueueUrl"),
    "SQS-PurgeQueue": ("QueueUrl",),
    "AppConfig-GetConfiguration": ("Application", "Environment", "Configuration", "ClientId"),
    "Kinesis-PutRecord": ("StreamName", "Data", "PartitionKey"),
    "StepFunctions-StartExecution": ("StateMachineArn",),
    "StepFunctions-StartSyncExecution": ("StateMachineArn",),
    "StepFunctions-StopExecution": ("ExecutionArn",),
}

_REQUEST_KEY = {
    HTTP: re.compile(r"(append|overwrite|remove):((header|querystring)\..+|path(\..+)?)"),
    WEBSOCKET: re.compile(r"integration\.request\.(header|querystring|path)\..+"),
}
_RESPONSE_STATUS = re.compile(r"[2-5][0-9][0-9]")
_RESPONSE_KEY = re.compile(r"(append|overwrite|remove):header\..+|overwrite:statuscode")


def create(protocol: str, requested: Members, behaviour: Behaviour) -> Members:
    """Makes the integration that a CreateIntegration asks for.

    Args:
        protocol (str): The ProtocolType of the API.
        requested (Members): The members that were sent.
        behaviour (Behaviour): The switches.

    Returns:
        Members: What is stored.
    """
    return update(protocol, {}, requested, behaviour)


def update(protocol: str, current: Members, patch: Members, behaviour: Behaviour) -> Members:
    """Makes the integration that an UpdateIntegration leaves behind.

    Args:
        protocol (str): The ProtocolType of the API.
        current (Members): What is stored.
        patch (Members): The members that were sent.
        behaviour (Behaviour): The switches.

    Returns:
        Members: What is stored from now on.
    """
    _check_enums(patch)
    if protocol == HTTP:
        _check_service_patch(current, patch, behaviour)
    wanted = _merge(current, patch, behaviour)
    _drop_ignored(protocol, wanted)
    _check_type(protocol, wanted)
    _check_values(protocol, wanted)
    _check_parameters(protocol, wanted)
    return with_defaults(protocol, wanted)


def with_defaults(protocol: str, members: Members) -> Members:
    """Adds what AWS reads back for members that were left out.

    Args:
        protocol (str): The ProtocolType of the API.
        members (Members): The members of the integration.

    Returns:
        Members
    """
    complete = {**_DEFAULTS[protocol], **members}
    if members.get("IntegrationType") in ("AWS", "AWS_PROXY") and not is_service(members):
        complete.setdefault("IntegrationMethod", "POST")
    return complete


def response_selection(protocol: str, members: Members) -> str | None:
    """Gives the IntegrationResponseSelectionExpression, which nobody can set.

    Args:
        protocol (str): The ProtocolType of the API.
        members (Members): The members of the integration.

    Returns:
        str | None: None where AWS never reads it back.
    """
    if protocol == HTTP:
        return None
    return _RESPONSE_SELECTION.get(members.get("IntegrationType", ""))


def is_service(members: Members) -> bool:
    """Tells whether an integration calls an action of an AWS service by its subtype."""
    return bool(members.get("IntegrationSubtype"))


def _check_enums(patch: Members) -> None:
    for member, allowed in model.enums("CreateIntegration").items():
        value = patch.get(member)
        # The empty string takes a member away, so it passes here.
        if value and value not in allowed:
            raise bad_request(
                f"Invalid value '{value}' specified for {member}. Must be one of: [{', '.join(allowed)}]"
            )


def _check_service_patch(current: Members, patch: Members, behaviour: Behaviour) -> None:
    """Checks what a service integration needs in each request, whatever is stored already."""
    subtype = patch.get("IntegrationSubtype")
    if not subtype:
        if is_service(current):
            # AWS takes a patch without a subtype for one of a URI based integration.
            raise bad_request("Invalid integration URI specified")
        return
    if subtype not in _REQUIRED_PARAMETERS and subtype not in behaviour.extra_subtypes:
        raise bad_request(f"Invalid integration subtype specified: {subtype}")
    parameters = patch.get("RequestParameters", {})
    missing = [key for key in _REQUIRED_PARAMETERS.get(subtype, ()) if key not in parameters]
    if missing:
        raise bad_request(f"Missing required request parameters for {subtype}: [{', '.join(missing)}]")
    if "" in parameters.values():
        raise bad_request(
            "Invalid selection expression specified: Validation Result: warnings : [], errors : "
            "[Mapping expression missing source or destination]"
        )


def _merge(current: Members, patch: Members, behaviour: Behaviour) -> Members:
    """Lays a patch over an integration; "" takes a string away, maps have rules of their own."""
    wanted = {**current, **patch}
    if "RequestParameters" in patch:
        wanted["RequestParameters"] = _merge_request_parameters(current, patch, behaviour)
    if "RequestTemplates" in patch and behaviour.request_templates == "merge":
        kept = current.get("RequestTemplates", {})
        wanted["RequestTemplates"] = {**kept, **patch["RequestTemplates"]}
    if "ResponseParameters" in patch:
        wanted["ResponseParameters"] = _merge_response_parameters(
            current.get("ResponseParameters", {}),
            patch["ResponseParameters"],
            behaviour.response_destinations,
        )
    if "TlsConfig" in patch:
        wanted["TlsConfig"] = _without_empty(patch["TlsConfig"])
    return {name: value for name, value in wanted.items() if value not in ("", {})}


def _merge_request_parameters(current: Members, patch: Members, behaviour: Behaviour) -> dict[str, str]:
    sent: dict[str, str] = patch["RequestParameters"]
    merges = behaviour.service_parameters == "merge" and is_service(current)
    keep = merges or not is_service(patch)
    kept = current.get("RequestParameters", {}) if keep else {}
    return _without_empty({**kept, **sent})


def _merge_response_parameters(
    current: dict[str, dict[str, str]], sent: dict[str, dict[str, str]], rule: str
) -> dict[str, dict[str, str]]:
    merged = dict(current)
    for status, destinations in sent.items():
        kept = current.get(status, {}) if rule == "merge" and destinations else {}
        merged[status] = _without_empty({**kept, **destinations})
    return {status: destinations for status, destinations in merged.items() if destinations}


def _without_empty(mapping: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in mapping.items() if value != ""}


def _drop_ignored(protocol: str, wanted: Members) -> None:
    """Forgets the members that AWS accepts and never reads back."""
    ignored: list[str] = []
    if protocol == HTTP:
        ignored += _WEBSOCKET_ONLY
        if is_service(wanted):
            ignored += ("IntegrationMethod", "IntegrationUri")
        if wanted.get("ConnectionType") != "VPC_LINK":
            ignored.append("TlsConfig")
    for member in ignored:
        wanted.pop(member, None)


def _check_type(protocol: str, wanted: Members) -> None:
    """Checks the type of the integration and the members that it needs or forbids."""
    kind = wanted.get("IntegrationType")
    if kind is None:
        raise bad_request("IntegrationType is a required parameter for integration")
    if protocol == HTTP and kind not in ("AWS_PROXY", "HTTP_PROXY"):
        raise bad_request(
            "Currently, an API with a protocol type of HTTP may only be associated with proxy "
            "integrations (AWS_PROXY, HTTP_PROXY)"
        )
    if protocol == WEBSOCKET:
        for member in _HTTP_ONLY:
            if member in wanted:
                raise bad_request(f"{member} is not supported for WEBSOCKET APIs")
    if is_service(wanted):
        if kind != "AWS_PROXY":
            raise bad_request("IntegrationSubtype is only supported for AWS_PROXY integrations")
        if "CredentialsArn" not in wanted:
            raise bad_request("Credentials ARN is required for integrations with a subtype")
        return
    if kind == "MOCK":
        if "IntegrationUri" in wanted:
            raise bad_request("Integration URI is not supported for MOCK integrations")
        return
    if "IntegrationUri" not in wanted:
        raise bad_request(f"Integration URI is required for {kind} integrations")
    if kind in ("HTTP", "HTTP_PROXY") and "IntegrationMethod" not in wanted:
        raise bad_request(f"HTTP method is required for {kind} integrations")


def _check_values(protocol: str, wanted: Members) -> None:
    """Checks the connection, the timeout and the payload format version."""
    if wanted.get("ConnectionType") == "VPC_LINK" and "ConnectionId" not in wanted:
        raise bad_request("Connection ID is required when the connection type is VPC_LINK")

    longest = _LONGEST_TIMEOUT[protocol]
    if not _SHORTEST_TIMEOUT <= wanted.get("TimeoutInMillis", longest) <= longest:
        raise bad_request(f"Timeout should be between {_SHORTEST_TIMEOUT} ms and {longest} ms")

    version = wanted.get("PayloadFormatVersion")
    if version is None:
        if protocol == HTTP:
            raise bad_request("PayloadFormatVersion is a required parameter for integration")
        return
    is_lambda = wanted["IntegrationType"] == "AWS_PROXY" and not is_service(wanted)
    allowed = ("1.0", "2.0") if protocol == HTTP and is_lambda else ("1.0",)
    if version not in allowed:
        raise bad_request(
            f"Invalid PayloadFormatVersion '{version}' specified. Must be one of: [{', '.join(allowed)}]"
        )


def _check_parameters(protocol: str, wanted: Members) -> None:
    """Checks the keys of RequestParameters and ResponseParameters."""
    # The keys of a service integration are the parameters of its action.
    if not is_service(wanted):
        for key in wanted.get("RequestParameters", {}):
            if not _REQUEST_KEY[protocol].fullmatch(key):
                raise _invalid_mapping(f"Invalid mapping expression parameter specified: {key}")
    for status, destinations in wanted.get("ResponseParameters", {}).items():
        if not _RESPONSE_STATUS.fullmatch(status):
            raise _invalid_mapping(f"Invalid response status code specified: {status}")
        for key in destinations:
            if not _RESPONSE_KEY.fullmatch(key):
                raise _invalid_mapping(f"Invalid Response Actioned Parameter specified: {key}")


def _invalid_mapping(error: str) -> Exception:
    return bad_request(
        f"Invalid mapping expression specified: Validation Result: warnings : [], errors : [{error}]"
    )

"""What AWS refuses of an integration, in its words. Parameter mappings are in `mappings`.

"LocalStack" is LocalStack's AWS-validated tests, whose requests and responses are in
tests/data/validated.jsonl; a row number is one of tests/data/recorded.jsonl.
"""

from __future__ import annotations

import re
from typing import Any

from . import model
from .behaviour import Behaviour
from .errors import bad_request, unknown_text

Members = dict[str, Any]

HTTP = "HTTP"
WEBSOCKET = "WEBSOCKET"

WEBSOCKET_ONLY = (
    "ContentHandlingStrategy",
    "PassthroughBehavior",
    "RequestTemplates",
    "TemplateSelectionExpression",
)
_HTTP_ONLY = ("IntegrationSubtype", "ResponseParameters", "TlsConfig")

# Limits: API reference. badmintoncryer/cdk-preflight: 30001 and 29001 are refused.
_SHORTEST_TIMEOUT = 50
LONGEST_TIMEOUT = {HTTP: 30000, WEBSOCKET: 29000}

# Required and optional parameters: developer guide, integration subtype reference. Every action takes
# Region as well.
_ACTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "EventBridge-PutEvents": (
        ("Detail", "DetailType", "Source"),
        ("Time", "EventBusName", "Resources", "TraceHeader"),
    ),
    "SQS-SendMessage": (
        ("QueueUrl", "MessageBody"),
        ("DelaySeconds", "MessageAttributes", "MessageDeduplicationId", "MessageGroupId",
         "MessageSystemAttributes"),
    ),
    "SQS-ReceiveMessage": (
        ("QueueUrl",),
        ("AttributeNames", "MaxNumberOfMessages", "MessageAttributeNames", "ReceiveRequestAttemptId",
         "VisibilityTimeout", "WaitTimeSeconds"),
    ),
    "SQS-DeleteMessage": (("ReceiptHandle", "QueueUrl"), ()),
    "SQS-PurgeQueue": (("QueueUrl",), ()),
    "AppConfig-GetConfiguration": (
        ("Application", "Environment", "Configuration", "ClientId"),
        ("ClientConfigurationVersion",),
    ),
    "Kinesis-PutRecord": (
        ("StreamName", "Data", "PartitionKey"),
        ("SequenceNumberForOrdering", "ExplicitHashKey"),
    ),
    "StepFunctions-StartExecution": (("StateMachineArn",), ("Name", "Input")),
    "StepFunctions-StartSyncExecution": (("StateMachineArn",), ("Name", "Input")),
    "StepFunctions-StopExecution": (("ExecutionArn",), ("Cause", "Error")),
}  # fmt: skip

_ROLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:(role|user)/.+")
_WILDCARD_ROLE = re.compile(r"arn:aws[\w-]*:iam::\*:user/\*")
_LISTENER = re.compile(r"arn:aws[\w-]*:elasticloadbalancing:[\w-]+:\d{12}:listener/.+")
_CLOUD_MAP = re.compile(r"arn:aws[\w-]*:servicediscovery:[\w-]+:\d{12}:service/.+")


def is_service(members: Members) -> bool:
    """Tells whether an integration calls an action of an AWS service by its subtype."""
    return bool(members.get("IntegrationSubtype"))


def check_patch(protocol: str, current: Members, patch: Members, behaviour: Behaviour) -> None:
    """Checks what a request holds by itself.

    Args:
        protocol (str): The ProtocolType of the API.
        current (Members): What is stored; nothing on create.
        patch (Members): The members that were sent.
        behaviour (Behaviour): The switches.
    """
    for member, allowed in model.enums("CreateIntegration").items():
        value = patch.get(member)
        # The empty string removes a member, so it passes here.
        if value and value not in allowed:
            listed = ", ".join(allowed)
            raise bad_request(unknown_text("enum", value=value, member=member, allowed=listed))
    if patch.get("ContentHandlingStrategy") == "" and behaviour.empty_content_handling == "refused":
        listed = ", ".join(model.enums("CreateIntegration")["ContentHandlingStrategy"])
        text = unknown_text("enum", value="", member="ContentHandlingStrategy", allowed=listed)
        raise bad_request(text)
    empty = [
        key
        for inner in patch.get("ResponseParameters", {}).values()
        for key, value in inner.items()
        if value == ""
    ]
    if empty and behaviour.empty_destination == "refused":
        raise bad_request(f"Invalid mapping expression specified: {empty[0]}")
    if protocol == HTTP:
        if "RequestTemplates" in patch and behaviour.websocket_members == "refused":
            raise bad_request(unknown_text("websocket_member", member="RequestTemplates"))
        _check_service_patch(current, patch, behaviour)


def _check_service_patch(current: Members, patch: Members, behaviour: Behaviour) -> None:
    """Checks what a service integration needs in each request, whatever is stored already."""
    subtype = patch.get("IntegrationSubtype")
    if not subtype:
        if is_service(current):
            # Row 131: AWS reads a patch without a subtype as a patch of an integration with a URI.
            raise bad_request("Invalid integration URI specified")
        return
    kind = patch.get("IntegrationType", current.get("IntegrationType"))
    if kind != "AWS_PROXY":
        # LocalStack: AWS has one text for a create and one for an update.
        if current:
            raise bad_request("Subtype can only be specified for Integrations of type AWS_PROXY")
        raise bad_request("Subtype can only be specified with AWS_PROXY Integrations.")
    version = patch.get("PayloadFormatVersion", current.get("PayloadFormatVersion"))
    known = subtype in _ACTIONS or subtype in behaviour.extra_subtypes
    # LocalStack; badmintoncryer/cdk-preflight: the same words for version 2.0.
    if not known or version not in (None, "1.0"):
        raise bad_request(f"Operation: {subtype} is not supported.")
    if subtype in _ACTIONS:
        _check_action(subtype, patch.get("RequestParameters", {}))


def _check_action(subtype: str, parameters: dict[str, str]) -> None:
    """Checks the parameters of an action (LocalStack)."""
    required, optional = _ACTIONS[subtype]
    for key in sorted(parameters):
        if key not in (*required, *optional, "Region"):
            raise bad_request(f"Parameter: {key} does not fit schema for Operation: {subtype}.")
    if any(key not in parameters for key in required):
        raise bad_request(
            f"Operation: {subtype} requires enabling passthrough, or defining all of the following "
            f"parameters in the parameter mapping: [{', '.join(required)}]"
        )
    if "" in parameters.values():
        # Also terraform-provider-aws issue 50061.
        raise bad_request(
            "Invalid selection expression specified: Validation Result: warnings : [], errors : "
            "[Mapping expression missing source or destination]"
        )


def check_whole(protocol: str, wanted: Members, exists: bool, behaviour: Behaviour) -> None:
    """Checks the integration that a request would leave behind.

    Args:
        protocol (str): The ProtocolType of the API.
        wanted (Members): Its members.
        exists (bool): Whether it exists already.
        behaviour (Behaviour): The switches.
    """
    _check_type(protocol, wanted)
    _check_credentials(wanted, behaviour)
    _check_connection(protocol, wanted)
    _check_target(wanted)
    longest = LONGEST_TIMEOUT[protocol]
    if not _SHORTEST_TIMEOUT <= wanted.get("TimeoutInMillis", longest) <= longest:
        raise bad_request(unknown_text("timeout", longest=longest))
    _check_version(protocol, wanted)


def _check_type(protocol: str, wanted: Members) -> None:
    kind = wanted.get("IntegrationType")
    if kind is None:
        # botocore does not send such a request: its model requires the member.
        raise bad_request("IntegrationType is a required parameter for integration")
    if protocol == HTTP and kind not in ("AWS_PROXY", "HTTP_PROXY"):
        # Row 154, which shows as well that the type is checked before the payload version.
        raise bad_request(
            "Currently, an API with a protocol type of HTTP may only be associated with proxy "
            "integrations (AWS_PROXY, HTTP_PROXY)"
        )
    if protocol == WEBSOCKET:
        for member in _HTTP_ONLY:
            if member in wanted:
                raise bad_request(unknown_text("websocket_member", member=member))


def _check_credentials(wanted: Members, behaviour: Behaviour) -> None:
    role = wanted.get("CredentialsArn")
    if role is None:
        if is_service(wanted):
            raise bad_request(  # LocalStack
                "Role ARN must be specified for AWS integration configuration with Subtype: "
                f"{wanted['IntegrationSubtype']}"
            )
        return
    wildcard = wanted["IntegrationType"] not in ("AWS", "AWS_PROXY") and _WILDCARD_ROLE.fullmatch(role)
    if not _ROLE.fullmatch(role) and not (wildcard and behaviour.wildcard_role == "taken"):
        # Rows 13, 14, 19, 21, 37, 38, 43 and 45; terraform-provider-aws PR 13062: an assumed role.
        raise bad_request("Invalid role ARN")


def _check_connection(protocol: str, wanted: Members) -> None:
    """Checks a private integration; on a WebSocket API it has a URL (terraform, vpcLinkWebSocket)."""
    if wanted.get("ConnectionType") != "VPC_LINK":
        return
    uri = wanted.get("IntegrationUri", "")
    # What AWS does for AWS_PROXY is not known.
    private = protocol == HTTP and wanted["IntegrationType"] == "HTTP_PROXY"
    if private and not (_LISTENER.fullmatch(uri) or _CLOUD_MAP.fullmatch(uri)):
        # Rows 155 and 156; badmintoncryer/cdk-preflight: a URL.
        raise bad_request(
            "For VpcLink VPC_LINK, integration uri should be a valid ELB listener ARN or a valid "
            "Cloud Map service ARN."
        )
    if "ConnectionId" not in wanted:
        # LocalStack.
        raise bad_request("ConnectionId must be set to vpcLinkId for ConnectionType VPC_LINK")


def _check_target(wanted: Members) -> None:
    """Checks the URI and the method that the type needs or forbids."""
    kind, uri = wanted["IntegrationType"], wanted.get("IntegrationUri")
    if is_service(wanted):
        return
    if kind == "MOCK":
        if uri is not None:
            # terraform-provider-aws, aws_apigatewayv2_integration.
            raise bad_request("Integration URI is not supported for MOCK integrations")
        return
    if kind in ("HTTP", "HTTP_PROXY"):
        if uri is None:
            raise bad_request(unknown_text("missing_uri", kind=kind))
        if uri.startswith("arn:") and wanted.get("ConnectionType") != "VPC_LINK":
            # LocalStack.
            raise bad_request("Invalid HTTP endpoint specified for URI")
        if "IntegrationMethod" not in wanted:
            raise bad_request(unknown_text("missing_method", kind=kind))
        return
    if uri is None:
        # Row 131 has these words for a service integration that AWS reads as one of a URI.
        raise bad_request("Invalid integration URI specified")
    if kind == "AWS_PROXY" and wanted.get("IntegrationMethod", "POST") != "POST":
        # terraform-provider-aws issue 42391.
        raise bad_request("HttpMethod must be POST for AWS_PROXY IntegrationType")


def _check_version(protocol: str, wanted: Members) -> None:
    kind, version = wanted["IntegrationType"], wanted.get("PayloadFormatVersion")
    if version is None:
        if protocol == HTTP:
            # LocalStack.
            raise bad_request("PayloadFormatVersion is a required parameter for integration")
        return
    if protocol == WEBSOCKET and version != "1.0":
        # badmintoncryer/cdk-preflight, from real deployments.
        raise bad_request(f"Unsupported PayloadFormatVersion: {version}")
    if kind == "HTTP_PROXY" and version != "1.0":
        # LocalStack.
        raise bad_request(
            f"PayloadFormatVersion {version} is not supported for integration of type HTTP_PROXY"
        )
    if version not in ("1.0", "2.0"):
        raise bad_request(unknown_text("version", version=version))

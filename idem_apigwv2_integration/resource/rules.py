"""What AWS allows in an integration, as data: each rule once, with its source.

Only what AWS is known to refuse, or to accept and drop, is a rule. Everything else, such as a
service action that is newer than this plugin, is AWS's to judge.
"""

import dataclasses
import enum
from collections.abc import Mapping

from idem_apigwv2_integration.resource import fields


class Is(enum.Enum):
    """A condition on a field that does not name a value."""

    PRESENT = "is given"
    ABSENT = "is not given"


@dataclasses.dataclass(frozen=True)
class Not:
    """The condition that a field has none of some values."""

    values: tuple[str, ...]


Condition = Is | Not | tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Required:
    """The field must have a value; ``advice`` says which."""

    advice: str


@dataclasses.dataclass(frozen=True)
class Forbidden:
    """The field must have no value; ``reason`` says what AWS would do."""

    reason: str


@dataclasses.dataclass(frozen=True)
class OneOf:
    """The field must have one of some values."""

    values: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Between:
    """The number must lie between two limits, both included."""

    least: int
    greatest: int


@dataclasses.dataclass(frozen=True)
class Keys:
    """The keys of the map, or of the maps in it, must match a pattern; ``form`` shows it."""

    pattern: str
    form: str


@dataclasses.dataclass(frozen=True)
class StatusCodes:
    """The keys of the map must be HTTP status codes between two limits, both included."""

    least: int
    greatest: int


@dataclasses.dataclass(frozen=True)
class Rule:
    """What must hold for a field under some conditions.

    Args:
        parameter: The idem name of the field.
        demand: What must hold.
        source: Where the claim comes from.
        protocols: The API protocols on which it holds.
        when: Conditions on other fields, by idem name; all of them must be met.
    """

    parameter: str
    demand: Required | Forbidden | OneOf | Between | Keys | StatusCodes
    source: str
    protocols: tuple[str, ...] = fields.PROTOCOLS
    when: Mapping[str, Condition] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Action:
    """The request parameters of a service action, the value of ``integration_subtype``."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


_STEP_FUNCTIONS_START = Action(("StateMachineArn",), ("Name", "Input"))

# Source: fields.SUBTYPE_REFERENCE. Every action takes Region as well.
ACTIONS = {
    "EventBridge-PutEvents": Action(
        ("Detail", "DetailType", "Source"),
        ("Time", "EventBusName", "Resources", "TraceHeader"),
    ),
    "SQS-SendMessage": Action(
        ("QueueUrl", "MessageBody"),
        (
            "DelaySeconds",
            "MessageAttributes",
            "MessageDeduplicationId",
            "MessageGroupId",
            "MessageSystemAttributes",
        ),
    ),
    "SQS-ReceiveMessage": Action(
        ("QueueUrl",),
        (
            "AttributeNames",
            "MaxNumberOfMessages",
            "MessageAttributeNames",
            "ReceiveRequestAttemptId",
            "VisibilityTimeout",
            "WaitTimeSeconds",
        ),
    ),
    "SQS-DeleteMessage": Action(("ReceiptHandle", "QueueUrl")),
    "SQS-PurgeQueue": Action(("QueueUrl",)),
    "AppConfig-GetConfiguration": Action(
        ("Application", "Environment", "Configuration", "ClientId"),
        ("ClientConfigurationVersion",),
    ),
    "Kinesis-PutRecord": Action(
        ("StreamName", "Data", "PartitionKey"),
        ("SequenceNumberForOrdering", "ExplicitHashKey"),
    ),
    "StepFunctions-StartExecution": _STEP_FUNCTIONS_START,
    "StepFunctions-StartSyncExecution": _STEP_FUNCTIONS_START,
    "StepFunctions-StopExecution": Action(("ExecutionArn",), ("Cause", "Error")),
}

_SERVICE = {"integration_subtype": Is.PRESENT}
_BY_URI = {"integration_subtype": Is.ABSENT}
_ONLY_HTTP = (fields.HTTP,)
_ONLY_WEBSOCKET = (fields.WEBSOCKET,)
_NAMED = r"\.\S+"

RULES = (
    Rule(
        "integration_type",
        Required("say which of {values} it is"),
        fields.API_REFERENCE,
    ),
    Rule(
        "integration_type",
        OneOf(("AWS_PROXY", "HTTP_PROXY")),
        fields.API_REFERENCE,
        protocols=_ONLY_HTTP,
    ),
    Rule(
        "integration_subtype",
        Forbidden("only an AWS_PROXY integration has a subtype"),
        fields.API_REFERENCE,
        when={"integration_type": Not(("AWS_PROXY",))},
    ),
    Rule(
        "integration_uri",
        Required("give the URL of the HTTP endpoint"),
        fields.TERRAFORM,
        when={"integration_type": ("HTTP", "HTTP_PROXY")},
    ),
    Rule(
        "integration_uri",
        Required("give the URI of the Lambda function or the AWS service, or an integration_subtype"),
        fields.TERRAFORM,
        when={"integration_type": ("AWS", "AWS_PROXY"), **_BY_URI},
    ),
    Rule(
        "integration_uri",
        Forbidden("a MOCK integration takes no URI"),
        fields.TERRAFORM,
        when={"integration_type": ("MOCK",)},
    ),
    Rule(
        "integration_uri",
        Forbidden("an integration with an integration_subtype has no URI"),
        fields.TERRAFORM,
        when=_SERVICE,
    ),
    Rule(
        "integration_method",
        Required("give the HTTP method with which the endpoint is called, for example ANY"),
        fields.TERRAFORM,
        when={"integration_type": ("HTTP", "HTTP_PROXY")},
    ),
    Rule(
        "integration_method",
        Forbidden("an integration with an integration_subtype has no method"),
        fields.TERRAFORM,
        when=_SERVICE,
    ),
    Rule(
        "credentials_arn",
        Required("give the ARN of the role with which API Gateway invokes the action"),
        fields.SUBTYPE_REFERENCE,
        when=_SERVICE,
    ),
    Rule(
        "connection_id",
        Required("give the id of the VPC link"),
        fields.TERRAFORM,
        when={"connection_type": ("VPC_LINK",)},
    ),
    Rule(
        "tls_config",
        Forbidden("AWS drops it from an integration whose connection_type is not VPC_LINK"),
        fields.PROBED_TLS,
        when={"connection_type": Not(("VPC_LINK",))},
    ),
    Rule(
        "payload_format_version",
        Required('an HTTP API needs one: "1.0", or "2.0" for a Lambda function'),
        fields.API_REFERENCE,
        protocols=_ONLY_HTTP,
    ),
    Rule(
        "payload_format_version",
        OneOf(("1.0", "2.0")),
        fields.API_REFERENCE,
        protocols=_ONLY_HTTP,
        when={"integration_type": ("AWS_PROXY",), **_BY_URI},
    ),
    Rule(
        "payload_format_version",
        OneOf(("1.0",)),
        fields.API_REFERENCE,
        protocols=_ONLY_HTTP,
        when=_SERVICE,
    ),
    Rule(
        "payload_format_version",
        OneOf(("1.0",)),
        fields.API_REFERENCE,
        protocols=_ONLY_HTTP,
        when={"integration_type": Not(("AWS_PROXY",))},
    ),
    Rule(
        "payload_format_version",
        OneOf(("1.0",)),
        fields.API_REFERENCE,
        protocols=_ONLY_WEBSOCKET,
    ),
    Rule(
        "timeout_in_millis",
        Between(50, 30_000),
        fields.API_REFERENCE,
        protocols=_ONLY_HTTP,
    ),
    Rule(
        "timeout_in_millis",
        Between(50, 29_000),
        fields.API_REFERENCE,
        protocols=_ONLY_WEBSOCKET,
    ),
    Rule(
        "request_parameters",
        Keys(
            rf"(append|overwrite|remove):((header|querystring){_NAMED}|path({_NAMED})?)",
            "append|overwrite|remove:header|querystring|path.NAME",
        ),
        fields.MAPPING_GUIDE,
        protocols=_ONLY_HTTP,
        when=_BY_URI,
    ),
    Rule(
        "request_parameters",
        Keys(
            rf"integration\.request\.(header|querystring|path){_NAMED}",
            "integration.request.header|querystring|path.NAME",
        ),
        fields.API_REFERENCE,
        protocols=_ONLY_WEBSOCKET,
    ),
    Rule(
        "response_parameters",
        StatusCodes(200, 599),
        fields.API_REFERENCE,
        protocols=_ONLY_HTTP,
    ),
    Rule(
        "response_parameters",
        Keys(
            rf"(append|overwrite|remove):header{_NAMED}|overwrite:statuscode",
            "append|overwrite|remove:header.NAME or overwrite:statuscode",
        ),
        fields.MAPPING_GUIDE,
        protocols=_ONLY_HTTP,
    ),
)

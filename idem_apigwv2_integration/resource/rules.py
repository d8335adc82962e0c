"""What AWS allows in an integration, as data: each rule once, with its source.

Only what AWS is known to refuse is refused. What it is known to ignore is not sent, and what it may
refuse, such as a service action that is newer than this plugin, is only pointed out. The order of the
rules is the order in which they are judged: see `Rule`.
"""

from idem_apigwv2_integration.resource import backends, fields, mappings
from idem_apigwv2_integration.resource.actions import ACTIONS
from idem_apigwv2_integration.resource.demands import (
    BY_URI,
    ONLY_HTTP,
    ONLY_WEBSOCKET,
    PROXY,
    SERVICE,
    ActionParameters,
    Between,
    Forbidden,
    Ignored,
    Known,
    KnownParameters,
    NoneOf,
    Not,
    OneOf,
    Required,
    Rule,
    Supported,
    Unchangeable,
)

_TYPES = (
    Rule(
        "integration_type",
        Required("give one of {values}"),
        fields.API_REFERENCE,
    ),
    Rule(
        "integration_type",
        NoneOf(("MOCK",), f"an HTTP API has no mock integrations; {backends.CORS}"),
        fields.PROXY_ONLY,
        protocols=ONLY_HTTP,
        decisive=True,
        misplaced=True,
    ),
    Rule(
        "integration_type",
        OneOf(
            ("AWS_PROXY", "HTTP_PROXY"),
            "on an HTTP API",
            {
                "AWS": "for a Lambda function, or with an integration_subtype, it is AWS_PROXY",
                "HTTP": "for an HTTP endpoint it is HTTP_PROXY",
            },
        ),
        fields.PROXY_ONLY,
        protocols=ONLY_HTTP,
        misplaced=True,
    ),
)

_INSTEAD = {
    "integration_subtype": (
        "to call an AWS service from a WebSocket API, use integration_type AWS with an integration_uri "
        "such as arn:aws:apigateway:REGION:sqs:path/ACCOUNT/QUEUE"
    )
}

_IGNORED = (
    Rule(
        "passthrough_behavior",
        Ignored("AWS ignores it on an HTTP API"),
        fields.TERRAFORM,
        protocols=ONLY_HTTP,
        after=("integration_type",),
    ),
    Rule(
        "tls_config",
        Ignored("AWS ignores it unless connection_type is VPC_LINK, and verifies no name"),
        fields.PROBED_TLS,
        when={"connection_type": Not(("VPC_LINK",))},
    ),
    Rule(
        "integration_method",
        Ignored("a service integration has no method"),
        fields.TERRAFORM,
        when=SERVICE,
    ),
)


def _supported() -> tuple[Rule, ...]:
    """Return a rule for each field and each protocol that does not support it."""
    return tuple(
        Rule(
            name,
            Supported(_INSTEAD.get(name, "")),
            field.source,
            protocols=(protocol,),
            after=("integration_type",),
            misplaced=True,
        )
        for name, field in fields.SETTABLE.items()
        for protocol in fields.PROTOCOLS
        if protocol not in field.protocols
        and not any(rule.parameter == name and rule.protocols == (protocol,) for rule in _IGNORED)
    )


_SUBTYPES = (
    Rule(
        "integration_subtype",
        Unchangeable(
            "integration_uri", ("integration_subtype", "request_parameters", "credentials_arn")
        ),
        fields.PROBED_SUBTYPE,
    ),
    Rule(
        "integration_subtype",
        Forbidden("it requires integration_type AWS_PROXY", "change the type"),
        fields.LOCALSTACK,
        when={"integration_type": Not(("AWS_PROXY",))},
    ),
    Rule(
        "integration_subtype",
        Known(tuple(ACTIONS), "a service action", near=False),
        fields.SUBTYPE_REFERENCE,
        hint=True,
    ),
    Rule(
        "credentials_arn",
        Required("give the ARN of the IAM role with which API Gateway calls the service"),
        fields.LOCALSTACK,
        when=SERVICE,
    ),
    Rule(
        "request_parameters",
        ActionParameters(),
        fields.SUBTYPE_REFERENCE,
        when={"integration_subtype": tuple(ACTIONS)},
    ),
    Rule(
        "request_parameters",
        KnownParameters(),
        fields.SUBTYPE_REFERENCE,
        when={"integration_subtype": tuple(ACTIONS)},
        hint=True,
    ),
)

_FORMATS = (
    Rule(
        "payload_format_version",
        Required('an HTTP API requires "1.0", or "2.0" for a Lambda function'),
        fields.LOCALSTACK,
        protocols=ONLY_HTTP,
    ),
    Rule(
        "payload_format_version",
        OneOf(("1.0", "2.0"), "on an HTTP API"),
        fields.DEPLOYED,
        protocols=ONLY_HTTP,
        when={**PROXY, **BY_URI},
    ),
    Rule(
        "payload_format_version",
        OneOf(("1.0",), "with an integration_subtype"),
        fields.DEPLOYED,
        protocols=ONLY_HTTP,
        when=SERVICE,
    ),
    Rule(
        "payload_format_version",
        OneOf(("1.0",), "on an HTTP API, except for a Lambda function"),
        fields.LOCALSTACK,
        protocols=ONLY_HTTP,
        when={"integration_type": Not(("AWS_PROXY",)), **BY_URI},
    ),
    Rule(
        "payload_format_version",
        OneOf(("1.0",), "on a WebSocket API"),
        fields.LOCALSTACK,
        protocols=ONLY_WEBSOCKET,
    ),
    Rule(
        "timeout_in_millis",
        Between(50, 30_000),
        fields.DEPLOYED,
        protocols=ONLY_HTTP,
    ),
    Rule(
        "timeout_in_millis",
        Between(50, 29_000),
        fields.DEPLOYED,
        protocols=ONLY_WEBSOCKET,
    ),
)

RULES = (
    *_TYPES,
    *_supported(),
    *_SUBTYPES,
    *backends.RULES,
    *_FORMATS,
    *mappings.RULES,
    *_IGNORED,
)

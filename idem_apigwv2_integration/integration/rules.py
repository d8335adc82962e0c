"""What AWS allows in an integration, as data: each rule once, with its source.

Only what AWS is known to refuse is refused. What it may refuse, such as a service action that is newer
than this plugin, is only pointed out. The order of the rules is the order in which they are checked: see
`rule.Rule`.
"""

from idem_apigwv2_integration.integration import mappings
from idem_apigwv2_integration.integration.actions import ACTIONS, ActionParameters, KnownParameters
from idem_apigwv2_integration.integration.fields import (
    API_REFERENCE,
    BY_SUBTYPE,
    BY_URI,
    CORS_GUIDE,
    DEPLOYED,
    FIELDS,
    LOCALSTACK,
    PROXY_ONLY,
    RECORDED_ROLE,
    SUBTYPE_REFERENCE,
    TERRAFORM,
    TERRAFORM_METHOD,
    TYPES,
)
from idem_apigwv2_integration.resource import rule
from idem_apigwv2_integration.resource.rule import (
    Between,
    Forbidden,
    Known,
    Matches,
    NoneOf,
    OneOf,
    Required,
    Rule,
)
from idem_apigwv2_integration.resource.type import ONLY_HTTP, ONLY_WEBSOCKET, Condition, Not

PROXY: dict[str, Condition] = {"integration_type": ("AWS_PROXY",)}
_LAMBDA = PROXY | BY_URI
_ENDPOINT: dict[str, Condition] = {"integration_type": ("HTTP", "HTTP_PROXY"), **BY_URI}
_PUBLIC_ENDPOINT = _ENDPOINT | {"connection_type": Not(("VPC_LINK",))}
_AFTER_TYPE = ("integration_type",)

CORS = "to answer CORS preflight requests (OPTIONS), set cors_configuration on the API instead"
_METHODS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
# What only a stage knows can't be judged (API Gateway developer guide, stage variables reference).
_STAGE_VARIABLE = r".*\$\{stageVariables\..*"
_VPC_LINK = {"integration_type": ("HTTP_PROXY",), "connection_type": ("VPC_LINK",), **BY_URI}
_NOT_THE_CALLER = r"(?!arn:[^:]+:iam::\*:user/).*"
_ROLE = rf"arn:[^:]+:iam::\d+:(role|user)/\S+|{_STAGE_VARIABLE}"

_TYPE_RULES = (
    Rule("integration_type", Required(f"give one of {', '.join(TYPES)}"), API_REFERENCE),
    Rule(
        "integration_type",
        NoneOf(("MOCK",), f"an HTTP API has no mock integrations; {CORS}"),
        PROXY_ONLY,
        protocols=ONLY_HTTP,
        decisive=True,
        wrong_protocol=True,
    ),
    Rule(
        "integration_type",
        OneOf(
            ("AWS_PROXY", "HTTP_PROXY"),
            "on an HTTP API",
            {
                "AWS": "for a Lambda function, or with an integration_subtype, it is AWS_PROXY",
                "HTTP": "for an HTTP endpoint it is HTTP_PROXY",
                "LAMBDA": "for a Lambda function it is AWS_PROXY",
            },
        ),
        PROXY_ONLY,
        protocols=ONLY_HTTP,
        wrong_protocol=True,
    ),
)

_SUBTYPES = (
    Rule(
        "integration_subtype",
        Forbidden("it requires integration_type AWS_PROXY", "change the type"),
        LOCALSTACK,
        when={"integration_type": Not(("AWS_PROXY",))},
    ),
    Rule(
        "integration_subtype",
        Known(tuple(ACTIONS), "a service action", similar=False),
        SUBTYPE_REFERENCE,
        hint=True,
    ),
    Rule(
        "credentials_arn",
        Required("give the ARN of the IAM role with which API Gateway calls the service"),
        LOCALSTACK,
        when=BY_SUBTYPE,
    ),
    Rule(
        "request_parameters",
        ActionParameters(),
        SUBTYPE_REFERENCE,
        when={"integration_subtype": tuple(ACTIONS)},
    ),
    Rule(
        "request_parameters",
        KnownParameters(),
        SUBTYPE_REFERENCE,
        when={"integration_subtype": tuple(ACTIONS)},
        hint=True,
    ),
)

_BACKENDS = (
    Rule(
        "integration_uri",
        Required("give the URL of the HTTP endpoint"),
        TERRAFORM,
        when=_ENDPOINT,
    ),
    Rule(
        "integration_uri",
        Required("give the ARN of the Lambda function or the URI of the AWS service's action"),
        TERRAFORM,
        protocols=ONLY_WEBSOCKET,
        when={"integration_type": ("AWS", "AWS_PROXY"), **BY_URI},
    ),
    Rule(
        "integration_uri",
        Required("give the ARN of the Lambda function, or an integration_subtype"),
        TERRAFORM,
        protocols=ONLY_HTTP,
        when=_LAMBDA,
    ),
    Rule(
        "integration_uri",
        Forbidden("a MOCK integration has no URI"),
        TERRAFORM,
        when={"integration_type": ("MOCK",)},
    ),
    Rule(
        "integration_uri",
        Forbidden("an integration with an integration_subtype has no URI"),
        TERRAFORM,
        when=BY_SUBTYPE,
    ),
    Rule(
        "integration_uri",
        Matches(
            r"(?!arn:[^:]+:elasticloadbalancing:[^:]*:[^:]*:loadbalancer/).*",
            "this is the ARN of a load balancer; with a VPC link, an HTTP API requires the ARN of one "
            "of its listeners (arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener/…)",
        ),
        DEPLOYED,
        protocols=ONLY_HTTP,
        when=_VPC_LINK,
    ),
    Rule(
        "integration_uri",
        Matches(
            r"arn:[^:]+:elasticloadbalancing:[^:]*:[^:]*:listener/.+"
            r"|arn:[^:]+:servicediscovery:[^:]*:[^:]*:service/.+"
            rf"|(?!https?:){_STAGE_VARIABLE}",
            "with a VPC link, an HTTP API requires the ARN of a load balancer's listener "
            "(arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener/…) or of a Cloud Map service",
        ),
        DEPLOYED,
        protocols=ONLY_HTTP,
        when=_VPC_LINK,
    ),
    Rule(
        "connection_type",
        Matches(
            "(?!VPC_LINK).*",
            "a VPC link leads to an HTTP endpoint, and AWS may refuse or ignore it here; AWS decides",
        ),
        API_REFERENCE,
        protocols=ONLY_HTTP,
        when=PROXY,
        hint=True,
    ),
    Rule(
        "integration_uri",
        Matches(
            "(?!arn:).*", "without connection_type VPC_LINK, it must be the URL of an HTTP endpoint"
        ),
        LOCALSTACK,
        when=_PUBLIC_ENDPOINT,
    ),
    Rule(
        "integration_uri",
        Matches(
            rf"https?://.+|arn:.*|{_STAGE_VARIABLE}",
            "the URL of an HTTP endpoint begins with https:// or http://; AWS decides",
        ),
        API_REFERENCE,
        when=_PUBLIC_ENDPOINT,
        hint=True,
    ),
    Rule(
        "integration_uri",
        Matches(
            "(?!https?://).*",
            "AWS_PROXY calls a Lambda function; for an HTTP endpoint, integration_type is HTTP_PROXY; "
            "AWS decides",
        ),
        API_REFERENCE,
        when=_LAMBDA,
        hint=True,
    ),
    Rule(
        "integration_uri",
        Matches(
            r"(?!arn:[^:]+:lambda:[^:]*:\d+:(?!function:)).*",
            "the ARN of a Lambda function has the form arn:aws:lambda:REGION:ACCOUNT:function:NAME; AWS "
            "decides",
        ),
        API_REFERENCE,
        when=_LAMBDA,
        hint=True,
    ),
    Rule(
        "connection_id",
        Required("connection_type VPC_LINK needs the ID of the VPC link"),
        LOCALSTACK,
        when={"connection_type": ("VPC_LINK",)},
    ),
    Rule(
        "integration_method",
        Required("give the HTTP method with which the endpoint is called, for example ANY"),
        TERRAFORM,
        when=_ENDPOINT,
    ),
    Rule(
        "integration_method",
        NoneOf(("OPTIONS",), f"a Lambda function is invoked with POST; {CORS}"),
        TERRAFORM_METHOD,
        protocols=ONLY_HTTP,
        when=_LAMBDA,
    ),
    Rule(
        "integration_method",
        Matches("(?i:POST)", "it must be POST for a Lambda function, whatever the method of the route"),
        TERRAFORM_METHOD,
        when=_LAMBDA,
    ),
    Rule(
        "integration_method",
        NoneOf(("OPTIONS",), CORS),
        CORS_GUIDE,
        protocols=ONLY_HTTP,
        when={"integration_type": ("HTTP_PROXY",)},
        hint=True,
    ),
    Rule(
        "integration_method",
        Known(_METHODS, "an HTTP method", similar=True),
        API_REFERENCE,
        when=BY_URI,
        hint=True,
    ),
    Rule(
        "credentials_arn",
        Matches(
            _NOT_THE_CALLER,
            "AWS documents this value for the caller's identity, but responds 'Invalid role ARN' to it; "
            "give the ARN of an IAM role, or remove credentials_arn",
        ),
        RECORDED_ROLE,
        when=PROXY,
    ),
    Rule(
        "credentials_arn",
        Matches(_ROLE, "it must be the ARN of an IAM role, arn:aws:iam::ACCOUNT:role/NAME"),
        RECORDED_ROLE,
        when=PROXY,
    ),
    Rule(
        "credentials_arn",
        Matches(_ROLE, "AWS may respond 'Invalid role ARN', because it is not the ARN of an IAM role"),
        RECORDED_ROLE,
        when={"integration_type": Not(("AWS_PROXY",))},
        hint=True,
    ),
)

_FORMATS = (
    Rule(
        "payload_format_version",
        Required('an HTTP API requires "1.0", or "2.0" for a Lambda function'),
        LOCALSTACK,
        protocols=ONLY_HTTP,
    ),
    Rule(
        "payload_format_version",
        OneOf(("1.0", "2.0"), "on an HTTP API"),
        DEPLOYED,
        protocols=ONLY_HTTP,
        when=_LAMBDA,
    ),
    Rule(
        "payload_format_version",
        OneOf(("1.0",), "with an integration_subtype"),
        DEPLOYED,
        protocols=ONLY_HTTP,
        when=BY_SUBTYPE,
    ),
    Rule(
        "payload_format_version",
        OneOf(("1.0",), "on an HTTP API, except for a Lambda function"),
        LOCALSTACK,
        protocols=ONLY_HTTP,
        when={"integration_type": Not(("AWS_PROXY",)), **BY_URI},
    ),
    Rule(
        "payload_format_version",
        OneOf(("1.0",), "on a WebSocket API"),
        LOCALSTACK,
        protocols=ONLY_WEBSOCKET,
    ),
    Rule("timeout_in_millis", Between(50, 30_000, "milliseconds"), DEPLOYED, protocols=ONLY_HTTP),
    Rule("timeout_in_millis", Between(50, 29_000, "milliseconds"), DEPLOYED, protocols=ONLY_WEBSOCKET),
)

RULES = (
    *_TYPE_RULES,
    *rule.supported(FIELDS, after=_AFTER_TYPE),
    *rule.kept(FIELDS),
    *_SUBTYPES,
    *_BACKENDS,
    *_FORMATS,
    *mappings.RULES,
)

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
    PROBED_SUBTYPE,
    PROXY_ONLY,
    RECORDED_ROLE,
    SUBTYPE_REFERENCE,
    TERRAFORM,
    TERRAFORM_METHOD,
    TYPES,
)
from idem_apigwv2_integration.resource.rule import (
    Between,
    Forbidden,
    Kept,
    Known,
    Matches,
    NoneOf,
    OneOf,
    Required,
    supported,
)
from idem_apigwv2_integration.resource.type import HTTP, WEBSOCKET, Condition, Not

PROXY: dict[str, Condition] = {"integration_type": ("AWS_PROXY",)}
_NOT_PROXY: dict[str, Condition] = {"integration_type": Not(("AWS_PROXY",))}
_LAMBDA = PROXY | BY_URI
_KNOWN_ACTION: dict[str, Condition] = {"integration_subtype": tuple(ACTIONS)}
_ENDPOINT: dict[str, Condition] = {"integration_type": ("HTTP", "HTTP_PROXY"), **BY_URI}
_PUBLIC_ENDPOINT = _ENDPOINT | {"connection_type": Not(("VPC_LINK",))}

CORS = "to answer CORS preflight requests (OPTIONS), set cors_configuration on the API instead"
_METHODS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
# What only a stage knows can't be judged (API Gateway developer guide, stage variables reference).
_STAGE_VARIABLE = r".*\$\{stageVariables\..*"
_VPC_LINK = {"integration_type": ("HTTP_PROXY",), "connection_type": ("VPC_LINK",), **BY_URI}
_NOT_THE_CALLER = r"(?!arn:[^:]+:iam::\*:user/).*"
_ROLE = rf"arn:[^:]+:iam::\d+:(role|user)/\S+|{_STAGE_VARIABLE}"

_TYPE_RULES = (
    Required("integration_type", API_REFERENCE, f"give one of {', '.join(TYPES)}"),
    NoneOf(
        "integration_type",
        PROXY_ONLY,
        ("MOCK",),
        f"an HTTP API has no mock integrations; {CORS}",
        protocols=(HTTP,),
        decisive=True,
        wrong_protocol=True,
    ),
    OneOf(
        "integration_type",
        PROXY_ONLY,
        ("AWS_PROXY", "HTTP_PROXY"),
        "on an HTTP API",
        {
            "AWS": "for a Lambda function, or with an integration_subtype, it is AWS_PROXY",
            "HTTP": "for an HTTP endpoint it is HTTP_PROXY",
            "LAMBDA": "for a Lambda function it is AWS_PROXY",
        },
        protocols=(HTTP,),
        wrong_protocol=True,
    ),
)

_SUBTYPES = (
    Forbidden(
        "integration_subtype",
        LOCALSTACK,
        "it requires integration_type AWS_PROXY",
        "change the type",
        when=_NOT_PROXY,
    ),
    Known(
        "integration_subtype",
        SUBTYPE_REFERENCE,
        tuple(ACTIONS),
        "a service action",
        similar=False,
        hint=True,
    ),
    Required(
        "credentials_arn",
        LOCALSTACK,
        "give the ARN of the IAM role with which API Gateway calls the service",
        when=BY_SUBTYPE,
    ),
    ActionParameters("request_parameters", SUBTYPE_REFERENCE, when=_KNOWN_ACTION),
    KnownParameters("request_parameters", SUBTYPE_REFERENCE, when=_KNOWN_ACTION, hint=True),
)

_BACKENDS = (
    Required("integration_uri", TERRAFORM, "give the URL of the HTTP endpoint", when=_ENDPOINT),
    Required(
        "integration_uri",
        TERRAFORM,
        "give the ARN of the Lambda function or the URI of the AWS service's action",
        protocols=(WEBSOCKET,),
        when={"integration_type": ("AWS", "AWS_PROXY"), **BY_URI},
    ),
    Required(
        "integration_uri",
        TERRAFORM,
        "give the ARN of the Lambda function, or an integration_subtype",
        protocols=(HTTP,),
        when=_LAMBDA,
    ),
    Forbidden(
        "integration_uri",
        TERRAFORM,
        "a MOCK integration has no URI",
        when={"integration_type": ("MOCK",)},
    ),
    Forbidden(
        "integration_uri",
        TERRAFORM,
        "an integration with an integration_subtype has no URI",
        when=BY_SUBTYPE,
    ),
    Matches(
        "integration_uri",
        DEPLOYED,
        r"(?!arn:[^:]+:elasticloadbalancing:[^:]*:[^:]*:loadbalancer/).*",
        "this is the ARN of a load balancer; with a VPC link, an HTTP API requires the ARN of one "
        "of its listeners (arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener/…)",
        protocols=(HTTP,),
        when=_VPC_LINK,
    ),
    Matches(
        "integration_uri",
        DEPLOYED,
        r"arn:[^:]+:elasticloadbalancing:[^:]*:[^:]*:listener/.+"
        r"|arn:[^:]+:servicediscovery:[^:]*:[^:]*:service/.+"
        rf"|(?!https?:){_STAGE_VARIABLE}",
        "with a VPC link, an HTTP API requires the ARN of a load balancer's listener "
        "(arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener/…) or of a Cloud Map service",
        protocols=(HTTP,),
        when=_VPC_LINK,
    ),
    Matches(
        "connection_type",
        API_REFERENCE,
        "(?!VPC_LINK).*",
        "a VPC link leads to an HTTP endpoint, and AWS may refuse or ignore it here; AWS decides",
        protocols=(HTTP,),
        when=PROXY,
        hint=True,
    ),
    Matches(
        "integration_uri",
        LOCALSTACK,
        "(?!arn:).*",
        "without connection_type VPC_LINK, it must be the URL of an HTTP endpoint",
        when=_PUBLIC_ENDPOINT,
    ),
    Matches(
        "integration_uri",
        API_REFERENCE,
        rf"https?://.+|{_STAGE_VARIABLE}",
        "the URL of an HTTP endpoint begins with https:// or http://; AWS decides",
        when=_PUBLIC_ENDPOINT,
        hint=True,
    ),
    Matches(
        "integration_uri",
        API_REFERENCE,
        "(?!https?://).*",
        "AWS_PROXY calls a Lambda function; for an HTTP endpoint, integration_type is HTTP_PROXY; "
        "AWS decides",
        when=_LAMBDA,
        hint=True,
    ),
    Matches(
        "integration_uri",
        API_REFERENCE,
        r"(?!arn:[^:]+:lambda:[^:]*:\d+:(?!function:)).*",
        "the ARN of a Lambda function has the form arn:aws:lambda:REGION:ACCOUNT:function:NAME; AWS "
        "decides",
        when=_LAMBDA,
        hint=True,
    ),
    Required(
        "connection_id",
        LOCALSTACK,
        "connection_type VPC_LINK needs the ID of the VPC link",
        when={"connection_type": ("VPC_LINK",)},
    ),
    Required(
        "integration_method",
        TERRAFORM,
        "give the HTTP method with which the endpoint is called, for example ANY",
        when=_ENDPOINT,
    ),
    NoneOf(
        "integration_method",
        TERRAFORM_METHOD,
        ("OPTIONS",),
        f"a Lambda function is invoked with POST; {CORS}",
        protocols=(HTTP,),
        when=_LAMBDA,
    ),
    Matches(
        "integration_method",
        TERRAFORM_METHOD,
        "(?i:POST)",
        "it must be POST for a Lambda function, whatever the method of the route",
        when=_LAMBDA,
    ),
    NoneOf(
        "integration_method",
        CORS_GUIDE,
        ("OPTIONS",),
        CORS,
        protocols=(HTTP,),
        when={"integration_type": ("HTTP_PROXY",)},
        hint=True,
    ),
    Known(
        "integration_method",
        API_REFERENCE,
        _METHODS,
        "an HTTP method",
        similar=True,
        when=BY_URI,
        hint=True,
    ),
    Matches(
        "credentials_arn",
        RECORDED_ROLE,
        _NOT_THE_CALLER,
        "AWS documents this value for the caller's identity, but responds 'Invalid role ARN' to it; "
        "give the ARN of an IAM role, or remove credentials_arn",
        when=PROXY,
    ),
    Matches(
        "credentials_arn",
        RECORDED_ROLE,
        _ROLE,
        "it must be the ARN of an IAM role, arn:aws:iam::ACCOUNT:role/NAME",
        when=PROXY,
    ),
    Matches(
        "credentials_arn",
        RECORDED_ROLE,
        _ROLE,
        "AWS may respond 'Invalid role ARN', because it is not the ARN of an IAM role",
        when=_NOT_PROXY,
        hint=True,
    ),
)

_FORMATS = (
    Required(
        "payload_format_version",
        LOCALSTACK,
        'an HTTP API requires "1.0", or "2.0" for a Lambda function',
        protocols=(HTTP,),
    ),
    OneOf(
        "payload_format_version",
        DEPLOYED,
        ("1.0", "2.0"),
        "on an HTTP API",
        protocols=(HTTP,),
        when=_LAMBDA,
    ),
    OneOf(
        "payload_format_version",
        DEPLOYED,
        ("1.0",),
        "with an integration_subtype",
        protocols=(HTTP,),
        when=BY_SUBTYPE,
    ),
    OneOf(
        "payload_format_version",
        LOCALSTACK,
        ("1.0",),
        "on an HTTP API, except for a Lambda function",
        protocols=(HTTP,),
        when=_NOT_PROXY | BY_URI,
    ),
    OneOf("payload_format_version", LOCALSTACK, ("1.0",), "on a WebSocket API", protocols=(WEBSOCKET,)),
    Between("timeout_in_millis", DEPLOYED, 50, 30_000, "milliseconds", protocols=(HTTP,)),
    Between("timeout_in_millis", DEPLOYED, 50, 29_000, "milliseconds", protocols=(WEBSOCKET,)),
)

RULES = (
    *_TYPE_RULES,
    *supported(FIELDS, after=("integration_type",)),
    Kept(
        "integration_subtype",
        PROBED_SUBTYPE,
        rival="integration_uri",
        dependents=("integration_subtype", "request_parameters", "credentials_arn"),
        reason="AWS can't change a service integration into one with a URI",
    ),
    *_SUBTYPES,
    *_BACKENDS,
    *_FORMATS,
    *mappings.RULES,
)

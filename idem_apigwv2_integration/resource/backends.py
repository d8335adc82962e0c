"""The rules about how the backend is called: its URI, the connection, the method and the credentials."""

from idem_apigwv2_integration.resource import fields
from idem_apigwv2_integration.resource.demands import (
    BY_URI,
    ONLY_HTTP,
    ONLY_WEBSOCKET,
    PROXY,
    SERVICE,
    Forbidden,
    Known,
    Matches,
    NoneOf,
    Not,
    Required,
    Rule,
)

CORS = "to answer CORS preflight requests (OPTIONS), set cors_configuration on the API instead"
_METHODS = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
# What only a stage knows can't be judged (API Gateway developer guide, stage variables reference).
_STAGE_VARIABLE = r".*\$\{stageVariables\..*"
_VPC_LINK = {"integration_type": ("HTTP_PROXY",), "connection_type": ("VPC_LINK",), **BY_URI}
_NOT_THE_CALLER = r"(?!arn:[^:]+:iam::\*:user/).*"
_ROLE = rf"arn:[^:]+:iam::\d+:(role|user)/\S+|{_STAGE_VARIABLE}"

RULES = (
    Rule(
        "integration_uri",
        Required("give the URL of the HTTP endpoint"),
        fields.TERRAFORM,
        when={"integration_type": ("HTTP", "HTTP_PROXY"), **BY_URI},
    ),
    Rule(
        "integration_uri",
        Required("give the ARN of the Lambda function or the URI of the AWS service's action"),
        fields.TERRAFORM,
        protocols=ONLY_WEBSOCKET,
        when={"integration_type": ("AWS", "AWS_PROXY"), **BY_URI},
    ),
    Rule(
        "integration_uri",
        Required("give the ARN of the Lambda function, or an integration_subtype"),
        fields.TERRAFORM,
        protocols=ONLY_HTTP,
        when={**PROXY, **BY_URI},
    ),
    Rule(
        "integration_uri",
        Forbidden("a MOCK integration has no URI"),
        fields.TERRAFORM,
        when={"integration_type": ("MOCK",)},
    ),
    Rule(
        "integration_uri",
        Forbidden("an integration with an integration_subtype has no URI"),
        fields.TERRAFORM,
        when=SERVICE,
    ),
    Rule(
        "integration_uri",
        Matches(
            r"(?!arn:[^:]+:elasticloadbalancing:[^:]*:[^:]*:loadbalancer/).*",
            "this is the ARN of a load balancer; with a VPC link, an HTTP API requires the ARN of one "
            "of its listeners (arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener/…)",
        ),
        fields.DEPLOYED,
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
        fields.DEPLOYED,
        protocols=ONLY_HTTP,
        when=_VPC_LINK,
    ),
    Rule(
        "connection_type",
        Matches(
            "(?!VPC_LINK).*",
            "a VPC link leads to an HTTP endpoint, and AWS may refuse or ignore it here; AWS decides",
        ),
        fields.API_REFERENCE,
        protocols=ONLY_HTTP,
        when=PROXY,
        hint=True,
    ),
    Rule(
        "integration_uri",
        Matches(
            "(?!arn:).*", "without connection_type VPC_LINK, it must be the URL of an HTTP endpoint"
        ),
        fields.LOCALSTACK,
        when={
            "integration_type": ("HTTP", "HTTP_PROXY"),
            "connection_type": Not(("VPC_LINK",)),
            **BY_URI,
        },
    ),
    Rule(
        "connection_id",
        Required("connection_type VPC_LINK needs the ID of the VPC link"),
        fields.LOCALSTACK,
        when={"connection_type": ("VPC_LINK",)},
    ),
    Rule(
        "integration_method",
        Required("give the HTTP method with which the endpoint is called, for example ANY"),
        fields.TERRAFORM,
        when={"integration_type": ("HTTP", "HTTP_PROXY"), **BY_URI},
    ),
    Rule(
        "integration_method",
        NoneOf(("OPTIONS",), f"a Lambda function is invoked with POST; {CORS}"),
        fields.TERRAFORM_METHOD,
        protocols=ONLY_HTTP,
        when={**PROXY, **BY_URI},
    ),
    Rule(
        "integration_method",
        Matches("(?i:POST)", "it must be POST for a Lambda function, whatever the method of the route"),
        fields.TERRAFORM_METHOD,
        when={**PROXY, **BY_URI},
    ),
    Rule(
        "integration_method",
        NoneOf(("OPTIONS",), CORS),
        fields.CORS_GUIDE,
        protocols=ONLY_HTTP,
        when={"integration_type": ("HTTP_PROXY",)},
        hint=True,
    ),
    Rule(
        "integration_method",
        Known(_METHODS, "an HTTP method", near=True),
        fields.API_REFERENCE,
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
        fields.RECORDED_ROLE,
        when=PROXY,
    ),
    Rule(
        "credentials_arn",
        Matches(_ROLE, "it must be the ARN of an IAM role, arn:aws:iam::ACCOUNT:role/NAME"),
        fields.RECORDED_ROLE,
        when=PROXY,
    ),
    Rule(
        "credentials_arn",
        Matches(_ROLE, "AWS may respond 'Invalid role ARN', because it is not the ARN of an IAM role"),
        fields.RECORDED_ROLE,
        when={"integration_type": Not(("AWS_PROXY",))},
        hint=True,
    ),
)

"""The field table of an integration: every field once, and everything that is particular to it.

A test compares it with botocore's model and with the parameters of ``present``.
"""

from idem_apigwv2_integration.resource.type import (
    HTTP,
    WEBSOCKET,
    Condition,
    Default,
    Field,
    Ignored,
    Is,
    Kind,
    Not,
    Removal,
    Undocumented,
)

TYPES = ("AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK")

# A service integration names an action of an AWS service to invoke.
BY_SUBTYPE: dict[str, Condition] = {"integration_subtype": Is.PRESENT}
BY_URI: dict[str, Condition] = {"integration_subtype": Is.ABSENT}

# Where a claim about AWS comes from.
API_REFERENCE = "API reference of API Gateway v2, Integration"
SUBTYPE_REFERENCE = "API Gateway developer guide, integration subtype reference"
MAPPING_GUIDE = "API Gateway developer guide, transforming API requests and responses"
TERRAFORM = "terraform-provider-aws, acceptance tests of aws_apigatewayv2_integration"
TERRAFORM_CODE = "terraform-provider-aws, aws_apigatewayv2_integration"
CORS_GUIDE = "API Gateway developer guide, CORS for HTTP APIs"
TERRAFORM_METHOD = "terraform-provider-aws issue 42391, AWS's error"
PROBED_REMOVAL = "probed against AWS, go-to-k/cdkd issue 1160"
PROBED_TLS = "probed against AWS, go-to-k/cdkd issue 1602"
PROBED_SUBTYPE = "probed against AWS, go-to-k/cdkd; terraform-provider-aws issue 22647"
LOCALSTACK = "LocalStack, tests of apigatewayv2 validated against AWS"
DEPLOYED = "badmintoncryer/cdk-preflight, real deployments"
RECORDED_ROLE = "recorded on AWS, radkawar/stackd; terraform-provider-aws PR 13062"
PROXY_ONLY = "AWS's error, aws-cli issue 6363 and terraform-provider-aws PR 25848"

FIELDS = (
    Field("IntegrationType", Kind.STRING, API_REFERENCE, resent=BY_SUBTYPE),
    Field(
        "IntegrationSubtype",
        Kind.STRING,
        API_REFERENCE,
        protocols=(HTTP,),
        instead=(
            "to call an AWS service from a WebSocket API, use integration_type AWS with an "
            "integration_uri such as arn:aws:apigateway:REGION:sqs:path/ACCOUNT/QUEUE"
        ),
        # Without it AWS refuses the request as one with a wrong URI (PROBED_SUBTYPE).
        resent=BY_SUBTYPE,
    ),
    Field("IntegrationUri", Kind.STRING, TERRAFORM_CODE, Removal.EMPTY_STRING),
    Field(
        "IntegrationMethod",
        Kind.STRING,
        TERRAFORM,
        Removal.EMPTY_STRING,
        defaults=(Default("POST", when={"integration_type": ("AWS", "AWS_PROXY"), **BY_URI}),),
        ignored=(Ignored("a service integration has no method", TERRAFORM, when=BY_SUBTYPE),),
    ),
    Field("ConnectionType", Kind.STRING, TERRAFORM, defaults=(Default("INTERNET"),)),
    # The API reference says 'HTTP APIs only', but a WebSocket API accepts a VPC link as well:
    # terraform's acceptance test vpcLinkWebSocket.
    Field("ConnectionId", Kind.STRING, TERRAFORM, Removal.EMPTY_STRING),
    Field("CredentialsArn", Kind.STRING, TERRAFORM_CODE, Removal.EMPTY_STRING),
    Field("Description", Kind.STRING, PROBED_REMOVAL, Removal.EMPTY_STRING),
    Field(
        "PayloadFormatVersion",
        Kind.STRING,
        TERRAFORM,
        defaults=(Default("1.0", protocols=(WEBSOCKET,)),),
    ),
    Field(
        "TimeoutInMillis",
        Kind.INTEGER,
        TERRAFORM,
        defaults=(Default(30_000, protocols=(HTTP,)), Default(29_000, protocols=(WEBSOCKET,))),
    ),
    Field(
        "RequestParameters",
        Kind.MAP,
        PROBED_REMOVAL,
        Removal.KEY_BY_KEY,
        # AWS requires them again and replaces the map (terraform-provider-aws issue 22647; LOCALSTACK).
        resent=BY_SUBTYPE,
    ),
    Field(
        "ResponseParameters", Kind.NESTED_MAP, TERRAFORM_CODE, Removal.CODE_BY_CODE, protocols=(HTTP,)
    ),
    Field(
        "TlsConfig",
        Kind.STRUCTURE,
        TERRAFORM_CODE,
        Removal.EMPTY_STRUCTURE,
        protocols=(HTTP,),
        ignored=(
            Ignored(
                "AWS ignores it unless connection_type is VPC_LINK, and verifies no name",
                PROBED_TLS,
                when={"connection_type": Not(("VPC_LINK",))},
            ),
        ),
    ),
    Field(
        "RequestTemplates",
        Kind.MAP,
        API_REFERENCE,
        Removal.WHOLE_MAP,
        undocumented=Undocumented(
            whole="whether an update with an empty request_templates removes all templates",
            key="whether an update removes a template that it leaves out",
        ),
        protocols=(WEBSOCKET,),
    ),
    Field(
        "TemplateSelectionExpression",
        Kind.STRING,
        TERRAFORM_CODE,
        Removal.EMPTY_STRING,
        protocols=(WEBSOCKET,),
    ),
    Field(
        "ContentHandlingStrategy",
        Kind.STRING,
        TERRAFORM_CODE,
        Removal.EMPTY_STRING,
        undocumented=Undocumented.of_string("content_handling_strategy"),
        protocols=(WEBSOCKET,),
    ),
    Field(
        "PassthroughBehavior",
        Kind.STRING,
        TERRAFORM,
        protocols=(WEBSOCKET,),
        defaults=(Default("WHEN_NO_MATCH", protocols=(WEBSOCKET,)),),
        ignored=(Ignored("AWS ignores it on an HTTP API", TERRAFORM, protocols=(HTTP,)),),
    ),
    Field(
        "IntegrationResponseSelectionExpression",
        Kind.STRING,
        TERRAFORM,
        protocols=(WEBSOCKET,),
        defaults=(
            Default(
                "${integration.response.statuscode}",
                protocols=(WEBSOCKET,),
                when={"integration_type": ("HTTP", "MOCK")},
            ),
            Default(
                "${integration.response.body.errorMessage}",
                protocols=(WEBSOCKET,),
                when={"integration_type": ("AWS",)},
            ),
        ),
        settable=False,
    ),
    Field("ApiGatewayManaged", Kind.BOOLEAN, API_REFERENCE, settable=False),
)

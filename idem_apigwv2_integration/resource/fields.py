"""The field table: every field of an integration once, and everything that is particular to it.

Conversion, comparison, the update request, the predicted state, the checks and the reference table
in the documentation all read this table. A test holds it against botocore's model and against the
parameters of ``present``.
"""

import dataclasses
import enum
from typing import Any

import botocore

HTTP = "HTTP"
WEBSOCKET = "WEBSOCKET"
PROTOCOLS = (HTTP, WEBSOCKET)
TYPES = ("AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK")

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


class Kind(enum.Enum):
    """The shape of a field's value."""

    STRING = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    MAP = "map of strings"
    NESTED_MAP = "map of maps of strings"
    STRUCTURE = "structure of strings"


class Removal(enum.Enum):
    """How a field is removed from an existing integration."""

    NEVER = "it can't be removed, only changed"
    EMPTY_STRING = '`""` is sent'
    EMPTY_STRUCTURE = "`{}` is sent"
    KEY_BY_KEY = (
        'each removed key is sent as `""`; for a service integration, the map is sent without it'
    )
    CODE_BY_CODE = 'each removed status code is sent as `{}`, each removed parameter of one as `""`'
    WHOLE_MAP = "the map is sent without the key; AWS's response shows whether AWS removed it"


@dataclasses.dataclass(frozen=True)
class Default:
    """What AWS fills in for a field that was not set.

    Args:
        value: What AWS fills in.
        protocols: The API protocols on which this happens.
        types: The integration types on which this happens.
        service: Whether it happens on service integrations, those with a subtype, as well.
    """

    value: Any
    protocols: tuple[str, ...] = PROTOCOLS
    types: tuple[str, ...] = TYPES
    service: bool = True


@dataclasses.dataclass(frozen=True)
class Field:
    """One field of an integration.

    Args:
        member: The name of the member in AWS's requests and responses.
        kind: The shape of the value.
        removal: How the field is removed.
        source: Where the claims about AWS on this row come from.
        protocols: The API protocols that support the field.
        defaults: What AWS fills in where the field was not set.
        settable: Whether a request can set it; otherwise it is only read.
    """

    member: str
    kind: Kind
    removal: Removal
    source: str = API_REFERENCE
    protocols: tuple[str, ...] = PROTOCOLS
    defaults: tuple[Default, ...] = ()
    settable: bool = True

    @property
    def name(self) -> str:
        """The field's name in Idem."""
        return botocore.xform_name(self.member)

    @property
    def empty(self) -> str | dict | None:
        """What an SLS gives to remove the field; None if nothing does."""
        return {Kind.STRING: "", Kind.INTEGER: None, Kind.BOOLEAN: None}.get(self.kind, {})

    def default(self, protocol: str, integration_type: str | None, service: bool) -> Any:
        """Return what AWS fills in where the field was not set, or None for nothing."""
        for default in self.defaults:
            applies = protocol in default.protocols and integration_type in default.types
            if applies and (default.service or not service):
                return default.value
        return None


TABLE = (
    Field("IntegrationType", Kind.STRING, Removal.NEVER),
    Field("IntegrationSubtype", Kind.STRING, Removal.NEVER, protocols=(HTTP,)),
    Field("IntegrationUri", Kind.STRING, Removal.EMPTY_STRING, source=TERRAFORM_CODE),
    Field(
        "IntegrationMethod",
        Kind.STRING,
        Removal.EMPTY_STRING,
        source=TERRAFORM,
        defaults=(Default("POST", types=("AWS", "AWS_PROXY"), service=False),),
    ),
    Field(
        "ConnectionType",
        Kind.STRING,
        Removal.NEVER,
        source=TERRAFORM,
        defaults=(Default("INTERNET"),),
    ),
    # The API reference says 'HTTP APIs only', but a WebSocket API accepts a VPC link as well:
    # terraform's acceptance test vpcLinkWebSocket.
    Field("ConnectionId", Kind.STRING, Removal.EMPTY_STRING, source=TERRAFORM),
    Field("CredentialsArn", Kind.STRING, Removal.EMPTY_STRING, source=TERRAFORM_CODE),
    Field("Description", Kind.STRING, Removal.EMPTY_STRING, source=PROBED_REMOVAL),
    Field(
        "PayloadFormatVersion",
        Kind.STRING,
        Removal.NEVER,
        source=TERRAFORM,
        defaults=(Default("1.0", protocols=(WEBSOCKET,)),),
    ),
    Field(
        "TimeoutInMillis",
        Kind.INTEGER,
        Removal.NEVER,
        source=TERRAFORM,
        defaults=(
            Default(30_000, protocols=(HTTP,)),
            Default(29_000, protocols=(WEBSOCKET,)),
        ),
    ),
    Field("RequestParameters", Kind.MAP, Removal.KEY_BY_KEY, source=PROBED_REMOVAL),
    Field(
        "ResponseParameters",
        Kind.NESTED_MAP,
        Removal.CODE_BY_CODE,
        source=TERRAFORM_CODE,
        protocols=(HTTP,),
    ),
    Field(
        "TlsConfig",
        Kind.STRUCTURE,
        Removal.EMPTY_STRUCTURE,
        source=TERRAFORM_CODE,
        protocols=(HTTP,),
    ),
    Field("RequestTemplates", Kind.MAP, Removal.WHOLE_MAP, protocols=(WEBSOCKET,)),
    Field(
        "TemplateSelectionExpression",
        Kind.STRING,
        Removal.EMPTY_STRING,
        source=TERRAFORM_CODE,
        protocols=(WEBSOCKET,),
    ),
    Field(
        "ContentHandlingStrategy",
        Kind.STRING,
        Removal.EMPTY_STRING,
        source=TERRAFORM_CODE,
        protocols=(WEBSOCKET,),
    ),
    Field(
        "PassthroughBehavior",
        Kind.STRING,
        Removal.NEVER,
        source=TERRAFORM,
        protocols=(WEBSOCKET,),
        defaults=(Default("WHEN_NO_MATCH", protocols=(WEBSOCKET,)),),
    ),
    Field(
        "IntegrationResponseSelectionExpression",
        Kind.STRING,
        Removal.NEVER,
        source=TERRAFORM,
        protocols=(WEBSOCKET,),
        defaults=(
            Default(
                "${integration.response.statuscode}",
                protocols=(WEBSOCKET,),
                types=("HTTP", "MOCK"),
            ),
            Default(
                "${integration.response.body.errorMessage}",
                protocols=(WEBSOCKET,),
                types=("AWS",),
            ),
        ),
        settable=False,
    ),
    Field("ApiGatewayManaged", Kind.BOOLEAN, Removal.NEVER, settable=False),
)

BY_NAME = {field.name: field for field in TABLE}
SETTABLE = {name: field for name, field in BY_NAME.items() if field.settable}
READ_ONLY = {name: field for name, field in BY_NAME.items() if not field.settable}

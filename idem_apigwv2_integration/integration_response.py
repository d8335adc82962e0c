"""What an integration response is: its field table, and the rules about it, each with its source."""

from idem_apigwv2_integration.resource.rule import Keys, Matches, NotThere, Required
from idem_apigwv2_integration.resource.type import (
    HTTP,
    WEBSOCKET,
    Field,
    Kind,
    Parent,
    Removal,
    ResourceType,
    Undocumented,
)

# Where a claim about AWS comes from.
API_REFERENCE = "API reference of API Gateway v2, IntegrationResponse"
RESPONSES_GUIDE = "API Gateway developer guide, WebSocket API integration responses"
TERRAFORM = "terraform-provider-aws, acceptance tests of aws_apigatewayv2_integration_response"
TERRAFORM_CODE = "terraform-provider-aws, aws_apigatewayv2_integration_response"
PROBED_EXPRESSION = "probed against AWS, go-to-k/cdk-real-drift issue 1567"

_FIELDS = (
    # An update changes it in place (TERRAFORM).
    Field("IntegrationResponseKey", Kind.STRING, TERRAFORM),
    Field(
        "ContentHandlingStrategy",
        Kind.STRING,
        TERRAFORM_CODE,
        Removal.EMPTY_STRING,
        undocumented=Undocumented.of_string("content_handling_strategy"),
        protocols=(WEBSOCKET,),
    ),
    # The shape is that of an integration's request_parameters, whose keys AWS removes in this way.
    Field(
        "ResponseParameters",
        Kind.MAP,
        API_REFERENCE,
        Removal.KEY_BY_KEY,
        undocumented=Undocumented(
            whole="whether an update removes response parameters that are sent as the empty string",
            key="whether an update removes a response parameter that is sent as the empty string",
        ),
        protocols=(WEBSOCKET,),
    ),
    Field(
        "ResponseTemplates",
        Kind.MAP,
        API_REFERENCE,
        Removal.WHOLE_MAP,
        undocumented=Undocumented(
            whole="whether an update with an empty response_templates removes all templates",
            key="whether an update removes a template that it leaves out",
        ),
        protocols=(WEBSOCKET,),
    ),
    Field(
        "TemplateSelectionExpression",
        Kind.STRING,
        PROBED_EXPRESSION,
        Removal.EMPTY_STRING,
        protocols=(WEBSOCKET,),
    ),
)

_RULES = (
    Required(
        "integration_response_key",
        API_REFERENCE,
        r"give $default, or a regular expression between slashes such as /2\d\d/",
    ),
    NotThere(
        "integration_response_key",
        API_REFERENCE,
        "an HTTP API has no integration responses; its integrations have response_parameters instead",
        protocols=(HTTP,),
        decisive=True,
        wrong_protocol=True,
    ),
    Matches(
        "integration_response_key",
        RESPONSES_GUIDE,
        r"(?-i:\$default)|/.+/",
        r"AWS documents $default, and regular expressions between slashes such as /2\d\d/, and may "
        "refuse other keys; AWS decides",
        protocols=(WEBSOCKET,),
        hint=True,
    ),
    Keys(
        "response_parameters",
        API_REFERENCE,
        r"method\.response\.header\..+",
        "method.response.header.NAME",
        protocols=(WEBSOCKET,),
    ),
    Matches(
        "response_parameters",
        API_REFERENCE,
        ".+",
        "an empty value maps nothing; leave the key out, or write a value",
        protocols=(WEBSOCKET,),
    ),
    Matches(
        "response_parameters",
        API_REFERENCE,
        r"'.*'|integration\.response\.(header|body)\..+",
        "AWS documents integration.response.header.NAME, integration.response.body.EXPRESSION, and "
        "text in single quotes, and may refuse other values; AWS decides",
        protocols=(WEBSOCKET,),
        hint=True,
    ),
)

INTEGRATION_RESPONSE = ResourceType(
    name="aws.apigatewayv2.integration_response",
    noun="IntegrationResponse",
    parents=(
        Parent("api_id", "ApiId", "API"),
        Parent("integration_id", "IntegrationId", "integration"),
    ),
    fields=_FIELDS,
    rules=_RULES,
    protocol_of=lambda live: WEBSOCKET,
    protocols=(WEBSOCKET,),
    key="integration_response_key",
)

"""The field table of an integration response: every field once, and what is particular to it."""

from idem_apigwv2_integration.resource.type import WEBSOCKET, Field, Kind, Removal, Undocumented

# Where a claim about AWS comes from.
API_REFERENCE = "API reference of API Gateway v2, IntegrationResponse"
RESPONSES_GUIDE = "API Gateway developer guide, WebSocket API integration responses"
TERRAFORM = "terraform-provider-aws, acceptance tests of aws_apigatewayv2_integration_response"
TERRAFORM_CODE = "terraform-provider-aws, aws_apigatewayv2_integration_response"
PROBED_EXPRESSION = "probed against AWS, go-to-k/cdk-real-drift issue 1567"

FIELDS = (
    # An update changes it in place (TERRAFORM).
    Field("IntegrationResponseKey", Kind.STRING, TERRAFORM),
    Field(
        "ContentHandlingStrategy",
        Kind.STRING,
        TERRAFORM_CODE,
        Removal.EMPTY_STRING,
        undocumented=Undocumented(
            "whether an update removes content_handling_strategy when it is sent as the empty string"
        ),
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

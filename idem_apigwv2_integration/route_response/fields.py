"""The field table of a route response: every field once, and what is particular to it."""

from idem_apigwv2_integration.resource.type import WEBSOCKET, Field, Kind, Removal, Undocumented

# Where a claim about AWS comes from.
API_REFERENCE = "API reference of API Gateway v2, RouteResponse"
RESPONSES_GUIDE = "API Gateway developer guide, WebSocket API route responses"
TERRAFORM_CODE = "terraform-provider-aws, aws_apigatewayv2_route_response"

FIELDS = (
    Field("RouteResponseKey", Kind.STRING, API_REFERENCE),
    Field(
        "ModelSelectionExpression",
        Kind.STRING,
        TERRAFORM_CODE,
        Removal.EMPTY_STRING,
        undocumented=Undocumented(
            "whether an update removes model_selection_expression when it is sent as the empty string"
        ),
        protocols=(WEBSOCKET,),
    ),
    Field(
        "ResponseModels",
        Kind.MAP,
        TERRAFORM_CODE,
        Removal.WHOLE_MAP,
        undocumented=Undocumented(
            whole="whether an update with an empty response_models removes all models",
            key="whether an update removes a model that it leaves out",
        ),
        protocols=(WEBSOCKET,),
    ),
    Field(
        "ResponseParameters",
        Kind.FLAGS,
        API_REFERENCE,
        Removal.WHOLE_MAP,
        undocumented=Undocumented(
            whole="whether an update with an empty response_parameters removes all parameters",
            key="whether an update removes a response parameter that it leaves out",
        ),
        protocols=(WEBSOCKET,),
        wrapper="Required",
    ),
)

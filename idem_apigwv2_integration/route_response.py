"""What a route response is: its field table, and the rules about it, each with its source."""

from idem_apigwv2_integration.resource.rule import Matches, NotThere, OneOf, Required
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
API_REFERENCE = "API reference of API Gateway v2, RouteResponse"
RESPONSES_GUIDE = "API Gateway developer guide, WebSocket API route responses"
TERRAFORM_CODE = "terraform-provider-aws, aws_apigatewayv2_route_response"

_FIELDS = (
    Field("RouteResponseKey", Kind.STRING, API_REFERENCE),
    Field(
        "ModelSelectionExpression",
        Kind.STRING,
        TERRAFORM_CODE,
        Removal.EMPTY_STRING,
        undocumented=Undocumented.of_string("model_selection_expression"),
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

_RULES = (
    Required("route_response_key", API_REFERENCE, "give $default"),
    NotThere(
        "route_response_key",
        API_REFERENCE,
        "an HTTP API has no route responses: it returns what the integration returns",
        protocols=(HTTP,),
        decisive=True,
        wrong_protocol=True,
    ),
    OneOf("route_response_key", RESPONSES_GUIDE, ("$default",), "on a route", protocols=(WEBSOCKET,)),
    Matches(
        "response_models",
        API_REFERENCE,
        ".{1,128}",
        "the name of a model has 1 to 128 characters",
        protocols=(WEBSOCKET,),
    ),
)

ROUTE_RESPONSE = ResourceType(
    name="aws.apigatewayv2.route_response",
    noun="RouteResponse",
    parents=(Parent("api_id", "ApiId", "API"), Parent("route_id", "RouteId", "route")),
    fields=_FIELDS,
    rules=_RULES,
    protocol_of=lambda live: WEBSOCKET,
    protocols=(WEBSOCKET,),
    key="route_response_key",
)

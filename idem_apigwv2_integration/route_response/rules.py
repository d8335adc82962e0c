"""What AWS allows in a route response, as data: each rule once, with its source."""

from idem_apigwv2_integration.resource.rule import Matches, NotThere, OneOf, Required
from idem_apigwv2_integration.resource.type import HTTP, WEBSOCKET, Condition, Is
from idem_apigwv2_integration.route_response.fields import API_REFERENCE, RESPONSES_GUIDE

_GIVEN: dict[str, Condition] = {"route_response_key": Is.PRESENT}

RULES = (
    Required("route_response_key", API_REFERENCE, "give $default"),
    NotThere(
        "route_response_key",
        API_REFERENCE,
        "an HTTP API has no route responses: it returns what the integration returns",
        protocols=(HTTP,),
        when=_GIVEN,
        decisive=True,
        wrong_protocol=True,
    ),
    OneOf("route_response_key", RESPONSES_GUIDE, ("$default",), "on a route", protocols=(WEBSOCKET,)),
    Matches(
        "response_models",
        API_REFERENCE,
        ".{1,128}",
        "the name of a model has 1 to 128 characters",
        keys=".*",
        protocols=(WEBSOCKET,),
    ),
)

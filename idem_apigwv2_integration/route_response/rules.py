"""What AWS allows in a route response, as data: each rule once, with its source."""

from idem_apigwv2_integration.resource.rule import Matches, NotThere, OneOf, Required, Rule
from idem_apigwv2_integration.resource.type import ONLY_HTTP, ONLY_WEBSOCKET, Condition, Is
from idem_apigwv2_integration.route_response.fields import API_REFERENCE, RESPONSES_GUIDE

_GIVEN: dict[str, Condition] = {"route_response_key": Is.PRESENT}

RULES = (
    Rule("route_response_key", Required("give $default"), API_REFERENCE),
    Rule(
        "route_response_key",
        NotThere("an HTTP API has no route responses: it returns what the integration returns"),
        API_REFERENCE,
        protocols=ONLY_HTTP,
        when=_GIVEN,
        decisive=True,
        wrong_protocol=True,
    ),
    Rule(
        "route_response_key",
        OneOf(("$default",), "on a route"),
        RESPONSES_GUIDE,
        protocols=ONLY_WEBSOCKET,
    ),
    Rule(
        "response_models",
        Matches(".{1,128}", "the name of a model has 1 to 128 characters", keys=".*"),
        API_REFERENCE,
        protocols=ONLY_WEBSOCKET,
    ),
)

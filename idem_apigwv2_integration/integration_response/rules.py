"""What AWS allows in an integration response, as data: each rule once, with its source."""

from idem_apigwv2_integration.integration_response.fields import (
    API_REFERENCE,
    RESPONSES_GUIDE,
)
from idem_apigwv2_integration.resource.rule import Keys, Matches, NotThere, Required, Rule
from idem_apigwv2_integration.resource.type import ONLY_HTTP, ONLY_WEBSOCKET, Condition, Is

_GIVEN: dict[str, Condition] = {"integration_response_key": Is.PRESENT}

RULES = (
    Rule(
        "integration_response_key",
        Required(r"give $default, or a regular expression between slashes such as /2\d\d/"),
        API_REFERENCE,
    ),
    Rule(
        "integration_response_key",
        NotThere(
            "an HTTP API has no integration responses; its integrations have response_parameters instead"
        ),
        API_REFERENCE,
        protocols=ONLY_HTTP,
        when=_GIVEN,
        decisive=True,
        wrong_protocol=True,
    ),
    Rule(
        "integration_response_key",
        Matches(
            r"(?-i:\$default)|/.+/",
            r"AWS documents $default, and regular expressions between slashes such as /2\d\d/, and may "
            "refuse other keys; AWS decides",
        ),
        RESPONSES_GUIDE,
        protocols=ONLY_WEBSOCKET,
        hint=True,
    ),
    Rule(
        "response_parameters",
        Keys(r"method\.response\.header\..+", "method.response.header.NAME"),
        API_REFERENCE,
        protocols=ONLY_WEBSOCKET,
    ),
    Rule(
        "response_parameters",
        Matches(".+", "an empty value maps nothing; leave the key out, or write a value", keys=".*"),
        API_REFERENCE,
        protocols=ONLY_WEBSOCKET,
    ),
    Rule(
        "response_parameters",
        Matches(
            r"'.*'|integration\.response\.(header|body)\..+",
            "AWS documents integration.response.header.NAME, integration.response.body.EXPRESSION, and "
            "text in single quotes, and may refuse other values; AWS decides",
            keys=".*",
        ),
        API_REFERENCE,
        protocols=ONLY_WEBSOCKET,
        hint=True,
    ),
)

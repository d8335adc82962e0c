"""What AWS allows in an integration response, as data: each rule once, with its source."""

from idem_apigwv2_integration.integration_response.fields import API_REFERENCE, RESPONSES_GUIDE
from idem_apigwv2_integration.resource.rule import Keys, Matches, NotThere, Required
from idem_apigwv2_integration.resource.type import HTTP, WEBSOCKET, Condition, Is

_GIVEN: dict[str, Condition] = {"integration_response_key": Is.PRESENT}

RULES = (
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
        when=_GIVEN,
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
        keys=".*",
        protocols=(WEBSOCKET,),
    ),
    Matches(
        "response_parameters",
        API_REFERENCE,
        r"'.*'|integration\.response\.(header|body)\..+",
        "AWS documents integration.response.header.NAME, integration.response.body.EXPRESSION, and "
        "text in single quotes, and may refuse other values; AWS decides",
        keys=".*",
        protocols=(WEBSOCKET,),
        hint=True,
    ),
)

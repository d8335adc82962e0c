"""Parameter mappings, the maps that change requests and responses: the rules about their entries.

The ``request_parameters`` of a service integration are no mappings, but parameters of its action.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from idem_apigwv2_integration.integration.expressions import Expressions, PlainDollars, Sources
from idem_apigwv2_integration.integration.fields import (
    API_REFERENCE,
    BY_URI,
    LOCALSTACK,
    MAPPING_GUIDE,
    PROBED_REMOVAL,
)
from idem_apigwv2_integration.resource.rule import (
    Constraint,
    Distinct,
    Keys,
    Matches,
    NoKeys,
    Problem,
    Rule,
    about_keys,
)
from idem_apigwv2_integration.resource.type import ONLY_HTTP, ONLY_WEBSOCKET

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource.validate import Check


@dataclasses.dataclass(frozen=True)
class StatusCodes(Constraint):
    """The keys of the map must be HTTP status codes between two limits, both included."""

    words: ClassVar[str] = "keys are status codes from {minimum} to {maximum}"

    minimum: int
    maximum: int

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        limits = f"from {self.minimum} to {self.maximum}"
        for name, code in dict.fromkeys(path[:2] for path in check.parts(rule.name)):
            if not (re.fullmatch("[0-9]{3}", code) and self.minimum <= int(code) <= self.maximum):
                reason = f"it must be an HTTP status code {limits}"
                yield about_keys(check, (name,), [(name, code)], reason)


# AWS names this pattern in its error (LOCALSTACK).
_HEADER = r"header\.[a-zA-Z0-9._$-]+"
_ACTIONS = "(append|overwrite|remove)"
_REQUEST_SOURCES = {
    "request": ("header", "querystring", "body", "path"),
    "context": (),
    "stageVariables": (),
}
_RESPONSE_SOURCES = {"response": ("header", "body"), "context": (), "stageVariables": ()}
# Headers that the developer guide lists, of which only two are known to be refused.
_RESERVED = (
    "access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length"
    "|content-location|forwarded|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers"
    "|transfer-encoding|upgrade|x-amz-.*|x-amzn-.*|x-forwarded-for|x-forwarded-host|x-forwarded-proto|via"
)
_UNRESERVED = NoKeys(
    rf"{_ACTIONS}:header\.({_RESERVED})", "AWS documents the header as reserved and may refuse to map it"
)
_TWO_QUOTES = Matches(
    "''", """it must be two single quotes, which YAML writes as `"''"`""", keys="remove:.*"
)
_NOT_EMPTY = Matches(
    ".+", "AWS drops a mapping with an empty value; leave the key out, or write a value", keys=".*"
)
_ONE_KEY_A_HEADER = Distinct(rf"{_ACTIONS}:(?P<name>header\..+)", "header")


def _on_http(name: str, source: str, *constraints: Constraint, hint: bool = False) -> list[Rule]:
    """Return a rule on HTTP APIs for each constraint of the mappings of a parameter."""
    when = BY_URI if name == "request_parameters" else {}
    return [Rule(name, one, source, ONLY_HTTP, when, hint=hint) for one in constraints]


RULES = (
    *_on_http(
        "request_parameters",
        LOCALSTACK,
        Keys(
            rf"{_ACTIONS}:({_HEADER}|querystring\.\S+)|overwrite:path",
            "append|overwrite|remove:header|querystring.NAME or overwrite:path",
        ),
        NoKeys(
            rf"{_ACTIONS}:header\.(authorization|apigw-.*)",
            "API Gateway reserves the header and refuses to map it",
        ),
        _ONE_KEY_A_HEADER,
        _TWO_QUOTES,
    ),
    Rule(
        "request_parameters",
        Keys(
            r"integration\.request\.(header|querystring|path)\.\S+",
            "integration.request.header|querystring|path.NAME",
        ),
        API_REFERENCE,
        protocols=ONLY_WEBSOCKET,
        when=BY_URI,
    ),
    Rule("request_parameters", _NOT_EMPTY, PROBED_REMOVAL, when=BY_URI),
    *_on_http(
        "request_parameters",
        LOCALSTACK,
        Expressions(tuple(_REQUEST_SOURCES)),
        Matches(
            r"(?!.*\$\{?request\.headers\.).*",
            "a header of the request is $request.header.NAME, without an s",
            keys=".*",
        ),
    ),
    *_on_http("request_parameters", MAPPING_GUIDE, _UNRESERVED, hint=True),
    Rule("request_parameters", Sources(_REQUEST_SOURCES), MAPPING_GUIDE, protocols=ONLY_HTTP, hint=True),
    *_on_http(
        "response_parameters",
        LOCALSTACK,
        StatusCodes(200, 599),
        Keys(
            rf"{_ACTIONS}:{_HEADER}|overwrite:statuscode",
            "append|overwrite|remove:header.NAME or overwrite:statuscode",
        ),
        _ONE_KEY_A_HEADER,
        _TWO_QUOTES,
        _NOT_EMPTY,
        Matches(
            r"[1-5][0-9]{2}|.*\$.*",
            "it must be a status code from 100 to 599, or a source such as $response.header.NAME",
            keys="overwrite:statuscode",
        ),
        # AWS takes sources of the request in responses as well (LOCALSTACK).
        Expressions(("response", *_REQUEST_SOURCES)),
    ),
    *_on_http("response_parameters", MAPPING_GUIDE, _UNRESERVED, hint=True),
    *_on_http("request_parameters", LOCALSTACK, PlainDollars(), hint=True),
    *_on_http("response_parameters", LOCALSTACK, PlainDollars(), hint=True),
    *_on_http("response_parameters", MAPPING_GUIDE, Sources(_RESPONSE_SOURCES), hint=True),
)

_KEY = re.compile(
    rf"({_ACTIONS}:(?:header\.|path$|statuscode$))(.*)|({_ACTIONS}:querystring\.)(.*)", re.I
)


def fold_key(key: Any) -> Any:
    """Return a key in the form in which AWS compares it.

    On an HTTP API actions, locations and headers are case-insensitive (LOCALSTACK), but names of
    query strings are not (MAPPING_GUIDE). Other keys, such as those of a service action, are
    returned as they are.
    """
    found = _KEY.fullmatch(key) if isinstance(key, str) else None
    if not found:
        return key
    return key.lower() if found[1] else found[4].lower() + found[6]

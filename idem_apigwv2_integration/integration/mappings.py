"""Parameter mappings, the maps that change requests and responses: the rules about their entries.

On an HTTP API, a value is text and sources such as ``$request.header.x``. No pattern tries several ways
to match, so that the length of a value alone decides how long it takes.

The ``request_parameters`` of a service integration are no mappings, but parameters of its action.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from idem_apigwv2_integration.integration.fields import (
    API_REFERENCE,
    BY_URI,
    LOCALSTACK,
    MAPPING_GUIDE,
    PROBED_REMOVAL,
)
from idem_apigwv2_integration.resource import display
from idem_apigwv2_integration.resource.rule import Distinct, Keys, Matches, NoKeys, Path, Problem, Rule
from idem_apigwv2_integration.resource.type import HTTP, WEBSOCKET

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource.validate import Check

_BRACES = "braces are allowed in a source only, which is written as ${request.header.NAME}"
_DOLLAR = "AWS may refuse a `$` that begins no source such as $request.header.NAME; AWS decides"
# What may begin a source, one in braces as a whole; a brace anywhere else.
_TOKEN = re.compile(r"\$\{[^}]*\}|\$(?P<word>[A-Za-z]*)(?P<dot>\.?)|[{}]")
# A `$` that begins no source, and has more text behind it than AWS is known to accept.
_UNCLEAR = re.compile(r"\$(?!\{|[A-Za-z]{2})[^$]{2}")


def find_fault(value: str, roots: tuple[str, ...]) -> str | None:
    """Return the first part of a value that AWS is known to refuse (LocalStack).

    That is a brace outside of ``${...}``, which ends at the first ``}``, or a ``$`` with two letters or
    more behind it that begins no source, one of the roots and a dot. With less behind it, it is static
    text.
    """
    for found in _TOKEN.finditer(value):
        word = found["word"] or ""
        if found[0] in ("{", "}"):
            return found[0]
        if len(word) > 1 and not (word in roots and found["dot"]):
            return f"${word}"
    return None


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Expressions(Rule):
    """A value of the map must be static text and sources, which begin with one of some words."""

    words: ClassVar[str] = "braces only in `${{…}}`, and a word behind a `$` is one of {roots}"

    roots: tuple[str, ...]

    def fault(self, path: Path, value: str, check: Check) -> str | None:
        found = find_fault(value, self.roots)
        if found is None or not found.startswith("$"):
            return found and _BRACES
        (source,) = check.mask.texts([found], path[0])
        meant = display.suggestion(source[1:], self.roots)
        guess = f"; {display.did_you_mean(f'${meant}.')}" if meant and f"${meant}" != source else ""
        sources = display.listed([f"${root}." for root in self.roots], "or")
        return f"{source} begins no source, which begins with {sources}{guess}"


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class PlainDollars(Rule):
    """A ``$`` in a value of the map should begin a source, or have one character behind it at most."""

    words: ClassVar[str] = "a `$` in static text is pointed out"

    def fault(self, path: Path, value: str, check: Check) -> str | None:
        return _DOLLAR if _UNCLEAR.search(value) else None


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Sources(Rule):
    """A value of the map should refer to known sources only, by a name before and after a dot."""

    words: ClassVar[str] = "a source that resembles a known one is pointed out"

    known: Mapping[str, tuple[str, ...]]

    def check(self, check: Check) -> Iterator[Problem]:
        for path, value in check.entries(self.name).items():
            for found in re.finditer(r"\$\{?([A-Za-z]{2,})(?:\.([A-Za-z]+))?", value):
                root = found[1] if found[1] in self.known else display.suggestion(found[1], self.known)
                known = self.known.get(root or "", ())
                name = found[2]
                if known and name not in known:
                    name = display.suggestion(name, known)
                meant = f"${root}.{name}" if name else f"${root}"
                if root and (found[1], found[2]) != (root, name) and (name or not found[2]):
                    (source,) = check.mask.texts([found[0].replace("{", "")], self.name)
                    guess = display.did_you_mean(meant)
                    text = f"{check.mask.path(path)} refers to {source}; {guess} AWS decides."
                    yield Problem((path,), text)


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class StatusCodes(Rule):
    """The keys of the map must be HTTP status codes between two limits, both included."""

    words: ClassVar[str] = "keys are status codes from {minimum} to {maximum}"

    minimum: int
    maximum: int

    def check(self, check: Check) -> Iterator[Problem]:
        reason = f"it must be an HTTP status code from {self.minimum} to {self.maximum}"
        for code in check.known.get(self.name, {}):
            path = (self.name, code)
            right = re.fullmatch("[0-9]{3}", str(code)) and self.minimum <= int(code) <= self.maximum
            if path not in check.broken and not right:
                yield self.about_keys(check, (self.name,), [path], reason)


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
_UNRESERVED = (
    rf"{_ACTIONS}:header\.({_RESERVED})",
    "AWS documents the header as reserved and may refuse to map it",
)
_ONE_KEY_A_HEADER = (rf"{_ACTIONS}:(?P<name>header\..+)", "header")
# A pattern for values, what they must be, and the keys that have them.
_TWO_QUOTES = ("''", """it must be two single quotes, which YAML writes as `"''"`""", "remove:.*")
_NOT_EMPTY = (".+", "AWS drops a mapping with an empty value; leave the key out, or write a value")


def _request(
    kind: Callable[..., Rule], *data: Any, source: str = LOCALSTACK, hint: bool = False
) -> Rule:
    """Return a rule about the mappings of requests on HTTP APIs."""
    return kind("request_parameters", source, *data, protocols=(HTTP,), when=BY_URI, hint=hint)


def _response(
    kind: Callable[..., Rule], *data: Any, source: str = LOCALSTACK, hint: bool = False
) -> Rule:
    """Return a rule about the mappings of responses, which only HTTP APIs have."""
    return kind("response_parameters", source, *data, protocols=(HTTP,), hint=hint)


RULES = (
    _request(
        Keys,
        rf"{_ACTIONS}:({_HEADER}|querystring\.\S+)|overwrite:path",
        "append|overwrite|remove:header|querystring.NAME or overwrite:path",
    ),
    _request(
        NoKeys,
        rf"{_ACTIONS}:header\.(authorization|apigw-.*)",
        "API Gateway reserves the header and refuses to map it",
    ),
    _request(Distinct, *_ONE_KEY_A_HEADER),
    _request(Matches, *_TWO_QUOTES),
    Keys(
        "request_parameters",
        API_REFERENCE,
        r"integration\.request\.(header|querystring|path)\.\S+",
        "integration.request.header|querystring|path.NAME",
        protocols=(WEBSOCKET,),
        when=BY_URI,
    ),
    Matches("request_parameters", PROBED_REMOVAL, *_NOT_EMPTY, when=BY_URI),
    _request(Expressions, tuple(_REQUEST_SOURCES)),
    _request(
        Matches,
        r"(?!.*\$\{?request\.headers\.).*",
        "a header of the request is $request.header.NAME, without an s",
    ),
    _request(NoKeys, *_UNRESERVED, source=MAPPING_GUIDE, hint=True),
    # Parameters of a service action have the same sources.
    Sources("request_parameters", MAPPING_GUIDE, _REQUEST_SOURCES, protocols=(HTTP,), hint=True),
    _response(StatusCodes, 200, 599),
    _response(
        Keys,
        rf"{_ACTIONS}:{_HEADER}|overwrite:statuscode",
        "append|overwrite|remove:header.NAME or overwrite:statuscode",
    ),
    _response(Distinct, *_ONE_KEY_A_HEADER),
    _response(Matches, *_TWO_QUOTES),
    _response(Matches, *_NOT_EMPTY),
    _response(
        Matches,
        r"[1-5][0-9]{2}|.*\$.*",
        "it must be a status code from 100 to 599, or a source such as $response.header.NAME",
        "overwrite:statuscode",
    ),
    # AWS takes sources of the request in responses as well (LOCALSTACK).
    _response(Expressions, ("response", *_REQUEST_SOURCES)),
    _response(NoKeys, *_UNRESERVED, source=MAPPING_GUIDE, hint=True),
    _request(PlainDollars, hint=True),
    _response(PlainDollars, hint=True),
    _response(Sources, _RESPONSE_SOURCES, source=MAPPING_GUIDE, hint=True),
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

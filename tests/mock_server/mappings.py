"""Parameter mappings of an HTTP API: which keys and values AWS accepts, in its words.

Source of everything here, where no other is named: LocalStack's AWS-validated tests of apigatewayv2
integrations, whose requests and responses are in tests/data/validated.jsonl.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from .errors import ApiError, bad_request, invalid_mapping, unknown_text

_REQUEST_KEY = re.compile(
    r"(append|overwrite|remove):(?:(header|querystring)\.(.+)|path)", re.IGNORECASE
)
_RESPONSE_KEY = re.compile(r"(append|overwrite|remove):(?:(header)\.(.+)|statuscode)", re.IGNORECASE)
_NAME = re.compile(r"[a-zA-Z0-9._$-]+")
_NAME_ERROR = "Parameter name should match the following regular expression: ^[a-zA-Z0-9._$-]+$"
_RESERVED = re.compile(r"authorization|apigw-.*")
_STATUS = re.compile(r"[2-5][0-9][0-9]")
_STATUS_CODE = re.compile(r"[1-5][0-9][0-9]")

# A source of API Gateway's parameter mapping (developer guide, transforming API requests).
_SOURCE = (
    r"(?:(?:request|response)\.(?:header|querystring)\.[^{}$\s]+"
    r"|(?:request|response)\.(?:path|body)(?:\.[^{}$\s]+)?"
    r"|(?:context|stageVariables)\.[^{}$\s]+)"
)
# A value is static text, sources, and sources in braces. A `$` with at most one character behind it is
# static; what follows a source in braces up to the closing brace is taken, except for another `}`.
_VALUE = re.compile(rf"(?:[^${{}}]|\$\{{{_SOURCE}[^}}]*\}}|\${_SOURCE}|\$[^{{}}$]?(?=$|\$))*", re.DOTALL)

# On a WebSocket API (API reference; terraform's acceptance test integrationTypeHTTP).
_WEBSOCKET_KEY = re.compile(r"integration\.request\.(header|querystring|path)\..+")


def check_request(sent: Mapping[str, str], merged: Mapping[str, str]) -> None:
    """Checks the RequestParameters of an integration without a subtype.

    Args:
        sent (Mapping[str, str]): What the request holds; "" removes a key.
        merged (Mapping[str, str]): What will be stored.
    """
    errors = [error for key, value in sent.items() for error in _request_errors(key, value)]
    errors += _repeated(merged, sent)
    errors += list(_reserved(sent))
    _raise(errors)


def check_response(sent: Mapping[str, Mapping[str, str]]) -> None:
    """Checks the ResponseParameters that a request holds."""
    errors = [f"Status Code {status} is not valid." for status in sent if not _STATUS.fullmatch(status)]
    for destinations in sent.values():
        for key, value in destinations.items():
            errors += _response_errors(key, value)
    _raise(errors)


def check_websocket(sent: Mapping[str, str]) -> None:
    """Checks the RequestParameters of an integration of a WebSocket API."""
    for key in sent:
        if not _WEBSOCKET_KEY.fullmatch(key):
            raise bad_request(unknown_text("websocket_mapping", key=key))


def _request_errors(key: str, value: str) -> Iterator[str]:
    found = _REQUEST_KEY.fullmatch(key)
    if not found:
        yield f"Invalid Request Actioned Parameter destination specified: {key}"
        return
    action, name = found[1].lower(), found[3]
    if name is None and action != "overwrite":
        yield f"Action {action} is not supported on path."
    elif name is not None and not _NAME.fullmatch(name):
        yield _NAME_ERROR
    else:
        yield from _value_errors(action, value)


def _response_errors(key: str, value: str) -> Iterator[str]:
    found = _RESPONSE_KEY.fullmatch(key)
    if not found:
        # badmintoncryer/cdk-preflight, from real deployments; terraform-provider-aws PR 17997, cut off.
        yield f"Invalid Response Actioned Parameter destination specified: {key}"
        return
    action, name = found[1].lower(), found[3]
    if name is None and action != "overwrite":
        yield f"Action {action} is not supported on statuscode."
    elif name is None and value and "$" not in value and not _STATUS_CODE.fullmatch(value):
        yield f"Invalid StatusCode Provided: {value}"
    elif name is not None and not _NAME.fullmatch(name):
        yield _NAME_ERROR
    else:
        yield from _value_errors(action, value)


def _value_errors(action: str, value: str) -> Iterator[str]:
    if value == "":
        return
    if action == "remove":
        if value != "''":
            yield f"Remove action has improper source {value}"
    elif not _VALUE.fullmatch(value):
        yield f"Invalid mapping expression specified: {value}"


def _repeated(merged: Mapping[str, str], sent: Mapping[str, str]) -> list[str]:
    """Lists the destinations that several keys of the whole map share, whatever their case."""
    destinations = Counter(
        _destination(key) for key in {**merged, **sent} if (merged.get(key) or sent.get(key))
    )
    return [f"Parameter {name} is not unique" for name, count in destinations.items() if count > 1]


def _destination(key: str) -> str:
    found = _REQUEST_KEY.fullmatch(key)
    if not found:
        return key
    # AWS puts a dot behind a path, which has no name.
    return f"{found[2]}.{found[3]}".lower() if found[2] else "path."


def _reserved(sent: Mapping[str, str]) -> Iterator[str]:
    for key in sent:
        found = _REQUEST_KEY.fullmatch(key)
        if found and (found[2] or "").lower() == "header" and _RESERVED.fullmatch(found[3].lower()):
            yield f"Operations on header {found[3].lower()} are restricted"


def _raise(errors: list[str]) -> None:
    if errors:
        error: ApiError = invalid_mapping(*errors)
        raise error

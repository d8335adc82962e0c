"""Converts between AWS's payloads and Idem's shape of an integration.

In Idem's shape, a field that an integration does not have is left out. AWS's responses leave it out as
well, or have null, an empty string, an empty map or false.
"""

import re
from collections.abc import Callable
from typing import Any

from idem_apigwv2_integration.resource import fields

# An argument binding: Idem replaces it by a property of another state.
BINDING = re.compile(r"\$\{[^${}:]*:[^${}:]*:[^${}]*\}")
_ESCAPED = re.compile(r"\$(\\+)\{")


def from_aws(payload: dict[str, Any], api_id: str, name: str | None = None) -> dict[str, Any]:
    """Convert an integration of AWS's responses to Idem's shape.

    Args:
        payload: An integration in a response to GetIntegration, GetIntegrations, CreateIntegration or
            UpdateIntegration.
        api_id: The API that the integration belongs to; AWS does not repeat it.
        name: The Idem name; the integration's ID if there is none.

    Returns:
        The integration with ``name``, ``resource_id``, ``api_id`` and every field that it has.
    """
    resource_id = payload["IntegrationId"]
    resource = {"name": name or resource_id, "resource_id": resource_id, "api_id": api_id}
    for field in fields.TABLE:
        value = tidy(field, payload.get(field.member))
        if value is not None:
            resource[field.name] = value
    return resource


def to_aws(values: dict[str, Any]) -> dict[str, Any]:
    """Convert fields in Idem's shape to the members of a request; other keys are left out."""
    return {field.member: values[name] for name, field in fields.BY_NAME.items() if name in values}


def described_name(resource: dict[str, Any]) -> str:
    """Return the state ID under which an integration is described.

    An integration's ID may occur under two APIs, so that it holds both.
    """
    return f"{resource['api_id']}-{resource['resource_id']}"


def described_names(resource: dict[str, Any]) -> tuple[str, str]:
    """Return the state IDs under which this plugin, and idem-aws, describe an integration."""
    return described_name(resource), resource["resource_id"]


def as_present(resource: dict[str, Any]) -> dict[str, Any]:
    """Return an integration as the parameters that ``present`` takes, without a name.

    Idem uses the ID of a state as its name, so that renaming the ID renames it everywhere.
    """
    taken = {"resource_id": resource["resource_id"], "api_id": resource["api_id"]}
    return taken | {
        name: escape_bindings(resource[name]) for name in fields.SETTABLE if name in resource
    }


def escape_bindings(value: Any) -> Any:
    """Return a value in which Idem sees no argument binding: ``$\\{`` instead of ``${``.

    Idem has no escape of its own for ``${type:state:property}``. What looks like this escape gets one
    more backslash, so that `unescape_bindings` is the exact inverse.
    """
    return map_text(value, _escaped)


def unescape_bindings(value: Any, written: Any) -> Any:
    """Return a value that Idem passes, with ``${`` where the SLS has ``$\\{``.

    What Idem puts in from elsewhere, from the ESM or in place of a binding, stays as it is.

    Args:
        value: The value as Idem passes it.
        written: The value as the SLS has it; None if the SLS does not have it.
    """
    if isinstance(value, dict) and isinstance(written, dict):
        return {
            map_text(key, _unescaped) if key in written else key: unescape_bindings(
                item, written.get(key)
            )
            for key, item in value.items()
        }
    if isinstance(value, str) and isinstance(written, str):
        return _unescaped_around(value, BINDING.split(written))
    return value


def _escaped(text: str) -> str:
    text = _ESCAPED.sub(r"$\\\1{", text)
    return BINDING.sub(lambda found: "$\\" + found[0][1:], text)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: "$" + found[1][1:] + "{", text)


def _unescaped_around(value: str, literals: list[str]) -> str:
    """Return a text with its literal parts unescaped; between them is what Idem put in for bindings."""
    first, last = literals[0], literals[-1]
    if len(literals) == 1:
        return _unescaped(value) if value == first else value
    if not (value.startswith(first) and value.endswith(last)):
        return value
    end = len(value) - len(last)
    done, position = _unescaped(first), len(first)
    for literal in literals[1:-1]:
        found = value.find(literal, position, end)
        if found < 0:
            return value
        done += value[position:found] + _unescaped(literal)
        position = found + len(literal)
    return done + value[position:end] + _unescaped(last)


def binding(value: Any) -> str | None:
    """Return the first argument binding in a value."""
    if isinstance(value, dict):
        parts = [part for pair in value.items() for part in pair]
        return next((found for found in map(binding, parts) if found), None)
    found = BINDING.search(value) if isinstance(value, str) else None
    return found[0] if found else None


def map_text(value: Any, change: Callable[[str], str]) -> Any:
    """Return a value with every string in it changed, keys included."""
    if isinstance(value, dict):
        return {map_text(key, change): map_text(item, change) for key, item in value.items()}
    return change(value) if isinstance(value, str) else value


def as_template(value: Any) -> Any:
    """Return a value escaped for Jinja, through which Idem reads SLS files."""
    return map_text(value, lambda text: re.sub(r"\{[{%#]", r"{% raw %}\g<0>{% endraw %}", text))


def tidy(field: fields.Field, value: Any) -> Any:
    """Return a value without its empty parts, or None if nothing is left.

    An empty template stays: it is a template (API reference).
    """
    if field.kind is fields.Kind.NESTED_MAP and value:
        value = {key: _without_empty(inner) for key, inner in value.items()}
    if isinstance(value, dict) and field.removal is not fields.Removal.WHOLE_MAP:
        value = _without_empty(value)
    return value or None


def _without_empty(values: dict | None) -> dict:
    return {key: value for key, value in (values or {}).items() if value not in (None, "", {})}

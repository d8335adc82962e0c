"""Values of a resource: AWS's payloads, Idem's shape, and placeholders.

In Idem's shape, a field that a resource does not have is left out. AWS's responses leave it out as well,
or have null, an empty string, an empty map or false.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from idem_apigwv2_integration.resource import bindings

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource.type import Field, ResourceType

KNOWN_AFTER_PRESENT = "known_after_present"
# What Idem itself shows in a dry run for the value of a binding that is not known yet.
_PLACEHOLDERS = (f"_{KNOWN_AFTER_PRESENT}", "_value_known_after_applying")

_WHOLE = re.compile(rf"\w+({'|'.join(_PLACEHOLDERS)})")


def placeholder(name: str) -> str:
    """Return what a dry run shows for a value that is not known yet."""
    return f"{name}_{KNOWN_AFTER_PRESENT}"


def is_open(value: Any) -> bool:
    """Return whether a value as a whole is not known yet."""
    return isinstance(value, str) and any(mark in value for mark in _PLACEHOLDERS)


def is_whole_placeholder(text: str) -> bool:
    """Return whether a text is a placeholder, with nothing around it."""
    return bool(_WHOLE.fullmatch(text))


def is_placeholder(value: Any) -> bool:
    """Return whether a value is, or contains, a placeholder."""
    if isinstance(value, dict):
        return any(is_placeholder(part) for pair in value.items() for part in pair)
    return is_open(value)


def from_aws(
    kind: ResourceType, payload: dict[str, Any], parents: dict[str, str], name: str | None = None
) -> dict[str, Any]:
    """Convert a resource of AWS's responses, which do not repeat its parents, to Idem's shape.

    Its name is its ID if it is given none.
    """
    resource_id = payload[kind.id_member]
    resource = {"name": name or resource_id, "resource_id": resource_id, **parents}
    for field in kind.fields:
        value = payload.get(field.member)
        if isinstance(value, dict):
            value = tidy(field, field.unwrap(value) if field.wrapper else value)
        if value:
            resource[field.name] = value
    return resource


def to_aws(kind: ResourceType, fields: dict[str, Any]) -> dict[str, Any]:
    """Convert fields in Idem's shape to the members of a request; other keys are left out."""
    return {
        field.member: field.wrap(fields[name]) if field.wrapper else fields[name]
        for name, field in kind.by_name.items()
        if name in fields
    }


def as_present(kind: ResourceType, resource: dict[str, Any]) -> dict[str, Any]:
    """Return a resource as the parameters that ``present`` takes, without a name.

    Idem uses the ID of a state as its name, so that renaming the ID renames it everywhere.
    """
    fields = {name: bindings.escape(resource[name]) for name in kind.settable if name in resource}
    return {name: resource[name] for name in kind.id_names} | fields


def described_name(kind: ResourceType, resource: dict[str, Any]) -> str:
    """Return the state ID under which a resource is described.

    An ID may occur under two parents, so that it holds all of them.
    """
    return "-".join([*kind.home(resource), resource["resource_id"]])


def tidy(field: Field, value: Any) -> Any:
    """Return a value without its empty parts, or None if nothing is left.

    An empty template stays: it is a template (API reference).
    """
    if not isinstance(value, dict):
        return value or None
    if field.is_nested:
        value = {key: _without_empty(inner) for key, inner in value.items()}
    if not field.keeps_empty_values:
        value = _without_empty(value)
    return value or None


def _without_empty(values: dict | None) -> dict:
    return {key: value for key, value in (values or {}).items() if value not in (None, "", {})}

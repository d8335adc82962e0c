"""Between AWS's payloads and idem's shape of an integration.

In idem's shape a field that an integration does not have is left out: AWS's answers differ in
whether they leave it out, too, or say null, an empty string, an empty map or false.
"""

import re
from typing import Any

from idem_apigwv2_integration.resource import fields


def from_aws(payload: dict[str, Any], api_id: str, name: str | None = None) -> dict[str, Any]:
    """Convert an answer of AWS to idem's shape.

    Args:
        payload: An integration as GetIntegration, GetIntegrations, CreateIntegration or
            UpdateIntegration answer it.
        api_id: The API that the integration belongs to; AWS does not repeat it.
        name: The idem name; the integration's id if there is none.

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
    """Convert fields in idem's shape to the members of a request; other keys are left out."""
    return {field.member: values[name] for name, field in fields.BY_NAME.items() if name in values}


def as_present(resource: dict[str, Any]) -> dict[str, Any]:
    """Return an integration as the parameters that ``present`` takes, under a name of its own.

    An integration's id may occur under two APIs, so that the name holds both.
    """
    name = f"{resource['api_id']}-{resource['resource_id']}"
    taken = {"name": name, "resource_id": resource["resource_id"], "api_id": resource["api_id"]}
    return taken | {name: resource[name] for name in fields.SETTABLE if name in resource}


def as_template(value: Any) -> Any:
    """Return a value so that Jinja, through which idem reads SLS files, gives it back as it is."""
    if isinstance(value, dict):
        return {as_template(key): as_template(item) for key, item in value.items()}
    if isinstance(value, str) and any(mark in value for mark in ("{{", "{%", "{#")):
        return re.sub(r"\{[{%#]", r"{% raw %}\g<0>{% endraw %}", value)
    return value


def tidy(field: fields.Field, value: Any) -> Any:
    """Return a value without its empty parts, or None if nothing is left.

    An empty template stays: it is a template, not an absence (API reference).
    """
    if field.kind is fields.Kind.NESTED_MAP and value:
        value = {key: _without_empty(inner) for key, inner in value.items()}
    if isinstance(value, dict) and field.removal is not fields.Removal.WHOLE_MAP:
        value = _without_empty(value)
    return value or None


def _without_empty(values: dict | None) -> dict:
    return {key: value for key, value in (values or {}).items() if value not in (None, "", {})}

"""The page of parameters, generated from the field table, the rules and the docstring of ``present``.

Nothing here needs Sphinx.
"""

import ast
import json
import pathlib
import re
from typing import Any

import sources
import tables

from idem_apigwv2_integration.resource import demands, fields, model, rules

_STATES = (
    pathlib.Path(__file__).resolve().parents[2]
    / "idem_apigwv2_integration/states/aws/apigatewayv2/integration.py"
)
_ARGUMENT = re.compile(r"^ {8}(\w+)\((.+?)\): (.*(?:\n(?: {12}.*)?)*)", re.MULTILINE)
_KINDS = {
    fields.Kind.STRING: "string",
    fields.Kind.INTEGER: "integer",
    fields.Kind.MAP: "map of strings",
    fields.Kind.NESTED_MAP: "map of status codes to maps of strings",
    fields.Kind.STRUCTURE: "map with the keys ",
}
_APIS = {fields.HTTP: "HTTP APIs", fields.WEBSOCKET: "WebSocket APIs"}
# What AWS refuses to remove in place (resource/check.py, in_place_problems).
_REPLACED = {"integration_subtype"}
# The demands that say which values are allowed, and those that have a line of their own.
_VALUES = demands.OneOf | demands.Between | demands.Keys | demands.StatusCodes
_OTHER_LINES = _VALUES | demands.Required | demands.Supported | demands.Known

IDENTITY = {
    "api_id": (
        "string",
        "yes",
        "Requires a [replacement](../guides/replace.md): AWS can't move an integration.",
    ),
    "resource_id": ("string", "no", "Selects another integration."),
    "name": ("string", "no", "Never sent to AWS. Defaults to the ID of the state."),
}


def names() -> list[str]:
    """Return the names of all parameters of ``present``, in the order of the page."""
    return [*IDENTITY, *fields.SETTABLE]


def page() -> str:
    """Return the body of the page, in markdown."""
    described = descriptions()
    overview = [
        "| Parameter | Type | Required | APIs |",
        "| --- | --- | --- | --- |",
        *(
            f"| [`{name}`](#{name}) | {_type(name)} | {_short(name)} | {_apis(name)} |"
            for name in names()
        ),
    ]
    parts = [":::{container} cards overview", *overview, ":::", ""]
    for name in names():
        rows = _rows(name)
        parts += [
            f"## {name}",
            "",
            described[name],
            "",
            ":::{container} facts",
            *(f"- **{title}:** {text}" for title, text in rows),
            ":::",
            "",
        ]
    return "\n".join(parts)


def descriptions() -> dict[str, str]:
    """Return what the docstring of ``present`` says about each parameter, in markdown."""
    tree = ast.parse(_STATES.read_text())
    (present,) = (
        node for node in tree.body if isinstance(node, ast.AsyncFunctionDef) and node.name == "present"
    )
    text = "    " + ast.get_docstring(present, clean=False).split("Args:")[1]
    text = re.split(r"\n {4}\w", text)[0]
    return {found[1]: _markdown(found[3]) for found in _ARGUMENT.finditer(text)}


def _markdown(text: str) -> str:
    lines = [line.strip() for line in text.replace("``", "`").splitlines()]
    return "\n".join(lines).strip()


def _rows(name: str) -> list[tuple[str, str]]:
    if name in IDENTITY:
        kind, required, changed = IDENTITY[name]
        return [("Type", kind), ("Required", required), ("Changing it", changed)]
    field = fields.SETTABLE[name]
    rows = [
        ("AWS member", f"`{field.member}`"),
        ("Type", _type(name)),
        ("Required", _required(name)),
        ("Default", "; ".join(tables.default(one) for one in field.defaults) or "none"),
        ("Allowed values", "; ".join(_allowed(field)) or ("see the rules" if _rules(name) else "any")),
        ("APIs", _apis(name)),
        *_rules(name),
        ("Changing it", "In place."),
        ("Removing it", _removal(field)),
        ("Source", sources.linked(field.source)),
    ]
    return rows


def _type(name: str) -> str:
    if name in IDENTITY:
        return IDENTITY[name][0]
    field = fields.SETTABLE[name]
    keys = ", ".join(f"`{key}`" for key in model.keys(field.member)) if _is_structure(field) else ""
    return _KINDS[field.kind] + keys


def _apis(name: str) -> str:
    protocols = fields.PROTOCOLS if name in IDENTITY else fields.SETTABLE[name].protocols
    return "all" if len(protocols) == len(fields.PROTOCOLS) else _APIS[protocols[0]] + " only"


def _demands(name: str, kind: Any) -> list[demands.Rule]:
    return [rule for rule in rules.RULES if rule.parameter == name and isinstance(rule.demand, kind)]


def _short(name: str) -> str:
    if name in IDENTITY:
        return IDENTITY[name][1]
    found = _demands(name, demands.Required)
    if not found:
        return "no"
    always = any(not rule.when and len(rule.protocols) == len(fields.PROTOCOLS) for rule in found)
    return "to create" if always else "in some cases"


def _required(name: str) -> str:
    found = _demands(name, demands.Required)
    if not found:
        return "no"
    cases = (
        (f" if {tables.conditions(rule)}" if rule.when else "") + _on(rule.protocols) for rule in found
    )
    return "to create an integration" + "; or".join(cases)


def _rules(name: str) -> list[tuple[str, str]]:
    """Return the rules about a parameter that no other line has."""
    found = [rule for rule in rules.RULES if rule.parameter == name]
    lines = []
    for rule in found:
        if not isinstance(rule.demand, _OTHER_LINES):
            where = _on(rule.protocols) + (f" if {tables.conditions(rule)}" if rule.when else "")
            start = f"{where.strip()}: " if where else ""
            lines.append(f"\n  - {start}{tables.demand(rule)}")
    return [("Rules", "".join(lines))] if lines else []


def _on(protocols: tuple[str, ...]) -> str:
    return "" if len(protocols) == len(fields.PROTOCOLS) else f" on {_APIS[protocols[0]]}"


def _allowed(field: fields.Field) -> list[str]:
    found = []
    if field.kind not in (fields.Kind.MAP, fields.Kind.NESTED_MAP, fields.Kind.STRUCTURE):
        values = model.allowed_values(field.member)
        found += [tables.codes(values)] if values else []
        limits = model.length_limits(field.member)
        if limits and field.kind is fields.Kind.STRING:
            found.append(f"{limits[0]} to {limits[1]} characters")
    if field.name == "integration_subtype":
        found.append("one of the [service actions](rules.md#service-actions), or a newer one")
    for rule in _demands(field.name, _VALUES):
        where = f" if {tables.conditions(rule)}" if rule.when else ""
        found.append(tables.demand(rule) + _on(rule.protocols) + where)
    return found


def _removal(field: fields.Field) -> str:
    if field.name in _REPLACED:
        return f'Only in a [replacement](../guides/replace.md), with `{field.name}: ""`.'
    if field.removal is fields.Removal.NEVER:
        return "Not possible; set another value."
    limit = " Refused where AWS has a default." if field.defaults else ""
    return f"`{field.name}: {json.dumps(field.empty)}` ({field.removal.value}).{limit}"


def _is_structure(field: fields.Field) -> bool:
    return field.kind is fields.Kind.STRUCTURE

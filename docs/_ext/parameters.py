"""A page of parameters, generated from a field table, the rules and the docstring of ``present``.

Nothing here needs Sphinx.
"""

from typing import Any

import functions
import sources
import tables

from idem_apigwv2_integration.integration.mappings import StatusCodes
from idem_apigwv2_integration.resource import rule as rules
from idem_apigwv2_integration.resource.type import (
    PROTOCOLS,
    Field,
    Ignored,
    Kind,
    Removal,
    ResourceType,
)

_KINDS = {
    Kind.STRING: "string",
    Kind.INTEGER: "integer",
    Kind.MAP: "map of strings",
    Kind.NESTED_MAP: "map of status codes to maps of strings",
    Kind.STRUCTURE: "map with the keys ",
    Kind.FLAGS: "map of booleans",
}
# The rules that say which values are allowed, and those that have a line of their own.
_VALUES = rules.OneOf | rules.Between | rules.Keys | StatusCodes
_OTHER_LINES = _VALUES | rules.Required | rules.Supported | rules.Known


def identity(kind: ResourceType) -> dict[str, tuple[str, str, str]]:
    """Return the parameters that are no fields: type, whether it is required, and what a change does."""
    moves = f"Requires a [replacement](../guides/replace.md): AWS can't move {kind.a_label}."
    return {
        **{parent.name: ("string", "yes", moves) for parent in kind.parents},
        "resource_id": ("string", "no", f"Selects another {kind.label}."),
        "name": ("string", "no", "Never sent to AWS. Defaults to the ID of the state."),
    }


def page(kind: ResourceType) -> str:
    """Return the body of the page, in markdown."""
    described = descriptions(kind)
    names = [*identity(kind), *kind.settable]
    overview = [
        "| Parameter | Type | Required | APIs |",
        "| --- | --- | --- | --- |",
        *(
            f"| [`{name}`](#{name}) | {_type(kind, name)} | {_short(kind, name)} | {_apis(kind, name)} |"
            for name in names
        ),
    ]
    parts = ['<div class="cards overview">', "", *overview, "", "</div>", ""]
    for name in names:
        rows = _rows(kind, name)
        parts += [
            f"## {name}",
            "",
            described[name],
            "",
            '<div class="facts">',
            "",
            *(f"- **{title}:** {text}" for title, text in rows),
            "",
            "</div>",
            "",
        ]
    return "\n".join(parts)


def descriptions(kind: ResourceType) -> dict[str, str]:
    """Return what the docstring of ``present`` says about each parameter, in markdown."""
    resource = kind.name.rpartition(".")[2]
    listed = functions.arguments(functions.docstrings("states", resource)["present"])
    return {name: text for name, (_, text) in listed.items()}


def _rows(kind: ResourceType, name: str) -> list[tuple[str, str]]:
    if name in identity(kind):
        shape, required, changed = identity(kind)[name]
        return [("Type", shape), ("Required", required), ("Changing it", changed)]
    field = kind.settable[name]
    rows = [
        ("AWS member", f"`{field.member}`"),
        ("Type", _type(kind, name)),
        ("Required", _required(kind, name)),
        ("Default", "; ".join(tables.default(one) for one in field.defaults) or "none"),
        (
            "Allowed values",
            "; ".join(_allowed(kind, field)) or ("see the rules" if _rules(kind, name) else "any"),
        ),
        ("APIs", _apis(kind, name)),
        *_rules(kind, name),
        ("Changing it", "In place."),
        ("Removing it", _removal(kind, field)),
        ("Source", sources.linked(field.source)),
    ]
    return rows


def _type(kind: ResourceType, name: str) -> str:
    if name in identity(kind):
        return identity(kind)[name][0]
    keys = ", ".join(f"`{key}`" for key in kind.keys.get(name, ()))
    return _KINDS[kind.settable[name].kind] + keys


def _apis(kind: ResourceType, name: str) -> str:
    protocols = PROTOCOLS if name in identity(kind) else kind.settable[name].protocols
    return "all" if len(protocols) == len(PROTOCOLS) else f"{tables.PROTOCOL[protocols[0]]} APIs only"


def _rules_of(kind: ResourceType, name: str, kinds: Any) -> list[rules.Rule]:
    return [one for one in kind.rules if one.name == name and isinstance(one, kinds)]


def _short(kind: ResourceType, name: str) -> str:
    if name in identity(kind):
        return identity(kind)[name][1]
    found = _rules_of(kind, name, rules.Required)
    if not found:
        return "no"
    always = any(not rule.when and len(rule.protocols) == len(PROTOCOLS) for rule in found)
    return "to create" if always else "in some cases"


def _required(kind: ResourceType, name: str) -> str:
    found = _rules_of(kind, name, rules.Required)
    if not found:
        return "no"
    cases = (
        (f" if {tables.conditions(rule)}" if rule.when else "") + _on(rule.protocols) for rule in found
    )
    return f"to create {kind.a_label}" + "; or".join(cases)


def _rules(kind: ResourceType, name: str) -> list[tuple[str, str]]:
    """Return the rules about a parameter that no other line has."""
    found = [rule for rule in kind.rules if rule.name == name]
    lines = []
    for rule in found:
        if not isinstance(rule, _OTHER_LINES):
            start = f"{_where(rule).strip()}: " if _where(rule) else ""
            lines.append(f"\n  - {start}{tables.requirement(kind, rule)}")
    for one in kind.settable[name].ignored:
        lines.append(f"\n  - {_where(one).strip()}: not sent: {one.reason}")
    return [("Rules", "".join(lines))] if lines else []


def _on(protocols: tuple[str, ...]) -> str:
    return "" if len(protocols) == len(PROTOCOLS) else f" on {tables.PROTOCOL[protocols[0]]} APIs"


def _where(rule: rules.Rule | Ignored) -> str:
    return _on(rule.protocols) + (f" if {tables.conditions(rule)}" if rule.when else "")


def _allowed(kind: ResourceType, field: Field) -> list[str]:
    found = []
    if field.empty == "" or field.empty is None:
        values = kind.allowed_values.get(field.name)
        found += [tables.codes(values)] if values else []
        limits = kind.length_limits.get(field.name)
        if limits and field.kind is Kind.STRING:
            found.append(f"{limits[0]} to {limits[1]} characters")
    if field.name == "integration_subtype":
        found.append("one of the [service actions](rules.md#service-actions), or a newer one")
    for rule in _rules_of(kind, field.name, _VALUES):
        found.append(tables.requirement(kind, rule) + _where(rule))
    return found


def _removal(kind: ResourceType, field: Field) -> str:
    if _rules_of(kind, field.name, rules.Kept):
        return f'Only in a [replacement](../guides/replace.md), with `{field.name}: ""`.'
    if field.removal is Removal.NEVER:
        return "Not possible; set another value."
    limit = " Refused where AWS has a default." if field.defaults else ""
    return f"{field.removal_line} ({field.removal.value}).{limit}"

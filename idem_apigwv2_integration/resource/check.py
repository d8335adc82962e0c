"""Whether AWS will take an integration, and if not, everything that is wrong with it at once.

Each problem is one sentence: the parameter, its value, what would be right.
"""

import difflib
import json
import re
from collections.abc import Iterable
from typing import Any

from idem_apigwv2_integration.resource import comments, fields, messages, model, plan, removal, rules

RESOURCE_TYPE = comments.TYPE
_PROTOCOL_NAMES = {fields.HTTP: "an HTTP API", fields.WEBSOCKET: "a WebSocket API"}
_TYPES: dict[fields.Kind, tuple[type, str]] = {
    fields.Kind.STRING: (str, "a string"),
    fields.Kind.INTEGER: (int, "a whole number"),
    fields.Kind.MAP: (dict, "a map of strings"),
    fields.Kind.NESTED_MAP: (dict, "a map from status codes to maps of strings"),
    fields.Kind.STRUCTURE: (dict, "a map of strings"),
}


def problems(
    given: dict[str, Any],
    live: dict[str, Any] | None = None,
    protocol: str | None = None,
    unknown: Iterable[str] = (),
    held: dict[str, Any] | None = None,
) -> list[str]:
    """Return what is wrong with the integration that is wanted, a sentence each.

    Args:
        given: Fields as an SLS gives them.
        live: The integration as it is, in idem's shape, if it exists. AWS checks the whole that
            results from a change, and so does this.
        protocol: The API's protocol, or None where it can't be known yet: then only what is wrong
            on every protocol is a problem.
        unknown: The names of arguments that are no parameters.
        held: What the ESM holds: idem gives it for what an SLS leaves out.
    """
    wrong = malformed(given)
    found = unknown_parameters(unknown) + [text for texts in wrong.values() for text in texts]
    # What is wrong by itself takes no part in the rules: one mistake, one sentence.
    judged = given | {name: plan.placeholder(name) for name in wrong}
    by_protocol = [
        _against_rules(judged, live, candidate, live or held or {})
        for candidate in ([protocol] if protocol else fields.PROTOCOLS)
    ]
    if all(by_protocol):
        everywhere = [text for text in by_protocol[0] if all(text in texts for texts in by_protocol)]
        found += everywhere or [text for texts in by_protocol for text in texts]
    return found


def malformed(given: dict[str, Any]) -> dict[str, list[str]]:
    """Return what is wrong with given values by themselves, by the name of the field."""
    found = {name: _wrong_shape(fields.SETTABLE[name], value) for name, value in given.items()}
    return {name: texts for name, texts in found.items() if texts}


def malformed_sentences(given: dict[str, Any]) -> list[str]:
    """Return what is wrong with given values by themselves, a sentence each."""
    return [text for texts in malformed(given).values() for text in texts]


def hints(given: dict[str, Any], protocol: str | None) -> list[str]:
    """Return a sentence for each given value that AWS may refuse or ignore."""
    return []


def identity_problems(name: Any, api_id: Any, resource_id: Any) -> list[str]:
    """Return what is wrong with the parameters that say which integration is meant."""
    found = []
    if not api_id:
        found.append("api_id is missing: give the id of the API that the integration belongs to.")
    for parameter, value in (("name", name), ("api_id", api_id), ("resource_id", resource_id)):
        if value is not None and not isinstance(value, str):
            found.append(_wrong_type(parameter, value, "a string"))
    return found


def unknown_parameters(names: Iterable[str]) -> list[str]:
    """Return a sentence for each argument that is no parameter of the resource."""
    known = ["name", "resource_id", "api_id", *fields.SETTABLE]
    return [
        f"{name} is no parameter of {RESOURCE_TYPE}: {_meant(name, known) or 'leave it out.'}"
        for name in names
    ]


def in_place_problems(wanted: dict[str, Any], live: dict[str, Any]) -> list[str]:
    """Return what a change asks for that AWS can't do to an integration that exists."""
    stay = [one.sentence for one in removal.removals(wanted, live) if one.sentence and one.impossible]
    if not plan.is_service(live) or plan.is_service(wanted):
        return stay
    # AWS answers an update of a service integration without its subtype with 'Invalid integration
    # URI specified' (probed, go-to-k/cdkd).
    return [
        f"integration_subtype is {live['integration_subtype']!r} and can't be taken away: a service "
        f"integration stays one; {messages.REPLACE}.",
        *stay,
    ]


def _wrong_shape(field: fields.Field, value: Any) -> list[str]:
    """Return what is wrong with a value by itself."""
    if value is None or value == "" == field.empty or _is_open(value):
        return []
    expected, described = _TYPES[field.kind]
    if not _is_a(value, expected):
        return [_wrong_type(field.name, value, described)]
    if field.kind is fields.Kind.NESTED_MAP:
        return _wrong_nested_map(field, value)
    if field.kind in (fields.Kind.MAP, fields.Kind.STRUCTURE):
        known = model.keys(field.member) if field.kind is fields.Kind.STRUCTURE else None
        return _wrong_map(field.name, value, known)
    allowed = model.allowed_values(field.member)
    if allowed and value not in allowed:
        return [_not_one_of(field.name, value, allowed)]
    limits = model.length_limits(field.member)
    size, what = (value, "") if field.kind is fields.Kind.INTEGER else (len(value), " characters long")
    if limits and not limits[0] <= size <= limits[1]:
        return [f"{field.name} is {messages.shown(value)}: it must be {limits[0]} to {limits[1]}{what}."]
    return []


def _wrong_map(name: str, value: dict, known: tuple[str, ...] | None = None) -> list[str]:
    found = []
    for key, item in value.items():
        if not isinstance(key, str):
            found.append(_wrong_type(f"The key {key!r} of {name}", key, "a string"))
        elif known is not None and key not in known:
            found.append(f"{key} is no key of {name}: {_meant(key, known) or _choices(known) + '.'}")
        elif item is not None and not isinstance(item, str):
            found.append(_wrong_type(f"{name}[{key!r}]", item, "a string"))
    return found


def _wrong_nested_map(field: fields.Field, value: dict) -> list[str]:
    found = []
    for key, inner in value.items():
        if not isinstance(key, str):
            found.append(_wrong_type(f"The key {key!r} of {field.name}", key, "a string"))
        elif inner is not None and not isinstance(inner, dict):
            found.append(_wrong_type(f"{field.name}[{key!r}]", inner, "a map of strings"))
        else:
            found += _wrong_map(f"{field.name}[{key!r}]", inner or {})
    return found


def _against_rules(
    given: dict[str, Any], live: dict[str, Any] | None, protocol: str, kept: dict[str, Any]
) -> list[str]:
    """Return what is wrong with the whole integration on an API of one protocol.

    Args:
        given: Fields as an SLS gives them.
        live: The integration as it is, if it exists.
        protocol: The API's protocol.
        kept: What a field keeps if it is left out.
    """
    wanted = plan.wanted(given, live)
    found = []
    for name, value in wanted.items():
        field = fields.SETTABLE[name]
        if protocol not in field.protocols:
            (other,) = field.protocols
            found.append(
                f"{name} is {messages.shown(value)}: only {_PROTOCOL_NAMES[other]} takes it, and "
                f"this is {_PROTOCOL_NAMES[protocol]}; {_drop(field, value, kept)}."
            )
    for rule in rules.RULES:
        takes = protocol in fields.SETTABLE[rule.parameter].protocols and protocol in rule.protocols
        if takes and all(_met(wish, wanted.get(name)) for name, wish in rule.when.items()):
            found += _against_rule(rule, wanted, kept, protocol)
    return found + _against_action(wanted) + _against_defaults(given, wanted, protocol)


def _met(condition: rules.Condition, value: Any) -> bool:
    """Tell whether a condition is met; one on a value that is not known yet is not."""
    if condition is rules.Is.PRESENT:
        return value is not None
    if condition is rules.Is.ABSENT:
        return value is None
    if _is_open(value):
        return False
    if isinstance(condition, rules.Not):
        return value not in condition.values
    return value in condition


def _against_rule(
    rule: rules.Rule, wanted: dict[str, Any], kept: dict[str, Any], protocol: str
) -> list[str]:
    name, demand, value = rule.parameter, rule.demand, wanted.get(rule.parameter)
    field = fields.SETTABLE[name]
    if isinstance(demand, rules.Required):
        advice = demand.advice.format(values=", ".join(model.allowed_values(field.member)))
        return [f"{name} is missing: {advice}."] if value is None else []
    if value is None or _is_open(value):
        return []
    if isinstance(demand, rules.Forbidden):
        return [f"{name} is {messages.shown(value)}: {demand.reason}; {_drop(field, value, kept)}."]
    if isinstance(demand, rules.OneOf):
        on = f" on {_PROTOCOL_NAMES[protocol]}" if len(rule.protocols) == 1 else ""
        return [_not_one_of(name, value, demand.values, on)] if value not in demand.values else []
    if isinstance(demand, rules.Between):
        if demand.least <= value <= demand.greatest:
            return []
        return [
            f"{name} is {value}: on {_PROTOCOL_NAMES[protocol]} it must be {demand.least} to "
            f"{demand.greatest} milliseconds."
        ]
    if isinstance(demand, rules.StatusCodes):
        return [
            f"{name} has the key {code!r}: it must be an HTTP status code from {demand.least} to "
            f"{demand.greatest}."
            for code in value
            if not (re.fullmatch(r"[0-9]{3}", code) and demand.least <= int(code) <= demand.greatest)
        ]
    keys = [key for inner in value.values() for key in inner] if _nested(field) else list(value)
    return [
        f"{name} has the key {key!r}: {_on(protocol)} it must have the form {demand.form}."
        for key in keys
        if not re.fullmatch(demand.pattern, key) and not plan.is_placeholder(key)
    ]


def _on(protocol: str) -> str:
    return f"on {_PROTOCOL_NAMES[protocol]}"


def _against_action(wanted: dict[str, Any]) -> list[str]:
    """Return which parameters that a known service action requires are missing."""
    action = rules.ACTIONS.get(wanted.get("integration_subtype", ""))
    parameters = wanted.get("request_parameters", {})
    if not action or isinstance(parameters, str):
        return []
    missing = [name for name in action.required if name not in parameters]
    if not missing:
        return []
    verb = "is" if len(missing) == 1 else "are"
    return [
        f"{', '.join(missing)} {verb} missing in request_parameters: "
        f"{wanted['integration_subtype']} requires {', '.join(action.required)}."
    ]


def _against_defaults(given: dict[str, Any], wanted: dict[str, Any], protocol: str) -> list[str]:
    """Return which fields are to be taken away that AWS then fills in by itself."""
    found = []
    for name, field in fields.SETTABLE.items():
        default = field.default(
            protocol, wanted.get("integration_type"), service=plan.is_service(wanted)
        )
        taken_away = name in given and given[name] == field.empty and name not in wanted
        if taken_away and default is not None:
            found.append(
                f"{name} is {field.empty!r}: AWS fills in {default!r} where there is none; write "
                f"that, or leave {name} out to keep what is live."
            )
    return found


def _is_a(value: Any, expected: type) -> bool:
    # To Python a boolean is an integer, to AWS it is not.
    return isinstance(value, expected) and not isinstance(value, bool)


def _is_open(value: Any) -> bool:
    """Tell whether a value as a whole is not known yet."""
    return isinstance(value, str) and plan.is_placeholder(value)


def _nested(field: fields.Field) -> bool:
    return field.kind is fields.Kind.NESTED_MAP


def _drop(field: fields.Field, value: Any, kept: dict[str, Any]) -> str:
    """Return how to get rid of a value: out of the SLS, or of the integration."""
    if kept.get(field.name) != value:
        return "leave it out"
    if field.removal is fields.Removal.NEVER:
        return messages.REPLACE
    return f"it is there already, take it away with `{field.name}: {json.dumps(field.empty)}`"


def _wrong_type(subject: str, value: Any, expected: str) -> str:
    kind = {bool: "a boolean", int: "a number", float: "a number", str: "a string"}.get(
        type(value), f"a {type(value).__name__}"
    )
    scalar = expected == "a string" and isinstance(value, (bool, int, float))
    remedy = f", in quotes: '{value}'" if scalar else ""
    return f"{subject} is {messages.shown(value)}, {kind}: it must be {expected}{remedy}."


def _not_one_of(name: str, value: str, allowed: tuple[str, ...], on: str = "") -> str:
    meant = _meant(value, allowed)
    return (
        f"{name} is {messages.shown(value)}: it must be {_choices(allowed)}{on}"
        f"{'; ' + meant if meant else '.'}"
    )


def _choices(values: Iterable[str]) -> str:
    values = list(values)
    return values[0] if len(values) == 1 else f"one of {', '.join(values)}"


def _meant(word: Any, known: Iterable[str]) -> str | None:
    """Return a guess at what was meant by a word that is not known, if there is a near one."""
    by_fold = {_fold(name): name for name in known}
    near = difflib.get_close_matches(_fold(str(word)), by_fold, n=1, cutoff=0.7)
    return f"did you mean {by_fold[near[0]]}?" if near else None


def _fold(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")

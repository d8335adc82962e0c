"""What is wrong with values by themselves: their types, their lengths, and what the SDK lists."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from idem_apigwv2_integration.resource import (
    bindings,
    fields,
    messages,
    model,
    near,
    placeholders,
    refusals,
)

# Where in the parameters something is: a field, or a field and the keys within it.
Path = tuple[Any, ...]

_TYPES: dict[fields.Kind, tuple[type, str]] = {
    fields.Kind.STRING: (str, "a string"),
    fields.Kind.INTEGER: (int, "a whole number"),
    fields.Kind.MAP: (dict, "a map of strings"),
    fields.Kind.NESTED_MAP: (dict, "a map from status codes to maps of strings"),
    fields.Kind.STRUCTURE: (dict, "a map of strings"),
}


@dataclasses.dataclass(frozen=True)
class Problem:
    """One mistake.

    Args:
        paths: What it makes unfit for further rules.
        text: The sentence for the user.
    """

    paths: tuple[Path, ...]
    text: str


def problems(given: dict[str, Any]) -> list[Problem]:
    """Return what is wrong with each given value by itself."""
    return [problem for name, value in given.items() for problem in _wrong(fields.SETTABLE[name], value)]


def _wrong(field: fields.Field, value: Any) -> list[Problem]:
    if value is None or value == "" == field.empty or placeholders.is_open(value):
        return []
    expected, described = _TYPES[field.kind]
    path = (field.name,)
    if not _is_a(value, expected):
        return [Problem((path,), refusals.wrong_type(field.name, value, described))]
    if field.kind is fields.Kind.NESTED_MAP:
        return _wrong_nested_map(field, value)
    if field.kind in (fields.Kind.MAP, fields.Kind.STRUCTURE):
        known = model.keys(field.member) if field.kind is fields.Kind.STRUCTURE else None
        return _wrong_map(path, value, known)
    text = _wrong_string(field, value) if field.kind is fields.Kind.STRING else None
    return [Problem((path,), text)] if text else []


def is_text(value: str) -> bool:
    """Tell whether a string can be encoded: a lone surrogate, as in ``"\\ud800"``, can't."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _wrong_string(field: fields.Field, value: str) -> str | None:
    if not is_text(value):
        return refusals.no_text(field.name, value)
    allowed = model.allowed_values(field.member)
    if allowed and value not in allowed:
        return refusals.not_one_of(field.name, value, allowed, meant=near.meant(value, allowed))
    limits = model.length_limits(field.member)
    if limits and not limits[0] <= len(value) <= limits[1]:
        return refusals.wrong_length(field.name, value, *limits)
    return None


def _wrong_nested_map(field: fields.Field, value: dict) -> list[Problem]:
    found = []
    for key, inner in value.items():
        path = (field.name, key)
        if not isinstance(key, str):
            text = refusals.wrong_type(
                f"The key {messages.shown(key, field.name)} of {field.name}", key, "a string"
            )
            found.append(Problem((path,), text))
        elif inner is not None and not isinstance(inner, dict):
            text = refusals.wrong_type(shown(path), inner, "a map of strings")
            found.append(Problem((path,), text))
        else:
            found += _wrong_map(path, inner or {})
    return found


def _wrong_map(path: Path, value: dict, known: tuple[str, ...] | None = None) -> list[Problem]:
    found = []
    subject = shown(path)
    for key, item in value.items():
        if not isinstance(key, str):
            text = refusals.wrong_type(
                f"The key {messages.shown(key, subject)} of {subject}", key, "a string"
            )
        elif not is_text(key):
            text = refusals.no_text(f"A key of {subject}", key)
        elif known is not None and key not in known:
            text = refusals.wrong_key(subject, key, known, near.meant(key, known))
        elif item is not None and not isinstance(item, str):
            text = refusals.wrong_type(shown((*path, key)), item, "a string")
        elif item is not None and not is_text(item):
            text = refusals.no_text(shown((*path, key)), item)
        elif bindings.unresolvable(key, item):
            text = refusals.unresolvable(shown((*path, key)), bindings.unresolvable(key, item))
        else:
            continue
        found.append(Problem(((*path, key),), text))
    return found


def nulls(given: dict[str, Any]) -> Iterator[Path]:
    """Yield the path of each key of a given map, or of a map in it, that has no value."""
    for name, value in given.items():
        for key, item in value.items() if isinstance(value, dict) else ():
            if item is None:
                yield (name, key)
            elif isinstance(item, dict):
                yield from ((name, key, inner) for inner, text in item.items() if text is None)


def shown(path: Path) -> str:
    """Return a path as it is shown in a sentence."""
    return path[0] + "".join(f"[{messages.shown(key, path[0])}]" for key in path[1:])


def _is_a(value: Any, expected: type) -> bool:
    # To Python a boolean is an integer, to AWS it is not.
    return isinstance(value, expected) and not isinstance(value, bool)

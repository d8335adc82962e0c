"""Values of a resource: AWS's payloads, Idem's shape, placeholders and argument bindings.

In Idem's shape, a field that a resource does not have is left out. AWS's responses leave it out as well,
or have null, an empty string, an empty map or false.

An argument binding is ``${type:state:property}``. To Idem, a colon in a key separates the steps of a
path. Of ``append:header.api: ${…}`` it leaves the value as it is, and adds ``append: {header.api: …}``
with the property that it found. If the value has several bindings, it adds that of one of them only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource.type import ResourceType

KNOWN_AFTER_PRESENT = "known_after_present"
# What Idem itself shows in a dry run for the value of a binding that is not known yet.
_PLACEHOLDERS = (f"_{KNOWN_AFTER_PRESENT}", "_value_known_after_applying")

BINDING = re.compile(r"\$\{[^${}:]*:[^${}:]*:[^${}]*\}")
_ESCAPED = re.compile(r"\$(\\+)\{")

_WHOLE = re.compile(rf"\w+({'|'.join(_PLACEHOLDERS)})")


def placeholder(name: str) -> str:
    """Return what a dry run shows for a value that is not known yet."""
    return f"{name}_{KNOWN_AFTER_PRESENT}"


def has_placeholder(value: Any) -> bool:
    """Return whether a value is a string with a placeholder in it."""
    return isinstance(value, str) and any(mark in value for mark in _PLACEHOLDERS)


def is_whole_placeholder(text: str) -> bool:
    """Return whether a text is a placeholder, with nothing around it."""
    return bool(_WHOLE.fullmatch(text))


def is_open(value: Any) -> bool:
    """Return whether a value has a placeholder in it, at any depth."""
    return any(map(has_placeholder, scalars(value)))


def scalars(value: Any) -> Iterator[Any]:
    """Yield what is in a value at any depth: keys and values of maps, and items of lists."""
    if isinstance(value, dict):
        value = [part for pair in value.items() for part in pair]
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from scalars(item)
    else:
        yield value


def leaves(value: Any, path: tuple[Any, ...] = ()) -> dict[tuple[Any, ...], Any]:
    """Return the values in a map and in the maps in it, by the keys that lead there.

    Idem's ``ignore_changes`` leaves a None, which is no value.
    """
    if isinstance(value, dict):
        inner = [leaves(item, (*path, key)) for key, item in value.items()]
        return {where: leaf for one in inner for where, leaf in one.items()}
    return {} if value is None else {path: value}


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
            value = field.tidy(field.unwrap(value) if field.wrapper else value)
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
    fields = {name: escape(resource[name]) for name in kind.settable if name in resource}
    return {name: resource[name] for name in kind.id_names} | fields


def described_name(kind: ResourceType, resource: dict[str, Any]) -> str:
    """Return the state ID under which a resource is described.

    An ID may occur under two parents, so that it holds all of them.
    """
    return "-".join([*kind.home(resource), resource["resource_id"]])


def escape(value: Any) -> Any:
    """Return a value in which Idem sees no argument binding: ``$\\{`` instead of ``${``.

    Idem has no escape of its own for ``${type:state:property}``. What looks like this escape gets one
    more backslash, so that `as_meant` is the exact inverse.
    """
    return map_text(value, _escaped)


def as_meant(value: Any, written: Any = None) -> Any:
    """Return a value that Idem passes as the SLS, if it has the value, means it.

    Each bound property is where the SLS refers to it, and ``${`` where the SLS has ``$\\{``. What Idem
    puts in from elsewhere, from the ESM or in place of a binding, stays as it is. What it can't bind
    keeps its bindings; see `unresolvable`.
    """
    if isinstance(value, str) and isinstance(written, str) and _ESCAPED.search(written):
        return _unescaped_around(value, BINDING.split(written))
    if not isinstance(value, dict):
        return value
    texts = written if isinstance(written, dict) else {}
    result = {key: as_meant(item, texts.get(key)) for key, item in value.items()}
    for key, item in value.items():
        references = _references(item) if _is_path(key) else []
        found = _take(result, key.split(":")) if references else []
        if found and len(references) == 1:
            (bound,) = found
            text = item.replace(references[0], str(bound))
            result[key] = bound if item == references[0] else as_meant(text, texts.get(key))
    return {map_text(key, _unescaped) if key in texts else key: item for key, item in result.items()}


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


def first_binding(value: Any) -> str | None:
    """Return the first argument binding in a value."""
    found = (BINDING.search(text) for text in scalars(value) if isinstance(text, str))
    return next((one[0] for one in found if one), None)


def map_text(value: Any, change: Callable[[str], str]) -> Any:
    """Return a value with every string in it changed that has a brace, keys included."""
    if isinstance(value, dict):
        return {map_text(key, change): map_text(item, change) for key, item in value.items()}
    # Bindings and templates have one. `describe` looks at every string of an account.
    return change(value) if isinstance(value, str) and "{" in value else value


def as_template(value: Any) -> Any:
    """Return a value escaped for Jinja, through which Idem reads SLS files."""
    return map_text(value, lambda text: re.sub(r"\{[{%#]", r"{% raw %}\g<0>{% endraw %}", text))


def predict(value: Any, placeholder: Callable[[str], str]) -> Any:
    """Return a value, as an SLS has it, with a placeholder for each property that Idem will bind."""
    if isinstance(value, dict):
        return {
            key: item if unresolvable(key, item) else predict(item, placeholder)
            for key, item in value.items()
        }
    if not isinstance(value, str):
        return value
    return BINDING.sub(lambda found: placeholder(found[0][2:-1].rpartition(":")[2]), value)


def unresolvable(key: Any, value: Any) -> list[str]:
    """Return the bindings in the value of a key if they are more than Idem can resolve there."""
    references = _references(value)
    return references if _is_path(key) and len(references) > 1 else []


def _references(value: Any) -> list[str]:
    """Return the different bindings in a string."""
    if not isinstance(value, str):
        return []
    return list(dict.fromkeys(found[0] for found in BINDING.finditer(value)))


def _is_path(key: Any) -> bool:
    return isinstance(key, str) and ":" in key


def _take(values: Any, path: list[str]) -> list[Any]:
    """Remove what is at a path, and the maps that are empty then; return it, if it is there."""
    step, *rest = path
    if not isinstance(values, dict) or step not in values:
        return []
    if not rest:
        return [values.pop(step)]
    found = _take(values[step], rest)
    if found and not values[step]:
        del values[step]
    return found

"""Idem's argument bindings in values: ``${type:state:property}``.

To Idem, a colon in a key separates the steps of a path. Of ``append:header.api: ${…}`` it leaves the
value as it is, and adds ``append: {header.api: …}`` with the property that it found. If the value has
several bindings, it adds the property of one of them only.
"""

import re
from collections.abc import Callable
from typing import Any

BINDING = re.compile(r"\$\{[^${}:]*:[^${}:]*:[^${}]*\}")
_ESCAPED = re.compile(r"\$(\\+)\{")


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
    if isinstance(value, dict):
        parts = [part for pair in value.items() for part in pair]
        return next((found for found in map(first_binding, parts) if found), None)
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

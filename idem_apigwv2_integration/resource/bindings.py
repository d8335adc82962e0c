"""Argument bindings in a map whose keys have colons, such as those of parameter mappings.

To Idem, a colon in a key separates the steps of a path. Of ``append:header.api: ${…}`` it leaves the
value as it is, and adds ``append: {header.api: …}`` with the property that it found. If the value has
several bindings, it adds the property of one of them only.
"""

from collections.abc import Callable
from typing import Any

from idem_apigwv2_integration.resource import convert, fields


def given(arguments: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that an SLS gives, of the arguments that Idem passes or keeps for a state.

    Args:
        arguments: The arguments.
        written: The state as the SLS has it.
    """
    return {
        name: convert.unescape_bindings(folded(arguments[name]), written.get(name))
        for name in fields.SETTABLE
        if arguments.get(name) is not None
    }


def folded(value: Any) -> Any:
    """Return a value, as Idem passes it, with each bound property where the SLS refers to it.

    What Idem can't bind keeps its bindings; see `unresolvable`.
    """
    if not isinstance(value, dict):
        return value
    result = {key: folded(item) for key, item in value.items()}
    for key, item in value.items():
        references = _references(item)
        if not references or not _is_path(key):
            continue
        found = _taken(result, key.split(":"))
        if len(references) == 1 and found:
            (bound,) = found
            result[key] = bound if item == references[0] else item.replace(references[0], str(bound))
    return result


def predicted(value: Any, placeholder: Callable[[str], str]) -> Any:
    """Return a value, as an SLS has it, with a placeholder for each property that Idem will bind.

    Args:
        value: The value.
        placeholder: Returns the placeholder for the name of a property.
    """
    if isinstance(value, dict):
        return {
            key: item if unresolvable(key, item) else predicted(item, placeholder)
            for key, item in value.items()
        }
    if not isinstance(value, str):
        return value
    return convert.BINDING.sub(lambda found: placeholder(found[0][2:-1].rpartition(":")[2]), value)


def unresolvable(key: Any, value: Any) -> list[str]:
    """Return the bindings in the value of a key if they are more than Idem can resolve there."""
    references = _references(value)
    return references if _is_path(key) and len(references) > 1 else []


def _references(value: Any) -> list[str]:
    """Return the different bindings in a string."""
    if not isinstance(value, str):
        return []
    return list(dict.fromkeys(found[0] for found in convert.BINDING.finditer(value)))


def _is_path(key: Any) -> bool:
    return isinstance(key, str) and ":" in key


def _taken(values: Any, path: list[str]) -> list[Any]:
    """Remove what is at a path, and the maps that are empty then; return it, if it is there."""
    step, *rest = path
    if not isinstance(values, dict) or step not in values:
        return []
    if not rest:
        return [values.pop(step)]
    found = _taken(values[step], rest)
    if found and not values[step]:
        del values[step]
    return found

"""Checks of the arguments that are no settable fields: names, IDs, and unknown ones."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from idem_apigwv2_integration.resource import display, problems, validate, values
from idem_apigwv2_integration.resource.rule import Path
from idem_apigwv2_integration.resource.type import ResourceType

FUNCTIONS = ("present", "absent", "search")
_NOT_AN_ID = re.compile("arn:|https?://")
# An ID is a segment of the path of a request: ".." would be one of another resource.
_ID = re.compile("[A-Za-z0-9_-]+")
# The ID within an API's ARN, the ARN of its invocations, and its URL.
_ID_WITHIN = re.compile(
    r"(?:/apis/|:execute-api:[^:]*:[^:]*:|//)(?P<id>[a-z0-9]+)(?:$|/|\.execute-api\.)"
)


def is_empty(value: Any) -> bool:
    """Return whether a parameter that names something has no value."""
    return value is None or value == ""


def check_identity(
    kind: ResourceType, name: Any, parents: dict[str, Any], resource_id: Any
) -> list[str]:
    """Return what is wrong with the parameters that say which resource is meant.

    Args:
        kind: The type of the resource.
        name: The Idem name of the resource.
        parents: The IDs of what contains the resource, by parameter.
        resource_id: The ID of the resource; None if it is not known.
    """
    found = [problems.no_parent(kind, parent) for parent, value in parents.items() if is_empty(value)]
    ids = {**parents, "resource_id": resource_id}
    for parameter, value in {"name": name, **ids}.items():
        if value is not None and not isinstance(value, str):
            found.append(problems.wrong_type(parameter, value, "a string"))
    if isinstance(name, str) and not validate.is_text(name):
        found.append(problems.no_text("name", name))
    api_id = parents["api_id"]
    if isinstance(api_id, str) and _NOT_AN_ID.match(api_id):
        within = _ID_WITHIN.search(api_id)
        found.append(problems.not_an_api_id(api_id, within["id"] if within else None))
        del ids["api_id"]
    known = {parameter: value for parameter, value in ids.items() if not values.is_placeholder(value)}
    return found + check_ids(**known)


def check_ids(**ids: Any) -> list[str]:
    """Return a sentence for each parameter whose value is a string, but can be no ID."""
    return [
        problems.not_an_id(parameter, value)
        for parameter, value in ids.items()
        if isinstance(value, str) and value and not _ID.fullmatch(value)
    ]


def check_function(function: str) -> list[str]:
    """Return a sentence if the resource has no such state function."""
    if function in FUNCTIONS:
        return []
    meant = display.suggestion(function, FUNCTIONS)
    return [problems.not_one_of("function", function, FUNCTIONS, meant=meant)]


def check_names(kind: ResourceType, names: Iterable[str]) -> list[str]:
    """Return a sentence for each argument that is no parameter of the resource."""
    return [
        problems.unknown_parameter(kind, name, None if name in kind.settable else _suggest(kind, name))
        for name in names
        if name not in kind.read_only
    ]


def misspelled(kind: ResourceType, names: Iterable[str]) -> list[str]:
    """Return the parameters that some arguments, which are none, were probably meant to be."""
    return [meant for name in names if (meant := _suggest(kind, name))]


def describe_read_only(names: Iterable[str]) -> list[str]:
    """Return a sentence for each argument that AWS alone sets, so that its value is ignored."""
    return [problems.read_only(name) for name in names]


def check_nulls(given: dict[str, Any], ignored: Iterable[str] = ()) -> list[str]:
    """Return a sentence for each key of a map that has no value: it is unknown what it is to have.

    Args:
        given: Fields as an SLS gives them.
        ignored: What the SLS lists in ``ignore_changes``: Idem itself removes these values.
    """
    ignored = list(ignored)
    return [
        problems.no_value(display.shown_path(path), path[-1])
        for path in _nulls(given)
        if ":".join(map(str, path)) not in ignored
    ]


def _suggest(kind: ResourceType, name: str) -> str | None:
    """Return the parameter that an unknown one was probably meant to be."""
    parents = [parent.name for parent in kind.parents]
    known: dict[str, str | None] = {
        one: one for one in ("name", "resource_id", *parents, *kind.settable)
    }
    known[f"{kind.noun.lower()}_id"] = "resource_id"
    known |= dict.fromkeys(kind.read_only)
    return known.get(display.suggestion(name, known) or "")


def _nulls(given: dict[str, Any]) -> Iterator[Path]:
    """Yield the path of each key of a given map, or of a map in it, that has no value."""
    for name, value in given.items():
        for key, item in value.items() if isinstance(value, dict) else ():
            if item is None:
                yield (name, key)
            elif isinstance(item, dict):
                yield from ((name, key, inner) for inner, text in item.items() if text is None)

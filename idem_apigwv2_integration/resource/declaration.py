"""What an SLS or a caller of an exec function says of a resource, and what is wrong with that."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator
from typing import Any

from idem_apigwv2_integration.resource import display, problems, rule, values
from idem_apigwv2_integration.resource.display import Mask
from idem_apigwv2_integration.resource.rule import Path, Problem
from idem_apigwv2_integration.resource.type import Field, Home, Kind, ResourceType

_NOT_AN_ID = re.compile("arn:|https?://")
# An ID is a segment of the path of a request: ".." would be one of another resource.
ID = re.compile("[A-Za-z0-9_-]+")
# The ID within an API's ARN, the ARN of its invocations, and its URL.
_ID_WITHIN = re.compile(
    r"(?:/apis/|:execute-api:[^:]*:[^:]*:|//)(?P<id>[a-z0-9]+)(?:$|/|\.execute-api\.)"
)
_STRING = (str, "a string")
# For those who write it as CloudFormation or Terraform has it.
_OF_CODES = "; the form of {name} is {'200': {KEY: VALUE}}"
# What a value must be, then what the values in it must be: the type, and how a sentence says it.
_FORMS: dict[Kind, tuple[tuple[type, str], ...]] = {
    Kind.STRING: (_STRING,),
    Kind.INTEGER: ((int, "a whole number"),),
    Kind.MAP: ((dict, "a map of strings"), _STRING),
    Kind.NESTED_MAP: (
        (dict, "a map from status codes to maps of strings, {'200': {KEY: VALUE}}"),
        (dict, f"a map of strings{_OF_CODES}"),
        (str, f"a string{_OF_CODES}"),
    ),
    Kind.STRUCTURE: ((dict, "a map of strings"), _STRING),
    Kind.FLAGS: ((dict, "a map of booleans"), (bool, "a boolean")),
}
# Half of a surrogate pair, which can't be encoded.
SURROGATE = re.compile("[\ud800-\udfff]")
_NAMES = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list"}


class Declaration:
    """The arguments of a function, sorted and checked: everything is computed once.

    Args:
        written: The state as the SLS has it; empty for what is not from an SLS, and therefore has no
            escapes.
        sensitive: The parameters of which no sentence shows a value.

    Attributes:
        parents: The IDs of what contains the resource, by parameter; `home` has the IDs alone, and
            `api_id` is that of the API, which contains every resource.
        given: The settable fields that have a value, as the SLS means them.
        misnamed: A sentence for each argument that is no parameter.
        misspelled: The parameters that some of these were meant to be; they have placeholders.
        notes: A sentence for each argument whose value is ignored, because AWS alone sets it.
    """

    def __init__(
        self,
        kind: ResourceType,
        passed: dict[str, Any],
        written: dict[str, Any],
        sensitive: Collection[str] = (),
    ):
        self.kind, self.mask = kind, display.Mask(sensitive)
        known = {"name", *kind.id_names, *kind.by_name}
        meant = {name: suggest(kind, name) for name in passed if name not in known}
        self.misnamed = [problems.unknown_parameter(kind, *one) for one in meant.items()]
        # A parameter whose name is misspelled is not missing as well.
        self.misspelled = [name for name in meant.values() if name and passed.get(name) in (None, "")]
        passed = passed | {name: values.placeholder(name) for name in self.misspelled}
        self.name: Any = passed.get("name")
        # An empty ID names nothing.
        ids = {name: None if passed.get(name) == "" else passed.get(name) for name in kind.id_names}
        self.resource_id: Any = ids.pop("resource_id")
        self.set_parents(ids)
        self.given = {
            name: values.as_meant(passed[name], written.get(name))
            for name in kind.settable
            if passed.get(name) is not None
        }
        self.read_only = {name: value for name, value in passed.items() if name in kind.read_only}
        self.notes = [problems.read_only(name) for name in self.read_only]
        # Idem itself removes the values of what the SLS lists there.
        self._ignored = list(written.get("ignore_changes") or ())

    def set_parents(self, parents: dict[str, Any]) -> None:
        """Set the IDs of what contains the resource, before they are checked."""
        self.parents = parents
        self.home: Home = tuple(parents.values())
        self.api_id: Any = self.home[0]
        self.ids = {**parents, "resource_id": self.resource_id}

    @functools.cached_property
    def identity(self) -> dict[str, str]:
        """What is wrong with the name and the IDs: a sentence each, by parameter."""
        found = {}
        for parameter, value in {"name": self.name, **self.ids}.items():
            if value is None:
                if parameter in self.parents:
                    found[parameter] = problems.no_parent(self.kind, parameter)
            elif not isinstance(value, str):
                subject = f"{parameter} is {display.shown(value)}"
                found[parameter] = wrong_type(subject, value, "a string")
            elif parameter == "name":
                if SURROGATE.search(value):
                    found[parameter] = problems.no_text(f"name is {display.shown(value)}")
            elif parameter == "api_id" and _NOT_AN_ID.match(value):
                within = _ID_WITHIN.search(value)
                found[parameter] = problems.not_an_api_id(value, within["id"] if within else None)
            elif not values.is_open(value) and not ID.fullmatch(value):
                found[parameter] = problems.not_an_id(parameter, value)
        return found

    @property
    def problems(self) -> list[str]:
        """What is wrong with everything but the values of fields."""
        return [*self.identity.values(), *self.misnamed]

    @functools.cached_property
    def malformed(self) -> list[Problem]:
        """What is wrong with the values of fields by themselves."""
        return list(check_values(self.kind, self.given, self.mask, self._ignored))

    def describe_quoting(self) -> list[str]:
        """Return how to write in a shell each value that must be a string and is a number or boolean."""
        found = []
        for name, value in {"name": self.name, **self.ids, **self.given}.items():
            field = self.kind.settable.get(name)
            is_string = field is None or field.kind is Kind.STRING
            if is_string and isinstance(value, (bool, int, float)):
                text = _text(value, _meant(self.kind, field, value) if field else None)
                found.append(problems.quoting(name, text))
        return found

    def check_ids(self) -> list[str]:
        """Return what is wrong with the name and the IDs, of which none may be missing."""
        missing = [problems.id_missing(self.kind)] if self.resource_id is None else []
        return [*self.identity.values(), *missing]

    def check_call(self, needs_id: bool = True) -> list[str]:
        """Return what is wrong with the arguments of a function that takes only a name and IDs."""
        found = self.check_ids() if needs_id else list(self.identity.values())
        fields = [name for name in self.given if name not in self.misspelled]
        return [
            *found,
            *(problems.unknown_parameter(self.kind, name, None) for name in fields),
            *self.misnamed,
        ]

    def check_absent(self) -> list[str]:
        if self.resource_id is None:
            return self.misnamed
        missing = [name for name, value in self.parents.items() if value is None]
        if missing:
            return [*self.misnamed, problems.parents_required(self.kind, self.name, missing)]
        return [*self.misnamed, *self.identity.values()]

    def check_search(self) -> list[str]:
        found = self.problems + [problem.text for problem in self.malformed]
        if not self.resource_id and not self.given and not self.read_only:
            found.append(problems.no_criterion(self.kind.key or self.kind.sought_by))
        return found


def check_ids(**ids: Any) -> list[str]:
    """Return a sentence for each parameter whose value is a string, but can be no ID."""
    return [
        problems.not_an_id(parameter, value)
        for parameter, value in ids.items()
        if isinstance(value, str) and value and not ID.fullmatch(value)
    ]


def suggest(kind: ResourceType, name: str) -> str | None:
    """Return the parameter that an unknown one was probably meant to be."""
    known: dict[str, str | None] = {one: one for one in ("name", *kind.id_names, *kind.settable)}
    known[f"{kind.noun.lower()}_id"] = "resource_id"
    known |= dict.fromkeys(kind.read_only)
    return known.get(display.suggestion(name, known) or "")


def check_values(
    kind: ResourceType, given: dict[str, Any], mask: Mask, ignored: Collection[str] = ()
) -> Iterator[Problem]:
    """Yield what is wrong with given values by themselves.

    Args:
        ignored: The paths of which Idem itself has removed the values: they are no mistakes.
    """
    for name, value in given.items():
        field, path = kind.settable[name], (name,)
        (expected, described), *inner = _FORMS[field.kind]
        if value == "" == field.empty or values.is_open(value):
            continue
        # To Python a boolean is an integer, to AWS it is not.
        if not isinstance(value, expected) or isinstance(value, bool):
            yield _wrong_type(path, value, described, mask, _meant(kind, field, value))
        elif isinstance(value, dict):
            yield from _check_entries(path, value, inner, mask, ignored, kind.keys.get(name))
        elif isinstance(value, str) and (text := _check_string(kind, field, value, mask)):
            yield Problem((path,), text)


def sound(kind: ResourceType, given: dict[str, Any], malformed: list[Problem]) -> dict[str, Any]:
    """Return given values with placeholders for what is malformed in them."""
    broken = {path for problem in malformed for path in problem.paths}
    return {
        name: _replace(broken, (name,), value, kind.settable[name].is_nested)
        for name, value in given.items()
        if (name,) not in broken
    }


def wrong_type(
    subject: str, value: Any, expected: str, meant: str | None = None, show: bool = True
) -> str:
    """Return the sentence about a value, or a key of a map, that has another type than it must have.

    Args:
        subject: The beginning of the sentence.
        meant: The text that the value was probably meant to be, if it is not the value as YAML has it.
    """
    found = _NAMES.get(type(value), f"a {type(value).__name__}")
    if expected.startswith("a string") and isinstance(value, (bool, int, float)):
        expected = f"a string, in quotes: '{_text(value, meant)}'" if show else "a string"
    return problems.wrong_type(subject, found, expected)


def _check_string(kind: ResourceType, field: Field, value: str, mask: Mask) -> str | None:
    name = field.name
    allowed, limits = kind.allowed_values.get(name), kind.length_limits.get(name)
    if SURROGATE.search(value):
        return problems.no_text(mask.subject((name,), value))
    if allowed and value not in allowed:
        meant = display.suggestion(value, allowed)
        remedies = {k: v for one in _choices(kind, field) for k, v in one.instead.items()}
        subject, instead = mask.subject((name,), value), remedies.get(value)
        return problems.not_one_of(subject, allowed, meant=meant, instead=instead)
    if limits and not limits[0] <= len(value) <= limits[1]:
        return problems.wrong_length(mask.subject((name,), value), *limits)
    return None


def _check_entries(
    path: Path,
    value: dict,
    forms: list[tuple[type, str]],
    mask: Mask,
    ignored: Collection[str],
    known: tuple[str, ...] | None = None,
) -> Iterator[Problem]:
    name, ((expected, described), *inner) = path[0], forms
    for key, item in value.items():
        where = (*path, key)
        if not isinstance(key, str):
            yield _wrong_key_type(where, mask)
        elif SURROGATE.search(key):
            text = problems.no_text(f"A key of {mask.path(path)} is {mask.shown(key, name)}")
            yield Problem((where,), text)
        elif known is not None and key not in known:
            (shown,), meant = mask.texts([key], name), display.suggestion(key, known)
            yield Problem((where,), problems.wrong_key(mask.path(path), shown, known, meant))
        elif item is None:
            yield from _no_value(where, mask, ignored)
        elif inner and isinstance(item, dict):
            yield from _check_entries(where, item, inner, mask, ignored)
        elif not isinstance(item, expected) and (inner or not values.is_open(item)):
            yield _wrong_type(where, item, described.replace("{name}", name), mask)
        elif isinstance(item, str) and SURROGATE.search(item):
            yield Problem((where,), problems.no_text(mask.subject(where, item)))
        elif references := values.unresolvable(key, item):
            yield Problem((where,), problems.unresolvable(mask.path(where), references))


def _no_value(path: Path, mask: Mask, ignored: Collection[str]) -> Iterator[Problem]:
    """Yield that a key of a map has no value: it is unknown what it is to have."""
    if ":".join(map(str, path)) not in ignored:
        yield Problem((path,), problems.no_value(mask.path(path), path[-1]))


def _wrong_type(path: Path, value: Any, expected: str, mask: Mask, meant: str | None = None) -> Problem:
    subject, show = mask.subject(path, value), not mask.hides(path[0])
    return Problem((path,), wrong_type(subject, value, expected, meant, show))


def _wrong_key_type(path: Path, mask: Mask) -> Problem:
    key, shown = path[-1], mask.shown(path[-1], path[0])
    subject = f"The key {shown} of {mask.path(path[:-1])} is {shown}"
    return Problem((path,), wrong_type(subject, key, "a string", show=not mask.hides(path[0])))


def _text(value: Any, meant: str | None) -> Any:
    """Return the text that a number or boolean of YAML was meant to be."""
    return meant or (str(value).lower() if isinstance(value, bool) else value)


def _meant(kind: ResourceType, field: Field, value: Any) -> str | None:
    """Return the allowed value that a number was meant to be, for example '2.0' for 2."""
    allowed = [one for constraint in _choices(kind, field) for one in constraint.values]
    return next((one for one in allowed if one == f"{value}.0"), None)


def _choices(kind: ResourceType, field: Field) -> Iterator[rule.OneOf]:
    for one in kind.rules:
        if one.name == field.name and isinstance(one.constraint, rule.OneOf):
            yield one.constraint


def _replace(broken: set[Path], path: Path, value: Any, is_nested: bool) -> Any:
    if path in broken:
        # In a map of maps, an entry that is no map can't be merged with what is live.
        return {} if is_nested and len(path) == 2 else values.placeholder("value")
    if isinstance(value, dict):
        return {key: _replace(broken, (*path, key), item, is_nested) for key, item in value.items()}
    return value

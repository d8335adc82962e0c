"""What an SLS or a caller of an exec function says of a resource, and what is wrong with that."""

import functools
import re
from collections.abc import Collection, Iterator
from typing import Any

from idem_apigwv2_integration.resource import display, messages, rule, values
from idem_apigwv2_integration.resource.rule import Path, Problem
from idem_apigwv2_integration.resource.type import Home, Kind, ResourceType

_NOT_AN_ID = re.compile("arn:|https?://")
# An ID is a segment of the path of a request: ".." would be one of another resource.
ID = re.compile("[A-Za-z0-9_-]+")
# The ID within an API's ARN, the ARN of its invocations, and its URL.
_ID_WITHIN = re.compile(
    r"(?:/apis/|:execute-api:[^:]*:[^:]*:|//)(?P<id>[a-z0-9]+)(?:$|/|\.execute-api\.)"
)
# A type, and how a sentence says it.
Form = tuple[type, str]
_STRING = (str, "a string")
# For those who write it as CloudFormation or Terraform has it.
_OF_CODES = "; the form of {name} is {'200': {KEY: VALUE}}"
# What a value must be, then what the values in it must be.
_FORMS: dict[Kind, tuple[Form, ...]] = {
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
_NO_TEXT = "it has half of a surrogate pair; correct it"
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
        self.misnamed = [unknown_parameter(kind, *one) for one in meant.items()]
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
        self.notes = [f"{name} is read-only: its value is ignored." for name in self.read_only]
        # Idem itself removes the values of what the SLS lists there.
        self._ignored = list(written.get("ignore_changes") or ())

    def set_parents(self, parents: dict[str, Any]) -> None:
        """Set the IDs of what contains the resource, before they are checked."""
        self.parents = parents
        self.home: Home = tuple(parents.values())
        self.api_id: Any = self.home[0]
        self.ids = {**parents, "resource_id": self.resource_id}

    @functools.cached_property
    def wrong_ids(self) -> dict[str, str]:
        """What is wrong with the name and the IDs: a sentence each, by parameter."""
        found = {}
        for parameter, value in {"name": self.name, **self.ids}.items():
            if value is None:
                for parent in self.kind.parents:
                    if parent.name == parameter:
                        advice = (
                            f"give the ID of the {parent.noun} that the {self.kind.label} belongs to"
                        )
                        found[parameter] = f"{parameter} is missing: {advice}."
            elif not isinstance(value, str):
                subject = f"{parameter} is {display.shown(value)}"
                found[parameter] = self.wrong_type(subject, parameter, value, "a string")
            elif parameter == "name":
                if SURROGATE.search(value):
                    found[parameter] = f"{parameter} is {display.shown(value)}: {_NO_TEXT}."
            elif parameter == "api_id" and _NOT_AN_ID.match(value):
                within = _ID_WITHIN.search(value)
                remedy = "give the API's ID, for example 'a1b2c3d4e5'"
                if within:
                    remedy = f"give the ID in it, {within['id']!r}"
                found[parameter] = f"api_id is {value!r}, an ARN or a URL: {remedy}."
            elif not values.has_placeholder(value):
                for sentence in describe_malformed_ids(**{parameter: value}):
                    found[parameter] = sentence
        return found

    @property
    def problems(self) -> list[str]:
        """What is wrong with everything but the values of fields."""
        return [*self.wrong_ids.values(), *self.misnamed]

    @functools.cached_property
    def malformed(self) -> list[Problem]:
        """What is wrong with the values of fields by themselves."""
        return [
            problem
            for name, value in self.given.items()
            for problem in self._check_value((name,), value, _FORMS[self.kind.settable[name].kind])
        ]

    def sound(self) -> dict[str, Any]:
        """Return the given fields with placeholders for what is malformed in them."""
        broken = {path for problem in self.malformed for path in problem.paths}

        def replace(path: Path, value: Any) -> Any:
            if path in broken:
                # In a map of maps, an entry that is no map can't be merged with what is live.
                is_nested = self.kind.settable[path[0]].kind is Kind.NESTED_MAP
                return {} if is_nested and len(path) == 2 else values.placeholder("value")
            if isinstance(value, dict):
                return {key: replace((*path, key), item) for key, item in value.items()}
            return value

        given = self.given.items()
        return {name: replace((name,), value) for name, value in given if (name,) not in broken}

    def _check_value(self, path: Path, value: Any, forms: tuple[Form, ...]) -> Iterator[Problem]:
        """Yield what is wrong with the value of a field, or of a key of a map."""
        (expected, described), *inner = forms
        text = None
        if value is None:
            text = self._no_value(path)
        elif isinstance(value, dict) and expected is dict:
            yield from self._check_entries(path, value, tuple(inner))
        # To Python a boolean is an integer, to AWS it is not.
        elif not isinstance(value, expected) or (isinstance(value, bool) and expected is int):
            # It may be bound to what is not known yet.
            if not values.has_placeholder(value):
                subject = self.mask.subject(path, value)
                text = self.wrong_type(subject, path[0], value, described.replace("{name}", path[0]))
        elif isinstance(value, str):
            text = self._check_string(path, value)
        if text:
            yield Problem((path,), text)

    def _check_entries(self, path: Path, entries: dict, forms: tuple[Form, ...]) -> Iterator[Problem]:
        """Yield what is wrong with the keys of a map, and with their values."""
        name, parent, known = path[0], self.mask.path(path), self.kind.keys.get(path[0])
        for key, item in entries.items():
            where, shown = (*path, key), self.mask.shown(key, name)
            if not isinstance(key, str):
                subject = f"The key {shown} of {parent} is {shown}"
                yield Problem((where,), self.wrong_type(subject, name, key, "a string"))
            elif SURROGATE.search(key):
                yield Problem((where,), f"A key of {parent} is {shown}: {_NO_TEXT}.")
            elif known is not None and key not in known:
                (shown,), meant = self.mask.texts([key], name), display.suggestion(key, known)
                remedy = display.did_you_mean(meant) or f"its keys are {', '.join(known)}"
                text = display.end(f"{shown} is not a key of {parent}: {remedy}")
                yield Problem((where,), text)
            else:
                yield from self._check_value(where, item, forms)

    def _check_string(self, path: Path, value: str) -> str | None:
        """Return what is wrong with a string: a sentence."""
        name, fault = path[0], None
        if SURROGATE.search(value):
            fault = _NO_TEXT
        elif len(path) > 1:
            if references := values.unresolvable(path[-1], value):
                return (
                    f"{self.mask.path(path)} refers to {' and '.join(references)}: below a key with a "
                    "colon, Idem can resolve only one reference; write the others as text."
                )
        elif value and not values.has_placeholder(value):
            allowed = self.kind.allowed_values.get(name, (value,))
            least, greatest = self.kind.length_limits.get(name, (0, len(value)))
            if value not in allowed:
                remedies = [one.instead.get(value) for one in self._choices(name)]
                fault = rule.not_one_of(value, allowed, instead=next(filter(None, remedies), None))
            elif not least <= len(value) <= greatest:
                fault = f"it must be {least} to {greatest} characters long"
        return display.end(f"{self.mask.subject(path, value)}: {fault}") if fault else None

    def _no_value(self, path: Path) -> str:
        """Return that a key of a map has no value, unless Idem itself has removed it."""
        if ":".join(map(str, path)) in self._ignored:
            return ""
        removes = path[-1].lower().startswith("remove:")
        value = """`"''"`, which removes the mapped name from the message""" if removes else "a value"
        return f"{self.mask.path(path)} has no value: write {value}, or leave the key out."

    def wrong_type(self, subject: str, name: str, value: Any, expected: str) -> str:
        """Return the sentence about a part of a parameter that has another type than it must have.

        Args:
            subject: The beginning of the sentence.
        """
        found = _NAMES.get(type(value), f"a {type(value).__name__}")
        if expected.startswith("a string") and isinstance(value, (bool, int, float)):
            hidden = self.mask.hides(name)
            expected = "a string" if hidden else f"a string, in quotes: '{self._as_text(name, value)}'"
        return f"{subject}, {found}: it must be {expected}."

    def _as_text(self, name: str, value: Any) -> str:
        """Return the text that a number or boolean of YAML was meant to be, for example '2.0' for 2."""
        allowed = [text for choice in self._choices(name) for text in choice.values]
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return f"{text}.0" if f"{text}.0" in allowed else text

    def _choices(self, name: str) -> list[rule.OneOf]:
        """Return the rules that say which values a parameter can have."""
        return [one for one in self.kind.rules if one.name == name and isinstance(one, rule.OneOf)]

    def describe_quoting(self) -> list[str]:
        """Return how to write in a shell each value that must be a string and is a number or boolean."""
        found = []
        for name, value in {"name": self.name, **self.ids, **self.given}.items():
            field = self.kind.settable.get(name)
            is_string = field is None or field.kind is Kind.STRING
            if is_string and isinstance(value, (bool, int, float)):
                quoted = f"{name}='{self._as_text(name, value)}'"
                # With quotes of two kinds in it, Idem would print the sentence with backslashes.
                found.append(
                    f"A shell removes these quotes: put double quotes around the whole of {quoted}."
                )
        return found

    def check_ids(self) -> list[str]:
        """Return what is wrong with the name and the IDs, of which none may be missing."""
        missing = f"resource_id is missing: set it to the ID of the {self.kind.label}."
        return [*self.wrong_ids.values(), *([missing] if self.resource_id is None else [])]

    def check_call(self, needs_id: bool = True) -> list[str]:
        """Return what is wrong with the arguments of a function that takes only a name and IDs."""
        found = self.check_ids() if needs_id else list(self.wrong_ids.values())
        fields = [name for name in self.given if name not in self.misspelled]
        return [
            *found,
            *(unknown_parameter(self.kind, name) for name in fields),
            *self.misnamed,
        ]

    def check_absent(self) -> list[str]:
        if self.resource_id is None:
            return self.misnamed
        missing = [name for name, value in self.parents.items() if value is None]
        if missing:
            return [*self.misnamed, messages.parents_required(self.kind, self.name, missing)]
        return [*self.misnamed, *self.wrong_ids.values()]

    def check_search(self) -> list[str]:
        found = self.problems + [problem.text for problem in self.malformed]
        if not self.resource_id and not self.given and not self.read_only:
            example = self.kind.key or self.kind.sought_by
            found.append(f"A search needs resource_id, or parameters such as {example}.")
        return found


def describe_malformed_ids(**ids: Any) -> list[str]:
    """Return a sentence for each parameter whose value is a string, but can be no ID."""
    return [
        f"{parameter} is {display.shown(value)}: an ID consists of letters, digits, '_' and '-' only; "
        "correct it."
        for parameter, value in ids.items()
        if isinstance(value, str) and value and not ID.fullmatch(value)
    ]


def unknown_parameter(kind: ResourceType, name: str, meant: str | None = None) -> str:
    where = "this function" if name in (*kind.settable, *kind.id_names) else kind.name
    remedy = display.did_you_mean(meant) or "leave it out"
    return display.end(f"{name} is not a parameter of {where}: {remedy}")


def suggest(kind: ResourceType, name: str) -> str | None:
    """Return the parameter that an unknown one was probably meant to be."""
    known: dict[str, str | None] = {one: one for one in ("name", *kind.id_names, *kind.settable)}
    known[f"{kind.noun.lower()}_id"] = "resource_id"
    known |= dict.fromkeys(kind.read_only)
    return known.get(display.suggestion(name, known) or "")

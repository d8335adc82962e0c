"""What an SLS or a caller of an exec function says of a resource, and what is wrong with that."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from typing import Any

from idem_apigwv2_integration.resource import bindings, display, form, problems, values
from idem_apigwv2_integration.resource.rule import Problem
from idem_apigwv2_integration.resource.type import Home, ResourceType

_NOT_AN_ID = re.compile("arn:|https?://")
# An ID is a segment of the path of a request: ".." would be one of another resource.
ID = re.compile("[A-Za-z0-9_-]+")
# The ID within an API's ARN, the ARN of its invocations, and its URL.
_ID_WITHIN = re.compile(
    r"(?:/apis/|:execute-api:[^:]*:[^:]*:|//)(?P<id>[a-z0-9]+)(?:$|/|\.execute-api\.)"
)


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
            name: bindings.as_meant(passed[name], written.get(name))
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
                found[parameter] = form.wrong_type(subject, value, "a string")
            elif parameter == "name":
                if form.SURROGATE.search(value):
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
        return list(form.check(self.kind, self.given, self.mask, self._ignored))

    def describe_quoting(self) -> list[str]:
        """Return how to write in a shell each value that must be a string and is none."""
        return form.describe_quoting(self.kind, {"name": self.name, **self.ids, **self.given})

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

"""The integration that is judged, and what the judges of the rules have in common."""

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Any

from idem_apigwv2_integration.resource import demands, fields, messages, placeholders, plan, refusals
from idem_apigwv2_integration.resource.shape import Path, Problem

PROTOCOL_NAMES = {fields.HTTP: "an HTTP API", fields.WEBSOCKET: "a WebSocket API"}


@dataclasses.dataclass
class Case:
    """An integration that is judged.

    Args:
        given: Fields as an SLS gives them.
        live: The integration as it is, in Idem's shape, if it exists.
        kept: What a field keeps if it is left out.
        protocol: The API's protocol.
        broken: What has broken a rule so far, or is malformed.
        partial: Whether an integration exists of which only what is given is known.
    """

    given: dict[str, Any]
    live: dict[str, Any] | None
    kept: dict[str, Any]
    protocol: str
    broken: set[Path]
    partial: bool = False

    def __post_init__(self) -> None:
        sound = {
            name: self._without_malformed((name,), value)
            for name, value in self.given.items()
            if (name,) not in self.broken
        }
        # AWS checks the whole that results, not only what is given.
        self.wanted = plan.merged(sound, self.live)

    @property
    def where(self) -> str:
        """The kind of API, as a sentence names it."""
        return PROTOCOL_NAMES[self.protocol]

    def entries(self, name: str) -> list[tuple[Path, str, Any]]:
        """Return path, key and value of each entry of a map, or its maps, that broke no rule."""
        values = self.given.get(name)
        if not isinstance(values, dict):
            values = self.wanted.get(name)
        return [
            (path, path[-1], value)
            for path, value in _leaves((name,), values if isinstance(values, dict) else {})
            if not self._is_broken(path) and not placeholders.is_placeholder(path[-1])
        ]

    def codes(self, name: str) -> list[str]:
        """Return the keys of a map of maps that broke no rule."""
        values = self.wanted.get(name)
        keys = values if isinstance(values, dict) else {}
        return [key for key in keys if not self._is_broken((name, key))]

    def inherits(self, name: str) -> bool:
        """Tell whether a field has a value that the SLS does not give."""
        value = self.wanted.get(name)
        return value is not None and self.kept.get(name) == value

    def _without_malformed(self, path: Path, value: Any) -> Any:
        """Return a value with placeholders for what is malformed in it."""
        if path in self.broken:
            nested = fields.SETTABLE[path[0]].kind is fields.Kind.NESTED_MAP and len(path) == 2
            return {} if nested else placeholders.placeholder("value")
        if isinstance(value, dict):
            return {key: self._without_malformed((*path, key), item) for key, item in value.items()}
        return value

    def _is_broken(self, path: Path) -> bool:
        return any(path[:length] in self.broken for length in range(1, len(path) + 1))


# A function that returns how an integration breaks a rule with one kind of demand.
Judge = Callable[[Any, demands.Rule, Case], Iterator[Problem]]


def about(rule: demands.Rule, text: str) -> Iterator[Problem]:
    """Return the problem of the field that a rule is about."""
    yield Problem(((rule.parameter,),), text)


def value_of(rule: demands.Rule, case: Case) -> Any:
    """Return the value that a rule is about; None if there is none, or if it is not known yet."""
    value = case.wanted.get(rule.parameter)
    return None if placeholders.is_open(value) else value


def fits(pattern: str, text: str) -> bool:
    """Tell whether a text matches a pattern of a rule."""
    return bool(re.fullmatch(pattern, text, re.IGNORECASE | re.DOTALL))


def remedy(rule: demands.Rule, case: Case) -> str:
    """Return how to get rid of a value: out of the SLS, or of the integration."""
    field = fields.SETTABLE[rule.parameter]
    if not case.inherits(rule.parameter):
        inherited = [
            name
            for name, wish in rule.when.items()
            if wish is demands.Is.PRESENT and case.inherits(name)
        ]
        others = [f"write {refusals.removal(name, fields.SETTABLE[name].empty)}" for name in inherited]
        return ", or ".join(["leave it out", *others])
    if field.removal is fields.Removal.NEVER:
        return messages.REPLACE
    return f"to remove it, write {refusals.removal(rule.parameter, field.empty)}"


def _leaves(path: Path, values: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _leaves((*path, key), value)
        # Idem's ignore_changes leaves a None, which keeps what is live.
        elif value is not None:
            yield (*path, key), value

"""Rules: what AWS allows in a resource. One class for each kind of constraint.

A constraint holds its data, its check and its words for the reference. The sentences for the user are in
`problems`. A constraint that only integrations have stands beside their rules.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from idem_apigwv2_integration.resource import display, problems, values
from idem_apigwv2_integration.resource.type import (
    API_NAMES,
    PROTOCOLS,
    Field,
    When,
)

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource.validate import Check

# Where in the parameters something is: a field, or a field and the keys within it.
Path = tuple[Any, ...]


@dataclasses.dataclass(frozen=True)
class Problem:
    """One mistake: the sentence for the user, and what further rules must not look at."""

    paths: tuple[Path, ...]
    text: str


class Constraint:
    """What a rule requires of a field.

    Attributes:
        words: The description in the reference.
        checks_absence: Whether a field without a value may break it.
    """

    words: ClassVar[str]
    checks_absence: ClassVar[bool] = False

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        """Yield how a resource breaks the constraint on a field."""
        raise NotImplementedError

    @property
    def described(self) -> str:
        """What is required, in markdown."""
        shown = {one.name: _shown(getattr(self, one.name)) for one in dataclasses.fields(self)}  # type: ignore[arg-type]
        return self.words.format(**shown)


def _shown(value: Any) -> str:
    return ", ".join(f"`{one}`" for one in value) if isinstance(value, tuple) else str(value)


@dataclasses.dataclass(frozen=True)
class Rule:
    """What must hold for a field under some conditions.

    A field, or an entry of a map, that breaks a rule is left out of the rules after it: they neither
    check it nor depend on it. So one mistake leads to one sentence, the cause.

    Args:
        name: The field.
        constraint: What must hold.
        source: Where the claim comes from.
        protocols: The API protocols on which it holds.
        when: Conditions on other fields; all of them must be met.
        after: Fields that must not have broken a rule for this one to be checked.
        decisive: Whether no rule after it is checked once it is broken.
        hint: Whether it is only pointed out: AWS may accept what breaks it.
        wrong_protocol: Whether what breaks it is meant for an API of another protocol.
    """

    name: str
    constraint: Constraint
    source: str
    protocols: tuple[str, ...] = PROTOCOLS
    when: When = dataclasses.field(default_factory=dict)
    after: tuple[str, ...] = ()
    decisive: bool = False
    hint: bool = False
    wrong_protocol: bool = False


@dataclasses.dataclass(frozen=True)
class Required(Constraint):
    """The field must have a value; ``advice`` says which."""

    words: ClassVar[str] = "required; {advice}"
    checks_absence: ClassVar[bool] = True

    advice: str

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        name = rule.name
        if check.merged.get(name) is None:
            yield about(name, problems.missing(name, self.advice))


@dataclasses.dataclass(frozen=True)
class Forbidden(Constraint):
    """The field must have no value.

    Args:
        reason: Why.
        alternative: What else to do than to remove the field.
    """

    words: ClassVar[str] = "not allowed, because {reason}"

    reason: str
    alternative: str = ""

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        name = rule.name
        value = check.known(name)
        if value is not None:
            advice = check.remedy(rule)
            if self.alternative:
                advice = f"{self.alternative}, or {advice}"
            yield about(name, problems.not_allowed(name, value, self.reason, advice))


@dataclasses.dataclass(frozen=True)
class Supported(Constraint):
    """The API's protocol must support the field; ``instead`` says what to use where it does not."""

    words: ClassVar[str] = "not supported"

    instead: str = ""

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        name = rule.name
        value = check.known(name)
        if value is not None:
            (other,) = check.kind.settable[name].protocols
            advice = self.instead or check.remedy(rule)
            text = problems.not_supported(name, value, API_NAMES[other], check.where, advice)
            yield about(name, text)


@dataclasses.dataclass(frozen=True)
class NotThere(Constraint):
    """The API's protocol has no such resource, whatever the field's value; ``reason`` says so."""

    words: ClassVar[str] = "{reason}"

    reason: str

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        yield about(rule.name, problems.wrong(rule.name, check.merged[rule.name], self.reason))


@dataclasses.dataclass(frozen=True)
class OneOf(Constraint):
    """The field must have one of some values.

    Args:
        values: The values.
        scope: Where this holds.
        instead: What to do instead of using some other values, by that value.
    """

    words: ClassVar[str] = "one of {values}"

    values: tuple[str, ...]
    scope: str
    instead: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        name = rule.name
        value = check.known(name)
        if value is not None and value not in self.values:
            meant, instead = display.suggestion(value, self.values), self.instead.get(value)
            text = problems.not_one_of(name, value, self.values, self.scope, meant, instead)
            yield about(name, text)


@dataclasses.dataclass(frozen=True)
class NoneOf(Constraint):
    """The field must have none of some values, whatever their letter case; ``reason`` says why."""

    words: ClassVar[str] = "not {values}; {reason}"

    values: tuple[str, ...]
    reason: str

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        name = rule.name
        value = check.known(name)
        if value is not None and value.upper() in self.values:
            yield about(name, problems.wrong(name, value, self.reason))


@dataclasses.dataclass(frozen=True)
class Known(Constraint):
    """The field should have one of some values, but AWS may know more of them.

    Args:
        values: The values.
        what: What they are.
        similar: Whether to point out a value only if it resembles one of them.
    """

    words: ClassVar[str] = "{what} that is not known is pointed out"

    values: tuple[str, ...]
    what: str
    similar: bool

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        name = rule.name
        value = check.known(name)
        if value is not None and value not in self.values:
            meant = display.suggestion(value, self.values)
            if meant or not self.similar:
                yield about(name, problems.unknown_value(name, value, self.what, meant))


@dataclasses.dataclass(frozen=True)
class Matches(Constraint):
    """The string must match a pattern; ``form`` describes it."""

    words: ClassVar[str] = "must have a certain form; if it has not: “{form}”"

    pattern: str
    form: str

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        name = rule.name
        value = check.merged.get(name)
        # A part of the value may only be known later.
        if value is not None and not values.is_placeholder(value) and not matches(self.pattern, value):
            yield about(name, problems.wrong(name, value, self.form))


@dataclasses.dataclass(frozen=True)
class Between(Constraint):
    """The number must be between two limits, both included."""

    words: ClassVar[str] = "{minimum} to {maximum}"

    minimum: int
    maximum: int

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        name = rule.name
        value = check.known(name)
        if value is not None and not self.minimum <= value <= self.maximum:
            text = problems.out_of_range(name, value, self.minimum, self.maximum, check.where)
            yield about(name, text)


@dataclasses.dataclass(frozen=True)
class Keys(Constraint):
    """The keys of the map, or of the maps in it, must match a pattern; ``form`` shows it."""

    words: ClassVar[str] = "keys of the form `{form}`"

    pattern: str
    form: str

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        name = rule.name
        paths = [path for path, _ in check.entries(name) if not matches(self.pattern, path[-1])]
        if paths:
            advice = check.remedy(rule) if check.inherits(name) else None
            keys = [path[-1] for path in paths]
            text = problems.wrong_keys(name, keys, self.form, check.where, advice)
            yield Problem(tuple(paths), text)


@dataclasses.dataclass(frozen=True)
class Distinct(Constraint):
    """Of the keys that a pattern matches, no two may have the same ``name``, whatever their case."""

    words: ClassVar[str] = "at most one key for each {what}, whatever its letter case"

    pattern: str
    what: str

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        name = rule.name
        same: dict[Path, list[Path]] = {}
        for path, _ in check.entries(name):
            found = re.fullmatch(self.pattern, path[-1], re.IGNORECASE)
            if found:
                same.setdefault((*path[:-1], found["name"].lower()), []).append(path)
        for paths in same.values():
            if len(paths) > 1:
                keys = [path[-1] for path in paths]
                text = problems.repeated_keys(display.shown_path(paths[0][:-1]), keys, self.what)
                yield Problem(tuple(paths), text)


@dataclasses.dataclass(frozen=True)
class NoKeys(Constraint):
    """No key of the map may match a pattern; ``reason`` says why."""

    words: ClassVar[str] = "no key that matches `{pattern}`: {reason}"

    pattern: str
    reason: str

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        name = rule.name
        paths = [path for path, _ in check.entries(name) if matches(self.pattern, path[-1])]
        if paths:
            text = problems.forbidden_keys(name, [path[-1] for path in paths], self.reason)
            yield Problem(tuple(paths), text)


@dataclasses.dataclass(frozen=True)
class Values(Constraint):
    """Where a key of the map matches one pattern, its value must match another.

    Args:
        keys: The pattern of the keys.
        pattern: The pattern of the values.
        form: What the value must be.
    """

    words: ClassVar[str] = (
        "a key that matches `{keys}` needs a certain value; if it has another one: “{form}”"
    )

    keys: str
    pattern: str
    form: str

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        name = rule.name
        for path, value in check.entries(name):
            applies = matches(self.keys, path[-1]) and not values.is_placeholder(value)
            if applies and not matches(self.pattern, value):
                yield wrong_value(path, value, self.form)


def about(name: str, text: str) -> Problem:
    """Return the problem of a field as a whole."""
    return Problem(((name,),), text)


def wrong_value(path: Path, value: Any, reason: str) -> Problem:
    """Return the problem of the value of an entry of a map."""
    text = problems.wrong_value(display.shown_path(path[:-1]), path[-1], value, reason)
    return Problem((path,), text)


def matches(pattern: str, text: str) -> bool:
    """Return whether a text matches a pattern of a rule."""
    return bool(re.fullmatch(pattern, text, re.IGNORECASE | re.DOTALL))


def supported(fields: Iterable[Field], after: tuple[str, ...] = ()) -> tuple[Rule, ...]:
    """Return a rule for each field and each protocol that neither supports nor ignores it."""
    return tuple(
        Rule(
            field.name,
            Supported(field.instead),
            field.source,
            protocols=(protocol,),
            after=after,
            wrong_protocol=True,
        )
        for field in fields
        for protocol in PROTOCOLS
        if field.settable
        and protocol not in field.protocols
        and not any(one.protocols == (protocol,) for one in field.ignored)
    )

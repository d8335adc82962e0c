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
        shown = {one.name: _shown(getattr(self, one.name)) for one in dataclasses.fields(self)}  # type: ignore[arg-type]
        return self.words.format(**shown)


def _shown(value: Any) -> str:
    return ", ".join(f"`{one}`" for one in value) if isinstance(value, tuple) else str(value)


@dataclasses.dataclass(frozen=True)
class Rule:
    """What must hold for a field under some conditions, all of which must be met.

    A field, or an entry of a map, that breaks a rule is left out of the rules after it: they neither
    check it nor depend on it. So one mistake leads to one sentence, the cause.

    Args:
        source: Where the claim comes from.
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
        if check.merged.get(rule.name) is None:
            yield about(rule.name, problems.missing(rule.name, self.advice))


class OfValue(Constraint):
    """What a rule requires of the value of a field, once it is known."""

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        value = check.known.get(rule.name)
        if value is not None and (text := self.fault(value, rule, check)):
            yield about(rule.name, text)

    def fault(self, value: Any, rule: Rule, check: Check) -> str | None:
        raise NotImplementedError


class OfEntries(Constraint):
    """What a rule requires of each entry of a map, or of the maps in it, once its value is known."""

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        for path, value in check.entries(rule.name):
            if not values.is_placeholder(value) and (reason := self.fault(path[-1], value, rule, check)):
                yield Problem((path,), problems.wrong(check.mask.subject(path, value), reason))

    def fault(self, key: str, value: Any, rule: Rule, check: Check) -> str | None:
        raise NotImplementedError


@dataclasses.dataclass(frozen=True)
class Forbidden(OfValue):
    """The field must have no value; ``alternative`` is what else to do than to remove it."""

    words: ClassVar[str] = "not allowed, because {reason}"

    reason: str
    alternative: str = ""

    def fault(self, value: Any, rule: Rule, check: Check) -> str | None:
        remedies = filter(None, (self.alternative, check.remedy(rule)))
        return problems.not_allowed(check.subject(rule.name), self.reason, ", or ".join(remedies))


@dataclasses.dataclass(frozen=True)
class Supported(OfValue):
    """The API's protocol must support the field; ``instead`` says what to use where it does not."""

    words: ClassVar[str] = "not supported"

    instead: str = ""

    def fault(self, value: Any, rule: Rule, check: Check) -> str | None:
        (other,) = check.kind.settable[rule.name].protocols
        remedy = self.instead or check.remedy(rule)
        return problems.not_supported(check.subject(rule.name), API_NAMES[other], check.where, remedy)


@dataclasses.dataclass(frozen=True)
class NotThere(Constraint):
    """The API's protocol has no such resource, whatever the field's value; ``reason`` says so."""

    words: ClassVar[str] = "{reason}"

    reason: str

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        yield about(rule.name, problems.wrong(check.subject(rule.name), self.reason))


@dataclasses.dataclass(frozen=True)
class OneOf(OfValue):
    """The field must have one of some values; ``scope`` says where.

    ``instead`` says for some other values what to use.
    """

    words: ClassVar[str] = "one of {values}"

    values: tuple[str, ...]
    scope: str
    instead: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def fault(self, value: Any, rule: Rule, check: Check) -> str | None:
        if value in self.values:
            return None
        meant, instead = display.suggestion(value, self.values), self.instead.get(value)
        return problems.not_one_of(check.subject(rule.name), self.values, self.scope, meant, instead)


@dataclasses.dataclass(frozen=True)
class NoneOf(OfValue):
    """The field must have none of some values, whatever their letter case; ``reason`` says why."""

    words: ClassVar[str] = "not {values}; {reason}"

    values: tuple[str, ...]
    reason: str

    def fault(self, value: Any, rule: Rule, check: Check) -> str | None:
        wrong = value.upper() in self.values
        return problems.wrong(check.subject(rule.name), self.reason) if wrong else None


@dataclasses.dataclass(frozen=True)
class Known(OfValue):
    """The field should have one of some values, but AWS may know more of them.

    With ``similar``, a value is pointed out only if it resembles one of them.
    """

    words: ClassVar[str] = "{what} that is not known is pointed out"

    values: tuple[str, ...]
    what: str
    similar: bool

    def fault(self, value: Any, rule: Rule, check: Check) -> str | None:
        if value in self.values:
            return None
        meant = display.suggestion(value, self.values)
        if self.similar and not meant:
            return None
        return problems.unknown_value(check.subject(rule.name), self.what, meant)


@dataclasses.dataclass(frozen=True)
class Matches(OfValue):
    """The string must match a pattern, in which ``.`` is any character, a line break too.

    ``form`` describes it.
    """

    words: ClassVar[str] = "must have a certain form; if it has not: “{form}”"

    pattern: str
    form: str

    def fault(self, value: Any, rule: Rule, check: Check) -> str | None:
        right = matches(self.pattern, value)
        return None if right else problems.wrong(check.subject(rule.name), self.form)


@dataclasses.dataclass(frozen=True)
class Between(OfValue):
    """The number, of some ``unit``, must be between two limits, both included."""

    words: ClassVar[str] = "{minimum} to {maximum}"

    minimum: int
    maximum: int
    unit: str

    def fault(self, value: Any, rule: Rule, check: Check) -> str | None:
        if self.minimum <= value <= self.maximum:
            return None
        limits = (self.minimum, self.maximum, self.unit)
        return problems.out_of_range(check.subject(rule.name), *limits, check.where)


@dataclasses.dataclass(frozen=True)
class Keys(Constraint):
    """The keys of the map, or of the maps in it, must match a pattern; ``form`` shows it."""

    words: ClassVar[str] = "keys of the form `{form}`"

    pattern: str
    form: str

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        paths = [path for path, _ in check.entries(rule.name) if not matches(self.pattern, path[-1])]
        if paths:
            keys = [check.mask.shown(path[-1], rule.name) for path in paths]
            remedy = check.remedy(rule) if rule.name in check.inherited else None
            text = problems.wrong_keys(rule.name, keys, self.form, check.where, remedy)
            yield Problem(tuple(paths), text)


@dataclasses.dataclass(frozen=True)
class Distinct(Constraint):
    """Of the keys that a pattern matches, no two may have the same ``name``, whatever their case."""

    words: ClassVar[str] = "at most one key for each {what}, whatever its letter case"

    pattern: str
    what: str

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        same: dict[Path, list[Path]] = {}
        for path, _ in check.entries(rule.name):
            found = re.fullmatch(self.pattern, path[-1], re.IGNORECASE)
            if found:
                same.setdefault((*path[:-1], found["name"].lower()), []).append(path)
        for paths in same.values():
            if len(paths) > 1:
                keys = [check.mask.shown(path[-1], rule.name) for path in paths]
                text = problems.repeated_keys(check.mask.path(paths[0][:-1]), keys, self.what)
                yield Problem(tuple(paths), text)


@dataclasses.dataclass(frozen=True)
class NoKeys(Constraint):
    """No key of the map may match a pattern; ``reason`` says why."""

    words: ClassVar[str] = "no key that matches `{pattern}`: {reason}"

    pattern: str
    reason: str

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        paths = [path for path, _ in check.entries(rule.name) if matches(self.pattern, path[-1])]
        if paths:
            keys = [check.mask.shown(path[-1], rule.name) for path in paths]
            text = problems.forbidden_keys(rule.name, keys, self.reason)
            yield Problem(tuple(paths), text)


@dataclasses.dataclass(frozen=True)
class Values(OfEntries):
    """Where a key of the map matches one pattern, its value must match another, of some ``form``."""

    words: ClassVar[str] = (
        "a key that matches `{keys}` needs a certain value; if it has another one: “{form}”"
    )

    keys: str
    pattern: str
    form: str

    def fault(self, key: str, value: Any, rule: Rule, check: Check) -> str | None:
        wrong = matches(self.keys, key) and not matches(self.pattern, value)
        return self.form if wrong else None


@dataclasses.dataclass(frozen=True)
class Kept(Constraint):
    """An existing resource must keep the field, which no ``rival`` replaces; see `type.Fixed`."""

    words: ClassVar[str] = "an existing resource keeps it; {rival} can't replace it"
    checks_absence: ClassVar[bool] = True

    rival: str
    dependents: tuple[str, ...]
    reason: str

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        name, rival, live = rule.name, self.rival, check.live or {}
        removed = check.merged.get(name) is None
        replaced = name in check.inherited and check.given.get(rival) and not live.get(rival)
        if live.get(name) and (removed or replaced):
            lost = [one for one in self.dependents if one in check.inherited]
            lines = [problems.removal(one, check.kind.settable[one].empty) for one in lost]
            yield Problem(
                ((name,), (rival,)),
                problems.unchangeable(
                    check.kind, check.mask.subject((name,), live[name]), self.reason, lines
                ),
            )


def about(name: str, text: str) -> Problem:
    """Return the problem of a field as a whole."""
    return Problem(((name,),), text)


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


def kept(fields: Iterable[Field]) -> tuple[Rule, ...]:
    """Return a rule for each field that an update can't remove."""
    return tuple(
        Rule(field.name, Kept(fixed.rival, fixed.dependents, fixed.reason), fixed.source)
        for field in fields
        if (fixed := field.fixed)
    )

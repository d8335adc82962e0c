"""Rules: what AWS allows in a resource. One class for each kind.

A rule has its data, its check, its sentence for the user and its words for the reference in one place.
A kind that only integrations have stands beside their rules.
"""

from __future__ import annotations

import dataclasses
import enum
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from idem_apigwv2_integration.resource import display, values
from idem_apigwv2_integration.resource.type import API_NAMES, PROTOCOLS, Field, Is, Removal, When

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource.validate import Check

# How a pattern of a rule is read.
_FLAGS = re.IGNORECASE | re.DOTALL

# Where in the parameters something is: a field, or a field and the keys within it.
Path = tuple[Any, ...]


@dataclasses.dataclass(frozen=True)
class Problem:
    """One mistake: the sentence for the user, and what further rules must not look at."""

    paths: tuple[Path, ...]
    text: str


class Subject(enum.Enum):
    """What of a field a rule is about, and so when it is checked."""

    VALUE = "its value"
    ABSENCE = "that it has no value"
    EITHER = "whether it has one, and which"


# Each method that is generated for a kind of rule slows down the start of Idem.
@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Rule:
    """What must hold for a field under some conditions, all of which must be met.

    By default, it is about the value of the field, or about each entry of a map.

    A field, or an entry of a map, that breaks a rule is left out of the rules after it: they neither
    check it nor depend on it. So one mistake leads to one sentence, the cause.

    Args:
        source: Where the claim comes from.
        after: Fields that must not have broken a rule for this one to be checked.
        decisive: Whether no rule after it is checked once it is broken.
        hint: Whether it is only pointed out: AWS may accept what breaks it.
        wrong_protocol: Whether what breaks it is meant for an API of another protocol.

    Attributes:
        words: The description in the reference.
        separator: What follows the value in the sentence.
    """

    words: ClassVar[str]
    subject: ClassVar[Subject] = Subject.VALUE
    separator: ClassVar[str] = ": "

    name: str
    source: str
    _: dataclasses.KW_ONLY
    protocols: tuple[str, ...] = PROTOCOLS
    when: When = dataclasses.field(default_factory=dict)
    after: tuple[str, ...] = ()
    decisive: bool = False
    hint: bool = False
    wrong_protocol: bool = False

    def check(self, check: Check) -> Iterator[Problem]:
        """Yield how a resource breaks the rule."""
        whole = check.known.get(self.name)
        parts = {(self.name,): whole} if isinstance(whole, str | int) else check.entries(self.name)
        for path, value in parts.items():
            if not values.has_placeholder(value) and (fault := self.fault(path, value, check)):
                text = f"{check.mask.subject(path, value)}{self.separator}{fault}"
                yield Problem((path,), display.end(text))

    def fault(self, path: Path, value: Any, check: Check) -> str | None:
        """Return what is wrong with a value, if something is: the rest of a sentence."""
        raise NotImplementedError

    @property
    def described(self) -> str:
        shown = {one.name: _shown(getattr(self, one.name)) for one in dataclasses.fields(self)}
        return self.words.format(**shown)

    def about_field(self, check: Check, reason: str) -> Problem:
        """Return the problem of the field as a whole."""
        text = f"{check.mask.subject((self.name,), check.merged[self.name])}: {reason}."
        return Problem(((self.name,),), text)

    def about_keys(self, check: Check, where: Path, paths: list[Path], reason: str) -> Problem:
        """Return the problem of some keys of the map, or of the maps in it."""
        keys = display.name_keys([check.mask.shown(path[-1], self.name) for path in paths])
        return Problem(tuple(paths), f"{check.mask.path(where)} has {keys}: {reason}.")

    def remedy(self, check: Check) -> str:
        """Return how to get rid of the value: out of the SLS, or of the resource."""
        fields = check.kind.settable
        if self.name not in check.inherited:
            required = [name for name, wish in self.when.items() if wish is Is.PRESENT]
            lines = [fields[name].removal_line for name in required if name in check.inherited]
            return ", or ".join(["leave it out", *(f"write {line}" for line in lines)])
        if fields[self.name].removal is Removal.NEVER:
            return display.how_to_replace(check.kind)
        return f"to remove it, write {fields[self.name].removal_line}"


def _shown(value: Any) -> str:
    return ", ".join(f"`{one}`" for one in value) if isinstance(value, tuple) else str(value)


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Required(Rule):
    """The field must have a value; ``advice`` says which."""

    words: ClassVar[str] = "required; {advice}"
    subject: ClassVar[Subject] = Subject.ABSENCE

    advice: str

    def check(self, check: Check) -> Iterator[Problem]:
        yield Problem(((self.name,),), f"{self.name} is missing: {self.advice}.")


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Forbidden(Rule):
    """The field must have no value; ``alternative`` is what else to do than to remove it."""

    words: ClassVar[str] = "not allowed, because {reason}"

    reason: str
    alternative: str = ""

    def check(self, check: Check) -> Iterator[Problem]:
        if self.name in check.known:
            remedy = ", or ".join(filter(None, (self.alternative, self.remedy(check))))
            yield self.about_field(check, f"{self.reason}; {remedy}")


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Supported(Rule):
    """The API's protocol must support the field; ``instead`` says what to use where it does not."""

    words: ClassVar[str] = "not supported"

    instead: str = ""

    def check(self, check: Check) -> Iterator[Problem]:
        if self.name in check.known:
            (other,) = check.kind.settable[self.name].protocols
            reason = f"only {API_NAMES[other]} supports it, and this is {check.where}"
            yield self.about_field(check, f"{reason}; {self.instead or self.remedy(check)}")


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class NotThere(Rule):
    """The API's protocol has no such resource, whatever the field's value; ``reason`` says so."""

    words: ClassVar[str] = "{reason}"

    reason: str

    def check(self, check: Check) -> Iterator[Problem]:
        yield self.about_field(check, self.reason)


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class OneOf(Rule):
    """The field must have one of some values; ``scope`` says where.

    ``instead`` says for some other values what to use.
    """

    words: ClassVar[str] = "one of {values}"

    values: tuple[str, ...]
    scope: str
    instead: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def fault(self, path: Path, value: Any, check: Check) -> str | None:
        if value in self.values:
            return None
        return not_one_of(value, self.values, self.scope, self.instead.get(value))


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class NoneOf(Rule):
    """The field must have none of some values, whatever their letter case; ``reason`` says why."""

    words: ClassVar[str] = "not {values}; {reason}"

    values: tuple[str, ...]
    reason: str

    def fault(self, path: Path, value: Any, check: Check) -> str | None:
        return self.reason if value.upper() in self.values else None


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Known(Rule):
    """The field should have one of some values, but AWS may know more of them.

    With ``similar``, a value is pointed out only if it resembles one of them.
    """

    words: ClassVar[str] = "{what} that is not known is pointed out"
    separator: ClassVar[str] = ", "

    values: tuple[str, ...]
    what: str
    similar: bool

    def fault(self, path: Path, value: Any, check: Check) -> str | None:
        if value in self.values:
            return None
        meant = display.suggestion(value, self.values)
        if self.similar and not meant:
            return None
        guess = f" ({display.did_you_mean(meant)})" if meant else ""
        return f"which is not {self.what} that this version knows{guess}; AWS decides"


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Matches(Rule):
    """The string must match a pattern, in which ``.`` is any character, a line break too.

    ``form`` describes it. In a map, it is the value of each key that matches ``keys``.
    """

    pattern: str
    form: str
    keys: str = ""

    def fault(self, path: Path, value: Any, check: Check) -> str | None:
        if self.keys and not re.fullmatch(self.keys, path[-1], _FLAGS):
            return None
        return None if re.fullmatch(self.pattern, value, _FLAGS) else self.form

    @property
    def described(self) -> str:
        what = f"a key that matches `{self.keys}` needs a certain value" if self.keys else ""
        return f"{what or 'must have a certain form'}; otherwise: “{self.form}”"


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Between(Rule):
    """The number, of some ``unit``, must be between two limits, both included."""

    words: ClassVar[str] = "{minimum} to {maximum}"

    minimum: int
    maximum: int
    unit: str

    def fault(self, path: Path, value: Any, check: Check) -> str | None:
        if self.minimum <= value <= self.maximum:
            return None
        return f"on {check.where} it must be {self.minimum} to {self.maximum} {self.unit}"


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Keys(Rule):
    """The keys of the map, or of the maps in it, must match a pattern; ``form`` shows it."""

    words: ClassVar[str] = "keys of the form `{form}`"

    pattern: str
    form: str

    def check(self, check: Check) -> Iterator[Problem]:
        paths = [
            path for path in check.entries(self.name) if not re.fullmatch(self.pattern, path[-1], _FLAGS)
        ]
        if paths:
            they = "it" if len(paths) == 1 else "they"
            remedy = f"; {self.remedy(check)}" if self.name in check.inherited else ""
            reason = f"on {check.where} {they} must have the form {self.form}{remedy}"
            yield self.about_keys(check, (self.name,), paths, reason)


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class NoKeys(Rule):
    """No key of the map may match a pattern; ``reason`` says why."""

    words: ClassVar[str] = "no key that matches `{pattern}`: {reason}"

    pattern: str
    reason: str

    def check(self, check: Check) -> Iterator[Problem]:
        paths = [
            path for path in check.entries(self.name) if re.fullmatch(self.pattern, path[-1], _FLAGS)
        ]
        if paths:
            yield self.about_keys(check, (self.name,), paths, self.reason)


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Distinct(Rule):
    """Of the keys that a pattern matches, no two may have the same ``name``, whatever their case."""

    words: ClassVar[str] = "at most one key for each {what}, whatever its letter case"

    pattern: str
    what: str

    def check(self, check: Check) -> Iterator[Problem]:
        same: dict[Path, list[Path]] = {}
        for path in check.entries(self.name):
            if found := re.fullmatch(self.pattern, path[-1], _FLAGS):
                same.setdefault((*path[:-1], found["name"].lower()), []).append(path)
        reason = f"AWS accepts one key for each {self.what}, whatever its letter case; keep one of them"
        for (*where, _), paths in same.items():
            if len(paths) > 1:
                yield self.about_keys(check, tuple(where), paths, reason)


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Kept(Rule):
    """An existing resource must keep the field, which an update can't replace by a ``rival``.

    The ``dependents`` are the fields that have no meaning without it.
    """

    words: ClassVar[str] = "an existing resource keeps it; {rival} can't replace it"
    subject: ClassVar[Subject] = Subject.EITHER

    rival: str
    dependents: tuple[str, ...]
    reason: str

    def check(self, check: Check) -> Iterator[Problem]:
        name, rival, live = self.name, self.rival, check.live or {}
        removed = check.merged.get(name) is None
        replaced = name in check.inherited and check.given.get(rival) and not live.get(rival)
        if live.get(name) and (removed or replaced):
            lost = [one for one in self.dependents if one in check.inherited]
            lines = [check.kind.settable[one].removal_line for one in lost]
            first = f"write {display.listed(lines, 'and')}, and " if lines else ""
            subject = f"{check.mask.subject((name,), live[name])} on this {check.kind.label}"
            remedy = f"{first}{display.how_to_replace(check.kind)}"
            yield Problem(((name,), (rival,)), f"{subject}: {self.reason}; {remedy}.")


def supported(fields: Iterable[Field], after: tuple[str, ...]) -> tuple[Rule, ...]:
    """Return a rule for each field and each protocol that neither supports nor ignores it."""
    return tuple(
        Supported(
            field.name,
            field.source,
            field.instead,
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


def not_one_of(value: str, allowed: tuple[str, ...], scope: str = "", instead: str | None = None) -> str:
    """Return what is wrong with a value that is not allowed: the rest of a sentence.

    Args:
        scope: Where only these values are allowed.
        instead: What to use instead of the value, if that is known.
    """
    choices = f"one of {', '.join(allowed)}" if len(allowed) > 1 else allowed[0]
    where = f" {scope}" if scope else ""
    remedy = instead or display.did_you_mean(display.suggestion(value, allowed))
    return f"it must be {choices}{where}{f'; {remedy}' if remedy else ''}"

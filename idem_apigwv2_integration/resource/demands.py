"""The vocabulary of the rules: conditions on fields, demands on a field, and the rule itself."""

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any, ClassVar

from idem_apigwv2_integration.resource import fields, placeholders


class Is(enum.Enum):
    """A condition on a field that does not name a value."""

    PRESENT = "is given"
    ABSENT = "is not given"


@dataclasses.dataclass(frozen=True)
class Not:
    """The condition that a field has none of some values."""

    values: tuple[str, ...]


Condition = Is | Not | tuple[str, ...]

ONLY_HTTP = (fields.HTTP,)
ONLY_WEBSOCKET = (fields.WEBSOCKET,)
SERVICE: dict[str, Condition] = {"integration_subtype": Is.PRESENT}
BY_URI: dict[str, Condition] = {"integration_subtype": Is.ABSENT}
PROXY: dict[str, Condition] = {"integration_type": ("AWS_PROXY",)}


def met(condition: Condition, value: Any) -> bool:
    """Tell whether a condition is met; one on a value that is not known yet is not."""
    if condition is Is.PRESENT:
        return value is not None
    if condition is Is.ABSENT:
        return value is None
    if placeholders.is_open(value):
        return False
    if isinstance(condition, Not):
        return value not in condition.values
    return value in condition


class Demand:
    """What a rule demands of a field; ``words`` describe it in the reference."""

    words: ClassVar[str]

    @property
    def described(self) -> str:
        """What is demanded, in markdown."""
        shown = {one.name: _shown(getattr(self, one.name)) for one in dataclasses.fields(self)}  # type: ignore[arg-type]
        return self.words.format(**shown)


def _shown(value: Any) -> str:
    return ", ".join(f"`{one}`" for one in value) if isinstance(value, tuple) else str(value)


@dataclasses.dataclass(frozen=True)
class Required(Demand):
    """The field must have a value; ``advice`` says which."""

    words: ClassVar[str] = "required: {advice}"

    advice: str


@dataclasses.dataclass(frozen=True)
class Forbidden(Demand):
    """The field must have no value.

    Args:
        reason: Why.
        alternative: What else to do than to remove the field.
    """

    words: ClassVar[str] = "not allowed: {reason}"

    reason: str
    alternative: str = ""


@dataclasses.dataclass(frozen=True)
class Ignored(Demand):
    """AWS accepts the field and never reads it back, so it is not sent; ``reason`` says why."""

    words: ClassVar[str] = "not sent: {reason}"

    reason: str


@dataclasses.dataclass(frozen=True)
class Supported(Demand):
    """The API's protocol must support the field; ``instead`` says what to use where it does not."""

    words: ClassVar[str] = "not supported"

    instead: str = ""


@dataclasses.dataclass(frozen=True)
class Unchangeable(Demand):
    """The field can't be removed from an existing integration, nor be replaced by another one.

    Args:
        rival: The field that can't replace it.
        dependent: The fields that lose their meaning with it.
    """

    words: ClassVar[str] = "an existing integration keeps it; {rival} can't replace it"

    rival: str
    dependent: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class OneOf(Demand):
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


@dataclasses.dataclass(frozen=True)
class NoneOf(Demand):
    """The field must have none of some values, whatever their letter case; ``reason`` says why."""

    words: ClassVar[str] = "not {values}: {reason}"

    values: tuple[str, ...]
    reason: str


@dataclasses.dataclass(frozen=True)
class Known(Demand):
    """The field should have one of some values, but AWS may know more of them.

    Args:
        values: The values.
        what: What they are.
        near: Whether to point out a value only if it resembles one of them.
    """

    words: ClassVar[str] = "{what} that is not known is pointed out"

    values: tuple[str, ...]
    what: str
    near: bool


@dataclasses.dataclass(frozen=True)
class Matches(Demand):
    """The string must match a pattern; ``form`` describes it."""

    words: ClassVar[str] = "{form}"

    pattern: str
    form: str


@dataclasses.dataclass(frozen=True)
class Between(Demand):
    """The number must lie between two limits, both included."""

    words: ClassVar[str] = "{least} to {greatest}"

    least: int
    greatest: int


@dataclasses.dataclass(frozen=True)
class Keys(Demand):
    """The keys of the map, or of the maps in it, must match a pattern; ``form`` shows it."""

    words: ClassVar[str] = "keys of the form `{form}`"

    pattern: str
    form: str


@dataclasses.dataclass(frozen=True)
class Distinct(Demand):
    """Of the keys that a pattern matches, no two may have the same first group, whatever their case."""

    words: ClassVar[str] = "at most one key for each {what}, whatever its letter case"

    pattern: str
    what: str


@dataclasses.dataclass(frozen=True)
class NoKeys(Demand):
    """No key of the map may match a pattern; ``reason`` says why."""

    words: ClassVar[str] = "no key that matches `{pattern}`: {reason}"

    pattern: str
    reason: str


@dataclasses.dataclass(frozen=True)
class Values(Demand):
    """Where a key of the map matches one pattern, its value must match another.

    Args:
        keys: The pattern of the keys.
        pattern: The pattern of the values.
        form: What the value must be.
    """

    words: ClassVar[str] = "the value of a key that matches `{keys}`: {form}"

    keys: str
    pattern: str
    form: str


@dataclasses.dataclass(frozen=True)
class Expressions(Demand):
    """A value of the map must be static text and sources, which begin with one of some words."""

    words: ClassVar[str] = "braces only in `${{…}}`, and a word behind a `$` is one of {roots}"

    roots: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class PlainDollars(Demand):
    """A ``$`` in a value of the map should begin a source, or have one character behind it at most."""

    words: ClassVar[str] = "a `$` in static text is pointed out"


@dataclasses.dataclass(frozen=True)
class Sources(Demand):
    """A value of the map should refer to known sources only, by a name before and after a dot."""

    words: ClassVar[str] = "a source that resembles a known one is pointed out"

    known: Mapping[str, tuple[str, ...]]


@dataclasses.dataclass(frozen=True)
class StatusCodes(Demand):
    """The keys of the map must be HTTP status codes between two limits, both included."""

    words: ClassVar[str] = "keys are status codes from {least} to {greatest}"

    least: int
    greatest: int


@dataclasses.dataclass(frozen=True)
class ActionParameters(Demand):
    """The map must have the parameters that the service action requires."""

    words: ClassVar[str] = "the parameters that the action requires"


@dataclasses.dataclass(frozen=True)
class KnownParameters(Demand):
    """The map should have no parameters but those of the service action that are known."""

    words: ClassVar[str] = "a parameter that is not known of the action is pointed out"


@dataclasses.dataclass(frozen=True)
class Rule:
    """What must hold for a field under some conditions.

    A field, or an entry of a map, that breaks a rule is left out of the rules after it: they neither
    check it nor depend on it. So one mistake leads to one sentence, the cause.

    Args:
        parameter: The Idem name of the field.
        demand: What must hold.
        source: Where the claim comes from.
        protocols: The API protocols on which it holds.
        when: Conditions on other fields, by Idem name; all of them must be met.
        after: Fields that must not have broken a rule for this one to be judged.
        decisive: Whether no rule after it is judged once it is broken.
        hint: Whether it is only pointed out: AWS may accept what breaks it.
        misplaced: Whether what breaks it is meant for the other protocol.
    """

    parameter: str
    demand: Demand
    source: str
    protocols: tuple[str, ...] = fields.PROTOCOLS
    when: Mapping[str, Condition] = dataclasses.field(default_factory=dict)
    after: tuple[str, ...] = ()
    decisive: bool = False
    hint: bool = False
    misplaced: bool = False

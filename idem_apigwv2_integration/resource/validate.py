"""Whether AWS will accept a resource, and if not, everything that is wrong with it at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from idem_apigwv2_integration.resource import bindings, display, messages, problems, rule, values
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.resource.rule import Path, Problem
from idem_apigwv2_integration.resource.type import (
    API_NAMES,
    PROTOCOLS,
    Field,
    Is,
    Kind,
    Removal,
    ResourceType,
    is_met,
)

_FORMS: dict[Kind, tuple[type, str]] = {
    Kind.STRING: (str, "a string"),
    Kind.INTEGER: (int, "a whole number"),
    Kind.MAP: (dict, "a map of strings"),
    Kind.NESTED_MAP: (dict, "a map from status codes to maps of strings, {'200': {KEY: VALUE}}"),
    Kind.STRUCTURE: (dict, "a map of strings"),
    Kind.FLAGS: (dict, "a map of booleans"),
}
_STRING = (str, "a string")
# What the values of a map are, where they are no strings.
_VALUES: dict[Kind, tuple[type, str]] = {Kind.FLAGS: (bool, "a boolean")}


@dataclasses.dataclass
class Report:
    """What the check of a plan found, a sentence each.

    Args:
        plan: The plan; without problems, it is sound.
        problems: What AWS refuses.
        hints: What AWS may refuse.
        ignored: What AWS ignores, so that it is not sent.
    """

    plan: Plan
    problems: list[str]
    hints: list[str]
    ignored: list[str]


class Check:
    """One check of a plan, on one protocol.

    Args:
        plan: The plan.
        protocol: The protocol of the API.
        kept: What a field keeps if it is left out.
        broken: What is malformed.
        partial: Whether a resource exists of which only what is given is known.

    Attributes:
        known: The merged fields without those whose value is not known yet.
        inherited: The fields that have a value which the SLS does not give.
        problems: What AWS refuses.
        hints: A sentence for each value that AWS may refuse.
        broken: What further rules must not look at.
        wrong_protocol: Whether a problem shows that the resource is meant for another protocol.
    """

    def __init__(
        self,
        plan: Plan,
        protocol: str,
        kept: dict[str, Any] | None = None,
        broken: Iterable[Path] = (),
        partial: bool = False,
    ):
        self.kind, self.protocol = plan.kind, protocol
        self.given, self.live, self.merged = plan.given, plan.live, plan.merged
        self.known = {name: one for name, one in plan.merged.items() if not values.is_open(one)}
        kept = kept or {}
        self.inherited = {name for name, one in plan.merged.items() if kept.get(name) == one}
        self.problems: list[Problem] = []
        self.hints: list[str] = []
        self.wrong_protocol = False
        self.broken = set(broken)
        self._partial = partial
        self._run()

    def entries(self, name: str) -> Iterator[tuple[Path, Any]]:
        """Yield path and value of each entry of a map, or of its maps, that broke no rule."""
        given = self.given.get(name)
        entries = given if isinstance(given, dict) else self.merged.get(name)
        for path, value in _leaves((name,), entries if isinstance(entries, dict) else {}):
            if not self._is_broken(path) and not values.is_placeholder(path[-1]):
                yield path, value

    def keys(self, name: str) -> list[str]:
        """Return the keys of a map that broke no rule."""
        entries = self.merged.get(name)
        keys = entries if isinstance(entries, dict) else {}
        return [key for key in keys if not self._is_broken((name, key))]

    @property
    def where(self) -> str:
        """The kind of API, as a sentence names it."""
        return API_NAMES[self.protocol]

    def remedy(self, one: rule.Rule) -> str:
        """Return how to get rid of a value: out of the SLS, or of the resource."""
        if one.name not in self.inherited:
            required = [name for name, wish in one.when.items() if wish is Is.PRESENT]
            removals = [self._removal(name) for name in required if name in self.inherited]
            return ", or ".join(["leave it out", *(f"write {text}" for text in removals)])
        if self.kind.settable[one.name].removal is Removal.NEVER:
            return messages.replace(self.kind)
        return f"to remove it, write {self._removal(one.name)}"

    def _run(self) -> None:
        for one in self.kind.rules_on[self.protocol]:
            if not self._applies(one):
                continue
            found = list(one.constraint.check(one, self))
            if one.hint:
                self.hints += [problem.text for problem in found]
            else:
                self.problems += found
                self.wrong_protocol |= one.wrong_protocol and bool(found)
                self.broken |= {path for problem in found for path in problem.paths}
                if one.decisive and found:
                    return
        if not self._partial:
            self.problems += self._against_defaults()

    def _applies(self, one: rule.Rule) -> bool:
        absent = one.name not in self.merged and not self.given.get(one.name)
        if absent and not one.constraint.checks_absence:
            return False
        if self._partial and not {one.name, *one.when} <= set(self.merged):
            return False
        if any((name,) in self.broken for name in (one.name, *one.when, *one.after)):
            return False
        return not one.when or is_met(one.when, self.merged) is True

    def _against_defaults(self) -> Iterator[Problem]:
        """Yield which fields are to be removed that AWS always fills in."""
        for name, field in self.kind.settable.items():
            if name not in self.given or self.given[name] != field.empty or name in self.merged:
                continue
            default = field.fill_in(self.merged, (self.protocol,))
            depends = {other for one in field.defaults for other in one.when}
            if default is not None and not any((other,) in self.broken for other in depends):
                yield rule.about(name, problems.always_there(name, field.empty, default))

    def _removal(self, name: str) -> str:
        return problems.removal(name, self.kind.settable[name].empty)

    def _is_broken(self, path: Path) -> bool:
        return any(path[:length] in self.broken for length in range(1, len(path) + 1))


def form(kind: ResourceType, given: dict[str, Any]) -> list[Problem]:
    """Return what is wrong with given values by themselves: types, lengths, and what the SDK lists."""
    return [one for name, value in given.items() for one in _malformed(kind, kind.settable[name], value)]


def describe_quoting(kind: ResourceType, given: dict[str, Any]) -> list[str]:
    """Return how to write in a shell, which removes quotes, each value that must be a string.

    Args:
        kind: The type of the resource.
        given: Parameters of an exec function.
    """
    found = []
    for name, value in given.items():
        field = kind.settable.get(name)
        is_text = field is None or field.kind is Kind.STRING
        if is_text and isinstance(value, (bool, int, float)):
            found.append(problems.quoting(name, value, _meant(kind, field, value) if field else None))
    return found


def check(
    kind: ResourceType,
    given: dict[str, Any],
    live: dict[str, Any] | None = None,
    protocol: str | None = None,
    recorded: dict[str, Any] | None = None,
    partial: bool = False,
) -> Report:
    """Return what is wrong with declared fields, whatever it is, all at once.

    Args:
        kind: The type of the resource.
        given: Fields as an SLS gives them.
        live: The resource as it is, if it exists.
        protocol: The API's protocol, or None where it can't be known yet: then only what is wrong on
            every protocol is a problem.
        recorded: What the ESM records: Idem gives it for what an SLS leaves out.
        partial: Whether the resource exists and is not known: then only what is wrong whatever it has in
            the fields that are left out is a problem.
    """
    malformed = form(kind, given)
    broken = {path for problem in malformed for path in problem.paths}
    sound = {
        name: _without_malformed(kind, broken, (name,), value)
        for name, value in given.items()
        if (name,) not in broken
    }
    return check_plan(Plan(kind, sound, live, protocol), malformed, live or recorded, partial)


def check_plan(
    plan: Plan,
    malformed: Iterable[Problem] = (),
    kept: dict[str, Any] | None = None,
    partial: bool = False,
) -> Report:
    """Return what is wrong with a plan. On a protocol that this version does not know, AWS decides."""
    malformed = list(malformed)
    sentences = [problem.text for problem in malformed]
    if plan.protocol is not None and plan.protocol not in PROTOCOLS:
        return Report(plan, sentences, [problems.unknown_protocol(plan.protocol)], [])
    broken = [path for problem in malformed for path in problem.paths]
    checks = [Check(plan, protocol, kept, broken, partial) for protocol in plan.protocols]
    # What is written for one protocol is meant for an API of that protocol.
    suited = [one for one in checks if not one.wrong_protocol] or checks
    found = [one.problems for one in suited]
    if all(found):
        sentences += _on_every_protocol(found)
    hints = [text for text in checks[0].hints if all(text in one.hints for one in checks)]
    found_broken = {path for one in checks for path in one.broken}
    return Report(plan, sentences, hints, describe_ignored(plan, found_broken))


def describe_ignored(plan: Plan, broken: Collection[Path] = ()) -> list[str]:
    """Return a sentence for each field of a plan that AWS ignores and that broke no rule."""
    return [
        problems.ignored(name, plan.merged[name], reason)
        for name, reason in plan.ignored.items()
        if (name,) not in broken and not values.is_open(plan.merged[name])
    ]


def _on_every_protocol(found: list[list[Problem]]) -> list[str]:
    """Return the sentences about what is wrong on each of some protocols."""
    by_paths: dict[tuple[Path, ...], list[str]] = {}
    for problem in (problem for one in found for problem in one):
        by_paths.setdefault(problem.paths, []).append(problem.text)
    everywhere = [texts for texts in by_paths.values() if len(texts) == len(found)]
    return [problems.joined(list(dict.fromkeys(texts))) for texts in everywhere or by_paths.values()]


def _malformed(kind: ResourceType, field: Field, value: Any) -> list[Problem]:
    if value is None or value == "" == field.empty or values.is_open(value):
        return []
    expected, described = _FORMS[field.kind]
    # To Python a boolean is an integer, to AWS it is not.
    if not isinstance(value, expected) or isinstance(value, bool):
        wrong = problems.wrong_type(field.name, value, described, _meant(kind, field, value))
        return [rule.about(field.name, wrong)]
    if isinstance(value, dict) and field.is_nested:
        return _malformed_maps(field, value)
    if isinstance(value, dict):
        keys = kind.keys.get(field.name)
        return _malformed_entries((field.name,), value, keys, _VALUES.get(field.kind, _STRING))
    text = _malformed_string(kind, field, value) if isinstance(value, str) else None
    return [rule.about(field.name, text)] if text else []


def _meant(kind: ResourceType, field: Field, value: Any) -> str | None:
    """Return the allowed value that a number was meant to be, for example '2.0' for 2."""
    allowed = [one for constraint in _choices(kind, field) for one in constraint.values]
    return next((one for one in allowed if one == f"{value}.0"), None)


def _choices(kind: ResourceType, field: Field) -> Iterator[rule.OneOf]:
    for one in kind.rules:
        if one.name == field.name and isinstance(one.constraint, rule.OneOf):
            yield one.constraint


def is_text(value: str) -> bool:
    """Return whether a string can be encoded: a lone surrogate, as in ``"\\ud800"``, can't."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def _malformed_string(kind: ResourceType, field: Field, value: str) -> str | None:
    if not is_text(value):
        return problems.no_text(field.name, value)
    allowed = kind.allowed_values.get(field.name)
    if allowed and value not in allowed:
        meant = display.suggestion(value, allowed)
        remedies = {k: v for one in _choices(kind, field) for k, v in one.instead.items()}
        return problems.not_one_of(field.name, value, allowed, meant=meant, instead=remedies.get(value))
    limits = kind.length_limits.get(field.name)
    if limits and not limits[0] <= len(value) <= limits[1]:
        return problems.wrong_length(field.name, value, *limits)
    return None


def _malformed_maps(field: Field, value: dict) -> list[Problem]:
    found = []
    # For those who write it as CloudFormation or Terraform has it.
    form = f"; the form of {field.name} is {{'200': {{KEY: VALUE}}}}"
    for key, inner in value.items():
        path = (field.name, key)
        if not isinstance(key, str):
            subject = f"The key {display.shown(key, field.name)} of {field.name}"
            text = problems.wrong_type(subject, key, "a string")
            found.append(Problem((path,), text))
        elif inner is not None and not isinstance(inner, dict):
            text = problems.wrong_type(display.shown_path(path), inner, f"a map of strings{form}")
            found.append(Problem((path,), text))
        else:
            found += _malformed_entries(path, inner or {}, form=(str, f"a string{form}"))
    return found


def _malformed_entries(
    path: Path,
    value: dict,
    known: tuple[str, ...] | None = None,
    form: tuple[type, str] = _STRING,
) -> list[Problem]:
    found = []
    expected, described = form
    subject = display.shown_path(path)
    for key, item in value.items():
        if not isinstance(key, str):
            named = f"The key {display.shown(key, subject)} of {subject}"
            text = problems.wrong_type(named, key, "a string")
        elif not is_text(key):
            text = problems.no_text(f"A key of {subject}", key)
        elif known is not None and key not in known:
            text = problems.wrong_key(subject, key, known, display.suggestion(key, known))
        elif not (item is None or isinstance(item, expected) or values.is_open(item)):
            text = problems.wrong_type(display.shown_path((*path, key)), item, described)
        elif isinstance(item, str) and not is_text(item):
            text = problems.no_text(display.shown_path((*path, key)), item)
        elif bindings.unresolvable(key, item):
            references = bindings.unresolvable(key, item)
            text = problems.unresolvable(display.shown_path((*path, key)), references)
        else:
            continue
        found.append(Problem(((*path, key),), text))
    return found


def _without_malformed(kind: ResourceType, broken: set[Path], path: Path, value: Any) -> Any:
    """Return a value with placeholders for what is malformed in it."""
    if path in broken:
        nested = kind.settable[path[0]].is_nested and len(path) == 2
        return {} if nested else values.placeholder("value")
    if isinstance(value, dict):
        return {key: _without_malformed(kind, broken, (*path, key), item) for key, item in value.items()}
    return value


def _leaves(path: Path, entries: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    for key, value in entries.items():
        if isinstance(value, dict):
            yield from _leaves((*path, key), value)
        # Idem's ignore_changes leaves a None, which keeps what is live.
        elif value is not None:
            yield (*path, key), value

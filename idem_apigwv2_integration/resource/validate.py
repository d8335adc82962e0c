"""Whether AWS will accept a resource, and if not, everything that is wrong with it at once."""

import dataclasses
from collections.abc import Collection, Iterator
from typing import Any

from idem_apigwv2_integration.resource import display, values
from idem_apigwv2_integration.resource.declaration import Declaration
from idem_apigwv2_integration.resource.display import Mask
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.resource.rule import Path, Problem, Rule, Subject
from idem_apigwv2_integration.resource.type import (
    API_NAMES,
    PROTOCOLS,
    Kind,
    is_met,
)


@dataclasses.dataclass
class Report:
    """What the check of a plan found, a sentence each: what AWS refuses, may refuse, and ignores."""

    plan: Plan
    problems: list[str]
    hints: list[str]
    ignored: list[str]


class Check:
    """One check of a plan, on one protocol.

    Args:
        kept: What a field keeps if it is left out.
        partial: Whether a resource exists of which only what is given is known.

    Attributes:
        known: The merged fields without those whose value is not known yet.
        inherited: The fields whose value equals the live or the recorded one.
        where: What a sentence calls the API.
        broken: What further rules must not look at.
        wrong_protocol: Whether a problem shows that the resource is meant for another protocol.
    """

    def __init__(
        self,
        plan: Plan,
        protocol: str,
        declared: Declaration,
        kept: dict[str, Any] | None,
        partial: bool,
    ):
        self.kind, self.protocol, self.mask = plan.kind, protocol, declared.mask
        self.given, self.live, self.merged = plan.given, plan.live, plan.merged
        self.known = {name: one for name, one in plan.merged.items() if not values.has_placeholder(one)}
        kept = kept or {}
        self.inherited = {name for name, one in plan.merged.items() if kept.get(name) == one}
        self.problems: list[Problem] = []
        self.hints: list[str] = []
        self.wrong_protocol = False
        self.broken = {path for problem in declared.malformed for path in problem.paths}
        self._partial = partial
        self.where = API_NAMES[protocol]
        for one in self.kind.rules:
            if not self._applies(one):
                continue
            found = list(one.check(self))
            if one.hint:
                self.hints += [problem.text for problem in found]
                continue
            self.problems += found
            self.wrong_protocol |= one.wrong_protocol and bool(found)
            self.broken |= {path for problem in found for path in problem.paths}
            if one.decisive and found:
                return
        if not partial:
            self.problems += self._against_defaults()

    def entries(self, name: str) -> dict[Path, Any]:
        """Return the entries of a map, or of its maps, that broke no rule."""
        given = self.given.get(name)
        whole = given if isinstance(given, dict) else self.known.get(name)
        # A map in a map may be bound to what is not known yet.
        depth = 3 if self.kind.settable[name].kind is Kind.NESTED_MAP else 2
        return {
            path: value
            for path, value in values.leaves(whole, (name,)).items()
            if len(path) == depth
            and not values.has_placeholder(path[-1])
            and not any(path[:length] in self.broken for length in range(1, len(path) + 1))
        }

    def _applies(self, one: Rule) -> bool:
        name, absent = one.name, one.name not in self.merged
        if self.protocol not in one.protocols:
            return False
        # That a protocol does not support a field is said once: no other rule about it applies.
        if not one.wrong_protocol and self.protocol not in self.kind.settable[name].protocols:
            return False
        if one.subject is Subject.VALUE and absent and not self.given.get(name):
            return False
        if one.subject is Subject.ABSENCE and not absent:
            return False
        if self._partial and not {name, *one.when} <= set(self.merged):
            return False
        if any((other,) in self.broken for other in (name, *one.when, *one.after)):
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
                remedy = f"write that value, or leave {name} out to keep the current value"
                text = f"{name} is {field.empty!r}: AWS would fill in {default!r}; {remedy}."
                yield Problem(((name,),), text)


def check(
    declared: Declaration,
    live: dict[str, Any] | None = None,
    protocol: str | None = None,
    recorded: dict[str, Any] | None = None,
    partial: bool = False,
    planned: Plan | None = None,
) -> Report:
    """Return what is wrong with declared fields, whatever it is, all at once.

    On a protocol that this version does not know, AWS decides.

    Args:
        protocol: The API's protocol, or None where it can't be known yet: then only what is wrong on
            every protocol is a problem.
        recorded: What the ESM records: Idem gives it for what an SLS leaves out.
        partial: Whether the resource exists and is not known: then only what is wrong whatever it has in
            the fields that are left out is a problem.
        planned: The plan, if it exists already.
    """
    given = declared.sound() if declared.malformed else declared.given
    plan = planned or Plan(declared.kind, given, live, protocol)
    sentences = [problem.text for problem in declared.malformed]
    if plan.protocol is not None and plan.protocol not in PROTOCOLS:
        hint = (
            f"The protocol of the API is {plan.protocol!r}, which this version does not know: only "
            "types were checked, and AWS decides."
        )
        return Report(plan, sentences, [hint], [])
    checks = [Check(plan, one, declared, live or recorded, partial) for one in plan.protocols]
    # What is written for one protocol is meant for an API of that protocol.
    suited = [one for one in checks if not one.wrong_protocol] or checks
    found = [one.problems for one in suited]
    if all(found):
        sentences += _on_every_protocol(found)
    hints = [text for text in checks[0].hints if all(text in one.hints for one in checks)]
    broken = {path for one in checks for path in one.broken}
    return Report(plan, sentences, hints, describe_ignored(plan, declared.mask, broken))


def describe_ignored(plan: Plan, mask: Mask, broken: Collection[Path] = ()) -> list[str]:
    """Return a sentence for each field of a plan that AWS ignores and that broke no rule."""
    return [
        f"{mask.subject((name,), plan.merged[name])}: {reason}, so it is not sent."
        for name, reason in plan.ignored.items()
        if (name,) not in broken and not values.has_placeholder(plan.merged[name])
    ]


def _on_every_protocol(found: list[list[Problem]]) -> list[str]:
    """Return the sentences about what is wrong on each of some protocols."""
    by_paths: dict[tuple[Path, ...], list[str]] = {}
    for problem in (problem for one in found for problem in one):
        by_paths.setdefault(problem.paths, []).append(problem.text)
    everywhere = [texts for texts in by_paths.values() if len(texts) == len(found)]
    return [_join(list(dict.fromkeys(texts))) for texts in everywhere or by_paths.values()]


def _join(sentences: list[str]) -> str:
    """Return one sentence for several about the same mistake, which begin alike."""
    if len(sentences) == 1:
        return sentences[0]
    subject, separator, _ = display.common_prefix(sentences).rpartition(": ")
    reasons = [sentence.removeprefix(subject + separator).rstrip(".") for sentence in sentences]
    return f"{subject}{separator}{'; '.join(reasons)}."

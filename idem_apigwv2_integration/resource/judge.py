"""Judges an integration by the rules."""

import dataclasses
from collections.abc import Iterator

from idem_apigwv2_integration.resource import (
    demands,
    fields,
    judging_fields,
    judging_maps,
    plan,
    refusals,
    rules,
)
from idem_apigwv2_integration.resource.case import Case
from idem_apigwv2_integration.resource.shape import Problem

JUDGES = {**judging_fields.BROKEN_BY, **judging_maps.BROKEN_BY}


@dataclasses.dataclass
class Verdict:
    """What breaks rules.

    Args:
        problems: What AWS refuses.
        doubts: A sentence for each value that AWS may refuse.
        ignored: A sentence for each field that AWS ignores, so that it is not sent.
        misplaced: Whether a problem shows that the integration is meant for the other protocol.
    """

    problems: list[Problem] = dataclasses.field(default_factory=list)
    doubts: list[str] = dataclasses.field(default_factory=list)
    ignored: list[str] = dataclasses.field(default_factory=list)
    misplaced: bool = False


def judge(case: Case) -> Verdict:
    """Return how an integration breaks the rules."""
    verdict = Verdict()
    for rule in rules.RULES:
        if not _applies(rule, case):
            continue
        broken = list(JUDGES[type(rule.demand)](rule.demand, rule, case))
        if rule.hint or isinstance(rule.demand, demands.Ignored):
            hints = verdict.doubts if rule.hint else verdict.ignored
            hints += [problem.text for problem in broken]
            continue
        verdict.problems += broken
        verdict.misplaced |= rule.misplaced and bool(broken)
        case.broken |= {path for problem in broken for path in problem.paths}
        if rule.decisive and broken:
            return verdict
    verdict.problems += [] if case.partial else _against_defaults(case)
    return verdict


def _applies(rule: demands.Rule, case: Case) -> bool:
    field = fields.SETTABLE[rule.parameter]
    supported = case.protocol in field.protocols
    about = isinstance(rule.demand, (demands.Supported, demands.Ignored))
    if case.protocol not in rule.protocols or not (supported or about):
        return False
    if case.partial and not {rule.parameter, *rule.when} <= set(case.wanted):
        return False
    if any((name,) in case.broken for name in (rule.parameter, *rule.when, *rule.after)):
        return False
    return all(demands.met(wish, case.wanted.get(name)) for name, wish in rule.when.items())


def _against_defaults(case: Case) -> Iterator[Problem]:
    """Return which fields are to be removed that AWS always fills in."""
    for name, field in fields.SETTABLE.items():
        removed = name in case.given and case.given[name] == field.empty and name not in case.wanted
        if not removed or ("integration_type",) in case.broken:
            continue
        service = plan.is_service(case.wanted)
        default = field.default(case.protocol, case.wanted.get("integration_type"), service=service)
        if default is not None:
            yield Problem(((name,),), refusals.always_there(name, field.empty, default))

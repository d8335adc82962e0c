"""How an integration breaks the rules about fields as a whole, by the kind of demand."""

from collections.abc import Iterator

from idem_apigwv2_integration.resource import demands, fields, near, placeholders, refusals
from idem_apigwv2_integration.resource.case import (
    PROTOCOL_NAMES,
    Case,
    Judge,
    about,
    fits,
    remedy,
    value_of,
)
from idem_apigwv2_integration.resource.shape import Problem


def _required(demand: demands.Required, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    if case.wanted.get(rule.parameter) is None:
        advice = demand.advice.format(values=", ".join(fields.TYPES))
        yield from about(rule, refusals.missing(rule.parameter, advice))


def _forbidden(demand: demands.Forbidden, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    value = value_of(rule, case)
    if value is not None:
        advice = remedy(rule, case)
        if demand.alternative:
            advice = f"{demand.alternative}, or {advice}"
        text = refusals.not_allowed(rule.parameter, value, demand.reason, advice)
        yield from about(rule, text)


def _supported(demand: demands.Supported, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    value = value_of(rule, case)
    if value is not None:
        (other,) = fields.SETTABLE[rule.parameter].protocols
        advice = demand.instead or remedy(rule, case)
        text = refusals.not_supported(rule.parameter, value, PROTOCOL_NAMES[other], case.where, advice)
        yield from about(rule, text)


def _ignored(demand: demands.Ignored, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    value = value_of(rule, case)
    if value is not None:
        yield from about(rule, refusals.ignored(rule.parameter, value, demand.reason))


def _unchangeable(demand: demands.Unchangeable, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    name, live = rule.parameter, case.live or {}
    rival = case.given.get(demand.rival)
    removed = live.get(name) and case.wanted.get(name) is None
    replaced = case.inherits(name) and rival and not live.get(demand.rival)
    if live.get(name) and (removed or replaced):
        lost = [one for one in demand.dependent if case.inherits(one)]
        lines = [refusals.removal(one, fields.SETTABLE[one].empty) for one in lost]
        yield Problem(((name,), (demand.rival,)), refusals.unchangeable(live[name], lines))


def _one_of(demand: demands.OneOf, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    value = value_of(rule, case)
    if value is not None and value not in demand.values:
        meant = near.meant(value, demand.values)
        instead = demand.instead.get(value)
        text = refusals.not_one_of(rule.parameter, value, demand.values, demand.scope, meant, instead)
        yield from about(rule, text)


def _none_of(demand: demands.NoneOf, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    value = value_of(rule, case)
    if value is not None and value.upper() in demand.values:
        yield from about(rule, refusals.wrong(rule.parameter, value, demand.reason))


def _known(demand: demands.Known, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    value = value_of(rule, case)
    if value is not None and value not in demand.values:
        meant = near.meant(value, demand.values)
        if meant or not demand.near:
            yield from about(rule, refusals.unknown_value(rule.parameter, value, demand.what, meant))


def _matches(demand: demands.Matches, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    value = case.wanted.get(rule.parameter)
    # A part of the value may only be known later.
    if value is not None and not placeholders.is_placeholder(value) and not fits(demand.pattern, value):
        yield from about(rule, refusals.wrong(rule.parameter, value, demand.form))


def _between(demand: demands.Between, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    value = value_of(rule, case)
    if value is not None and not demand.least <= value <= demand.greatest:
        limits = (demand.least, demand.greatest)
        yield from about(rule, refusals.out_of_range(rule.parameter, value, *limits, case.where))


BROKEN_BY: dict[type, Judge] = {
    demands.Required: _required,
    demands.Forbidden: _forbidden,
    demands.Supported: _supported,
    demands.Ignored: _ignored,
    demands.Unchangeable: _unchangeable,
    demands.OneOf: _one_of,
    demands.NoneOf: _none_of,
    demands.Known: _known,
    demands.Matches: _matches,
    demands.Between: _between,
}

"""How an integration breaks the rules about the entries of maps, by the kind of demand."""

import re
from collections.abc import Iterator

from idem_apigwv2_integration.resource import (
    actions,
    demands,
    expressions,
    messages,
    near,
    placeholders,
    refusals,
    shape,
)
from idem_apigwv2_integration.resource.case import Case, Judge, about, fits, remedy
from idem_apigwv2_integration.resource.shape import Path, Problem

_BRACES = "braces are allowed in a source only, which is written as ${request.header.NAME}"
_DOLLAR = "AWS may refuse a `$` that begins no source such as $request.header.NAME; AWS decides"


def _status_codes(demand: demands.StatusCodes, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    for code in case.codes(rule.parameter):
        if not (fits("[0-9]{3}", code) and demand.least <= int(code) <= demand.greatest):
            text = refusals.wrong_status(rule.parameter, code, demand.least, demand.greatest)
            yield Problem(((rule.parameter, code),), text)


def _keys(demand: demands.Keys, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    wrong = [one for one in case.entries(rule.parameter) if not fits(demand.pattern, one[1])]
    if wrong:
        advice = remedy(rule, case) if case.inherits(rule.parameter) else None
        keys = [key for _, key, _ in wrong]
        text = refusals.wrong_keys(rule.parameter, keys, demand.form, case.where, advice)
        yield Problem(tuple(path for path, _, _ in wrong), text)


def _no_keys(demand: demands.NoKeys, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    wrong = [one for one in case.entries(rule.parameter) if fits(demand.pattern, one[1])]
    if wrong:
        keys = [key for _, key, _ in wrong]
        text = refusals.forbidden_keys(rule.parameter, keys, demand.reason)
        yield Problem(tuple(path for path, _, _ in wrong), text)


def _distinct(demand: demands.Distinct, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    same: dict[Path, list[Path]] = {}
    for path, key, _ in case.entries(rule.parameter):
        found = re.fullmatch(demand.pattern, key, re.IGNORECASE)
        if found:
            same.setdefault((*path[:-1], found["name"].lower()), []).append(path)
    for paths in same.values():
        if len(paths) > 1:
            keys = [path[-1] for path in paths]
            subject = shape.shown(paths[0][:-1])
            yield Problem(tuple(paths), refusals.repeated_keys(subject, keys, demand.what))


def _values(demand: demands.Values, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    for path, key, value in case.entries(rule.parameter):
        judged = fits(demand.keys, key) and not placeholders.is_placeholder(value)
        if judged and not fits(demand.pattern, value):
            yield Problem((path,), refusals.wrong_value(shape.shown(path[:-1]), key, value, demand.form))


def _expressions(demand: demands.Expressions, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    for path, key, value in case.entries(rule.parameter):
        fault = None if placeholders.is_placeholder(value) else expressions.fault(value, demand.roots)
        if fault:
            source = None if messages.hides(rule.parameter) else fault.source
            reason = refusals.wrong_source(source, demand.roots) if source else _BRACES
            yield Problem((path,), refusals.wrong_value(shape.shown(path[:-1]), key, value, reason))


def _plain_dollars(demand: demands.PlainDollars, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    for path, key, value in case.entries(rule.parameter):
        if expressions.unclear(value) and not placeholders.is_placeholder(value):
            yield Problem((path,), refusals.wrong_value(shape.shown(path[:-1]), key, value, _DOLLAR))


def _sources(demand: demands.Sources, rule: demands.Rule, case: Case) -> Iterator[Problem]:
    for path, key, value in case.entries(rule.parameter):
        for found in re.finditer(r"\$\{?([A-Za-z]{2,})(?:\.([A-Za-z]+))?", value):
            root = found[1] if found[1] in demand.known else near.meant(found[1], demand.known)
            known = demand.known.get(root or "", ())
            name = found[2] if not known or found[2] in known else near.meant(found[2], known)
            meant = f"${root}.{name}" if name else f"${root}"
            if root and (found[1], found[2]) != (root, name) and (name or not found[2]):
                subject = shape.shown(path[:-1])
                source = messages.HIDDEN if messages.hides(subject) else found[0].replace("{", "")
                text = refusals.unknown_source(subject, key, source, meant)
                yield Problem((path,), text)


def _action_parameters(
    demand: demands.ActionParameters, rule: demands.Rule, case: Case
) -> Iterator[Problem]:
    subtype = case.wanted["integration_subtype"]
    parameters = case.wanted.get(rule.parameter, {})
    if placeholders.is_open(parameters):
        return
    required = actions.ACTIONS[subtype].required
    missing = [name for name in required if name not in parameters]
    if missing:
        lower = {name.lower() for name in missing}
        similar = [key for _, key, _ in case.entries(rule.parameter) if key.lower() in lower]
        yield from about(rule, refusals.missing_parameters(subtype, missing, required, similar))


def _known_parameters(
    demand: demands.KnownParameters, rule: demands.Rule, case: Case
) -> Iterator[Problem]:
    subtype = case.wanted["integration_subtype"]
    action = actions.ACTIONS[subtype]
    known = (*action.required, *action.optional, *actions.EVERY_ACTION)
    for path, key, _ in case.entries(rule.parameter):
        if key not in known:
            yield Problem((path,), refusals.unknown_key(subtype, key, near.meant(key, known)))


BROKEN_BY: dict[type, Judge] = {
    demands.StatusCodes: _status_codes,
    demands.Keys: _keys,
    demands.NoKeys: _no_keys,
    demands.Distinct: _distinct,
    demands.Values: _values,
    demands.Expressions: _expressions,
    demands.PlainDollars: _plain_dollars,
    demands.Sources: _sources,
    demands.ActionParameters: _action_parameters,
    demands.KnownParameters: _known_parameters,
}

"""Which fields AWS accepts and ignores."""

from typing import Any

from idem_apigwv2_integration.resource import demands, fields, rules


def ignored(wanted: dict[str, Any], protocol: str | None) -> set[str]:
    """Return the fields that AWS ignores, on every protocol that the API may have."""
    return {
        rule.parameter for rule in _ignoring(wanted) if set(possible(protocol)) <= set(rule.protocols)
    }


def perhaps_ignored(wanted: dict[str, Any], protocol: str | None) -> set[str]:
    """Return the wanted fields that AWS ignores on a protocol that the API may have."""
    return {
        rule.parameter
        for rule in _ignoring(wanted)
        if rule.parameter in wanted and set(possible(protocol)) & set(rule.protocols)
    }


def _ignoring(wanted: dict[str, Any]) -> list[demands.Rule]:
    return [
        rule
        for rule in rules.RULES
        if isinstance(rule.demand, demands.Ignored)
        and all(demands.met(wish, wanted.get(name)) for name, wish in rule.when.items())
    ]


def possible(protocol: str | None) -> tuple[str, ...]:
    """Return the protocols that an API may have; all if its own is not known to this version."""
    return (protocol,) if protocol in fields.PROTOCOLS else fields.PROTOCOLS

"""What Idem compares to decide whether ``recreate_on_update`` replaces an integration."""

from typing import Any

from idem_apigwv2_integration.resource import bindings, fields, plan, shape

_CHANGED = "changed"


def compared(
    chunk: dict[str, Any],
    held: dict[str, Any],
    written: dict[str, Any],
    foreign: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a state of the run in the form in which Idem's own comparison finds what really differs.

    To Idem, a key that the SLS removes from a map, ``""`` and ``{}`` are no change, and what AWS ignores
    or spells differently is one. So what really differs becomes a value that the ESM never has.

    Args:
        chunk: The state, as Idem keeps it.
        held: What the ESM records of the integration.
        written: The state as the SLS has it.
        foreign: The ESM entry of another state, if Idem compares with that.
    """
    given = bindings.given(chunk, written)
    entry = held if foreign is None else foreign
    equal = chunk | (foreign or {}) | {name: entry.get(name) for name in given}
    recorded = {name: held[name] for name in fields.SETTABLE if held.get(name) is not None}
    if shape.problems(given) or shape.problems(recorded):
        # The state itself reports it, and is not replaced.
        return equal
    changed = set(plan.changes(plan.wanted(given, held, plan.protocol_of(held)), held))
    return equal | dict.fromkeys(changed & set(given), _CHANGED)

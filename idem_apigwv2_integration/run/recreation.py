"""What Idem compares to decide whether ``recreate_on_update`` replaces an integration."""

from typing import Any

from idem_apigwv2_integration.resource import bindings, plan

_CHANGED = "changed"


def compared(chunk: dict[str, Any], held: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    """Return a state of the run in the form in which Idem's own comparison finds what really differs.

    To Idem, a key that the SLS removes from a map, ``""`` and ``{}`` are no change, and what AWS ignores
    or spells differently is one. So what really differs becomes a value that the ESM never has.

    Args:
        chunk: The state, as Idem keeps it.
        held: What the ESM records of the integration.
        written: The state as the SLS has it.
    """
    given = bindings.given(chunk, written)
    changed = plan.changes(plan.wanted(given, held, plan.protocol_of(held)), held)
    return chunk | {name: _CHANGED if name in changed else held.get(name) for name in given}

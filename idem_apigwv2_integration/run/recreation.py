"""What Idem compares to decide whether ``recreate_on_update`` replaces an integration."""

from typing import Any

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import bindings, validate
from idem_apigwv2_integration.resource.plan import Plan

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
    given = bindings.read_given(INTEGRATION.settable, chunk, written)
    entry = held if foreign is None else foreign
    equal = chunk | (foreign or {}) | {name: entry.get(name) for name in given}
    recorded = {name: held[name] for name in INTEGRATION.settable if held.get(name) is not None}
    if validate.form(INTEGRATION, given) or validate.form(INTEGRATION, recorded):
        # The state itself reports it, and is not replaced.
        return equal
    changed = set(Plan(INTEGRATION, given, held, INTEGRATION.protocol_of(held)).changes)
    return equal | dict.fromkeys(changed & set(given), _CHANGED)

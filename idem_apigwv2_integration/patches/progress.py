"""Keeps Idem's progress bar moving.

The fault: tqdm redraws a bar only after as many states as were finished at once before. Idem executes
states in batches of 50; if one batch finishes at once, the bar stands still for the next, and ends below
100%.
"""

from idem_apigwv2_integration.patches import availability


def draw_each_state(call) -> None:
    """Let tqdm draw the bar after each state; Idem's ``mininterval`` still limits how often.

    Args:
        call(pop.contract.ContractedContext): The call, with tqdm's options.
    """
    if availability.contracts():
        call.kwargs.setdefault("miniters", 1)

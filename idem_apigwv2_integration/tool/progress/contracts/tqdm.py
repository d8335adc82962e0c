"""Keeps Idem's progress bar moving.

The fault: tqdm redraws a bar only after as many states as were finished at once before. Idem executes
states in batches of 50; if one batch finishes at once, the bar stands still for the next, and ends below
100%.
"""

import idem_apigwv2_integration.loading as loading


def pre_create(hub, ctx):
    """Let tqdm draw the bar after each state; Idem's ``mininterval`` still limits how often."""
    if loading.contracts():
        ctx.kwargs.setdefault("miniters", 1)

"""Keeps Idem's progress bar moving: see ``patches/progress.py``."""

import idem_apigwv2_integration.patches.progress as progress


def pre_create(hub, ctx):
    """Let tqdm draw the bar after each state."""
    progress.draw_each_state(ctx)

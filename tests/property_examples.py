"""How many random examples a property test draws."""

import os

# `nox -s release` sets a larger one. Each run draws others, so the runs of one day see many as well.
FACTOR = int(os.environ.get("PROPERTY_EXAMPLES", 1))


def at_least(count: int) -> int:
    """Return how many examples to draw: this many, or a multiple of it."""
    return count * FACTOR

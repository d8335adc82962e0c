"""The numbers of the page of retries, read from the code. Nothing here needs Sphinx."""

from idem_apigwv2_integration.aws import errors, limits, retry

NUMBERS = {
    "first_wait": f"{retry.FIRST_WAIT:g}",
    "longest_wait": f"{retry.LONGEST_WAIT:g}",
    "warn_after": f"{retry.WARN_AFTER:g}",
    "pace": f"{limits.RATE:g}",
    "saved": str(limits.SAVED),
    "first_window": str(limits.FIRST),
    "largest_window": str(limits.LARGEST),
}


def rows() -> list[tuple[str, ...]]:
    """Return a row for each kind of failure that is retried, in markdown."""
    return [(kind.label, f"{kind.budget:g} s") for kind in errors.RETRYABLE]

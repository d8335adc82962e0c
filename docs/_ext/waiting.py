"""The numbers of the page of retries, read from the code. Nothing here needs Sphinx."""

from idem_apigwv2_integration.aws import pace, retries, window

# What each kind of failure looks like to a user.
_FAILURES = {
    "THROTTLED": "Throttling: `TooManyRequestsException`, status 429",
    "BUSY": "A conflict with another write of the same API: `concurrent modification`",
    "SETTLING": "A load balancer's listener that was just created",
    "LOST": "The connection broke, the response is incomplete, or AWS reports a server error (5xx)",
    "LATE": "AWS did not respond within `read_timeout`",
    "NOT_SENT": "AWS was not reached",
}

NUMBERS = {
    "first_wait": f"{retries.FIRST_WAIT:g}",
    "longest_wait": f"{retries.LONGEST_WAIT:g}",
    "warn_after": f"{retries.WARN_AFTER:g}",
    "pace": f"{pace.RATE:g}",
    "saved": str(pace.SAVED),
    "first_window": str(window.FIRST),
    "largest_window": str(window.LARGEST),
}


def rows() -> list[tuple[str, ...]]:
    """Return a row for each kind of failure that is retried, in markdown."""
    return [(_FAILURES[kind.name], f"{budget:g} s") for kind, budget in retries.BUDGET.items()]

"""The kinds of failures of a call, and what is true of each."""


class CallFailed(Exception):
    """A call to AWS that failed, and what is true of all failures of its kind.

    Args:
        what: What happened, without credentials.
        hint: What to do about it, in whole sentences.
        final: Whether a retry is of no use, whatever the kind.

    Attributes:
        budget: The seconds for which such a call is retried; None if a retry would fail the same way.
        advice: What to do once the retries have ended.
        may_have_happened: Whether AWS may have carried out the request.
        concerns: How much of a call's target (AWS account, operation, API) fails in the same way.
        looks: The seconds to wait before each look for what a create without a response has created.
        label: What such a failure looks like to a user, in markdown.
        code: AWS's error code, if AWS has sent one.
    """

    budget: float | None = None
    advice = ""
    may_have_happened = False
    concerns = 2
    looks: tuple[float, ...] = ()
    label = ""
    code = ""

    def __init__(self, what: str, hint: str = "", final: bool = False):
        super().__init__(what)
        self.what, self.hint, self.final = what, hint, final

    def __str__(self) -> str:
        return f"{self.what.rstrip('.')}. {self.hint}" if self.hint else self.what

    @property
    def may_pass(self) -> bool:
        """Whether a retry may succeed."""
        return self.budget is not None and not self.final

    def given_up(self, attempts: int, seconds: int) -> "CallFailed":
        """Return the failure of a call that was retried without success."""
        tries = f" ({attempts} attempts in {seconds} seconds)" if attempts > 1 else ""
        return type(self)(f"{self.what.rstrip('.')}{tries}", self.advice, final=True)


class NotFound(CallFailed):
    """What the call is about does not exist."""


class Refused(CallFailed):
    """AWS or the SDK refuses the call, and would again."""


class Blocked(Refused):
    """Routes, given by their IDs, still target what is to be deleted."""

    routes: tuple[str, ...] = ()


class Retryable(CallFailed):
    """A failure that may pass."""

    # An outage of a minute does not fail a run.
    budget = 65.0


class Throttled(Retryable):
    """AWS did nothing, because the account's quota of calls is used up."""

    label = "Throttling: `TooManyRequestsException`, status 429"
    advice = (
        "Everything in the account and Region shares a quota of 10 calls a second: run this again when "
        "less is using it."
    )
    concerns = 1


class Conflicting(Retryable):
    """AWS did nothing, because another change of the API was in progress."""

    label = "A conflict with another write of the same API: `concurrent modification`"
    advice = "Something else keeps changing this API: run this again when that has finished."
    concerns = 3


class ListenerPending(Retryable):
    """AWS did nothing, because a listener was just created."""

    label = "A load balancer's listener that was just created"
    advice = "Check that the listener exists, and run this again."
    concerns = 3


class ResponseLost(Retryable):
    """There is no whole response: AWS may have carried out the request or not."""

    label = "The connection broke, the response is incomplete, or AWS reports a server error (5xx)"
    advice = "Check the AWS Health Dashboard, and run this again."
    may_have_happened = True
    looks: tuple[float, ...] = (0.0, 0.5, 1.5, 3.0)


class ResponseLate(ResponseLost):
    """AWS did not respond in time, and may still be working."""

    label = "AWS did not respond within `read_timeout`"
    advice = (
        "Check the AWS Health Dashboard, or raise read_timeout in the config of the acct profile, and "
        "run this again."
    )
    looks = (0.0, 1.0, 2.0, 4.0, 6.0)


class NotSent(Retryable):
    """The request did not reach AWS."""

    label = "AWS was not reached"
    advice = "Check the network, the Region and endpoint_url."
    # A wrong Region or endpoint is more likely than a network that recovers.
    budget = 15.0


RETRYABLE = (Throttled, Conflicting, ListenerPending, ResponseLost, ResponseLate, NotSent)


def contradicted(operation: str, what: str, other: str) -> CallFailed:
    """Return the failure of a call that did not find what another operation finds.

    A single NotFound is no proof: reads and writes are eventually consistent.
    """
    return ResponseLost(f"{operation} did not find {what}, and {other} did")


def unconfirmed(operation: str, what: str, failure: CallFailed) -> CallFailed:
    """Return the failure of a call that did not find what another operation can't look for."""
    return type(failure)(
        f"{operation} did not find {what}, which alone does not prove that it is gone: {failure.what}",
        failure.hint,
        failure.final,
    )

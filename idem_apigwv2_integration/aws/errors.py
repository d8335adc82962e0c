"""The kinds of failures of a call, what is true of each, and how a failure is recognized.

botocore's exception, AWS's error code and AWS's message decide. If it is open whether AWS received a
request, its response counts as lost.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import botocore.exceptions
import botocore.parsers
import urllib3.util.ssl_match_hostname

from idem_apigwv2_integration.aws import redaction
from idem_apigwv2_integration.resource import messages

# Codes of API Gateway and of AWS's front end for throttling.
THROTTLED = ("TooManyRequestsException", "ThrottlingException", "Throttling")
UNSIGNED = (
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch",
)
# The time of the request is too far from AWS's.
SKEWED = ("RequestTimeTooSkewed", "RequestExpired")
INVALID_CREDENTIALS = (
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
)
CONFLICT = "ConflictException"
DENIED = ("AccessDenied", "AccessDeniedException")

# The same code has several meanings, and only the wording distinguishes them.
# A full quota of integrations is a 429 as well, with a code that differs between reports, and final.
_QUOTA = re.compile(r"maximum number of", re.IGNORECASE)
_THROTTLING = re.compile(r"too many requests|rate exceeded|throttl", re.IGNORECASE)
# terraform-provider-aws issues 18018 and 40575.
_RACE = re.compile(r"due to concurrent modification", re.IGNORECASE)
_ROUTES = re.compile(r"Routes with Ids: \[?([\w\s,-]+)", re.IGNORECASE)
# Right after a listener was created (terraform-provider-aws issue 22590).
_SETTLING = re.compile(r"unable to retrieve listener port", re.IGNORECASE)

# What an error code looks like. An error response without one does not come from AWS's service.
_CODE = re.compile(r"[A-Za-z][\w.]*")

# Functions that are on the stack of an exception only at one stage of a call, with their modules.
# Nothing of the request is sent before the connection is open.
_OPENING = (("urllib3.connection", "connect"),)
_HANDSHAKE = (("ssl", "do_handshake"),)
_WRITING_HEADERS = (("http.client", "putrequest"), ("http.client", "putheader"))
_SENDING_OR_READING = (("botocore.endpoint", "_do_get_response"),)

_NEVER_SENT = (botocore.exceptions.ConnectTimeoutError, botocore.exceptions.EndpointConnectionError)
_CONNECTION = (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError)
_UNVERIFIED = (ssl.SSLCertVerificationError, urllib3.util.ssl_match_hostname.CertificateError)


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
        quota_is_used_up: Whether AWS allows no more resources of the type.
    """

    budget: float | None = None
    advice = ""
    may_have_happened = False
    concerns = 2
    looks: tuple[float, ...] = ()
    label = ""
    code = ""
    quota_is_used_up = False

    def __init__(self, what: str, hint: str = "", final: bool = False):
        super().__init__(what)
        self.what, self.hint, self.final = what, hint, final

    def __str__(self) -> str:
        return f"{self.what.rstrip('.')}. {self.hint}" if self.hint else self.what

    @property
    def may_pass(self) -> bool:
        """Whether a retry may succeed."""
        return self.budget is not None and not self.final

    def given_up(self, attempts: int, seconds: int) -> CallFailed:
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


def contradicted(operation: str, what: str, other: str) -> CallFailed:
    """Return the failure of a call that did not find what another operation finds.

    A single NotFound is no proof: reads and writes are eventually consistent.
    """
    return ResponseLost(f"{operation} did not find {what}, and {other} did")


def classify(
    operation: str,
    error: Exception,
    show: Callable[[str], str] = redaction.shown,
    quota: str = "",
) -> CallFailed:
    """Return what an exception of a call means.

    Args:
        show: Returns what may be shown of a text that AWS, a proxy or the SDK wrote.
        quota: What to do if the quota of what the operation creates is used up.
    """
    if isinstance(error, botocore.exceptions.ClientError):
        return _refused(operation, error, show, quota)
    if isinstance(error, botocore.exceptions.NoCredentialsError):
        return Refused(
            f"{operation} was not sent: no AWS credentials were found; give them in an acct profile "
            "or in the environment."
        )
    text = show(str(error))
    if _passed(error, _WRITING_HEADERS):
        return Refused(
            f"{operation} was not sent, because HTTP does not allow a header of it: {text}",
            "Check that no credential of the acct profile contains a line break: in YAML, a block "
            "scalar (|) ends in one.",
        )
    if isinstance(error, _CONNECTION):
        return _disconnected(operation, error, text)
    unread = isinstance(error, botocore.parsers.ResponseParserError)
    if unread or _passed(error, _SENDING_OR_READING):
        # The SDK's parser did not understand the response.
        return cut_off(operation)
    return Refused(f"{operation} failed: {type(error).__name__}: {text}")


def not_opened(
    operation: str, error: Exception, show: Callable[[str], str] = redaction.shown
) -> CallFailed:
    """Return what an exception means that left a call without a client."""
    if isinstance(error, botocore.exceptions.NoRegionError):
        return Refused(
            f"{operation} was not sent: no Region is set; set region_name in the acct profile, or "
            "AWS_DEFAULT_REGION in the environment."
        )
    text = show(str(error))
    return Refused(f"{operation} was not sent: {type(error).__name__}: {text}")


def cut_off(operation: str, details: str = "") -> CallFailed:
    """Return the failure of a call whose response is not whole or is not AWS's."""
    reason = f"{operation} got a response that is incomplete or not from AWS"
    return ResponseLost(f"{reason}: {details}" if details else reason)


def _disconnected(operation: str, error: Exception, text: str) -> CallFailed:
    opening = _passed(error, _OPENING)
    if any(isinstance(one, _UNVERIFIED) for one in _chain(error)):
        return Refused(
            f"{operation} was not sent, because the certificate can't be verified: {text}",
            "Check endpoint_url and this machine's clock. If a proxy or an endpoint of your own uses a "
            "private certificate authority, set verify in the acct profile to the file with its "
            "certificate.",
        )
    if opening and isinstance(error, botocore.exceptions.SSLError) and not _passed(error, _HANDSHAKE):
        return Refused(
            f"{operation} was not sent, because TLS can't be set up: {text}",
            "Check verify in the acct profile, and AWS_CA_BUNDLE in the environment.",
        )
    if opening or isinstance(error, _NEVER_SENT):
        return NotSent(f"{operation} did not reach AWS: {text}")
    late = isinstance(error, botocore.exceptions.ReadTimeoutError)
    kind = ResponseLate if late else ResponseLost
    return kind(f"{operation} got no response from AWS: {text}")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all exceptions behind it: libraries wrap them in different ways."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, *one.args]


def _passed(error: BaseException, functions: tuple[tuple[str, str], ...]) -> bool:
    """Return whether one of some functions is on the stack of an exception."""
    for one in _chain(error):
        trace = one.__traceback__
        while trace:
            frame = trace.tb_frame
            if (frame.f_globals.get("__name__"), frame.f_code.co_name) in functions:
                return True
            trace = trace.tb_next
    return False


def _refused(
    operation: str, error: botocore.exceptions.ClientError, show: Callable[[str], str], quota: str
) -> CallFailed:
    code, message, status = _parts(error)
    text = show(message)
    if code is None:
        return cut_off(operation, f"HTTP {status}: {text}" if text else f"HTTP {status}")
    if code in UNSIGNED:
        # The message repeats the signed headers, the session token among them.
        text = "AWS does not accept the signature; check the credentials and this machine's clock"
    kind: type[CallFailed] = Refused
    hint, routes = "", _ROUTES.search(message)
    full = bool(_QUOTA.search(message))
    if code == "NotFoundException":
        kind = NotFound
    elif full:
        hint = quota
    elif code in THROTTLED or (status == 429 and _THROTTLING.search(message)):
        kind = Throttled
    elif _RACE.search(message) and status in (400, 409, 429):
        kind = Conflicting
    elif code == CONFLICT and routes:
        kind, hint = Blocked, messages.FREE_ROUTES
    elif _SETTLING.search(message):
        kind = ListenerPending
    elif status >= 500:
        kind = ResponseLost
    elif code in INVALID_CREDENTIALS:
        hint = "Renew the credentials of the acct profile, or check that they belong to this Region."
    elif code in SKEWED:
        hint = "Set this machine's clock: it differs too much from AWS's."
    elif code in DENIED or (status == 403 and code not in UNSIGNED):
        hint = "New permissions can take up to a minute to take effect."
    failure = kind(f"{operation} failed: {code}: {text}", hint)
    failure.code, failure.quota_is_used_up = code, full
    if isinstance(failure, Blocked) and routes:
        failure.routes = tuple(re.findall(r"[\w-]+", routes[1]))
    return failure


def _parts(error: botocore.exceptions.ClientError) -> tuple[str | None, str, int]:
    """Return AWS's code, or None if there is none, the message, and the HTTP status of an error."""
    described = error.response.get("Error")
    described = described if isinstance(described, dict) else {}
    metadata = error.response.get("ResponseMetadata")
    status = metadata.get("HTTPStatusCode") if isinstance(metadata, dict) else None
    code, message = described.get("Code"), described.get("Message")
    # Without a code in the response, botocore takes the status.
    is_code = isinstance(code, str) and _CODE.fullmatch(code)
    return (
        code if is_code else None,
        message if isinstance(message, str) else "" if message is None else repr(message),
        status if isinstance(status, int) else 0,
    )

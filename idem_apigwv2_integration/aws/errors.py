"""What a failed call means, decided by botocore's exception, AWS's error code and AWS's message.

If it is open whether AWS received a request, its response counts as lost.
"""

import dataclasses
import enum
import re
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import botocore.exceptions
import botocore.parsers
import urllib3.util.ssl_match_hostname

from idem_apigwv2_integration.aws import redaction

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


class Kind(enum.Enum):
    """What can be done about a failed call."""

    NOT_FOUND = "the API or the integration does not exist"
    THROTTLED = "AWS did nothing because the account's quota of calls is used up"
    BUSY = "AWS did nothing because another change of the API was in progress"
    SETTLING = "AWS did nothing because a listener was just created"
    NOT_SENT = "the request did not reach AWS"
    LOST = "there is no whole response: AWS may have done it or not"
    LATE = "AWS did not respond in time, and may still be working"
    IN_USE = "routes still target the integration"
    REFUSED = "a retry would fail the same way"


# After these, a create may have been done.
OPEN = (Kind.LOST, Kind.LATE)

_ADVICE = {
    Kind.THROTTLED: "Everything in the account and Region shares a quota of 10 calls a second: run this "
    "again when less is using it.",
    Kind.BUSY: "Something else keeps changing this API: run this again when that has finished.",
    Kind.SETTLING: "Check that the listener exists, and run this again.",
    Kind.LOST: "Check the AWS Health Dashboard, and run this again.",
    Kind.LATE: "Check the AWS Health Dashboard, or raise read_timeout in the config of the acct "
    "profile, and run this again.",
    Kind.NOT_SENT: "Check the network, the Region and endpoint_url.",
}


@dataclasses.dataclass
class Failure(Exception):
    """A call to AWS that failed.

    Args:
        kind: What can be done about it.
        reason: A sentence for the user, without credentials.
        routes: The IDs of the routes that prevent a deletion.
        final: Whether retries have ended, whatever the kind.
        queued: The seconds that the call waited for its turn before it was sent.
    """

    kind: Kind
    reason: str
    routes: tuple[str, ...] = ()
    final: bool = False
    queued: float = 0.0

    def __str__(self) -> str:
        return self.reason


def given_up(failure: Failure, attempts: int, seconds: int) -> Failure:
    """Return the failure of a call that was retried without success."""
    reason = failure.reason.rstrip(".")
    if attempts > 1:
        reason = f"{reason} ({attempts} attempts in {seconds} seconds)"
    return Failure(failure.kind, f"{reason}. {_ADVICE[failure.kind]}", final=True)


def outage(kind: Kind, operation: str, failing: str, reason: str, seconds: int) -> Failure:
    """Return the failure of a call that is not sent, because all others have failed for a long time.

    Args:
        kind: How they have failed.
        operation: The operation of the call.
        failing: Which calls have failed: those of the operation, or every one.
        reason: The last error.
        seconds: For how long they have failed.
    """
    return Failure(
        kind,
        f"{operation} was given up: every {failing} of this run has failed for {seconds} seconds. "
        f"The last error: {reason.rstrip('.')}. {_ADVICE[kind]}",
        final=True,
    )


def classify(operation: str, error: Exception, show: Callable[[str], str] = redaction.shown) -> Failure:
    """Return what an exception of a call means.

    Args:
        operation(str): The name of AWS's operation, for example ``CreateIntegration``.
        error(Exception): What the client raised.
        show: Returns what may be shown of a text that AWS, a proxy or the SDK wrote.
    """
    if isinstance(error, botocore.exceptions.ClientError):
        return _refused(operation, error, show)
    if isinstance(error, botocore.exceptions.NoCredentialsError):
        reason = (
            f"{operation} was not sent: no AWS credentials were found; give them in an acct profile "
            "or in the environment."
        )
        return Failure(Kind.REFUSED, reason)
    text = show(str(error))
    if _passed(error, _WRITING_HEADERS):
        return Failure(
            Kind.REFUSED,
            f"{operation} was not sent, because HTTP does not allow a header of it: {text}. Check that "
            "no credential of the acct profile contains a line break: in YAML, a block scalar (|) ends "
            "in one.",
        )
    if isinstance(error, _CONNECTION):
        return _disconnected(operation, error, text)
    unread = isinstance(error, botocore.parsers.ResponseParserError)
    if unread or _passed(error, _SENDING_OR_READING):
        # The SDK's parser did not understand the response.
        return cut_off(operation)
    return Failure(Kind.REFUSED, f"{operation} failed: {type(error).__name__}: {text}")


def not_opened(
    operation: str, error: Exception, show: Callable[[str], str] = redaction.shown
) -> Failure:
    """Return the failure of a call for which no client could be opened."""
    text = show(str(error))
    return Failure(Kind.REFUSED, f"{operation} was not sent: {type(error).__name__}: {text}")


def cut_off(operation: str, details: str = "") -> Failure:
    """Return the failure of a call whose response is not whole or is not AWS's."""
    reason = f"{operation} got a response that is incomplete or not from AWS"
    return Failure(Kind.LOST, f"{reason}: {details}" if details else reason)


def endless(operation: str, pages: int) -> Failure:
    """Return the failure of a listing whose last page never comes."""
    reason = (
        f"{operation} got a listing that does not end, which is not from AWS: {pages} pages were read. "
        "Check endpoint_url, and the proxies on the way to AWS."
    )
    return Failure(Kind.LOST, reason, final=True)


def shifted(operation: str) -> Failure:
    """Return the failure of a listing from which something was deleted while it was read."""
    return Failure(Kind.BUSY, f"{operation} got pages that changed while they were read")


def contradicted(operation: str, what: str, other: str) -> Failure:
    """Return the failure of a call that did not find what another operation finds.

    A single NotFound is no proof: reads and writes are eventually consistent.
    """
    return Failure(Kind.LOST, f"{operation} did not find {what}, and {other} did")


def unconfirmed(operation: str, what: str, failure: Failure) -> Failure:
    """Return the failure of a call that did not find what another operation can't look for.

    Args:
        operation: The operation of the call.
        what: What it did not find.
        failure: Why the other operation failed.
    """
    reason = f"{operation} did not find {what}, which alone does not prove that it is gone: {failure}"
    return dataclasses.replace(failure, reason=reason)


def over_deadline(operation: str, seconds: float) -> Failure:
    """Return the failure of a call whose response was not whole before the deadline of an attempt."""
    return Failure(
        Kind.LATE, f"{operation} got no complete response from AWS within {seconds:g} seconds"
    )


def _disconnected(operation: str, error: Exception, text: str) -> Failure:
    """Return what an error of the connection means."""
    opening = _passed(error, _OPENING)
    if any(isinstance(one, _UNVERIFIED) for one in _chain(error)):
        return Failure(
            Kind.REFUSED,
            f"{operation} was not sent, because the certificate can't be verified: {text}. Check "
            "endpoint_url and this machine's clock. If a proxy or an endpoint of your own uses a "
            "private certificate authority, set verify in the acct profile to the file with its "
            "certificate.",
        )
    if opening and isinstance(error, botocore.exceptions.SSLError) and not _passed(error, _HANDSHAKE):
        return Failure(
            Kind.REFUSED,
            f"{operation} was not sent, because TLS can't be set up: {text}. Check verify in the acct "
            "profile, and AWS_CA_BUNDLE in the environment.",
        )
    if opening or isinstance(error, _NEVER_SENT):
        return Failure(Kind.NOT_SENT, f"{operation} did not reach AWS: {text}")
    late = isinstance(error, botocore.exceptions.ReadTimeoutError)
    return Failure(Kind.LATE if late else Kind.LOST, f"{operation} got no response from AWS: {text}")


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
    """Return whether an exception came through one of some functions."""
    for one in _chain(error):
        trace = one.__traceback__
        while trace:
            frame = trace.tb_frame
            if (frame.f_globals.get("__name__"), frame.f_code.co_name) in functions:
                return True
            trace = trace.tb_next
    return False


def _refused(
    operation: str, error: botocore.exceptions.ClientError, show: Callable[[str], str]
) -> Failure:
    """Return what an error response means."""
    code, message, status = _parts(error)
    if code is None:
        page = show(message)
        return cut_off(operation, f"HTTP {status}: {page}" if page else f"HTTP {status}")
    kind = _kind(code, message, status)
    routes = _ROUTES.search(message) if kind is Kind.IN_USE else None
    text = show(message)
    if code in UNSIGNED:
        # The message repeats the signed headers, the session token among them.
        text = "AWS does not accept the signature; check the credentials and this machine's clock"
    reason = f"{operation} failed: {code}: {text}"
    hint = _hint(kind, code, message, status)
    if hint:
        reason = f"{reason.rstrip('.')}. {hint}"
    return Failure(kind, reason, tuple(re.findall(r"[\w-]+", routes[1])) if routes else ())


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


def _kind(code: str, message: str, status: int) -> Kind:
    if code == "NotFoundException":
        return Kind.NOT_FOUND
    if _QUOTA.search(message):
        return Kind.REFUSED
    if code in THROTTLED or (status == 429 and _THROTTLING.search(message)):
        return Kind.THROTTLED
    if _RACE.search(message) and status in (400, 409, 429):
        return Kind.BUSY
    if code == "ConflictException" and _ROUTES.search(message):
        return Kind.IN_USE
    if _SETTLING.search(message):
        return Kind.SETTLING
    return Kind.LOST if status >= 500 else Kind.REFUSED


def _hint(kind: Kind, code: str, message: str, status: int) -> str:
    """Return what to do about an error that a retry does not fix."""
    if kind is not Kind.REFUSED:
        return ""
    if _QUOTA.search(message):
        # Quotas of API Gateway: 300 integrations per API.
        return (
            "An API has at most 300 integrations. On a WebSocket API, AWS Support can raise the quota; "
            "on an HTTP API it is fixed: delete integrations or use a second API."
        )
    if code in INVALID_CREDENTIALS:
        return "Renew the credentials of the acct profile, or check that they belong to this Region."
    if code in SKEWED:
        return "Set this machine's clock: it differs too much from AWS's."
    if code in DENIED or (status == 403 and code not in UNSIGNED):
        return "New permissions can take up to a minute to take effect."
    return ""

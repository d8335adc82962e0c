"""What went wrong with a call, told apart by botocore's exception and error code."""

import dataclasses
import enum
import re

import botocore.exceptions
import botocore.parsers

# Codes of API Gateway and of AWS's front end that mean: slower, please.
THROTTLED = ("TooManyRequestsException", "ThrottlingException", "Throttling")
UNSIGNED = (
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch",
)

# AWS says two different things with a ConflictException, and only the wording tells them apart
# (terraform-provider-aws issues 18018 and 40575).
_RACE = re.compile(r"concurrent modification", re.IGNORECASE)
_ROUTES = re.compile(r"Routes with Ids: \[?([\w\s,-]+)", re.IGNORECASE)

_NOT_SENT = (
    botocore.exceptions.ConnectTimeoutError,
    botocore.exceptions.EndpointConnectionError,
    botocore.exceptions.ProxyConnectionError,
)
_CONNECTION = (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError)


class Kind(enum.Enum):
    """What can be done about a failed call."""

    NOT_FOUND = "the API or the integration does not exist"
    THROTTLED = "AWS did nothing because the account's quota is used up"
    BUSY = "AWS did nothing because another change of the API is under way"
    NOT_SENT = "the request did not reach AWS"
    LOST = "AWS may have done it, or not: there is no answer to tell"
    LATE = "AWS has not answered in time, and may still be doing it"
    IN_USE = "routes still target the integration"
    REFUSED = "trying again would fail the same way"


RETRIED = (Kind.THROTTLED, Kind.BUSY, Kind.NOT_SENT, Kind.LOST, Kind.LATE)
# Of these, what running a state again later may help: a network that is down is better told soon.
PENDING = (Kind.THROTTLED, Kind.BUSY, Kind.LOST, Kind.LATE)
# After these, a create may have been done.
OPEN = (Kind.LOST, Kind.LATE)


@dataclasses.dataclass
class Failure(Exception):
    """A call to AWS that failed, after all that was tried.

    Args:
        kind: What can be done about it.
        reason: One sentence for the user, without credentials.
        routes: The ids of the routes that are in the way of a deletion.
    """

    kind: Kind
    reason: str
    routes: tuple[str, ...] = ()

    @property
    def pending(self) -> bool:
        """Whether it may help that Idem runs the state again."""
        return self.kind in PENDING

    def __str__(self) -> str:
        return self.reason


def classify(operation: str, error: Exception) -> Failure:
    """Return what an exception of botocore means.

    Args:
        operation(str): The name of AWS's operation, for example ``CreateIntegration``.
        error(Exception): What botocore raised.
    """
    if isinstance(error, botocore.exceptions.ClientError):
        return _answered(operation, error)
    if isinstance(error, botocore.exceptions.NoCredentialsError):
        reason = (
            f"{operation} was not sent: no AWS credentials were found; give them in an acct profile "
            "or in the environment"
        )
        return Failure(Kind.REFUSED, f"{reason}.")
    if isinstance(error, _NOT_SENT):
        reason = f"{operation} did not reach AWS; check the network, the Region and endpoint_url"
        return Failure(Kind.NOT_SENT, f"{reason}: {_redacted(error)}")
    if isinstance(error, _CONNECTION) and not isinstance(error, botocore.exceptions.SSLError):
        late = isinstance(error, botocore.exceptions.ReadTimeoutError)
        reason = f"{operation} got no answer from AWS: {_redacted(error)}"
        return Failure(Kind.LATE if late else Kind.LOST, reason)
    if isinstance(error, botocore.parsers.ResponseParserError):
        return cut_off(operation)
    return Failure(Kind.REFUSED, f"{operation} failed: {type(error).__name__}: {_redacted(error)}")


def cut_off(operation: str) -> Failure:
    """Return the failure of a call whose answer is not whole."""
    return Failure(Kind.LOST, f"{operation} got an answer from AWS that is not whole")


def _answered(operation: str, error: botocore.exceptions.ClientError) -> Failure:
    """Return what an answer means that says no."""
    code = error.response.get("Error", {}).get("Code", "")
    message = error.response.get("Error", {}).get("Message", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in UNSIGNED:
        # The message repeats the signed headers, the session token among them.
        message = "AWS does not accept the signature; check the credentials and this machine's clock"
    reason = f"{operation} failed: {code}: {redact(message)}"
    routes = _ROUTES.search(message)
    if code == "NotFoundException":
        kind = Kind.NOT_FOUND
    elif code in THROTTLED or status == 429:
        kind = Kind.THROTTLED
    elif code == "ConflictException" and _RACE.search(message):
        kind = Kind.BUSY
    elif code == "ConflictException" and routes:
        kind = Kind.IN_USE
    elif status >= 500:
        kind = Kind.LOST
    else:
        kind = Kind.REFUSED
    ids = tuple(re.findall(r"[\w-]+", routes[1])) if routes else ()
    return Failure(kind, reason, ids if kind is Kind.IN_USE else ())


# What a signed request carries, wherever it is echoed: in a header, in a canonical request or in a
# URL.
_SECRETS = re.compile(
    r"(AWS4-HMAC-SHA256[^\n]*"
    r"|(?:x-amz-security-token|authorization)\W{1,6}(?:b['\"])?[^\s,'\"&]+"
    r"|(?:Signature|Credential)=[^\s,&'\"]+"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b)",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    """Return a text without credentials and signatures."""
    return _SECRETS.sub("[redacted]", text)


def _redacted(error: Exception) -> str:
    return redact(" ".join(str(error).split()))

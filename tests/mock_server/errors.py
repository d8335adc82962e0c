"""The errors with which the service responds.

A text without a source beside it is an assumption, in `UNKNOWN`.
"""

from __future__ import annotations

from . import model

# The account that STS names and that AWS's texts repeat.
ACCOUNT_ID = "123456789012"

# terraform-provider-aws issue 18018.
CONCURRENT_MODIFICATION = (
    "Unable to complete operation due to concurrent modification. Please try again later."
)
# HTTP 429: terraform-provider-aws; the words, with two blanks: serverless-websockets-plugin issue 22.
QUOTA = (
    "Maximum number of Integrations for this API has been reached.  "
    "Please contact AWS if you need additional Integrations."
)
QUOTA_STATUS = 429
# No recording of these exists. The probe can find out what AWS responds: docs/inside/probe.md.
UNKNOWN = {
    "enum": "Invalid value '{value}' specified for {member}. Must be one of: [{allowed}]",
    "timeout": "Timeout should be between 50 ms and {longest} ms",
    "missing_uri": "Integration URI is required for {kind} integrations",
    "missing_method": "HTTP method is required for {kind} integrations",
    "version": "Unsupported PayloadFormatVersion: {version}",
    "websocket_member": "{member} is not supported for WEBSOCKET APIs",
    "websocket_mapping": (
        "Invalid mapping expression specified: Validation Result: warnings : [], "
        "errors : [Invalid mapping expression parameter specified: {key}]"
    ),
    "integration_not_found": "Invalid Integration identifier specified {id}",
    "page_size": "Invalid value '{value}' specified for maxResults. Must be between 1 and 500",
}


class ApiError(Exception):
    """An error response: what a client sees of a refused request.

    Args:
        code (str): AWS's error code.
        message (str): The text for a human.
        status (int | None): The HTTP status; None takes the one of the code.
    """

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = model.status_of(code) if status is None else status


def unknown_text(name: str, **values: object) -> str:
    """Returns a text of which no recording exists.

    Args:
        name (str): Its name in `UNKNOWN`.
        **values (object): What replaces the placeholders of the text.

    Returns:
        str
    """
    text = UNKNOWN[name]
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", str(value))
    return text


def bad_request(message: str) -> ApiError:
    """Returns the error of a request that AWS can't fulfil."""
    return ApiError("BadRequestException", message)


def invalid_mapping(*errors: str) -> ApiError:
    """Returns the error of a parameter mapping (LocalStack's AWS-validated tests, for all of them)."""
    return bad_request(
        "Invalid mapping expression specified: Validation Result: warnings : [], "
        f"errors : [{', '.join(errors)}]"
    )


def api_not_found(api_id: str) -> ApiError:
    """Returns the error of an API's ID that names nothing (LocalStack's AWS-validated tests)."""
    text = f"Invalid API identifier specified {ACCOUNT_ID}:{api_id}"
    return ApiError("NotFoundException", text)


def not_found(kind: str, identifier: str) -> ApiError:
    """Returns the error of another identifier that names nothing.

    Args:
        kind (str): What was looked for, such as "Integration".
        identifier (str): The identifier.

    Returns:
        ApiError
    """
    text = unknown_text("integration_not_found", id=identifier).replace("Integration", kind)
    return ApiError("NotFoundException", text)


def access_denied(access_key: str, action: str, resource: str) -> ApiError:
    """Returns the error of a caller without a permission (recorded rows 61 to 91).

    Args:
        access_key (str): Who calls.
        action (str): The IAM action, such as "apigateway:POST".
        resource (str): The ARN of what it is about.

    Returns:
        ApiError
    """
    return ApiError(
        "AccessDeniedException",
        f"User: arn:aws:iam::{ACCOUNT_ID}:user/{access_key} is not authorized to perform: {action} on "
        f"resource: {resource} because no identity-based policy allows the {action} action",
    )


def conflict(message: str) -> ApiError:
    """Returns the error of a request that the state of the API forbids."""
    return ApiError("ConflictException", message)

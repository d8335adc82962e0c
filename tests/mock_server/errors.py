"""The errors that the service answers with."""

from __future__ import annotations

from . import model

CONCURRENT_MODIFICATION = (
    "Unable to complete operation due to concurrent modification. Please try again later."
)


class ApiError(Exception):
    """An error answer: what a client sees of a refused request.

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


def bad_request(message: str) -> ApiError:
    """Makes the error of a request that asks for something impossible."""
    return ApiError("BadRequestException", message)


def not_found(kind: str, identifier: str) -> ApiError:
    """Makes the error of an identifier that names nothing.

    Args:
        kind (str): What was looked for, such as "Integration".
        identifier (str): The identifier.

    Returns:
        ApiError
    """
    return ApiError("NotFoundException", f"Invalid {kind} identifier specified {identifier}")


def conflict(message: str) -> ApiError:
    """Makes the error of a request that the state of the API forbids."""
    return ApiError("ConflictException", message)

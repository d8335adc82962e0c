"""The record of every request that came in."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from .store import Account


@dataclass
class Call:
    """One request, refused or not.

    Attributes:
        operation: The AWS operation.
        account: Who called.
        api_id: The API it is about, if any.
        resource_id: The integration or route it is about, if any; set late for one that it created.
        body: The request body in AWS member names.
        started: When it came in, on the monotonic clock.
        ended: When its response was ready; None meanwhile.
        status: The HTTP status of the response; None when the connection was closed without one.
        code: The error code of the response, if it is an error.
        message: The error message of the response, if it is an error.
    """

    operation: str
    account: Account
    api_id: str | None
    resource_id: str | None
    body: dict[str, Any]
    started: float
    ended: float | None = None
    status: int | None = None
    code: str | None = None
    message: str | None = None


class CallLog:
    """The calls in the order in which they came in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []

    def begin(
        self,
        operation: str,
        account: Account,
        api_id: str | None,
        resource_id: str | None,
        body: dict[str, Any],
    ) -> Call:
        """Records a request that came in.

        Args:
            operation (str): The AWS operation.
            account (Account): Who calls.
            api_id (str | None): The API it is about.
            resource_id (str | None): The integration or route it is about.
            body (dict[str, Any]): The request body in AWS member names.

        Returns:
            Call: The record, to be completed when the response is known.
        """
        call = Call(operation, account, api_id, resource_id, body, time.monotonic())
        with self._lock:
            self._calls.append(call)
        return call

    def calls(self) -> list[Call]:
        """Returns a copy of the list of calls."""
        with self._lock:
            return list(self._calls)

    def counts(self) -> dict[str, int]:
        """Returns the number of calls by operation, refused ones included."""
        return dict(Counter(call.operation for call in self.calls()))

    def reset(self) -> None:
        """Clears the record."""
        with self._lock:
            self._calls.clear()

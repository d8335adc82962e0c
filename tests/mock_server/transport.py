"""HTTP: reads requests off a connection and writes the responses."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from http import HTTPStatus
from http.client import responses
from typing import Any, Literal

from werkzeug.serving import WSGIRequestHandler


@dataclass
class Reply:
    """An HTTP response.

    Attributes:
        status: The HTTP status.
        body: The body.
        error_type: The AWS error code, of an error.
        fate: Whether it is sent, sent without half of its body (a response without a body is lost),
            or lost. The connection is closed unless it is sent.
    """

    status: int = 200
    body: bytes = b""
    error_type: str | None = None
    fate: Literal["send", "truncate", "drop"] = "send"

    def to_bytes(self) -> bytes:
        """Returns what goes over the wire, or the part of it that gets through."""
        if self.fate == "drop" or (self.fate == "truncate" and not self.body):
            return b""
        lines = [
            f"HTTP/1.1 {self.status} {responses.get(self.status, 'Unknown')}",
            "Content-Type: application/json",
            f"x-amzn-RequestId: {uuid.uuid4()}",
        ]
        if self.error_type is not None:
            lines.append(f"x-amzn-ErrorType: {self.error_type}")
        if self.status != HTTPStatus.NO_CONTENT:
            lines.append(f"Content-Length: {len(self.body)}")
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        sent = len(self.body) // 2 if self.fate == "truncate" else len(self.body)
        return head + self.body[:sent]


class Handler(WSGIRequestHandler):
    """Responds to the requests of one connection, one after the other.

    The server's `app` is the mock server and no WSGI application: WSGI cannot close a connection in
    the middle of a response, and werkzeug's own loop closes it after each one.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Opens the connection."""
        super().setup()
        self._stand_in.connected(self.connection)

    def finish(self) -> None:
        """Closes the connection."""
        self._stand_in.disconnected(self.connection)
        super().finish()

    def run_wsgi(self) -> None:
        """Responds to one request."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        reply = self._stand_in.reply(self.command, self.path, self.headers, body)
        if reply.fate != "send":
            self.close_connection = True
        self.wfile.write(reply.to_bytes())

    @property
    def _stand_in(self) -> Any:
        return self.server.app

"""HTTP: reads requests off a connection and writes the responses."""

from __future__ import annotations

import contextlib
import itertools
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.client import responses
from typing import Any, Literal

from werkzeug.serving import WSGIRequestHandler

Fate = Literal[
    "send", "truncate", "drop", "drip_head", "drip_body", "endless_chunks", "endless_continue"
]

# In seconds: between two parts of a response that drips or does not end.
PAUSE = 0.05


@dataclass
class Reply:
    """An HTTP response.

    Attributes:
        status: The HTTP status.
        body: The body.
        error_type: The AWS error code, of an error.
        fate: Whether it is sent, sent without half of its body (a response without a body is lost),
            lost, sent byte by byte from its head or from its body on, or followed or preceded by parts
            without end. The connection is closed unless it is sent.
    """

    status: int = 200
    body: bytes = b""
    error_type: str | None = None
    fate: Fate = "send"

    def parts(self) -> Iterator[bytes]:
        """Returns what goes over the wire, with a pause after each part."""
        head, body = self._head(), self.body
        if self.fate == "send":
            yield head + body
        elif self.fate == "truncate" and body:
            yield head + body[: len(body) // 2]
        elif self.fate == "drip_head":
            yield from _bytes(head + body)
        elif self.fate == "drip_body":
            yield head
            yield from _bytes(body)
        elif self.fate == "endless_chunks":
            yield self._head("Transfer-Encoding: chunked")
            yield from itertools.repeat(b"1\r\n \r\n")
        elif self.fate == "endless_continue":
            yield from itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _head(self, framing: str | None = None) -> bytes:
        lines = [
            f"HTTP/1.1 {self.status} {responses.get(self.status, 'Unknown')}",
            "Content-Type: application/json",
            f"x-amzn-RequestId: {uuid.uuid4()}",
        ]
        if self.error_type is not None:
            lines.append(f"x-amzn-ErrorType: {self.error_type}")
        if self.status != HTTPStatus.NO_CONTENT:
            lines.append(framing or f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n"


def _bytes(data: bytes) -> Iterator[bytes]:
    return (data[index : index + 1] for index in range(len(data)))


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
        # The client may have closed the connection.
        with contextlib.suppress(ConnectionError):
            for number, part in enumerate(reply.parts()):
                if number:
                    time.sleep(PAUSE)
                self.wfile.write(part)

    @property
    def _stand_in(self) -> Any:
        return self.server.app

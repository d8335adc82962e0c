"""HTTP: reads requests off a connection and writes the responses."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.client import responses
from typing import Any, Literal

from werkzeug.serving import WSGIRequestHandler

Fate = Literal[
    "send",
    "truncate",
    "drop",
    "drip_head",
    "drip_body",
    "endless_chunks",
    "endless_continue",
    "plain_text",
    "alert",
]

# What a TLS server or a proxy sends instead of an encrypted record: a fatal alert, or plain text.
ALERT = b"\x15\x03\x03\x00\x02\x02\x50"
PLAIN_TEXT = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"

# In seconds: between two parts of a response that drips or does not end.
PAUSE = 0.05


@dataclass
class Reply:
    """An HTTP response.

    Attributes:
        status: The HTTP status.
        body: The body.
        error_type: The AWS error code, of an error.
        headers: What it has instead of a content type and an error code; None for those.
        fate: Whether it is sent, sent without half of its body (a response without a body is lost),
            lost, sent byte by byte from its head or from its body on, followed or preceded by parts
            without end, or replaced by what is no TLS record. The connection is closed unless it is
            sent.
    """

    status: int = 200
    body: bytes = b""
    error_type: str | None = None
    headers: dict[str, str] | None = None
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
        lines = [f"HTTP/1.1 {self.status} {responses.get(self.status, 'Unknown')}"]
        if self.headers is not None:
            lines += [f"{name}: {value}" for name, value in self.headers.items()]
        else:
            lines += ["Content-Type: application/json", f"x-amzn-RequestId: {uuid.uuid4()}"]
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
        self._is_open = self._shake_hands()
        if self._is_open:
            super().setup()
            self._stand_in.connected(self.connection)

    def handle(self) -> None:
        """Responds to all requests."""
        if self._is_open:
            super().handle()

    def finish(self) -> None:
        """Closes the connection."""
        if not self._is_open:
            return
        self._stand_in.disconnected(self.connection)
        with contextlib.suppress(OSError):
            super().finish()
        self.connection.close()

    def _shake_hands(self) -> bool:
        """Starts TLS if the server has it, and returns whether there is a connection."""
        if self._stand_in.tls is None:
            return True
        broken = self._stand_in.faults.handshake()
        if broken is not None:
            # Read first, so that the client gets what is sent before the connection is closed.
            self.request.recv(4096)
            self.request.sendall(broken)
            return False
        try:
            self.request = self._stand_in.tls.wrap_socket(self.request, server_side=True)
        except OSError:
            return False
        return True

    def run_wsgi(self) -> None:
        """Responds to one request."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        reply = self._stand_in.reply(self.command, self.path, self.headers, body)
        if reply.fate != "send":
            self.close_connection = True
        if reply.fate in ("plain_text", "alert"):
            os.write(self.connection.fileno(), ALERT if reply.fate == "alert" else PLAIN_TEXT)
            return
        # The client may have closed the connection.
        with contextlib.suppress(ConnectionError):
            for number, part in enumerate(reply.parts()):
                if number:
                    time.sleep(PAUSE)
                self.wfile.write(part)

    @property
    def _stand_in(self) -> Any:
        return self.server.app

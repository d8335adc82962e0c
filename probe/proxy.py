"""The proxy between the `idem` program and AWS while the probe runs it.

It keeps the probe's pace for the plugin's calls, lets nothing through about an API that is not the
probe's, and shows the plugin no other API. It signs each request again, so that `idem` needs no
credentials.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import botocore.auth
import botocore.awsrequest
import botocore.httpsession

from probe.wire import Wire

_INTEGRATIONS = re.compile(r"/v2/apis/([^/]+)(/.*)?")
_FORWARDED = ("Content-Type", "x-amzn-ErrorType")


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: after Ctrl-C, `idem` does not wait for responses, nor does the loop run."""


class Proxy:
    """A server on this machine that forwards to the server of a wire; use it in a `with` statement.

    Args:
        wire: The calls of the probe.
        loop: The event loop in which the wire keeps its pace.
    """

    def __init__(self, wire: Wire, loop: asyncio.AbstractEventLoop) -> None:
        self._wire, self._loop = wire, loop
        self._http = botocore.httpsession.URLLib3Session()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_request(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, headers, content = proxy.forward(
                    self.command, self.path, self.headers.get("Content-Type", ""), body
                )
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != 204:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content if status != 204 else b"")

            do_GET = do_POST = do_PATCH = do_DELETE = handle_request  # noqa: N815

            def log_message(self, *_: Any) -> None:
                """Print nothing."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The endpoint for `idem`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def forward(
        self, method: str, target: str, content_type: str, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Forward a request, and return the status, the headers and the body of the response."""
        path = urlsplit(target).path
        if (method, path) == ("POST", "/"):
            return self._send("sts", self._wire.sts_address, method, target, content_type, body)
        about = _INTEGRATIONS.fullmatch(path)
        whole = (method, path) == ("GET", "/v2/apis")
        if not whole and not (about and about[1] in self._wire.own):
            message = json.dumps({"message": f"{method} {path}: the probe did not create it."})
            return 403, {"x-amzn-ErrorType": "AccessDeniedException"}, message.encode()
        asyncio.run_coroutine_threadsafe(self._wire.keep_pace(), self._loop).result()
        status, headers, content = self._send(
            "apigateway", self._wire.address, method, target, content_type, body
        )
        if whole and status == 200:
            page = json.loads(content)
            page["items"] = [item for item in page["items"] if item["apiId"] in self._wire.own]
            content = json.dumps(page).encode()
        return status, headers, content

    def _send(
        self, service: str, address: str, method: str, target: str, content_type: str, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        request = botocore.awsrequest.AWSRequest(
            method, address.rstrip("/") + target, {"Content-Type": content_type}, body
        )
        credentials = self._wire.session.get_credentials()
        botocore.auth.SigV4Auth(credentials, service, self._wire.region).add_auth(request)
        response = self._http.send(request.prepare())
        found = {name: response.headers[name] for name in _FORWARDED if name in response.headers}
        self._wire.secrets.update(
            value for name, value in response.headers.items() if name.lower() == "x-amzn-requestid"
        )
        return response.status_code, found, response.content

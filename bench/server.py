"""The mock AWS server in a process of its own, steered over HTTP."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

import environments

REGION = "us-east-1"
CALM = {"latency": 0.0, "rate": None, "conflict": False, "conflict_probability": 1.0}


class Server:
    """A mock server that serves.

    Args:
        url: Its endpoint.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def seed(self, key: str, apis: int, integrations: int) -> list[str]:
        """Create APIs in an account of their own.

        Args:
            key: The access key of the account.
            apis: How many APIs.
            integrations: How many integrations in each.

        Returns:
            list[str]: The ids of the APIs.
        """
        wanted = {"account": [key, REGION], "apis": apis, "integrations": integrations}
        return list(self._control("POST", "seed", wanted)["apis"])

    def reset(self, conditions: dict[str, Any]) -> None:
        """Forget the calls so far, and set how slow and strict the server is."""
        self._control("POST", "reset", {**CALM, **conditions})

    def calls(self) -> dict[str, Any]:
        """Return the calls since the reset: `counts` by operation, `throttled` and `conflicted`."""
        return self._control("GET", "calls")

    def integrations(self, key: str, api_id: str) -> list[dict[str, Any]]:
        """Return the integrations of an API, in the wire's member names."""
        credential = f"AWS4-HMAC-SHA256 Credential={key}/20260101/{REGION}/apigateway/aws4_request"
        response = self._send(
            "GET", f"/v2/apis/{api_id}/integrations?maxResults=500", None, {"Authorization": credential}
        )
        return response["items"]

    def _control(self, method: str, endpoint: str, body: dict[str, Any] | None = None) -> Any:
        return self._send(method, f"/_mock/{endpoint}", body, {})

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request) as response:
            return json.load(response)


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """Serve a mock server with the interpreter that runs this script."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mock_server"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(environments.ROOT / "tests")},
    )
    try:
        yield Server(process.stdout.readline().strip())
    finally:
        process.terminate()
        process.wait()

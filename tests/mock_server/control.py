"""The endpoints that steer a mock server in another process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from . import integration
from .errors import CONCURRENT_MODIFICATION
from .store import DEFAULT_ACCOUNT

if TYPE_CHECKING:
    from .server import MockServer

PREFIX = "/_mock/"


def handle(server: MockServer, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    """Responds to a request to one of the endpoints.

    Args:
        server (MockServer): The mock server.
        method (str): The HTTP method.
        path (str): The path.
        body (bytes): A JSON object, or nothing.

    Returns:
        tuple[int, dict[str, Any]]: The HTTP status and the JSON object to return.
    """
    arguments = json.loads(body or b"{}")
    endpoint = (method, path.removeprefix(PREFIX))
    if endpoint == ("POST", "reset"):
        return 200, _reset(server, arguments)
    if endpoint == ("GET", "calls"):
        return 200, _calls(server)
    if endpoint == ("POST", "seed"):
        return 200, _seed(server, arguments)
    return 404, {"message": "There is no such endpoint"}


def _reset(server: MockServer, arguments: dict[str, Any]) -> dict[str, Any]:
    """Clears the record of calls, fills the buckets and changes what the arguments name."""
    faults = server.faults
    faults.latency = arguments.get("latency", faults.latency)
    faults.conflict_window = arguments.get("conflict", faults.conflict_window)
    faults.conflict_probability = arguments.get("conflict_probability", faults.conflict_probability)
    faults.write_time = arguments.get("write_time", faults.write_time)
    server.behaviour.page_size = arguments.get("page_size", server.behaviour.page_size)
    rate, burst = faults.limit or (None, 40)
    faults.throttle(arguments.get("rate", rate), arguments.get("burst", burst))
    server.reset_calls()
    return {}


def _calls(server: MockServer) -> dict[str, Any]:
    calls = server.calls
    return {
        "counts": server.counts(),
        "throttled": sum(call.code == "TooManyRequestsException" for call in calls),
        "conflicted": sum(call.message == CONCURRENT_MODIFICATION for call in calls),
    }


def _seed(server: MockServer, arguments: dict[str, Any]) -> dict[str, Any]:
    """Creates APIs that are full of HTTP_PROXY integrations, and returns all IDs."""
    account = tuple(arguments.get("account", DEFAULT_ACCOUNT))
    protocol = arguments.get("protocol", integration.HTTP)
    created: dict[str, list[str]] = {}
    for _ in range(arguments.get("apis", 1)):
        api_id = server.add_api(protocol, account=account)
        created[api_id] = [
            server.add_integration(
                api_id,
                account=account,
                IntegrationType="HTTP_PROXY",
                IntegrationMethod="GET",
                IntegrationUri=f"https://example.com/{number}",
            )
            for number in range(arguments.get("integrations", 0))
        ]
    return {"apis": created}

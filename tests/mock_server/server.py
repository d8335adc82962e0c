"""The mock server itself: direct access to its resources, and how a request passes through it."""

from __future__ import annotations

import copy
import dataclasses
import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from . import control, integration, model
from .behaviour import Behaviour
from .errors import ApiError
from .faults import FATES, Faults, Injection
from .log import Call, CallLog
from .operations import Operations, Request
from .store import DEFAULT_ACCOUNT, Account, Store
from .sts import Sts
from .transport import Handler, Reply

_CREDENTIAL = re.compile(r"Credential=([^/,]+)/[^/]*/([^/]+)/")
# The IDs in a path, that of the innermost resource first.
_IDS = ("integrationResponseId", "routeResponseId", "integrationId", "routeId")
_URLS = model.url_map().bind("localhost")

AccountKey = tuple[str, str]


class MockServer:
    """An API Gateway v2 control plane on a local port, to be used in a `with` statement.

    Args:
        behaviour (Behaviour | None): The switches; None for the likely behaviour.
        seed (int): Makes IDs and random choices the same in every run.
        port (int): The port; 0 takes a free one.
        tls (ssl.SSLContext | None): Serves HTTPS with it.

    Attributes:
        behaviour: The switches.
        faults: What goes wrong in transit.
        sts: The STS beside it.
        tls: What it serves HTTPS with.
    """

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        seed: int = 0,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.tls = tls
        self.behaviour = behaviour or Behaviour()
        self.faults = Faults(seed)
        self.faults.conflict_window = self.behaviour.overlapping_writes != "none"
        self.sts = Sts()
        self._store = Store(seed)
        self._operations = Operations(self._store, self.behaviour)
        self._log = CallLog()
        self._connections: set[socket.socket] = set()
        # The handler, and not WSGI, calls it: see there why.
        app: Any = self
        self._server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Handler)
        # Shutting down waits for one such interval.
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> MockServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Starts the server."""
        self._thread.start()

    def close(self) -> None:
        """Stops the server and closes all connections."""
        self._server.shutdown()
        self._thread.join()
        for connection in list(self._connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                # The client has closed the connection already.
                continue

    @property
    def url(self) -> str:
        """The endpoint URL for a client."""
        return f"{'http' if self.tls is None else 'https'}://127.0.0.1:{self._server.port}"

    # The log

    @property
    def calls(self) -> list[Call]:
        """All requests so far, in the order in which they came in."""
        return self._log.calls()

    def count(self, operation: str) -> int:
        """Counts the requests for an operation, refused ones included."""
        return self.counts().get(operation, 0)

    def counts(self) -> dict[str, int]:
        """Returns the number of requests by operation, refused ones included."""
        return self._log.counts()

    def reset_calls(self) -> None:
        """Clears the record of requests."""
        self._log.reset()

    # Direct access

    def add_api(
        self,
        protocol: str = integration.HTTP,
        *,
        api_id: str | None = None,
        account: AccountKey = DEFAULT_ACCOUNT,
        **members: Any,
    ) -> str:
        """Adds an API.

        Args:
            protocol (str): Its ProtocolType.
            api_id (str | None): Its ID; None generates one.
            account (AccountKey): The access key and Region that see it.
            **members (Any): Its AWS members.

        Returns:
            str: Its ID.
        """
        with self._store.lock:
            named = {"Name": "api", **members}
            return self._store.add_api(Account(*account), protocol, named, api_id).id

    def add_integration(
        self,
        api_id: str,
        managed: bool = False,
        *,
        integration_id: str | None = None,
        account: AccountKey = DEFAULT_ACCOUNT,
        **members: Any,
    ) -> str:
        """Adds an integration with AWS's defaults and without validation.

        On an HTTP API PayloadFormatVersion becomes "1.0" if it is left out: AWS holds none without.

        Args:
            api_id (str): The API.
            managed (bool): Whether quick create created it.
            integration_id (str | None): Its ID; None generates one. Two APIs may hold the same.
            account (AccountKey): The access key and Region of the API.
            **members (Any): Its AWS members.

        Returns:
            str: Its ID.
        """
        with self._store.lock:
            api = self._store.api(Account(*account), api_id)
            versioned = {"PayloadFormatVersion": "1.0", **copy.deepcopy(members)}
            complete = integration.with_defaults(api.protocol, versioned)
            return self._store.add_integration(api, complete, managed, integration_id).id

    def add_route(
        self,
        api_id: str,
        target: str | None = None,
        *,
        route_id: str | None = None,
        route_key: str | None = None,
        account: AccountKey = DEFAULT_ACCOUNT,
    ) -> str:
        """Adds a route.

        Args:
            api_id (str): The API.
            target (str | None): The ID of an integration, with or without "integrations/".
            route_id (str | None): Its ID; None generates one.
            route_key (str | None): Its RouteKey; None generates one.
            account (AccountKey): The access key and Region of the API.

        Returns:
            str: Its ID.
        """
        with self._store.lock:
            api = self._store.api(Account(*account), api_id)
            members = {"RouteKey": route_key or f"GET /{len(api.routes) + 1}"}
            if target is not None:
                members["Target"] = f"integrations/{target.removeprefix('integrations/')}"
            return self._store.add_route(api, members, route_id).id

    def integrations(
        self, api_id: str, account: AccountKey = DEFAULT_ACCOUNT
    ) -> dict[str, dict[str, Any]]:
        """Returns the integrations of an API as AWS would read them back, by ID."""
        with self._store.lock:
            api = self._store.api(Account(*account), api_id)
            return {found.id: copy.deepcopy(found.read()) for found in api.integrations.values()}

    def responses(
        self, api_id: str, account: AccountKey = DEFAULT_ACCOUNT
    ) -> dict[tuple[str, str, str], dict[str, Any]]:
        """Returns the responses in an API as AWS would read them back, by noun, parent's and own ID."""
        with self._store.lock:
            api = self._store.api(Account(*account), api_id)
            return {
                (found.kind.noun, parent.id, found.id): copy.deepcopy(found.read())
                for parent in [*api.integrations.values(), *api.routes.values()]
                for found in parent.responses.values()
            }

    def drift(
        self,
        api_id: str,
        integration_id: str,
        *,
        account: AccountKey = DEFAULT_ACCOUNT,
        **members: Any,
    ) -> None:
        """Changes an integration in the store, without validation, as another tool might.

        Args:
            api_id (str): The API.
            integration_id (str): The integration.
            account (AccountKey): The access key and Region of the API.
            **members (Any): The AWS members to set; None removes one.
        """
        with self._store.lock:
            found = self._store.api(Account(*account), api_id).integration(integration_id)
            self._store.api(Account(*account), api_id).remember()
            changed = {**found.members, **copy.deepcopy(members)}
            found.members = {name: value for name, value in changed.items() if value is not None}

    def remove(self, api_id: str, integration_id: str, account: AccountKey = DEFAULT_ACCOUNT) -> None:
        """Removes an integration from the store, even one that a route targets."""
        with self._store.lock:
            api = self._store.api(Account(*account), api_id)
            found = api.integration(integration_id)
            api.remember()
            del api.integrations[found.id]

    def settle(self, api_id: str, created: bool = False, account: AccountKey = DEFAULT_ACCOUNT) -> None:
        """Lets reads that lag show all changes so far; what was created, only if that is asked for."""
        with self._store.lock:
            self._store.api(Account(*account), api_id).settle(created)

    # What the transport calls

    def connected(self, connection: socket.socket) -> None:
        """Takes note of a connection that was opened."""
        self._connections.add(connection)

    def disconnected(self, connection: socket.socket) -> None:
        """Takes note of a connection that was closed."""
        self._connections.discard(connection)

    def reply(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Responds to an HTTP request.

        Args:
            method (str): The HTTP method.
            target (str): The path with the query, as sent.
            headers (Mapping[str, str]): The HTTP headers.
            body (bytes): The body.

        Returns:
            Reply: The response, and what happens to it in transit.
        """
        url = urlsplit(target)
        if url.path.startswith(control.PREFIX):
            return _success(*control.handle(self, method, url.path, body))
        credential = _CREDENTIAL.search(headers.get("Authorization", ""))
        if (method, url.path) == ("POST", "/"):
            response = self.sts.respond(credential[1] if credential else "", body)
            return Reply(body=response, fate=self.sts.fate)
        try:
            operation, path = _URLS.match(unquote(url.path), method)
            if credential is None:
                raise ApiError("AccessDeniedException", "Missing Authentication Token")
            wire = json.loads(body or b"{}")
            if not isinstance(wire, dict):
                raise ValueError("not a JSON object")
            members = model.decode(model.operation(operation).input_shape, wire)
        except HTTPException:
            return _failure(ApiError("UnknownOperationException", "Unknown operation", 404))
        except ApiError as error:
            return _failure(error)
        except ValueError:
            return _failure(ApiError("SerializationException", "Malformed body", 400))
        account = Account(*credential.groups())
        resource = unquote(url.path).removeprefix("/v2")
        return self._serve(
            Request(operation, account, dict(path), parse_qs(url.query), members, resource)
        )

    def _serve(self, request: Request) -> Reply:
        """Takes a request through everything that can go wrong, and completes its record."""
        path = request.path
        call = self._log.begin(
            request.operation,
            request.account,
            path.get("apiId"),
            next((path[name] for name in _IDS if name in path), None),
            request.members,
        )
        _pause(self.faults.latency)
        try:
            self.faults.admit(
                request.account,
                request.operation,
                request.resource,
                request.members.get("CredentialsArn"),
            )
            delay, fault = self.faults.draw(request.account, request.operation, call.api_id)
            reply = self._meet(request, call, delay, fault)
        except ApiError as error:
            call.code, call.message = error.code, error.message
            reply = _failure(error)
        if reply.fate != "drop":
            call.status = reply.status
        call.ended = time.monotonic()
        return reply

    def _meet(self, request: Request, call: Call, delay: float, fault: Injection | None) -> Reply:
        """Does the work of a request, with the fault it meets before or after."""
        _pause(delay)
        if fault is None:
            return self._work(request, call)
        if fault.kind == "drop_request":
            return Reply(fate="drop")
        if fault.kind == "error":
            raise fault.error()
        if fault.kind == "reply":
            return dataclasses.replace(fault.reply)
        if fault.kind == "lag":
            request.behind = fault.changes
            return self._work(request, call)
        try:
            reply = self._work(request, call)
        except ApiError as error:
            call.code, call.message = error.code, error.message
            reply = _failure(error)
        if fault.kind == "reply_after":
            return dataclasses.replace(fault.reply)
        if fault.kind == "meanwhile":
            fault.action()
            return reply
        if fault.kind == "error_after":
            raise fault.error()
        reply.fate = FATES[fault.kind]
        return reply

    def _work(self, request: Request, call: Call) -> Reply:
        with self.faults.window(request.account, request.operation, call.api_id):
            response = self._operations.perform(request)
        call.api_id = call.api_id or response.get("ApiId")
        call.resource_id = call.resource_id or response.get("IntegrationId") or response.get("RouteId")
        described = model.operation(request.operation)
        status = described.http.get("responseCode", 200)
        return _success(status, model.encode(described.output_shape, response))


def _pause(seconds: float) -> None:
    # Even a sleep of no time costs as much as the rest of a small request.
    if seconds > 0:
        time.sleep(seconds)


def _success(status: int, response: dict[str, Any]) -> Reply:
    return Reply(status, b"" if status == 204 else json.dumps(response).encode())


def _failure(error: ApiError) -> Reply:
    body = json.dumps({"message": error.message}).encode()
    return Reply(error.status, body, error_type=error.code)

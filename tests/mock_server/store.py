"""The resources that the mock server holds, by account and Region."""

from __future__ import annotations

import copy
import random
import string
import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any, NamedTuple, TypeVar

from . import integration, response
from .errors import api_not_found, not_found


class Account(NamedTuple):
    """Who calls and where: resources of different accounts or Regions never meet."""

    access_key: str
    region: str


DEFAULT_ACCOUNT = Account("testing", "us-east-1")

# How many changes of an API a read can lag behind.
HISTORY = 20


@dataclass
class Response:
    """A response of an integration or of a route; its members are replaced as a whole."""

    id: str
    number: int
    kind: response.Kind
    members: dict[str, Any]

    def read(self) -> dict[str, Any]:
        """Returns the response as AWS reads it back."""
        return {self.kind.id: self.id, **self.members}


@dataclass
class Integration:
    """An integration. Its members are replaced as a whole and never changed in place, so a reader
    needs no lock."""

    id: str
    number: int
    managed: bool
    members: dict[str, Any]
    responses: dict[str, Response] = field(default_factory=dict)

    def read(self) -> dict[str, Any]:
        """Returns the integration as AWS reads it back."""
        # Every recorded row: a member that is not set or false is left out; row 166: a managed one.
        managed = {"ApiGatewayManaged": True} if self.managed else {}
        return {"IntegrationId": self.id, **self.members, **managed}


@dataclass
class Route:
    """A route. Its members are replaced as a whole, like those of an integration."""

    id: str
    number: int
    members: dict[str, Any]
    responses: dict[str, Response] = field(default_factory=dict)

    def read(self) -> dict[str, Any]:
        """Returns the route as AWS reads it back."""
        return {"RouteId": self.id, **self.members}


Parent = TypeVar("Parent", Integration, Route)


class Contents(NamedTuple):
    """What is in an API at one moment."""

    integrations: dict[str, Integration]
    routes: dict[str, Route]


def _copied(parents: dict[str, Parent]) -> dict[str, Parent]:
    return _known(parents, parents)


def _known(parents: dict[str, Parent], old: dict[str, Parent]) -> dict[str, Parent]:
    """Copies what is among some older ones as well, and of it the responses that are there as well."""
    return {
        key: replace(
            parents[key],
            responses={
                name: copy.copy(parents[key].responses[name])
                for name in seen.responses
                if name in parents[key].responses
            },
        )
        for key, seen in old.items()
        if key in parents
    }


@dataclass
class Stage:
    """A stage, which AWS identifies by its name. Its members are replaced as a whole."""

    number: int
    members: dict[str, Any]


@dataclass
class Api:
    """An API with everything in it.

    Attributes:
        history: What it contained before each of the last changes.
        late: Whether the next listing does not show the last change yet.
    """

    id: str
    number: int
    protocol: str
    members: dict[str, Any]
    integrations: dict[str, Integration] = field(default_factory=dict)
    routes: dict[str, Route] = field(default_factory=dict)
    stages: dict[str, Stage] = field(default_factory=dict)
    history: list[Contents] = field(default_factory=list)
    late: bool = False

    def remember(self) -> None:
        """Keeps what is in it before a change."""
        seen = Contents(_copied(self.integrations), _copied(self.routes))
        self.history = [*self.history[1 - HISTORY :], seen]

    def settle(self, created: bool = False) -> None:
        """Lets reads that lag show all changes so far; what was created, only if that is asked for."""
        if created:
            self.history = []
        self.history = [
            Contents(
                _known(self.integrations, old.integrations),
                _known(self.routes, old.routes),
            )
            for old in self.history
        ]

    def as_of(self, changes: int) -> Contents:
        """Returns what it contained some changes ago, as far as is known."""
        now = Contents(self.integrations, self.routes)
        return [now, *reversed(self.history)][min(changes, len(self.history))]

    def integration(self, integration_id: str) -> Integration:
        """Returns an integration by its ID, or raises NotFoundException."""
        if integration_id not in self.integrations:
            raise not_found("Integration", integration_id)
        return self.integrations[integration_id]

    def route(self, route_id: str) -> Route:
        """Returns a route by its ID, or raises NotFoundException."""
        if route_id not in self.routes:
            raise not_found("Route", route_id)
        return self.routes[route_id]

    def stage(self, name: str) -> Stage:
        """Returns a stage by its name, or raises NotFoundException."""
        if name not in self.stages:
            raise not_found("Stage", name)
        return self.stages[name]

    def parent(self, kind: response.Kind, parent_id: str, behind: int = 0) -> Integration | Route:
        """Returns what contains responses, as it was some changes ago, or raises NotFoundException."""
        seen = self.as_of(behind)
        parents = seen.integrations if kind is response.INTEGRATION else seen.routes
        if parent_id not in parents:
            raise not_found(kind.parent, parent_id)
        return parents[parent_id]

    def routes_to(self, integration_id: str) -> list[str]:
        """Lists the IDs of the routes that target an integration."""
        target = f"integrations/{integration_id}"
        return [route.id for route in self.routes.values() if route.members.get("Target") == target]


class Store:
    """All resources of all accounts.

    Whoever looks something up and then changes it holds `lock` meanwhile.

    Args:
        seed (int): Makes the IDs the same in every run.
    """

    def __init__(self, seed: int) -> None:
        self.lock = threading.RLock()
        self._accounts: dict[Account, dict[str, Api]] = {}
        self._random = random.Random(seed)
        self._number = 0

    def apis(self, account: Account) -> dict[str, Api]:
        """Returns the APIs of an account and Region by their IDs."""
        return self._accounts.setdefault(account, {})

    def api(self, account: Account, api_id: str) -> Api:
        """Returns an API by its ID, or raises NotFoundException."""
        apis = self.apis(account)
        if api_id not in apis:
            raise api_not_found(api_id)
        return apis[api_id]

    def add_api(
        self, account: Account, protocol: str, members: dict[str, Any], api_id: str | None = None
    ) -> Api:
        """Adds an API with the defaults that AWS reads back.

        Args:
            account (Account): Where it lives.
            protocol (str): Its ProtocolType.
            members (dict[str, Any]): Its other members.
            api_id (str | None): Its ID; None generates one.

        Returns:
            Api
        """
        api_id = api_id or self._new_id(10)
        scheme = "wss" if protocol == integration.WEBSOCKET else "https"
        defaults = {
            "ApiKeySelectionExpression": "$request.header.x-api-key",
            "DisableExecuteApiEndpoint": False,
            "RouteSelectionExpression": "$request.method $request.path",
            "Tags": {},
            "CreatedDate": _now(),
            "ApiEndpoint": f"{scheme}://{api_id}.execute-api.{account.region}.amazonaws.com",
            "ApiId": api_id,
            "ProtocolType": protocol,
        }
        api = Api(api_id, self._next_number(), protocol, {**defaults, **members})
        self.apis(account)[api_id] = api
        return api

    def add_integration(
        self,
        api: Api,
        members: dict[str, Any],
        managed: bool = False,
        integration_id: str | None = None,
    ) -> Integration:
        """Adds an integration as it is.

        Args:
            api (Api): The API that it belongs to.
            members (dict[str, Any]): Its members.
            managed (bool): Whether quick create created it.
            integration_id (str | None): Its ID; None generates one.

        Returns:
            Integration
        """
        api.remember()
        added = Integration(integration_id or self._new_id(7), self._next_number(), managed, members)
        api.integrations[added.id] = added
        return added

    def add_route(self, api: Api, members: dict[str, Any], route_id: str | None = None) -> Route:
        """Adds a route with the defaults that AWS reads back.

        Args:
            api (Api): The API that it belongs to.
            members (dict[str, Any]): Its members.
            route_id (str | None): Its ID; None generates one.

        Returns:
            Route
        """
        defaults = {"ApiKeyRequired": False, "AuthorizationType": "NONE"}
        added = Route(route_id or self._new_id(7), self._next_number(), {**defaults, **members})
        api.routes[added.id] = added
        return added

    def add_stage(self, api: Api, members: dict[str, Any]) -> Stage:
        """Adds a stage with the defaults that AWS reads back."""
        # API reference, Stage; the example of create-stage in the AWS CLI's reference.
        defaults = {
            "CreatedDate": _now(),
            "LastUpdatedDate": _now(),
            "DefaultRouteSettings": {"DetailedMetricsEnabled": False},
            "RouteSettings": {},
            "StageVariables": {},
            "Tags": {},
        }
        added = Stage(self._next_number(), {**defaults, **members})
        api.stages[members["StageName"]] = added
        return added

    def add_response(
        self, api: Api, parent: Integration | Route, kind: response.Kind, members: dict[str, Any]
    ) -> Response:
        """Adds a response to an integration or a route of an API as it is."""
        api.remember()
        added = Response(self._new_id(7), self._next_number(), kind, members)
        parent.responses[added.id] = added
        return added

    def _new_id(self, length: int) -> str:
        return "".join(self._random.choices(string.ascii_lowercase + string.digits, k=length))

    def _next_number(self) -> int:
        self._number += 1
        return self._number


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

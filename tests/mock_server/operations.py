"""The operations: what each one does to the store and its response."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import integration, model, paging, response
from .behaviour import Behaviour
from .errors import QUOTA, QUOTA_STATUS, ApiError, bad_request, conflict, not_found
from .store import Account, Api, Integration, Response, Route, Store

Payload = dict[str, Any]


@dataclass
class Request:
    """A request, in AWS member names.

    Attributes:
        operation: The AWS operation.
        account: Who calls.
        path: The path parameters, named as in the model's path.
        query: The query parameters.
        members: The body.
        resource: The path without the version, as IAM names it.
        behind: How many changes of the API a read does not show yet.
    """

    operation: str
    account: Account
    path: dict[str, str]
    query: dict[str, list[str]]
    members: dict[str, Any]
    resource: str
    behind: int = 0

    def parameter(self, name: str) -> str | None:
        """Returns the first value of a query parameter."""
        return self.query.get(name, [None])[0]


class Operations:
    """The operations on a store. `perform` is the entry point.

    Args:
        store (Store): Where the resources are.
        behaviour (Behaviour): The switches.
    """

    def __init__(self, store: Store, behaviour: Behaviour) -> None:
        self._store = store
        self._behaviour = behaviour
        self._handlers: dict[str, Callable[[Request], Payload]] = {
            "CreateApi": self._create_api,
            "GetApi": lambda request: self._api(request).members,
            "GetApis": self._get_apis,
            "UpdateApi": self._update_api,
            "DeleteApi": self._delete_api,
            "CreateIntegration": self._create_integration,
            "GetIntegration": self._get_integration,
            "GetIntegrations": self._get_integrations,
            "UpdateIntegration": self._update_integration,
            "DeleteIntegration": self._delete_integration,
            "CreateRoute": self._create_route,
            "GetRoute": lambda request: self._api(request).route(request.path["routeId"]).read(),
            "GetRoutes": self._get_routes,
            "UpdateRoute": self._update_route,
            "DeleteRoute": self._delete_route,
            "CreateStage": self._create_stage,
            "GetStage": lambda request: self._api(request).stage(request.path["stageName"]).members,
            "GetStages": self._get_stages,
            "UpdateStage": self._update_stage,
            "DeleteStage": self._delete_stage,
            **self._of_responses(response.INTEGRATION),
            **self._of_responses(response.ROUTE),
            "GetTags": lambda request: {"Tags": self._tagged(request).members["Tags"]},
            "TagResource": self._tag,
            "UntagResource": self._untag,
        }

    def perform(self, request: Request) -> Payload:
        """Does what a request demands, or raises ApiError.

        Args:
            request (Request): The request.

        Returns:
            Payload: The members of the response; it may hold more than the shape of the response has.
        """
        with self._store.lock:
            return self._handlers[request.operation](request)

    def _api(self, request: Request) -> Api:
        return self._store.api(request.account, request.path["apiId"])

    def _page(self, request: Request, items: Any, read: Callable[[Any], Payload]) -> Payload:
        some, token = paging.page(
            items.values(),
            request.parameter("maxResults"),
            request.parameter("nextToken"),
            self._behaviour,
        )
        payload: Payload = {"Items": [read(item) for item in some]}
        if token is not None:
            payload["NextToken"] = token
        return payload

    # APIs

    def _create_api(self, request: Request) -> Payload:
        members = _without_empty(request.members)
        _require(members, "Name", "ProtocolType")
        protocol = members["ProtocolType"]
        if protocol not in model.enums("CreateApi")["ProtocolType"]:
            raise bad_request(f"Invalid protocol type specified: {protocol}")
        if protocol == integration.WEBSOCKET:
            _require(members, "RouteSelectionExpression")
        quick = {name: members.pop(name, None) for name in ("Target", "RouteKey", "CredentialsArn")}
        if quick["Target"] and protocol == integration.WEBSOCKET:
            raise bad_request("Quick create is only supported for HTTP APIs")
        api = self._store.add_api(request.account, protocol, members)
        if quick["Target"]:
            self._quick_create(api, quick)
        return api.members

    def _quick_create(self, api: Api, quick: dict[str, Any]) -> None:
        """Adds the integration and the route that come with an API that has a target."""
        is_lambda = quick["Target"].startswith("arn:")
        members = {
            "IntegrationType": "AWS_PROXY" if is_lambda else "HTTP_PROXY",
            "IntegrationMethod": "POST" if is_lambda else "ANY",
            "IntegrationUri": quick["Target"],
            "PayloadFormatVersion": "2.0" if is_lambda else "1.0",
        }
        if quick["CredentialsArn"]:
            members["CredentialsArn"] = quick["CredentialsArn"]
        created = self._store.add_integration(
            api, integration.with_defaults(api.protocol, members), managed=True
        )
        self._store.add_route(
            api,
            {
                "RouteKey": quick["RouteKey"] or "$default",
                "Target": f"integrations/{created.id}",
                "ApiGatewayManaged": True,
            },
        )

    def _get_apis(self, request: Request) -> Payload:
        return self._page(request, self._store.apis(request.account), lambda api: api.members)

    def _update_api(self, request: Request) -> Payload:
        api = self._api(request)
        api.members = _without_empty({**api.members, **request.members})
        return api.members

    def _delete_api(self, request: Request) -> Payload:
        api = self._api(request)
        del self._store.apis(request.account)[api.id]
        return {}

    # Integrations

    def _create_integration(self, request: Request) -> Payload:
        api = self._api(request)
        members = integration.create(api.protocol, request.members, self._behaviour)
        if len(api.integrations) >= self._behaviour.integration_limit:
            raise ApiError(self._behaviour.quota_code, QUOTA, QUOTA_STATUS)
        self._before_write(api)
        return self._store.add_integration(api, members).read()

    def _get_integration(self, request: Request) -> Payload:
        api, integration_id = self._api(request), request.path["integrationId"]
        seen = api.as_of(request.behind).integrations
        if integration_id not in seen:
            raise not_found("Integration", integration_id)
        return seen[integration_id].read()

    def _get_integrations(self, request: Request) -> Payload:
        api = self._api(request)
        behind, api.late = max(request.behind, api.late), False
        return self._page(request, api.as_of(behind).integrations, lambda item: item.read())

    def _before_write(self, api: Api) -> None:
        api.late = self._behaviour.listing_after_write == "late"

    def _update_integration(self, request: Request) -> Payload:
        api = self._api(request)
        found = api.integration(request.path["integrationId"])
        changed = integration.update(api.protocol, found.members, request.members, self._behaviour)
        self._before_write(api)
        api.remember()
        found.members = changed
        return found.read()

    def _delete_integration(self, request: Request) -> Payload:
        api = self._api(request)
        found = api.integration(request.path["integrationId"])
        if found.managed:
            # That it is refused: API reference; the text is unknown.
            raise bad_request("Cannot delete an Integration that is managed by API Gateway")
        routes = api.routes_to(found.id)
        if routes:
            # Recorded rows 159 and 160.
            raise conflict(
                "Cannot delete Integration because it is referenced by the following Routes "
                f"with Ids: [{', '.join(routes)}]"
            )
        self._before_write(api)
        api.remember()
        del api.integrations[found.id]
        return {}

    # Routes

    def _create_route(self, request: Request) -> Payload:
        api = self._api(request)
        members = _without_empty(request.members)
        _require(members, "RouteKey")
        self._check_route(api, members)
        return self._store.add_route(api, members).read()

    def _get_routes(self, request: Request) -> Payload:
        return self._page(request, self._api(request).routes, lambda route: route.read())

    def _update_route(self, request: Request) -> Payload:
        api = self._api(request)
        found = api.route(request.path["routeId"])
        members = _without_empty({**found.members, **request.members})
        self._check_route(api, members, found.id)
        found.members = members
        return found.read()

    def _delete_route(self, request: Request) -> Payload:
        api = self._api(request)
        del api.routes[api.route(request.path["routeId"]).id]
        return {}

    def _check_route(self, api: Api, members: Payload, route_id: str | None = None) -> None:
        key = members["RouteKey"]
        for route in api.routes.values():
            if route.members["RouteKey"] == key and route.id != route_id:
                raise conflict(f"Route with key {key} already exists for this API")
        if "Target" in members:
            prefix, _, integration_id = members["Target"].partition("/")
            if prefix != "integrations" or not integration_id:
                raise bad_request(f"Invalid target specified: {members['Target']}")
            api.integration(integration_id)

    # Stages

    def _create_stage(self, request: Request) -> Payload:
        api = self._api(request)
        members = _without_empty(request.members)
        _require(members, "StageName")
        if members["StageName"] in api.stages:
            # API reference: 409, the resource already exists; the text is unknown.
            raise conflict(f"Stage {members['StageName']} already exists for this API")
        return self._store.add_stage(api, members).members

    def _get_stages(self, request: Request) -> Payload:
        return self._page(request, self._api(request).stages, lambda stage: stage.members)

    def _update_stage(self, request: Request) -> Payload:
        found = self._api(request).stage(request.path["stageName"])
        found.members = _without_empty({**found.members, **request.members})
        return found.members

    def _delete_stage(self, request: Request) -> Payload:
        api, name = self._api(request), request.path["stageName"]
        api.stage(name)
        del api.stages[name]
        return {}

    # Responses

    def _of_responses(self, kind: response.Kind) -> dict[str, Callable[[Request], Payload]]:
        """Returns the operations on one kind of responses."""
        handlers = {
            f"Create{kind.noun}": self._create_response,
            f"Get{kind.noun}": lambda kind, request: self._response(kind, request).read(),
            f"Get{kind.noun}s": self._get_responses,
            f"Update{kind.noun}": self._update_response,
            f"Delete{kind.noun}": self._delete_response,
        }
        return {name: functools.partial(handler, kind) for name, handler in handlers.items()}

    def _parent(self, kind: response.Kind, request: Request) -> Integration | Route:
        parent_id = request.path[f"{kind.parent.lower()}Id"]
        return self._api(request).parent(kind, parent_id, request.behind)

    def _response(self, kind: response.Kind, request: Request) -> Response:
        parent = self._parent(kind, request)
        response_id = request.path[f"{kind.parent.lower()}ResponseId"]
        if response_id not in parent.responses:
            raise not_found(kind.noun, response_id)
        return parent.responses[response_id]

    def _create_response(self, kind: response.Kind, request: Request) -> Payload:
        parent = self._parent(kind, request)
        others = [one.members for one in parent.responses.values()]
        api = self._api(request)
        members = response.create(kind, api.protocol, request.members, others, self._behaviour)
        return self._store.add_response(api, parent, kind, members).read()

    def _get_responses(self, kind: response.Kind, request: Request) -> Payload:
        return self._page(request, self._parent(kind, request).responses, lambda one: one.read())

    def _update_response(self, kind: response.Kind, request: Request) -> Payload:
        parent, found = self._parent(kind, request), self._response(kind, request)
        others = [one.members for one in parent.responses.values() if one is not found]
        changed = response.update(kind, found.members, request.members, others, self._behaviour)
        self._api(request).remember()
        found.members = changed
        return found.read()

    def _delete_response(self, kind: response.Kind, request: Request) -> Payload:
        found = self._response(kind, request)
        self._api(request).remember()
        del self._parent(kind, request).responses[found.id]
        return {}

    # Tags

    def _tagged(self, request: Request) -> Api:
        arn = request.path["resourceArn"]
        kind, _, api_id = arn.partition("::/")[2].partition("/")
        if kind != "apis":
            raise ApiError("NotFoundException", f"Invalid resource ARN specified {arn}")
        return self._store.api(request.account, api_id)

    def _tag(self, request: Request) -> Payload:
        api = self._tagged(request)
        tags = {**api.members["Tags"], **request.members.get("Tags", {})}
        api.members = {**api.members, "Tags": tags}
        return {}

    def _untag(self, request: Request) -> Payload:
        api = self._tagged(request)
        gone = request.query.get("tagKeys", [])
        tags = {key: value for key, value in api.members["Tags"].items() if key not in gone}
        api.members = {**api.members, "Tags": tags}
        return {}


def _without_empty(members: dict[str, Any]) -> dict[str, Any]:
    """Leaves out the strings that a request removes with an empty value."""
    return {name: value for name, value in members.items() if value != ""}


def _require(members: dict[str, Any], *names: str) -> None:
    for name in names:
        if name not in members:
            raise bad_request(f"{name} is a required parameter")

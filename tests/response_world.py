"""The responses of one kind in a WebSocket API, for tests that apply states to it."""

import botocore

import wire
from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.resource import values
from idem_apigwv2_integration.route_response import ROUTE_RESPONSE

INTEGRATION, ROUTE = INTEGRATION_RESPONSE, ROUTE_RESPONSE
MAPS = {INTEGRATION: "response_templates", ROUTE: "response_models"}
EXPRESSIONS = {INTEGRATION: "template_selection_expression", ROUTE: "model_selection_expression"}


class Responses:
    """The responses of one kind in a world with a WebSocket API."""

    def __init__(self, world, kind):
        self.world, self.kind = world, kind
        self.server, self.client = world.server, wire.connect(world.server)
        self.parent = self.add_parent()

    def add_parent(self):
        if self.kind is INTEGRATION:
            return self.server.add_integration(self.world.api_id, IntegrationType="MOCK")
        return self.server.add_route(self.world.api_id)

    @property
    def ids(self):
        return {"api_id": self.world.api_id, self.kind.parents[1].name: self.parent}

    def state(self, name, function="present", **parameters):
        key = {self.kind.key: "$default"} if function == "present" else {}
        arguments = {**self.ids, **key, **parameters}
        return {name: {f"{self.kind.name}.{function}": [{k: v} for k, v in arguments.items()]}}

    def apply(self, function="present", test=False, **parameters):
        return self.world.run(self.state("it", function, **parameters), test=test)["it"]

    def aws(self, verb, plural="", **members):
        method = getattr(self.client, botocore.xform_name(f"{verb}{self.kind.noun}{plural}"))
        path = {parent.member: self.ids[parent.name] for parent in self.kind.parents}
        return wire.plain(method(**path, **members))

    def add(self, **fields):
        created = self.aws("Create", **values.to_aws(self.kind, {self.kind.key: "$default", **fields}))
        return created[self.kind.id_member]

    @property
    def all(self):
        """The responses, as they are described without names."""
        items = self.aws("Get", "s")["Items"]
        found = [values.from_aws(self.kind, item, {}, "it") for item in items]
        return {one.pop("resource_id"): one for one in found}

    @property
    def live(self):
        (live,) = self.all.values()
        return {name: value for name, value in live.items() if name != "name"}

    def call(self, function, **arguments):
        self.server.reset_calls()
        idem = self.world.idem
        target = getattr(idem.hub, f"exec.{self.kind.name}.{function}")
        context = idem.context(self.world.profiles["default"])
        return idem.loop.run_until_complete(target(context, **arguments))

    def describe(self):
        self.server.reset_calls()
        idem = self.world.idem
        target = getattr(idem.hub, f"states.{self.kind.name}.describe")
        with idem.as_command("describe"):
            return idem.loop.run_until_complete(target(idem.context(self.world.profiles["default"])))


def said(result):
    return " ".join(result["comment"])


def chat(**changes):
    """An API, an integration, a route, and a response of each, as in the guide."""
    api = "${aws.apigatewayv2.api:chat:resource_id}"
    target = "integrations/${aws.apigatewayv2.integration:ping:resource_id}"
    states = {
        "chat": (
            "api",
            {"protocol_type": "WEBSOCKET", "route_selection_expression": "$request.body.action"},
        ),
        "ping": ("integration", {"api_id": api, "integration_type": "MOCK"}),
        "ping-default": (
            "integration_response",
            {
                "api_id": api,
                "integration_id": "${aws.apigatewayv2.integration:ping:resource_id}",
                "integration_response_key": "$default",
                "response_templates": {"$default": '{"pong": true}'},
            },
        ),
        "ping-route": ("route", {"api_id": api, "route_key": "ping", "target": target}),
        "ping-response": (
            "route_response",
            {
                "api_id": api,
                "route_id": "${aws.apigatewayv2.route:ping-route:resource_id}",
                "route_response_key": "$default",
            },
        ),
    }
    return {
        name: {
            f"aws.apigatewayv2.{resource}.present": [
                {k: v} for k, v in (parameters | changes.get(name, {})).items()
            ]
        }
        for name, (resource, parameters) in states.items()
    }

"""What the states of a simulation manage, and the parameters that they may have."""

import dataclasses

from hypothesis import strategies as st

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.resource import plan
from idem_apigwv2_integration.resource.type import ResourceType
from idem_apigwv2_integration.route_response import ROUTE_RESPONSE
from payloads import FUNCTION, HTTP, HTTP_PROXY, LAMBDA_V2, MOCK, QUEUE

KINDS = {kind.name: kind for kind in (INTEGRATION, INTEGRATION_RESPONSE, ROUTE_RESPONSE)}

# The key of a resource: the name of its type, the IDs of what contains it, and its own.
Key = tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Slot:
    """A state of the SLS.

    Args:
        kind: The type of its resource.
        protocol: The protocol of its API.
        parent: The state whose integration contains its resource.
    """

    kind: ResourceType
    protocol: str = "WEBSOCKET"
    parent: str | None = None

    def plan(self, given, live=None):
        """Return the plan of a resource that is to have some parameters."""
        return plan.Plan(self.kind, given, live, self.protocol)


INTEGRATIONS = {
    "h1": Slot(INTEGRATION, "HTTP"),
    "h2": Slot(INTEGRATION, "HTTP"),
    "h3": Slot(INTEGRATION, "HTTP"),
    "w1": Slot(INTEGRATION),
    "w2": Slot(INTEGRATION),
}
RESPONSES = {
    "p1": Slot(INTEGRATION),
    "r1": Slot(INTEGRATION_RESPONSE, parent="p1"),
    "r2": Slot(INTEGRATION_RESPONSE, parent="p1"),
    # In an integration and a route that no state manages.
    "s1": Slot(INTEGRATION_RESPONSE),
    "s2": Slot(INTEGRATION_RESPONSE),
    "t1": Slot(ROUTE_RESPONSE),
}

HTTP_EXTRAS = {
    "description": st.sampled_from(["one", "two", ""]),
    "timeout_in_millis": st.sampled_from([50, 30_000]),
    "response_parameters": st.sampled_from(
        [{}, {"200": {"append:header.a": "1"}}, {"200": {"append:header.b": "1"}, "404": {}}]
    ),
}
WEBSOCKET_EXTRAS = {
    "description": st.sampled_from(["one", "two", ""]),
    "request_templates": st.sampled_from([{}, {"a/b": ""}, {"a/b": "x", "c/d": "y"}]),
    "passthrough_behavior": st.sampled_from(["NEVER", "WHEN_NO_MATCH"]),
}
EXTRAS = {
    (INTEGRATION, "HTTP"): HTTP_EXTRAS,
    (INTEGRATION, "WEBSOCKET"): WEBSOCKET_EXTRAS,
    (INTEGRATION_RESPONSE, "WEBSOCKET"): {
        "content_handling_strategy": st.sampled_from(["CONVERT_TO_TEXT", "CONVERT_TO_BINARY", ""]),
        "template_selection_expression": st.sampled_from(["$request.body.a", ""]),
        "response_templates": st.sampled_from([{}, {"$default": ""}, {"a": "x", "b": "y"}]),
        "response_parameters": st.sampled_from(
            [{}, {"method.response.header.a": "'1'"}, {"method.response.header.b": "'1'"}]
        ),
    },
    (ROUTE_RESPONSE, "WEBSOCKET"): {
        "model_selection_expression": st.sampled_from(["$request.body.a", ""]),
        "response_models": st.sampled_from([{}, {"a": "x"}, {"a": "y", "b": "z"}]),
        "response_parameters": st.sampled_from([{}, {"a": True}, {"a": False, "b": True}]),
    },
}
# The key of a stranger's integration response.
FOREIGN_KEY = r"/5\d\d/"
CORES = {
    (INTEGRATION, "HTTP"): [
        HTTP,
        HTTP | {"request_parameters": {"append:header.a": "1", "overwrite:path": "/x"}},
        HTTP | {"request_parameters": {"overwrite:path": "/y"}},
        LAMBDA_V2,
        QUEUE,
        QUEUE | {"request_parameters": QUEUE["request_parameters"] | {"DelaySeconds": "1"}},
    ],
    (INTEGRATION, "WEBSOCKET"): [
        HTTP_PROXY,
        MOCK,
        {"integration_type": "AWS", "integration_uri": FUNCTION},
    ],
    (INTEGRATION_RESPONSE, "WEBSOCKET"): [
        {"integration_response_key": key} for key in ("$default", "/200/", "/404/", FOREIGN_KEY)
    ],
    (ROUTE_RESPONSE, "WEBSOCKET"): [{"route_response_key": "$default"}],
}


@st.composite
def wishes(draw, slot):
    """Draw the parameters of a state."""
    of = (slot.kind, slot.protocol)
    wish = dict(draw(st.sampled_from(CORES[of])))
    for name in sorted(draw(st.sets(st.sampled_from(sorted(EXTRAS[of]))))):
        wish[name] = draw(EXTRAS[of][name])
    return wish

"""The service as botocore describes it: operations, their paths, and the names on the wire."""

from __future__ import annotations

import functools
import re
from typing import Any

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape
from werkzeug.routing import Map, Rule

SERVICE = ServiceModel(Loader().load_service_model("apigatewayv2", "service-2"), "apigatewayv2")

OPERATIONS = (
    *(f"{verb}{noun}"
      for noun in ("Api", "Integration", "Route", "IntegrationResponse", "RouteResponse", "Stage")
      for verb in ("Create", "Get", "Update", "Delete")),
    "GetApis", "GetIntegrations", "GetRoutes", "GetIntegrationResponses", "GetRouteResponses",
    "GetStages",
    "GetTags", "TagResource", "UntagResource",
)  # fmt: skip


def operation(name: str) -> OperationModel:
    """Returns botocore's model of an operation.

    Args:
        name (str): The operation, such as "CreateApi".

    Returns:
        OperationModel
    """
    return SERVICE.operation_model(name)


def url_map() -> Map:
    """Returns the routing table of all operations from the paths in the model.

    Returns:
        Map: Its endpoints are the names of the operations.
    """
    rules = []
    for name in OPERATIONS:
        http = operation(name).http
        # An ARN holds slashes; every other path parameter is a single segment.
        path = http["requestUri"].replace("{resource-arn}", "<path:resourceArn>")
        path = re.sub(r"\{(\w+)\}", r"<\1>", path)
        rules.append(Rule(path, methods=[http["method"]], endpoint=name))
    return Map(rules, strict_slashes=False, merge_slashes=False)


def status_of(code: str) -> int:
    """Returns the HTTP status of an error code.

    Args:
        code (str): The error code, such as "NotFoundException".

    Returns:
        int: 500 for a code the model does not know.
    """
    if code not in SERVICE.shape_names:
        return 500
    return SERVICE.shape_for(code).metadata["error"]["httpStatusCode"]


@functools.cache
def _body_members(shape: Shape) -> tuple[tuple[str, str, Shape | None], ...]:
    """Lists the body members of a structure as (AWS name, name on the wire, shape).

    The shape is None for a member that is the same on both sides: long listings consist of those.
    """
    return tuple(
        (
            name,
            member.serialization.get("name", name),
            member if member.type_name in ("structure", "list", "map") else None,
        )
        for name, member in shape.members.items()
        if "location" not in member.serialization
    )


def decode(shape: Shape, wire: Any) -> Any:
    """Turns a JSON value into AWS's member names; what the model does not know is left out.

    Args:
        shape (Shape): The shape of the value.
        wire (Any): The JSON value.

    Returns:
        Any
    """
    if shape.type_name == "structure":
        return {
            name: decode(member, wire[wire_name]) if member else wire[wire_name]
            for name, wire_name, member in _body_members(shape)
            if wire.get(wire_name) is not None
        }
    if shape.type_name == "map":
        return {key: decode(shape.value, value) for key, value in wire.items()}
    if shape.type_name == "list":
        return [decode(shape.member, item) for item in wire]
    return wire


def encode(shape: Shape | None, value: Any) -> Any:
    """Turns AWS's member names into a JSON value; what the shape does not have is left out.

    Args:
        shape (Shape | None): The shape of the value; None gives an empty dictionary.
        value (Any): The value in AWS's member names.

    Returns:
        Any
    """
    if shape is None:
        return {}
    if shape.type_name == "structure":
        return {
            wire_name: encode(member, value[name]) if member else value[name]
            for name, wire_name, member in _body_members(shape)
            if name in value
        }
    if shape.type_name == "map":
        return {key: encode(shape.value, item) for key, item in value.items()}
    if shape.type_name == "list":
        return [encode(shape.member, item) for item in value]
    return value


@functools.cache
def enums(name: str) -> dict[str, tuple[str, ...]]:
    """Returns the allowed values of the enum members that an operation takes.

    Args:
        name (str): The operation.

    Returns:
        dict[str, tuple[str, ...]]: Allowed values by AWS member name.
    """
    members = operation(name).input_shape.members
    return {
        member: tuple(shape.enum)
        for member, shape in members.items()
        if shape.type_name == "string" and shape.enum
    }

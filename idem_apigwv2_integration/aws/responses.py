"""Whether a response has the shape of its operation. Any other one is not AWS's, or not whole.

botocore passes on what a body contains: a number where its model has a string, and an empty response
where the body is no JSON.
"""

import datetime
from typing import Any

import botocore.model

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import arguments

# What every response holds, and every item of a listing.
_REQUIRED = {
    "CreateIntegration": "IntegrationId",
    "GetApi": "ProtocolType",
    "GetApis": "Items",
    "GetIntegration": "IntegrationId",
    "GetIntegrations": "Items",
    "GetRoutes": "Items",
    "UpdateIntegration": "IntegrationId",
}
_OF_AN_ITEM = {"GetApis": "ApiId", "GetIntegrations": "IntegrationId", "GetRoutes": "RouteId"}
# The status that confirms a deletion: a page of a proxy, for example, has another one.
_STATUS = {"DeleteIntegration": 204}

# The members that the plugin reads, of responses, items and structures. The others may have any type.
_READ = {field.member for field in INTEGRATION.fields} | {
    *_REQUIRED.values(),
    *_OF_AN_ITEM.values(),
    "NextToken",
    "ServerNameToVerify",
    "Target",
}

_TYPES: dict[str, type] = {
    "string": str,
    "integer": int,
    "long": int,
    "boolean": bool,
    "timestamp": datetime.datetime,
    "structure": dict,
    "map": dict,
    "list": list,
}


def is_whole(
    operation: botocore.model.OperationModel, response: dict[str, Any], request: dict[str, Any]
) -> bool:
    """Return whether a response is what the operation returns.

    Args:
        operation: botocore's model of the operation.
        response: The response as botocore parsed it.
        request: The members of the request.
    """
    name = operation.name
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    if status != _STATUS.get(name, status):
        return False
    if operation.output_shape is None:
        return True
    members = {member: value for member, value in response.items() if member != "ResponseMetadata"}
    if not _conforms(operation.output_shape, members):
        return False
    if name in _REQUIRED and not _holds(members, _REQUIRED[name]):
        return False
    if name in _OF_AN_ITEM and not all(_holds(item, _OF_AN_ITEM[name]) for item in members["Items"]):
        return False
    asked = request.get("IntegrationId")
    return asked is None or members.get("IntegrationId", asked) == asked


def _holds(members: dict[str, Any], name: str) -> bool:
    """Return whether a member is there and, if it is an ID, can be one."""
    value = members.get(name)
    if not name.endswith("Id"):
        return value is not None
    return bool(value) and not arguments.check_ids(**{name: value})


def _conforms(shape: Any, value: Any) -> bool:
    """Return whether a value has the types of a shape, in the members that the plugin reads."""
    expected: Any = _TYPES.get(shape.type_name, object)
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        return False
    if shape.type_name == "list":
        return all(_conforms(shape.member, item) for item in value)
    if shape.type_name == "map":
        # AWS may have null for what is not there.
        return all(
            _conforms(shape.key, key) and (item is None or _conforms(shape.value, item))
            for key, item in value.items()
        )
    if shape.type_name == "structure":
        return all(
            _conforms(member, value[name])
            for name, member in shape.members.items()
            if name in _READ and name in value
        )
    return True

"""AWS's operations: what a request names, what a response holds, and whether a response is whole.

botocore passes on what a body contains: a number where its model has a string, and an empty response
where the body is no JSON. A response without the shape of its operation is not AWS's, or not whole.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
from collections.abc import Mapping
from typing import Any

import botocore.model

from idem_apigwv2_integration.resource.declaration import ID
from idem_apigwv2_integration.resource.type import Home, ResourceType

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


@dataclasses.dataclass(frozen=True, eq=False)
class Operation:
    """An operation of API Gateway.

    Args:
        holds: The member that every response holds.
        item: For a listing, the member that identifies an item.
        reads: The other members that the plugin reads, of responses, items and structures. What it does
            not read may have any type.
        ids: The members of a request that are part of its path, with the names of their parameters.
        own_id: The one of them that the response repeats.
        proof: The operation that must not find what the last of these IDs names either, before that is
            taken as gone; and its noun.
        status: The status of a response, if only one confirms what was done: a page of a proxy, for
            example, has another one.
        quota: What to do if a quota of what it creates is used up.
    """

    name: str
    holds: str = ""
    item: str = ""
    reads: frozenset[str] = frozenset()
    ids: Mapping[str, str] = dataclasses.field(default_factory=dict)
    own_id: str = ""
    proof: tuple[Operation, str] | None = None
    status: int | None = None
    is_write: bool = False
    quota: str = ""

    def is_whole(
        self, model: botocore.model.OperationModel, response: dict[str, Any], request: dict[str, Any]
    ) -> bool:
        """Return whether a response, as botocore parsed it, is what the operation returns."""
        if self.status not in (None, response["ResponseMetadata"]["HTTPStatusCode"]):
            return False
        if model.output_shape is None:
            return True
        members = {name: value for name, value in response.items() if name != "ResponseMetadata"}
        if not self._conforms(model.output_shape, members):
            return False
        items = members.get("Items", ()) if self.item else ()
        for name, part in ((self.holds, members), *((self.item, item) for item in items)):
            value = part.get(name)
            if name and (value is None or (name.endswith("Id") and not ID.fullmatch(value))):
                return False
        asked = request.get(self.own_id)
        return asked is None or members.get(self.own_id, asked) == asked

    def _conforms(self, shape: Any, value: Any) -> bool:
        """Return whether a value has the types of a shape, in the members that the plugin reads."""
        expected: Any = _TYPES.get(shape.type_name, object)
        if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
            return False
        if shape.type_name == "list":
            return all(self._conforms(shape.member, item) for item in value)
        if shape.type_name == "map":
            # AWS may have null for what is not there.
            return all(
                self._conforms(shape.key, key) and (item is None or self._conforms(shape.value, item))
                for key, item in value.items()
            )
        if shape.type_name == "structure":
            read = {self.holds, self.item, self.own_id, "NextToken", *self.reads}
            return all(
                self._conforms(member, value[name])
                for name, member in shape.members.items()
                if name in read and name in value
            )
        return True


_API = {"ApiId": "api_id"}
GET_API = Operation("GetApi", holds="ProtocolType", ids=_API)
GET_APIS = Operation("GetApis", holds="Items", item="ApiId")
GET_ROUTES = Operation("GetRoutes", holds="Items", item="RouteId", reads=frozenset({"Target"}), ids=_API)
# Integrations are named here, and not in their declaration, because it is a fact about APIs: each has
# this listing, even if it is empty.
_GET_CONTENTS = Operation("GetIntegrations", holds="Items", ids=_API)
GET_PROTOCOL = dataclasses.replace(GET_API, proof=(_GET_CONTENTS, "API"))


class Operations:
    """The operations of a resource type.

    Attributes:
        list_parents: Lists all that can contain resources of the type in one API; None if that is the
            API itself.
    """

    def __init__(self, kind: ResourceType):
        reads = frozenset(field.member for field in kind.fields).union(*kind.keys.values())
        parents = {one.member: one.name for one in kind.parents}
        ids = parents | {kind.id_member: "resource_id"}
        every = functools.partial(Operation, ids=parents, reads=reads)
        one = functools.partial(Operation, ids=ids, reads=reads, own_id=kind.id_member)
        self.get = one(f"Get{kind.noun}", kind.id_member)
        self.create = every(f"Create{kind.noun}", kind.id_member, is_write=True, quota=kind.quota)
        self.update = one(f"Update{kind.noun}", kind.id_member, is_write=True)
        self.delete = one(f"Delete{kind.noun}", status=204, is_write=True)
        get_parent = GET_API
        self.list_parents: Operation | None = None
        if len(kind.parents) > 1:
            member = kind.parents[-1].member
            noun = member.removesuffix("Id")
            get_parent = Operation(f"Get{noun}", member, ids=parents)
            self.list_parents = Operation(f"Get{noun}s", "Items", member, ids=_API)
        proof = (get_parent, kind.parents[-1].noun)
        self.list = every(f"Get{kind.noun}s", "Items", kind.id_member, proof=proof)


operations = functools.cache(Operations)


@dataclasses.dataclass(frozen=True)
class Collection:
    """The resources of a type that one listing contains.

    Args:
        home: The IDs of what contains them, the outermost first.
    """

    kind: ResourceType
    home: Home

    @property
    def operations(self) -> Operations:
        return operations(self.kind)

    @functools.cached_property
    def members(self) -> dict[str, str]:
        """The members of a request that name what contains them."""
        names = (parent.member for parent in self.kind.parents)
        return dict(zip(names, self.home, strict=True))

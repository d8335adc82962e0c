"""AWS's operations: what a request names, what a response holds, and whether a response is whole.

botocore passes on what a body contains: a number where its model has a string, and an empty response
where the body is no JSON. A response that has not the shape of its operation is not AWS's, or not whole.
"""

import dataclasses
import datetime
import functools
from collections.abc import Mapping
from typing import Any

import botocore.model

from idem_apigwv2_integration.resource import arguments
from idem_apigwv2_integration.resource.type import Kind, ResourceType

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
        name: AWS's name for it.
        holds: The member that every response holds.
        item: For a listing, the member that identifies an item.
        reads: The members that the plugin reads, of responses, items and structures. The others may
            have any type.
        ids: The members of a request that are part of its path, with the names of their parameters.
        own_id: The one of them that the response repeats.
        status: The status of a response, if only one confirms what was done: a page of a proxy, for
            example, has another one.
        is_write: Whether it changes something.
    """

    name: str
    holds: str = ""
    item: str = ""
    reads: frozenset[str] = frozenset()
    ids: Mapping[str, str] = dataclasses.field(default_factory=dict)
    own_id: str = ""
    status: int | None = None
    is_write: bool = False

    def check_ids(self, members: dict[str, Any]) -> list[str]:
        """Return a sentence for each ID that would change the path of a request."""
        return arguments.check_ids(**{name: members.get(member) for member, name in self.ids.items()})

    def is_whole(
        self, model: botocore.model.OperationModel, response: dict[str, Any], request: dict[str, Any]
    ) -> bool:
        """Return whether a response is what the operation returns.

        Args:
            model: botocore's model of the operation.
            response: The response as botocore parsed it.
            request: The members of the request.
        """
        if self.status not in (None, response["ResponseMetadata"]["HTTPStatusCode"]):
            return False
        if model.output_shape is None:
            return True
        members = {name: value for name, value in response.items() if name != "ResponseMetadata"}
        if not self._conforms(model.output_shape, members):
            return False
        if self.holds and not _holds(members, self.holds):
            return False
        if self.item and not all(_holds(one, self.item) for one in members["Items"]):
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


def _holds(members: dict[str, Any], name: str) -> bool:
    """Return whether a member is there and, if it is an ID, can be one."""
    value = members.get(name)
    if not name.endswith("Id"):
        return value is not None
    return bool(value) and not arguments.check_ids(**{name: value})


_API = {"ApiId": "api_id"}
GET_API = Operation("GetApi", holds="ProtocolType", ids=_API)
GET_APIS = Operation("GetApis", holds="Items", item="ApiId")
GET_ROUTES = Operation("GetRoutes", holds="Items", item="RouteId", reads=frozenset({"Target"}), ids=_API)
# What proves, beside GetApi, that an API does not exist.
GET_CONTENTS = Operation("GetIntegrations", holds="Items", ids=_API)


@dataclasses.dataclass(frozen=True)
class Collection:
    """The resources of a type that one listing contains.

    Args:
        kind: The type.
        parents: The IDs of what contains them, the outermost first.
    """

    kind: ResourceType
    parents: tuple[str, ...]

    @staticmethod
    def of(kind: ResourceType, parents: Mapping[str, str]) -> "Collection":
        """Return the collection that is in some parents, by the names of their parameters."""
        return Collection(kind, tuple(parents[one.name] for one in kind.parents))

    @property
    def api_id(self) -> str:
        """The API that everything is part of."""
        return self.parents[0]

    @property
    def noun(self) -> str:
        """What a sentence calls one of the resources."""
        return self.kind.name.rpartition(".")[2].replace("_", " ")

    @property
    def ids(self) -> dict[str, str]:
        """The IDs of the parents by the names of their parameters."""
        return dict(zip((one.name for one in self.kind.parents), self.parents, strict=True))

    @property
    def members(self) -> dict[str, str]:
        """The members of a request that name the parents."""
        return dict(zip((one.member for one in self.kind.parents), self.parents, strict=True))

    @property
    def parent(self) -> str:
        """What a sentence calls the innermost parent."""
        return f"{self.kind.parents[-1].noun} {self.parents[-1]}"

    def operation(self, verb: str) -> Operation:
        """Return ``Get``, ``List``, ``Create``, ``Update`` or ``Delete`` of the type."""
        return _operation(self.kind, verb)

    @property
    def get_parent(self) -> Operation:
        """Read the innermost parent."""
        if len(self.kind.parents) == 1:
            return GET_API
        member = self.kind.parents[-1].member
        return Operation(f"Get{member.removesuffix('Id')}", holds=member, ids=_ids(self.kind))


@functools.cache
def list_parents(kind: ResourceType) -> Operation:
    """Read all that can contain resources of a type in one API."""
    member = kind.parents[-1].member
    return Operation(f"Get{member.removesuffix('Id')}s", holds="Items", item=member, ids=_API)


def _ids(kind: ResourceType) -> dict[str, str]:
    return {one.member: one.name for one in kind.parents}


def _read(kind: ResourceType) -> frozenset[str]:
    nested = (kind.keys(field) for field in kind.settable.values() if field.kind is Kind.STRUCTURE)
    return frozenset(field.member for field in kind.fields).union(*nested)


@functools.cache
def _operation(kind: ResourceType, verb: str) -> Operation:
    reads, ids = _read(kind), _ids(kind)
    if verb == "List":
        return Operation(f"Get{kind.noun}s", holds="Items", item=kind.id_member, reads=reads, ids=ids)
    one = verb != "Create"
    return Operation(
        f"{verb}{kind.noun}",
        holds="" if verb == "Delete" else kind.id_member,
        reads=reads,
        ids=ids | ({kind.id_member: "resource_id"} if one else {}),
        own_id=kind.id_member if one else "",
        status=204 if verb == "Delete" else None,
        is_write=verb != "Get",
    )

"""What a resource is: its field table, its rules, and AWS's names for it.

A `ResourceType` is a declaration. It is passed down as an argument: nothing below the hub's files and
the command imports the table of one.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import botocore
import botocore.loaders
import botocore.model

from idem_apigwv2_integration.resource import display, values

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource import rule

SERVICE = "apigatewayv2"
# What the names of its resource types begin with, and the type that contains all others.
TYPE_PREFIX = f"aws.{SERVICE}."
API = f"{TYPE_PREFIX}api"
HTTP = "HTTP"
WEBSOCKET = "WEBSOCKET"
PROTOCOLS = (HTTP, WEBSOCKET)
# How a sentence names an API of each protocol.
API_NAMES = {HTTP: "an HTTP API", WEBSOCKET: "a WebSocket API"}

_LIMITS = re.compile(r"WithLengthBetween(\d+)And(\d+)$")


@functools.cache
def service_model() -> botocore.model.ServiceModel:
    """Return what the installed SDK knows of the service."""
    model = botocore.loaders.create_loader().load_service_model(SERVICE, "service-2")
    return botocore.model.ServiceModel(model, SERVICE)


class Is(enum.Enum):
    """A condition on a field that names no value."""

    PRESENT = "is given"
    ABSENT = "is not given"


@dataclasses.dataclass(frozen=True)
class Not:
    """The condition that a field has none of some values."""

    values: tuple[str, ...]


Condition = Is | Not | tuple[str, ...]
When = Mapping[str, Condition]


def is_met(when: When, fields: Mapping[str, Any]) -> bool | None:
    """Return whether all conditions are met; None if that depends on a value that is not known yet."""
    open_ = False
    for name, condition in when.items():
        value = fields.get(name)
        if isinstance(condition, Is):
            if (value is None) is (condition is Is.PRESENT):
                return False
            continue
        listed = value in (condition.values if isinstance(condition, Not) else condition)
        # No condition lists a placeholder.
        if not listed and values.has_placeholder(value):
            open_ = True
        elif listed is isinstance(condition, Not):
            return False
    return None if open_ else True


class Kind(enum.Enum):
    """The shape of a field's value."""

    STRING = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    MAP = "map of strings"
    NESTED_MAP = "map of maps of strings"
    FLAGS = "map of booleans"
    STRUCTURE = "structure of strings"


class Removal(enum.Enum):
    """How a field is removed from an existing resource."""

    NEVER = "it can't be removed, only changed"
    EMPTY_STRING = '`""` is sent'
    EMPTY_STRUCTURE = "`{}` is sent"
    KEY_BY_KEY = (
        'each removed key is sent as `""`; for a service integration, the map is sent without it'
    )
    CODE_BY_CODE = 'each removed status code is sent as `{}`, each removed parameter of one as `""`'
    WHOLE_MAP = "the map is sent without the key"


@dataclasses.dataclass(frozen=True)
class Default:
    """What AWS fills in for a field that was not set, on some protocols and under some conditions."""

    value: Any
    protocols: tuple[str, ...] = PROTOCOLS
    when: When = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Ignored:
    """Where AWS accepts a field and never returns it, so that it is not sent."""

    reason: str
    source: str
    protocols: tuple[str, ...] = PROTOCOLS
    when: When = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Undocumented:
    """What AWS does not document about the removal of a field as a whole, and of a key of a map.

    Each is a clause: "whether an update ...".
    """

    whole: str
    key: str = ""

    @classmethod
    def of_string(cls, name: str) -> Undocumented:
        return cls(f"whether an update removes {name} when it is sent as the empty string")


@dataclasses.dataclass(frozen=True)
class Field:
    """One field of a resource, and everything that is particular to it.

    Args:
        member: The name of the member in AWS's requests and responses.
        source: Where the claims about AWS on this row come from.
        protocols: The API protocols that support the field.
        instead: What to use on a protocol that does not support it.
        resent: When every update has to send the field again, and AWS replaces a map as a whole.
        settable: Whether a request can set it; otherwise it is only read.
        wrapper: The member of the structure in which AWS has each value of the map.
    """

    member: str
    kind: Kind
    source: str
    removal: Removal = Removal.NEVER
    undocumented: Undocumented | None = None
    protocols: tuple[str, ...] = PROTOCOLS
    instead: str = ""
    defaults: tuple[Default, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    resent: When | None = None
    settable: bool = True
    wrapper: str = ""

    @functools.cached_property
    def name(self) -> str:
        return botocore.xform_name(self.member)

    @functools.cached_property
    def empty(self) -> str | dict | None:
        """What an SLS gives to remove the field; None if nothing does.

        Of a string it is ``""``, even with `Removal.NEVER`: the checks say what is wrong with that.
        """
        return {Kind.STRING: "", Kind.INTEGER: None, Kind.BOOLEAN: None}.get(self.kind, {})

    @property
    def removal_line(self) -> str:
        """The line of an SLS that removes the field, as a sentence has it."""
        return f"`{self.name}: {json.dumps(self.empty)}`"

    @functools.cached_property
    def keeps_empty_values(self) -> bool:
        """Whether the empty string is a value of the map, and not the lack of one."""
        return self.removal is Removal.WHOLE_MAP

    def tidy(self, value: Any) -> Any:
        """Return a value without its empty parts, or None if nothing is left.

        An empty template stays: it is a template (API reference).
        """
        if isinstance(value, dict) and not self.keeps_empty_values:
            tidied = {key: self.tidy(item) for key, item in value.items()}
            value = {key: item for key, item in tidied.items() if item is not None}
        return None if value in ("", {}) else value

    def wrap(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return a map as a request has it."""
        return {key: {self.wrapper: item} for key, item in value.items()}

    def unwrap(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return a map of a response as an SLS has it; AWS leaves out what is false."""
        return {key: (item or {}).get(self.wrapper, False) for key, item in value.items()}

    def is_resent(self, fields: Mapping[str, Any]) -> bool:
        """Return whether every update of a resource has to send the field again."""
        return self.resent is not None and is_met(self.resent, fields) is True

    def fill_in(self, fields: Mapping[str, Any], protocols: tuple[str, ...]) -> Any:
        """Return what AWS fills in if the field is not set, on any of some protocols: None for nothing.

        If that depends on what is not known yet, it is a placeholder.
        """
        found = []
        for protocol in protocols:
            value = None
            for default in self.defaults:
                met = protocol in default.protocols and is_met(default.when, fields)
                if met is None:
                    return values.placeholder(self.name)
                if met:
                    value = default.value
                    break
            found.append(value)
        return found[0] if all(one == found[0] for one in found) else values.placeholder(self.name)


# The IDs of what contains a resource, the outermost first.
Home = tuple[Any, ...]


@dataclasses.dataclass(frozen=True)
class Parent:
    """A resource that contains another one.

    Args:
        name: The name of the parameter with its ID.
        member: The name of that member in AWS's requests.
        noun: What a sentence calls it.
    """

    name: str
    member: str
    noun: str


@dataclasses.dataclass(frozen=True, eq=False)
class ResourceType:
    """What a resource is.

    Args:
        noun: AWS's name for it, as in the names of the operations.
        parents: What contains it, the outermost first.
        rules: What AWS allows, in the order in which it is checked.
        key: The field that no two resources have in common within what contains them.
        sought_by: A parameter by which users search for one that has no key.
        resembles: Returns whether two resources without a key are similar.
        likeness: What similar resources have in common, as a sentence says it.
        fold_key: Returns a key of a map in the form in which AWS compares it.
        protocols: The protocols of the APIs that can have it; None for all.
        target: What precedes its ID in the target of a route, if routes target it; while one does, AWS
            refuses to delete it.
        quota: What to do if AWS refuses to create one, because its quota is used up: whole sentences.
    """

    name: str
    noun: str
    parents: tuple[Parent, ...]
    fields: tuple[Field, ...]
    rules: tuple[rule.Rule, ...]
    protocol_of: Callable[[dict[str, Any]], str]
    key: str | None = None
    sought_by: str = ""
    resembles: Callable[[dict[str, Any], dict[str, Any]], bool] = lambda one, other: False
    likeness: str = ""
    fold_key: Callable[[Any], Any] = lambda key: key
    protocols: tuple[str, ...] | None = None
    target: str = ""
    quota: str = ""

    @property
    def label(self) -> str:
        """What a sentence calls the resource."""
        return botocore.xform_name(self.noun).replace("_", " ")

    @property
    def a_label(self) -> str:
        return display.with_article(self.label)

    @functools.cached_property
    def id_names(self) -> tuple[str, ...]:
        """The parameters that say which resource is meant."""
        return ("resource_id", *(parent.name for parent in self.parents))

    def target_of(self, resource_id: str) -> str:
        """Return the target of the routes that target a resource."""
        return f"{self.target}{resource_id}"

    def key_of(self, resource: Mapping[str, Any]) -> Any:
        """Return the natural key of a resource; None if it, or its type, has none."""
        return resource.get(self.key) if self.key else None

    def home(self, resource: Mapping[str, Any]) -> Home:
        return tuple(resource.get(parent.name) for parent in self.parents)

    def parent_ids(self, home: Home) -> dict[str, Any]:
        """Return the parameters that say what contains a resource, or the outer ones of them."""
        return dict(zip((parent.name for parent in self.parents), home, strict=False))

    def ids(self, home: Home, resource_id: Any) -> dict[str, Any]:
        """Return the parameters that say which resource is meant, with their values."""
        return {**self.parent_ids(home), "resource_id": resource_id}

    @functools.cached_property
    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    @functools.cached_property
    def settable(self) -> dict[str, Field]:
        """The fields that a request can set, by their names in Idem."""
        return {name: field for name, field in self.by_name.items() if field.settable}

    @functools.cached_property
    def read_only(self) -> tuple[str, ...]:
        """The names of the fields that are only read."""
        return tuple(name for name in self.by_name if name not in self.settable)

    def spell_as(self, value: Any, model: Any) -> Any:
        """Return a map with each key spelled as in another map, if AWS treats the two as the same."""
        if not (isinstance(value, dict) and isinstance(model, dict)):
            return value
        spellings = {self.fold_key(key): key for key in model}
        spelled = {spellings.get(self.fold_key(key), key): item for key, item in value.items()}
        return {key: self.spell_as(item, model.get(key)) for key, item in spelled.items()}

    @functools.cached_property
    def id_member(self) -> str:
        return f"{self.noun}Id"

    @functools.cached_property
    def _shapes(self) -> dict[str, botocore.model.Shape]:
        """What the installed SDK knows about each field that a create request can set."""
        members = service_model().operation_model(f"Create{self.noun}").input_shape.members
        return {name: members[field.member] for name, field in self.settable.items()}

    @functools.cached_property
    def allowed_values(self) -> dict[str, tuple[str, ...]]:
        """The values that the SDK lists, by field; the others have no such list."""
        listed = {name: tuple(getattr(shape, "enum", ())) for name, shape in self._shapes.items()}
        return {name: choices for name, choices in listed.items() if choices}

    @functools.cached_property
    def length_limits(self) -> dict[str, tuple[int, int]]:
        """The minimum and the maximum length of a string, or value of an integer, by field.

        A rule has the limits of an integer, which depend on the protocol; a test compares the two.

        This service's model states limits in the name of the shape only, for example
        ``StringWithLengthBetween0And1024``.
        """
        found = {name: _LIMITS.search(shape.name) for name, shape in self._shapes.items()}
        return {name: (int(one[1]), int(one[2])) for name, one in found.items() if one}

    @functools.cached_property
    def keys(self) -> dict[str, tuple[str, ...]]:
        """The keys that a structure can have, by field."""
        return {
            name: tuple(self._shapes[name].members)
            for name, field in self.settable.items()
            if field.kind is Kind.STRUCTURE
        }

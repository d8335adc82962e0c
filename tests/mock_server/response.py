"""The life of integration responses and route responses, as plain functions of dictionaries."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from . import model
from .behaviour import Behaviour
from .checks import WEBSOCKET
from .errors import bad_request, conflict, unknown_text

Members = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One of the two kinds of responses, in AWS's names.

    Attributes:
        noun: The kind itself, as in the names of operations.
        parent: What contains it, by a key that is unique there.
        maps: The members that are maps.
        mappings: Of these, the maps from which an entry is removed as ``""``.
    """

    noun: str
    parent: str
    maps: tuple[str, ...]
    mappings: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The member with the key."""
        return f"{self.noun}Key"

    @property
    def id(self) -> str:
        """The member with the ID."""
        return f"{self.noun}Id"


INTEGRATION = Kind(
    "IntegrationResponse",
    "Integration",
    ("ResponseParameters", "ResponseTemplates"),
    # The shape is that of an integration's RequestParameters.
    mappings=("ResponseParameters",),
)
ROUTE = Kind("RouteResponse", "Route", ("ResponseModels", "ResponseParameters"))

# Developer guide, WebSocket API integration responses and route responses.
_KEYS = {"IntegrationResponse": re.compile(r"\$default|/.+/"), "RouteResponse": re.compile(r"\$default")}
# API reference, IntegrationResponse.
_DESTINATION = re.compile(r"method\.response\.header\..+")


def create(
    kind: Kind, protocol: str, requested: Members, others: Iterable[Members], behaviour: Behaviour
) -> Members:
    """Returns the response that a create requests.

    Args:
        kind (Kind): What is created.
        protocol (str): The ProtocolType of the API.
        requested (Members): The members that were sent.
        others (Iterable[Members]): The other responses of the parent.
        behaviour (Behaviour): The switches.

    Returns:
        Members: What is stored.
    """
    if protocol != WEBSOCKET:
        # That there are none: API reference; the text is unknown.
        raise bad_request(f"{kind.noun}s are only supported for WEBSOCKET APIs")
    if kind.key not in requested:
        raise bad_request(f"{kind.key} is a required parameter")
    return update(kind, {}, requested, others, behaviour)


def update(
    kind: Kind, current: Members, patch: Members, others: Iterable[Members], behaviour: Behaviour
) -> Members:
    """Returns the response that results from an update; see `create`."""
    _check(kind, patch, behaviour)
    wanted = {**current, **patch}
    for name in kind.maps:
        if name in patch:
            wanted[name] = _merge(kind, name, current.get(name, {}), patch[name], behaviour)
    if patch.get("ContentHandlingStrategy") == "" and behaviour.empty_content_handling == "keeps":
        wanted["ContentHandlingStrategy"] = current.get("ContentHandlingStrategy", "")
    # "" removes a string (recorded row 127).
    wanted = {name: value for name, value in wanted.items() if value not in (None, "", {})}
    if any(other[kind.key] == wanted[kind.key] for other in others):
        # API reference: 409, the resource already exists; the text is unknown.
        raise conflict(f"{kind.noun} with key {wanted[kind.key]} already exists for this {kind.parent}")
    return wanted


def _check(kind: Kind, patch: Members, behaviour: Behaviour) -> None:
    key = patch.get(kind.key)
    any_key = kind is INTEGRATION and behaviour.other_response_keys == "taken"
    if key is not None and not any_key and not _KEYS[kind.noun].fullmatch(key):
        # The text is unknown.
        raise bad_request(f"Invalid {kind.key} specified: {key}")
    for member, allowed in model.enums(f"Create{kind.noun}").items():
        value = patch.get(member)
        if value not in (None, *allowed) and (value or behaviour.empty_content_handling == "refused"):
            listed = ", ".join(allowed)
            raise bad_request(unknown_text("enum", value=value, member=member, allowed=listed))
    for name in kind.mappings:
        for destination in patch.get(name, {}):
            if not _DESTINATION.fullmatch(destination):
                raise bad_request(f"Invalid mapping expression specified: {destination}")


def _merge(kind: Kind, name: str, current: Members, sent: Members, behaviour: Behaviour) -> Members:
    """Replaces or merges a map; which of the two AWS does is not known."""
    if not sent:
        return {} if behaviour.empty_response_map == "clears" else current
    merged = {**current, **sent} if behaviour.response_maps == "merge" else sent
    if name in kind.mappings:
        return {key: value for key, value in merged.items() if value != ""}
    return merged

"""Parts of sentences, which the modules with whole sentences share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource.type import ResourceType

# What to do about routes that block a deletion.
FREE_ROUTES = "First delete these routes, or change their targets."
# Why what was to be replaced is not deleted.
NOT_REPLACED = "its replacement could not be created."
# The state that creates the replacement may still succeed later in the run.
NOT_YET_REPLACED = (
    "its replacement did not exist yet. The next run deletes it, if the replacement exists by then."
)

# The IDs of a resource, or of what contains it, by parameter.
Ids = Mapping[str, Any]


def home(kind: ResourceType, ids: Ids) -> str:
    """Part of a sentence: what contains a resource, as "API a1b2c3d4e5"."""
    known = [parent for parent in reversed(kind.parents) if parent.name in ids]
    return " of ".join(f"{parent.noun} {ids[parent.name]}" for parent in known)


def unknown_id(kind: ResourceType, ids: Ids) -> str:
    """Part of a sentence: there is no such resource."""
    return f"resource_id is {ids['resource_id']!r}: {home(kind, ids)} has no such {kind.label}"


def named(kind: ResourceType, ids: Ids) -> str:
    """Part of a sentence, its beginning: a resource and what contains it."""
    return f"{capital(kind.label)} {ids['resource_id']} of {home(kind, ids)}"


def replace(kind: ResourceType) -> str:
    """Part of a sentence: how to replace a resource.

    Idem accepts a map only; creating the replacement first lets routes move to it. What has a key
    can't exist twice.
    """
    first = "false" if kind.key else "true"
    return (
        f"to replace the {kind.label}, add the line `- recreate_on_update: {{create_before_destroy: "
        f"{first}}}` to the state; the new {kind.label} takes over what the SLS leaves out"
    )


def capital(text: str) -> str:
    return text[0].upper() + text[1:]


def id_names(kind: ResourceType) -> str:
    *names, last = (*(parent.name for parent in kind.parents), "resource_id")
    return f"{', '.join(names)} and {last}"

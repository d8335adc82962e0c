"""Sentences about which resource a state means: what it manages, adopts, deletes or searches for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idem_apigwv2_integration.resource import display

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource.type import Home, ResourceType

# How many similar resources a comment names.
MOST_NAMED = 3


def bound_id(kind: ResourceType, name: str) -> str:
    return (
        f"Which {kind.label} {name!r} manages is known after the state that its resource_id refers to "
        "is applied."
    )


def gone(kind: ResourceType, resource_id: str, dry_run: bool, adopted: bool = False) -> str:
    created = f": a new {kind.label} {'would be' if dry_run else 'was'} created"
    return f"{resource_id}, which the ESM records, no longer exists{'' if adopted else created}."


def gone_with_parent(
    kind: ResourceType, resource_id: str, home: Home, dry_run: bool, created: bool = True
) -> str:
    """A resource that the ESM records is deleted with what contains it, which the run deletes.

    Args:
        created: Whether the state that says so has created another one.
    """
    parent = f"{kind.parents[-1].noun} {home[-1]}"
    new = f": a new {kind.label} {'would be' if dry_run else 'was'} created" if created else ""
    return f"{resource_id} {'would be' if dry_run else 'is'} deleted with {parent}{new}."


def nothing_known() -> str:
    return "The SLS gives no resource_id and the ESM records none: nothing was looked up."


def not_searched(binding: str) -> str:
    return f"{binding} is not resolved in an inverted run: nothing was looked up."


def search_later(name: str) -> str:
    return f"The result of {name} is known after the states that it refers to are applied."


def found_deleted(resource_ids: list[str]) -> str:
    verb = "matches, but was" if len(resource_ids) == 1 else "match, but were"
    return f"{', '.join(resource_ids)} {verb} deleted by a state of this run before this search."


def no_single_match(
    kind: ResourceType,
    ids: display.Ids,
    matches: list[dict[str, Any]],
    candidates: list[dict[str, Any]],
) -> str:
    where, resource_id = display.home(kind, ids), ids.get("resource_id")
    if resource_id and not candidates:
        return f"{display.unknown_id(kind, ids)}."
    if resource_id:
        return f"{display.named(kind, ids)} does not match the other parameters."
    if matches:
        return (
            f"{len(matches)} {kind.label}s of {where} match: {_ids(matches)}; set resource_id to "
            "one of them, or give more parameters."
        )
    if not candidates:
        return f"{display.capital(where)} has no {kind.label}s."
    return f"No {kind.label} of {where} matches; it has {_ids(candidates)}."


def missing_api(api_id: str, region: str) -> str:
    where = f"in this account in Region {region}" if region else "in this account and Region"
    return (
        f"api_id is {api_id!r}: there is no such API {where}; give the ID, not the name, of an HTTP or "
        "WebSocket API. REST APIs are not covered."
    )


def missing_parent(kind: ResourceType, parents: display.Ids) -> str:
    """There is no such integration or route, in which the resource is to be."""
    *outer, parent = kind.parents
    api = f"{outer[0].noun} {parents[outer[0].name]}"
    return f"{parent.name} is {parents[parent.name]!r}: {api} has no such {parent.noun}."


def no_such_id(kind: ResourceType, ids: display.Ids) -> str:
    return (
        f"{display.unknown_id(kind, ids)}, and none was created. Correct the ID; to create "
        f"{kind.a_label}, remove resource_id from the SLS."
    )


def id_of_none(kind: ResourceType, resource_id: str, parents: display.Ids, noun: str) -> str:
    """The SLS names a resource in what an earlier state of the run creates.

    Args:
        parents: What contains it, as the SLS has it: a binding for what does not exist yet.
        noun: What does not exist yet.
    """
    return (
        f"resource_id is {resource_id!r}, but {display.home(kind, parents)} does not exist yet: no "
        f"{kind.label} can have that ID. To create {kind.a_label}, remove resource_id from the SLS; to "
        f"manage one that exists, name the {noun} that it belongs to."
    )


def stale_id(kind: ResourceType, ids: display.Ids, current: str) -> str:
    return (
        f"{display.unknown_id(kind, ids)}. This state manages {current}, which the ESM records for it: "
        f"remove resource_id from the SLS, or set it to {current!r}."
    )


def moved(kind: ResourceType, live: dict[str, Any], parents: display.Ids) -> str:
    changed = [f"{name} is {value!r}" for name, value in parents.items() if live[name] != value]
    return (
        f"{' and '.join(changed)}: {kind.label} {live['resource_id']} belongs to "
        f"{display.home(kind, live)} and can't be moved; {display.how_to_replace(kind)}."
    )


def mistaken(kind: ResourceType, name: str, ids: display.Ids, resources: list[dict[str, Any]]) -> str:
    existing = ", ".join(f"{one['resource_id']} ({display.home(kind, one)})" for one in resources)
    return (
        f"{display.unknown_id(kind, ids)}, but the ESM records {existing} for {name!r}, and it exists. "
        "To delete that one, set resource_id to its ID or remove resource_id from the SLS."
    )


def ambiguous(kind: ResourceType, name: str, resources: list[dict[str, Any]]) -> str:
    ids = " and ".join(f"{one['resource_id']} ({display.home(kind, one)})" for one in resources)
    return (
        f"The SLS and the ESM name different {kind.label}s for {name!r}: {ids}. Declare each under a "
        "state ID of its own, with its resource_id, or delete the one that is not needed."
    )


def ambiguous_id(state_id: str, other: str) -> str:
    return (
        f"{state_id!r} can't be replaced while there is a state {other!r}: Idem's recreate_on_update "
        "uses that ID itself. Rename that state, or remove recreate_on_update."
    )


def unresolved(kind: ResourceType, name: str, binding: str) -> str:
    return (
        f"{binding}, which names the {kind.label} of {name!r}, is not resolved in an inverted run, and "
        "the ESM records none for this state: nothing was deleted. Write the IDs themselves as "
        f"{display.id_names(kind)}."
    )


def unusable(name: str, reason: str) -> str:
    return f"The ESM's entry of {name!r} can't be used: {reason}"


def owned(kind: ResourceType, ids: display.Ids, owner: str, function: str) -> str:
    return (
        f"{display.named(kind, ids)} is already managed by the state {owner!r} ({function}) of this "
        f"run: only one state can manage {kind.a_label}."
    )


def key_owned(kind: ResourceType, key: str, owner: str) -> str:
    return (
        f"{kind.key} is {key!r}: the state {owner!r} of this run declares it already, and "
        f"{_one_for_each_key(kind)}."
    )


def key_taken(
    kind: ResourceType, resource: dict[str, Any], owner: str | None, differing: list[str]
) -> str:
    """Another resource has the key, and the state may not adopt it.

    Args:
        owner: The state, not in this run, for which the ESM records it.
        differing: The parameters in which it differs from what is declared.
    """
    resource_id = resource["resource_id"]
    recorded = f" The ESM records it for {owner!r}, which is not in this run." if owner else ""
    differs = f" It differs in {', '.join(differing)}." if differing else ""
    return (
        f"{_held_key(kind, resource)} has this key already, and {_one_for_each_key(kind)}.{recorded}"
        f"{differs} To import it, set `resource_id: {resource_id}`; otherwise delete it first."
    )


def key_awaited(kind: ResourceType, resource: dict[str, Any], owner: str | None) -> str:
    """Another state of the run has not yet deleted a resource with the key, or changed its key."""
    return (
        f"{_held_key(kind, resource)} has this key until the state {owner!r} of this run has deleted it "
        "or changed its key. Idem runs this state again; if it still fails, run Idem again."
    )


def key_kept(kind: ResourceType, resource: dict[str, Any], owner: str | None) -> str:
    """Another resource of the run has the key, and nothing in the run frees it first."""
    return (
        f"{_held_key(kind, resource)}, which the state {owner!r} of this run manages, has this key, and "
        f"{_one_for_each_key(kind)}. Give one of them a key that is free first, and run Idem twice."
    )


def key_of_replaced(kind: ResourceType, resource: dict[str, Any]) -> str:
    return (
        f"{_held_key(kind, resource)}, which is to be replaced, has this key until it is deleted, and "
        f"{_one_for_each_key(kind)}. Set `recreate_on_update: {{create_before_destroy: false}}`."
    )


def _one_for_each_key(kind: ResourceType) -> str:
    parent = display.with_article(kind.parents[-1].noun)
    return f"{parent} has at most one {kind.label} for each key"


def _held_key(kind: ResourceType, resource: dict[str, Any]) -> str:
    return f"{kind.key} is {kind.key_of(resource)!r}: {resource['resource_id']}"


def elsewhere(kind: ResourceType, api_id: str, resource_id: str, profile: str) -> str:
    return (
        f"API {api_id} is not in this account and Region but in those of the acct profile "
        f"{profile!r}: {kind.label} {resource_id} was not changed. Run the state with "
        f"`acct_profile: {profile}`."
    )


def unseen(kind: ResourceType, api_id: str, resource_id: str, profile: str, reason: str) -> str:
    return (
        f"API {api_id} does not exist in this account and Region, and those of the acct profile "
        f"{profile!r} can't be read: {kind.label} {resource_id} may still exist there. {reason}"
    )


def adopted(resource_id: str, dry_run: bool) -> str:
    return (
        f"{'Would adopt' if dry_run else 'Adopted'} {resource_id}: it is unmanaged and equals what this "
        "state would create."
    )


def equal(resource_id: str) -> str:
    """An equal resource is not adopted, because Idem is configured so or the state had another."""
    return (
        f"{resource_id} is unmanaged and equals what this state creates; to import it instead, set "
        f"`resource_id: {resource_id}`."
    )


def recorded(
    kind: ResourceType, resource_id: str, state_id: str, differing: list[str] | None = None
) -> str:
    """A resource is recorded in the ESM for a state that this run does not have.

    Args:
        differing: The parameters in which it differs from what this state creates; None if it does not
            even resemble that.
    """
    subject = f"The ESM records {resource_id} for {state_id!r}"
    if differing is not None:
        how = f"differs from what this state creates in {', '.join(differing)}, and"
        how = how if differing else "equals what this state creates, but"
        subject = f"{resource_id} {how} the ESM records it for {state_id!r}"
    return (
        f"{subject}, which is not in this run. If that state was renamed, keep the {kind.label} with "
        f"`resource_id: {resource_id}`."
    )


def similar(kind: ResourceType, candidates: list[tuple[str, list[str]]]) -> list[str]:
    sentences = [
        f"{resource_id} has {kind.likeness} but differs in {', '.join(differing)}; to import it "
        f"instead, set `resource_id: {resource_id}`."
        for resource_id, differing in candidates[:MOST_NAMED]
    ]
    more = len(candidates) - MOST_NAMED
    return [*sentences, f"Other similar {kind.label}s: {more}."] if more > 0 else sentences


def _ids(resources: list[dict[str, Any]]) -> str:
    return ", ".join(sorted(resource["resource_id"] for resource in resources))

"""Sentences about what a state found, did, or would do, and about what can't be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from idem_apigwv2_integration.resource import display

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource.type import ResourceType

# How many similar integrations a comment names.
MOST_NAMED = 3


# The IDs of a resource, or of what contains it, by parameter.
Ids = Mapping[str, Any]


def place(kind: ResourceType, ids: Ids) -> str:
    """Part of a sentence: what contains a resource, as "API a1b2c3d4e5"."""
    known = [parent for parent in reversed(kind.parents) if parent.name in ids]
    return " of ".join(f"{parent.noun} {ids[parent.name]}" for parent in known)


def place_of(kind: ResourceType) -> str:
    """Part of a sentence: what kind of thing a resource is in, as "an API"."""
    noun = kind.parents[-1].noun
    return f"{'an' if noun[0] in 'aeiouA' else 'a'} {noun}"


def unknown_id(kind: ResourceType, ids: Ids) -> str:
    """Part of a sentence: there is no such resource."""
    return f"resource_id is {ids['resource_id']!r}: {place(kind, ids)} has no such {kind.label}"


def named(kind: ResourceType, ids: Ids) -> str:
    """Part of a sentence, its beginning: a resource and what contains it."""
    return f"{_capital(kind.label)} {ids['resource_id']} of {place(kind, ids)}"


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


# Down to `deleted`, and in `parents_required`, these are sentences of idem-aws, word for word: users
# compare them (`hub.tool.aws.comment_utils`). What else there is to say is a sentence of its own.


def empty(kind: ResourceType, function: str, name: str) -> str:
    """An exec function found nothing."""
    return f"{function} {kind.name} '{name}' result is empty"


def found(kind: ResourceType, name: str) -> str:
    """The integration exists and is as declared."""
    return f"{kind.name} '{name}' already exists"


def absent(kind: ResourceType, name: str) -> str:
    """The integration does not exist."""
    return f"{kind.name} '{name}' already absent"


def created(kind: ResourceType, name: str, dry_run: bool) -> str:
    """The integration was created, or would be."""
    return f"{'Would create' if dry_run else 'Created'} {kind.name} '{name}'"


def updated(kind: ResourceType, name: str, dry_run: bool) -> str:
    """The integration was updated, or would be."""
    return f"{'Would update' if dry_run else 'Updated'} {kind.name} '{name}'"


def deleted(kind: ResourceType, name: str, dry_run: bool) -> str:
    """The integration was deleted, or would be."""
    return f"{'Would delete' if dry_run else 'Deleted'} {kind.name} '{name}'"


def identified(*resource_ids: str) -> str:
    """Which integration of AWS the sentence before is about; more than one if a replacement left one."""
    return f"Its resource_id is {' and '.join(resource_ids)}."


def parameters(names: list[str], dry_run: bool) -> str:
    """The parameters that an update changes, in idem-aws's order and without spaces."""
    return f"{'Would update' if dry_run else 'Updated'} parameters: {','.join(sorted(names))}"


def removed(parameter: str, keys: list[str], dry_run: bool) -> str:
    """The keys of a map that an update removes, so that it does not look like an emptied map."""
    verb = "removes" if dry_run else "removed"
    return f"{parameter}: {verb} {', '.join(keys)}"


def parents_required(kind: ResourceType, name: str, missing: list[str]) -> str:
    """The SLS names a resource to delete without all that contains it."""
    return f"{missing} is required to delete {kind.name} '{name}'"


def nothing_listed(reason: str) -> str:
    """The APIs of the account can't be listed."""
    return f"The APIs can't be listed: {reason}"


def unreadable(kind: ResourceType, parents: Ids, reason: str) -> str:
    """The resources in one place can't be listed; those of others are."""
    return f"The {kind.label}s of {place(kind, parents)} can't be read: {reason}."


def nothing_known() -> str:
    """Neither the SLS nor the ESM names an integration to delete."""
    return "The SLS gives no resource_id and the ESM records none: nothing was looked up."


def gone(kind: ResourceType, resource_id: str, dry_run: bool, adopted: bool = False) -> str:
    """A resource that the ESM records was deleted outside of Idem."""
    created = f": a new {kind.label} {'would be' if dry_run else 'was'} created"
    return f"{resource_id}, which the ESM records, no longer exists{'' if adopted else created}."


def bound_id(kind: ResourceType, name: str) -> str:
    """A dry run can't know which integration a state manages."""
    return (
        f"Which {kind.label} {name!r} manages is known after the state that its resource_id refers to "
        "is applied."
    )


def not_searched(binding: str) -> str:
    """An inverted run does not resolve what a search depends on."""
    return f"{binding} is not resolved in an inverted run: nothing was looked up."


def found_deleted(resource_ids: list[str]) -> str:
    """What a search describes was deleted before it was executed."""
    verb = "matches, but was" if len(resource_ids) == 1 else "match, but were"
    return f"{', '.join(resource_ids)} {verb} deleted by a state of this run before this search."


def owned(kind: ResourceType, ids: Ids, owner: str, function: str) -> str:
    """Another state of the run manages the resource."""
    return (
        f"{named(kind, ids)} is already managed by the state {owner!r} ({function}) of this run: only "
        f"one state can manage {kind.a_label}."
    )


def key_owned(kind: ResourceType, key: str, owner: str) -> str:
    """Another state of the run declares the same key."""
    return (
        f"{kind.key} is {key!r}: the state {owner!r} of this run declares it already, and "
        f"{place_of(kind)} has at most one {kind.label} for each key."
    )


def key_taken(
    kind: ResourceType, resource: dict[str, Any], owner: str | None, differing: list[str]
) -> str:
    """Another resource has the key, and the state may not adopt it.

    Args:
        kind: The type of the resource.
        resource: The other resource.
        owner: The state, not in this run, for which the ESM records it.
        differing: The parameters in which it differs from what is declared.
    """
    resource_id, key = resource["resource_id"], resource[kind.key or ""]
    recorded = f" The ESM records it for {owner!r}, which is not in this run." if owner else ""
    differs = f" It differs in {', '.join(differing)}." if differing else ""
    return (
        f"{kind.key} is {key!r}: {resource_id} has this key already, and "
        f"{place_of(kind)} has at most one {kind.label} for each key.{recorded}{differs} To import it, "
        f"set `resource_id: {resource_id}`; otherwise delete it first."
    )


def elsewhere(kind: ResourceType, api_id: str, resource_id: str, profile: str) -> str:
    """The integration is in an account that the state does not use."""
    return (
        f"API {api_id} is not in this account and Region but in those of the acct profile "
        f"{profile!r}: {kind.label} {resource_id} was not changed. Run the state with "
        f"`acct_profile: {profile}`."
    )


def unseen(kind: ResourceType, api_id: str, resource_id: str, profile: str, reason: str) -> str:
    """The API of an integration may be in an account that can't be read."""
    return (
        f"API {api_id} does not exist in this account and Region, and those of the acct profile "
        f"{profile!r} can't be read: {kind.label} {resource_id} may still exist there. {reason}"
    )


def adopted(resource_id: str, dry_run: bool) -> str:
    """An unmanaged integration equals what the state would create."""
    return (
        f"{'Would adopt' if dry_run else 'Adopted'} {resource_id}: it is unmanaged and equals what this "
        "state would create."
    )


def equal(resource_id: str) -> str:
    """An equal integration is not adopted, because Idem is configured so or the state had another."""
    return (
        f"{resource_id} is unmanaged and equals what this state creates; to import it instead, set "
        f"`resource_id: {resource_id}`."
    )


def recorded(
    kind: ResourceType, resource_id: str, state_id: str, differing: list[str] | None = None
) -> str:
    """A resource is recorded in the ESM for a state that this run does not have.

    Args:
        kind: The type of the resource.
        resource_id: The ID of the resource.
        state_id: The state for which it is recorded.
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


def similar(candidates: list[tuple[str, list[str]]]) -> list[str]:
    """Unmanaged integrations have the same type and URI and differ in some parameters.

    Args:
        candidates: The ID of each, and the parameters in which it differs.
    """
    sentences = [
        f"{resource_id} has the same type and URI but differs in {', '.join(differing)}; to import it "
        f"instead, set `resource_id: {resource_id}`."
        for resource_id, differing in candidates[:MOST_NAMED]
    ]
    more = len(candidates) - MOST_NAMED
    return [*sentences, f"Other similar integrations: {more}."] if more > 0 else sentences


def drifted(names: list[str]) -> str:
    """The live integration differs from what the ESM recorded."""
    return f"Changed outside of Idem: {', '.join(names)}"


def deposed(resource_id: str, dry_run: bool) -> str:
    """An integration that was replaced earlier is deleted now."""
    return (
        f"{'Would delete' if dry_run else 'Deleted'} {resource_id}, which an earlier run replaced and "
        "could not delete."
    )


def with_its_api(resource_id: str, api_id: str, dry_run: bool) -> str:
    """The integration comes from API Gateway's quick create: it can only be deleted with its API."""
    verb = "would be" if dry_run else "is"
    return f"{resource_id} {verb} deleted with API {api_id}, which quick create added it to."


def still_deposed(resource_id: str, reason: str) -> str:
    """An integration that was replaced earlier still can't be deleted."""
    return f"{resource_id}, which an earlier run replaced, still exists. {reason}"


def left_over(resource_id: str) -> str:
    """An integration that was replaced earlier is deleted after the state succeeds."""
    return (
        f"{resource_id}, which an earlier run replaced, still exists: it is deleted when this state "
        "succeeds."
    )


def not_deleted(resource_id: str, reason: str) -> str:
    """AWS did not delete the integration, or did not confirm it."""
    return f"{resource_id} was not deleted: {reason}"


def lost_and_found(resource_id: str) -> str:
    """The response to a create was lost, and what it created was found."""
    return f"AWS's response to the create was lost; {resource_id}, which it created, was found and kept."


def duplicates(resource_ids: list[str]) -> str:
    """More equal integrations are new than a create with a lost response should have created."""
    return (
        f"AWS's response to the create was lost. {', '.join(resource_ids)}, also new and equal, may be "
        "a duplicate or belong to someone else: it was not changed; delete it if not needed."
    )


def maybe_twice(kind: ResourceType, reason: str | None) -> str:
    """A create was sent twice, and it is unknown whether it created two integrations.

    Args:
        reason: Why the API could not be listed afterwards, if that failed.
    """
    seen = f"The API could not be listed afterwards: {reason}" if reason else "None is listed so far."
    return (
        "AWS's response to the create was lost and the request was sent again, so a second, equal "
        f"{kind.label} may exist. {seen}"
    )


def maybe_created(kind: ResourceType, reason: str) -> str:
    """A create failed after a request without a response, and nothing that it created is listed."""
    return (
        f"{reason} A request without a response may have created {kind.a_label} that is listed later: "
        f"check `idem exec {kind.name}.list` before you run this again."
    )


def lost_unseen(kind: ResourceType, reason: str) -> str:
    """The response to a create was lost, and the API can't be listed."""
    return (
        f"AWS's response to Create{kind.noun} was lost, and it is unknown whether {kind.a_label} was "
        f"created: {reason} The request was not sent again; run the state again once the API can be "
        "listed."
    )


def lost_unknown(kind: ResourceType, resource_ids: list[str]) -> str:
    """The response to a create was lost, and what existed before is unknown."""
    found = (
        f"{', '.join(resource_ids)} equals the requested {kind.label}, but may have existed before; set "
        "resource_id to import it"
        if resource_ids
        else f"no {kind.label} equals the requested one so far"
    )
    return (
        f"AWS's response to Create{kind.noun} was lost, and the request was not sent again because the "
        f"{kind.parents[-1].noun}'s {kind.label}s could not be listed before: {found}."
    )


def unmet(kind: ResourceType, name: str, wanted: Any, live: Any, is_sensitive: bool) -> str:
    """AWS's response differs from what was wanted."""
    if is_sensitive:
        differences = ["AWS did not set it to what is declared"]
    elif isinstance(wanted, dict | None) and isinstance(live, dict):
        differences = _differences(_entries(wanted or {}), _entries(live))
    else:
        differences = [_difference("it", wanted, live)]
    return f"{name}: {', '.join(differences)}. Write in the SLS what AWS has; or, {replace(kind)}."


def _entries(values: dict[str, Any]) -> dict[str, Any]:
    """Return the entries of a map, or of the maps in it, by how a sentence names them."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        inner = value if isinstance(value, dict) else {}
        found |= {f"{item!r} of {key!r}": text for item, text in inner.items()}
        found |= {} if isinstance(value, dict) else {repr(key): value}
    return found


def _differences(wanted: dict[str, Any], live: dict[str, Any]) -> list[str]:
    keys = [key for key in dict.fromkeys((*wanted, *live)) if wanted.get(key) != live.get(key)]
    return [_difference(key, wanted.get(key), live.get(key)) for key in keys]


def _difference(key: str, wanted: Any, live: Any) -> str:
    if live is None:
        return f"AWS did not set {key} to {display.shown(wanted)}"
    if wanted is None:
        return f"AWS did not remove {key}, which is {display.shown(live)}"
    return f"AWS did not set {key} to {display.shown(wanted)} and has {display.shown(live)}"


def managed(live: dict[str, Any]) -> str:
    """API Gateway's quick create created the integration, and only deleting its API deletes it."""
    return (
        f"Integration {live['resource_id']} was created by API Gateway's quick create and can't be "
        f"deleted alone; deleting API {live['api_id']} deletes it."
    )


def in_use(resource_id: str, routes: set[str]) -> str:
    """AWS does not delete an integration that routes target."""
    return (
        f"AWS would refuse to delete {resource_id}: routes {', '.join(sorted(routes))} target it. "
        "First delete these routes, or change their targets."
    )


def routes_unseen(kind: ResourceType, reason: str) -> str:
    """A dry run can't read the routes that would block a deletion."""
    return (
        "The routes of the API can't be read: AWS refuses the deletion if a route targets the "
        f"{kind.label}. {reason.rstrip('.')}."
    )


def missing_api(api_id: str, region: str) -> str:
    """There is no such API."""
    where = f"in this account in Region {region}" if region else "in this account and Region"
    return (
        f"api_id is {api_id!r}: there is no such API {where}; give the ID, not the name, of an HTTP or "
        "WebSocket API. REST APIs are not covered."
    )


def missing_parent(kind: ResourceType, parents: Ids) -> str:
    """There is no such integration, for example."""
    *outer, parent = kind.parents
    api = f"{outer[0].noun} {parents[outer[0].name]}"
    return f"{parent.name} is {parents[parent.name]!r}: {api} has no such {parent.noun}."


def crashed(error: str, text: str) -> str:
    """The plugin failed with an error of its own: the name of its type and its text."""
    return f"The plugin itself failed: {error}: {text}. The log has the traceback; please report it."


def search_later(name: str) -> str:
    """A search depends on a state that a dry run does not apply."""
    return f"The result of {name} is known after the states that it refers to are applied."


def no_single_match(
    kind: ResourceType,
    ids: Ids,
    matches: list[dict[str, Any]],
    candidates: list[dict[str, Any]],
) -> str:
    """None or several resources match a search."""
    where, resource_id = place(kind, ids), ids.get("resource_id")
    if resource_id and not candidates:
        return f"{unknown_id(kind, ids)}."
    if resource_id:
        return f"{named(kind, ids)} does not match the other parameters."
    if matches:
        return (
            f"{len(matches)} {kind.label}s of {where} match: {_ids(matches)}; set resource_id to "
            "one of them, or give more parameters."
        )
    if not candidates:
        return f"{_capital(where)} has no {kind.label}s."
    return f"No {kind.label} of {where} matches; it has {_ids(candidates)}."


def may_stay(parameter: str, parts: list[str], question: str) -> str:
    """A dry run can't know whether AWS will remove something."""
    what = f"{parameter}: {', '.join(parts)}" if parts else parameter
    return (
        f"{what} would be removed, but AWS does not document {question}; if AWS keeps it, the run fails."
    )


def _ids(resources: list[dict[str, Any]]) -> str:
    return ", ".join(sorted(resource["resource_id"] for resource in resources))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]

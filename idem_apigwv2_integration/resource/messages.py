"""Sentences about what was done with a resource, or would be, and about how AWS responded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from idem_apigwv2_integration.resource import display, values

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

# Down to `deleted`, these are sentences of idem-aws, word for word: users compare them
# (`hub.tool.aws.comment_utils`). What else there is to say is a sentence of its own.


def empty(kind: ResourceType, function: str, name: str) -> str:
    return f"{function} {kind.name} '{name}' result is empty"


def parents_required(kind: ResourceType, name: str, missing: list[str]) -> str:
    """The SLS names a resource to delete without all that contains it."""
    return f"{missing} is required to delete {kind.name} '{name}'"


def found(kind: ResourceType, name: str) -> str:
    return f"{kind.name} '{name}' already exists"


def absent(kind: ResourceType, name: str) -> str:
    return f"{kind.name} '{name}' already absent"


def created(kind: ResourceType, name: str, dry_run: bool) -> str:
    return f"{'Would create' if dry_run else 'Created'} {kind.name} '{name}'"


def updated(kind: ResourceType, name: str, dry_run: bool) -> str:
    return f"{'Would update' if dry_run else 'Updated'} {kind.name} '{name}'"


def deleted(kind: ResourceType, name: str, dry_run: bool) -> str:
    return f"{'Would delete' if dry_run else 'Deleted'} {kind.name} '{name}'"


def identified(*resource_ids: str) -> str:
    """Which resource of AWS the sentence before is about; more than one if a replacement left one."""
    return f"Its resource_id is {' and '.join(resource_ids)}."


def parameters(names: list[str], dry_run: bool) -> str:
    """The parameters that an update changes, in idem-aws's order and without spaces."""
    return f"{'Would update' if dry_run else 'Updated'} parameters: {','.join(sorted(names))}"


def removed(parameter: str, keys: list[str], dry_run: bool) -> str:
    """The keys of a map that an update removes, so that it does not look like an emptied map."""
    verb = "removes" if dry_run else "removed"
    return f"{parameter}: {verb} {', '.join(keys)}"


def nothing_listed(reason: str) -> str:
    return f"The APIs can't be listed: {reason}"


def unreadable(kind: ResourceType, parents: display.Ids, reason: str) -> str:
    return f"The {kind.label}s of {display.home(kind, parents)} can't be read: {reason.rstrip('.')}."


def drifted(names: list[str]) -> str:
    return f"Changed outside of Idem: {', '.join(names)}"


def deposed(resource_id: str, dry_run: bool) -> str:
    return (
        f"{'Would delete' if dry_run else 'Deleted'} {resource_id}, which an earlier run replaced and "
        "could not delete."
    )


def with_its_api(resource_id: str, api_id: str, dry_run: bool) -> str:
    verb = "would be" if dry_run else "is"
    return f"{resource_id} {verb} deleted with API {api_id}, which quick create added it to."


def still_deposed(resource_id: str, reason: str) -> str:
    return f"{resource_id}, which an earlier run replaced, still exists. {reason}"


def left_over(resource_id: str) -> str:
    return (
        f"{resource_id}, which an earlier run replaced, still exists: it is deleted when this state "
        "succeeds."
    )


def not_deleted(resource_id: str, reason: str) -> str:
    return f"{resource_id} was not deleted: {reason}"


def lost_and_found(resource_id: str) -> str:
    return f"AWS's response to the create was lost; {resource_id}, which it created, was found and kept."


def duplicates(resource_ids: list[str]) -> str:
    """More equal resources are new than a create with a lost response should have created."""
    what, advice = "a duplicate", "it was not changed; delete it if not needed"
    if len(resource_ids) > 1:
        what, advice = "duplicates", "they were not changed; delete those that are not needed"
    return (
        f"AWS's response to the create was lost. {', '.join(resource_ids)}, also new and equal, may be "
        f"{what} or belong to someone else: {advice}."
    )


def maybe_twice(kind: ResourceType, reason: str | None) -> str:
    """A create was sent twice, and it is unknown whether it created two resources.

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
    return (
        f"AWS's response to Create{kind.noun} was lost, and it is unknown whether {kind.a_label} was "
        f"created: {reason} The request was not sent again; run the state again once the API can be "
        "listed."
    )


def lost_unknown(kind: ResourceType, resource_ids: list[str]) -> str:
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
    if is_sensitive:
        differences = ["AWS did not set it to what is declared"]
    elif isinstance(wanted, dict | None) and isinstance(live, dict):
        ours, theirs = values.leaves(wanted), values.leaves(live)
        differences = [
            _difference(" of ".join(map(repr, reversed(path))), ours.get(path), theirs.get(path))
            for path in dict.fromkeys((*ours, *theirs))
            if ours.get(path) != theirs.get(path)
        ]
    else:
        differences = [_difference("it", wanted, live)]
    return (
        f"{name}: {', '.join(differences)}. Write in the SLS what AWS has; or, "
        f"{display.how_to_replace(kind)}."
    )


def _difference(key: str, wanted: Any, live: Any) -> str:
    if live is None:
        return f"AWS did not set {key} to {display.shown(wanted)}"
    if wanted is None:
        return f"AWS did not remove {key}, which is {display.shown(live)}"
    return f"AWS did not set {key} to {display.shown(wanted)} and has {display.shown(live)}"


def managed(kind: ResourceType, live: dict[str, Any]) -> str:
    """API Gateway's quick create created the resource, and only deleting its API deletes it."""
    return (
        f"{display.capital(kind.label)} {live['resource_id']} was created by API Gateway's quick "
        f"create and can't be deleted alone; deleting API {live['api_id']} deletes it."
    )


def wrong_live(kind: ResourceType) -> str:
    return f"live is not the {kind.label} that {display.id_names(kind)} name: leave it out."


def in_use(resource_id: str, routes: set[str]) -> str:
    return (
        f"AWS would refuse to delete {resource_id}: routes {', '.join(sorted(routes))} target it. "
        f"{FREE_ROUTES}"
    )


def routes_unseen(kind: ResourceType, reason: str) -> str:
    return (
        "The routes of the API can't be read: AWS refuses the deletion if a route targets the "
        f"{kind.label}. {reason.rstrip('.')}."
    )


def crashed(error: str, text: str) -> str:
    return (
        f"The plugin itself failed: {error}: {text.rstrip('.')}. The log has the traceback; please "
        "report it."
    )


def may_stay(parameter: str, parts: list[str], question: str) -> str:
    what = f"{parameter}: {', '.join(parts)}" if parts else parameter
    return (
        f"{what} would be removed, but AWS does not document {question}; if AWS keeps it, the run fails."
    )

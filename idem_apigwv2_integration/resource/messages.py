"""Sentences for the user about what AWS has or did, and about what can't be done."""

import contextlib
import contextvars
from collections.abc import Iterable, Iterator
from typing import Any

# Part of a sentence. Idem accepts a map only; creating the replacement first lets routes move to it.
REPLACE = (
    "to replace the integration, add the line `- recreate_on_update: {create_before_destroy: true}` to "
    "the state; the new integration takes over what the SLS leaves out"
)


HIDDEN = "(sensitive value)"
# The parameters of the state that is executed whose values must not be shown.
_sensitive: contextvars.ContextVar[frozenset[str]] = contextvars.ContextVar("sensitive")


@contextlib.contextmanager
def hiding(parameters: Iterable[str]) -> Iterator[None]:
    """Keep the values of some parameters out of the sentences that are written meanwhile."""
    token = _sensitive.set(frozenset(parameters))
    try:
        yield
    finally:
        _sensitive.reset(token)


def hides(subject: str) -> bool:
    """Tell whether a sentence must not show the value of a parameter, or of a part of one."""
    return any(parameter in subject for parameter in _sensitive.get(frozenset()))


def shown(value: Any, subject: str = "") -> str:
    """Return a value as it is shown in a sentence.

    Args:
        value: The value.
        subject: The parameter, or the part of one, whose value it is.
    """
    if hides(subject):
        return HIDDEN
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def printable(text: str) -> str:
    """Return a text on one line, with control characters and what can't be encoded escaped."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def unmet(name: str, wanted: Any, live: Any) -> str:
    """AWS's response differs from what was wanted."""
    if hides(name):
        differences = ["AWS did not set it to what is declared"]
    elif isinstance(wanted, dict | None) and isinstance(live, dict):
        differences = _differences(_entries(wanted or {}), _entries(live))
    else:
        differences = [_difference("it", wanted, live)]
    return f"{name}: {', '.join(differences)}. Write in the SLS what AWS has; or, {REPLACE}."


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
        return f"AWS did not set {key} to {shown(wanted)}"
    if wanted is None:
        return f"AWS did not remove {key}, which is {shown(live)}"
    return f"AWS did not set {key} to {shown(wanted)} and has {shown(live)}"


def moved(live: dict[str, Any], api_id: str) -> str:
    """The SLS names another API than the one that the integration belongs to."""
    return (
        f"api_id is {api_id!r}: integration {live['resource_id']} belongs to API {live['api_id']} "
        f"and can't be moved; {REPLACE}."
    )


def managed(live: dict[str, Any]) -> str:
    """API Gateway's quick create created the integration, and only deleting its API deletes it."""
    return (
        f"Integration {live['resource_id']} was created by API Gateway's quick create and can't be "
        f"deleted alone; deleting API {live['api_id']} deletes it."
    )


def in_use(resource_id: str, routes: set[str]) -> str:
    """AWS does not delete an integration that routes target."""
    return (
        f"AWS would refuse to delete {resource_id}: routes {', '.join(sorted(routes))} target it; first "
        "delete them, or change their targets."
    )


def routes_unseen(reason: str) -> str:
    """A dry run can't read the routes that would block a deletion."""
    return (
        "The routes of the API can't be read: AWS refuses the deletion if a route targets the "
        f"integration. {reason.rstrip('.')}."
    )


def missing_api(api_id: str, region: str) -> str:
    """There is no such API."""
    where = f"in this account in Region {region}" if region else "in this account and Region"
    return f"api_id is {api_id!r}: there is no such API {where}."


def crashed(error: str, text: str) -> str:
    """The plugin failed with an error of its own: the name of its type and its text."""
    return f"The plugin itself failed: {error}: {text}. The log has the traceback; please report it."


def search_later(name: str) -> str:
    """A search depends on a state that a dry run does not apply."""
    return f"The result of {name} is known after the states that it refers to are applied."


def no_single_match(
    api_id: str,
    resource_id: str | None,
    matches: list[dict[str, Any]],
    candidates: list[dict[str, Any]],
) -> str:
    """None or several integrations match a search."""
    if resource_id and not candidates:
        return f"resource_id is {resource_id!r}: API {api_id} has no such integration."
    if resource_id:
        return f"Integration {resource_id} of API {api_id} does not match the other parameters."
    if matches:
        return (
            f"{len(matches)} integrations of API {api_id} match: {_ids(matches)}; set resource_id to "
            "one of them, or give more parameters."
        )
    if not candidates:
        return f"API {api_id} has no integrations."
    return f"No integration of API {api_id} matches; it has {_ids(candidates)}."


def may_stay(parameter: str, parts: tuple[str, ...], question: str) -> str:
    """A dry run can't know whether AWS will remove something."""
    return (
        f"{_parts(parameter, parts)} would be removed, but AWS does not document {question}; if AWS "
        "keeps it, the run fails."
    )


def stays(parameter: str, parts: tuple[str, ...], source: str | None, date: str | None) -> str:
    """AWS is known not to remove something."""
    found = ", ".join(part for part in (source, date) if part)
    return (
        f"{_parts(parameter, parts)} can't be removed by an update: AWS keeps it ({found}). Leave it as "
        f"it is; or, {REPLACE}."
    )


def _parts(parameter: str, parts: tuple[str, ...]) -> str:
    named = [HIDDEN] if hides(parameter) else parts
    return f"{parameter}: {', '.join(named)}" if parts else parameter


def _ids(resources: list[dict[str, Any]]) -> str:
    return ", ".join(sorted(resource["resource_id"] for resource in resources))

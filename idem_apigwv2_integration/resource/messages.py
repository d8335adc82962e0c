"""Sentences for the user about what was found, done, or can't be done."""

from typing import Any

REPLACE = (
    "put recreate_on_update on the state, which replaces the integration by one with what the SLS says; "
    "what it leaves out is taken over"
)


def shown(value: Any) -> str:
    """Return a value as it is shown in a sentence."""
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def unmet(name: str, wanted: Any, live: Any) -> str:
    """AWS holds something else than what was wanted."""
    if isinstance(wanted, dict) and isinstance(live, dict):
        # Of two maps only what differs: the rest would hide it.
        differing = {key for key in (*wanted, *live) if wanted.get(key) != live.get(key)}
        wanted = {key: value for key, value in wanted.items() if key in differing}
        live = {key: value for key, value in live.items() if key in differing}
    asked = "none was wanted" if wanted is None else f"{shown(wanted)} was wanted"
    holds = "holds none" if live is None else f"holds {shown(live)}"
    return f"{name}: {asked}, but AWS {holds}; write what is live, or {REPLACE}."


def moved(live: dict[str, Any], api_id: str) -> str:
    """The SLS names another API than the one that the integration belongs to."""
    return (
        f"api_id is {api_id!r}: integration {live['resource_id']} belongs to API {live['api_id']} "
        f"and can't move; {REPLACE}."
    )


def managed(live: dict[str, Any]) -> str:
    """API Gateway made the integration itself and does not let go of it."""
    return (
        f"Integration {live['resource_id']} was made by API Gateway's quick create and can't be "
        f"deleted by itself; it goes with API {live['api_id']}."
    )


def in_use(resource_id: str, routes: set[str]) -> str:
    """AWS does not delete an integration that routes target."""
    return (
        f"AWS would refuse to delete {resource_id}: routes {', '.join(sorted(routes))} target it; "
        "delete them, or point them elsewhere, first."
    )


def routes_unseen(reason: str) -> str:
    """A dry run can't see whether routes are in the way of a deletion."""
    return f"Whether routes target it, so that AWS would refuse, can't be seen: {reason.rstrip('.')}."


def kept(resource_id: str, problems: list[str]) -> str:
    """An integration that was to be replaced stays, because its replacement can't be made."""
    reason = " ".join(problems) or "making its replacement failed."
    return f"{resource_id} was not deleted: {reason}"


def missing_api(api_id: str) -> str:
    """There is no such API."""
    return f"api_id is {api_id!r}: there is no such API in this account and Region."


def search_later(name: str) -> str:
    """What is searched for depends on a state that a dry run does not apply."""
    return f"What {name} finds is known after the states that it refers to are applied."


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
            f"{len(matches)} integrations of API {api_id} match: {_ids(matches)}; name one with "
            "resource_id, or give more parameters."
        )
    if not candidates:
        return f"API {api_id} has no integrations."
    return f"No integration of API {api_id} matches; it has {_ids(candidates)}."


def may_stay(parameter: str, parts: tuple[str, ...], question: str) -> str:
    """A dry run can't know whether AWS will remove something."""
    return (
        f"{_parts(parameter, parts)} would be removed, but AWS does not document {question}; the run "
        "fails and says so if AWS keeps it."
    )


def stays(parameter: str, parts: tuple[str, ...], source: str | None, date: str | None) -> str:
    """AWS is known not to remove something."""
    found = ", ".join(part for part in (source, date) if part)
    return (
        f"{_parts(parameter, parts)} can't be removed by an update: AWS keeps it ({found}); leave it as "
        f"it is, or {REPLACE}."
    )


def _parts(parameter: str, parts: tuple[str, ...]) -> str:
    return f"{parameter}: {', '.join(parts)}" if parts else parameter


def _ids(resources: list[dict[str, Any]]) -> str:
    return ", ".join(sorted(resource["resource_id"] for resource in resources))

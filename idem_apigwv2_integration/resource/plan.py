"""What is wanted, how it differs from what is live, and what to send so that it no longer does.

``given`` is what the SLS gives. ``None`` leaves a field, or a key of a map, as it is; ``""`` and ``{}``
remove it. A map that is given is the whole wanted map.
"""

from typing import Any

from idem_apigwv2_integration.resource import (
    convert,
    evidence,
    fields,
    ignoring,
    mappings,
    removal,
)
from idem_apigwv2_integration.resource.placeholders import is_placeholder, placeholder

__all__ = ["is_placeholder", "placeholder"]

# What AWS fills in depending on the type: the question of what an update does that changes the type.
_TYPE_CHANGE = {
    "integration_method": "type_change_method",
    "integration_response_selection_expression": "type_change_selection",
}


def wanted(
    given: dict[str, Any], live: dict[str, Any] | None = None, protocol: str | None = None
) -> dict[str, Any]:
    """Return the settable fields of the integration that is wanted, without those that AWS ignores.

    Args:
        given: Fields as an SLS gives them.
        live: The integration as it is, in Idem's shape, if it exists.
        protocol: The API's protocol; None if it is not known.
    """
    result = merged(given, live)
    ignored = ignoring.ignored(result, protocol)
    return {name: value for name, value in result.items() if name not in ignored}


def merged(given: dict[str, Any], live: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the settable fields that result from what is given and what is live.

    Args:
        given: Fields as an SLS gives them.
        live: The integration as it is, in Idem's shape, if it exists.
    """
    live = live or {}
    result = {}
    for name, field in fields.SETTABLE.items():
        value = _settle(field, given.get(name), live.get(name))
        if value is not None:
            result[name] = value
    return result


def changes(wanted: dict[str, Any], live: dict[str, Any]) -> list[str]:
    """Return the names of the fields that differ between what is wanted and what is live."""
    return [name for name in fields.SETTABLE if not _same(wanted.get(name), live.get(name))]


def is_service(resource: dict[str, Any]) -> bool:
    """Tell whether an integration is a service integration: one that names an action to invoke."""
    return bool(resource.get("integration_subtype"))


def update_request(
    wanted: dict[str, Any],
    live: dict[str, Any],
    given: dict[str, Any] | None = None,
    protocol: str | None = None,
) -> dict[str, Any]:
    """Return the members of the UpdateIntegration that turns what is live into what is wanted.

    Args:
        wanted: The fields as `wanted` returns them.
        live: The integration as it is, in Idem's shape.
        given: Fields as an SLS gives them.
        protocol: The API's protocol.
    """
    service = is_service(wanted)
    request = {
        name: _as_sent(fields.SETTABLE[name], wanted.get(name), live.get(name), service)
        for name in changes(wanted, live)
    }
    # A value that AWS may not keep is sent where it is given, although it does not change.
    for name in _refilled(wanted, live, protocol):
        if name in wanted and (given or {}).get(name) is not None:
            request[name] = wanted[name]
    if service:
        # Without its subtype AWS refuses the request as one with a wrong URI (probed, go-to-k/cdkd), and
        # it requires the parameters again (terraform-provider-aws issue 22647). Terraform always sends
        # the type, too.
        for name in ("integration_type", "integration_subtype", "request_parameters"):
            if name in wanted:
                request[name] = wanted[name]
    return convert.to_aws(request)


def predicted(
    wanted: dict[str, Any],
    live: dict[str, Any] | None = None,
    protocol: str | None = None,
    given: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the fields that AWS will return once the wanted ones are applied.

    Args:
        wanted: The fields as `wanted` returns them.
        live: The integration as it is, if it exists.
        protocol: The API's protocol. What depends on it is a placeholder if it is None, because it
            can't be known yet, or if this version does not know it.
        given: Fields as an SLS gives them.
    """
    result = dict(wanted)
    if live is None:
        for name, field in fields.BY_NAME.items():
            value = _filled_in(field, wanted, protocol)
            if name not in result and value is not None:
                result[name] = value
        # Where the protocol decides whether AWS ignores a field, it is open what AWS returns.
        return result | {name: placeholder(name) for name in ignoring.perhaps_ignored(wanted, protocol)}
    result |= {
        name: live[name] for name in fields.BY_NAME if name not in fields.SETTABLE and name in live
    }
    for name in _refilled(wanted, live, protocol):
        if (given or {}).get(name) is None:
            result[name] = _after_change_of_type(fields.BY_NAME[name], wanted, live, protocol)
    return {name: value for name, value in result.items() if value is not None}


def unmet(given: dict[str, Any], wanted: dict[str, Any], live: dict[str, Any]) -> list[str]:
    """Return the names of the given fields in which AWS's response is not what was wanted."""
    return [
        name
        for name in fields.SETTABLE
        if given.get(name) is not None and not _same(wanted.get(name), live.get(name))
    ]


def equal(given: dict[str, Any], live: dict[str, Any]) -> bool:
    """Tell whether a live integration has every given field as it is given."""
    return not unmet(given, merged(given, live), live)


def matches(given: dict[str, Any], read_only: dict[str, Any], live: dict[str, Any]) -> bool:
    """Tell whether a live integration equals what is searched for.

    Args:
        given: Settable fields as an SLS gives them.
        read_only: Read-only fields as an SLS gives them.
        live: The integration as it is.
    """
    return equal(given, live) and all(
        value is None or convert.tidy(fields.READ_ONLY[name], value) == live.get(name)
        for name, value in read_only.items()
    )


def drops(given: dict[str, Any]) -> bool:
    """Tell whether `wanted` drops an entry of a given map: an empty one, or one of two keys alike."""
    maps = [
        value
        for name, value in given.items()
        if isinstance(value, dict) and fields.SETTABLE[name].removal is not fields.Removal.WHOLE_MAP
    ]
    inner = [value for entries in maps for value in entries.values() if isinstance(value, dict)]
    return any("" in entries.values() or mappings.repeats(entries) for entries in (*maps, *inner))


def protocol_of(live: dict[str, Any]) -> str:
    """Return the protocol of the API that a live integration belongs to.

    AWS always fills in passthrough_behavior on a WebSocket API, and never has it on an HTTP API
    (terraform-provider-aws, acceptance tests).
    """
    return fields.WEBSOCKET if live.get("passthrough_behavior") else fields.HTTP


def as_created(given: dict[str, Any], protocol: str | None) -> dict[str, Any]:
    """Return every settable field of the integration that a create leads to, AWS's defaults included.

    Args:
        given: Fields as an SLS gives them.
        protocol: The API's protocol.
    """
    created = predicted(wanted(given, None, protocol), None, protocol)
    return {name: value for name, value in created.items() if name in fields.SETTABLE}


def differences(created: dict[str, Any], live: dict[str, Any], protocol: str | None = None) -> list[str]:
    """Return the settable fields in which a live integration differs from what a create would create.

    Args:
        created: The fields that a create leads to.
        live: The integration as it is.
        protocol: The API's protocol, if what AWS fills in counts where a response leaves it out: servers
            that are not AWS's do so.
    """
    if protocol:
        live = predicted({name: live[name] for name in fields.SETTABLE if name in live}, None, protocol)
    return [
        name for name in fields.SETTABLE if not _same(created.get(name) or None, live.get(name) or None)
    ]


def drift(held: dict[str, Any] | None, live: dict[str, Any]) -> list[str]:
    """Return the settable fields in which a live integration differs from what the ESM recorded of it.

    Args:
        held: The ESM's entry.
        live: The integration as it is.
    """
    if (
        not held
        or held.get("resource_id") != live["resource_id"]
        or held.get("api_id") != live["api_id"]
    ):
        return []
    return differences(held, live)


def open_questions(wanted: dict[str, Any], live: dict[str, Any]) -> list[str]:
    """Return a sentence for each part of a change for which it is unknown whether AWS applies it."""
    return [one.sentence for one in removal.removals(wanted, live) if one.sentence]


def _same(one: Any, other: Any) -> bool:
    """Tell whether AWS treats two values of a field as the same."""
    if isinstance(one, dict) and isinstance(other, dict):
        one = mappings.spelled_as(one, other)
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return one == other


def _refilled(wanted: dict[str, Any], live: dict[str, Any], protocol: str | None) -> list[str]:
    """Return the fields that AWS filled in, and may fill in differently because the type changes."""
    found = []
    for name, field in fields.BY_NAME.items():
        before, after = (_filled_in(field, one, protocol) for one in (live, wanted))
        unchanged = name not in fields.SETTABLE or wanted.get(name) == live.get(name)
        if before != after and live.get(name) == before and unchanged:
            found.append(name)
    return found


def _after_change_of_type(
    field: fields.Field, wanted: dict[str, Any], live: dict[str, Any], protocol: str | None
) -> Any:
    """Return what AWS returns for a field that it filled in, once the type has changed."""
    value = live.get(field.name)
    # Of a method it is known, if at all, whether AWS fills in one that was not there.
    asked = field.name == "integration_response_selection_expression" or value is None
    answer = evidence.answer(_TYPE_CHANGE[field.name]) if asked and field.name in _TYPE_CHANGE else None
    if answer == "kept":
        return value
    return _filled_in(field, wanted, protocol) if answer == "refilled" else placeholder(field.name)


def _settle(field: fields.Field, given: Any, live: Any) -> Any:
    """Return the value that a field should have, or None for none."""
    if given is None:
        return live
    # A whole map may be bound to a value that is not known yet.
    if isinstance(given, str) and is_placeholder(given):
        return given
    if isinstance(given, dict):
        live = live or {}
        if field.kind is fields.Kind.NESTED_MAP:
            given = {
                key: _keep_unsaid(inner, live.get(key)) if isinstance(inner, dict) else inner
                for key, inner in given.items()
            }
        given = _keep_unsaid(given, live)
    return convert.tidy(field, given)


def _keep_unsaid(given: dict, live: dict | None) -> dict:
    """Replace the None of a key, which Idem's ``ignore_changes`` sets, by the live value."""
    live = live or {}
    return {
        key: live.get(key) if value is None else value
        for key, value in mappings.spelled_as(given, live).items()
        if value is not None or key in live
    }


def _as_sent(field: fields.Field, wanted: Any, live: Any, service: bool) -> Any:
    """Return the value of a member that turns the live value into the wanted one."""
    if field.removal is fields.Removal.KEY_BY_KEY and not service:
        return {**dict.fromkeys(live or {}, ""), **(wanted or {})}
    if field.removal is fields.Removal.CODE_BY_CODE:
        return {**{code: {} for code in live or {}}, **_with_emptied(wanted or {}, live or {})}
    return field.empty if wanted is None else wanted


def _with_emptied(wanted: dict[str, dict], live: dict[str, dict]) -> dict[str, dict]:
    """Add the empty string for each destination that is removed, if that is known to remove it."""
    if not removal.empties_destinations():
        return wanted
    return {code: {**dict.fromkeys(live.get(code, {}), ""), **inner} for code, inner in wanted.items()}


def _filled_in(field: fields.Field, wanted: dict[str, Any], protocol: str | None) -> Any:
    """Return what AWS fills in for a field that is not set: a placeholder where that is not known."""
    kind = wanted.get("integration_type")
    kinds = fields.TYPES if is_placeholder(kind) else (kind,)
    possible = {
        field.default(protocol=p, integration_type=k, service=is_service(wanted))
        for p in ignoring.possible(protocol)
        for k in kinds
    }
    return possible.pop() if len(possible) == 1 else placeholder(field.name)

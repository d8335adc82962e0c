"""What is wanted, how it differs from what is live, and what to send so that it no longer does.

``given`` is what an SLS says. ``None`` leaves a field, or a key of a map, as it is; ``""`` and ``{}``
take it away. A map that is given is the whole wanted map.
"""

from typing import Any

from idem_apigwv2_integration.resource import convert, evidence, fields, removal

KNOWN_AFTER_PRESENT = "known_after_present"
# What idem itself puts where a binding's value is not known in a dry run.
_PLACEHOLDERS = (f"_{KNOWN_AFTER_PRESENT}", "_value_known_after_applying")


def placeholder(name: str) -> str:
    """Return what stands in a dry run for a value that nobody can know yet."""
    return f"{name}_{KNOWN_AFTER_PRESENT}"


def is_placeholder(value: Any) -> bool:
    """Tell whether a value is, or holds, something that is only known after a state was applied."""
    if isinstance(value, dict):
        return any(is_placeholder(part) for pair in value.items() for part in pair)
    return isinstance(value, str) and any(mark in value for mark in _PLACEHOLDERS)


def wanted(given: dict[str, Any], live: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the settable fields of the integration that is wanted.

    Args:
        given: Fields as an SLS gives them.
        live: The integration as it is, in idem's shape, if it exists.
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
    return [name for name in fields.SETTABLE if wanted.get(name) != live.get(name)]


def is_service(resource: dict[str, Any]) -> bool:
    """Tell whether an integration is a service integration: one that names an action to invoke."""
    return bool(resource.get("integration_subtype"))


def update_request(wanted: dict[str, Any], live: dict[str, Any]) -> dict[str, Any]:
    """Return the members of the UpdateIntegration that turns what is live into what is wanted.

    Args:
        wanted: The fields as `wanted` returns them.
        live: The integration as it is, in idem's shape.
    """
    service = is_service(wanted)
    request = {
        name: _as_sent(fields.SETTABLE[name], wanted.get(name), live.get(name), service)
        for name in changes(wanted, live)
    }
    if service:
        # Without its subtype AWS takes the patch for one of a URI (probed, go-to-k/cdkd), and it
        # wants the required parameters again (terraform-provider-aws issue 22647). The type is
        # what terraform always sends along.
        for name in ("integration_type", "integration_subtype", "request_parameters"):
            if name in wanted:
                request[name] = wanted[name]
    return convert.to_aws(request)


def predicted(
    wanted: dict[str, Any],
    live: dict[str, Any] | None = None,
    protocol: str | None = None,
) -> dict[str, Any]:
    """Return the fields that AWS will read back once the wanted ones are applied.

    Args:
        wanted: The fields as `wanted` returns them.
        live: The integration as it is, if it exists.
        protocol: The API's protocol, or None where it can't be known yet: what depends on it then
            is a placeholder.
    """
    result = dict(wanted)
    # Of what can't be set, AWS keeps what it has; only a new type changes what it fills in.
    if live and live.get("integration_type") == wanted.get("integration_type"):
        kept = [name for name in fields.BY_NAME if name not in fields.SETTABLE and name in live]
        return result | {name: live[name] for name in kept}
    for name, field in fields.BY_NAME.items():
        if name not in result:
            value = _filled_in(field, wanted, protocol)
            if live:
                value = _after_change_of_type(name, value, live.get(name))
            if value is not None:
                result[name] = value
    return result


def unmet(given: dict[str, Any], wanted: dict[str, Any], live: dict[str, Any]) -> list[str]:
    """Return the names of the given fields in which what AWS answers is not what was wanted."""
    return [
        name
        for name in fields.SETTABLE
        if given.get(name) is not None and wanted.get(name) != live.get(name)
    ]


def equal(given: dict[str, Any], live: dict[str, Any]) -> bool:
    """Tell whether a live integration equals what is asked for in every given field."""
    return all(
        _settle(field, given[name], live.get(name)) == live.get(name)
        for name, field in fields.SETTABLE.items()
        if given.get(name) is not None
    )


def as_created(given: dict[str, Any], protocol: str | None) -> dict[str, Any]:
    """Return every settable field of the integration that a create would make, AWS's defaults included.

    Args:
        given: Fields as an SLS gives them.
        protocol: The API's protocol.
    """
    created = predicted(wanted(given), None, protocol)
    return {name: value for name, value in created.items() if name in fields.SETTABLE}


def differences(created: dict[str, Any], live: dict[str, Any]) -> list[str]:
    """Return the settable fields in which a live integration differs from what a create would make."""
    return [name for name in fields.SETTABLE if (created.get(name) or None) != (live.get(name) or None)]


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
    """Return a sentence for each part of a change of which it is unknown whether AWS will do it."""
    return [one.sentence for one in removal.removals(wanted, live) if one.sentence]


def _settle(field: fields.Field, given: Any, live: Any) -> Any:
    """Return the value that a field shall have, or None for none."""
    if given is None:
        return live
    # A whole map may be bound to what is not known yet.
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
    """Replace the None of a key, which idem's ``ignore_changes`` puts there, by what is live."""
    live = live or {}
    return {
        key: live.get(key) if value is None else value
        for key, value in given.items()
        if value is not None or key in live
    }


def _as_sent(field: fields.Field, wanted: Any, live: Any, service: bool) -> Any:
    """Return the value of a member that turns the live value into the wanted one."""
    if field.removal is fields.Removal.KEY_BY_KEY and not service:
        return {**dict.fromkeys(live or {}, ""), **(wanted or {})}
    if field.removal is fields.Removal.CODE_BY_CODE:
        return {**{code: {} for code in live or {}}, **_with_emptied(wanted or {}, live or {})}
    return field.empty if wanted is None else wanted


# What depends on the type and may be filled in by AWS: the question that says what an update does.
_TYPE_CHANGE = {
    "integration_method": "type_change_method",
    "integration_response_selection_expression": "type_change_selection",
}


def _after_change_of_type(name: str, default: Any, live: Any) -> Any:
    """Return what AWS holds after an update has changed the type; a placeholder where that is open."""
    if name not in _TYPE_CHANGE or default == live:
        return default
    answers = {"kept": live, "refilled": default, None: placeholder(name)}
    return answers[evidence.answer(_TYPE_CHANGE[name])]


def _with_emptied(wanted: dict[str, dict], live: dict[str, dict]) -> dict[str, dict]:
    """Add the empty string for each destination that is removed, if that is known to remove it."""
    if not removal.empties_destinations():
        return wanted
    return {code: {**dict.fromkeys(live.get(code, {}), ""), **inner} for code, inner in wanted.items()}


def _filled_in(field: fields.Field, wanted: dict[str, Any], protocol: str | None) -> Any:
    """Return what AWS fills in for a field that is not set: a placeholder where that is open."""
    kind = wanted.get("integration_type")
    kinds = fields.TYPES if is_placeholder(kind) else (kind,)
    possible = {
        field.default(protocol=p, integration_type=k, service=is_service(wanted))
        for p in ([protocol] if protocol else fields.PROTOCOLS)
        for k in kinds
    }
    return possible.pop() if len(possible) == 1 else placeholder(field.name)

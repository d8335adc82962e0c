"""The life of an integration, as plain functions of plain dictionaries of AWS members."""

from __future__ import annotations

from typing import Any

from . import checks, mappings
from .behaviour import Behaviour
from .checks import HTTP, LONGEST_TIMEOUT, WEBSOCKET, WEBSOCKET_ONLY, is_service

__all__ = ["HTTP", "WEBSOCKET", "create", "is_service", "update", "with_defaults"]

Members = dict[str, Any]

_SELECTION = "IntegrationResponseSelectionExpression"

# What reads back for a member that is left out: recorded rows 25, 114, 137, 141 and 143; without a
# PayloadFormatVersion an HTTP API accepts no integration.
_DEFAULTS: dict[str, Members] = {
    HTTP: {"ConnectionType": "INTERNET", "TimeoutInMillis": LONGEST_TIMEOUT[HTTP]},
    WEBSOCKET: {
        "ConnectionType": "INTERNET",
        "TimeoutInMillis": LONGEST_TIMEOUT[WEBSOCKET],
        "PayloadFormatVersion": "1.0",
        "PassthroughBehavior": "WHEN_NO_MATCH",
    },
}
# Recorded rows 120 and 143: with a Lambda or another AWS URI.
_DEFAULT_METHOD = dict.fromkeys(("AWS", "AWS_PROXY"), "POST")
# Recorded rows 137, 141 and 143; only on a WebSocket API, and never of a proxy (row 145).
_DEFAULT_SELECTION = {
    "HTTP": "${integration.response.statuscode}",
    "MOCK": "${integration.response.statuscode}",
    "AWS": "${integration.response.body.errorMessage}",
}


def create(protocol: str, requested: Members, behaviour: Behaviour) -> Members:
    """Returns the integration that a CreateIntegration requests.

    Args:
        protocol (str): The ProtocolType of the API.
        requested (Members): The members that were sent.
        behaviour (Behaviour): The switches.

    Returns:
        Members: What is stored.
    """
    wanted = _checked(protocol, {}, requested, behaviour)
    # A mapping whose value is empty is dropped; the map that held it reads back (LocalStack's
    # AWS-validated test of request parameters, create-with-no-mapping).
    if requested.get("RequestParameters") and "RequestParameters" not in wanted:
        wanted["RequestParameters"] = {}
    return with_defaults(protocol, wanted)


def update(protocol: str, current: Members, patch: Members, behaviour: Behaviour) -> Members:
    """Returns the integration that results from an UpdateIntegration.

    Args:
        protocol (str): The ProtocolType of the API.
        current (Members): What is stored.
        patch (Members): The members that were sent.
        behaviour (Behaviour): The switches.

    Returns:
        Members: What is stored from now on.
    """
    wanted = _checked(protocol, current, patch, behaviour)
    filled = with_defaults(protocol, wanted)
    if behaviour.type_change_method == "kept" and not {"IntegrationMethod"} & {*current, *wanted}:
        filled.pop("IntegrationMethod", None)
    if behaviour.type_change_selection == "kept":
        return _with(filled, _SELECTION, current.get(_SELECTION))
    return filled


def with_defaults(protocol: str, members: Members) -> Members:
    """Adds what AWS reads back for members that were left out or can't be set.

    Args:
        protocol (str): The ProtocolType of the API.
        members (Members): The members of the integration.

    Returns:
        Members
    """
    kind = members.get("IntegrationType", "")
    complete = {**_DEFAULTS[protocol], **members}
    if kind in _DEFAULT_METHOD and not is_service(members):
        complete.setdefault("IntegrationMethod", _DEFAULT_METHOD[kind])
    selection = _DEFAULT_SELECTION.get(kind) if protocol == WEBSOCKET else None
    return _with(complete, _SELECTION, selection)


def _checked(protocol: str, current: Members, patch: Members, behaviour: Behaviour) -> Members:
    """Applies a patch to an integration and checks the result."""
    checks.check_patch(protocol, current, patch, behaviour)
    wanted = _merge(current, patch, behaviour)
    if not is_service(wanted):
        # The keys of a service integration are the parameters of its action.
        sent = patch.get("RequestParameters", {})
        if protocol == WEBSOCKET:
            mappings.check_websocket(sent)
        else:
            mappings.check_request(sent, wanted.get("RequestParameters", {}))
    mappings.check_response(patch.get("ResponseParameters", {}))
    _drop_ignored(protocol, wanted)
    checks.check_whole(protocol, wanted, bool(current), behaviour)
    return wanted


def _merge(current: Members, patch: Members, behaviour: Behaviour) -> Members:
    """Applies a patch to an integration; "" removes a string, maps have rules of their own."""
    # Recorded rows 11, 23, 127 and 129; terraform-provider-aws for the other strings.
    wanted = {**current, **patch}
    for member, merge in _MAPS.items():
        if member in patch:
            wanted[member] = merge(current, patch, behaviour)
    if patch.get("ContentHandlingStrategy") == "" and behaviour.empty_content_handling == "keeps":
        wanted["ContentHandlingStrategy"] = current.get("ContentHandlingStrategy", "")
    return {name: value for name, value in wanted.items() if value is not None and value != ""}


def _merge_request_parameters(current: Members, patch: Members, behaviour: Behaviour) -> Members | None:
    """Merges key by key; "" removes a key and `{}` nothing (probed, go-to-k/cdkd issue 1160)."""
    merges = behaviour.service_parameters == "merge" and is_service(current)
    keep = merges or not is_service(patch)
    kept = current.get("RequestParameters", {}) if keep else {}
    return _without_empty({**kept, **patch["RequestParameters"]}) or None


def _merge_request_templates(current: Members, patch: Members, behaviour: Behaviour) -> Members | None:
    """Replaces or merges; an empty template is a template (recorded row 141)."""
    sent, kept = patch["RequestTemplates"], current.get("RequestTemplates", {})
    if not sent:
        return None if behaviour.empty_request_templates == "clears" else kept or None
    return {**kept, **sent} if behaviour.request_templates == "merge" else sent


def _merge_response_parameters(current: Members, patch: Members, behaviour: Behaviour) -> Members | None:
    """Merges status code by status code; `{}` removes one (recorded row 140)."""
    sent, merged = patch["ResponseParameters"], dict(current.get("ResponseParameters", {}))
    if not sent and behaviour.empty_response_parameters == "clears":
        return None
    emptied = False
    for status, destinations in sent.items():
        kept = merged.pop(status, {}) if behaviour.response_destinations == "merge" else {}
        held = current.get("ResponseParameters", {}).get(status, {})
        merged[status] = {}
        if destinations:
            if behaviour.empty_destination == "keeps":
                gone = {
                    key: held[key] for key, value in destinations.items() if not value and key in held
                }
                destinations = {**destinations, **gone}
            merged[status] = _without_empty({**kept, **destinations})
            emptied = emptied or not merged[status]
    left = {status: destinations for status, destinations in merged.items() if destinations}
    # What is left of the map reads back as {} (LocalStack's AWS-validated test of status codes,
    # update-with-empty-will-remove).
    return left if left or emptied else None


def _merge_tls_config(current: Members, patch: Members, behaviour: Behaviour) -> Members | None:
    """Replaces; an empty structure removes it (terraform-provider-aws)."""
    return _without_empty(patch["TlsConfig"]) or None


_MAPS = {
    "RequestParameters": _merge_request_parameters,
    "RequestTemplates": _merge_request_templates,
    "ResponseParameters": _merge_response_parameters,
    "TlsConfig": _merge_tls_config,
}


def _without_empty(mapping: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in mapping.items() if value != ""}


def _drop_ignored(protocol: str, wanted: Members) -> None:
    """Drops the members that AWS accepts and never reads back."""
    # Of these, PassthroughBehavior: recorded row 138.
    ignored = list(WEBSOCKET_ONLY) if protocol == HTTP else []
    if is_service(wanted):
        # Recorded row 148.
        ignored += ("IntegrationMethod", "IntegrationUri")
    if wanted.get("ConnectionType") != "VPC_LINK":
        # Probed, go-to-k/cdkd issue 1602; recorded row 133.
        ignored.append("TlsConfig")
    for member in ignored:
        wanted.pop(member, None)


def _with(members: Members, name: str, value: Any) -> Members:
    rest = {key: item for key, item in members.items() if key != name}
    return rest if value is None else {**rest, name: value}

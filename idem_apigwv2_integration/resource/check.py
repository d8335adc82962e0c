"""Whether AWS will accept an integration, and if not, everything that is wrong with it at once.

Each problem is one sentence: the parameter, its value, the remedy.
"""

import re
from collections.abc import Iterable
from typing import Any

from idem_apigwv2_integration.resource import (
    comments,
    fields,
    judge,
    near,
    plan,
    refusals,
    removal,
    shape,
)
from idem_apigwv2_integration.resource.case import Case

RESOURCE_TYPE = comments.TYPE
FUNCTIONS = ("present", "absent", "search")
_NOT_AN_ID = re.compile("arn:|https?://")
# An ID is a segment of the path of a request: ".." would be one of another resource.
_IS_AN_ID = re.compile("[A-Za-z0-9_-]+")
# The ID within an API's ARN, the ARN of its invocations, and its URL.
_ID = re.compile(r"(?:/apis/|:execute-api:[^:]*:[^:]*:|//)(?P<id>[a-z0-9]+)(?:$|/|\.execute-api\.)")

# What an unknown argument may be meant to be, and which parameter that is; a read-only one is none.
_SUGGESTED = {
    **{name: name for name in ("name", "resource_id", "api_id", *fields.SETTABLE)},
    "integration_id": "resource_id",
    **dict.fromkeys(fields.READ_ONLY),
}


def problems(
    given: dict[str, Any],
    live: dict[str, Any] | None = None,
    protocol: str | None = None,
    unknown: Iterable[str] = (),
    held: dict[str, Any] | None = None,
    partial: bool = False,
) -> list[str]:
    """Return what is wrong with the integration that is wanted, a sentence each.

    Args:
        given: Fields as an SLS gives them.
        live: The integration as it is, in Idem's shape, if it exists. AWS checks the whole that results
            from a change, and so does this.
        protocol: The API's protocol, or None where it can't be known yet: then only what is wrong on
            every protocol is a problem. On a protocol that this version does not know, AWS decides.
        unknown: The names of arguments that are no parameters.
        held: What the ESM holds: Idem gives it for what an SLS leaves out.
        partial: Whether the integration exists and is not known: then only what is wrong whatever it
            has in the fields that are left out is a problem.
    """
    malformed = shape.problems(given)
    verdicts = _judged(given, live, protocol, malformed, held, partial)
    # An integration that is written for one protocol is meant for an API of that protocol.
    suited = [one.problems for one in verdicts if not one.misplaced]
    by_protocol = suited or [one.problems for one in verdicts]
    texts = [problem.text for problem in malformed]
    if by_protocol and all(by_protocol):
        texts += _on_every_protocol(by_protocol)
    texts = unknown_parameters(unknown) + texts
    if live and not texts:
        return removal.impossible(plan.wanted(given, live, protocol), live)
    return texts


def _on_every_protocol(by_protocol: list[list[shape.Problem]]) -> list[str]:
    """Return the sentences about what is wrong on each of some protocols."""
    by_paths: dict[tuple[shape.Path, ...], list[str]] = {}
    for problem in (problem for found in by_protocol for problem in found):
        by_paths.setdefault(problem.paths, []).append(problem.text)
    everywhere = [texts for texts in by_paths.values() if len(texts) == len(by_protocol)]
    return [refusals.joined(list(dict.fromkeys(texts))) for texts in everywhere or by_paths.values()]


def hints(
    given: dict[str, Any],
    protocol: str | None,
    live: dict[str, Any] | None = None,
) -> list[str]:
    """Return a sentence for each value that AWS may refuse, or ignores.

    Args:
        given: Fields as an SLS gives them, without a problem.
        protocol: The API's protocol, or None where it can't be known yet.
        live: The integration as it is, if it exists.
    """
    if protocol and protocol not in fields.PROTOCOLS:
        return [refusals.unknown_protocol(protocol)]
    by_protocol = [one.ignored + one.doubts for one in _judged(given, live, protocol, [], None)]
    return [text for text in by_protocol[0] if all(text in texts for texts in by_protocol)]


def ignored(given: dict[str, Any], live: dict[str, Any]) -> list[str]:
    """Return a sentence for each given field that AWS ignores.

    Args:
        given: Fields as an SLS gives them.
        live: The integration, which is as they want it.
    """
    (verdict,) = _judged(given, live, plan.protocol_of(live), shape.problems(given), None)
    return verdict.ignored


def malformed_sentences(given: dict[str, Any]) -> list[str]:
    """Return what is wrong with given values by themselves, a sentence each."""
    return [problem.text for problem in shape.problems(given)]


def nulls(given: dict[str, Any], ignored: Iterable[str] = ()) -> list[str]:
    """Return a sentence for each key of a map that has no value: nobody knows what it is to have.

    Args:
        given: Fields as an SLS gives them.
        ignored: What the SLS lists in ``ignore_changes``: Idem itself removes these values.
    """
    return [
        refusals.no_value(shape.shown(path), path[-1])
        for path in shape.nulls(given)
        if ":".join(map(str, path)) not in ignored
    ]


def identity_problems(name: Any, api_id: Any, resource_id: Any) -> list[str]:
    """Return what is wrong with the parameters that say which integration is meant."""
    found = [refusals.no_api()] if is_empty(api_id) else []
    for parameter, value in (("name", name), ("api_id", api_id), ("resource_id", resource_id)):
        if value is not None and not isinstance(value, str):
            found.append(refusals.wrong_type(parameter, value, "a string"))
    if isinstance(name, str) and not shape.is_text(name):
        found.append(refusals.no_text("name", name))
    if isinstance(api_id, str) and _NOT_AN_ID.match(api_id):
        within = _ID.search(api_id)
        return [*found, refusals.not_an_api_id(api_id, within["id"] if within else None)]
    ids = {"api_id": api_id, "resource_id": resource_id}
    known = {parameter: value for parameter, value in ids.items() if not plan.is_placeholder(value)}
    return found + malformed_ids(**known)


def malformed_ids(**ids: Any) -> list[str]:
    """Return a sentence for each parameter whose value is a string, but can be no ID."""
    return [
        refusals.not_an_id(parameter, value)
        for parameter, value in ids.items()
        if isinstance(value, str) and value and not _IS_AN_ID.fullmatch(value)
    ]


def is_empty(value: Any) -> bool:
    """Tell whether a parameter that names something has no value."""
    return value is None or value == ""


def absent_problems(name: Any, api_id: Any, resource_id: Any, unknown: Iterable[str]) -> list[str]:
    """Return what is wrong with the arguments of ``absent``, a sentence each.

    Args:
        name: The Idem name of the resource.
        api_id: The API, from the SLS or the ESM.
        resource_id: The integration to delete; None if it is not known.
        unknown: The names of arguments that are no parameters.
    """
    found = unknown_parameters(unknown)
    if is_empty(resource_id):
        return found
    if is_empty(api_id):
        return [*found, comments.api_required(name)]
    return found + identity_problems(name, api_id, resource_id)


def search_problems(
    name: Any, api_id: Any, resource_id: Any, given: dict[str, Any], unknown: Iterable[str]
) -> list[str]:
    """Return what is wrong with the arguments of ``search``, a sentence each.

    Args:
        name: The Idem name of the resource.
        api_id: The API.
        resource_id: The integration to find; None to find it by other parameters.
        given: The values to look for.
        unknown: The names of arguments that are no parameters.
    """
    found = identity_problems(name, api_id, resource_id)
    found += unknown_parameters(unknown) + malformed_sentences(given)
    if not resource_id and not given and not fields.READ_ONLY.keys() & set(unknown):
        found.append("A search needs resource_id, or parameters such as integration_uri.")
    return found


def function_problems(function: str) -> list[str]:
    """Return a sentence if the resource has no such state function."""
    if function in FUNCTIONS:
        return []
    return [refusals.not_one_of("function", function, FUNCTIONS, meant=near.meant(function, FUNCTIONS))]


def unknown_parameters(names: Iterable[str]) -> list[str]:
    """Return a sentence for each argument that is no parameter of the resource."""
    return [
        refusals.unknown_parameter(name, _SUGGESTED.get(near.meant(name, _SUGGESTED) or ""))
        for name in names
        if name not in fields.READ_ONLY
    ]


def read_only(names: Iterable[str]) -> list[str]:
    """Return a sentence for each argument that AWS alone sets, so that its value is ignored."""
    return [refusals.read_only(name) for name in names if name in fields.READ_ONLY]


def _judged(
    given: dict[str, Any],
    live: dict[str, Any] | None,
    protocol: str | None,
    malformed: list[shape.Problem],
    held: dict[str, Any] | None,
    partial: bool = False,
) -> list[judge.Verdict]:
    """Return a verdict for each protocol that the API may have."""
    candidates = fields.PROTOCOLS if protocol is None else (protocol,)
    broken = {path for problem in malformed for path in problem.paths}
    return [
        judge.judge(Case(given, live, live or held or {}, candidate, set(broken), partial))
        for candidate in candidates
        if candidate in fields.PROTOCOLS
    ]

"""Sentences about parameters: what is wrong with them, and what AWS may refuse or ignore.

Each begins with the parameter, or with its value as `display.Mask` shows it, and ends with the remedy.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from idem_apigwv2_integration.resource import display

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource.type import ResourceType


def parents_required(kind: ResourceType, name: str, missing: list[str]) -> str:
    """The SLS names a resource to delete without all that contains it: idem-aws's sentence."""
    return f"{missing} is required to delete {kind.name} '{name}'"


def unknown_parameter(kind: ResourceType, name: str, meant: str | None) -> str:
    where = "this function" if name in (*kind.settable, *kind.id_names) else kind.name
    return _ended(f"{name} is not a parameter of {where}: {_did_you_mean(meant) or 'leave it out'}")


def read_only(name: str) -> str:
    """A parameter is one that AWS alone sets; idem-aws's ``describe`` prints it."""
    return f"{name} is read-only: its value is ignored."


def missing(name: str, advice: str) -> str:
    return f"{name} is missing: {advice}."


def wrong_type(subject: str, found: str, expected: str) -> str:
    return f"{subject}, {found}: it must be {expected}."


def quoting(name: str, text: Any) -> str:
    """How to give `idem exec` a string that looks like a number.

    With quotes of two kinds in it, Idem would print the sentence with backslashes.
    """
    return f"A shell removes these quotes: put double quotes around the whole of {name}='{text}'."


def no_text(subject: str) -> str:
    """A string has half of a surrogate pair, which no request and no file can hold."""
    return f"{subject}: it has half of a surrogate pair; correct it."


def no_value(subject: str, key: Any) -> str:
    """A key of a map has YAML's null instead of a value."""
    removes = isinstance(key, str) and key.lower().startswith("remove:")
    value = """`"''"`, which removes the mapped name from the message""" if removes else "a value"
    return f"{subject} has no value: write {value}, or leave the key out."


def unresolvable(subject: str, references: list[str]) -> str:
    return (
        f"{subject} refers to {' and '.join(references)}: below a key with a colon, Idem can resolve "
        "only one reference; write the others as text."
    )


def wrong_length(subject: str, least: int, greatest: int) -> str:
    return f"{subject}: it must be {least} to {greatest} characters long."


def wrong_key(name: str, key: str, known: tuple[str, ...], meant: str | None) -> str:
    remedy = _did_you_mean(meant) or f"its keys are {', '.join(known)}"
    return _ended(f"{key} is not a key of {name}: {remedy}")


def not_one_of(
    subject: str,
    allowed: Iterable[str],
    scope: str = "",
    meant: str | None = None,
    instead: str | None = None,
) -> str:
    allowed = list(allowed)
    choices = allowed[0] if len(allowed) == 1 else f"one of {', '.join(allowed)}"
    remedy = instead or _did_you_mean(meant)
    where = f" {scope}" if scope else ""
    more = f"; {remedy}" if remedy else ""
    return _ended(f"{subject}: it must be {choices}{where}{more}")


def wrong(subject: str, reason: str) -> str:
    """A value is wrong for the reason that a rule gives."""
    return _ended(f"{subject}: {reason}")


def not_allowed(subject: str, reason: str, remedy: str) -> str:
    return f"{subject}: {reason}; {remedy}."


def not_supported(subject: str, other: str, this: str, remedy: str) -> str:
    return f"{subject}: only {other} supports it, and this is {this}; {remedy}."


def ignored(subject: str, reason: str) -> str:
    return f"{subject}: {reason}, so it is not sent."


def unchangeable(kind: ResourceType, subject: str, reason: str, lines: list[str]) -> str:
    return (
        f"{subject} on this {kind.label}: {reason}; "
        f"{f'write {_listed(lines)}, and ' if lines else ''}{display.how_to_replace(kind)}."
    )


def out_of_range(subject: str, least: int, greatest: int, unit: str, where: str) -> str:
    return f"{subject}: on {where} it must be {least} to {greatest} {unit}."


def wrong_status(name: str, code: str, least: int, greatest: int) -> str:
    return f"{name} has the key {code}: it must be an HTTP status code from {least} to {greatest}."


def wrong_keys(name: str, keys: list[str], form: str, where: str, remedy: str | None) -> str:
    they = "it" if len(keys) == 1 else "they"
    more = f"; {remedy}" if remedy else ""
    return f"{name} has {_keys(keys)}: on {where} {they} must have the form {form}{more}."


def forbidden_keys(name: str, keys: list[str], reason: str) -> str:
    return f"{name} has {_keys(keys)}: {reason}."


def repeated_keys(name: str, keys: list[str], what: str) -> str:
    return (
        f"{name} has {_keys(keys)}: AWS accepts one key for each {what}, whatever its "
        "letter case; keep one of them."
    )


def missing_parameters(
    action: str, missing: list[str], required: tuple[str, ...], similar: list[str]
) -> str:
    verb = "is" if len(missing) == 1 else "are"
    hint = f" It has {_keys(similar)}; names are case-sensitive." if similar else ""
    return (
        f"{', '.join(missing)} {verb} missing in request_parameters: {action} requires "
        f"{', '.join(required)}.{hint}"
    )


def unknown_value(subject: str, what: str, meant: str | None) -> str:
    guess = f" ({_did_you_mean(meant)})" if meant else ""
    return f"{subject}, which is not {what} that this version knows{guess}; AWS decides."


def unknown_key(action: str, key: str, meant: str | None) -> str:
    guess = f" ({_did_you_mean(meant)})" if meant else ""
    return (
        f"request_parameters has the key {key}, which is not a parameter "
        f"of {action} that this version knows{guess}; AWS decides."
    )


def wrong_source(source: str, roots: tuple[str, ...]) -> str:
    """A word with a ``$`` begins no source; part of a sentence."""
    meant = display.suggestion(source[1:], roots)
    guess = f"; {_did_you_mean(f'${meant}.')}" if meant and f"${meant}" != source else ""
    return f"{source} begins no source, which begins with {_or([f'${root}.' for root in roots])}{guess}"


def unknown_source(entry: str, source: str, meant: str) -> str:
    return f"{entry} refers to {source}; {_did_you_mean(meant)} AWS decides."


def unknown_protocol(protocol: str) -> str:
    return (
        f"The protocol of the API is {protocol!r}, which this version does not know: only types were "
        "checked, and AWS decides."
    )


def always_there(name: str, empty: Any, default: Any) -> str:
    return (
        f"{name} is {empty!r}: AWS would fill in {default!r}; write that value, or leave {name} out to "
        "keep the current value."
    )


def joined(sentences: list[str]) -> str:
    """Return one sentence for several about the same mistake, which begin alike."""
    if len(sentences) == 1:
        return sentences[0]
    subject, separator, _ = display.common_prefix(sentences).rpartition(": ")
    reasons = [sentence.removeprefix(subject + separator).rstrip(".") for sentence in sentences]
    return f"{subject}{separator}{'; '.join(reasons)}."


def removal(name: str, empty: Any) -> str:
    """What an SLS gives to remove a parameter; part of a sentence."""
    return f"`{name}: {json.dumps(empty)}`"


def no_parent(kind: ResourceType, name: str) -> str:
    (noun,) = (parent.noun for parent in kind.parents if parent.name == name)
    return f"{name} is missing: give the ID of the {noun} that the {kind.label} belongs to."


def not_an_api_id(value: str, api_id: str | None) -> str:
    remedy = (
        f"give the ID in it, {api_id!r}" if api_id else "give the API's ID, for example 'a1b2c3d4e5'"
    )
    return f"api_id is {value!r}, an ARN or a URL: {remedy}."


def not_an_id(parameter: str, value: str) -> str:
    """A string can be no ID, because AWS gives none of its form."""
    return (
        f"{parameter} is {display.shown(value)}: an ID consists of letters, digits, '_' and '-' only; "
        "correct it."
    )


def id_missing(kind: ResourceType) -> str:
    return f"resource_id is missing: set it to the ID of the {kind.label}."


def wrong_live(kind: ResourceType) -> str:
    return f"live is not the {kind.label} that {display.id_names(kind)} name: leave it out."


def no_criterion(example: str) -> str:
    return f"A search needs resource_id, or parameters such as {example}."


def _did_you_mean(meant: str | None) -> str | None:
    return f"did you mean {meant}?" if meant else None


def _keys(keys: list[str]) -> str:
    noun = "key" if len(keys) == 1 else "keys"
    return f"the {noun} {', '.join(keys)}"


def _ended(text: str) -> str:
    return text if text.endswith("?") else f"{text}."


def _or(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} or {parts[-1]}"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"

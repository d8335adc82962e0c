"""Which parts of an update remove something, and whether AWS is known to remove it.

What AWS does is a question of the evidence file; only the answers that are listed here remove.
"""

import dataclasses
from typing import Any

from idem_apigwv2_integration.resource import evidence, messages

_REMOVED = ("replace", "clears", "removes")


@dataclasses.dataclass(frozen=True)
class Removal:
    """Something that an update removes.

    Args:
        parameter: The parameter.
        parts: The keys that are removed from it; none if the whole parameter is removed.
        question: The question of the evidence file that decides whether AWS removes it.
    """

    parameter: str
    parts: tuple[str, ...]
    question: str

    @property
    def sentence(self) -> str | None:
        """What a user must know before the update; None if AWS is known to remove it."""
        asked = evidence.question(self.question)
        if asked.answer is None:
            return messages.may_stay(self.parameter, self.parts, asked.question)
        if asked.answer in _REMOVED:
            return None
        return messages.stays(self.parameter, self.parts, asked.source, asked.date)

    @property
    def impossible(self) -> bool:
        """Whether AWS is known not to remove it."""
        return evidence.answer(self.question) not in (None, *_REMOVED)


def impossible(wanted: dict[str, Any], live: dict[str, Any]) -> list[str]:
    """Return a sentence for each part of a change that AWS is known not to apply."""
    return [one.sentence for one in removals(wanted, live) if one.impossible and one.sentence]


def empties_destinations() -> bool:
    """Tell whether the empty string is known to remove a destination of a status code."""
    return evidence.answer("empty_destination") in _REMOVED


def removals(wanted: dict[str, Any], live: dict[str, Any]) -> list[Removal]:
    """Return what a change removes, where it depends on a question whether AWS removes it.

    Args:
        wanted: The fields as `plan.wanted` returns them.
        live: The integration as it is.
    """
    found = []
    templates = _missing("request_templates", wanted, live)
    if templates:
        question = "request_templates" if wanted.get("request_templates") else "empty_request_templates"
        found.append(Removal("request_templates", templates, question))
    parameters = _missing("request_parameters", wanted, live)
    if parameters and wanted.get("integration_subtype"):
        found.append(Removal("request_parameters", parameters, "service_parameters"))
    codes = wanted.get("response_parameters", {})
    destinations = tuple(
        f"{code}: {key}"
        for code, left in (codes.items() if isinstance(codes, dict) else ())
        for key in live.get("response_parameters", {}).get(code, {})
        if isinstance(left, dict) and key not in left
    )
    if destinations and not empties_destinations():
        found.append(Removal("response_parameters", destinations, "response_destinations"))
    if "content_handling_strategy" in live and "content_handling_strategy" not in wanted:
        found.append(Removal("content_handling_strategy", (), "empty_content_handling"))
    return found


def _missing(name: str, wanted: dict[str, Any], live: dict[str, Any]) -> tuple[str, ...]:
    # In a dry run, a whole map may be a placeholder.
    left = wanted.get(name, {})
    return tuple(sorted(set(live.get(name, {})) - set(left))) if isinstance(left, dict) else ()

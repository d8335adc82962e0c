"""The forms in which `idem-apigwv2` prints what it found: for people, pull requests, and programs."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator

from idem_apigwv2_integration.command import results
from idem_apigwv2_integration.command.results import State
from idem_apigwv2_integration.command.sentences import Level
from idem_apigwv2_integration.resource import display


@dataclasses.dataclass(frozen=True)
class Finding:
    """A sentence about a file, or about one of its states."""

    file: str
    state: str
    text: str
    line: int | None = None
    is_note: bool = False


def _text(states: list[State], planned: bool | None) -> list[str]:
    # rich takes a moment to import.
    from idem_apigwv2_integration.command import plan

    return plan.render(states, planned)


def _markdown(states: list[State], planned: bool | None) -> list[str]:
    """Return the plan as markdown: the summary, and the plan in a block that GitHub colours."""
    from idem_apigwv2_integration.command import plan

    lines = plan.render(states, planned, colours=False)
    body = lines[:-2]
    longest = max((len(ticks) for line in body for ticks in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    block = ["", f"{fence}diff", *body, fence] if body else []
    return [f"**{lines[-1]}**", *block]


def _json(states: list[State], planned: bool | None) -> list[str]:
    document = {
        "dry_run": planned,
        "summary": {action.word: number for action, number in results.counts(states).items()},
        "states": [
            {
                "type": state.kind,
                "function": state.function,
                "id": state.id,
                "action": state.action.word,
                "changes": state.changes,
                **{
                    f"{level.value}s": [text for one, text in state.sentences if one is level]
                    for level in Level
                },
            }
            for state in states
        ],
    }
    return json.dumps(document, indent=2).splitlines()


def _github(states: list[State], planned: bool | None) -> list[str]:
    # GitHub shows only the first ten annotations of each level.
    return [annotation("notice", results.summary(states, planned)), *_annotations(states)]


def _annotations(states: list[State]) -> Iterator[str]:
    for state in states:
        for level, text in state.sentences:
            name = "notice" if level is Level.NOTE else level.value
            yield annotation(name, text, title=f"{state.id} ({state.kind}.{state.function})")


def annotation(level: str, message: str, **properties: str | int) -> str:
    """Return an annotation of GitHub Actions: its level is ``error``, ``warning`` or ``notice``."""
    named = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in properties.items())
    return f"::{level}{' ' if named else ''}{named}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    """Return a text with what ends a part of an annotation escaped, as GitHub's toolkit does."""
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def failure(lines: list[str], form: str) -> list[str]:
    """Return what to print if there is nothing to read: the reason."""
    if form == "json":
        return [json.dumps({"error": "\n".join(lines)})]
    return [annotation("error", "\n".join(lines))] if form == "github" else lines


# How `verdict` prints a run, by the value of `--format`.
RUN: dict[str, Callable[[list[State], bool | None], list[str]]] = {
    "text": _text,
    "markdown": _markdown,
    "json": _json,
    "github": _github,
}


def _findings_text(findings: list[Finding], summary: str) -> list[str]:
    lines = []
    for one in findings:
        where = one.file if one.line is None else f"{one.file}:{one.line}"
        parts = (where, one.state, "note" if one.is_note else "", one.text)
        lines.append(": ".join(part for part in parts if part))
    return [display.printable(part) for line in (*lines, summary) for part in line.split("\n")]


def _findings_github(findings: list[Finding], summary: str) -> list[str]:
    lines = []
    for one in findings:
        found = {"file": one.file, "line": one.line, "title": one.state}
        level = "warning" if one.is_note else "error"
        lines.append(annotation(level, one.text, **{k: v for k, v in found.items() if v}))
    return [display.printable(line) for line in (*lines, annotation("notice", summary))]


def _findings_json(findings: list[Finding], summary: str) -> list[str]:
    found = [
        {
            "file": one.file,
            "line": one.line,
            "state": one.state or None,
            "level": "note" if one.is_note else "problem",
            "text": one.text,
        }
        for one in findings
    ]
    return json.dumps({"findings": found, "summary": summary}, indent=2).splitlines()


# How `validate` prints what it found, by the value of `--format`.
FINDINGS: dict[str, Callable[[list[Finding], str], list[str]]] = {
    "text": _findings_text,
    "json": _findings_json,
    "github": _findings_github,
}

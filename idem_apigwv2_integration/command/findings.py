"""What `idem-apigwv2 validate` has found, and the forms in which it is printed."""

import dataclasses
import json
from collections.abc import Callable

from idem_apigwv2_integration.command import formats
from idem_apigwv2_integration.resource import display


@dataclasses.dataclass(frozen=True)
class Finding:
    """A sentence about a file, or about one of its states."""

    file: str
    state: str
    text: str
    line: int | None = None
    is_note: bool = False


def _text(findings: list[Finding], summary: str) -> list[str]:
    lines = []
    for one in findings:
        where = one.file if one.line is None else f"{one.file}:{one.line}"
        parts = (where, one.state, "note" if one.is_note else "", one.text)
        lines.append(": ".join(part for part in parts if part))
    return [display.printable(part) for line in (*lines, summary) for part in line.split("\n")]


def _github(findings: list[Finding], summary: str) -> list[str]:
    lines = []
    for one in findings:
        found = {"file": one.file, "line": one.line, "title": one.state}
        level = "warning" if one.is_note else "error"
        lines.append(formats.annotation(level, one.text, **{k: v for k, v in found.items() if v}))
    return [display.printable(line) for line in (*lines, formats.annotation("notice", summary))]


def _json(findings: list[Finding], summary: str) -> list[str]:
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
FORMS: dict[str, Callable[[list[Finding], str], list[str]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
}

"""Where in an SLS file something is; lines are numbered from 1."""

from __future__ import annotations

import pathlib
import re


def _lines(file: str) -> tuple[str, ...]:
    try:
        return tuple(pathlib.Path(file).read_text(errors="replace").splitlines())
    except OSError:
        return ()


def find(file: str, state_id: str, sentence: str = "") -> int | None:
    """Return the line of a state, or of the parameter that a sentence about it begins with.

    None if the file, which is a template, does not have the ID as it is, or has it more than once.
    """
    lines = _lines(file)
    starts = _matching(lines, rf"(['\"]?){re.escape(state_id)}\1\s*:")
    if len(starts) != 1:
        return None
    (start,) = starts
    block = [line if line[:1] in (" ", "-", "#", "\t", "") else None for line in lines[start + 1 :]]
    end = block.index(None) if None in block else len(block)
    parameter = re.match(r"\w+", sentence)
    pattern = rf"\s*-\s+(['\"]?){re.escape(parameter[0])}\1\s*:" if parameter else "(?!)"
    found = _matching(lines[start + 1 : start + 1 + end], pattern)
    return start + 1 + (found[0] + 1 if len(found) == 1 else 0)


def find_tab(file: str) -> int | None:
    """Return the first line of a file that a tab indents."""
    return next((number + 1 for number in _matching(_lines(file), r" *\t")), None)


def _matching(lines: tuple[str, ...], pattern: str) -> list[int]:
    return [number for number, line in enumerate(lines) if re.match(pattern, line)]

"""What standard output can show: colours, and the characters of its encoding."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import rich.console

# How a plan and a map are written where the encoding has no such characters.
_PLAIN = str.maketrans({"→": "->", "±": "+/-", "…": "...", "│": "|", "├": "|", "└": "`", "─": "-"})

# GitHub Actions executes a line that begins with two colons, whatever its indentation.
_COMMAND = re.compile(r"\A((?:\x1b\[[\d;]*m|\s)*):(?=:)")


def console(colours: bool | None = None, width: int | None = None) -> rich.console.Console:
    """Return a console that writes into a string. Lines of text are not cut; a tree is, at a width.

    By default, it has colours if standard output is a terminal that has them.
    """
    # rich takes a moment to import, and not every command needs it.
    import rich.console

    return rich.console.Console(
        file=io.StringIO(),
        force_terminal=_has_colours() if colours is None else colours,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
        width=width,
    )


def printed(output: rich.console.Console) -> list[str]:
    """Return the lines that a console of `console` has written; GitHub Actions executes none of them."""
    lines = output.file.getvalue().rstrip("\n").split("\n")  # type: ignore[attr-defined]
    return [_COMMAND.sub(r"\1\\x3a", line) for line in lines]


def encodable(text: str) -> str:
    """Return a text with what standard output can't encode written in other characters."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "backslashreplace").decode(encoding)
    return text


def width(greatest: int) -> int:
    """Return the width for text: that of the terminal, if it is narrower."""
    return min(greatest, shutil.get_terminal_size().columns) if _is_terminal() else greatest


def _has_colours() -> bool:
    return _is_terminal() and not os.environ.get("NO_COLOR")


def _is_terminal() -> bool:
    # Without a standard output, Python has None there.
    return bool(sys.stdout and sys.stdout.isatty())

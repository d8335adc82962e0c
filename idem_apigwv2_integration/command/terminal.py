"""What standard output can show, and what a CI service does with it."""

import io
import os
import re
import shutil
import sys

import rich.console

# How a plan and a map are written where the encoding has no such characters.
_PLAIN = str.maketrans({"→": "->", "±": "+/-", "…": "...", "│": "|", "├": "|", "└": "`", "─": "-"})

# GitHub Actions executes a line that begins with two colons, whatever its indentation.
_COMMAND = re.compile(r"\A((?:\x1b\[[\d;]*m|\s)*):(?=:)")


def console(
    colours: bool | None = None, width: int | None = None, record: bool = False
) -> rich.console.Console:
    """Return a console that writes into a string. Lines of text are not cut; a tree is, at a width.

    By default, it has colours if standard output is a terminal that has them.
    """
    if colours is None:
        colours = _is_terminal() and not os.environ.get("NO_COLOR")
    return rich.console.Console(
        file=io.StringIO(),
        force_terminal=colours,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
        width=width,
        record=record,
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


def annotation(level: str, message: str, **properties: str | int | None) -> str:
    """Return an annotation of GitHub Actions: its level is ``error``, ``warning`` or ``notice``."""
    named = [f"{name}={_escaped(str(value), ':,')}" for name, value in properties.items() if value]
    return f"::{level}{' ' if named else ''}{','.join(named)}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    """Return a text with what ends a part of an annotation escaped, as GitHub's toolkit does."""
    for character in f"%\r\n{more}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _is_terminal() -> bool:
    # Without a standard output, Python has None there.
    return bool(sys.stdout and sys.stdout.isatty())

"""What Idem printed, in JSON, with its log around it."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from idem_apigwv2_integration.command import terminal
from idem_apigwv2_integration.resource import display

# The begin of a JSON object, on a line of its own or right behind another one. Lines of a log may begin
# with a brace as well.
_START = re.compile(r'^(?=\{\s*["}])', re.MULTILINE)
_NEXT = re.compile(r'\s*(?=\{\s*["}])')
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
# How many lines of an output that holds no results are repeated: Idem prints its errors there.
_MOST_LINES = 5


def decode(output: bytes) -> str:
    """Return an output as text. Windows PowerShell writes UTF-16, or a mark in front of UTF-8."""
    is_utf16 = output.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return output.decode("utf-16" if is_utf16 else "utf-8-sig", errors="replace")


def read(output: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in an output: Idem's log, on standard error, may be around them."""
    decoder, position = json.JSONDecoder(), 0
    while found := _NEXT.match(output, position) or _START.search(output, position):
        try:
            document, position = decoder.raw_decode(output, found.end())
        except ValueError as error:
            raise ValueError(f"The JSON in the input is incomplete: {error}.") from error
        yield document


def read_runs(output: str) -> list[dict[str, dict[str, Any]]]:
    """Return the results of the runs in an output: of each state by its tag.

    Raises:
        ValueError: There are none, or a part of them can't be read.
    """
    if not output.strip():
        raise ValueError("The input is empty: Idem printed nothing.")
    if found := [document for document in read(output) if holds_results(document)]:
        return found
    printed = [line.strip() for line in _ANSI.sub("", output).splitlines() if line.strip()]
    reason = "The input has no results of `idem state --output=json`. It ends with:"
    raise ValueError("\n  ".join([reason, *printed[-_MOST_LINES:]]))


def holds_results(data: Any) -> bool:
    """Return whether data are what a run of Idem returns."""
    return isinstance(data, dict) and all(
        isinstance(result, dict) and "result" in result for result in data.values()
    )


def failure(error: Exception, form: str) -> tuple[list[str], int]:
    """Return what to print about an input that can't be read, and the exit code.

    Args:
        form: The form of what is printed otherwise.
    """
    text = str(error)
    if isinstance(error, OSError):
        text = f"{error.filename or 'Standard input'} can't be read: {error.strerror}."
    elif isinstance(error, RecursionError):
        text = "The JSON in the input is nested too deeply."
    lines = [display.printable(line) for line in text.split("\n")]
    if form == "json":
        lines = [json.dumps({"error": "\n".join(lines)})]
    elif form == "github":
        lines = [terminal.annotation("error", "\n".join(lines))]
    return lines, 1

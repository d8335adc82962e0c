"""`idem-apigwv2 verdict`: what failed in a run, read from the JSON that `idem state` printed."""

import json
import re
from collections.abc import Iterator
from typing import Any

from idem_apigwv2_integration.resource import display

# The begin of a JSON object, on a line of its own or right behind another one. Lines of a log may begin
# with a brace as well.
_START = re.compile(r'^(?=\{\s*["}])', re.MULTILINE)
_NEXT = re.compile(r'\s*(?=\{\s*["}])')
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
# How many lines of an output that holds no results are repeated: Idem prints its errors there.
_MOST_LINES = 5
# A dry run executes `exec.run` as a run does, and Idem reports what it returns as a change every time.
_EXEC = "exec_|-"


def report(output: str, detailed: bool) -> tuple[list[str], int]:
    """Return what to print about a run, and the exit code.

    Args:
        output: What `idem state --output=json` printed, with or without log lines around it.
        detailed: Whether changes have an exit code of their own, 2.
    """
    try:
        results = read(output)
    except ValueError as error:
        return [display.printable(line) for line in str(error).splitlines()], 1
    failed = [(tag, result) for tag, result in results if result["result"] is not True]
    changed = [
        tag
        for tag, result in results
        if result["result"] is True and result.get("changes") and not tag.startswith(_EXEC)
    ]
    lines = [display.printable(line) for tag, result in failed for line in _failure(tag, result)]
    counts = {
        "failed": len(failed),
        "with changes": len(changed),
        "without changes": len(results) - len(failed) - len(changed),
    }
    summary = ", ".join(f"{number} {kind}" for kind, number in counts.items())
    lines.append(f"States: {len(results)} ({summary})")
    return lines, 1 if failed else 2 if changed and detailed else 0


def read(output: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the results of all states in an output, each with its tag.

    Raises:
        ValueError: There are none, or a part of them can't be read.
    """
    if not output.strip():
        raise ValueError("The input is empty: Idem printed nothing.")
    documents = [document for document in _documents(output) if _holds_results(document)]
    if documents:
        return [result for document in documents for result in document.items()]
    printed = [line.strip() for line in _ANSI.sub("", output).splitlines() if line.strip()]
    raise ValueError(
        "\n  ".join(
            [
                "The input has no results of `idem state --output=json`. It ends with:",
                *printed[-_MOST_LINES:],
            ]
        )
    )


def _documents(output: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in an output: Idem's log, on standard error, may be around them."""
    decoder, position = json.JSONDecoder(), 0
    while found := _NEXT.match(output, position) or _START.search(output, position):
        try:
            document, position = decoder.raw_decode(output, found.end())
        except RecursionError as error:
            raise ValueError("The JSON in the input is nested too deeply.") from error
        except ValueError as error:
            raise ValueError(f"The JSON in the input is incomplete: {error}.") from error
        yield document


def _holds_results(document: dict[str, Any]) -> bool:
    return all(isinstance(result, dict) and "result" in result for result in document.values())


def _failure(tag: str, result: dict[str, Any]) -> list[str]:
    kind, function = tag.partition("_|-")[0], tag.rpartition("_|-")[2]
    state_id, name = result.get("__id__"), result.get("name")
    named = f" ({name})" if name and name != state_id else ""
    comment = result.get("comment") or "no comment"
    parts = comment if isinstance(comment, list) else [comment]
    lines = [line for part in parts for line in str(part).splitlines() if line.strip()]
    return [f"Failed: {kind}.{function} {state_id}{named}", *(f"  - {line.strip()}" for line in lines)]

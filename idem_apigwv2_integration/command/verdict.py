"""`idem-apigwv2 verdict`: what failed in a run, read from the JSON that `idem state` printed."""

import json
import re
from typing import Any

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
        return [str(error)], 1
    failed = {tag: result for tag, result in results.items() if result["result"] is not True}
    changed = [
        tag
        for tag, result in results.items()
        if tag not in failed and result.get("changes") and not tag.startswith(_EXEC)
    ]
    lines = [line for tag, result in failed.items() for line in _failure(tag, result)]
    counts = {
        "failed": len(failed),
        "with changes": len(changed),
        "without changes": len(results) - len(failed) - len(changed),
    }
    summary = ", ".join(f"{number} {kind}" for kind, number in counts.items())
    lines.append(f"States: {len(results)} ({summary})")
    return lines, 1 if failed else 2 if changed and detailed else 0


def read(output: str) -> dict[str, dict[str, Any]]:
    """Return the results of the states by tag.

    Raises:
        ValueError: There are none.
    """
    if not output.strip():
        raise ValueError("The input is empty: Idem printed nothing.")
    # Idem prints the results last; its log, on standard error, may come before them.
    starts = [found.start() for found in re.finditer(r"^\{", output, re.MULTILINE)]
    if starts:
        try:
            results, _ = json.JSONDecoder().raw_decode(output, starts[-1])
        except json.JSONDecodeError as error:
            raise ValueError(f"The JSON in the input is incomplete: {error}.") from error
        if all(isinstance(result, dict) and "result" in result for result in results.values()):
            return results
    printed = [line.strip() for line in _ANSI.sub("", output).splitlines() if line.strip()]
    raise ValueError(
        "\n  ".join(
            [
                "The input has no results of `idem state --output=json`. It ends with:",
                *printed[-_MOST_LINES:],
            ]
        )
    )


def _failure(tag: str, result: dict[str, Any]) -> list[str]:
    kind, function = tag.partition("_|-")[0], tag.rpartition("_|-")[2]
    state_id, name = result.get("__id__"), result.get("name")
    named = f" ({name})" if name and name != state_id else ""
    comment = result.get("comment") or "no comment"
    parts = comment if isinstance(comment, list) else [comment]
    lines = [line for part in parts for line in str(part).splitlines() if line.strip()]
    return [f"Failed: {kind}.{function} {state_id}{named}", *(f"  - {line.strip()}" for line in lines)]

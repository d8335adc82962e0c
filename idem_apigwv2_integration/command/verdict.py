"""`idem-apigwv2 verdict`: what a run did, read from the JSON that `idem state` printed."""

import re
from typing import Any

from idem_apigwv2_integration.command import documents, formats, results
from idem_apigwv2_integration.command.results import Action
from idem_apigwv2_integration.command.sentences import Level
from idem_apigwv2_integration.resource import display

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
# How many lines of an output that holds no results are repeated: Idem prints its errors there.
_MOST_LINES = 5


def report(
    output: str, detailed: bool = False, strict: bool = False, form: str = "text"
) -> tuple[list[str], int]:
    """Return what to print about a run, and the exit code.

    Args:
        output: What `idem state --output=json` printed, with or without log lines around it.
        detailed: Whether changes have an exit code of their own, 2.
        strict: Whether a warning is a failure.
        form: How to print it: see `formats.RUN`.
    """
    try:
        states = [state for run in read(output) for state in results.read(run.items())]
    except RecursionError:
        return formats.failure([documents.TOO_DEEP], form), 1
    except ValueError as error:
        return formats.failure([display.printable(line) for line in str(error).splitlines()], form), 1
    actions = {state.action for state in states}
    warned = any(level is Level.WARNING for state in states for level, _ in state.sentences)
    lines = formats.RUN[form](states, results.is_planned(states))
    if Action.FAIL in actions or (strict and warned):
        return lines, 1
    return lines, 2 if detailed and actions - {Action.NOTHING} else 0


def read(output: str) -> list[dict[str, dict[str, Any]]]:
    """Return the results of the runs in an output: of each state by its tag.

    Raises:
        ValueError: There are none, or a part of them can't be read.
    """
    if not output.strip():
        raise ValueError("The input is empty: Idem printed nothing.")
    found = [document for document in documents.read(output) if _holds_results(document)]
    if found:
        return found
    printed = [line.strip() for line in _ANSI.sub("", output).splitlines() if line.strip()]
    raise ValueError(
        "\n  ".join(
            [
                "The input has no results of `idem state --output=json`. It ends with:",
                *printed[-_MOST_LINES:],
            ]
        )
    )


def _holds_results(document: dict[str, Any]) -> bool:
    return all(isinstance(result, dict) and "result" in result for result in document.values())

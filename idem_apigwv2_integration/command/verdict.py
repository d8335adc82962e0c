"""`idem-apigwv2 verdict`: what a run did, read from the JSON that `idem state` printed."""

import json
import re
import textwrap
from collections.abc import Callable, Iterator

from rich.text import Text

from idem_apigwv2_integration.command import idem_output, results, terminal
from idem_apigwv2_integration.command.results import Action, State
from idem_apigwv2_integration.command.sentences import Level

# How wide the sentences of a plan are, and where they begin.
_WIDTH = 80
_INDENT = " " * 6


def report(
    output: str, detailed: bool = False, strict: bool = False, form: str = "text"
) -> tuple[list[str], int]:
    """Return what to print about a run, and the exit code.

    Args:
        output: What `idem state --output=json` printed, with or without log lines around it.
        detailed: Whether changes have an exit code of their own, 2.
        strict: Whether a warning is a failure.
    """
    try:
        runs = idem_output.read_runs(output)
        states = [state for run in runs for state in results.read(run.items())]
        lines = FORMS[form](states, results.is_planned(states))
    except (RecursionError, ValueError) as error:
        return idem_output.failure(error, form)
    actions = {state.action for state in states}
    warned = any(level is Level.WARNING for state in states for level, _ in state.sentences)
    if Action.FAIL in actions or (strict and warned):
        return lines, 1
    return lines, 2 if detailed and actions - {Action.NOTHING} else 0


def plan(states: list[State], planned: bool | None, colours: bool | None = None) -> list[str]:
    """Return the lines of a plan: what changes, then what failed, then the summary.

    Args:
        planned: Whether it was a dry run; None if that is not known.
    """
    shown = [state for state in states if state.action is not Action.NOTHING or state.sentences]
    output = terminal.console(colours)
    for is_failure in (False, True):
        part = [state for state in shown if (state.action is Action.FAIL) is is_failure]
        for state in part:
            output.print(*_lines(state), sep="\n")
        if part:
            output.print()
    output.print(results.summary(states, planned))
    return terminal.printed(output)


def _lines(state: State) -> Iterator[Text]:
    # A line with an ID is never cut, so that a search for the ID finds it.
    head = Text(f"{state.action.symbol} {state.id}", style=state.action.style)
    yield head.append(f"  {state.kind}.{state.function}", style="dim")
    for change in state.changes:
        yield from _wrapped(change)
    for level, text in state.sentences:
        label = "" if level is Level.ERROR else f"{level.value}: "
        yield from _wrapped(f"{label}{text}", "yellow" if level is Level.WARNING else "")


def _wrapped(text: str, style: str = "") -> Iterator[Text]:
    lines = textwrap.wrap(
        text,
        terminal.width(_WIDTH),
        initial_indent=_INDENT,
        subsequent_indent=_INDENT + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return (Text(line, style=style) for line in lines)


def _markdown(states: list[State], planned: bool | None) -> list[str]:
    """Return the plan as markdown: the summary, and the plan in a block that GitHub colours."""
    *body, summary = plan(states, planned, colours=False)
    longest = max((len(ticks) for line in body for ticks in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    block = ["", f"{fence}diff", *body[:-1], fence] if body else []
    return [f"**{summary}**", *block]


def _json(states: list[State], planned: bool | None) -> list[str]:
    document = {
        "dry_run": planned,
        "summary": {action.word: number for action, number in results.count(states).items()},
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
    lines = [terminal.annotation("notice", results.summary(states, planned))]
    for state in states:
        title = f"{state.id} ({state.kind}.{state.function})"
        for level, text in state.sentences:
            name = "notice" if level is Level.NOTE else level.value
            lines.append(terminal.annotation(name, text, title=title))
    return lines


# How a run is printed, by the value of `--format`.
FORMS: dict[str, Callable[[list[State], bool | None], list[str]]] = {
    "text": plan,
    "markdown": _markdown,
    "json": _json,
    "github": _github,
}

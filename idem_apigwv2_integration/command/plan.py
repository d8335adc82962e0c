"""What a run changes, as text: a line for each state that changes something."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import rich.text

from idem_apigwv2_integration.command import results, terminal
from idem_apigwv2_integration.command.results import Action, State
from idem_apigwv2_integration.command.sentences import Level

_WIDTH = 80
_INDENT = " " * 6
_WARNING = "yellow"


def render(states: list[State], planned: bool | None, colours: bool | None = None) -> list[str]:
    """Return the lines of a plan: what changes, then what failed, then the summary.

    Args:
        planned: Whether it was a dry run; None if that is not known.
    """
    output = terminal.console(colours)
    failed = [state for state in states if state.action is Action.FAIL]
    others = [state for state in states if state.action is not Action.FAIL]
    parts = [_shown(others), _shown(failed), [rich.text.Text(results.summary(states, planned))]]
    for number, part in enumerate(filter(None, parts)):
        if number:
            output.print()
        for line in part:
            output.print(line)
    return terminal.printed(output)


def _shown(states: list[State]) -> list[rich.text.Text]:
    return [
        line
        for state in states
        if state.action is not Action.NOTHING or state.sentences
        for line in _lines(state)
    ]


def _lines(state: State) -> Iterator[rich.text.Text]:
    # A line with an ID is never cut, so that a search for the ID finds it.
    head = rich.text.Text(f"{state.action.symbol} {state.id}", style=state.action.style)
    yield head.append(f"  {state.kind}.{state.function}", style="dim")
    for change in state.changes:
        yield from _wrapped(change, "")
    for level, text in state.sentences:
        label = "" if level is Level.ERROR else f"{level.value}: "
        yield from _wrapped(f"{label}{text}", _WARNING if level is Level.WARNING else "")


def _wrapped(text: str, style: str) -> Iterator[rich.text.Text]:
    lines = textwrap.wrap(
        text,
        terminal.width(_WIDTH),
        initial_indent=_INDENT,
        subsequent_indent=_INDENT + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return (rich.text.Text(line, style=style) for line in lines)

"""`idem-apigwv2 verdict`: what a run did, read from the JSON that `idem state` printed."""

from idem_apigwv2_integration.command import formats, idem_output, results
from idem_apigwv2_integration.command.results import Action
from idem_apigwv2_integration.command.sentences import Level
from idem_apigwv2_integration.resource import display


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
    except RecursionError:
        return formats.failure([idem_output.TOO_DEEP], form), 1
    except ValueError as error:
        return formats.failure([display.printable(line) for line in str(error).splitlines()], form), 1
    actions = {state.action for state in states}
    warned = any(level is Level.WARNING for state in states for level, _ in state.sentences)
    lines = formats.RUN[form](states, results.is_planned(states))
    if Action.FAIL in actions or (strict and warned):
        return lines, 1
    return lines, 2 if detailed and actions - {Action.NOTHING} else 0

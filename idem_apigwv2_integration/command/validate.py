"""`idem-apigwv2 validate`: checks the integrations in rendered files with the plugin's own rules."""

import difflib
import re
import traceback
from typing import Any

from idem_apigwv2_integration.command import rendering
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import arguments as checks
from idem_apigwv2_integration.resource import bindings, display, messages, validate, values
from idem_apigwv2_integration.resource.declaration import Declaration
from idem_apigwv2_integration.resource.type import PROTOCOLS
from idem_apigwv2_integration.run import record

_API = "aws.apigatewayv2.api"
_API_BINDING = re.compile(rf"\$\{{{re.escape(_API)}:([^:{{}}]+):[^{{}}]+\}}")
# Arguments that Idem takes out of a state before it calls the function.
_CREDENTIALS = ("acct_profile", "acct_data")


def report(files: list[rendering.Rendered]) -> tuple[list[str], int]:
    """Return what to print about rendered files, and the exit code."""
    lines, problems, checked = [], 0, 0
    for rendered in files:
        found = [f"{rendered.file}: {sentence}" for sentence in rendered.problems]
        notes = [f"{rendered.file}: note: {sentence}" for sentence in rendered.notes]
        for state in rendered.states:
            where = f"{state.file}: {_label(state)}"
            wrong, hints = _checked(state, rendered.states)
            found += [f"{where}: {sentence}" for sentence in wrong]
            notes += [f"{where}: note: {sentence}" for sentence in hints]
            checked += state.type == INTEGRATION.name
        problems += len(found)
        lines += found + notes
    summary = f"{_count(checked, 'integration')} in {_count(len(files), 'file')} checked: "
    lines.append(summary + f"{_count(problems, 'problem')}.")
    printed = [display.printable(part) for line in lines for part in line.split("\n")]
    return printed, int(problems > 0)


def _checked(state: rendering.State, states: list[rendering.State]) -> tuple[list[str], list[str]]:
    """Return what `check_state` does; a fault of it must not keep other states from being checked."""
    try:
        return check_state(state, states)
    except Exception as error:
        traceback.print_exc()
        return [messages.crashed(type(error).__name__, str(error))], []


def check_state(state: rendering.State, states: list[rendering.State]) -> tuple[list[str], list[str]]:
    """Return what is wrong with a state, and what may be, a sentence each.

    Args:
        state: The state.
        states: All states of its file, among them those that declare APIs.
    """
    if state.type != INTEGRATION.name:
        near = difflib.get_close_matches(state.type, [INTEGRATION.name], cutoff=0.9)
        return [f"{state.type} is no resource type: did you mean {near[0]}?"] if near else [], []
    problems = checks.check_function(state.function)
    if problems:
        return problems, []
    predicted = {
        key: bindings.predict(value, values.placeholder)
        for key, value in record.without_idems_own(state.arguments).items()
        if key not in ("ctx", *_CREDENTIALS)
    }
    written = state.arguments | {"ignore_changes": state.ignored}
    declared = Declaration(INTEGRATION, predicted, written)
    if state.function == "absent":
        return declared.check_absent(), declared.notes
    if state.function == "search":
        return declared.check_search(), []
    problems = declared.check_identity() + declared.check_nulls()
    protocol = _protocol(state.arguments.get("api_id"), states)
    # Of an integration that exists, what the state leaves out stays as it is.
    partial = bool(declared.resource_id)
    report = validate.check(INTEGRATION, declared.given, protocol=protocol, partial=partial)
    problems += declared.check_names() + report.problems
    # Hints depend on the whole integration.
    hints = [] if problems or partial else report.ignored + report.hints
    return problems, declared.notes + hints


def _protocol(api_id: Any, states: list[rendering.State]) -> str | None:
    """Return the protocol of an API, if the file declares it."""
    bound = _API_BINDING.fullmatch(str(api_id))
    for state in states:
        if (state.type, state.function) != (_API, "present"):
            continue
        names = (state.id, state.arguments.get("name"))
        if bound[1] in names if bound else api_id and state.arguments.get("resource_id") == api_id:
            protocol = state.arguments.get("protocol_type")
            return protocol if protocol in PROTOCOLS else None
    return None


def _label(state: rendering.State) -> str:
    """Return the ID of a state, with the name that distinguishes states of one ID."""
    name = state.arguments.get("name")
    return state.id if name in (state.id, None) else f"{state.id} ({name})"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

"""`idem-apigwv2 validate`: checks the states in rendered files with the plugin's own rules."""

import difflib
import traceback
from collections.abc import Iterator
from typing import Any

from idem_apigwv2_integration.command import formats, line_numbers, references, rendering
from idem_apigwv2_integration.command.formats import Finding
from idem_apigwv2_integration.command.kinds import KINDS
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import display, messages, rule, validate, values
from idem_apigwv2_integration.resource.declaration import Declaration
from idem_apigwv2_integration.resource.type import API, API_NAMES, PROTOCOLS
from idem_apigwv2_integration.run import record

_FUNCTIONS = ("present", "absent", "search")
# Arguments that Idem takes out of a state before it calls the function.
_CREDENTIALS = ("acct_profile", "acct_data")


def report(
    files: list[rendering.Rendered],
    protocol: str | None = None,
    strict: bool = False,
    form: str = "text",
) -> tuple[list[str], int]:
    """Return what to print about rendered files, and the exit code.

    Args:
        protocol: The protocol of the APIs that the files do not declare.
        strict: Whether a note is a problem.
    """
    found = [one for rendered in files for one in _findings(rendered, protocol)]
    checked = [state.type for one in files for state in one.states if state.type in KINDS]
    noun = "integration" if {*checked} <= {INTEGRATION.name} else "state"
    problems = sum(not one.is_note for one in found)
    summary = f"{_count(len(checked), noun)} in {_count(len(files), 'file')} checked: "
    summary += f"{_count(problems, 'problem')}."
    return formats.FINDINGS[form](found, summary), int(problems > 0 or (strict and bool(found)))


def _findings(rendered: rendering.Rendered, protocol: str | None) -> Iterator[Finding]:
    """Return what was found in a file, problems first."""
    problems = [Finding(rendered.file, "", text) for text in rendered.problems]
    notes = [Finding(rendered.file, "", text, is_note=True) for text in rendered.notes]
    known = references.ids(rendered.states)
    for state in rendered.states:
        wrong, hints = _checked(state, rendered.states, known, protocol)
        for found, texts in (problems, wrong), (notes, hints):
            for text in texts:
                line = line_numbers.find(state.file, state.id, text)
                found.append(Finding(state.file, _label(state), text, line, found is notes))
    # Idem has a state twice that names two functions.
    return iter(dict.fromkeys(problems + notes))


def _checked(
    state: rendering.State,
    states: list[rendering.State],
    known: dict[str, list[str]],
    protocol: str | None,
) -> tuple[list[str], list[str]]:
    """Return what `check_state` does; a fault of it must not keep other states from being checked."""
    try:
        problems, notes = check_state(state, states, protocol)
        problems += [f"{name} is given more than once; keep one of them." for name in state.repeated]
        problems += references.problems(state, states)
        return problems, [*notes, *references.notes(state, known)]
    except Exception as error:
        traceback.print_exc()
        return [messages.crashed(type(error).__name__, str(error))], []


def check_state(
    state: rendering.State, states: list[rendering.State], protocol: str | None = None
) -> tuple[list[str], list[str]]:
    """Return what is wrong with a state, and what may be, a sentence each.

    Args:
        states: All states of its file, among them those that declare APIs.
        protocol: The protocol of APIs that the file does not declare.
    """
    kind = KINDS.get(state.type)
    if kind is None or state.function not in _FUNCTIONS:
        return _check_function(state), []
    predicted = {
        key: values.predict(value, values.placeholder)
        for key, value in record.without_idems_own(state.arguments).items()
        if key not in ("ctx", *_CREDENTIALS)
    }
    declared = Declaration(kind, predicted, state.arguments | {"ignore_changes": state.ignored})
    if state.function == "absent":
        return declared.check_absent(), declared.notes
    if state.function == "search":
        return declared.check_search(), []
    protocol = _protocol(state.arguments.get("api_id"), states) or protocol
    if protocol is None and kind.protocols:
        (protocol,) = kind.protocols
    # Of an integration that exists, what the state leaves out stays as it is.
    partial = bool(declared.resource_id)
    report = validate.check(declared, protocol=protocol, partial=partial)
    problems = declared.problems + report.problems
    # Hints depend on the whole integration.
    hints = [] if problems or partial else report.ignored + report.hints
    if protocol is None and not problems:
        hints += _protocol_matters(declared, partial)
    return problems, declared.notes + hints


def _check_function(state: rendering.State) -> list[str]:
    """Return why a state has no function of a resource type that is checked, if it was to have one."""
    named = f"{state.type}.{state.function}"
    if named in KINDS:
        functions = ", ".join(f"{named}.{one}" for one in _FUNCTIONS)
        return [f"{named} names no function: write one of {functions}."]
    if state.type in KINDS:
        fault = rule.not_one_of(state.function, _FUNCTIONS)
        return [display.end(f"function is {state.function!r}: {fault}")]
    near = difflib.get_close_matches(state.type, KINDS, cutoff=0.9)
    return [f"{state.type} is no resource type: did you mean {near[0]}?"] if near else []


def _protocol(api_id: Any, states: list[rendering.State]) -> str | None:
    """Return the protocol of an API, if the file declares it."""
    apis = (
        one.arguments
        | {"__id__": one.id, "state": API, "fun": one.function, "ignore_changes": one.ignored}
        for one in states
        if one.type == API
    )
    return record.declared_protocol(api_id, apis)


def _protocol_matters(declared: Declaration, partial: bool) -> list[str]:
    """Return a sentence if a rule that is broken on one protocol was not checked."""
    found = {
        protocol: validate.check(declared, protocol=protocol, partial=partial).problems
        for protocol in PROTOCOLS
    }
    wrong = [protocol for protocol, problems in found.items() if problems]
    if not wrong:
        return []
    return [
        f"it is right for {API_NAMES[other]} only, and the file does not declare its API; to check it, "
        f"give --protocol with {' or '.join(PROTOCOLS)}."
        for other in PROTOCOLS
        if other not in wrong
    ]


def _label(state: rendering.State) -> str:
    """Return the ID of a state, with the name that distinguishes states of one ID."""
    name = state.arguments.get("name")
    return state.id if name in (state.id, None) else f"{state.id} ({name})"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

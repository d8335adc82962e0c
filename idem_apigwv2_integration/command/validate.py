"""`idem-apigwv2 validate`: checks the states in rendered files with the plugin's own rules."""

import dataclasses
import difflib
import json
import traceback
from collections.abc import Callable, Iterator

from idem_apigwv2_integration.command import KINDS, references, terminal
from idem_apigwv2_integration.command.rendering import Rendered, State
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import display, messages, rule, validate, values
from idem_apigwv2_integration.resource.declaration import Declaration
from idem_apigwv2_integration.resource.type import API_NAMES, PROTOCOLS
from idem_apigwv2_integration.run import record

_FUNCTIONS = ("present", "absent", "search")


@dataclasses.dataclass(frozen=True)
class Finding:
    """A sentence about a file, or about one of its states."""

    is_note: bool
    text: str
    file: str
    state: str | None = None
    line: int | None = None


def report(
    files: list[Rendered], protocol: str | None = None, strict: bool = False, form: str = "text"
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
    return FORMS[form](found, summary), int(problems > 0 or (strict and bool(found)))


def _findings(rendered: Rendered, protocol: str | None) -> list[Finding]:
    """Return what was found in a file, problems first."""
    found = [Finding(False, text, rendered.file) for text in rendered.problems]
    found += [Finding(True, text, rendered.file) for text in rendered.notes]
    for state in rendered.states:
        problems, notes = _checked(state, rendered, protocol)
        for is_note, texts in (False, problems), (True, notes):
            for text in texts:
                found.append(Finding(is_note, text, state.file, state.label, state.line(text)))
    # Idem has a state twice that names two functions.
    return sorted(dict.fromkeys(found), key=lambda one: one.is_note)


def _checked(state: State, file: Rendered, protocol: str | None) -> tuple[list[str], list[str]]:
    """Return what `check_state` does; a fault of it must not keep other states from being checked."""
    try:
        problems, notes = check_state(state, file.states, protocol)
        problems += [f"{name} is given more than once; keep one of them." for name in state.repeated]
        problems += references.problems(state, file)
        return problems, [*notes, *references.notes(state, file)]
    except Exception as error:
        traceback.print_exc()
        return [messages.crashed(type(error).__name__, str(error))], []


def check_state(
    state: State, states: list[State], protocol: str | None = None
) -> tuple[list[str], list[str]]:
    """Return what is wrong with a state, and what may be, a sentence each.

    Args:
        states: All states of its file, among them those that declare APIs.
        protocol: The protocol of APIs that the file does not declare.
    """
    kind = KINDS.get(state.type)
    if kind is None or state.function not in _FUNCTIONS:
        return _check_function(state), []
    predicted = values.predict(state.arguments, values.placeholder)
    declared = Declaration(kind, predicted, state.chunk)
    if state.function == "absent":
        return declared.check_absent(), declared.notes
    if state.function == "search":
        return declared.check_search(), []
    declaring = [one.chunk for one in states]
    protocol = record.declared_protocol(state.arguments.get("api_id"), declaring) or protocol
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


def _check_function(state: State) -> list[str]:
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


def _protocol_matters(declared: Declaration, partial: bool) -> Iterator[str]:
    """Yield a sentence if a rule that is broken on one protocol was not checked."""
    right = [
        protocol
        for protocol in PROTOCOLS
        if not validate.check(declared, protocol=protocol, partial=partial).problems
    ]
    for protocol in right if len(right) < len(PROTOCOLS) else ():
        yield (
            f"it is right for {API_NAMES[protocol]} only, and the file does not declare its API; to "
            f"check it, give --protocol with {' or '.join(PROTOCOLS)}."
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _text(findings: list[Finding], summary: str) -> list[str]:
    lines = []
    for one in findings:
        where = one.file if one.line is None else f"{one.file}:{one.line}"
        parts = (where, one.state, "note" if one.is_note else "", one.text)
        lines.append(": ".join(part for part in parts if part))
    return [display.printable(part) for line in (*lines, summary) for part in line.split("\n")]


def _json(findings: list[Finding], summary: str) -> list[str]:
    found = [
        {
            "file": one.file,
            "line": one.line,
            "state": one.state,
            "level": "note" if one.is_note else "problem",
            "text": one.text,
        }
        for one in findings
    ]
    return json.dumps({"findings": found, "summary": summary}, indent=2).splitlines()


def _github(findings: list[Finding], summary: str) -> list[str]:
    lines = [
        terminal.annotation(
            "warning" if one.is_note else "error",
            one.text,
            file=one.file,
            line=one.line,
            title=one.state,
        )
        for one in findings
    ]
    return [display.printable(line) for line in (*lines, terminal.annotation("notice", summary))]


# How what was found is printed, by the value of `--format`.
FORMS: dict[str, Callable[[list[Finding], str], list[str]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
}

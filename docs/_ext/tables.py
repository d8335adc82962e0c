"""The tables of the reference, generated from the code. Nothing here needs Sphinx."""

import ast
import json
import pathlib
import re
from typing import Any

import sources
import steps
from functions import PACKAGE, PARAMETERS
from packaging.requirements import Requirement

from idem_apigwv2_integration.aws import errors, limits, retry
from idem_apigwv2_integration.integration.actions import ACTIONS
from idem_apigwv2_integration.resource.display import capital
from idem_apigwv2_integration.resource.rule import Rule
from idem_apigwv2_integration.resource.type import (
    HTTP,
    PROTOCOLS,
    WEBSOCKET,
    Condition,
    Default,
    Ignored,
    Is,
    Not,
    ResourceType,
    When,
)
from probe import evidence

PROTOCOL = {HTTP: "HTTP", WEBSOCKET: "WebSocket"}

# The numbers of the page of retries.
NUMBERS = {
    "first_wait": f"{retry.FIRST_WAIT:g}",
    "longest_wait": f"{retry.LONGEST_WAIT:g}",
    "warn_after": f"{retry.WARN_AFTER:g}",
    "pace": f"{limits.RATE:g}",
    "saved": str(limits.SAVED),
    "first_window": str(limits.FIRST),
    "largest_window": str(limits.LARGEST),
}


def table(name: str, *about: ResourceType) -> str:
    """Return the table of a name, in markdown; its class is for the site's style sheet."""
    rows, *head = TABLES[name]
    lines = (f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows(*about)))
    return "\n".join([f'<div class="cards table-{name}">', "", *lines, "", "</div>"])


def rules_rows(kind: ResourceType) -> list[tuple[str, ...]]:
    """Return a row for each rule of a resource type, in markdown."""
    page = PARAMETERS[kind.name.rpartition(".")[2]]
    rows = [
        _rule_row(page, rule.name, _sentence(requirement(kind, rule).replace("|", "\\|")), rule)
        for rule in kind.rules
    ]
    return rows + [
        _rule_row(page, name, _sentence(f"not sent, because {one.reason}"), one)
        for name, field in kind.settable.items()
        for one in field.ignored
    ]


def _rule_row(page: str, name: str, text: str, where: Rule | Ignored) -> tuple[str, ...]:
    return (
        f"[`{name}`]({page}#{name})",
        text,
        conditions(where),
        _protocols(where.protocols),
        sources.linked(where.source),
    )


def lines_rows() -> list[tuple[str, ...]]:
    """Return a row for each file of the resources that were added to the first one, in markdown."""
    files = {
        "{}.py": "the `ResourceType`, with the field table, and what AWS allows, with sources",
        "states/aws/apigatewayv2/{}.py": "documentation, and a call for each function",
        "exec/aws/apigatewayv2/{}.py": "the same",
    }
    names = ("integration_response", "route_response")
    return [
        (f"`{path.format('…')}`: {what}", *(_size(PACKAGE / path.format(name)) for name in names))
        for path, what in files.items()
    ]


def _size(path: pathlib.Path) -> str:
    """Return how many lines a file has, and how many of them are docstrings of functions."""
    text = path.read_text()
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [one.body for one in ast.parse(text).body if isinstance(one, functions)]
    documented = sum((body[0].end_lineno or 0) - body[0].lineno + 1 for body in bodies)
    return f"{len(text.splitlines())} lines" + (f", {documented} of them docstrings" if bodies else "")


def actions_rows() -> list[tuple[str, ...]]:
    """Return a row for each service action, in markdown."""
    return [
        (f"`{name}`", codes(action.required), codes(action.optional) or "none")
        for name, action in ACTIONS.items()
    ]


def questions_rows() -> list[tuple[str, ...]]:
    """Return a row for each question about AWS without an answer, in markdown."""
    return [
        (_asked(one), _meaning(one, one.assumed), one.note or "")
        for one in evidence.questions().values()
        if one.answer is None
    ]


def answers_rows() -> list[tuple[str, ...]]:
    """Return a row for each question about AWS that was answered, in markdown."""
    return [
        (_asked(one), _meaning(one, one.answer), _source(one))
        for one in evidence.questions().values()
        if one.answer is not None
    ]


def edits_rows() -> list[tuple[str, ...]]:
    """Return for each question about AWS what a maintainer edits if the answer is another one."""
    return [
        (
            f"`{name}`",
            "; ".join(_place(place) for place in one.edit) or "nothing",
            _default_of(name, one),
        )
        for name, one in evidence.questions().items()
    ]


def _place(place: str) -> str:
    path, _, name = place.partition(": ")
    return f"`{path}`: `{name}`"


def _default_of(name: str, question: evidence.Question) -> str:
    if question.answers:
        return f"`behaviour.py`: `{name}`"
    return f"`errors.py`: `UNKNOWN`, `{name.removeprefix('text_')}`"


def moto_rows() -> list[tuple[str, ...]]:
    """Return a row for each question for which moto differs from AWS or the mock server."""
    recorded = json.loads((steps.RECORDED / "moto.json").read_text())["answers"]
    asked = evidence.questions()
    return [
        (
            _asked(asked[name]),
            _meaning(asked[name], asked[name].position),
            _meaning(asked[name], answer) if answer else "it accepts the request",
        )
        for name, answer in recorded.items()
        if answer != asked[name].position
    ]


def _asked(question: evidence.Question) -> str:
    # An ARN may hold asterisks.
    return capital(question.question).replace("*", "\\*")


def _meaning(question: evidence.Question, answer: str) -> str:
    return question.answers[answer] if question.answers else f"`{answer}`"


def _source(question: evidence.Question) -> str:
    parts = (question.source, question.date, question.region, question.sdk)
    return sources.linked(", ".join(part for part in parts if part))


# The kinds of failures that are retried, in the order of their table.
_RETRIED = (
    errors.Throttled,
    errors.Conflicting,
    errors.ListenerPending,
    errors.ResponseLost,
    errors.ResponseLate,
    errors.NotSent,
)


def retries_rows() -> list[tuple[str, ...]]:
    """Return a row for each kind of failure that is retried, in markdown."""
    return [(kind.label, f"{kind.budget:g} s") for kind in _RETRIED]


def versions_rows() -> list[tuple[str, ...]]:
    """Return a row for Python and for each required package."""
    setup = ast.unparse(ast.parse((steps.CHECKOUT / "setup.py").read_text()))
    pythons = re.findall(r"Programming Language :: Python :: (3\.\d+)", setup)
    lines = (steps.CHECKOUT / "requirements" / "base.txt").read_text().splitlines()
    packages = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return [("Python", ", ".join(pythons)), *map(_version_row, packages)]


def _version_row(package: Requirement) -> tuple[str, str]:
    bounds = {one.operator: one.version for one in package.specifier}
    versions = f"{bounds['>=']} or later" + (f", below {bounds['<']}" if "<" in bounds else "")
    found = re.fullmatch(r'python_version >= "(.*)"', str(package.marker or ""))
    return f"{package.name} on Python {found[1]} or later" if found else package.name, versions


def conditions(rule: Rule | Ignored) -> str:
    """Return when a rule holds, in markdown."""
    return _conditions(rule.when) or "always"


def _conditions(when: When) -> str:
    return " and ".join(_condition(*item) for item in when.items())


def default(default: Default) -> str:
    """Return what AWS fills in, and when, in markdown."""
    limits = []
    if len(default.protocols) < len(PROTOCOLS):
        limits.append(f"on {PROTOCOL[default.protocols[0]]} APIs")
    if default.when:
        limits.append(f"if {_conditions(default.when)}")
    return f"`{default.value}`" + (f" {', '.join(limits)}" if limits else "")


def requirement(kind: ResourceType, rule: Rule) -> str:
    """Return what a rule requires, in markdown."""
    text = rule.described
    if isinstance(kind.settable[rule.name].empty, dict):
        text = text.replace("must have a certain form", "every key needs a certain value")
    # The end of a message is shown in its place.
    subject = f"{rule.name}[…]" if " key" in text else rule.name
    happens = "pointed out" if rule.hint else "refused"
    text = re.sub("; otherwise: “(.*)”", rf"; otherwise {happens}: “{subject} is …: \1”", text)
    return f"{text}; only pointed out" if rule.hint and "pointed out" not in text else text


def codes(values: tuple[str, ...]) -> str:
    """Return a list of values, in markdown."""
    return ", ".join(f"`{value}`" for value in values)


def _protocols(protocols: tuple[str, ...]) -> str:
    return "all" if len(protocols) == len(PROTOCOLS) else PROTOCOL[protocols[0]]


def _condition(name: str, condition: Condition) -> str:
    if isinstance(condition, Is):
        return f"`{name}` {condition.value}"
    if condition == tuple(ACTIONS):
        return f"`{name}` is one of the [service actions](rules.md#service-actions)"
    if isinstance(condition, Not):
        return f"`{name}` is not {codes(condition.values)}"
    return f"`{name}` is {' or '.join(codes((value,)) for value in condition)}"


def _sentence(text: str) -> str:
    return f"{capital(text)}."


# The rows of each table, and what is above its columns.
TABLES: dict[str, tuple[Any, ...]] = {
    "rules": (rules_rows, "Parameter", "What must hold", "When", "APIs", "Source"),
    "actions": (actions_rows, "integration_subtype", "Required", "Optional"),
    "questions": (questions_rows, "Question", "What the mock server does", "Also known"),
    "answers": (answers_rows, "Question", "What AWS does", "Source"),
    "edits": (edits_rows, "Question", "In the package", "Default of the mock server"),
    "moto": (moto_rows, "Question", "AWS, or the mock server", "moto"),
    "retries": (retries_rows, "Failure", "Budget for each call"),
    "lines": (lines_rows, "What you write", "`integration_response`", "`route_response`"),
    "versions": (versions_rows, "Software", "Versions"),
}

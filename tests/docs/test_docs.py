"""Does what the pages say, and compares what is printed with what the pages show."""

import ast
import concurrent.futures
import inspect
import os
import re

import pytest
import says
import steps
import tables

import mock_server
from idem_apigwv2_integration.resource import (
    actions,
    comments,
    evidence,
    fields,
    messages,
    refusals,
    rules,
)

PACKAGE = steps.CHECKOUT / "idem_apigwv2_integration"
SPEAKING = [
    PACKAGE / "resource" / "check.py",
    *sorted((PACKAGE / "gateway").glob("*.py")),
    PACKAGE / "states/aws/apigatewayv2/integration.py",
    PACKAGE / "exec/aws/apigatewayv2/integration.py",
]
# Commands that install or fetch something.
SETUP = (
    "python3 -m venv .venv",
    ". .venv/bin/activate",
    "python -m pip install .",
)


@pytest.fixture(scope="session")
def followed(tmp_path_factory):
    """Return for each page the future of what its commands did: pages run side by side."""

    # pytest makes folders one at a time only: two threads at once may find its base folder missing.
    folders = {page: tmp_path_factory.mktemp("page") for page in steps.pages()}

    def follow(page: str) -> list[steps.Outcome]:
        with mock_server.MockServer() as server, steps.Reader(folders[page], server) as reader:
            return reader.follow(steps.read(page))

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        yield {page: pool.submit(follow, page) for page in steps.pages()}


@pytest.mark.parametrize("page", steps.pages())
def test_page_prints_what_it_shows(page, followed):
    outcomes = followed[page].result()
    for outcome in outcomes:
        wanted = int(outcome.step.options.get("exit", 0))
        assert outcome.code == wanted, f"{page}:{outcome.step.line}\n{outcome.output}{outcome.error}"
        assert "Traceback" not in outcome.error, outcome.error
    shown = [steps.recorded(page, number).read_text() for number in range(1, len(outcomes) + 1)]
    printed = [outcome.output for outcome in outcomes]
    assert steps.comparable(printed) == steps.comparable(shown), "run: python docs/record.py"


def test_nothing_is_recorded_that_no_page_shows():
    shown = {
        steps.recorded(page, number)
        for page in steps.pages()
        for number in range(1, sum(step.kind == "run" for step in steps.read(page)) + 1)
    }
    assert set(steps.RECORDED.rglob("*.ansi")) == shown


def test_every_fence_with_commands_is_run():
    for path in steps.DOCS.rglob("*.md"):
        for block in re.findall(
            r"^```(?:console|bash|sh|yaml|sls)\n.*?^```", path.read_text(), re.M | re.S
        ):
            raise AssertionError(f"{path.name}: use {{file}}, {{run}} or {{setup}}:\n{block}")


def test_setup_commands_are_known():
    for path in steps.DOCS.rglob("*.md"):
        page = path.relative_to(steps.DOCS).with_suffix("").as_posix()
        for step in steps.read(page):
            if step.kind == "setup":
                assert not set(step.commands) - set(SETUP), f"{page}:{step.line}"


@pytest.mark.parametrize("path", sorted({*steps.DOCS.rglob("*.md"), steps.CHECKOUT / "CONTRIBUTING.md"}))
def test_make_targets_exist(path):
    targets = set(re.findall(r"`make ([a-z-]+)`", path.read_text()))
    makefile = (steps.CHECKOUT / "Makefile").read_text()
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.M), target


# The tables


def test_every_field_has_its_row():
    for row, (name, field) in zip(tables.fields_rows(), fields.BY_NAME.items(), strict=True):
        names, protocols, default, removal, source = row
        assert names == f"`{name}`<br>`{field.member}`"
        assert (protocols == "both") is (len(field.protocols) == 2)
        assert source == field.source
        assert all(f"`{value.value}`" in default for value in field.defaults)
        assert (field.removal.value[1:] in removal) is field.settable


def test_every_rule_and_action_has_its_row():
    rows = tables.rules_rows()
    assert [row[0] for row in rows] == [f"`{rule.parameter}`" for rule in rules.RULES]
    assert [row[-1] for row in rows] == [rule.source for rule in rules.RULES]
    listed = {row[0]: row[1:] for row in tables.actions_rows()}
    for name, action in actions.ACTIONS.items():
        required, optional = listed[f"`{name}`"]
        assert all(f"`{parameter}`" in required for parameter in action.required)
        assert all(f"`{parameter}`" in optional for parameter in action.optional)


def test_each_question_is_in_one_table(evidence_says):
    asked = evidence.questions()
    opened = dict.fromkeys(asked)
    answered = {name: next(iter(one.answers)) for name, one in asked.items() if one.answers}
    for answers in ({}, opened, answered):
        evidence_says(**answers)
        known = [one for one in evidence.questions().values() if one.answer is not None]
        assert len(tables.answers_rows()) == len(known)
        assert len(tables.questions_rows()) == len(asked) - len(known)
        assert all(one.answers[one.answer] in str(tables.answers_rows()) for one in known if one.answers)
    page = (steps.DOCS / "inside" / "aws.md").read_text()
    for kind in ("questions", "answers", "moto"):
        assert f"{{code-table}} {kind}" in page
        head = getattr(tables, f"{kind.upper()}_HEAD")
        assert all(len(row) == len(head) for row in getattr(tables, f"{kind}_rows")())


def test_tables_and_functions_are_on_their_pages():
    page = (steps.DOCS / "reference" / "fields.md").read_text()
    for kind in ("fields", "rules", "actions"):
        assert f"{{code-table}} {kind}" in page
        head = getattr(tables, f"{kind.upper()}_HEAD")
        assert all(len(row) == len(head) for row in getattr(tables, f"{kind}_rows")())
    for page, path in (("states", SPEAKING[-2]), ("exec", SPEAKING[-1])):
        text = (steps.DOCS / "reference" / f"{page}.md").read_text()
        listed = re.search(r":members: (.*)", text)[1].split(", ")
        public = [
            node.name
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
        ]
        assert set(public) - {"is_pending", "pre_process_desired_state"} <= set(listed)


def test_every_field_is_in_the_tables_for_those_who_come_from_elsewhere():
    terraform = (steps.DOCS / "coming-from" / "terraform.md").read_text()
    cloudformation = (steps.DOCS / "coming-from" / "cloudformation.md").read_text()
    for name, field in fields.SETTABLE.items():
        assert re.search(rf"^\|.*`{name}[`:]", terraform, re.M), name
        assert re.search(rf"^\|.*`{field.member}[`:]", cloudformation, re.M), field.member


# The messages


def test_every_message_has_its_entry():
    helpers = {"shown", "removal", "joined"}
    speaking = {
        name
        for module in (messages, comments, refusals)
        for name, _ in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and name not in helpers
    }
    assert speaking <= {says.function(argument) for argument in says.arguments()}


@pytest.mark.parametrize("path", SPEAKING, ids=lambda path: path.stem)
def test_every_sentence_in_the_code_has_its_entry(path):
    known = [says.sentence(argument) for argument in says.arguments()]
    missing = [
        pattern
        for pattern in _sentences(ast.parse(path.read_text()))
        if not any(re.search(pattern, sentence) for sentence in known)
    ]
    assert missing == []


def _sentences(tree: ast.AST) -> list[str]:
    """Return patterns for the strings of a module that are for a user to read."""
    silent = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            silent.add(body[0].value)
        # Names of kinds, patterns and assertions are not for users.
        if isinstance(node, ast.ClassDef):
            silent |= {value for value in ast.walk(node) if isinstance(value, ast.Constant)} - {
                value
                for function in ast.walk(node)
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
                for value in ast.walk(function)
            }
        if isinstance(node, ast.JoinedStr):
            silent |= set(ast.walk(node)) - {node}
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("re.compile", "AssertionError"):
            silent |= set(ast.walk(node))
    found = []
    for node in ast.walk(tree):
        if node in silent:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            parts = [node.value]
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
        else:
            continue
        fixed = "".join(part or "" for part in parts)
        if len(fixed.split()) >= 3:
            found.append("".join(".*" if part is None else re.escape(part) for part in parts))
    return found


def test_no_page_names_this_machine():
    for path in steps.DOCS.rglob("*"):
        if path.suffix in (".md", ".ansi", ".py", ".svg") and "_build" not in path.parts:
            assert str(steps.CHECKOUT) not in path.read_text(), path

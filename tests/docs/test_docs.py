"""Follows the pages, and compares what is printed with what the pages show."""

import ast
import collections
import concurrent.futures
import contextlib
import inspect
import os
import pathlib
import re
import shutil
from collections.abc import Callable

import notation
import outputs
import pytest
import says
import steps
import yaml

import mock_server.scenarios
from idem_apigwv2_integration.resource import matching, messages

# One process follows all pages.
pytestmark = pytest.mark.xdist_group("pages")

PACKAGE = steps.CHECKOUT / "idem_apigwv2_integration"
SPEAKING = [
    *sorted((PACKAGE / "aws").glob("*.py")),
    PACKAGE / "states/aws/apigatewayv2/integration.py",
    PACKAGE / "exec/aws/apigatewayv2/integration.py",
]
# Here the sentences are in functions only; what stands outside of them is data.
CHECKING = [
    *(PACKAGE / f"resource/{name}.py" for name in ("declaration", "rule", "validate")),
    *(PACKAGE / f"integration/{name}.py" for name in ("actions", "mappings")),
]
# Pages with commands that need an account of AWS.
NOT_RUN = {"guides/ci.md"}
# The page that is followed from nothing, its install block included.
NEWCOMER = "start"
# What a fresh clone does not have.
NOT_CLONED = (".*", "_build", "__pycache__", "dist", "build", "*.egg-info", "htmlcov", "*.log")


# Each order has a home folder and a mock server of its own, which all of its pages share. By default
# there is one order: two threads begin at the ends of the menu, until they meet. With PAGES=both, as in
# `nox -s release`, all pages are followed in the order of the menu and in reverse, which takes twice
# as long.
ORDERS = ("menu", "reverse") if os.environ.get("PAGES") == "both" else ("ends",)


@pytest.fixture(scope="session")
def followed(tmp_path_factory, prepared_programs):
    """Return for each order, and each page, the future of what its commands did."""
    outcomes = {order: {page: concurrent.futures.Future() for page in steps.menu()} for order in ORDERS}
    # pytest makes folders one at a time only: two threads at once may find its base folder missing.
    folders = {
        (order, page): tmp_path_factory.mktemp("page") for order in ORDERS for page in steps.menu()
    }
    homes = {order: tmp_path_factory.mktemp("home") for order in ORDERS}
    servers = {order: mock_server.MockServer() for order in ORDERS}

    def follow(order: str, page: str) -> list[steps.Outcome]:
        if page == NEWCOMER and order == ORDERS[0]:
            return follow_from_nothing(folders[order, page], homes[order], page)
        with steps.Reader(
            folders[order, page], homes[order], servers[order], prepared_programs
        ) as reader:
            return reader.follow(steps.read(page))

    def follow_all(order: str, pages: collections.deque[str], take: Callable[[], str]) -> None:
        while pages:
            page = take()
            try:
                outcomes[order][page].set_result(follow(order, page))
            except BaseException as error:
                outcomes[order][page].set_exception(error)

    with contextlib.ExitStack() as stack:
        for server in servers.values():
            stack.enter_context(server)
        pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(2))
        queues = {order: collections.deque(steps.menu()) for order in ORDERS}
        for order, forwards in ((ORDERS[0], True), (ORDERS[-1], False)):
            pages = queues[order]
            pool.submit(follow_all, order, pages, pages.popleft if forwards else pages.pop)
        yield outcomes


def follow_from_nothing(folder: pathlib.Path, home: pathlib.Path, page: str) -> list[steps.Outcome]:
    """Follow a page in a copy of the checkout, with an environment that the page itself creates."""
    checkout = folder / "checkout"
    shutil.copytree(steps.CHECKOUT, checkout, ignore=shutil.ignore_patterns(*NOT_CLONED))
    with steps.Reader(folder, home, checkout=checkout, fresh=True) as newcomer:
        outcomes = newcomer.follow(steps.read(page))
    installed = checkout.glob(".venv/lib/*/site-packages/idem_apigwv2_integration")
    assert list(installed), "the page does not install the plugin"
    return outcomes


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("page", steps.pages())
def test_page_prints_what_it_shows(page, order, followed):
    outcomes = followed[order][page].result()
    for outcome in outcomes:
        where = f"{page}:{outcome.step.line}"
        assert outcome.code == outcome.step.expected, f"{where}\n{outcome.output}{outcome.error}"
        assert "Traceback" not in outcome.error, outcome.error
    shown = [steps.recorded(page, number).read_text() for number in range(1, len(outcomes) + 1)]
    printed = [outcome.output for outcome in outcomes]
    assert steps.comparable(printed) == steps.comparable(shown), "run: python docs/record.py"


def test_which_of_two_states_was_created_first_makes_no_difference_on_a_page():
    shown = ["Its resource_id is a1b2c3d.", "Its resource_id is e4f5g6h."]
    assert steps.comparable(shown) == steps.comparable(shown[::-1])
    assert steps.comparable(shown) != steps.comparable([shown[0], shown[0]])


def test_every_page_is_in_the_menu():
    assert sorted(steps.menu()) == steps.pages()


def test_no_two_pages_share_an_esm():
    # What is recorded in an ESM changes what later pages print. The page that everyone begins with and
    # the welcome page, which only has a dry run, use Idem's default.
    users = {
        (name, page)
        for page in steps.pages()
        for name in _run_names(page)
        if page not in ("index", NEWCOMER)
    }
    assert "cli" not in {name for name, _ in users}
    assert len({name for name, _ in users}) == len(users)


def _run_names(page):
    """Return the names of the ESMs that a page uses."""
    for step in steps.read(page):
        for command in step.commands:
            if found := re.search(r"--run-name=([\w-]+)", command):
                yield found[1]
            elif re.match(r"idem (state|refresh) ", command) and not re.search(
                r"--esm-plugin|\$ESM", command
            ):
                yield "cli"


def test_nothing_is_recorded_that_no_page_shows():
    shown = {
        steps.recorded(page, number)
        for page in steps.pages()
        for number in range(1, sum(step.kind == "run" for step in steps.read(page)) + 1)
    }
    assert set(steps.RECORDED.rglob("*.ansi")) == shown


def test_every_fence_with_a_file_or_commands_is_a_step():
    for path in steps.DOCS.rglob("*.md"):
        text = notation.GENERATED.sub("", path.read_text())
        for found in notation.FENCE.finditer(text):
            if found["language"] in ("bash", "sh", "yaml", "sls"):
                assert notation.kind(found) == "file", f"{path.name}: name the file:\n{found[0]}"


def test_every_scenario_is_used_by_a_page():
    used = {name for page in steps.pages() for name in re.findall(r"--scenario ([\w-]+)", _text(page))}
    assert used == set(mock_server.scenarios.names())


@pytest.mark.parametrize("page", steps.pages())
def test_yaml_files_are_yaml(page):
    for step in steps.read(page):
        if step.argument.endswith((".yaml", ".yml")):
            assert isinstance(yaml.safe_load(step.content), dict), step.argument


def _text(page):
    return (steps.DOCS / page).with_suffix(".md").read_text()


def test_only_pages_that_say_so_have_commands_that_no_test_runs():
    with_setup = {
        page.relative_to(steps.DOCS).as_posix()
        for page in steps.DOCS.rglob("*.md")
        if "```console setup" in page.read_text()
    }
    assert with_setup == {f"{NEWCOMER}.md", *NOT_RUN}


@pytest.mark.parametrize("page", steps.pages())
def test_an_output_has_the_states_that_its_page_shows(page):
    runs = [step for step in steps.read(page) if step.kind == "run"]
    for number, step in enumerate(runs, 1):
        shown = step.options.get("show", "").split()
        assert set(shown) <= set(outputs.states(steps.recorded(page, number).read_text())), step.line


def test_the_readme_shows_what_is_printed():
    text = (steps.CHECKOUT / "README.md").read_text()
    (printed,) = re.findall(r"^```text\n(.*?)^```", text, re.M | re.S)
    recorded = outputs.ANSI.sub("", steps.recorded("index", 2).read_text())
    assert printed.strip() in recorded
    (wanted,) = (step.content for step in steps.read("index") if step.kind == "file")
    assert wanted in text


@pytest.mark.parametrize("path", sorted({*steps.DOCS.rglob("*.md"), steps.CHECKOUT / "CONTRIBUTING.md"}))
def test_make_targets_exist(path):
    targets = set(re.findall(r"`make ([a-z-]+)`", path.read_text()))
    makefile = (steps.CHECKOUT / "Makefile").read_text()
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_the_internals_name_files_that_exist():
    named = {
        name
        for page in (steps.DOCS / "inside").glob("*.md")
        for name in re.findall(r"`([\w/]+(?:\.\w+|/))`", page.read_text())
        if "/" in name
    }
    roots = (steps.CHECKOUT, PACKAGE)
    assert [name for name in sorted(named) if not any((root / name).exists() for root in roots)] == []


# The messages


def test_every_message_has_its_entry():
    speaking = {
        name
        for module in (matching, messages)
        for name, _ in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
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


@pytest.mark.parametrize("path", CHECKING, ids=lambda path: path.stem)
def test_every_sentence_about_a_parameter_has_its_entry(path):
    known = [says.sentence(argument) for argument in says.arguments()]
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name != "described"
    ]
    missing = [
        pattern
        for function in functions
        for pattern in _sentences(function)
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
            pattern = "".join(".*" if part is None else re.escape(part) for part in parts)
            # What logging fills in.
            found.append(re.sub(r"%(\\\.\d)?[sdf]", ".*", pattern))
    return found


def test_no_page_names_this_machine():
    for path in steps.DOCS.rglob("*"):
        if path.suffix in (".md", ".ansi", ".py", ".svg") and "_build" not in path.parts:
            assert str(steps.CHECKOUT) not in path.read_text(), path

"""The pages that are generated from the code, and those that have to be complete."""

import ast
import dataclasses
import pathlib
import re
import sys

import functions
import parameters
import pytest
import sources
import steps
import tables

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.integration.actions import ACTIONS
from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.resource.rule import Required
from idem_apigwv2_integration.resource.type import Field, Removal
from idem_apigwv2_integration.route_response import ROUTE_RESPONSE

PACKAGE = steps.CHECKOUT / "idem_apigwv2_integration"
REFERENCE = steps.DOCS / "reference"


def described(name):
    """Return the part of the page of parameters about one of them."""
    return re.search(rf"^## {name}$(.*?)(?=^## |\Z)", parameters.page(INTEGRATION), re.M | re.S)[1]


def test_the_page_of_parameters_has_what_present_takes():
    text = (PACKAGE / "states/aws/apigatewayv2/integration.py").read_text()
    (present,) = (
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.AsyncFunctionDef) and node.name == "present"
    )
    taken = [argument.arg for argument in present.args.args if argument.arg not in ("hub", "ctx")]
    assert set(re.findall(r"^## (\w+)$", parameters.page(INTEGRATION), re.M)) == set(taken)
    assert set(parameters.descriptions(INTEGRATION)) == set(taken)
    assert "<!-- generated: parameters integration -->" in (REFERENCE / "parameters.md").read_text()


@pytest.mark.parametrize("kind", [INTEGRATION_RESPONSE, ROUTE_RESPONSE], ids=lambda kind: kind.noun)
def test_responses_have_pages_of_parameters(kind):
    page = parameters.page(kind)
    assert set(re.findall(r"^## (\w+)$", page, re.M)) == {"name", *kind.id_names, *kind.settable}


@pytest.mark.parametrize("name", INTEGRATION.settable)
def test_a_parameter_has_all_that_one_looks_for(name):
    field, text = INTEGRATION.settable[name], described(name)
    for title in ("Type", "Required", "Default", "Allowed values", "APIs", "Changing it", "Removing it"):
        assert f"**{title}:** " in text
    assert f"`{field.member}`" in text
    assert all(f"`{default.value}`" in text for default in field.defaults)
    assert field.removal is Removal.NEVER or f"`{name}: " in text
    assert len(field.protocols) == 2 or " only" in text
    assert sources.linked(field.source) in text
    for rule in INTEGRATION.rules:
        if rule.name == name and isinstance(rule, Required):
            assert not rule.when or f"if {tables.conditions(rule)}" in text


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        (INTEGRATION, "parameters"),
        (INTEGRATION_RESPONSE, "integration-response"),
        (ROUTE_RESPONSE, "route-response"),
    ],
    ids=lambda one: getattr(one, "noun", ""),
)
def test_every_rule_has_its_row(kind, page):
    rows = tables.rules_rows(kind)
    ignored = [(name, one.source) for name, field in kind.settable.items() for one in field.ignored]
    expected = [*((rule.name, rule.source) for rule in kind.rules), *ignored]
    assert [(row[0], row[-1]) for row in rows] == [
        (f"[`{name}`]({page}.md#{name})", sources.linked(source)) for name, source in expected
    ]


@pytest.mark.parametrize("page", ["terraform", "cloudformation"])
@pytest.mark.parametrize("kind", [INTEGRATION_RESPONSE, ROUTE_RESPONSE], ids=lambda kind: kind.noun)
def test_every_parameter_of_a_response_is_on_the_pages_of_other_tools(page, kind):
    text = (steps.DOCS / "coming-from" / f"{page}.md").read_text()
    table = text.partition(f"is `{kind.name}`:")[2].partition("</div>")[0]
    missing = [name for name in (*kind.id_names, *kind.settable) if not re.search(rf"\b{name}\b", table)]
    assert not missing


def test_every_action_has_its_row():
    listed = {row[0]: row[1:] for row in tables.actions_rows()}
    for name, action in ACTIONS.items():
        required, optional = listed[f"`{name}`"]
        assert all(f"`{parameter}`" in required for parameter in action.required)
        assert all(f"`{parameter}`" in optional for parameter in action.optional)


def test_every_source_has_an_address():
    kinds = (INTEGRATION, INTEGRATION_RESPONSE, ROUTE_RESPONSE)
    fields = [field for kind in kinds for field in kind.fields]
    ignored = [one for field in fields for one in field.ignored]
    named = {item.source for item in (*fields, *(one for kind in kinds for one in kind.rules), *ignored)}
    assert [source for source in named if not sources.is_known(source)] == [], "add it to sources.py"


def test_each_question_is_in_one_table(monkeypatch):
    asked = tables.evidence.questions()
    opened = dict.fromkeys(asked)
    answered = {name: next(iter(one.answers)) for name, one in asked.items() if one.answers}
    for answers in ({}, opened, answered):
        questions = asked | {
            name: dataclasses.replace(asked[name], answer=answer, source="a test", date="2026-01-01")
            for name, answer in answers.items()
        }
        monkeypatch.setattr(tables.evidence, "questions", lambda questions=questions: questions)
        known = [one for one in questions.values() if one.answer is not None]
        assert len(tables.answers_rows()) == len(known)
        assert len(tables.questions_rows()) == len(asked) - len(known)
        assert all(one.answers[one.answer] in str(tables.answers_rows()) for one in known if one.answers)


@pytest.mark.parametrize(
    ("page", "kind"), [("aws", "questions"), ("aws", "answers"), ("aws", "moto"), ("probe", "edits")]
)
def test_the_tables_of_questions_are_on_their_pages(page, kind):
    assert f"<!-- generated: {kind} -->" in (steps.DOCS / "inside" / f"{page}.md").read_text()
    rows, *head = tables.TABLES[kind]
    assert all(len(row) == len(head) for row in rows())


def test_an_address_is_made_of_the_number_of_an_issue():
    text = sources.linked("probed against AWS, go-to-k/cdkd issue 1160")
    assert text == (
        "probed against AWS, [go-to-k/cdkd issue 1160](https://github.com/go-to-k/cdkd/issues/1160)"
    )


@pytest.mark.parametrize("resource", functions.PARAMETERS)
@pytest.mark.parametrize("sub", functions.FUNCTIONS)
def test_nothing_of_a_docstring_gets_lost(sub, resource):
    page = functions.page(sub, resource)
    for name in functions.FUNCTIONS[sub]:
        docstring = functions.docstrings(sub, resource)[name]
        if name == "present":
            docstring = re.sub(r"^Args:.*?^(?=Request Syntax)", "", docstring, flags=re.M | re.S)
        words = re.sub(r"\.\. code-block:: \w+|^(Args|Returns):|^    Dict.*", "", docstring, flags=re.M)
        shown = set(re.findall(r"\w+", page))
        assert {word for word in re.findall(r"\w+", words) if word not in shown} <= {
            "Syntax",
            "Optional",
        }
        assert "::" not in page and "``" not in page.replace("```", "")


def test_tables_and_functions_are_on_their_pages():
    page = (REFERENCE / "rules.md").read_text()
    for name, *about in [
        ("rules", INTEGRATION),
        ("rules", INTEGRATION_RESPONSE),
        ("rules", ROUTE_RESPONSE),
        ("actions",),
    ]:
        words = [name, *(kind.name.rpartition(".")[2] for kind in about)]
        assert f"<!-- generated: {' '.join(words)} -->" in page
        rows, *head = tables.TABLES[name]
        assert all(len(row) == len(head) for row in rows(*about))
    for page in ("states", "exec"):
        text = (REFERENCE / f"{page}.md").read_text()
        for resource in ("integration", "integration_response", "route_response"):
            assert f"<!-- generated: functions {page} {resource} -->" in text
            public = {name for name in functions.docstrings(page, resource) if not name.startswith("_")}
            public -= {"is_pending", "pre_process_desired_state"}
            assert public == set(functions.FUNCTIONS[page])


def test_every_field_is_in_the_tables_for_those_who_come_from_elsewhere():
    terraform = (steps.DOCS / "coming-from" / "terraform.md").read_text()
    cloudformation = (steps.DOCS / "coming-from" / "cloudformation.md").read_text()
    for name, field in INTEGRATION.settable.items():
        assert re.search(rf"^\|.*`{name}[`:]", terraform, re.M), name
        assert re.search(rf"^\|.*`{field.member}[`:]", cloudformation, re.M), field.member


def test_the_files_that_pages_and_drawings_name_exist():
    texts = [*steps.DOCS.rglob("*.md"), *(steps.DOCS / "_pictures").glob("*.svg")]
    files = re.compile(r"(?<![\w/])(?:acct|aws|exec|resource|run|states|tool)/[\w/]+\.py")
    named = {(name, path.name) for path in texts for name in files.findall(path.read_text())}
    assert named
    assert [(name, where) for name, where in named if not (PACKAGE / name).exists()] == []


def test_the_required_versions_are_in_their_table():
    _, *packages = tables.versions_rows()
    lines = (steps.CHECKOUT / "requirements" / "base.txt").read_text().splitlines()
    assert len(packages) == len([line for line in lines if not line.startswith("#")])
    for name, versions in packages:
        assert re.fullmatch(r"[\w-]+( on Python [\d.]+ or later)?", name)
        assert re.fullmatch(r"[\d.]+ or later(, below \d+)?", versions)


def test_every_column_of_the_field_table_is_described():
    page = (steps.DOCS / "inside" / "add-a-field.md").read_text()
    (table,) = re.findall(r"^\| Column .*?(?=\n\n)", page, re.M | re.S)
    described = set(re.findall(r"`(\w+)`", "".join(row.split("|")[1] for row in table.splitlines())))
    assert described == {field.name for field in dataclasses.fields(Field)} - {"member"}


@pytest.mark.parametrize(
    ("module", "part"),
    [
        ("acct/crypto/init.py", "No acct_key provided, rendering plaintext acct_file"),
        ("idem/idem/acct.py", "No profiles found for '"),
        ("idem/idem/acct.py", "Could not find '"),
        ("idem/idem/rules/init.py", "Could not find function to enforce "),
        ("idem/idem/sls_source/init.py", "is not a dictionary"),
        ("idem/idem/req/seq/0010_esm.py", "not found in ESM."),
        ("idem/idem/rules/arg_resolver.py", "in the state returns."),
        ("idem/idem/tools.py", "is an invalid keyword argument for"),
        ("idem/esm/local.py", "is already active in process"),
    ],
)
def test_idem_prints_what_the_page_of_messages_quotes(module, part):
    (site,) = {path for path in map(pathlib.Path, sys.path) if (path / module).exists()}
    assert part in (site / module).read_text()
    section = (steps.DOCS / "messages.md").read_text().partition("## Messages from Idem")[2]
    assert part in section

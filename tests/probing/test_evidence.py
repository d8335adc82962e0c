"""What the probe knows of AWS, beside what the package and the mock server do."""

import ast
import dataclasses
import json
import pathlib

import pytest

import mock_server
from idem_apigwv2_integration.integration import INTEGRATION
from mock_server.errors import UNKNOWN
from probe import evidence
from probe_program import ROOT

QUESTIONS = evidence.questions()
SWITCHES = {name: one for name, one in QUESTIONS.items() if one.answers}
# About integration responses and route responses, which the probe does not create.
NOT_ASKED = {"response_maps", "other_response_keys", "empty_response_map"}
PACKAGE = ROOT / "idem_apigwv2_integration"


@pytest.mark.parametrize(("name", "question"), QUESTIONS.items())
def test_a_question_is_whole(name, question):
    assert question.question and question.assumed
    assert question.answers is None or question.assumed in question.answers
    if question.answer is not None:
        assert question.source and question.date and question.request and question.response


@pytest.mark.parametrize(("name", "question"), SWITCHES.items())
def test_the_mock_server_does_by_default_what_is_known_or_assumed(name, question):
    assert getattr(mock_server.Behaviour, name) == question.position


def test_the_mock_server_has_the_answers_as_positions():
    answers = {name: tuple(question.answers) for name, question in SWITCHES.items()}
    positions = mock_server.Behaviour.positions()
    assert {name: positions[name] for name in set(positions) - NOT_ASKED} == answers


def test_the_mock_server_has_the_texts_that_are_known_or_assumed():
    texts = {name: one.position for name, one in QUESTIONS.items() if not one.answers}
    assert texts == {f"text_{name}": text for name, text in UNKNOWN.items()}


@pytest.mark.parametrize(
    "place", sorted({place for question in QUESTIONS.values() for place in question.edit})
)
def test_what_to_edit_exists(place):
    path, name = place.split(": ")
    if path == "integration/fields.py":
        member, column = name.split(".")
        (field,) = (one for one in INTEGRATION.fields if one.member == member)
        assert column in {one.name for one in dataclasses.fields(field)}
    else:
        assert name in (PACKAGE / path).read_text()


def test_what_is_undocumented_in_the_field_table_is_a_question_without_an_answer():
    undocumented = [field.undocumented for field in INTEGRATION.fields if field.undocumented]
    clauses = {clause for one in undocumented for clause in (one.whole, one.key) if clause}
    asked = {
        question.question
        for question in QUESTIONS.values()
        if question.answer is None and any(place.endswith(".undocumented") for place in question.edit)
    }
    assert clauses == asked


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module


@pytest.mark.parametrize(
    ("folder", "foreign"),
    [
        (pathlib.Path(mock_server.__file__).parent, {"idem_apigwv2_integration", "probe"}),
        (PACKAGE, {"probe", "mock_server"}),
    ],
    ids=["mock server", "package"],
)
def test_neither_the_mock_server_nor_the_package_depends_on_the_other_or_on_the_probe(folder, foreign):
    names = {name.split(".")[0] for path in folder.rglob("*.py") for name in imported(path)}
    assert names and not names & foreign


def test_a_file_is_read_as_it_was_written(tmp_path):
    (tmp_path / "e.json").write_text(evidence.written(QUESTIONS, life=[]))
    assert evidence.read(tmp_path / "e.json") == QUESTIONS
    written = json.loads((tmp_path / "e.json").read_text())["questions"]
    assert written == json.loads(evidence.FILE.read_text())["questions"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"format": 2, "questions": {}}',
        '{"format": 1}',
        '{"format": 1, "questions": {"a": {}}}',
    ],
)
def test_what_is_no_evidence_file_is_refused(tmp_path, text):
    (tmp_path / "e.json").write_text(text)
    with pytest.raises(ValueError, match=r"e\.json is not an evidence file"):
        evidence.read(tmp_path / "e.json")


def test_an_impossible_answer_is_refused(tmp_path):
    asked = dict(QUESTIONS)
    asked["request_templates"] = dataclasses.replace(asked["request_templates"], answer="both")
    (tmp_path / "e.json").write_text(evidence.written(asked))
    with pytest.raises(ValueError, match="request_templates is 'both': it must be null or one of"):
        evidence.read(tmp_path / "e.json")

"""The evidence file."""

import dataclasses
import importlib.metadata
import pathlib

import pytest

from idem_apigwv2_integration.resource import evidence


def test_the_shipped_file_is_whole():
    asked = evidence.questions()
    for name, question in asked.items():
        assert question.question and question.assumed, name
        if question.answers is not None:
            assert question.assumed in question.answers, name
        if question.answer is not None:
            assert question.source and question.date and question.request and question.response, name


def test_a_file_is_read_as_it_was_written(tmp_path):
    (tmp_path / "e.json").write_text(evidence.written(evidence.questions()))
    assert evidence.read(tmp_path / "e.json") == evidence.questions()
    assert (tmp_path / "e.json").read_text() == evidence.FILE.read_text()


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
    asked = dict(evidence.questions())
    asked["request_templates"] = dataclasses.replace(asked["request_templates"], answer="both")
    (tmp_path / "e.json").write_text(evidence.written(asked))
    with pytest.raises(ValueError, match="request_templates is 'both': it must be null or one of"):
        evidence.read(tmp_path / "e.json")


def test_the_installed_package_has_it():
    """The plugin reads the file where it is installed; pip installed it from a wheel."""
    (shipped,) = [
        path
        for path in importlib.metadata.files("idem-apigwv2-integration")
        if path.name == "evidence.json"
    ]
    assert evidence.read(pathlib.Path(shipped.locate()))

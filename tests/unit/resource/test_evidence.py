"""The evidence file, and what the plugin's answers are made of."""

import dataclasses
import importlib.metadata
import pathlib

import pytest

from idem_apigwv2_integration.resource import evidence, plan, removal

MOCK = {"integration_type": "MOCK"}
QUEUE = {"integration_type": "AWS_PROXY", "integration_subtype": "SQS-SendMessage"}

# For each question about a removal: what is live, and what is wanted.
REMOVALS = {
    "request_templates": (
        MOCK | {"request_templates": {"a/b": "1", "c/d": "2"}},
        MOCK | {"request_templates": {"c/d": "2"}},
    ),
    "empty_request_templates": (MOCK | {"request_templates": {"a/b": "1"}}, MOCK),
    "empty_content_handling": (MOCK | {"content_handling_strategy": "CONVERT_TO_TEXT"}, MOCK),
    "service_parameters": (
        QUEUE | {"request_parameters": {"QueueUrl": "q", "MessageBody": "b", "DelaySeconds": "5"}},
        QUEUE | {"request_parameters": {"QueueUrl": "q", "MessageBody": "b"}},
    ),
    "response_destinations": (
        {"response_parameters": {"200": {"append:header.a": "1", "append:header.b": "2"}}},
        {"response_parameters": {"200": {"append:header.b": "2"}}},
    ),
}


def test_the_shipped_file_is_whole():
    asked = evidence.questions()
    assert set(REMOVALS) <= set(asked)
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


@pytest.mark.parametrize("name", REMOVALS)
def test_the_sentence_of_a_removal_follows_the_answer(evidence_says, name):
    live, wanted = REMOVALS[name]
    possible = evidence.question(name).answers
    for answer in (None, *possible):
        # Otherwise the plugin does not depend on what an update does to a destination that is left out.
        evidence_says(**{"empty_destination": None, name: answer})
        asked = plan.open_questions(wanted, live)
        refused = removal.impossible(wanted, live)
        if answer is None:
            (sentence,) = asked
            assert f"AWS does not document {evidence.question(name).question}" in sentence
            assert refused == []
        elif answer in ("replace", "clears", "removes"):
            assert asked == refused == []
        else:
            (sentence,) = refused
            assert "can't be removed by an update: AWS keeps it (a test, 2026-01-01)" in sentence
            assert "does not document" not in sentence


def test_a_destination_is_removed_with_the_empty_string_if_that_is_known_to_work(evidence_says):
    live, wanted = REMOVALS["response_destinations"]
    kept = {"append:header.b": "2"}
    evidence_says(response_destinations=None)
    assert plan.update_request(wanted, live) == {
        "ResponseParameters": {"200": {"append:header.a": "", **kept}}
    }
    assert plan.open_questions(wanted, live) == []
    for answer in (None, "keeps", "refused"):
        evidence_says(empty_destination=answer, response_destinations=None)
        assert plan.update_request(wanted, live) == {"ResponseParameters": {"200": kept}}
        assert plan.open_questions(wanted, live) != []


@pytest.mark.parametrize(
    ("answer", "method", "selection"),
    [
        (None, "integration_method_known_after_present", "known_after_present"),
        ("kept", None, "${integration.response.statuscode}"),
        ("refilled", "POST", "${integration.response.body.errorMessage}"),
    ],
)
def test_what_reads_back_after_a_change_of_type_follows_the_answer(
    evidence_says, answer, method, selection
):
    evidence_says(type_change_method=answer, type_change_selection=answer)
    live = plan.predicted(MOCK, None, "WEBSOCKET")
    wanted = {**live, "integration_type": "AWS", "integration_uri": "arn"}
    wanted = plan.wanted(wanted)
    read = plan.predicted(wanted, live, "WEBSOCKET")
    assert read.get("integration_method") == method
    assert read["integration_response_selection_expression"].endswith(selection)


def test_a_map_that_is_not_known_yet_removes_nothing():
    live, _ = REMOVALS["request_templates"]
    assert removal.removals(MOCK | {"request_templates": "x_known_after_present"}, live) == []
    live, _ = REMOVALS["response_destinations"]
    assert removal.removals({"response_parameters": "x_known_after_present"}, live) == []
    assert removal.removals({"response_parameters": {"200": "x_known_after_present"}}, live) == []

"""The rules against how AWS is known to respond, and against definitions that people wrote."""

import json
import pathlib

import pytest

import declared

DATA = pathlib.Path(__file__).parents[2] / "data"


def rows(name):
    return [json.loads(line) for line in (DATA / name).read_text().splitlines()]


KNOWN = rows("known-answers.jsonl")
DEFINITIONS = rows("definitions.jsonl")

# AWS refuses these, but only AWS can judge them: its next service action, or the next parameter of one,
# looks the same. They are passed on, and pointed out.
LEFT_TO_AWS = {
    "Kinesis unknown action": "did you mean Kinesis-PutRecord?",
    "Kinesis unknown parameter": "'InvalidParameter', which is not a parameter of Kinesis-PutRecord",
}


@pytest.mark.parametrize("row", KNOWN, ids=lambda row: f"{row['protocol']} {row['what']}")
def test_the_check_agrees_with_what_aws_answers(row):
    assert row["source"]
    found = declared.problems(row["params"], None, row["protocol"])
    if row["what"] in LEFT_TO_AWS:
        (hint,) = declared.hints(row["params"], row["protocol"])
        assert found == [] and LEFT_TO_AWS[row["what"]] in hint and "AWS decides" in hint
    elif row["aws"] == "takes":
        assert found == []
        assert declared.hints(row["params"], row["protocol"]) == []
    else:
        # One mistake, one sentence, which names the parameter.
        assert len(found) == 1
        assert any(name in found[0] for name in declared.FIELDS)
        assert row["aws"] == "refuses" or """`"''"`""" in found[0]


def test_every_known_answer_is_there():
    assert len(KNOWN) == 50
    assert {row["aws"] for row in KNOWN} == {"takes", "refuses", "takes, drops the mapping"}
    assert set(LEFT_TO_AWS) <= {row["what"] for row in KNOWN if row["aws"] == "refuses"}


@pytest.mark.parametrize("number", range(len(DEFINITIONS)))
def test_definitions_that_people_wrote(number):
    """``refused`` and ``pointed_out`` name the parameters at fault, a sentence each."""
    row = DEFINITIONS[number]
    found = declared.problems(row["params"], None, row["protocol"])
    hints = [] if found else declared.hints(row["params"], row["protocol"])
    for sentences, parameters in ((found, row["refused"]), (hints, row["pointed_out"])):
        assert len(sentences) == len(parameters), sentences
        for sentence, parameter in zip(sentences, parameters, strict=True):
            assert sentence.startswith(parameter), row["source"]


def test_every_definition_is_there():
    assert len(DEFINITIONS) == 257 and all(row["source"] for row in DEFINITIONS)
    # AWS accepted everything of terraform's acceptance tests, its own documents and what was deployed.
    accepted = ("hashicorp/terraform-provider-aws", "awsdocs/", "docs.aws.amazon.com", "go-to-k/cdkd")
    for row in DEFINITIONS:
        assert not (row["source"].startswith(accepted) and row["refused"]), row

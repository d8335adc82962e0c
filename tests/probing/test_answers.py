"""The probe finds the positions of servers that it has never seen."""

import dataclasses
import json
import random

import pytest

from idem_apigwv2_integration.resource import evidence
from mock_server import Behaviour, MockServer
from probe_program import Program

ASKED = {name: one for name, one in evidence.questions().items() if one.probed}
SWITCHES = {name: one for name, one in ASKED.items() if one.answers}
# Every position that is not the default one.
POSITIONS = [
    (name, answer) for name, one in SWITCHES.items() for answer in one.answers if answer != one.position
]


def found(program):
    return {name: one.answer for name, one in evidence.read(program.output).items() if one.probed}


def positions(behaviour):
    return {name: getattr(behaviour, name) for name in SWITCHES}


@pytest.fixture
def make(tmp_path):
    """Return a function that probes a server with some switches, and returns both."""

    def build(behaviour, prepare=lambda server: None):
        with MockServer(behaviour) as server:
            prepare(server)
            program = Program(server.url, tmp_path)
            assert program.here() == 0
            return program, server

    return build


def test_every_question_is_asked_or_not_to_be_probed():
    from probe.__main__ import ASKED as IN_PROBE

    assert set(IN_PROBE) == set(ASKED)
    fields = {field.name for field in dataclasses.fields(Behaviour)}
    assert {name for name, one in evidence.questions().items() if one.answers} <= fields


def test_the_default_positions(make):
    program, _ = make(Behaviour())
    assert found(program) == {name: one.position for name, one in ASKED.items()}


@pytest.mark.parametrize(("name", "answer"), POSITIONS)
def test_each_other_position(make, name, answer):
    behaviour = Behaviour(**{name: answer})
    # As long as a write holds the API, others that overlap conflict: long enough for a slow machine.
    program, _ = make(behaviour, lambda server: setattr(server.faults, "write_time", 0.05))
    assert {name: found(program)[name] for name in SWITCHES} == positions(behaviour)


def test_any_positions_on_a_server_with_short_pages_that_throttles(make, property_seed):
    chosen = random.Random(property_seed)
    behaviour = Behaviour(
        page_size=1,
        empty_pages=True,
        **{name: chosen.choice(list(one.answers)) for name, one in SWITCHES.items()},
    )

    def prepare(server):
        server.faults.write_time = 0.05
        server.faults.inject(
            kind="error",
            code="TooManyRequestsException",
            message="Too Many Requests",
            times=3,
            operation="GetIntegration",
        )
        server.faults.inject(kind="error", status=500, times=2, operation="UpdateIntegration", skip=70)

    program, _ = make(behaviour, prepare)
    assert {name: found(program)[name] for name in SWITCHES} == positions(behaviour)


def test_what_was_found_can_be_shipped(make, monkeypatch):
    """A user who sends the file changes facts, not code."""
    flipped = {name: list(one.answers)[-1] for name, one in SWITCHES.items()}
    program, _ = make(Behaviour(**flipped), lambda server: setattr(server.faults, "write_time", 0.05))
    monkeypatch.setattr(evidence, "FILE", program.output)
    evidence.questions.cache_clear()
    try:
        assert positions(Behaviour()) == flipped
        assert all(evidence.answer(name) == answer for name, answer in flipped.items())
    finally:
        monkeypatch.undo()
        evidence.questions.cache_clear()


def test_the_evidence_says_what_was_sent_and_received_and_no_more(make):
    program, server = make(Behaviour())
    text = program.output.read_text()
    assert "123456789012" not in text and "not-a-secret" not in text and "user/testing" not in text
    for asked in evidence.read(program.output).values():
        if asked.probed:
            assert asked.request and asked.response
            assert asked.region == "us-east-1" and asked.sdk.startswith("boto3 ") and asked.date
    ids = {call.resource_id for call in server.calls if call.resource_id} - {"nothere"}
    ids |= {call.api_id for call in server.calls if call.api_id}
    assert ids and not [one for one in ids if one in text]
    overlapping = json.loads(text)["questions"]["overlapping_writes"]["response"]
    assert [overlapping[size]["sent"] for size in ("2", "5", "10")] == [10, 15, 20]


def test_an_answer_that_a_response_does_not_give_stays_as_it_was(make, capsys):
    """AWS refuses to pass the role: that says nothing of the question."""
    program, _ = make(Behaviour(), lambda server: server.faults.deny("iam:PassRole"))
    assert evidence.read(program.output)["service_parameters"] == ASKED["service_parameters"]
    assert evidence.read(program.output)["wildcard_role"] == ASKED["wildcard_role"]
    assert "no answer  service_parameters" in capsys.readouterr().out


def test_what_differs_from_the_shipped_file_is_printed(make, capsys):
    make(Behaviour(service_parameters="merge"))
    assert "differs    service_parameters" in capsys.readouterr().out


def test_moto_is_as_it_was_recorded():
    from probe import moto

    recorded = json.loads(moto.RECORDED.read_text())
    assert moto.observed() == recorded, "record it again: python -m probe.moto"

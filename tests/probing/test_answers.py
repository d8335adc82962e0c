"""The probe finds the positions of servers that it has never seen."""

import json
import random
import re

import pytest

from mock_server import Behaviour, MockServer
from mock_server.errors import UNKNOWN
from probe import evidence
from probe_program import Program

ASKED = {name: one for name, one in evidence.questions().items() if one.probed}
SWITCHES = {name: one for name, one in ASKED.items() if one.answers}
# Every position that is not the default one.
POSITIONS = [
    (name, position)
    for name in SWITCHES
    for position in Behaviour.positions()[name]
    if position != getattr(Behaviour, name)
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
            assert program.here("--without-life") == 0
            return program, server

    return build


def test_every_question_is_asked_or_not_to_be_probed():
    from probe.__main__ import ASKED as IN_PROBE

    assert set(IN_PROBE) == set(ASKED)


def test_the_default_positions(make):
    program, _ = make(Behaviour())
    assert {name: found(program)[name] for name in SWITCHES} == positions(Behaviour())
    texts = {name.removeprefix("text_"): found(program)[name] for name in ASKED if name not in SWITCHES}
    assert texts == UNKNOWN


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
        **{name: chosen.choice(Behaviour.positions()[name]) for name in SWITCHES},
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


def test_the_report_says_what_was_sent_and_received_and_no_more(make):
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


def test_the_report_names_what_differs_from_what_is_known_and_what_to_edit(make, capsys):
    make(Behaviour(service_parameters="merge"))
    printed = capsys.readouterr().out
    (differing,) = re.findall(r"^differs    (\w+): .*\n(.*)\n(.*)$", printed, re.M)
    assert differing[0] == "service_parameters" and "evidence.json says: replace" in differing[1]
    assert differing[2].split("edit: ")[1] == (
        "integration/fields.py: RequestParameters.resent, the default of the mock server, evidence.json"
    )


def test_the_report_names_what_confirms_an_assumption(make, capsys):
    make(Behaviour())
    printed = capsys.readouterr().out
    new = dict(re.findall(r"^new        (\w+): .*\n.*\n *edit: (.*)$", printed, re.M))
    assert new["overlapping_writes"] == "evidence.json"
    assert new["response_destinations"] == (
        "integration/fields.py: ResponseParameters.removal, evidence.json"
    )


def test_moto_is_as_it_was_recorded():
    from probe import moto

    recorded = json.loads(moto.RECORDED.read_text())
    assert moto.observed() == recorded, "record it again: python -m probe.moto"

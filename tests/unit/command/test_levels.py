"""Which sentences of a state that succeeded are warnings."""

import pytest

from idem_apigwv2_integration.command import sentences
from idem_apigwv2_integration.command.sentences import Level

TYPE = "aws.apigatewayv2.integration"

ROUTINE = [
    f"Created {TYPE} 'it'",
    f"Would update {TYPE} 'it'",
    f"{TYPE} 'it' already exists",
    f"{TYPE} 'it' already absent",
    "Its resource_id is abc1234.",
    "Updated parameters: description",
    "request_parameters: removes append:header.a",
    "would sleep for 5 seconds",
    "successfully slept for 5 seconds",
]
NOTES = [
    "Adopted abc1234: it is unmanaged and equals what this state would create.",
    "The ESM records abc1234 for 'other', which is not in this run. If that state was renamed, keep it.",
    "The SLS gives no resource_id and the ESM records none: nothing was looked up.",
    "Would delete abc1234, which an earlier run replaced and could not delete.",
    "abc1234 is deleted with API a1b2c3d4e5, which quick create added it to.",
    "abc1234 would be deleted with integration def5678.",
    "AWS's response to the create was lost; abc1234, which it created, was found and kept.",
    "api_gateway_managed is read-only: its value is ignored.",
    "Which integration 'it' manages is known after the state that its resource_id refers to is applied.",
    "The result of it is known after the states that it refers to are applied.",
    "${a:b:c} is not resolved in an inverted run: nothing was looked up.",
    "abc1234 matches, but was deleted by a state of this run before this search.",
]
WARNINGS = [
    "Changed outside of Idem: description",
    "AWS's response to the create was lost. abc1234, also new and equal, may be a duplicate.",
    "abc1234, which an earlier run replaced, still exists. It is in use.",
    "The routes of the API can't be read: AWS refuses the deletion if a route targets the integration.",
]


@pytest.mark.parametrize("text", ROUTINE)
def test_what_every_state_says_is_left_out(text):
    assert sentences.classify(TYPE, [text]) == []


@pytest.mark.parametrize("text", NOTES)
def test_what_needs_nothing_to_be_done_is_a_note(text):
    assert sentences.classify(TYPE, [text]) == [(Level.NOTE, text)]


@pytest.mark.parametrize("text", WARNINGS)
def test_what_is_for_someone_to_look_at_is_a_warning(text):
    assert sentences.classify(TYPE, [text]) == [(Level.WARNING, text)]
    # What the sentences of other types mean is not known.
    assert sentences.classify("aws.s3.bucket", [text]) == [(Level.NOTE, text)]

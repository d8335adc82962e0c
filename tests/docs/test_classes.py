"""Which sentences of a state that succeeded are warnings, and which are only notes.

The sentences are those of the page of messages. One that is not listed here is a warning.
"""

import pytest
import says

from idem_apigwv2_integration.command import sentences
from idem_apigwv2_integration.command.sentences import Level
from idem_apigwv2_integration.integration import INTEGRATION

ENTRIES = says.arguments()
SENTENCES = dict(zip(says.anchors(ENTRIES), map(says.sentence, ENTRIES), strict=True))
ROUTINE = ["created", "updated", "deleted", "found", "absent", "identified", "parameters", "removed"]
NOTES = [
    *("adopted", "recorded-3", "nothing-known", "deposed", "with-its-api", "lost-and-found"),
    *("bound-id", "search-later", "not-searched", "found-deleted", "read-only"),
]
WARNINGS = [
    *("drifted", "gone", "equal", "similar", "recorded", "recorded-2", "duplicates", "maybe-twice"),
    *("may-stay", "routes-unseen", "still-deposed", "left-over", "ignored", "stale-id"),
    *("unknown-value", "unknown-key", "unknown-source", "unknown-protocol"),
]


@pytest.mark.parametrize("name", ROUTINE)
def test_what_the_plan_shows_anyway_is_routine(name):
    assert sentences.classify(INTEGRATION.name, [SENTENCES[name]]) == []


@pytest.mark.parametrize(
    ("level", "name"),
    [*((Level.NOTE, name) for name in NOTES), *((Level.WARNING, name) for name in WARNINGS)],
)
def test_what_needs_attention_is_a_warning_and_what_explains_is_a_note(level, name):
    text = SENTENCES[name]
    assert sentences.classify(INTEGRATION.name, [text]) == [(level, text)]
    # Which sentences of other types need attention is not known.
    assert sentences.classify("aws.s3.bucket", [text]) == [(Level.NOTE, text)]

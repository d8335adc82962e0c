"""The sentences that users of idem-aws compare."""

import pytest

import declared
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import display, messages


@pytest.fixture
def theirs(idem):
    """Return a function that calls one of idem-aws's own functions for messages."""

    def call(function, *more):
        functions = idem.hub.tool.aws.comment_utils
        said = functions[f"{function}_comment"](declared.NAME, "orders", *more)
        return said if isinstance(said, str) else said[0]

    return call


@pytest.mark.parametrize(
    "function, ours",
    [
        ("create", messages.created(INTEGRATION, "orders", dry_run=False)),
        ("would_create", messages.created(INTEGRATION, "orders", dry_run=True)),
        ("already_exists", messages.found(INTEGRATION, "orders")),
        ("update", messages.updated(INTEGRATION, "orders", dry_run=False)),
        ("would_update", messages.updated(INTEGRATION, "orders", dry_run=True)),
        ("delete", messages.deleted(INTEGRATION, "orders", dry_run=False)),
        ("would_delete", messages.deleted(INTEGRATION, "orders", dry_run=True)),
        ("already_absent", messages.absent(INTEGRATION, "orders")),
        ("get_empty", messages.empty(INTEGRATION, "Get", "orders")),
        ("list_empty", messages.empty(INTEGRATION, "List", "orders")),
    ],
)
def test_the_sentence_is_idem_awss(theirs, function, ours):
    assert ours == theirs(function)


def test_the_sentence_about_a_missing_api_is_idem_awss(theirs):
    assert messages.parents_required(INTEGRATION, "orders", ["api_id"]) == theirs(
        "missing_args_for_absent", ["api_id"]
    )


def test_the_id_is_a_sentence_of_its_own():
    assert messages.identified("f6g7h8i") == "Its resource_id is f6g7h8i."


@pytest.mark.parametrize("reason", ["GetX failed: denied", "GetX failed: denied. Wait a minute."])
def test_a_sentence_with_a_reason_ends_with_one_full_stop(reason):
    sentences = [
        messages.unreadable(INTEGRATION, {"api_id": "a1b2c3d4e5"}, reason),
        messages.routes_unseen(INTEGRATION, reason),
        messages.crashed("ValueError", reason),
    ]
    assert not [sentence for sentence in sentences if ".." in sentence or not sentence.endswith(".")]


@pytest.mark.parametrize(
    ("value", "shown"),
    [("x" * 118, repr("x" * 118)), ("x" * 119, f"'{'x' * 116}...")],
    ids=["as it is", "cut off"],
)
def test_a_value_is_shown_up_to_120_characters(value, shown):
    assert display.shown(value) == shown and len(shown) == 120


def test_several_duplicates_are_in_the_plural():
    assert messages.duplicates(["a", "b"]) == (
        "AWS's response to the create was lost. a, b, also new and equal, may be duplicates or belong "
        "to someone else: they were not changed; delete those that are not needed."
    )

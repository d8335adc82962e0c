"""The order in which states decide, and whose a resource is."""

import asyncio

import pytest

from idem_apigwv2_integration.run import ledger

KEY = (("us-east-1", ""), ("a1",), "i1")


def decide(*states):
    """Run states that decide about something, and return them in the order in which they did.

    Args:
        states: The position, what it decides about, how long it reads before, and whether that fails.
    """
    book, decided = ledger.Ledger(), []

    async def state(position, subjects, seconds=0.0, fails=False):
        with book.queue(subjects, position) as turn:
            await asyncio.sleep(seconds)
            if fails:
                raise ValueError
            await turn()
            decided.append(position)

    async def run():
        await asyncio.gather(*(state(*one) for one in states), return_exceptions=True)

    asyncio.run(run())
    return decided


def test_states_decide_in_the_order_of_the_sls():
    assert decide((2, "a"), (3, "a"), (1, "a")) == [1, 2, 3]


def test_a_state_waits_for_an_earlier_one_that_still_reads():
    assert decide((2, "a"), (1, "a", 0.05)) == [1, 2]


def test_a_state_does_not_wait_for_a_later_one():
    assert decide((2, "a", 0.05), (1, "a")) == [1, 2]


def test_a_state_does_not_wait_for_one_that_decides_about_something_else():
    assert decide((2, "a"), (1, "b", 0.05)) == [2, 1]


def test_a_state_waits_for_all_that_decide_about_one_of_its_subjects():
    assert decide((3, "ab"), (2, "b", 0.05), (1, "a", 0.02)) == [1, 2, 3]


def test_a_state_that_fails_is_waited_for_no_longer():
    assert decide((2, "a"), (1, "a", 0.02, True)) == [2]


@pytest.fixture
def book():
    return ledger.Ledger()


def test_the_first_claim_holds(book):
    assert book.claim(KEY, "one") is None
    assert book.claim(KEY, "one") is None
    assert book.claim(KEY, "two") == "one"
    assert book.owners == {KEY: "one"}


def test_a_state_finds_what_it_has_created_until_it_is_deleted(book):
    book.add(KEY, "one")
    assert book.created == {"one": KEY}
    book.delete(KEY, "two", {"resource_id": "i1"})
    assert book.created == {}
    assert book.owners == {KEY: "two"} and book.deleted == {KEY: {"resource_id": "i1"}}

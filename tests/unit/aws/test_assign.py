import itertools

import pytest

from idem_apigwv2_integration.aws import operation, write
from idem_apigwv2_integration.integration import INTEGRATION

WHERE = operation.Collection(INTEGRATION, ("api",))


def create_with(is_equal, before):
    one = write.Create(None, write.Known(), WHERE, None, None)
    one.is_equal, one.before = is_equal, before
    return one


def create(*before):
    """Return a create that saw integrations before its request."""
    return create_with(lambda payload: True, set(before))


def assigned(creates, *ids):
    payloads = [{"IntegrationId": one} for one in ids]
    return {
        creates.index(owner): payload["IntegrationId"]
        for owner, payload in write.assign(creates, payloads).items()
    }


@pytest.mark.parametrize("order", itertools.permutations([(), ("a",), ("a", "b")]))
@pytest.mark.parametrize("ids", itertools.permutations("abc"))
def test_each_gets_the_one_that_only_it_can_have_created(order, ids):
    found = assigned([create(*before) for before in order], *ids)
    assert {order[number]: one for number, one in found.items()} == {
        (): "a",
        ("a",): "b",
        ("a", "b"): "c",
    }


def test_what_two_readers_saw_need_not_be_nested():
    assert assigned([create("b"), create("a")], "a", "b") == {0: "a", 1: "b"}
    assert assigned([create("b", "c"), create("a"), create("a", "b")], "a", "b", "c") == {
        0: "a",
        1: "b",
        2: "c",
    }


def test_if_not_all_get_one_the_last_that_was_sent_does():
    """What the other one has created may be listed later, and can then only be its own."""
    assert assigned([create(), create("a")], "b") == {1: "b"}


def test_what_existed_before_or_differs_is_nobodys():
    assert assigned([create("a")], "a") == {}
    unlike = create_with(lambda payload: False, set())
    assert assigned([unlike], "a") == {}
    unseen = create_with(lambda payload: True, None)
    assert assigned([unseen], "a") == {}


def test_what_a_finished_create_may_have_created_counts_until_none_is_in_progress_beside_it():
    known, (finished, current) = write.Known(), (create(), create())
    unlike = create_with(lambda payload: False, set())
    finished.lost = current.lost = unlike.lost = 1
    with known.add(current), known.add(unlike):
        with known.add(finished):
            pass
        assert known.count_lost([{"IntegrationId": "a"}]) == 2
    assert known.count_lost([{"IntegrationId": "a"}]) == 0

"""Which states share an account, and which only its place."""

import asyncio
import gc
import weakref

import pytest

from idem_apigwv2_integration.gateway import account

DETAILS = {"attribute_value": "123456789012"}


def profile(number, **more):
    return {"aws_access_key_id": f"key-{number}", "aws_secret_access_key": "s", **more}


class Node:
    """A hub, as far as accounts need one."""

    def __init__(self, **children):
        self.__dict__.update(children)


def a_hub():
    resource = Node(init=Node(ACCOUNTS={}))
    return Node(exec=Node(aws=Node(apigatewayv2=resource)))


def accounts(hub, *contexts):
    async def of():
        return [account.of(hub, context) for context in contexts]

    return asyncio.run(of())


def minted(number, **more):
    return profile(number, aws_session_token=f"token-{number}", **more)


@pytest.mark.parametrize(
    "other",
    [profile(2), profile(1, region_name="eu-west-1"), profile(1, endpoint_url="http://localhost")],
    ids=["credentials", "Region", "endpoint"],
)
def test_one_profile_is_one_account_and_another_shares_nothing(other):
    first, second, apart = accounts(a_hub(), {"acct": profile(1)}, {"acct": profile(1)}, {"acct": other})
    assert first is second and first is not apart and first.place is not apart.place


def test_temporary_credentials_of_one_aws_account_share_its_place_and_nothing_else():
    first, second, elsewhere, unknown = accounts(
        a_hub(),
        {"acct": minted(1), "acct_details": DETAILS},
        {"acct": minted(2), "acct_details": DETAILS},
        {"acct": minted(2, region_name="eu-west-1"), "acct_details": DETAILS},
        {"acct": minted(3)},
    )
    assert first is not second and first.place is second.place
    assert first.place is not elsewhere.place and first.place is not unknown.place


def test_many_credentials_do_not_pile_up():
    """Who was let go and comes again finds the place as it was."""
    hub = a_hub()
    first, *_, again = accounts(hub, *({"acct": profile(number)} for number in (*range(300), 0)))
    ((kept, _),) = hub.exec.aws.apigatewayv2.init.ACCOUNTS.values()
    assert len(kept) < 200
    assert again is not first and again.place is first.place


def test_an_odd_profile_is_no_reason_to_fail():
    odd = {1: "a", "b": object(), ("c",): "d", **profile(1)}
    (found,) = accounts(a_hub(), {"acct": odd})
    assert isinstance(found, account.Account)


def test_closed_loops_and_ended_hubs_are_let_go():
    hub = a_hub()
    for _ in range(3):
        accounts(hub, {"acct": profile(1)})
    assert len(hub.exec.aws.apigatewayv2.init.ACCOUNTS) == 1
    gone = weakref.ref(hub)
    del hub
    gc.collect()
    assert gone() is None

"""Which acct profiles share a client, a pace and windows; and that none of them pile up."""

import asyncio
import gc
import weakref
from unittest import mock

import botocore.exceptions
import pytest

import clock
from idem_apigwv2_integration.aws import account, client, errors, operation, retry
from idem_apigwv2_integration.aws import profile as profiles

DETAILS = {"attribute_value": "123456789012"}
SECRET = "a-secret-key"


def profile(number, **more):
    return {"aws_access_key_id": f"key-{number}", "aws_secret_access_key": SECRET, **more}


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


def shared(hub):
    (found,) = hub.exec.aws.apigatewayv2.init.ACCOUNTS.values()
    return found


def window(acct, api_id="api"):
    return acct.endpoint.windows[api_id]


def temporary(number, **more):
    return profile(number, aws_session_token=f"token-{number}", **more)


@pytest.mark.parametrize(
    "other",
    [profile(2), profile(1, region_name="eu-west-1"), profile(1, endpoint_url="http://localhost")],
    ids=["credentials", "Region", "endpoint"],
)
def test_another_profile_shares_neither_client_nor_pace(other):
    first, second, apart = accounts(a_hub(), {"acct": profile(1)}, {"acct": profile(1)}, {"acct": other})
    assert first is second and first is not apart and first.pace is not apart.pace


def test_one_profile_that_is_used_often_does_not_displace_the_others():
    async def look():
        hub = a_hub()
        first = weakref.ref(account.of(hub, {"acct": profile(1)}))
        for _ in range(20):
            account.of(hub, {"acct": profile(2)})
        gc.collect()
        return first() is not None

    assert asyncio.run(look())


def test_the_pace_depends_on_the_aws_account():
    first, second, other_region, unknown = accounts(
        a_hub(),
        {"acct": temporary(1), "acct_details": DETAILS},
        {"acct": temporary(2), "acct_details": DETAILS},
        {"acct": temporary(2, region_name="eu-west-1"), "acct_details": DETAILS},
        {"acct": temporary(3)},
    )
    assert first is not second and first.pace is second.pace
    assert first.pace is not other_region.pace and first.pace is not unknown.pace


def test_a_call_that_does_not_know_the_aws_account_keeps_the_pace():
    async def look():
        hub = a_hub()
        first = account.of(hub, {"acct": profile(1), "acct_details": DETAILS})
        before = first.pace
        return account.of(hub, {"acct": profile(1)}) is first and first.pace is before

    assert asyncio.run(look())


def test_calls_that_wait_for_a_connection_keep_the_pace(monkeypatch):
    """They were there before AWS throttled a call, but have not been sent yet."""
    refused = []

    async def call(self, opened, operation, members):
        await asyncio.sleep(0.2)
        if asyncio.get_running_loop().time() < 1:
            refused.append(operation)
            details = {"Error": {"Code": "TooManyRequestsException", "Message": "Too Many Requests"}}
            raise botocore.exceptions.ClientError(details, operation)
        return {"ResponseMetadata": {"HTTPStatusCode": 200}, "ProtocolType": "HTTP"}

    async def calls():
        one = account.of(a_hub(), {"acct": profile(1)})
        attempt = retry.Attempts(retry.Waiter(), None, None)
        sends = (one.send(operation.GET_API, attempt, {"ApiId": "a1b2c3d4e5"}) for _ in range(100))
        return await asyncio.gather(*sends, return_exceptions=True)

    monkeypatch.setattr(client.Client, "_open", mock.AsyncMock(return_value=mock.Mock()))
    monkeypatch.setattr(client.Client, "execute", call)
    results = clock.run(calls())
    assert sum(isinstance(result, dict) for result in results) == 100 - len(refused)
    assert 10 <= len(refused) < 25, "ten connections, and ten calls a second"


def test_simultaneous_calls_open_a_client_once_and_fail_together(monkeypatch):
    attempts = []

    async def opens(self):
        attempts.append(1)
        await asyncio.sleep(0.01)
        raise ConnectionError("Failed to assume role")

    monkeypatch.setattr(client.Client, "_open", opens)

    async def requests():
        one, waiter = client.Client(None, profiles.Profile(profile(1))), retry.Waiter()
        calls = (one.request(operation.GET_APIS, {}, waiter) for _ in range(50))
        return await asyncio.gather(*calls, return_exceptions=True)

    assert all("Failed to assume role" in str(failure) for failure in asyncio.run(requests()))
    assert len(attempts) == 1


def test_a_client_whose_credentials_have_expired_is_opened_again_once(monkeypatch):
    opened = []

    async def opens(self):
        opened.append(1)
        self._until = 10 * len(opened)
        await asyncio.sleep(1)
        raise ConnectionError("that is enough")

    monkeypatch.setattr(client.Client, "_open", opens)

    async def requests():
        one, waiter = client.Client(None, profiles.Profile(profile(1))), retry.Waiter()
        with pytest.raises(errors.Refused):
            await one.request(operation.GET_APIS, {}, waiter)
        await asyncio.sleep(20)
        calls = (one.request(operation.GET_APIS, {}, waiter) for _ in range(3))
        await asyncio.gather(*calls, return_exceptions=True)

    clock.run(requests())
    assert len(opened) == 2


def test_windows_depend_on_region_endpoint_and_api_only():
    first, second, elsewhere = accounts(
        a_hub(),
        {"acct": temporary(1), "acct_details": DETAILS},
        {"acct": profile(2, aws_session_token=None)},
        {"acct": temporary(1, region_name="eu-west-1"), "acct_details": DETAILS},
    )
    assert window(first) is window(second)
    assert window(first) is not window(elsewhere) and window(first) is not window(first, "other")


def test_many_credentials_do_not_pile_up():
    hub = a_hub()
    accounts(hub, *({"acct": temporary(number), "acct_details": DETAILS} for number in range(100)))
    gc.collect()
    found = shared(hub)
    assert len(found.in_use) <= 8 and found.pace.cache_info().currsize == 1


def test_an_account_in_use_is_found_again():
    hub = a_hub()
    first, *_, again = accounts(hub, *({"acct": profile(number)} for number in (*range(50), 0)))
    assert again is first


def test_no_key_holds_a_secret():
    hub = a_hub()
    accounts(hub, {"acct": temporary(1)})
    assert SECRET not in str(list(shared(hub).in_use.keys()))


def test_an_odd_profile_is_no_reason_to_fail():
    odd = {1: "a", "b": object(), ("c",): "d", **profile(1)}
    (found,) = accounts(a_hub(), {"acct": odd})
    assert isinstance(found, account.Account)


def test_closed_loops_and_ended_hubs_are_freed():
    hub = a_hub()
    for _ in range(3):
        accounts(hub, {"acct": profile(1)})
    assert len(hub.exec.aws.apigatewayv2.init.ACCOUNTS) == 1
    gone = weakref.ref(hub)
    del hub
    gc.collect()
    assert gone() is None

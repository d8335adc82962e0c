"""Reads for several callers, and listings of several pages, with failures."""

import asyncio
import functools

import pytest

import clock
from idem_apigwv2_integration.aws import account, errors, operation, read, retry
from idem_apigwv2_integration.integration import INTEGRATION

WHERE = operation.Collection(INTEGRATION, ("api",))
LOST = errors.ResponseLost("no response")


class Account:
    """An account that responds to each request as a function says, after some seconds."""

    def __init__(self, respond, most=None):
        self.respond, self.most = respond, most
        self.endpoint = account.Endpoint()

    async def call(self, called, members, waiter, act=None):
        target = retry.Target("account", called.name, members.get("ApiId"))
        send = act or functools.partial(self.send, called, members)
        return await retry.Attempts(waiter, target, send, self.most).run()

    async def send(self, called, members, attempts):
        seconds, outcome = self.respond(called, members)
        await asyncio.sleep(seconds)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def test_a_failure_is_its_own_callers_only():
    """The collection can't be listed, and one of two resources can't be read either."""

    def respond(called, members):
        if called.item or members["IntegrationId"] == "bad":
            return 0, errors.Refused("denied")
        return 0, members

    async def main():
        reader = read.Reader(Account(respond))
        reads = (reader.one(WHERE, one, retry.Waiter()) for one in ("good", "bad"))
        return await asyncio.gather(*reads, return_exceptions=True)

    good, bad = clock.run(main())
    assert good["IntegrationId"] == "good" and isinstance(bad, errors.Refused)


def pages(*failures, most=None):
    """List pages, each of which is responded to after some failures.

    Args:
        failures: By page, the seconds after which a request for it fails.
    """
    left = [list(seconds) for seconds in failures]

    def respond(called, members):
        page = int(members.get("NextToken", 0))
        if left[page]:
            return left[page].pop(0), LOST
        more = {"NextToken": str(page + 1)} if page + 1 < len(failures) else {}
        return 0, {"Items": [{"IntegrationId": f"id{page}"}], **more}

    async def main():
        return await read.Reader(Account(respond, most)).all(WHERE, retry.Waiter())

    return [item["IntegrationId"] for item in clock.run(main())]


def test_progress_begins_a_new_budget():
    """That of a lost response is 65 seconds: what failed before the last page that was read is over."""
    assert pages((1, 40), (100, 40), (1, 40)) == ["id0", "id1", "id2"]


def test_progress_begins_a_new_count_of_attempts():
    assert pages((1,), (1,), (1,), most=2) == ["id0", "id1", "id2"]
    with pytest.raises(errors.ResponseLost):
        pages((1,), (1, 1), most=2)


def test_a_second_listing_on_one_page_is_complete():
    """Even if something has disappeared since the first one, which had two pages."""
    first = [{"Items": [{"IntegrationId": "gone"}], "NextToken": "1"}, {"Items": []}]
    listings = iter([*first, {"Items": [{"IntegrationId": "left"}]}])

    async def main():
        reader = read.Reader(Account(lambda *_: (0, next(listings)), most=1))
        return await reader.all(WHERE, retry.Waiter())

    assert [item["IntegrationId"] for item in clock.run(main())] == ["left"]


def test_reading_a_changing_listing_again_uses_up_no_budget_while_its_calls_take_long():
    """Each of the listings takes a minute, the budget of what changes is 65 seconds."""
    names = [*range(8), 7]
    numbers = iter([number for name in names for number in (name, None)])

    def respond(called, members):
        number = next(numbers)
        if number is None:
            return 60, {"Items": []}
        return 0, {"Items": [{"IntegrationId": f"id{number}"}], "NextToken": "1"}

    async def main():
        return await read.Reader(Account(respond)).all(WHERE, retry.Waiter())

    assert [item["IntegrationId"] for item in clock.run(main())] == ["id7"]

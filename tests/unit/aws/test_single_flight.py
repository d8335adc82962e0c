import asyncio

import pytest

from idem_apigwv2_integration.aws import batch

WHO = {"provider": "AWS", "attribute_value": "123456789012"}


class Sts:
    """Responds as it is set to, one turn of the event loop later."""

    def __init__(self, *responses):
        self.responses = list(responses)
        self.asked = 0
        self.given_up = 0

    async def __call__(self):
        self.asked += 1
        try:
            await asyncio.sleep(0.001)
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        response = self.responses.pop(0)
        if isinstance(response, Exception):
            raise response
        return response


@pytest.fixture
def one():
    return batch.SingleFlight()


def together(one, sts, count=3):
    async def ask():
        return await asyncio.gather(*(one.get(sts) for _ in range(count)), return_exceptions=True)

    return ask()


def test_one_answer_is_for_all(one):
    sts = Sts(WHO)

    async def scenario():
        assert await together(one, sts) == [WHO] * 3
        assert await one.get(sts) == WHO

    asyncio.run(scenario())
    assert sts.asked == 1


@pytest.mark.parametrize("failed", [{}, ValueError("no route")], ids=["empty", "raised"])
def test_a_failure_is_for_those_who_waited_and_is_not_kept(one, failed):
    sts = Sts(failed, WHO)

    async def scenario():
        assert await together(one, sts) == [failed] * 3
        assert await one.get(sts) == WHO

    asyncio.run(scenario())
    assert sts.asked == 2


def test_a_failure_is_not_for_those_who_ask_afterwards(one):
    sts = Sts(ValueError("no route"), WHO)

    async def persistent():
        try:
            return await one.get(sts)
        except ValueError:
            return await one.get(sts)

    async def scenario():
        assert await asyncio.gather(persistent(), persistent()) == [WHO, WHO]

    asyncio.run(scenario())
    assert sts.asked == 2


def test_who_is_cancelled_takes_nothing_from_the_others(one):
    sts = Sts(WHO, WHO)

    async def scenario():
        tasks = [asyncio.ensure_future(one.get(sts)) for _ in range(2)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        assert await tasks[1] == WHO and tasks[0].cancelled()

    asyncio.run(scenario())
    assert (sts.asked, sts.given_up) == (1, 0)


def test_where_all_are_cancelled_nothing_is_left_pending(one):
    sts = Sts(WHO)

    async def scenario():
        tasks = [asyncio.ensure_future(one.get(sts)) for _ in range(2)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert await one.get(sts) == WHO

    asyncio.run(scenario())
    assert (sts.asked, sts.given_up) == (2, 1)

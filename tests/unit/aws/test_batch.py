"""How calls that arrive within a few milliseconds are combined."""

import asyncio

import pytest

import clock
from idem_apigwv2_integration.aws import batch, retry


async def echo(key, requests, waiter):
    return {request: request for request in requests}


async def own(one, key, request, waiter):
    """Return what a caller wants of what was read for all."""
    return (await one.load(key, request, waiter))[request]


def released(*arrivals):
    """Return when each caller may continue, by the times at which they arrive."""

    async def main():
        one = batch.Batch(echo)

        async def caller(arrival):
            await asyncio.sleep(arrival)
            await own(one, "key", "it", retry.Waiter())
            return asyncio.get_running_loop().time()

        return await asyncio.gather(*(caller(arrival) for arrival in arrivals))

    return clock.run(main())


def test_callers_that_arrive_together_continue_together():
    assert released(0, 0.01, 0.025) == pytest.approx([0.025 + batch.QUIET] * 3, abs=0.001)


def test_a_caller_that_arrives_later_waits_by_itself():
    assert released(0, 1) == pytest.approx([batch.QUIET, 1 + batch.QUIET], abs=0.001)


def test_callers_that_keep_arriving_are_not_waited_for_without_end():
    times = released(*(number * batch.QUIET / 2 for number in range(200)))
    assert times[0] == pytest.approx(batch.LONGEST, abs=batch.QUIET)


def test_callers_continue_in_the_order_of_their_budgets_each_up_to_its_next_wait():
    steps = []

    async def caller(one, order):
        await own(one, "key", order, retry.Waiter(order=order))
        steps.append(order)
        steps.append(order)
        await asyncio.sleep(0)

    async def main():
        one = batch.Batch(echo)
        await asyncio.gather(*(caller(one, order) for order in (2, 3, 1)))

    clock.run(main())
    assert steps == [1, 1, 2, 2, 3, 3]


def test_each_caller_gets_its_own_result_or_what_the_read_raised():
    async def read(key, requests, waiter):
        if "bad" in requests:
            raise ValueError("bad")
        return {request: request.upper() for request in requests}

    async def main(*requests):
        one = batch.Batch(read)
        loads = (own(one, "key", request, retry.Waiter()) for request in requests)
        return await asyncio.gather(*loads, return_exceptions=True)

    assert clock.run(main("a", "b")) == ["A", "B"]
    assert [str(one) for one in clock.run(main("a", "bad"))] == ["bad", "bad"]


def test_requests_of_two_keys_are_read_apart():
    reads = []

    async def read(key, requests, waiter):
        reads.append((key, requests))
        return await echo(key, requests, waiter)

    async def main():
        one = batch.Batch(read)
        await asyncio.gather(*(own(one, key, key, retry.Waiter()) for key in "aab"))

    clock.run(main())
    assert sorted(reads) == [("a", ["a", "a"]), ("b", ["b"])]


def abandoned(*who):
    """Let three callers read, cancel some of them, and return the results and what was read."""
    reads, ended = [], []

    async def read(key, requests, waiter):
        reads.append((requests, waiter))
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            ended.append(True)
            raise
        return await echo(key, requests, waiter)

    async def main():
        one = batch.Batch(read)
        budgets = [retry.Waiter(name) for name in "abc"]
        tasks = [asyncio.ensure_future(own(one, "key", waiter.name, waiter)) for waiter in budgets]
        await asyncio.sleep(1)
        for number in who:
            tasks[number].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)
        return results

    return clock.run(main()), reads, ended


def test_who_does_not_wait_any_more_takes_nothing_from_the_others():
    (first, *others), reads, ended = abandoned(0)
    assert isinstance(first, asyncio.CancelledError) and others == ["b", "c"]
    assert len(reads) == 1 and not ended


def test_who_does_not_wait_any_more_keeps_no_failure_from_the_others():
    async def read(key, requests, waiter):
        await asyncio.sleep(1)
        raise ValueError("bad")

    async def main():
        one = batch.Batch(read)
        tasks = [asyncio.ensure_future(own(one, "key", name, retry.Waiter(name))) for name in "ab"]
        await asyncio.sleep(0.5)
        tasks[0].cancel()
        return await asyncio.gather(*tasks, return_exceptions=True)

    _, failure = clock.run(main())
    assert str(failure) == "bad"


def test_a_read_that_nobody_waits_for_ends():
    _, reads, ended = abandoned(0, 1, 2)
    assert len(reads) == 1 and ended


def test_the_warning_of_a_combined_read_names_a_state_that_waits(caplog):
    async def read(key, requests, waiter):
        await asyncio.sleep(1)
        waiter.warn("it takes long")
        return await echo(key, requests, waiter)

    async def main():
        one = batch.Batch(read)
        tasks = [asyncio.ensure_future(own(one, "key", name, retry.Waiter(name))) for name in "abc"]
        await asyncio.sleep(0.5)
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    clock.run(main())
    assert [record.getMessage() for record in caplog.records] == ["b: waiting for AWS, it takes long"]


def test_a_request_after_an_abandoned_one_is_read():
    """Nobody waits any more before the batch is read: the next caller begins another one."""
    reads = []

    async def read(key, requests, waiter):
        reads.append(requests)
        return await echo(key, requests, waiter)

    async def main():
        one = batch.Batch(read)
        task = asyncio.ensure_future(own(one, "key", "a", retry.Waiter("a")))
        await asyncio.sleep(batch.QUIET / 2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return await asyncio.wait_for(own(one, "key", "b", retry.Waiter("b")), 1)

    assert clock.run(main()) == "b" and reads == [["b"]]

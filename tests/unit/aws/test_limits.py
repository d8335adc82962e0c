"""How the window of writes in flight adapts, without AWS and without a clock."""

import asyncio
import contextlib
import random

import pytest

import shortened
from idem_apigwv2_integration.aws import errors, limits

BUSY = errors.Conflicting("conflict")


class Aws:
    """Refuses a write that overlaps another one, with some probability."""

    def __init__(self, probability, seed=0):
        self.probability, self.random = probability, random.Random(seed)
        self.writing = self.most = self.conflicts = 0

    async def write(self):
        if self.writing and self.random.random() < self.probability:
            self.conflicts += 1
            raise BUSY
        self.writing += 1
        self.most = max(self.most, self.writing)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.writing -= 1


def run(aws, writes, opened, *meanwhile):
    async def one():
        while True:
            try:
                async with opened.slot():
                    return await aws.write()
            except errors.CallFailed:
                await asyncio.sleep(0)

    async def all_of_them():
        await asyncio.gather(*(one() for _ in range(writes)), *meanwhile)

    asyncio.run(all_of_them())


def test_it_opens_quickly_while_writes_succeed():
    aws, opened = Aws(0), limits.Window()
    run(aws, 30, opened)
    assert opened.size == aws.most == limits.LARGEST


def test_an_api_that_refuses_every_overlap_costs_a_handful_of_conflicts():
    aws, opened = Aws(1), limits.Window()
    run(aws, 100, opened)
    assert aws.conflicts <= 10
    assert aws.most == 1


@pytest.mark.parametrize("seed", range(5))
def test_one_conflict_in_ten_overlaps_leaves_it_open_most_of_the_time(seed):
    aws, opened = Aws(0.1, seed), limits.Window()
    run(aws, 300, opened)
    assert aws.conflicts <= 45
    assert aws.most > 2


def test_it_opens_again_when_conflicts_end():
    aws, opened = Aws(1), limits.Window()

    async def recover():
        while aws.conflicts < 5:
            await asyncio.sleep(0)
        aws.probability = 0

    run(aws, 200, opened, recover())
    assert opened.size == aws.most == limits.LARGEST


def size_after(conflicts_and_successes):
    """Return the size of a window after writes, one after the other: "x" conflicts, "." succeeds."""
    opened = limits.Window()

    async def write():
        for end in conflicts_and_successes:
            try:
                async with opened.slot():
                    if end == "x":
                        raise BUSY
            except errors.Conflicting:
                pass

    asyncio.run(write())
    return opened.size


def test_writes_that_fail_together_are_one_conflict():
    opened = limits.Window()

    async def write(end, go_on):
        with contextlib.suppress(errors.Conflicting):
            async with opened.slot():
                await go_on.wait()
                if end == "x":
                    raise BUSY

    async def both():
        for ends in ("..", "xxxx"):
            go_on = asyncio.Event()
            writes = [asyncio.ensure_future(write(end, go_on)) for end in ends]
            for _ in range(10):
                await asyncio.sleep(0)
            go_on.set()
            await asyncio.gather(*writes)

    asyncio.run(both())
    assert opened.size == limits.LARGEST // 2


SOON = "x" + "." * 4


@pytest.mark.parametrize(
    ("ends", "size"),
    [
        # The first conflict comes soon: instead of two writes, four have to succeed.
        ("x...", 1),
        (SOON, 2),
        # Conflicts while only one write is in flight come from elsewhere.
        ("xxx....", 2),
        (SOON + "x.......", 1),
        (SOON + "x........", 2),
        # One that does not come soon: two are enough again.
        (SOON + "...x.", 1),
        (SOON + "...x..", 2),
    ],
)
def test_after_a_conflict_that_comes_soon_more_writes_have_to_succeed(ends, size):
    assert size_after(ends) == size


def test_there_is_a_limit_to_the_writes_that_have_to_succeed():
    needed = [4, 8, 16, limits.MOST_PATIENCE, limits.MOST_PATIENCE]
    assert size_after("".join("x" + "." * successes for successes in needed)) == 2


def test_other_failures_do_not_close_it():
    opened = limits.Window()

    async def fail():
        for kind in {errors.NotFound, errors.Refused, *shortened.RETRYABLE} - {errors.Conflicting}:
            with pytest.raises(kind):
                async with opened.slot():
                    raise kind("x")

    asyncio.run(fail())
    assert opened.size == limits.FIRST

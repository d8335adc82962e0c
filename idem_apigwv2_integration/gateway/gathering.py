"""Brings together the states that idem starts at the same moment."""

import asyncio
from typing import Any

# How long a state waits for the others, and how often it looks whether one of them won't come, in
# seconds.
_LONGEST_WAIT = 5.0
_LOOK_AGAIN = 0.1


class Gathering:
    """The states of one resource in one run of idem.

    Args:
        data(dict): What idem keeps of the run; ``running`` holds the states that it has started.
        prefix(str): What the tags of the resource's states begin with.
    """

    def __init__(self, data: dict[str, Any], prefix: str):
        self._data = data
        self._prefix = prefix
        self._arrived: set[tuple[str, int]] = set()
        self._started: set[tuple[str, int]] = set()
        self._together: asyncio.Future | None = None

    async def assemble(self, tag: str | None) -> None:
        """Wait for the states that idem started together with this one.

        idem starts a batch of states at once, but prepares each of them by itself before it calls
        it, so that they arrive one by one. What they read is read once if they ask at the same
        moment. Whoever does not come, because it failed on its way, is not waited for.

        Args:
            tag: idem's tag of the state; outside of a run there is nobody to wait for.
        """
        started = self._data.get("running", {}).get(tag)
        if started is None:
            return
        me = (tag, started["__run_num"])
        if me not in self._started:
            self._started |= self._on_their_way()
        self._arrived.add(me)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _LONGEST_WAIT
        if self._together is None or self._together.done():
            self._together = loop.create_future()
        together = self._together
        while self._started - self._arrived and loop.time() < deadline:
            await asyncio.wait({together}, timeout=_LOOK_AGAIN)
            if together.done():
                return
            self._started &= self._on_their_way() | self._arrived
        if not together.done():
            together.set_result(None)
        # Those who waited go on one turn of the loop later.
        await asyncio.sleep(0)

    def _on_their_way(self) -> set[tuple[str, int]]:
        """Return the states that idem has started and not finished."""
        return {
            (tag, started["__run_num"])
            for tag, started in self._data["running"].items()
            if tag.startswith(self._prefix) and started["comment"] is None
        }

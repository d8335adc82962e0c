"""Which state of a run owns which resource, and what became of it; in a dry run as in a run."""

import asyncio
import collections
import contextlib
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

from idem_apigwv2_integration.resource.type import Home

# Region and endpoint: see `profile.Profile.location`.
Location = tuple[str, str]
# Where a resource is: the location, and the IDs of what contains it.
Place = tuple[Location, Home]
# A resource: where it is, and its ID; or a natural key, which only one resource of a place can have.
Key = tuple[Location, Home, str]


class Ledger:
    """The resources of one type that the states of a run manage.

    Attributes:
        owners: Which state manages a resource or has deleted it, or has a natural key.
        created: What each state has created or adopted last.
        deleted: What was deleted, as it was before.
    """

    def __init__(self) -> None:
        self.owners: dict[Key, Any] = {}
        self.created: dict[Any, Key] = {}
        self.deleted: dict[Key, dict[str, Any]] = {}
        self._queues: dict[Any, list[tuple[Any, asyncio.Event]]] = collections.defaultdict(list)

    @contextlib.contextmanager
    def queue(self, subjects: Iterable[Any], order: Any) -> Iterator[Callable[[], Awaitable[None]]]:
        """Let states that decide about the same subjects at the same time do so in the order of the SLS.

        Args:
            subjects: What the state decides about: resources, a key, or a place.
            order: Its position; states that decide about the same have positions of one type.

        Yields:
            A function that waits until no state that comes before this one still has to decide.
        """
        queues, member = [self._queues[subject] for subject in subjects], (order, asyncio.Event())

        async def turn() -> None:
            # States that Idem starts together, and that have nothing to read, join before one decides.
            await asyncio.sleep(0)
            earlier = [one for queue in queues for position, one in queue if position < order]
            for decided in earlier:
                await decided.wait()

        for queue in queues:
            queue.append(member)
        try:
            yield turn
        finally:
            for queue in queues:
                queue.remove(member)
            member[1].set()

    def claim(self, key: Key, owner: Any, holds: bool = False) -> Any:
        """Make a state the owner of a resource; return the state that already is, if another.

        Args:
            holds: Whether the state has what it claims, so that no other one can.
        """
        if holds:
            self.owners[key] = owner
        current = self.owners.setdefault(key, owner)
        return None if current == owner else current

    def add(self, key: Key, owner: Any) -> None:
        """Record that a state has created or adopted a resource."""
        self.owners[key] = owner
        self.created[owner] = key
        self.deleted.pop(key, None)

    def delete(self, key: Key, owner: Any, resource: dict[str, Any]) -> None:
        """Record that a state has deleted a resource, or would have in a run."""
        self.owners[key] = owner
        self.created = {one: own for one, own in self.created.items() if own != key}
        self.deleted[key] = resource

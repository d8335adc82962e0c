"""Which state of a run owns which resource, and what became of it; in a dry run as in a run."""

import asyncio
import collections
import contextlib
import dataclasses
import enum
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from idem_apigwv2_integration.resource.type import Home

# Region and endpoint. An API's ID is part of its host name, so it is unique in its Region, whatever the
# credentials.
Location = tuple[str, str]
# Location, the IDs of what contains the resource, and its own.
Key = tuple[Location, Home, str]


class Fate(enum.Enum):
    """What a run did to a resource, or would do."""

    CREATED = "created"
    DELETED = "deleted"


@dataclasses.dataclass
class Claim:
    """What is known of a resource.

    Args:
        owner: The state that manages it.
        proposed: The states that are about to claim it, with their positions in the SLS.
        fate: What the run did to it, if anything.
        resource: What it was before it was deleted.
    """

    owner: Any = None
    proposed: list[tuple[int, Any]] = dataclasses.field(default_factory=list)
    fate: Fate | None = None
    resource: dict[str, Any] = dataclasses.field(default_factory=dict)


class Ledger:
    """The resources of one type that the states of a run manage."""

    def __init__(self) -> None:
        self._claims: dict[Key, Claim] = collections.defaultdict(Claim)
        self._mentioned: set[str] = set()
        self._queues: dict[tuple[Location, Home], list[tuple[int, asyncio.Event]]] = (
            collections.defaultdict(list)
        )

    def propose(self, key: Key, owner: Any, order: int) -> None:
        """Record that a state is about to claim a resource, before it reads it.

        Of states that read at the same moment, the first in the SLS becomes the owner, in a dry run as
        in a run.
        """
        self._claims[key].proposed.append((order, owner))

    def claim(self, key: Key, owner: Any) -> Any:
        """Make a state the owner of a resource; return the state that already is, if another."""
        claim = self._claims[key]
        if claim.owner is None:
            proposed = sorted(claim.proposed, key=lambda proposal: proposal[0])
            claim.owner = proposed[0][1] if proposed else owner
        return None if claim.owner == owner else claim.owner

    def created(self, key: Key, owner: Any = None) -> None:
        """Record that a resource was created or adopted; without an owner, that one will claim it."""
        self._claims[key].fate = Fate.CREATED
        self._claims[key].owner = self._claims[key].owner or owner

    def deleted(self, key: Key, resource: dict[str, Any]) -> None:
        """Record that the owner of a resource has deleted it, or would have in a run."""
        self._claims[key].fate, self._claims[key].resource = Fate.DELETED, resource

    def mention(self, resource_id: str) -> bool:
        """Return whether no sentence of the run has named a resource of another file yet."""
        is_new = resource_id not in self._mentioned
        self._mentioned.add(resource_id)
        return is_new

    def created_by(self, owner: Any) -> tuple[Home, str] | None:
        """Return the home and the ID of what a state has created last."""
        found = None
        for (_, home, resource_id), claim in self._claims.items():
            if claim.fate is Fate.CREATED and claim.owner == owner:
                found = (home, resource_id)
        return found

    def deleter(self, key: Key) -> Any:
        """Return the state that has deleted a resource, or None."""
        claim = self._claims.get(key)
        return claim.owner if claim and claim.fate is Fate.DELETED else None

    def deletions(self, location: Location, home: Home) -> list[dict[str, Any]]:
        """Return the resources in one home that states have deleted."""
        return [
            claim.resource
            for key, claim in self._claims.items()
            if key[:2] == (location, home) and claim.fate is Fate.DELETED
        ]

    def claimed(self, location: Location, home: Home) -> set[str]:
        """Return the IDs of the resources in one home that have an owner, or get one."""
        return {
            key[2]
            for key, claim in self._claims.items()
            if key[:2] == (location, home) and (claim.owner or claim.fate)
        }

    @contextlib.contextmanager
    def queue(
        self, location: Location, home: Home, order: int
    ) -> Iterator[Callable[[], Awaitable[None]]]:
        """Let states that list the same at the same moment choose in the order of the SLS.

        Args:
            location: Region and endpoint.
            home: The IDs of what contains the resources.
            order(int): The position of the state.

        Yields:
            A function that waits until no state that comes before this one still has to choose.
        """
        queue, member = self._queues[location, home], (order, asyncio.Event())

        async def wait() -> None:
            for chosen in [event for position, event in queue if position < order]:
                await chosen.wait()

        queue.append(member)
        try:
            yield wait
        finally:
            queue.remove(member)
            member[1].set()

"""Reads of APIs and their resources. Simultaneous reads of one collection are combined."""

from __future__ import annotations

import asyncio
import collections
import dataclasses
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from idem_apigwv2_integration.aws import batch, errors, retry
from idem_apigwv2_integration.aws.operation import (
    GET_API,
    GET_APIS,
    GET_CONTENTS,
    GET_ROUTES,
    Collection,
    Operation,
    operations,
)
from idem_apigwv2_integration.resource.type import ResourceType

if TYPE_CHECKING:
    from idem_apigwv2_integration.aws.account import Account

Payload = dict[str, Any]

# All that one response can hold: an API has at most 300 integrations, an account far fewer APIs than
# this in most cases. Without it AWS chooses the size of a page.
FULL_PAGE = "500"
# Far above AWS's quotas, even for pages of one item: 300 integrations or routes of an API, 600 APIs.
MOST_PAGES = 1000


@dataclasses.dataclass
class Listing:
    """What was read of a listing.

    Args:
        items: The items by their IDs.
        pages: How many pages were read.
        token: The token of the next page.
        ended: Whether the last page was read.
        complete: Whether no item that existed meanwhile can be missing.
    """

    items: dict[str, Payload] = dataclasses.field(default_factory=dict)
    pages: int = 0
    token: str | None = None
    ended: bool = False
    complete: bool = False


class _Pages:
    """Reads a listing page by page; after a failure it continues where it stopped.

    A page may be short or empty and still have a next. A deletion between two pages may shift the items
    that follow, so that one of them is on neither page. The deleted item is not on the pages that are
    read afterwards. So a listing of several pages is read a second time, and again until nothing has
    disappeared meanwhile, unless it is read only until it is enough.
    """

    def __init__(
        self,
        account: Account,
        operation: Operation,
        members: Payload,
        enough: Callable[[Listing], bool] | None = None,
    ):
        self._account, self._operation, self._members = account, operation, members
        self._enough = enough
        self._before: Listing | None = None
        self._listing = Listing()
        self._tokens: set[str] = set()

    async def read(self, attempt: retry.Attempt) -> Listing:
        """Read what is left.

        Raises:
            errors.CallFailed: A page can't be read, or the listing does not end.
        """
        while not self._listing.complete:
            while not self._listing.ended:
                await self._read_page(attempt)
                attempt.progressed = True
                if self._enough and self._enough(self._listing):
                    break
            self._listing.complete = self._listing.ended and self._listing.pages == 1
            if self._enough:
                break
            if not self._listing.complete:
                self._compare(attempt)
        return self._listing

    async def _read_page(self, attempt: retry.Attempt) -> None:
        listing = self._listing
        page = {"MaxResults": FULL_PAGE} | ({"NextToken": listing.token} if listing.token else {})
        response = await self._account.send(self._operation, attempt, self._members | page)
        listing.items |= {item[self._operation.item]: item for item in response["Items"]}
        listing.pages += 1
        listing.token = response.get("NextToken") or None
        listing.ended = listing.token is None
        if listing.token in self._tokens or (not listing.ended and listing.pages >= MOST_PAGES):
            raise errors.endless(self._operation.name, listing.pages)
        self._tokens.add(listing.token or "")

    def _compare(self, attempt: retry.Attempt) -> None:
        """Compare the listing with the one before; without one, prepare to read it again."""
        before, listing = self._before, self._listing
        if before and set(before.items) <= set(listing.items):
            listing.complete = True
            return
        self._before, self._listing, self._tokens = listing, Listing(), set()
        if before:
            attempt.progressed = False
            raise errors.shifted(self._operation.name)


@dataclasses.dataclass(frozen=True)
class Found:
    """What was read."""

    value: Any

    def unwrap(self) -> Any:
        """Return it."""
        return self.value


@dataclasses.dataclass(frozen=True)
class Gone:
    """There is proof that a resource does not exist."""

    def unwrap(self) -> None:
        """Return nothing."""


@dataclasses.dataclass(frozen=True)
class Unknown:
    """It can't be read."""

    failure: errors.CallFailed

    def unwrap(self) -> Any:
        """Raise the reason."""
        raise self.failure


Outcome = Found | Gone | Unknown


@dataclasses.dataclass
class Seen:
    """What the listings of a collection have contained by now.

    Args:
        ids: The IDs of all that was ever listed.
        began: When the last complete listing began, on the event loop's clock.
    """

    ids: set[str] = dataclasses.field(default_factory=set)
    began: float = float("-inf")


class Reader:
    """Reads the APIs and resources of one account."""

    def __init__(self, account: Account):
        self._account = account
        self._batches: dict[Collection, batch.Batch[str | None, Outcome]] = {}
        self._routes: dict[str, batch.Batch[None, list[Payload]]] = {}
        self._protocols: dict[str, batch.SingleFlight[str]] = collections.defaultdict(batch.SingleFlight)
        self.seen: dict[Collection, Seen] = collections.defaultdict(Seen)

    async def one(self, where: Collection, resource_id: str, budget: retry.Budget) -> Payload | None:
        """Return a resource as it is now, or None if it is gone.

        A single response is no proof of absence: reads are eventually consistent. A resource is gone if
        neither its own read nor a complete listing finds it, or if neither the listing nor the read of
        its parent finds the parent.

        Raises:
            errors.CallFailed: It can't be read.
        """
        return await self._load(where, resource_id, budget)

    async def all(self, where: Collection, budget: retry.Budget) -> list[Payload]:
        """Return all resources of a collection as they are now, in the order of their IDs.

        Callers that read at the same moment continue in the order of their budgets: see `batch.Batch`.

        Raises:
            errors.CallFailed: They can't be read.
        """
        return await self._load(where, None, budget)

    async def protocol(self, api_id: str, budget: retry.Budget) -> str:
        """Return an API's protocol, ``HTTP`` or ``WEBSOCKET``; it can't change and is read once.

        Raises:
            errors.CallFailed: The API can't be read; `NotFound` only if the listing of its integrations
                does not find it either.
        """

        members = {"ApiId": api_id}

        async def act(attempt: retry.Attempt) -> str:
            try:
                return (await self._account.send(GET_API, attempt, members))["ProtocolType"]
            except errors.NotFound:
                await self._confirm(GET_API, f"API {api_id}", GET_CONTENTS, attempt, members)
                raise

        async def request() -> str:
            return await self._account.repeat(GET_API, api_id, budget, act)

        return await self._protocols[api_id].get(request)

    async def apis(self, budget: retry.Budget) -> list[Payload]:
        """Return all APIs of the account in its Region.

        Raises:
            errors.CallFailed: They can't be read.
        """
        pages = _Pages(self._account, GET_APIS, {})
        return list((await self._account.repeat(GET_APIS, None, budget, pages.read)).items.values())

    async def collections(
        self, kind: ResourceType, api_id: str, budget: retry.Budget
    ) -> list[Collection]:
        """Return the collections of a type in one API.

        Raises:
            errors.CallFailed: They can't be read.
        """
        operation = operations(kind).list_parents
        if operation is None:
            return [Collection(kind, (api_id,))]
        pages = _Pages(self._account, operation, {"ApiId": api_id})
        listing = await self._account.repeat(operation, api_id, budget, pages.read)
        return [Collection(kind, (api_id, one)) for one in sorted(listing.items)]

    async def routes_to(self, api_id: str, target: str, budget: retry.Budget) -> set[str]:
        """Return the IDs of the routes that have a target now.

        Raises:
            errors.CallFailed: They can't be read.
        """
        if api_id not in self._routes:

            async def read(requests: list[None], budget: retry.Budget) -> list[list[Payload]]:
                pages = _Pages(self._account, GET_ROUTES, {"ApiId": api_id})
                listing = await self._account.repeat(GET_ROUTES, api_id, budget, pages.read)
                return [list(listing.items.values())] * len(requests)

            self._routes[api_id] = batch.Batch(read)
        routes = await self._routes[api_id].load(None, budget)
        return {route["RouteId"] for route in routes if route.get("Target") == target}

    async def _load(self, where: Collection, resource_id: str | None, budget: retry.Budget) -> Any:
        if where not in self._batches:

            async def read(ids: list[str | None], budget: retry.Budget) -> list[Outcome]:
                return await self._read(where, ids, budget)

            self._batches[where] = batch.Batch(read)
        return (await self._batches[where].load(resource_id, budget)).unwrap()

    async def _read(
        self, where: Collection, ids: list[str | None], budget: retry.Budget
    ) -> list[Outcome]:
        """Return the results of simultaneous reads, with as few calls as possible.

        Args:
            where: The collection.
            ids: The IDs of what is read; None for everything.
            budget: The budget of those who wait.
        """
        wanted = {one for one in ids if one is not None}
        whole = None in ids
        listing, failure = Listing(), None
        if whole or len(wanted) > 1:
            try:
                listing = await self._list(where, budget, set() if whole else wanted)
            except errors.CallFailed as error:
                failure = error
        found: dict[str, Outcome] = {one: Found(item) for one, item in listing.items.items()}
        if failure is None or isinstance(failure, errors.Refused):
            # A caller without permission to list may still be allowed to read one.
            found |= await self._read_each(where, sorted(wanted - set(found)), listing, failure, budget)
        else:
            is_gone = isinstance(failure, errors.NotFound)
            found |= dict.fromkeys(wanted, Gone() if is_gone else Unknown(failure))
        payloads = [one.value for _, one in sorted(found.items()) if isinstance(one, Found)]
        everything = Unknown(failure) if failure else Found(payloads)
        return [everything if one is None else found[one] for one in ids]

    async def _read_each(
        self,
        where: Collection,
        ids: list[str],
        listing: Listing,
        failure: errors.CallFailed | None,
        budget: retry.Budget,
    ) -> dict[str, Outcome]:
        """Read resources that a listing does not contain, or that can't be listed.

        Args:
            where: The collection.
            ids: The resources.
            listing: The listing.
            failure: Why they can't be listed, if that is known.
            budget: The budget.
        """
        outcomes = await asyncio.gather(*(self._get(where, one, budget) for one in ids))
        read = dict(zip(ids, outcomes, strict=True))
        missing = [one for one in ids if isinstance(read[one], Gone)]
        if listing.complete or not missing:
            return read
        # One response is no proof: a complete listing has to confirm it.
        if failure:
            return read | dict.fromkeys(missing, Unknown(failure))
        try:
            items = (await self._list(where, budget)).items
        except errors.NotFound:
            return read
        except errors.CallFailed as error:
            return read | dict.fromkeys(missing, Unknown(error))
        return read | {one: Found(items[one]) for one in missing if one in items}

    async def _get(self, where: Collection, resource_id: str, budget: retry.Budget) -> Outcome:
        """Read one resource; that its own read does not find it is no proof yet."""
        members = {**where.members, where.kind.id_member: resource_id}
        try:
            return Found(await self._account.call(where.operations.get, budget, members))
        except errors.NotFound:
            return Gone()
        except errors.CallFailed as failure:
            return Unknown(failure)

    async def _list(
        self, where: Collection, budget: retry.Budget, wanted: Iterable[str] = ()
    ) -> Listing:
        """Return a listing of a collection.

        Args:
            where: The collection.
            budget: The budget.
            wanted: Which ones are wanted. Listing ends when all are found, or when reading the rest
                one by one takes no more calls. Without IDs, the listing is complete.

        Raises:
            errors.CallFailed: It can't be read; `NotFound` only if the read of the parent does not find
                it either.
        """
        wanted, listing = set(wanted), where.operations.list
        parent = f"{where.kind.parents[-1].noun} {where.home[-1]}"

        def enough(found: Listing) -> bool:
            missing = len(wanted - set(found.items))
            return not missing or found.pages + missing >= len(wanted)

        pages = _Pages(self._account, listing, where.members, enough if wanted else None)

        async def act(attempt: retry.Attempt) -> Listing:
            try:
                return await pages.read(attempt)
            except errors.NotFound:
                self._protocols.pop(where.api_id, None)
                await self._confirm(listing, parent, where.operations.get_parent, attempt, where.members)
                raise

        began = asyncio.get_running_loop().time()
        found = await self._account.repeat(listing, where.api_id, budget, act)
        if found.complete:
            seen = self.seen[where]
            seen.ids.update(found.items)
            seen.began = began
        return found

    async def _confirm(
        self, operation: Operation, what: str, other: Operation, attempt: retry.Attempt, members: Payload
    ) -> None:
        """Fail unless a second operation does not find either what a first one did not find.

        Raises:
            errors.CallFailed: It exists, or it is unknown whether it does.
        """
        try:
            await self._account.send(other, attempt, members)
        except errors.NotFound:
            return
        except errors.CallFailed as failure:
            raise errors.unconfirmed(operation.name, what, failure) from None
        raise errors.contradicted(operation.name, what, other.name)

"""Reads of APIs and their resources. Simultaneous reads of one collection are combined."""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import functools
from typing import TYPE_CHECKING, Any

from idem_apigwv2_integration.aws import batch, errors, retry
from idem_apigwv2_integration.aws.batch import Reading
from idem_apigwv2_integration.aws.operation import (
    GET_APIS,
    GET_PROTOCOL,
    GET_ROUTES,
    Collection,
    Operation,
    operations,
)
from idem_apigwv2_integration.resource.type import Home, ResourceType

if TYPE_CHECKING:
    from idem_apigwv2_integration.aws.account import Account

Payload = dict[str, Any]

# All that one response can hold; without it AWS chooses the size of a page. An account and an API have
# fewer than this of everything in most cases.
FULL_PAGE = "500"
# Far above AWS's quotas (300 or 600 of everything), even for pages of one item.
MOST_PAGES = 1000


@dataclasses.dataclass(eq=False)
class Listing:
    """A listing that is read page by page; after a failure it continues where it stopped.

    A page may be short or empty and still have a next. A deletion between two pages may shift the items
    that follow, so that one of them is on neither page. The deleted item is not on the pages that are
    read afterwards. So a listing of several pages is read a second time, and again until nothing has
    disappeared meanwhile, unless only some items are wanted.

    Args:
        wanted: The IDs that are wanted. Reading ends when all are found, or when reading the rest one by
            one takes no more calls. Without IDs, the listing is read until it is complete.

    Attributes:
        complete: Whether no item that existed meanwhile can be missing.
    """

    account: Account
    operation: Operation
    members: Payload
    wanted: frozenset[str] = frozenset()
    items: dict[str, Payload] = dataclasses.field(default_factory=dict)
    complete: bool = False
    # The tokens of the pages that follow those that were read.
    _tokens: list[str] = dataclasses.field(default_factory=list)
    _ids_before: set[str] | None = None

    async def read(self, attempts: retry.Attempts[Listing]) -> Listing:
        """Read what is left."""
        while not self.complete:
            pages, ended = len(self._tokens) + 1, await self._read_page(attempts)
            attempts.progressed = True
            if ended and pages == 1:
                self.complete = True
            elif self.wanted:
                missing = len(self.wanted - set(self.items))
                if ended or not missing or pages + missing >= len(self.wanted):
                    break
            elif ended:
                self._compare(attempts)
        return self

    async def _read_page(self, attempts: retry.Attempts[Listing]) -> bool:
        """Read the next page, and return whether it is the last one."""
        page = {"MaxResults": FULL_PAGE} | ({"NextToken": self._tokens[-1]} if self._tokens else {})
        response = await self.account.send(self.operation, attempts, self.members | page)
        self.items |= {item[self.operation.item]: item for item in response["Items"]}
        token = response.get("NextToken")
        if not token:
            return True
        if token in self._tokens or len(self._tokens) + 1 >= MOST_PAGES:
            raise errors.ResponseLost(
                f"{self.operation.name} got a listing that does not end, which is not from AWS: "
                f"{len(self._tokens) + 1} pages were read",
                "Check endpoint_url, and the proxies on the way to AWS.",
                final=True,
            )
        self._tokens.append(token)
        return False

    def _compare(self, attempts: retry.Attempts[Listing]) -> None:
        """Compare all pages with those that were read before; if there are none, read them again."""
        before, ids = self._ids_before, set(self.items)
        if before is not None and before <= ids:
            self.complete = True
            return
        self._ids_before, self.items, self._tokens = ids, {}, []
        if before is not None:
            attempts.progressed = False
            raise errors.Conflicting(
                f"{self.operation.name} got pages that changed while they were read"
            )


# There is proof that it does not exist.
GONE: Reading = Reading()


@dataclasses.dataclass
class Seen:
    """What has been listed in one place by now.

    Args:
        ids: The IDs of all that was ever listed.
        began: When the last complete listing began, on the event loop's clock.
    """

    ids: set[str] = dataclasses.field(default_factory=set)
    began: float = float("-inf")


class Reader:
    """Reads the APIs and resources of one account. What can't be read raises `errors.CallFailed`."""

    def __init__(self, account: Account):
        self._account = account
        self._batch = batch.Batch(self._read)
        self._routes = batch.Batch(self._read_routes)
        self._apis: dict[str, batch.SingleFlight[Payload]] = collections.defaultdict(batch.SingleFlight)
        # By the operation that lists, and the IDs of what contains what it lists.
        self.seen: dict[tuple[Operation, Home], Seen] = collections.defaultdict(Seen)

    async def one(self, where: Collection, resource_id: str, waiter: retry.Waiter) -> Payload | None:
        """Return a resource as it is now, or None if it is gone.

        A single response is no proof of absence: reads are eventually consistent. A resource is gone if
        neither its own read nor a complete listing finds it, or if neither the listing nor the read of
        its parent finds the parent.
        """
        return await self._batch.load(where, resource_id, waiter)

    async def all(self, where: Collection, waiter: retry.Waiter) -> list[Payload]:
        """Return all resources of a collection as they are now, in the order of their IDs.

        Callers that read at the same moment continue in the order of their states: see `batch.Batch`.
        """
        return await self._batch.load(where, None, waiter)

    async def protocol(self, api_id: str, waiter: retry.Waiter) -> str:
        """Return an API's protocol, ``HTTP`` or ``WEBSOCKET``; it can't change and is read once."""
        read = functools.partial(self._account.call, GET_PROTOCOL, {"ApiId": api_id}, waiter)
        return (await self._apis[api_id].get(read))["ProtocolType"]

    async def apis(self, waiter: retry.Waiter) -> list[Payload]:
        """Return all APIs of the account in its Region."""
        return list((await self._list(GET_APIS, {}, waiter)).items.values())

    async def collections(
        self, kind: ResourceType, api_id: str, waiter: retry.Waiter
    ) -> list[Collection]:
        """Return the collections of a type in one API."""
        operation = operations(kind).list_parents
        if operation is None:
            return [Collection(kind, (api_id,))]
        found = await self._list(operation, {"ApiId": api_id}, waiter)
        return [Collection(kind, (api_id, one)) for one in sorted(found.items)]

    async def routes_to(self, api_id: str, target: str, waiter: retry.Waiter) -> set[str]:
        """Return the IDs of the routes that have a target now."""
        return await self._routes.load(api_id, target, waiter)

    async def _read_routes(self, api_id: str, targets: list[str], waiter: retry.Waiter) -> list[Reading]:
        routes = (await self._list(GET_ROUTES, {"ApiId": api_id}, waiter)).items.values()
        return [
            Reading({route["RouteId"] for route in routes if route.get("Target") == target})
            for target in targets
        ]

    async def _list(
        self,
        operation: Operation,
        members: Payload,
        waiter: retry.Waiter,
        wanted: frozenset[str] = frozenset(),
    ) -> Listing:
        """Return what an operation lists; see `Listing` for what ``wanted`` means."""
        listing = Listing(self._account, operation, members, wanted)
        began = asyncio.get_running_loop().time()
        try:
            await self._account.call(operation, members, waiter, listing.read)
        except errors.NotFound:
            self._apis.pop(members.get("ApiId", ""), None)
            raise
        if listing.complete:
            seen = self.seen[operation, tuple(members.values())]
            seen.ids.update(listing.items)
            seen.began = began
        return listing

    async def _read(
        self, where: Collection, ids: list[str | None], waiter: retry.Waiter
    ) -> list[Reading]:
        """Return the outcomes of simultaneous reads, with as few calls as possible.

        Args:
            ids: The IDs of what is read; None for everything.
        """
        wanted, whole = frozenset(one for one in ids if one is not None), None in ids
        found: dict[str, Reading] = {}
        complete = False
        failure: errors.CallFailed | None = None
        if whole or len(wanted) > 1:
            try:
                listing = await self._list(
                    where.operations.list, where.members, waiter, frozenset() if whole else wanted
                )
                complete = listing.complete
                found = {one: Reading(item) for one, item in listing.items.items()}
            except errors.NotFound as error:
                failure, found = error, dict.fromkeys(wanted, GONE)
            except errors.Refused as error:
                # A caller without permission to list may still be allowed to read one.
                failure = error
            except errors.CallFailed as error:
                failure, found = error, dict.fromkeys(wanted, Reading(failure=error))
        if unread := sorted(wanted - set(found)):
            found |= await self._read_each(where, unread, complete, failure, waiter)
        payloads = [one.value for _, one in sorted(found.items()) if one.value is not None]
        everything = Reading(None if failure else payloads, failure)
        return [everything if one is None else found[one] for one in ids]

    async def _read_each(
        self,
        where: Collection,
        ids: list[str],
        complete: bool,
        failure: errors.CallFailed | None,
        waiter: retry.Waiter,
    ) -> dict[str, Reading]:
        """Read resources that a listing does not contain, or that can't be listed.

        Args:
            complete: Whether a complete listing does not contain them.
            failure: Why they can't be listed, if that is known.
        """
        requests = ({**where.members, where.kind.id_member: one} for one in ids)
        results = await asyncio.gather(
            *(self._account.call(where.operations.get, request, waiter) for request in requests),
            return_exceptions=True,
        )
        read = {
            one: Reading(failure=result) if isinstance(result, BaseException) else Reading(result)
            for one, result in zip(ids, results, strict=True)
        }
        missing = [one for one in ids if isinstance(read[one].failure, errors.NotFound)]
        items: dict[str, Payload] = {}
        # One response is no proof: a complete listing has to confirm it.
        if missing and not complete and not failure:
            try:
                items = (await self._list(where.operations.list, where.members, waiter)).items
            except errors.NotFound:
                pass
            except errors.CallFailed as error:
                failure = error
        return read | {one: Reading(items.get(one), failure) for one in missing}

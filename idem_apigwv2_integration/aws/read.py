"""Reads of APIs and their resources. Simultaneous reads of one collection are combined."""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import functools
from typing import TYPE_CHECKING, Any

from idem_apigwv2_integration.aws import batch, errors, retry
from idem_apigwv2_integration.aws.operation import (
    GET_APIS,
    GET_PROTOCOL,
    GET_ROUTES,
    Collection,
    Operation,
    operations,
)
from idem_apigwv2_integration.resource.type import ResourceType

if TYPE_CHECKING:
    from idem_apigwv2_integration.aws.account import Account

Payload = dict[str, Any]

# All that one response can hold; without it AWS chooses the size of a page. An account and an API have
# fewer than this of everything in most cases.
FULL_PAGE = "500"
# Far above AWS's quotas (300 or 600 of everything), even for pages of one item.
MOST_PAGES = 1000


@dataclasses.dataclass
class Found:
    """What a read has found.

    Attributes:
        items: The payloads by ID.
        complete: Whether no item that existed meanwhile can be missing.
        failures: Why something could not be read, by its ID; None for everything.
    """

    items: dict[str, Payload] = dataclasses.field(default_factory=dict)
    complete: bool = False
    failures: dict[str | None, BaseException] = dataclasses.field(default_factory=dict)


class Reader:
    """Reads the APIs and resources of one account. What can't be read raises `errors.CallFailed`."""

    def __init__(self, account: Account):
        self._account = account
        self._batch = batch.Batch(self._read)
        self._routes: batch.Batch[str, None, Found] = batch.Batch(
            lambda api_id, _, waiter: self._list(GET_ROUTES, {"ApiId": api_id}, waiter)
        )
        self._apis: dict[str, batch.SingleFlight[Payload]] = collections.defaultdict(batch.SingleFlight)

    async def one(self, where: Collection, resource_id: str, waiter: retry.Waiter) -> Payload | None:
        """Return a resource as it is now, or None if it is gone.

        It is gone if neither its own read nor a complete listing finds it, or if neither the listing nor
        the read of its parent finds the parent: see `errors.contradicted`.
        """
        found = await self._batch.load(where, resource_id, waiter)
        if failure := found.failures.get(resource_id):
            raise failure
        return found.items.get(resource_id)

    async def all(self, where: Collection, waiter: retry.Waiter) -> list[Payload]:
        """Return all resources of a collection as they are now, in the order of their IDs.

        Callers that read at the same moment continue in the order of their states: see `batch.Batch`.
        """
        found = await self._batch.load(where, None, waiter)
        if failure := found.failures.get(None):
            raise failure
        return [payload for _, payload in sorted(found.items.items())]

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
        found = await self._routes.load(api_id, None, waiter)
        return {one for one, route in found.items.items() if route.get("Target") == target}

    async def _read(self, where: Collection, ids: list[str | None], waiter: retry.Waiter) -> Found:
        """Read what simultaneous callers want, with as few calls as possible.

        Args:
            ids: The IDs of what is read; None for everything.
        """
        wanted = frozenset(one for one in ids if one is not None)
        began, found = asyncio.get_running_loop().time(), Found()
        if None in ids or len(wanted) > 1:
            only = frozenset() if None in ids else wanted
            try:
                found = await self._list(where.operations.list, where.members, waiter, only)
            except errors.NotFound as error:
                # There is nothing: its parent does not exist.
                return Found(failures={None: error})
            except errors.Refused as error:
                # A caller without permission to list may still be allowed to read one.
                found.failures[None] = error
            except errors.CallFailed as error:
                return Found(failures=dict.fromkeys(ids, error))
            if found.complete:
                known = self._account.endpoint.known[where]
                known.listed.update(found.items)
                known.listed_at = began
        if unread := sorted(wanted - set(found.items)):
            await self._read_each(where, unread, found, waiter)
        return found

    async def _read_each(
        self, where: Collection, ids: list[str], found: Found, waiter: retry.Waiter
    ) -> None:
        """Read resources that a listing does not contain, or that can't be listed."""
        requests = ({**where.members, where.kind.id_member: one} for one in ids)
        results: list[Payload | BaseException] = await asyncio.gather(
            *(self._account.call(where.operations.get, request, waiter) for request in requests),
            return_exceptions=True,
        )
        missing = []
        for one, result in zip(ids, results, strict=True):
            if isinstance(result, errors.NotFound):
                missing.append(one)
            elif isinstance(result, BaseException):
                found.failures[one] = result
            else:
                found.items[one] = result
        if not missing or found.complete:
            return
        # One response is no proof: a complete listing has to confirm it.
        if None not in found.failures:
            try:
                listed = await self._list(where.operations.list, where.members, waiter)
                found.items = listed.items | found.items
            except errors.NotFound:
                pass
            except errors.CallFailed as error:
                found.failures[None] = error
        if failure := found.failures.get(None):
            found.failures |= dict.fromkeys(missing, failure)

    async def _list(
        self,
        operation: Operation,
        members: Payload,
        waiter: retry.Waiter,
        wanted: frozenset[str] = frozenset(),
    ) -> Found:
        """Return what an operation lists.

        A deletion between two pages may shift the items that follow, so that one of them is on neither
        page. The deleted item is not on the pages that are read afterwards. So a listing of several
        pages is read a second time, and again until nothing has disappeared meanwhile, unless only some
        items are wanted.

        Args:
            wanted: The IDs that are wanted; without them, the listing is complete.
        """
        loop, found = asyncio.get_running_loop(), Found()
        pages = functools.partial(self._read_pages, operation, members, waiter, wanted)

        async def read_again(attempts: retry.Attempts[Found]) -> Found:
            nonlocal found
            began, before = loop.time(), found
            found = await pages()
            # Reading takes its time, as often as its calls wait for their turns: that is no failure.
            attempts.waited += loop.time() - began
            found.complete |= before.items.keys() <= found.items.keys()
            if found.complete:
                return found
            raise errors.Conflicting(f"{operation.name} got pages that changed while they were read")

        try:
            found = await pages()
            if not found.complete and not wanted:
                await self._account.call(operation, members, waiter, read_again)
        except errors.NotFound:
            self._apis.pop(members.get("ApiId", ""), None)
            raise
        return found

    async def _read_pages(
        self, operation: Operation, members: Payload, waiter: retry.Waiter, wanted: frozenset[str]
    ) -> Found:
        """Read page by page; what is on one page is complete.

        A page may be short or empty and still have a next. If some IDs are wanted, reading ends when all
        are found, or when reading the rest one by one takes no more calls.
        """
        items: dict[str, Payload] = {}
        tokens: list[str] = []
        while True:
            page = {"MaxResults": FULL_PAGE} | ({"NextToken": tokens[-1]} if tokens else {})
            response: Payload = await self._account.call(operation, members | page, waiter)
            items |= {item[operation.item]: item for item in response["Items"]}
            token = response.get("NextToken")
            if not token:
                return Found(items, complete=not tokens)
            pages = len(tokens) + 1
            if token in tokens or pages >= MOST_PAGES:
                raise errors.ResponseLost(
                    f"{operation.name} got a listing that does not end, which is not from AWS: "
                    f"{pages} pages were read",
                    "Check endpoint_url, and the proxies on the way to AWS.",
                    final=True,
                )
            tokens.append(token)
            missing = len(wanted - set(items))
            if wanted and (not missing or pages + missing >= len(wanted)):
                return Found(items)

"""Reads of integrations. Simultaneous reads of one API are combined."""

import asyncio
import collections
import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

import aiodataloader

from idem_apigwv2_integration.aws import account, errors, lasting, pages, quiet

Payload = dict[str, Any]

# In seconds: how old the listing may be from which a create knows what existed before.
FRESH = 5.0


@dataclasses.dataclass(eq=False)
class _Request:
    """A read in progress: of one integration, or of what is chosen from all."""

    resource_id: str | None = None
    choose: Callable[[list[Payload]], Any] | None = None
    order: int = 0
    batch: list["_Request"] = dataclasses.field(default_factory=list)
    task: asyncio.Task | None = None
    abandoned: bool = False


class Reader:
    """Reads the APIs and integrations of one account."""

    def __init__(self, account: account.Account):
        self._account = account
        self._integrations: dict[str, aiodataloader.DataLoader] = {}
        self._protocols: dict[str, lasting.Lasting[str]] = collections.defaultdict(lasting.Lasting)
        self._routes = aiodataloader.DataLoader(self._read_routes, cache=False)
        # The IDs that each API was seen to have, and when its last complete listing began.
        self._seen: dict[str, set[str]] = {}
        self._listed: dict[str, float] = {}
        self._quiet = quiet.Quiet()

    async def protocol(self, api_id: str) -> str:
        """Return an API's protocol, ``HTTP`` or ``WEBSOCKET``; it can't change and is read once.

        Raises:
            errors.Failure: The API can't be read; `NOT_FOUND` only if GetIntegrations does not find it
                either.
        """

        async def attempt() -> str:
            try:
                return (await self._account.send("GetApi", ApiId=api_id))["ProtocolType"]
            except errors.Failure as failure:
                if failure.kind is errors.Kind.NOT_FOUND:
                    await self._expect_no_listing(api_id)
                raise

        async def ask() -> str:
            return await self._account.retry("GetApi", api_id, attempt)

        return await self._protocols[api_id].get(ask)

    async def one(self, api_id: str, resource_id: str) -> Payload | None:
        """Return an integration as it is now, or None if the API does not have it.

        A single response is no proof of absence: reads are eventually consistent. An integration is
        gone if neither GetIntegration nor a complete listing of its API finds it, or if neither
        GetIntegrations nor GetApi finds the API.

        Raises:
            errors.Failure: It can't be read.
        """
        return await self._load(api_id, _Request(resource_id))

    async def all(self, api_id: str) -> list[Payload]:
        """Return all integrations of an API as they are now.

        Raises:
            errors.Failure: They can't be read.
        """
        return await self._load(api_id, _Request(choose=lambda payloads: payloads))

    async def pick(self, api_id: str, choose: Callable[[list[Payload]], Any], order: int) -> Any:
        """Return what is chosen from all integrations of an API as they are now.

        Args:
            api_id(str): The API.
            choose: Called with the integrations in the order of their IDs.
            order(int): The position among the calls that choose at the same moment.

        Raises:
            errors.Failure: They can't be read.
        """
        return await self._load(api_id, _Request(choose=choose, order=order))

    async def existing(self, api_id: str) -> set[str] | None:
        """Return the IDs of all integrations that an API was seen to have by now.

        What was created by another process since the last complete listing is not among them, so that
        the API is listed again after `FRESH` seconds.

        Args:
            api_id(str): The API.

        Returns:
            None if the API's integrations may not be listed.

        Raises:
            errors.Failure: The API's integrations can't be listed.
        """
        now = asyncio.get_running_loop().time()
        if now - self._listed.get(api_id, float("-inf")) > FRESH:
            try:
                await self.all(api_id)
            except errors.Failure as failure:
                # Without this permission, a create is possible, but no recovery of a lost response.
                if failure.kind is not errors.Kind.REFUSED or failure.final:
                    raise
                self._seen.pop(api_id, None)
                self._listed[api_id] = now
        return set(self._seen[api_id]) if api_id in self._seen else None

    def outdate(self, api_id: str) -> None:
        """Make `existing` list an API again."""
        self._listed.pop(api_id, None)

    def note(self, api_id: str, resource_id: str) -> None:
        """Record that an API has an integration."""
        if api_id in self._seen:
            self._seen[api_id].add(resource_id)

    async def apis(self) -> list[Payload]:
        """Return all APIs of the account in its Region.

        Raises:
            errors.Failure: They can't be read.
        """
        return list((await pages.complete(self._account, "GetApis")).items.values())

    async def routes_to(self, api_id: str, resource_id: str) -> set[str]:
        """Return the IDs of the routes that target an integration now.

        Raises:
            errors.Failure: They can't be read.
        """
        target = f"integrations/{resource_id}"
        routes = await self._routes.load(api_id)
        return {route_id for route_id, route in routes.items.items() if route.get("Target") == target}

    async def _load(self, api_id: str, request: _Request) -> Any:
        if api_id not in self._integrations:

            async def read(requests: list[_Request]) -> list[Any]:
                return await self._read(api_id, requests)

            # Nothing is cached: a result must not be older than its request.
            self._integrations[api_id] = aiodataloader.DataLoader(read, cache=False)
        await self._quiet.wait()
        try:
            return await self._integrations[api_id].load(request)
        except asyncio.CancelledError:
            request.abandoned = True
            if request.task and all(other.abandoned for other in request.batch):
                request.task.cancel()
            raise

    async def _read(self, api_id: str, requests: list[_Request]) -> list[Any]:
        """Return the results of simultaneous reads of one API."""
        for request in requests:
            request.batch, request.task = requests, asyncio.current_task()
        if all(request.abandoned for request in requests):
            return requests
        ids = {request.resource_id for request in requests if request.resource_id}
        choosing = any(request.choose for request in requests)
        found, failure = await self._find(api_id, ids, choosing)
        payloads = [payload for _, payload in sorted(found.items()) if isinstance(payload, dict)]
        results: dict[_Request, Any] = {}
        for request in sorted(requests, key=lambda request: request.order):
            if request.choose:
                results[request] = failure or request.choose(payloads)
            elif request.resource_id:
                results[request] = found[request.resource_id]
        return [results[request] for request in requests]

    async def _find(
        self, api_id: str, ids: set[str], choosing: bool
    ) -> tuple[dict[str, Payload | errors.Failure | None], errors.Failure | None]:
        """Look for integrations of an API with as few calls as possible.

        Args:
            api_id(str): The API.
            ids: The integrations.
            choosing: Whether all others are wanted as well.

        Returns:
            What was found by ID: None for an integration that is gone, a failure for one that can't be
            read. And why the API can't be listed, if that was tried.
        """
        listing, failure = pages.Listing(), None
        if choosing or len(ids) > 1:
            try:
                listing = await self._list(api_id, frozenset() if choosing else frozenset(ids))
            except errors.Failure as error:
                failure = error
        if failure and failure.kind is not errors.Kind.REFUSED:
            gone = failure.kind is errors.Kind.NOT_FOUND
            return dict.fromkeys(ids, None if gone else failure), failure
        # A caller without permission to list may still be allowed to read one.
        unlisted = sorted(ids - set(listing.items))
        payloads = await asyncio.gather(*(self._get(api_id, one) for one in unlisted))
        read = dict(zip(unlisted, payloads, strict=True))
        if not listing.complete:
            denied = [one for one in unlisted if read[one] is None]
            read |= await self._confirmed(api_id, denied, failure)
        return listing.items | read, failure

    async def _confirmed(
        self, api_id: str, ids: list[str], failure: errors.Failure | None
    ) -> dict[str, Payload | errors.Failure | None]:
        """Look in a complete listing for integrations that GetIntegration did not find.

        Args:
            api_id(str): The API.
            ids: The integrations.
            failure: Why the API can't be listed, if that is known.
        """
        try:
            if failure and ids:
                raise failure
            listed = (await self._list(api_id)).items if ids else {}
        except errors.Failure as error:
            return dict.fromkeys(ids, None if error.kind is errors.Kind.NOT_FOUND else error)
        return {one: listed.get(one) for one in ids}

    async def _list(self, api_id: str, wanted: frozenset[str] = frozenset()) -> pages.Listing:
        """Return a listing of an API's integrations.

        Args:
            api_id(str): The API.
            wanted: Which ones are wanted. Listing ends when all are found, or when reading the rest
                one by one takes no more calls. Without IDs, the listing is complete.

        Raises:
            errors.Failure: The integrations can't be read; `NOT_FOUND` only if GetApi does not find the
                API either.
        """

        def enough(listing: pages.Listing) -> bool:
            missing = len(wanted - set(listing.items))
            return not missing or listing.pages + missing >= len(wanted)

        async def attempt() -> pages.Listing:
            try:
                if wanted:
                    return await pages.read(self._account, "GetIntegrations", enough, ApiId=api_id)
                return await pages.complete(self._account, "GetIntegrations", ApiId=api_id)
            except errors.Failure as failure:
                if failure.kind is errors.Kind.NOT_FOUND:
                    await self._expect_no_api(api_id)
                raise

        began = asyncio.get_running_loop().time()
        listing = await self._account.retry("GetIntegrations", api_id, attempt)
        if listing.complete:
            self._seen.setdefault(api_id, set()).update(listing.items)
            self._listed[api_id] = began
        return listing

    async def _expect_no_api(self, api_id: str) -> None:
        """Fail unless GetApi does not find an API that GetIntegrations did not find.

        Raises:
            errors.Failure: The API exists, or it is unknown whether it does.
        """
        self._protocols.pop(api_id, None)
        await _expect_not_found(
            self._account.call("GetApi", ApiId=api_id), f"API {api_id}", "GetIntegrations", "GetApi"
        )

    async def _expect_no_listing(self, api_id: str) -> None:
        """Fail unless GetIntegrations does not find an API that GetApi did not find.

        Raises:
            errors.Failure: The API exists, or it is unknown whether it does.
        """
        await _expect_not_found(self.all(api_id), f"API {api_id}", "GetApi", "GetIntegrations")

    async def _read_routes(self, api_ids: list[str]) -> list[Any]:
        asked = list(dict.fromkeys(api_ids))
        results = await asyncio.gather(
            *(pages.complete(self._account, "GetRoutes", ApiId=api_id) for api_id in asked),
            return_exceptions=True,
        )
        routes = dict(zip(asked, results, strict=True))
        return [routes[api_id] for api_id in api_ids]

    async def _get(self, api_id: str, resource_id: str) -> Payload | errors.Failure | None:
        async def attempt() -> Payload:
            payload = await self._account.send("GetIntegration", ApiId=api_id, IntegrationId=resource_id)
            if payload["IntegrationId"] != resource_id:
                raise errors.cut_off("GetIntegration")
            return payload

        try:
            return await self._account.retry("GetIntegration", api_id, attempt)
        except errors.Failure as failure:
            return None if failure.kind is errors.Kind.NOT_FOUND else failure


async def _expect_not_found(look: Awaitable[Any], what: str, operation: str, other: str) -> None:
    """Fail unless a second operation does not find either what a first one did not find.

    Args:
        look: Looks with the second operation.
        what: What was not found.
        operation: The first operation.
        other: The second one.

    Raises:
        errors.Failure: It exists, or it is unknown whether it does.
    """
    try:
        await look
    except errors.Failure as failure:
        if failure.kind is errors.Kind.NOT_FOUND:
            return
        raise errors.unconfirmed(operation, what, failure) from None
    raise errors.contradicted(operation, what, other)

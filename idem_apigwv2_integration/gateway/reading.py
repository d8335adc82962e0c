"""Reads of integrations. Simultaneous reads of one API are combined."""

import asyncio
import collections
import dataclasses
from collections.abc import Callable
from typing import Any

import aiodataloader

from idem_apigwv2_integration.gateway import account, errors, lasting, quiet

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
            errors.Failure: The API can't be read.
        """

        async def ask() -> str:
            return (await self._account.call("GetApi", ApiId=api_id))["ProtocolType"]

        return await self._protocols[api_id].get(ask)

    async def one(self, api_id: str, resource_id: str) -> Payload | None:
        """Return an integration as it is now, or None if the API does not have it.

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
        return await self._pages("GetApis")

    async def routes_to(self, api_id: str, resource_id: str) -> set[str]:
        """Return the IDs of the routes that target an integration now.

        Raises:
            errors.Failure: They can't be read.
        """
        target = f"integrations/{resource_id}"
        routes = await self._routes.load(api_id)
        return {route["RouteId"] for route in routes if route.get("Target") == target}

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
        # A payload, the failure to read it, or None if the API does not have it.
        found: dict[str, Any] = {}
        choosing = any(request.choose for request in requests)
        failure = None
        if choosing or len(ids) > 1:
            try:
                found = await self._list(api_id, None if choosing else ids)
            except errors.Failure as error:
                failure = error
        if failure is None or failure.kind is errors.Kind.REFUSED:
            # A caller without permission to list may still be allowed to read one.
            missing = sorted(ids - set(found))
            payloads = await asyncio.gather(*(self._get(api_id, one) for one in missing))
            found.update(zip(missing, payloads, strict=True))
            unseen = [one for one in missing if found[one] is None]
            found.update(await self._confirmed(api_id, unseen, failure))
        else:
            gone = failure.kind is errors.Kind.NOT_FOUND
            found = dict.fromkeys(ids, None if gone else failure)
        listing = [found[one] for one in sorted(found) if found[one]]
        results: dict[_Request, Any] = {}
        for request in sorted(requests, key=lambda request: request.order):
            if request.choose:
                results[request] = failure or request.choose(listing)
            else:
                results[request] = found[request.resource_id or ""]
        return [results[request] for request in requests]

    async def _confirmed(
        self, api_id: str, ids: list[str], failure: errors.Failure | None
    ) -> dict[str, Any]:
        """Look in a complete listing for integrations that GetIntegration did not find.

        A single NotFound is no proof: reads are eventually consistent.

        Args:
            api_id(str): The API.
            ids: The integrations.
            failure: Why the API can't be listed, if that is known.
        """
        try:
            if failure and ids:
                raise failure
            listing = await self._list(api_id, None) if ids else {}
        except errors.Failure as error:
            return dict.fromkeys(ids, None if error.kind is errors.Kind.NOT_FOUND else error)
        return {one: listing.get(one) for one in ids}

    async def _list(self, api_id: str, ids: set[str] | None) -> dict[str, Payload | None]:
        """Return an API's integrations by their IDs.

        Args:
            api_id(str): The API.
            ids: Which ones are wanted. Listing ends when all are found, or when reading the rest
                one by one takes no more calls; the IDs that were not reached are missing then,
                and None if the API does not have them. Without IDs, all pages are read.

        Raises:
            errors.Failure: The integrations can't be read; `NOT_FOUND` only if GetApi does not find the
                API either.
        """
        found: dict[str, Payload | None] = {}
        token = None
        pages = 0
        began = asyncio.get_running_loop().time()
        while True:
            page, token = await self._page(api_id, token)
            pages += 1
            found.update((payload["IntegrationId"], payload) for payload in page)
            if not token:
                self._seen.setdefault(api_id, set()).update(found)
                self._listed[api_id] = began
                return {**dict.fromkeys(ids or ()), **found}
            missing = len(ids - set(found)) if ids is not None else 0
            if ids is not None and (not missing or pages + missing >= len(ids)):
                return found

    async def _page(self, api_id: str, token: str | None) -> tuple[list[Payload], str | None]:
        """Return one page of an API's integrations, and the token of the next page if there is one."""

        async def attempt() -> tuple[list[Payload], str | None]:
            try:
                return await self._account.page("GetIntegrations", token, ApiId=api_id)
            except errors.Failure as failure:
                if failure.kind is errors.Kind.NOT_FOUND and await self._exists(api_id):
                    reason = f"GetIntegrations did not find API {api_id}, and GetApi did"
                    raise errors.Failure(errors.Kind.LOST, reason) from None
                raise

        return await self._account.retry("GetIntegrations", api_id, attempt)

    async def _exists(self, api_id: str) -> bool:
        """Return whether an API exists that a listing of its integrations did not find."""
        self._protocols.pop(api_id, None)
        try:
            await self.protocol(api_id)
        except errors.Failure as failure:
            # A caller that may list integrations may not be allowed to read the API.
            if failure.kind not in (errors.Kind.NOT_FOUND, errors.Kind.REFUSED):
                raise
            return False
        return True

    async def _read_routes(self, api_ids: list[str]) -> list[Any]:
        asked = list(dict.fromkeys(api_ids))
        results = await asyncio.gather(
            *(self._pages("GetRoutes", ApiId=api_id) for api_id in asked), return_exceptions=True
        )
        routes = dict(zip(asked, results, strict=True))
        return [routes[api_id] for api_id in api_ids]

    async def _pages(self, operation: str, **members: Any) -> list[Payload]:
        """Return the items of all pages of a listing."""
        found: list[Payload] = []
        token = None
        while True:
            page, token = await self._account.page(operation, token, **members)
            found += page
            if not token:
                return found

    async def _get(self, api_id: str, resource_id: str) -> Payload | errors.Failure | None:
        try:
            return await self._account.call("GetIntegration", ApiId=api_id, IntegrationId=resource_id)
        except errors.Failure as failure:
            return None if failure.kind is errors.Kind.NOT_FOUND else failure

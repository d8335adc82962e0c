"""Listings, page by page."""

import dataclasses
from collections.abc import Callable
from typing import Any

from idem_apigwv2_integration.aws import account, errors

Item = dict[str, Any]

# All that one response can hold: an API has at most 300 integrations, an account far fewer APIs than
# this in most cases. Without it AWS chooses the size of a page.
FULL_PAGE = "500"

# Far above AWS's quotas, even for pages of one item: 300 integrations or routes of an API, 600 APIs.
MOST_PAGES = 1000

# What identifies an item.
_IDS = {"GetApis": "ApiId", "GetIntegrations": "IntegrationId", "GetRoutes": "RouteId"}


@dataclasses.dataclass
class Listing:
    """What was read of a listing.

    Args:
        items: The items by their IDs.
        pages: How many pages were read.
        complete: Whether no item that existed meanwhile can be missing.
    """

    items: dict[str, Item] = dataclasses.field(default_factory=dict)
    pages: int = 0
    complete: bool = False


async def read(
    account: account.Account,
    operation: str,
    enough: Callable[[Listing], bool] = lambda listing: False,
    **members: Any,
) -> Listing:
    """Read a listing once, up to its end or until it is enough.

    A page may be short or empty and still have a next.

    Raises:
        errors.Failure: A page can't be read, or the listing does not end.
    """
    members["MaxResults"] = FULL_PAGE
    listing = Listing()
    tokens: set[str] = set()
    while True:
        items, token = await _page(account, operation, members)
        listing.items |= items
        listing.pages += 1
        if token is None or enough(listing):
            listing.complete = token is None and listing.pages == 1
            return listing
        if token in tokens or listing.pages >= MOST_PAGES:
            raise errors.endless(operation, listing.pages)
        tokens.add(token)
        members["NextToken"] = token


async def complete(account: account.Account, operation: str, **members: Any) -> Listing:
    """Read a whole listing.

    A deletion between two pages may shift the items that follow, so that one of them is on neither page.
    The deleted item is not on the pages that are read afterwards. So a listing of several pages is read
    a second time, and again until nothing has disappeared meanwhile.

    Raises:
        errors.Failure: It can't be read.
    """

    async def attempt() -> Listing:
        first = await read(account, operation, **members)
        if first.complete:
            return first
        second = await read(account, operation, **members)
        if set(first.items) <= set(second.items):
            return dataclasses.replace(second, complete=True)
        raise errors.shifted(operation)

    return await account.retry(operation, members.get("ApiId"), attempt)


async def _page(
    account: account.Account, operation: str, members: dict[str, Any]
) -> tuple[dict[str, Item], str | None]:
    """Return the items of a page by their IDs, and the token of the next page if there is one."""

    async def attempt() -> tuple[dict[str, Item], str | None]:
        answer = await account.send(operation, **members)
        items, token = answer["Items"], answer.get("NextToken") or None
        if not isinstance(items, list) or not isinstance(token, str | None):
            raise errors.cut_off(operation)
        return {_id(operation, item): item for item in items}, token

    return await account.retry(operation, members.get("ApiId"), attempt)


def _id(operation: str, item: Any) -> str:
    found = item.get(_IDS[operation]) if isinstance(item, dict) else None
    if not found or not isinstance(found, str):
        raise errors.cut_off(operation)
    return found

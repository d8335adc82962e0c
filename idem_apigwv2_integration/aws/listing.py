"""Lists the integrations of all APIs of an account."""

import asyncio
from typing import Any

from idem_apigwv2_integration.aws import account, errors, retry
from idem_apigwv2_integration.resource import values
from idem_apigwv2_integration.resource.type import ResourceType


async def everything(
    account: account.Account, kind: ResourceType, budget: retry.Budget
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the integrations of all APIs, in Idem's format, and a sentence for each unreadable API.

    Raises:
        errors.CallFailed: The APIs can't be listed.
    """
    reader = account.reader
    api_ids = [api["ApiId"] for api in await reader.apis(budget)]

    async def of(api_id: str) -> list[dict[str, Any]]:
        return [
            values.from_aws(kind, payload, {"api_id": api_id})
            for payload in await reader.all(kind, {"api_id": api_id}, budget)
        ]

    results = await asyncio.gather(*(of(api_id) for api_id in api_ids), return_exceptions=True)
    found: list[dict[str, Any]] = []
    unreadable = []
    for api_id, result in zip(api_ids, results, strict=True):
        if isinstance(result, errors.CallFailed):
            # An API that was deleted in the meantime has no integrations.
            if not isinstance(result, errors.NotFound):
                unreadable.append(f"The integrations of API {api_id} can't be read: {result}.")
        elif isinstance(result, BaseException):
            raise result
        else:
            found += result
    return found, unreadable

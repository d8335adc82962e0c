"""Lists the integrations of all APIs of an account."""

import asyncio
from typing import Any

from idem_apigwv2_integration.aws import errors, reading, retries
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import values


async def everything(reader: reading.Reader) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the integrations of all APIs, in Idem's format, and a sentence for each unreadable API.

    Raises:
        errors.Failure: The APIs can't be listed.
    """
    # All these calls share their budgets.
    retries.begin("")
    api_ids = [api["ApiId"] for api in await reader.apis()]

    async def of(api_id: str) -> list[dict[str, Any]]:
        return [
            values.from_aws(INTEGRATION, payload, {"api_id": api_id})
            for payload in await reader.all(api_id)
        ]

    results = await asyncio.gather(*(of(api_id) for api_id in api_ids), return_exceptions=True)
    found: list[dict[str, Any]] = []
    unreadable = []
    for api_id, result in zip(api_ids, results, strict=True):
        if isinstance(result, errors.Failure):
            # An API that was deleted in the meantime has no integrations.
            if result.kind is not errors.Kind.NOT_FOUND:
                unreadable.append(f"The integrations of API {api_id} can't be read: {result}.")
        elif isinstance(result, BaseException):
            raise result
        else:
            found += result
    return found, unreadable

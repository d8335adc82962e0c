"""Whom the credentials of an account belong to."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from idem_apigwv2_integration.gateway import account


class Caller:
    """What AWS says of the credentials of an account; it can't change and is asked once."""

    def __init__(self, account: account.Account):
        self._details: dict[str, Any] = {}
        self._asking: asyncio.Future | None = None
        self._waiting = 0

    async def details(self, ask: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        """Return what asking returns, or what it returned before.

        All who want to know it at the same moment get one answer. An empty one, which stands for a
        failure, is not kept.

        Args:
            ask: Asks AWS.
        """
        if self._details:
            return dict(self._details)
        if self._asking is None:
            self._asking = asyncio.ensure_future(ask())
        self._waiting += 1
        try:
            # Shielded, because cancelling one of those who wait must not cancel it for the others.
            self._details = await asyncio.shield(self._asking)
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._asking.cancel()
                self._asking = None
        return dict(self._details)

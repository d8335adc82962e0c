"""The probe's own APIs: they carry its name and its tag, and nothing else is ever deleted."""

from __future__ import annotations

import secrets
from typing import Any

import botocore.exceptions

from probe.wire import Wire

NAME = "idem-apigwv2-probe"
TAG = "idem-apigwv2-probe"
HTTP, WEBSOCKET = "HTTP", "WEBSOCKET"
# One CreateApi and one DeleteApi for each protocol, and a listing that looks for what was missed.
CALLS = 5


class Refused(Exception):
    """AWS did not let the probe do something that it can't do without."""


class Apis:
    """One API of each protocol.

    Args:
        wire: The calls.

    Attributes:
        ids: The APIs' IDs by protocol.
        run: The value of the tag: which run of the probe created them.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.run = secrets.token_hex(8)
        self.ids: dict[str, str] = {}

    async def create(self) -> None:
        """Create the APIs."""
        for protocol in (HTTP, WEBSOCKET):
            expression = (
                {"RouteSelectionExpression": "$request.body.action"} if protocol == WEBSOCKET else {}
            )
            created = await self._wire.call(
                "CreateApi",
                Name=f"{NAME}-{protocol.lower()}",
                ProtocolType=protocol,
                Description="The probe deletes it at its end; so does `make probe-clean`.",
                # It is not meant to be called.
                DisableExecuteApiEndpoint=True,
                Tags={TAG: self.run},
                **expression,
            )
            if not created.accepted:
                raise Refused(f"CreateApi: {created.body}")
            self.ids[protocol] = created.body["ApiId"]

    async def delete(self) -> list[str]:
        """Delete the APIs of this run, and return the IDs of those that still exist."""
        await self._wire.settle()
        left = await _delete(self._wire, sorted(self._wire.own))
        # A response to a CreateApi may have been lost.
        listed = {api["ApiId"] for api in await tagged(self._wire) if api["Tags"][TAG] == self.run}
        missed = sorted(listed - self._wire.own)
        self._wire.own.update(missed)
        return left + await _delete(self._wire, missed)


async def clean(wire: Wire) -> tuple[list[str], list[str]]:
    """Delete what probes have left behind; return the IDs of what was deleted and of what was not."""
    found = [api["ApiId"] for api in await tagged(wire)]
    wire.own.update(found)
    left = await _delete(wire, found)
    return sorted(set(found) - set(left)), left


async def tagged(wire: Wire) -> list[dict[str, Any]]:
    """Return the APIs with the probe's tag and name."""
    found = []
    try:
        async for page in wire.pages("GetApis"):
            if not page.accepted:
                raise Refused(f"GetApis: {page.body}")
            for api in page.body.get("Items", []):
                if TAG in api.get("Tags", {}) and api.get("Name", "").startswith(NAME):
                    found.append(api)
    except botocore.exceptions.BotoCoreError as error:
        raise Refused(f"GetApis: {error}") from error
    return found


async def _delete(wire: Wire, ids: list[str]) -> list[str]:
    left = []
    for api_id in ids:
        try:
            gone = await wire.call("DeleteApi", ApiId=api_id)
        except botocore.exceptions.BotoCoreError:
            left.append(api_id)
        else:
            left += [] if gone.accepted or gone.status == 404 else [api_id]
    return left

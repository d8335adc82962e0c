"""Changes to integrations: one at a time for each API, and none of them made twice."""

import dataclasses
from collections.abc import Callable
from typing import Any

from idem_apigwv2_integration.gateway import account, errors, reading

Payload = dict[str, Any]


@dataclasses.dataclass
class Created:
    """An integration that a create made.

    Args:
        payload: What AWS answered, or what was read where the answer was lost.
        notes: What else the user should know, a sentence each.
    """

    payload: Payload
    notes: list[str]


class Writer:
    """Changes the integrations of one account."""

    def __init__(self, account: account.Account):
        self._account = account
        self._reader: reading.Reader = account.shared(reading.Reader)

    async def create(
        self,
        api_id: str,
        members: dict[str, Any],
        is_equal: Callable[[Payload], bool],
        claimed: Callable[[], set[str]],
    ) -> Created:
        """Make an integration, and only one.

        CreateIntegration knows no client token: where an answer is lost, it is looked whether the
        integration was made before the request is sent again.

        Args:
            api_id(str): The API.
            members(dict): The members of the request.
            is_equal: Tells whether an integration equals the one asked for.
            claimed: Returns the ids of the API's integrations that others stand for.

        Raises:
            errors.Failure: It was not made, or it can't be told whether it was.
        """
        async with self._account.place.lanes[api_id]:
            seen = self._reader.seen.get(api_id)
            # What was there before can't have been made by this call.
            before = None if seen is None else set(seen)

            async def look() -> list[Payload]:
                others = (before or set()) | claimed()
                return [
                    payload
                    for payload in await self._reader.all(api_id)
                    if payload["IntegrationId"] not in others and is_equal(payload)
                ]

            created = await self._create_once(api_id, members, look, before is not None)
            if seen is not None:
                seen.add(created.payload["IntegrationId"])
            return created

    async def update(self, api_id: str, resource_id: str, members: dict[str, Any]) -> Payload:
        """Change an integration and return it as AWS answers.

        Raises:
            errors.Failure: It was not changed, or it can't be told whether it was.
        """
        async with self._account.place.lanes[api_id]:
            return await self._account.call(
                "UpdateIntegration", ApiId=api_id, IntegrationId=resource_id, **members
            )

    async def delete(self, api_id: str, resource_id: str) -> bool:
        """Delete an integration, and return whether it was there; it is no failure if it was not.

        Raises:
            errors.Failure: It is still there, or it can't be told whether it is.
        """
        async with self._account.place.lanes[api_id]:
            return await self._delete(api_id, resource_id)

    async def _delete(self, api_id: str, resource_id: str) -> bool:
        try:
            await self._account.call("DeleteIntegration", ApiId=api_id, IntegrationId=resource_id)
        except errors.Failure as failure:
            if failure.kind is not errors.Kind.NOT_FOUND:
                raise
            return False
        return True

    async def _create_once(
        self, api_id: str, members: dict[str, Any], look: Callable, tellable: bool
    ) -> Created:
        """Send a create until it was done, and keep one of what it made.

        Args:
            api_id(str): The API.
            members(dict): The members of the request.
            look: Returns what may have been made by this call.
            tellable: Whether what `look` returns was certainly not there before.
        """
        # How many of the requests may have made an integration, and how many of these may have done
        # so after it was looked for.
        effective = late = 0
        answer = None
        made: list[Payload] = []
        try:
            async for attempt in self._account.attempts():
                with attempt:
                    if effective:
                        made = await self._look_after_loss(look, tellable)
                    if not made:
                        try:
                            answer = await self._account.send(
                                "CreateIntegration", ApiId=api_id, **members
                            )
                            effective += 1
                        except errors.Failure as failure:
                            effective += failure.kind in errors.OPEN
                            late += failure.kind is errors.Kind.LATE
                            raise
        except errors.Failure as failure:
            # The answer to the last request may be the one that was lost.
            if failure.kind in errors.OPEN:
                made = await self._look_after_loss(look, tellable)
            if not made:
                raise
        if answer is None:
            kept, surplus = made[0], made[1:]
            notes = [
                f"AWS's answer to the create was lost; {kept['IntegrationId']}, which it had made, "
                "was found and kept."
            ]
        elif effective == 1:
            return Created(answer, [])
        else:
            kept, surplus, notes = answer, [], []
            try:
                surplus = [
                    payload
                    for payload in await look()
                    if payload["IntegrationId"] != kept["IntegrationId"]
                ]
            except errors.Failure as failure:
                notes = [f"An answer was lost on the way, and a second one may be there: {failure}."]
        # More than this call can have made since it looked: somebody else made some of them.
        if not tellable or len(surplus) > late:
            return Created(kept, notes + _left_alone(surplus))
        return Created(kept, notes + await self._remove(api_id, surplus))

    async def _look_after_loss(self, look: Callable, tellable: bool) -> list[Payload]:
        try:
            made = await look()
        except errors.Failure as failure:
            raise errors.Failure(
                errors.Kind.REFUSED,
                "AWS's answer to CreateIntegration was lost, and whether an integration was made "
                f"can't be seen: {failure}",
            ) from None
        if made and not tellable:
            ids = ", ".join(payload["IntegrationId"] for payload in made)
            raise errors.Failure(
                errors.Kind.REFUSED,
                "AWS's answer to CreateIntegration was lost; what was asked for equals "
                f"{ids}, which may or may not have been there before",
            )
        return made

    async def _remove(self, api_id: str, surplus: list[Payload]) -> list[str]:
        notes = []
        for payload in surplus:
            resource_id = payload["IntegrationId"]
            try:
                await self._delete(api_id, resource_id)
                notes.append(
                    "The create was sent again because an answer was lost; the second integration "
                    f"that it made, {resource_id}, was removed."
                )
            except errors.Failure as failure:
                notes.append(
                    "The create was sent again because an answer was lost, and made a second "
                    f"integration, {resource_id}, which could not be removed: {failure}."
                )
        return notes


def _left_alone(surplus: list[Payload]) -> list[str]:
    if not surplus:
        return []
    ids = ", ".join(payload["IntegrationId"] for payload in surplus)
    return [f"An answer to the create was lost; {ids}, equal and new as well, was left alone."]

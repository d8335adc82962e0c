"""Finds the integration that a state without an id stands for, if it is there already."""

from typing import Any

from idem_apigwv2_integration.gateway import account, errors, reading, run
from idem_apigwv2_integration.resource import convert, plan


async def find_equal(
    account: account.Account,
    run: run.Run,
    tag: str | None,
    name: str,
    api_id: str,
    given: dict[str, Any],
) -> dict[str, Any] | None:
    """Return an integration that equals what is given and that nothing else stands for, and claim it.

    Where several states look at the same moment they choose in the order of the SLS, from the
    candidates in the order of their ids, so that equal states find the same integrations again.

    Args:
        account: Where the API is.
        run: The run that the state belongs to.
        tag: idem's tag of the state.
        name: An Idem name of the resource.
        api_id: The API.
        given: Fields as an SLS gives them.

    Raises:
        errors.Failure: The API's integrations can't be read.
    """

    def choose(payloads: list[dict[str, Any]]) -> dict[str, Any] | None:
        claimed = run.claimed(account, api_id)
        # One that quick create made can't be deleted later: the last choice.
        for payload in sorted(payloads, key=lambda payload: bool(payload.get("ApiGatewayManaged"))):
            resource = convert.from_aws(payload, api_id, name)
            if resource["resource_id"] not in claimed and plan.equal(given, resource):
                run.claim(account, api_id, resource["resource_id"])
                return resource
        return None

    return await account.shared(reading.Reader).pick(api_id, choose, run.order(tag))


async def note_existing(account: account.Account, api_id: str) -> None:
    """Note which integrations an API has, so that one that a create makes can be told from them.

    Without that knowledge a create whose answer is lost is not sent again: who may not list goes on.
    """
    try:
        await account.shared(reading.Reader).all(api_id)
    except errors.Failure:
        return

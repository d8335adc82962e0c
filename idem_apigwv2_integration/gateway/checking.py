"""The check of what is wanted, with what has to be read for it: the API's protocol."""

from collections.abc import Iterable
from typing import Any

from idem_apigwv2_integration.gateway import account, errors, reading
from idem_apigwv2_integration.resource import check, messages, plan


async def refusals(
    account: account.Account,
    api_id: Any,
    given: dict[str, Any],
    live: dict[str, Any] | None = None,
    unknown: Iterable[str] = (),
    held: dict[str, Any] | None = None,
) -> tuple[list[str], str | None]:
    """Return everything that is wrong with what is wanted, and the API's protocol.

    Args:
        account: Where the API is.
        api_id: The API as it is given; a placeholder if it does not exist yet.
        given: Fields as they are given.
        live: The integration as it is, in idem's shape, if it exists.
        unknown: The names of arguments that are no parameters.
        held: What the ESM holds.

    Raises:
        errors.Failure: The API can't be read, and nothing else is wrong.
    """
    protocol = None
    found: list[str] = []
    if api_id and isinstance(api_id, str) and not plan.is_placeholder(api_id):
        try:
            protocol = await account.shared(reading.Reader).protocol(api_id)
        except errors.Failure as failure:
            found = check.problems(given, live, None, unknown, held)
            if failure.kind is errors.Kind.NOT_FOUND:
                return [messages.missing_api(api_id), *found], None
            if not found:
                raise
            return found, None
    found = check.problems(given, live, protocol, unknown, held)
    if live and not found:
        found = check.in_place_problems(plan.wanted(given, live), live)
    return found, protocol

"""The check of what is wanted, with what it needs to read: the API's protocol."""

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
    """Return everything that is wrong with what is wanted, and the API's protocol if it could be read.

    Args:
        account: Where the API is.
        api_id: The API as it is given; a placeholder if it does not exist yet.
        given: Fields as an SLS gives them.
        live: The integration as it is, in Idem's format, if it exists.
        unknown: The names of arguments that are no parameters.
        held: What the ESM records.

    Raises:
        errors.Failure: The API can't be read, and nothing else is wrong.
    """
    protocol = None
    found: list[str] = []
    if not check.identity_problems("", api_id, None) and not plan.is_placeholder(api_id):
        try:
            protocol = await account.shared(reading.Reader).protocol(api_id)
        except errors.Failure as failure:
            found = check.problems(given, live, None, unknown, held)
            if failure.kind is errors.Kind.NOT_FOUND:
                return [messages.missing_api(api_id, account.location[0]), *found], None
            if not found:
                raise
            return found, None
    return check.problems(given, live, protocol, unknown, held), protocol

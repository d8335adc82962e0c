"""The check of what is wanted, with what it needs to read: the API's protocol."""

from collections.abc import Iterable
from typing import Any

from idem_apigwv2_integration.aws import account, errors, retry
from idem_apigwv2_integration.resource import arguments, messages, validate, values
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.resource.type import ResourceType


async def check(
    account: account.Account,
    kind: ResourceType,
    api_id: Any,
    given: dict[str, Any],
    budget: retry.Budget,
    live: dict[str, Any] | None = None,
    unknown: Iterable[str] = (),
    held: dict[str, Any] | None = None,
    planned: Plan | None = None,
    declared_protocol: str | None = None,
) -> validate.Report:
    """Return what is wrong with what is wanted, and the plan.

    Args:
        account: Where the API is.
        kind: The type of the resource.
        api_id: The API as it is given; a placeholder if it does not exist yet.
        given: Fields as an SLS gives them.
        budget: The budget.
        live: The resource as it is, in Idem's format, if it exists.
        unknown: The names of arguments that are no parameters.
        held: What the ESM records.
        planned: The plan as far as it is known without the protocol; nothing given is malformed.
        declared_protocol: The protocol that an API will have that does not exist yet, if it is known.

    Raises:
        errors.CallFailed: The API can't be read, and nothing else is wrong.
    """
    protocol: str | None = None
    failure: errors.CallFailed | None = None
    wrong = arguments.check_identity(kind, "", {"api_id": api_id}, None)
    if values.is_placeholder(api_id):
        protocol = declared_protocol
    elif not wrong:
        try:
            protocol = await account.reader.protocol(api_id, budget)
        except errors.CallFailed as error:
            failure = error
    if planned and planned.protocol == protocol:
        report = validate.check_plan(planned, kept=live or held)
    else:
        report = validate.check(kind, given, live, protocol, held)
    report.problems[:0] = arguments.check_names(kind, unknown)
    if isinstance(failure, errors.NotFound):
        report.problems.insert(0, messages.missing_api(api_id, account.location[0]))
    elif failure and not report.problems:
        raise failure
    return report

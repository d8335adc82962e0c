"""The check of what is wanted, with what it needs to read: the API's protocol."""

from typing import Any

from idem_apigwv2_integration.aws import account, errors, retry
from idem_apigwv2_integration.resource import matching, validate, values
from idem_apigwv2_integration.resource.declaration import Declaration
from idem_apigwv2_integration.resource.plan import Plan


async def check(
    account: account.Account,
    budget: retry.Budget,
    declared: Declaration,
    live: dict[str, Any] | None = None,
    held: dict[str, Any] | None = None,
    planned: Plan | None = None,
    declared_protocol: str | None = None,
) -> validate.Report:
    """Return what is wrong with what is wanted, and the plan.

    Args:
        account: Where the API is.
        budget: The budget.
        declared: What is declared; the API's ID is a placeholder if the API does not exist yet.
        live: The resource as it is, in Idem's format, if it exists.
        held: What the ESM records.
        planned: The plan as far as it is known without the protocol.
        declared_protocol: The protocol that an API will have that does not exist yet, if it is known.

    Raises:
        errors.CallFailed: The API can't be read, and nothing else is wrong.
    """
    api_id, protocol = declared.api_id, None
    failure: errors.CallFailed | None = None
    if values.is_placeholder(api_id):
        protocol = declared_protocol
    elif "api_id" not in declared.identity:
        try:
            protocol = await account.reader.protocol(api_id, budget)
        except errors.CallFailed as error:
            failure = error
    planned = planned if planned and planned.protocol == protocol else None
    report = validate.check(declared, live, protocol, held, planned=planned)
    if isinstance(failure, errors.NotFound):
        report.problems.insert(0, matching.missing_api(api_id, account.location[0]))
    elif failure and not report.problems and not declared.misnamed:
        raise failure
    return report

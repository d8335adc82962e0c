import inspect

import botocore.exceptions
import botocore.parsers
import hypothesis
import pytest
from hypothesis import strategies

from idem_apigwv2_integration.aws import errors, redaction, retries
from idem_apigwv2_integration.aws.errors import Kind

RACE = "Unable to complete operation due to concurrent modification. Please try again later."
IN_USE = (
    "Cannot delete Integration because it is referenced by the following Routes with Ids: [abc, d3f]"
)


SETTLING = "Unable to retrieve listener port and load balancer DNS name from ELB listener"


def answer(code, message="m", status=400):
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return botocore.exceptions.ClientError(response, "GetApi")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (answer("NotFoundException", status=404), Kind.NOT_FOUND),
        (answer("TooManyRequestsException", status=429), Kind.THROTTLED),
        (answer("SomethingNew", "Rate exceeded", 429), Kind.THROTTLED),
        (answer("SomethingNew", "Something else", 429), Kind.REFUSED),
        (answer("ThrottlingException"), Kind.THROTTLED),
        (answer("TooManyRequestsException", RACE, 429), Kind.THROTTLED),
        (answer("SomethingNew", RACE, 409), Kind.BUSY),
        (answer("BadRequestException", SETTLING), Kind.SETTLING),
        (answer("ConflictException", RACE, 409), Kind.BUSY),
        (answer("ConflictException", IN_USE, 409), Kind.IN_USE),
        (answer("ConflictException", "Something else", 409), Kind.REFUSED),
        (answer("BadRequestException", "not found, concurrent modification, 429"), Kind.REFUSED),
        (answer("AccessDeniedException", status=403), Kind.REFUSED),
        (answer("InternalServerErrorException", status=500), Kind.LOST),
        (answer("", status=503), Kind.LOST),
        (botocore.exceptions.EndpointConnectionError(endpoint_url="u"), Kind.NOT_SENT),
        (botocore.exceptions.ConnectTimeoutError(endpoint_url="u"), Kind.NOT_SENT),
        # Not known to have failed before the request was sent.
        (botocore.exceptions.ProxyConnectionError(proxy_url="u"), Kind.LOST),
        (botocore.exceptions.ReadTimeoutError(endpoint_url="u"), Kind.LATE),
        (botocore.exceptions.ConnectionClosedError(endpoint_url="u"), Kind.LOST),
        (botocore.exceptions.HTTPClientError(error="e"), Kind.LOST),
        (botocore.parsers.ResponseParserError("e"), Kind.LOST),
        (botocore.exceptions.SSLError(endpoint_url="u", error="e"), Kind.LOST),
        (botocore.exceptions.NoCredentialsError(), Kind.REFUSED),
        (botocore.exceptions.NoRegionError(), Kind.REFUSED),
        (ConnectionError("Failed to assume role"), Kind.REFUSED),
    ],
)
def test_what_an_exception_means(error, kind):
    failure = errors.classify("GetApi", error)
    assert failure.kind is kind and failure.reason.startswith("GetApi")


def test_the_routes_that_are_in_the_way_are_named():
    failure = errors.classify("DeleteIntegration", answer("ConflictException", IN_USE))
    assert failure.routes == ("abc", "d3f") and "[abc, d3f]" in failure.reason


def test_every_exception_of_botocore_is_understood():
    for _, kind in inspect.getmembers(botocore.exceptions, inspect.isclass):
        if issubclass(kind, botocore.exceptions.BotoCoreError):
            error = kind.__new__(kind)
            Exception.__init__(error, "text")
            assert errors.classify("GetApi", error).reason


@pytest.mark.parametrize(
    "text",
    [
        "x-amz-security-token:TOKEN",
        "'X-Amz-Security-Token': b'TOKEN', 'a': 1",
        "Authorization=AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/2026, Signature=TOKEN",
        "https://host/?X-Amz-Security-Token=TOKEN&x=1",
        "https://host/?X-Amz-Signature=TOKEN&x=1",
        "the key ASIAABCDEFGHIJKLMNOP is unknown".replace(
            "ASIAABCDEFGHIJKLMNOP", "ASIATOKENTOKENTOKENA"
        ),
    ],
)
def test_credentials_are_redacted(text):
    assert "TOKEN" not in redaction.redact(text) and "[redacted]" in redaction.redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "User arn:aws:sts::1:assumed-role/x is not authorized to perform: apigateway:POST",
        "Operations on header authorization are restricted",
    ],
)
def test_other_texts_stay(text):
    assert redaction.redact(text) == text


def test_every_retried_kind_has_a_budget_and_advice():
    assert set(errors.OPEN) < set(retries.BUDGET)
    for kind, budget in retries.BUDGET.items():
        failure = errors.given_up(errors.Failure(kind, "GetApi failed."), 3, round(budget))
        assert failure.final and f"(3 attempts in {round(budget)} seconds)" in failure.reason
        assert failure.reason.endswith(errors._ADVICE[kind]) and errors._ADVICE[kind].endswith(".")


QUOTA = (
    "Maximum number of Integrations for this API has been reached. "
    "Please contact AWS if you need additional Integrations."
)


@pytest.mark.parametrize(
    "code", ["ConflictException", "LimitExceededException", "TooManyRequestsException"]
)
def test_a_full_quota_of_integrations_is_final_whatever_its_code(code):
    failure = errors.classify("CreateIntegration", answer(code, QUOTA, 429))
    assert failure.kind is Kind.REFUSED
    assert "300" in failure.reason and "AWS Support" in failure.reason


def test_a_403_explains_that_permissions_take_time():
    message = "User: x is not authorized to perform: iam:PassRole on resource: y"
    failure = errors.classify("CreateIntegration", answer("AccessDeniedException", message, 403))
    assert failure.kind is Kind.REFUSED and "take up to a minute to take effect" in failure.reason


@pytest.mark.parametrize("code", errors.INVALID_CREDENTIALS)
def test_invalid_credentials_are_final(code):
    failure = errors.classify("GetApi", answer(code, "The security token is invalid", 403))
    assert failure.kind is Kind.REFUSED and "Renew the credentials" in failure.reason


ANYTHING = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(),
    lambda inner: strategies.lists(inner) | strategies.dictionaries(strategies.text(), inner),
    max_leaves=4,
)


@hypothesis.given(code=ANYTHING, message=ANYTHING, status=ANYTHING, described=strategies.booleans())
def test_any_error_response_is_classified(code, message, status, described):
    response = {
        "Error": {"Code": code, "Message": message} if described else code,
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    error = answer("SomethingNew")
    error.response = response
    failure = errors.classify("CreateIntegration", error)
    assert failure.reason.isprintable() and len(failure.reason) < 1000


@pytest.mark.parametrize("code", ["", "403", None, 5, "<html>"])
def test_an_error_without_a_code_of_aws_is_a_lost_response(code):
    assert errors.classify("CreateIntegration", answer(code, "m", 403)).kind is Kind.LOST

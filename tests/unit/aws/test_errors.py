import inspect

import botocore.exceptions
import botocore.parsers
import hypothesis
import pytest
from hypothesis import strategies

import shortened
from idem_apigwv2_integration.aws import errors, redaction
from idem_apigwv2_integration.integration import INTEGRATION

RACE = "Unable to complete operation due to concurrent modification. Please try again later."
IN_USE = (
    "Cannot delete Integration because it is referenced by the following Routes with Ids: [abc, d3f]"
)


SETTLING = "Unable to retrieve listener port and load balancer DNS name from ELB listener"


def response(code, message="m", status=400):
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return botocore.exceptions.ClientError(response, "GetApi")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (response("NotFoundException", status=404), errors.NotFound),
        (response("TooManyRequestsException", status=429), errors.Throttled),
        (response("SomethingNew", "Rate exceeded", 429), errors.Throttled),
        (response("SomethingNew", "Something else", 429), errors.Refused),
        (response("ThrottlingException"), errors.Throttled),
        (response("TooManyRequestsException", RACE, 429), errors.Throttled),
        (response("SomethingNew", RACE, 409), errors.Conflicting),
        (response("BadRequestException", SETTLING), errors.ListenerPending),
        (response("ConflictException", RACE, 409), errors.Conflicting),
        (response("ConflictException", IN_USE, 409), errors.Blocked),
        (response("ConflictException", "Something else", 409), errors.Refused),
        (response("BadRequestException", "not found, concurrent modification, 429"), errors.Refused),
        (response("AccessDeniedException", status=403), errors.Refused),
        (response("InternalServerErrorException", status=500), errors.ResponseLost),
        (response("", status=503), errors.ResponseLost),
        (botocore.exceptions.EndpointConnectionError(endpoint_url="u"), errors.NotSent),
        (botocore.exceptions.ConnectTimeoutError(endpoint_url="u"), errors.NotSent),
        # Not known to have failed before the request was sent.
        (botocore.exceptions.ProxyConnectionError(proxy_url="u"), errors.ResponseLost),
        (botocore.exceptions.ReadTimeoutError(endpoint_url="u"), errors.ResponseLate),
        (botocore.exceptions.ConnectionClosedError(endpoint_url="u"), errors.ResponseLost),
        (botocore.exceptions.HTTPClientError(error="e"), errors.ResponseLost),
        (botocore.parsers.ResponseParserError("e"), errors.ResponseLost),
        (botocore.exceptions.SSLError(endpoint_url="u", error="e"), errors.ResponseLost),
        (botocore.exceptions.NoCredentialsError(), errors.Refused),
        (botocore.exceptions.NoRegionError(), errors.Refused),
        (ConnectionError("Failed to assume role"), errors.Refused),
    ],
)
def test_what_an_exception_means(error, kind):
    failure = errors.classify("GetApi", error)
    assert type(failure) is kind and str(failure).startswith("GetApi")


def test_a_region_that_is_not_set_names_the_settings():
    failure = errors.not_opened("GetApi", botocore.exceptions.NoRegionError())
    assert type(failure) is errors.Refused
    assert "set region_name in the acct profile, or AWS_DEFAULT_REGION" in str(failure)


def test_the_routes_that_are_in_the_way_are_named():
    failure = errors.classify("DeleteIntegration", response("ConflictException", IN_USE))
    assert failure.routes == ("abc", "d3f")
    assert str(failure).endswith("[abc, d3f]. First delete these routes, or change their targets.")


EXCEPTIONS = [
    kind
    for _, kind in inspect.getmembers(botocore.exceptions, inspect.isclass)
    if issubclass(kind, botocore.exceptions.BotoCoreError)
]


@pytest.mark.parametrize("kind", EXCEPTIONS, ids=lambda kind: kind.__name__)
def test_every_exception_of_botocore_is_understood(kind):
    error = kind.__new__(kind)
    Exception.__init__(error, "text")
    sentence = str(errors.classify("GetApi", error))
    assert sentence.startswith("GetApi ")
    assert "text" in sentence or kind is botocore.exceptions.NoCredentialsError


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


@pytest.mark.parametrize("text", ["{} was refused", "refused: {}", "{}"])
def test_a_value_is_hidden_wherever_it_stands(text):
    assert redaction.without_parts(text.format("hush"), ["hush"]) == text.format("(sensitive value)")


@pytest.mark.parametrize("kind", shortened.RETRYABLE)
def test_what_was_retried_without_success_says_how_often_and_what_to_do(kind):
    failure = kind("GetApi failed.").given_up(3, 65)
    assert failure.final and type(failure) is kind and kind.advice.endswith(".")
    assert str(failure) == f"GetApi failed (3 attempts in 65 seconds). {kind.advice}"


QUOTA = (
    "Maximum number of Integrations for this API has been reached. "
    "Please contact AWS if you need additional Integrations."
)


@pytest.mark.parametrize(
    "code", ["ConflictException", "LimitExceededException", "TooManyRequestsException"]
)
def test_a_full_quota_of_integrations_is_final_whatever_its_code(code):
    failure = errors.classify("CreateIntegration", response(code, QUOTA, 429), quota=INTEGRATION.quota)
    assert type(failure) is errors.Refused
    assert "300" in str(failure) and "AWS Support" in str(failure)


def test_a_403_explains_that_permissions_take_time():
    message = "User: x is not authorized to perform: iam:PassRole on resource: y"
    failure = errors.classify("CreateIntegration", response("AccessDeniedException", message, 403))
    assert type(failure) is errors.Refused and "take up to a minute to take effect" in str(failure)


@pytest.mark.parametrize("code", ["ForbiddenByNewPolicy", *sorted(errors.UNSIGNED)])
def test_a_403_with_another_code_is_about_permissions_unless_it_is_about_the_signature(code):
    said = str(errors.classify("CreateIntegration", response(code, "No.", 403)))
    assert ("take up to a minute to take effect" in said) is (code not in errors.UNSIGNED)


@pytest.mark.parametrize("code", errors.INVALID_CREDENTIALS)
def test_invalid_credentials_are_final(code):
    failure = errors.classify("GetApi", response(code, "The security token is invalid", 403))
    assert type(failure) is errors.Refused and "Renew the credentials" in str(failure)


ANYTHING = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(),
    lambda inner: strategies.lists(inner) | strategies.dictionaries(strategies.text(), inner),
    max_leaves=4,
)


@hypothesis.given(code=ANYTHING, message=ANYTHING, status=ANYTHING, described=strategies.booleans())
def test_any_error_response_is_classified(code, message, status, described):
    error = response("SomethingNew")
    error.response = {
        "Error": {"Code": code, "Message": message} if described else code,
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    failure = errors.classify("CreateIntegration", error)
    assert str(failure).isprintable() and len(str(failure)) < 1000


@pytest.mark.parametrize("code", ["", "403", None, 5, "<html>"])
def test_an_error_without_a_code_of_aws_is_a_lost_response(code):
    assert isinstance(
        errors.classify("CreateIntegration", response(code, "m", 403)), errors.ResponseLost
    )

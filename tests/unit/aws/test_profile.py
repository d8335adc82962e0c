"""What identifies an acct profile, and where it leads."""

import botocore.config
import pytest

from idem_apigwv2_integration.aws import client, profile

SETTINGS = {"region_name": "eu-west-1", "aws_access_key_id": "a-key", "aws_secret_access_key": "secret"}


def digest(**changes):
    return profile.Profile(SETTINGS | changes).digest


# Where it leads


@pytest.mark.parametrize("written", ["https://apigateway.eu-west-1.amazonaws.com", None, ""])
@pytest.mark.parametrize("end", ["", "/"])
def test_the_endpoint_of_aws_is_the_default_one(written, end):
    given = SETTINGS | {"endpoint_url": written and written + end}
    assert profile.Profile(given).location == ("eu-west-1", "")


@pytest.mark.parametrize(
    "written", ["https://apigateway.us-east-1.amazonaws.com", "http://localhost:4566"]
)
def test_any_other_endpoint_is_another_location(written):
    given = SETTINGS | {"endpoint_url": f"{written}/"}
    assert profile.Profile(given).location == ("eu-west-1", written)


def test_a_profile_without_a_region_leads_to_the_sdks_region(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    own = "https://apigateway.ap-south-1.amazonaws.com"
    assert profile.Profile({}).location == ("ap-south-1", "")
    assert profile.Profile({"endpoint_url": own}).location == ("ap-south-1", "")


@pytest.mark.parametrize(
    "given",
    [
        {"region_name": "eu-west-1", "endpoint_url": "http://localhost/"},
        {"region": "eu-west-1", "endpoint": "http://localhost"},
        {"location": "eu-west-1", "endpoint_url": "http://localhost"},
    ],
)
def test_the_names_that_idem_aws_knows_lead_to_one_location(given):
    assert profile.Profile(given).location == ("eu-west-1", "http://localhost")


# What identifies it


@pytest.mark.parametrize(
    "change",
    [
        {"region_name": "us-east-1"},
        {"aws_access_key_id": "another"},
        {"aws_secret_access_key": "another"},
        {"aws_session_token": "a-token"},
        {"endpoint_url": "http://localhost:4566"},
        {"config": {"read_timeout": 5}},
        {"config": botocore.config.Config(read_timeout=5)},
        {profile.CONFIG: {"read_timeout": 5}},
    ],
    ids=["Region", "key", "secret", "token", "endpoint", "config", "built", "written"],
)
def test_profiles_with_another_setting_are_others(change):
    assert digest(**change) != digest()


@pytest.mark.parametrize("kept", [{}, {profile.CONFIG: {"read_timeout": 5}}], ids=["built", "written"])
def test_profiles_with_equal_settings_are_one(kept):
    """idem-aws builds another object for each state."""
    one, other = (botocore.config.Config(read_timeout=5) for _ in range(2))
    assert digest(config=one, **kept) == digest(config=other, **kept)


def test_settings_as_they_are_written_decide():
    """What idem-aws builds of them is empty for all profiles but the first one of a process."""
    written = {profile.CONFIG: {"read_timeout": 5}}
    assert digest(config=None, **written) == digest(config=botocore.config.Config(), **written)
    assert digest(**written) != digest(**{profile.CONFIG: {"read_timeout": 6}})


def test_a_digest_shows_no_secret():
    assert "secret" not in digest() and "a-key" not in digest()


def test_settings_of_any_type_have_a_digest():
    assert digest(verify=object, aws_session_token=b"\xff", assume_role={("a",): 1})


# How its clients are configured


@pytest.mark.parametrize(
    ("retries", "most"),
    [
        (None, None),
        ({"max_attempts": 2}, 3),
        ({"total_max_attempts": 2}, 2),
        ({"mode": "adaptive"}, None),
    ],
)
def test_the_attempts_that_a_profile_allows(retries, most):
    settings = {"config": {"retries": retries}} if retries else {}
    assert profile.Profile(settings).most_attempts == most


# What is wrong with it


@pytest.mark.parametrize(
    ("endpoint", "right"),
    [
        ("http://localhost:4566", True),
        ("https://[::1]:4566/", True),
        ("http://[::1", False),
        ("http://localhost:65536", False),
        ("http://localhost:0", False),
        ("http://localhost:port", False),
        ("http://", False),
        ("localhost:4566", False),
        ("ftp://localhost", False),
        (4566, False),
    ],
)
def test_an_endpoint_must_be_a_url(endpoint, right):
    problem = profile.Profile(SETTINGS | {"endpoint_url": endpoint}).problem
    assert problem is None if right else problem.startswith("endpoint_url of the acct profile must be a")


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"read_timeout": 0.5, "connect_timeout": 1, "max_pool_connections": 1}, None),
        ({"retries": {"max_attempts": 0, "mode": "standard"}}, None),
        ({"retries": {"total_max_attempts": 1}}, None),
        (
            {"read_timeout": 0},
            "read_timeout of the acct profile is 0: it must be a number of seconds above 0",
        ),
        ({"connect_timeout": True}, "connect_timeout of the acct profile is True: it must be a number"),
        (
            {"max_pool_connections": 0},
            "max_pool_connections of the acct profile is 0: it must be a whole",
        ),
        ({"max_pool_connections": True}, "max_pool_connections of the acct profile is True"),
        ({"retries": {"max_attempts": -1}}, "retries: max_attempts of the acct profile is -1"),
        ({"retries": {"max_attempts": 1.5}}, "retries: max_attempts of the acct profile is 1.5"),
        ({"retries": {"total_max_attempts": 0}}, "retries: total_max_attempts of the acct profile is 0"),
        (
            {"retries": {"mode": "fast"}},
            "retries: mode of the acct profile is 'fast': it must be one of",
        ),
        ({"retries": 5}, "config: retries of the acct profile is 5: it must be a map."),
        ({"proxies": "http://proxy"}, "proxies of the acct profile is 'http://proxy': it must be a map"),
        ([1], "config of the acct profile is [1]: it must be a map of botocore's options."),
    ],
)
def test_what_is_wrong_with_the_botocore_settings(config, said):
    one = profile.Profile(SETTINGS | {"config": config})
    assert one.problem is None if said is None else said in one.problem


@pytest.mark.parametrize(
    ("config", "seconds"),
    [
        ({}, 120),
        ({"read_timeout": 5}, 65),
        ({"connect_timeout": 2, "read_timeout": 5}, 7),
        ({"connect_timeout": None, "read_timeout": None}, 120),
    ],
)
def test_the_time_that_a_call_may_take(config, seconds):
    assert profile.Profile({"config": config}).deadline == seconds


@pytest.mark.parametrize(
    ("retries", "seconds"), [({}, 50), ({"max_attempts": 0}, 10), ({"total_max_attempts": 2}, 20)]
)
def test_the_time_that_sts_may_take(retries, seconds):
    """As long as all attempts of idem-aws's client for it, five by default."""
    config = {"connect_timeout": 4, "read_timeout": 6, "retries": retries}
    assert client.Client(None, profile.Profile({"config": config})).sts_deadline == seconds

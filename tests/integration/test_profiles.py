"""Mistakes in an acct profile, and its secrets."""

import logging

import pytest

from world import HTTP

TOKEN = "a-session/token+of=40&characters"


def create(http):
    return http.call("states.present", name="it", api_id=http.api_id, **HTTP)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({"config": {"retries": {"max_attempts": "3"}}}, "max_attempts of the acct profile is '3'"),
        ({"config": {"retries": 3}}, "retries of the acct profile is 3"),
        ({"config": {"retries": {"mode": "fast"}}}, "must be one of legacy, standard, adaptive"),
        ({"config": {"read_timeout": "60"}}, "read_timeout of the acct profile is '60'"),
        ({"config": {"max_pool_connections": 0}}, "must be a whole number above 0"),
        ({"config": {"proxies": "http://proxy"}}, "must be a map from http and https to a URL"),
        ({"config": {"s3": "abc"}}, "config of the acct profile can't be used"),
        ({"config": "abc"}, "config of the acct profile is 'abc'"),
        ({"endpoint_url": 5}, "endpoint_url of the acct profile must be a URL"),
        ({"endpoint_url": "localhost:4566"}, "endpoint_url of the acct profile must be a URL"),
        ({"aws_secret_access_key": 12345}, "must be a string, not of type int"),
    ],
)
def test_a_mistake_in_a_profile_is_one_sentence(http, setting, expected):
    http.profiles["default"] |= setting
    result = create(http)
    assert result["result"] is False and expected in result["comment"][0]
    assert len(result["comment"]) == 1 and not http.all and "12345" not in str(result)


def test_a_mistake_in_a_profile_ends_no_run(http):
    http.profiles["default"]["config"] = {"retries": {"max_attempts": "3"}}
    assert "is '3'" in http.apply(**HTTP)["comment"][0]


def test_a_token_that_ends_in_a_line_break_is_final_and_not_shown(http, caplog):
    http.profiles["default"]["aws_session_token"] = f"{TOKEN}\n"
    caplog.set_level(logging.INFO)
    result = create(http)
    assert result["result"] is False and "line break" in result["comment"][0]
    assert "attempts" not in result["comment"][0]
    assert TOKEN[:12] not in str(result) + caplog.text


@pytest.mark.parametrize("echo", [TOKEN, "a-session%2Ftoken%2Bof%3D40%26characters"])
def test_a_credential_in_a_text_of_aws_is_redacted(http, echo):
    http.profiles["default"]["aws_session_token"] = TOKEN
    http.server.faults.inject(
        kind="error", operation="CreateIntegration", status=400, message=f"x{echo}y"
    )
    assert "x[redacted]y" in create(http)["comment"][0]


def test_a_password_in_the_endpoint_is_redacted(http, monkeypatch):
    http.profiles["default"]["endpoint_url"] = "http://user:pass%40word@127.0.0.1:9"
    http.profiles["default"]["config"] = {"retries": {"max_attempts": 0}}
    (comment,) = create(http)["comment"]
    assert "http://[redacted]127.0.0.1:9" in comment and "word" not in comment


def test_the_credentials_of_an_assumed_role_reach_no_log(http, caplog):
    http.profiles["default"]["assume_role"] = {
        "role_arn": "arn:aws:iam::123456789012:role/deploy",
        "role_session_name": "it",
    }
    caplog.set_level(logging.DEBUG)
    create(http)
    assert "AssumeRoleResponse" in caplog.text, "the response was logged"
    assert "CanonicalRequest" in caplog.text, "other records are kept"
    assert "a-session-token" not in caplog.text and "not-a-secret" not in caplog.text


def test_a_broken_profile_fails_its_states(http):
    http.profiles["default"]["region_name"] = None
    result = http.call("states.present", name="it", api_id=http.api_id, **HTTP)
    assert result["result"] is False and "region" in result["comment"][0].lower()

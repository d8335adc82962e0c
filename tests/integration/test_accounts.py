"""Which credentials sign the calls: two accounts share nothing, and a role is assumed."""

import pytest

import harness
from idem_apigwv2_integration.aws import client
from world import HTTP


def test_two_accounts_share_nothing(idem, server):
    profiles = {
        "default": harness.profile(server.url),
        "other": harness.profile(server.url, key="another"),
    }
    sls = {}
    for profile, key in (("default", "testing"), ("other", "another")):
        api_id = server.add_api("HTTP", api_id=f"api-{key}", account=(key, "us-east-1"))
        server.add_integration(
            api_id,
            account=(key, "us-east-1"),
            integration_id="same",
            IntegrationType="HTTP_PROXY",
            IntegrationUri="https://example.com",
            IntegrationMethod="GET",
            PayloadFormatVersion="1.0",
        )
        sls |= harness.state(key, {"api_id": api_id, **HTTP, "acct_profile": profile})
    results = idem.apply(sls, profiles, {})
    assert all(result["new_state"]["resource_id"] == "same" for result in results.values())
    assert server.count("GetIntegrations") == 2 and server.count("CreateIntegration") == 0
    assert sorted(key for _, key in server.sts.asked) == ["another", "testing"]


def test_states_with_credentials_of_their_own_take_nothing_from_each_other(http):
    """An SDK that assumes a role mints others for each state; the AWS account is one."""
    sls = {}
    for number in range(4):
        profile = {**http.profiles["default"], "aws_session_token": f"token-{number}"}
        http.profiles[f"minted-{number}"] = profile
        parameters = {"api_id": http.api_id, **HTTP, "acct_profile": f"minted-{number}"}
        sls |= harness.state(f"s{number}", parameters)
    http.server.faults.conflict_window = True
    results = http.run(sls)
    assert len({result["new_state"]["resource_id"] for result in results.values()}) == 4
    assert len(http.all) == 4
    assert http.server.count("CreateIntegration") <= 6, "they share the window of their API"


@pytest.fixture
def role(http):
    """Return a world whose API only an assumed role sees."""
    http.api_id = http.server.add_api("HTTP", account=("deploy", "us-east-1"))
    http.profiles["default"]["assume_role"] = {
        "role_arn": "arn:aws:iam::123456789012:role/deploy",
        "role_session_name": "idem",
    }
    return http


def assumed(world):
    """Return how often a role was assumed."""
    return world.server.sts.asked.count(("AssumeRole", "testing"))


def test_a_role_is_assumed_for_the_run(role):
    sls = {}
    for number in range(5):
        sls |= harness.state(f"s{number}", {"api_id": role.api_id, **HTTP, "description": str(number)})
    assert all(result["result"] for result in role.run(sls).values())
    assert {call.account.access_key for call in role.server.calls} == {"deploy"}
    # Once by idem-aws, to ask who the role is, and once for this plugin's client.
    assert assumed(role) == 2


def test_a_role_is_assumed_again_before_it_expires(role, monkeypatch):
    monkeypatch.setattr(client, "_ROLE_LIFETIME", 0.0)
    assert role.apply(**HTTP)["result"]
    before = assumed(role)
    assert role.apply(**HTTP)["result"]
    assert assumed(role) > before


def test_a_text_of_aws_shows_no_credential_of_an_assumed_role(role):
    refusal = {"kind": "error", "status": 400, "message": "Not with a-session-token."}
    role.server.faults.inject(operation="CreateIntegration", **refusal)
    (comment,) = role.apply(**HTTP)["comment"]
    assert "Not with [redacted]." in comment


def test_a_response_of_sts_that_never_ends_fails(role):
    role.profiles["default"]["config"] = {
        "connect_timeout": 1,
        "read_timeout": 1,
        "retries": {"total_max_attempts": 1},
    }
    role.server.sts.fate = "drip_body"
    # A state needs STS before it is called, too: Idem asks whose credentials they are.
    for result in (role.call("exec.list", api_id=role.api_id), role.apply(**HTTP)):
        assert result["result"] is False
        (comment,) = result["comment"]
        assert "credentials of the acct profile did not arrive within 2 seconds" in comment


def test_a_role_that_cannot_be_assumed_is_told(role, monkeypatch):
    # The SDK's own attempts, of the call of STS.
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    role.profiles["default"]["endpoint_url"] = "http://127.0.0.1:1"
    result = role.apply(**HTTP)
    assert result["result"] is False
    assert "Failed to assume role" in result["comment"][0] and role.esm == {}

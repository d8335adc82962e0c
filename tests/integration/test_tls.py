"""TLS: what fails before the request is sent, and what fails after it."""

import ssl

import pytest
import trustme
from test_faults import wanted

import harness
import mock_server
import shortened
import world
from idem_apigwv2_integration.aws import errors
from world import HTTP

AUTHORITY = trustme.CA()


@pytest.fixture
def secure(idem, tmp_path):
    """A world whose mock server has a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(context)
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    with mock_server.MockServer(tls=context) as server:
        profile = harness.profile(server.url, verify=str(tmp_path / "authority.pem"))
        yield world.World(idem, server, {"default": profile}, "HTTP")


def create(secure):
    return secure.call("states.present", name="it", api_id=secure.api_id, **HTTP)


@pytest.mark.parametrize("kind", ["plain_text", "alert", "drop_response", "truncate"])
def test_a_connection_that_breaks_after_the_request_is_a_lost_response(secure, kind):
    secure.server.faults.inject(kind=kind, operation="CreateIntegration")
    result = create(secure)
    assert result["result"] and "was found and kept" in " ".join(result["comment"])
    assert len(secure.all) == 1 and secure.server.count("CreateIntegration") == 1


@pytest.mark.parametrize("sent", [b"", mock_server.ALERT, mock_server.PLAIN_TEXT])
def test_a_handshake_that_fails_once_is_repeated_and_nothing_is_looked_for(secure, sent):
    secure.server.faults.break_handshakes(sent)
    result = create(secure)
    assert result["result"] and "lost" not in " ".join(result["comment"])


def test_a_handshake_that_keeps_failing_has_sent_nothing(secure, monkeypatch):
    shortened.budgets(monkeypatch, 0.3, errors.NotSent)
    secure.server.faults.break_handshakes(*[mock_server.ALERT] * 50)
    (comment,) = create(secure)["comment"]
    assert "did not reach AWS" in comment and "attempts in" in comment


@pytest.mark.parametrize("wrong", ["authority", "host"])
def test_a_certificate_that_does_not_verify_is_final(secure, tmp_path, wrong):
    profile = secure.profiles["default"]
    if wrong == "authority":
        trustme.CA().cert_pem.write_to_path(profile["verify"])
    else:
        profile["endpoint_url"] = profile["endpoint_url"].replace("127.0.0.1", "localhost")
    (comment,) = create(secure)["comment"]
    assert "certificate can't be verified" in comment and "set verify in the acct profile" in comment
    assert "attempts" not in comment and not secure.server.calls


def test_a_file_of_authorities_that_is_not_there_is_final(secure):
    secure.profiles["default"]["verify"] = "/nowhere/authority.pem"
    (comment,) = create(secure)["comment"]
    assert "was not sent" in comment and "Check verify in the acct profile" in comment


@pytest.mark.parametrize("kind", ["plain_text", "alert"])
def test_sixty_states_over_tls_under_a_fault(secure, kind):
    secure.server.faults.inject(kind=kind, operation="CreateIntegration", times=None, probability=0.3)
    sls = wanted(secure.api_id)
    assert all(result["result"] for result in secure.run(sls).values())
    assert set(secure.all) == {entry["resource_id"] for entry in secure.esm.values()}
    assert len(secure.all) == len(sls)

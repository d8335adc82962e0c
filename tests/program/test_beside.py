"""The plugin beside other resources: a broken dependency, and contracts that are turned off."""

import json

import pytest

import harness
from world import HTTP

API = {"shop": {"aws.apigatewayv2.api.present": [{"protocol_type": "HTTP"}]}}


def test_a_broken_dependency_fails_only_integrations(installed, server, tmp_path):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "aiolimiter.py").write_text("raise ImportError('it is broken')\n")
    api_id = server.add_api("HTTP")
    sls = installed.write(API | harness.state("it", {"api_id": api_id, **HTTP}))
    arguments = ["state", sls, "--output=json", "--no-progress-bar"]

    done = installed(*arguments, PYTHONPATH=str(tmp_path / "broken"))

    results = {result["__id__"]: result for result in json.loads(done.stdout).values()}
    assert results["shop"]["result"]
    assert results["it"]["result"] is False
    assert "Could not find function" in results["it"]["comment"][0]
    assert "aws.apigatewayv2.integration can't be used: it is broken. Install" in done.stderr
    assert not server.integrations(api_id), "idem-aws's function must not run instead"


@pytest.mark.parametrize(("value", "calls"), [("off", 2), ("", 1)])
def test_the_contract_that_calls_sts_once_can_be_turned_off(program, server, value, calls):
    sls = program.write(API | {"second": API["shop"]})
    program("state", sls, "--output=json", "--no-progress-bar", IDEM_APIGWV2_CONTRACTS=value)
    assert server.sts.asked == [("GetCallerIdentity", "testing")] * calls

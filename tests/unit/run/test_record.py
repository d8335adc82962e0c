"""What a run of idem knows of its states, from what idem keeps of it."""

import pytest

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.run import record

IT = "aws.apigatewayv2.integration_|-it_|-it_|-"
REPLACEMENT = "aws.apigatewayv2.integration_|-it_create_new_|-it_create_new_|-"


def test_only_the_entry_of_the_own_tag_counts():
    own, other = {"resource_id": "i1"}, {"resource_id": "i2"}
    data = {
        "running": {f"{IT}present": {"esm_tag": IT}},
        "managed_state": {IT: other, REPLACEMENT: own},
    }
    known = record.Record(INTEGRATION, data)
    assert known.records(f"{IT}present", other)
    assert not known.records(f"{IT}present", own)
    assert not known.records(None, own)


def api(**more):
    return {"state": "aws.apigatewayv2.api", "fun": "present", "__id__": "shop", **more}


BOUND = "${aws.apigatewayv2.api:shop:resource_id}"


@pytest.mark.parametrize(
    ("api_id", "states", "protocol"),
    [
        (BOUND, [api(protocol_type="HTTP")], "HTTP"),
        (BOUND, [api(__id__="other", name="shop", protocol_type="WEBSOCKET")], "WEBSOCKET"),
        (BOUND, [api(__id__="other", protocol_type="HTTP")], None),
        (BOUND, [api(protocol_type="HTTP", fun="absent")], None),
        (BOUND, [api(protocol_type="HTTP", state="aws.apigateway.rest_api")], None),
        (BOUND, [api()], None),
        (BOUND, [api(protocol_type="GRPC")], None),
        (BOUND, [api(protocol_type="${aws.apigatewayv2.api:other:protocol_type}")], None),
        (BOUND, [api(protocol_type="HTTP", ignore_changes=["protocol_type"])], None),
        (BOUND, [api(protocol_type="HTTP", ignore_changes=["name"])], "HTTP"),
        (BOUND, [api(protocol_type="HTTP"), api(name="b", protocol_type="WEBSOCKET")], None),
        (f"x-{BOUND}", [api(protocol_type="HTTP")], None),
        ("a1", [api(resource_id="a1", protocol_type="HTTP")], "HTTP"),
        ("a1", [api(resource_id="a2", protocol_type="HTTP")], None),
        (None, [api(protocol_type="HTTP")], None),
    ],
)
def test_the_protocol_of_an_api_that_the_states_declare(api_id, states, protocol):
    assert record.declared_protocol(api_id, states) == protocol


def test_a_tag_of_no_state_of_the_run_has_no_chunk():
    chunk = {"state": INTEGRATION.name, "__id__": "it", "fun": "present", "name": "it"}
    run = record.Record(INTEGRATION, {"low": [chunk]})
    assert run.chunk(f"{IT}present") is chunk
    assert run.chunk(f"{IT}absent") is None
    assert run.chunk(f"{REPLACEMENT}present") is None


def started(comment=(), result=False):
    return {f"{IT}present": {"comment": list(comment), "result": result}}


@pytest.mark.parametrize(
    ("running", "failed", "ended"),
    [
        (started(["No."]), False, True),
        (started(["Yes."], result=True), False, False),
        # It is executing: for the first time, or again after it has failed for good.
        (started(), False, False),
        (started(), True, True),
        ({}, False, False),
    ],
)
def test_what_has_failed_and_is_not_executing(running, failed, ended):
    run = record.Record(INTEGRATION, {"running": running})
    run.failures = {f"{IT}present": {}} if failed else {}
    assert run.has_failed("it") is ended
    assert run.has_failed("other") is False

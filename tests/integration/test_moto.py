"""The same against moto's server, which models AWS differently: it replaces maps and fills in little."""

import logging

import boto3
import pytest
from moto.server import ThreadedMotoServer

import harness
from world import HTTP


@pytest.fixture(scope="module")
def url():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def client(url):
    return boto3.client("apigatewayv2", **harness.profile(url))


def test_the_life_of_an_integration(idem, url, client):
    api_id = client.create_api(Name="shop", ProtocolType="HTTP")["ApiId"]
    profiles, esm = {"default": harness.profile(url)}, {}

    def apply(function="present", **parameters):
        sls = harness.state("it", {"api_id": api_id, **parameters}, function)
        return idem.apply(sls, profiles, esm)["it"]

    parameters = {"append:header.a": "1", "append:header.b": "2"}
    created = apply(**HTTP, request_parameters=parameters, description="one")
    assert created["result"] and created["new_state"]["request_parameters"] == parameters
    assert not apply(**HTTP, request_parameters=parameters, description="one")["changes"]
    changed = apply(**HTTP, request_parameters={"append:header.b": "3"}, description="two")
    assert changed["result"], changed["comment"]
    assert changed["new_state"]["request_parameters"] == {"append:header.b": "3"}
    resource_id = changed["new_state"]["resource_id"]
    assert client.get_integration(ApiId=api_id, IntegrationId=resource_id)["Description"] == "two"
    assert apply("absent")["result"] and not client.get_integrations(ApiId=api_id)["Items"]


def test_describe_takes_back_what_it_prints(idem, url, client):
    api_id = client.create_api(Name="chat", ProtocolType="WEBSOCKET")["ApiId"]
    client.create_integration(
        ApiId=api_id,
        IntegrationType="MOCK",
        RequestTemplates={"application/json": "{}"},
        PassthroughBehavior="NEVER",
    )
    profile = harness.profile(url)
    idem.hub.SUBPARSER = "describe"
    try:
        described = idem.call("states.describe", profile)
    finally:
        idem.hub.SUBPARSER = "state"
    results = idem.apply(described, {"default": profile}, {})
    assert results and all(a["result"] and not a["changes"] for a in results.values())


def test_what_moto_leaves_out_is_adopted_all_the_same(idem, url, client):
    api_id = client.create_api(Name="shop", ProtocolType="HTTP")["ApiId"]
    profiles = {"default": harness.profile(url)}

    def apply(**parameters):
        return idem.apply(harness.state("it", {"api_id": api_id, **HTTP, **parameters}), profiles, {})[
            "it"
        ]

    created = apply()
    assert "connection_type" not in created["new_state"]
    again = apply()
    assert again["result"] and again["new_state"]["resource_id"] == created["new_state"]["resource_id"]
    assert len(client.get_integrations(ApiId=api_id)["Items"]) == 1

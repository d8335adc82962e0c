"""What the mock server is as a server: pages, records, faults, HTTP, a process of its own."""

import json
import os
import subprocess
import sys
import threading
import time
import types
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mock_server import ApiError, MockServer, faults
from payloads import HTTP_MEMBERS
from wire import ONCE, SESSION, Api, bad, connect, plain, refused

# Pages


def test_default_and_largest_page(http):
    created = [http.server.add_integration(http.id, **HTTP_MEMBERS) for _ in range(120)]
    assert len(http.list()["Items"]) == 100
    whole = http.list(MaxResults="500")
    assert len(whole["Items"]) == 120 and "NextToken" not in whole
    assert http.list_all() == created
    bad(http.list, MaxResults="501")
    bad(http.list, MaxResults="many")
    bad(http.list, NextToken="nonsense")


@pytest.mark.parametrize("empty", [False, True])
def test_short_and_empty_pages(http, empty):
    http.server.behaviour.page_size = 7
    http.server.behaviour.empty_pages = empty
    created = [http.server.add_integration(http.id, **HTTP_MEMBERS) for _ in range(20)]
    first = http.list(MaxResults="500")
    assert len(first["Items"]) == (0 if empty else 7) and first["NextToken"]
    assert http.list_all() == created
    # One call above, then three pages, each after an empty one if there are such.
    assert http.server.count("GetIntegrations") == 1 + (6 if empty else 3)
    apis = [http.id, *(http.server.add_api("HTTP") for _ in range(9))]
    pages = http.client.get_paginator("get_apis").paginate()
    assert [api["ApiId"] for page in pages for api in page["Items"]] == apis


@pytest.mark.parametrize("shifting", [False, True])
def test_whether_a_deletion_between_pages_leaves_something_out(http, shifting):
    http.server.behaviour.shifting_pages = shifting
    created = [http.server.add_integration(http.id, **HTTP_MEMBERS) for _ in range(4)]
    http.server.faults.inject(kind="meanwhile", action=lambda: http.server.remove(http.id, created[0]))
    token = http.list(MaxResults="2")["NextToken"]
    rest = http.list(NextToken=token)["Items"]
    assert [item["IntegrationId"] for item in rest] == created[3 if shifting else 2 :]


# Direct access


def test_direct_access(http):
    server, twin = http.server, http.server.add_api("HTTP", api_id="twin", Name="t")
    for api_id in (http.id, twin):
        server.add_integration(api_id, integration_id="same", Description="d", **HTTP_MEMBERS)
    server.drift(http.id, "same", Description=None, TimeoutInMillis=1)
    read = plain(http.client.get_integration(ApiId=http.id, IntegrationId="same"))
    assert read == server.integrations(http.id)["same"]
    assert "Description" not in read and read["TimeoutInMillis"] == 1
    assert server.integrations(twin)["same"]["Description"] == "d"
    server.remove(http.id, "same")
    assert server.integrations(http.id) == {} and server.integrations(twin)
    with pytest.raises(ApiError):
        server.remove(http.id, "same")


def test_calls_are_recorded(http):
    created = http.create(HTTP_MEMBERS)["IntegrationId"]
    bad(http.update, created, TimeoutInMillis=1)
    first, second = http.server.calls
    assert (first.operation, first.api_id, first.resource_id) == (
        "CreateIntegration",
        http.id,
        created,
    )
    assert first.body == HTTP_MEMBERS and first.status == 201 and first.code is None
    assert second.status == 400 and second.code == "BadRequestException"
    assert second.body == {"TimeoutInMillis": 1}
    assert first.started <= first.ended <= second.started
    assert http.server.counts() == {"CreateIntegration": 1, "UpdateIntegration": 1}
    http.server.reset_calls()
    assert http.server.count("CreateIntegration") == 0


def test_same_seed_same_ids():
    def ids(seed):
        server = MockServer(seed=seed)
        with server:
            return server.add_api("HTTP")

    assert ids(1) == ids(1) != ids(2)


# Faults


def test_latency(http):
    http.server.faults.latency = 0.1
    started = time.monotonic()
    http.list()
    assert time.monotonic() - started >= 0.1


def test_throttle(http, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(faults, "time", types.SimpleNamespace(monotonic=lambda: now[0]))
    http.server.faults.throttle(rate=4, burst=3)
    for _ in range(3):
        http.list()
    assert refused("TooManyRequestsException", http.list) == "Too Many Requests"
    for _ in range(5):
        refused("TooManyRequestsException", http.list)
    # Rejected calls took nothing, so one interval brings one call.
    now[0] = 0.3
    http.list()
    assert http.server.count("GetIntegrations") == 10
    connect(http.server, "eu-west-1").get_apis()
    http.server.faults.throttle(None)
    http.list()


def test_overlapping_writes_conflict(http, monkeypatch):
    http.server.faults.conflict_window = True
    other = http.server.add_api("HTTP")
    # The first write lasts until the others were sent.
    writing, written = threading.Event(), threading.Event()

    def last(_):
        if not writing.is_set():
            writing.set()
            written.wait(60)

    monkeypatch.setattr(faults, "time", types.SimpleNamespace(sleep=last))
    first = threading.Thread(target=http.create, args=(HTTP_MEMBERS,))
    first.start()
    assert writing.wait(60)
    message = refused("ConflictException", http.client.create_route, ApiId=http.id, RouteKey="GET /a")
    assert "concurrent modification. Please try again later." in message
    assert http.list()["Items"] == []
    http.client.create_integration(ApiId=other, **HTTP_MEMBERS)
    written.set()
    first.join()
    assert len(http.list()["Items"]) == 1
    http.create(HTTP_MEMBERS)


def test_injected_errors(http):
    inject = http.server.faults.inject
    fault = inject(
        operation="CreateIntegration", kind="error", times=2, skip=1, status=503, code="Broken"
    )
    http.create(HTTP_MEMBERS)
    for _ in range(2):
        refused("Broken", http.create, HTTP_MEMBERS)
    http.create(HTTP_MEMBERS)
    assert fault.fired == 2 and http.server.calls[1].status == 503
    assert len(http.server.integrations(http.id)) == 2
    inject(kind="error_after", code="NotFoundException", message="gone")
    assert refused("NotFoundException", http.create, HTTP_MEMBERS) == "gone"
    assert http.server.calls[-1].status == 404
    assert len(http.server.integrations(http.id)) == 3


@pytest.mark.parametrize(("kind", "created"), [("drop_request", 0), ("drop_response", 1)])
def test_injected_losses(http, kind, created):
    http.server.faults.inject(operation="CreateIntegration", kind=kind)
    with pytest.raises(BotoCoreError):
        http.create(HTTP_MEMBERS)
    assert len(http.server.integrations(http.id)) == created
    assert http.server.calls[-1].status is None
    http.create(HTTP_MEMBERS)


def test_truncated_answer(http):
    http.server.faults.inject(operation="CreateIntegration", kind="truncate")
    try:
        response = http.create(HTTP_MEMBERS)
    except BotoCoreError:
        response = {}
    # With an old urllib3, botocore takes half a body for a response without members.
    assert response == {}
    assert len(http.server.integrations(http.id)) == 1
    assert http.server.calls[-1].status == 201
    http.create(HTTP_MEMBERS)


def test_a_deletion_can_lose_its_answer(http):
    for kind in ("drop_response", "truncate"):
        created = http.server.add_integration(http.id, **HTTP_MEMBERS)
        http.server.faults.inject(operation="DeleteIntegration", kind=kind)
        with pytest.raises(BotoCoreError):
            http.delete(created)
    assert http.server.integrations(http.id) == {}


def test_the_sdk_repeats_a_creation_whose_answer_was_lost(http):
    http.server.faults.inject(operation="CreateIntegration", kind="drop_response")
    retrying = connect(http.server, config=Config(retries={"total_max_attempts": 2}))
    retrying.create_integration(ApiId=http.id, **HTTP_MEMBERS)
    assert len(http.server.integrations(http.id)) == 2


def test_injected_lag(http):
    first = http.create(HTTP_MEMBERS)["IntegrationId"]
    http.update(first, Description="d")
    second = http.create(HTTP_MEMBERS)["IntegrationId"]
    http.server.faults.inject(kind="lag", operation="GetIntegrations", changes=2)
    http.server.faults.inject(kind="lag", operation="GetIntegration", changes=1)
    (shown,) = http.list()["Items"]
    assert shown["IntegrationId"] == first and "Description" not in shown
    refused("NotFoundException", http.client.get_integration, ApiId=http.id, IntegrationId=second)
    assert len(http.list()["Items"]) == 2


def test_injected_delay_goes_with_other_faults(http):
    http.server.faults.inject(kind="delay", seconds=0.1, api_id=http.id, times=None)
    http.server.faults.inject(kind="error", operation="GetIntegrations")
    started = time.monotonic()
    refused("InternalServerErrorException", http.list)
    http.list()
    assert time.monotonic() - started >= 0.2
    http.server.faults.inject(kind="delay", seconds=600, times=None)
    http.server.faults.clear()
    http.client.get_apis()


def test_injection_with_a_probability_is_seeded():
    def failures():
        with MockServer(seed=3) as server:
            api = Api(server)
            server.faults.inject(kind="drop_request", times=None, probability=0.5)
            lost = []
            for number in range(20):
                try:
                    api.list()
                except BotoCoreError:
                    lost.append(number)
            return lost

    first = failures()
    assert first == failures() and 3 < len(first) < 17


def test_unknown_kind_of_fault(server):
    with pytest.raises(ValueError, match="unknown kind"):
        server.faults.inject(kind="explode")


def test_deny(http):
    http.server.faults.deny("GetApis", "GetRoutes")
    refused("AccessDeniedException", http.client.get_apis)
    http.list()
    http.server.faults.clear()
    http.client.get_apis()


# HTTP


def test_error_on_the_wire(server):
    with pytest.raises(ClientError) as caught:
        connect(server).get_api(ApiId="none")
    payload = caught.value.response
    assert payload["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert payload["ResponseMetadata"]["HTTPHeaders"]["x-amzn-errortype"] == "NotFoundException"


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        ("/v2/nothing", {}, None, 404),
        ("/v2/apis", {}, None, 403),
        ("/v2/apis", {"Authorization": "Credential=a/20260101/us-east-1/x"}, b"{", 400),
        ("/v2/apis", {"Authorization": "Credential=a/20260101/us-east-1/x"}, b"[]", 400),
        ("/_mock/nothing", {}, None, 404),
    ],
)
def test_requests_that_no_client_makes(server, path, headers, body, status):
    request = urllib.request.Request(server.url + path, body, headers)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    assert caught.value.code == status


def test_many_connections_at_once_are_kept_alive(http):
    together = threading.Barrier(20)
    http.server.faults.inject(kind="meanwhile", action=lambda: together.wait(60), times=20)
    opened = []
    connected = http.server.connected
    http.server.connected = lambda connection: (opened.append(connection), connected(connection))
    with ThreadPoolExecutor(50) as pool:
        list(pool.map(lambda _: http.list(), range(200)))
    assert len(http.server.calls) == 200 and len(opened) <= 50


def test_own_process():
    process = subprocess.Popen(
        [sys.executable, "-m", "mock_server", "--rate", "0.01", "--burst", "2", "--conflict"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    try:
        url = process.stdout.readline().strip()

        def control(method, name, **arguments):
            request = urllib.request.Request(
                f"{url}/_mock/{name}", json.dumps(arguments).encode(), method=method
            )
            with urllib.request.urlopen(request) as response:
                return json.load(response)

        seeded = control("POST", "seed", apis=2, integrations=3, protocol="HTTP")["apis"]
        assert [len(created) for created in seeded.values()] == [3, 3]
        client = SESSION.client("apigatewayv2", region_name="us-east-1", endpoint_url=url, config=ONCE)
        assert {api["ApiId"] for api in client.get_apis()["Items"]} == set(seeded)
        client.get_apis()
        refused("TooManyRequestsException", client.get_apis)
        calls = control("GET", "calls")
        assert calls == {"counts": {"GetApis": 3}, "throttled": 1, "conflicted": 0}
        control("POST", "reset", rate=None, page_size=1, latency=0.01)
        assert len(client.get_apis()["Items"]) == 1
        assert control("GET", "calls")["counts"] == {"GetApis": 1}
    finally:
        process.terminate()
        assert process.wait(10) == 0
        process.stdout.close()


# Stages


def test_the_life_of_a_stage(http):
    client = http.client
    created = plain(client.create_stage(ApiId=http.id, StageName="$default", AutoDeploy=True))
    assert created["AutoDeploy"] and created["RouteSettings"] == {} and created["Tags"] == {}
    assert plain(client.get_stage(ApiId=http.id, StageName="$default")) == created
    refused("ConflictException", client.create_stage, ApiId=http.id, StageName="$default")
    bad(client.create_stage, ApiId=http.id)
    other = plain(client.create_stage(ApiId=http.id, StageName="beta", Description="for testers"))
    assert client.get_stages(ApiId=http.id)["Items"] == [created, other]
    changed = client.update_stage(ApiId=http.id, StageName="beta", Description="", AutoDeploy=True)
    assert plain(changed) == {
        **{name: value for name, value in other.items() if name != "Description"},
        "AutoDeploy": True,
    }
    client.delete_stage(ApiId=http.id, StageName="beta")
    for call in (client.get_stage, client.update_stage, client.delete_stage):
        refused("NotFoundException", call, ApiId=http.id, StageName="beta")
    assert client.get_stages(ApiId=http.id)["Items"] == [created]

"""What the probe does to an account: no more than it says, and nothing that it leaves behind."""

import asyncio
import json
import re
import signal
import time
import urllib.error
import urllib.request

import boto3
import botocore.exceptions
import pytest

import clock
from mock_server import DEFAULT_ACCOUNT
from payloads import HTTP_MEMBERS
from probe import evidence, life
from probe_program import ACCOUNT
from wire import connect

TAG = "idem-apigwv2-probe"


@pytest.fixture
def others(server):
    """Return the APIs of the account that are not the probe's, with what is in them."""
    ids = [
        server.add_api("HTTP", Name="shop"),
        server.add_api("HTTP", Name="idem-apigwv2-probe-http", Tags={"team": "a"}),
        server.add_api("WEBSOCKET", Name="chat", Tags={TAG: "1"}),
    ]
    for api_id in ids:
        server.add_integration(api_id, **HTTP_MEMBERS)
    return {api_id: server.integrations(api_id) for api_id in ids}


def untouched(server, others):
    """Tell whether just the other APIs are there, as they were, and no call was about one of them."""
    apis = {api["ApiId"] for api in connect(server).get_apis()["Items"]}
    same = all(server.integrations(api_id) == others[api_id] for api_id in others)
    return apis == set(others) and same and not {call.api_id for call in server.calls} & set(others)


def test_without_an_account_it_says_what_it_would_do(program, server, others):
    code, printed = program.run()
    assert code == 0 and server.counts() == {}
    for said in (ACCOUNT, "us-east-1", "two APIs", TAG, "about 180", "costs     nothing"):
        assert said in printed
    assert f'To go on: make probe ARGS="--account {ACCOUNT}"' in printed
    assert not program.output.exists()


def test_another_account_changes_nothing(program, server, others):
    code, printed = program.run("--account=210987654321")
    assert code == 2 and server.counts() == {}
    assert f"Nothing was done: the credentials belong to {ACCOUNT}, not 210987654321." in printed
    assert untouched(server, others)


def test_without_credentials_it_says_what_it_would_do(program, server, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    code, printed = program.run(f"--account={ACCOUNT}")
    assert code == 2 and server.counts() == {}
    assert "two APIs" in printed and "Nothing was done: Unable to locate credentials." in printed


def test_aws_is_never_probed_without_pace(program, server):
    program.options = program.options[1:]
    code, printed = program.run("--no-pace", f"--account={ACCOUNT}")
    assert code == 2 and "--no-pace is only for another server than AWS" in printed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_probe_deletes_its_apis(program, server, others, number):
    process = program.start(f"--account={ACCOUNT}")
    deadline = time.monotonic() + 60
    while server.count("CreateIntegration") < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(connect(server).get_apis()["Items"]) == len(others) + 2
    process.send_signal(number)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Deleting the probe's APIs" in printed and "Interrupted: no report" in printed
    assert "Traceback" not in printed and not program.output.exists()
    assert server.count("DeleteApi") == 2 and untouched(server, others)
    # It kept its pace all the while. How far apart single calls arrive depends on the machine.
    times = [call.started for call in server.calls if call.operation != "GetApis"]
    assert len(times) >= 8 and times[-1] - times[0] >= (len(times) - 1) / 5


def test_an_interrupted_life_ends_idem_and_deletes_the_apis(program, server, others):
    process = program.start(f"--account={ACCOUNT}", "--no-pace")
    for line in process.stdout:
        if line.startswith("The plugin creates"):
            break
    before = server.count("GetIntegrations")
    deadline = time.monotonic() + 60
    while server.count("GetIntegrations") == before and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 1 and "Traceback" not in printed
    assert untouched(server, others)


def test_a_crash_deletes_the_apis(program, server, others):
    server.faults.inject(kind="drop_response", operation="UpdateIntegration", skip=5)
    # On its way out, it meets a network that fails once more.
    server.faults.inject(kind="drop_request", operation="DeleteApi")
    with pytest.raises(botocore.exceptions.BotoCoreError, match="closed"):
        program.here("--without-life")
    assert server.count("DeleteApi") == 3 and untouched(server, others)
    assert not program.output.exists()


def test_an_api_whose_creation_got_no_response_is_deleted(program, server, others):
    server.faults.inject(kind="drop_response", operation="CreateApi", skip=1)
    with pytest.raises(Exception, match="closed"):
        program.here("--without-life")
    assert server.count("DeleteApi") == 2 and untouched(server, others)


def test_what_can_not_be_deleted_is_named(program, server, others, capsys):
    server.faults.deny("DeleteApi")
    assert program.here("--without-life") == 1
    printed = capsys.readouterr().out
    named = re.search(r"Not deleted: (.+)\. Run: make probe-clean", printed)[1].split(", ")
    assert set(named) == {api["ApiId"] for api in connect(server).get_apis()["Items"]} - set(others)
    assert program.output.exists(), "what was found is not lost"


def test_who_may_not_create_an_api_is_told(program, server, capsys):
    server.faults.deny("CreateApi")
    code, printed = program.run(f"--account={ACCOUNT}", "--no-pace", "--without-life")
    assert code == 1 and "The probe ended early: CreateApi: " in printed and "Traceback" not in printed
    assert set(server.counts()) <= {"CreateApi", "GetApis"}


def test_clean_deletes_what_probes_have_left(program, server, others):
    left = [
        server.add_api(protocol, Name=f"idem-apigwv2-probe-{protocol.lower()}", Tags={TAG: "run"})
        for protocol in ("HTTP", "WEBSOCKET")
    ]
    server.behaviour.page_size = 1
    code, printed = program.run("clean", "--account=210987654321")
    assert code == 2 and server.counts() == {}
    code, printed = program.run("clean")
    server.behaviour.page_size = None
    assert code == 0 and all(api_id in printed for api_id in left)
    assert untouched(server, others)
    assert "none, there are none" in program.run("clean")[1]


# The calls themselves


@pytest.fixture
def wire(server):
    from probe.wire import Wire

    return Wire(boto3.Session(), "us-east-1", server.url, paced=False)


def test_its_pace_is_under_five_calls_in_any_second(server):
    from probe.wire import Wire

    async def paced():
        wire, times = Wire(boto3.Session(), "us-east-1", server.url), []
        for _ in range(20):
            await wire.keep_pace()
            times.append(asyncio.get_running_loop().time())
        return times

    times = clock.run(paced())
    assert all(fifth - first > 1 for first, fifth in zip(times, times[4:], strict=False))


def test_no_call_is_about_another_api(wire, server, others):
    from probe.wire import ForeignApi

    (other, *_) = others
    for operation in ("DeleteApi", "CreateIntegration", "GetIntegrations"):
        with pytest.raises(ForeignApi, match=f"{operation} of API {other}"):
            asyncio.run(wire.call(operation, ApiId=other))
    assert untouched(server, others)


def test_what_idem_is_shown(wire, server, others):
    """Nothing of another API gets through, in either direction."""
    from probe.proxy import Proxy

    async def ask():
        new = await wire.call("CreateApi", Name="a", ProtocolType="HTTP")
        with Proxy(wire, asyncio.get_running_loop()) as proxy:
            client = boto3.client("apigatewayv2", endpoint_url=proxy.url, region_name="us-east-1")
            shown = await asyncio.to_thread(client.get_apis)
            created = await asyncio.to_thread(
                client.create_integration, ApiId=new.body["ApiId"], **HTTP_MEMBERS
            )
            assert created["ResponseMetadata"]["HTTPStatusCode"] == 201
            deleted = await asyncio.to_thread(
                client.delete_integration,
                ApiId=new.body["ApiId"],
                IntegrationId=created["IntegrationId"],
            )
            assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 204
            with pytest.raises(client.exceptions.ClientError, match="the probe did not create it"):
                await asyncio.to_thread(client.get_integrations, ApiId=next(iter(others)))
            with pytest.raises(client.exceptions.NotFoundException, match="Invalid Integration"):
                await asyncio.to_thread(
                    client.get_integration, ApiId=new.body["ApiId"], IntegrationId="none"
                )
            request = urllib.request.Request(f"{proxy.url}/v2/apis", b"{}", method="POST")
            with pytest.raises(urllib.error.HTTPError, match="403"):
                await asyncio.to_thread(urllib.request.urlopen, request)
        await wire.call("DeleteApi", ApiId=new.body["ApiId"])
        return new.body["ApiId"], [item["ApiId"] for item in shown["Items"]]

    own, shown = asyncio.run(ask())
    assert shown == [own] and untouched(server, others)


def test_a_leak_is_not_written(tmp_path):
    from probe import record

    class There:
        account = ACCOUNT

        class apis:  # noqa: N801
            ids = {}  # noqa: RUF012

    cleaner = record.Cleaner(There, ["a-secret-key", "short"])
    assert cleaner.clean(f"arn:aws:sts::{ACCOUNT}:assumed-role/r/s may not {ACCOUNT}") == (
        "CALLER may not ACCOUNT"
    )
    cleaner.write(tmp_path / "e.json", {}, [{"comment": "short"}])
    with pytest.raises(record.Leak):
        cleaner.write(tmp_path / "leak.json", {}, [{"comment": "x a-secret-key x"}])
    assert not (tmp_path / "leak.json").exists()


# The plugin's life


def test_the_plugin_lives_as_it_predicts(
    program, server, others, prepared_programs, monkeypatch, capsys
):
    # A test that interrupts the life runs the installed program.
    monkeypatch.setattr(life, "IDEM", prepared_programs / "idem")
    code = program.here()
    printed = capsys.readouterr().out
    assert code == 0, printed
    steps = json.loads(program.output.read_text())["life"]
    assert [step for step in steps if step["problems"] or not step["result"]] == []
    assert len(steps) == 36 and ", 0 problems." in printed
    assert evidence.read(program.output)
    (said,) = re.findall(r"calls     about (\d+)", printed)
    (created,) = re.findall(r"^(\d+) calls\.", printed, re.M)
    assert abs(int(said) - int(created)) <= 10
    assert sum(server.counts().values()) == int(created)
    assert untouched(server, others)
    assert {action for action, _ in server.sts.asked} == {"GetCallerIdentity"}
    assert {call.account for call in server.calls} == {DEFAULT_ACCOUNT}, "idem has no credentials"

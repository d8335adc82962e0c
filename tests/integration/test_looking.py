"""search, describe and the exec functions."""

import functools

import pytest

import harness
import shortened
import wire
from idem_apigwv2_integration.aws import errors, read
from world import HTTP

PRESENT = f"{harness.RESOURCE}.present"


@pytest.fixture
def three(http):
    """Return a world with three integrations: two to one URI, one to another."""
    common = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "GET"}
    for number, uri in enumerate(["https://a", "https://a", "https://b"]):
        http.server.add_integration(
            http.api_id, integration_id=f"id{number}", IntegrationUri=uri, Description="d", **common
        )
    return http


def search(world, **parameters):
    return world.apply(function="search", **parameters)


def test_search_by_id(three):
    result = search(three, resource_id="id2")
    assert result["result"] and result["new_state"] == result["old_state"]
    assert result["new_state"]["integration_uri"] == "https://b" and not three.esm
    assert three.server.counts() == {"GetIntegration": 1}


def test_search_by_a_parameter(three):
    result = search(three, integration_uri="https://b", description="d")
    assert result["result"] and result["new_state"]["resource_id"] == "id2" and not three.esm


def test_search_with_several_matches_names_them(three):
    result = search(three, integration_uri="https://a")
    assert result["result"] is False and "match: id0, id1;" in result["comment"][0]
    assert result["new_state"] is None


def test_search_without_a_match_names_what_there_is(three):
    result = search(three, integration_uri="https://c")
    assert result["result"] is False and "id0, id1, id2" in result["comment"][0]


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"resource_id": "nope"}, "has no such integration"),
        ({"resource_id": "id0", "integration_uri": "https://b"}, "does not match"),
        ({}, "A search needs"),
        ({"integration_url": "x"}, "did you mean integration_uri?"),
        ({"timeout_in_millis": "x"}, "a string: it must be a whole number"),
        ({"api_id": "nope", "resource_id": "x"}, "has no such integration"),
        ({"api_id": "nope", "description": "x"}, "there is no such API"),
    ],
)
def test_search_that_can_not_succeed_says_why(three, parameters, told):
    result = search(three, **parameters)
    assert result["result"] is False and told in result["comment"][0]


def test_what_is_found_can_be_bound(three):
    sls = harness.state("found", {"api_id": three.api_id, "integration_uri": "https://b"}, "search")
    sls["route"] = {
        "aws.apigatewayv2.route.present": [
            {"api_id": three.api_id},
            {"route_key": "GET /"},
            {"target": f"integrations/${{{harness.RESOURCE}:found:resource_id}}"},
        ]
    }
    assert three.run(sls)["route"]["new_state"]["target"] == "integrations/id2"
    assert not any(tag.startswith(harness.RESOURCE) for tag in three.esm)


def test_search_in_a_dry_run_of_an_api_that_is_not_there_yet(three):
    sls = {"api": {"aws.apigatewayv2.api.present": [{"protocol_type": "HTTP"}]}}
    bound = {"api_id": "${aws.apigatewayv2.api:api:resource_id}", "integration_uri": "https://b"}
    result = three.run(sls | harness.state("found", bound, "search"), test=True)["found"]
    assert result["result"] and "known after" in result["comment"][0]


def test_what_is_described_is_a_no_op(three, websocket, describe):
    websocket.server = three.server
    socket = three.server.add_api("WEBSOCKET")
    # The same id as under the other API, and everything that present does not take.
    three.server.add_integration(socket, integration_id="id0", managed=True, IntegrationType="MOCK")
    described = describe()
    assert set(described) == {f"{three.api_id}-id{n}" for n in range(3)} | {f"{socket}-id0"}
    results = three.run(described)
    assert all(result["result"] and not result["changes"] for result in results.values())
    assert not three.writes() and len(three.esm) == 4


def test_an_api_that_can_not_be_read_is_named(three, describe, caplog):
    other = three.server.add_api("HTTP")
    three.server.faults.inject(
        kind="error", api_id=other, times=None, status=403, code="AccessDeniedException", message="No"
    )
    assert len(describe()) == 3
    assert any(
        other in record.getMessage() for record in caplog.records if record.levelname == "WARNING"
    )


@pytest.mark.parametrize("members", [{"IntegrationId": 5}, {"IntegrationId": ""}], ids=str)
def test_an_api_with_a_malformed_page_is_named_and_the_others_are_shown(
    three, describe, caplog, monkeypatch, members
):
    shortened.budgets(monkeypatch, 0.0, errors.ResponseLost)
    other = three.server.add_api("HTTP")
    malformed = three.server.add_integration(other, IntegrationType="HTTP_PROXY")
    three.server.drift(other, malformed, **members)
    assert set(describe()) == {f"{three.api_id}-id{number}" for number in range(3)}
    (warning,) = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    result = three.call("exec.list")
    assert result["result"] is False and len(result["ret"]) == 3
    for sentence in (warning, *result["comment"]):
        assert f"API {other} can't be read: GetIntegrations got a response that is" in sentence


def test_describe_fails_if_nothing_can_be_read(three, describe):
    three.server.faults.deny("GetApis")
    with pytest.raises(ConnectionError, match=r"can't be listed: .*AccessDenied"):
        describe()
    three.server.faults.clear()
    three.server.faults.deny("GetIntegrations")
    with pytest.raises(ConnectionError, match=three.api_id):
        describe()


def test_get(three):
    result = three.call("exec.get", api_id=three.api_id, resource_id="id2", name="mine")
    assert result["result"] and result["ret"]["name"] == "mine" and result["ret"]["resource_id"] == "id2"
    for missing in ({"api_id": three.api_id, "resource_id": "x"}, {"api_id": "x", "resource_id": "id2"}):
        result = three.call("exec.get", **missing)
        assert result["result"] is True and result["ret"] is None and result["comment"]
    result = three.call("exec.get", api_id=three.api_id)
    assert result["result"] is False and "resource_id is missing" in result["comment"][0]


def test_list(three):
    other = three.server.add_api("HTTP")
    three.server.add_integration(other, integration_id="id9", IntegrationType="HTTP_PROXY")
    empty = three.server.add_api("HTTP")
    one = three.call("exec.list", api_id=three.api_id)
    assert [resource["resource_id"] for resource in one["ret"]] == ["id0", "id1", "id2"]
    everything = three.call("exec.list")
    assert {r["api_id"] for r in everything["ret"]} == {three.api_id, other}
    result = three.call("exec.list", api_id=empty)
    assert result["result"] is True and result["ret"] == [] and result["comment"]
    result = three.call("exec.list", api_id="nope")
    assert result["result"] is True and result["ret"] is None
    assert "GetIntegrations failed: NotFoundException" in result["comment"][1]
    three.server.faults.inject(
        kind="error", api_id=other, times=None, status=403, code="AccessDeniedException", message="No"
    )
    result = three.call("exec.list")
    assert result["result"] is False and other in result["comment"][0] and len(result["ret"]) == 3


def test_a_list_leaves_out_what_was_deleted_in_the_meantime(three):
    other = three.server.add_api("HTTP")
    deletion = functools.partial(wire.connect(three.server).delete_api, ApiId=other)
    three.server.faults.inject(kind="meanwhile", operation="GetApis", action=deletion)
    listed = three.call("exec.list")
    assert listed["result"] and len(listed["ret"]) == 3 and not listed["comment"]


def test_a_list_does_not_hide_a_fault_of_the_plugin(three, monkeypatch):
    async def collections(self, kind, api_id, waiter):
        raise KeyError("unexpected")

    monkeypatch.setattr(read.Reader, "collections", collections)
    with pytest.raises(KeyError, match="unexpected"):
        three.call("exec.list")


def test_create_update_and_delete(http):
    created = http.call("exec.create", api_id=http.api_id, name="mine", **HTTP)
    assert created["result"] and http.server.count("CreateIntegration") == 1
    identity = {"api_id": http.api_id, "resource_id": created["ret"]["resource_id"]}
    changed = http.call("exec.update", **identity, description="two")
    assert changed["result"] and changed["ret"]["description"] == http.live["Description"] == "two"
    assert http.call("exec.update", **identity, description="two")["result"] and not http.writes()
    refused = http.call("exec.update", **identity, timeout_in_milis=1)
    assert refused["result"] is False and "timeout_in_millis?" in refused["comment"][0]
    assert http.call("exec.delete", **identity)["result"] and not http.all
    assert http.call("exec.delete", **identity)["result"], "it is gone all the same"
    gone = http.call("exec.update", **identity, description="x")
    assert gone["result"] is False and gone["ret"] is None
    refused = http.call("exec.create", api_id=http.api_id, integration_type="HTTP_PROXY")
    assert refused["result"] is False and len(refused["comment"]) == 3


def test_update_refuses_another_integration_as_the_live_one(three):
    other = three.call("exec.get", api_id=three.api_id, resource_id="id1")["ret"]
    for live in (other, "x"):
        result = three.call(
            "exec.update", api_id=three.api_id, resource_id="id0", live=live, description="new"
        )
        assert result["result"] is False and "live is not the integration" in result["comment"][0]
    assert not three.writes()


def test_update_accepts_a_live_integration_without_a_name(http):
    http.apply(**HTTP)
    live = {name: value for name, value in http.entry.items() if name != "name"}
    ids = {"api_id": http.api_id, "resource_id": live["resource_id"]}
    result = http.call("exec.update", **ids, live=live, description="new")
    assert result["result"] and result["ret"]["name"] == live["resource_id"]
    assert http.live["Description"] == "new"


@pytest.mark.parametrize("function", ["get", "list", "delete"])
def test_exec_functions_name_unknown_arguments(three, function):
    result = three.call(f"exec.{function}", api_id=three.api_id, resouce_id="id0")
    assert result["result"] is False
    assert any("did you mean resource_id?" in sentence for sentence in result["comment"])
    assert three.call("exec.list", api_id=[1])["result"] is False


def test_the_command_that_describes_this_type_alone_fails_if_nothing_can_be_read(three, describe):
    """Idem prints an empty account for an exception; of several types, it still has others to print."""
    three.server.faults.deny("GetApis")
    with three.idem.option("desc_glob", harness.RESOURCE), pytest.raises(SystemExit, match="GetApis"):
        describe()
    with three.idem.option("desc_glob", "aws.*"), pytest.raises(ConnectionError, match="GetApis"):
        describe()


def test_refresh_gets_values_that_no_template_changes(three):
    """Idem renders what describe prints, and records what refresh reads as it is."""
    text = "{{ 1 + 1 }}"
    three.server.drift(three.api_id, "id2", Description=text)
    for command, given in (("refresh", text), ("describe", "{% raw %}{{{% endraw %} 1 + 1 }}")):
        with three.idem.as_command(command):
            described = three.idem.call("states.describe", three.profiles["default"])
        assert {"description": given} in described[f"{three.api_id}-id2"][PRESENT]

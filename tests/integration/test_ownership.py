"""One integration, one owner: nothing live is lost, taken over, or deleted that belongs to another."""

import pytest

import declared
import harness
import wire
from idem_apigwv2_integration.aws import write
from world import HTTP

VPC = {
    "IntegrationType": "HTTP_PROXY",
    "IntegrationUri": "https://example.com",
    "IntegrationMethod": "GET",
    "PayloadFormatVersion": "1.0",
}
OTHER = HTTP | {"integration_uri": "https://other.example.com"}


def tag(identity):
    return f"{declared.NAME}_|-{identity}_|-{identity}_|-"


def recreated(world, create_first, **change):
    return world.apply(**HTTP | change, recreate_on_update={"create_before_destroy": create_first})


def both(world, sls, **options):
    """Return the results of a dry run and of a run, by state."""
    dry = world.run(sls, test=True, **options)
    real = world.run(sls, **options)
    assert {k: v["result"] for k, v in dry.items()} == {k: v["result"] for k, v in real.items()}
    return dry, real


# Which integration a state manages


def test_one_404_is_no_proof_that_an_integration_is_gone(http):
    http.apply(**HTTP)
    missing = {"kind": "error", "code": "NotFoundException", "status": 404, "times": 2}
    http.server.faults.inject(operation="GetIntegration", **missing)
    answer = http.apply(**HTTP)
    assert answer["result"] and not answer["changes"] and len(http.all) == 1
    http.server.faults.clear()
    http.server.faults.inject(operation="GetIntegration", **missing)
    assert http.apply(function="absent")["result"] and not http.all


@pytest.mark.parametrize("create_first", [True, False])
def test_absent_after_replacements_deletes_what_is_live(http, create_first):
    http.apply(**HTTP)
    assert recreated(http, create_first, description="new")["result"]
    assert len(http.all) == len(http.esm) == 1
    for _ in range(2):
        assert http.apply(function="absent")["result"]
        assert not http.all and not http.esm
        assert http.apply(**HTTP)["result"] and len(http.all) == 1


@pytest.mark.parametrize("create_first", [True, False])
def test_a_replacement_after_a_deletion_by_hand(http, create_first):
    http.apply(**HTTP)
    http.server.remove(http.api_id, http.entry["resource_id"])
    assert recreated(http, create_first, description="new")["result"] and len(http.all) == 1
    assert http.apply(function="absent")["result"]
    assert not http.all and not http.esm


def test_stale_entries_of_replacements_by_other_versions_are_understood(http):
    """Idem hands out the entry ID_create_new first, even where it is stale."""
    http.apply(**HTTP)
    entry = dict(http.entry)
    http.esm[tag("it_create_new")] = entry | {"resource_id": "stale"}
    assert http.apply(**HTTP)["new_state"]["resource_id"] == entry["resource_id"]
    assert set(http.esm) == {tag("it")}
    http.esm[tag("it_create_new")] = entry | {"resource_id": "stale"}
    assert http.apply(function="absent")["result"] and not http.all and not http.esm


def test_a_state_called_like_a_replacement_is_another_state(http):
    sls = harness.state("it", {"api_id": http.api_id, **HTTP})
    sls |= harness.state("it_create_new", {"api_id": http.api_id, **OTHER})
    http.run(sls)
    other = http.esm[tag("it_create_new")]["resource_id"]
    sls |= harness.state("it", {"api_id": http.api_id}, "absent")
    answers = http.run(sls)
    assert answers["it_create_new"]["result"] and other in http.all


@pytest.mark.parametrize("api", ["existing", "unknown"])
def test_absent_in_another_api_deletes_what_the_esm_records(http, api):
    http.apply(**HTTP)
    elsewhere = http.server.add_api("HTTP") if api == "existing" else "nope"
    _, real = both(http, harness.state("it", {"api_id": elsewhere}, "absent"))
    assert real["it"]["result"] and not http.all and not http.esm


@pytest.mark.parametrize("exists", [True, False])
def test_absent_of_an_id_that_is_not_the_recorded_one_fails_and_names_both(http, exists):
    http.apply(**HTTP)
    named = http.server.add_integration(http.api_id, IntegrationType="MOCK") if exists else "mistyped"
    recorded = http.entry["resource_id"]
    dry, real = both(http, harness.state("it", {"api_id": http.api_id, "resource_id": named}, "absent"))
    for answers in (dry, real):
        assert answers["it"]["result"] is False
        assert named in answers["it"]["comment"][0] and recorded in answers["it"]["comment"][0]
    assert recorded in http.all and http.entry["resource_id"] == recorded


def test_present_of_an_id_beside_the_recorded_one_fails_and_names_both(http):
    http.apply(**HTTP)
    recorded, named = (
        http.entry["resource_id"],
        http.server.add_integration(
            http.api_id,
            IntegrationType="HTTP_PROXY",
            IntegrationUri="https://x",
            IntegrationMethod="GET",
        ),
    )
    for test in (True, False):
        answer = http.apply(test=test, resource_id=named, **HTTP)
        assert answer["result"] is False
        assert named in answer["comment"][0] and recorded in answer["comment"][0]
    assert len(http.all) == 2 and not http.writes()


def test_present_with_a_stale_id_manages_the_recorded_integration(http):
    http.apply(**HTTP)
    recorded = http.entry["resource_id"]
    answer = http.apply(resource_id="stale", **HTTP)
    assert answer["result"] and answer["new_state"]["resource_id"] == recorded and len(http.all) == 1
    assert "'stale'" in answer["comment"][-1] and recorded in answer["comment"][-1]


def test_an_id_that_never_existed_is_not_called_gone(http):
    answer = http.apply(resource_id="never", **HTTP)
    comment = " ".join(answer["comment"])
    assert (
        not answer["result"] and "no longer exists" not in comment and "no such integration" in comment
    )


def test_an_api_that_is_gone_takes_its_integrations_along(http):
    http.apply(**HTTP)
    http.api_id, old = http.server.add_api("HTTP"), http.api_id
    http.call("exec.list", api_id=old)
    wire.connect(http.server).delete_api(ApiId=old)
    assert http.apply(function="absent")["result"] and not http.esm


@pytest.mark.parametrize("create_first", [True, False])
def test_a_replacement_under_another_profile_names_what_it_can_not_delete(http, create_first):
    """Idem deletes the replaced integration with the default profile."""
    http.profiles["other"] = http.profiles["default"]
    http.profiles["default"] = harness.profile(http.server.url, key="another-account")
    parameters = {"api_id": http.api_id, **HTTP, "acct_profile": "other"}
    http.run(harness.state("it", parameters))
    (old,) = http.all
    parameters |= {
        "description": "new",
        "recreate_on_update": {"create_before_destroy": create_first},
    }
    answers = http.run(harness.state("it", parameters))
    assert answers["it_delete_old"]["result"] is False and old in http.all
    comment = " ".join(answers["it_delete_old"]["comment"])
    assert old in comment and "'other'" in comment
    # The next run deletes it, with the state's own profile.
    answers = http.run(harness.state("it", parameters))
    if create_first:
        assert old in " ".join(answers["it"]["comment"]) and old not in http.all and len(http.all) == 1
        assert set(http.esm) == {tag("it")}
    else:
        assert old in http.all and http.esm[tag("it")]["resource_id"] == old


def test_an_old_integration_that_could_not_be_deleted_is_named_until_it_is_gone(http):
    http.apply(**HTTP)
    (old,) = http.all
    route = http.server.add_route(http.api_id, old)
    recreated(http, True, description="new")
    assert old in http.all and len(http.all) == 2
    for test in (True, False):
        answer = http.apply(test=test, **HTTP, description="new")
        assert answer["result"] is False
        assert old in answer["comment"][0] and route in answer["comment"][0]
    wire.connect(http.server).delete_route(ApiId=http.api_id, RouteId=route)
    answer = http.apply(**HTTP, description="new")
    assert answer["result"] and old in " ".join(answer["comment"])
    assert old not in http.all and len(http.all) == 1 == len(http.esm)


def test_a_state_that_fails_names_what_a_replacement_left(http):
    http.apply(**HTTP)
    (old,) = http.all
    http.server.faults.deny("DeleteIntegration")
    recreated(http, True, description="new")
    http.server.faults.clear()
    wrong = HTTP | {"description": "new", "connection_type": "VPC_LINK"}
    dry, real = both(http, harness.state("it", {"api_id": http.api_id, **wrong}))
    for results in (dry, real):
        assert results["it"]["result"] is False and old in " ".join(results["it"]["comment"])
    assert old in http.all


def test_absent_deletes_what_a_replacement_left(http):
    http.apply(**HTTP)
    (old,) = http.all
    http.server.faults.deny("DeleteIntegration")
    recreated(http, True, description="new")
    http.server.faults.clear()
    assert len(http.all) == 2
    answer = http.apply(function="absent")
    assert answer["result"] and old in str(answer["comment"]) and not http.all and not http.esm


@pytest.mark.parametrize("status", [200, 202])
def test_a_delete_that_is_not_confirmed_by_aws_is_no_delete(http, status, short_budgets):
    """A proxy's page, for example."""
    http.apply(**HTTP)
    http.server.faults.inject(
        kind="error", operation="DeleteIntegration", times=None, status=status, message="Hello"
    )
    answer = http.apply(function="absent")
    assert answer["result"] is False and http.all and http.esm


def test_a_404_where_listing_is_denied_is_no_proof(http):
    sls = harness.state("it", {"api_id": http.api_id, **HTTP})
    sls |= harness.state("other", {"api_id": http.api_id, **OTHER})
    http.run(sls)
    http.server.faults.deny("GetIntegrations")
    missing = {"kind": "error", "code": "NotFoundException", "status": 404, "times": 2}
    http.server.faults.inject(operation="GetIntegration", **missing)
    results = http.run(sls)
    assert not any(result["result"] for result in results.values())
    assert len(http.all) == len(http.esm) == 2


@pytest.mark.parametrize("function", ["present", "absent"])
def test_one_404_is_no_proof_that_an_api_is_gone(http, function):
    sls = harness.state("it", {"api_id": http.api_id, **HTTP})
    sls |= harness.state("other", {"api_id": http.api_id, **OTHER})
    http.run(sls)
    missing = {"kind": "error", "code": "NotFoundException", "status": 404, "times": 1}
    http.server.faults.inject(operation="GetIntegrations", **missing)
    parameters = {"api_id": http.api_id}
    sls = harness.state("it", parameters | (HTTP if function == "present" else {}), function)
    sls |= harness.state("other", parameters | (OTHER if function == "present" else {}), function)
    assert all(result["result"] for result in http.run(sls).values())
    assert len(http.all) == len(http.esm) == (2 if function == "present" else 0)


@pytest.mark.parametrize("function", ["present", "absent"])
def test_the_same_id_in_another_api_is_another_integration(http, function):
    http.apply(**HTTP)
    (resource_id,) = http.all
    elsewhere = http.server.add_api("HTTP")
    http.server.add_integration(elsewhere, integration_id=resource_id, **VPC)
    parameters = {"api_id": elsewhere, "resource_id": resource_id}
    parameters |= HTTP if function == "present" else {}
    dry, real = both(http, harness.state("it", parameters, function))
    for results in (dry, real):
        assert results["it"]["result"] is False
        assert elsewhere in results["it"]["comment"][0] and http.api_id in results["it"]["comment"][0]
    assert resource_id in http.all and http.server.integrations(elsewhere) and http.esm


def test_a_second_replacement_does_not_forget_what_the_first_one_left(http):
    http.apply(**HTTP)
    (oldest,) = http.all
    http.server.faults.deny("DeleteIntegration")
    recreated(http, True, description="1")
    (old,) = set(http.all) - {oldest}
    for value in ("2", "3"):
        result = recreated(http, True, description=value)
        assert result["result"] is False and oldest in result["comment"][0]
        assert set(http.all) == {oldest, old} == {one["resource_id"] for one in http.esm.values()}
    http.server.faults.clear()
    assert recreated(http, True, description="2")["result"]
    assert len(http.all) == len(http.esm) == 1 and not set(http.all) & {oldest, old}


def bound_route(world, route):
    target = "integrations/${aws.apigatewayv2.integration:it:resource_id}"
    parameters = {"api_id": world.api_id, "resource_id": route, "route_key": "GET /", "target": target}
    return {"route": {"aws.apigatewayv2.route.present": [{k: v} for k, v in parameters.items()]}}


def test_an_old_integration_stays_recorded_if_idem_does_not_run_its_deletion(http):
    """Idem deletes it after the states that refer to it, and not at all if one of them fails."""
    http.apply(**HTTP)
    (old,) = http.all
    route = http.server.add_route(http.api_id, old, route_key="GET /")
    wanted = {"api_id": http.api_id, **HTTP, "description": "new"}
    recreate = {"recreate_on_update": {"create_before_destroy": True}}
    http.server.faults.deny("UpdateRoute")
    http.run(harness.state("it", wanted | recreate) | bound_route(http, route))
    http.server.faults.clear()
    assert old in http.all and len(http.all) == 2
    assert old in {one["resource_id"] for one in http.esm.values()}
    http.run(harness.state("it", wanted) | bound_route(http, route))
    assert old not in http.all or old in {one["resource_id"] for one in http.esm.values()}
    results = http.run(harness.state("it", wanted) | bound_route(http, route))
    assert results["it"]["result"] and old not in http.all and len(http.all) == 1


def test_an_old_integration_stays_recorded_if_idem_is_killed(http, monkeypatch):
    http.apply(**HTTP)
    (old,) = http.all

    class Killed(BaseException):
        pass

    async def killed(*_):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(write, "delete", killed)
        with pytest.raises(Killed):
            recreated(http, True, description="new")
    assert len(http.all) == 2
    assert set(http.all) == {one["resource_id"] for one in http.esm.values()}
    assert http.apply(**HTTP, description="new")["result"]
    assert old not in http.all and len(http.all) == 1 == len(http.esm)


@pytest.mark.parametrize("create_first", [True, False])
def test_idem_does_not_replace_what_the_sls_names_beside_the_recorded_one(http, create_first):
    """Idem replaces what the SLS's resource_id names if the ESM records it for any state."""
    http.run(harness.state("other", {"api_id": http.api_id, **OTHER}))
    (other,) = http.all
    http.apply(**HTTP)
    recorded = http.esm[tag("it")]["resource_id"]
    recreated(http, create_first, description="new", resource_id=other)
    assert set(http.all) == {other, recorded}
    assert http.esm[tag("it")]["resource_id"] == recorded
    assert http.esm[tag("other")]["resource_id"] == other


@pytest.mark.parametrize("create_first", [True, False])
def test_a_renamed_state_can_replace_what_its_sls_names(http, create_first):
    http.run(harness.state("old-name", {"api_id": http.api_id, **HTTP}))
    (old,) = http.all
    assert recreated(http, create_first, description="new", resource_id=old)["result"]
    assert old not in http.all and len(http.all) == 1
    assert http.esm[tag("it")]["resource_id"] in http.all


def test_an_account_that_can_not_be_read_may_have_the_api(http):
    http.apply(**HTTP)
    (resource_id,) = http.all
    http.profiles["production"] = http.profiles["default"] | {"endpoint_url": "http://127.0.0.1:9"}
    http.profiles["production"]["config"] = {"retries": {"max_attempts": 0}}
    http.profiles["default"] = harness.profile(http.server.url, key="another-account")
    dry, real = both(http, harness.state("it", {"api_id": http.api_id}, "absent"))
    for results in (dry, real):
        comment = results["it"]["comment"][0]
        assert results["it"]["result"] is False
        assert resource_id in comment and "'production'" in comment
    assert http.entry["resource_id"] == resource_id


def test_an_absent_state_with_the_wrong_profile_names_the_right_one(http):
    resource_id = http.server.add_integration(http.api_id, **VPC)
    http.profiles["other"] = harness.profile(http.server.url, key="another-account")
    parameters = {"api_id": http.api_id, "resource_id": resource_id, "acct_profile": "other"}
    dry, real = both(http, harness.state("it", parameters, "absent"))
    for results in (dry, real):
        assert results["it"]["result"] is False and "'default'" in results["it"]["comment"][0]


# Adoption


@pytest.mark.parametrize(
    "members",
    [
        {"Description": "TEAM A - do not touch"},
        {"ConnectionType": "VPC_LINK", "ConnectionId": "link"},
        {"TimeoutInMillis": 1000},
        {"RequestParameters": {"append:header.a": "1"}},
        {"CredentialsArn": "arn:aws:iam::123456789012:role/x"},
    ],
)
def test_a_similar_integration_is_named_and_not_adopted(http, members):
    similar = http.server.add_integration(http.api_id, **VPC | members)
    dry, real = both(http, harness.state("it", {"api_id": http.api_id, **HTTP}))
    for answers in (dry, real):
        comment = " ".join(answers["it"]["comment"])
        assert similar in comment and f"`resource_id: {similar}`" in comment
        assert "differs in" in comment
    assert len(http.all) == 2 and http.entry["resource_id"] != similar
    http.run(harness.state("it", {"api_id": http.api_id, **HTTP}), invert=True)
    assert set(http.all) == {similar}


def test_a_similar_integration_without_a_uri_is_named(websocket):
    similar = websocket.server.add_integration(
        websocket.api_id, IntegrationType="MOCK", Description="other"
    )
    sls = harness.state("it", {"api_id": websocket.api_id, "integration_type": "MOCK"})
    dry, real = both(websocket, sls)
    for results in (dry, real):
        assert f"{similar} has the same type" in " ".join(results["it"]["comment"])
    assert len(websocket.all) == 2


def test_states_that_are_subsets_of_each_other_keep_their_own(http):
    sls = {}
    for number, more in enumerate(
        [{}, {"description": "d"}, {"description": "d", "timeout_in_millis": 99}]
    ):
        sls |= harness.state(f"s{number}", {"api_id": http.api_id, **HTTP, **more})
    http.run(sls)
    first = {key: entry["resource_id"] for key, entry in http.esm.items()}
    for _ in range(3):
        http.esm.clear()
        http.run(dict(reversed(sls.items())))
        assert {key: entry["resource_id"] for key, entry in http.esm.items()} == first
    assert len(http.all) == 3


def test_what_refresh_recorded_does_not_block_adoption(http):
    resource_id = http.server.add_integration(http.api_id, **VPC)
    name = f"{http.api_id}-{resource_id}"
    http.run(harness.state(name, {"api_id": http.api_id, "resource_id": resource_id}))
    answer = http.apply(**HTTP)
    assert answer["new_state"]["resource_id"] == resource_id and len(http.all) == 1


def refreshed(world):
    """Record what exists as `idem refresh` does, in the ESM of a world."""
    for resource_id in world.all:
        name = f"{world.api_id}-{resource_id}"
        world.esm[tag(name)] = {"name": name, "resource_id": resource_id, "api_id": world.api_id}


def test_what_refresh_recorded_as_well_still_belongs_to_its_state(http):
    http.run(harness.state("old-name", {"api_id": http.api_id, **HTTP}))
    (resource_id,) = http.all
    refreshed(http)
    comment = " ".join(http.run(harness.state("it", {"api_id": http.api_id, **HTTP}))["it"]["comment"])
    assert "'old-name'" in comment and resource_id in comment and len(http.all) == 2


@pytest.mark.parametrize("refresh", [True, False])
def test_what_a_later_state_of_the_run_manages_is_not_adopted(http, refresh):
    http.run(harness.state("it", {"api_id": http.api_id, **HTTP}))
    (resource_id,) = http.all
    if refresh:
        refreshed(http)
    later = {"api_id": http.api_id, **HTTP, "require": [{declared.NAME: "new"}]}
    results = http.run(
        harness.state("new", {"api_id": http.api_id, **HTTP}) | harness.state("it", later)
    )
    assert results["it"]["new_state"]["resource_id"] == resource_id and len(http.all) == 2


def test_what_the_esm_records_under_another_name_is_named(http):
    http.run(harness.state("old-name", {"api_id": http.api_id, **HTTP}))
    (resource_id,) = http.all
    dry, real = both(http, harness.state("new-name", {"api_id": http.api_id, **HTTP}))
    for answers in (dry, real):
        comment = " ".join(answers["new-name"]["comment"])
        assert "'old-name'" in comment and f"`resource_id: {resource_id}`" in comment
    assert len(http.all) == 2


# One owner


@pytest.mark.parametrize("function", ["present", "absent"])
@pytest.mark.parametrize("way", ["literal", "search", "profile", "token"])
def test_a_second_owner_is_refused(http, function, way):
    http.apply(**HTTP)
    (resource_id,) = http.all
    http.esm.clear()
    parameters = {"api_id": http.api_id, "resource_id": resource_id}
    second = dict(parameters)
    sls = harness.state("first", parameters | HTTP)
    if way == "search":
        sls |= harness.state("found", {"api_id": http.api_id, **HTTP}, "search")
        second["resource_id"] = f"${{{declared.NAME}:found:resource_id}}"
    elif way != "literal":
        token = {"aws_session_token": "t"} if way == "token" else {}
        http.profiles["second"] = http.profiles["default"] | {"config": {"read_timeout": 9}} | token
        second["acct_profile"] = "second"
    sls |= harness.state("second", second | (HTTP if function == "present" else {}), function)
    dry, real = both(http, sls)
    for answers in (dry, real):
        failed = [name for name in ("first", "second") if not answers[name]["result"]]
        assert len(failed) == 1
        (other,) = {"first", "second"} - set(failed)
        assert f"{other!r}" in answers[failed[0]]["comment"][0]
    assert len(http.all) == (1 if real["first"]["result"] else 0)


def test_an_sts_that_does_not_respond_changes_no_ownership(http, monkeypatch):
    """Idem asks STS whose credentials they are; claims and the order of writes do not depend on it."""
    http.apply(**HTTP)
    (resource_id,) = http.all
    http.esm.clear()
    monkeypatch.setattr(http.server.sts, "answer", lambda *_: b"not XML")
    sls = {}
    for number in range(2):
        token = {"aws_session_token": f"t{number}"}
        http.profiles[f"p{number}"] = http.profiles["default"] | token
        parameters = {"api_id": http.api_id, "resource_id": resource_id, "acct_profile": f"p{number}"}
        sls |= harness.state(f"s{number}", parameters | HTTP)
    dry, real = both(http, sls)
    for results in (dry, real):
        assert [results[name]["result"] for name in ("s0", "s1")] == [True, False]
        assert "'s0'" in results["s1"]["comment"][0]


# What the run around it does


def route_absent(world, route, **more):
    parameters = {"api_id": world.api_id, "resource_id": route, **more}
    return {"aws.apigatewayv2.route.absent": [{key: value} for key, value in parameters.items()]}


def api_absent(world):
    return {"aws.apigatewayv2.api.absent": [{"resource_id": world.api_id}, {"name": world.api_id}]}


def test_a_route_whose_state_starts_later(http):
    http.apply(**HTTP)
    route = http.server.add_route(http.api_id, http.live["IntegrationId"])
    sls = harness.state("it", {"api_id": http.api_id}, "absent")
    sls["pause"] = {"time.sleep": [{"duration": 1}]}
    sls["route"] = route_absent(http, route, require=[{"time": "pause"}])
    dry, real = both(http, sls)
    assert all(result["result"] for result in (*dry.values(), *real.values()))
    assert not http.all and tag("it") not in http.esm


def test_a_quick_created_integration_and_its_route_and_api(http):
    resource_id = http.server.add_integration(http.api_id, managed=True, **VPC)
    route = http.server.add_route(http.api_id, resource_id)
    http.apply(resource_id=resource_id, **HTTP)
    sls = harness.state("it", {"api_id": http.api_id}, "absent")
    sls |= {"route": route_absent(http, route), "api": api_absent(http)}
    dry, real = both(http, sls)
    assert all(result["result"] for result in (*dry.values(), *real.values()))
    assert tag("it") not in http.esm


def test_a_mapping_that_aws_drops_is_refused_with_what_to_write(http):
    http.apply(**HTTP)
    (old,) = http.all
    for recreate in ({}, {"recreate_on_update": {"create_before_destroy": True}}):
        for test in (True, False):
            parameters = HTTP | {"request_parameters": {"remove:header.x": ""}} | recreate
            result = http.apply(test=test, **parameters)
            assert result["result"] is False and "\"''\"" in result["comment"][0]
    assert set(http.all) == {old} and not http.writes()


def test_a_sensitive_value_is_in_no_comment_of_a_replacement(http):
    secret = "s3cret-token"
    http.apply(**HTTP)
    for create_first in (True, False):
        wrong = {"payload_format_version": secret, "sensitive": ["payload_format_version"]}
        wrong["recreate_on_update"] = {"create_before_destroy": create_first}
        results = http.run(harness.state("it", {"api_id": http.api_id, **HTTP | wrong}))
        assert not results["it_delete_old"]["result"]
        assert secret not in str([result["comment"] for result in results.values()])


def test_drift_that_the_sls_does_not_mention_is_reported(http):
    http.apply(**HTTP)
    drift = {"RequestParameters": {"append:header.a": "1"}}
    http.server.drift(http.api_id, http.entry["resource_id"], **drift)
    dry, real = both(http, harness.state("it", {"api_id": http.api_id, **HTTP}))
    for answers in (dry, real):
        assert "Changed outside of Idem: request_parameters" in answers["it"]["comment"]
    assert http.live["RequestParameters"] == drift["RequestParameters"]


@pytest.mark.parametrize("managed", [True, False])
def test_an_integration_whose_api_is_deleted_in_the_same_run(http, managed):
    resource_id = http.server.add_integration(http.api_id, managed=managed, **VPC)
    http.apply(resource_id=resource_id, **HTTP)
    sls = harness.state("it", {"api_id": http.api_id}, "absent")
    sls["api"] = {"aws.apigatewayv2.api.absent": [{"resource_id": http.api_id}, {"name": http.api_id}]}
    both(http, sls)
    assert not [entry for key, entry in http.esm.items() if key.startswith(declared.NAME)]


def test_a_route_under_the_same_id_as_the_integration(http):
    http.run(harness.state("orders", {"api_id": http.api_id, **HTTP}))
    (resource_id,) = http.all
    route = http.server.add_route(http.api_id, resource_id)
    sls = harness.state("orders", {"api_id": http.api_id}, "absent")
    sls["orders"]["aws.apigatewayv2.route.absent"] = [
        {"api_id": http.api_id},
        {"resource_id": route},
    ]
    dry = http.idem.apply_all(sls, http.profiles, http.esm, test=True)
    real = http.idem.apply_all(sls, http.profiles, http.esm)
    assert all(one["result"] for one in [*dry, *real]), [one["comment"] for one in [*dry, *real]]
    assert not http.all


def test_a_search_leaves_the_context_of_its_caller_alone(idem, http):
    context = idem.context(http.profiles["default"], tag="cloud.other_|-x_|-x_|-present")
    http.apply(**HTTP)
    search = idem.hub.states[harness.RESOURCE].search
    answer = idem.loop.run_until_complete(search(context, "x", http.api_id, **HTTP))
    assert answer["result"] and "skip_esm" not in context


def test_a_sensitive_value_is_in_no_comment(http):
    secret = "s3cret-token"
    parameters = {"append:header.key": secret, "append:heder.key": secret}
    answer = http.apply(**HTTP, request_parameters=parameters, sensitive=["request_parameters"])
    assert answer["result"] is False and secret not in str(answer["comment"])
    answer = http.apply(**HTTP, description=secret * 200, sensitive=["description"])
    assert answer["result"] is False and secret not in str(answer["comment"])


def test_comments_name_ids(http):
    created = http.apply(**HTTP)
    resource_id = created["new_state"]["resource_id"]
    found = http.apply(**HTTP)
    updated = http.apply(**HTTP, description="x")
    deleted = http.apply(function="absent")
    for answer, word in zip(
        (created, found, updated, deleted), ("Created", "exists", "Updated", "Deleted"), strict=True
    ):
        assert word in answer["comment"][0] and resource_id in answer["comment"][1]


def test_what_describe_prints_can_be_renamed_and_binds_nothing(http, describe):
    resource_id = http.server.add_integration(
        http.api_id, **VPC | {"Description": "${aws.apigatewayv2.api:shop:resource_id}"}
    )
    described = describe()
    name = f"{http.api_id}-{resource_id}"
    (function,) = described[name]
    assert all("name" not in parameter for parameter in described[name][function])
    answers = http.run({"orders": described[name]})
    assert answers["orders"]["result"] and not answers["orders"]["changes"]
    assert answers["orders"]["name"] == "orders" and not http.writes()

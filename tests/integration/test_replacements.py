"""Replacements, which Idem splits into two states: what is live, what is recorded, what is left."""

import copy

import pytest

import declared
import harness
import wire
from idem_apigwv2_integration.aws import write
from payloads import HTTP, OTHER_HTTP

CREATE_FIRST = [True, False]


# Which integration a state manages afterwards


def recreated(world, create_first, **change):
    return world.apply(**HTTP | change, recreate_on_update={"create_before_destroy": create_first})


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
    http.esm[harness.tag("it_create_new")] = entry | {"resource_id": "stale"}
    assert http.apply(**HTTP)["new_state"]["resource_id"] == entry["resource_id"]
    assert set(http.esm) == {harness.tag("it")}
    http.esm[harness.tag("it_create_new")] = entry | {"resource_id": "stale"}
    assert http.apply(function="absent")["result"] and not http.all and not http.esm


@pytest.mark.parametrize("create_first", [True, False])
def test_idem_does_not_replace_what_the_sls_names_beside_the_recorded_one(http, create_first):
    """Idem replaces what the SLS's resource_id names if the ESM records it for any state."""
    http.run(harness.state("other", {"api_id": http.api_id, **OTHER_HTTP}))
    (other,) = http.all
    http.apply(**HTTP)
    recorded = http.esm[harness.tag("it")]["resource_id"]
    recreated(http, create_first, description="new", resource_id=other)
    assert set(http.all) == {other, recorded}
    assert http.esm[harness.tag("it")]["resource_id"] == recorded
    assert http.esm[harness.tag("other")]["resource_id"] == other


@pytest.mark.parametrize("create_first", [True, False])
def test_a_renamed_state_can_replace_what_its_sls_names(http, create_first):
    http.run(harness.state("old-name", {"api_id": http.api_id, **HTTP}))
    (old,) = http.all
    assert recreated(http, create_first, description="new", resource_id=old)["result"]
    assert old not in http.all and len(http.all) == 1
    assert http.esm[harness.tag("it")]["resource_id"] in http.all


@pytest.mark.parametrize("create_first", [True, False])
def test_a_renamed_state_is_not_replaced_without_a_difference(http, create_first):
    """Idem compares it with the entry that has the SLS's resource_id: that of the old name."""
    http.run(harness.state("old-name", {"api_id": http.api_id, **HTTP}))
    (old,) = http.all
    assert recreated(http, create_first, resource_id=old)["result"]
    assert set(http.all) == {old} and not http.writes()


def test_a_replacement_that_can_not_be_checked_deletes_nothing(http):
    """The default profile, with which Idem deletes what is replaced, may not read the API."""
    http.profiles["other"] = http.profiles["default"] | {"config": {"retries": {"max_attempts": 1}}}
    parameters = {"api_id": http.api_id, **HTTP, "acct_profile": "other"}
    http.run(harness.state("it", parameters))
    (old,) = http.all
    # The protocol of the API is known to the other profile.
    http.server.faults.deny("GetApi")
    replaced = {"description": "new", "recreate_on_update": {"create_before_destroy": False}}
    result = http.run(harness.state("it", parameters | replaced))["it_delete_old"]
    assert result["result"] is False and set(http.all) == {old}
    assert result["comment"][0].startswith(f"{old} was not deleted: GetApi failed: AccessDenied")


# Old integrations that are left


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
    results = http.run(harness.state("it", parameters))
    assert results["it_delete_old"]["result"] is False and old in http.all
    comment = " ".join(results["it_delete_old"]["comment"])
    assert old in comment and "'other'" in comment
    # The next run deletes it, with the state's own profile.
    results = http.run(harness.state("it", parameters))
    if create_first:
        assert old in " ".join(results["it"]["comment"]) and old not in http.all and len(http.all) == 1
        assert set(http.esm) == {harness.tag("it")}
    else:
        assert old in http.all and http.esm[harness.tag("it")]["resource_id"] == old


def test_a_dry_run_leaves_what_the_esm_records_of_an_old_integration(http):
    http.apply(**HTTP)
    (old,) = http.all
    http.server.faults.deny("DeleteIntegration")
    recreated(http, True, description="new")
    http.server.faults.clear()
    before = copy.deepcopy(http.esm)
    assert {entry["resource_id"] for entry in before.values()} == set(http.all)
    for function, parameters in (("present", HTTP | {"description": "new"}), ("absent", {})):
        result = http.apply(test=True, function=function, **parameters)
        assert result["result"] and old in harness.comment(result)
        assert http.esm == before
    assert http.apply(**HTTP, description="new")["result"]
    assert old not in http.all and set(http.esm) == {harness.tag("it")}


def test_an_old_integration_that_could_not_be_deleted_is_named_until_it_is_gone(http):
    http.apply(**HTTP)
    (old,) = http.all
    route = http.server.add_route(http.api_id, old)
    recreated(http, True, description="new")
    assert old in http.all and len(http.all) == 2
    for test in (True, False):
        result = http.apply(test=test, **HTTP, description="new")
        assert result["result"] is False
        assert old in result["comment"][0] and route in result["comment"][0]
    wire.connect(http.server).delete_route(ApiId=http.api_id, RouteId=route)
    result = http.apply(**HTTP, description="new")
    assert result["result"] and old in " ".join(result["comment"])
    assert old not in http.all and len(http.all) == 1 == len(http.esm)


def test_a_state_that_fails_names_what_a_replacement_left(http):
    http.apply(**HTTP)
    (old,) = http.all
    http.server.faults.deny("DeleteIntegration")
    recreated(http, True, description="new")
    http.server.faults.clear()
    wrong = HTTP | {"description": "new", "connection_type": "VPC_LINK"}
    dry, real = http.both(harness.state("it", {"api_id": http.api_id, **wrong}))
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
    result = http.apply(function="absent")
    assert result["result"] and old in str(result["comment"]) and not http.all and not http.esm


def test_absent_that_fails_names_what_it_has_deleted_before(http):
    http.apply(**HTTP)
    (old,) = http.all
    http.server.faults.deny("DeleteIntegration")
    recreated(http, True, description="new")
    (new,) = set(http.all) - {old}
    http.server.faults.clear()
    http.server.faults.inject(kind="error", status=400, operation="DeleteIntegration", skip=1)
    result = http.apply(function="absent")
    assert result["result"] is False and set(http.all) == {old}
    assert f"Its resource_id is {new}." in result["comment"] and old in harness.comment(result)


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


# What Idem compares before a replacement


@pytest.mark.parametrize("create_first", CREATE_FIRST)
@pytest.mark.parametrize(
    "wrong",
    [
        {"response_parameters": ["a"]},
        {"response_parameters": {"200": "x"}},
        {"request_parameters": {"append:header.a": {"b": "c"}}},
        {"tls_config": "x"},
        {"timeout_in_millis": {"a": 1}},
        {"request_parameters": {"append:header.a": None}},
    ],
    ids=str,
)
def test_a_malformed_value_beside_recreate_on_update(http, wrong, create_first):
    http.apply(**HTTP)
    (resource_id,) = http.all
    recreate = {"recreate_on_update": {"create_before_destroy": create_first}}
    sls = harness.state("it", {"api_id": http.api_id, **HTTP, **wrong, **recreate})
    sls |= harness.state("other", {"api_id": http.api_id, **OTHER_HTTP})
    dry, real = http.both(sls)
    (parameter,) = wrong
    for results in (dry, real):
        assert results["it"]["result"] is False and parameter in harness.comment(results["it"])
        assert results["other"]["result"]
    assert resource_id in http.all and len(http.all) == 2


@pytest.mark.parametrize("create_first", CREATE_FIRST)
@pytest.mark.parametrize(
    "wrong",
    [{"descriptoin": "x"}, {"something": "x"}],
    ids=["misspelled", "unknown"],
)
def test_nothing_is_deleted_whose_replacement_is_declared_wrongly(http, wrong, create_first):
    http.apply(**HTTP)
    (resource_id,) = http.all
    recreate = {"recreate_on_update": {"create_before_destroy": create_first}}
    parameters = {"api_id": http.api_id, **HTTP, "description": "new", **wrong, **recreate}
    dry, real = http.both(harness.state("it", parameters))
    (parameter,) = wrong
    for results in (dry, real):
        assert results["it_delete_old"]["result"] is False
        assert parameter in harness.comment(results["it" if create_first else "it_delete_old"])
    assert list(http.all) == [resource_id] == [entry["resource_id"] for entry in http.esm.values()]


@pytest.mark.parametrize("create_first", CREATE_FIRST)
def test_a_replacement_with_what_only_idem_reads(http, create_first):
    """None of it is a parameter of the replacement."""
    http.apply(**HTTP)
    (old,) = http.all
    idems_own = {"acct_profile": "default", "order": 1, "ignore_changes": ["tls_config"]}
    result = recreated(http, create_first, description="new", **idems_own)
    assert result["result"] and old not in http.all and len(http.all) == 1


@pytest.mark.parametrize("create_first", CREATE_FIRST)
def test_nothing_is_replaced_because_the_esm_has_a_malformed_value(http, create_first):
    http.apply(**HTTP, timeout_in_millis=5000)
    (resource_id,) = http.all
    http.entry["timeout_in_millis"] = "5000"
    assert recreated(http, create_first, timeout_in_millis=5000)["result"]
    assert list(http.all) == [resource_id] and not http.writes()


def test_a_search_after_a_replacement_finds_one_in_a_dry_run_as_well(http):
    http.apply(**HTTP)
    recreate = {"recreate_on_update": {"create_before_destroy": False}}
    wanted = {"api_id": http.api_id, **HTTP}
    sls = harness.state("it", {**wanted, "description": "new", **recreate})
    sls |= harness.state("found", {**wanted, "require": [{declared.NAME: "it"}]}, "search")
    dry, real = http.both(sls)
    assert dry["found"]["result"], dry["found"]["comment"]
    (resource_id,) = http.all
    assert real["found"]["new_state"]["resource_id"] == resource_id

"""What proves that an integration is gone: neither one response nor one listing."""

import functools

import pytest

import harness
import shortened
from idem_apigwv2_integration.aws import errors
from payloads import HTTP_MEMBERS
from world import HTTP

GONE = {"kind": "error", "code": "NotFoundException", "status": 404}


def states(world, count, function="present"):
    sls = {}
    for number in range(count):
        parameters = {"api_id": world.api_id}
        parameters |= HTTP | {"description": str(number)} if function == "present" else {}
        sls |= harness.state(f"s{number}", parameters, function)
    return sls


# Writes


def test_absent_does_not_trust_one_404_of_the_deletion(http):
    http.apply(**HTTP)
    http.server.faults.inject(operation="DeleteIntegration", **GONE)
    result = http.apply(function="absent")
    assert result["result"] and result["comment"][0].startswith("Deleted")
    assert not http.all and not http.esm


@pytest.mark.parametrize("create_first", [True, False])
def test_a_replacement_does_not_trust_one_404_of_the_deletion(http, create_first):
    http.apply(**HTTP)
    (old,) = http.all
    http.server.faults.inject(operation="DeleteIntegration", **GONE)
    replace = {"recreate_on_update": {"create_before_destroy": create_first}}
    assert http.apply(**HTTP, description="new", **replace)["result"]
    assert old not in http.all and len(http.all) == len(http.esm) == 1


def test_exec_delete_does_not_trust_one_404(http):
    http.apply(**HTTP)
    http.server.faults.inject(operation="DeleteIntegration", **GONE)
    result = http.call("exec.delete", api_id=http.api_id, resource_id=http.entry["resource_id"])
    assert result["result"] and result["comment"][0].startswith("Deleted") and not http.all


def test_a_deletion_that_never_finds_what_a_read_finds_fails(http, short_budgets):
    http.apply(**HTTP)
    http.server.faults.inject(operation="DeleteIntegration", times=None, **GONE)
    result = http.apply(function="absent")
    resource_id = http.entry["resource_id"]
    assert result["result"] is False and resource_id in http.all
    assert f"did not find integration {resource_id}, and a later read did" in result["comment"][0]


def test_a_deletion_by_someone_else_at_the_same_time_is_no_failure(http):
    http.apply(**HTTP)
    (resource_id,) = http.all
    http.server.faults.inject(
        kind="meanwhile",
        operation="GetIntegration",
        action=lambda: http.server.remove(http.api_id, resource_id),
    )
    result = http.apply(function="absent")
    assert result["result"] and "already absent" in result["comment"][0] and not http.esm
    assert http.server.counts() == {"GetIntegration": 2, "DeleteIntegration": 1, "GetIntegrations": 1}


def test_a_deletion_that_nothing_can_confirm_fails(http):
    http.apply(**HTTP)
    (resource_id,) = http.all
    http.server.faults.deny("GetIntegrations")
    http.server.faults.inject(operation="DeleteIntegration", **GONE)
    http.server.faults.inject(operation="GetIntegration", **GONE)
    result = http.call("exec.delete", api_id=http.api_id, resource_id=resource_id)
    assert result["result"] is False and resource_id in http.all
    assert "does not prove that it is gone: GetIntegrations failed: AccessDenied" in result["comment"][0]


def test_an_update_does_not_trust_one_404(http):
    http.apply(**HTTP)
    http.server.faults.inject(operation="UpdateIntegration", **GONE)
    assert http.apply(**HTTP, description="new")["result"] and http.live["Description"] == "new"


def test_an_update_of_what_is_gone_fails_at_once(http):
    http.apply(**HTTP)
    (resource_id,) = http.all
    http.server.faults.inject(
        kind="meanwhile",
        operation="GetApi",
        action=lambda: http.server.remove(http.api_id, resource_id),
    )
    http.idem.forget()
    result = http.apply(**HTTP, description="new")
    assert result["result"] is False and "UpdateIntegration failed: NotFound" in result["comment"][0]
    assert http.server.count("UpdateIntegration") == 1


# The API


def test_absent_does_not_trust_404s_where_the_api_can_not_be_read(http):
    http.apply(**HTTP)
    http.server.faults.deny("GetApi")
    for operation in ("GetIntegration", "GetIntegrations"):
        http.server.faults.inject(operation=operation, **GONE)
    result = http.apply(function="absent")
    assert result["result"] is False and len(http.all) == len(http.esm) == 1
    assert f"did not find API {http.api_id}, which alone does not prove" in result["comment"][0]


def test_present_does_not_trust_one_404_of_the_api(http):
    http.server.faults.inject(operation="GetApi", **GONE)
    assert http.apply(**HTTP)["result"] and len(http.all) == 1


def test_an_api_that_is_gone_has_no_integrations(http):
    assert http.call("exec.get", api_id="gone", resource_id="any")["ret"] is None
    assert http.server.counts() == {"GetIntegration": 1, "GetIntegrations": 1, "GetApi": 1}


def test_one_404_is_no_proof_that_another_account_lacks_the_api(http):
    http.apply(**HTTP)
    home = http.profiles["default"]
    http.profiles["home"], http.profiles["default"] = home, home | {"aws_access_key_id": "another"}
    http.idem.forget()
    fault = http.server.faults.inject(operation="GetApi", account="testing", **GONE)
    result = http.apply(function="absent")
    assert result["result"] is False and len(http.all) == len(http.esm) == 1
    assert "acct profile 'home'" in result["comment"][0] and fault.fired == 1


def test_another_profile_of_the_same_account_does_not_have_what_is_gone(http):
    http.apply(**HTTP)
    http.profiles["other"] = http.profiles["default"] | {"config": {"connect_timeout": 5}}
    http.server.remove(http.api_id, http.entry["resource_id"])
    assert http.apply(**HTTP)["result"] and set(http.all) == {http.entry["resource_id"]}
    http.server.remove(http.api_id, http.entry["resource_id"])
    assert http.apply(function="absent")["result"] and not http.esm


# Listings


@pytest.mark.parametrize("function", ["present", "absent"])
def test_one_listing_is_no_proof(http, function):
    http.run(states(http, 3))
    before = set(http.all)
    fault = http.server.faults.inject(kind="lag", operation="GetIntegrations")
    results = http.run(states(http, 3, function))
    assert fault.fired == 1 and all(result["result"] for result in results.values())
    assert set(http.all) == (before if function == "present" else set())
    assert http.writes() == (0 if function == "present" else 3)


def test_what_is_listed_later_is_not_created_again(http):
    """A read and a listing lag behind, and the search for equal integrations finds it."""
    http.apply(**HTTP)
    for operation in ("GetIntegration", "GetIntegrations"):
        http.server.faults.inject(kind="lag", operation=operation)
    result = http.apply(**HTTP)
    resource_id = http.entry["resource_id"]
    assert result["result"] is False and set(http.all) == {resource_id}
    sentence = f"GetIntegration did not find integration {resource_id}, and GetIntegrations did"
    assert sentence in result["comment"][0]


def test_what_both_deny_is_gone(http):
    http.run(states(http, 3))
    removed = min(http.all)
    http.server.remove(http.api_id, removed)
    results = http.run(states(http, 3, "absent"))
    assert all(result["result"] for result in results.values()) and not http.all
    assert http.server.counts() == {
        "GetIntegrations": 1,
        "GetIntegration": 1,
        "DeleteIntegration": 2,
    }


@pytest.mark.parametrize("fault", [{"status": 403, "code": "AccessDeniedException"}, {"status": 500}])
def test_a_read_that_fails_fails_only_its_own_state(http, fault, short_budgets):
    http.run(states(http, 1))
    (gone,) = http.all
    http.server.remove(http.api_id, gone)
    http.server.faults.inject(kind="error", operation="GetIntegration", times=None, **fault)
    results = http.run(states(http, 3))
    assert [results[f"s{number}"]["result"] for number in range(3)] == [False, True, True]
    assert "GetIntegration failed" in results["s0"]["comment"][0] and len(http.all) == 2


# Pages


@pytest.fixture
def shifting(http):
    """A world with four integrations on pages of two, the first of which is deleted between them."""
    http.server.behaviour.page_size, http.server.behaviour.shifting_pages = 2, True
    ids = [
        http.server.add_integration(
            http.api_id,
            integration_id=f"id{number}",
            IntegrationType="HTTP_PROXY",
            IntegrationUri="https://example.com",
            IntegrationMethod="GET",
            Description=str(number),
        )
        for number in range(4)
    ]
    http.server.faults.inject(
        kind="meanwhile",
        operation="GetIntegrations",
        action=lambda: http.server.remove(http.api_id, ids[0]),
    )
    return http


def test_a_listing_whose_pages_shift_is_read_again(shifting):
    listed = shifting.call("exec.list", api_id=shifting.api_id)
    assert [resource["resource_id"] for resource in listed["ret"]] == ["id1", "id2", "id3"]


def test_a_listing_to_which_something_is_added_is_read_twice_and_no_more(http):
    """What is new shifts nothing: only what has disappeared can hide something else."""
    http.server.behaviour.page_size = 1
    add = functools.partial(http.server.add_integration, http.api_id, **HTTP_MEMBERS)
    add(), add()
    http.server.faults.inject(kind="meanwhile", operation="GetIntegrations", skip=1, action=add)
    assert len(http.call("exec.list", api_id=http.api_id)["ret"]) == 3
    assert http.server.counts() == {"GetIntegrations": 2 + 3}


def test_what_a_shifted_page_skips_is_adopted_and_not_created_again(shifting):
    result = shifting.apply(**HTTP, description="2")
    assert result["new_state"]["resource_id"] == "id2" and not shifting.writes()


@pytest.mark.parametrize("function", ["present", "absent"])
def test_a_deletion_that_shifts_the_pages_is_no_proof(shifting, function):
    for number in range(4):
        entry = {"name": f"s{number}", "resource_id": f"id{number}", "api_id": shifting.api_id}
        shifting.esm[f"{harness.RESOURCE}_|-s{number}_|-s{number}_|-"] = entry
    results = shifting.run(states(shifting, 4, function))
    assert all(result["result"] for result in results.values())
    assert set(shifting.all) == ({"id1", "id2", "id3"} if function == "present" else set())
    assert not shifting.server.count("CreateIntegration")


def test_pages_that_keep_shifting_are_no_listing(shifting, monkeypatch):
    shortened.budgets(monkeypatch, 0.0, errors.Conflicting)
    result = shifting.call("exec.list", api_id=shifting.api_id)
    assert result["result"] is False
    assert "GetIntegrations got pages that changed while they were read" in result["comment"][0]


def test_absent_of_what_is_gone(http):
    http.apply(**HTTP)
    http.server.remove(http.api_id, http.entry["resource_id"])
    result = http.apply(function="absent")
    assert result["result"] and "already absent" in result["comment"][0] and not http.esm


def test_a_delete_whose_response_is_lost(http):
    http.apply(**HTTP)
    http.server.faults.inject(kind="drop_response", operation="DeleteIntegration", times=1)
    assert http.apply(function="absent")["result"]
    assert not http.all and not http.esm


def test_a_lost_delete_is_sent_again_without_permission_to_read(http):
    resource_id = http.server.add_integration(http.api_id, IntegrationType="HTTP_PROXY")
    http.server.faults.deny("GetIntegration", "GetIntegrations")
    http.server.faults.inject(kind="drop_request", operation="DeleteIntegration", times=1)
    assert http.call("exec.delete", api_id=http.api_id, resource_id=resource_id)["result"]
    assert not http.all and http.server.count("DeleteIntegration") == 2

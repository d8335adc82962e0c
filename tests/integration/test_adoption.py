"""What a state adopts that exists already, and what it only names."""

import contextlib
import threading

import pytest

import declared
import harness
from payloads import HTTP, HTTP_MEMBERS, OTHER_HTTP

CREATE_FIRST = [True, False]


@pytest.mark.parametrize("managed", ["aaaaaaa", "zzzzzzz"])
def test_one_of_quick_create_is_adopted_last(http, managed):
    """API Gateway deletes it only with its API."""
    other = ({"aaaaaaa", "zzzzzzz"} - {managed}).pop()
    http.server.add_integration(http.api_id, integration_id=other, **HTTP_MEMBERS)
    http.server.add_integration(
        http.api_id, integration_id=managed, ApiGatewayManaged=True, **HTTP_MEMBERS
    )
    assert http.apply(**HTTP)["new_state"]["resource_id"] == other


def test_one_of_quick_create_is_adopted_where_it_is_the_only_one(http):
    http.server.add_integration(
        http.api_id, integration_id="managed", ApiGatewayManaged=True, **HTTP_MEMBERS
    )
    assert http.apply(**HTTP)["new_state"]["resource_id"] == "managed"


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
    similar = http.server.add_integration(http.api_id, **HTTP_MEMBERS | members)
    dry, real = http.both(harness.state("it", {"api_id": http.api_id, **HTTP}))
    for results in (dry, real):
        comment = " ".join(results["it"]["comment"])
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
    dry, real = websocket.both(sls)
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
    resource_id = http.server.add_integration(http.api_id, **HTTP_MEMBERS)
    name = f"{http.api_id}-{resource_id}"
    http.run(harness.state(name, {"api_id": http.api_id, "resource_id": resource_id}))
    result = http.apply(**HTTP)
    assert result["new_state"]["resource_id"] == resource_id and len(http.all) == 1


def refreshed(world):
    """Record what exists as `idem refresh` does, in the ESM of a world."""
    for resource_id in world.all:
        name = f"{world.api_id}-{resource_id}"
        world.esm[harness.tag(name)] = {"name": name, "resource_id": resource_id, "api_id": world.api_id}


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


def test_what_a_later_state_with_the_name_of_describe_manages_is_not_adopted(http):
    """An SLS may be what `idem describe` printed."""
    http.apply(**HTTP)
    (resource_id,) = http.all
    name = f"{http.api_id}-{resource_id}"
    http.esm = {harness.tag(name): http.entry | {"name": name}}
    later = {"api_id": http.api_id, **HTTP, "require": [{declared.NAME: "new"}]}
    results = http.run(
        harness.state("new", {"api_id": http.api_id, **HTTP}) | harness.state(name, later)
    )
    assert results[name]["new_state"]["resource_id"] == resource_id and len(http.all) == 2


def test_a_state_that_moves_may_adopt_one_with_the_id_of_what_is_gone(http):
    """An ID is unique in its API only."""
    http.apply(**HTTP)
    (resource_id,) = http.all
    http.server.remove(http.api_id, resource_id)
    http.api_id = http.server.add_api("HTTP")
    http.server.add_integration(http.api_id, integration_id=resource_id, **HTTP_MEMBERS)
    result = http.apply(**HTTP)
    assert result["result"] and f"Adopted {resource_id}" in harness.comment(result)
    assert len(http.all) == 1 and http.entry["api_id"] == http.api_id


def test_what_the_esm_records_under_another_name_is_named(http):
    http.run(harness.state("old-name", {"api_id": http.api_id, **HTTP}))
    (resource_id,) = http.all
    dry, real = http.both(harness.state("new-name", {"api_id": http.api_id, **HTTP}))
    for results in (dry, real):
        comment = " ".join(results["new-name"]["comment"])
        assert "'old-name'" in comment and f"`resource_id: {resource_id}`" in comment
    assert len(http.all) == 2


def test_of_equal_states_one_adopts_what_exists(http):
    resource_id = http.server.add_integration(http.api_id, **HTTP_MEMBERS)
    sls = harness.state("one", {"api_id": http.api_id, **HTTP})
    sls |= harness.state("two", {"api_id": http.api_id, **HTTP})
    for results in http.both(sls):
        assert resource_id in harness.comment(results["one"])
        assert resource_id not in harness.comment(results["two"])
    assert len(http.all) == 2


def test_what_an_equal_state_is_creating_is_not_adopted(http):
    """Another state has created it, and has no response yet, when the state lists the API."""
    sls = harness.state("again", {"api_id": http.api_id, **HTTP})
    http.run(sls)
    http.server.remove(http.api_id, http.entry["resource_id"])
    sls = harness.state("new", {"api_id": http.api_id, **HTTP}) | sls
    # The first listing is for both: one may create, and what the other one recorded is gone.
    http.server.faults.inject(kind="delay", operation="GetIntegrations", seconds=0.2, skip=1)
    together = threading.Barrier(2)

    def respond_together():
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(5)

    http.server.faults.inject(
        kind="meanwhile", operation="CreateIntegration", action=respond_together, times=2
    )
    results = http.run(sls)
    assert all(result["result"] for result in results.values()), results
    assert len(http.all) == 2
    assert {entry["resource_id"] for entry in http.esm.values()} == set(http.all)


@pytest.mark.usefixtures("short_budgets")
@pytest.mark.parametrize("fault", ["AWS is down", "denied"])
def test_a_state_that_never_adopts_needs_a_listing_only_if_it_may_list(http, fault):
    """Without the permission, a run creates as well; a failure is not to be predicted as a create."""
    if fault == "denied":
        http.server.faults.deny("GetIntegrations")
    else:
        http.server.faults.inject(kind="error", status=500, operation="GetIntegrations", times=None)
    with http.idem.option("get_resource_only_with_resource_id", True):
        assert http.apply(test=True, **HTTP)["result"] is (fault == "denied")


@pytest.mark.parametrize(("count", "named"), [(3, 3), (4, 0)])
def test_a_few_of_another_file_that_resemble_nothing_are_named_once(http, count, named):
    for number in range(count):
        other = {"api_id": http.api_id, **OTHER_HTTP, "description": str(number)}
        http.run(harness.state(f"other-{number}", other))
    others = set(http.all)
    sls = harness.state("one", {"api_id": http.api_id, **HTTP})
    sls |= harness.state("two", {"api_id": http.api_id, **HTTP, "description": "two"})
    comments = [harness.comment(one) for one in http.run(sls).values()]
    assert sum(one in comment for one in others for comment in comments) == named


def test_an_adoption_keeps_the_other_notes(http):
    http.apply(**HTTP)
    (resource_id,) = http.all
    http.esm[harness.tag("it")] |= {"resource_id": "gone"}
    ignored = {"response_parameters": {}, "content_handling_strategy": ""}
    dry, real = http.both(harness.state("it", {"api_id": http.api_id, **HTTP, **ignored}))
    for results, verb in ((dry, "Would adopt"), (real, "Adopted")):
        assert f"{verb} {resource_id}" in harness.comment(results["it"])
        assert "gone, which the ESM records, no longer exists." in harness.comment(results["it"])
    assert len(http.all) == 1 and http.esm[harness.tag("it")]["resource_id"] == resource_id


@pytest.mark.parametrize("name", ["{resource_id}", "{api_id}-{resource_id}"])
def test_what_describe_calls_it_does_not_block_adoption(http, name):
    """idem-aws and this plugin: `idem refresh` records what `describe` prints."""
    http.apply(**HTTP)
    entry = dict(http.entry)
    http.esm = {harness.tag(name.format(**entry)): entry | {"name": name.format(**entry)}}
    _, real = http.both(harness.state("it", {"api_id": http.api_id, **HTTP}))
    assert f"Adopted {entry['resource_id']}" in harness.comment(real["it"]) and len(http.all) == 1


# Beside a replacement


@pytest.mark.parametrize("create_first", CREATE_FIRST)
def test_what_an_interrupted_replacement_created_is_adopted(http, create_first):
    http.apply(**HTTP)
    (old,) = http.all
    esm = {key: dict(entry) for key, entry in http.esm.items()}
    http.server.add_integration(
        http.api_id,
        IntegrationType="HTTP_PROXY",
        IntegrationUri="https://example.com",
        IntegrationMethod="GET",
        Description="new",
    )
    (new,) = set(http.all) - {old}
    http.esm = esm
    recreate = {"recreate_on_update": {"create_before_destroy": create_first}}
    wanted = {"api_id": http.api_id, **HTTP, "description": "new", **recreate}
    dry, _ = http.both(harness.state("it", wanted))
    assert any(f"Would adopt {new}" in harness.comment(one) for one in dry.values())
    assert set(http.all) == {new} and {key: one["resource_id"] for key, one in http.esm.items()} == {
        harness.tag("it"): new
    }


def test_a_replacement_that_is_adopted_records_what_it_replaces(http):
    http.apply(**HTTP)
    (old,) = http.all
    http.run(harness.state("tmp", {"api_id": http.api_id, **HTTP, "description": "new"}))
    del http.esm[harness.tag("tmp")]
    http.server.faults.deny("DeleteIntegration")
    recreate = {"recreate_on_update": {"create_before_destroy": True}}
    http.apply(**HTTP, description="new", **recreate)
    assert {one["resource_id"] for one in http.esm.values()} == set(http.all) and len(http.all) == 2
    http.server.faults.clear()
    assert http.apply(**HTTP, description="new", **recreate)["result"]
    assert old not in http.all and len(http.all) == 1


def test_a_replaced_integration_that_drifted_is_not_adopted(http):
    http.apply(**HTTP)
    (old,) = http.all
    http.server.drift(http.api_id, old, Description="new")
    recreate = {"recreate_on_update": {"create_before_destroy": True}}
    http.apply(**HTTP, description="new", **recreate)
    assert len(http.all) == 1 == len(http.esm) and set(http.all) == {http.entry["resource_id"]}


def test_what_a_renamed_state_replaces_is_not_named_as_one_to_adopt(http):
    http.run(harness.state("old-name", {"api_id": http.api_id, **HTTP}))
    (old,) = http.all
    http.server.drift(http.api_id, old, Description="new")
    recreate = {"recreate_on_update": {"create_before_destroy": True}}
    result = http.apply(resource_id=old, **HTTP, description="new", **recreate)
    assert result["result"] and old not in harness.comment(result)
    assert old not in http.all and set(http.all) == {http.esm[harness.tag("it")]["resource_id"]}

"""Runs that are killed at one of their writes: the next run leaves nothing over, and forgets nothing."""

import pytest

import harness
from world import HTTP


def wanted(http, create_first=True, **more):
    """Return an SLS with two equal states and another one."""
    parameters = {"api_id": http.api_id, **HTTP, **more}
    parameters["recreate_on_update"] = {"create_before_destroy": create_first}
    sls = harness.state("one", parameters) | harness.state("two", parameters)
    return sls | harness.state("other", parameters | {"description": "another"})


def create(http):
    return wanted(http)


def recreate(http):
    """The integrations were deleted by hand."""
    http.run(wanted(http))
    for resource_id in list(http.all):
        http.server.remove(http.api_id, resource_id)
    return wanted(http)


def replace(http, create_first=True):
    http.run(wanted(http, create_first))
    return wanted(http, create_first, integration_uri="https://replaced.example.com")


def replace_deleting_first(http):
    return replace(http, create_first=False)


@pytest.mark.parametrize("flow", [create, recreate, replace, replace_deleting_first])
@pytest.mark.parametrize("write", [1, 2, 3])
@pytest.mark.parametrize("done", [True, False], ids=["done", "not-sent"])
def test_the_next_run_leaves_three(http, flow, write, done):
    sls = flow(http)
    assert http.idem.apply_and_die(write, done, sls, http.profiles, http.esm)
    results = http.run(sls)
    assert all(result["result"] for result in results.values()), results
    recorded = {entry["resource_id"] for entry in http.esm.values()}
    assert len(http.all) == 3 and recorded == set(http.all)
    assert len(http.esm) == 3, "no entry of a replacement's part is left"


@pytest.mark.parametrize("write", [1, 2, 3])
@pytest.mark.parametrize("done", [True, False], ids=["done", "not-sent"])
def test_the_next_run_deletes_the_rest(http, write, done):
    http.run(wanted(http))
    sls = {}
    for name in ("one", "two", "other"):
        sls |= harness.state(name, {"api_id": http.api_id}, "absent")
    assert http.idem.apply_and_die(write, done, sls, http.profiles, http.esm)
    assert all(result["result"] for result in http.run(sls).values())
    assert not http.all and not http.esm


def test_what_replaced_a_named_integration_is_adopted_without_its_id(http):
    """The SLS names what the killed run has deleted; the state says to remove that ID."""
    (one,) = http.run(harness.state("one", {"api_id": http.api_id, **HTTP})).values()
    changed = {"description": "new", "recreate_on_update": {"create_before_destroy": False}}
    named = {"resource_id": one["new_state"]["resource_id"]}
    sls = harness.state("one", {"api_id": http.api_id, **HTTP, **changed, **named})
    assert http.idem.apply_and_die(2, True, sls, http.profiles, http.esm)
    (created,) = http.all
    refused = http.run(sls)["one"]
    assert refused["result"] is False and "remove resource_id from the SLS" in refused["comment"][0]
    adopted = http.run(harness.state("one", {"api_id": http.api_id, **HTTP, **changed}))["one"]
    assert adopted["result"] and list(http.all) == [created]
    assert {entry["resource_id"] for entry in http.esm.values()} == {created}

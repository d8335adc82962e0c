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

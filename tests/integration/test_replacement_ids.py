"""States whose IDs end like those of the parts of a replacement, or contain Idem's separator."""

import pytest

import harness
from payloads import HTTP, OTHER_HTTP

CREATE_FIRST = [True, False]


def test_a_state_called_like_a_replacement_is_another_state(http):
    sls = harness.state("it", {"api_id": http.api_id, **HTTP})
    sls |= harness.state("it_create_new", {"api_id": http.api_id, **OTHER_HTTP})
    http.run(sls)
    other = http.esm[harness.tag("it_create_new")]["resource_id"]
    sls |= harness.state("it", {"api_id": http.api_id}, "absent")
    results = http.run(sls)
    assert results["it_create_new"]["result"] and other in http.all


@pytest.mark.parametrize("create_first", CREATE_FIRST)
def test_a_replaced_state_called_like_a_replacement(http, create_first):
    recreate = {"recreate_on_update": {"create_before_destroy": create_first}}
    mine, other = "orders", "orders_create_new"
    parameters = {"api_id": http.api_id}
    http.run(
        harness.state(mine, parameters | HTTP) | harness.state(other, parameters | OTHER_HTTP),
    )
    kept, replaced = (http.esm[harness.tag(one)]["resource_id"] for one in (mine, other))
    changed = parameters | OTHER_HTTP | {"description": "new"} | recreate
    _, real = http.both(harness.state(mine, parameters | HTTP) | harness.state(other, changed))
    assert all(one["result"] for one in real.values()), real
    assert http.esm[harness.tag(mine)]["resource_id"] == kept
    assert (
        set(http.all) == {kept, http.esm[harness.tag(other)]["resource_id"]} and replaced not in http.all
    )
    http.run(
        harness.state(mine, parameters, "absent") | harness.state(other, parameters, "absent"),
    )
    assert not http.all and not http.esm


def test_a_state_takes_nothing_from_one_called_like_its_replacement(http):
    """Idem passes it the ESM entry of that state."""
    parameters = {"api_id": http.api_id}
    sls = harness.state("orders", parameters | HTTP)
    sls |= harness.state("orders_create_new", parameters | OTHER_HTTP | {"description": "of the other"})
    http.run(sls)
    dry, real = http.both(sls)
    for results in (dry, real):
        assert not any(one["changes"] for one in results.values())
        assert results["orders"]["name"] == "orders"
    assert "Description" not in http.all[http.esm[harness.tag("orders")]["resource_id"]]


def test_a_state_beside_one_called_like_its_replacement_ignores_what_its_sls_names(http):
    parameters = {"api_id": http.api_id, **HTTP}
    other = harness.state("orders_create_new", {"api_id": http.api_id, **OTHER_HTTP})
    http.run(harness.state("orders", parameters | {"description": "recorded"}) | other)
    resource_id = http.esm[harness.tag("orders")]["resource_id"]
    http.server.drift(http.api_id, resource_id, Description="by hand")
    http.both(harness.state("orders", parameters | {"ignore_changes": ["description"]}) | other)
    assert http.all[resource_id]["Description"] == "by hand"


def test_absent_leaves_a_state_of_another_file_called_like_its_replacement(http):
    http.run(harness.state("orders", {"api_id": http.api_id, **HTTP}))
    http.run(harness.state("orders_create_new", {"api_id": http.api_id, **OTHER_HTTP}))
    other = http.esm[harness.tag("orders_create_new")]["resource_id"]
    http.both(harness.state("orders", {"api_id": http.api_id}, "absent"))
    assert set(http.all) == {other} and set(http.esm) == {harness.tag("orders_create_new")}


@pytest.mark.parametrize("create_first", CREATE_FIRST)
def test_an_unchanged_state_is_not_compared_with_one_called_like_its_replacement(http, create_first):
    recreate = {"recreate_on_update": {"create_before_destroy": create_first}}
    sls = harness.state("orders", {"api_id": http.api_id, **HTTP, **recreate})
    sls |= harness.state("orders_create_new", {"api_id": http.api_id, **OTHER_HTTP})
    http.run(sls)
    before = dict(http.all)
    _, real = http.both(sls)
    assert set(real) == set(sls) and all(one["result"] for one in real.values())
    assert http.all == before and not http.writes()


@pytest.mark.parametrize("create_first", CREATE_FIRST)
@pytest.mark.parametrize("suffix", ["_create_new", "_delete_old"])
@pytest.mark.parametrize("function", ["present", "absent"])
def test_a_state_that_blocks_the_ids_of_a_replacement(http, create_first, suffix, function):
    recreate = {"recreate_on_update": {"create_before_destroy": create_first}}
    parameters = {"api_id": http.api_id}
    blocking = harness.state(
        f"it{suffix}", parameters | (OTHER_HTTP if function == "present" else {}), function
    )
    http.run(harness.state("it", parameters | HTTP) | blocking)
    before, esm = dict(http.all), dict(http.esm)
    wanted = parameters | HTTP | {"description": "new"} | recreate
    http.run(harness.state("it", wanted) | blocking, test=True)
    results = http.run(harness.state("it", wanted) | blocking)
    said = " ".join(harness.comment(one) for one in results.values())
    assert f"'it{suffix}'" in said and "Rename that state" in said
    assert http.all == before and dict(http.esm) == esm


@pytest.mark.parametrize("create_first", CREATE_FIRST)
def test_a_replaced_state_whose_id_contains_the_separator_of_idems_tags(http, create_first):
    """Idem's own ends with an exception, and runs no other state."""
    state_id = "orders_|-backend"

    def sls(description):
        replaced = {"recreate_on_update": {"create_before_destroy": create_first}}
        parameters = {"api_id": http.api_id, **HTTP, "description": description, **replaced}
        return harness.state(state_id, parameters)

    http.run(sls("1"))
    http.both(sls("2"))
    assert http.live["Description"] == "2"
    assert http.esm.keys() == {harness.tag(state_id)}

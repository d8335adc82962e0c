"""What a run of Idem does with its states: dependents, deletions in one run, parts of replacements."""

import hypothesis
import pytest
from hypothesis import strategies as st

import declared
import harness
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.run import record, replace, state
from world import HTTP

OTHER = HTTP | {"integration_uri": "https://other.example.com"}
CREATE_FIRST = [True, False]


def tag(identity):
    return f"{declared.NAME}_|-{identity}_|-{identity}_|-"


def bound_to(identity, member="resource_id"):
    return f"${{{declared.NAME}:{identity}:{member}}}"


def both(world, sls, **options):
    """Return the results of a dry run and of a run, by state."""
    dry = world.run(sls, test=True, **options)
    real = world.run(sls, **options)
    assert {k: v["result"] for k, v in dry.items()} == {k: v["result"] for k, v in real.items()}
    return dry, real


def comment(result):
    said = result["comment"]
    return said if isinstance(said, str) else " ".join(said)


@pytest.fixture(autouse=True)
def quick_reruns(monkeypatch, idem):
    """Let the reconciler run pending states again at once."""
    module = idem.hub.reconcile.basic.loop.func.__globals__
    monkeypatch.setitem(module, "get_max_wait_time", lambda *_: 0)


# States that depend on others


def route(world, **more):
    target = f"integrations/{bound_to('it')}"
    parameters = {"api_id": world.api_id, "route_key": "GET /", "target": target, **more}
    return {"route": {"aws.apigatewayv2.route.present": [{k: v} for k, v in parameters.items()]}}


@pytest.mark.parametrize("recorded", [True, False])
def test_a_dependent_of_a_failed_state_reports_that_failure(http, recorded):
    if recorded:
        http.apply(**HTTP)
    http.server.faults.deny("UpdateIntegration", "CreateIntegration")
    wanted = {"api_id": http.api_id, **HTTP, "description": "new"}
    results = http.run(harness.state("it", wanted) | route(http))
    assert results["it"]["result"] is False and results["route"]["result"] is False
    assert "not found in ESM" not in comment(results["route"])
    assert tag("it") in comment(results["route"])
    assert http.writes() == 1, "what failed for good is not repeated"


def pending(result, low=(), running=None):
    return state.is_pending(
        record.Record(INTEGRATION, {"low": list(low), "running": running or {}}), result
    )


def test_a_state_that_raised_is_final():
    assert not pending({"result": False, "comment": ["TypeError: x"], "rerun_data": None, "ret": None})
    assert pending({"result": False, "comment": "Result of require …", "rerun_data": None})
    assert not pending({"result": False, "comment": [], "rerun_data": {"of another": 1}})


def test_requisites_of_any_shape_are_read():
    odd = [None, 1, "x", ["x"], [{"a": None}], [{"a": 1}], [{"a": [None, {1: []}]}], [{"a": "b"}]]
    found = [record.required({"require": value}) for value in odd]
    assert found == [set()] * 7 + [{("a", "b")}]


@pytest.mark.parametrize("shape", [["x"], {"a": "b"}, "x", 5, None], ids=str)
def test_malformed_requisites_of_another_state(shape):
    """The hook that Idem's reconciler calls reads the requisites of all states."""
    low = [{"state": "a.b", "__id__": "x", "fun": "present", "require": shape}]
    assert not pending({"result": False, "rerun_data": {"pending": False}, "tag": tag("it")}, low)


def test_a_crash_of_the_plugin_is_reported_once(http, monkeypatch):
    calls = []

    async def crash(*_):
        calls.append(1)
        raise TypeError("no such thing")

    monkeypatch.setattr("idem_apigwv2_integration.run.ownership.resolve", crash)
    results = http.run(harness.state("it", {"api_id": http.api_id, **HTTP}) | route(http))
    assert len(calls) == 1 and "TypeError: no such thing" in comment(results["it"])


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
    ],
    ids=str,
)
def test_a_malformed_value_beside_recreate_on_update(http, wrong, create_first):
    http.apply(**HTTP)
    (resource_id,) = http.all
    recreate = {"recreate_on_update": {"create_before_destroy": create_first}}
    sls = harness.state("it", {"api_id": http.api_id, **HTTP, **wrong, **recreate})
    sls |= harness.state("other", {"api_id": http.api_id, **OTHER})
    dry, real = both(http, sls)
    (parameter,) = wrong
    for results in (dry, real):
        assert results["it"]["result"] is False and parameter in comment(results["it"])
        assert results["other"]["result"]
    assert resource_id in http.all and len(http.all) == 2


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.text(max_size=2) | st.integers() | st.none(), inner, max_size=2)
    ),
    max_leaves=4,
)
RESOURCES = st.dictionaries(st.sampled_from(list(declared.FIELDS)), VALUES, max_size=4)


@hypothesis.settings(max_examples=300)
@hypothesis.given(RESOURCES, RESOURCES)
def test_no_value_breaks_the_comparison(chunk, held):
    compared = replace.compared(INTEGRATION, chunk, held, chunk)
    assert set(compared) == set(chunk)


# IDs that end like those of Idem's own


@pytest.mark.parametrize("create_first", CREATE_FIRST)
def test_a_replaced_state_called_like_a_replacement(http, create_first):
    recreate = {"recreate_on_update": {"create_before_destroy": create_first}}
    mine, other = "orders", "orders_create_new"
    parameters = {"api_id": http.api_id}
    http.run(
        harness.state(mine, parameters | HTTP) | harness.state(other, parameters | OTHER),
    )
    kept, replaced = (http.esm[tag(one)]["resource_id"] for one in (mine, other))
    changed = parameters | OTHER | {"description": "new"} | recreate
    _, real = both(http, harness.state(mine, parameters | HTTP) | harness.state(other, changed))
    assert all(one["result"] for one in real.values()), real
    assert http.esm[tag(mine)]["resource_id"] == kept
    assert set(http.all) == {kept, http.esm[tag(other)]["resource_id"]} and replaced not in http.all
    http.run(
        harness.state(mine, parameters, "absent") | harness.state(other, parameters, "absent"),
    )
    assert not http.all and not http.esm


def test_a_state_takes_nothing_from_one_called_like_its_replacement(http):
    """Idem passes it the ESM entry of that state."""
    parameters = {"api_id": http.api_id}
    sls = harness.state("orders", parameters | HTTP)
    sls |= harness.state("orders_create_new", parameters | OTHER | {"description": "of the other"})
    http.run(sls)
    dry, real = both(http, sls)
    for results in (dry, real):
        assert not any(one["changes"] for one in results.values())
        assert results["orders"]["name"] == "orders"
    assert "Description" not in http.all[http.esm[tag("orders")]["resource_id"]]


def test_absent_leaves_a_state_of_another_file_called_like_its_replacement(http):
    http.run(harness.state("orders", {"api_id": http.api_id, **HTTP}))
    http.run(harness.state("orders_create_new", {"api_id": http.api_id, **OTHER}))
    other = http.esm[tag("orders_create_new")]["resource_id"]
    both(http, harness.state("orders", {"api_id": http.api_id}, "absent"))
    assert set(http.all) == {other} and set(http.esm) == {tag("orders_create_new")}


@pytest.mark.parametrize("create_first", CREATE_FIRST)
def test_an_unchanged_state_is_not_compared_with_one_called_like_its_replacement(http, create_first):
    recreate = {"recreate_on_update": {"create_before_destroy": create_first}}
    sls = harness.state("orders", {"api_id": http.api_id, **HTTP, **recreate})
    sls |= harness.state("orders_create_new", {"api_id": http.api_id, **OTHER})
    http.run(sls)
    before = dict(http.all)
    _, real = both(http, sls)
    assert set(real) == set(sls) and all(one["result"] for one in real.values())
    assert http.all == before and not http.writes()


@pytest.mark.parametrize("create_first", CREATE_FIRST)
@pytest.mark.parametrize("suffix", ["_create_new", "_delete_old"])
@pytest.mark.parametrize("function", ["present", "absent"])
def test_a_state_that_blocks_the_ids_of_a_replacement(http, create_first, suffix, function):
    recreate = {"recreate_on_update": {"create_before_destroy": create_first}}
    parameters = {"api_id": http.api_id}
    blocking = harness.state(
        f"it{suffix}", parameters | (OTHER if function == "present" else {}), function
    )
    http.run(harness.state("it", parameters | HTTP) | blocking)
    before, esm = dict(http.all), dict(http.esm)
    wanted = parameters | HTTP | {"description": "new"} | recreate
    http.run(harness.state("it", wanted) | blocking, test=True)
    results = http.run(harness.state("it", wanted) | blocking)
    said = " ".join(comment(one) for one in results.values())
    assert f"'it{suffix}'" in said and "Rename that state" in said
    assert http.all == before and dict(http.esm) == esm


# An ID in the SLS that does not exist


def test_an_id_that_never_existed_creates_and_adopts_nothing(http):
    http.apply(**HTTP)
    http.esm.clear()
    dry, real = both(http, harness.state("it", {"api_id": http.api_id, "resource_id": "never", **HTTP}))
    for results in (dry, real):
        assert results["it"]["result"] is False
        assert "'never'" in comment(results["it"]) and "remove resource_id" in comment(results["it"])
    assert len(http.all) == 1 and not http.esm and not http.writes()


@pytest.mark.parametrize("adopts", [True, False])
def test_an_id_that_the_esm_recorded_is_created_again(http, adopts):
    http.apply(**HTTP)
    (recorded,) = http.all
    http.server.remove(http.api_id, recorded)
    with http.idem.option("get_resource_only_with_resource_id", not adopts):
        sls = harness.state("it", {"api_id": http.api_id, "resource_id": recorded, **HTTP})
        for _ in range(2):
            _, real = both(http, sls)
            assert real["it"]["result"] and len(http.all) == 1 == len(http.esm)


# Adoption


def test_an_adoption_keeps_the_other_notes(http):
    http.apply(**HTTP)
    (resource_id,) = http.all
    http.esm[tag("it")] |= {"resource_id": "gone"}
    ignored = {"response_parameters": {}, "content_handling_strategy": ""}
    dry, real = both(http, harness.state("it", {"api_id": http.api_id, **HTTP, **ignored}))
    for results, verb in ((dry, "Would adopt"), (real, "Adopted")):
        assert f"{verb} {resource_id}" in comment(results["it"])
        assert "gone, which the ESM records, no longer exists." in comment(results["it"])
    assert len(http.all) == 1 and http.esm[tag("it")]["resource_id"] == resource_id


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
    dry, _ = both(http, harness.state("it", wanted))
    assert any(f"Would adopt {new}" in comment(one) for one in dry.values())
    assert set(http.all) == {new} and {key: one["resource_id"] for key, one in http.esm.items()} == {
        tag("it"): new
    }


def test_a_replacement_that_is_adopted_records_what_it_replaces(http):
    http.apply(**HTTP)
    (old,) = http.all
    http.run(harness.state("tmp", {"api_id": http.api_id, **HTTP, "description": "new"}))
    del http.esm[tag("tmp")]
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


@pytest.mark.parametrize("name", ["{resource_id}", "{api_id}-{resource_id}"])
def test_what_describe_calls_it_does_not_block_adoption(http, name):
    """idem-aws and this plugin: `idem refresh` records what `describe` prints."""
    http.apply(**HTTP)
    entry = dict(http.entry)
    http.esm = {tag(name.format(**entry)): entry | {"name": name.format(**entry)}}
    _, real = both(http, harness.state("it", {"api_id": http.api_id, **HTTP}))
    assert f"Adopted {entry['resource_id']}" in comment(real["it"]) and len(http.all) == 1


# Deletions and searches in one run


@pytest.mark.parametrize("required", [True, False])
def test_present_and_absent_of_one_integration(http, required):
    http.run(harness.state("it", {"api_id": http.api_id, **HTTP}))
    (resource_id,) = http.all
    named = {"api_id": http.api_id, "resource_id": resource_id}
    after = {"require": [{declared.NAME: "away"}]} if required else {}
    sls = harness.state("away", named, "absent")
    sls |= harness.state("it", {"api_id": http.api_id, **HTTP, **after})
    dry, real = both(http, sls)
    assert comment(dry["it"]) == comment(real["it"])
    assert "already managed by the state 'away' (absent)" in comment(real["it"])
    assert not http.all


BY_SEARCH = {"integration_uri": HTTP["integration_uri"]}


def by_search(world, **more):
    sls = harness.state("found", {"api_id": world.api_id, **BY_SEARCH}, "search")
    slower = {"api_id": world.api_id, "resource_id": bound_to("found"), "timeout_in_millis": 15000}
    return sls | harness.state("it", slower | more)


def test_by_search_inverted_with_an_esm(http):
    http.run(harness.state("tmp", {"api_id": http.api_id, **HTTP}))
    http.esm.clear()
    http.run(by_search(http))
    (resource_id,) = http.all
    dry, real = both(http, by_search(http), invert=True)
    for results in (dry, real):
        assert all(one["result"] for one in results.values())
        assert f"{resource_id} matches, but was deleted" in comment(results["found"])
    assert not http.all and not http.esm


def test_by_search_inverted_without_an_esm_fails(http):
    http.run(harness.state("tmp", {"api_id": http.api_id, **HTTP}))
    http.esm.clear()
    dry, real = both(http, by_search(http), invert=True)
    for results in (dry, real):
        assert results["it"]["result"] is False and bound_to("found") in comment(results["it"])
        assert results["found"]["result"]
    assert len(http.all) == 1


def test_ids_that_idem_drops_from_an_inverted_state_are_used(http):
    """It drops the arguments of a state that has requisites."""
    http.run(harness.state("tmp", {"api_id": http.api_id, **HTTP}))
    (resource_id,) = http.all
    http.esm.clear()
    named = {"api_id": http.api_id, "resource_id": resource_id}
    sls = harness.state("first", {"api_id": http.api_id, **OTHER})
    sls |= harness.state("it", named | HTTP | {"require": [{declared.NAME: "first"}]})
    both(http, sls, invert=True)
    assert not http.all


def test_a_bound_search_in_an_inverted_run_says_that_it_is_not_resolved(http):
    api = "${aws.apigatewayv2.api:shop:resource_id}"
    sls = {"shop": {"aws.apigatewayv2.api.present": [{"protocol_type": "HTTP"}]}}
    sls |= harness.state("found", {"api_id": api, **BY_SEARCH}, "search")
    dry, real = both(http, sls, invert=True)
    for results in (dry, real):
        assert f"{api} is not resolved" in comment(results["found"])


def test_an_id_that_a_dry_run_does_not_know(http):
    api = "${aws.apigatewayv2.api:shop:resource_id}"
    sls = {"shop": {"aws.apigatewayv2.api.present": [{"protocol_type": "HTTP"}]}}
    sls |= harness.state("found", {"api_id": api, **BY_SEARCH}, "search")
    sls |= harness.state("it", {"api_id": api, "resource_id": bound_to("found"), **HTTP})
    dry = http.run(sls, test=True)["it"]
    assert dry["result"] and "Which integration 'it' manages is known after" in comment(dry)
    assert "Would create" not in comment(dry)


def test_a_search_after_a_deletion_fails_in_the_dry_run_as_well(http):
    http.run(harness.state("it", {"api_id": http.api_id, **HTTP}))
    (resource_id,) = http.all
    sls = harness.state("it", {"api_id": http.api_id}, "absent")
    after = {"require": [{declared.NAME: "it"}]}
    sls |= harness.state("found", {"api_id": http.api_id, **BY_SEARCH, **after}, "search")
    dry, real = both(http, sls)
    for results in (dry, real):
        assert f"{resource_id} matches, but was deleted" in comment(results["found"])
        assert results["found"]["result"] is False


# The hooks that Idem calls for every resource


def test_a_profile_that_is_no_use_to_the_plugin_does_not_fail_other_resources(http, monkeypatch):
    def unusable(*_):
        raise TypeError("not for us")

    monkeypatch.setattr("idem_apigwv2_integration.aws.account.of", unusable)
    gather = http.idem.hub.acct.metadata.aws.gather
    details = http.idem.loop.run_until_complete(gather(profile=http.profiles["default"]))
    assert details["provider"] == "AWS"

"""The key of a response, which AWS allows once in an integration or a route."""

import json

import pytest

import mock_server
from response_world import EXPRESSIONS, MAPS, chat, said


def test_an_equal_response_of_the_key_is_adopted(responses):
    resource_id = responses.add()
    result = responses.apply()
    assert f"Adopted {resource_id}" in said(result)
    assert responses.world.writes() == 0 and list(responses.all) == [resource_id]


def test_another_response_of_the_key_is_neither_changed_nor_doubled(responses):
    name = EXPRESSIONS[responses.kind]
    resource_id = responses.add(**{name: "$request.body.x"})
    for test in (True, False):
        result = responses.apply(test=test, **{name: "$request.body.a"})
        assert result["result"] is False
        assert f"resource_id: {resource_id}" in said(result) and name in said(result)
        assert responses.world.writes() == 0
    assert responses.live[name] == "$request.body.x"


def test_a_second_state_of_the_key_is_refused(responses):
    sls = responses.state("one") | responses.state("two")
    for test in (True, False):
        results = responses.world.run(sls, test=test)
        assert [results[name]["result"] for name in ("one", "two")] == [True, False]
        assert "'one'" in said(results["two"])
    assert len(responses.all) == 1


@pytest.mark.parametrize("replaced", [True, False])
def test_the_state_that_has_the_response_keeps_the_key(websocket, replaced):
    """The other one comes first in the SLS, and has nothing to read."""
    more = {"recreate_on_update": {"create_before_destroy": True}} if replaced else {}
    websocket.run(chat(ping=more))
    sls = {"first": chat()["ping-default"]} | chat(ping=more | {"description": "new"})
    for test in (True, False):
        results = websocket.run(sls, test=test)
        assert results["ping-default"]["result"] is True, said(results["ping-default"])
        assert results["first"]["result"] is False
        assert "the state 'ping-default' of this run declares it already" in said(results["first"])


def test_responses_of_other_keys_are_created_side_by_side(integration):
    sls = {}
    for key in ("$default", "/200/", "/404/"):
        sls |= integration.state(key, integration_response_key=key)
    assert all(result["result"] for result in integration.world.run(sls).values())
    assert len(integration.all) == 3


@pytest.mark.parametrize("kind", ["drop_answer", "error_after"])
def test_a_lost_create_is_found_by_its_key(responses, kind):
    responses.server.faults.inject(kind=kind, operation=f"Create{responses.kind.noun}")
    result = responses.apply()
    assert result["result"] is True, result["comment"]
    (resource_id,) = responses.all
    assert result["new_state"]["resource_id"] == resource_id
    assert "response to the create was lost" in said(result)


def test_a_create_that_never_arrived_is_sent_again(responses):
    responses.server.faults.inject(kind="drop_request", operation=f"Create{responses.kind.noun}")
    assert responses.apply()["result"] is True
    # There is no second response of the key to look for.
    assert responses.server.count(f"Get{responses.kind.noun}s") == 1
    assert len(responses.all) == 1


EMPTY = json.dumps({"items": []}).encode()


def lag(responses, times):
    """Let listings show nothing."""
    operation, page = f"Get{responses.kind.noun}s", mock_server.Reply(200, EMPTY)
    return responses.server.faults.inject(kind="reply", operation=operation, times=times, reply=page)


@pytest.mark.parametrize("listings", [2, 10])
def test_a_lost_create_is_found_by_its_key_although_listings_lag(responses, listings):
    """AWS refuses a second response of the key: it is sent again, and then looked up."""
    responses.server.faults.inject(kind="drop_answer", operation=f"Create{responses.kind.noun}")
    lag(responses, listings)
    result = responses.apply()
    assert result["result"] is True, result["comment"]
    (resource_id,) = responses.all
    assert result["new_state"]["resource_id"] == resource_id
    assert "response to the create was lost" in said(result) and "second" not in said(result)


def test_a_lost_create_that_is_never_listed_fails_when_the_budget_is_used_up(responses, short_budgets):
    responses.server.faults.inject(kind="drop_answer", operation=f"Create{responses.kind.noun}")
    fault = lag(responses, None)
    result = responses.apply()
    assert result["result"] is False and result["new_state"] is None
    assert "ConflictException" in said(result) and "that is listed later" in said(result)
    fault.times = 0
    assert len(responses.all) == 1


def test_what_someone_else_creates_after_a_lost_request_is_named(responses):
    """The first request does not arrive, and someone else has used the key when the second one does."""
    create = f"Create{responses.kind.noun}"
    responses.server.faults.inject(kind="drop_request", operation=create, skip=1)
    changed = {MAPS[responses.kind]: {"application/json": "Other"}}
    responses.server.faults.inject(
        kind="meanwhile",
        operation=f"Get{responses.kind.noun}s",
        action=lambda: responses.add(**changed),
    )
    result = responses.apply()
    ((resource_id, live),) = responses.all.items()
    assert result["result"] is False and live.items() >= changed.items()
    assert f"{resource_id} has this key already" in said(result)
    assert f"differs in {MAPS[responses.kind]}" in said(result)


def test_a_lost_create_that_can_not_be_looked_up_fails(responses):
    listing = f"Get{responses.kind.noun}s"
    responses.server.faults.inject(kind="drop_answer", operation=f"Create{responses.kind.noun}")
    responses.server.faults.inject(
        kind="error", operation=listing, skip=1, times=None, code="AccessDeniedException"
    )
    result = responses.apply()
    assert result["result"] is False
    assert f"{listing} failed: AccessDeniedException" in said(result)
    assert "that is listed later" in said(result)


def test_a_conflict_with_another_write_does_not_mean_that_the_key_is_taken(responses):
    create = f"Create{responses.kind.noun}"
    responses.server.faults.inject(kind="drop_request", operation=create)
    responses.server.faults.inject(
        kind="error",
        operation=create,
        code="ConflictException",
        message="Unable to complete operation due to concurrent modification. Please try again later.",
    )
    assert responses.apply()["result"] is True
    assert responses.server.count(create) == 3
    assert responses.server.count(f"Get{responses.kind.noun}s") == 1, "nothing was looked up"


FULL = {
    "kind": "error",
    "code": "ConflictException",
    "message": "Maximum number of responses for this resource has been reached.",
}


def test_a_full_quota_after_a_lost_create_is_final(responses):
    create = f"Create{responses.kind.noun}"
    responses.server.faults.inject(kind="drop_request", operation=create)
    responses.server.faults.inject(operation=create, times=None, **FULL)
    result = responses.apply()
    assert result["result"] is False and responses.all == {}
    assert "Maximum number of responses for this resource has been reached" in said(result)
    assert "attempts" not in said(result) and "that is listed later" in said(result)
    assert responses.server.count(create) == 2


def test_a_lost_create_that_fills_the_quota_is_found_by_its_key(responses):
    create = f"Create{responses.kind.noun}"
    responses.server.faults.inject(kind="drop_answer", operation=create)
    responses.server.faults.inject(operation=create, times=None, **FULL)
    result = responses.apply()
    (resource_id,) = responses.all
    assert result["result"] is True and result["new_state"]["resource_id"] == resource_id
    assert responses.server.count(create) == 2


def test_a_key_that_is_taken_when_the_first_request_arrives_is_no_lost_create(responses):
    responses.server.faults.inject(
        kind="meanwhile",
        operation=f"Get{responses.kind.noun}s",
        action=responses.add,
    )
    result = responses.apply()
    assert result["result"] is False and len(responses.all) == 1
    assert "ConflictException" in said(result) and "lost" not in said(result)


def test_what_may_have_existed_before_a_lost_create_is_not_taken_for_it(responses):
    """New permissions are refused and granted in turn: the listing before the create is refused."""
    existing, noun = responses.add(), responses.kind.noun
    responses.server.faults.inject(kind="drop_request", operation=f"Create{noun}")
    responses.server.faults.inject(
        kind="error", operation=f"Get{noun}s", times=2, code="AccessDeniedException"
    )
    with responses.world.idem.option("get_resource_only_with_resource_id", True):
        result = responses.apply()
    assert result["result"] is False and not responses.world.esm
    assert f"{existing} has this key already" in said(result)


@pytest.mark.parametrize("listings", [1, 2, 3, 8])
def test_what_was_deleted_and_is_still_listed_does_not_have_the_key(responses, listings):
    """The create's response is lost, and the listing shows what the run has replaced."""
    more = {"recreate_on_update": {"create_before_destroy": False}}
    name, noun = EXPRESSIONS[responses.kind], responses.kind.noun
    replaced = responses.apply(**{name: "$request.body.a"}, **more)["new_state"]["resource_id"]
    responses.server.faults.inject(kind="drop_answer", operation=f"Create{noun}")
    responses.server.faults.inject(kind="lag", operation=f"Get{noun}s", changes=2, times=listings)
    results = responses.world.run(responses.state("it", **{name: "$request.body.b"}, **more))
    assert all(result["result"] for result in results.values()), results
    (resource_id,) = responses.all
    assert resource_id != replaced
    (entry,) = responses.world.esm.values()
    assert entry["resource_id"] == resource_id


def test_a_response_can_not_be_created_beside_the_one_that_it_replaces(responses):
    more = {"recreate_on_update": {"create_before_destroy": True}}
    name = EXPRESSIONS[responses.kind]
    first = responses.apply(**{name: "$request.body.a"}, **more)["new_state"]["resource_id"]
    sls = responses.state("it", **{name: "$request.body.b"}, **more)
    for test in (True, False):
        result = responses.world.run(sls, test=test)["it"]
        assert result["result"] is False
        assert f"{first}, which is to be replaced, has this key" in said(result)
        assert "create_before_destroy: false" in said(result)
        assert responses.world.writes() == 0
    assert responses.all[first][name] == "$request.body.a"


def keyed(responses, **keys):
    """Return one state for each key; None for one that is absent."""
    sls = {}
    for name, key in keys.items():
        if key is None:
            sls |= responses.state(name, "absent")
        else:
            sls |= responses.state(name, integration_response_key=key)
    return sls


@pytest.mark.parametrize("test", [True, False])
@pytest.mark.parametrize(
    "changed",
    [
        {"new": "/1/", "one": None, "two": "/2/"},
        {"one": "/2/", "two": None},
        {"one": "/2/", "two": "/3/"},
        {"two": "/3/", "one": "/2/", "new": "/1/"},
    ],
    ids=["deleted and created", "deleted and changed", "changed", "changed and created"],
)
def test_a_state_waits_for_the_key_that_another_state_gives_up(integration, changed, test):
    integration.world.run(keyed(integration, one="/1/", two="/2/"))
    results = integration.world.run(keyed(integration, **changed), test=test)
    assert all(result["result"] for result in results.values()), results
    if not test:
        live = sorted(one["integration_response_key"] for one in integration.all.values())
        assert live == sorted(key for key in changed.values() if key)


def test_a_state_says_which_one_it_waits_for(integration):
    integration.world.run(keyed(integration, one="/1/", two="/2/"))
    integration.server.faults.deny("DeleteIntegrationResponse")
    results = integration.world.run(keyed(integration, one="/2/", two=None))
    assert [results[name]["result"] for name in ("one", "two")] == [False, False]
    assert "until the state 'two' of this run has deleted it or changed its key" in said(results["one"])
    assert integration.server.count("UpdateIntegrationResponse") == 0


def test_a_dry_run_gives_out_no_key_whose_holder_has_failed(integration):
    integration.world.run(keyed(integration, one="/1/", two="/2/"))
    sls = integration.state("two", integration_response_key="/3/", response_templates=5)
    dry, real = integration.world.both(sls | keyed(integration, one="/2/"))
    for results in (dry, real):
        assert [results[name]["result"] for name in ("one", "two")] == [False, False]
        assert "until the state 'two' of this run has deleted it or changed its key" in said(
            results["one"]
        )


def test_a_dry_run_gives_out_no_key_at_the_end_of_whose_chain_a_state_has_failed(integration):
    integration.world.run(keyed(integration, one="/1/", two="/2/", three="/3/"))
    sls = keyed(integration, one="/2/", two="/3/")
    sls |= integration.state("three", integration_response_key="/4/", response_templates=5)
    before = integration.all
    for results in integration.world.both(sls):
        assert not any(result["result"] for result in results.values())
        assert "until the state 'two' of this run has deleted it" in said(results["one"])
        assert "until the state 'three' of this run has deleted it" in said(results["two"])
    assert integration.all == before


@pytest.mark.parametrize(
    "changed",
    [{"one": "/2/", "two": "/1/"}, {"one": "/2/", "two": "/3/", "three": "/1/"}],
    ids=["two", "three"],
)
def test_keys_can_not_be_exchanged(integration, changed):
    integration.world.run(keyed(integration, one="/1/", two="/2/", three="/3/"))
    before = integration.all
    for test in (True, False):
        results = integration.world.run(keyed(integration, **changed), test=test)
        assert not any(results[name]["result"] for name in changed)
        assert "Give one of them a key that is free first" in said(results["one"])
        assert integration.world.writes() == 0
    assert integration.all == before


def test_a_key_that_another_state_keeps_is_not_waited_for(integration):
    integration.world.run(keyed(integration, one="/1/", two="/2/"))
    sls = keyed(integration, one="/2/", two="/3/")
    (function,) = sls["two"].values()
    function.append({"ignore_changes": ["integration_response_key"]})
    for test in (True, False):
        results = integration.world.run(sls, test=test)
        assert [results[name]["result"] for name in ("one", "two")] == [False, True]
        assert "which the state 'two' of this run manages" in said(results["one"])


def test_a_dry_run_refuses_the_key_of_another_state_to_a_replacement(websocket):
    more = {"recreate_on_update": {"create_before_destroy": False}}
    parent = {"recreate_on_update": {"create_before_destroy": True}}
    websocket.run(chat(ping=parent, **{"ping-default": more}))
    changed = chat(ping=parent | {"description": "new"}, **{"ping-default": more})
    twin = chat()["ping-default"]
    results = websocket.run({"first": twin} | changed, test=True)
    again = websocket.run({"first": twin} | changed)
    for name in ("ping-default_create_new", "first"):
        assert results[name]["result"] is again[name]["result"] is (name == "first"), name


DESTROY_FIRST = {"recreate_on_update": {"create_before_destroy": False}}


@pytest.mark.parametrize("holder", ["a state", "nobody"])
def test_a_replaced_response_stays_if_the_key_of_its_replacement_is_taken(integration, holder):
    one = integration.state("one", integration_response_key="/1/", **DESTROY_FIRST)
    two = integration.state("two", integration_response_key="/2/") if holder == "a state" else {}
    integration.world.run(one | two)
    if not two:
        integration.add(integration_response_key="/2/", response_templates={"a/b": "x"})
    before, esm = integration.all, dict(integration.world.esm)
    changed = integration.state("one", integration_response_key="/2/", **DESTROY_FIRST)
    dry, real = integration.world.both(changed | two)
    for results in (dry, real):
        assert results["one_delete_old"]["result"] is False
        assert "integration_response_key is '/2/'" in said(results["one_delete_old"])
    assert integration.all == before and integration.world.esm == esm


@pytest.mark.parametrize("kept", [True, False], ids=["kept by an earlier run", "replaced as well"])
def test_a_response_is_left_to_the_deletion_of_its_integration_whoever_has_the_key(websocket, kept):
    create_first = {"recreate_on_update": {"create_before_destroy": True}}
    old = websocket.run(chat(ping=create_first, **{"ping-default": DESTROY_FIRST}))
    changed = create_first | {"description": "new"}
    if kept:
        # The earlier run does not have the state of the response.
        websocket.server.faults.deny("DeleteIntegration")
        sls = chat(ping=changed)
        del sls["ping-default"]
        websocket.run(sls)
        websocket.server.faults.clear()
    sls = {"first": chat()["ping-default"]} | chat(ping=changed, **{"ping-default": DESTROY_FIRST})
    dry, real = websocket.both(sls)
    response_id, old_id = (old[name]["new_state"]["resource_id"] for name in ("ping-default", "ping"))
    for results in (dry, real):
        assert "the state 'first' of this run declares it" in said(results["ping-default_create_new"])
    said_of_old = said(dry["ping-default_delete_old"])
    assert said_of_old == f"{response_id} would be deleted with integration {old_id}."
    assert websocket.server.count("DeleteIntegrationResponse") == 0
    # The next run deletes an integration that this one has replaced, but not deleted.
    dry, real = websocket.both(sls)
    live = websocket.server.integrations(old["chat"]["new_state"]["resource_id"])
    assert list(live) == [real["ping"]["new_state"]["resource_id"]]


@pytest.mark.parametrize("two", [{"two": None}, {"two": "/3/"}], ids=["deleted", "changed"])
def test_a_replacement_takes_the_key_that_another_state_gives_up(integration, two):
    one = integration.state("one", integration_response_key="/1/", **DESTROY_FIRST)
    integration.world.run(one | keyed(integration, two="/2/"))
    changed = integration.state("one", integration_response_key="/2/", **DESTROY_FIRST)
    dry, real = integration.world.both(changed | keyed(integration, **two))
    assert all(result["result"] for result in (*dry.values(), *real.values())), real
    live = sorted(one["integration_response_key"] for one in integration.all.values())
    assert live == sorted({"/2/", *two.values()} - {None})


def test_a_replacement_adopts_an_equal_response_of_its_key(integration):
    integration.world.run(integration.state("one", integration_response_key="/1/", **DESTROY_FIRST))
    equal = integration.add(integration_response_key="/2/")
    changed = integration.state("one", integration_response_key="/2/", **DESTROY_FIRST)
    dry, real = integration.world.both(changed)
    assert all(result["result"] for result in (*dry.values(), *real.values())), real
    assert list(integration.all) == [equal]


@pytest.mark.parametrize("two", [{"two": None}, {"two": "/3/"}], ids=["deleted", "changed"])
def test_a_key_that_is_given_up_only_after_the_state_is_not_waited_for(integration, two):
    """In a run, each would wait for the other."""
    integration.world.run(keyed(integration, two="/2/"))
    sls = keyed(integration, **two, one="/2/")
    (function,) = sls["two"].values()
    function.append({"require": [{integration.kind.name: "one"}]})
    before = integration.all
    dry, real = integration.world.both(sls)
    for results in (dry, real):
        assert results["one"]["result"] is False
        assert "which the state 'two' of this run manages" in said(results["one"])
    assert integration.all == before


def test_a_key_is_not_waited_for_if_its_holder_waits_for_the_state(integration):
    """The holder needs a key that only a dependent of the state gives up."""
    integration.world.run(keyed(integration, two="/2/", three="/3/"))
    sls = keyed(integration, one="/2/", two="/3/", three="/4/")
    (function,) = sls["three"].values()
    function.append({"require": [{integration.kind.name: "one"}]})
    before = integration.all
    for test in (True, False):
        assert integration.world.run(sls, test=test)["one"]["result"] is False
    assert integration.all == before

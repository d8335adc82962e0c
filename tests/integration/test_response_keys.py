"""The key of a response, which AWS allows once in an integration or a route."""

import pytest

from response_world import EXPRESSIONS, chat, said


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


def test_the_state_that_has_the_key_keeps_it_although_it_is_called_later(integration):
    """Idem calls a state of another acct profile once STS has responded, in a dry run as in a run."""
    world = integration.world
    token = world.profiles["default"] | {"aws_session_token": "of the same account"}
    world.profiles = world.profiles | {"token": token}
    world.run(integration.state("it"))
    dry, real = world.both(integration.state("first") | integration.state("it", acct_profile="token"))
    for results in (dry, real):
        assert [results[name]["result"] for name in ("first", "it")] == [False, True]


def test_the_state_that_has_the_key_keeps_it_although_an_earlier_one_is_to_get_it(integration):
    integration.world.run(keyed(integration, one="/1/", two="/2/"))
    before = integration.all
    for results in integration.world.both(keyed(integration, one="/2/", two="/2/")):
        assert [results[name]["result"] for name in ("one", "two")] == [False, True]
        assert "which the state 'two' of this run manages, has this key" in said(results["one"])
    assert integration.all == before


def test_responses_of_other_keys_are_created_side_by_side(integration):
    sls = {}
    for key in ("$default", "/200/", "/404/"):
        sls |= integration.state(key, integration_response_key=key)
    assert all(result["result"] for result in integration.world.run(sls).values())
    assert len(integration.all) == 3


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
    assert dry["ping-default_delete_old"]["old_state"]["resource_id"] == response_id
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


def test_a_dry_run_gives_out_no_key_whose_holder_is_not_executed(integration):
    """Idem does not call the holder, because a state that it requires has failed."""
    integration.world.run(keyed(integration, one="/1/", two="/2/", three="/3/", four="/4/"))
    sls = keyed(integration, one="/2/", two="/5/", four="/4/")
    sls |= integration.state("three", integration_response_key="/3/", response_templates=5)
    for name, required in {"one": "four", "two": "three"}.items():
        (function,) = sls[name].values()
        function.append({"require": [{integration.kind.name: required}]})
    before = integration.all
    for results in integration.world.both(sls):
        assert [results[name]["result"] for name in ("one", "two")] == [False, False]
        assert "until the state 'two' of this run has deleted it" in said(results["one"])
    assert integration.all == before

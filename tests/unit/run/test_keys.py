"""What a state says about a key that another resource of the run has."""

import contextlib
import dataclasses
import types

import pytest

from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.run import adoption, record
from idem_apigwv2_integration.run.state import Failed

PLACE = (("us-east-1", ""), ("a1", "i1"))
HOLDER = {"api_id": "a1", "integration_id": "i1", "resource_id": "r1", "integration_response_key": "/4/"}


def identity(state_id, step=None):
    return record.Identity(INTEGRATION_RESPONSE.name, state_id, state_id, "present", step)


def state_of(run, dry_run=False, step=None):
    """Return a state that declares the key of the holder."""
    return types.SimpleNamespace(
        kind=INTEGRATION_RESPONSE,
        run=run,
        identity=identity("other", step),
        dry_run=dry_run,
        replacement=types.SimpleNamespace(creates=False, step=step),
        key=lambda resource: (*PLACE, resource["resource_id"]),
    )


def test_a_holder_that_the_esm_does_not_have_yet_has_the_state_that_created_it_as_owner():
    run = record.Record(INTEGRATION_RESPONSE, {})
    run.ledger.add((*PLACE, "r1"), identity("one"))
    with pytest.raises(Failed, match="r1, which the state 'one' of this run manages, has this key"):
        adoption.wait_for_key(state_of(run), [HOLDER], HOLDER)


def test_a_response_that_is_listed_without_a_key_has_none():
    chunk = {"state": INTEGRATION_RESPONSE.name, "__id__": "one", "name": "one", "fun": "absent"}
    run = record.Record(INTEGRATION_RESPONSE, {"low": [chunk | HOLDER], "high": {"one": {}}})
    keyless = {name: value for name, value in HOLDER.items() if name in ("api_id", "integration_id")}
    # A dry run does not wait for a key that becomes free.
    adoption.wait_for_key(state_of(run, dry_run=True), [HOLDER, keyless | {"resource_id": "r2"}], HOLDER)


def state(state_id, function, **parameters):
    named = {"__id__": state_id, "name": state_id}
    return {"state": INTEGRATION_RESPONSE.name, "fun": function, **named, **parameters}


def run_of(states, recorded):
    """Return a run that has some states; the ESM records resources by the IDs of their states."""
    entries = {
        f"{INTEGRATION_RESPONSE.name}_|-{one}_|-{one}_|-": HOLDER | {"resource_id": resource_id}
        for one, resource_id in recorded.items()
    }
    high = {one["__id__"]: {INTEGRATION_RESPONSE.name: []} for one in states}
    data = {"low": states, "high": high, "managed_state": entries}
    return record.Record(INTEGRATION_RESPONSE, data)


def after(state_id):
    return {"require": [{INTEGRATION_RESPONSE.name: state_id}]}


SECOND = HOLDER | {"resource_id": "r2", "integration_response_key": "/5/"}
TO_SECOND = state("one", "present", integration_response_key="/5/")


@pytest.mark.parametrize(
    ("states", "recorded", "is_free"),
    [
        ([state("one", "absent", resource_id="r1")], {}, True),
        ([state("one", "absent")], {"one": "r1"}, True),
        ([state("one", "absent")], {"one_create_new": "r1"}, True),
        ([state("one", "absent")], {"one_delete_old": "r1"}, True),
        ([state("one_create_new", "absent")], {"one_create_new": "r1"}, True),
        ([state("one", "absent", **after("other"))], {"one": "r1"}, False),
        ([state("one", "present", integration_response_key="/6/")], {"one": "r1"}, True),
        ([TO_SECOND, state("two", "absent")], {"one": "r1", "two": "r2"}, True),
        ([TO_SECOND, state("two", "absent", **after("one"))], {"one": "r1", "two": "r2"}, False),
        ([TO_SECOND], {"one": "r1", "other": "r2"}, False),
    ],
)
def test_a_key_becomes_free_if_the_states_of_the_run_give_it_up(states, recorded, is_free):
    refused = contextlib.nullcontext() if is_free else pytest.raises(Failed, match="has this key")
    with refused:
        adoption.wait_for_key(state_of(run_of(states, recorded), dry_run=True), [HOLDER, SECOND], HOLDER)


def test_a_state_that_idem_does_not_execute_gives_up_no_key():
    run = run_of([state("one", "absent", resource_id="r1")], {})
    run.data["high"] = {}
    with pytest.raises(Failed, match="has this key"):
        adoption.wait_for_key(state_of(run, dry_run=True), [HOLDER], HOLDER)


def test_a_replacement_does_not_wait_for_the_key_of_what_its_own_state_has():
    bound = state("other", "present", integration_response_key="${a.b:c:key}")
    run = run_of([TO_SECOND, bound], {"one": "r1", "other": "r2"})
    replacing = state_of(run, dry_run=True)
    replacing.identity = dataclasses.replace(replacing.identity, step="_create_new")
    with pytest.raises(Failed, match="has this key"):
        adoption.wait_for_key(replacing, [HOLDER, SECOND], HOLDER)


def test_what_requires_a_state_does_not_wait_for_the_creation_of_its_replacement():
    """Idem continues with the dependents of a state that it replaces."""
    run = run_of([state("one", "absent", **after("other"))], {"one": "r1"})
    adoption.wait_for_key(state_of(run, dry_run=True, step="_create_new"), [HOLDER], HOLDER)

"""What a state says about a key that another resource of the run has."""

import types

import pytest

from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.run import keys, record
from idem_apigwv2_integration.run.state import ExecFailed

PLACE = (("us-east-1", ""), ("a1", "i1"))
HOLDER = {"api_id": "a1", "integration_id": "i1", "resource_id": "r1", "integration_response_key": "/4/"}


def identity(state_id):
    return record.Identity(INTEGRATION_RESPONSE.name, state_id, state_id, "present")


def state_of(run, dry_run=False):
    """Return a state that declares the key of the holder."""
    return types.SimpleNamespace(
        kind=INTEGRATION_RESPONSE,
        run=run,
        identity=identity("other"),
        dry_run=dry_run,
        replacement=types.SimpleNamespace(creates=False, step=None),
        key=lambda resource: (*PLACE, resource["resource_id"]),
    )


def test_a_holder_that_the_esm_does_not_have_yet_has_the_state_that_created_it_as_owner():
    run = record.Record(INTEGRATION_RESPONSE, {})
    run.ledger.add((*PLACE, "r1"), identity("one"))
    with pytest.raises(ExecFailed, match="r1, which the state 'one' of this run manages, has this key"):
        keys.wait_for(state_of(run), [HOLDER], HOLDER)


def test_a_response_that_is_listed_without_a_key_has_none():
    chunk = {"state": INTEGRATION_RESPONSE.name, "__id__": "one", "name": "one", "fun": "absent"}
    run = record.Record(INTEGRATION_RESPONSE, {"low": [chunk | HOLDER], "high": {"one": {}}})
    keyless = {name: value for name, value in HOLDER.items() if name in ("api_id", "integration_id")}
    # A dry run does not wait for a key that becomes free.
    keys.wait_for(state_of(run, dry_run=True), [HOLDER, keyless | {"resource_id": "r2"}], HOLDER)

"""Which states of a run delete what contains a resource, from what idem keeps of it."""

import pytest

from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.run import deletions, record

TYPE = "aws.apigatewayv2.integration"
ESM = {
    f"{TYPE}_|-it_|-it_|-": {"resource_id": "recorded"},
    f"{TYPE}_|-it_delete_old_|-it_delete_old_|-": {"resource_id": "deposed"},
}


def chunk(function, identity="it", kind=TYPE, **parameters):
    return {"state": kind, "__id__": identity, "fun": function, "name": identity, **parameters}


@pytest.mark.parametrize(
    ("one", "deleted"),
    [
        (chunk("absent", resource_id="named"), {"named", "recorded"}),
        (chunk("absent"), {"recorded"}),
        (chunk("present", resource_id="named"), {"deposed"}),
        (chunk("absent", "other", resource_id="named"), {"named"}),
        (chunk("absent", kind="aws.apigatewayv2.route", resource_id="named"), set()),
    ],
    ids=["its own, named", "its own", "present", "another's", "of another type"],
)
@pytest.mark.parametrize("by", ["the SLS", "a replacement", "no target"])
def test_what_the_run_deletes(one, deleted, by):
    """Idem adds the deletion of a replacement to the run, and leaves out what is no target."""
    data = {
        "low": [] if by == "a replacement" else [one],
        "add_low": [one] if by == "a replacement" else [],
        "high": {} if by == "no target" else {one["__id__"]: {}},
        "managed_state": ESM,
    }
    run = record.Record(INTEGRATION_RESPONSE, data)
    ids = ("named", "recorded", "deposed", "another")
    found = {one for one in ids if deletions.deletes_parent(run, ("a1", one))}
    assert found == (set() if by == "no target" else deleted)

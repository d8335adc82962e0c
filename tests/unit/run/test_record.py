"""What a run of idem knows of its states, from what idem keeps of it."""

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.run import record

IT = "aws.apigatewayv2.integration_|-it_|-it_|-"
REPLACEMENT = "aws.apigatewayv2.integration_|-it_create_new_|-it_create_new_|-"


def test_only_the_entry_of_the_own_tag_counts():
    own, other = {"resource_id": "i1"}, {"resource_id": "i2"}
    data = {
        "running": {f"{IT}present": {"esm_tag": IT}},
        "managed_state": {IT: other, REPLACEMENT: own},
    }
    known = record.Record(INTEGRATION, data)
    assert known.records(f"{IT}present", other)
    assert not known.records(f"{IT}present", own)
    assert not known.records(None, own)

"""Which of several equal integrations a state adopts."""

import pytest

import payloads
from world import HTTP


@pytest.mark.parametrize("managed", ["aaaaaaa", "zzzzzzz"])
def test_one_of_quick_create_is_adopted_last(http, managed):
    """API Gateway deletes it only with its API."""
    other = ({"aaaaaaa", "zzzzzzz"} - {managed}).pop()
    http.server.add_integration(http.api_id, integration_id=other, **payloads.HTTP_MEMBERS)
    http.server.add_integration(
        http.api_id, integration_id=managed, ApiGatewayManaged=True, **payloads.HTTP_MEMBERS
    )
    assert http.apply(**HTTP)["new_state"]["resource_id"] == other


def test_one_of_quick_create_is_adopted_where_it_is_the_only_one(http):
    http.server.add_integration(
        http.api_id, integration_id="managed", ApiGatewayManaged=True, **payloads.HTTP_MEMBERS
    )
    assert http.apply(**HTTP)["new_state"]["resource_id"] == "managed"

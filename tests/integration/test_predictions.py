"""A dry run and a run where AWS does not document what it does, with servers that do each of it."""

import pytest

import mock_server
import world
from idem_apigwv2_integration.resource import values
from payloads import FUNCTION, MOCK

# For each question: the protocol, what is there, and the change.
CHANGES = {
    "request_templates": (
        "WEBSOCKET",
        MOCK | {"request_templates": {"a/b": "1", "c/d": "2"}},
        {"request_templates": {"c/d": "3"}},
    ),
    "empty_request_templates": (
        "WEBSOCKET",
        MOCK | {"request_templates": {"a/b": "1"}},
        {"request_templates": {}},
    ),
    "empty_content_handling": (
        "WEBSOCKET",
        MOCK | {"content_handling_strategy": "CONVERT_TO_TEXT"},
        {"content_handling_strategy": ""},
    ),
    "type_change_method": (
        "WEBSOCKET",
        MOCK,
        {"integration_type": "AWS", "integration_uri": FUNCTION},
    ),
    "type_change_selection": (
        "WEBSOCKET",
        MOCK,
        {"integration_type": "AWS", "integration_uri": FUNCTION, "integration_method": "POST"},
    ),
}
POSITIONS = [
    (name, position) for name in CHANGES for position in mock_server.Behaviour.positions()[name]
]


@pytest.fixture
def build(idem):
    """Return a function that serves a mock server, with a switch in a position."""
    servers = []

    def there(name, position):
        servers.append(mock_server.MockServer(mock_server.Behaviour(**{name: position})))
        servers[-1].start()
        profiles = {"default": world.harness.profile(servers[-1].url)}
        return world.World(idem, servers[-1], profiles, CHANGES[name][0])

    yield there
    for server in servers:
        server.close()


def told(result):
    return "\n".join(result["comment"])


@pytest.mark.parametrize(("name", "position"), POSITIONS)
def test_what_is_not_known_is_not_predicted(build, name, position):
    there, (_, before, change) = build(name, position), CHANGES[name]
    there.apply(**before)

    dry = there.apply(test=True, **before | change)
    real = there.apply(**before | change)

    assert dry["result"]
    if name.startswith("type_change"):
        filled_in = {
            "type_change_method": "integration_method",
            "type_change_selection": "integration_response_selection_expression",
        }[name]
        assert real["result"] and values.is_open(dry["new_state"][filled_in])
        return
    assert "does not document" in told(dry)
    assert there.server.count("UpdateIntegration") == 1, "it is not tried again and again"
    if real["result"]:
        assert dry["new_state"] == real["new_state"]
        return
    (parameter,) = change
    assert position in ("merge", "keeps", "refused")
    assert real["new_state"].get(parameter, {}) != dry["new_state"].get(parameter)
    assert there.entry == real["new_state"]
    # Once AWS removes it, the next run puts it right.
    (removing,) = set(mock_server.Behaviour.positions()[name]) - {"merge", "keeps", "refused"}
    setattr(there.server.behaviour, name, removing)
    again = there.apply(**before | change)
    assert again["result"] and again["new_state"] == dry["new_state"]

import pytest

import world


@pytest.fixture
def http(idem, server, profiles):
    return world.World(idem, server, profiles, "HTTP")


@pytest.fixture
def websocket(idem, server, profiles):
    return world.World(idem, server, profiles, "WEBSOCKET")

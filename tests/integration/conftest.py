import pytest

import world


@pytest.fixture(autouse=True)
def nothing_known(idem):
    """Forget what is known of accounts: a port may be taken again, and ids too."""
    idem.hub.exec.aws.apigatewayv2.init.ACCOUNTS.clear()


@pytest.fixture
def http(idem, server, profiles):
    return world.World(idem, server, profiles, "HTTP")


@pytest.fixture
def websocket(idem, server, profiles):
    return world.World(idem, server, profiles, "WEBSOCKET")


@pytest.fixture
def describe(idem, profiles):
    """Return a function that describes as `idem describe` does."""

    def run():
        idem.hub.SUBPARSER = "describe"
        try:
            return idem.call("states.describe", profiles["default"])
        finally:
            idem.hub.SUBPARSER = "state"

    return run

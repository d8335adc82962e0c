import pytest

import shortened
import world
from idem_apigwv2_integration.aws import errors, retry
from response_world import INTEGRATION, ROUTE, Responses


@pytest.fixture(autouse=True)
def nothing_known(idem):
    """Forget what is known of accounts: a port may be taken again, and ids too."""
    idem.forget()


@pytest.fixture(autouse=True)
def short_waits(idem, monkeypatch):
    """Shorten what the plugin and Idem's reconciler wait between two attempts, to a tenth or less.

    The budgets stay, so that a busy machine fails no test of what recovers; see `short_budgets`.
    """
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.02)
    monkeypatch.setattr(retry, "LONGEST_WAIT", 0.2)
    for kind in (errors.ResponseLost, errors.ResponseLate):
        monkeypatch.setattr(kind, "looks", tuple(wait / 10 for wait in kind.looks))
    reconciler = idem.hub.reconcile.basic.loop.func.__globals__
    monkeypatch.setitem(reconciler, "get_max_wait_time", lambda *_: 0.01)


@pytest.fixture
def short_budgets(monkeypatch):
    """Shorten the budgets, for tests of a failure that lasts."""
    shortened.budgets(monkeypatch, 0.5)


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


@pytest.fixture(params=[INTEGRATION, ROUTE], ids=lambda kind: kind.noun)
def responses(request, websocket):
    return Responses(websocket, request.param)


@pytest.fixture
def integration(websocket):
    return Responses(websocket, INTEGRATION)


@pytest.fixture
def route(websocket):
    return Responses(websocket, ROUTE)

import pytest

import harness
import world

THEIRS, OURS = "idem-aws", "this plugin"


@pytest.fixture(scope="session")
def without_plugin():
    """Return idem's machinery without the plugin: idem-aws's own functions of the resource run."""
    return harness.Idem(plugin=False)


@pytest.fixture(autouse=True)
def short_wait(without_plugin, monkeypatch):
    """Wait as short as Idem allows before failed states of idem-aws run again."""
    wait = without_plugin.hub.reconcile.basic.DEFAULT_STATIC_RECONCILE_WAIT["static"]
    monkeypatch.setitem(wait, "wait_in_seconds", 1)


@pytest.fixture
def worlds(idem, without_plugin, server, profiles):
    """Return a function that returns an API for each of the two, of idem-aws and of this plugin."""
    idem.forget()

    def make(protocol="HTTP"):
        return {
            THEIRS: world.World(without_plugin, server, profiles, protocol),
            OURS: world.World(idem, server, profiles, protocol),
        }

    return make


@pytest.fixture(params=[THEIRS, OURS])
def either(request, idem, without_plugin):
    """Return idem's machinery, with idem-aws alone and then with this plugin."""
    return {THEIRS: without_plugin, OURS: idem}[request.param]


@pytest.fixture(params=[THEIRS, OURS])
def api(request, worlds):
    """Return an HTTP API, for idem-aws and then for this plugin."""
    return worlds()[request.param]


@pytest.fixture(params=[THEIRS, OURS])
def chat(request, worlds):
    """Return a WebSocket API, for idem-aws and then for this plugin."""
    return worlds("WEBSOCKET")[request.param]


@pytest.fixture(params=[(THEIRS, OURS), (OURS, THEIRS)], ids=["from idem-aws", "to idem-aws"])
def handover(request, worlds):
    """Return one API and one ESM twice: for the one that comes first, and the one that continues."""
    both = worlds()
    first, second = (both[name] for name in request.param)
    second.api_id, second.esm = first.api_id, first.esm
    return first, second


@pytest.fixture
def theirs(worlds):
    """Return an HTTP API for idem-aws."""
    return worlds()[THEIRS]


@pytest.fixture
def ours(worlds):
    """Return an HTTP API for this plugin."""
    return worlds()[OURS]

"""pytest-pop's fixtures, without its plugin, which would change the path of all tests."""

import asyncio

import pytest

import harness
import mock_server
import world

plugin = pytest.importorskip("pytest_pop.plugin")
contract_hub = plugin.contract_hub
fn_hub = plugin.fn_hub


@pytest.fixture(scope="session")
def hub(idem):
    """Return the hub with everything that Idem loads, as pytest-pop's other fixtures expect it."""
    for dyne in ("states", "exec", "tool", "acct"):
        idem.hub.pop.sub.load_subdirs(idem.hub[dyne], recurse=True)
    return idem.hub


@pytest.fixture
def run():
    """Return a function that runs a coroutine to its end."""
    return asyncio.new_event_loop().run_until_complete


@pytest.fixture
def http(idem):
    """An HTTP API on a mock server, for states that are applied."""
    with mock_server.MockServer() as server:
        profiles = {"default": harness.profile(server.url)}
        yield world.World(idem, server, profiles, "HTTP")

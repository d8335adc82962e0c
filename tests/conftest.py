import pytest

import harness
import standin


@pytest.fixture(scope="session")
def idem():
    """Return idem's machinery within this process."""
    return harness.Idem()


@pytest.fixture
def server():
    """Serve a stand-in of AWS."""
    with standin.StandIn() as running:
        yield running


@pytest.fixture
def profiles(server):
    """Return the acct profiles that lead to the stand-in."""
    return {"default": harness.profile(server.url)}


@pytest.fixture
def program(tmp_path, profiles):
    """Return the installed idem program."""
    return harness.Program(tmp_path, profiles)

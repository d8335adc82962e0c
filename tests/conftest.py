import gc
import os
import pathlib
import secrets
import signal
import tempfile

import hypothesis
import pytest

import harness
import mock_server
import prepared
import sdk

# In the environment, so that the processes of pytest-xdist have the same one.
PROPERTY_SEED = int(os.environ.setdefault("PROPERTY_SEED", str(secrets.randbits(32))))
# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile(
    "any-machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any-machine")
sdk.share_data()
# Runs leave few cycles, and each search for them goes through all that idem's thousand modules hold.
gc.set_threshold(10_000)
# A script's shell starts what runs in its background with Ctrl-C ignored. The programs that tests start
# and interrupt would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_report_header():
    return f"property tests: PROPERTY_SEED={PROPERTY_SEED}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Return two processes for each CPU: most tests wait for half of their time."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else 2 * (os.cpu_count() or 1)


@pytest.fixture
def property_seed():
    """Return the seed of the property tests, the same for the whole run."""
    return PROPERTY_SEED


@pytest.fixture(scope="session")
def idem():
    """Return idem's machinery within this process."""
    return harness.Idem()


@pytest.fixture
def server():
    """Serve a mock AWS server."""
    with mock_server.MockServer() as running:
        yield running


@pytest.fixture
def profiles(server):
    """Return the acct profiles that lead to the mock server."""
    return {"default": harness.profile(server.url)}


@pytest.fixture(scope="session")
def prepared_programs():
    """Return the folder of programs that start quickly."""
    with tempfile.TemporaryDirectory() as folder:
        programs = prepared.Programs(pathlib.Path(folder))
        yield programs.folder
        programs.stop()


@pytest.fixture
def program(tmp_path, profiles, prepared_programs):
    """Return idem in processes that start quickly."""
    return harness.Program(tmp_path, profiles, prepared_programs / "idem")


@pytest.fixture
def installed(tmp_path, profiles):
    """Return the installed idem program."""
    return harness.Program(tmp_path, profiles)

"""The release: the archives install into an environment of their own, and Idem runs a state there."""

import pathlib
import shutil
import subprocess
import sys
import sysconfig
import venv

import pytest

import harness
from world import HTTP

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = "idem_apigwv2_integration"
# What a build reads; the folders that it leaves must not be in the checkout.
SOURCES = ("setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "requirements", PACKAGE)


@pytest.fixture
def wheel(tmp_path):
    """Build the source archive, and the wheel from it, as `python -m build` does.

    pip does the same with a source archive that it is to install.
    """
    folder = tmp_path / "release"
    folder.mkdir()
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    build = "import setuptools.build_meta as backend; backend.build_sdist('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=folder, check=True, capture_output=True)
    (source,) = (folder / "dist").glob("*.tar.gz")
    pip("wheel", "--no-deps", "--no-build-isolation", f"--wheel-dir={folder / 'dist'}", source)
    (wheel,) = (folder / "dist").glob("*.whl")
    return wheel


def pip(*arguments):
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


@pytest.fixture
def environment(tmp_path):
    """Create an environment with the dependencies of this one, and without the plugin."""
    folder = tmp_path / "environment"
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    for entry in pathlib.Path(sysconfig.get_paths()["purelib"]).iterdir():
        ours = PACKAGE in entry.name.replace("-", "_")
        if not ours and not (site / entry.name).exists():
            (site / entry.name).symlink_to(entry)
    return folder


def test_a_state_runs_where_the_archives_are_installed(wheel, environment, program, server):
    python = environment / "bin" / "python"
    pip(f"--python={python}", "install", "--no-deps", "--no-build-isolation", wheel)
    api_id = server.add_api("HTTP")
    sls = program.write(harness.state("it", {"api_id": api_id, **HTTP}))
    idem = "from idem.scripts import start; start()"
    options = [
        f"--acct-file={program.folder / 'credentials.yaml'}",
        f"--root-dir={program.folder / 'root'}",
    ]
    done = subprocess.run(
        [str(python), "-I", "-c", idem, "state", sls, "--no-progress-bar", *options],
        cwd=program.folder,
        capture_output=True,
        text=True,
    )
    assert "Result: True" in done.stdout, done.stdout + done.stderr
    assert len(server.integrations(api_id)) == 1
    # The calls of a create of idem-aws's own state: it reads the integration back.
    assert not server.count("GetIntegration"), "idem-aws's state ran"

"""The virtual environments of the benchmark, kept under `.bench/`."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOME = ROOT / ".bench"

IDEM = ("idem==25.0.1", "idem-aws==6.2.1")


@dataclass(frozen=True)
class Environment:
    """A virtual environment.

    Attributes:
        name: What it is called in results.
        folder: Where it is.
    """

    name: str
    folder: pathlib.Path

    @property
    def python(self) -> pathlib.Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def idem(self) -> pathlib.Path:
        """Its `idem` program."""
        return self.folder / "bin" / "idem"

    def pip(self, *arguments: str) -> None:
        """Run its pip, quietly."""
        command = [self.python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
        subprocess.run(command, cwd=ROOT, check=True)


def theirs() -> Environment:
    """Return the environment with idem and idem-aws alone."""
    return _environment("theirs", *IDEM)


def ours() -> Environment:
    """Return the environment with this project besides, as the checkout has it now."""
    # pop finds no editable install. The folders that a build leaves would shadow the checkout.
    environment = _environment("ours", *IDEM, "-r", "requirements/base.txt", "setuptools", "wheel")
    _remove_build()
    try:
        environment.pip("install", "--no-deps", "--force-reinstall", "--no-build-isolation", ".")
    finally:
        _remove_build()
    return environment


def chart() -> Environment:
    """Return the environment that draws the chart; apart, so that it weighs on neither tool."""
    return _environment("chart", "-r", "bench/requirements.txt")


def _environment(name: str, *requirements: str) -> Environment:
    """Return an environment, created if it does not exist or was not finished."""
    environment = Environment(name, HOME / name)
    finished = environment.folder / ".finished"
    wanted = f"{sys.version}\n{requirements}"
    if not finished.exists() or finished.read_text() != wanted:
        print(f"Creating {environment.folder.relative_to(ROOT)} ...", file=sys.stderr)
        venv.create(environment.folder, clear=True, with_pip=True)
        environment.pip("install", *requirements)
        finished.write_text(wanted)
    return environment


def _remove_build() -> None:
    for left in (ROOT / "build", *ROOT.glob("*.egg-info")):
        shutil.rmtree(left, ignore_errors=True)

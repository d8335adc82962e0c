"""Tasks that need environments of their own; everything else is in the Makefile."""

import os
import pathlib
import shutil
import subprocess

import nox

nox.options.sessions = ["tests"]
nox.options.reuse_existing_virtualenvs = True

ROOT = pathlib.Path(__file__).parent

# The interpreters that pyenv installed; the shims that it puts on the path may not run.
PYENV = pathlib.Path(os.environ.get("PYENV_ROOT", pathlib.Path.home() / ".pyenv"))
FOLDERS = [str(folder) for folder in sorted(PYENV.glob("versions/3.*/bin"))]
os.environ["PATH"] = os.pathsep.join([*FOLDERS, os.environ["PATH"]])


def runs(version: str) -> bool:
    """Tell whether an interpreter is installed and runs."""
    program = shutil.which(f"python{version}")
    return bool(program) and subprocess.run([program, "-c", ""], capture_output=True).returncode == 0


PYTHONS = [version for version in ("3.10", "3.11", "3.12", "3.13", "3.14") if runs(version)]


def install(session: nox.Session, *more: str) -> None:
    """Install the project as a user does, not editable, and what the tests need."""
    session.install("-r", "requirements/test.txt", ".", *more)
    session.install("--no-deps", "--force-reinstall", ".")
    for left in [ROOT / "build", *ROOT.glob("*.egg-info")]:
        shutil.rmtree(left, ignore_errors=True)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests; further arguments go to pytest."""
    install(session)
    session.run("pytest", "-n", "auto", "--dist", "loadgroup", *session.posargs)


@nox.session(python=PYTHONS)
@nox.parametrize("versions", ["oldest", "newest"])
def matrix(session: nox.Session, versions: str) -> None:
    """Run the tests with the oldest or the newest dependencies that are allowed."""
    if versions == "oldest":
        install(session, "-c", "requirements/oldest.txt")
    else:
        install(session, "--upgrade", "--upgrade-strategy", "eager")
    session.run("pytest", "-n", "auto", "--dist", "loadgroup", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the tests with branch coverage, which must not fall."""
    install(session)
    session.run("pytest", "-n", "auto", "--dist", "loadgroup", "--cov")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; a warning is an error."""
    install(session, "-r", "requirements/docs.txt")
    session.run("sphinx-build", "-W", "--keep-going", "-b", "html", "docs", "docs/_build/html")


@nox.session
def record(session: nox.Session) -> None:
    """Record what the commands on the pages print, and refresh the pages; arguments name pages."""
    install(session)
    session.run("python", "docs/record.py", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """Test thoroughly on every Python, build the documentation and the release.

    The pages are followed in both orders, and the property tests draw five times as many examples.
    """
    os.environ["PAGES"] = "both"
    os.environ["PROPERTY_EXAMPLES"] = "5"
    for name in [*(f"tests-{version}" for version in PYTHONS), "coverage", "docs", "build"]:
        session.notify(name)


@nox.session
def build(session: nox.Session) -> None:
    """Build the wheel and the source archive."""
    session.install("build")
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    session.run("python", "-m", "build")

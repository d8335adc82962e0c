"""What a page tells its reader to do, in order, and a way to do it.

The test of the documentation and the recorder use the same code, so that the output on a page is
what its commands printed. Nothing here needs Sphinx; `site.py` renders the same blocks.

A page is MyST markdown. Three fenced blocks are steps:

- ``{file} NAME`` writes a file. With ``:account:`` it is a credentials file for a real account: every
  profile in it is pointed at the mock server before it is written, and nothing else is changed.
- ``{run}`` runs commands. ``:exit: 1`` is the exit code that is expected. ``:background:`` leaves the
  command running and shows its first line. ``:checkout:`` runs it in the checkout instead of the
  page's own folder.
- ``{given}`` says what is in the account before the page starts, as YAML; it is not rendered.

``{setup}`` shows commands that a test can't run because they install or fetch something.
"""

import dataclasses
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
from typing import Any

import yaml

DOCS = pathlib.Path(__file__).resolve().parent.parent
CHECKOUT = DOCS.parent
RECORDED = DOCS / "_recorded"
# Pages name this port; the mock server takes a free one.
PORT = "4510"

_FENCE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?P<kind>file|run|setup|given)\}[ ]*(?P<argument>[^\n]*)\n"
    r"(?P<body>.*?)^(?P=fence)[ ]*$",
    re.MULTILINE | re.DOTALL,
)
_OPTION = re.compile(r":(?P<name>[a-z-]+):[ ]*(?P<value>.*)")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
# What stands where an id stands, in idem's output and in the sentences of this plugin.
_ID = re.compile(
    r"(?:(?:resource_id|api_id|route_id)\W+|integrations/|/apis/|ntegration |dopted |Ids: \[)"
    r"([a-z0-9]{7}|[a-z0-9]{10})\b"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(Z|\+00:00)?")


@dataclasses.dataclass
class Step:
    """One block of a page that says what to do.

    Args:
        kind: ``file``, ``run``, ``setup`` or ``given``.
        argument: The name of the file.
        options: The options by name; a flag has the empty string.
        content: What the block holds.
        line: Where the block starts.
    """

    kind: str
    argument: str
    options: dict[str, str]
    content: str
    line: int

    @property
    def commands(self) -> list[str]:
        """The commands of a block, continued lines put together."""
        text = self.content.replace("\\\n", " ")
        return [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")]


def pages() -> list[str]:
    """Return the names of the pages that have steps, without their suffix."""
    found = [path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")]
    return sorted(
        name for name in found if not name.startswith("_") and any(s.kind == "run" for s in read(name))
    )


def read(page: str) -> list[Step]:
    """Return the steps of a page."""
    text = (DOCS / page).with_suffix(".md").read_text()
    return [_step(found, text) for found in _FENCE.finditer(text)]


def _step(found: re.Match, text: str) -> Step:
    options = {}
    lines = found["body"].splitlines()
    while lines and (option := _OPTION.fullmatch(lines[0])):
        options[option["name"]] = option["value"]
        del lines[0]
    while lines and not lines[0].strip():
        del lines[0]
    line = text.count("\n", 0, found.start()) + 1
    return Step(found["kind"], found["argument"].strip(), options, "\n".join(lines) + "\n", line)


def recorded(page: str, number: int) -> pathlib.Path:
    """Return the file that holds the output of a page's run block; the first is number 1."""
    return RECORDED / page / f"{number:02}.ansi"


def comparable(outputs: list[str]) -> list[str]:
    """Return outputs of one page without colours, times, and the ids that AWS made up.

    The same id becomes the same mark in all of them, so that one thing still is one thing.
    """
    texts = [_TIME.sub("<time>", _ANSI.sub("", text)) for text in outputs]
    ids = {found[1]: None for text in texts for found in _ID.finditer(text)}
    marks = {known: f"<id {number}>" for number, known in enumerate(ids)}
    if not marks:
        return texts
    known = re.compile(rf"\b({'|'.join(map(re.escape, marks))})\b")
    return [known.sub(lambda found: marks[found[1]], text) for text in texts]


@dataclasses.dataclass
class Outcome:
    """What a run block did.

    Args:
        step: The block.
        code: The exit code of its last command.
        output: What it printed.
        error: What it printed on standard error.
    """

    step: Step
    code: int
    output: str
    error: str


class Reader:
    """Does what a page says, in a folder of its own and against a mock server of its own.

    Args:
        folder: An empty folder.
        server: The running mock server.
    """

    def __init__(self, folder: pathlib.Path, server: Any):
        self._folder = folder / "work"
        self._server = server
        self._port = server.url.rpartition(":")[2]
        self._background: list[subprocess.Popen] = []
        self._folder.mkdir()
        home = folder / "home"
        home.mkdir()
        programs = folder / "bin"
        programs.mkdir()
        idem = pathlib.Path(sys.executable).with_name("idem")
        # For root, idem's folder would be the root of the file system.
        (programs / "idem").write_text(
            "#!/bin/sh\n"
            f'case "$1" in state|refresh|restore) set -- "$@" --root-dir="{home}/.idem";; esac\n'
            f'exec {idem} "$@"\n'
        )
        (programs / "idem").chmod(0o755)
        self._environment = {
            "PATH": os.pathsep.join([str(programs), str(idem.parent), os.environ["PATH"]]),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "ACCT_FILE": str(self._folder / "credentials.yaml"),
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        self._write_account("aws:\n  default:\n    region_name: us-east-1\n", "credentials.yaml")

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._background:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            process.stdout.close()

    def follow(self, steps: list[Step]) -> list[Outcome]:
        """Do all steps and return the outcomes of the run blocks."""
        for step in steps:
            if step.kind == "given":
                self._give(yaml.safe_load(step.content))
        outcomes = []
        for step in steps:
            if step.kind == "file":
                self._write(step)
            elif step.kind == "run":
                outcomes.append(self._run(step))
        return outcomes

    def _give(self, given: dict[str, Any]) -> None:
        for api in given["apis"]:
            integrations, routes = api.pop("integrations", []), api.pop("routes", [])
            account = tuple(api.pop("account", ("testing", "us-east-1")))
            api_id = self._server.add_api(account=account, **api)
            for members in integrations:
                self._server.add_integration(api_id, account=account, **members)
            for route in routes:
                self._server.add_route(api_id, account=account, **route)

    def _write(self, step: Step) -> None:
        if "account" in step.options:
            self._write_account(step.content, step.argument)
        else:
            target = self._folder / step.argument
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(step.content.replace(PORT, self._port))

    def _write_account(self, content: str, name: str) -> None:
        accounts = yaml.safe_load(content)
        for profile in accounts["aws"].values():
            profile["endpoint_url"] = self._server.url
        (self._folder / name).write_text(yaml.safe_dump(accounts))

    def _run(self, step: Step) -> Outcome:
        output, error, code = "", "", 0
        folder = CHECKOUT if "checkout" in step.options else self._folder
        for command in step.commands:
            if command.startswith("export "):
                name, _, value = shlex.split(command)[1].partition("=")
                self._environment[name] = value.replace("$PWD", str(self._folder))
                continue
            if "background" in step.options:
                output += self._start(command, folder)
                continue
            done = subprocess.run(
                ["bash", "-c", command.replace(PORT, self._port)],
                cwd=folder,
                env=self._environment,
                capture_output=True,
                text=True,
                timeout=120,
            )
            if output:
                raise ValueError(
                    f"line {step.line}: only the last command of a block may print something"
                )
            output, error, code = done.stdout, error + done.stderr, done.returncode
        output = output.replace(self._port, PORT).replace(str(self._folder), ".")
        return Outcome(step, code, output, error)

    def _start(self, command: str, folder: pathlib.Path) -> str:
        """Start a command that goes on, the mock server of the page, and return its first line."""
        process = subprocess.Popen(
            ["bash", "-c", command.replace(PORT, "0")],
            cwd=folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._background.append(process)
        line = process.stdout.readline()
        self._port = line.strip().rpartition(":")[2]
        return line

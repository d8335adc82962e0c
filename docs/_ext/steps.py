"""The steps of a page, in order, and a way to follow them.

The tests of the documentation and the recorder use the same code, so that the output on a page is
what its commands printed. Nothing here needs Sphinx.

How a page says what to do: see `notation`.
"""

import dataclasses
import logging
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from typing import Any

import notation
import outputs
import yaml

DOCS = pathlib.Path(__file__).resolve().parent.parent
CHECKOUT = DOCS.parent
RECORDED = DOCS / "_recorded"
# Pages name this port; the mock server takes a free one.
PORT = "4510"
INSTALLED = pathlib.Path(sys.executable).parent

# moto keeps what all of its servers in a process hold in one place.
_STORAGE = threading.Lock()
# What precedes an ID, in Idem's output and in the plugin's messages.
_ID = re.compile(
    r"(?:(?:resource_id|api_id|route_id)(?: is)?\W+|integrations/|/apis/|ntegration |dopt(?:ed)? |"
    r"Ids: \[|ntegration '[^']+'(?: already \w+)?: )"
    r"([a-z0-9]{7}|[a-z0-9]{10})\b"
)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(Z|\+00:00)?")


@dataclasses.dataclass
class Step:
    """One block of a page that says what to do.

    Args:
        kind: ``file``, ``run`` or ``setup``.
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
    def expected(self) -> int:
        """The exit code that is expected of a run block."""
        return int(self.options.get("exit", 0))

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


def menu() -> list[str]:
    """Return the names of the pages that have steps, in the order of the menu."""
    followable = pages()
    return [page for page in _listed("index") if page in followable]


def _listed(page: str) -> list[str]:
    entries = notation.list_below((DOCS / page).with_suffix(".md").read_text())
    below = [(pathlib.PurePosixPath(page).parent / entry).as_posix() for entry in entries]
    return [page, *(listed for name in below if _exists(name) for listed in _listed(name))]


def _exists(page: str) -> bool:
    return (DOCS / page).with_suffix(".md").exists()


def read(page: str) -> list[Step]:
    """Return the steps of a page."""
    text = (DOCS / page).with_suffix(".md").read_text()
    return [
        _step(found, text)
        for found in notation.FENCE.finditer(text)
        if notation.kind(found) in ("file", "run", "setup")
    ]


def _step(found: re.Match, text: str) -> Step:
    line = text.count("\n", 0, found.start("fence")) + 1
    kind, known = notation.kind(found) or "", notation.parse_options(found["info"])
    return Step(kind, found["file"] or "", known, found["body"], line)


def recorded(page: str, number: int) -> pathlib.Path:
    """Return the file that holds the output of a page's run block; the first is number 1."""
    return RECORDED / page / f"{number:02}.ansi"


def comparable(printed: list[str]) -> list[str]:
    """Return the outputs of one page without colours, times, and the IDs that AWS chose.

    The same ID becomes the same mark in all of them.
    """
    texts = [_TIME.sub("<time>", outputs.ANSI.sub("", text)) for text in printed]
    ids = {found[1]: None for text in texts for found in _ID.finditer(text)}
    marks = {known: f"<id {number}>" for number, known in enumerate(ids)}
    if not marks:
        return texts
    known = re.compile(rf"\b({'|'.join(map(re.escape, marks))})\b")
    return [_sorted(known.sub(lambda found: marks[found[1]], text)) for text in texts]


def _sorted(text: str) -> str:
    """Return the states that `idem describe` printed in an order that does not depend on their IDs."""
    states = re.split(r"^(?=<id \d+>-<id \d+>.*:$)", text, flags=re.MULTILINE)
    return "".join([states[0], *sorted(one.rstrip() + "\n" for one in states[1:])])


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
    """Does what a page says, in a folder of its own and against a mock server.

    Args:
        folder: An empty folder.
        home: The home folder, which the pages of one reader share.
        server: The running mock server; None where the page itself starts one.
        programs: The folder of the programs that the page calls.
        checkout: The checkout of the project.
        fresh: Whether to start from nothing, as a newcomer does: in the checkout, without an environment
            and a credentials file, so that ``setup`` blocks are run as well.
    """

    def __init__(
        self,
        folder: pathlib.Path,
        home: pathlib.Path,
        server: Any = None,
        programs: pathlib.Path = INSTALLED,
        checkout: pathlib.Path = CHECKOUT,
        fresh: bool = False,
    ):
        self._checkout, self._fresh = checkout, fresh
        self._url = server.url if server else ""
        self._background: list[subprocess.Popen] = []
        self._storage: Any = None
        self._after = folder / "after"
        self._work = checkout if fresh else folder / "work"
        self._work.mkdir(exist_ok=True)
        self._folder = self._work
        pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        self._environment = pip | {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        self._root = home / ".idem"
        if fresh:
            # The user's cache, because the home folder is another one.
            cache = [sys.executable, "-m", "pip", "cache", "dir"]
            found = subprocess.run(cache, capture_output=True, text=True)
            if found.returncode == 0:
                self._environment["PIP_CACHE_DIR"] = found.stdout.strip()
        else:
            wrappers = folder / "bin"
            wrappers.mkdir()
            _with_root_folder(programs / "idem", wrappers / "idem", self._root)
            path = [str(wrappers), str(programs), str(INSTALLED), os.environ["PATH"]]
            self._environment["PATH"] = os.pathsep.join(path)
            self._environment["ACCT_FILE"] = str(self._folder / "credentials.yaml")
            self._write_default_account()

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._background:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            process.stdout.close()
        if self._storage:
            self._storage.stop()
            _STORAGE.release()

    def follow(self, steps: list[Step]) -> list[Outcome]:
        """Do all steps and return the outcomes of the run blocks."""
        outcomes = []
        for step in steps:
            if step.kind == "file":
                self._write(step)
            elif step.kind == "run":
                outcomes.append(self._run(step))
            elif self._fresh:
                self._set_up(step)
        return outcomes

    @property
    def _port(self) -> str:
        return self._url.rpartition(":")[2]

    def _write(self, step: Step) -> None:
        if "account" in step.options:
            self._write_account(step.content, step.argument)
        else:
            target = self._folder / step.argument
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(step.content.replace(PORT, self._port))

    def _write_default_account(self) -> None:
        self._write_account("aws:\n  default:\n    region_name: us-east-1\n", "credentials.yaml")

    def _write_account(self, content: str, name: str) -> None:
        accounts = yaml.safe_load(content)
        for profile in accounts["aws"].values():
            profile["endpoint_url"] = self._storage_url(profile) if "esm" in profile else self._url
        (self._folder / name).write_text(yaml.safe_dump(accounts))

    def _storage_url(self, profile: dict[str, Any]) -> str:
        """Start a mock server of S3 and DynamoDB with the bucket and the table of a profile."""
        import boto3
        import moto.server

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        _STORAGE.acquire()
        self._storage = moto.server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._storage.start()
        host, port = self._storage.get_host_and_port()
        urllib.request.urlopen(f"http://{host}:{port}/moto-api/reset", data=b"").close()
        to = {
            "endpoint_url": f"http://{host}:{port}",
            "region_name": profile["region_name"],
            "aws_access_key_id": "testing",
            "aws_secret_access_key": "testing",
        }
        boto3.client("s3", **to).create_bucket(Bucket=profile["esm"]["bucket"])
        boto3.client("dynamodb", **to).create_table(
            TableName=profile["esm"]["dynamodb_table"],
            AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        return to["endpoint_url"]

    def _set_up(self, step: Step) -> None:
        for command in step.commands:
            done = self._shell(command, self._folder)
            if done.returncode:
                raise RuntimeError(f"line {step.line}: {command}\n{done.stdout}{done.stderr}")
        idem = self._checkout / ".venv" / "bin" / "idem"
        if os.geteuid() == 0 and idem.exists() and not idem.with_name("idem-itself").exists():
            # For root, Idem's folder is the root of the file system, which a test leaves alone.
            idem.rename(idem.with_name("idem-itself"))
            _with_root_folder(idem.with_name("idem-itself"), idem, self._root)

    def _run(self, step: Step) -> Outcome:
        output, error, code = "", "", 0
        for command in step.commands:
            if "background" in step.options:
                output += self._start(command)
                continue
            folder = self._checkout if "checkout" in step.options else self._folder
            done = self._shell(command.replace(PORT, self._port), folder)
            if output:
                raise ValueError(
                    f"line {step.line}: only the last command of a block may print something"
                )
            output, error, code = done.stdout, error + done.stderr, done.returncode
        output = output.replace(self._port, PORT).replace(str(self._work), ".")
        return Outcome(step, code, output, error)

    def _shell(self, command: str, folder: pathlib.Path) -> subprocess.CompletedProcess:
        """Run a command; what it changes in the environment and the current folder remains changed."""
        script = f'{command}\ncode=$?\n{{ pwd; env -0; }} > "{self._after}"\nexit $code'
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=600,
        )
        after, _, environment = self._after.read_text().partition("\n")
        self._environment = dict(
            one.partition("=")[::2]
            for one in environment.split("\0")
            if one and not one.startswith(_SHELL)
        )
        if folder == self._folder:
            self._folder = pathlib.Path(after)
        return done

    def _start(self, command: str) -> str:
        """Start a mock server in the checkout, and return its first line."""
        process = subprocess.Popen(
            ["bash", "-c", command.replace(PORT, "0")],
            cwd=self._checkout,
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._background.append(process)
        line = process.stdout.readline()
        self._url = line.strip()
        if not self._fresh:
            self._write_default_account()
        return line


# What bash itself puts into the environment.
_SHELL = ("PWD=", "OLDPWD=", "SHLVL=", "_=")


def _with_root_folder(idem: pathlib.Path, wrapper: pathlib.Path, root: pathlib.Path) -> None:
    """Write a program that calls `idem` with its files in a folder, whoever the user is."""
    wrapper.write_text(
        "#!/bin/sh\n"
        f'case "$1" in state|refresh|restore) set -- "$@" --root-dir="{root}";; esac\n'
        f'exec {idem} "$@"\n'
    )
    wrapper.chmod(0o755)

"""What does the work of a row: idem with one plugin or the other, and the bare script."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import subprocess
import time
from dataclasses import dataclass
from typing import Any

import environments
import rows
import server

RESOURCE = "aws.apigatewayv2.integration"
_BARE = environments.ROOT / "bench" / "bare.py"


@dataclass
class Finished:
    """A process that has ended.

    Attributes:
        seconds: Its wall time.
        peak: The most memory it held, in MiB.
        output: What it printed.
        succeeded: How many states succeeded, or how much it found.
        troubled: How many states met an error of AWS in one pass at least.
    """

    seconds: float
    peak: float
    output: str
    succeeded: int = 0
    troubled: int = 0


def run(command: list[Any], folder: pathlib.Path) -> Finished:
    """Run a program to its end.

    Args:
        command: The program and its arguments.
        folder: Where it runs.
    """
    output = folder / "output"
    with output.open("wb") as stdout, (folder / "errors").open("wb") as stderr:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdout=stdout, stderr=stderr, env={**os.environ, "NO_COLOR": "1"}
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return Finished(seconds, usage.ru_maxrss / 1024, output.read_text())


class Idem:
    """The `idem` program of an environment.

    Args:
        environment: The environment.
    """

    def __init__(self, environment: environments.Environment) -> None:
        self.name = environment.name
        self.environment = environment

    def command(self, row: rows.Row, folder: pathlib.Path) -> list[Any]:
        """Return the command for a row, without the program itself."""
        if row.job == "ping":
            return ["exec", "test.ping"]
        acct = f"--acct-file={folder / 'credentials.yaml'}"
        if row.job == "describe":
            return ["describe", RESOURCE, acct]
        root = f"--root-dir={folder / 'root'}"
        return ["state", "wanted.sls", "--output=json", "--no-progress-bar", acct, root]

    def prepare(self, row: rows.Row, folder: pathlib.Path, aws: server.Server, key: str) -> list[str]:
        """Create what exists before the run, with the tool itself, and the input of the run.

        Returns:
            list[str]: The APIs.
        """
        described = row.job == "describe"
        apis = aws.seed(key, row.apis, row.size if described else 0)
        profile = {
            "region_name": server.REGION,
            "endpoint_url": aws.url,
            "aws_access_key_id": key,
            "aws_secret_access_key": "not-a-secret",
        }
        _write(folder / "credentials.yaml", {"aws": {"default": profile}})
        if row.job not in ("present", "absent"):
            return apis
        wanted = folder / "wanted.sls"
        if row.before:
            _write(wanted, rows.states(apis, row, "present", rows.TIMEOUT))
            self.run(row, folder, aws, key, apis)
        _write(wanted, rows.states(apis, row, row.job, row.timeout))
        return apis

    def run(
        self, row: rows.Row, folder: pathlib.Path, aws: server.Server, key: str, apis: list[str]
    ) -> Finished:
        """Do the row's job, and find out how far it got."""
        finished = run([self.environment.idem, *self.command(row, folder)], folder)
        if row.job == "describe":
            finished.succeeded = finished.output.count(f"{RESOURCE}.present:")
        elif row.job != "ping":
            # Without a result nothing has succeeded, which the table shows.
            with contextlib.suppress(ValueError):
                results = list(json.loads(finished.output).values())
                finished.succeeded = sum(one["result"] is True for one in results)
                finished.troubled = sum("Exception" in str(one["comment"]) for one in results)
        return finished


class Bare:
    """The bare boto3 script.

    Args:
        environment: The environment whose boto3 it uses.
    """

    name = "bare"

    def __init__(self, environment: environments.Environment) -> None:
        self._environment = environment

    def prepare(self, row: rows.Row, folder: pathlib.Path, aws: server.Server, key: str) -> list[str]:
        """Create what exists before the run."""
        return aws.seed(key, row.apis, row.size if row.before else 0)

    def run(
        self, row: rows.Row, folder: pathlib.Path, aws: server.Server, key: str, apis: list[str]
    ) -> Finished:
        """Do the row's job."""
        command = [self._environment.python, _BARE, row.job, "--url", aws.url, "--key", key]
        command += ["--region", server.REGION, "--apis", ",".join(apis)]
        command += ["--size", str(row.size), "--timeout", str(row.timeout)]
        finished = run(command, folder)
        finished.succeeded = int(finished.output or -1)
        return finished


def _write(file: pathlib.Path, content: dict[str, Any]) -> None:
    # JSON is YAML.
    file.write_text(json.dumps(content))

"""Tells where the time of a run goes."""

from __future__ import annotations

import pathlib
import pstats
import re
import tempfile
from collections import Counter
from typing import Any

import rows
import server
import tools

PROFILED = ("noop", "create")
LONGEST = 25
# What a run is made of; everything else is inside of it.
_MATTERS = re.compile(
    r"/(idem|idem_aws|idem_apigwv2_integration|acct|rend|botocore|evbus|pop_serial|dict_tools"
    r"|tenacity)/"
)

Function = tuple[str, int, str]


def profile(worker: tools.Idem) -> None:
    """Run some rows once under cProfile and print what they add to the start-up.

    The calls to AWS run in threads, which cProfile does not see: the time that the event
    loop waits for them counts as its own.

    Args:
        worker: Does the rows.
    """
    with server.serving() as aws:
        by_name = {row.name: row for row in rows.ROWS}
        start = _stats(by_name["start"], worker, aws)
        print(f"{by_name['start'].title}: {_total(start):.2f} s under the profiler")
        for name in PROFILED:
            _print(by_name[name], _stats(by_name[name], worker, aws), start)


def _stats(row: rows.Row, worker: tools.Idem, aws: server.Server) -> dict[Function, Any]:
    """Run a row and return its profile."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        aws.reset({})
        worker.prepare(row, folder, aws, row.name)
        aws.reset(row.conditions)
        file = folder / "stats"
        idem = [worker.environment.python, "-m", "cProfile", "-o", file, worker.environment.idem]
        tools.run([*idem, *worker.command(row, folder)], folder)
        return pstats.Stats(str(file)).stats  # type: ignore[attr-defined]


def _total(stats: dict[Function, Any]) -> float:
    return sum(own for _, _, own, _, _ in stats.values())


def _by_package(stats: dict[Function, Any]) -> Counter[str]:
    packages: Counter[str] = Counter()
    for function, (_, _, own, _, _) in stats.items():
        packages[_package(*function)] += own
    return packages


def _package(path: str, _line: int, function: str) -> str:
    """Return the package of a function."""
    if path == "~":
        return "built-in functions"
    if path.endswith("/idem/idem/init.py") and function == "cli":
        # It calls uvloop's `run_until_complete`, which cProfile does not see.
        return "the event loop: itself, and its waiting for AWS"
    inside = re.search(r"/site-packages/(\w+)", path)
    return inside[1] if inside else "standard library"


def _print(row: rows.Row, stats: dict[Function, Any], start: dict[Function, Any]) -> None:
    beyond = _total(stats) - _total(start)
    print(f"\n{row.title}: {beyond:.2f} s beyond start-up under the profiler\n\nown time by package")
    packages = _by_package(stats)
    packages.subtract(_by_package(start))
    for package, own in packages.most_common(12):
        print(f"{own:8.2f} s  {package}")
    print(f"\nthe {LONGEST} longest, by cumulative time\n  cumul.      own   calls")
    known = {function: entry[3] for function, entry in start.items()}
    longest = sorted(
        (
            (entry[3] - known.get(function, 0.0), entry[2], entry[1], function)
            for function, entry in stats.items()
            if _MATTERS.search(function[0])
        ),
        reverse=True,
    )
    for cumulative, own, calls, (path, line, function) in longest[:LONGEST]:
        short = re.sub(r".*/site-packages/", "", path)
        print(f"{cumulative:8.2f} {own:8.2f} {calls:7}  {short}:{line} {function}")

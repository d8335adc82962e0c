"""Runs the rows and sums them up."""

from __future__ import annotations

import pathlib
import statistics
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import rows
import server
import tools

# The start-up is short and takes part in every row: measured more often.
STARTS = 4


@dataclass
class Sample:
    """One run of a row by one tool.

    Attributes:
        row: The name of the row.
        tool: The name of the tool.
        seconds: The wall time of the process.
        peak: The most memory it held, in MiB.
        counts: Its calls by operation, refused ones included.
        throttled: How many calls were over the quota.
        conflicted: How many calls met another write of the same API.
        wanted: How many integrations the row is about.
        succeeded: How many of them the tool reports as done.
        troubled: How many states met an error of AWS.
        done: How many are as they should be on the server.
    """

    row: str
    tool: str
    seconds: float
    peak: float
    counts: dict[str, int]
    throttled: int
    conflicted: int
    wanted: int
    succeeded: int
    troubled: int
    done: int


@dataclass
class Summary:
    """All runs of a row by one tool.

    Attributes:
        seconds: The median time beyond start-up; of the start-up row, all of it.
        spread: The shortest and the longest of these times.
        peak: The median of the peak memory, in MiB.
        samples: The runs.
    """

    seconds: float
    spread: tuple[float, float]
    peak: float
    samples: list[Sample]

    @property
    def calls(self) -> str:
        """The number of calls, a range where it differs."""
        return _spread(sum(sample.counts.values()) for sample in self.samples)

    @property
    def flaws(self) -> str:
        """What was refused and what was not done, of the runs where it was worst."""
        worst = {
            "throttled": max(sample.throttled for sample in self.samples),
            "conflicts": max(sample.conflicted for sample in self.samples),
            "states met an error": max(sample.troubled for sample in self.samples),
            "not done": max(sample.wanted - sample.done for sample in self.samples),
            "reported as failed": max(sample.wanted - sample.succeeded for sample in self.samples),
        }
        return ", ".join(f"{number} {what}" for what, number in worst.items() if number)


def measure(
    chosen: list[rows.Row], workers: Iterable[tools.Idem | tools.Bare], repeat: int
) -> list[Sample]:
    """Run the rows by turns and return all samples.

    Args:
        chosen: The rows.
        workers: What does them.
        repeat: How often.
    """
    samples = []
    workers = list(workers)
    with server.serving() as aws:
        for worker in workers:
            # The first start compiles, and fills the file system's cache.
            _one(rows.ROWS[0], worker, aws, "warm-up")
        for turn in range(repeat):
            for row in chosen:
                for again in range(STARTS if row.job == "ping" else 1):
                    # Who follows whom would otherwise be part of the result.
                    for worker in workers if (turn + again) % 2 == 0 else reversed(workers):
                        if row.memory and worker.name == "bare":
                            continue
                        key = f"{worker.name}-{row.name}-{turn}-{again}"
                        samples.append(_one(row, worker, aws, key))
                        _tell(samples[-1], turn)
    return samples


def summarize(samples: list[Sample]) -> dict[str, dict[str, Summary]]:
    """Sum samples up, by row and tool."""
    grouped: dict[str, dict[str, list[Sample]]] = {}
    for sample in samples:
        grouped.setdefault(sample.row, {}).setdefault(sample.tool, []).append(sample)
    starts = {
        tool: statistics.median(sample.seconds for sample in runs)
        for tool, runs in grouped["start"].items()
    }
    return {
        row: {
            tool: _summary(runs, 0.0 if row == "start" else starts[tool])
            for tool, runs in by_tool.items()
        }
        for row, by_tool in grouped.items()
    }


def to_json(row: rows.Row, by_tool: dict[str, Summary], verdict: dict[str, Any]) -> dict[str, Any]:
    """Return a row's results as they are written to a file."""
    return {
        "row": row.name,
        "title": row.title,
        "memory": row.memory,
        **verdict,
        "tools": {tool: asdict(summary) for tool, summary in by_tool.items()},
    }


def _spread(numbers: Iterable[float]) -> str:
    """Return whole numbers as one, or as a range."""
    known = sorted(set(numbers))
    return f"{known[0]:.0f}" if len(known) == 1 else f"{known[0]:.0f}-{known[-1]:.0f}"


def _summary(runs: list[Sample], start: float) -> Summary:
    times = [run.seconds - start for run in runs]
    peak = statistics.median(run.peak for run in runs)
    return Summary(statistics.median(times), (min(times), max(times)), peak, runs)


def _one(row: rows.Row, worker: tools.Idem | tools.Bare, aws: server.Server, key: str) -> Sample:
    """Run a row once: in an account of its own, so that it starts from nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        aws.reset({})
        apis = worker.prepare(row, folder, aws, key)
        aws.reset(row.conditions)
        finished = worker.run(row, folder, aws, key, apis)
    calls = aws.calls()
    aws.reset({})
    return Sample(
        row.name,
        worker.name,
        finished.seconds,
        finished.peak,
        calls["counts"],
        calls["throttled"],
        calls["conflicted"],
        row.apis * row.size,
        finished.succeeded,
        finished.troubled,
        sum(_done(row, aws.integrations(key, api_id)) for api_id in apis),
    )


def _done(row: rows.Row, live: list[dict[str, Any]]) -> int:
    """Return how many of an API's integrations are as the row wants them; one too many is one less."""
    if row.job == "absent":
        return row.size - len(live)
    wanted = {f"https://example.com/{number}" for number in range(row.size)}
    good = [
        item["integrationUri"]
        for item in live
        if item["timeoutInMillis"] == row.timeout and item["integrationUri"] in wanted
    ]
    return len(set(good)) - (len(live) - len(set(good)))


def _tell(sample: Sample, turn: int) -> None:
    print(
        f"{turn + 1} {sample.row:14} {sample.tool:7} {sample.seconds:7.2f} s {sample.peak:5.0f} MiB "
        f"{sum(sample.counts.values()):4} calls, {sample.done} of {sample.wanted} done",
        file=sys.stderr,
        flush=True,
    )

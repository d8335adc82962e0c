"""Measures this project against idem-aws 6.2.1 and against a bare boto3 script.

Every row of the table is run by turns with the real `idem` program of two virtual environments
under `.bench/`, `ours` and `theirs`, against a mock AWS server in a process of its own. Printed are
the calls to API Gateway, refused ones included, and the median of the time beyond the program's
own start-up. The results go to `.bench/results.json`, the chart to `docs/_static/benchmark.svg`;
matplotlib draws it in a third environment, `.bench/chart`, so that it weighs on no start-up.

The interpreter that runs this also runs the mock server: it needs requirements/test.txt.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from typing import Any

import environments
import measuring
import profiling
import rows
import tools

CHART = environments.ROOT / "docs" / "_static" / "benchmark.svg"


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=3, help="runs of each row (default: 3)")
    parser.add_argument("--rows", type=_rows, default=rows.ROWS, help="names, separated by commas")
    parser.add_argument("--profile", action="store_true", help="tell where our time goes, and end")
    options = parser.parse_args()

    ours = environments.ours()
    if options.profile:
        profiling.profile(tools.Idem(ours))
        return
    workers = [tools.Idem(ours), tools.Idem(environments.theirs()), tools.Bare(ours)]
    summaries = measuring.summarize(measuring.measure(options.rows, workers, options.repeat))
    results = []
    for row in options.rows:
        by_tool = summaries[row.name]
        results.append(measuring.to_json(row, by_tool, _verdict(row, by_tool)))
    _print(results, summaries)
    file = environments.HOME / "results.json"
    file.write_text(json.dumps(results, indent=1))
    if options.rows == rows.ROWS:
        CHART.parent.mkdir(parents=True, exist_ok=True)
        draw = environments.ROOT / "bench" / "chart.py"
        subprocess.run([environments.chart().python, draw, file, CHART], check=True)


def _rows(text: str) -> tuple[rows.Row, ...]:
    """Return the rows by their names; the start-up is among them, the others need it."""
    names = {"start", *text.split(",")}
    unknown = names - {row.name for row in rows.ROWS}
    if unknown:
        known = ", ".join(row.name for row in rows.ROWS)
        raise argparse.ArgumentTypeError(f"no such rows: {', '.join(unknown)}; there are {known}")
    return tuple(row for row in rows.ROWS if row.name in names)


def _verdict(row: rows.Row, by_tool: dict[str, measuring.Summary]) -> dict[str, Any]:
    """Return our ratio to idem-aws, the bounds, and whether they hold."""
    ours, theirs = by_tool["ours"], by_tool["theirs"]
    ratio = ours.peak / theirs.peak if row.memory else ours.seconds / theirs.seconds
    bounds = [f"{row.calls} calls"] if row.calls else []
    bounds += [f"ratio {row.ratio}"] if row.ratio else []
    of_quota = ours.seconds / rows.quota_alone(row) if row.of_quota else None
    bounds += [f"{row.of_quota} of the quota alone"] if row.of_quota else []
    of_serial = ours.seconds / by_tool["bare"].seconds if row.of_serial else None
    bounds += [f"{row.of_serial} of serial writes"] if row.of_serial else []
    few_enough = all(row.few_enough(sample.counts) for sample in ours.samples)
    at_once = all(
        sample.done == sample.succeeded == sample.wanted and not sample.troubled
        for sample in ours.samples
    )
    return {
        "ratio": ratio,
        "bound": ", ".join(bounds),
        "calls_hold": few_enough,
        "of_quota": of_quota,
        "of_serial": of_serial,
        "ratio_holds": row.ratio is None or ratio <= row.ratio,
        "quota_holds": of_quota is None or of_quota <= row.of_quota,
        "serial_holds": of_serial is None or of_serial <= row.of_serial,
        "done_at_once": at_once,
    }


def _print(results: list[dict[str, Any]], summaries: dict[str, dict[str, measuring.Summary]]) -> None:
    """Print the table, in Markdown, and what went wrong on the way."""
    names = "ours / idem-aws / boto3"
    print(f"| row | calls: {names} | median: {names} | ratio | of the quota | bound | holds |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    notes = []
    for result in results:
        by_tool = summaries[result["row"]]
        calls = " / ".join(summary.calls for summary in by_tool.values())
        if result["memory"]:
            medians = " / ".join(f"{summary.peak:.0f} MiB" for summary in by_tool.values())
        else:
            medians = " / ".join(f"{summary.seconds:.2f} s" for summary in by_tool.values())
        checks = ("calls_hold", "ratio_holds", "quota_holds", "serial_holds", "done_at_once")
        missed = [name for name in checks if not result[name]]
        holds = "no: " + ", ".join(missed) if missed else "yes"
        print(
            f"| {result['title']} | {calls} | {medians} | {result['ratio']:.2f} "
            f"| {result['of_quota'] or 0:.2f} | {result['bound']} | {holds} |"
        )
        notes += [
            f"{result['title']}, {tool}: {summary.flaws}"
            for tool, summary in by_tool.items()
            if summary.flaws
        ]
    print("\nAt worst:")
    print("\n".join(notes) or "nothing was refused, and all was done.")


if __name__ == "__main__":
    main()

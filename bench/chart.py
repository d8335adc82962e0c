"""Draws the chart: `chart.py RESULTS CHART`. It needs matplotlib."""

from __future__ import annotations

import json
import pathlib
import sys
from typing import Any

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

# Legible on white and on black.
GREY = "#7d8590"
TOOLS = {
    "ours": ("this project", "#2f81f7"),
    "theirs": ("idem-aws 6.2.1", "#e0823d"),
    "bare": ("bare boto3 script", "#7d8590"),
}
HEIGHT = 0.27
# What is left of less, beyond the start-up, is chance.
SHORTEST = 0.01


def draw(results: list[dict[str, Any]], file: pathlib.Path) -> None:
    """Draw the seconds of each row as bars on a logarithmic axis.

    Args:
        results: What the benchmark wrote.
        file: Where the chart goes, as SVG.
    """
    timed = [result for result in results if not result["memory"] and result["row"] != "start"]
    plt.rcParams |= {"svg.hashsalt": "bench", "svg.fonttype": "none", "font.family": "sans-serif"}
    plt.rcParams |= dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color"), GREY)
    figure, axes = plt.subplots(figsize=(9, 0.75 * len(timed) + 1.2), layout="constrained")
    for place, (tool, (label, colour)) in enumerate(TOOLS.items()):
        seconds = [max(result["tools"][tool]["seconds"], SHORTEST) for result in timed]
        positions = [row + (place - 1) * HEIGHT for row in range(len(timed))]
        bars = axes.barh(positions, seconds, HEIGHT * 0.9, label=label, color=colour)
        axes.bar_label(bars, [f"{value:.2f} s" for value in seconds], padding=3, fontsize=8)
    axes.set_xscale("log")
    axes.margins(x=0.12)
    axes.set_yticks(range(len(timed)), [result["title"] for result in timed])
    axes.invert_yaxis()
    axes.set_xlabel("seconds beyond the program's start-up, logarithmic")
    axes.grid(axis="x", color=GREY, alpha=0.25)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    figure.legend(loc="outside upper center", ncols=3, frameon=False)
    figure.savefig(file, transparent=True, metadata={"Date": None})


def main() -> None:
    """Draw from one file to another."""
    results, chart = map(pathlib.Path, sys.argv[1:])
    draw(json.loads(results.read_text()), chart)


if __name__ == "__main__":
    main()

"""Runs every command on every page and records what it prints: `python docs/record.py [PAGE ...]`.

All pages share a home folder and a mock server, and are followed from the end of the menu to its
beginning: the tests follow them in the other order as well, and a page must print the same.

The output with its colours is in `docs/_recorded`, for the site; the pages get it as plain text.
"""

import concurrent.futures
import os
import pathlib
import shutil
import sys
import tempfile

DOCS = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS.parent / "tests")]

import generate  # noqa: E402
import steps  # noqa: E402

import mock_server  # noqa: E402

# They use Idem's default ESM, which only one run at a time can have.
IN_TURN = ("start", "index")


def record(page: str, home: pathlib.Path, server: mock_server.MockServer) -> list[str]:
    """Follow a page, write what it prints, and return the commands with unexpected exit codes."""
    with (
        tempfile.TemporaryDirectory() as folder,
        steps.Reader(pathlib.Path(folder), home, server) as reader,
    ):
        outcomes = reader.follow(steps.read(page))
    printed = [outcome.output for outcome in outcomes]
    files = [steps.recorded(page, number) for number in range(1, len(printed) + 1)]
    before = [path.read_text() for path in sorted((steps.RECORDED / page).glob("*.ansi"))]
    # IDs differ from run to run where states run side by side.
    if steps.comparable(before) != steps.comparable(printed):
        shutil.rmtree(steps.RECORDED / page, ignore_errors=True)
        (steps.RECORDED / page).mkdir(parents=True)
        for path, output in zip(files, printed, strict=True):
            path.write_text(output)
    return [
        f"{page}.md:{outcome.step.line}: exit code {outcome.code}\n{outcome.output}{outcome.error}"
        for outcome in outcomes
        if outcome.code != outcome.step.expected
    ]


def main() -> None:
    """Record the pages that are named, or all."""
    names = sys.argv[1:] or steps.menu()[::-1]
    groups = [[name] for name in names if name not in IN_TURN]
    groups.append([name for name in names if name in IN_TURN])
    with (
        tempfile.TemporaryDirectory() as home,
        mock_server.MockServer() as server,
        concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool,
    ):

        def follow(group: list[str]) -> list[str]:
            found = (record(name, pathlib.Path(home), server) for name in group)
            return [problem for problems in found for problem in problems]

        problems = [problem for found in pool.map(follow, groups) for problem in found]
    generate.main()
    print(f"Recorded {len(names)} pages.")
    if problems:
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()

"""Counts the functions and modules of this package that one state runs through.

A *move* is a step of the call stack from one module of the package to another, on a call or on a return.
Everything runs in this process, with Idem's own runtime, against the mock server. To run it alone, with
the name of each function: `PYTHONPATH=tests .venv/bin/python bench/trace.py --functions`.
"""

from __future__ import annotations

import argparse
import collections
import sys
import threading
from types import CodeType, FrameType
from typing import Any

import harness
import idem_apigwv2_integration
import mock_server

(_FOLDER,) = idem_apigwv2_integration.__path__
PACKAGE = f"{_FOLDER}/"
WANTED = {
    "integration_type": "HTTP_PROXY",
    "integration_method": "GET",
    "integration_uri": "https://example.com",
    "payload_format_version": "1.0",
}


class Trace:
    """The calls of the package's functions while it is active."""

    def __init__(self) -> None:
        self.functions: collections.Counter[CodeType] = collections.Counter()
        self.moves: collections.Counter[tuple[str, str]] = collections.Counter()
        self._module: dict[int, str] = {}

    def __enter__(self) -> Trace:
        threading.setprofile(self._record)
        sys.setprofile(self._record)
        return self

    def __exit__(self, *error: Any) -> None:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]

    def _record(self, frame: FrameType, event: str, argument: Any) -> None:
        code = frame.f_code
        if event not in ("call", "return") or not code.co_filename.startswith(PACKAGE):
            return
        # Comprehensions and lambdas belong to the function that they stand in.
        if code.co_name.startswith("<"):
            return
        if event == "call":
            self.functions[code] += 1
        thread, module = threading.get_ident(), code.co_filename.removeprefix(PACKAGE)
        before = self._module.get(thread)
        if before not in (None, module):
            self.moves[before, module] += 1
        self._module[thread] = module

    @property
    def modules(self) -> set[str]:
        """The modules that the functions are in."""
        return {code.co_filename.removeprefix(PACKAGE) for code in self.functions}


def traces() -> dict[str, Trace]:
    """Trace a create and a no-op of one state."""
    with mock_server.MockServer() as server:
        idem, esm = harness.Idem(), {}
        profiles = {"default": harness.profile(server.url)}
        sls = harness.state("it", {"api_id": server.add_api("HTTP"), **WANTED})
        # The first run imports, connects and compiles; it must not count.
        warm = harness.state("it", {"api_id": server.add_api("HTTP"), **WANTED})
        idem.apply(warm, profiles, {})
        found = {}
        for name in ("create", "no-op"):
            with Trace() as found[name]:
                idem.apply(sls, profiles, esm)
        return found


def main() -> None:
    """Print a line for a create and one for a no-op, in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--functions", action="store_true", help="print the calls of each function, too")
    options = parser.parse_args()
    found = traces()
    print("| one state | functions | modules | moves |\n| --- | --- | --- | --- |")
    for name, trace in found.items():
        print(f"| {name} | {len(trace.functions)} | {len(trace.modules)} | {trace.moves.total()} |")
    for name, trace in found.items() if options.functions else ():
        print(f"\n{name}")
        for code, calls in trace.functions.most_common():
            # Python 3.10 has no qualified names.
            function = getattr(code, "co_qualname", code.co_name)
            print(f"{calls:5}  {code.co_filename.removeprefix(PACKAGE)}: {function}")


if __name__ == "__main__":
    main()

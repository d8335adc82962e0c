"""Counts the functions and modules of this package that one state runs through.

A *move* is a step of the call stack from one module of the package to another, on a call or on a return.
Everything runs in this process, with Idem's own runtime, against the mock server.
"""

from __future__ import annotations

import collections
import pathlib
import sys
import threading
from types import CodeType, FrameType
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import harness  # noqa: E402
import mock_server  # noqa: E402

PACKAGE = f"{ROOT / 'idem_apigwv2_integration'}/"
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


def main() -> None:
    """Prints a line for a create and one for a no-op; with `--functions` also each function."""
    print("| one state | functions | modules | moves |\n| --- | --- | --- | --- |")
    traces = {}
    with mock_server.MockServer() as server:
        idem, esm = harness.Idem(), {}
        profiles = {"default": harness.profile(server.url)}
        sls = harness.state("it", {"api_id": server.add_api("HTTP"), **WANTED})
        # The first run imports, connects and compiles; it must not count.
        warm = harness.state("it", {"api_id": server.add_api("HTTP"), **WANTED})
        idem.apply(warm, profiles, {})
        for name in ("create", "no-op"):
            with Trace() as trace:
                idem.apply(sls, profiles, esm)
            traces[name] = trace
            print(f"| {name} | {len(trace.functions)} | {len(trace.modules)} | {trace.moves.total()} |")
    if "--functions" in sys.argv:
        for name, trace in traces.items():
            print(f"\n{name}")
            for code, calls in trace.functions.most_common():
                print(f"{calls:5}  {code.co_filename.removeprefix(PACKAGE)}: {code.co_qualname}")


if __name__ == "__main__":
    main()

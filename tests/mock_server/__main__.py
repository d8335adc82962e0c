"""Serves a mock server in a process of its own: `python -m mock_server`."""

from __future__ import annotations

import argparse
import signal
import threading

from . import scenarios
from .behaviour import Behaviour
from .server import MockServer


def main() -> None:
    """Prints the URL and serves until it is interrupted or terminated."""
    parser = argparse.ArgumentParser(prog="mock_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds a request")
    parser.add_argument("--rate", type=float, help="requests a second; no limit if left out")
    parser.add_argument("--burst", type=float, default=40, help="requests at once")
    parser.add_argument("--conflict", action="store_true", help="refuse overlapping writes")
    parser.add_argument("--write-time", type=float, default=0.02, help="seconds a write")
    parser.add_argument("--page-size", type=int, help="the most items on a page")
    parser.add_argument("--empty-pages", action="store_true", help="intersperse empty pages")
    parser.add_argument("--scenario", choices=scenarios.names(), help="start with what a page assumes")
    options = parser.parse_args()

    behaviour = Behaviour(page_size=options.page_size, empty_pages=options.empty_pages)
    server = MockServer(behaviour, seed=options.seed, port=options.port)
    server.faults.latency = options.latency
    server.faults.write_time = options.write_time
    server.faults.conflict_window = options.conflict
    server.faults.throttle(options.rate, options.burst)

    if options.scenario:
        scenarios.apply(server, options.scenario)

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with server:
        print(server.url, flush=True)
        stopped.wait()


if __name__ == "__main__":
    main()

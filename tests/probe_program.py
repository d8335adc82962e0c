"""The probe, run against a server of the tests."""

import asyncio
import concurrent.futures
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[1]
ACCOUNT = "123456789012"
# At the end: the plugin is the installed one, as in the other tests.
sys.path.append(str(ROOT))


class Program:
    """The probe against a mock server, in this process or in one of its own."""

    def __init__(self, url, folder):
        self.output = folder / "found.json"
        self.options = [f"--endpoint={url}", "--region=us-east-1", f"--output={self.output}"]

    def here(self, *more):
        """Run the probe in this process, as fast as the server responds; return the exit code."""
        from probe.__main__ import main

        arguments = [*self.options, "--no-pace", f"--account={ACCOUNT}", *more]
        # In a thread of its own it does not meet the event loop of the other tests.
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            return pool.submit(main, arguments, asyncio.run).result()

    def start(self, *more):
        """Start a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-u", "-m", "probe", *self.options, *more],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *more):
        """Run a process of its own; return the exit code and what it printed."""
        process = self.start(*more)
        printed, _ = process.communicate(timeout=300)
        return process.returncode, printed

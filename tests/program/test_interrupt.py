"""Ctrl-C in the installed `idem` while AWS does not respond."""

import signal
import threading
import time

import pytest

import harness
from world import HTTP

# Far longer than the test waits.
SILENCE = {"kind": "delay", "seconds": 600.0, "times": None}


def interrupt(installed, server, received):
    """Interrupt a run once the server has received a call; it has to end."""
    sls = harness.state("it", {"api_id": server.add_api(), **HTTP})
    with installed.start("state", installed.write(sls)) as process:
        try:
            give_up = time.monotonic() + 120
            while not received():
                assert process.poll() is None and time.monotonic() < give_up
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            # The program needs a fraction of a second; a call would keep it for a minute.
            process.communicate(timeout=20)
        finally:
            process.kill()


@pytest.mark.parametrize("operation", ["GetApi", "CreateIntegration"])
def test_one_interrupt_ends_the_program(installed, server, operation):
    server.faults.inject(operation=operation, **SILENCE)
    interrupt(installed, server, lambda: server.count(operation))


def test_one_interrupt_ends_the_program_while_sts_is_silent(installed, server, monkeypatch):
    called = threading.Event()

    def silent(*_):
        called.set()
        time.sleep(SILENCE["seconds"])

    monkeypatch.setattr(server.sts, "respond", silent)
    interrupt(installed, server, called.is_set)

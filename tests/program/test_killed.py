"""The installed `idem` is killed in the middle of a run; the next run finishes what it began.

Only the run that is killed is the installed program: `program` runs the others in the same folder.
"""

import signal
import time

import pytest

import harness
from world import HTTP

CHANGED = HTTP | {"description": "new"}
CREATE_FIRST = {"recreate_on_update": {"create_before_destroy": True}}
DELETE_FIRST = {"recreate_on_update": {"create_before_destroy": False}}

# What the state of each flow declares in the run that is killed.
FLOWS = {
    "create": CHANGED,
    "update": CHANGED,
    "create-first": CHANGED | CREATE_FIRST,
    "delete-first": CHANGED | DELETE_FIRST,
    "create-again": HTTP,
    "delete": None,
}
# Which writes get no response. Idem executes the parts of a replacement one after the other, each once
# all states before have ended.
UNANSWERED = {
    "first": {
        "create": "CreateIntegration",
        "update": "UpdateIntegration",
        "create-first": "CreateIntegration",
        "create-again": "CreateIntegration",
        "delete": "DeleteIntegration",
    },
    "second": dict.fromkeys(("create-first", "delete-first"), "DeleteIntegration"),
    "third": {"delete-first": "CreateIntegration"},
}


def sls(apis, flows):
    """Return an SLS with a state of each flow, in an API of its own."""
    found = {}
    for flow, parameters in flows.items():
        function = "present" if parameters else "absent"
        found |= harness.state(flow, {"api_id": apis[flow], **(parameters or {})}, function)
    return found


@pytest.fixture
def apis(server, program):
    """Return the API of each flow, with what the flow begins with."""
    found = {flow: server.add_api("HTTP") for flow in FLOWS}
    program.state(sls(found, dict.fromkeys(FLOWS.keys() - {"create"}, HTTP)))
    (again,) = server.integrations(found["create-again"])
    server.remove(found["create-again"], again)
    return found


def kill(installed, server, apis, write, how):
    """Kill a run whose writes up to some are done, where AWS does not respond to these."""
    waiting = [
        server.faults.inject(kind="endless_continue", operation=operation, api_id=apis[flow], times=None)
        for flow, operation in UNANSWERED[write].items()
    ]
    with installed.start("state", installed.write(sls(apis, FLOWS)), "--no-progress-bar") as process:
        try:
            give_up = time.monotonic() + 120
            while not all(fault.fired for fault in waiting):
                assert process.poll() is None and time.monotonic() < give_up
                time.sleep(0.02)
            process.send_signal(how)
            process.communicate(timeout=30)
        finally:
            process.kill()
    server.faults.clear()


@pytest.mark.parametrize(
    ("write", "how"), [("first", signal.SIGKILL), ("second", signal.SIGTERM), ("third", signal.SIGINT)]
)
def test_the_next_run_finishes_what_was_begun(installed, program, server, apis, write, how):
    kill(installed, server, apis, write, how)
    wanted = sls(apis, FLOWS)
    after_kill = {flow: set(server.integrations(api)) for flow, api in apis.items()}
    dry = program.state(wanted, "--test")
    assert after_kill == {flow: set(server.integrations(api)) for flow, api in apis.items()}
    real = program.state(wanted)
    assert {one: dry[one]["result"] for one in real} == dict.fromkeys(real, True)
    assert {one: real[one]["result"] for one in real} == dict.fromkeys(real, True)
    live = {flow: set(server.integrations(api)) for flow, api in apis.items()}
    assert {flow: len(ids) for flow, ids in live.items()} == dict.fromkeys(FLOWS, 1) | {"delete": 0}
    recorded = [entry["resource_id"] for tag, entry in program.esm().items() if "_|-" in tag]
    assert sorted(recorded) == sorted(one for ids in live.values() for one in ids)

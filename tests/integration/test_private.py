"""What the plugin relies on without a promise: the rows of docs/inside/private.md, one check each."""

import concurrent.futures
import importlib
import inspect
import itertools
import logging
import pathlib
import re

import botocore.config
import pytest

import harness
import idem_apigwv2_integration.run.state as states
from idem_apigwv2_integration.aws import errors, redaction
from idem_apigwv2_integration.command import rendering
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import values
from idem_apigwv2_integration.run.record import CREATE_NEW, DELETE_OLD
from world import HTTP

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "inside" / "private.md"
TAG = f"{harness.RESOURCE}_|-it_|-it_|-"


@pytest.fixture
def record(http, monkeypatch):
    """Return a function that applies a state and returns Idem's record of the run, as it was then."""

    def apply(test=False, **parameters):
        seen = {}
        original = states.State.__init__

        def init(state, hub, ctx, *arguments):
            original(state, hub, ctx, *arguments)
            seen["ctx"], seen["data"] = dict(ctx), state.run.data

        sls = harness.state("it", {"api_id": http.api_id, **HTTP, **parameters})
        with monkeypatch.context() as patched:
            patched.setattr(states.State, "__init__", init)
            seen["results"] = http.run(sls, test=test)
        return seen

    return apply


def check_scan(idem, record):
    assert set(idem.hub.states.aws.apigatewayv2._scan) >= {"python"}
    assert all(isinstance(path, str) for path in idem.hub.states.aws.apigatewayv2._scan["python"])


def check_executor(idem, record):
    """pop's loops have a plain ThreadPoolExecutor, and `wrap` uses what is there."""
    assert type(idem.hub.loop.init.executor()) is concurrent.futures.ThreadPoolExecutor
    calls = []

    class Executor(concurrent.futures.ThreadPoolExecutor):
        def submit(self, function, /, *args):
            calls.append(function)
            return super().submit(function, *args)

    with pytest.MonkeyPatch.context() as patched, Executor(1) as executor:
        patched.setattr(idem.hub.pop.loop, "EXECUTOR", executor)
        idem.loop.run_until_complete(idem.hub.pop.loop.wrap(len, []))
    assert len(calls) == 1


def check_low(idem, record):
    (chunk,) = record()["data"]["low"]
    assert (chunk["state"], chunk["__id__"], chunk["fun"]) == (harness.RESOURCE, "it", "present")
    assert chunk["integration_uri"] == HTTP["integration_uri"]


def check_high(idem, record):
    assert harness.RESOURCE in record()["data"]["high"]["it"]


def check_add_low(idem, record):
    record()
    seen = record(description="new", recreate_on_update={"create_before_destroy": True})
    assert {chunk["__id__"] for chunk in seen["data"]["add_low"]} >= {"it_delete_old"}


def check_running(idem, record):
    started = record()["data"]["running"][f"{TAG}present"]
    assert started["esm_tag"] == TAG and isinstance(started["__run_num"], int)


def check_managed_state(idem, record):
    seen = record()
    assert seen["data"]["managed_state"][TAG]["api_id"]


def check_sensitive(idem, record):
    seen = record(description="secret text", sensitive=["description"])
    assert list(seen["data"]["sensitive"].values()) == [["description"]]


def check_acct_data(idem, record):
    assert "default" in record()["data"]["acct_data"]["profiles"]["aws"]


def check_invert_state(idem, record):
    assert record()["data"]["invert_state"] is False


def check_exception(idem, record):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(values, "as_meant", None)
        result = record()["results"]["it"]
    assert result["ret"] is None and result["rerun_data"] is None


def check_tag(idem, record):
    seen = record()
    assert seen["ctx"]["tag"] == f"{TAG}present" and seen["ctx"]["run_name"]
    again = record()
    assert again["ctx"]["old_state"] == seen["results"]["it"]["new_state"]


def check_suffixes(idem, record):
    record()
    for number, first in enumerate((True, False)):
        results = record(description=str(number), recreate_on_update={"create_before_destroy": first})[
            "results"
        ]
        parts = set(results) - {"it"}
        assert parts <= {f"it{DELETE_OLD}", f"it{CREATE_NEW}"} and parts


def check_placeholder(idem, record):
    tools = inspect.getsourcefile(idem.hub.idem.tools.get_enforced_state.func)
    folder = pathlib.Path(tools).parents[1] / "tool"
    sources = "".join(file.read_text() for file in folder.rglob("*.py"))
    assert all(mark in sources for mark in values._PLACEHOLDERS if "known_after_applying" in mark)


def check_compiler(idem, record):
    file = pathlib.Path(__file__).parents[2] / "examples" / "shop.sls"
    (rendered,) = rendering.render([str(file)], [])
    assert rendered.states and not rendered.problems


def check_session_kwargs(idem, record):
    ctx = idem.context(harness.profile("http://localhost"))
    arguments = idem.loop.run_until_complete(idem.hub.tool.boto3.session.kwargs(ctx))
    assert arguments["endpoint_url"] == "http://localhost" and "config" in arguments


def check_session(idem, record):
    assert callable(idem.hub.tool.boto3.SESSION.client)


def check_store(idem, record):
    assert isinstance(idem.hub.tool.boto3.client.STORE, dict)


def check_gather(idem, record):
    function = idem.hub.acct.metadata.aws.gather
    assert list(function.signature.parameters)[-1] == "profile"


def check_modify(idem, record):
    parameters = set(idem.hub.tool.aws.acct.key_name.modify.signature.parameters)
    assert {"raw_profile", "new_profile"} <= parameters


def check_option_defaults(idem, record):
    assert {"read_timeout", "retries"} <= set(botocore.config.Config.OPTION_DEFAULTS)


def check_shape_names(idem, record):
    assert INTEGRATION.length_limits["description"] == (0, 1024)


def check_loggers(idem, record):
    for name in redaction.LOGGERS:
        module = importlib.import_module(name)
        used = next(getattr(module, one) for one in ("LOG", "logger", "log") if hasattr(module, one))
        assert used is logging.getLogger(name)


def check_stages(idem, record):
    stages = (
        errors._OPENING,
        errors._HANDSHAKE,
        errors._WRITING_HEADERS,
        errors._SENDING_OR_READING,
    )
    for module, function in itertools.chain(*stages):
        classes = inspect.getmembers(importlib.import_module(module), inspect.isclass)
        assert any(function in vars(one) for _, one in classes), (module, function)


CHECKS = {
    "Sub._scan": check_scan,
    "loop.EXECUTOR": check_executor,
    "RUNS: low": check_low,
    "RUNS: high": check_high,
    "RUNS: add_low": check_add_low,
    "RUNS: running": check_running,
    "RUNS: managed_state": check_managed_state,
    "RUNS: sensitive": check_sensitive,
    "RUNS: acct_data": check_acct_data,
    "RUNS: invert_state": check_invert_state,
    "result of an exception": check_exception,
    "state tag": check_tag,
    "recreate_on_update suffixes": check_suffixes,
    "unknown value placeholder": check_placeholder,
    "compiler": check_compiler,
    "boto3.session.kwargs": check_session_kwargs,
    "boto3.SESSION": check_session,
    "boto3.client.STORE": check_store,
    "acct.metadata.aws.gather": check_gather,
    "acct.key_name.modify": check_modify,
    "Config.OPTION_DEFAULTS": check_option_defaults,
    "shape names": check_shape_names,
    "logger names": check_loggers,
    "functions on the stack": check_stages,
}


@pytest.mark.parametrize("name", CHECKS)
def test_it_is_as_the_plugin_relies_on(idem, record, name):
    CHECKS[name](idem, record)


def test_the_page_lists_what_is_checked():
    listed = re.findall(r"^\| \S+ \| `(.+?)` \|", PAGE.read_text(), re.M)
    assert listed == list(CHECKS)

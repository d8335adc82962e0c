"""Which code runs where idem-aws is installed as well, whatever the order in which pop finds them."""

import pathlib
import subprocess
import sys

import pop
import pytest

import idem_apigwv2_integration

PACKAGE = pathlib.Path(idem_apigwv2_integration.__file__).parent
FUNCTIONS = {
    "states": {
        "present",
        "absent",
        "describe",
        "search",
        "is_pending",
        "pre_process_desired_state",
    },
    "exec": {"get", "list", "create", "update", "delete"},
}


def files(hub, dyne, resource="integration"):
    """Return the files that the functions of a module run from, by the functions' names."""
    module = hub[dyne].aws.apigatewayv2[resource]
    return {name: pathlib.Path(func.func.__code__.co_filename) for name, func in module._funcs.items()}


@pytest.mark.parametrize("dyne", FUNCTIONS)
def test_every_function_is_ours(idem, dyne):
    found = files(idem.hub, dyne)
    assert set(found) == FUNCTIONS[dyne]
    assert all("idem_apigwv2_integration" in path.parts for path in found.values())


@pytest.mark.parametrize("dyne", FUNCTIONS)
@pytest.mark.parametrize("resource", ["api", "route"])
def test_the_other_resources_stay_those_of_idem_aws(idem, dyne, resource):
    functions = {"states": ("present", "absent", "describe"), "exec": ("get",)}[dyne]
    found = files(idem.hub, dyne, resource)
    assert all("idem_aws" in found[function].parts for function in functions)


def test_who_the_caller_is_is_still_asked_by_idem_aws(idem):
    """The contract only replaces a result that is known."""
    gather = idem.hub.acct.metadata.aws.gather
    assert "idem_aws" in pathlib.Path(gather.func.__code__.co_filename).parts


LOADS = """
import sys
sys.path[:0] = {paths!r}
import pop.hub
hub = pop.hub.Hub()
hub.pop.sub.add(dyne_name="idem")
for dyne in ("states", "exec"):
    for name, function in hub[dyne].aws.apigatewayv2.integration._funcs.items():
        print(dyne, name, function.func.__code__.co_filename)
"""


@pytest.fixture
def site(tmp_path):
    """Return a copy of site-packages without this plugin."""
    copy = tmp_path / "site-packages"
    copy.mkdir()
    for entry in pathlib.Path(pop.__file__).parents[1].iterdir():
        if PACKAGE.name not in entry.name:
            (copy / entry.name).symlink_to(entry)
    return copy


def loaded(*paths):
    """Return the files of the functions on the hub, by dyne and name, where the paths are sys.path."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LOADS.format(paths=[str(path) for path in paths])],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.split(" ", 2) for line in done.stdout.splitlines()]
    return {(dyne, name): pathlib.Path(file) for dyne, name, file in lines}


OURS = {(dyne, name) for dyne, names in FUNCTIONS.items() for name in names}


@pytest.mark.parametrize("places", [["aaa"], ["zzz"], ["aaa", "zzz"]], ids="-".join)
def test_ours_runs_wherever_it_is_installed(tmp_path, site, places):
    """Copies under paths that sort before and after idem-aws's; pop goes by the paths' order."""
    for place in places:
        (tmp_path / place).mkdir()
        (tmp_path / place / PACKAGE.name).symlink_to(PACKAGE)

    found = loaded(*(tmp_path / place for place in places), site)

    assert set(found) == OURS
    folders = {path.relative_to(tmp_path).parts[0] for path in found.values()}
    assert len(folders) == 1 and folders <= set(places), "all from one copy, and that is ours"


@pytest.mark.parametrize("plugin", ["aaa_mine", "zzz_mine"])
def test_functions_that_another_plugin_adds_stay_and_ours_are_not_replaced(tmp_path, site, plugin):
    (site / PACKAGE.name).symlink_to(PACKAGE)
    mine = tmp_path / "mine" / plugin
    module = mine / "exec/aws/apigatewayv2/integration.py"
    module.parent.mkdir(parents=True)
    module.write_text("def find(hub):\n    pass\n\n\ndef get(hub):\n    pass\n")
    (mine / "conf.py").write_text("DYNE = {'exec': ['exec']}\n")

    found = loaded(mine.parent, site)

    assert found.pop(("exec", "find")) == module
    assert set(found) == OURS
    assert all(path.is_relative_to(site / PACKAGE.name) for path in found.values())

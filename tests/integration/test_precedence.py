"""Which code runs where idem-aws is installed as well, whatever the order in which pop finds them."""

import pathlib
import subprocess
import sys

import pop
import pytest

import idem_apigwv2_integration

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
    """The contract only answers where the answer is known."""
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


@pytest.mark.parametrize("places", [["aaa"], ["zzz"], ["aaa", "zzz"]], ids="-".join)
def test_ours_runs_wherever_it_is_installed(tmp_path, places):
    """Copies under paths that sort before and after idem-aws's; pop goes by the paths' order."""
    package = pathlib.Path(idem_apigwv2_integration.__file__).parent
    site = tmp_path / "site-packages"
    site.mkdir()
    for entry in pathlib.Path(pop.__file__).parents[1].iterdir():
        if not entry.name.startswith(package.name):
            (site / entry.name).symlink_to(entry)
    for place in places:
        (tmp_path / place).mkdir()
        (tmp_path / place / package.name).symlink_to(package)
    paths = [str(tmp_path / place) for place in places] + [str(site)]

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LOADS.format(paths=paths)],
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = [line.split(" ", 2) for line in done.stdout.splitlines()]
    assert {dyne: {line[1] for line in loaded if line[0] == dyne} for dyne in FUNCTIONS} == FUNCTIONS
    folders = {pathlib.Path(line[2]).relative_to(tmp_path).parts[0] for line in loaded}
    assert len(folders) == 1 and folders <= set(places), "all from one copy, and that is ours"

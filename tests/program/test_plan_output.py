"""`idem state --output=plan` of the installed program."""

import re

import yaml

import harness
from world import HTTP

API = {"shop": {"aws.apigatewayv2.api.present": [{"protocol_type": "HTTP"}]}}
TYPE = harness.RESOURCE
BOUND = "${aws.apigatewayv2.api:shop:resource_id}"


def plan(program, sls, *arguments, **environment):
    """Run `idem state --output=plan` and return the lines that it prints."""
    (program.folder / "run.sls").write_text(yaml.safe_dump(sls, sort_keys=False))
    options = ("--output=plan", "--no-progress-bar", "--reconciler=none")
    done = program("state", "run.sls", *options, *arguments, code=0, **environment)
    return done.stdout.splitlines()


def integration(state_id, **more):
    """Return a state of an integration with a URI of its own."""
    uri = f"https://{state_id}.example.com"
    return harness.state(state_id, {"api_id": BOUND, **HTTP, "integration_uri": uri, **more})


def test_a_dry_run_and_a_run_show_the_same_changes(program):
    mapped = {"append:header.x-shop": "shop", "append:header.x-b": "b"}
    first = {
        **API,
        **integration("kept"),
        **integration("changed", timeout_in_millis=5000, request_parameters=mapped),
        **integration("secret", description="one"),
        **integration("removed"),
    }
    assert (
        plan(program, first, "--test")[-1] == "Plan: 5 to create, 0 to update, 0 to delete, 0 unchanged"
    )
    assert plan(program, first)[-1] == "Applied: 5 created, 0 updated, 0 deleted, 0 unchanged"
    second = {
        **API,
        **integration("kept"),
        **integration("changed", timeout_in_millis=8000, request_parameters={"append:header.x-b": "b"}),
        **integration("secret", description="two", sensitive=["description"]),
        **harness.state("removed", {"api_id": BOUND}, "absent"),
        **integration("wrong", integration_type="HTTP_PROXI"),
    }
    dry, wet = plan(program, second, "--test"), plan(program, second)
    assert dry[:-1] == wet[:-1]
    assert dry[:7] == [
        f"~ changed  {TYPE}.present",
        "      timeout_in_millis: 5000 → 8000",
        "      request_parameters: - append:header.x-shop",
        f"~ secret  {TYPE}.present",
        "      description: (sensitive value)",
        f"- removed  {TYPE}.absent",
        "",
    ]
    assert dry[7] == f"! wrong  {TYPE}.present"
    assert dry[-1] == "Plan: 0 to create, 2 to update, 1 to delete, 2 unchanged, 1 failed"
    assert wet[-1] == "Applied: 0 created, 2 updated, 1 deleted, 2 unchanged, 1 failed"


def test_a_replacement_is_one_line_in_either_order(program):
    order = {"a": True, "b": False}
    plan(program, {**API, **integration("a"), **integration("b")})
    sls = dict(API)
    for state_id, first in order.items():
        new = {"integration_uri": "https://new.example.com"}
        sls |= integration(state_id, **new, recreate_on_update={"create_before_destroy": first})
    for arguments, words in (["--test"], "to replace"), ([], "replaced"):
        lines = plan(program, sls, *arguments)
        replaced = [line for line in lines if not line.startswith(" ")]
        assert replaced[:2] == [f"± a  {TYPE}.present", f"± b  {TYPE}.present"]
        assert "      integration_uri: https://a.example.com → https://new.example.com" in lines
        assert f"2 {words}" in lines[-1] and "1 unchanged" in lines[-1]


def test_an_adoption_is_a_note_of_an_unchanged_state(program, server):
    api_id = server.add_api()
    uri = "https://a.example.com"
    kept = server.add_integration(
        api_id,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=uri,
        PayloadFormatVersion="1.0",
    )
    sls = harness.state(
        "a", {"api_id": api_id, **HTTP, "integration_method": "ANY", "integration_uri": uri}
    )
    lines = plan(program, sls, "--test")
    assert lines[0] == f"  a  {TYPE}.present"
    assert lines[1].startswith(f"      note: Would adopt {kept}: ")
    assert lines[-1] == "Plan: 0 to create, 0 to update, 0 to delete, 1 unchanged"


def test_nothing_but_text_is_printed_into_a_pipe(program):
    assert not re.search(r"\x1b|\s$", "\n".join(plan(program, {**API, **integration("a")}, "--test")))


def test_a_plan_is_printed_whatever_the_encoding(program, installed):
    sls = {**API, **integration("a", timeout_in_millis=5000)}
    plan(program, sls)
    changed = {**API, **integration("a", timeout_in_millis=8000)}
    lines = plan(installed, changed, PYTHONIOENCODING="ascii")
    assert "      timeout_in_millis: 5000 -> 8000" in lines


def test_what_is_no_run_is_printed_as_by_idem(program):
    done = program("exec", "test.ping", "--output=plan", code=0)
    assert "True" in done.stdout

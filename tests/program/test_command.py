"""The installed `idem-apigwv2` command, on its own and beside the installed `idem`."""

import json
import os
import re
import subprocess

import pytest
import yaml

import harness
import unrenderable
from world import HTTP

API = {"shop": {"aws.apigatewayv2.api.present": [{"protocol_type": "HTTP"}]}}
BOUND = "${aws.apigatewayv2.api:shop:resource_id}"


@pytest.fixture
def command(tmp_path, prepared_programs):
    """Return a function that runs the command in a folder with files, without credentials."""

    def run(*arguments: str, code: int, given: str | None = None, **environment: str) -> list[str]:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        done = subprocess.run(
            [str(prepared_programs / "idem-apigwv2"), *arguments],
            cwd=tmp_path,
            env={**clean, "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true", **environment},
            input=given,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == code, done.stdout + done.stderr
        if code != 2:
            assert done.stderr == ""
        return (done.stdout or done.stderr).splitlines()

    return run


@pytest.fixture
def write(tmp_path):
    """Return a function that writes files: text, or what becomes YAML."""

    def files(**contents):
        for name, content in contents.items():
            text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
            (tmp_path / f"{name}.sls").write_text(text)

    return files


def test_a_reader_that_ends_early_leaves_no_traceback(tmp_path, prepared_programs):
    states = {f"a.b_|-{i}_|-it_|-present": {"result": False, "comment": "x" * 80} for i in range(5000)}
    (tmp_path / "results.json").write_text(json.dumps(states))
    done = subprocess.run(
        ["bash", "-c", 'idem-apigwv2 verdict results.json | head -n 1; exit "${PIPESTATUS[0]}"'],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{prepared_programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (1, "") and len(done.stdout.splitlines()) == 1


# validate

WRONG = {
    "type": ("present", {"integration_type": "HTTP_PROXI", "timeout_in_millis": 30_001}),
    "unknown": ("present", {**HTTP, "integration_uri": None, "integration_url": "https://example.com"}),
    "key": ("present", {**HTTP, "request_parameters": {"overwrite:haeder.a": "b"}}),
    "websocket": ("present", {**HTTP, "request_templates": {"application/json": "{}"}}),
    "managed": ("present", {"resource_id": "abc1234", "timeout_in_millis": "5000"}),
    "gone": ("absent", {"resource_id": "def5678", "integration_typ": "HTTP"}),
    "no_api": ("absent", {"resource_id": "abc1234", "api_id": None}),
    "found": ("search", {}),
    "found_by": ("search", {"integration_uri": 5}),
}


def test_validate_prints_the_sentences_of_a_dry_run(program, server, command, write):
    sls = dict(API)
    for identity, (function, parameters) in WRONG.items():
        parameters = {"api_id": BOUND, **parameters}
        given = {key: value for key, value in parameters.items() if value is not None}
        sls |= harness.state(identity, given, function)
    program.state(API)
    dry = program.state(sls, "--test")
    said = [
        f"wrong.sls: {identity}: {sentence}"
        for identity in WRONG
        for sentence in dry[identity]["comment"]
        if dry[identity]["result"] is False
    ]
    assert {line.split(": ")[1] for line in said} == set(WRONG)
    write(wrong=sls)
    calls = len(server.calls)
    *lines, summary = command("validate", "wrong.sls", code=1, AWS_ENDPOINT_URL=server.url)
    assert [re.sub(r"^wrong.sls:\d+: ", "wrong.sls: ", line) for line in lines] == said
    assert summary == f"{len(WRONG)} integrations in 1 file checked: {len(said)} problems."
    assert len(server.calls) == calls


def test_validate_accepts_what_a_run_accepts(program, server, command, write):
    socket = server.add_api("WEBSOCKET")
    kept = server.add_integration(socket, IntegrationType="MOCK")
    sls = {
        **API,
        **harness.state(
            "orders", {"api_id": BOUND, **HTTP, "require": [{"aws.apigatewayv2.api": "shop"}]}
        ),
        **harness.state(
            "bound",
            {
                "api_id": BOUND,
                **HTTP,
                "integration_type": "${aws.apigatewayv2.integration:orders:integration_type}",
                "integration_uri": f"https://${{{harness.RESOURCE}:orders:resource_id}}.example.com",
                "timeout_in_millis": f"${{{harness.RESOURCE}:orders:timeout_in_millis}}",
                "request_parameters": {"overwrite:header.a": "$\\{context.b:c:d}"},
                "acct_profile": "default",
                "ignore_changes": ["description"],
                "recreate_on_update": {"create_before_destroy": True},
                "sensitive": ["credentials_arn"],
                "order": 3,
            },
        ),
        **harness.state(
            "named", {"names": ["one", "two"], "api_id": BOUND, **HTTP, "description": "{{ 1 + 1 }}"}
        ),
        **harness.state("kept", {"api_id": socket, "resource_id": kept, "description": "x"}),
        **harness.state("found", {"api_id": socket, "resource_id": kept}, "search"),
        **harness.state("gone", {}, "absent"),
    }
    sls |= harness.state("plain", {"api_id": server.add_api("HTTP"), **HTTP})
    done = program.state(sls)
    assert all(result["result"] for result in done.values()), done
    write(right=sls)
    assert command("validate", "right.sls", code=0) == ["8 integrations in 1 file checked: 0 problems."]


def test_validate_knows_the_protocol_of_an_api_that_the_file_declares(command, write):
    templates = {**HTTP, "request_templates": {"application/json": "{}"}}
    states = {
        "bound": {"api_id": BOUND, **templates},
        "by_id": {"api_id": "a1b2c3d4e5", **templates},
        "elsewhere": {"api_id": "${aws.apigatewayv2.api:elsewhere:resource_id}", **templates},
        "other": {"api_id": "f6g7h8i9j0", **templates},
    }
    sls = {"shop": {"aws.apigatewayv2.api.present": [{"resource_id": "a1b2c3d4e5"}]}}
    for identity, parameters in states.items():
        sls |= harness.state(identity, parameters)
    for protocol, wrong in (("HTTP", ["bound", "by_id"]), ("WEBSOCKET", []), ("GRPC", [])):
        sls["shop"]["aws.apigatewayv2.api.present"][1:] = [{"protocol_type": protocol}]
        write(apis=sls)
        *lines, _ = command("validate", "apis.sls", code=int(bool(wrong)))
        assert [line.split(": ")[1] for line in lines if ": note: " not in line] == wrong


@pytest.mark.parametrize("name", ["code", "other", "function"])
def test_idem_itself_stops_at_a_file_that_validate_reports(program, write, name):
    text, _ = unrenderable.FILES[name]
    write(**{name: text})
    done = program("state", f"{name}.sls", "--test", "--no-progress-bar", code=1)
    assert not done.stdout.startswith("{")


# verdict


def run(program, sls, *arguments, code=0):
    """Run `idem state` and return what it printed, with its log and progress bar in front."""
    (program.folder / "run.sls").write_text(
        sls if isinstance(sls, str) else yaml.safe_dump(sls, sort_keys=False)
    )
    done = program("state", "run.sls", "--output=json", "--reconciler=none", *arguments, code=code)
    return done.stderr + done.stdout


def test_verdict_of_a_life(program, command):
    sls = {**API, **harness.state("orders", {"api_id": BOUND, **HTTP})}
    pending = run(program, sls, "--test")
    assert "idem runtime" in pending
    changes = [
        "+ shop  aws.apigatewayv2.api.present",
        "+ orders  aws.apigatewayv2.integration.present",
        "",
        "Plan: 2 to create, 0 to update, 0 to delete, 0 unchanged",
    ]
    assert command("verdict", given=pending, code=0) == changes
    assert command("verdict", "--detailed-exitcode", given=pending, code=2) == changes
    run(program, sls)
    sls["read"] = {"exec.run": [{"path": f"{harness.RESOURCE}.list"}]}
    nothing = run(program, sls, "--test")
    assert command("verdict", "--detailed-exitcode", given=nothing, code=0) == [
        "No changes: 3 unchanged"
    ]


def test_verdict_prints_failures_of_all_types(program, server, command):
    sls = {
        **API,
        "route": {"aws.apigatewayv2.route.present": [{"api_id": "nope"}, {"route_key": "GET /"}]},
        **harness.state("orders", {"names": ["a", "b"], "api_id": BOUND, "integration_type": "HTTP"}),
        **harness.state(
            "after", {"api_id": BOUND, **HTTP, "require": [{"aws.apigatewayv2.route": "route"}]}
        ),
        "what": {"no.such.type.present": []},
    }
    printed = run(program, sls)
    (program.folder / "results.json").write_text(printed)
    for option in ([], ["--detailed-exitcode"]):
        *lines, summary = command("verdict", *option, "results.json", code=1)
        assert summary == "Applied: 1 created, 0 updated, 0 deleted, 0 unchanged, 5 failed"
    failed = [line for line in lines if line.startswith("! ")]
    assert sorted(failed) == [
        "! after  aws.apigatewayv2.integration.present",
        "! orders (a)  aws.apigatewayv2.integration.present",
        "! orders (b)  aws.apigatewayv2.integration.present",
        "! route  aws.apigatewayv2.route.present",
        "! what  no.such.type.present",
    ]
    text = " ".join(" ".join(lines).split())
    assert "integration_type is 'HTTP': it must be one of AWS_PROXY, HTTP_PROXY" in text
    assert "Could not find function to enforce no.such.type." in text
    assert "Not executed: it requires route (aws.apigatewayv2.route), which failed." in text


def test_verdict_of_a_run_without_results(program, command):
    assert command("verdict", given=run(program, "\n"), code=0) == ["No changes: 0 unchanged"]
    broken = program.folder / "broken.txt"
    broken.write_text(run(program, "it: {{ nope }}", code=1))
    lines = command("verdict", "--detailed-exitcode", str(broken), code=1)
    assert lines[0] == "The input has no results of `idem state --output=json`. It ends with:"
    assert lines[-1] == "  Error while parsing 'run.sls': Jinja variable: 'nope' is undefined"


def test_usage_errors(command):
    assert "required: COMMAND" in command(code=2)[-1]
    assert "unrecognized arguments: --tset" in command("verdict", "--tset", code=2)[-1]
    assert "required: FILE" in command("validate", code=2)[-1]
    assert command("verdict", "no-such-file", code=1) == [
        "no-such-file can't be read: No such file or directory."
    ]

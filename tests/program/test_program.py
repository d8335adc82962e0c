"""The installed `idem` program, as a user starts it."""

import concurrent.futures
import copy

import pytest
import yaml

import harness
from payloads import HTTP, PRIVATE

PRESENT = f"{harness.RESOURCE}.present"
API = "${aws.apigatewayv2.api:shop:resource_id}"
SHOP = {
    "shop": {"aws.apigatewayv2.api.present": [{"protocol_type": "HTTP"}]},
    **harness.state("orders", {"api_id": API, **HTTP}),
    **harness.state(
        "stock",
        {"api_id": API, **PRIVATE, "tls_config": {"ServerNameToVerify": "stock.example.com"}},
    ),
    "route": {
        "aws.apigatewayv2.route.present": [
            {"api_id": API},
            {"route_key": "GET /orders"},
            {"target": f"integrations/${{{harness.RESOURCE}:orders:resource_id}}"},
        ]
    },
}


def test_the_life_of_an_api(installed, program):
    dry = program.state(SHOP, "--test")
    assert all(result["result"] for result in dry.values()) and not program.esm().get("route")
    assert dry["orders"]["new_state"]["resource_id"] == "resource_id_known_after_present"
    assert dry["orders"]["new_state"]["timeout_in_millis"] == 30000

    created = installed.state(SHOP)
    assert all(result["result"] for result in created.values())
    orders = created["orders"]["new_state"]
    assert created["route"]["new_state"]["target"] == f"integrations/{orders['resource_id']}"
    assert created["stock"]["new_state"]["tls_config"] == {"ServerNameToVerify": "stock.example.com"}

    again = program.state(SHOP)
    assert all(result["result"] and not result["changes"] for result in again.values())

    changed = copy.deepcopy(SHOP)
    changed["orders"][PRESENT] += [
        {"ignore_changes": ["description"]},
        {"description": "ignored"},
        {"timeout_in_millis": 5000},
    ]
    dry = program.state(changed, "--test")["orders"]
    real = program.state(changed)["orders"]
    assert dry["new_state"] == real["new_state"] and real["new_state"]["timeout_in_millis"] == 5000
    assert "description" not in real["new_state"]

    gone = program.state(SHOP, "--invert")
    assert all(result["result"] for result in gone.values()), gone
    assert set(program.esm()) == {"__esm_metadata__"}


def test_describe_and_refresh_bring_under_management(program, server):
    api_id = server.add_api("HTTP")
    socket = server.add_api("WEBSOCKET")
    # What Jinja would take for its own: idem reads an SLS through it.
    templates = {"a/b": "{#foreach($x in $y)$x#end}", "c/d": "{{ 1 }} {% raw %} ${stage}"}
    server.add_integration(api_id, integration_id="same", IntegrationType="HTTP_PROXY")
    server.add_integration(
        socket, integration_id="same", IntegrationType="MOCK", RequestTemplates=templates
    )
    program("refresh", harness.RESOURCE, "--no-progress-bar", code=0)
    recorded = {entry["resource_id"] for tag, entry in program.esm().items() if "_|-" in tag}
    assert recorded == {"same"} and len(program.esm()) == 3

    described = program("describe", harness.RESOURCE, code=0).stdout
    assert set(yaml.safe_load(described)) == {f"{api_id}-same", f"{socket}-same"}
    program.forget()
    results = program.state(described)
    assert all(result["result"] and not result["changes"] for result in results.values())


def test_exec_functions(program, server):
    api_id = server.add_api("HTTP")
    created = program.data(
        "exec",
        f"{harness.RESOURCE}.create",
        f"api_id={api_id}",
        "integration_type=HTTP_PROXY",
        "integration_method=GET",
        "integration_uri=https://example.com",
        "payload_format_version='1.0'",
    )
    listed = program.data("exec", f"{harness.RESOURCE}.list")
    assert [created["ret"]] == listed["ret"]
    state = {
        "read": {
            "exec.run": [
                {"path": f"{harness.RESOURCE}.get"},
                {"kwargs": {"api_id": api_id, "resource_id": created["ret"]["resource_id"]}},
            ]
        }
    }
    assert program.state(state)["read"]["new_state"] == created["ret"] | {"name": "read"}


BAD = {
    "several mistakes": (
        {
            "api_id": "API",
            "integration_typ": "x",
            "timeout_in_millis": "3000",
            "integration_type": "HTTP",
        },
        "default",
        [
            "did you mean integration_type?",
            "a string: it must be a whole number",
            "one of AWS_PROXY, HTTP_PROXY",
        ],
    ),
    "no API": ({"api_id": "nope", **HTTP}, "default", ["there is no such API"]),
    "no credentials": ({"api_id": "API", **HTTP}, "nobody", ["no AWS credentials were found"]),
    "no network": (
        {"api_id": "API", **HTTP},
        "nowhere",
        ["did not reach AWS", "Check the network, the Region and endpoint_url."],
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_in_a_sentence(program, server, profiles, case):
    api_id = server.add_api("HTTP")
    parameters, profile, told = BAD[case]
    quick = {"config": {"retries": {"max_attempts": 0}, "connect_timeout": 1}}
    profiles |= {
        "nobody": {"region_name": "us-east-1", "endpoint_url": server.url},
        "nowhere": harness.profile("http://127.0.0.1:9", **quick),
    }
    program = harness.Program(program.folder, profiles, program.idem)
    state = harness.state("it", {**parameters, "api_id": parameters["api_id"].replace("API", api_id)})
    result = program.state(state, f"--acct-profile={profile}")["it"]
    assert result["result"] is False
    comment = "\n".join(result["comment"])
    assert all(sentence in comment for sentence in told), comment
    assert not server.integrations(api_id) and set(program.esm()) <= {"__esm_metadata__"}


def test_acct_profiles_are_kept_apart(program, server, profiles):
    profiles["second"] = harness.profile(server.url, key="second", region="eu-west-1")
    program = harness.Program(program.folder, profiles, program.idem)
    ids = {
        "default": server.add_api("HTTP"),
        "second": server.add_api("HTTP", account=("second", "eu-west-1")),
    }
    sls = {}
    for profile, api_id in ids.items():
        sls |= harness.state(profile, {"api_id": api_id, "acct_profile": profile, **HTTP})
    assert all(result["result"] for result in program.state(sls).values())
    assert len(server.integrations(ids["default"])) == 1
    assert len(server.integrations(ids["second"], ("second", "eu-west-1"))) == 1


def test_a_replaced_integration_is_recorded_until_it_is_deleted(program, server):
    api_id = server.add_api("HTTP")
    parameters = {"api_id": api_id, **HTTP}
    program.state(harness.state("it", parameters))
    (old,) = server.integrations(api_id)
    parameters["description"] = "new"
    server.faults.deny("DeleteIntegration")
    replacing = {"recreate_on_update": {"create_before_destroy": True}}
    results = program.state(harness.state("it", parameters | replacing))
    assert results["it_delete_old"]["result"] is False
    assert old in results["it_delete_old"]["comment"][0]
    recorded = {entry.get("resource_id") for entry in program.esm().values()}
    assert set(server.integrations(api_id)) == recorded - {None} and old in recorded
    server.faults.clear()
    result = program.state(harness.state("it", parameters))["it"]
    assert result["result"] and f"Deleted {old}" in " ".join(result["comment"])
    assert old not in server.integrations(api_id) and len(server.integrations(api_id)) == 1


def test_two_programs_at_once_on_one_api(program, tmp_path, server, profiles):
    api_id = server.add_api("HTTP")
    server.faults.conflict_window = True
    (tmp_path / "second").mkdir()
    programs = [program, harness.Program(tmp_path / "second", profiles, program.idem)]

    def run(number):
        sls = {}
        for state in range(5):
            description = f"{number} {state}"
            sls |= harness.state(description, {"api_id": api_id, **HTTP, "description": description})
        return programs[number].state(sls)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = [result for each in pool.map(run, range(2)) for result in each.values()]
    assert all(result["result"] for result in results)
    assert {result["new_state"]["resource_id"] for result in results} == set(server.integrations(api_id))
    assert len(server.integrations(api_id)) == 10


def test_what_idem_prints(program, server):
    api_id = server.add_api("HTTP")
    (program.folder / "wanted.sls").write_text(
        f"it:\n  {PRESENT}:\n    - api_id: {api_id}\n    - integration_type: HTTP_PROXI\n"
    )
    printed = program("state", "wanted.sls", "--no-progress-bar", code=0).stdout
    assert "did you mean HTTP_PROXY?" in printed and "present: 1 failed" in printed


@pytest.mark.parametrize("command", ["describe", "refresh"])
def test_what_cannot_be_described_is_no_empty_account(program, server, command):
    server.faults.deny("GetApis")
    done = program(command, harness.RESOURCE, code=1)
    assert "The APIs can't be listed: GetApis failed: AccessDeniedException" in done.stderr
    assert not done.stdout


def test_retries_are_shown_at_log_level_info(program, server):
    server.add_api("HTTP")
    server.faults.inject(
        kind="error", status=429, code="TooManyRequestsException", message="Too Many Requests", times=2
    )
    done = program("describe", harness.RESOURCE, "--log-level=info", code=0)
    shown = [line for line in done.stderr.splitlines() if "Too Many Requests; attempt" in line]
    assert len(shown) == 2 and all("[INFO" in line for line in shown)

"""What fails is reported at once or tried again, whichever helps, and never reported as done."""

import asyncio
import logging
import threading

import pytest

import harness
from world import HTTP

TWICE = {"times": 2}


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error", "status": 429, "code": "TooManyRequestsException"},
        {
            "kind": "error",
            "status": 409,
            "code": "ConflictException",
            "message": "Unable to complete operation due to concurrent modification. "
            "Please try again later.",
        },
        {"kind": "error", "status": 500, "code": "InternalServerErrorException"},
        {"kind": "error", "status": 503, "code": "ServiceUnavailableException"},
        {"kind": "drop_request"},
    ],
    ids=lambda fault: f"{fault['kind']}-{fault.get('status')}",
)
@pytest.mark.parametrize("operation", ["CreateIntegration", "UpdateIntegration", "DeleteIntegration"])
def test_what_may_pass_is_tried_again_within_one_run(http, operation, fault):
    http.server.faults.inject(operation=operation, times=2, **fault)
    assert http.apply(**HTTP)["result"]
    assert http.apply(**HTTP, description="two")["result"]
    assert http.apply(function="absent")["result"]
    assert not http.all and not http.esm


def test_trying_again_has_an_end(http):
    http.server.faults.inject(kind="drop_request", operation="CreateIntegration", times=None)
    http.profiles["default"]["config"] = {"retries": {"max_attempts": 1}}
    result = http.call("states.present", name="it", api_id=http.api_id, **HTTP)
    assert result["result"] is False and "got no response from AWS" in result["comment"][0]
    assert "(2 attempts in " in result["comment"][0]
    assert http.server.count("CreateIntegration") == 2, "as often as the acct profile says"
    assert not http.idem.hub.states[harness.RESOURCE].is_pending(result), "Idem does not multiply them"


def test_a_state_that_fails_returns_what_is_there_and_not_what_the_esm_records(http):
    http.apply(**HTTP, description="recorded")
    resource_id = http.entry["resource_id"]
    http.server.drift(http.api_id, resource_id, Description="by hand")
    http.server.faults.deny("UpdateIntegration", "CreateIntegration")
    result = http.apply(**HTTP, description="new")
    assert not result["result"] and result["new_state"]["description"] == "by hand"
    http.server.remove(http.api_id, resource_id)
    result = http.apply(**HTTP, description="new")
    assert not result["result"] and result["new_state"] is None


def test_a_deletion_that_fails_returns_what_is_there_and_not_what_the_esm_records(http):
    http.apply(**HTTP, description="recorded")
    http.server.drift(http.api_id, http.entry["resource_id"], Description="by hand")
    http.server.faults.deny("DeleteIntegration")
    result = http.apply(function="absent")
    assert not result["result"]
    assert result["old_state"]["description"] == result["new_state"]["description"] == "by hand"


def test_a_failed_state_does_not_enter_the_esm(http):
    resource_id = http.server.add_integration(http.api_id, IntegrationType="HTTP_PROXY")
    known = {"resource_id": resource_id}
    http.server.faults.deny("UpdateIntegration", "DeleteIntegration")
    for result in (
        http.apply(**HTTP | known | {"integration_type": "MOCK"}),
        http.apply(**HTTP | known | {"timeout_in_millis": "x"}),
        http.apply(**HTTP | known),
        http.apply(function="absent", **known),
    ):
        assert result["result"] is False and not http.esm


def test_only_what_is_malformed_is_reported_where_the_rest_is_not_known(http):
    result = http.apply(resource_id="some", timeout_in_millis="5000")
    assert len(result["comment"]) == 1 and "whole number" in result["comment"][0]


@pytest.mark.parametrize(
    ("code", "status"), [("BadRequestException", 400), ("AccessDeniedException", 403)]
)
def test_what_will_not_pass_is_reported_at_once(http, code, status):
    http.server.faults.inject(
        kind="error", operation="CreateIntegration", times=None, code=code, status=status, message="No."
    )
    result = http.apply(**HTTP)
    assert result["result"] is False
    assert result["comment"][0].startswith(f"CreateIntegration failed: {code}: No.")
    assert http.server.count("CreateIntegration") == 1, "neither retried nor re-run"
    assert not http.esm


def test_an_integration_that_routes_use_names_them(http):
    http.apply(**HTTP)
    route = http.server.add_route(http.api_id, http.live["IntegrationId"])
    result = http.apply(function="absent")
    assert result["result"] is False and route in result["comment"][0]
    assert http.server.count("DeleteIntegration") == 1
    assert http.entry["resource_id"] in http.all


@pytest.mark.parametrize("literal", [True, False])
def test_a_route_that_another_state_deletes_is_waited_for(http, literal):
    http.apply(**HTTP)
    (resource_id,) = http.all
    if literal:
        route = http.server.add_route(http.api_id, resource_id)
    else:
        sls = {
            "route": {
                "aws.apigatewayv2.route.present": [
                    {"api_id": http.api_id},
                    {"route_key": "GET /"},
                    {"target": f"integrations/{resource_id}"},
                ]
            }
        }
        assert http.run(sls)["route"]["result"]
    gone = [{"api_id": http.api_id}] + ([{"resource_id": route}] if literal else [])
    sls = harness.state("it", {"api_id": http.api_id}, "absent")
    sls |= {"route": {"aws.apigatewayv2.route.absent": gone}}
    assert all(result["result"] for result in http.run(sls, test=True).values())
    # The route is slow to go, so that the integration comes first.
    http.server.faults.inject(kind="delay", operation="DeleteRoute", seconds=0.3)
    results = http.run(sls)
    assert all(result["result"] for result in results.values()), results
    assert not http.all


def test_a_dry_run_sees_the_routes_that_are_in_the_way(http):
    http.apply(**HTTP)
    http.server.add_route(http.api_id)
    would = http.apply(function="absent", test=True)
    assert would["result"] and would["new_state"] is None
    route = http.server.add_route(http.api_id, http.live["IntegrationId"])
    would, done = (http.apply(function="absent", test=test) for test in (True, False))
    assert would["result"] is done["result"] is False
    assert would["new_state"] == done["new_state"] == would["old_state"]
    for result in (would, done):
        assert route in result["comment"][0]
        assert result["comment"][0].endswith("First delete these routes, or change their targets.")


def test_a_dry_run_reads_all_pages_of_routes(http):
    """Twice: a page may have shifted."""
    http.apply(**HTTP)
    routes = [http.server.add_route(http.api_id, http.live["IntegrationId"]) for _ in range(9)]
    http.server.behaviour.page_size = 4
    comment = http.apply(function="absent", test=True)["comment"][0]
    assert ", ".join(sorted(routes)) in comment and http.server.count("GetRoutes") == 2 * 3


def test_a_route_state_that_leaves_the_target_out_takes_no_route_off(http):
    http.apply(**HTTP)
    route = http.server.add_route(http.api_id, http.live["IntegrationId"], route_key="GET /")
    sls = harness.state("it", {"api_id": http.api_id}, "absent")
    sls["route"] = {
        "aws.apigatewayv2.route.present": [
            {"api_id": http.api_id},
            {"resource_id": route},
            {"route_key": "GET /"},
        ]
    }
    assert [http.run(sls, test=test)["it"]["result"] for test in (True, False)] == [False, False]
    assert http.server.count("DeleteIntegration") == 1


@pytest.mark.parametrize("denied", [False, True])
def test_a_dry_run_reads_routes_once_and_goes_without(http, denied):
    sls, absent = {}, {}
    for number in range(20):
        sls |= harness.state(f"s{number}", {"api_id": http.api_id, **HTTP, "description": str(number)})
        absent |= harness.state(f"s{number}", {"api_id": http.api_id}, "absent")
    http.run(sls)
    if denied:
        http.server.faults.deny("GetRoutes")
    results = http.run(absent, test=True)
    assert all(result["result"] for result in results.values())
    assert http.server.counts() == {"GetIntegrations": 1, "GetRoutes": 1}
    assert denied == any("can't be read" in str(result["comment"]) for result in results.values())


@pytest.mark.parametrize("create_first", [True, False])
def test_a_route_follows_a_replacement_only_if_that_comes_first(http, create_first):
    http.apply(**HTTP)
    (old,) = http.all
    route = http.server.add_route(http.api_id, old)
    wanted = {"api_id": http.api_id, **HTTP, "integration_uri": "https://other.example.com"}
    wanted["recreate_on_update"] = {"create_before_destroy": create_first}
    bound = "integrations/${aws.apigatewayv2.integration:it:resource_id}"
    sls = harness.state("it", wanted)
    sls["route"] = {
        "aws.apigatewayv2.route.present": [
            {"api_id": http.api_id},
            {"resource_id": route},
            {"route_key": "GET /"},
            {"target": bound},
        ]
    }
    for test in (True, False):
        deletion = http.run(sls, test=test)["it_delete_old"]
        assert deletion["result"] is create_first and (create_first or route in deletion["comment"][0])
    assert (old in http.all) is not create_first and len(http.all) == 1


def test_an_api_that_is_deleted_takes_its_routes_along(http):
    http.apply(**HTTP)
    http.server.add_route(http.api_id, http.live["IntegrationId"])
    sls = harness.state("it", {"api_id": http.api_id}, "absent")
    sls["api"] = {"aws.apigatewayv2.api.absent": [{"resource_id": http.api_id}, {"name": http.api_id}]}
    assert all(result["result"] for result in http.run(sls, test=True).values())
    # The API is slow to go, so that the integration comes first.
    http.server.faults.inject(kind="delay", operation="DeleteApi", seconds=0.3)
    results = http.run(sls)
    assert all(result["result"] for result in results.values()), results


def test_a_managed_integration_is_not_deleted(http):
    resource_id = http.server.add_integration(http.api_id, managed=True, IntegrationType="HTTP_PROXY")
    for test in (True, False):
        result = http.apply(test=test, function="absent", resource_id=resource_id)
        assert result["result"] is False and "quick create" in result["comment"][0]
    assert http.server.count("DeleteIntegration") == 0 and resource_id in http.all


@pytest.mark.parametrize("operations", [["GetIntegration", "GetIntegrations"], ["DeleteIntegration"]])
def test_absent_is_true_only_if_it_is_gone(http, operations):
    http.apply(**HTTP)
    http.server.faults.deny(*operations)
    result = http.apply(function="absent")
    assert result["result"] is False and "AccessDenied" in result["comment"][0]
    assert http.entry["resource_id"] in http.all


def test_absent_without_an_id_says_that_nothing_was_looked_up(http):
    http.apply(**HTTP)
    http.esm.clear()
    result = http.apply(function="absent")
    assert result["result"] and "nothing was looked up" in result["comment"][-1] and http.all


def test_absent_with_a_misspelled_parameter_is_refused(http):
    http.apply(**HTTP)
    result = http.apply(function="absent", resouce_id="x")
    assert result["result"] is False and "did you mean resource_id?" in result["comment"][0]
    assert http.entry["resource_id"] in http.all


def test_absent_needs_the_api(http):
    result = http.run(harness.state("it", {"resource_id": "x"}, "absent"))["it"]
    assert result["result"] is False
    assert result["comment"][0] == ("['api_id'] is required to delete aws.apigatewayv2.integration 'it'")


def test_absent_takes_the_api_from_the_esm_as_long_as_that_has_it(http):
    """Without it, what the SLS names can't be looked up: it may exist."""
    sls = harness.state("it", {"resource_id": http.apply(**HTTP)["new_state"]["resource_id"]}, "absent")
    assert http.run(sls)["it"]["result"] is True and not http.all
    for test in (True, False):
        result = http.run(sls, test=test)["it"]
        assert result["result"] is False and "['api_id'] is required" in result["comment"][0]


def test_a_read_that_fails_fails_the_right_states(http):
    """One API can't be read, the other one can: each state has its own outcome."""
    other = http.server.add_api("HTTP")
    sls = {}
    for number in range(4):
        api_id = (http.api_id, other)[number % 2]
        sls |= harness.state(f"state-{number}", {"api_id": api_id, **HTTP, "description": str(number)})
    http.run(sls)
    refusal = {"kind": "error", "code": "BadRequestException", "status": 400, "times": None}
    for operation in ("GetIntegrations", "GetIntegration"):
        http.server.faults.inject(**refusal, api_id=other, operation=operation)
    results = http.run(sls)
    assert [results[f"state-{number}"]["result"] for number in range(4)] == [True, False, True, False]
    assert len(http.esm) == 4


def test_a_listing_that_is_denied_falls_back_to_single_reads(http):
    sls = {}
    for number in range(3):
        sls |= harness.state(f"s{number}", {"api_id": http.api_id, **HTTP, "description": str(number)})
    http.run(sls)
    http.server.faults.deny("GetIntegrations")
    results = http.run(sls)
    assert all(result["result"] and not result["changes"] for result in results.values())


def test_a_cancelled_state_leaves_nothing_pending(http):
    """Of three readers one is cancelled: the others get their response. Then all are."""
    resource_id = http.server.add_integration(http.api_id, IntegrationType="HTTP_PROXY")
    respond = threading.Event()
    http.server.faults.inject(kind="meanwhile", action=lambda: respond.wait(60), times=None)
    get = http.idem.hub.exec[harness.RESOURCE].get

    async def read():
        """Start three reads, and return them once AWS has their request."""
        context, before = http.idem.context(http.profiles["default"]), len(http.server.calls)
        tasks = [asyncio.ensure_future(get(context, resource_id, http.api_id)) for _ in range(3)]
        while len(http.server.calls) == before:
            await asyncio.sleep(0.01)
        return tasks

    async def scenario():
        tasks = await read()
        tasks[0].cancel()
        respond.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(results[0], asyncio.CancelledError)
        assert [result["result"] for result in results[1:]] == [True, True]

        respond.clear()
        tasks = await read()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        # Before AWS responds.
        if left:
            _, left = await asyncio.wait(left, timeout=30)
        assert not left

    try:
        http.idem.loop.run_until_complete(scenario())
    finally:
        respond.set()


SECRETS = ("not-a-secret", "a-session-token", "AWS4-HMAC-SHA256")


def test_credentials_reach_no_log_and_no_comment(http, caplog):
    http.profiles["default"]["aws_session_token"] = "a-session-token"
    caplog.set_level(logging.DEBUG)
    echo = (
        "The Canonical String for this request should have been 'POST\\nx-amz-security-token:"
        "a-session-token\\n' Authorization=AWS4-HMAC-SHA256 Credential=testing/x, Signature=abc"
    )
    for code in ("InvalidSignatureException", "IncompleteSignatureException", "BadRequestException"):
        http.server.faults.inject(
            kind="error", operation="CreateIntegration", code=code, status=403, message=echo
        )
        result = http.call("states.present", name="it", api_id=http.api_id, **HTTP)
        assert result["result"] is False
        assert not any(secret in str(result) for secret in SECRETS), result["comment"]
    ours = [
        record.getMessage()
        for record in caplog.records
        if "apigateway" in record.getMessage() or record.name.startswith("botocore")
    ]
    assert ours, "the loggers of botocore were heard"
    leaks = [message for message in ours if any(secret in message for secret in SECRETS)]
    assert not leaks


def test_mistakes_are_reported_even_if_the_api_can_not_be_read(http):
    http.server.faults.deny("GetApi")
    comment = http.apply(**HTTP | {"timeout_in_millis": "x"})["comment"]
    assert len(comment) == 1 and "whole number" in comment[0]
    result = http.call("exec.create", api_id=http.api_id, **HTTP, timeout_in_milis=1)
    assert len(result["comment"]) == 1 and "timeout_in_millis?" in result["comment"][0]
    comment = http.apply(**HTTP)["comment"]
    assert len(comment) == 1 and "GetApi failed: AccessDeniedException" in comment[0]


def test_an_api_whose_protocol_could_not_be_read_is_asked_again(http):
    http.server.faults.inject(kind="error", operation="GetApi", status=400, code="BadRequestException")
    assert not http.call("states.present", name="it", api_id=http.api_id, **HTTP)["result"]
    assert http.call("states.present", name="it", api_id=http.api_id, **HTTP)["result"]


def test_exec_functions_tell_what_fails(http):
    http.server.faults.deny("GetIntegrations", "CreateIntegration", "GetApis")
    for result in (
        http.call("exec.list", api_id=http.api_id),
        http.call("exec.list"),
        http.call("exec.create", api_id=http.api_id, **HTTP),
    ):
        assert result["result"] is False and "AccessDenied" in result["comment"][0]
    assert "resource_id is missing" in http.call("exec.delete", api_id=http.api_id)["comment"][0]

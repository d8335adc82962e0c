"""The IAM policy on the page of permissions, held against the calls that the plugin makes."""

import fnmatch
import json
import re

import botocore.loaders
import botocore.model
import pytest
import steps

import harness
import response_world
import world
from idem_apigwv2_integration.aws.operation import operations
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.route_response import ROUTE_RESPONSE

PAGE = steps.DOCS / "guides" / "permissions.md"
GATEWAY = steps.CHECKOUT / "idem_apigwv2_integration" / "aws"
REGION = "eu-central-1"
IDS = {
    "apiId": "a1b2c3d4e5",
    "integrationId": "f6g7h8i",
    "routeId": "r1s2t3u",
    "integrationResponseId": "k1l2m3n",
    "routeResponseId": "o1p2q3r",
}
RESPONSES = (INTEGRATION_RESPONSE, ROUTE_RESPONSE)
# The policies on the page, in their order.
OF_INTEGRATIONS, OF_RESPONSES, OF_DRY_RUNS, OF_ROLES = range(4)


def service():
    description = botocore.loaders.create_loader().load_service_model("apigatewayv2", "service-2")
    return botocore.model.ServiceModel(description, "apigatewayv2")


def named_in_the_code(*kinds):
    """Return the operations that the code names, or derives from the declarations of some types."""
    text = "".join(path.read_text() for path in sorted(GATEWAY.glob("*.py")))
    words = set(re.findall(r'"([A-Z]\w+)"', text))
    return (words | derived(*kinds)) & set(service().operation_names)


def derived(*kinds):
    """Return the operations that the code derives from the declarations of some types."""
    own = [one for kind in kinds for one in vars(operations(kind)).values() if one]
    return {one.name for one in (*own, *(one.proof[0] for one in own if one.proof))}


def statements(number):
    blocks = re.findall(r"^```json\n(.*?)^```", PAGE.read_text(), re.M | re.S)
    return json.loads(blocks[number])["Statement"]


def allows(statement, operation):
    """Tell whether a statement allows an operation: AWS names actions after the HTTP method."""
    http = service().operation_model(operation).http
    path = http["requestUri"].removeprefix("/v2").format(**IDS)
    arn = f"arn:aws:apigateway:{REGION}::{path}"
    actions, resources = (_list(statement[key]) for key in ("Action", "Resource"))
    return f"apigateway:{http['method']}" in actions and any(
        fnmatch.fnmatchcase(arn, resource.replace("REGION", REGION)) for resource in resources
    )


def _list(value):
    return value if isinstance(value, list) else [value]


@pytest.fixture
def called(idem, server, profiles):
    """Return the operations of an integration's whole life: exec and state functions, dry runs too."""
    idem.forget()
    http = world.World(idem, server, profiles, "HTTP")
    seen = set()

    def note():
        seen.update(server.counts())

    sls = {}
    for name in ("one", "two"):
        sls |= harness.state(name, {"api_id": http.api_id, **world.HTTP, "description": name})
    for options in ({"test": True}, {}, {}, {"test": True, "invert": True}):
        assert all(result["result"] for result in http.run(sls, **options).values())
        note()
    one = http.esm["aws.apigatewayv2.integration_|-one_|-one_|-"]["resource_id"]
    for function, arguments in {
        "exec.list": {},
        "exec.get": {"api_id": http.api_id, "resource_id": one},
        "exec.update": {"api_id": http.api_id, "resource_id": one, "timeout_in_millis": 5000},
        "states.search": {"name": "found", "api_id": http.api_id, "resource_id": one},
    }.items():
        http.call(function, **arguments)
        note()
    assert all(result["result"] for result in http.run(sls, invert=True).values())
    note()
    return seen


def test_a_whole_life_makes_the_calls_that_the_code_names(called):
    assert called == named_in_the_code(INTEGRATION)


@pytest.mark.parametrize("kind", RESPONSES, ids=lambda kind: kind.noun)
def test_a_whole_life_of_a_response_makes_calls_that_the_code_names(idem, server, profiles, kind):
    idem.forget()
    responses = response_world.Responses(world.World(idem, server, profiles, "WEBSOCKET"), kind)
    seen = set()

    def run(**options):
        result = responses.apply(**options)
        seen.update(server.counts())
        return result["new_state"]

    run(test=True)
    ids = {name: run()[name] for name in kind.id_names}
    run(**{response_world.EXPRESSIONS[kind]: "$request.body.a"})
    run(function="search", **{kind.key: "$default"})
    run(function="absent", test=True)
    for function, arguments in {"list": {}, "get": ids}.items():
        responses.call(function, **arguments)
        seen.update(server.counts())
    run(function="absent")
    responses.parent = "nothing"
    run()
    own = derived(kind)
    assert seen == own | {"GetApi", "GetApis"}


def test_the_policy_allows_every_call():
    for operation in sorted(named_in_the_code(INTEGRATION)):
        assert any(allows(one, operation) for one in statements(OF_INTEGRATIONS)), operation
    for operation in sorted(named_in_the_code(*RESPONSES)):
        both = statements(OF_INTEGRATIONS) + statements(OF_RESPONSES)
        assert any(allows(one, operation) for one in both), operation


@pytest.mark.parametrize(
    ("number", "kinds"), [(OF_INTEGRATIONS, [INTEGRATION]), (OF_RESPONSES, RESPONSES)]
)
def test_the_policies_allow_nothing_more(number, kinds):
    operations = named_in_the_code(*kinds)
    for statement in statements(number):
        for action in _list(statement["Action"]):
            for resource in _list(statement["Resource"]):
                one = {"Action": action, "Resource": resource}
                assert any(allows(one, operation) for operation in operations), one


def test_the_policy_of_responses_repeats_nothing():
    for operation in derived(*RESPONSES):
        both = (OF_INTEGRATIONS, OF_RESPONSES)
        found = [any(allows(one, operation) for one in statements(number)) for number in both]
        assert found.count(True) == 1, operation


def test_the_policy_of_a_dry_run_allows_every_read_and_nothing_else():
    for operation in named_in_the_code(INTEGRATION, *RESPONSES):
        allowed = any(allows(one, operation) for one in statements(OF_DRY_RUNS))
        assert allowed is operation.startswith("Get"), operation


def test_credentials_arn_needs_pass_role():
    (statement,) = statements(OF_ROLES)
    assert statement["Action"] == "iam:PassRole"
    assert statement["Condition"] == {
        "StringEquals": {"iam:PassedToService": "apigateway.amazonaws.com"}
    }

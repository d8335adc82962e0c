"""The IAM policy on the page of permissions, held against the calls that the plugin makes."""

import fnmatch
import json
import re

import botocore.loaders
import botocore.model
import pytest
import steps

import harness
import world
from idem_apigwv2_integration.aws.operation import operations
from idem_apigwv2_integration.integration import INTEGRATION as INTEGRATION_TYPE

PAGE = steps.DOCS / "guides" / "permissions.md"
GATEWAY = steps.CHECKOUT / "idem_apigwv2_integration" / "aws"
REGION, API, INTEGRATION = "eu-central-1", "a1b2c3d4e5", "f6g7h8i"


def service():
    description = botocore.loaders.create_loader().load_service_model("apigatewayv2", "service-2")
    return botocore.model.ServiceModel(description, "apigatewayv2")


def named_in_the_code():
    """Return the operations that the code names, or derives from the declaration of an integration."""
    text = "".join(path.read_text() for path in sorted(GATEWAY.glob("*.py")))
    words = set(re.findall(r'"([A-Z]\w+)"', text))
    derived = {one.name for one in vars(operations(INTEGRATION_TYPE)).values() if one}
    return (words | derived) & set(service().operation_names)


def statements(number):
    blocks = re.findall(r"^```json\n(.*?)^```", PAGE.read_text(), re.M | re.S)
    return json.loads(blocks[number])["Statement"]


def allows(statement, operation):
    """Tell whether a statement allows an operation: AWS names actions after the HTTP method."""
    http = service().operation_model(operation).http
    path = http["requestUri"].removeprefix("/v2").format(apiId=API, integrationId=INTEGRATION)
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
    assert called == named_in_the_code()


def test_the_policy_allows_every_call():
    for operation in sorted(named_in_the_code()):
        assert any(allows(one, operation) for one in statements(0)), operation


def test_the_policy_allows_nothing_more():
    operations = named_in_the_code()
    for statement in statements(0):
        for action in _list(statement["Action"]):
            for resource in _list(statement["Resource"]):
                one = {"Action": action, "Resource": resource}
                assert any(allows(one, operation) for operation in operations), one


def test_the_policy_of_a_dry_run_allows_every_read_and_nothing_else():
    for operation in named_in_the_code():
        allowed = any(allows(one, operation) for one in statements(1))
        assert allowed is operation.startswith("Get"), operation


def test_credentials_arn_needs_pass_role():
    (statement,) = statements(2)
    assert statement["Action"] == "iam:PassRole"
    assert statement["Condition"] == {
        "StringEquals": {"iam:PassedToService": "apigateway.amazonaws.com"}
    }

"""The field table against what it is a table of."""

import inspect

import botocore.loaders
import pytest

import idem_apigwv2_integration.states.aws.apigatewayv2.integration as states
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource.type import PROTOCOLS, Kind

MEMBERS = {field.member: field for field in INTEGRATION.fields}
SHAPES = botocore.loaders.create_loader().load_service_model("apigatewayv2", "service-2")["shapes"]
TYPES = {
    Kind.STRING: "string",
    Kind.INTEGER: "integer",
    Kind.BOOLEAN: "boolean",
    Kind.MAP: "map",
    Kind.NESTED_MAP: "map",
    Kind.STRUCTURE: "structure",
}


@pytest.mark.parametrize("operation", ["CreateIntegration", "UpdateIntegration"])
def test_the_table_has_every_member_that_can_be_set(operation):
    members = set(SHAPES[f"{operation}Request"]["members"]) - {"ApiId", "IntegrationId"}
    assert members == {field.member for field in INTEGRATION.settable.values()}


def test_the_table_has_every_member_that_is_read():
    assert set(SHAPES["Integration"]["members"]) - {"IntegrationId"} == {
        f.member for f in INTEGRATION.fields
    }


@pytest.mark.parametrize("field", INTEGRATION.fields, ids=lambda field: field.name)
def test_kinds_are_those_of_the_model(field):
    shape = SHAPES[SHAPES["Integration"]["members"][field.member]["shape"]]
    assert shape["type"] == TYPES[field.kind]
    if field.kind is Kind.NESTED_MAP:
        assert SHAPES[shape["value"]["shape"]]["type"] == "map"


def test_present_takes_every_field_by_its_name():
    parameters = inspect.signature(states.present).parameters
    identity = {"hub", "ctx", "name", "api_id", "resource_id", "kwargs"}
    assert set(parameters) - identity == set(INTEGRATION.settable)
    assert all(name in states.present.__doc__ for name in INTEGRATION.settable)


def test_rules_are_about_fields():
    for rule in INTEGRATION.rules:
        assert {rule.name, *rule.when, *rule.after} <= set(INTEGRATION.settable) and rule.source
        assert set(rule.protocols) <= set(PROTOCOLS)
        assert rule.constraint.described


@pytest.mark.parametrize("field", INTEGRATION.fields, ids=lambda field: field.name)
def test_defaults_are_values_that_the_model_knows(field):
    for default in field.defaults:
        if field.settable and INTEGRATION.allowed_values(field):
            assert default.value in INTEGRATION.allowed_values(field)


def test_what_the_model_says():
    assert INTEGRATION.allowed_values(MEMBERS["ConnectionType"]) == ("INTERNET", "VPC_LINK")
    assert INTEGRATION.allowed_values(MEMBERS["Description"]) == ()
    assert INTEGRATION.length_limits(MEMBERS["Description"]) == (0, 1024)
    assert INTEGRATION.length_limits(MEMBERS["TimeoutInMillis"]) == (50, 30_000)
    assert INTEGRATION.length_limits(MEMBERS["RequestParameters"]) is None
    assert INTEGRATION.keys(MEMBERS["TlsConfig"]) == ("ServerNameToVerify",)

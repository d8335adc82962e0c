"""The field table against what it is a table of."""

import inspect

import botocore.loaders
import pytest

import idem_apigwv2_integration.states.aws.apigatewayv2.integration as states
from idem_apigwv2_integration.resource import fields, judge, model, rules

SHAPES = botocore.loaders.create_loader().load_service_model("apigatewayv2", "service-2")["shapes"]
TYPES = {
    fields.Kind.STRING: "string",
    fields.Kind.INTEGER: "integer",
    fields.Kind.BOOLEAN: "boolean",
    fields.Kind.MAP: "map",
    fields.Kind.NESTED_MAP: "map",
    fields.Kind.STRUCTURE: "structure",
}


@pytest.mark.parametrize("operation", ["CreateIntegration", "UpdateIntegration"])
def test_the_table_has_every_member_that_can_be_set(operation):
    members = set(SHAPES[f"{operation}Request"]["members"]) - {"ApiId", "IntegrationId"}
    assert members == {field.member for field in fields.SETTABLE.values()}


def test_the_table_has_every_member_that_is_read():
    assert set(SHAPES["Integration"]["members"]) - {"IntegrationId"} == {f.member for f in fields.TABLE}


@pytest.mark.parametrize("field", fields.TABLE, ids=lambda field: field.name)
def test_kinds_are_those_of_the_model(field):
    shape = SHAPES[SHAPES["Integration"]["members"][field.member]["shape"]]
    assert shape["type"] == TYPES[field.kind]
    if field.kind is fields.Kind.NESTED_MAP:
        assert SHAPES[shape["value"]["shape"]]["type"] == "map"


def test_present_takes_every_field_by_its_name():
    parameters = inspect.signature(states.present).parameters
    identity = {"hub", "ctx", "name", "api_id", "resource_id", "kwargs"}
    assert set(parameters) - identity == set(fields.SETTABLE)
    assert all(name in states.present.__doc__ for name in fields.SETTABLE)


def test_rules_are_about_fields():
    for rule in rules.RULES:
        assert {rule.parameter, *rule.when, *rule.after} <= set(fields.SETTABLE) and rule.source
        assert set(rule.protocols) <= set(fields.PROTOCOLS)
        assert type(rule.demand) in judge.JUDGES and rule.demand.described


@pytest.mark.parametrize("field", fields.TABLE, ids=lambda field: field.name)
def test_defaults_are_values_that_the_model_knows(field):
    for default in field.defaults:
        if field.settable and model.allowed_values(field.member):
            assert default.value in model.allowed_values(field.member)


def test_what_the_model_says():
    assert model.allowed_values("ConnectionType") == ("INTERNET", "VPC_LINK")
    assert model.allowed_values("Description") == ()
    assert model.length_limits("Description") == (0, 1024)
    assert model.length_limits("TimeoutInMillis") == (50, 30_000)
    assert model.length_limits("RequestParameters") is None
    assert model.keys("TlsConfig") == ("ServerNameToVerify",)

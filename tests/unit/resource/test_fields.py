"""The field table against what it is a table of."""

import importlib
import inspect

import botocore.loaders
import pytest

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.resource.rule import Between
from idem_apigwv2_integration.resource.type import PROTOCOLS, Kind
from idem_apigwv2_integration.route_response import ROUTE_RESPONSE

KINDS = (INTEGRATION, INTEGRATION_RESPONSE, ROUTE_RESPONSE)
MEMBERS = {field.member: field for field in INTEGRATION.fields}
SHAPES = botocore.loaders.create_loader().load_service_model("apigatewayv2", "service-2")["shapes"]
TYPES = {
    Kind.STRING: "string",
    Kind.INTEGER: "integer",
    Kind.BOOLEAN: "boolean",
    Kind.MAP: "map",
    Kind.NESTED_MAP: "map",
    Kind.STRUCTURE: "structure",
    Kind.FLAGS: "map",
}
of_each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.noun)
of_each_field = pytest.mark.parametrize(
    ("kind", "field"),
    [
        pytest.param(kind, field, id=f"{kind.noun}-{field.name}")
        for kind in KINDS
        for field in kind.fields
    ],
)


@of_each_kind
@pytest.mark.parametrize("verb", ["Create", "Update"])
def test_the_table_has_every_member_that_can_be_set(kind, verb):
    identity = {kind.id_member, *(parent.member for parent in kind.parents)}
    members = set(SHAPES[f"{verb}{kind.noun}Request"]["members"]) - identity
    assert members == {field.member for field in kind.settable.values()}


@of_each_kind
def test_the_table_has_every_member_that_is_read(kind):
    assert set(SHAPES[kind.noun]["members"]) - {kind.id_member} == {f.member for f in kind.fields}


@of_each_field
def test_kinds_are_those_of_the_model(kind, field):
    shape = SHAPES[SHAPES[kind.noun]["members"][field.member]["shape"]]
    assert shape["type"] == TYPES[field.kind]
    if field.kind is Kind.NESTED_MAP:
        assert SHAPES[shape["value"]["shape"]]["type"] == "map"
    if field.kind is Kind.FLAGS:
        wrapped = SHAPES[shape["value"]["shape"]]["members"][field.wrapper]
        assert SHAPES[wrapped["shape"]]["type"] == "boolean"


@of_each_kind
def test_the_key_can_be_set(kind):
    assert kind.key is None or kind.key in kind.settable


@of_each_kind
def test_present_takes_every_field_by_its_name(kind):
    states = importlib.import_module(f"idem_apigwv2_integration.states.{kind.name}")
    parameters = inspect.signature(states.present).parameters
    identity = {"hub", "ctx", "name", *kind.id_names, "kwargs"}
    assert set(parameters) - identity == set(kind.settable)
    assert all(name in states.present.__doc__ for name in kind.settable)


@of_each_kind
def test_rules_are_about_fields(kind):
    for rule in kind.rules:
        assert {rule.name, *rule.when, *rule.after} <= set(kind.settable) and rule.source
        assert set(rule.protocols) <= set(PROTOCOLS)
        assert rule.described


@of_each_field
def test_defaults_are_values_that_the_model_knows(kind, field):
    for default in field.defaults:
        if field.settable and field.name in kind.allowed_values:
            assert default.value in kind.allowed_values[field.name]


@of_each_kind
def test_limits_are_those_of_the_model_or_narrower_and_defaults_are_within(kind):
    between = [one for one in kind.rules if isinstance(one, Between)]
    assert between or kind is not INTEGRATION
    for rule in between:
        limits = range(rule.minimum, rule.maximum + 1)
        least, greatest = kind.length_limits[rule.name]
        assert least <= limits[0] and limits[-1] <= greatest
        for default in kind.by_name[rule.name].defaults:
            if set(default.protocols) & set(rule.protocols):
                assert default.value in limits


def test_what_the_model_says():
    assert INTEGRATION.allowed_values["connection_type"] == ("INTERNET", "VPC_LINK")
    assert "description" not in INTEGRATION.allowed_values
    assert INTEGRATION.length_limits["description"] == (0, 1024)
    assert INTEGRATION.length_limits["timeout_in_millis"] == (50, 30_000)
    assert "request_parameters" not in INTEGRATION.length_limits
    assert INTEGRATION.keys == {"tls_config": ("ServerNameToVerify",)}

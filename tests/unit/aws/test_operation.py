"""The operations that follow from the declaration of a resource type are AWS's."""

import botocore.loaders
import botocore.model
import pytest

from idem_apigwv2_integration.aws import operation
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.route_response import ROUTE_RESPONSE

TYPES = [INTEGRATION, INTEGRATION_RESPONSE, ROUTE_RESPONSE]
VERBS = ["get", "list", "create", "update", "delete"]


def model(one):
    description = botocore.loaders.create_loader().load_service_model("apigatewayv2", "service-2")
    return botocore.model.ServiceModel(description, "apigatewayv2").operation_model(one.name)


def collection(kind):
    return operation.Collection(kind, tuple(parent.noun for parent in kind.parents))


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.noun)
@pytest.mark.parametrize("verb", VERBS)
def test_the_ids_of_a_request_are_those_that_aws_requires(kind, verb):
    one = getattr(operation.operations(kind), verb)
    path = {
        name
        for name, shape in model(one).input_shape.members.items()
        if shape.serialization.get("location") == "uri"
    }
    assert set(one.ids) == path


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.noun)
@pytest.mark.parametrize("verb", VERBS[:-1])
def test_what_a_response_must_hold_is_in_aws_model(kind, verb):
    one = getattr(operation.operations(kind), verb)
    members = model(one).output_shape.members
    assert one.holds in members and (not one.item or one.item in members["Items"].member.members)


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.noun)
def test_the_innermost_parent_is_read_with_the_ids_of_all_parents(kind):
    where = collection(kind)
    get_parent, _ = where.operations.list.proof
    assert set(get_parent.ids) == set(where.members) == set(model(get_parent).input_shape.members)
    assert get_parent.holds in model(get_parent).output_shape.members

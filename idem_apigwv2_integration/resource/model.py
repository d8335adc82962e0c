"""What the installed boto3 knows about the members of an integration."""

import functools
import re

import botocore.loaders
import botocore.model

SERVICE = "apigatewayv2"
OPERATION = "CreateIntegration"


@functools.cache
def members() -> dict[str, botocore.model.Shape]:
    """Return the shape of every member of CreateIntegration, by the member's name."""
    description = botocore.loaders.create_loader().load_service_model(SERVICE, "service-2")
    shape = botocore.model.ServiceModel(description, SERVICE).operation_model(OPERATION).input_shape
    return dict(shape.members)


def allowed_values(member: str) -> tuple[str, ...]:
    """Return the values that the model lists for a member, or none."""
    return tuple(getattr(members()[member], "enum", ()))


def length_limits(member: str) -> tuple[int, int] | None:
    """Return the least and the greatest length of a string, or value of an integer.

    This service's model states limits in the name of the shape only, for example
    ``StringWithLengthBetween0And1024``.
    """
    found = re.search(r"WithLengthBetween(\d+)And(\d+)$", members()[member].name)
    return (int(found[1]), int(found[2])) if found else None


def keys(member: str) -> tuple[str, ...]:
    """Return the keys of a member that is a structure."""
    return tuple(members()[member].members)

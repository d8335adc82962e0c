"""The functions of the package about a declaration, for integrations."""

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import plan, validate, values
from idem_apigwv2_integration.resource.declaration import Declaration

NAME = INTEGRATION.name
FIELDS = INTEGRATION.settable


def from_aws(payload, api_id, name=None):
    return values.from_aws(INTEGRATION, payload, {"api_id": api_id}, name)


def to_aws(fields):
    return values.to_aws(INTEGRATION, fields)


def make_plan(given, live=None, protocol=None):
    return plan.Plan(INTEGRATION, given, live, protocol)


def differences(one, other):
    return plan.differences(INTEGRATION, one, other)


def matches(given, live, read_only=()):
    return plan.matches(INTEGRATION, given, dict(read_only), live)


def declare(given, kind=INTEGRATION, sensitive=(), ignored=()):
    ids = {parent.name: "p1" for parent in kind.parents}
    return Declaration(kind, {"name": "it", **ids, **given}, {"ignore_changes": ignored}, sensitive)


def identity(kind=INTEGRATION, **arguments):
    """Return what is wrong with the name and the IDs."""
    return list(Declaration(kind, {"name": "n", **arguments}, {}).wrong_ids.values())


def check(given, live=None, protocol=None, kind=INTEGRATION, sensitive=(), ignored=(), **more):
    return validate.check(declare(given, kind, sensitive, ignored), live, protocol, **more)


def problems(given, live=None, protocol=None, **more):
    return check(given, live, protocol, **more).problems


def hints(given, protocol, live=None, **more):
    report = check(given, live, protocol, **more)
    return report.ignored + report.hints

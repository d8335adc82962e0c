"""The functions of the package about a declaration, for integrations."""

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import plan, validate, values

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


def problems(given, live=None, protocol=None, **more):
    return validate.check(INTEGRATION, given, live, protocol, **more).problems


def hints(given, protocol, live=None):
    report = validate.check(INTEGRATION, given, live, protocol)
    return report.ignored + report.hints

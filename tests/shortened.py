"""Times of the plugin, changed so that a test neither waits for them nor depends on the machine."""

import contextlib
from unittest import mock

from idem_apigwv2_integration.aws import batch, errors

RETRYABLE = (*errors.Retryable.__subclasses__(), *errors.ResponseLost.__subclasses__())


def budgets(monkeypatch, seconds, *kinds):
    """Set the budgets of some kinds of failures, or of all."""
    for kind in kinds or RETRYABLE:
        monkeypatch.setattr(kind, "budget", seconds)


def looks(monkeypatch, *waits):
    """Set the waits before each look for what a create without a response has created."""
    for kind in (errors.ResponseLost, errors.ResponseLate):
        monkeypatch.setattr(kind, "looks", waits)


@contextlib.contextmanager
def alone():
    """Read at once: there is one caller, and no other one whose request could be read with it."""
    with mock.patch.object(batch, "QUIET", 0.0):
        yield


def gathered(monkeypatch):
    """Read together what is requested together, on a machine that is busy as well."""
    monkeypatch.setattr(batch, "QUIET", 0.2)
    monkeypatch.setattr(batch, "LONGEST", 30.0)

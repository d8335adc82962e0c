"""Times of the plugin, shortened so that a test of what lasts need not wait for it."""

import contextlib
from unittest import mock

from idem_apigwv2_integration.aws import batch, errors


def budgets(monkeypatch, seconds, *kinds):
    """Set the budgets of some kinds of failures, or of all."""
    for kind in kinds or errors.RETRYABLE:
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

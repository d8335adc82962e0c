"""Where a resource may be that no read finds."""

import asyncio
import types

import pytest

from idem_apigwv2_integration.aws import account, errors
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.run import ownership
from idem_apigwv2_integration.run.ownership import Candidate, Source


class Unreadable:
    """The account of another acct profile: whether it has the API is unknown."""

    async def protocol(self, api_id, waiter):
        raise errors.Refused("GetApi failed: AccessDeniedException.")


@pytest.mark.parametrize(
    ("source", "step", "may_exist"),
    [
        (Source.SLS, None, False),
        # Idem deletes what is replaced with the default profile, whichever one the SLS names.
        (Source.SLS, "_delete_old", True),
        (Source.ESM, None, True),
    ],
    ids=["SLS", "replaced", "ESM"],
)
def test_what_another_account_may_have_is_not_gone(monkeypatch, source, step, may_exist):
    other = types.SimpleNamespace(reader=Unreadable())
    monkeypatch.setattr(account, "of", lambda hub, ctx: other)
    state = types.SimpleNamespace(
        hub=None,
        kind=INTEGRATION,
        account=types.SimpleNamespace(),
        waiter=None,
        run=types.SimpleNamespace(profiles={"other": {}}),
        replacement=types.SimpleNamespace(step=step),
    )
    found = asyncio.run(
        ownership._elsewhere(state, Candidate({"api_id": "a1", "resource_id": "i1"}, source))
    )
    assert bool(found) is may_exist and (not found or "'other'" in found)

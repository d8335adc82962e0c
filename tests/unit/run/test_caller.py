"""What an exec function takes from the state that calls it."""

import asyncio
import types

import pytest

from idem_apigwv2_integration.aws import account, retry
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.run import calls

PROFILE = {"region_name": "eu-west-1"}
ARGUMENTS = {"name": "it", "api_id": "a1", "resource_id": "i1"}


@pytest.fixture
def called(monkeypatch):
    """Return a function that returns the call of an exec function by a state, and what the state has.

    Args:
        ctx: What a contract has changed in the context.
        arguments: What it has changed in the arguments.
    """
    monkeypatch.setattr(account, "of", lambda hub, ctx: ctx["acct"]["region_name"])

    def call(ctx=(), arguments=()):
        async def run():
            state = types.SimpleNamespace(
                profile=PROFILE, account="state's", waiter=retry.Waiter(), sensitive={"x"}, manager=None
            )
            context = {calls.CALLER: calls.Caller(state, ARGUMENTS), "acct": PROFILE, **dict(ctx)}
            hub = types.SimpleNamespace()
            return calls.Call(hub, context, INTEGRATION, ARGUMENTS | dict(arguments)), state

        return asyncio.run(run())

    return call


def test_it_takes_the_account_and_the_budget_of_the_state(called):
    call, state = called()
    assert (call.account, call.waiter) == ("state's", state.waiter)


def test_it_does_not_check_again_what_the_state_has_checked(called):
    assert called()[0].checked is True


def test_it_uses_the_profile_that_a_contract_sets(called):
    call, state = called(ctx={"acct": {"region_name": "eu-west-2"}})
    assert (call.account, call.waiter) == ("eu-west-2", state.waiter)


def test_it_checks_arguments_that_a_contract_changes(called):
    call, _ = called(arguments={"resource_id": "i2"})
    assert call.checked is False and call.declared.resource_id == "i2"


def test_without_a_state_it_checks_and_has_a_budget_of_its_own(called):
    call, state = called(ctx={calls.CALLER: None})
    assert call.checked is False and call.account == "eu-west-1" and call.waiter is not state.waiter

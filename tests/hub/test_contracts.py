"""Which contracts run around which functions, with pytest-pop's hub whose functions are mocks."""

import asyncio

import botocore.config
import pytest

from idem_apigwv2_integration.aws import profile

RESOURCE = "aws.apigatewayv2.integration"
PROFILE = {"region_name": "eu-west-1", "aws_access_key_id": "testing", "aws_secret_access_key": "secret"}
CALLER = {"provider": "AWS", "attribute_key": "Account", "attribute_value": "123456789012"}


@pytest.fixture(autouse=True)
def nothing_known(idem):
    """Forget what other tests found out about the account."""
    idem.forget()


def names(function, kind):
    """Return the names of the contract functions of a kind around a function on the hub."""
    return [contract.func.__name__ for contract in function.contract_functions[kind]]


@pytest.mark.parametrize("function", ["present", "absent"])
def test_idem_checks_the_results_of_the_states(contract_hub, function):
    assert f"post_{function}" in names(contract_hub.states[RESOURCE][function], "post")


def test_the_caller_is_requested_once_for_a_profile(contract_hub, run):
    gather = contract_hub.acct.metadata.aws.gather
    gather.func.return_value = CALLER

    async def twice():
        return [await gather(PROFILE), await gather(PROFILE)]

    assert run(twice()) == [CALLER, CALLER]
    assert gather.func.call_count == 1


def test_what_one_state_does_to_the_description_of_the_caller_reaches_no_other(contract_hub, run):
    gather = contract_hub.acct.metadata.aws.gather
    gather.func.return_value = dict(CALLER)

    async def twice():
        (await gather(PROFILE))["provider"] = "another"
        return await gather(PROFILE)

    assert run(twice()) == CALLER


def test_a_caller_that_sts_does_not_tell_in_time_is_unknown(contract_hub, run, monkeypatch):
    monkeypatch.setattr(profile.Profile, "deadline", 0.001)
    gather = contract_hub.acct.metadata.aws.gather

    async def silent(*_):
        await asyncio.sleep(60)

    gather.func.side_effect = silent
    assert run(gather(PROFILE)) == {}


def test_an_executor_of_another_kind_is_kept(hub, contract_hub, run, monkeypatch):
    other = object()
    monkeypatch.setattr(hub.pop.loop, "EXECUTOR", other)
    gather = contract_hub.acct.metadata.aws.gather
    gather.func.return_value = CALLER
    run(gather(PROFILE))
    assert hub.pop.loop.EXECUTOR is other


def test_the_caller_is_requested_each_time_where_the_contract_is_off(contract_hub, run, monkeypatch):
    monkeypatch.setenv("IDEM_APIGWV2_CONTRACTS", "off")
    gather = contract_hub.acct.metadata.aws.gather
    gather.func.return_value = CALLER

    async def twice():
        return [await gather(PROFILE), await gather(PROFILE)]

    assert run(twice()) == [CALLER, CALLER]
    assert gather.func.call_count == 2


@pytest.mark.parametrize(("token", "is_kept"), [("a-token", False), (None, True)])
def test_a_client_with_temporary_credentials_is_not_kept(
    hub, contract_hub, run, monkeypatch, token, is_kept
):
    """idem-aws keeps each of them, even after the credentials have expired."""
    store = hub.tool.boto3.client.STORE
    monkeypatch.setitem(store, "before", "a client")
    gather = contract_hub.acct.metadata.aws.gather

    def opens(*_):
        monkeypatch.setitem(store, "opened", "a client")
        return CALLER

    gather.func.side_effect = opens
    run(gather(PROFILE | {"aws_session_token": token}))
    assert "before" in store and ("opened" in store) is is_kept


@pytest.mark.parametrize(
    ("value", "kept"), [("", {"config_as_written": {"read_timeout": 1}}), ("off", {})]
)
def test_a_profile_keeps_its_settings(contract_hub, run, monkeypatch, value, kept):
    monkeypatch.setenv("IDEM_APIGWV2_CONTRACTS", value)
    built = {}
    modify = contract_hub.tool.aws.acct.key_name.modify
    run(modify("default", PROFILE | {"config": {"read_timeout": 1}}, built))
    assert built == kept


@pytest.mark.parametrize("written", [{"read_timeout": 1}, {"read_timeout": "soon"}])
def test_a_profile_that_was_built_before_keeps_its_settings(contract_hub, run, written):
    before = PROFILE | {"config": botocore.config.Config(), "config_as_written": written}
    built = {}
    run(contract_hub.tool.aws.acct.key_name.modify("default", before, built))
    assert built == {"config_as_written": written}


def test_the_progress_bar_is_drawn_after_each_state(contract_hub):
    create = contract_hub.tool.progress.tqdm.create
    create([1, 2], desc="it")
    assert create.func.call_args.kwargs == {"desc": "it", "miniters": 1}
    create([1, 2], miniters=5)
    assert create.func.call_args.kwargs == {"miniters": 5}


def test_the_progress_bar_is_idem_s_where_the_contract_is_off(contract_hub, monkeypatch):
    monkeypatch.setenv("IDEM_APIGWV2_CONTRACTS", "off")
    create = contract_hub.tool.progress.tqdm.create
    create([1, 2])
    assert create.func.call_args.kwargs == {}

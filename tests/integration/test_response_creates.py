"""Creates of responses that are lost: what AWS has created is looked up by its key."""

import asyncio
import json

import pytest

import mock_server
from response_world import EXPRESSIONS, MAPS, said


@pytest.mark.parametrize("kind", ["drop_response", "error_after"])
def test_a_lost_create_is_found_by_its_key(responses, kind):
    responses.server.faults.inject(kind=kind, operation=f"Create{responses.kind.noun}")
    result = responses.apply()
    assert result["result"] is True, result["comment"]
    (resource_id,) = responses.all
    assert result["new_state"]["resource_id"] == resource_id
    assert "response to the create was lost" in said(result)


def test_a_create_that_never_arrived_is_sent_again(responses):
    responses.server.faults.inject(kind="drop_request", operation=f"Create{responses.kind.noun}")
    assert responses.apply()["result"] is True
    # There is no second response of the key to look for.
    assert responses.server.count(f"Get{responses.kind.noun}s") == 1
    assert len(responses.all) == 1


EMPTY = json.dumps({"items": []}).encode()


def lag(responses, times):
    """Let listings show nothing."""
    operation, page = f"Get{responses.kind.noun}s", mock_server.Reply(200, EMPTY)
    return responses.server.faults.inject(kind="reply", operation=operation, times=times, reply=page)


@pytest.mark.parametrize("listings", [2, 10])
def test_a_lost_create_is_found_by_its_key_although_listings_lag(responses, listings):
    """AWS refuses a second response of the key: it is sent again, and then looked up."""
    responses.server.faults.inject(kind="drop_response", operation=f"Create{responses.kind.noun}")
    lag(responses, listings)
    result = responses.apply()
    assert result["result"] is True, result["comment"]
    (resource_id,) = responses.all
    assert result["new_state"]["resource_id"] == resource_id
    assert "response to the create was lost" in said(result) and "second" not in said(result)


def test_a_lost_create_that_is_never_listed_fails_when_the_budget_is_used_up(responses, short_budgets):
    responses.server.faults.inject(kind="drop_response", operation=f"Create{responses.kind.noun}")
    fault = lag(responses, None)
    result = responses.apply()
    assert result["result"] is False and result["new_state"] is None
    assert "ConflictException" in said(result) and "that is listed later" in said(result)
    fault.times = 0
    assert len(responses.all) == 1


def test_what_someone_else_creates_after_a_lost_request_is_named(responses):
    """The first request does not arrive, and someone else has used the key when the second one does."""
    create = f"Create{responses.kind.noun}"
    responses.server.faults.inject(kind="drop_request", operation=create, skip=1)
    changed = {MAPS[responses.kind]: {"application/json": "Other"}}
    responses.server.faults.inject(
        kind="meanwhile",
        operation=f"Get{responses.kind.noun}s",
        action=lambda: responses.add(**changed),
    )
    result = responses.apply()
    ((resource_id, live),) = responses.all.items()
    assert result["result"] is False and live.items() >= changed.items()
    assert f"{resource_id} has this key already" in said(result)
    assert f"differs in {MAPS[responses.kind]}" in said(result)


def test_a_lost_create_that_can_not_be_looked_up_fails(responses):
    listing = f"Get{responses.kind.noun}s"
    responses.server.faults.inject(kind="drop_response", operation=f"Create{responses.kind.noun}")
    responses.server.faults.inject(
        kind="error", operation=listing, skip=1, times=None, code="AccessDeniedException"
    )
    result = responses.apply()
    assert result["result"] is False
    assert f"{listing} failed: AccessDeniedException" in said(result)
    assert "that is listed later" in said(result)


def test_a_conflict_with_another_write_does_not_mean_that_the_key_is_taken(responses):
    create = f"Create{responses.kind.noun}"
    responses.server.faults.inject(kind="drop_request", operation=create)
    responses.server.faults.inject(
        kind="error",
        operation=create,
        code="ConflictException",
        message="Unable to complete operation due to concurrent modification. Please try again later.",
    )
    assert responses.apply()["result"] is True
    assert responses.server.count(create) == 3
    assert responses.server.count(f"Get{responses.kind.noun}s") == 1, "nothing was looked up"


FULL = {
    "kind": "error",
    "code": "ConflictException",
    "message": "Maximum number of responses for this resource has been reached.",
}


def test_a_full_quota_after_a_lost_create_is_final(responses):
    create = f"Create{responses.kind.noun}"
    responses.server.faults.inject(kind="drop_request", operation=create)
    responses.server.faults.inject(operation=create, times=None, **FULL)
    result = responses.apply()
    assert result["result"] is False and responses.all == {}
    assert "Maximum number of responses for this resource has been reached" in said(result)
    assert "attempts" not in said(result) and "that is listed later" in said(result)
    assert responses.server.count(create) == 2


def test_a_lost_create_that_fills_the_quota_is_found_by_its_key(responses):
    create = f"Create{responses.kind.noun}"
    responses.server.faults.inject(kind="drop_response", operation=create)
    responses.server.faults.inject(operation=create, times=None, **FULL)
    result = responses.apply()
    (resource_id,) = responses.all
    assert result["result"] is True and result["new_state"]["resource_id"] == resource_id
    assert responses.server.count(create) == 2


def test_a_key_that_is_taken_when_the_first_request_arrives_is_no_lost_create(responses):
    responses.server.faults.inject(
        kind="meanwhile",
        operation=f"Get{responses.kind.noun}s",
        action=responses.add,
    )
    result = responses.apply()
    assert result["result"] is False and len(responses.all) == 1
    assert "ConflictException" in said(result) and "lost" not in said(result)


def test_what_may_have_existed_before_a_lost_create_is_not_taken_for_it(responses):
    """New permissions are refused and granted in turn: the listing before the create is refused."""
    existing, noun = responses.add(), responses.kind.noun
    responses.server.faults.inject(kind="drop_request", operation=f"Create{noun}")
    responses.server.faults.inject(
        kind="error", operation=f"Get{noun}s", times=2, code="AccessDeniedException"
    )
    with responses.world.idem.option("get_resource_only_with_resource_id", True):
        result = responses.apply()
    assert result["result"] is False and not responses.world.esm
    assert f"{existing} has this key already" in said(result)


@pytest.mark.parametrize("listings", [1, 2, 3, 8])
def test_what_was_deleted_and_is_still_listed_does_not_have_the_key(responses, listings):
    """The create's response is lost, and the listing shows what the run has replaced."""
    more = {"recreate_on_update": {"create_before_destroy": False}}
    name, noun = EXPRESSIONS[responses.kind], responses.kind.noun
    replaced = responses.apply(**{name: "$request.body.a"}, **more)["new_state"]["resource_id"]
    responses.server.faults.inject(kind="drop_response", operation=f"Create{noun}")
    responses.server.faults.inject(kind="lag", operation=f"Get{noun}s", changes=2, times=listings)
    results = responses.world.run(responses.state("it", **{name: "$request.body.b"}, **more))
    assert all(result["result"] for result in results.values()), results
    (resource_id,) = responses.all
    assert resource_id != replaced
    (entry,) = responses.world.esm.values()
    assert entry["resource_id"] == resource_id


@pytest.mark.parametrize("losses", [1, 2])
def test_of_two_lost_creates_of_a_key_one_has_the_response(responses, losses):
    """Both requests are lost, or the first one, which did not arrive; AWS has one response."""
    create = f"Create{responses.kind.noun}"
    kind = "drop_response" if losses == 2 else "drop_request"
    responses.server.faults.inject(kind=kind, operation=create, times=losses)
    idem, profile = responses.world.idem, responses.world.profiles["default"]
    target = getattr(idem.hub, f"exec.{responses.kind.name}.create")
    arguments = {**responses.ids, responses.kind.key: "$default"}

    async def both():
        calls = (target(idem.context(profile), name=name, **arguments) for name in ("one", "other"))
        return await asyncio.gather(*calls)

    results = idem.loop.run_until_complete(both())
    (resource_id,) = responses.all
    failed, created = sorted(results, key=lambda result: result["result"])
    assert created["ret"]["resource_id"] == resource_id
    assert failed["result"] is False and f"{resource_id} has this key already" in said(failed)

"""One integration, one owner: nothing live is lost, taken over, or deleted that belongs to another."""

import pytest

import harness
import wire
from idem_apigwv2_integration.resource import check
from world import HTTP

OTHER = HTTP | {"integration_uri": "https://other.example.com"}


def tag(identity):
    return f"{check.RESOURCE_TYPE}_|-{identity}_|-{identity}_|-"


def recreated(world, create_first, **change):
    return world.apply(**HTTP | change, recreate_on_update={"create_before_destroy": create_first})


def both(world, sls, **options):
    """Return the results of a dry run and of a run, by state."""
    dry = world.run(sls, test=True, **options)
    real = world.run(sls, **options)
    assert {k: v["result"] for k, v in dry.items()} == {k: v["result"] for k, v in real.items()}
    return dry, real


# Which integration a state manages


def test_one_404_is_no_proof_that_an_integration_is_gone(http):
    http.apply(**HTTP)
    missing = {"kind": "error", "code": "NotFoundException", "status": 404, "times": 2}
    http.server.faults.inject(operation="GetIntegration", **missing)
    answer = http.apply(**HTTP)
    assert answer["result"] and not answer["changes"] and len(http.all) == 1
    http.server.faults.clear()
    http.server.faults.inject(operation="GetIntegration", **missing)
    assert http.apply(function="absent")["result"] and not http.all


@pytest.mark.parametrize("create_first", [True, False])
def test_absent_after_replacements_deletes_what_is_live(http, create_first):
    http.apply(**HTTP)
    assert recreated(http, create_first, description="new")["result"]
    assert len(http.all) == len(http.esm) == 1
    for _ in range(2):
        assert http.apply(function="absent")["result"]
        assert not http.all and not http.esm
        assert http.apply(**HTTP)["result"] and len(http.all) == 1


@pytest.mark.parametrize("create_first", [True, False])
def test_a_replacement_after_a_deletion_by_hand(http, create_first):
    http.apply(**HTTP)
    http.server.remove(http.api_id, http.entry["resource_id"])
    assert recreated(http, create_first, description="new")["result"] and len(http.all) == 1
    assert http.apply(function="absent")["result"]
    assert not http.all and not http.esm


def test_stale_entries_of_replacements_by_other_versions_are_understood(http):
    """Idem hands out the entry ID_create_new first, even where it is stale."""
    http.apply(**HTTP)
    entry = dict(http.entry)
    http.esm[tag("it_create_new")] = entry | {"resource_id": "stale"}
    assert http.apply(**HTTP)["new_state"]["resource_id"] == entry["resource_id"]
    assert set(http.esm) == {tag("it")}
    http.esm[tag("it_create_new")] = entry | {"resource_id": "stale"}
    assert http.apply(function="absent")["result"] and not http.all and not http.esm


def test_a_state_called_like_a_replacement_is_another_state(http):
    sls = harness.state("it", {"api_id": http.api_id, **HTTP})
    sls |= harness.state("it_create_new", {"api_id": http.api_id, **OTHER})
    http.run(sls)
    other = http.esm[tag("it_create_new")]["resource_id"]
    sls |= harness.state("it", {"api_id": http.api_id}, "absent")
    answers = http.run(sls)
    assert answers["it_create_new"]["result"] and other in http.all


@pytest.mark.parametrize("api", ["existing", "unknown"])
def test_absent_in_another_api_deletes_what_the_esm_records(http, api):
    http.apply(**HTTP)
    elsewhere = http.server.add_api("HTTP") if api == "existing" else "nope"
    _, real = both(http, harness.state("it", {"api_id": elsewhere}, "absent"))
    assert real["it"]["result"] and not http.all and not http.esm


@pytest.mark.parametrize("exists", [True, False])
def test_absent_of_an_id_that_is_not_the_recorded_one_fails_and_names_both(http, exists):
    http.apply(**HTTP)
    named = http.server.add_integration(http.api_id, IntegrationType="MOCK") if exists else "mistyped"
    recorded = http.entry["resource_id"]
    dry, real = both(http, harness.state("it", {"api_id": http.api_id, "resource_id": named}, "absent"))
    for answers in (dry, real):
        assert answers["it"]["result"] is False
        assert named in answers["it"]["comment"][0] and recorded in answers["it"]["comment"][0]
    assert recorded in http.all and http.entry["resource_id"] == recorded


def test_present_of_an_id_beside_the_recorded_one_fails_and_names_both(http):
    http.apply(**HTTP)
    recorded, named = (
        http.entry["resource_id"],
        http.server.add_integration(
            http.api_id,
            IntegrationType="HTTP_PROXY",
            IntegrationUri="https://x",
            IntegrationMethod="GET",
        ),
    )
    for test in (True, False):
        answer = http.apply(test=test, resource_id=named, **HTTP)
        assert answer["result"] is False
        assert named in answer["comment"][0] and recorded in answer["comment"][0]
    assert len(http.all) == 2 and not http.writes()


def test_present_with_a_stale_id_manages_the_recorded_integration(http):
    http.apply(**HTTP)
    recorded = http.entry["resource_id"]
    answer = http.apply(resource_id="stale", **HTTP)
    assert answer["result"] and answer["new_state"]["resource_id"] == recorded and len(http.all) == 1
    assert "'stale'" in answer["comment"][-1] and recorded in answer["comment"][-1]


def test_an_id_that_never_existed_is_not_called_gone(http):
    answer = http.apply(resource_id="never", **HTTP)
    comment = " ".join(answer["comment"])
    assert answer["result"] and "no longer exists" not in comment and "no such integration" in comment


def test_an_api_that_is_gone_takes_its_integrations_along(http):
    http.apply(**HTTP)
    http.api_id, old = http.server.add_api("HTTP"), http.api_id
    http.call("exec.list", api_id=old)
    wire.connect(http.server).delete_api(ApiId=old)
    assert http.apply(function="absent")["result"] and not http.esm


@pytest.mark.parametrize("create_first", [True, False])
def test_a_replacement_under_another_profile_names_what_it_can_not_delete(http, create_first):
    """Idem deletes the replaced integration with the default profile."""
    http.profiles["other"] = http.profiles["default"]
    http.profiles["default"] = harness.profile(http.server.url, key="another-account")
    parameters = {"api_id": http.api_id, **HTTP, "acct_profile": "other"}
    http.run(harness.state("it", parameters))
    (old,) = http.all
    parameters |= {
        "description": "new",
        "recreate_on_update": {"create_before_destroy": create_first},
    }
    answers = http.run(harness.state("it", parameters))
    assert answers["it_delete_old"]["result"] is False and old in http.all
    comment = " ".join(answers["it_delete_old"]["comment"])
    assert old in comment and "'other'" in comment
    # The next run deletes it, with the state's own profile.
    answers = http.run(harness.state("it", parameters))
    if create_first:
        assert old in " ".join(answers["it"]["comment"]) and old not in http.all and len(http.all) == 1
        assert set(http.esm) == {tag("it")}
    else:
        assert old in http.all and http.esm[tag("it")]["resource_id"] == old


def test_an_old_integration_that_could_not_be_deleted_is_named_until_it_is_gone(http):
    http.apply(**HTTP)
    (old,) = http.all
    route = http.server.add_route(http.api_id, old)
    recreated(http, True, description="new")
    assert old in http.all and len(http.all) == 2
    for test in (True, False):
        answer = http.apply(test=test, **HTTP, description="new")
        assert answer["result"] is False
        assert old in answer["comment"][0] and route in answer["comment"][0]
    wire.connect(http.server).delete_route(ApiId=http.api_id, RouteId=route)
    answer = http.apply(**HTTP, description="new")
    assert answer["result"] and old in " ".join(answer["comment"])
    assert old not in http.all and len(http.all) == 1 == len(http.esm)


def test_absent_deletes_what_a_replacement_left(http):
    http.apply(**HTTP)
    (old,) = http.all
    http.server.faults.deny("DeleteIntegration")
    recreated(http, True, description="new")
    http.server.faults.clear()
    assert len(http.all) == 2
    answer = http.apply(function="absent")
    assert answer["result"] and old in str(answer["comment"]) and not http.all and not http.esm


@pytest.mark.parametrize("status", [200, 202])
def test_a_delete_that_is_not_confirmed_by_aws_is_no_delete(http, status):
    """A proxy's page, for example."""
    http.apply(**HTTP)
    http.server.faults.inject(
        kind="error", operation="DeleteIntegration", times=None, status=status, message="Hello"
    )
    answer = http.apply(function="absent")
    assert answer["result"] is False and http.all and http.esm


# Adoption

VPC = {
    "IntegrationType": "HTTP_PROXY",
    "IntegrationUri": "https://example.com",
    "IntegrationMethod": "GET",
    "PayloadFormatVersion": "1.0",
}


@pytest.mark.parametrize(
    "members",
    [
        {"Description": "TEAM A - do not touch"},
        {"ConnectionType": "VPC_LINK", "ConnectionId": "link"},
        {"TimeoutInMillis": 1000},
        {"RequestParameters": {"append:header.a": "1"}},
        {"CredentialsArn": "arn:aws:iam::123456789012:role/x"},
    ],
)
def test_a_similar_integration_is_named_and_not_adopted(http, members):
    similar = http.server.add_integration(http.api_id, **VPC | members)
    dry, real = both(http, harness.state("it", {"api_id": http.api_id, **HTTP}))
    for answers in (dry, real):
        comment = " ".join(answers["it"]["comment"])
        assert similar in comment and f"`resource_id: {similar}`" in comment
        assert "differs in" in comment
    assert len(http.all) == 2 and http.entry["resource_id"] != similar
    http.run(harness.state("it", {"api_id": http.api_id, **HTTP}), invert=True)
    assert set(http.all) == {similar}


def test_states_that_are_subsets_of_each_other_keep_their_own(http):
    sls = {}
    for number, more in enumerate(
        [{}, {"description": "d"}, {"description": "d", "timeout_in_millis": 99}]
    ):
        sls |= harness.state(f"s{number}", {"api_id": http.api_id, **HTTP, **more})
    http.run(sls)
    first = {key: entry["resource_id"] for key, entry in http.esm.items()}
    for _ in range(3):
        http.esm.clear()
        http.run(dict(reversed(sls.items())))
        assert {key: entry["resource_id"] for key, entry in http.esm.items()} == first
    assert len(http.all) == 3


def test_what_refresh_recorded_does_not_block_adoption(http):
    resource_id = http.server.add_integration(http.api_id, **VPC)
    name = f"{http.api_id}-{resource_id}"
    http.run(harness.state(name, {"api_id": http.api_id, "resource_id": resource_id}))
    answer = http.apply(**HTTP)
    assert answer["new_state"]["resource_id"] == resource_id and len(http.all) == 1


def test_what_the_esm_records_under_another_name_is_named(http):
    http.run(harness.state("old-name", {"api_id": http.api_id, **HTTP}))
    (resource_id,) = http.all
    dry, real = both(http, harness.state("new-name", {"api_id": http.api_id, **HTTP}))
    for answers in (dry, real):
        comment = " ".join(answers["new-name"]["comment"])
        assert "'old-name'" in comment and f"`resource_id: {resource_id}`" in comment
    assert len(http.all) == 2


# One owner


@pytest.mark.parametrize("function", ["present", "absent"])
@pytest.mark.parametrize("way", ["literal", "search", "profile", "token"])
def test_a_second_owner_is_refused(http, function, way):
    http.apply(**HTTP)
    (resource_id,) = http.all
    http.esm.clear()
    parameters = {"api_id": http.api_id, "resource_id": resource_id}
    second = dict(parameters)
    sls = harness.state("first", parameters | HTTP)
    if way == "search":
        sls |= harness.state("found", {"api_id": http.api_id, **HTTP}, "search")
        second["resource_id"] = f"${{{check.RESOURCE_TYPE}:found:resource_id}}"
    elif way != "literal":
        token = {"aws_session_token": "t"} if way == "token" else {}
        http.profiles["second"] = http.profiles["default"] | {"config": {"read_timeout": 9}} | token
        second["acct_profile"] = "second"
    sls |= harness.state("second", second | (HTTP if function == "present" else {}), function)
    dry, real = both(http, sls)
    for answers in (dry, real):
        failed = [name for name in ("first", "second") if not answers[name]["result"]]
        assert len(failed) == 1
        (other,) = {"first", "second"} - set(failed)
        assert f"{other!r}" in answers[failed[0]]["comment"][0]
    assert len(http.all) == (1 if real["first"]["result"] else 0)


# What the run around it does


def test_drift_that_the_sls_does_not_mention_is_reported(http):
    http.apply(**HTTP)
    drift = {"RequestParameters": {"append:header.a": "1"}}
    http.server.drift(http.api_id, http.entry["resource_id"], **drift)
    dry, real = both(http, harness.state("it", {"api_id": http.api_id, **HTTP}))
    for answers in (dry, real):
        assert "Changed outside of Idem: request_parameters" in answers["it"]["comment"]
    assert http.live["RequestParameters"] == drift["RequestParameters"]


@pytest.mark.parametrize("managed", [True, False])
def test_an_integration_whose_api_is_deleted_in_the_same_run(http, managed):
    resource_id = http.server.add_integration(http.api_id, managed=managed, **VPC)
    http.apply(resource_id=resource_id, **HTTP)
    sls = harness.state("it", {"api_id": http.api_id}, "absent")
    sls["api"] = {"aws.apigatewayv2.api.absent": [{"resource_id": http.api_id}, {"name": http.api_id}]}
    both(http, sls)
    assert not [entry for key, entry in http.esm.items() if key.startswith(check.RESOURCE_TYPE)]


def test_a_route_under_the_same_id_as_the_integration(http):
    http.run(harness.state("orders", {"api_id": http.api_id, **HTTP}))
    (resource_id,) = http.all
    route = http.server.add_route(http.api_id, resource_id)
    sls = harness.state("orders", {"api_id": http.api_id}, "absent")
    sls["orders"]["aws.apigatewayv2.route.absent"] = [
        {"api_id": http.api_id},
        {"resource_id": route},
    ]
    dry = http.idem.apply_all(sls, http.profiles, http.esm, test=True)
    real = http.idem.apply_all(sls, http.profiles, http.esm)
    assert all(one["result"] for one in [*dry, *real]), [one["comment"] for one in [*dry, *real]]
    assert not http.all


def test_a_search_leaves_the_context_of_its_caller_alone(idem, http):
    context = idem.context(http.profiles["default"], tag="cloud.other_|-x_|-x_|-present")
    http.apply(**HTTP)
    search = idem.hub.states[harness.RESOURCE].search
    answer = idem.loop.run_until_complete(search(context, "x", http.api_id, **HTTP))
    assert answer["result"] and "skip_esm" not in context


def test_a_sensitive_value_is_in_no_comment(http):
    secret = "s3cret-token"
    parameters = {"append:header.key": secret, "append:heder.key": secret}
    answer = http.apply(**HTTP, request_parameters=parameters, sensitive=["request_parameters"])
    assert answer["result"] is False and secret not in str(answer["comment"])
    answer = http.apply(**HTTP, description=secret * 200, sensitive=["description"])
    assert answer["result"] is False and secret not in str(answer["comment"])


def test_comments_name_ids(http):
    created = http.apply(**HTTP)
    resource_id = created["new_state"]["resource_id"]
    found = http.apply(**HTTP)
    updated = http.apply(**HTTP, description="x")
    deleted = http.apply(function="absent")
    for answer, word in zip(
        (created, found, updated, deleted), ("Created", "exists", "Updated", "Deleted"), strict=True
    ):
        assert word in answer["comment"][0] and resource_id in answer["comment"][0]


def test_what_describe_prints_can_be_renamed_and_binds_nothing(http, describe):
    resource_id = http.server.add_integration(
        http.api_id, **VPC | {"Description": "${aws.apigatewayv2.api:shop:resource_id}"}
    )
    described = describe()
    name = f"{http.api_id}-{resource_id}"
    (function,) = described[name]
    assert all("name" not in parameter for parameter in described[name][function])
    answers = http.run({"orders": described[name]})
    assert answers["orders"]["result"] and not answers["orders"]["changes"]
    assert answers["orders"]["name"] == "orders" and not http.writes()

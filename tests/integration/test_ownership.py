"""One integration, one owner: nothing live is lost, taken over, or deleted that belongs to another."""

import pytest

import declared
import harness
import wire
from payloads import HTTP, HTTP_MEMBERS, OTHER_HTTP

# Which integration a state manages


def test_one_404_is_no_proof_that_an_integration_is_gone(http):
    http.apply(**HTTP)
    missing = {"kind": "error", "code": "NotFoundException", "status": 404, "times": 2}
    http.server.faults.inject(operation="GetIntegration", **missing)
    result = http.apply(**HTTP)
    assert result["result"] and not result["changes"] and len(http.all) == 1
    http.server.faults.clear()
    http.server.faults.inject(operation="GetIntegration", **missing)
    assert http.apply(function="absent")["result"] and not http.all


@pytest.mark.parametrize("named", [True, False], ids=["with the ID", "without the ID"])
@pytest.mark.parametrize("api", ["existing", "unknown"])
def test_absent_in_another_api_deletes_what_the_esm_records(http, api, named):
    http.apply(**HTTP)
    parameters = {"api_id": http.server.add_api("HTTP") if api == "existing" else "nope"}
    parameters |= {"resource_id": http.entry["resource_id"]} if named else {}
    _, real = http.both(harness.state("it", parameters, "absent"))
    assert real["it"]["result"] and not http.all and not http.esm


@pytest.mark.parametrize("exists", [True, False])
def test_absent_of_an_id_that_is_not_the_recorded_one_fails_and_names_both(http, exists):
    http.apply(**HTTP)
    named = http.server.add_integration(http.api_id, IntegrationType="MOCK") if exists else "mistyped"
    recorded = http.entry["resource_id"]
    dry, real = http.both(harness.state("it", {"api_id": http.api_id, "resource_id": named}, "absent"))
    for results in (dry, real):
        assert results["it"]["result"] is False
        assert named in results["it"]["comment"][0] and recorded in results["it"]["comment"][0]
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
        result = http.apply(test=test, resource_id=named, **HTTP)
        assert result["result"] is False
        assert named in result["comment"][0] and recorded in result["comment"][0]
    assert len(http.all) == 2 and not http.writes()


def test_present_with_a_stale_id_manages_the_recorded_integration(http):
    http.apply(**HTTP)
    recorded = http.entry["resource_id"]
    result = http.apply(resource_id="stale", **HTTP)
    assert result["result"] and result["new_state"]["resource_id"] == recorded and len(http.all) == 1
    assert "'stale'" in result["comment"][-1] and recorded in result["comment"][-1]


def test_an_id_that_never_existed_is_not_called_gone(http):
    result = http.apply(resource_id="never", **HTTP)
    comment = " ".join(result["comment"])
    assert (
        not result["result"] and "no longer exists" not in comment and "no such integration" in comment
    )


def test_an_api_that_is_gone_takes_its_integrations_along(http):
    http.apply(**HTTP)
    http.api_id, old = http.server.add_api("HTTP"), http.api_id
    http.call("exec.list", api_id=old)
    wire.connect(http.server).delete_api(ApiId=old)
    assert http.apply(function="absent")["result"] and not http.esm


@pytest.mark.parametrize("status", [200, 202])
def test_a_delete_that_is_not_confirmed_by_aws_is_no_delete(http, status, short_budgets):
    """A proxy's page, for example."""
    http.apply(**HTTP)
    http.server.faults.inject(
        kind="error", operation="DeleteIntegration", times=None, status=status, message="Hello"
    )
    result = http.apply(function="absent")
    assert result["result"] is False and http.all and http.esm


def test_a_404_where_listing_is_denied_is_no_proof(http):
    sls = harness.state("it", {"api_id": http.api_id, **HTTP})
    sls |= harness.state("other", {"api_id": http.api_id, **OTHER_HTTP})
    http.run(sls)
    http.server.faults.deny("GetIntegrations")
    missing = {"kind": "error", "code": "NotFoundException", "status": 404, "times": 2}
    http.server.faults.inject(operation="GetIntegration", **missing)
    results = http.run(sls)
    assert not any(result["result"] for result in results.values())
    assert len(http.all) == len(http.esm) == 2


@pytest.mark.parametrize("function", ["present", "absent"])
def test_one_404_is_no_proof_that_an_api_is_gone(http, function):
    sls = harness.state("it", {"api_id": http.api_id, **HTTP})
    sls |= harness.state("other", {"api_id": http.api_id, **OTHER_HTTP})
    http.run(sls)
    missing = {"kind": "error", "code": "NotFoundException", "status": 404, "times": 1}
    http.server.faults.inject(operation="GetIntegrations", **missing)
    parameters = {"api_id": http.api_id}
    sls = harness.state("it", parameters | (HTTP if function == "present" else {}), function)
    sls |= harness.state("other", parameters | (OTHER_HTTP if function == "present" else {}), function)
    assert all(result["result"] for result in http.run(sls).values())
    assert len(http.all) == len(http.esm) == (2 if function == "present" else 0)


@pytest.mark.parametrize("function", ["present", "absent"])
def test_the_same_id_in_another_api_is_another_integration(http, function):
    http.apply(**HTTP)
    (resource_id,) = http.all
    elsewhere = http.server.add_api("HTTP")
    http.server.add_integration(elsewhere, integration_id=resource_id, **HTTP_MEMBERS)
    parameters = {"api_id": elsewhere, "resource_id": resource_id}
    parameters |= HTTP if function == "present" else {}
    dry, real = http.both(harness.state("it", parameters, function))
    for results in (dry, real):
        assert results["it"]["result"] is False
        assert elsewhere in results["it"]["comment"][0] and http.api_id in results["it"]["comment"][0]
    assert resource_id in http.all and http.server.integrations(elsewhere) and http.esm


def test_an_account_that_can_not_be_read_may_have_the_api(http):
    http.apply(**HTTP)
    (resource_id,) = http.all
    http.profiles["production"] = http.profiles["default"] | {"endpoint_url": "http://127.0.0.1:9"}
    http.profiles["production"]["config"] = {"retries": {"max_attempts": 0}}
    http.profiles["default"] = harness.profile(http.server.url, key="another-account")
    dry, real = http.both(harness.state("it", {"api_id": http.api_id}, "absent"))
    for results in (dry, real):
        comment = results["it"]["comment"][0]
        assert results["it"]["result"] is False
        assert resource_id in comment and "'production'" in comment
    assert http.entry["resource_id"] == resource_id


def test_an_id_of_the_sls_in_an_api_that_does_not_exist_is_in_no_account_that_can_not_be_read(http):
    """The SLS names its profile; what only the ESM names may be of another one."""
    http.profiles["production"] = http.profiles["default"] | {"endpoint_url": "http://127.0.0.1:9"}
    http.profiles["production"]["config"] = {"retries": {"max_attempts": 0}}
    sls = harness.state("it", {"api_id": "gone123456", "resource_id": "gone123"}, "absent")
    dry, real = http.both(sls)
    for results in (dry, real):
        assert results["it"]["result"], results["it"]["comment"]


@pytest.mark.parametrize("api_id", ["", None])
def test_absent_without_an_api_deletes_what_the_esm_records(http, api_id):
    http.apply(**HTTP)
    assert http.apply(function="absent", api_id=api_id)["result"] and not http.all and not http.esm


def test_an_absent_state_with_the_wrong_profile_names_the_right_one(http):
    resource_id = http.server.add_integration(http.api_id, **HTTP_MEMBERS)
    http.profiles["other"] = harness.profile(http.server.url, key="another-account")
    parameters = {"api_id": http.api_id, "resource_id": resource_id, "acct_profile": "other"}
    dry, real = http.both(harness.state("it", parameters, "absent"))
    for results in (dry, real):
        assert results["it"]["result"] is False and "'default'" in results["it"]["comment"][0]


def test_an_id_that_never_existed_creates_and_adopts_nothing(http):
    http.apply(**HTTP)
    http.esm.clear()
    dry, real = http.both(harness.state("it", {"api_id": http.api_id, "resource_id": "never", **HTTP}))
    for results in (dry, real):
        assert results["it"]["result"] is False
        assert "'never'" in harness.comment(results["it"]) and "remove resource_id" in harness.comment(
            results["it"]
        )
    assert len(http.all) == 1 and not http.esm and not http.writes()


@pytest.mark.parametrize("adopts", [True, False])
def test_an_id_that_the_esm_recorded_is_created_again(http, adopts):
    http.apply(**HTTP)
    (recorded,) = http.all
    http.server.remove(http.api_id, recorded)
    with http.idem.option("get_resource_only_with_resource_id", not adopts):
        sls = harness.state("it", {"api_id": http.api_id, "resource_id": recorded, **HTTP})
        for _ in range(2):
            _, real = http.both(sls)
            assert real["it"]["result"] and len(http.all) == 1 == len(http.esm)


def test_an_id_that_the_esm_recorded_is_created_again_in_an_api_that_replaces_its_own(http):
    http.apply(**HTTP)
    (recorded,) = http.all
    wire.connect(http.server).delete_api(ApiId=http.api_id)
    http.api_id = http.server.add_api("HTTP")
    sls = harness.state("it", {"api_id": http.api_id, "resource_id": recorded, **HTTP})
    _, real = http.both(sls)
    assert real["it"]["result"] and len(http.all) == 1 == len(http.esm)


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
        second["resource_id"] = f"${{{declared.NAME}:found:resource_id}}"
    elif way != "literal":
        token = {"aws_session_token": "t"} if way == "token" else {}
        http.profiles["second"] = http.profiles["default"] | {"config": {"read_timeout": 9}} | token
        second["acct_profile"] = "second"
    sls |= harness.state("second", second | (HTTP if function == "present" else {}), function)
    dry, real = http.both(sls)
    for results in (dry, real):
        failed = [name for name in ("first", "second") if not results[name]["result"]]
        assert len(failed) == 1
        (other,) = {"first", "second"} - set(failed)
        assert f"{other!r}" in results[failed[0]]["comment"][0]
    assert len(http.all) == (1 if real["first"]["result"] else 0)


def test_an_sts_that_does_not_respond_changes_no_ownership(http, monkeypatch):
    """Idem asks STS whose credentials they are; claims and the order of writes do not depend on it."""
    http.apply(**HTTP)
    (resource_id,) = http.all
    http.esm.clear()
    monkeypatch.setattr(http.server.sts, "respond", lambda *_: b"not XML")
    sls = {}
    for number in range(2):
        token = {"aws_session_token": f"t{number}"}
        http.profiles[f"p{number}"] = http.profiles["default"] | token
        parameters = {"api_id": http.api_id, "resource_id": resource_id, "acct_profile": f"p{number}"}
        sls |= harness.state(f"s{number}", parameters | HTTP)
    dry, real = http.both(sls)
    for results in (dry, real):
        assert [results[name]["result"] for name in ("s0", "s1")] == [True, False]
        assert "'s0'" in results["s1"]["comment"][0]

"""What comments say of IDs, drift and mistakes, and which values they never show."""

import harness
from payloads import HTTP


def test_comments_name_ids(http):
    created = http.apply(**HTTP)
    resource_id = created["new_state"]["resource_id"]
    found = http.apply(**HTTP)
    updated = http.apply(**HTTP, description="x")
    deleted = http.apply(function="absent")
    for result, word in zip(
        (created, found, updated, deleted), ("Created", "exists", "Updated", "Deleted"), strict=True
    ):
        assert word in result["comment"][0] and resource_id in result["comment"][1]


def test_drift_that_the_sls_does_not_mention_is_reported(http):
    http.apply(**HTTP)
    drift = {"RequestParameters": {"append:header.a": "1"}}
    http.server.drift(http.api_id, http.entry["resource_id"], **drift)
    dry, real = http.both(harness.state("it", {"api_id": http.api_id, **HTTP}))
    for results in (dry, real):
        assert "Changed outside of Idem: request_parameters" in results["it"]["comment"]
    assert http.live["RequestParameters"] == drift["RequestParameters"]


def test_a_mapping_that_aws_drops_is_refused_with_what_to_write(http):
    http.apply(**HTTP)
    (old,) = http.all
    for recreate in ({}, {"recreate_on_update": {"create_before_destroy": True}}):
        for test in (True, False):
            parameters = HTTP | {"request_parameters": {"remove:header.x": ""}} | recreate
            result = http.apply(test=test, **parameters)
            assert result["result"] is False and "\"''\"" in result["comment"][0]
    assert set(http.all) == {old} and not http.writes()


def test_a_sensitive_value_is_in_no_comment(http):
    secret = "s3cret-token"
    parameters = {"append:header.key": secret, "append:heder.key": secret}
    result = http.apply(**HTTP, request_parameters=parameters, sensitive=["request_parameters"])
    assert result["result"] is False and secret not in str(result["comment"])
    result = http.apply(**HTTP, description=secret * 200, sensitive=["description"])
    assert result["result"] is False and secret not in str(result["comment"])


def test_a_sensitive_value_is_in_no_comment_of_a_replacement(http):
    secret = "s3cret-token"
    http.apply(**HTTP)
    for create_first in (True, False):
        wrong = {"payload_format_version": secret, "sensitive": ["payload_format_version"]}
        wrong["recreate_on_update"] = {"create_before_destroy": create_first}
        results = http.run(harness.state("it", {"api_id": http.api_id, **HTTP | wrong}))
        assert not results["it_delete_old"]["result"]
        assert secret not in str([result["comment"] for result in results.values()])


def test_a_text_of_aws_shows_no_sensitive_value_of_any_time(http):
    """Neither what is declared, nor what is live, nor what the ESM records."""
    http.apply(**HTTP, description="alphabet")
    http.server.drift(http.api_id, http.entry["resource_id"], Description="hundreds")
    message = "It has alphabet, hundreds or quickest."
    http.server.faults.inject(
        kind="error", operation="UpdateIntegration", code="BadRequestException", message=message
    )
    result = http.apply(**HTTP, description="quickest", sensitive=["description"])
    assert result["result"] is False and "BadRequestException" in harness.comment(result)
    assert not [one for one in ("alphabet", "hundreds", "quickest") if one in harness.comment(result)]


def test_a_text_of_aws_shows_no_entry_of_a_sensitive_map(http):
    message = "append:header.key must not be s3cret-token"
    http.server.faults.inject(
        kind="error", operation="CreateIntegration", code="BadRequestException", message=message
    )
    parameters = {"append:header.key": "s3cret-token"}
    result = http.apply(**HTTP, request_parameters=parameters, sensitive=["request_parameters"])
    assert result["result"] is False and "must not be (sensitive value)" in harness.comment(result)
    assert "header.key" not in harness.comment(result)

"""What differs from idem-aws: the rows of the table in the documentation, each shown with both."""

import pathlib

import pytest

import harness
import mock_server
from payloads import HTTP, PRIVATE, QUEUE

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/coming-from/idem-aws.md"
SHOWN = set()


def row(first_cell):
    """Return a decorator for the test that shows what a row of the table says."""
    SHOWN.add(first_cell)
    return lambda test: test


def test_every_row_is_shown_and_every_difference_has_a_row():
    table = PAGE.read_text().partition('from-idem-aws">\n\n')[2].partition("\n\n")[0]
    listed = {line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()[2:]}
    assert listed == SHOWN


def present(world, test=False, **parameters):
    return world.call("states.present", test=test, name="it", api_id=world.api_id, **parameters)


def changed(world, before, **change):
    """Create an integration, change it, and return what `present` returns for the change."""
    created = present(world, **before)["new_state"]
    return present(world, **before | change, resource_id=created["resource_id"])


@row("Changing `connection_type`")
def test_changing_connection_type(theirs, ours):
    failed = changed(theirs, HTTP, **PRIVATE)
    assert failed["result"] is False and "ConnectionTypes" in str(failed["comment"])
    assert changed(ours, HTTP, **PRIVATE)["new_state"]["connection_type"] == "VPC_LINK"


@row("Removing a request parameter, a status code, or a map")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"request_parameters": {"append:header.a": "'1'", "append:header.b": "'2'"}},
         {"request_parameters": {"append:header.a": "'1'"}}),
        ({"response_parameters": {"200": {"remove:header.a": "''"}, "404": {"remove:header.a": "''"}}},
         {"response_parameters": {"200": {"remove:header.a": "''"}}}),
        ({"request_parameters": {"append:header.a": "'1'"}}, {"request_parameters": {}}),
    ],
    ids=["key", "code", "map"],
)  # fmt: skip
def test_removing(theirs, ours, before, after):
    (name,) = before
    for _ in range(2):
        reported = changed(theirs, HTTP | before, **after)
        assert f"Updated parameters: {name}" in reported["comment"]
        assert reported["new_state"][name] == before[name]
    assert changed(ours, HTTP | before, **after)["new_state"].get(name, {}) == after[name]


@row("Updating a service integration")
def test_updating_a_service_integration(theirs, ours):
    assert changed(theirs, QUEUE, description="new")["result"] is False
    assert changed(ours, QUEUE, description="new")["new_state"]["description"] == "new"


@row("Reading after a create is denied")
def test_reading_after_a_create_is_denied(theirs, ours):
    theirs.server.faults.deny("GetIntegration")
    assert theirs.apply(**HTTP)["result"] is False and not theirs.esm
    assert len(theirs.all) > 1
    assert ours.apply(**HTTP)["result"] and ours.esm and len(ours.all) == 1


@row("Reading is denied in `absent`")
def test_reading_is_denied_in_absent(theirs, ours):
    for world in (theirs, ours):
        world.apply(**HTTP)
    theirs.server.faults.deny("GetIntegration", "GetIntegrations")
    assert theirs.apply(function="absent")["result"] and theirs.all and not theirs.esm
    assert ours.apply(function="absent")["result"] is False and ours.all and ours.esm


@row("Running without an ESM")
def test_running_without_an_esm(theirs, ours):
    for world in (theirs, ours):
        world.apply(**HTTP)
        world.esm.clear()
        world.apply(**HTTP)
    assert len(theirs.all) == 2 and len(ours.all) == 1


@row("Two writes of one API at once")
def test_two_writes_of_one_api_at_once(theirs, ours):
    for world, result in ((theirs, False), (ours, True)):
        refusal = mock_server.errors.conflict(mock_server.errors.CONCURRENT_MODIFICATION)
        world.server.faults.inject(
            kind="error", operation="CreateIntegration", code=refusal.code, message=refusal.message
        )
        assert present(world, **HTTP)["result"] is result


@row("A lost response to a create")
def test_a_lost_response_to_a_create(theirs, ours):
    for world, count in ((theirs, 2), (ours, 1)):
        world.server.faults.inject(kind="drop_response", operation="CreateIntegration")
        assert present(world, **HTTP)["result"] and len(world.all) == count


@row("Reading 200 integrations")
def test_reading_many_integrations(theirs, ours):
    """Fifty, in the proportion of the table."""
    for world, calls in ((theirs, 50), (ours, 1)):
        ids = [
            world.server.add_integration(world.api_id, IntegrationType="HTTP_PROXY") for _ in range(50)
        ]
        keys = {"api_id": world.api_id, "integration_type": "HTTP_PROXY"}
        sls = {f"s{one}": harness.state("s", keys | {"resource_id": one})["s"] for one in ids}
        assert all(result["result"] for result in world.run(sls, test=True).values())
        read = world.server.count("GetIntegration") + world.server.count("GetIntegrations")
        assert read == calls


def describe(world):
    with world.idem.as_command("describe"):
        return world.call("states.describe")


@row("`describe`")
def test_describe(theirs, ours, caplog):
    other = theirs.server.add_api("WEBSOCKET")
    for api_id, kind in ((theirs.api_id, "HTTP_PROXY"), (other, "MOCK")):
        theirs.server.add_integration(api_id, integration_id="same", IntegrationType=kind)
    both = describe(theirs), describe(ours)
    assert [len(states) for states in both] == [1, 2]
    assert ["response_selection" in str(states) for states in both] == [True, False]

    theirs.server.faults.inject(
        kind="error", operation="GetIntegrations", api_id=other, code="AccessDeniedException", times=None
    )
    for world, named in ((theirs, False), (ours, True)):
        caplog.clear()
        assert len(describe(world)) == 1
        assert (
            any(other in one.getMessage() for one in caplog.records if one.levelname == "WARNING")
            is named
        )


@row("An invalid value or a misspelled parameter")
def test_invalid_parameters(theirs, ours):
    misspelled = HTTP | {"timeout_in_milis": 5000}
    assert theirs.apply(**misspelled)["result"] and theirs.all
    assert ours.apply(**misspelled)["result"] is False and not ours.all

    invalid = HTTP | {"payload_format_version": "3.0", "request_parameters": {"header.a": "1"}}
    for world, count, sent in ((theirs, 1, 1), (ours, 2, 0)):
        comment = str(present(world, **invalid)["comment"])
        assert ("payload" in comment.lower()) + ("header.a" in comment) == count
        assert world.server.count("CreateIntegration") == sent


@row("A reference below a key with a colon")
def test_a_reference_below_a_key_with_a_colon(theirs, ours):
    mapped = {"request_parameters": {"append:header.api": "${aws.apigatewayv2.api:shop:resource_id}"}}
    for world, result in ((theirs, False), (ours, True)):
        found = {"name": "shop", "resource_id": world.api_id, "protocol_type": "HTTP"}
        shop = {"aws.apigatewayv2.api.present": [{key: value} for key, value in found.items()]}
        sls = {"shop": shop, **harness.state("it", {"api_id": world.api_id, **HTTP, **mapped})}
        assert world.run(sls)["it"]["result"] is result
    assert ours.live["RequestParameters"] == {"append:header.api": ours.api_id}


@row("A read-only parameter, from idem-aws's `describe`")
def test_a_read_only_parameter(theirs, ours, caplog):
    results = [world.apply(**HTTP, api_gateway_managed=False) for world in (theirs, ours)]
    assert all(result["result"] for result in results)
    assert ["api_gateway_managed" in str(result["comment"]) for result in results] == [False, True]
    assert any("api_gateway_managed" in one.getMessage() for one in caplog.records)


@row("`search`; `list`, `create`, `update` and `delete` of `idem exec`")
def test_functions_that_idem_aws_does_not_have(theirs, ours):
    for name in ("states.search", "exec.list", "exec.create", "exec.update", "exec.delete"):
        dyne, function = name.split(".")
        modules = [world.idem.hub[dyne].aws.apigatewayv2.integration for world in (theirs, ours)]
        assert [function in module._funcs for module in modules] == [False, True]


@row("The new state of a dry run that creates")
def test_the_new_state_of_a_dry_run(theirs, ours):
    theirs_new, ours_new = (present(world, test=True, **HTTP)["new_state"] for world in (theirs, ours))
    added = ours_new.keys() - theirs_new.keys()
    assert added == {"connection_type", "timeout_in_millis"}


@row("Comments")
def test_comments(theirs, ours):
    """The first sentence is the same, but where an integration is changed."""
    created = [present(world, **HTTP) for world in (theirs, ours)]
    assert created[0]["comment"] == created[1]["comment"][:1]
    resource_id = created[1]["new_state"]["resource_id"]
    assert created[1]["comment"][1:] == [f"Its resource_id is {resource_id}."]

    first, second = (
        list(changed(world, HTTP, description="new")["comment"]) for world in (theirs, ours)
    )
    assert first[0] == "aws.apigatewayv2.integration 'it' already exists"
    assert second[0] == "Updated aws.apigatewayv2.integration 'it'"

    unnamed = [
        world.call("exec.get", api_id=world.api_id, resource_id="f6g7h8i") for world in (theirs, ours)
    ]
    assert ["'None'" in one["comment"][0] for one in unnamed] == [True, False]

    no_api = [world.call("states.absent", name="it", resource_id="f6g7h8i") for world in (theirs, ours)]
    assert ["aws.apigateway2." in one["comment"][0] for one in no_api] == [True, False]

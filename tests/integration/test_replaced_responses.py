"""Responses that are replaced: what is deleted first must have somewhere to go."""

from response_world import EXPRESSIONS, chat, said

DESTROY_FIRST = {"recreate_on_update": {"create_before_destroy": False}}


def test_a_replaced_response_stays_if_what_is_to_contain_it_does_not_exist(responses):
    responses.apply(**DESTROY_FIRST)
    before, esm = responses.all, dict(responses.world.esm)
    parent = responses.kind.parents[1]
    sls = responses.state("it", **{parent.name: "nope"}, **DESTROY_FIRST)
    for results in responses.world.both(sls):
        deletion = results["it_delete_old"]
        assert deletion["result"] is False
        assert f"{parent.name} is 'nope': API {responses.world.api_id} has no such" in said(deletion)
    assert responses.all == before and responses.world.esm == esm


def test_a_response_moves_to_an_integration_that_the_run_creates(websocket):
    """In a dry run, nothing has a key there yet."""
    old = websocket.run(chat(**{"ping-default": DESTROY_FIRST}))
    pong = "${aws.apigatewayv2.integration:pong:resource_id}"
    sls = chat(**{"ping-default": DESTROY_FIRST | {"integration_id": pong}})
    sls["pong"] = chat(ping={"description": "pong"})["ping"]
    for results in websocket.both(sls):
        assert all(result["result"] for result in results.values()), results
    response = next(entry for tag, entry in websocket.esm.items() if "|-ping-default_|-" in tag)
    assert response["integration_id"] != old["ping"]["new_state"]["resource_id"]
    assert response["resource_id"] != old["ping-default"]["new_state"]["resource_id"]


def test_a_listing_that_still_shows_what_is_replaced_does_not_keep_its_key(responses):
    name = EXPRESSIONS[responses.kind]
    replaced = responses.apply(**{name: "$request.body.a"}, **DESTROY_FIRST)["new_state"]
    listing = f"Get{responses.kind.noun}s"
    # The first listing is that of the deletion, which makes sure that there can be a replacement.
    fault = responses.server.faults.inject(kind="lag", operation=listing, changes=1, skip=1)
    sls = responses.state("it", **{name: "$request.body.b"}, **DESTROY_FIRST)
    results = responses.world.run(sls)
    assert all(result["result"] for result in results.values()), results
    (resource_id,) = responses.all
    assert fault.fired == 1 and resource_id != replaced["resource_id"]

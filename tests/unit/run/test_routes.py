"""Which states take routes off an integration in time, from what idem keeps of a run."""

import pytest

from idem_apigwv2_integration import integration
from idem_apigwv2_integration.run import deletions, record, replace

INTEGRATION, ROUTE, API = (f"aws.apigatewayv2.{kind}" for kind in ("integration", "route", "api"))


def chunk(kind, identity, function, **parameters):
    return {"state": kind, "__id__": identity, "fun": function, "name": identity, **parameters}


def tag(kind, identity):
    return f"{kind}_|-{identity}_|-{identity}_|-"


IT = chunk(INTEGRATION, "it", "absent", resource_id="i1")
GONE = chunk(ROUTE, "route", "absent", resource_id="r1")
REQUIRES_IT = {"require": [{INTEGRATION: "it"}]}
BOUND_TO_IT = {"arg_bind": [{INTEGRATION: [{"it": [{"resource_id": "target"}]}]}]}


def freed(*chunks, esm=(), high=None, invert=False, added=(), running=()):
    low = [IT, *chunks]
    data = {
        "low": low,
        "high": dict.fromkeys({chunk["__id__"] for chunk in low} if high is None else high, ()),
        "managed_state": dict(esm),
        "running": dict(running),
        "invert_state": invert,
        "add_low": list(added),
    }
    run = record.Record(integration.INTEGRATION, data)
    identity = replace.identify(run, tag(INTEGRATION, "it") + "absent", {})
    live = {"api_id": "a1", "resource_id": "i1"}
    return deletions.freed(run, replace.Replacement(run, identity), live, {"r1", "r2"})


@pytest.mark.parametrize("held", [{"r1"}, set()], ids=["by the SLS", "by the ESM"])
def test_a_route_that_goes(held):
    route = GONE if held else chunk(ROUTE, "route", "absent")
    esm = {} if held else {tag(ROUTE, "route"): {"resource_id": "r1"}}
    assert freed(route, esm=esm) == {"r1"}


def test_a_route_that_is_only_deleted_for_its_replacement_stays():
    """Idem deletes it after what it requires, which may be the integration."""
    route = chunk(ROUTE, "route", "present", resource_id="r1", target="integrations/i1")
    deletion = chunk(ROUTE, "route_delete_old", "absent", resource_id="r1", **REQUIRES_IT)
    assert freed(route, added=[deletion]) == set()


def test_a_route_that_was_deleted_while_aws_refused_the_deletion_of_the_integration():
    """Idem has removed its entry of the ESM by then."""
    done = {"old_state": {"resource_id": "r1"}, "new_state": None, "result": True}
    running = {tag(ROUTE, "route") + "absent": done}
    assert freed(chunk(ROUTE, "route", "absent"), running=running) == {"r1"}


@pytest.mark.parametrize(
    ("target", "remembered", "more", "moves"),
    [
        ("integrations/i2", None, {}, True),
        ("integrations/${aws.apigatewayv2.integration:other:resource_id}", None, {}, True),
        ("integrations/i1", None, {}, False),
        (None, "integrations/i1", {}, False),
        (None, "integrations/i2", {}, True),
        (None, None, {}, False),
        ("integrations/i2", None, {"ignore_changes": ["target"]}, False),
    ],
)
def test_a_route_that_may_point_elsewhere(target, remembered, more, moves):
    route = chunk(ROUTE, "route", "present", resource_id="r1", target=target, **more)
    esm = {tag(ROUTE, "route"): {"resource_id": "r1", "target": remembered}}
    assert freed(route, esm=esm) == ({"r1"} if moves else set())


def test_the_esm_is_read_as_idem_reads_it():
    """A route that was replaced is remembered as its replacement; the old entry is stale."""
    esm = {
        tag(ROUTE, "route"): {"resource_id": "r9"},
        tag(ROUTE, "route_create_new"): {"resource_id": "r1"},
    }
    assert freed(chunk(ROUTE, "route", "absent"), esm=esm) == {"r1"}


def test_an_api_takes_all_its_routes_along():
    assert freed(chunk(API, "api", "absent", resource_id="a1")) == {"r1", "r2"}
    assert freed(chunk(API, "api", "absent", resource_id="a2")) == set()
    assert freed(chunk(API, "api", "present", resource_id="a1")) == set()


@pytest.mark.parametrize("waits", [REQUIRES_IT, BOUND_TO_IT], ids=["require", "binding"])
def test_what_waits_for_the_deletion_does_not_help_it(waits):
    assert freed({**GONE, **waits}) == set()
    between = chunk("test", "between", "nop", **waits)
    assert freed(between, {**GONE, "require": [{"test": "between"}]}) == set()
    assert freed({**GONE, **waits}, invert=True) == {"r1"}


def test_what_idem_does_not_run_does_not_help():
    assert freed(GONE, high={"it"}) == set()
    replaced = {**GONE, "__id__": "route_delete_old"}
    assert freed(replaced, high={"it", "route"}) == set()
    assert freed(replaced, high={"it", "route"}, added=[replaced]) == {"r1"}

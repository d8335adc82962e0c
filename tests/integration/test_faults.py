"""Sixty states under each fault: all created, none twice, all in the ESM, and the next run a no-op."""

import pytest

import harness

STATES = 60


def wanted(api_id, **more):
    """Return sixty states; every third one equals another."""
    sls = {}
    for number in range(STATES):
        page = number - 1 if number % 3 == 1 else number
        parameters = {
            "api_id": api_id,
            "integration_type": "HTTP_PROXY",
            "integration_method": "GET",
            "integration_uri": f"https://example.com/{page}",
            "payload_format_version": "1.0",
            **more,
        }
        sls |= harness.state(f"state-{number}", parameters)
    return sls


def throttle(server):
    server.faults.throttle(10, burst=40)


def conflict(server):
    server.faults.conflict_window = True


def inject(kind, operation=None, **more):
    def arm(server):
        server.faults.inject(kind=kind, operation=operation, times=None, **more)

    return arm


FAULTS = {
    "none": lambda server: None,
    "throttled": throttle,
    "conflicts": conflict,
    "short-pages": lambda server: setattr(server.behaviour, "page_size", 7),
    "empty-pages": lambda server: [
        setattr(server.behaviour, "page_size", 7),
        setattr(server.behaviour, "empty_pages", True),
    ],
    "responses-dropped": inject("drop_response", "CreateIntegration", probability=0.3),
    "requests-dropped": inject("drop_request", "CreateIntegration", probability=0.3),
    "responses-cut-off": inject("truncate", "CreateIntegration", probability=0.3),
    "any-response-dropped": inject("drop_response", probability=0.2),
    "server-errors-before": inject("error", status=500, probability=0.2),
    "server-errors-after": inject("error_after", "CreateIntegration", status=500, probability=0.3),
    "unavailable": inject("error", status=503, code="ServiceUnavailable", probability=0.2),
    "slow": inject("delay", probability=0.1, seconds=0.2),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_sixty_states_under_a_fault(idem, server, profiles, fault):
    api_id = server.add_api("HTTP")
    FAULTS[fault](server)
    sls, esm = wanted(api_id), {}

    results = idem.apply(sls, profiles, esm)

    failed = {key: result["comment"] for key, result in results.items() if not result["result"]}
    assert not failed
    live = server.integrations(api_id)
    assert len(live) == STATES, "some are missing or created twice"
    recorded = {entry["resource_id"] for key, entry in esm.items() if key.startswith(harness.RESOURCE)}
    assert recorded == set(live)

    server.reset_calls()
    again = idem.apply(sls, profiles, esm)
    assert all(result["result"] and not result["changes"] for result in again.values())
    assert server.count("CreateIntegration") == server.count("UpdateIntegration") == 0

    # Without an ESM the same integrations are found again, and none is created.
    adopting = {}
    idem.apply(sls, profiles, adopting)
    assert set(server.integrations(api_id)) == set(live)
    assert {entry["resource_id"] for entry in adopting.values()} == set(live)

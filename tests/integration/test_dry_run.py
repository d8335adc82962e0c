"""The two promises of a dry run, on random resources: what it says is fine is fine, and will be as it
says; and what it refuses AWS refuses or drops."""

import collections
import contextlib

import botocore.exceptions
import hypothesis
import pytest
from hypothesis import strategies as st

import declared
import harness
import mock_server
import property_examples
import shortened
import wire
from idem_apigwv2_integration.resource import values
from payloads import FUNCTION, HTTP, HTTP_PROXY, LAMBDA_V2, LISTENER, MOCK, PRIVATE, QUEUE, ROLE

WORDS = st.sampled_from(["a", "$request.header.x", "'static'", "v2", "''", "''", "201"])

KEYS = st.sampled_from(
    [
        "append:header.x",
        "overwrite:querystring.q",
        "overwrite:path",
        "remove:header.y",
        "integration.request.header.x",
        "integration.request.path.p",
        "nonsense",
        "append:cookie.z",
    ]
)
ACTION = st.fixed_dictionaries(
    {},
    optional={
        "QueueUrl": WORDS,
        "MessageBody": WORDS,
        "StateMachineArn": WORDS,
        "Input": WORDS,
        "Region": WORDS,
    },
)
DESTINATIONS = st.dictionaries(
    st.sampled_from(["append:header.x", "remove:header.y", "overwrite:statuscode", "append:body.z"]),
    WORDS,
    max_size=2,
)


def fields_of(protocol: str) -> st.SearchStrategy:
    """Return a strategy for what an SLS may give: mostly sensible, sometimes not."""
    types = ["HTTP_PROXY", "AWS_PROXY", "HTTP_PROXY", "AWS_PROXY"]
    types += ["MOCK", "HTTP", "AWS"] * (3 if protocol == "WEBSOCKET" else 1)
    optional = {
        "integration_uri": st.sampled_from(["https://example.com", FUNCTION, LISTENER, ""]),
        "integration_method": st.sampled_from(["GET", "ANY", "POST", ""]),
        "integration_subtype": st.sampled_from(
            ["SQS-SendMessage", "SQS-PurgeQueue", "StepFunctions-StartExecution"]
        ),
        "payload_format_version": st.sampled_from(["1.0", "1.0", "2.0", "3.0", ""])
        if protocol == "HTTP"
        else st.sampled_from(["1.0", "1.0", "2.0", ""]),
        "connection_type": st.sampled_from(["INTERNET", "VPC_LINK", "VPCLINK", ""]),
        "connection_id": st.sampled_from(["link1", "link2", ""]),
        "credentials_arn": st.sampled_from([ROLE, ""]),
        "description": st.sampled_from(["one", "two", ""]),
        "timeout_in_millis": st.sampled_from([50, 49, 1000, 29_000, 29_001, 30_000, 30_001]),
        "request_parameters": st.dictionaries(KEYS, WORDS, max_size=2) | ACTION,
        "response_parameters": st.dictionaries(
            st.sampled_from(["200", "404", "599", "600", "2xx"]), DESTINATIONS, max_size=2
        ),
        "tls_config": st.sampled_from([{"ServerNameToVerify": "a.example"}, {}]),
        "request_templates": st.dictionaries(
            st.sampled_from(["application/json", "text/plain"]), WORDS | st.just(""), max_size=2
        ),
        "template_selection_expression": st.sampled_from(["${request.body.action}", ""]),
        "content_handling_strategy": st.sampled_from(["CONVERT_TO_TEXT", "CONVERT_TO_BINARY", "", "X"]),
        "passthrough_behavior": st.sampled_from(
            ["NEVER", "WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "", "N"]
        ),
    }

    @st.composite
    def build(draw):
        given = {"integration_type": draw(st.sampled_from(types))}
        # A sound core first, so that many of the resources get through.
        if draw(st.booleans()) or draw(st.booleans()):
            given |= draw(st.sampled_from(SOUND[protocol]))
        names = draw(st.sets(st.sampled_from(sorted(optional)), max_size=4))
        return given | {name: draw(optional[name]) for name in sorted(names)}

    return build()


SOUND = {
    "HTTP": [
        HTTP,
        LAMBDA_V2,
        QUEUE,
        PRIVATE | {"tls_config": {"ServerNameToVerify": "a.example"}},
    ],
    "WEBSOCKET": [
        HTTP_PROXY,
        MOCK | {"request_templates": {"application/json": "{}"}},
        {"integration_type": "AWS", "integration_uri": FUNCTION, "passthrough_behavior": "NEVER"},
        HTTP_PROXY | {"integration_type": "HTTP"},
    ],
}


# Where it is unknown what AWS does, it may do either.
BEHAVIOURS = {
    "one-way": mock_server.Behaviour(
        response_destinations="merge", request_templates="replace", service_parameters="replace"
    ),
    "the-other": mock_server.Behaviour(
        response_destinations="replace", request_templates="merge", service_parameters="merge"
    ),
}


class Aws:
    """A mock server, and a client that sends to it whatever it is given."""

    def __init__(self, server):
        self.server, self.client = server, wire.connect(server)


@pytest.fixture(scope="module")
def both():
    """Serve one mock server of each behaviour to all examples; each example has an API of its own."""
    with contextlib.ExitStack() as stack:
        yield {
            way: Aws(stack.enter_context(mock_server.MockServer(behaviour)))
            for way, behaviour in BEHAVIOURS.items()
        }


LATER = {"resource_id", "integration_method", "integration_response_selection_expression"}


def check(idem, aws, protocol, first, second, seen):
    """Check both promises for a resource, and for its change into another."""
    server = aws.server
    api_id = server.add_api(protocol)
    acct = harness.profile(server.url)
    resource_id = None
    for given in (first, second):
        arguments = {"name": "it", "api_id": api_id, "resource_id": resource_id, **given}
        dry = idem.call("states.present", acct, test=True, **arguments)
        live = server.integrations(api_id).get(resource_id)
        seen["change" if live else "create", "fine" if dry["result"] else "refused"] += 1
        if dry["result"]:
            real = idem.call("states.present", acct, **arguments)
            doubts = ("does not document", "AWS decides", "may respond")
            uncertain = any(doubt in line for line in dry["comment"] for doubt in doubts)
            if uncertain and not real["result"]:
                return
            assert real["result"], (given, dry["comment"], real["comment"])
            # What is only known after present may be anything, or nothing.
            later = {
                name for name, value in dry["new_state"].items() if value == values.placeholder(name)
            }
            assert later <= LATER, given
            known = [
                {name: value for name, value in state.items() if name not in later}
                for state in (dry["new_state"], real["new_state"])
            ]
            assert known[0] == known[1], given
            resource_id = real["new_state"]["resource_id"]
            again = idem.call("states.present", acct, **{**arguments, "resource_id": resource_id})
            assert again["result"] and not again["changes"]
        else:
            real = idem.call("states.present", acct, **arguments)
            assert not real["result"] and real["comment"] == dry["comment"], (given, real["comment"])
            assert server.integrations(api_id).get(resource_id) == live
            # Last, because this sends what is refused, of which AWS may drop a part only.
            assert refused_or_dropped(aws.client, api_id, live, given), (given, live, dry["comment"])


def refused_or_dropped(client, api_id, live, given):
    """Tell whether AWS refuses what is given, or responds with something else."""
    if live is None:
        members = {k: v for k, v in declared.to_aws(given).items() if v not in ("", {})}
        wanted = declared.make_plan(given).merged
    else:
        before = declared.from_aws(live, api_id)
        planned = declared.make_plan(given, before)
        wanted, members = planned.merged, planned.request
    try:
        if live is None:
            result = client.create_integration(ApiId=api_id, **members)
        else:
            result = client.update_integration(
                ApiId=api_id, IntegrationId=live["IntegrationId"], **members
            )
    except botocore.exceptions.ClientError as error:
        return 400 <= error.response["ResponseMetadata"]["HTTPStatusCode"] < 500
    held = declared.from_aws(result, api_id)
    return any(
        wanted.get(name) != held.get(name) for name in declared.FIELDS if name in given or name in wanted
    )


@pytest.mark.parametrize("protocol", ["HTTP", "WEBSOCKET"])
def test_a_dry_run_tells_the_truth(idem, both, protocol, property_seed):
    seen = collections.Counter()

    @hypothesis.seed(property_seed)
    @hypothesis.settings(max_examples=property_examples.at_least(200))
    @hypothesis.given(st.sampled_from(sorted(BEHAVIOURS)), fields_of(protocol), fields_of(protocol))
    def promise(way, first, second):
        with shortened.alone():
            check(idem, both[way], protocol, first, second, seen)
        idem.drain()

    promise()
    # The strategy must not drift to where nothing is tested.
    assert len(seen) == 4 and min(seen.values()) > 10, seen

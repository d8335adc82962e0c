"""Values of any type and content, as YAML and Python have them: one clear sentence for each mistake."""

import datetime
import decimal
import re

import hypothesis
import pytest
from hypothesis import strategies as st

import declared
import property_examples
import shortened
from idem_apigwv2_integration.command import rendering, validate
from world import HTTP

# Python's own words, which no user should have to read.
CRASH = re.compile(
    r"Error|object has no attribute|not subscriptable|unhashable|must be str|not iterable|Traceback"
    r"|The plugin itself failed|codec can't"
)
ZONES = st.none() | st.just(datetime.timezone(datetime.timedelta(hours=-9)))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -0.0, float("inf"), float("nan"), 1e308]),
    st.floats(),
    # A signaling NaN can't even be hashed.
    st.decimals(allow_nan=False) | st.just(decimal.Decimal("NaN")),
    st.binary(max_size=4),
    st.dates(),
    st.datetimes(timezones=ZONES),
    st.times(),
    st.timedeltas(),
    # `!!set` and `!!omap` of YAML, and what a Jinja template passes on.
    st.frozensets(st.integers(), max_size=2),
    st.sampled_from([object(), range(3), datetime, print, ...]),
    st.text(st.characters(codec=None), max_size=6),
    st.sampled_from(["\ud800", "\x1b[31mred", "a\x00b", "a\n::error::b", "${a:b:c}", "$\\{x}", "{", ""]),
)
KEYS = st.one_of(SCALARS, st.tuples(SCALARS, SCALARS))
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.tuples(inner, inner)
        | st.sets(SCALARS, max_size=2)
        | st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from([*declared.FIELDS, "integration_id", "nonsense", "a\x1b\ud800", "NAME"])
PARAMETERS = st.dictionaries(NAMES, VALUES, max_size=5)
SOUND = st.sampled_from(
    [
        {},
        HTTP,
        {"integration_type": "MOCK"},
        {"integration_type": "AWS_PROXY", "integration_subtype": "SQS-SendMessage"},
    ]
)
# An API that exists is named by no value that is drawn.
KNOWN = object()
IDS = st.one_of(st.just(KNOWN), VALUES)


def settings(count):
    return hypothesis.settings(
        max_examples=property_examples.at_least(count),
        suppress_health_check=list(hypothesis.HealthCheck),
        database=None,
    )


def called(world, function, test, arguments):
    """Call a function without Idem's own contract, which can't serialize every key for its event."""
    world.server.reset_calls()
    dyne, name = function.split(".")
    target = getattr(world.idem.hub, f"{dyne}.aws.apigatewayv2.integration.{name}").func
    context = world.idem.context(world.profiles["default"], test)
    with shortened.alone():
        return world.idem.loop.run_until_complete(target(world.idem.hub, context, **arguments))


def understandable(sentences):
    for sentence in sentences:
        assert isinstance(sentence, str) and sentence.strip()
        assert sentence.isprintable(), sentence
        assert not CRASH.search(sentence), sentence


FUNCTIONS = [
    *("states.present", "states.absent", "states.search"),
    *("exec.get", "exec.list", "exec.create", "exec.update", "exec.delete"),
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_any_input_gets_a_sentence_and_writes_nothing(function, http, websocket, property_seed):
    there = {}
    for world in (http, websocket):
        world.server.add_integration(world.api_id, IntegrationType="MOCK", Description="there before")
        (there[world],) = world.all
    seen = {True: 0, False: 0}

    @hypothesis.seed(property_seed)
    @settings(200)
    @hypothesis.given(
        world=st.sampled_from([http, websocket]),
        api_id=IDS,
        resource_id=IDS | st.none(),
        name=st.just("it") | VALUES,
        sound=SOUND,
        more=PARAMETERS,
    )
    def call(world, api_id, resource_id, name, sound, more):
        arguments = {"name": name, "api_id": world.api_id if api_id is KNOWN else api_id}
        if function not in ("exec.list", "exec.create"):
            arguments["resource_id"] = there[world] if resource_id is KNOWN else resource_id
        if function not in ("exec.get", "exec.list", "exec.delete", "states.absent"):
            arguments |= sound | more
        for test in (True, False) if function.startswith("states") else (False,):
            result = called(world, function, test, arguments)
            understandable(result["comment"])
            seen[result["result"]] += 1
            if not result["result"]:
                assert not world.writes() and result["comment"], (arguments, result["comment"])
        for resource_id in set(world.all) - {there[world]}:
            world.server.remove(world.api_id, resource_id)

    call()
    assert seen[False] > 20


def test_validate_has_a_sentence_for_any_input(property_seed):
    @hypothesis.seed(property_seed)
    @settings(500)
    @hypothesis.given(
        function=st.sampled_from(["present", "absent", "search", "presnt", "\x1b"]),
        api_id=VALUES,
        resource_id=VALUES,
        sound=SOUND,
        more=PARAMETERS,
    )
    def report(function, api_id, resource_id, sound, more):
        arguments = {"name": "it", "api_id": api_id, "resource_id": resource_id} | sound | more
        chunk = {"__id__": "i\x1bt", "state": declared.NAME, "fun": function, **arguments}
        state = rendering.State("a.sls", chunk, arguments)
        lines, _ = validate.report([rendering.Rendered("a.sls", [state], [])])
        understandable(lines)

    report()

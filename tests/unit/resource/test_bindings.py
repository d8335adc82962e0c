"""What Idem makes of bindings below keys with a colon, and how it is put back."""

import copy

import hypothesis
import pytest
from hypothesis import strategies

from idem_apigwv2_integration.resource import values

ONE, OTHER = "${test.one:a:x}", "${test.other:b:y[0]:z}"
BOUND = {ONE: "first", OTHER: "second"}


@pytest.fixture
def resolved(idem):
    """Return a function that does to an argument what Idem does to the arguments of a state."""

    def resolve(value):
        high = {"it": {"test.it": [{"argument": copy.deepcopy(value)}]}}
        high, errors = idem.hub.idem.ccomps.arg_bind.reconcile(high)
        argument, requisite = high["it"]["test.it"][0], high["it"]["test.it"][1:]
        for kind, states in (
            (kind, ids) for one in requisite for two in one["arg_bind"] for kind, ids in two.items()
        ):
            for name, properties in ((name, found) for state in states for name, found in state.items()):
                for path, target in (
                    (path, target) for one in properties for path, target in one.items()
                ):
                    reference = f"${{{kind}:{name}:{path}}}"
                    idem.hub.idem.rules.arg_resolver.set_chunk_arg_value(
                        argument, reference, target.split(":"), BOUND[reference], None
                    )
        assert not errors
        return argument["argument"]

    return resolve


keys = strategies.sampled_from(["a", "b:c", "b:d", "e:f:g", "h.i:j", "k:", ":l", "m[0]:n[o]"])
texts = strategies.lists(strategies.sampled_from([ONE, "-", "text"]), max_size=3).map("".join)
flat = strategies.dictionaries(keys, texts | texts.map(lambda text: text.replace(ONE, OTHER)))


@hypothesis.given(value=flat | strategies.dictionaries(strategies.sampled_from(["200", "404"]), flat))
@hypothesis.settings(suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture])
def test_the_bound_value_replaces_the_reference(resolved, value):
    def expected(value):
        if isinstance(value, dict):
            return {key: expected(item) for key, item in value.items()}
        return value.replace(ONE, BOUND[ONE]).replace(OTHER, BOUND[OTHER])

    assert values.as_meant(resolved(value)) == expected(value)


def test_a_value_with_two_references_keeps_them(resolved):
    value = {"a:b": f"{ONE} {OTHER}", "a:c": ONE}
    assert values.as_meant(resolved(value)) == value | {"a:c": "first"}


def test_a_value_that_is_no_string_is_bound_as_it_is():
    assert values.as_meant({"a:b": ONE, "a": {"b": [1]}}) == {"a:b": [1]}


def test_an_escaped_reference_is_text():
    value = {"a:b": "$\\{test.one:a:x}"}
    assert values.as_meant(value) == value


def test_what_was_not_bound_stays():
    assert values.as_meant({"a:b": ONE, "a": {"c": "1"}}) == {"a:b": ONE, "a": {"c": "1"}}


@pytest.mark.parametrize(
    ("passed", "meant"),
    [
        ("$\\{a} 1 $\\{b} 2 $\\{c}", "${a} 1 ${b} 2 ${c}"),
        # What is bound may look like the text around it, or like an escape.
        ("$\\{a} $\\{b} $\\{b} $\\{d} $\\{c}", "${a} $\\{b} ${b} $\\{d} ${c}"),
    ],
)
def test_only_the_text_around_bindings_is_unescaped(passed, meant):
    written = f"$\\{{a}} {ONE} $\\{{b}} {OTHER} $\\{{c}}"
    assert values.as_meant(passed, written) == meant


@pytest.mark.parametrize("passed", ["$\\{e} 1 $\\{b} 2 $\\{c}", "$\\{a} 1 2 $\\{c}", "$\\{x}"])
def test_text_that_is_not_that_of_the_file_stays(passed):
    """Idem took it from elsewhere, for example from the ESM."""
    assert values.as_meant(passed, f"$\\{{a}} {ONE} $\\{{b}} {OTHER} $\\{{c}}") == passed


def test_a_text_from_elsewhere_has_no_escapes():
    assert values.as_meant("$\\{a}", "$\\{a}") == "${a}"
    assert values.as_meant("$\\{b}", "$\\{a}") == "$\\{b}"

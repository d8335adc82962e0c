"""Random sequences of runs, changes outside of Idem, and faults.

After every run: what is live is what is declared, or the state failed; each live integration has an
owner or is named in a comment; nothing of others is changed.
"""

import os

import hypothesis
import pytest
import simulation
import slots
from hypothesis import stateful
from hypothesis import strategies as st

import harness
import mock_server
import property_examples
import shortened
from idem_apigwv2_integration.aws import batch, retry

# Which of the resources that exist: how many there are depends on which request met a fault.
NUMBERS = st.integers(0, 9)
# The maps of which AWS may replace or merge the entries.
MAPS = ("response_destinations", "request_templates", "service_parameters", "response_maps")
# What a replacement changes.
REPLACED = {
    slots.INTEGRATION: "description",
    slots.INTEGRATION_RESPONSE: "template_selection_expression",
    slots.ROUTE_RESPONSE: "model_selection_expression",
}


def names_of(states):
    return sorted(states)


def operations_of(states):
    """Return the operations that the plugin may call for some states."""
    nouns = dict.fromkeys(slot.kind.noun for slot in states.values())
    verbs = ("Create", "Update", "Delete", "Get")
    own = [f"{verb}{noun}" for noun in nouns for verb in verbs]
    return [*own, *(f"Get{noun}s" for noun in nouns), "GetApi", "GetRoutes", "GetRoute"]


def missed_by(states):
    """Return the operations that may not find a resource that exists."""
    return [
        one
        for one in operations_of(states)
        if one not in ("GetApi", "GetRoutes", "GetRoute") and not one.startswith("Create")
    ]


def listings_of(states):
    return [f"Get{noun}s" for noun in dict.fromkeys(slot.kind.noun for slot in states.values())]


def of_states(choices):
    """Draw one of what a machine's states offer."""
    return st.runner().flatmap(lambda machine: st.sampled_from(choices(machine.states)))


NAMES, OPERATIONS = of_states(names_of), of_states(operations_of)
MISSED, LISTINGS = of_states(missed_by), of_states(listings_of)


class Machine(stateful.RuleBasedStateMachine):
    """Draws the next step of a simulation."""

    server: mock_server.MockServer
    idem: harness.Idem
    other: harness.Idem
    states: dict[str, slots.Slot]

    @stateful.initialize(data=st.data(), away=st.booleans())
    def start(self, data, away):
        self.simulation = simulation.Simulation(self.server, self.idem, self.other, self.states, away)
        for name in self.states:
            self.want(data, name)
        self.simulation.apply(dry=True)

    def teardown(self):
        self.server.reset_calls()
        self.server.faults.clear()
        vars(self.server.behaviour).update(vars(mock_server.Behaviour()))

    # What the SLS declares

    @stateful.rule(data=st.data(), name=NAMES)
    def want(self, data, name):
        self.simulation.wanted[name] = data.draw(slots.wishes(self.states[name]))

    @stateful.rule(data=st.data(), name=NAMES)
    def change(self, data, name):
        self.want(data, name)
        self.simulation.apply()

    @stateful.rule(name=NAMES)
    def want_no_more(self, name):
        if name in self.simulation.wanted:
            self.simulation.wanted[name] = None

    @stateful.rule(old=NAMES, new=NAMES)
    def rename(self, old, new):
        """A state gets another ID: the ESM records its resource under the old one."""
        self.simulation.rename(old, new)

    @stateful.rule(name=NAMES, way=st.sampled_from(["stale", "own", "any", "none"]), number=NUMBERS)
    def name_an_id(self, name, way, number):
        """The SLS gives a resource_id: stale, the recorded one, or one of another owner."""
        self.simulation.named.pop(name, None)
        if way == "stale":
            self.simulation.named[name] = "stale"
        elif way == "own" and name in self.simulation.entries():
            self.simulation.named[name] = self.simulation.entries()[name].fields["resource_id"]
        elif way == "any":
            known = sorted(self.simulation.live(name)) or ["stale"]
            self.simulation.named[name] = known[number % len(known)]

    @stateful.rule(name=NAMES, api=st.sampled_from(["HTTP", "WEBSOCKET", "unknown", None]))
    def name_an_api(self, name, api):
        self.simulation.named_apis.pop(name, None)
        if api and self.simulation.wanted.get(name) is None:
            self.simulation.named_apis[name] = self.simulation.apis.get(api, api)

    @stateful.rule(name=NAMES, first=st.sampled_from(["parent", "child", None]))
    def order_deletions(self, name, first):
        """Of two states that are absent, one waits for the other one."""
        self.simulation.first.pop(name, None)
        if first:
            self.simulation.first[name] = first

    @stateful.rule(name=NAMES, profile=st.sampled_from(["home", "token", "away"]))
    def use_profile(self, name, profile):
        self.simulation.profile[name] = profile

    # Runs

    @stateful.rule(dry=st.booleans())
    def apply(self, dry):
        self.simulation.apply(dry)

    @stateful.rule(
        name=NAMES,
        first=st.booleans(),
        with_parent=st.booleans(),
        value=st.integers(0, 99),
        dry=st.booleans(),
    )
    def replace(self, name, first, with_parent, value, dry):
        if not self.simulation.wish(name):
            return
        recreate = {name: first}
        if with_parent and self.states[name].parent:
            recreate[self.states[name].parent] = True
        for one in recreate:
            changed = {REPLACED[self.states[one].kind]: f"replaced {value}"}
            self.simulation.wanted[one] = self.simulation.wanted[one] | changed
        self.simulation.apply(dry, recreate)

    @stateful.rule(
        data=st.data(), name=NAMES, write=st.integers(1, 3), done=st.booleans(), replace=st.booleans()
    )
    def kill(self, data, name, write, done, replace):
        """A run is killed at one of its writes: SIGKILL, a power failure."""
        replaces = replace and bool(self.simulation.wish(name))
        self.want(data, name)
        self.simulation.kill(write, done, {name: data.draw(st.booleans())} if replaces else {})

    @stateful.rule(dry=st.booleans())
    def invert(self, dry):
        self.simulation.apply(dry, invert=True)

    @stateful.rule()
    def refresh(self):
        self.simulation.refresh()

    @stateful.rule(data=st.data(), name=NAMES, equal=st.booleans())
    def run_beside_another(self, data, name, equal):
        """Another process with an ESM of its own changes the same API at the same time."""
        self.simulation.apply_beside(name, data.draw(slots.wishes(self.states[name])), equal)

    # What happens outside of Idem

    @stateful.rule(what=st.sampled_from(["drift", "remove", "route"]), number=NUMBERS)
    def change_outside(self, what, number):
        keys = sorted(self.simulation.owned() & set(self.simulation.snapshot()))
        if keys:
            self.simulation.change_outside(what, keys[number % len(keys)])

    @stateful.rule()
    def remove_routes(self):
        self.simulation.remove_routes()

    @stateful.rule()
    def lose_the_esm(self):
        self.simulation.lose_the_esm()

    # What AWS does

    @stateful.rule(
        kind=st.sampled_from(["drop_response", "drop_request", "truncate", "error_after"]),
        operation=OPERATIONS,
        times=st.integers(1, 3),
    )
    def fault(self, kind, operation, times):
        self.simulation.fault(kind=kind, operation=operation, times=times, status=500)

    @stateful.rule(operation=MISSED)
    def miss(self, operation):
        """AWS is eventually consistent: a single NotFound."""
        self.simulation.misread(kind="error", operation=operation, code="NotFoundException")

    @stateful.rule(listing=LISTINGS, changes=st.integers(1, 3), times=st.integers(1, 4))
    def lag(self, listing, changes, times):
        """AWS's reads are eventually consistent: listings that do not show the last changes yet."""
        self.simulation.misread(kind="lag", operation=listing, changes=changes, times=times)

    @stateful.rule(
        data=st.data(),
        names=st.sets(NAMES, min_size=1),
        changes=st.integers(1, 3),
        times=st.integers(1, 3),
    )
    def lose_creates(self, data, names, changes, times):
        """Equal states are created, their responses are lost, and listings lag."""
        wishes = {slot: data.draw(slots.wishes(slot)) for slot in dict.fromkeys(self.states.values())}
        for name in names:
            self.simulation.wanted[name] = wishes[self.states[name]]
        self.simulation.lose_the_esm()
        for kind in dict.fromkeys(self.states[name].kind for name in sorted(names)):
            self.simulation.fault(kind="drop_response", operation=f"Create{kind.noun}", times=times)
            self.simulation.misread(
                kind="lag", operation=f"Get{kind.noun}s", changes=changes, times=times + changes
            )
        self.simulation.apply()

    @stateful.rule(operation=OPERATIONS)
    def deny(self, operation):
        self.simulation.server.faults.deny(operation)
        self.simulation.faulty = True

    @stateful.rule()
    def heal(self):
        self.simulation.server.faults.clear()
        self.simulation.faulty, self.simulation.unreliable = False, None

    @stateful.rule(
        way=st.sampled_from(["merge", "replace"]),
        size=st.sampled_from([None, 1, 2]),
        shifting=st.booleans(),
    )
    def behave(self, way, size, shifting):
        for name in MAPS:
            setattr(self.simulation.server.behaviour, name, way)
        self.simulation.server.behaviour.page_size = size
        self.simulation.server.behaviour.shifting_pages = shifting


EXAMPLES = int(os.environ.get("STATEFUL_EXAMPLES", property_examples.at_least(20)))


@pytest.mark.parametrize(
    "states", [slots.INTEGRATIONS, slots.RESPONSES], ids=["integrations", "responses"]
)
def test_random_sequences(states, idem, server, property_seed, monkeypatch):
    monkeypatch.setattr(retry, "FIRST_WAIT", 0.01)
    shortened.looks(monkeypatch, 0.0, 0.01)
    reconciler = idem.hub.reconcile.basic.loop.func.__globals__
    monkeypatch.setitem(reconciler, "get_max_wait_time", lambda *_: 0)
    monkeypatch.setattr(batch, "QUIET", 0.005)
    monkeypatch.setattr(Machine, "states", states, raising=False)
    monkeypatch.setattr(Machine, "server", server, raising=False)
    monkeypatch.setattr(Machine, "idem", idem, raising=False)
    monkeypatch.setattr(Machine, "other", harness.Idem(), raising=False)
    stateful.run_state_machine_as_test(
        hypothesis.seed(property_seed)(Machine),
        settings=hypothesis.settings(
            max_examples=EXAMPLES,
            stateful_step_count=20,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )

"""Two APIs, the states of an SLS, an ESM that is kept from run to run, and the invariants."""

import concurrent.futures
import copy

from hypothesis import strategies as st
from test_dry_run import HTTP_PROXY, LAMBDA, QUEUE

import declared
import harness
import wire
from idem_apigwv2_integration.resource import values
from world import HTTP

NAMES = {"h1": "HTTP", "h2": "HTTP", "h3": "HTTP", "w1": "WEBSOCKET", "w2": "WEBSOCKET"}
EXTRAS = {
    "HTTP": {
        "description": st.sampled_from(["one", "two", ""]),
        "timeout_in_millis": st.sampled_from([50, 30_000]),
        "response_parameters": st.sampled_from(
            [{}, {"200": {"append:header.a": "1"}}, {"200": {"append:header.b": "1"}, "404": {}}]
        ),
    },
    "WEBSOCKET": {
        "description": st.sampled_from(["one", "two", ""]),
        "request_templates": st.sampled_from([{}, {"a/b": ""}, {"a/b": "x", "c/d": "y"}]),
        "passthrough_behavior": st.sampled_from(["NEVER", "WHEN_NO_MATCH"]),
    },
}
CORES = {
    "HTTP": [
        HTTP,
        HTTP | {"request_parameters": {"append:header.a": "1", "overwrite:path": "/x"}},
        HTTP | {"request_parameters": {"overwrite:path": "/y"}},
        {"integration_type": "AWS_PROXY", "integration_uri": LAMBDA, "payload_format_version": "2.0"},
        QUEUE,
        QUEUE | {"request_parameters": QUEUE["request_parameters"] | {"DelaySeconds": "1"}},
    ],
    "WEBSOCKET": [
        HTTP_PROXY,
        {"integration_type": "MOCK"},
        {"integration_type": "AWS", "integration_uri": LAMBDA},
    ],
}
STRANGER = {
    "IntegrationType": "HTTP_PROXY",
    "IntegrationMethod": "GET",
    "IntegrationUri": "https://example.com",
    "Description": "TEAM A - do not touch",
    "TimeoutInMillis": 1234,
}
PARTS = ("", "_delete_old", "_create_new")

Key = tuple[str, str]


@st.composite
def wishes(draw, protocol):
    """Draw the parameters of an integration."""
    wish = dict(draw(st.sampled_from(CORES[protocol])))
    for name in sorted(draw(st.sets(st.sampled_from(sorted(EXTRAS[protocol]))))):
        wish[name] = draw(EXTRAS[protocol][name])
    return wish


def entries_of(esm):
    """Return the entries of an ESM by state ID."""
    return {tag.split("_|-")[1]: entry for tag, entry in esm.items() if tag.startswith(declared.NAME)}


def owned_in(esm):
    """Return the integrations that an ESM records, except under the names that describe gives."""
    return {
        (entry["api_id"], entry["resource_id"])
        for name, entry in entries_of(esm).items()
        if name != f"{entry['api_id']}-{entry['resource_id']}"
    }


class Simulation:
    """What a machine acts on, and the invariants.

    Args:
        server: The mock server; it serves many simulations, each with APIs of its own.
        idem: Idem.
        other: Idem in another process, as far as the package can tell.
        away: Whether the default profile, with which Idem deletes replaced integrations, leads to an
            account that does not have the APIs.
    """

    def __init__(self, server, idem, other, away):
        self.server, self.idem, self.other = server, idem, other
        home = harness.profile(self.server.url)
        elsewhere = harness.profile(self.server.url, key="another-account")
        self.profiles = {
            "default": elsewhere if away else home,
            "home": home,
            "token": home | {"aws_session_token": "of the same account"},
            "away": elsewhere,
        }
        self.apis = {protocol: self.server.add_api(protocol) for protocol in CORES}
        # What nobody in the run manages, and how it must stay.
        self.strangers = {
            (api_id, self.server.add_integration(api_id, **STRANGER)) for api_id in self.apis.values()
        }
        self.routes: list[Key] = []
        self.wanted, self.named, self.named_apis, self.profile = {}, {}, {}, {}
        self.esm, self.faulty, self.unreliable = {}, False, None

    def entries(self):
        return entries_of(self.esm)

    def owned(self):
        return owned_in(self.esm)

    def live(self, name):
        return self.server.integrations(self.apis[NAMES[name]])

    def snapshot(self):
        """Return all live integrations."""
        return {
            (api_id, resource_id): members
            for api_id in self.apis.values()
            for resource_id, members in self.server.integrations(api_id).items()
        }

    # What changes

    def rename(self, old, new):
        if NAMES[old] == NAMES[new] and self.wanted.get(old) and new not in self.wanted:
            self.wanted[new] = self.wanted.pop(old)
            for settings in (self.named, self.named_apis, self.profile):
                settings.pop(old, None)

    def change_outside(self, what, api_id, resource_id):
        if what == "drift":
            members = {"Description": "drifted", "TimeoutInMillis": 777}
            self.server.drift(api_id, resource_id, **members)
        elif what == "route":
            self.routes.append((api_id, self.server.add_route(api_id, resource_id)))
        elif not self.routes:
            self.server.remove(api_id, resource_id)

    def remove_routes(self):
        client = wire.connect(self.server)
        calls = self.server.faults
        self.server.faults = type(calls)(0)
        for api_id, route_id in self.routes:
            client.delete_route(ApiId=api_id, RouteId=route_id)
        self.server.faults = calls
        self.routes = []

    def lose_the_esm(self):
        self.esm.clear()
        # An ESM is not lost within seconds of a create: all reads show what it recorded.
        for api_id in self.apis.values():
            self.server.settle(api_id, created=True)
        # What no state manages any more is a stranger, unless a state adopts it.
        self.strangers = set(self.snapshot())

    def fault(self, **injection):
        self.server.faults.inject(**injection)
        self.faulty = True

    def misread(self, **injection):
        """Let reads be late in one way: if all ways of reading are, nothing can be known."""
        if self.unreliable in (None, injection["kind"]):
            self.unreliable = injection["kind"]
            self.fault(**injection)

    # Runs

    def sls(self, recreate):
        """Return the SLS of the next run; until it starts, reads catch up."""
        sls = {}
        for api_id in self.apis.values():
            self.server.settle(api_id)
        for name, wish in self.wanted.items():
            api_id = self.apis[NAMES[name]]
            parameters = {
                "api_id": api_id,
                "acct_profile": self.profile.get(name, "home"),
                **(wish or {}),
            }
            if name in self.named:
                parameters["resource_id"] = self.named[name]
            if wish is None:
                parameters["api_id"] = self.named_apis.get(name, api_id)
            if name in recreate:
                parameters["recreate_on_update"] = {"create_before_destroy": recreate[name]}
            sls |= harness.state(name, parameters, "absent" if wish is None else "present")
        return sls

    def refresh(self):
        """Record everything under the names that describe gives."""
        described = {}
        for api_id, resource_id in self.snapshot():
            parameters = {"api_id": api_id, "resource_id": resource_id, "acct_profile": "home"}
            described |= harness.state(f"{api_id}-{resource_id}", parameters)
        before = self.snapshot()
        self.idem.hub.SUBPARSER = "refresh"
        try:
            self.idem.apply(described, self.profiles, self.esm, test=True)
        finally:
            self.idem.hub.SUBPARSER = "state"
        assert before == self.snapshot()

    def apply(self, dry=False, recreate=None, invert=False):
        """Apply the SLS, perhaps after a dry run, check the invariants, and return the results."""
        sls = self.sls(recreate or {})
        if not sls:
            return {}
        before, esm = self.snapshot(), copy.deepcopy(self.esm)
        predicted = {}
        if dry:
            predicted = self.idem.apply(sls, self.profiles, self.esm, test=True, invert=invert)
            assert (before, esm) == (self.snapshot(), self.esm), "a dry run changes nothing"
        results = self.idem.apply(sls, self.profiles, self.esm, invert=invert)
        self.check(before, esm, results)
        for name, wish in self.wanted.items():
            if wish or not invert:
                self.check_state(name, None if invert else wish, results)
        if not self.faulty:
            for name, result in predicted.items():
                self.check_prediction(name, result, results[name])
            if all(result["result"] for result in results.values()):
                self.check_no_op(self.sls({}), invert)
        return results

    def kill(self, write, done, recreate=None):
        """Kill a run at one of its writes, and run it again: nothing may be left over."""
        sls = self.sls(recreate or {})
        if not sls:
            return
        before, were_owned = self.snapshot(), self.owned()
        self.idem.apply_and_die(write, done, sls, self.profiles, self.esm)
        after, owned = self.snapshot(), self.owned()
        forgotten = (were_owned & set(after)) - owned
        assert not forgotten, f"forgotten: {forgotten}"
        named = {key for key in before if key[1] in self.named.values()}
        for key in self.strangers - owned - named:
            assert before.get(key) == after.get(key), f"changed: {key}"
        left = set(after) - set(before) - owned
        if self.faulty:
            # The comments, which may name what is left over, are lost.
            self.strangers |= left
        results = self.apply(recreate=recreate)
        if not self.faulty and all(result["result"] for result in results.values()):
            left = left & set(self.snapshot()) - self.owned()
            assert not left - self.strangers, f"left over: {left}"

    def apply_beside(self, wish, equal):
        """Apply the SLS while another process applies one of its own to the same API."""
        sls = self.sls({})
        if not sls:
            return
        description = wish.get("description", "") if equal else "of another process"
        theirs = {"api_id": self.apis["HTTP"], "acct_profile": "home", **wish}
        theirs["description"] = description
        before, esm, their_esm = self.snapshot(), copy.deepcopy(self.esm), {}
        faulty = self.server.faults.conflict_window
        self.server.faults.conflict_window = True
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            future = pool.submit(
                self.other.apply, harness.state("theirs", theirs), self.profiles, their_esm
            )
            results = self.idem.apply(sls, self.profiles, self.esm)
            their_results = future.result()
        self.server.faults.conflict_window = faulty
        if not equal:
            assert not owned_in(their_esm) & self.owned(), "two owners"
        self.check(before, esm, results | their_results, owned_in(their_esm))
        for name, wish in self.wanted.items():
            self.check_state(name, wish, results)
        self.strangers |= owned_in(their_esm) - self.owned()

    # Invariants

    def check(self, before, esm, results, theirs=frozenset()):
        """Check what must hold after every run."""
        comments = " ".join(str(result["comment"]) for result in results.values())
        after, owned, were_owned = self.snapshot(), self.owned(), owned_in(esm)
        own = {f"{name}{part}" for name in self.wanted for part in PARTS}
        keys = [
            (entry["api_id"], entry["resource_id"])
            for name, entry in self.entries().items()
            # A state that is refused keeps its entry.
            if name in own and results.get(name, {}).get("result") is not False
        ]
        assert len(keys) == len(set(keys)), "two states manage one integration"
        left = {key for key in were_owned & set(after) if key not in owned}
        assert not left, f"forgotten: {left}"
        # The integrations of others: strangers', and those of states that are not in the run.
        others = self.strangers - owned
        others |= {
            (entry["api_id"], entry["resource_id"])
            for name, entry in entries_of(esm).items()
            if name not in own and name != f"{entry['api_id']}-{entry['resource_id']}"
        } - {key for key in owned if key in set(keys)}
        for key in others:
            if key[1] not in self.named.values() and key not in were_owned - others:
                assert before.get(key) == after.get(key), f"changed: {key}"
        for name, wish in self.wanted.items():
            key = tuple(self.entries().get(name, {}).get(part) for part in ("api_id", "resource_id"))
            if key in before and key not in were_owned and key[1] not in self.named.values():
                # For a parameter that the SLS does not give, Idem passes the ESM's value, but not to
                # the state that it adds for a replacement after the deletion.
                added = f"{name}_create_new"
                held = entries_of(esm).get(added if added in results else name, {})
                held = {field: held[field] for field in declared.FIELDS if held.get(field) is not None}
                created = declared.make_plan(held | wish, None, NAMES[name]).created
                adopted = declared.from_aws(before[key], key[0])
                differing = declared.differences(created, adopted)
                assert not differing, f"{name} adopted {key}: {differing}"
        surplus = set(after) - self.strangers - owned - theirs
        unnamed = {key for key in surplus if key[1] not in comments}
        # Only after a lost response that could not be looked into is an ID unknown.
        assert not unnamed or "it is unknown whether" in comments or "may exist" in comments, unnamed
        self.strangers = (self.strangers | surplus) - owned

    def check_state(self, name, wish, results):
        """Check that a state that succeeded is as declared."""
        parts = [results[f"{name}{part}"] for part in PARTS if f"{name}{part}" in results]
        if not all(part["result"] for part in parts):
            assert all(part["comment"] for part in parts), name
            return
        entry = self.entries().get(name)
        if wish is None:
            assert entry is None, name
        else:
            live = self.server.integrations(entry["api_id"])[entry["resource_id"]]
            held = declared.from_aws(live, entry["api_id"], entry["name"])
            assert declared.matches(wish, held) and entry == held, name

    def check_prediction(self, name, dry, real):
        """Check that a run did what its dry run said."""
        if "does not document" in str(dry["comment"]):
            return
        assert dry["result"] == real["result"], (name, dry["comment"], real["comment"])
        if not dry["result"]:
            return
        expected, new = dry["new_state"], real["new_state"]
        assert bool(expected) == bool(new), name
        for key in expected or ():
            if key == "resource_id" and self.has_twin_elsewhere(name):
                continue
            if not values.is_placeholder(expected[key]):
                assert expected[key] == new[key], (name, key)

    def has_twin_elsewhere(self, name):
        """Return whether an equal state uses another profile.

        Of equal states, those of one profile adopt in the order of the SLS. Those of several profiles
        read the API at different moments.
        """
        own = self.wanted.get(name) and declared.make_plan(self.wanted[name], None, NAMES[name]).created
        return bool(own) and any(
            NAMES[other] == NAMES[name]
            and wish
            and self.profile.get(other, "home") != self.profile.get(name, "home")
            and not declared.differences(own, declared.make_plan(wish, None, NAMES[name]).created)
            for other, wish in self.wanted.items()
        )

    def check_no_op(self, sls, invert):
        """Check that a second run changes nothing."""
        before, esm = self.snapshot(), copy.deepcopy(self.esm)
        self.server.reset_calls()
        results = self.idem.apply(sls, self.profiles, self.esm, invert=invert)
        assert all(result["result"] for result in results.values()), results
        assert (before, esm) == (self.snapshot(), self.esm)
        assert not [one for one in self.server.counts() if not one.startswith("Get")]

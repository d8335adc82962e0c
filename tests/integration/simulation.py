"""Two APIs, the states of an SLS, and an ESM that is kept from run to run."""

import concurrent.futures
import contextlib
import copy
import functools

import botocore
import invariants
import slots
from invariants import owned_in

import harness
import wire
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.resource import values
from idem_apigwv2_integration.route_response import ROUTE_RESPONSE

STRANGER = {
    "IntegrationType": "HTTP_PROXY",
    "IntegrationMethod": "GET",
    "IntegrationUri": "https://example.com",
    "Description": "TEAM A - do not touch",
    "TimeoutInMillis": 1234,
}
STRANGERS_RESPONSE = {
    "IntegrationResponseKey": slots.FOREIGN_KEY,
    "TemplateSelectionExpression": "TEAM A - do not touch",
}
# What somebody else changes, by the type of the resource.
DRIFT = {
    INTEGRATION.name: {"Description": "drifted", "TimeoutInMillis": 777},
    INTEGRATION_RESPONSE.name: {"TemplateSelectionExpression": "drifted"},
    ROUTE_RESPONSE.name: {"ModelSelectionExpression": "drifted"},
}


class Simulation(invariants.Invariants):
    """What a machine acts on.

    Args:
        server: The mock server; it serves many simulations, each with APIs of its own.
        idem: Idem.
        other: Idem in another process, as far as the package can tell.
        states: The states that the SLS may have.
        away: Whether the default profile, with which Idem deletes replaced integrations, leads to an
            account that does not have the APIs.
    """

    def __init__(self, server, idem, other, states, away):
        self.server, self.idem, self.other, self.slots = server, idem, other, states
        home = harness.profile(self.server.url)
        elsewhere = harness.profile(self.server.url, key="another-account")
        self.profiles = {
            "default": elsewhere if away else home,
            "home": home,
            "token": home | {"aws_session_token": "of the same account"},
            "away": elsewhere,
        }
        self.apis = {protocol: self.server.add_api(protocol) for protocol in ("HTTP", "WEBSOCKET")}
        # What nobody in the run manages, and how it must stay.
        found = {
            api_id: self.server.add_integration(api_id, **STRANGER) for api_id in self.apis.values()
        }
        # What contains the responses whose integration or route no state manages.
        api_id = self.apis["WEBSOCKET"]
        self.fixed = {
            INTEGRATION_RESPONSE: found[api_id],
            ROUTE_RESPONSE: self.server.add_route(api_id),
        }
        with self.undisturbed():
            self.client.create_integration_response(
                ApiId=api_id, IntegrationId=found[api_id], **STRANGERS_RESPONSE
            )
        self.strangers = set(self.snapshot())
        self.routes = []
        self.wanted, self.named, self.named_apis, self.profile = {}, {}, {}, {}
        # The last resources that the ESM recorded for the states that contain others.
        self.last_ids = {}
        # Which of two states is deleted first: what contains the other one, or that one.
        self.first = {}
        self.esm, self.faulty, self.unreliable = {}, False, None

    @functools.cached_property
    def client(self):
        """A client of somebody else."""
        return wire.connect(self.server)

    @contextlib.contextmanager
    def undisturbed(self):
        """Let requests meet no faults while the context lasts."""
        faults, self.server.faults = self.server.faults, type(self.server.faults)(0)
        try:
            yield
        finally:
            self.server.faults = faults

    def live(self, name):
        """Return the IDs of the resources of a state's type in its API."""
        slot = self.slots[name]
        own = (slot.kind.name, self.apis[slot.protocol])
        return [key[-1] for key in self.snapshot() if key[:2] == own]

    def snapshot(self):
        """Return all live resources, in AWS's member names."""
        found = {}
        for api_id in self.apis.values():
            for resource_id, members in self.server.integrations(api_id).items():
                found[INTEGRATION.name, api_id, resource_id] = members
            for (noun, *ids), members in self.server.responses(api_id).items():
                (kind,) = (kind for kind in slots.KINDS.values() if kind.noun == noun)
                found[(kind.name, api_id, *ids)] = members
        return found

    # What changes

    def wish(self, name):
        """Return what the SLS declares of a state; None if it is to be absent.

        What is in something is absent with it.
        """
        parent = self.slots[name].parent
        return self.wanted.get(name) if parent is None or self.wanted.get(parent) else None

    def rename(self, old, new):
        if self.slots[old] == self.slots[new] and self.wanted.get(old) and not self.wanted.get(new):
            self.wanted[new] = self.wanted.pop(old)
            for settings in (self.named, self.named_apis, self.profile):
                settings.pop(old, None)

    def change_outside(self, what, key):
        """Let somebody else change, target or delete a resource."""
        kind = slots.KINDS[key[0]]
        if what == "route":
            if kind is INTEGRATION:
                self.routes.append((key[1], self.server.add_route(*key[1:])))
        elif what == "drift" and kind is INTEGRATION:
            self.server.drift(*key[1:], **DRIFT[kind.name])
        elif what == "drift":
            self.call("Update", key, **DRIFT[kind.name])
        elif not self.routes:
            self.call("Delete", key)

    def call(self, verb, key, **members):
        """Send a request for a resource, as somebody else does."""
        kind = slots.KINDS[key[0]]
        names = (*(parent.member for parent in kind.parents), kind.id_member)
        method = getattr(self.client, botocore.xform_name(f"{verb}{kind.noun}"))
        with self.undisturbed():
            method(**dict(zip(names, key[1:], strict=True)), **members)

    def remove_routes(self):
        with self.undisturbed():
            for api_id, route_id in self.routes:
                self.client.delete_route(ApiId=api_id, RouteId=route_id)
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

    def parents(self, name):
        """Return the parameters of a state that say what contains its resource."""
        slot = self.slots[name]
        api_id = self.apis[slot.protocol]
        if self.wish(name) is None:
            api_id = self.named_apis.get(name, api_id)
        if len(slot.kind.parents) == 1:
            return {"api_id": api_id}
        if slot.parent is None:
            inner = self.fixed[slot.kind]
        elif self.wish(name):
            inner = f"${{{INTEGRATION.name}:{slot.parent}:resource_id}}"
        else:
            # An absent state can't be bound to one that is absent as well. Where the SLS gives an ID, it
            # has to give that of the integration, also once the ESM has none.
            known = self.entries().get(slot.parent)
            if known:
                self.last_ids[slot.parent] = known.fields["resource_id"]
            inner = self.last_ids.get(slot.parent) if known or name in self.named else None
        named = {} if inner is None else {slot.kind.parents[1].name: inner}
        return {"api_id": api_id, **named}

    def sls(self, recreate):
        """Return the SLS of the next run; until it starts, reads catch up."""
        sls = {}
        for api_id in self.apis.values():
            self.server.settle(api_id)
        for name in self.wanted:
            kind, wish = self.slots[name].kind, self.wish(name)
            profile = {"acct_profile": self.profile.get(name, "home")}
            parameters = self.parents(name) | profile | (wish or {})
            if name in self.named:
                parameters["resource_id"] = self.named[name]
            if name in recreate:
                parameters["recreate_on_update"] = {"create_before_destroy": recreate[name]}
            if required := self.required(name):
                parameters["require"] = [{self.slots[required].kind.name: required}]
            function = "absent" if wish is None else "present"
            sls |= harness.state(name, parameters, function, kind.name)
        return sls

    def required(self, name):
        """Return which state a state waits for: of two that are absent, one contains the other."""
        pairs = {
            child: slot.parent
            for child, slot in self.slots.items()
            if slot.parent and {child, slot.parent} <= set(self.wanted)
        }
        for child, parent in pairs.items():
            if self.wanted[parent] is None and child in self.first:
                waiting, other = (child, parent) if self.first[child] == "parent" else (parent, child)
                if name == waiting:
                    return other
        return None

    def refresh(self):
        """Record everything under the names that describe gives."""
        described = {}
        for key in self.snapshot():
            kind = slots.KINDS[key[0]]
            parameters = kind.ids(key[1:-1], key[-1])
            name = values.described_name(kind, parameters)
            described |= harness.state(name, parameters | {"acct_profile": "home"}, resource=kind.name)
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
        for name in self.wanted:
            if self.wish(name) or not invert:
                self.check_state(name, None if invert else self.wish(name), results)
        if not self.faulty:
            for name, result in predicted.items():
                bound_to_usable = self.is_bound_to_usable(name, predicted, results)
                if not bound_to_usable and not self.is_bound_to_recreated(name, results):
                    self.check_prediction(name, result, results[name])
            # What is inverted may be present in something that is absent then, or name an ID in it.
            bound = any(
                slot.parent and (name in self.named or not self.wish(name))
                for name, slot in self.slots.items()
            )
            if all(result["result"] for result in results.values()) and not (invert and bound):
                self.check_no_op(self.sls({}), invert)
        return results

    def is_bound_to_usable(self, name, *runs):
        """Return whether a state is bound to one that only fails to delete what it has replaced before.

        In a run, Idem continues with it in the second try. A dry run has only one.
        """
        parent = self.slots[name.removesuffix("_delete_old").removesuffix("_create_new")].parent
        failed = [results[parent] for results in runs if parent in results]
        return len(failed) == len(runs) and all(
            result["result"] is False and "which an earlier run replaced" in str(result["comment"])
            for result in failed
        )

    def is_bound_to_recreated(self, name, results):
        """Return whether a state is bound to one that Idem deletes first and then creates again.

        Idem does not find the attributes of such a state in a dry run, and in the first try of a run.
        """
        state_id = name.removesuffix("_delete_old").removesuffix("_create_new")
        return f"{self.slots[state_id].parent}_create_new" in results

    def kill(self, write, done, recreate=None):
        """Kill a run at one of its writes, and run it again: nothing may be left over."""
        sls = self.sls(recreate or {})
        if not sls:
            return
        before, were_owned = self.snapshot(), self.owned()
        self.idem.apply_and_die(write, done, sls, self.profiles, self.esm)
        after, owned = self.snapshot(), self.owned()
        self.check_nothing_forgotten(were_owned, after, owned)
        named = {key for key in before if key[-1] in self.named.values()}
        self.check_unchanged(before, after, self.strangers - owned - named)
        left = set(after) - set(before) - owned
        if self.faulty or named - set(after):
            # The comments, which may name what is left over, are lost; or the next run refuses the ID of
            # what this run has replaced.
            self.strangers |= left
        results = self.apply(recreate=recreate)
        if not self.faulty and all(result["result"] for result in results.values()):
            left = left & set(self.snapshot()) - self.owned()
            assert not left - self.strangers, f"left over: {left}"

    def apply_beside(self, name, wish, equal):
        """Apply the SLS while another process applies one of its own to the same API."""
        sls, slot = self.sls({}), self.slots[name]
        if not sls or slot.parent:
            return
        theirs = self.parents(name) | wish | {"acct_profile": "home"}
        distinct = botocore.xform_name(next(iter(DRIFT[slot.kind.name])))
        theirs[distinct] = wish.get(distinct, "") if equal else "of another process"
        before, esm, their_esm = self.snapshot(), copy.deepcopy(self.esm), {}
        faulty = self.server.faults.conflict_window
        self.server.faults.conflict_window = True
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            future = pool.submit(
                self.other.apply,
                harness.state("theirs", theirs, resource=slot.kind.name),
                self.profiles,
                their_esm,
            )
            results = self.idem.apply(sls, self.profiles, self.esm)
            their_results = future.result()
        self.server.faults.conflict_window = faulty
        if not equal:
            assert not owned_in(their_esm) & self.owned(), "two owners"
        self.check(before, esm, results | their_results, owned_in(their_esm))
        for name in self.wanted:
            self.check_state(name, self.wish(name), results)
        self.strangers |= owned_in(their_esm) - self.owned()

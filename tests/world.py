"""A mock server with one API, for tests that apply states to it."""

import harness
import payloads
import shortened

HTTP = payloads.HTTP


class World:
    """A mock server with one API, and what the last run did to it."""

    def __init__(self, idem, server, profiles, protocol):
        self.idem, self.server, self.profiles = idem, server, profiles
        self.api_id = server.add_api(protocol)
        self.esm = {}

    def run(self, sls, **options):
        """Apply an SLS; return the results by id."""
        self.server.reset_calls()
        return self.idem.apply(sls, self.profiles, self.esm, **options)

    def apply(self, test=False, function="present", **parameters):
        """Apply one state; return its result."""
        sls = harness.state("it", {"api_id": self.api_id, **parameters}, function)
        with shortened.alone():
            return self.run(sls, test=test)["it"]

    def both(self, sls, **options):
        """Apply an SLS in a dry run and in a run, which agree on what fails; return both results."""
        dry = self.run(sls, test=True, **options)
        real = self.run(sls, **options)
        assert {k: v["result"] for k, v in dry.items()} == {k: v["result"] for k, v in real.items()}
        return dry, real

    def call(self, reference, **arguments):
        """Call a function of the resource."""
        self.server.reset_calls()
        with shortened.alone():
            return self.idem.call(reference, self.profiles["default"], **arguments)

    @property
    def all(self):
        """The API's integrations, as AWS holds them, by id."""
        return self.server.integrations(self.api_id)

    @property
    def live(self):
        """The only integration of the API, as AWS holds it."""
        (live,) = self.all.values()
        return live

    @property
    def entry(self):
        """The only entry of the ESM."""
        (entry,) = self.esm.values()
        return entry

    def sent(self, operation="UpdateIntegration"):
        """The members of the only call of an operation in the last run."""
        (call,) = [call for call in self.server.calls if call.operation == operation]
        return call.body

    def writes(self):
        """How many calls of the last run change something."""
        return sum(
            count for operation, count in self.server.counts().items() if not operation.startswith("Get")
        )


def many(world, count, **more):
    """Return an SLS with states that differ in their description."""
    sls = {}
    for number in range(count):
        parameters = {"api_id": world.api_id, **HTTP, "description": str(number), **more}
        sls |= harness.state(f"state-{number}", parameters)
    return sls

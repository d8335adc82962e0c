"""One state of a run: its account, its entries in the ESM, and the format of its results."""

import copy
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from idem_apigwv2_integration.aws import account, errors, read, retry
from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.resource import arguments as checks
from idem_apigwv2_integration.resource import bindings, display, messages, values
from idem_apigwv2_integration.run import run

Resource = dict[str, Any] | None
Result = dict[str, Any]


class State:
    """One call of a state function.

    Args:
        hub: The hub.
        ctx: The context that Idem passes.
        keywords(dict): The keyword arguments beyond the function's own parameters.
        arguments(dict): The function's own arguments by name.

    Attributes:
        name: The Idem name of the resource.
        api_id: The API.
        resource_id: The integration's ID: the SLS's, or else the ESM's.
        given: The parameters of the integration that have a value, as the SLS means them.
        read_only: The fields that only AWS sets and that have a value.
        identity: Which state of the run it is; None if the function is called outside of a run, or by
            the code of another resource's state.
        dry_run: Whether nothing may be changed.
        creates_replacement: Whether the state creates what replaces an integration.
        unknown: The keyword arguments that are not Idem's own.
    """

    def __init__(self, hub, ctx, keywords: dict[str, Any], arguments: dict[str, Any]):
        self.hub, self._ctx = hub, ctx
        self.tag: str | None = ctx.get("tag")
        self.run = run.of(hub, ctx)
        self.identity = self.run.identity(self.tag, keywords)
        if self.identity:
            arguments = self.run.own_arguments(self.tag, self.identity, arguments)
        self.name: Any = arguments["name"]
        self.api_id: Any = arguments.get("api_id")
        self.resource_id: Any = arguments.get("resource_id")
        # Outside of a run, all that is passed is the caller's text.
        self._written = (self.run.written(self.tag) if self.identity else None) or arguments
        self.given = bindings.read_given(INTEGRATION.settable, arguments, self._written)
        self.read_only = {
            name: value for name, value in arguments.items() if name in INTEGRATION.read_only
        }
        name = self.identity.id if self.identity else self.name
        self.budget = retry.Budget(name, self.run.outages, self._sensitive, self.run.order(self.tag))
        self.account = account.of(hub, ctx)
        self.reader: read.Reader = self.account.reader
        self.dry_run = bool(ctx.get("test"))
        self.unknown = run.arguments(keywords)
        recreates = bool(
            keywords.get("recreation_flow") and self.identity and self.run.replaced(self.identity)
        )
        self.creates_replacement = recreates and self.step != "delete old"
        # Idem records the deletion under an ID of its own if the replacement is created first.
        if self.identity and (self.step == "create new" or (self.step == "delete old" and recreates)):
            self.run.record_as(self.tag, self.identity)

    async def once(self, act: Callable[["State"], Awaitable[Result]]) -> Result:
        """Return the result of the state.

        A state that has failed for good earlier in the run is not executed again, but fails again.

        Args:
            act: Executes the state.
        """
        # The code of another resource's state may call the function more than once.
        tag = (self.tag or "") if self.identity else ""
        known = self.run.failures.get(tag)
        if known is not None:
            self.skip_esm()
            return copy.deepcopy(known)
        with display.hiding(self._marked):
            result = await self._executed(act)
        if tag and result["result"] is False and not result["rerun_data"]["pending"]:
            self.run.failures[tag] = copy.deepcopy(result)
        return result

    async def _executed(self, act: Callable[["State"], Awaitable[Result]]) -> Result:
        try:
            return await act(self)
        except errors.CallFailed as failure:
            return self.from_failure(self.held, failure)
        except Exception as error:
            self.hub.log.error(traceback.format_exc())
            crashed = messages.crashed(type(error).__name__, str(error))
            return self.failed(self.held, self.held, [crashed])

    @property
    def _marked(self) -> set[str]:
        """The parameters of the integration that the SLS marks as sensitive."""
        marked = self.run.sensitive(self.identity) if self.identity else set()
        return marked & set(INTEGRATION.settable)

    @property
    def nulls(self) -> list[str]:
        """A sentence for each key of a map without a value, except for those that Idem ignores."""
        ignored = self._written.get("ignore_changes") or ()
        return checks.check_nulls(self.given, ignored)

    @property
    def step(self) -> str | None:
        """The part of a replacement that the state is: ``delete old``, ``create new`` or None."""
        return self.identity.step if self.identity else None

    def entries(self, resource_id: str | None = None) -> list[dict[str, Any]]:
        """Return the ESM entries of the state, the one that Idem uses first; see `Run.entries`."""
        if self.identity:
            return self.run.entries(self.identity, resource_id)
        held = self.held
        return [held] if held and held.get("api_id") else []

    @property
    def held(self) -> Resource:
        """What the ESM records for the state."""
        if self.identity and self.step != "delete old":
            return next(iter(self.entries()), None)
        return self._ctx.get("old_state") if self.identity or not self.tag else None

    @property
    def deposed(self) -> Resource:
        """The ESM entry of an integration that was replaced and not deleted yet."""
        return self.run.deposed(self.identity) if self.identity and self.step != "delete old" else None

    @property
    def replaced(self) -> dict[str, Any]:
        """The integration that this state replaces, as the ESM records it or the SLS names it."""
        named = self.run.replaced(self.identity) if self.identity else None
        assert named, "only a state that creates a replacement has one"
        recorded = [one for one in self.entries() if one["resource_id"] == named["resource_id"]]
        return recorded[0] if recorded else {key: named[key] for key in ("resource_id", "api_id")}

    def propose(self, api_id: str, resource_id: str) -> None:
        """Announce that this state is about to claim an integration."""
        if self.identity:
            key = (self.account.location, api_id, resource_id)
            self.account.manage(api_id, resource_id)
            self.run.propose(key, self.identity, self.run.order(self.tag))

    def claim(self, resource: dict[str, Any]) -> str | None:
        """Make this state the owner of an integration; return a sentence if it has another owner."""
        if self.identity is None:
            return None
        key = (self.account.location, resource["api_id"], resource["resource_id"])
        self.account.manage(*key[1:])
        owner = self.run.claim(key, self.identity)
        return messages.owned(resource, owner.id, owner.function) if owner else None

    def own(self, resource: dict[str, Any]) -> None:
        """Record that this state created or adopted an integration, and what it replaces."""
        self.claim(resource)
        if self.identity is None:
            return
        self.run.created[self.identity] = (resource["api_id"], resource["resource_id"])
        if self.creates_replacement and self.step is None:
            self.run.depose(self.identity, self.replaced)

    def lost(self, api_id: str, resource_id: str) -> str | None:
        """Return a sentence if another state of this run has deleted an integration."""
        owner, _ = self.run.deleted.get((self.account.location, api_id, resource_id), (None, None))
        if owner in (None, self.identity):
            return None
        resource = {"api_id": api_id, "resource_id": resource_id}
        return messages.owned(resource, owner.id, owner.function)

    def delete(self, resource: dict[str, Any]) -> None:
        """Record that this state has deleted an integration, or would have in a run."""
        if self.identity and self.step is None:
            key = (self.account.location, resource["api_id"], resource["resource_id"])
            self.run.deleted[key] = (self.identity, resource)

    def deleted(self, api_id: str) -> list[dict[str, Any]]:
        """Return the integrations of an API that states of this run have deleted, or would have."""
        return [
            resource
            for key, (_, resource) in self.run.deleted.items()
            if key[:2] == (self.account.location, api_id)
        ]

    def claimed(self, api_id: str) -> set[str]:
        """Return the IDs of an API's integrations that the run's states manage or the SLS names."""
        return self.run.claimed(self.account.location, api_id) | self.run.named()

    def known(self, api_id: str) -> set[str]:
        """Return the IDs of an API's integrations that the run or the ESM knows already."""
        return self.claimed(api_id) | set(self.run.recorded(api_id))

    def skip_esm(self) -> None:
        """Keep Idem from writing to the ESM, unless the context belongs to another state."""
        if self.identity:
            self._ctx["skip_esm"] = True

    def option(self, name: str) -> Any:
        """Return one of Idem's options."""
        return self.hub.OPT.idem.get(name)

    def done(self, old: Resource, new: Resource, comment: list[str]) -> dict[str, Any]:
        """Return the result of a state that is as declared."""
        return {
            "name": self.name,
            "result": True,
            "comment": [display.printable(sentence) for sentence in comment],
            "old_state": old,
            "new_state": new,
            # None makes Idem compare the two, member by member.
            "changes": {} if old == new else None,
            "rerun_data": None,
        }

    def failed(
        self, old: Resource, new: Resource, comment: list[str], pending: bool = False
    ) -> dict[str, Any]:
        """Return the result of a state that is not as declared.

        Args:
            old: What was there before.
            new: What is there now, as far as is known; Idem records it.
            comment: What went wrong.
            pending: Whether it may help to run the state again; see `reruns`.
        """
        return self.done(old, new, comment) | {
            "result": False,
            # An empty rerun_data would make Idem read the resource once more.
            "rerun_data": {"pending": pending},
            # Idem records what a failed state has changed only if it is asked to.
            "force_save": bool(new) and new != old,
        }

    def from_failure(
        self, known: Resource, failure: errors.CallFailed, more: list[str] | None = None
    ) -> dict[str, Any]:
        """Return the result of a state for which a call to AWS failed; all retries have been made."""
        return self.failed(known, known, [str(failure), *(more or [])])

    def _sensitive(self, *resources: Resource) -> set[str]:
        """Return the texts in the parameters that are marked as sensitive."""
        names = self._marked
        sources = [self.given, *(one for one in resources if one), *self.entries()] if names else []
        return {
            text
            for source in sources
            for name in names
            for text in _texts(source.get(name))
            if not values.is_placeholder(text)
        }


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    return [str(value)] if value not in (None, "") else []

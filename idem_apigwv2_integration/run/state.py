"""One call of a state function: what is declared, what Idem records of it, and its result."""

import copy
import dataclasses
import traceback
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from idem_apigwv2_integration.aws import account, errors, read, retry
from idem_apigwv2_integration.resource import display, messages, values
from idem_apigwv2_integration.resource.declaration import Declaration
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.resource.type import ResourceType
from idem_apigwv2_integration.run import calls, record, replace

Resource = dict[str, Any] | None


@dataclasses.dataclass
class Outcome:
    """The result of a state, before it is rendered for Idem.

    Args:
        success: Whether the resource is as declared.
        old: What was there before.
        new: What is there now, or would be, as far as is known; Idem records it.
        comment: What was done or went wrong, a sentence each.
        pending: Whether it may help to run a failed state again; see `is_pending`.
        settled: Whether the states that depend on a failed one may continue: the ESM records it.
    """

    success: bool
    old: Resource
    new: Resource
    comment: list[str]
    pending: bool = False
    settled: bool = False


class ExecFailed(Exception):
    """An exec function failed.

    Args:
        comment: Why, a sentence each.
        refused: Whether AWS refused the call, for example for lack of a permission.
        routes: The routes for which AWS does not delete the resource.
    """

    def __init__(self, comment: list[str], refused: bool = False, routes: Iterable[str] = ()):
        super().__init__(" ".join(comment))
        self.comment, self.refused, self.routes = comment, refused, set(routes)


class State:
    """One call of a state function.

    Args:
        hub: The hub.
        ctx: The context that Idem passes.
        kind: The type of the resource.
        keywords(dict): The keyword arguments beyond the function's own parameters.
        parameters(dict): The function's own parameters by name.

    Attributes:
        declared: What the SLS says.
        identity: Which state of the run it is; None if the function is called outside of a run, or by
            the code of another resource's state.
        replacement: What recreate_on_update makes of it.
        run: The record of the run.
        dry_run: Whether nothing may be changed.
    """

    def __init__(self, hub, ctx, kind: ResourceType, keywords: dict[str, Any], parameters: dict):
        self.hub, self._ctx, self.kind = hub, ctx, kind
        self.tag: str | None = ctx.get("tag")
        self.run = record.of(hub, ctx, kind)
        self.identity = replace.identify(self.run, self.tag, keywords)
        self.dry_run = bool(ctx.get("test"))
        passed = {**parameters, **record.without_idems_own(keywords)}
        written = None
        if self.identity:
            recreates = bool(keywords.get("recreation_flow"))
            self.replacement = replace.Replacement(self.run, self.identity, recreates)
            self.replacement.record_under_own_id(self.tag)
            passed = self.replacement.own_arguments(self.tag, passed)
            written = next(iter(self.run.chunks(self.tag)), None)
        else:
            nobody = record.Identity(kind.name, "", "", "")
            self.replacement = replace.Replacement(record.Record(kind, {}), nobody)
        # Outside of a run, all that is passed is the caller's text.
        self.declared = Declaration(kind, passed, written or passed, self.sensitive)
        self._written = written or {}
        self.name: Any = self.declared.name
        self.resource_id: Any = self.declared.resource_id
        self._notes: list[str] = list(self.declared.notes)
        self._seen: list[dict[str, Any]] = []
        name = self.identity.id if self.identity else self.name
        order = self.run.order(self.tag)
        self.budget = retry.Budget(name, self.run.outages, self._hidden, order)
        self.account = account.of(hub, ctx)
        self.reader: read.Reader = self.account.reader

    async def result(self, act: Callable[["State"], Awaitable[Outcome]]) -> dict[str, Any]:
        """Return the result of the state as Idem expects it.

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
        outcome = await self._execute(act)
        result = self._render(outcome)
        if tag and not outcome.success and not outcome.pending:
            self.run.failures[tag] = copy.deepcopy(result)
        return result

    async def _execute(self, act: Callable[["State"], Awaitable[Outcome]]) -> Outcome:
        try:
            return await act(self)
        except (ExecFailed, errors.CallFailed) as failure:
            return self.failed(self.held, str(failure))
        except Exception as error:
            self.hub.log.error(traceback.format_exc())
            return self.failed(self.held, messages.crashed(type(error).__name__, str(error)))

    def _render(self, outcome: Outcome) -> dict[str, Any]:
        """Return an outcome as Idem expects it; here, and only here, the notes are added."""
        old, new = outcome.old, outcome.new
        sentences = dict.fromkeys([*outcome.comment, *self._notes])
        result = {
            "name": self.name,
            "result": outcome.success,
            "comment": [display.printable(sentence) for sentence in sentences],
            "old_state": old,
            "new_state": new,
            # None makes Idem compare the two, member by member.
            "changes": {} if old == new else None,
            "rerun_data": None,
        }
        if not outcome.success:
            # An empty rerun_data would make Idem read the resource once more.
            result["rerun_data"] = {"pending": outcome.pending}
            result["rerun_data"] |= {"settled": True} if outcome.settled else {}
            # Idem records what a failed state has changed only if it is asked to.
            result["force_save"] = bool(new) and new != old
        return result

    def note(self, sentences: Iterable[str]) -> None:
        """Add sentences to the comment, whatever comes of the state."""
        self._notes += sentences

    def done(self, old: Resource, new: Resource, comment: list[str]) -> Outcome:
        """Return the outcome of a state that is as declared."""
        return Outcome(True, old, new, comment)

    def failed(self, known: Resource, *comment: str, pending: bool = False) -> Outcome:
        """Return the outcome of a state that has changed nothing, and is not as declared."""
        return Outcome(False, known, known, list(comment), pending=pending)

    @property
    def api_id(self) -> Any:
        """The ID of the API."""
        return self.declared.api_id

    @property
    def declared_protocol(self) -> str | None:
        """The protocol of an API that the run creates, if the state that declares it says so."""
        return record.declared_protocol(self._written.get("api_id"), self.run.states)

    @property
    def held(self) -> Resource:
        """What the ESM records for the state."""
        if self.identity and not self.replacement.deletes:
            return next(iter(self.entries()), None)
        return self._ctx.get("old_state") if self.identity or not self.tag else None

    def entries(self, resource_id: str | None = None) -> list[dict[str, Any]]:
        """Return the ESM entries of the state; see `Replacement.entries`."""
        if self.identity:
            return self.replacement.entries(resource_id)
        held = self.held
        return [held] if held and all(self.kind.home(held)) else []

    def skip_esm(self) -> None:
        """Keep Idem from writing to the ESM, unless the context belongs to another state."""
        if self.identity:
            self._ctx["skip_esm"] = True

    def option(self, name: str) -> Any:
        """Return one of Idem's options."""
        return self.hub.OPT.idem.get(name)

    async def get(self, ids: dict[str, Any]) -> Resource:
        """Return a resource as it is now, or None if it does not exist.

        Raises:
            ExecFailed: It can't be read.
        """
        found = await self._call("get", **ids)
        if found["ret"] is None:
            return None
        return self._see(found["ret"])

    async def list_all(self) -> list[dict[str, Any]] | None:
        """Return what is where the SLS's resource is, by ID; None if that place does not exist.

        Raises:
            ExecFailed: They can't be read.
        """
        found = (await self._call("list", **self.declared.parents))["ret"]
        return None if found is None else [_plain(one) | {"name": self.name} for one in found]

    async def write(self, plan: Plan) -> tuple[dict[str, Any], list[str], bool]:
        """Create or update a resource with one call.

        Returns:
            The resource, what was done, and whether the resource is as planned.

        Raises:
            ExecFailed: It was not changed, or it is unknown whether it was.
        """
        prepared = calls.Prepared(plan, self.declared.home)
        function = "update" if plan.live else "create"
        more = {"resource_id": plan.live["resource_id"], "live": plan.live} if plan.live else {}
        written = await self._call(function, prepared, **self.declared.parents, **more, **plan.given)
        return self._see(written["ret"]), list(written["comment"]), written["result"]

    async def delete(self, resource: dict[str, Any]) -> list[str]:
        """Delete a resource, and return what was done.

        Raises:
            ExecFailed: It still exists, or it is unknown whether it does.
        """
        ids = {name: resource[name] for name in self.kind.id_names}
        return list((await self._call("delete", **ids))["comment"])

    async def _call(
        self, function: str, prepared: calls.Prepared | None = None, **arguments: Any
    ) -> dict[str, Any]:
        """Call an exec function through the hub, with the context of the state."""
        ctx = type(self._ctx)()
        # Not `ctx.update`, which would copy what the values hold.
        dict.update(
            ctx,
            self._ctx,
            **{calls.PREPARED: prepared, "budget": self.budget, "sensitive": self.sensitive},
        )
        target = getattr(self.hub.exec[self.kind.name], function)
        result = await target(ctx, name=self.name, **arguments)
        if result["result"] or (prepared and result["ret"]):
            return result
        routes = (result["ret"] or {}).get("routes", ())
        raise ExecFailed(list(result["comment"]), bool(result.get("refused")), routes)

    def _see(self, resource: dict[str, Any]) -> dict[str, Any]:
        self._seen.append(_plain(resource))
        return self._seen[-1]

    @property
    def sensitive(self) -> set[str]:
        """The parameters of the resource that the SLS marks as sensitive."""
        marked = self.run.sensitive(self.replacement.state_ids) if self.identity else set()
        return marked & set(self.kind.settable)

    def _hidden(self) -> set[str]:
        """Return the texts in the parameters that are marked as sensitive."""
        names = self.sensitive
        sources = [self.declared.given, *self._seen, *self.entries()] if names else []
        return {
            text
            for source in sources
            for name in names
            for text in _texts(source.get(name))
            if not values.is_placeholder(text)
        }


def _plain(value: Any) -> Any:
    """Return a value without the dictionary types of Idem, which the ESM can't hold."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    return [str(value)] if value not in (None, "") else []

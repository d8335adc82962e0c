"""One call of a state function: what is declared, what Idem records of it, and its result."""

import contextlib
import copy
import dataclasses
import traceback
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from idem_apigwv2_integration.aws import account, errors, retry
from idem_apigwv2_integration.resource import display, messages, values
from idem_apigwv2_integration.resource.declaration import Declaration
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.resource.type import Home, ResourceType
from idem_apigwv2_integration.run import calls, ledger, record, replace

Resource = dict[str, Any] | None


@dataclasses.dataclass
class Outcome:
    """The result of a state, before it is rendered for Idem.

    Args:
        success: Whether the resource is as declared.
        new: What is there now, or would be, as far as is known; Idem records it.
        pending: Whether it may help to run a failed state again; see `is_pending`.
        usable: Whether the states that depend on a failed one may continue: the ESM records it.
    """

    success: bool
    old: Resource
    new: Resource
    comment: list[str]
    pending: bool = False
    usable: bool = False


def failed(known: Resource, *comment: str, pending: bool = False) -> Outcome:
    """Return the outcome of a state that has changed nothing, and is not as declared."""
    return Outcome(False, known, known, list(comment), pending=pending)


class ExecFailed(Exception):
    """An exec function failed; for example, routes target what is to be deleted.

    Args:
        pending: Whether another state of the run may make it succeed.
    """

    def __init__(
        self,
        comment: list[str],
        refused: bool = False,
        routes: Iterable[str] = (),
        pending: bool = False,
    ):
        super().__init__(" ".join(comment))
        self.comment, self.refused, self.routes = comment, refused, set(routes)
        self.pending = pending


class State:
    """One call of a state function.

    Args:
        keywords(dict): The keyword arguments beyond the function's own parameters.
        parameters(dict): The function's own parameters by name.

    Attributes:
        identity: Which state of the run it is; None if the function is called outside of a run, or by
            the code of another resource's state.
        manager: As which state it claims resources.
        written: The state as the SLS has it; empty if the SLS does not have it.
        declared: What the SLS says, or what is passed.
        entries: The ESM entries of the state, the one that Idem uses first.
        held: What the ESM records for the state.
        place: Where its resource is; of what does not exist yet, the SLS's text.
        declared_protocol: The protocol of an API that the run creates, if the state that declares it
            says so.
        notes: What to say, whatever comes of the state.
    """

    def __init__(self, hub, ctx, kind: ResourceType, keywords: dict[str, Any], parameters: dict):
        self.hub, self._ctx, self.kind, self.tag = hub, ctx, kind, ctx.get("tag")
        self.run = run = record.of(hub, ctx.get("run_name"), kind)
        self.identity = replace.identify(run, self.tag, keywords)
        self.written = (run.chunk(self.tag) if self.tag and self.identity else None) or {}
        passed = {**parameters, **record.without_idems_own(keywords)}
        if self.identity:
            recreates = bool(keywords.get("recreation_flow"))
            self.replacement = replace.Replacement(run, self.identity, recreates)
            if self.written and (run.inverted or self.replacement.namesake):
                passed = self.replacement.own_arguments(self.written, passed)
            if self.replacement.renamed:
                run.record_as(self.tag, self.identity)
        else:
            nameless = record.Identity(kind.name, "", "", "")
            self.replacement = replace.Replacement(record.Record(kind, {}), nameless)
        self.manager = self.identity and self.identity.manager
        self._marked = run.sensitive(self.replacement.state_ids)
        self.sensitive = {name for name in kind.settable if name in self._marked}
        # Outside of a run, all that is passed is the caller's text.
        self.declared = declared = Declaration(kind, passed, self.written or passed, self.sensitive)
        self.name: Any = declared.name
        self.resource_id: Any = declared.resource_id
        self.notes: list[str] = list(declared.notes)
        self.order: int = run.started(self.tag).get("__run_num", 0)
        self.dry_run = bool(ctx.get("test"))
        self.entries, self.held = self._read_esm()
        self._seen: list[dict[str, Any]] = []
        name = self.identity.id if self.identity else self.name
        self.waiter = retry.Waiter(name, run.outages, self._hidden, self.order)
        self.account, self._profile = account.of(hub, ctx), dict(ctx.get("acct") or {})
        is_open = values.is_placeholder(declared.parents)
        home = self._written_home() if is_open else declared.home
        self.place: ledger.Place = (self.account.location, home)
        api_id = self.written.get("api_id")
        self.declared_protocol = record.declared_protocol(api_id, run.states) if is_open else None

    def _written_home(self) -> Home:
        """Return what is to contain the resource, with the SLS's text for what does not exist yet.

        In a dry run, all that does not exist yet has the same ID: only the text distinguishes it.
        """
        text = self.written
        if self.identity and self.identity.step:
            # In a state that Idem adds for a replacement, the text is resolved; in the state that is
            # replaced, it is that of the SLS.
            text = self.run.chunk(f"{self.identity.esm_tag()}{self.identity.function}") or text
        return tuple(
            text.get(name) if values.is_placeholder(value) else value
            for name, value in self.declared.parents.items()
        )

    def _read_esm(self) -> tuple[list[dict[str, Any]], Resource]:
        """Return the ESM entries of the state, and the one that Idem passes."""
        old = self._ctx.get("old_state")
        if not self.identity:
            held = None if self.tag else old
            return [held] if held and all(self.kind.home(held)) else [], held
        if self.replacement.deletes:
            return self.replacement.entries_of(self.resource_id), old
        return self.replacement.own, next(iter(self.replacement.own), None)

    async def result(self, act: Callable[["State"], Awaitable[Outcome]]) -> dict[str, Any]:
        """Execute the state, and return its result as Idem expects it.

        A state that has failed for good earlier in the run is not executed again, but fails again.
        """
        # The code of another resource's state may call the function more than once.
        tag = (self.tag or "") if self.identity else ""
        known = self.run.failures.get(tag)
        if known is not None:
            return copy.deepcopy(known)
        alone = self.run.executions[self.manager] if self.manager else contextlib.nullcontext()
        try:
            async with alone:
                wrong = self._check_sensitive()
                outcome = failed(self.held, *wrong) if wrong else await act(self)
        except ExecFailed as failure:
            outcome = failed(self.held, str(failure), pending=failure.pending)
        except errors.CallFailed as failure:
            outcome = failed(self.held, str(failure))
        except Exception as error:
            self.hub.log.error(traceback.format_exc())
            outcome = failed(self.held, messages.crashed(type(error).__name__, str(error)))
        result = self._render(outcome)
        if tag and not outcome.success and not outcome.pending:
            self.run.failures[tag] = copy.deepcopy(result)
        return result

    def _render(self, outcome: Outcome) -> dict[str, Any]:
        """Return an outcome as Idem expects it; here, and only here, the notes are added."""
        old, new = outcome.old, outcome.new
        sentences = dict.fromkeys([*outcome.comment, *self.notes])
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
            result["rerun_data"] |= {"usable": True} if outcome.usable else {}
            # Idem records what a failed state has changed only if it is asked to.
            result["force_save"] = bool(new) and new != old
        return result

    def skip_esm(self) -> None:
        """Keep Idem from writing to the ESM, unless the context belongs to another state."""
        if self.identity:
            self._ctx["skip_esm"] = True

    def key(self, resource: dict[str, Any]) -> ledger.Key:
        """Return what identifies a resource among all that the run manages."""
        return self.account.location, self.kind.home(resource), resource["resource_id"]

    def natural_key(self, value: Any) -> ledger.Key:
        """Return what the state claims if its resource is to have a value of the natural key."""
        return (*self.place, f"{self.kind.key}: {value}")

    async def get(self, ids: dict[str, Any]) -> Resource:
        """Return a resource as it is now, or None if it does not exist."""
        found = (await self._call("get", ids))["ret"]
        if found is None:
            return None
        self._seen.append(_plain(found))
        return self._seen[-1]

    async def list_all(self) -> list[dict[str, Any]] | None:
        """Return what is where the SLS's resource is, by ID; None if that place does not exist."""
        found = (await self._call("list", self.declared.parents))["ret"]
        return None if found is None else [_plain(one) | {"name": self.name} for one in found]

    async def write(self, plan: Plan) -> tuple[dict[str, Any], list[str], bool]:
        """Create or update a resource with one call.

        Returns:
            The resource, what was done, and whether the resource is as planned.
        """
        arguments = self.declared.parents | plan.given
        if plan.live:
            arguments |= {"resource_id": plan.live["resource_id"], "live": plan.live}
        written = await self._call("update" if plan.live else "create", arguments, plan)
        self._seen.append(_plain(written["ret"]))
        return self._seen[-1], list(written["comment"]), written["result"]

    async def delete(self, resource: dict[str, Any]) -> list[str]:
        """Delete a resource, and return what was done."""
        ids = {name: resource[name] for name in self.kind.id_names}
        return list((await self._call("delete", ids))["comment"])

    async def _call(
        self, function: str, arguments: dict[str, Any], plan: Plan | None = None
    ) -> dict[str, Any]:
        """Call an exec function through the hub, with the context of the state."""
        arguments = {"name": self.name, **arguments}
        # A contract may change them in place.
        passed = copy.deepcopy(arguments)
        caller = calls.Caller(
            self._profile, self.account, self.waiter, passed, self.sensitive, self.manager, plan
        )
        ctx = type(self._ctx)()
        # Not `ctx.update`, which would copy what the values hold.
        dict.update(ctx, self._ctx, **{calls.CALLER: caller})
        result = await getattr(self.hub.exec[self.kind.name], function)(ctx, **arguments)
        if result["result"] or (plan and result["ret"]):
            return result
        routes = (result["ret"] or {}).get("routes", ())
        raise ExecFailed(list(result["comment"]), bool(result.get("refused")), routes)

    def _check_sensitive(self) -> list[str]:
        """Return a sentence for each element of ``sensitive`` that is no name.

        Idem would raise an exception because of it, after the write, and record nothing.
        """
        return [
            self.declared.wrong_type(
                f"sensitive has {display.HIDDEN}", "sensitive", name, "the name of a parameter"
            )
            for name in self._marked
            if not isinstance(name, str)
        ]

    def _hidden(self) -> set[str]:
        """Return the texts in the parameters that are marked as sensitive."""
        sources = [self.declared.given, *self._seen, *self.entries] if self.sensitive else []
        return {
            text
            for source in sources
            for name in self.sensitive
            for text in _texts(source.get(name))
            if not values.is_placeholder(text)
        }


def is_pending(run: record.Record, result: dict[str, Any]) -> bool:
    """Return whether Idem's reconciler is to run a state again.

    A state that failed for good is run again, without a call to AWS, while states that depend on it are:
    without it among the states of a rerun, Idem looks for it in the ESM only, and reports that it is not
    there, or lets them continue with what an earlier run recorded.
    """
    if result["result"] is not False:
        return False
    known = result.get("rerun_data")
    if not isinstance(known, dict) or not known:
        # Idem did not call the state, because one that it requires failed; or the state raised an
        # exception: only the result that Idem itself returns for that has a `ret`.
        known = {"pending": "ret" not in result}
    if known.get("pending"):
        return True
    # Those that depend on an integration that is as declared may continue: the ESM records it.
    return not known.get("usable") and bool(run.failed_dependents(result.get("tag")))


def _plain(value: Any) -> Any:
    """Return a value without the dictionary types of Idem, which the ESM can't hold."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    return [str(value)] if value not in (None, "") else []

"""One call of a state function: what is declared, what Idem records of it, and its result."""

from __future__ import annotations

import contextlib
import copy
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from idem_apigwv2_integration.aws import account, errors, retry
from idem_apigwv2_integration.resource import display, matching, messages, values
from idem_apigwv2_integration.resource.declaration import Declaration
from idem_apigwv2_integration.resource.plan import Plan
from idem_apigwv2_integration.resource.type import Home, ResourceType
from idem_apigwv2_integration.run import calls, ledger, record, replace

Resource = dict[str, Any]


class Failed(Exception):
    """A state has failed: its resource is not as declared.

    Args:
        pending: Whether it may help to run it again, because another state of the run may make it
            succeed; see `record.Record.is_pending`.
        usable: Whether the states that depend on it may continue: the ESM records its resource.
    """

    def __init__(self, *comment: str, pending: bool = False, usable: bool = False):
        super().__init__(" ".join(comment))
        self.comment, self.pending, self.usable = list(comment), pending, usable


class State:
    """One call of a state function.

    Args:
        keywords(dict): The keyword arguments beyond the function's own parameters.
        parameters(dict): The function's own parameters by name.

    Attributes:
        identity: Which state of the run it is, and which part of a replacement.
        manager: As which state it claims resources; None if it is no state of the run.
        written: The state as the SLS has it; empty if the SLS does not have it.
        declared: What the SLS says, or what is passed.
        entries: The ESM entries of the state, the one that Idem uses first.
        held: What the ESM records for the state.
        old: The resource before the state, as far as is known by now.
        new: What is there now, or would be, as far as is known; Idem records it.
        place: Where its resource is; of what does not exist yet, the SLS's text.
        declared_protocol: The protocol of an API that the run creates, if the state that declares it
            says so.
        profile: A copy of the acct profile, which leads to the account.
        notes: What to say, whatever comes of the state.
    """

    def __init__(self, hub, ctx, kind: ResourceType, keywords: dict[str, Any], parameters: dict):
        self.hub, self._ctx, self.kind, self.tag = hub, ctx, kind, ctx.get("tag")
        self.run = run = record.of(hub, ctx.get("run_name"), kind)
        self.identity = replace.identify(run, self.tag, keywords)
        self.manager = self.identity.manager
        self.written = (run.chunk(self.tag) if self.manager else None) or {}
        self.replacement = replace.Replacement(run, self.identity, bool(keywords.get("recreation_flow")))
        passed = {**parameters, **record.without_idems_own(keywords)}
        if self.written:
            passed = self.replacement.own_arguments(self.written, passed)
        if self.replacement.renamed:
            run.record_as(self.tag, self.identity)
        self._marked = run.sensitive(self.replacement.state_ids)
        self.sensitive = {name for name in kind.settable if name in self._marked}
        # Outside of a run, all that is passed is the caller's text.
        self.declared = declared = Declaration(kind, passed, self.written or passed, self.sensitive)
        self.name: Any = declared.name
        self.resource_id: Any = declared.resource_id
        self.notes: list[str] = list(declared.notes)
        self.order: int = run.started(self.tag).get("__run_num", 0)
        self.dry_run = bool(ctx.get("test"))
        self.entries, passed_entry = self.replacement.own, ctx.get("old_state")
        self.held: Resource | None = next(iter(self.entries), None)
        if self.replacement.deletes:
            self.entries, self.held = self.replacement.entries_of(self.resource_id), passed_entry
        elif not self.tag:
            self.held = passed_entry
            self.entries = [self.held] if self.held and all(kind.home(self.held)) else []
        self.old = self.new = self.held
        self._seen: list[dict[str, Any]] = []
        name = self.identity.id or self.name
        self.waiter = retry.Waiter(name, run.outages, self._hidden, self.order)
        self.account, self.profile = account.of(hub, ctx), dict(ctx.get("acct") or {})
        is_open = values.is_open(declared.parents)
        home = self._written_home() if is_open else declared.home
        self.place: ledger.Place = (self.account.location, home)
        api_id = self.written.get("api_id")
        self.declared_protocol = record.declared_protocol(api_id, run.states) if is_open else None

    def _written_home(self) -> Home:
        """Return what is to contain the resource, with the SLS's text for what does not exist yet.

        In a dry run, all that does not exist yet has the same ID: only the text distinguishes it.
        """
        text = self.written
        if self.identity.step:
            # In a state that Idem adds for a replacement, the text is resolved; in the state that is
            # replaced, it is that of the SLS.
            text = self.run.chunk(f"{self.identity.esm_tag()}{self.identity.function}") or text
        return tuple(
            text.get(name) if values.is_open(value) else value
            for name, value in self.declared.parents.items()
        )

    async def result(self, act: Callable[[State], Awaitable[list[str]]]) -> dict[str, Any]:
        """Execute the state, and return its result as Idem expects it.

        A state that has failed for good earlier in the run is not executed again, but fails again.

        Args:
            act: Sets `old` and `new`, and returns what to say; it fails if that is not as declared.
        """
        # The code of another resource's state may call the function more than once.
        tag = self.tag if self.manager else None
        if tag in self.run.failures:
            return copy.deepcopy(self.run.failures[tag])
        alone = self.run.executions[self.manager] if self.manager else contextlib.nullcontext()
        try:
            async with alone:
                self._check_sensitive()
                return self._render(await act(self))
        except Failed as error:
            failure = error
        except errors.CallFailed as error:
            failure = Failed(str(error))
        except Exception as error:
            self.hub.log.error(traceback.format_exc())
            failure = Failed(messages.crashed(type(error).__name__, str(error)))
        result = self._render(failure.comment)
        # An empty rerun_data would make Idem read the resource once more.
        rerun = {"pending": failure.pending} | ({"usable": True} if failure.usable else {})
        # Idem records what a failed state has changed only if it is asked to.
        result |= {"result": False, "rerun_data": rerun, "force_save": self.new != self.old}
        if tag and not failure.pending:
            self.run.failures[tag] = copy.deepcopy(result)
        return result

    def _render(self, comment: list[str]) -> dict[str, Any]:
        """Return the result of a success as Idem expects it; here, and only here, notes are added."""
        sentences = dict.fromkeys([*comment, *self.notes])
        return {
            "name": self.name,
            "result": True,
            "comment": [display.printable(sentence) for sentence in sentences],
            "old_state": self.old,
            "new_state": self.new,
            # None makes Idem compare the two, member by member.
            "changes": {} if self.old == self.new else None,
            "rerun_data": None,
        }

    def skip_esm(self) -> None:
        """Keep Idem from writing to the ESM, unless the context belongs to another state."""
        if self.manager:
            self._ctx["skip_esm"] = True

    def key(self, resource: dict[str, Any]) -> ledger.Key:
        """Return what identifies a resource among all that the run manages."""
        return self.account.location, self.kind.home(resource), resource["resource_id"]

    def natural_key(self, value: Any) -> ledger.Key:
        """Return what the state claims if its resource is to have a value of the natural key."""
        return (*self.place, f"{self.kind.key}: {value}")

    async def get(self, ids: dict[str, Any]) -> Resource | None:
        """Return a resource as it is now, or None if it does not exist."""
        found = (await self._call("get", ids))["ret"]
        if found is None:
            return None
        self._seen.append(_plain(found))
        return self._seen[-1]

    async def list_all(self) -> list[dict[str, Any]]:
        """Return what is where the SLS's resource is, by ID; fail if that place does not exist."""
        declared = self.declared
        found = (await self._call("list", declared.parents))["ret"]
        if found is not None:
            return [_plain(one) | {"name": self.name} for one in found]
        missing = matching.missing_api(declared.api_id, self.account.location[0])
        if len(declared.parents) > 1:
            with contextlib.suppress(errors.CallFailed):
                await self.account.reader.protocol(declared.api_id, self.waiter)
                missing = matching.missing_parent(self.kind, declared.parents)
        raise Failed(missing)

    async def write(self, plan: Plan) -> tuple[list[str], bool]:
        """Create or update the resource with one call; AWS's response is the new state.

        Returns:
            What was done, and whether the resource is as planned.
        """
        arguments = self.declared.parents | plan.given
        if plan.live:
            arguments |= {"resource_id": plan.live["resource_id"], "live": plan.live}
        result = await self._call("update" if plan.live else "create", arguments, plan)
        self.old, self.new = plan.live, _plain(result["ret"])
        self._seen.append(self.new)
        return list(result["comment"]), result["result"]

    async def delete(self, resource: dict[str, Any]) -> list[str]:
        """Delete a resource, and return what was done."""
        ids = {name: resource[name] for name in self.kind.id_names}
        return list((await self._call("delete", ids))["comment"])

    async def _call(
        self, function: str, arguments: dict[str, Any], plan: Plan | None = None
    ) -> dict[str, Any]:
        """Call an exec function through the hub, with the context of the state.

        Raises:
            errors.CallFailed: It failed. `errors.Blocked` has the routes that target what is to be
                deleted.
        """
        arguments = {"name": self.name, **arguments}
        # A contract may change them in place.
        caller = calls.Caller(self, copy.deepcopy(arguments), plan)
        ctx = type(self._ctx)()
        # Not `ctx.update`, which would copy what the values hold.
        dict.update(ctx, self._ctx, **{calls.CALLER: caller})
        result = await getattr(self.hub.exec[self.kind.name], function)(ctx, **arguments)
        if result["result"] or (plan and result["ret"]):
            return result
        what = " ".join(result["comment"])
        if routes := (result["ret"] or {}).get("routes"):
            blocked = errors.Blocked(what)
            blocked.routes = tuple(routes)
            raise blocked
        raise (errors.Refused if result.get("refused") else errors.CallFailed)(what)

    def _check_sensitive(self) -> None:
        """Fail if an element of ``sensitive`` is no name.

        Idem would raise an exception because of it, after the write, and record nothing.
        """
        subject, expected = f"sensitive has {display.HIDDEN}", "the name of a parameter"
        wrong = [name for name in self._marked if not isinstance(name, str)]
        if wrong:
            wrong_type = self.declared.wrong_type
            raise Failed(*(wrong_type(subject, "sensitive", name, expected) for name in wrong))

    def _hidden(self) -> set[str]:
        """Return the texts in the parameters that are marked as sensitive."""
        sources = [self.declared.given, *self._seen, *self.entries] if self.sensitive else []
        return {
            str(text)
            for source in sources
            for name in self.sensitive
            for text in values.scalars(source.get(name))
            if text not in (None, "") and not values.has_placeholder(text)
        }


def _plain(value: Any) -> Any:
    """Return a value without the dictionary types of Idem, which the ESM can't hold."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value

"""The results of a run of Idem, of states of every resource type, as what each state does."""

from __future__ import annotations

import collections
import enum
import functools
import re
from collections.abc import Iterable, Iterator
from typing import Any

from idem_apigwv2_integration.command import sentences
from idem_apigwv2_integration.command.sentences import Level, Sentence
from idem_apigwv2_integration.resource import display, values
from idem_apigwv2_integration.run import record
from idem_apigwv2_integration.run.record import CREATE_NEW, DELETE_OLD

# A dry run executes `exec.run` as a run does, and Idem reports what it returns as a change every time.
_EXEC = "exec"
_WOULD = re.compile(r"would ", re.IGNORECASE)
_RECREATED = re.compile(r"The resource .* will be recreated\.", re.DOTALL)
# Idem's words, in `idem.rules.result`, for a requisite that failed; it adds others about the same.
_REQUISITE = re.compile(r'Result of \w+ (\S+?)_\|-(.+?)_\|-.*? is "(?:False|None)"')
_UNKNOWN = "(known after the run)"
_LONGEST_VALUE = 60
# How much of what two long values have in common is shown before they differ.
_CONTEXT = 12
# Idem computes the changes of a state without these.
_IDENTITY = ("name", "resource_id")


class Action(enum.Enum):
    """What a state does to its resource.

    Of each: its name in JSON, its symbol and its style in a plan, and what the summary says of a dry run
    and of a run.
    """

    CREATE = "create", "+", "green", "to create", "created"
    UPDATE = "update", "~", "yellow", "to update", "updated"
    REPLACE = "replace", "±", "magenta", "to replace", "replaced"
    DELETE = "delete", "-", "red", "to delete", "deleted"
    NOTHING = "unchanged", " ", "", "unchanged", "unchanged"
    FAIL = "failed", "!", "bold red", "failed", "failed"

    def __init__(self, word: str, symbol: str, style: str, planned: str, done: str):
        self.word, self.symbol, self.style, self.planned, self.done = word, symbol, style, planned, done


class State:
    """One state of a run; its texts can be printed as they are.

    Attributes:
        kind: The resource type.
        replaced: The state that deletes what this one replaces.
        planned: Whether it is known to come from a dry run.
    """

    def __init__(self, tag: str, result: dict[str, Any]):
        parts = record.split_tag(tag)
        self.kind, self.function = display.printable(parts[0]), display.printable(parts[-1])
        self.own_id = str(result.get("__id__") or (parts[1:] or parts)[0])
        self.replaced: State | None = None
        self._name = result.get("name")
        self._old, self._new = result.get("old_state"), result.get("new_state")
        changes = result.get("changes")
        self._changes = changes if isinstance(changes, dict) else {"new": changes} if changes else {}
        self._comment = _split(result.get("comment"))
        self._succeeded = result.get("result") is True
        self.planned = any(map(_WOULD.match, self._comment)) or values.has_placeholder(str(self._new))

    @property
    def id(self) -> str:
        """The ID of the state, with the name that distinguishes states of one ID."""
        state_id = self.own_id.removesuffix(CREATE_NEW) if self.replaced else self.own_id
        distinct = self._name and self._name not in (self.own_id, state_id)
        return display.printable(f"{state_id} ({self._name})" if distinct else state_id)

    @property
    def action(self) -> Action:
        if self.replaced:
            return Action.REPLACE
        if not self._succeeded:
            return Action.FAIL
        if self.kind == _EXEC or not self._changes:
            return Action.NOTHING
        if self._new and not self._old:
            return Action.CREATE
        return Action.DELETE if self._old and not self._new else Action.UPDATE

    @property
    def is_recreated(self) -> bool:
        """Whether Idem has stopped the state, and runs two others in its place."""
        stopped = self.action is Action.NOTHING and len(self._comment) == 1
        return stopped and bool(_RECREATED.fullmatch(self._comment[0]))

    @functools.cached_property
    def changes(self) -> tuple[str, ...]:
        """What an update or a replacement changes, a line each."""
        if self.action not in (Action.UPDATE, Action.REPLACE):
            return ()
        old, new = self._parts[0]._old, self._new
        if not (isinstance(old, dict) and isinstance(new, dict)):
            old, new = self._changes.get("old"), self._changes.get("new")
        sides = [side for one in self._parts for side in one._changes.values() if isinstance(side, dict)]
        # Idem leaves what is sensitive out of the changes.
        public = {name for side in sides for name in side}
        return tuple(display.printable(line) for line in _differences(old, new, public))

    @functools.cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """What says more than the action and the changes: warnings, notes, or why it failed."""
        found = [sentence for one in self._parts for sentence in one._sentences()]
        return tuple(Sentence(level, display.printable(text)) for level, text in found)

    @property
    def _parts(self) -> list[State]:
        return [self.replaced, self] if self.replaced else [self]

    def _sentences(self) -> list[Sentence]:
        if self.action is Action.FAIL:
            return [Sentence(Level.ERROR, text) for text in self._errors()]
        return [] if self.kind == _EXEC else sentences.classify(self.kind, self._comment)

    def _errors(self) -> list[str]:
        required = [found for one in self._comment for found in _REQUISITE.findall(one)]
        ids = dict.fromkeys(f"{state_id} ({kind})" for kind, state_id in required)
        not_run = f"Not executed: it requires {', '.join(ids)}, which failed."
        return [not_run] if ids else self._comment or ["no comment"]


def read(results: Iterable[tuple[str, dict[str, Any]]]) -> list[State]:
    """Return the states of a run; what deletes a replaced resource is a part of what replaces it.

    Args:
        results: Tag and result of each, as Idem passes them to an output plugin or prints them as JSON.
    """
    found = [State(tag, one) for tag, one in sorted(results, key=_number)]
    found = [one for one in found if not one.is_recreated]
    by_id = {(one.kind, one.own_id): one for one in found}
    for one in found:
        state_id = one.own_id.removesuffix(DELETE_OLD)
        if one.action is Action.DELETE and state_id != one.own_id:
            for created in (state_id, state_id + CREATE_NEW):
                new = by_id.get((one.kind, created))
                if new and new.action is Action.CREATE:
                    new.replaced = one
    parts = {one.replaced for one in found}
    return [one for one in found if one not in parts]


def _number(pair: tuple[str, dict[str, Any]]) -> int:
    """Return the position in which Idem started a state: it reports them as they end."""
    number = pair[1].get("__run_num")
    return number if isinstance(number, int) else 0


def _split(comment: Any) -> list[str]:
    if isinstance(comment, str):
        comment = comment.splitlines()
    parts = comment if isinstance(comment, (list, tuple)) else [comment]
    return [" ".join(str(part).split()) for part in parts if part]


def _differences(old: Any, new: Any, public: set[str]) -> Iterator[str]:
    """Yield a line for each value that differs between two states of a resource."""
    if not (isinstance(old, dict | None) and isinstance(new, dict | None)):
        yield _difference(old, new)
        return
    old, new = old or {}, new or {}
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name), new.get(name)
        if before == after or name in _IDENTITY:
            continue
        if name not in public:
            yield f"{name}: {display.HIDDEN}"
        elif isinstance(before, dict | None) and isinstance(after, dict | None):
            yield from _entries(str(name), before or {}, after or {})
        else:
            yield f"{name}: {_difference(before, after)}"


def _entries(name: str, before: dict, after: dict) -> Iterator[str]:
    """Yield a line for each entry of a map, or of a map in it, that differs."""
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        if one == other:
            continue
        if isinstance(one, dict | None) and isinstance(other, dict | None):
            yield from _entries(f"{name}[{key}]", one or {}, other or {})
        elif key not in after:
            yield f"{name}: - {key}"
        elif key not in before:
            yield f"{name}: + {key}: {_cut(_text(other))}"
        else:
            yield f"{name}: {key}: {_difference(one, other)}"


def _difference(before: Any, after: Any) -> str:
    if before is None:
        return f"+ {_cut(_text(after))}"
    if after is None:
        return f"- {_cut(_text(before))}"
    texts = [_text(before), _text(after)]
    if texts[0] == texts[1]:
        # They differ in their types.
        texts = [repr(before), repr(after)]
    if any(len(text) > _LONGEST_VALUE for text in texts):
        start = len(display.common_prefix(texts)) - _CONTEXT
        texts = [f"…{text[start:]}" if start > 0 else text for text in texts]
    return " → ".join(map(_cut, texts))


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return _UNKNOWN if values.is_whole_placeholder(text) else text or "''"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def is_planned(states: Iterable[State]) -> bool | None:
    """Return whether a run was a dry run; None if nothing changes, so that it can't be known."""
    states = list(states)
    if any(state.planned for state in states):
        return True
    return None if all(one.action in (Action.NOTHING, Action.FAIL) for one in states) else False


def count(states: Iterable[State]) -> dict[Action, int]:
    found = collections.Counter(state.action for state in states)
    return {action: found[action] for action in Action}


def summary(states: Iterable[State], planned: bool | None) -> str:
    """Return the last line: how many states do what. See `is_planned`."""
    begin = {True: "Plan", False: "Applied", None: "No changes"}[planned]
    always = {Action.NOTHING}
    if planned is not None:
        always |= {Action.CREATE, Action.UPDATE, Action.DELETE}
    parts = [
        f"{number} {action.done if planned is False else action.planned}"
        for action, number in count(states).items()
        if number or action in always
    ]
    return f"{begin}: {', '.join(parts)}"

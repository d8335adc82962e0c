"""The results of a run of Idem, of states of every resource type, as what each state does."""

from __future__ import annotations

import dataclasses
import enum
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


# What the summary leaves out if there is none.
_RARE = (Action.REPLACE, Action.FAIL)


@dataclasses.dataclass(frozen=True)
class State:
    """One state of a run.

    Args:
        kind: The resource type.
        id: The ID of the state, with the name that distinguishes states of one ID.
        changes: What an update or a replacement changes, a line each.
        sentences: What says more than the action and the changes: warnings, notes, or why it failed.
        planned: Whether it is known to come from a dry run.
    """

    kind: str
    function: str
    id: str
    action: Action
    changes: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    planned: bool


def read(results: Iterable[tuple[str, dict[str, Any]]]) -> list[State]:
    """Return the states of a run.

    Args:
        results: Tag and result of each, as Idem passes them to an output plugin or prints them as JSON.
    """
    found = [_Result(tag, one) for tag, one in sorted(results, key=_number)]
    return _joined([one for one in found if not one.is_recreated])


def _number(pair: tuple[str, dict[str, Any]]) -> int:
    """Return the position in which Idem started a state: it reports them as they end."""
    number = pair[1].get("__run_num")
    return number if isinstance(number, int) else 0


class _Result:
    """The result of one state, as Idem has it."""

    def __init__(self, tag: str, result: dict[str, Any]):
        parts = record.split_tag(tag)
        self.kind, self.function = parts[0], parts[-1]
        self.id = str(result.get("__id__") or (parts[1] if len(parts) > 1 else tag))
        self.name = result.get("name")
        self.old, self.new = result.get("old_state"), result.get("new_state")
        changes = result.get("changes")
        self.changes = changes if isinstance(changes, dict) else {"new": changes} if changes else {}
        self.comment = _sentences(result)
        self.action = self._action(result.get("result"))

    def _action(self, result: Any) -> Action:
        if result is not True:
            return Action.FAIL
        if self.kind == _EXEC or not self.changes:
            return Action.NOTHING
        if self.new and not self.old:
            return Action.CREATE
        return Action.DELETE if self.old and not self.new else Action.UPDATE

    @property
    def is_recreated(self) -> bool:
        """Whether Idem has stopped the state, and runs two others in its place."""
        stopped = self.action is Action.NOTHING and len(self.comment) == 1
        return stopped and bool(_RECREATED.fullmatch(self.comment[0]))

    @property
    def public(self) -> set[str]:
        """The names of what changes and may be shown: Idem leaves what is sensitive out."""
        return {name for side in self.changes.values() if isinstance(side, dict) for name in side}

    def state(self) -> State:
        """Return what the state does."""
        lines = _changes(self.old, self.new, self.changes, self.public)
        return self._state(self.id, self.action, lines if self.action is Action.UPDATE else ())

    def replacing(self, other: _Result, state_id: str) -> State:
        """Return what a state and the one that deletes what it replaces do together."""
        lines = _changes(other.old, self.new, {}, self.public | other.public)
        both = self._state(state_id, Action.REPLACE, lines)
        return dataclasses.replace(both, sentences=(*other.state().sentences, *both.sentences))

    def _state(self, state_id: str, action: Action, changes: Iterable[str]) -> State:
        distinct = self.name and self.name not in (self.id, state_id)
        return State(
            kind=display.printable(self.kind),
            function=display.printable(self.function),
            id=display.printable(f"{state_id} ({self.name})" if distinct else state_id),
            action=action,
            changes=tuple(display.printable(line) for line in changes),
            sentences=tuple(self._sentences()),
            planned=any(_WOULD.match(one) for one in self.comment) or values.is_open(str(self.new)),
        )

    def _sentences(self) -> Iterator[Sentence]:
        if self.action is Action.FAIL:
            found = [Sentence(Level.ERROR, text) for text in self._errors()]
        else:
            found = [] if self.kind == _EXEC else sentences.classify(self.kind, self.comment)
        for level, text in found:
            yield Sentence(level, display.printable(text))

    def _errors(self) -> list[str]:
        required = [found for one in self.comment for found in _REQUISITE.findall(one)]
        ids = list(dict.fromkeys(f"{state_id} ({kind})" for kind, state_id in required))
        not_run = f"Not executed: it requires {', '.join(ids)}, which failed."
        return [not_run] if ids else self.comment or ["no comment"]


def _joined(results: list[_Result]) -> list[State]:
    """Return the states, with one for the two of a replacement that succeeded."""
    by_id = {(one.kind, one.id): one for one in results}
    replaced, states = {}, []
    for one in results:
        state_id = one.id.removesuffix(DELETE_OLD)
        if one.action is Action.DELETE and state_id != one.id:
            for created in (state_id, state_id + CREATE_NEW):
                new = by_id.get((one.kind, created))
                if new and new.action is Action.CREATE:
                    replaced[id(new)] = one
    deletions = {id(one) for one in replaced.values()}
    for one in results:
        if id(one) in replaced:
            states.append(one.replacing(replaced[id(one)], one.id.removesuffix(CREATE_NEW)))
        elif id(one) not in deletions:
            states.append(one.state())
    return states


def _sentences(result: dict[str, Any]) -> list[str]:
    comment = result.get("comment")
    if isinstance(comment, str):
        comment = comment.splitlines()
    parts = comment if isinstance(comment, (list, tuple)) else [comment]
    return [" ".join(str(part).split()) for part in parts if part]


def _changes(old: Any, new: Any, changes: dict[str, Any], public: set[str]) -> Iterator[str]:
    """Yield a line for each value that differs between two states of a resource."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        old, new = changes.get("old"), changes.get("new")
        if isinstance(old, dict | None) and isinstance(new, dict | None):
            old, new = old or {}, new or {}
    if not (isinstance(old, dict) and isinstance(new, dict)):
        if old is not None or new is not None:
            yield _difference(old, new)
        return
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
            yield f"{name}: + {key}: {_shown(other)}"
        else:
            yield f"{name}: {key}: {_difference(one, other)}"


def _difference(before: Any, after: Any) -> str:
    if before is None:
        return f"+ {_shown(after)}"
    if after is None:
        return f"- {_shown(before)}"
    texts = [_text(before), _text(after)]
    if texts[0] == texts[1]:
        # They differ in their types.
        texts = [repr(before), repr(after)]
    if any(len(text) > _LONGEST_VALUE for text in texts):
        start = len(display.common_prefix(texts)) - _CONTEXT
        texts = [f"…{text[start:]}" if start > 0 else text for text in texts]
    return " → ".join(_cut(text) for text in texts)


def _shown(value: Any) -> str:
    return _cut(_text(value))


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


def counts(states: Iterable[State]) -> dict[Action, int]:
    actions = [state.action for state in states]
    return {action: actions.count(action) for action in Action}


def summary(states: Iterable[State], planned: bool | None) -> str:
    """Return the last line: how many states do what. See `is_planned`."""
    numbers = counts(states)
    if planned is None:
        rest = {action: numbers[action] for action in (Action.NOTHING, Action.FAIL)}
        return f"No changes: {_parts(rest, planned=True)}"
    return f"{'Plan' if planned else 'Applied'}: {_parts(numbers, planned)}"


def _parts(numbers: dict[Action, int], planned: bool) -> str:
    return ", ".join(
        f"{number} {action.planned if planned else action.done}"
        for action, number in numbers.items()
        if number or action not in _RARE
    )

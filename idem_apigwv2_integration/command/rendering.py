"""SLS files, rendered and compiled by Idem itself: the states and their arguments, without a run."""

import asyncio
import dataclasses
import functools
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pop.hub

from idem_apigwv2_integration.command import KINDS
from idem_apigwv2_integration.run import record

# How rend words a position; it counts from 0, and editors from 1.
_POSITION = re.compile(r"on line: (\d+) column: (\d+)")
# What to do about an exception of Idem's own code, which expects the form of an SLS.
_FORM = (
    "Check its form: a map from each state ID to TYPE.FUNCTION with a list of arguments. include and "
    "names are lists of strings."
)
_CONFIG = ["idem", "acct", "rend", "evbus", "pop_tree", "pop_loop"]


@dataclasses.dataclass(frozen=True)
class State:
    """One state of a file.

    Args:
        file: The file that declares it: the one that was rendered, or one that it includes.
        chunk: The state as Idem compiles it; ``${...}`` is not resolved.
        arguments: What Idem passes to the function of a resource type that is checked.
        repeated: The names of the arguments that are given more than once; Idem uses the last one.
    """

    file: str
    chunk: dict[str, Any]
    arguments: dict[str, Any] = dataclasses.field(default_factory=dict)
    repeated: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.chunk["__id__"]

    @property
    def type(self) -> str:
        return self.chunk["state"]

    @property
    def function(self) -> str:
        return self.chunk["fun"]

    @property
    def label(self) -> str:
        """The ID, with the name that distinguishes states of one ID."""
        name = self.chunk.get("name")
        return self.id if name in (self.id, None) else f"{self.id} ({name})"

    def line(self, sentence: str) -> int | None:
        """Return the line of the state, or of the parameter that a sentence about it begins with.

        None if the file, which is a template, does not have the ID as it is, or has it more than once.
        """
        lines = _lines(self.file)
        starts = _matching(lines, rf"(['\"]?){re.escape(self.id)}\1\s*:")
        if len(starts) != 1:
            return None
        (start,) = starts
        end = next((number for number in _matching(lines, r"[^ \-#\t]") if number > start), None)
        parameter = re.split(r"\W", sentence)[0]
        found = _matching(lines[start:end], rf"\s*-\s+(['\"]?){parameter}\1\s*:") if parameter else []
        return 1 + start + (found[0] if len(found) == 1 else 0)


@dataclasses.dataclass(frozen=True)
class Rendered:
    """One file.

    Args:
        states: Its states, and those of the files that it includes.
        problems: Why Idem can't run it, a sentence each.
        notes: What of it can't be checked, a sentence each.
    """

    file: str
    states: list[State]
    problems: list[str]
    notes: list[str] = dataclasses.field(default_factory=list)

    @functools.cached_property
    def names(self) -> dict[str, list[str]]:
        """The IDs and names by which states can be referred to, by resource type."""
        found: dict[str, list[str]] = {}
        for one in self.states:
            names = (one.id, one.chunk.get("name"))
            found.setdefault(one.type, []).extend(str(name) for name in names if name)
        return found


def render(files: list[str], params: list[str]) -> list[Rendered]:
    """Render SLS files, each by itself, as `idem state FILE --params ...` does."""
    hub = load_hub()

    async def render_all() -> list[Rendered]:
        return [await _render(hub, file, params) for file in files]

    return asyncio.run(render_all())


def load_hub():
    """Return a hub on which Idem can render."""
    hub = pop.hub.Hub()
    hub.pop.sub.add(dyne_name="idem")
    hub.pop.config.load(_CONFIG, cli="idem", parse_cli=False)
    return hub


async def _render(hub, file: str, params: list[str]) -> Rendered:
    for path in (file, *params):
        if not any(pathlib.Path(location).is_file() for location, _ in hub.idem.get.locations(path)):
            reason = "is a folder: give a file" if pathlib.Path(path).is_dir() else "does not exist"
            return Rendered(file, [], [f"{path} {reason}."])
    if pathlib.Path(file).is_file() and not pathlib.Path(file).read_bytes().strip():
        return Rendered(file, [], [f"{file} is empty."])
    try:
        run = await _gather(hub, file, params)
        problems = [*run["errors"], *_malformed(hub, run["high"])]
        states = [] if problems else _states(hub, run)
        return Rendered(file, states, problems, _unrendered(run["blocks"]))
    except Exception as error:
        # Idem passes on whatever Jinja, YAML and its own code raise.
        return Rendered(file, [], list(_not_rendered(file, error)))


def _not_rendered(file: str, error: Exception) -> Iterator[str]:
    reason = _POSITION.sub(lambda at: f"on line {int(at[1]) + 1}, column {int(at[2]) + 1}", str(error))
    yield f"Idem can't render it: {reason}"
    for number in _matching(_lines(file), r" *\t")[:1]:
        yield f"Line {number + 1} is indented by a tab; YAML accepts spaces only."
    if isinstance(error, (AttributeError, TypeError, ValueError)):
        yield _FORM


async def _gather(hub, file: str, params: list[str]) -> dict[str, Any]:
    """Return Idem's record of the run of a file that is rendered and not compiled."""
    sls = hub.idem.sls_source.init.get_refs(sources=[], refs=[file])
    param = hub.idem.sls_source.param.get_refs(sources=[], refs=params)
    await hub.idem.state.create(
        name=file,
        sls_sources=sls["sls_sources"],
        param_sources=param["param_sources"],
        render=hub.OPT.idem.render,
        runtime="serial",
        subs=["states"],
        cache_dir=None,
        test=True,
        acct_file=None,
        acct_key=None,
        acct_blob=None,
        acct_data={"profiles": {}},
        acct_profile="default",
        managed_state={},
    )
    if params:
        await hub.idem.sls_source.param.gather(file, *param["params"])
    run = hub.idem.RUNS[file]
    if not run["errors"]:
        await hub.idem.sls_source.init.gather(file, *sls["sls"])
    return run


def _unrendered(blocks: dict[str, dict[str, Any]]) -> list[str]:
    """Return a sentence for each block that Idem renders only after a state that it requires."""
    conditions = [
        ";".join(f"{key}:{value}" for key, value in block["keys"].items())
        for by_name in blocks.values()
        for block in by_name.values()
    ]
    return [f"the block `#!{one}` is rendered during a run and was not checked." for one in conditions]


def _malformed(hub, high: dict[Any, Any]) -> Iterator[str]:
    """Yield a sentence for everything on which Idem's compiler crashes, or which it misunderstands."""
    for other in high:
        if not isinstance(other, str):
            yield f"the state ID {other!r} {_no_string(other)}"
    for state_id in hub.idem.resolve.init.iter(high):
        for reference, arguments in high[state_id].items():
            if reference.startswith("__"):
                continue
            if not isinstance(arguments, list):
                yield (
                    f"{state_id}: {reference} is not a list of arguments; write each as "
                    "`- NAME: VALUE`, and [] for none."
                )
            # The checks of a resource report its keys with the parameter's name.
            elif reference not in KINDS:
                for key in _other_keys(arguments):
                    yield f"{state_id}: the key {key!r} of {reference} {_no_string(key)}"


def _no_string(key: Any) -> str:
    return f"is not a string. Idem stops at it before it runs any state; write it in quotes: '{key}'."


def _other_keys(value: Any) -> Iterator[Any]:
    """Yield the keys of maps, at any depth, that are not strings."""
    if isinstance(value, dict):
        yield from (key for key in value if not isinstance(key, str))
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _other_keys(item)


def _states(hub, run: dict[str, Any]) -> list[State]:
    """Return the states of a run in the form in which Idem executes them.

    These are the stages of Idem's compiler that decide which states there are and with which
    arguments. The others resolve requisites, and one of them crashes on an unknown function.
    """
    high, errors = hub.idem.ccomps.extend.reconcile(run["high"])
    if errors:
        raise LookupError(" ".join(errors))
    chunks = hub.idem.ccomps.low.compile(hub.idem.ccomps.exclude.apply(high), [])
    files = {one: _path(hub, run["sls_sources"], one) for one in {chunk["__sls__"] for chunk in chunks}}
    return [_state(hub, chunk, high, files[chunk["__sls__"]]) for chunk in chunks]


def _state(hub, chunk: dict[str, Any], high: dict[str, Any], file: str) -> State:
    # The arguments, and the function behind the type at the end. Of several functions, Idem calls any.
    written = high.get(chunk["__id__"], {}).get(chunk["state"]) or [chunk["fun"]]
    chunk = {**chunk, "fun": [one for one in written if isinstance(one, str)][-1]}
    arguments = {}
    if chunk["state"] in KINDS:
        # Idem's own step between an SLS and the call of a function; `present` has all parameters.
        call = hub.idem.tools.format_call(
            fun=hub.states[chunk["state"]].present,
            data={**chunk, "ctx": None},
            ignore_changes=chunk.get("ignore_changes"),
            expected_extra_kws=hub.idem.rules.init.STATE_INTERNAL_KEYWORDS,
        )
        arguments = record.arguments(hub, call)
    names = [name for one in written if isinstance(one, dict) for name in one]
    repeated = tuple(name for name in dict.fromkeys(names) if names.count(name) > 1)
    return State(file, chunk, arguments, repeated)


def _path(hub, sources: list[str], reference: str) -> str:
    """Return the path of the file that Idem found under a reference."""
    for source in sources:
        for location, _ in hub.idem.get.locations(reference):
            path = pathlib.Path(source.removeprefix("file://"), location).resolve()
            if path.is_file():
                here = pathlib.Path.cwd()
                return str(path.relative_to(here) if path.is_relative_to(here) else path)
    return reference


def _lines(file: str) -> list[str]:
    try:
        return pathlib.Path(file).read_text(errors="replace").splitlines()
    except OSError:
        return []


def _matching(lines: list[str], pattern: str) -> list[int]:
    return [number for number, line in enumerate(lines) if re.match(pattern, line)]

"""SLS files, rendered and compiled by Idem itself: the states and their arguments, without a run."""

import asyncio
import dataclasses
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import pop.hub

from idem_apigwv2_integration.command import line_numbers
from idem_apigwv2_integration.command.kinds import KINDS
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
        arguments: Its arguments as Idem passes them; ``${...}`` is not resolved. Of other resource
            types, everything that the file contains.
        ignored: The paths of the arguments that Idem's ``ignore_changes`` removes.
        requisites: Type and ID of each state that it names in a requisite.
        repeated: The names of the arguments that are given more than once; Idem uses the last one.
    """

    file: str
    id: str
    type: str
    function: str
    arguments: dict[str, Any]
    ignored: tuple[str, ...] = ()
    requisites: tuple[tuple[str, str], ...] = ()
    repeated: tuple[str, ...] = ()


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
            folder = pathlib.Path(path).is_dir()
            return Rendered(
                file, [], [f"{path} {'is a folder: give a file' if folder else 'does not exist'}."]
            )
    if pathlib.Path(file).is_file() and not pathlib.Path(file).read_bytes().strip():
        return Rendered(file, [], [f"{file} is empty."])
    try:
        sources, run = await _gather(hub, file, params)
        problems = [*run["errors"], *_malformed(hub, run["high"])]
        compiled = [] if problems else _compile(hub, run["high"])
        states = [_state(hub, sources, chunk, run["high"]) for chunk in compiled]
    except Exception as error:
        # Idem passes on whatever Jinja, YAML and its own code raise.
        reason = _POSITION.sub(
            lambda at: f"on line {int(at[1]) + 1}, column {int(at[2]) + 1}", str(error)
        )
        line = line_numbers.find_tab(file)
        more = [f"Line {line} is indented by a tab; YAML accepts spaces only."] if line else []
        if isinstance(error, (AttributeError, TypeError, ValueError)):
            more.append(_FORM)
        return Rendered(file, [], [f"Idem can't render it: {reason}", *more])
    return Rendered(file, states, problems, list(_unrendered(run["blocks"])))


async def _gather(hub, file: str, params: list[str]) -> tuple[list[str], dict[str, Any]]:
    """Return the folders in which Idem looks for files, and its record of the run."""
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
    return sls["sls_sources"], run


def _unrendered(blocks: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield a sentence for each block that Idem renders only after a state that it requires."""
    for by_name in blocks.values():
        for block in by_name.values():
            condition = ";".join(f"{key}:{value}" for key, value in block["keys"].items())
            yield f"the block `#!{condition}` is rendered during a run and was not checked."


def _compile(hub, high: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the states in the form in which Idem runs them.

    These are the stages of Idem's compiler that decide which states there are and with which
    arguments. The others resolve requisites, and one of them crashes on an unknown function.
    """
    high, errors = hub.idem.ccomps.extend.reconcile(high)
    if errors:
        raise LookupError(" ".join(errors))
    return hub.idem.ccomps.low.compile(hub.idem.ccomps.exclude.apply(high), [])


def _malformed(hub, high: dict[Any, Any]) -> Iterator[str]:
    """Yield a sentence for everything on which Idem's compiler crashes, or which it misunderstands."""
    for other in high:
        if not isinstance(other, str):
            yield (
                f"the state ID {other!r} is not a string. Idem stops at it before it runs any state; "
                f"write it in quotes: '{other}'."
            )
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
                    yield (
                        f"{state_id}: the key {key!r} of {reference} is not a string. Idem stops at it "
                        f"before it runs any state; write it in quotes: '{key}'."
                    )


def _other_keys(value: Any) -> Iterator[Any]:
    """Yield the keys of maps, at any depth, that are not strings."""
    if isinstance(value, dict):
        yield from (key for key in value if not isinstance(key, str))
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _other_keys(item)


def _state(hub, sources: list[str], chunk: dict[str, Any], high: dict[str, Any]) -> State:
    # The arguments, and the function behind the type at the end. Of several functions, Idem calls any.
    written = high.get(chunk["__id__"], {}).get(chunk["state"]) or [chunk["fun"]]
    functions = [one for one in written if isinstance(one, str)]
    arguments = chunk
    if chunk["state"] in KINDS:
        # Idem's own step between an SLS and the call of a function; `present` has all parameters.
        arguments = hub.idem.tools.format_call(
            fun=hub.states[chunk["state"]].present,
            data={**chunk, "ctx": None},
            ignore_changes=chunk.get("ignore_changes"),
            expected_extra_kws=hub.idem.rules.init.STATE_INTERNAL_KEYWORDS,
        )
    return State(
        file=_path(hub, sources, chunk["__sls__"]),
        id=chunk["__id__"],
        type=chunk["state"],
        function=functions[-1],
        arguments=arguments,
        ignored=tuple(chunk.get("ignore_changes") or ()),
        requisites=tuple(record.references(chunk)),
        repeated=tuple(_repeated(written)),
    )


def _repeated(written: list[Any]) -> Iterator[str]:
    names = [name for one in written if isinstance(one, dict) for name in one]
    yield from (name for name in dict.fromkeys(names) if names.count(name) > 1)


def _path(hub, sources: list[str], reference: str) -> str:
    """Return the path of the file that Idem found under a reference."""
    for source in sources:
        for location, _ in hub.idem.get.locations(reference):
            path = pathlib.Path(source.removeprefix("file://"), location).resolve()
            if path.is_file():
                here = pathlib.Path.cwd()
                return str(path.relative_to(here) if path.is_relative_to(here) else path)
    return reference

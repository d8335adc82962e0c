"""What the states of a file say about each other: bindings, requisites, and IDs."""

import functools
from collections.abc import Iterator
from typing import Any

import botocore

from idem_apigwv2_integration.command import KINDS
from idem_apigwv2_integration.command.rendering import Rendered, State
from idem_apigwv2_integration.resource import display, matching, values
from idem_apigwv2_integration.resource.type import API, TYPE_PREFIX, ResourceType, service_model
from idem_apigwv2_integration.run import record

# What Idem adds to what AWS returns.
_IDENTITY = ("name", "resource_id", "api_id")


def problems(state: State, file: Rendered) -> Iterator[str]:
    """Yield a sentence for each mistake in what a state says about other states of its file."""
    for kind, state_id, path in _bindings(state.chunk):
        name = path.partition(":")[0].partition("[")[0]
        known = _attributes(kind)
        if known and name not in known:
            meant = "resource_id" if name == "id" else display.suggestion(name, known)
            remedy = f"did you mean {meant}?" if meant else f"it has {', '.join(known)}."
            yield f"${{{kind}:{state_id}:{path}}}: {kind} has no attribute {name!r}; {remedy}"
    if own := KINDS.get(state.type):
        if other := _twin(own, "resource_id", ("present", "absent"), state, file.states):
            yield (
                f"resource_id is {state.chunk['resource_id']!r}, which the state {other.id!r} has "
                f"too: only one state can manage {own.a_label}."
            )
        if own.key and (other := _twin(own, own.key, ("present",), state, file.states)):
            yield matching.key_owned(own, state.chunk[own.key], other.id)


def notes(state: State, file: Rendered) -> Iterator[str]:
    """Yield a sentence for each state that a state refers to and that its file does not have.

    It may be in the ESM, where Idem looks it up. An ID of a state in place of a reference is one, too.
    """
    api_id = state.chunk.get("api_id")
    if api_id in file.names.get(API, ()):
        yield f"api_id is {api_id!r}, the ID of a state; did you mean ${{{API}:{api_id}:resource_id}}?"
    found = [(kind, state_id) for kind, state_id, _ in _bindings(state.chunk)]
    for kind, state_id in dict.fromkeys((*found, *record.references(state.chunk))):
        others = file.names.get(kind, [])
        if kind.startswith(TYPE_PREFIX) and state_id not in others:
            meant = display.suggestion(state_id, others)
            guess = f"; did you mean {meant}?" if meant else "."
            yield (
                f"{state_id} ({kind}), to which it refers, is not in this file: the ESM must have "
                f"it{guess}"
            )


def _bindings(value: Any) -> Iterator[tuple[str, str, str]]:
    """Yield type, ID and attribute of each argument binding to a resource of API Gateway v2."""
    texts = (text for text in values.scalars(value) if isinstance(text, str))
    for text in texts:
        for found in values.BINDING.finditer(text):
            kind, state_id, path = found[0][2:-1].split(":", 2)
            if kind.startswith(TYPE_PREFIX):
                yield kind, state_id, path


@functools.cache
def _attributes(kind: str) -> list[str]:
    """Return what a state of a resource type has after a run; nothing if that is not known."""
    if kind in KINDS:
        parents = [parent.name for parent in KINDS[kind].parents]
        return list(dict.fromkeys((*_IDENTITY, *parents, *KINDS[kind].by_name)))
    model, operation = service_model(), f"Get{kind.removeprefix(TYPE_PREFIX).title().replace('_', '')}"
    if operation not in model.operation_names:
        return []
    members = model.operation_model(operation).output_shape.members
    return [*_IDENTITY, *map(botocore.xform_name, members)]


def _twin(
    kind: ResourceType, name: str, functions: tuple[str, ...], state: State, states: list[State]
) -> State | None:
    """Return an earlier state that has the same argument in the same place, of some functions."""
    names = (*(parent.name for parent in kind.parents), name)

    def given(one: State) -> list[Any] | None:
        values = [one.chunk.get(argument) for argument in names]
        known = all(isinstance(value, str) and value for value in values)
        return values if known and one.type == kind.name and one.function in functions else None

    wanted = given(state)
    earlier = states[: states.index(state)] if wanted else []
    return next((one for one in earlier if given(one) == wanted), None)

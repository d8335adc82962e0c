"""A state as Idem's compiler has it, a chunk: its tags, and the states that it names in requisites."""

from collections.abc import Iterable, Iterator
from typing import Any

# The suffixes that recreate_on_update adds to a state's ID: for the deletion of the old resource, and
# for the creation of the new one if that comes second.
DELETE_OLD = "_delete_old"
CREATE_NEW = "_create_new"

# The requisites that make Idem run a state after those that it names.
ORDERING = (
    "arg_bind",
    "listen",
    "onchanges",
    "onchanges_any",
    "onfail",
    "require",
    "require_any",
    "watch",
)
# All that name other states. With `prereq`, Idem runs a state before those that it names.
NAMING = (*ORDERING, "prereq")

_SEPARATOR = "_|-"

# A state's type and ID: one ID may have states of several types.
Reference = tuple[str, str]
Chunk = dict[str, Any]


def split(tag: str | None) -> list[str]:
    """Return the parts of Idem's tag of a state: its type, its ID, its name and its function.

    In the key of an entry of the ESM, which has the same form, the function is empty. The name
    distinguishes states of one ID (``names``), and is the ID otherwise.
    """
    kind, *middle = (tag or "").split(_SEPARATOR)
    if len(middle) > 3:
        # The ID contains the separator. Only `names` gives a state a name that is not its ID.
        *own, function = middle
        half = len(own) // 2
        count = half if own[:half] == own[half:] else 1
        middle = [_SEPARATOR.join(own[:count]), _SEPARATOR.join(own[count:]), function]
    return [kind, *middle]


def join(kind: str, state_id: str, name: str, function: str = "") -> str:
    """Return Idem's tag of a state; without a function, the key of its entry in the ESM."""
    return _SEPARATOR.join((kind, state_id, name, function))


def tag_of(chunk: Chunk) -> str:
    """Return Idem's tag of a state."""
    return esm_tag(chunk) + chunk["fun"]


def esm_tag(chunk: Chunk, suffix: str = "") -> str:
    """Return the key of a state's entry in the ESM; with a suffix, of a replacement's part."""
    state_id = chunk["__id__"] + suffix
    return join(chunk["state"], state_id, chunk.get("resource_name") or state_id)


def required(chunk: Chunk) -> set[Reference]:
    """Return the states after which Idem runs a state, because its requisites name them."""
    return set(named(chunk, ORDERING))


def named(chunk: Chunk, requisites: Iterable[str] = NAMING) -> Iterator[Reference]:
    """Yield the states that a state names in some requisites."""
    for requisite in requisites:
        references = chunk.get(requisite)
        for reference in references if isinstance(references, list) else ():
            for kind, value in reference.items() if isinstance(reference, dict) else ():
                # `require` has an ID, a binding a list of maps by ID. Idem reports what is neither.
                items = value if isinstance(value, list) else ()
                ids = [value, *(key for item in items if isinstance(item, dict) for key in item)]
                for one in ids:
                    if isinstance(kind, str) and isinstance(one, str):
                        yield kind, one.partition("[")[0]

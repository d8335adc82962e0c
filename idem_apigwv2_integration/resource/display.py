"""How values are shown in sentences: sensitive ones not at all, others on one line and cut off."""

import contextlib
import contextvars
import difflib
from collections.abc import Iterable, Iterator
from typing import Any

HIDDEN = "(sensitive value)"
# The parameters of the state that is executed whose values must not be shown.
_sensitive: contextvars.ContextVar[frozenset[str]] = contextvars.ContextVar("sensitive")


@contextlib.contextmanager
def hiding(parameters: Iterable[str]) -> Iterator[None]:
    """Keep the values of some parameters out of the sentences that are written meanwhile."""
    token = _sensitive.set(frozenset(parameters))
    try:
        yield
    finally:
        _sensitive.reset(token)


def hides(subject: str) -> bool:
    """Return whether a sentence must not show the value of a parameter, or of a part of one."""
    return any(parameter in subject for parameter in _sensitive.get(frozenset()))


def shown(value: Any, subject: str = "") -> str:
    """Return a value as it is shown in a sentence.

    Args:
        value: The value.
        subject: The parameter, or the part of one, whose value it is.
    """
    if hides(subject):
        return HIDDEN
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def printable(text: str) -> str:
    """Return a text on one line, with control characters and what can't be encoded escaped."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def suggestion(word: Any, known: Iterable[str]) -> str | None:
    """Return the known word that a word was probably meant to be, or None if it resembles none."""
    by_fold = {_fold(name): name for name in known}
    found = difflib.get_close_matches(_fold(str(word)), by_fold, n=1, cutoff=0.7)
    return by_fold[found[0]] if found else None


def shown_path(path: tuple[Any, ...]) -> str:
    """Return where in the parameters something is, as it is shown in a sentence."""
    return path[0] + "".join(f"[{shown(key, path[0])}]" for key in path[1:])


def _fold(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")

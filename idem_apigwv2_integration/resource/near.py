"""Guesses at what a word was meant to be."""

import difflib
from collections.abc import Iterable
from typing import Any


def meant(word: Any, known: Iterable[str]) -> str | None:
    """Return the known word that resembles a word, or None if there is none."""
    by_fold = {_fold(name): name for name in known}
    near = difflib.get_close_matches(_fold(str(word)), by_fold, n=1, cutoff=0.7)
    return by_fold[near[0]] if near else None


def _fold(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")

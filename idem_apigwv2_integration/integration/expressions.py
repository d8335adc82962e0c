"""The values of parameter mappings on an HTTP API: text and sources such as ``$request.header.x``.

No pattern tries several ways to match, so that the length of a value alone decides how long it takes.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from idem_apigwv2_integration.resource import display
from idem_apigwv2_integration.resource.rule import Path, Problem, Rule

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource.validate import Check

_BRACES = "braces are allowed in a source only, which is written as ${request.header.NAME}"
_DOLLAR = "AWS may refuse a `$` that begins no source such as $request.header.NAME; AWS decides"


# What may begin a source, one in braces as a whole; a brace anywhere else.
_TOKEN = re.compile(r"\$\{[^}]*\}|\$(?P<word>[A-Za-z]*)(?P<dot>\.?)|[{}]")
# A `$` that begins no source, and has more text behind it than AWS is known to accept.
_UNCLEAR = re.compile(r"\$(?!\{|[A-Za-z]{2})[^$]{2}")


def fault(value: str, roots: tuple[str, ...]) -> str | None:
    """Return the first part of a value that AWS is known to refuse (LocalStack).

    That is a brace outside of ``${...}``, which ends at the first ``}``, or a ``$`` with two letters or
    more behind it that begins no source, one of the roots and a dot. With less behind it, it is static
    text.
    """
    for found in _TOKEN.finditer(value):
        word = found["word"] or ""
        if found[0] in ("{", "}"):
            return found[0]
        if len(word) > 1 and not (word in roots and found["dot"]):
            return f"${word}"
    return None


@dataclasses.dataclass(frozen=True)
class Expressions(Rule):
    """A value of the map must be static text and sources, which begin with one of some words."""

    words: ClassVar[str] = "braces only in `${{…}}`, and a word behind a `$` is one of {roots}"

    roots: tuple[str, ...]

    def fault(self, path: Path, value: str, check: Check) -> str | None:
        found = fault(value, self.roots)
        if found is None or not found.startswith("$"):
            return found and _BRACES
        (source,) = check.mask.texts([found], path[0])
        meant = display.suggestion(source[1:], self.roots)
        guess = f"; {display.did_you_mean(f'${meant}.')}" if meant and f"${meant}" != source else ""
        sources = display.listed([f"${root}." for root in self.roots], "or")
        return f"{source} begins no source, which begins with {sources}{guess}"


@dataclasses.dataclass(frozen=True)
class PlainDollars(Rule):
    """A ``$`` in a value of the map should begin a source, or have one character behind it at most."""

    words: ClassVar[str] = "a `$` in static text is pointed out"

    def fault(self, path: Path, value: str, check: Check) -> str | None:
        return _DOLLAR if _UNCLEAR.search(value) else None


@dataclasses.dataclass(frozen=True)
class Sources(Rule):
    """A value of the map should refer to known sources only, by a name before and after a dot."""

    words: ClassVar[str] = "a source that resembles a known one is pointed out"

    known: Mapping[str, tuple[str, ...]]

    def check(self, check: Check) -> Iterator[Problem]:
        for path, value in check.entries(self.name).items():
            for found in re.finditer(r"\$\{?([A-Za-z]{2,})(?:\.([A-Za-z]+))?", value):
                root = found[1] if found[1] in self.known else display.suggestion(found[1], self.known)
                known = self.known.get(root or "", ())
                name = found[2]
                if known and name not in known:
                    name = display.suggestion(name, known)
                meant = f"${root}.{name}" if name else f"${root}"
                if root and (found[1], found[2]) != (root, name) and (name or not found[2]):
                    (source,) = check.mask.texts([found[0].replace("{", "")], self.name)
                    guess = display.did_you_mean(meant)
                    text = f"{check.mask.path(path)} refers to {source}; {guess} AWS decides."
                    yield Problem((path,), text)

"""The values of parameter mappings on an HTTP API: text and sources such as ``$request.header.x``.

A value is read once from left to right, so that its length alone decides how long that takes.
"""

from __future__ import annotations

import dataclasses
import re
import string
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from idem_apigwv2_integration.resource import display
from idem_apigwv2_integration.resource.rule import Constraint, Path, Problem, Rule

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource.validate import Check

_BRACES = "braces are allowed in a source only, which is written as ${request.header.NAME}"
_DOLLAR = "AWS may refuse a `$` that begins no source such as $request.header.NAME; AWS decides"


@dataclasses.dataclass(frozen=True)
class Fault:
    """What AWS refuses in a value: a word with a ``$`` that is no source, or None for a brace."""

    source: str | None


def fault(value: str, roots: tuple[str, ...]) -> Fault | None:
    """Return the first part of a value that AWS is known to refuse (LocalStack).

    Braces are allowed only in ``${...}``, which ends at the first ``}``. A ``$`` with two letters or
    more behind it must begin a source, one of the roots and a dot; with less behind it, it is static
    text.
    """
    position = 0
    while position < len(value):
        character = value[position]
        position += 1
        if character in "{}":
            return Fault(None)
        if character != "$":
            continue
        if value.startswith("{", position):
            end = value.find("}", position)
            if end < 0:
                return Fault(None)
            position = end + 1
            continue
        word = _word(value, position)
        position += len(word)
        if len(word) > 1 and not (word in roots and value.startswith(".", position)):
            return Fault(f"${word}")
    return None


def is_unclear(value: str) -> bool:
    """Return whether a ``$`` of a value begins no source, but more text than AWS is known to accept."""
    position = value.find("$")
    while 0 <= position < len(value):
        following = value[position + 1 : position + 3]
        static = len(following) < 2 or following[0] == "$" or following[1] == "$"
        if not static and following[0] != "{" and len(_word(value, position + 1)) < 2:
            return True
        position = value.find("$", position + 1)
    return False


def _word(value: str, start: int) -> str:
    end = start
    while end < len(value) and value[end] in string.ascii_letters:
        end += 1
    return value[start:end]


@dataclasses.dataclass(frozen=True)
class Expressions(Constraint):
    """A value of the map must be static text and sources, which begin with one of some words."""

    words: ClassVar[str] = "braces only in `${{…}}`, and a word behind a `$` is one of {roots}"

    roots: tuple[str, ...]

    def fault(self, path: Path, value: str, check: Check) -> str | None:
        found = fault(value, self.roots)
        if not found or found.source is None:
            return _BRACES if found else None
        (source,) = check.mask.texts([found.source], path[0])
        meant = display.suggestion(source[1:], self.roots)
        guess = f"; {display.did_you_mean(f'${meant}.')}" if meant and f"${meant}" != source else ""
        sources = display.listed([f"${root}." for root in self.roots], "or")
        return f"{source} begins no source, which begins with {sources}{guess}"


@dataclasses.dataclass(frozen=True)
class PlainDollars(Constraint):
    """A ``$`` in a value of the map should begin a source, or have one character behind it at most."""

    words: ClassVar[str] = "a `$` in static text is pointed out"

    def fault(self, path: Path, value: str, check: Check) -> str | None:
        return _DOLLAR if is_unclear(value) else None


@dataclasses.dataclass(frozen=True)
class Sources(Constraint):
    """A value of the map should refer to known sources only, by a name before and after a dot."""

    words: ClassVar[str] = "a source that resembles a known one is pointed out"

    known: Mapping[str, tuple[str, ...]]

    def check(self, rule: Rule, check: Check) -> Iterator[Problem]:
        for path, value in check.parts(rule.name).items():
            for found in re.finditer(r"\$\{?([A-Za-z]{2,})(?:\.([A-Za-z]+))?", value):
                root = found[1] if found[1] in self.known else display.suggestion(found[1], self.known)
                known = self.known.get(root or "", ())
                name = found[2]
                if known and name not in known:
                    name = display.suggestion(name, known)
                meant = f"${root}.{name}" if name else f"${root}"
                if root and (found[1], found[2]) != (root, name) and (name or not found[2]):
                    (source,) = check.mask.texts([found[0].replace("{", "")], rule.name)
                    guess = display.did_you_mean(meant)
                    text = f"{check.mask.path(path)} refers to {source}; {guess} AWS decides."
                    yield Problem((path,), text)

"""How sentences show values and resources, and the parts that several sentences share.

Sensitive values are not shown at all, others on one line and cut off.
"""

from __future__ import annotations

import dataclasses
import difflib
import itertools
import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from idem_apigwv2_integration.resource.type import ResourceType

HIDDEN = "(sensitive value)"

# Within a line, GitHub Actions and Azure Pipelines execute what follows these.
_COMMAND = re.compile(r"#(?=#(?:vso)?\[)")

# The IDs of a resource, or of what contains it, by parameter.
Ids = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Mask:
    """Shows parts of parameters in sentences, but no part of a sensitive parameter."""

    sensitive: Collection[str] = ()

    def hides(self, name: str) -> bool:
        """Return whether a sentence must not show any part of a parameter's value."""
        return name in self.sensitive

    def shown(self, value: Any, name: str) -> str:
        """Return a part of a parameter, a value or a key, as a sentence shows it."""
        return HIDDEN if self.hides(name) else shown(value)

    def texts(self, texts: Iterable[str], name: str) -> list[str]:
        """Return texts in a parameter as they are, or one word for all of them."""
        return [HIDDEN] if self.hides(name) else list(texts)

    def path(self, path: tuple[Any, ...]) -> str:
        """Return where something is: a parameter, and the keys within it."""
        return path[0] + "".join(f"[{self.shown(key, path[0])}]" for key in path[1:])

    def subject(self, path: tuple[Any, ...], value: Any) -> str:
        """Return the beginning of a sentence about a value."""
        return f"{self.path(path)} is {self.shown(value, path[0])}"


def shown(value: Any) -> str:
    """Return a value as it is shown in a sentence."""
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def printable(text: str) -> str:
    """Return a text on one line, with control characters and what can't be encoded escaped.

    So is what a CI service would execute.
    """
    line = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
    return _COMMAND.sub(r"\\x23", line)


def common_prefix(texts: Iterable[str]) -> str:
    """Return the text with which several begin."""
    alike = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in alike)


def suggestion(word: Any, known: Iterable[str]) -> str | None:
    """Return the known word that a word was probably meant to be, or None if it resembles none."""
    by_fold = {_fold(name): name for name in known}
    found = difflib.get_close_matches(_fold(str(word)), by_fold, n=1, cutoff=0.7)
    return by_fold[found[0]] if found else None


def did_you_mean(meant: str | None) -> str:
    """Part of a sentence, its end: what was probably meant, if that is known."""
    return f"did you mean {meant}?" if meant else ""


def end(text: str) -> str:
    """Return a sentence with a full stop, if it is no question."""
    return text if text.endswith("?") else f"{text}."


def listed(parts: list[str], word: str) -> str:
    """Part of a sentence: several things, the last one after a word."""
    return f" {word} ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def name_keys(keys: list[str]) -> str:
    """Part of a sentence: keys of a map."""
    return f"the {'key' if len(keys) == 1 else 'keys'} {', '.join(keys)}"


def _fold(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")


def home(kind: ResourceType, ids: Ids) -> str:
    """Part of a sentence: what contains a resource, as "API a1b2c3d4e5"."""
    known = [parent for parent in reversed(kind.parents) if parent.name in ids]
    return " of ".join(f"{parent.noun} {ids[parent.name]}" for parent in known)


def unknown_id(kind: ResourceType, ids: Ids) -> str:
    """Part of a sentence: there is no such resource."""
    return f"resource_id is {ids['resource_id']!r}: {home(kind, ids)} has no such {kind.label}"


def named(kind: ResourceType, ids: Ids) -> str:
    """Part of a sentence, its beginning: a resource and what contains it."""
    return f"{capital(kind.label)} {ids['resource_id']} of {home(kind, ids)}"


def how_to_replace(kind: ResourceType) -> str:
    """Part of a sentence: how to replace a resource.

    Idem accepts a map only; creating the replacement first lets routes move to it. What has a key
    can't exist twice.
    """
    first = "false" if kind.key else "true"
    return (
        f"to replace the {kind.label}, add the line `- recreate_on_update: {{create_before_destroy: "
        f"{first}}}` to the state; the new {kind.label} takes over what the SLS leaves out"
    )


def with_article(noun: str) -> str:
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"


def capital(text: str) -> str:
    return text[0].upper() + text[1:]


def id_names(kind: ResourceType) -> str:
    return listed([*(parent.name for parent in kind.parents), "resource_id"], "and")

"""The values of parameter mappings on an HTTP API: text and sources such as ``$request.header.x``.

A value is read once from left to right, so that its length alone decides how long that takes.
"""

import dataclasses
import string


@dataclasses.dataclass(frozen=True)
class Fault:
    """What AWS refuses in a value.

    Args:
        source: A word with a ``$`` that is no source; None if a brace is wrong.
    """

    source: str | None


def fault(value: str, roots: tuple[str, ...]) -> Fault | None:
    """Return the first part of a value that AWS is known to refuse (fields.LOCALSTACK).

    Braces are allowed only in ``${...}``, which ends at the first ``}``. A ``$`` with two letters or
    more behind it must begin a source; with less behind it, it is static text.

    Args:
        value: The value.
        roots: The words that begin a source, with a dot behind them.
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


def unclear(value: str) -> bool:
    """Tell whether a ``$`` of a value begins no source, but more text than AWS is known to accept."""
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

"""The entries of the page of messages: which message an entry is about. Nothing here needs Sphinx.

An entry's argument is either a call of a function of `resource.problems`, `resource.matching` or
`resource.messages` with example values, so that each sentence is in one place only, or the sentence
itself.
"""

import ast
import inspect
import pathlib
import re

import notation

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.resource import matching, messages, problems

PAGE = pathlib.Path(__file__).resolve().parent.parent / "messages.md"
_MODULES = {"matching": matching, "messages": messages, "problems": problems}
# What is only said of a resource with a key, or with two parents.
_OF_RESPONSES = (
    "gone_with_parent",
    "key_awaited",
    "key_kept",
    "key_of_replaced",
    "key_owned",
    "key_taken",
    "missing_parent",
)
_CALL = re.compile(r"(matching|messages|problems)\.(\w+)\(.*\)")


def function(argument: str) -> str | None:
    """Return the name of the function that an entry calls, or None if it quotes a sentence."""
    found = _CALL.fullmatch(argument.strip())
    return found[2] if found else None


def sentence(argument: str) -> str:
    """Return the message that an entry is about."""
    name = function(argument)
    if name is None:
        return argument.strip()
    call = ast.parse(argument.strip(), mode="eval").body
    values = [ast.literal_eval(value) for value in call.args]
    named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    module = _MODULES[argument.strip().partition(".")[0]]
    said = getattr(module, name)
    # What depends on the type of the resource is shown for integrations, or for one that has a key.
    first = next(iter(inspect.signature(said).parameters), None)
    about = INTEGRATION_RESPONSE if name in _OF_RESPONSES else INTEGRATION
    said = said(*([about] if first == "kind" else []), *values, **named)
    return said if isinstance(said, str) else " ".join(said)


def anchor(argument: str) -> str:
    """Return the name under which other pages and people link to an entry.

    It is the function's name, or the first words of the sentence.
    """
    words = function(argument) or " ".join(argument.split()[:9])
    return "-".join(re.findall(r"[a-z0-9]+", words.lower()))


def arguments() -> list[str]:
    """Return the arguments of all entries of the page."""
    return [found["argument"] for found in notation.SAYS.finditer(PAGE.read_text())]


def anchors(entries: list[str]) -> list[str]:
    """Return the anchors of entries; of the same one for several, all but the first have a number."""
    names = [anchor(one) for one in entries]
    counts = [names[: number + 1].count(name) for number, name in enumerate(names)]
    return [name if count == 1 else f"{name}-{count}" for name, count in zip(names, counts, strict=True)]

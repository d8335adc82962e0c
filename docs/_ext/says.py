"""The entries of the page of messages: which message an entry is about. Nothing here needs Sphinx.

So that each sentence is in one place only, an entry's argument is one of these:

- A call of a function of `resource.matching` or `resource.messages` with example values.
- ``NAME: HOW {PARAMETERS}``, an integration of which only this is said. ``HOW`` is the protocol of its
  API, HTTP if it is left out, or a method of `Declaration`. The parameters are those of `_FINE` with
  these changes, or, if those of an existing integration stand behind them, these alone.
- ``NAME: "SENTENCE"`` or the sentence itself.

A name is for links.
"""

import ast
import collections
import inspect
import pathlib
import re

import notation

from idem_apigwv2_integration.integration import INTEGRATION
from idem_apigwv2_integration.integration_response import INTEGRATION_RESPONSE
from idem_apigwv2_integration.resource import matching, messages, validate
from idem_apigwv2_integration.resource.declaration import Declaration

PAGE = pathlib.Path(__file__).resolve().parent.parent / "messages.md"
_MODULES = {"matching": matching, "messages": messages}
_FINE = {
    "integration_type": "HTTP_PROXY",
    "integration_method": "GET",
    "integration_uri": "https://orders.example.com",
    "payload_format_version": "1.0",
}
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
_CALL = re.compile(r"(?:matching|messages)\.(\w+)\(.*\)")
_EXAMPLE = re.compile(r"(\w+): (?:(\w+) )?([{\"].*)")


def function(argument: str) -> str | None:
    """Return the name of the function that an entry calls, or None."""
    found = _CALL.fullmatch(argument.strip())
    return found[1] if found else None


def _said_of(how: str, example: str) -> str:
    """Return the only sentence about an example."""
    given, *live = ast.literal_eval(f"[{example}]")
    if isinstance(given, str):
        return given
    is_method = hasattr(Declaration, how)
    before = {name: value for one in live for name, value in (_FINE | one).items() if value is not None}
    ids = {} if is_method else {"name": "orders", "api_id": "a1b2c3d4e5"}
    declared = Declaration(INTEGRATION, {**ids, **({} if live or is_method else _FINE), **given}, {})
    if is_method:
        return getattr(declared, how)()[-1]
    report = validate.check(declared, before or None, how)
    wrong = declared.problems + report.problems
    (said,) = wrong or [*report.ignored, *report.hints, *declared.notes]
    return said


def sentence(argument: str) -> str:
    """Return the message that an entry is about."""
    name = function(argument)
    if found := _EXAMPLE.fullmatch(argument.strip()):
        return _said_of(found[2] or "HTTP", found[3])
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


def arguments(text: str | None = None) -> list[str]:
    """Return the arguments of all entries of a page, by default of the page of messages."""
    page = PAGE.read_text() if text is None else text
    return [found["argument"] for found in notation.SAYS.finditer(page)]


def anchors(entries: list[str]) -> list[str]:
    """Return the names under which other pages and people link to entries.

    It is the function's name, that of the example, or the first words of the sentence. Of the same one
    for several, all but the first have a number.
    """
    found: list[str] = []
    counts: collections.Counter[str] = collections.Counter()
    for argument in entries:
        example = _EXAMPLE.fullmatch(argument.strip())
        words = example[1] if example else function(argument) or " ".join(argument.split()[:9])
        name = "-".join(re.findall(r"[a-z0-9]+", words.lower()))
        counts[name] += 1
        found.append(name if counts[name] == 1 else f"{name}-{counts[name]}")
    return found

"""What is generated on the pages: tables and sentences from the code, and what commands printed.

Nothing here needs Sphinx. `python docs/generate.py` writes it into the pages, and a test checks that it
is current.
"""

import functools
import pathlib
import re

import functions
import notation
import outputs
import parameters
import says
import steps
import tables

from idem_apigwv2_integration.command import KINDS
from idem_apigwv2_integration.resource.type import TYPE_PREFIX

_LANGUAGE = "text output"
_RUN = re.compile(
    rf"^(?P<fence>`{{3,}})console(?P<info>[^\n]*)\n.*?^(?P=fence)$"
    rf"(?P<output>\n\n(?P<around>`{{3,}}){_LANGUAGE}\n.*?^(?P=around)$)?",
    re.MULTILINE | re.DOTALL,
)


def refresh(path: pathlib.Path) -> str:
    """Return the text of a page with everything current that is generated on it."""
    text = notation.GENERATED.sub(functools.partial(_region, path), path.read_text())
    if path == says.PAGE:
        text = _entries(text)
    return _with_outputs(path.relative_to(steps.DOCS).with_suffix("").as_posix(), text)


def pages() -> list[pathlib.Path]:
    """Return all pages."""
    return sorted(path for path in steps.DOCS.rglob("*.md") if "_build" not in path.parts)


def generate(name: str) -> str:
    """Return what is generated under a name, in markdown."""
    what, *arguments = name.split()
    if what in tables.NUMBERS:
        return tables.NUMBERS[what]
    if what == "parameters":
        return parameters.page(KINDS[TYPE_PREFIX + arguments[0]])
    if what == "functions":
        return functions.page(*arguments)
    if what == "readme":
        return _readme(arguments[0])
    return tables.table(what, *(KINDS[TYPE_PREFIX + name] for name in arguments))


def _region(path: pathlib.Path, found: re.Match) -> str:
    text = generate(found["name"])
    space = "" if found["name"] in tables.NUMBERS else "\n\n"
    return f"<!-- generated: {found['name']} -->{space}{text.strip()}{space}<!-- /generated -->"


def _readme(name: str) -> str:
    """Return a part of the README, with links as they are from the folder of the pages."""
    text = (steps.CHECKOUT / "README.md").read_text()
    (part,) = re.findall(rf"<!-- {name} -->(.*?)<!-- /{name} -->", text, re.DOTALL)
    return part.replace("](docs/", "](")


def _entries(text: str) -> str:
    """Return the page of messages with the sentence of each entry."""
    anchors = iter(says.anchors(says.arguments(text)))

    def entry(found: re.Match) -> str:
        anchor, sentence = next(anchors), _code(says.sentence(found["argument"]))
        head = f'<a id="{anchor}"></a>**{sentence}** [#](#{anchor})'
        return f"<!-- says: {found['argument']} -->\n{head}\n\n{found['body']}<!-- /says -->"

    return notation.SAYS.sub(entry, text)


def _code(text: str) -> str:
    """Return a text as code, whatever backticks it has."""
    longest = _longest_run(text)
    mark, space = "`" * (longest + 1), " " if longest else ""
    return f"{mark}{space}{text}{space}{mark}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall(r"`+", text)), default=0)


def _with_outputs(page: str, text: str) -> str:
    """Return a page with what its commands printed below them, in plain text."""
    number = 0

    def run(found: re.Match) -> str:
        nonlocal number
        known = notation.parse_options(found["info"])
        block = found[0].removesuffix(found["output"] or "")
        if "setup" in known:
            return block
        number += 1
        source = steps.recorded(page, number)
        printed = outputs.plain(source.read_text() if source.exists() else "", known.get("show", ""))
        around = "`" * max(3, _longest_run(printed) + 1)
        return block + (f"\n\n{around}{_LANGUAGE}\n{printed}\n{around}" if printed else "")

    return _RUN.sub(run, text)

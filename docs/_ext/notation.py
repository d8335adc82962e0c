"""The notation of the pages: markdown that a repository site shows as it is. Nothing here needs Sphinx.

Fenced blocks are steps that a reader, a test and the recorder follow:

- A line with a file's name in backticks and a colon, and a fence: the reader writes the file. With
  ``account`` behind the language it is a credentials file for a real account: before it is written,
  every profile in it gets the endpoint of the mock server, and nothing else is changed.
  ``emphasize-lines=8,18-24`` names the lines that changed.
- A ``console`` fence: the reader runs the commands. ``exit=1`` is the expected exit code. ``background``
  leaves the command running and shows its first line. ``checkout`` runs it in the checkout instead of
  the page's own folder. ``show="ID ..."`` names the states of the output that the page shows. With
  ``setup`` the commands install something: only a reader who starts from nothing runs them.

Comments say what the rest of a page is:

- ``<!-- generated: NAME -->`` to ``<!-- /generated -->``, and ``text output`` fences: see `generated`.
- ``<!-- says: SENTENCE -->`` to ``<!-- /says -->``: an entry of the page of messages; see `says`.
- ``<!-- menu: CAPTION -->`` to ``<!-- /menu -->``: the list of the pages below this one.
- ``<!-- site`` to ``-->``: what only the site shows, with directives of Sphinx; ``<!-- repository -->``
  to ``<!-- /repository -->``: what it does not show.

`to_directives` turns all of it into the directives that `site_directives` renders.
"""

import re
import shlex

FENCE = re.compile(
    r"(?:^`(?P<file>[^`\n]+)`:\n\n)?"
    r"^(?P<fence>`{3,})(?P<language>[a-z]+)(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=fence)[ ]*$",
    re.MULTILINE | re.DOTALL,
)
GENERATED = re.compile(
    r"<!-- generated: (?P<name>[^\n]+?) -->(?P<body>.*?)<!-- /generated -->", re.DOTALL
)
MENU = re.compile(
    r"^<!-- menu(?:: (?P<caption>[^\n]+?))? -->\n(?P<body>.*?)^<!-- /menu -->$", re.M | re.S
)
SAYS = re.compile(
    r"^<!-- says: (?P<argument>[^\n]+) -->\n(?P<head><a id=[^\n]*\n\n)?(?P<body>.*?)^<!-- /says -->$",
    re.M | re.S,
)
_LINK = re.compile(r"^- \[.*?\]\((?P<page>[\w/-]+)\.md\)", re.MULTILINE)
_SITE = re.compile(r"^<!-- site\n(.*?)^-->$", re.MULTILINE | re.DOTALL)
_REPOSITORY = re.compile(r"^<!-- repository -->\n.*?^<!-- /repository -->$", re.MULTILINE | re.DOTALL)
_PICTURE = re.compile(r"^!\[[^\]]*\]\((?:\.\./)*_pictures/(\w+)\.svg\)$", re.MULTILINE)
_ALERT = re.compile(r"^> \[!(?P<kind>[A-Z]+)\]\n(?P<body>(?:^>.*\n?)+)", re.MULTILINE)
_ADMONITIONS = {"CAUTION": "danger", "WARNING": "warning", "NOTE": "note", "TIP": "tip"}


def parse_options(info: str) -> dict[str, str]:
    """Return the options behind the language of a fence; a flag has the empty string."""
    return {name: value for name, _, value in (word.partition("=") for word in shlex.split(info))}


def kind(found: re.Match) -> str | None:
    """Return what a fence is: ``file``, ``run``, ``setup``, ``output``, or None for text to read."""
    known = parse_options(found["info"])
    if found["file"]:
        return "file"
    if found["language"] == "console":
        return "setup" if "setup" in known else "run"
    return "output" if found["language"] == "text" and "output" in known else None


def list_below(text: str) -> list[str]:
    """Return the pages in the menus of a page, relative to its folder."""
    return [link["page"] for menu in MENU.finditer(text) for link in _LINK.finditer(menu["body"])]


def to_directives(text: str) -> str:
    """Return a page with directives for what it has in plain markdown."""
    text = FENCE.sub(_directive, text)
    text = SAYS.sub(lambda found: f"::::{{says}} {found['argument']}\n{found['body']}::::", text)
    text = _ALERT.sub(_admonition, text)
    text = _PICTURE.sub(r"```{picture} \1\n```", text)
    text = MENU.sub(_toctree, text)
    return _REPOSITORY.sub("", _SITE.sub(r"\1", text))


def _directive(found: re.Match) -> str:
    name = kind(found)
    if name is None:
        return found[0]
    if name == "output":
        return ""
    given = {key: value for key, value in parse_options(found["info"]).items() if key != "setup"}
    lines = [f"{found['fence']}{{{name}}} {found['file'] or ''}".rstrip()]
    lines += [f":{key}: {value}".rstrip() for key, value in given.items()]
    return "\n".join([*lines, *([""] if given else []), found["body"] + found["fence"]])


def _admonition(found: re.Match) -> str:
    body = re.sub(r"^> ?", "", found["body"].rstrip("\n"), flags=re.MULTILINE)
    return f":::{{{_ADMONITIONS[found['kind']]}}}\n{body}\n:::\n"


def _toctree(found: re.Match) -> str:
    pages = [link["page"] for link in _LINK.finditer(found["body"])]
    caption = [f":caption: {found['caption']}"] if found["caption"] else []
    return "\n".join([found["body"], "```{toctree}", ":hidden:", *caption, "", *pages, "```"])

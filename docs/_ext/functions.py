"""The reference of the functions on the hub, in markdown, from their docstrings.

Nothing here needs Sphinx.
"""

import ast
import pathlib
import re
import textwrap
from collections.abc import Iterator

PACKAGE = pathlib.Path(__file__).resolve().parents[2] / "idem_apigwv2_integration"
# The functions of a module that are for users, in the order of the page.
FUNCTIONS = {
    "states": ("present", "absent", "search", "describe"),
    "exec": ("get", "list_", "create", "update", "delete"),
}
# The pages with the parameters of `present`, which its section only links to.
PARAMETERS = {
    "integration": "parameters.md",
    "integration_response": "integration-response.md",
    "route_response": "route-response.md",
}
_SECTION = re.compile(r"^(Args|Request Syntax|Returns|Examples):\n", re.MULTILINE)
_ARGUMENT = re.compile(
    r"^(?P<name>\w+)(?:\((?P<type>.+?)\))?: (?P<text>.*(?:\n(?: {4}.*)?)*)", re.MULTILINE
)
_CODE = re.compile(r"^\.\. code-block:: (?P<language>\w+)\n\n(?P<body>(?: {4}.*\n?|\n)+)", re.MULTILINE)
_LANGUAGES = {"sls": "yaml"}


def docstrings(sub: str, resource: str) -> dict[str, str]:
    """Return the docstrings of the functions of a module on the hub, without their indentation."""
    tree = ast.parse((PACKAGE / sub / "aws/apigatewayv2" / f"{resource}.py").read_text())
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {node.name: ast.get_docstring(node) or "" for node in functions}


def page(sub: str, resource: str) -> str:
    """Return a section for each function of a module.

    Args:
        sub: ``states`` or ``exec``.
        resource: The resource, for example ``integration``.
    """
    found = docstrings(sub, resource)
    return "\n\n".join(
        part for name in FUNCTIONS[sub] for part in _function(resource, name, found[name])
    )


def arguments(docstring: str) -> dict[str, tuple[str, str]]:
    """Return the type and the description, in markdown, of each argument that a docstring names."""
    section = dict(_sections(docstring)).get("Args", "")
    return {
        found["name"]: (found["type"] or "", _plain(found["text"]))
        for found in _ARGUMENT.finditer(section)
    }


def _sections(docstring: str) -> Iterator[tuple[str, str]]:
    """Yield the title and the text of each section; the first one has no title."""
    text, *rest = _SECTION.split(docstring)
    yield "", text
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        yield title, textwrap.dedent(body).strip()


def _function(resource: str, name: str, docstring: str) -> Iterator[str]:
    yield f"### {name.rstrip('_')}"
    for title, text in _sections(docstring):
        if not title:
            yield _plain(text)
        elif title == "Args" and name == "present":
            yield f"**Parameters:** each is explained on [its own page]({PARAMETERS[resource]})."
        elif title == "Args":
            listed = arguments(docstring).items()
            lines = (f"- {_title(argument, *described)}" for argument, described in listed)
            yield "**Parameters:**\n\n" + "\n".join(lines)
        elif title == "Returns":
            # The first line is the type.
            kind, _, described = text.partition("\n")
            yield f"**Returns:** {_plain(textwrap.dedent(described)) or f'`{kind.strip()}`'}"
        else:
            yield f"**{title.capitalize()}:**\n\n{_plain(text)}"


def _title(argument: str, kind: str, text: str) -> str:
    kind, optional, _ = kind.partition(", Optional")
    shape = f" (`{kind}`{', optional' if optional else ''})" if kind else ""
    return f"`{argument}`{shape}: {text}"


def _plain(text: str) -> str:
    """Return the text of a docstring, in reStructuredText, as markdown."""
    parts, position = [], 0
    for found in _CODE.finditer(text):
        parts += [_prose(text[position : found.start()]), _fence(found)]
        position = found.end()
    return "\n\n".join(part for part in [*parts, _prose(text[position:])] if part)


def _prose(text: str) -> str:
    lines = [line.strip() for line in text.replace("``", "`").splitlines()]
    return "\n".join(lines).strip()


def _fence(found: re.Match) -> str:
    language = _LANGUAGES.get(found["language"], found["language"])
    return f"```{language}\n{textwrap.dedent(found['body']).strip()}\n```"

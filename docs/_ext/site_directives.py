"""The directives of the site; `notation`, `steps`, `outputs` and `says` have their logic."""

import html
import itertools
import pathlib
import re

import ansi2html
import notation
import outputs
import says
import steps
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import docutils, logging

# A browser breaks a line after a hyphen.
_OPTION = re.compile(r"(?<= )--[\w-]+")
LOG = logging.getLogger(__name__)
LANGUAGES = {".sls": "sls", ".yaml": "yaml", ".yml": "yaml", ".sh": "bash", ".py": "python"}
PICTURES = pathlib.Path(__file__).resolve().parent.parent / "_pictures"


class File(docutils.SphinxDirective):
    """A file that the reader writes."""

    required_arguments = 1
    has_content = True
    option_spec = {"account": directives.flag, "emphasize-lines": directives.unchanged}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Return a literal block under the file's name."""
        text = "\n".join(self.content) + "\n"
        name = self.arguments[0]
        block = nodes.literal_block(text, text)
        block["language"] = LANGUAGES.get("." + name.rpartition(".")[2], "text")
        if "emphasize-lines" in self.options:
            numbers = []
            for part in self.options["emphasize-lines"].split(","):
                first, _, last = part.partition("-")
                numbers += range(int(first), int(last or first) + 1)
            block["highlight_args"] = {"hl_lines": numbers}
        box = nodes.container("", literal_block=True, classes=["literal-block-wrapper"])
        box += nodes.caption(name, name)
        box += block
        self.set_source_info(block)
        return [box]


class Run(docutils.SphinxDirective):
    """Commands with the output that was recorded for them."""

    has_content = True
    option_spec = {  # noqa: RUF012
        "exit": directives.nonnegative_int,
        "background": directives.flag,
        "checkout": directives.flag,
        "show": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Return a terminal."""
        source = steps.recorded(self.env.docname, next(self.env.temp_data["runs"]))
        self.env.note_dependency(str(source))
        if source.exists():
            output = source.read_text()
        else:
            LOG.warning("nothing is recorded: run python docs/record.py", location=self.get_location())
            output = ""
        return [terminal("\n".join(self.content), output, self.options.get("show", "").split())]


class Setup(docutils.SphinxDirective):
    """Commands that install something, without output."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a terminal."""
        return [terminal("\n".join(self.content), "")]


class Says(docutils.SphinxDirective):
    """A message, what it means and what to do."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the message, with a link to it, and its explanation."""
        text = says.sentence(self.arguments[0])
        anchor = next(self.env.temp_data["anchors"])
        entry = nodes.container(classes=["says"], names=[anchor])
        # So that links on the page itself find it, too.
        self.state.document.note_explicit_target(entry)
        link = f'<a class="headerlink" href="#{anchor}" title="Link to this message">¶</a>'
        entry += nodes.paragraph(
            "",
            "",
            nodes.literal(text, text),
            nodes.raw("", link, format="html"),
            classes=["says-message"],
        )
        entry += self.parse_content_to_nodes()
        return [entry]


class Picture(docutils.SphinxDirective):
    """A drawing that takes the colours of the site, and scrolls where the page is narrow."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the drawing."""
        path = PICTURES / f"{self.arguments[0]}.svg"
        self.env.note_dependency(str(path))
        markup = f'<div class="picture" tabindex="0">{path.read_text()}</div>'
        return [nodes.raw("", markup, format="html")]


def terminal(commands: str, output: str, ids: list[str] | None = None) -> nodes.raw:
    """Return a terminal with commands and their output, in its colours.

    Args:
        commands: The commands.
        output: What they printed.
        ids: The states of the output that are of interest.
    """
    lines = []
    for line in commands.splitlines():
        prompt, command = ("$ ", line[2:]) if line.startswith("$ ") else ("", line)
        mark = f'<span class="gp">{prompt}</span>' if prompt else ""
        lines.append(mark + _OPTION.sub(r'<span class="option">\g<0></span>', html.escape(command)))
    shown = ""
    if output.strip():
        short = outputs.shortened(output, ids or [])
        shown = _printed(short or output)
        if short:
            size = output.strip().count("\n") + 1
            states = len(outputs.states(output))
            shown += (
                f"<details><summary>Full output: {states} states, {size} lines</summary>"
                f"{_printed(output)}</details>"
            )
    code = "\n".join(lines)
    markup = (
        '<div class="terminal notranslate">'
        f'<div class="highlight-console"><div class="highlight"><pre>{code}</pre></div></div>'
        f"{shown}</div>"
    )
    return nodes.raw("", markup, format="html")


def _printed(output: str) -> str:
    # Two resets in a row confuse the converter.
    text = re.sub(r"(\x1b\[39m)+", "\x1b[39m", output.strip("\n"))
    body = ansi2html.Ansi2HTMLConverter(inline=False).convert(text, full=False)
    return f'<pre class="output" tabindex="0"><span class="go">{body}</span></pre>'


def read(app, docname, source):
    """Turn the notation of a page into directives."""
    app.env.temp_data["anchors"] = iter(says.anchors(says.arguments(source[0])))
    app.env.temp_data["runs"] = itertools.count(1)
    source[0] = notation.to_directives(source[0])


def setup(app):
    """Register the directives."""
    for name, kind in {
        "file": File,
        "run": Run,
        "setup": Setup,
        "says": Says,
        "picture": Picture,
    }.items():
        app.add_directive(name, kind)
    app.connect("source-read", read)
    return {"parallel_read_safe": False, "version": "1"}

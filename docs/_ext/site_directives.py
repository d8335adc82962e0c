"""The directives of the documentation: see `steps`, `says` and `tables` for what they mean."""

import html
import re

import ansi2html
import says
import steps
import tables
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import docutils, logging

LOG = logging.getLogger(__name__)
LANGUAGES = {".sls": "sls", ".yaml": "yaml", ".yml": "yaml", ".sh": "bash", ".py": "python"}
# Longer output scrolls in a box of its own.
LONG = 30


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
    }

    def run(self) -> list[nodes.Node]:
        """Return a terminal."""
        page = self.env.docname
        counters = self.env.temp_data.setdefault("runs", {})
        counters[page] = counters.get(page, 0) + 1
        source = steps.recorded(page, counters[page])
        self.env.note_dependency(str(source))
        if source.exists():
            output = source.read_text()
        else:
            LOG.warning("nothing is recorded: run python docs/record.py", location=self.get_location())
            output = ""
        return [terminal("\n".join(self.content), output)]


class Setup(docutils.SphinxDirective):
    """Commands without output, which a test can't run."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a terminal."""
        return [terminal("\n".join(self.content), "")]


class Given(docutils.SphinxDirective):
    """What is there before a page starts; the reader does not see it."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return nothing."""
        return []


class Says(docutils.SphinxDirective):
    """A message, what it means and what to do."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the message with its explanation."""
        text = says.sentence(self.arguments[0])
        entry = nodes.container(classes=["says"])
        name = nodes.make_id("says " + text[:60])
        entry["ids"] = [f"{name}-{self.env.new_serialno('says')}"]
        entry += nodes.paragraph("", "", nodes.literal(text, text), classes=["says-message"])
        entry += self.parse_content_to_nodes()
        return [entry]


class Table(docutils.SphinxDirective):
    """A table of the reference that is made from the code: fields, rules or actions."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        kind = self.arguments[0]
        head = getattr(tables, f"{kind.upper()}_HEAD")
        lines = [_row(head), _row(["---"] * len(head))]
        lines += [_row(row) for row in getattr(tables, f"{kind}_rows")()]
        box = nodes.container(classes=["wide-table", f"table-{kind}"])
        box += self.parse_text_to_nodes("\n".join(lines))
        return [box]


def _row(cells) -> str:
    return "| " + " | ".join(cells) + " |"


def terminal(commands: str, output: str) -> nodes.raw:
    """Return a terminal with commands and their output, in its colours."""
    lines = []
    for line in commands.splitlines():
        prompt, command = ("$ ", line[2:]) if line.startswith("$ ") else ("", line)
        mark = f'<span class="gp">{prompt}</span>' if prompt else ""
        lines.append(mark + html.escape(command))
    shown = ""
    if output.strip():
        # Two resets in a row confuse nobody but the converter.
        text = re.sub(r"(\x1b\[39m)+", "\x1b[39m", output.strip("\n"))
        body = ansi2html.Ansi2HTMLConverter(inline=False).convert(text, full=False)
        size = " long" if output.count("\n") > LONG else ""
        shown = f'<pre class="output{size}" tabindex="0"><span class="go">{body}</span></pre>'
    code = "\n".join(lines)
    markup = (
        '<div class="terminal notranslate">'
        f'<div class="highlight-console"><div class="highlight"><pre>{code}</pre></div></div>'
        f"{shown}</div>"
    )
    return nodes.raw("", markup, format="html")


def without_hub(app, what, name, obj, options, signature, return_annotation):
    """Leave out of a signature what idem passes, and the annotation of what is returned."""
    if what != "function" or not signature:
        return None
    return re.sub(r"\((hub, ctx|hub)(, )?", "(", signature), None


def setup(app):
    """Tell Sphinx about the directives."""
    for name, kind in {
        "file": File,
        "run": Run,
        "setup": Setup,
        "given": Given,
        "says": Says,
        "code-table": Table,
    }.items():
        app.add_directive(name, kind)
    app.connect("autodoc-process-signature", without_hub)
    return {"parallel_read_safe": False, "version": "1"}

"""What a repository site shows of the pages: markdown alone, without the site's directives."""

import collections
import functools
import itertools
import re

import generated
import markdown_it
import notation
import pytest
import steps

PAGES = [*generated.pages(), steps.CHECKOUT / "README.md", steps.CHECKOUT / "CONTRIBUTING.md"]
NAMES = [path.relative_to(steps.CHECKOUT).as_posix() for path in PAGES]
EXTERNAL = ("https://", "http://", "mailto:")


@functools.cache
def read(path):
    """Return the tokens of a page as a repository site reads them."""
    return markdown_it.MarkdownIt("commonmark").enable("table").parse(path.read_text())


def tokens(path):
    """Yield the tokens of a page, nested ones as well."""
    for token in read(path):
        yield token
        yield from token.children or ()


@functools.cache
def anchors(path):
    """Return the anchors of a page: of its headings, as GitHub makes them, and explicit ones."""
    counts, found = collections.Counter(), set(re.findall(r'<a id="([^"]+)">', path.read_text()))
    for opening, inline in itertools.pairwise(read(path)):
        if opening.type == "heading_open":
            text = "".join(child.content for child in inline.children)
            slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            found.add(f"{slug}-{counts[slug]}" if counts[slug] else slug)
            counts[slug] += 1
    return found


@pytest.mark.parametrize("path", generated.pages(), ids=str)
def test_what_is_generated_is_current(path):
    assert generated.refresh(path) == path.read_text(), "run: make pages"


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_a_page_is_plain_markdown(path):
    for token in tokens(path):
        where = f"{path.name}:{token.map[0] + 1 if token.map else '?'}"
        if token.type == "fence":
            assert not token.info.startswith("{"), where
            assert token.content.strip(), f"{where}: an empty block"
        elif token.type in ("text", "code_block"):
            assert not re.search(r":::|\{\{|^\{\w+\}", token.content), f"{where}: {token.content}"
        elif token.type in ("html_block", "html_inline"):
            shown = re.sub(r"<!--.*?-->", "", token.content, flags=re.S)
            assert re.fullmatch(r'(\s|</?div[^>]*>|</?a( id="[\w-]+")?>)*', shown), f"{where}: {shown}"


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_links_lead_somewhere(path):
    for token in tokens(path):
        target = token.attrGet("href") or token.attrGet("src")
        if not target or target.startswith(EXTERNAL):
            continue
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors(linked), target


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_pictures_have_a_text_for_those_who_do_not_see_them(path):
    for token in tokens(path):
        if token.type == "image":
            assert len(token.content.split()) > 10, token.attrGet("src")


def test_drawings_have_one_style():
    texts = [path.read_text() for path in (steps.DOCS / "_pictures").glob("*.svg")]
    (style,) = {re.search(r"<style>.*?</style>", text, re.S)[0] for text in texts}
    # A repository site has none of the variables of the site.
    assert all("," in used for used in re.findall(r"var\(.*?\)", style))


def test_the_site_gets_directives_for_all_that_a_page_has():
    page = "\n".join(
        [
            "`a.sls`:",
            "",
            "```yaml emphasize-lines=1",
            "it: {}",
            "```",
            "",
            '```console show="it other" exit=1',
            "$ idem state a.sls",
            "```",
            "",
            "```text output",
            "printed",
            "```",
            "",
            "```console setup",
            "$ pip install .",
            "```",
            "",
            "> [!WARNING]",
            "> Two",
            "> lines.",
            "",
            "![A drawing](../_pictures/replace.svg)",
            "",
            "<!-- menu: More -->",
            "- [Other](b/other.md): about it.",
            "<!-- /menu -->",
            "<!-- says: matching.nothing_known() -->",
            '<a id="nothing-known"></a>**`Nothing`**',
            "",
            "It means this.",
            "<!-- /says -->",
            "<!-- site",
            "Here only.",
            "-->",
            "<!-- repository -->",
            "There only.",
            "<!-- /repository -->",
        ]
    )
    assert re.sub(r"\n+", "\n", notation.to_directives(page)).strip().splitlines() == [
        "```{file} a.sls",
        ":emphasize-lines: 1",
        "it: {}",
        "```",
        "```{run}",
        ":show: it other",
        ":exit: 1",
        "$ idem state a.sls",
        "```",
        "```{setup}",
        "$ pip install .",
        "```",
        ":::{warning}",
        "Two",
        "lines.",
        ":::",
        "```{picture} replace",
        "```",
        "- [Other](b/other.md): about it.",
        "```{toctree}",
        ":hidden:",
        ":caption: More",
        "b/other",
        "```",
        "::::{says} matching.nothing_known()",
        "It means this.",
        "::::",
        "Here only.",
    ]
    assert notation.list_below(page) == ["b/other"]


def test_output_is_shown_below_its_command(tmp_path, monkeypatch):
    monkeypatch.setattr(generated.steps, "DOCS", tmp_path)
    monkeypatch.setattr(generated.steps, "RECORDED", tmp_path / "_recorded")
    path = tmp_path / "page.md"
    path.write_text(
        "```console\n$ one\n```\n\n```console setup\n$ two\n```\n\n```console\n$ three\n```\n"
    )
    (tmp_path / "_recorded" / "page").mkdir(parents=True)
    for number, printed in ((1, "\x1b[32ma\x1b[0m  \n```\n"), (2, "")):
        (tmp_path / "_recorded" / "page" / f"{number:02}.ansi").write_text(printed)
    shown = generated.refresh(path)
    assert shown == path.read_text().replace("$ one\n```", "$ one\n```\n\n````text output\na\n```\n````")
    path.write_text(shown)
    assert generated.refresh(path) == shown

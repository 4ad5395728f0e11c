"""The Sphinx extension that lets the figures of a page respond and the text speak to them, on the pages that have any.

`tools.text.editions` has already put each figure into the page as a picture; this adds the style and the script that
hydrates it, both from the package, so that a page draws what a kernel draws, and the script by which words in the text
set it. A link to a figure, with a setting or without, becomes an `<a>` that leads there without JavaScript too.
Pictures of matplotlib share the style.
"""

import functools
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from tools import internals, project
from tools.text import execute, figures
from tools.text.cells import Notebook

VIEW = project.ROOT / "d2lparams" / "view"
TALK = project.ROOT / "site" / "js" / "talk.js"
MARKS = ("d2l-figure", "d2l-chart")


def add_files(app: Sphinx, config: Config) -> None:
    """Serve the package's style sheet and script, and the page's script."""
    config.html_static_path += [str(VIEW / "figure.css"), str(VIEW / "figure.js"), str(TALK)]


def add_to_page(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load what a page needs for its figures, and the style for what matplotlib has drawn."""
    texts = [raw.astext() for raw in doctree.findall(nodes.raw)] if doctree is not None else []
    responding, drawn = (any(mark in text for text in texts) for mark in MARKS)
    if responding or drawn:
        app.add_css_file("figure.css")
    if responding:
        app.add_js_file("figure.js", loading_method="defer")
        app.add_js_file("talk.js", loading_method="defer")


@functools.cache
def looked_at(path: Path, remembered: Path) -> Notebook:
    """Return an executed notebook to which many links lead, and which nobody changes. `remembered` says as of when."""
    return execute.executed(path)


def look_at_links(app: Sphinx, docname: str, content: list[str]) -> None:
    """Warn, which stops a build, of links to figures, controls and values that do not exist."""

    def notebook(name: str) -> Notebook:
        path = project.BOOK / name
        return looked_at(path, execute.remembered(path))

    name = f"{docname.removeprefix('book/')}.ipynb"
    if (project.BOOK / name).exists():
        for lesson in figures.faults(notebook(name), notebook):
            logging.getLogger(__name__).warning(lesson, location=docname, type="d2l", subtype="figure")


class words(nodes.Inline, nodes.TextElement):
    """Words that lead to a figure, the one of another page if there is a `page`, and say what it is to show."""


class WordsToFigures(SphinxTransform):
    """Take links to figures out of MyST's hands, which knows only headings and labels."""

    default_priority = internals.BEFORE_FRAGMENTS

    def apply(self, **kwargs: Any) -> None:
        """Replace them where they are read."""
        for link in list(self.document.findall(nodes.reference)):
            if link.get("id_link"):
                self.replace(link, link["refuri"].removeprefix("#"), link.children)
        for far in list(self.document.findall(addnodes.pending_xref)):
            if far.get("refdomain") == "doc":
                self.replace(far, far.get("reftargetid") or "", far[0].children, page=far["reftarget"])

    def replace(self, link: nodes.Element, target: str, inner: Sequence[nodes.Node], **where: str) -> None:
        """Put words in the place of a link if its target is a figure."""
        if target.startswith(figures.PREFIX):
            anchor, _, setting = target.partition("?")
            link.replace_self(words("", "", *inner, anchor=anchor, setting=setting, **where))


def begin_words(self: Any, node: words) -> None:
    """Write the link; without JavaScript it is one to the figure."""
    page = self.builder.get_relative_uri(self.builder.current_docname, node["page"]) if "page" in node else ""
    setting = f' data-setting="{escape(node["setting"])}"' if node["setting"] else ""
    style = "reference internal" if page or not setting else "d2l-set"
    self.body.append(f'<a class="{style}" href="{escape(page)}#{escape(node["anchor"])}"{setting}>')


def end_words(self: Any, node: words) -> None:
    """End the link."""
    self.body.append("</a>")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks."""
    app.connect("config-inited", add_files)
    app.connect("source-read", look_at_links)
    app.connect("html-page-context", add_to_page)
    app.add_node(words, html=(begin_words, end_words))
    app.add_transform(WordsToFigures)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""The Sphinx extension that lets the figures of a page respond, on the pages that have any.

`tools.text.editions` has already put each figure into the page as a picture; this adds the style and the script that
hydrates it, both from the package, so that a page draws what a kernel draws. Pictures of matplotlib share the style.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from tools import project

VIEW = project.ROOT / "d2lparams" / "view"
MARKS = ("d2l-figure", "d2l-chart")


def add_files(app: Sphinx, config: Config) -> None:
    """Serve the package's style sheet and script."""
    config.html_static_path += [str(VIEW / "figure.css"), str(VIEW / "figure.js")]


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


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks."""
    app.connect("config-inited", add_files)
    app.connect("html-page-context", add_to_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

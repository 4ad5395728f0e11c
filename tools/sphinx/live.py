"""The Sphinx extension that offers "Run this page" on every chapter of a site that has Python to run it.

A lone `jupyter-book build .` has none, and shows no button.
"""

from __future__ import annotations

import json
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from tools import project

FOLDER = "live"
START = project.SITE / FOLDER / "start.json"  # what a click loads, written before the pages


def add_context(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Tell the template where the live layer is, and how much a click loads."""
    name = pagename.removeprefix("book/")
    offered = app.config.edition_siblings and doctree is not None and name in project.documents()
    up = "../" * (pagename.count("/") + 1)
    context["live"] = f"{up}{FOLDER}/" if offered else ""
    if offered:
        size = json.loads(START.read_text(encoding="utf-8"))["bytes"]
        context["live_bytes"], context["live_megabytes"] = size, round(size / 1e6)
        context["live_notebook"] = name


def add_button(app: Sphinx, config: Config) -> None:
    """Load the script of the button, which loads the rest when it is pressed."""
    app.add_js_file("run-page.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks."""
    app.connect("config-inited", add_button)
    app.connect("html-page-context", add_context)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""The Sphinx extension that brings figures to life: their style and their module, on the pages that have figures.

Both files come from the package, so a figure looks and works in a page as it does in a notebook.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from tools.project import ROOT

SOURCE = ROOT / "d2lparams" / "view"
MODULE = "d2l-figure.js"
STYLE = "d2l-figure.css"


def add_to_page(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load the module and the style where the page holds a figure."""
    if "d2l-figure" not in context.get("body", ""):
        return
    app.add_css_file(STYLE)
    app.add_js_file("d2l-page.js", type="module")


def copy_files(app: Sphinx, exception: Exception | None) -> None:
    """Copy both files beside the pages, with the two lines that start them."""
    if exception is None and app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        static.mkdir(exist_ok=True)
        shutil.copyfile(SOURCE / "figure.js", static / MODULE)
        shutil.copyfile(SOURCE / "figure.css", static / STYLE)
        (static / "d2l-page.js").write_text(f'import {{ hydrate }} from "./{MODULE}";\nhydrate();\n', encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks."""
    app.connect("html-page-context", add_to_page)
    app.connect("build-finished", copy_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

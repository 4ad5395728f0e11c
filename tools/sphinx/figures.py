"""The Sphinx extension that lets the figures of a page respond, on the pages that have any.

`tools.text.editions` has already put each figure into the page as a picture; this adds the style and the script that
hydrates it, both from the package, so that a page draws what a kernel draws.  The package's script is a module, which
a browser does not load from a file; a page gets the same lines as a plain script.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from tools import project

VIEW = project.ROOT / "d2lparams" / "view"
MARK = "d2l-figure"
SCRIPT = "figures.js"
# What makes the file a module, with what it is in a script and how often it is there.
MODULE = (
    (r"^export default \{ render \};\n", "", 1),
    (r"^export (?=function )", "", 3),
)
PAGE = """// Makes the figures of a page respond; without it they are pictures with a table. Made from figure.js.
(() => {{
"use strict";
{lines}
hydrate(document);
}})();
"""


def plain_script(module: str) -> str:
    """Return the package's module as a script that hydrates the page."""
    for pattern, replacement, expected in MODULE:
        module, found = re.subn(pattern, replacement, module, flags=re.M)
        if found != expected:
            raise SystemExit(
                f"figure.js has {found} of {pattern!r}, not {expected}: set MODULE in {Path(__file__).name}"
            )
    if left := re.search(r"^(?:import|export)\b.*", module, re.M):
        raise SystemExit(f"figure.js is more of a module than {Path(__file__).name} knows: {left[0]}")
    return PAGE.format(lines=module)


def add_files(app: Sphinx, config: Config) -> None:
    """Serve the package's style sheet."""
    config.html_static_path += [str(VIEW / "figure.css")]


def write_script(app: Sphinx) -> None:
    """Write the script of the pages."""
    if app.builder.format == "html":
        script = plain_script((VIEW / "figure.js").read_text(encoding="utf-8"))
        project.write_new(Path(app.outdir, "_static", SCRIPT), script)


def add_to_page(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load them on a page that shows a figure."""
    if doctree is not None and any(MARK in raw.astext() for raw in doctree.findall(nodes.raw)):
        app.add_css_file("figure.css")
        # Relative, so that one script serves pages at any depth.
        app.add_js_file(SCRIPT, loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks."""
    app.connect("config-inited", add_files)
    app.connect("builder-inited", write_script)
    app.connect("html-page-context", add_to_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

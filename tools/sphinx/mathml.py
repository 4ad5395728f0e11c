"""The Sphinx extension that writes formulas as MathML when the book is built.

Browsers draw MathML themselves: a page needs no script, no style sheet and no font for its formulas, and those who hear
the page hear the mathematics.  KaTeX does the translation, inside node, once for all formulas of a page; both come
from locked Python packages.  A formula that KaTeX does not understand stops the build.
"""

import json
import subprocess
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from tools import internals

# Reads [[formula, display], ...] from its input, writes a list of MathML.
SCRIPT = """
const katex = require(process.argv[1]);
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const render = ([text, displayMode]) => katex.renderToString(text, {displayMode, output: "mathml"});
process.stdout.write(JSON.stringify(formulas.map(render)));
"""


def mathml(formulas: list[tuple[str, bool]]) -> list[str]:
    """Return the MathML of LaTeX formulas, each given with whether it stands on lines of its own."""
    # Not the package's own server: it was seen to refuse the first connection, and to outlive a build.
    ran = subprocess.run(
        [internals.node(), "-e", SCRIPT, internals.katex()],
        input=json.dumps(formulas),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if ran.returncode:
        raise ExtensionError(f"KaTeX could not read a formula of {formulas}:\n{ran.stderr}")
    return [internals.spaced(internals.signed(markup)) for markup in json.loads(ran.stdout)]


def translate(app: Sphinx, doctree: nodes.document, name: str) -> None:
    """Keep the MathML of every formula of a page with its node."""
    found = [node for node in doctree.findall() if isinstance(node, nodes.math | nodes.math_block)]
    if found and app.builder.format == "html":
        written = mathml([(node.astext(), isinstance(node, nodes.math_block)) for node in found])
        for node, markup in zip(found, written, strict=True):
            node["mathml"] = markup


def visit_inline(self: Any, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    self.body.append(f'<span class="d2l-math">{node["mathml"]}</span>')
    raise nodes.SkipNode


def visit_display(self: Any, node: nodes.math_block) -> None:
    """Write a formula on lines of its own; it can be scrolled to by keyboard where it is wider than the page."""
    names: list[str] = node.get("ids", [])
    ids = f' id="{names[0]}"' if names else ""
    self.body.append(f'<div class="d2l-math d2l-math-block"{ids}>{node["mathml"]}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer and choose it."""
    app.add_html_math_renderer("mathml", inline_renderers=(visit_inline, None), block_renderers=(visit_display, None))
    app.connect("config-inited", lambda app, config: setattr(config, "html_math_renderer", "mathml"))
    app.connect("doctree-resolved", translate)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""The Sphinx extension that lets long code in a line break where a reader would break it.

Code such as `parameter.data().norm().asscalar()` has no spaces, so a browser breaks it after any letter.  With a
chance to break before a method and after an opening parenthesis, a comma, `=` or `/` it does so there; short code stays
whole, but for the narrow cells of a table.
"""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

LONG, LONG_IN_TABLES = 20, 8  # letters from which a word of code may break
PLACES = re.compile(r"(?<=[\w)\]'\"])(?=\.[A-Za-z_])|(?<=[(,=/])(?=[\w'\"])")


def pieces(code: str, long: int = LONG) -> list[str]:
    """Return a piece of code, cut where it may break.

    >>> pieces("parameter.data().norm().asscalar()")
    ['parameter', '.data()', '.norm()', '.asscalar()']
    >>> pieces("net[0].weight"), pieces("net[0].weight", long=8)
    (['net[0].weight'], ['net[0]', '.weight'])
    """
    words = re.split(r"(\s+)", code)
    cut = [part for word in words for part in (PLACES.split(word) if len(word) >= long else [word])]
    joined: list[str] = []
    for part in cut:
        # A space is a chance of its own: the words around it stay one piece.
        if joined and (part.isspace() or joined[-1][-1:].isspace()):
            joined[-1] += part
        elif part:
            joined.append(part)
    return joined


def in_table(node: nodes.Node) -> bool:
    """Return whether a node stands in the cell of a table."""
    return node.parent is not None and (isinstance(node.parent, nodes.entry) or in_table(node.parent))


class Breaks(SphinxPostTransform):
    """Give every piece of code in a line its chances to break."""

    default_priority = 910  # after tools.sphinx.korean, which looks at how code ends
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Put a `<wbr>` between the pieces."""
        for code in self.document.findall(nodes.literal):
            first, *more = pieces(code.astext(), LONG_IN_TABLES if in_table(code) else LONG)
            code.clear()
            code += nodes.Text(first)
            for piece in more:
                code += [nodes.raw("", "<wbr>", format="html"), nodes.Text(piece)]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transform, and the button that copies code."""
    app.add_post_transform(Breaks)
    app.add_js_file("copy.js", loading_method="defer")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

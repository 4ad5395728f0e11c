"""The Sphinx extension that keeps together what no line should part: a word and its particle, a number, a formula.

With `word-break: keep-all` no line breaks between letters, but browsers still break after the parenthesis in
가중치(weight)를 or in code such as `data()`는, and after every formula: the particle then begins a line, alone, and so
does a semicolon.  They break 1e-4 behind its sign as well.  A word joiner, which is neither seen nor heard, holds the
text together; a formula, with which browsers do as they like, is put on one line with its particle or semicolon.
"""

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from tools.project import document
from tools.text.words import metadata

JOINER = "\u2060"
CLOSERS = ")]}%*_+"
INSIDE = re.compile(rf"(?<=[{re.escape(CLOSERS)}])(?=[가-힣])|(?<=\de-)(?=\d)")
PARTICLE = re.compile(r"[가-힣]+[.,]?|[,;:)]+")  # a full stop ends a sentence, which slides have to see
WHOLE = "d2l-whole"
HANGUL = re.compile(r"([ㄱ-ㅎ가-힣]+(?:[ \u2060][가-힣]+)*)")
OTHER = (nodes.literal_block, nodes.literal, nodes.math, nodes.math_block, nodes.raw)


def joined(text: str, before: str = "") -> str:
    """Return a text that breaks at no particle; `before` is what stands before it.

    >>> joined("편향(bias)을 더하고").encode("unicode-escape").count(b"u2060")
    1
    >>> joined("는 값을 줍니다", "data()") == JOINER + "는 값을 줍니다"
    True
    >>> joined("1e-4 and 2-3") == f"1e-{JOINER}4 and 2-3"
    True
    """
    start = JOINER if before[-1:] in tuple(CLOSERS) and "가" <= text[:1] <= "힣" else ""
    return start + INSIDE.sub(JOINER, text)


class Tongues(SphinxPostTransform):
    """Mark Korean words in what is not Korean, on pages that have both in one line, the glossary above all."""

    default_priority = 905
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Walk over the texts outside code and outside Korean."""
        made = "made" in metadata(document(self.env.docname))
        for text in list(self.document.findall(nodes.Text)) if made and self.env.config.edition != "ko" else ():
            parent = text.parent
            if not isinstance(parent, OTHER) and HANGUL.search(text) and not spoken(parent):
                at = next(i for i, child in enumerate(parent) if child is text)
                parts = [part for part in HANGUL.split(text.astext()) if part]
                marked = (
                    nodes.inline("", part, classes=["language-ko"]) if HANGUL.match(part) else nodes.Text(part)
                    for part in parts
                )
                parent[at : at + 1] = list(marked)


def spoken(node: nodes.Node | None) -> bool:
    """Return whether a node stands in something that is marked as Korean."""
    return node is not None and (
        "language-ko" in getattr(node, "attributes", {}).get("classes", ()) or spoken(node.parent)
    )


class Particles(SphinxPostTransform):
    """Keep every particle of a page with its word."""

    default_priority = 900  # after references have their texts
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Walk over the texts outside code."""
        for text in list(self.document.findall(nodes.Text)):
            parent = text.parent
            if isinstance(parent, OTHER):
                continue
            at = next(i for i, child in enumerate(parent) if child is text)  # not index(): texts may be equal
            before = parent[at - 1] if at else None
            found = PARTICLE.match(text.astext())
            if isinstance(before, nodes.math) and found:
                rest = joined(text.astext()[found.end() :])
                whole = nodes.inline("", "", before.deepcopy(), nodes.Text(found[0]), classes=[WHOLE])
                parent[at - 1 : at + 1] = [whole, nodes.Text(rest)]
            else:
                parent[at] = nodes.Text(joined(text.astext(), before.astext() if before is not None else ""))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transform."""
    app.add_post_transform(Particles)
    app.add_post_transform(Tongues)
    return {"version": "3", "parallel_read_safe": True, "parallel_write_safe": True}

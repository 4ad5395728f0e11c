"""The Sphinx extension that lets a reader choose which library stands beside ours.

A paragraph that is nothing but the name of a library in bold, with the code below it, becomes a piece of its own, and
the pieces of a task stand side by side. Radio buttons and the style sheet do the choosing: no script, and on paper, or
in a browser that cannot, all are there.
"""

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from d2lparams.view.spec import both
from tools.project import document
from tools.rosetta import data
from tools.text.words import html, metadata

OURS, FIRST = "d2lparams", "torch"
CHECKED = ' checked="checked"'  # as XML has it, which handouts read
BESIDE, ALL = both("Beside d2lparams", "d2lparams 옆에 놓을 라이브러리"), both("all", "모두")


class Libraries(SphinxPostTransform):
    """Put the code of libraries side by side, and before the first section the choice of one."""

    default_priority = 790
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Gather every run of names with code."""
        if metadata(document(self.env.docname)).get("made") != "rosetta":
            return
        known = {said["name"]: library for library, said in data()["library"].items()}
        for parent in list(self.document.findall(nodes.section)):
            gather(parent, known)
        first = next(section for section in self.document.findall(nodes.section) if section.parent.parent is not None)
        first.parent.insert(first.parent.index(first), self.choice(known))

    def choice(self, known: dict[str, str]) -> nodes.raw:
        """Return the buttons."""
        edition = self.env.config.edition
        names = [(library, escape(name)) for name, library in known.items() if library != OURS]
        buttons = "".join(
            f'<label><input type="radio" name="library" id="library-{library}"'
            f"{CHECKED * (library == FIRST)}/> {name}</label>"
            for library, name in [*names, ("all", html(ALL, edition))]
        )
        markup = f'<fieldset class="d2l-choose"><legend>{html(BESIDE, edition)}</legend>{buttons}</fieldset>'
        return nodes.raw("", markup, format="html")


def named(node: nodes.Node, known: dict[str, str]) -> str:
    """Return the library whose name is all that a paragraph says, or the empty string."""
    said = [part for part in node.children if part.astext()]  # a parser leaves empty texts around what is bold
    bold = isinstance(node, nodes.paragraph) and len(said) == 1 and isinstance(said[0], nodes.strong)
    return known.get(node.astext().replace("\u2060", ""), "") if bold else ""


def gather(section: nodes.section, known: dict[str, str]) -> None:
    """Put the pieces of a section that follow each other into one container."""
    pieces: nodes.container | None = None
    piece: nodes.container | None = None
    for child in list(section):
        library = named(child, known)
        if library:
            piece = nodes.container(classes=["d2l-library", f"d2l-library-{library}"])
            if pieces is None:
                pieces = nodes.container(classes=["d2l-libraries"])
                section.insert(section.index(child), pieces)
                if library == OURS:
                    pieces["classes"].append("d2l-choice")
            section.remove(child)
            pieces += piece
            piece += child
        elif pieces is not None and piece is not None and isinstance(child, nodes.literal_block):
            section.remove(child)
            piece += child
        else:
            pieces = piece = None


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transform."""
    app.add_post_transform(Libraries)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

"""The Sphinx extension of the reference: a page of docstrings, and the names of a text as quiet links to it.

`tools.text.editions` puts what `tools.text.reference` lists of a module below its heading; autodoc and napoleon read
the docstrings. Here names get their short fragments, names in backticks become code, and what Sphinx writes above the
parts of an entry, in the language of the edition, says the book's words and which language they are in: the docstrings
around them are English everywhere. Wherever the text of the book
has a piece of code whose name is in the reference, its first place on a page (in each language) leads there. Headings,
tables and the titles of folds stay as they are, and so does what is a link already.
"""

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from d2lparams.view.spec import Text, both
from tools import internals, project
from tools.text import reference

QUIET = (nodes.reference, nodes.title, nodes.rubric, nodes.table, nodes.field_name, addnodes.desc_signature)

# The parts of an entry as Sphinx calls them and as the book does, in which a 매개변수 is a network's and not a call's.
PARTS = {
    "Parameters": both("Parameters", "인수"),
    "Variables": both("Attributes", "속성"),
    "Raises": both("Raises", "예외"),
    "Returns": both("Returns", "반환값"),
    "Yields": both("Yields", "차례로 내는 값"),
    "Type": both("Type", "자료형"),
    "Examples": both("Examples", "예"),
    "Notes": both("Notes", "참고"),
}


class Docstrings(SphinxDirective):
    """What autodoc makes of the directives in it, which are reStructuredText like the docstrings that they fetch."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the entries."""
        return internals.restructured("\n".join(self.content), self.state.document)


class ShortFragments(SphinxTransform):
    """Give every name the fragment that readers write, make backticks code, and leave no entry for an index."""

    default_priority = 310  # after autodoc has run, before anything is collected

    def apply(self, **kwargs: Any) -> None:
        """Change the page of the reference."""
        if project.document(self.env.docname) != reference.PAGE:
            return
        for signature in self.document.findall(addnodes.desc_signature):
            signature["ids"] = [reference.fragment(name) for name in signature["ids"]]
        for said in list(self.document.findall(nodes.title_reference)):
            said.replace_self(nodes.literal("", said.astext()))
        for around in list(self.document.findall(nodes.paragraph)):
            if isinstance(around.parent, nodes.field_body) and around.next_node(nodes.bullet_list, descend=True):
                around.replace_self(around.children)  # what returns several things: HTML has no list in a paragraph
        for entry in list(self.document.findall(addnodes.index)):
            entry.parent.remove(entry)
        parts = PARTS | {_(name): words for name, words in PARTS.items()}
        for head in [*self.document.findall(nodes.field_name), *self.document.findall(nodes.rubric)]:
            if words := parts.get(head.astext()):
                head.clear()
                head += headed(words, self.env.config.edition)


def headed(words: Text, edition: str) -> list[nodes.Node]:
    """Return the head of a part of an entry in the words of an edition, Korean marked as such: it stands in English."""
    korean = nodes.inline("", words["ko"], classes=["language-ko"])
    return (
        [korean] if edition == "ko" else [nodes.Text(words["en"]), *([nodes.Text(" · "), korean] * (edition == "both"))]
    )


HALVES = ("d2l-en", "d2l-ko")


def spoken(node: Any) -> str:
    """Return the language of a piece of text where its page has several."""
    while node is not None:
        classes: list[str] = node.get("classes", []) if isinstance(node, nodes.Element) else []
        if found := set(classes) & set(HALVES):
            return str(found.pop())
        node = node.parent
    return ""


def silent(node: nodes.Node | None) -> bool:
    """Return whether a piece of text stands where no link should be."""
    while node is not None:
        if isinstance(node, QUIET) or "d2l-set" in getattr(node, "attributes", {}).get("classes", []):
            return True
        if getattr(node, "tagname", "") in ("words", "dropdown_title"):
            return True
        node = node.parent
    return False


class Links(SphinxPostTransform):
    """Lead from the first place of a name on a page to what the reference says of it."""

    default_priority = 890  # before tools.sphinx.korean and tools.sphinx.code, which take code apart
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Wrap the code; on the page of the reference itself only what is no part of its own entry."""
        page = next((name for name in self.env.found_docs if project.document(name) == reference.PAGE), None)
        if page is None:
            return
        here = self.env.docname
        for typed in self.document.findall(nodes.reference):  # the kind of a parameter, which Sphinx itself has linked
            if (place := typed.get("refid", "")).startswith(f"{reference.PACKAGE}."):
                typed["refid"] = reference.fragment(place)
        told: set[tuple[str, str]] = set()
        for code in list(self.document.findall(nodes.literal)):
            target = None if silent(code) else reference.meant(code.astext())
            if target is None or (spoken(code), target) in told:
                continue
            told.add((spoken(code), target))
            address = "" if page == here else self.app.builder.get_relative_uri(here, page)
            link = nodes.reference("", "", internal=True, refuri=f"{address}#{target}", classes=["d2l-name"])
            code.replace_self(link)
            link += code


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transforms, and what reads docstrings."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.add_directive(reference.DIRECTIVE, Docstrings)
    app.add_transform(ShortFragments)
    app.add_post_transform(Links)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

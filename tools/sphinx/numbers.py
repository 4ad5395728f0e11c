"""The Sphinx extension that numbers the chapters: on their pages, in browser titles, in the sidebar and around a page.

Sphinx numbers toctrees itself, but knows neither parts with numerals nor appendices with letters, and leaves browser
titles and neighbours without. All numbers are those of `tools.text.numbers`.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.transforms.post_transforms import SphinxPostTransform

from tools.project import document
from tools.text.numbers import numbers, parts

MARK = "d2l-number"


class NumberedTitle(SphinxPostTransform):
    """Let the heading of a chapter begin with its number; contents and search keep the title alone."""

    default_priority = 800
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Put the number before the first title."""
        number = numbers().get(document(self.env.docname))
        for title in self.document.findall(nodes.title) if number else ():
            title[:0] = [nodes.inline("", f"{number}.", classes=[MARK]), nodes.Text(" ")]
            break


def chapters(app: Sphinx, page: str) -> list[dict[str, Any]]:
    """Return the parts of the book with links to their chapters and their exercises, as the sidebar lists them."""
    builder, home = app.builder, str(app.config.root_doc)
    assert isinstance(builder, StandaloneHTMLBuilder)  # no other builder writes pages
    folder = home.removesuffix(document(home))  # `book/`, or nothing where the build stands in that folder

    def entry(name: str, number: str) -> dict[str, Any]:
        path = folder + name
        title = builder.render_partial(app.env.titles[path])["title"]
        link = builder.get_relative_uri(page, path) or "#"
        checks = app.config.exercises.get(name, [])
        return {"number": number, "title": title, "link": link, "here": path == page, "name": name, "checks": checks}

    return [
        {"numeral": part.numeral, **part.title, "chapters": [entry(*chapter) for chapter in part.chapters.items()]}
        for part in parts()
    ]


def add_context(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Give the templates the number of the page and those of its neighbours, the parts of the book and its preface."""
    known = numbers()
    _, before, after = getattr(app.builder, "relations", {}).get(page) or (None, None, None)
    for key, name in (("number", page), ("number_before", before), ("number_after", after)):
        context[key] = known.get(document(name or ""), "")
    context["parts"] = chapters(app, page)
    home = document(app.config.root_doc)
    context["preface"] = {"name": home, "checks": app.config.exercises.get(home, [])}


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the transform and the hook."""
    app.add_post_transform(NumberedTitle)
    app.connect("html-page-context", add_context)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

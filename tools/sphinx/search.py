"""The Sphinx extension for search: the text of the book in one script, which `search.js` of the theme looks through.

Sphinx's own search knows words that the index has and pages, not sections; it has no Korean, and shows a sentence only
where a server answers. The book is small enough to be searched as it is: `search-index.js` holds what stands on its
pages, section by section, with the language of every paragraph, and the names that one thing has (`tools/text/
synonyms.tsv`, and `korean_terms.tsv` for words that the book does not use). A script is read on a page from a file too.

The terms of the glossary stand in it with their meanings and with where each is taught: what a reader of one wants to
see first. Solutions and hints are not in it: a result would give them away. Nor is what a figure says of the result,
nor what stands below the beginning of a page that repeats the others, the glossary itself for one.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

from d2lparams.view.spec import Text
from tools import project
from tools.text import glossary, numbers, words

INDEX = "search-index.js"
DRAWN = re.compile(r"<(script|style|svg)\b.*?</\1>", re.S)  # most of a page, and no text of its own
LEFT_OUT = (
    {"summary", "annotation"},
    {
        *(
            "headerlink",
            "d2l-number",
            "d2l-dot",
            "d2l-solution",
            "d2l-hint",
            "tag_solution",
            "tag_check",
            "d2l-controls",
        ),
        *("d2l-stage", "d2l-say", "d2l-table", "d2l-short", "d2l-note"),
    },
)  # elements and classes
BLOCKS = ("p", "li", "td", "th", "dt", "dd", "pre", "figcaption")
HEADINGS = re.compile(r"h[1-6]")
SUPER = str.maketrans("0123456789+-−=()nTi⊤", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿᵀⁱᵀ")
BELOW = str.maketrans("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
UNSEEN = dict.fromkeys(map(ord, "\u2060\u00ad\u200b\u2061"))


def together(part: str) -> str:
    """Return a part of a formula in brackets, unless it is a single number or letter."""
    return part if part.isalnum() else f"({part})"


def formula(node: Any) -> str:
    """Return a piece of MathML as a line of text: a fraction with a slash, powers and indices raised and lowered.

    >>> formula(BeautifulSoup("<msup><mi>σ</mi><mn>2</mn></msup><mfrac><mn>1</mn><mi>n</mi></mfrac>", "html.parser"))
    'σ²1/n'
    """
    if isinstance(node, NavigableString):
        return str(node).strip()
    parts = [formula(child) for child in node.children if not isinstance(child, NavigableString) or child.strip()]
    if node.name == "mfrac":
        return "/".join(map(together, parts))
    if node.name == "msqrt":
        return "√" + together("".join(parts))
    if node.name in ("msup", "msub", "msubsup", "munder", "mover", "munderover") and len(parts) > 1:
        tables = {"msup": [SUPER], "mover": [SUPER], "msubsup": [BELOW, SUPER], "munderover": [BELOW, SUPER]}
        moved = [part.translate(table) for part, table in zip(parts[1:], tables.get(node.name, [BELOW]), strict=True)]
        plain = [new if part != new else f"^{part}" for part, new in zip(parts[1:], moved, strict=True)]
        return parts[0] + "".join(plain)
    return "".join(parts)


def language(node: Tag, edition: str) -> str:
    """Return the language of an element; code has none."""
    if node.name == "pre":
        return ""
    marked = node if node.has_attr("lang") else node.find_parent(lang=True)
    return str(marked["lang"]) if marked else "ko" if edition == "ko" else "en"


def line(text: str) -> str:
    """Return a text on one line, composed, without letters that nobody sees."""
    return " ".join(unicodedata.normalize("NFC", text).translate(UNSEEN).split())


def pieces(block: Tag) -> Iterator[str]:
    """Yield the strings of a block that stand in no block inside."""
    for child in block.children:
        if isinstance(child, Tag):
            if child.name not in BLOCKS:
                yield from pieces(child)
        elif type(child) is NavigableString:  # no comment
            yield child


def blocks(section: Tag) -> Iterator[Tag]:
    """Yield the blocks of a section, and of no section inside."""
    for child in section.children:
        if isinstance(child, Tag) and child.name != "section":
            if child.name in BLOCKS:
                yield child
            yield from blocks(child)


def said(block: Tag) -> str:
    """Return the text of a block without that of the blocks inside; code keeps its lines."""
    if block.name == "pre":
        return "\n".join(line(row) for row in block.get_text().splitlines() if row.strip())
    return line("".join(pieces(block)))


def titles(section: Tag, edition: str) -> dict[str, str]:
    """Return the heading of a section by language."""
    head = section.find(HEADINGS, recursive=False)
    assert isinstance(head, Tag), section.get("id")
    korean = head.find(lang="ko") if edition == "both" else None
    found = {"ko": line(korean.extract().get_text())} if isinstance(korean, Tag) else {}
    return {"ko" if edition == "ko" else "en": line(head.get_text()), **found}


def left_out(tag: Tag) -> bool:
    """Return whether an element is not searched."""
    elements, classes = LEFT_OUT
    return tag.name in elements or not classes.isdisjoint(tag.get("class") or ())


def passages(section: Tag, edition: str) -> Iterator[list[str]]:
    """Yield the paragraphs of a section, but not of sections inside, each with its language."""
    for block in blocks(section):
        if text := said(block):
            if block.name == "figcaption" and edition == "both":  # a title in two languages
                yield from ([str(part["lang"]), line(part.get_text())] for part in block.find_all(lang=True))
            else:
                yield [language(block, edition), text]


def sections(page: str, edition: str) -> list[dict[str, Any]]:
    """Return the sections of a page: their fragment, their title, their paragraphs.

    Parameters
    ----------
    page : str
        The page in HTML.
    edition : str
        `en`, `ko` or `both`.
    """
    _, begin, after = page.partition("<article")  # the rest of a page is the same on all
    article = BeautifulSoup(DRAWN.sub("", begin + after.partition("</article>")[0]), "html.parser").find("article")
    assert isinstance(article, Tag)
    for other in article.find_all(left_out):
        other.decompose()
    for math in article.find_all("math"):
        math.replace_with(NavigableString(formula(math)))
    return [
        {"at": section["id"], "title": titles(section, edition), "text": list(passages(section, edition))}
        for section in article.find_all("section", id=True)
    ]


def names() -> dict[str, Any]:
    """Return the names of each thing, and by a word that the book does not use that which it does."""
    return {"names": glossary.rows(glossary.SYNONYMS), "instead": glossary.unused()}


def in_edition(text: Text, edition: str) -> Text:
    """Return a text in the languages that an edition has."""
    return text if edition == "both" else {edition: text[edition]}


def terms(links: dict[str, str], edition: str) -> list[dict[str, Any]]:
    """Return the terms of the glossary: their names, their meanings, where they are taught.

    Parameters
    ----------
    links : the links of the pages that there are, by document.
    edition : `en`, `ko` or `both`.
    """
    known = numbers.numbers()
    return [
        {
            "name": term.name,
            "others": [*term.others, *(word for word, right in glossary.unused().items() if right == term.name["ko"])],
            "meaning": in_edition(term.meaning, edition),
            "taught": [
                {
                    "link": f"{links[place.chapter]}#{place.label}",
                    "number": known.get(place.chapter, ""),
                    "title": {tongue: bare(title) for tongue, title in in_edition(place.title, edition).items()},
                }
                for place in term.taught
                if place.chapter in links
            ],
        }
        for term in glossary.terms()
    ]


def bare(title: str) -> str:
    """Return a heading in Markdown as it is read."""
    return re.sub(r"[`*_]", "", title)


def index(builder: StandaloneHTMLBuilder, edition: str) -> dict[str, Any]:
    """Return what is searched: the pages as they stand in the folder of a build, and the names."""
    known = numbers.numbers()
    pages = []
    for name in sorted(builder.env.found_docs, key=lambda name: order(project.document(name))):
        page = Path(builder.get_outfilename(name)).read_text(encoding="utf-8")
        found = sections(page, edition)
        if "repeats" in words.metadata(project.document(name)):
            found = found[:1]
        number = known.get(project.document(name), "")
        pages.append({"link": builder.get_target_uri(name), "number": number, "sections": found})
    links = {project.document(name): builder.get_target_uri(name) for name in builder.env.found_docs}
    return {"pages": pages, "terms": terms(links, edition), **names()}


def order(name: str) -> int:
    """Return the place of a document in the book."""
    listed = project.documents()
    return listed.index(name) if name in listed else len(listed)


def stop_sphinx(app: Sphinx) -> None:
    """Let Sphinx make neither its index nor its page of results."""
    if isinstance(app.builder, StandaloneHTMLBuilder):
        app.builder.search = False


def add_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Add the page of results."""
    yield "search", {}, "search.html"


def write_index(app: Sphinx, error: Exception | None) -> None:
    """Write the index once all pages are there."""
    if isinstance(app.builder, StandaloneHTMLBuilder) and error is None:
        held = json.dumps(index(app.builder, app.config.edition), ensure_ascii=False, separators=(",", ":"))
        project.write_new(Path(app.outdir, INDEX), f"const d2lBook = {held};\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the hooks."""
    app.connect("builder-inited", stop_sphinx)
    app.connect("html-collect-pages", add_page)
    app.connect("build-finished", write_index)
    return {"version": "3", "parallel_read_safe": True, "parallel_write_safe": True}

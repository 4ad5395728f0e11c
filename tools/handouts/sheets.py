"""Chapters put together for paper: a cover, contents that wait for their page numbers, running heads.

One chapter begins with its title and has its contents below; the whole book has a cover, its parts, and its chapters
a level below them, so that the outline is that of the book. A document is XHTML and leans on the style sheets of the
built site, so that paper shows what the screen shows.
"""

from dataclasses import dataclass
from html import escape
from xml.etree.ElementTree import Element, SubElement

from d2lparams.view.spec import pick
from tools.handouts import pages
from tools.handouts.words import CONTENTS, LICENCE, Variant
from tools.project import ROOT, SITE, documents
from tools.site import card
from tools.text.numbers import Part, parts, stem
from tools.text.words import DESCRIPTION, TITLE

STYLE = ROOT / "site" / "handouts" / "print.css"
BESIDE = "https://beside.invalid/"  # stands for the files beside a chapter's, until `finish` leads links there
USUAL = ("-goals", "-summary", "-sources")  # sections that every chapter has where one looks for them
UNKNOWN = "000"  # as wide as any page number


@dataclass(frozen=True)
class Handout:
    """What is printed: the name of its file, its title, and the document."""

    stem: str
    title: str
    document: str


def anchor(name: str, fragment: str = "") -> str:
    """Return the anchor that a place has among all chapters.

    >>> anchor("tied"), anchor("tied", "figure-tied")
    ('tied', 'tied.figure-tied')
    """
    return f"{name}.{fragment}" if fragment else name


def prepared(edition: str, name: str, variant: Variant, whole: bool) -> Element:
    """Return the article of a chapter, its links led within the whole book or to the files beside it."""
    tree = pages.cut(pages.article(edition, name), variant, edition)
    pages.rename(tree, lambda old: anchor(name, old))

    def place(target: str, fragment: str) -> str:
        inside = whole or target == name
        return f"#{anchor(target, fragment)}" if inside else f"{BESIDE}{stem(target)}"

    tree = pages.lead(tree, edition, name, place)
    tree.set("id", anchor(name))
    tree.set("class", "d2l-handout")
    tree.set("style", f"page: {name}")
    for heading in pages.headings(tree):
        heading.set("class", f"d2l-level-{heading.tag[1]}")
        heading.set("data-outline", "")
    return tree


def lowered(tree: Element) -> Element:
    """Set the headings of a chapter a level lower, below that of its part; return the tree."""
    for heading in pages.headings(tree):
        heading.tag = f"h{int(heading.tag[1]) + 1}"
    return tree


def part_title(part: Part, edition: str) -> str:
    """Return the title of a part with its numeral."""
    words = part.title[edition]
    return f"{part.numeral}. {words}" if part.numeral else words


def start(tree: Element) -> str:
    """Return the anchor of a chapter's title."""
    return next(section.get("id", "") for section in tree.iter("section") if section.find("h1") is not None)


def entry(above: Element, address: str, words: str, kind: str = "") -> Element:
    """Add a line of the contents, whose page number is not known yet; return its item."""
    item = SubElement(above, "li", {"class": kind} if kind else {})
    link = SubElement(item, "a", {"href": f"#{address}"})
    number, dot, rest = words.partition(". ")
    if dot and (number.isdigit() or len(number) == 1) and kind == "d2l-chapter":
        SubElement(link, "span", {"class": "d2l-number"}).text = f"{number}."
        words = rest
    SubElement(link, "span").text = words
    SubElement(link, "span", {"class": "d2l-page", "data-to": address}).text = UNKNOWN
    return item


def sections(above: Element, tree: Element, levels: tuple[str, ...], left: tuple[str, ...] = ()) -> None:
    """Add the sections of a chapter to its entry, but for those left out by how their anchors end."""
    found = [
        (section.get("id", ""), child)
        for section in tree.iter("section")
        for child in section
        if child.tag in levels and not section.get("id", "").endswith(left)
    ]
    if found:
        listed = SubElement(above, "ol")
        for address, heading in found:
            entry(listed, address, pages.said(heading), f"d2l-entry-{heading.tag[1]}")


def contents_box(edition: str, label: str = "") -> tuple[Element, Element]:
    """Return the box of the contents, and the list in it."""
    nav = Element("nav", {"class": "d2l-contents", "aria-label": CONTENTS[edition]})
    if label:
        SubElement(nav, "p", {"class": "d2l-contents-title"}).text = label
    return nav, SubElement(nav, "ol")


def chapter(edition: str, name: str, variant: Variant) -> Handout:
    """Return one chapter with its contents below its title."""
    tree = prepared(edition, name, variant, whole=False)
    heading = next(tree.iter("h1"))
    section = next(parent for parent, child in pages.pairs(tree) if child is heading)
    nav, listed = contents_box(edition)
    sections(listed, tree, ("h2", "h3"))
    after = list(section).index(heading) + 1
    section.insert(after, nav)
    section.insert(after, Element("p", {"class": "d2l-variant"}))
    section[after].text = variant.says[edition]
    title = pages.title(edition, name)
    whole = document(edition, f"{title} – {TITLE[edition]}", [tree], heads(edition, {name: title}))
    return Handout(f"{stem(name)}-{edition}{variant.suffix}", title, whole)


def book(edition: str, variant: Variant) -> Handout:
    """Return the whole book: cover, contents, what stands before the parts, and the parts with their chapters."""
    nav, listed = contents_box(edition)
    bodies: list[Element] = []
    numbered = {name for part in parts() for name in part.chapters}
    for name in [name for name in documents() if name not in numbered]:
        tree = prepared(edition, name, variant, whole=True)
        entry(listed, start(tree), pages.title(edition, name), "d2l-chapter")
        bodies.append(tree)
    for count, part in enumerate(parts(), 1):
        title = part_title(part, edition)
        item = SubElement(listed, "li", {"class": "d2l-part"})
        SubElement(item, "span").text = title
        below = SubElement(item, "ol")
        for name in part.chapters:
            tree = prepared(edition, name, variant, whole=True)
            line = entry(below, start(tree), pages.title(edition, name), "d2l-chapter")
            sections(line, tree, ("h2",), USUAL)
            lowered(tree)
            if name == next(iter(part.chapters)):
                opener = Element("h1", {"class": "d2l-part-title", "id": f"part-{count}", "data-outline": ""})
                opener.text = title
                tree.insert(0, opener)
            bodies.append(tree)
    opening = Element("section", {"class": "d2l-front", "style": "page: front"})
    SubElement(opening, "h1", {"class": "d2l-level-1", "data-outline": "", "id": "contents"}).text = CONTENTS[edition]
    opening.append(nav)
    titles = {name: pages.title(edition, name) for name in documents()} | {"front": CONTENTS[edition]}
    whole = document(edition, TITLE[edition], [cover(edition, variant), opening, *bodies], heads(edition, titles))
    return Handout(f"book-{edition}{variant.suffix}", TITLE[edition], whole)


def cover(edition: str, variant: Variant, says: bool = True) -> Element:
    """Return the cover: the drawing of the book's card, its title, what it is, which variant if asked, the licence."""
    section = Element("section", {"class": "d2l-cover", "style": "page: cover"})
    frame = {"class": "d2l-art", "viewBox": "700 90 500 450", "aria-hidden": "true"}
    art = SubElement(section, "svg", {"data-xmlns": "http://www.w3.org/2000/svg", **frame})
    for (left, top), (right, bottom) in card.EDGES:
        SubElement(art, "line", {"x1": str(left), "y1": str(top), "x2": str(right), "y2": str(bottom)})
    for left, top, radius, colour in card.NODES:
        SubElement(art, "circle", {"cx": str(left), "cy": str(top), "r": str(radius), "fill": colour})
    SubElement(section, "p", {"class": "d2l-cover-title"}).text = TITLE[edition]
    SubElement(section, "p", {"class": "d2l-cover-lead"}).text = pick(DESCRIPTION, edition)
    if says:
        SubElement(section, "p", {"class": "d2l-cover-variant"}).text = variant.says[edition]
    SubElement(section, "p", {"class": "d2l-cover-licence"}).text = LICENCE[edition]
    return section


def heads(edition: str, titles: dict[str, str]) -> str:
    """Return the rules that put the running heads of chapters on their sheets."""
    left = f"@top-left {{ content: {quoted(TITLE[edition])}; }}"
    return "\n".join(
        f"@page {name} {{ {left} @top-right {{ content: {quoted(title)}; }} }}" for name, title in titles.items()
    )


def quoted(words: str) -> str:
    """Return words as a string of a style sheet."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def document(edition: str, title: str, bodies: list[Element], rules: str) -> str:
    """Return the whole document in the look of the built site."""
    static = SITE / edition / "_static"
    sheets = [SITE / "fonts" / f"{part}.css" for part in ("latin", "hangul", "math")]
    sheets += [static / name for name in ("theme.css", "code.css", "figure.css")]
    links = "".join(f'<link rel="stylesheet" href="{path.as_uri()}"/>' for path in [*sheets, STYLE])
    inside = "\n".join(pages.written(body) for body in bodies)
    return (
        f'<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" lang="{edition}" data-edition="{edition}">\n'
        f"<head><title>{escape(title)}</title>{links}<style>{escape(rules, quote=False)}</style></head>\n"
        f"<body>{inside}</body></html>"
    )

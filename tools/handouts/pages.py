"""The article of a page as a tree, cut to a variant, with links that lead where a handout has their places.

A page is HTML that is XML as well, but for `<wbr>`, which a test holds. The trees keep `xmlns` as an attribute like any
other, so that drawings and formulas are written again as they were read, without prefixes.
"""

import copy
import functools
import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from tools.handouts.words import ANSWER, PREDICTION, Variant
from tools.project import base_url, documents
from tools.site import offers

SCRIPT = re.compile(r"<script.*?</script>", re.S)
HEADINGS = ("h1", "h2", "h3", "h4")
# What can only be used where there is a reader's browser, or answers what nobody has answered yet.
INTERFACE = {"headerlink", "d2l-controls", "tag_check", "d2l-own", "d2l-unseen", "toctree-wrapper"}
INTERFACE |= {"d2l-note", "d2l-short", "d2l-choose"}  # for slides and their lecturer; what a page lets one choose
PAGE = re.compile(r"(\w+)\.html(?:#(.*))?")
ROOM_LINES, GUESS_LINES = 9, 2


def parse(markup: str) -> Element:
    """Return markup as a tree without namespaces.

    Raises
    ------
    ElementTree.ParseError
        Where the markup is not well-formed.
    """
    plain = SCRIPT.sub("", markup).replace("<wbr>", "<wbr/>").replace(" xmlns=", " data-xmlns=")
    return ElementTree.fromstring(plain)


def written(tree: Element) -> str:
    """Return a tree as markup."""
    return ElementTree.tostring(tree, encoding="unicode").replace(" data-xmlns=", " xmlns=")


@functools.cache
def _article(edition: str, name: str) -> Element:
    return parse(offers.article(edition, name))


def article(edition: str, name: str) -> Element:
    """Return the article of a page of the built site, each time a tree of its own."""
    return copy.deepcopy(_article(edition, name))


def classes(node: Element) -> set[str]:
    """Return the classes of a node."""
    return set(node.get("class", "").split())


def said(node: Element) -> str:
    """Return the text of a node in one line."""
    return " ".join("".join(node.itertext()).split())


def title(edition: str, name: str) -> str:
    """Return the title of a page with its number."""
    heading = next(_article(edition, name).iter("h1"))
    return said(without(copy.deepcopy(heading), lambda node: "headerlink" in classes(node)))


def without(tree: Element, unwanted: Callable[[Element], bool]) -> Element:
    """Remove the nodes below a tree that are unwanted, not the text that follows them; return the tree."""
    for parent in list(tree.iter()):
        for child in [child for child in parent if unwanted(child)]:
            remove(parent, child)
    return tree


def remove(parent: Element, child: Element) -> None:
    """Remove a child, not the text that follows it."""
    place = list(parent).index(child)
    if child.tail and place:
        before = parent[place - 1]
        before.tail = (before.tail or "") + child.tail
    elif child.tail:
        parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def pairs(tree: Element) -> Iterator[tuple[Element, Element]]:
    """Yield every node below a tree after its parent; the tree may be changed meanwhile."""
    for parent in list(tree.iter()):
        for child in list(parent):
            yield parent, child


def use(tree: Element) -> Element:
    """Remove what can only be used on a page: controls, checks, links of headings, the code of figures."""

    def unwanted(node: Element) -> bool:
        return bool(INTERFACE & classes(node)) or node.tag in ("button", "noscript")

    without(tree, unwanted)
    for parent, child in pairs(tree):
        if "d2l-fold" in classes(child) and "tag_solution" not in classes(parent):
            remove(parent, child)
    return tree


def cut(tree: Element, variant: Variant, edition: str) -> Element:
    """Cut an article to a variant: what is folded is shown or gone, and there is room to write or not."""

    def unwanted(node: Element) -> bool:
        kinds = classes(node)
        hidden = "d2l-hint" in kinds and not variant.hints
        hidden |= bool(kinds & {"d2l-solution", "tag_solution"}) and not variant.solutions
        return hidden or "d2l-data" in kinds or ("d2l-tell" in kinds and not variant.room)

    use(without(use_room(tree, variant, edition), unwanted))
    for node in list(tree.iter("details")):
        unfold(node)
    return tree


def use_room(tree: Element, variant: Variant, edition: str) -> Element:
    """Put room to write where a reader predicts, and after what an exercise begins with."""
    if variant.room:
        for parent, child in pairs(tree):
            if "d2l-tell" in classes(child):
                tail = child.tail
                child.clear()
                child.tail = tail
                lines(child, "d2l-guess", PREDICTION[edition], GUESS_LINES)
            elif "tag_answer" in classes(child):
                room = lines(Element("div"), "d2l-room", ANSWER[edition], ROOM_LINES)
                parent.insert(list(parent).index(child) + 1, room)
    return tree


def lines(node: Element, kind: str, label: str, count: int) -> Element:
    """Make a node a place to write, with its label and ruled lines; return it."""
    node.set("class", kind)
    SubElement(node, "p").text = label
    for _ in range(count):
        SubElement(node, "div", {"class": "d2l-line"})
    return node


def unfold(node: Element) -> None:
    """Make a fold a box with its title, since paper opens nothing."""
    kind = "hint" if "d2l-hint" in classes(node) else "solution"
    node.tag, summary = "div", next(node.iter("summary"))
    node.set("class", f"d2l-box d2l-box-{kind}")
    without(summary, lambda child: child.tag == "svg")
    summary.tag = "p"
    summary.set("class", "d2l-box-title")


Place = Callable[[str, str], str]  # from the name of a page and a fragment of it, or none, to an address


def lead(tree: Element, edition: str, name: str, place: Place) -> Element:
    """Lead the links of the page `name` of an edition to where a handout has their targets; return the tree.

    What only the site has is linked where it is published, and is plain text where no one knows that.
    """
    known = set(documents())
    for node in tree.iter("a"):
        target = node.get("href", "")
        found = PAGE.fullmatch(target)
        if target.startswith("#"):
            node.set("href", place(name, target[1:]))
        elif found and found[1] in known:
            node.set("href", place(found[1], found[2] or ""))
        elif not re.match(r"\w+:", target):
            online(node, edition, target)
        for key in ("data-setting", "title", "hreflang"):
            node.attrib.pop(key, None)
    return tree


def online(node: Element, edition: str, target: str) -> None:
    """Lead a link to the published site, or make it plain text."""
    if base := base_url():
        node.set("href", urljoin(f"{base}{edition}/", target))
    else:
        node.tag = "span"
        node.attrib.pop("href", None)


def rename(tree: Element, change: Callable[[str], str]) -> Element:
    """Give all anchors of a tree other names, in drawings too; return the tree."""
    for node in tree.iter():
        for key, value in node.attrib.items():
            if key in ("id", "aria-labelledby"):
                node.set(key, change(value))
            elif node.tag == "use" and key == "href" and value.startswith("#"):
                node.set(key, f"#{change(value[1:])}")
            elif "url(#" in value:
                node.set(key, re.sub(r"url\(#([^)]*)\)", lambda found: f"url(#{change(found[1])})", value))
    return tree


def headings(tree: Element) -> list[Element]:
    """Return the headings of a tree in order."""
    return [node for node in tree.iter() if node.tag in HEADINGS]

"""The book as an EPUB 3: its chapters from the built pages, drawings as SVG, formulas as MathML, folds as folds.

A reader of EPUBs brings the typeface, the size and the colours, so there is one style sheet, a short one, and no font.
Nothing runs: what needs Python is a notebook or a page. Exercises keep their hints and solutions folded, where the
reader can fold; elsewhere they stand below what they belong to.
"""

import re
import uuid
from html import escape
from xml.etree.ElementTree import Element, SubElement

from playwright.sync_api import Page

from d2lparams.view.spec import pick
from tools.handouts import drawings, pages, press, sheets
from tools.handouts.finish import AUTHOR
from tools.handouts.words import CONTENTS, COVER, LICENCE, ROOM
from tools.project import ROOT, SITE, documents, package
from tools.site.zip import packed as zipped
from tools.text.numbers import parts
from tools.text.words import DESCRIPTION, TITLE

STYLE = ROOT / "site" / "handouts" / "epub.css"
COVER_SIZE, LARGER = (1588, 2246), 2  # an A4 sheet has half as many points of a style sheet
PHONE = 420  # how wide a page is when its drawings choose the size of their words
# Beside the manifest, an EPUB says when it was made: when the version was released, so that a build can be repeated.
RELEASED = re.compile(r"^date-released: (\S+)$", re.M)
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
FEATURES = ["alternativeText", "displayTransformability", "MathML", "readingOrder", "structuralNavigation"]
FEATURES += ["tableOfContents"]
CODE_COLOUR = re.compile(r"^\.highlight (\.[a-z]\w*) \{ (?:font-[^}]*|color: [^}]*) \}.*$", re.M)


def chapter(page: Page, edition: str, name: str) -> Element:
    """Return the article of a chapter, its drawings free of style sheets and its links within the EPUB."""
    tree = pages.use(pages.article(edition, name))
    for summary in tree.iter("summary"):
        pages.without(summary, lambda child: child.tag == "svg")
    with press.opened(page, sheets.document(edition, name, [tree], "")):
        drawings.settle(page, [tree])
    drawings.linked(tree)
    pages.lead(tree, edition, name, lambda target, part: address(name, target, part))
    return tidied(tree)


def address(name: str, target: str, fragment: str) -> str:
    """Return the address of a place in the chapter `target` as seen from `name`.

    >>> address("tied", "tree", ""), address("tied", "tied", "figure-tied")
    ('tree.xhtml', '#figure-tied')
    """
    file = "" if target == name else f"{target}.xhtml"
    return f"{file}#{fragment}" if fragment or not file else file


def tidied(tree: Element) -> Element:
    """Remove from a tree what only the site's style sheets and scripts know; return it."""
    for parent, child in pages.pairs(tree):
        if child.tag == "div" and not len(child) and not (child.text or "").strip():
            pages.remove(parent, child)
    for node in tree.iter():
        for key in [key for key in node.attrib if key.startswith("data-") and key != "data-xmlns"]:
            del node.attrib[key]
        kept = pages.classes(node) - {"docutils", "container", "notranslate", "literal", "pre", "reference", "internal"}
        kept = {kind for kind in kept if not re.match(r"sd-|d2l-(wait|after|all)|tex2jax|mathjax", kind)}
        if kept:
            node.set("class", " ".join(sorted(kept)))
        else:
            node.attrib.pop("class", None)
        if node.tag == "p" and node.get("role") == "status":
            del node.attrib["role"]  # a book says nothing anew
    return tree


def xhtml(edition: str, title: str, body: str, kind: str = "") -> str:
    """Return a file of the EPUB."""
    about = f' epub:type="{kind}"' if kind else ""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops" lang="{edition}" xml:lang="{edition}">\n'
        f'<head><title>{escape(title)}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>\n'
        f"<body{about}>{body}</body>\n</html>\n"
    )


def style(edition: str) -> str:
    """Return the style sheet: ours, and the colours of code from the built site, in which no variable is left."""
    colours = (SITE / edition / "_static" / "code.css").read_text(encoding="utf-8")
    return STYLE.read_text(encoding="utf-8") + "\n".join(found[0] for found in CODE_COLOUR.finditer(colours)) + "\n"


def navigation(edition: str, trees: dict[str, Element]) -> str:
    """Return the contents: parts, chapters with their numbers, sections; and the landmarks."""
    nav = Element("nav", {"epub:type": "toc", "id": "toc", "role": "doc-toc"})
    SubElement(nav, "h1").text = CONTENTS[edition]
    top = SubElement(nav, "ol")
    numbered = {name for part in parts() for name in part.chapters}
    for name in trees:
        if name not in numbered:
            listed(top, edition, name, trees[name])
    for count, part in enumerate(parts(), 1):
        item = SubElement(top, "li")
        SubElement(item, "a", {"href": f"part-{count}.xhtml"}).text = sheets.part_title(part, edition)
        below = SubElement(item, "ol")
        for name in part.chapters:
            listed(below, edition, name, trees[name])
    marks = Element("nav", {"epub:type": "landmarks", "hidden": "hidden"})
    list_of = SubElement(marks, "ol")
    for kind, target, words in (
        ("cover", "cover", COVER),
        ("toc", "nav", CONTENTS),
        ("bodymatter", next(iter(trees)), TITLE),
    ):
        link = SubElement(SubElement(list_of, "li"), "a", {"epub:type": kind, "href": f"{target}.xhtml"})
        link.text = words[edition]
    return xhtml(edition, CONTENTS[edition], pages.written(nav) + pages.written(marks))


def listed(above: Element, edition: str, name: str, tree: Element) -> None:
    """Add a chapter and its sections to a list of the contents."""
    item = SubElement(above, "li")
    SubElement(item, "a", {"href": f"{name}.xhtml"}).text = pages.title(edition, name)
    found = [
        (section.get("id", ""), pages.said(child))
        for section in tree.iter("section")
        for child in section.findall("h2")
    ]
    if found:
        below = SubElement(item, "ol")
        for part, words in found:
            SubElement(SubElement(below, "li"), "a", {"href": f"{name}.xhtml#{part}"}).text = words


def spine(trees: dict[str, Element]) -> list[str]:
    """Return the names of the files in the order in which they are read."""
    numbered = {name for part in parts() for name in part.chapters}
    names = ["cover", "nav", *(name for name in trees if name not in numbered)]
    for count, part in enumerate(parts(), 1):
        names += [f"part-{count}", *part.chapters]
    return names


def manifest(edition: str, files: dict[str, str | bytes], order: list[str]) -> str:
    """Return the package document: what the book is, its files, the order of reading."""
    about = f"{package()['name']} {package()['version']} {edition}"
    found = RELEASED.search((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert found, "CITATION.cff says when the version was released"
    metas = {"dcterms:modified": [f"{found[1]}T00:00:00Z"], "schema:accessibilityFeature": FEATURES}
    metas |= {"schema:accessMode": ["textual", "visual"], "schema:accessModeSufficient": ["textual", "textual,visual"]}
    metas["schema:accessibilityHazard"] = ["none"]
    lines = [
        f'<dc:identifier id="id">urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, about)}</dc:identifier>',
        f"<dc:title>{escape(TITLE[edition])}</dc:title>",
        f"<dc:language>{edition}</dc:language>",
        f"<dc:creator>{AUTHOR}</dc:creator>",
        f"<dc:description>{escape(pick(DESCRIPTION, edition))}</dc:description>",
        f"<dc:rights>{escape(LICENCE[edition])}</dc:rights>",
        *(f'<meta property="{name}">{value}</meta>' for name, values in metas.items() for value in values),
    ]
    items = [
        '<item id="style" href="style.css" media-type="text/css"/>',
        '<item id="picture" href="cover.png" media-type="image/png" properties="cover-image"/>',
        *(item(name, str(files[f"{name}.xhtml"])) for name in order),
    ]
    references = [f'<itemref idref="{name}"/>' for name in order]
    package_lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" '
        + f'xml:lang="{edition}">',
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">',
        *lines,
        "</metadata>\n<manifest>",
        *items,
        "</manifest>\n<spine>",
        *references,
        "</spine>\n</package>\n",
    ]
    return "\n".join(package_lines)


def item(name: str, text: str) -> str:
    """Return the line of the manifest for a file, which says what a reader has to understand to show it."""
    needs = {"nav": name == "nav", "svg": "<svg" in text, "mathml": "<math" in text}
    said = " ".join(need for need, there in needs.items() if there)
    properties = f' properties="{said}"' if said else ""
    return f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"{properties}/>'


def picture(page: Page, edition: str) -> bytes:
    """Return the cover as a picture."""
    with press.opened(page, sheets.document(edition, TITLE[edition], [sheets.cover(edition, ROOM, says=False)], "")):
        page.evaluate("(zoom) => { document.documentElement.style.zoom = zoom; }", LARGER)
        return page.screenshot()


def packed(page: Page, edition: str) -> bytes:
    """Return the EPUB of a language, the same bytes for the same site."""
    size = page.viewport_size
    page.set_viewport_size({"width": PHONE, "height": 900})
    trees = {name: chapter(page, edition, name) for name in documents()}
    page.set_viewport_size({"width": COVER_SIZE[0], "height": COVER_SIZE[1]})
    cover = picture(page, edition)
    if size:
        page.set_viewport_size(size)
    title = TITLE[edition]
    image = f'<section class="d2l-cover"><img src="cover.png" alt="{escape(title)}"/></section>'
    files: dict[str, str | bytes] = {"cover.xhtml": xhtml(edition, title, image, "cover")}
    files["nav.xhtml"] = navigation(edition, trees)
    for count, part in enumerate(parts(), 1):
        words = sheets.part_title(part, edition)
        files[f"part-{count}.xhtml"] = xhtml(edition, words, f'<h1 class="d2l-part">{escape(words)}</h1>')
    for name, tree in trees.items():
        files[f"{name}.xhtml"] = xhtml(edition, pages.title(edition, name), pages.written(tree))
    files |= {"style.css": style(edition), "cover.png": cover}
    everything: dict[str, str | bytes] = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER}
    everything["book/package.opf"] = manifest(edition, files, spine(trees))
    everything |= {f"book/{name}": content for name, content in files.items()}
    return zipped({name: data.encode() if isinstance(data, str) else data for name, data in everything.items()})

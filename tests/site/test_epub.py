"""The EPUB: its parts are where readers look for them, links lead somewhere, and it leans on nothing of the site."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import contexts
from playwright.sync_api import Browser

from tools.handouts import epub, pages, sheets
from tools.project import documents
from tools.text.numbers import parts
from tools.text.words import TITLE

EDITION = "ko"
SPACES = {"opf": "{http://www.idpf.org/2007/opf}", "x": "{http://www.w3.org/1999/xhtml}"}
SPACES |= {"dc": "{http://purl.org/dc/elements/1.1/}", "svg": "{http://www.w3.org/2000/svg}"}
SPACES |= {"m": "{http://www.w3.org/1998/Math/MathML}", "epub": "{http://www.idpf.org/2007/ops}"}
PACKAGE = "book/package.opf"


@pytest.fixture(scope="module")
def data(chromium: Browser) -> Iterator[bytes]:
    """Return the EPUB, made once for all tests."""
    with contexts(chromium) as open_context:
        yield epub.packed(open_context().new_page(), EDITION)


@pytest.fixture(scope="module")
def archive(data: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(data))


@pytest.fixture(scope="module")
def trees(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Return every file of markup, well-formed as it has to be, by its name."""
    names = [name for name in archive.namelist() if name.endswith((".xhtml", ".opf", ".xml"))]
    return {name: ElementTree.fromstring(archive.read(name)) for name in names}


def found(tree: Any, space: str, name: str) -> list[Any]:
    return list(tree.iter(f"{SPACES[space]}{name}"))


def test_it_begins_with_its_kind_and_lists_all_that_it_has(archive: zipfile.ZipFile, trees: dict[str, Any]) -> None:
    first = archive.infolist()[0]
    assert first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED
    assert archive.read(first) == b"application/epub+zip"
    (root,) = [node for node in trees["META-INF/container.xml"].iter() if node.tag.endswith("}rootfile")]
    assert root.get("full-path") == PACKAGE
    items = found(trees[PACKAGE], "opf", "item")
    listed = {join(dirname(PACKAGE), item.get("href")) for item in items}
    assert listed == set(archive.namelist()) - {"mimetype", "META-INF/container.xml", PACKAGE}
    order = [reference.get("idref") for reference in found(trees[PACKAGE], "opf", "itemref")]
    assert set(order) <= {item.get("id") for item in items}
    assert [name for name in order if name in documents()] == documents()
    width, height = struct.unpack(">II", archive.read("book/cover.png")[16:24])
    assert 1.3 < height / width < 1.6  # as shelves show it
    assert found(trees[PACKAGE], "dc", "language")[0].text == EDITION
    assert found(trees[PACKAGE], "dc", "title")[0].text == TITLE[EDITION]


def test_the_manifest_says_what_a_reader_has_to_understand(trees: dict[str, Any]) -> None:
    for item in found(trees[PACKAGE], "opf", "item"):
        tree = trees.get(join(dirname(PACKAGE), item.get("href")))
        if tree is not None:
            said = set((item.get("properties") or "").split())
            assert ("svg" in said) == bool(found(tree, "svg", "svg"))
            assert ("mathml" in said) == bool(found(tree, "m", "math"))
            assert ("nav" in said) == (item.get("id") == "nav")
            assert tree.get("lang") == tree.get("{http://www.w3.org/XML/1998/namespace}lang") == EDITION


def test_the_contents_have_parts_and_chapters_with_their_numbers(trees: dict[str, Any]) -> None:
    toc = next(nav for nav in found(trees["book/nav.xhtml"], "x", "nav") if nav.get(f"{SPACES['epub']}type") == "toc")
    said = ["".join(link.itertext()) for link in found(toc, "x", "a")]
    wanted = [pages.title(EDITION, name) for name in documents()] + [
        sheets.part_title(part, EDITION) for part in parts()
    ]
    assert set(wanted) <= set(said)
    chapters = wanted[: len(documents())]
    assert list(dict.fromkeys(words for words in said if words in chapters)) == chapters  # an appendix names them again


def test_every_link_leads_into_the_book_or_to_the_web(trees: dict[str, Any]) -> None:
    anchors = {name: {node.get("id") for node in tree.iter() if node.get("id")} for name, tree in trees.items()}
    for name, tree in trees.items():
        ids = [node.get("id") for node in tree.iter() if node.get("id")]
        assert len(ids) == len(set(ids)), name
        for link in found(tree, "x", "a"):
            address = link.get("href")
            if not re.match(r"https?://", address):
                file, _, fragment = address.partition("#")
                target = normpath(join(dirname(name), file)) if file else name
                assert target in trees, (name, address)
                assert not fragment or fragment in anchors[target], (name, address)


def test_chapters_have_all_figures_formulas_and_folds_and_nothing_to_press(trees: dict[str, Any]) -> None:
    for name in documents():
        full, tree = pages.article(EDITION, name), trees[f"book/{name}.xhtml"]
        drawings = [node for node in full.iter("svg") if node.get("role") == "img"]
        assert [node.get("aria-label") for node in found(tree, "svg", "svg")] == [
            node.get("aria-label") for node in drawings
        ]
        slides = [node for node in full.iter() if pages.classes(node) & {"d2l-short", "d2l-note"}]  # theirs alone
        formulas = len(list(full.iter("math"))) - sum(len(list(node.iter("math"))) for node in slides)
        assert len(found(tree, "m", "math")) == formulas
        exercises = sum("tag_answer" in pages.classes(node) for node in full.iter())
        folds = [fold for fold in found(tree, "x", "details") if "d2l-data" not in fold.get("class", "")]
        assert len(folds) == 3 * exercises  # a hint, the code of a solution, and why
        assert not any(found(tree, "x", kind) for kind in ("button", "script", "input"))


def test_drawings_lean_on_no_style_sheet(trees: dict[str, Any], archive: zipfile.ZipFile) -> None:
    hues = set()
    for name in documents():
        for drawing in found(trees[f"book/{name}.xhtml"], "svg", "svg"):
            for node in drawing.iter():
                assert not {"class", "style"} & set(node.attrib)
                hues |= {node.get(kind) for kind in ("fill", "stroke")} - {None}
    assert {"#0b5fa5", "#b4500f", "#0a7a5c"} <= hues
    assert not [hue for hue in hues if not re.fullmatch(r"#[0-9a-f]{6}|none|currentColor", hue)]
    assert "var(" not in archive.read("book/style.css").decode()

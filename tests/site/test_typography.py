"""The typeface is the book's own, comes without moving the page, and sets Korean as Koreans do."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from playwright.sync_api import Page, Route
from pypdf import PdfReader
from site_pages import OTHER_PAGES, PAGES, unfold

from tools.project import SITE, documents
from tools.site import fonts
from tools.text.words import EDITIONS

LOADED = """() => document.fonts.ready.then(() => [...document.fonts]
  .filter(({family, status}) => !family.includes("Stand-in") && status === "loaded")
  .map(({family, weight}) => `${family} ${weight}`))"""
# The fonts that text which is neither code nor mathematics is drawn with.
TEXTS = "article :is(h1, h2, p, li, td, th):not(:has(code, math)), .top a, .chapters a, .bottom p"
ASKED = """() => performance.getEntriesByType("resource").filter(({name}) => name.endsWith(".woff2"))
  .map(({name, initiatorType}) => ({name, initiatorType}))"""
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach(({value}) => { sum += value; }))
    .observe({type: "layout-shift", buffered: true});
  document.fonts.ready.then(() => setTimeout(() => done(sum), 300));
})"""
# The words after a closing sign or a formula that begin a line.
ALONE = """() => {
  const found = [];
  for (const block of document.querySelectorAll("article :is(p, li, td)")) {
    let before = null, walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT), node;
    while ((node = walk.nextNode())) {
      const math = node.parentElement.closest("math");
      for (let i = 0; i < node.data.length; i++) {
        if (node.data[i] === "\\u2060") continue;
        const range = new Range();
        range.setStart(node, i);
        range.setEnd(node, i + 1);
        const box = range.getBoundingClientRect();
        const held = before && (before.math || ")]}%*_+".includes(before.letter));
        if (held && !math && /[가-힣]/.test(node.data[i]) && box.left < before.box.left && box.top > before.box.top + 8)
          found.push(block.textContent.slice(0, 60));
        if (box.width || !node.data[i].trim()) before = {letter: node.data[i], math, box};
      }
    }
  }
  return found;
}"""

# How many pieces of long code in running text are in one line, and those in several that would fit in one.
TORN = """() => {
  const pieces = [...document.querySelectorAll("article :is(p, li) > code:has(wbr) span")];
  const torn = pieces.filter((piece) => piece.getClientRects().length > 1);
  const line = (piece) => piece.closest("p, li").clientWidth;
  const full = (piece) => [...piece.getClientRects()].reduce((sum, box) => sum + box.width, 0);
  const needless = torn.filter((piece) => full(piece) < line(piece) - 20);
  return [pieces.length - torn.length, needless.map((piece) => piece.textContent)];
}"""


def drawn_with(page: Page, selector: str) -> set[str]:
    """Return the names of the fonts that the browser draws some elements with."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    found: set[str] = set()
    for node in session.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]:
        used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        found |= {font["familyName"] for font in used}
    return found


@pytest.mark.parametrize("edition", EDITIONS)
def test_text_is_drawn_with_the_typeface_of_the_book(page: Page, address: str, edition: str) -> None:
    page.goto(f"{address}{edition}/{documents()[1]}.html", wait_until="networkidle")
    weights = sorted(f"{fonts.FAMILY} {weight}" for weight in fonts.WEIGHTS.values())
    assert sorted(page.evaluate(LOADED)) == sorted(weights * (1 if edition == "en" else 2))
    assert drawn_with(page, TEXTS) == {fonts.FAMILY}


@pytest.mark.parametrize("path", [*PAGES, *OTHER_PAGES])
def test_the_cut_has_every_syllable_of_the_page(path: str) -> None:
    text = BeautifulSoup((SITE / path).read_text(encoding="utf-8"), "html.parser").get_text()
    folder = SITE / fonts.FOLDER
    for weight in fonts.STYLES:
        has = {c for part in fonts.PARTS for c in TTFont(folder / f"{part}-{weight}.woff2").getBestCmap()}
        assert not {letter for letter in text if "가" <= letter <= "힣" and ord(letter) not in has}


def test_the_licence_lies_beside_the_fonts() -> None:
    assert {path.name for path in (SITE / fonts.FOLDER).iterdir()} == set(fonts.FILES)
    assert "SIL OPEN FONT LICENSE" in (SITE / fonts.FOLDER / "LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_regular_fonts_are_asked_for_at_once(page: Page, address: str, edition: str) -> None:
    page.goto(f"{address}{edition}/{documents()[1]}.html", wait_until="networkidle")
    asked = {entry["name"].rpartition("/")[2]: entry["initiatorType"] for entry in page.evaluate(ASKED)}
    early = {"latin-400.woff2"} if edition == "en" else {"latin-400.woff2", "hangul-400.woff2"}
    assert {name for name, initiator in asked.items() if initiator == "link"} == early
    assert set(asked) == {name for name in fonts.FILES[:4] if edition != "en" or "latin" in name}


def late(route: Route) -> None:
    """Let a file come 0.4 seconds later."""
    route.request.frame.page.wait_for_timeout(400)
    route.continue_()


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_do_not_move_when_their_fonts_are_late(new_page: Callable[..., Page], address: str, width: int) -> None:
    shifts = {}
    # In English, since few machines that build have one of the Korean fonts that stand in.
    for name in documents():
        page = new_page(viewport={"width": width, "height": 800})
        page.route("**/*.woff2", late)
        page.goto(f"{address}en/{name}.html", wait_until="load")
        shifts[name] = float(page.evaluate(SHIFT))
    # Up to 0.1 counts as good for a page. A word that moves to the next line can give 0.07.
    assert max(shifts.values()) < 0.1 and sum(shifts.values()) / len(shifts) < 0.04, shifts


@pytest.mark.parametrize("path", [path for path in PAGES if not path.startswith("en/")])
def test_no_particle_begins_a_line(new_page: Callable[..., Page], address: str, path: str) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(address + path, wait_until="networkidle")
    unfold(page)
    assert not page.evaluate(ALONE)


@pytest.mark.parametrize("path", [path for path in PAGES if path.endswith(("access.html", "initializers.html"))])
def test_long_code_breaks_between_its_parts(new_page: Callable[..., Page], address: str, path: str) -> None:
    page = new_page(viewport={"width": 320, "height": 844})
    page.goto(address + path, wait_until="networkidle")
    unfold(page)
    whole, torn = page.evaluate(TORN)
    assert whole > 10 and not torn


def embedded(pdf: bytes) -> set[str]:
    """Return the names of the fonts whose shapes a PDF holds."""
    found: set[str] = set()
    for sheet in PdfReader(io.BytesIO(pdf)).pages:
        for font in (sheet["/Resources"].get("/Font") or {}).values():  # type: ignore[attr-defined]
            described: Any = font.get_object()
            described = described.get("/DescendantFonts", [described])[0].get_object().get("/FontDescriptor", {})
            if {"/FontFile2", "/FontFile3"} & set(described):
                found.add(str(font.get_object()["/BaseFont"]).partition("+")[2])
    return found


def test_a_printed_page_holds_the_typeface(page: Page, address: str) -> None:
    page.goto(f"{address}ko/{documents()[1]}.html", wait_until="networkidle")
    name = fonts.FAMILY.replace(" ", "")
    assert {f"{name}-{style}" for style in fonts.STYLES.values()} <= embedded(page.pdf(prefer_css_page_size=True))

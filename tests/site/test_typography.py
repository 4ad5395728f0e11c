"""The typeface is the book's own, comes with the style sheets, and sets Korean as Koreans do."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from site_pages import OTHER_PAGES, PAGES, arrive, drawn, parsed, unfold
from typefaces import cuts

from tools.project import SITE, documents
from tools.site import fonts
from tools.text.words import EDITIONS

LOADED = """() => document.fonts.ready.then(() => [...document.fonts]
  .filter(({status}) => status === "loaded")
  .map(({family, weight}) => `${family} ${weight}`))"""
FORMULAS = """<math display="block"><mrow><mo fence="true">{</mo><mtable>
  <mtr><mtd><msqrt><mfrac><mi>n</mi><mn>2</mn></mfrac></msqrt></mtd></mtr>
  <mtr><mtd><mi>σ</mi><mo>=</mo><mn>1</mn><mi>/</mi><msub><mi>n</mi><mi>i</mi></msub></mtd></mtr>
  <mtr><mtd><munder><mo>∑</mo><mi>i</mi></munder><msup><mi>x</mi><mn>2</mn></msup></mtd></mtr></mtable></mrow></math>"""
# The same place and size of type everywhere, so that only the font can differ.
SET_FORMULA = """(formula) => {
  const place = "all: initial; font-size: 24px; position: absolute; top: 0; left: 0";
  document.body.innerHTML = `<p style="${place}">${formula}</p>`;
  const boxes = [...document.querySelectorAll("math *")].map((node) => node.getBoundingClientRect());
  return boxes.map(({x, y, width, height}) => [x, y, width, height].map((length) => Math.round(10 * length) / 10));
}"""
# Text that is neither code nor mathematics.
TEXTS = "article :is(h1, h2, p, li, td, th):not(:has(code, math)), .top a, .chapters a, .bottom p"

# Makes formulas as wide as their lines; returns how many.
FILL = """() => {
  const all = [...document.querySelectorAll(".d2l-whole math")].filter((math) => math.closest("p, li"));
  const widths = all.map((math) => math.closest("p, li").clientWidth);
  all.forEach((math, i) => Object.assign(math.style, {display: "inline-block", width: `${widths[i]}px`}));
  return all.length;
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
    arrive(page, f"{address}{edition}/{documents()[1]}.html")
    weights = [f"{fonts.FAMILY} {weight}" for weight in fonts.WEIGHTS.values()] * (1 if edition == "en" else 2)
    formulas = [f"{fonts.FORMULAS} 400"] if page.locator("math").count() else []
    assert sorted(page.evaluate(LOADED)) == sorted(weights + formulas)
    assert drawn_with(page, TEXTS) == {fonts.FAMILY}


@pytest.mark.parametrize("path", [*PAGES, *OTHER_PAGES])
def test_the_cut_has_every_syllable_of_the_page(path: str) -> None:
    text = parsed(path).get_text()
    for latin, hangul in zip(*(cuts(part) for part in fonts.PARTS), strict=True):
        has = {chr(code) for font in (latin, hangul) for code in font.getBestCmap()}
        assert not {letter for letter in text if "가" <= letter <= "힣"} - has


def test_the_licence_lies_beside_the_fonts() -> None:
    assert {path.name for path in (fonts.FOLDER).iterdir()} == set(fonts.FILES)
    assert "SIL OPEN FONT LICENSE" in (fonts.FOLDER / "LICENSE.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_typeface_comes_with_the_style_sheets(page: Page, address: str, edition: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    arrive(page, f"{address}{edition}/{documents()[1]}.html")
    parts = [name.removesuffix(".css") for name in asked if name in fonts.FILES]
    formulas = ["math"] if page.locator("math").count() else []
    assert parts == (["latin"] if edition == "en" else ["latin", "hangul"]) + formulas
    assert not [name for name in asked if "woff" in name]


def test_formulas_look_the_same_in_every_edition_and_on_every_system(
    page: Page, address: str, odd_system: Browser
) -> None:
    path = next(path for path in PAGES if "<math" in (SITE / path).read_text(encoding="utf-8")).partition("/")[2]
    found = []
    for where in (page, odd_system.new_page()):
        pictures = set()
        for edition in EDITIONS:
            arrive(where, f"{address}{edition}/{path}")
            found.append(where.evaluate(SET_FORMULA, FORMULAS))
            drawn(where)
            assert drawn_with(where, "mi, mo, mn, mfrac") == {fonts.FORMULAS}
            pictures.add(where.screenshot(clip={"x": 0, "y": 0, "width": 300, "height": 250}))
        assert len(pictures) == 1
    assert np.abs(np.array(found) - found[0]).max() < 2  # pixels: systems round to them in their own ways
    (_, brace, rows, *_), heights = found[0], [box[3] for box in found[0]]
    assert brace[3] >= rows[3] > max(heights[3:])  # pixels: the brace stretches over all three lines


@pytest.mark.parametrize("edition", EDITIONS)
def test_formulas_are_on_slides_and_on_paper_what_they_are_on_the_page(page: Page, address: str, edition: str) -> None:
    path = next(path for path in PAGES if "<math" in (SITE / path).read_text(encoding="utf-8")).partition("/")[2]
    found = []
    for query, media in (("", "screen"), ("?slides", "screen"), ("", "print")):
        page.emulate_media(media=media)  # type: ignore[arg-type]
        arrive(page, f"{address}{edition}/{path}{query}")
        if query:
            page.wait_for_function("() => 'slides' in document.documentElement.dataset")
        if media == "print":
            assert fonts.FORMULAS.replace(" ", "") in {name.partition("-")[0] for name in embedded(page.pdf())}
        found.append(page.evaluate(SET_FORMULA, FORMULAS))
        drawn(page)
        assert drawn_with(page, "mi, mo, mn, mfrac, msqrt") == {fonts.FORMULAS}
    assert np.abs(np.array(found) - found[0]).max() < 0.5  # pixels


# How many letters the checks of a page use, and how many shapes they have: a letter that no font has is drawn as a box.
BOXES = """() => {
  const pre = [...document.querySelectorAll(".tag_check .cell_output pre")], look = getComputedStyle(pre[0]);
  const letters = [...new Set(pre.map((node) => node.textContent).join("").match(/[가-힣]/g))];
  const shapes = letters.map((letter) => {
    const canvas = Object.assign(document.createElement("canvas"), {width: 32, height: 32});
    const pen = canvas.getContext("2d");
    pen.font = `24px ${look.fontFamily}`;
    pen.fillText(letter, 2, 26);
    return canvas.toDataURL();
  });
  return [letters.length, new Set(shapes).size];
}"""


def test_hangul_in_code_is_drawn_whatever_fonts_the_system_has(page: Page, address: str) -> None:
    arrive(page, f"{address}ko/why.html")
    letters, shapes = page.evaluate(BOXES)
    assert letters > 20 and shapes == letters


@pytest.mark.parametrize("path", ["ko/initializers.html", "both/initializers.html"])
def test_a_formula_as_wide_as_its_line_pushes_no_particle_out_of_the_page(
    new_page: Callable[..., Page], address: str, path: str
) -> None:
    page = new_page(viewport={"width": 320, "height": 640})
    arrive(page, address + path)
    unfold(page)
    assert page.evaluate(FILL) > 3  # formulas, whatever the width of their letters
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", [path for path in PAGES if path.endswith(("access.html", "initializers.html"))])
def test_long_code_breaks_between_its_parts(new_page: Callable[..., Page], address: str, path: str) -> None:
    page = new_page(viewport={"width": 320, "height": 844})
    arrive(page, address + path)
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
    arrive(page, f"{address}ko/{documents()[1]}.html")
    name = fonts.FAMILY.replace(" ", "")
    assert {f"{name}-{style}" for style in fonts.STYLES.values()} <= embedded(page.pdf(prefer_css_page_size=True))

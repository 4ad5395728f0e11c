"""Printed, a page is text and figures on A4, with its Hangul as letters and without the interface."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader
from site_pages import PAGES, arrive

A4 = (595, 842)  # points
INTERFACE = (
    ".top, .skip, .chapters, .onpage, .sections, .neighbours, .copy, .d2l-actions, .d2l-controls, .d2l-talk, .bottom a"
)


def squeezed(text: str) -> str:
    """Return the letters of a text: PDF breaks lines elsewhere, keeps no spaces for certain, and has ligatures."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_prints_its_text_without_the_interface(page: Page, address: str, path: str) -> None:
    arrive(page, address + path)
    page.emulate_media(media="print")
    assert not [shown for shown in page.locator(INTERFACE).all() if shown.is_visible()]
    paragraphs = page.locator("article p:not(details p, figure p, .admonition-title)").all()
    # The paragraphs of words alone: formulas and code lie on the sheet in an order of their own.
    plain = [p.inner_text() for p in paragraphs if p.locator("math, code, a, em, strong").count() == 0]
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    for sheet in sheets:
        assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == pytest.approx(A4, abs=1)
    printed = squeezed("".join(sheet.extract_text() for sheet in sheets))
    assert plain
    found = [squeezed(text)[:20] in printed for text in plain]
    assert sum(found) >= 0.9 * len(found), [text for text, there in zip(plain, found, strict=True) if not there][:3]
    code = squeezed("".join(page.locator("article pre").all_inner_texts()))  # which is the same in every edition
    korean = [run for run in re.findall("[가-힣]{2,}", printed) if run not in code]
    assert bool(korean) == (not path.startswith("en/"))


@pytest.mark.parametrize("path", PAGES)
def test_no_figure_is_split_between_sheets(page: Page, address: str, path: str) -> None:
    arrive(page, address + path)
    page.emulate_media(media="print")
    for figure in page.locator("article figure").all():
        assert figure.evaluate("(node) => getComputedStyle(node).breakInside") == "avoid"
        assert (figure.bounding_box() or {"height": 0})["height"] < 900  # less than a sheet, else it cannot but split
    assert page.locator("article").evaluate("(node) => getComputedStyle(node).maxWidth") == "none"


COLOURS = """() => [...document.querySelectorAll("body, h1, a, pre, pre span, summary, svg *, th, td")].map((node) => {
  const {color, fill, stroke} = getComputedStyle(node);
  return [color, fill, stroke].join();
})"""


@pytest.mark.parametrize("path", PAGES)
def test_on_paper_a_page_is_light_whatever_the_screen(new_page: Callable[..., Page], address: str, path: str) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        page = new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
        arrive(page, address + path)
        screen = page.evaluate(COLOURS)
        page.emulate_media(media="print")
        seen[scheme] = screen, page.evaluate(COLOURS)
    assert seen["light"][0] != seen["dark"][0]
    assert seen["light"][1] == seen["dark"][1] == seen["light"][0]

"""Printed, a page is text and figures on A4, with its Hangul as letters and without the interface."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from conftest import WIDE, visitors
from paper import Sheet, read_sheets, squeezed
from playwright.sync_api import BrowserContext, Page
from site_pages import IN_TURN, arrive, drawn

A4 = (595, 842)  # points
INTERFACE = (
    ".top, .skip, .chapters, .onpage, .sections, .neighbours, .copy, .d2l-actions, .d2l-controls, .d2l-talk, .bottom a"
)


Print = tuple[str, Page, list[Sheet]]
SHOWN = (
    "(nodes) => nodes.filter((node) => node.checkVisibility({visibilityProperty: true})).map((node) => node.className)"
)
# The paragraphs of words alone: formulas and code lie on the sheet in an order of their own.
PLAIN = (
    "article p:not(details p, figure p, .admonition-title, .d2l-note p, .d2l-short p, :has(math, code, a, em, strong))"
)


@pytest.fixture
def page(new_tab: Callable[..., Page]) -> Page:
    """Return a page on a wide screen in the module's context."""
    return new_tab(viewport=WIDE)


@pytest.fixture(scope="module", params=IN_TURN)
def printed(place: Callable[..., BrowserContext], address: str, request: pytest.FixtureRequest) -> Iterator[Print]:
    """Return the path of a page, the page as it is for paper, and its sheets: printed once for all tests."""
    with visitors(place) as open_tab:
        page = open_tab(viewport=WIDE)
        arrive(page, address + request.param)
        page.emulate_media(media="print")
        yield request.param, page, read_sheets(page.pdf(prefer_css_page_size=True))


def test_a_page_prints_its_text_without_the_interface(printed: Print) -> None:
    path, page, sheets = printed
    assert not page.locator(INTERFACE).evaluate_all(SHOWN)
    plain = page.locator(PLAIN).all_inner_texts()
    for sheet in sheets:
        assert sheet.size == pytest.approx(A4, abs=1)
    letters = "".join(sheet.letters for sheet in sheets)
    assert plain
    found = [squeezed(text)[:20] in letters for text in plain]
    assert sum(found) >= 0.9 * len(found), [text for text, there in zip(plain, found, strict=True) if not there][:3]
    code = squeezed("".join(page.locator("article pre").all_inner_texts()))  # which is the same in every edition
    korean = [run for run in re.findall("[가-힣]{2,}", letters) if run not in code]
    assert bool(korean) == (not path.startswith("en/") or path.endswith("/glossary.html"))


def test_a_printed_page_begins_with_its_title_and_number(printed: Print) -> None:
    _, page, sheets = printed
    title = squeezed(page.inner_text("h1"))[:12]  # which test_numbers.py holds to the number
    assert title
    assert title in sheets[0].letters


FIGURES = """(nodes) => nodes.map((node) => [getComputedStyle(node).breakInside,
  node.getBoundingClientRect().height])"""


def test_no_figure_is_split_between_sheets(printed: Print) -> None:
    _, page, _ = printed
    figures = page.locator("article figure").evaluate_all(FIGURES)
    assert {inside for inside, _ in figures} <= {"avoid"}
    assert all(height < 900 for _, height in figures)  # less than a sheet, else it cannot but split
    assert page.locator("article").evaluate("(node) => getComputedStyle(node).maxWidth") == "none"


def test_no_heading_is_left_at_the_foot_of_a_sheet(printed: Print) -> None:
    _, page, sheets = printed
    headings = [squeezed(text) for text in page.locator("article :is(h2, h3, h4)").all_inner_texts()]
    feet = [sheet.foot for sheet in sheets[:-1]]
    assert len(feet) > 1
    assert not [low for low in feet if len(low) > 4 and any(text.endswith(low) for text in headings)]


EMPTY = """(cells) => cells.filter((cell) => cell.getBoundingClientRect().height && !cell.innerText.trim()
  && !cell.querySelector("svg")).map((cell) => cell.outerHTML.slice(0, 90))  // a frame around nothing"""


def test_a_fold_that_is_closed_leaves_no_box_on_paper_and_an_open_one_its_content(printed: Print) -> None:
    _, page, _ = printed
    assert not page.locator("article details").evaluate_all(SHOWN)
    assert not page.locator(".cell").evaluate_all(EMPTY)
    hint = page.locator("details.d2l-hint").first
    if hint.count():
        hint.evaluate("(node) => { node.open = true; }")
        assert hint.locator("p").first.is_visible()


@pytest.mark.parametrize("path", ["en/tree.html", "ko/tied.html"])
def test_an_exercise_on_paper_has_room_for_an_answer_and_no_verdict(page: Page, address: str, path: str) -> None:
    arrive(page, address + path)
    page.emulate_media(media="print")
    for answer in page.locator(".tag_answer div.highlight").all():
        assert (answer.bounding_box() or {"height": 0})["height"] >= 100
    printed = "".join(sheet.text for sheet in read_sheets(page.pdf()))
    assert "Not yet:" not in printed and "아직입니다:" not in printed


COLOURS = """() => [...document.querySelectorAll("body, h1, a, pre, pre span, summary, svg *, th, td")].map((node) => {
  const {color, fill, stroke} = getComputedStyle(node);
  return [color, fill, stroke].join();
})"""


def test_on_paper_a_page_is_light_though_its_screen_is_dark(printed: Print) -> None:
    _, page, _ = printed
    seen = {}
    for media, scheme in (("print", "dark"), ("screen", "light")):
        page.emulate_media(media=media, color_scheme=scheme)  # type: ignore[arg-type]
        drawn(page)
        seen[media] = page.evaluate(COLOURS)
    assert seen["print"] == seen["screen"]


def test_the_colours_that_paper_is_asked_for_are_others_where_a_screen_is_dark(page: Page, address: str) -> None:
    seen = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        arrive(page, f"{address}en/tree.html")
        seen.append(page.evaluate(COLOURS))
    assert len(seen[0]) == len(seen[1]) and seen[0] != seen[1]

"""What a lecturer has beside the slides: a window of his own, dark, a pen, an overview, help, paper."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from test_slides import ON, at, begin, key

from tools.project import SITE


def speak(page: Page) -> Page:
    """Open the lecturer's window."""
    with page.expect_popup() as found:
        page.keyboard.press("s")
    return found.value


def test_the_lecturers_window_is_in_step_and_another_language_finds_it(
    new_page: Callable[..., Page], address: str
) -> None:
    page = begin(new_page, address, "en/variance.html")
    other = speak(page)
    note = other.locator(".d2l-note").first
    expect(other.locator(".d2l-after .d2l-sheet")).to_be_visible()
    other.keyboard.press("PageDown")
    assert at(page) == 2
    expect(other.locator("header")).to_contain_text("2 / ")
    more = page.locator(".d2l-more").first  # what the slide leaves to the lecturer
    expect(more).to_be_hidden()
    expect(other.locator(".d2l-notes .d2l-more").first).to_be_visible()
    while not note.count():
        page.keyboard.press("PageDown")
    english = note.inner_text()
    other.get_by_label("Language of the notes").select_option("ko")
    expect(note).not_to_have_text(english)
    other.get_by_role("button", name="Dark").click()
    expect(page.locator(".d2l-dark")).to_be_visible()
    place = key(page)
    page.keyboard.press("PageDown")
    expect(page.locator(".d2l-dark")).to_be_hidden()
    assert key(page) == place, "the key that ends the dark does nothing else"
    page.keyboard.press("l")
    page.wait_for_url("**/ko/variance.html?slides=*")
    expect(other.locator(".d2l-after > h2")).to_have_text("다음")


def test_what_a_short_form_stands_for_is_said_to_it_in_order_behind_the_notes(
    new_page: Callable[..., Page], address: str
) -> None:
    page = begin(new_page, address, "en/why.html")
    said = "(place) => window.d2lSlides.all.find(({key}) => key === place).notes.map((one) => one.textContent.trim())"
    begins = ("After 300 steps", "On the digits", "(Two problems", "Three questions")
    assert [text[: len(words)] for text, words in zip(page.evaluate(said, "c02.1"), begins, strict=True)] == [*begins]
    assert page.evaluate(said, "why-product")[0].startswith("Ask for a power of ten")


def test_the_lecturers_window_works_on_a_page_from_a_file(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(f"{Path(SITE, 'ko', 'tree.html').as_uri()}?slides")
    page.wait_for_function(ON)
    other = speak(page)
    page.keyboard.press("PageDown")
    expect(other.locator("header")).to_contain_text("2 / ")
    other.keyboard.press("PageUp")
    assert at(page) == 1


def test_overview_help_and_pen(new_page: Callable[..., Page], address: str) -> None:
    page = begin(new_page, address, "both/tree.html")
    page.keyboard.press("o")
    places = page.get_by_role("dialog").locator(".d2l-overview button")
    assert places.count() == page.evaluate("window.d2lSlides.all.length")
    begins = places.locator("small").all_inner_texts()
    assert not [words for words in begins if "\\" in words]  # TeX, which stands in a formula unseen
    places.nth(4).click()
    assert at(page) == 5
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("dark screen · 화면 끄기")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".d2l-deck")).to_be_visible()
    lines = page.locator(".d2l-board path")
    page.keyboard.press("d")
    page.mouse.move(300, 300)
    page.mouse.down()
    page.mouse.move(500, 400)
    page.mouse.up()
    expect(lines).to_have_count(1)
    page.keyboard.press("Escape")  # ends the drawing, not the slides
    page.keyboard.press("PageDown")
    page.evaluate("window.d2lSlides.go(5)")
    expect(lines).to_have_count(0)
    page.evaluate("window.d2lSlides.go(4)")
    expect(lines).to_have_count(1)
    page.keyboard.press("x")
    expect(lines).to_have_count(0)


def test_a_finger_turns_slides(chromium: Browser, address: str) -> None:
    context = chromium.new_context(has_touch=True, viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(f"{address}en/tree.html?slides=tree.1")
    page.wait_for_function(ON)
    place = at(page)
    page.touchscreen.tap(1240, 600)
    assert at(page) == place + 1
    page.touchscreen.tap(30, 600)
    assert at(page) == place
    context.close()


def test_slides_are_printed_one_a_sheet_and_the_page_as_ever(new_page: Callable[..., Page], address: str) -> None:
    page = begin(new_page, address, "en/tree.html")
    count = page.evaluate("window.d2lSlides.all.length")
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) == count
    assert sheets[0].mediabox.width > sheets[0].mediabox.height
    page.keyboard.press("Escape")
    page.emulate_media(media="print")
    expect(page.locator("#tree-sources")).to_be_visible()
    expect(page.locator(".d2l-deck")).to_be_hidden()

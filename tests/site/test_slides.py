"""Slides: a page shown one thought at a time. Nothing is lost, results wait, all can be read from the last row."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from live_pages import cell, press, run
from playwright.sync_api import Page, expect
from site_pages import arrive, drawn
from test_accessibility import RULES, RUN

from tools.project import documents
from tools.site.assets import member
from tools.text.words import EDITIONS

PROJECTOR = {"width": 1280, "height": 720}
# All parts of the page, and those on slides.
PARTS = """() => {
  const parts = (node) => [...node.children].flatMap((part) => (part.tagName === "SECTION" ? parts(part) : [part]));
  const all = parts(document.querySelector("article")).filter((part) => !/^H\\d$/.test(part.tagName));
  return [all.length, window.d2lSlides.all.flatMap((slide) => slide.parts).map((part) => all.indexOf(part))];
}"""
SIZE = """() => ({
  type: parseFloat(getComputedStyle(document.documentElement).fontSize),
  over: document.documentElement.scrollHeight - innerHeight, wide: document.documentElement.scrollWidth - innerWidth,
})"""
HELD = ".d2l-later:visible"


def at(page: Page) -> int:
    """Return the number of the slide that is shown."""
    return int(page.inner_text(".d2l-deck-count").split("/")[0])


def begin(new_page: Callable[..., Page], address: str, path: str, **options: object) -> Page:
    """Open the slides of a page by their link, on a projector."""
    page = new_page(viewport=PROJECTOR, **options)
    arrive(page, address + path)
    page.locator(".d2l-slides").click()
    return page


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("name", documents())
def test_every_part_of_a_page_is_on_one_slide_and_seen(
    new_page: Callable[..., Page], address: str, name: str, edition: str
) -> None:
    page = begin(new_page, address, f"{edition}/{name}.html")
    count, shown = page.evaluate(PARTS)
    assert shown == list(range(count))
    sizes = []
    for number in range(1, page.evaluate("window.d2lSlides.all.length") + 1):
        while at(page) < number:
            page.keyboard.press("ArrowRight")
        drawn(page)  # a slide may be the first to ask for a font, and is fitted anew with it
        sizes.append(page.evaluate(SIZE))
    assert all(size["type"] >= 13 and size["wide"] <= 0 for size in sizes)
    # A long table or a figure may need a little scrolling, not more than one slide in five.
    assert sum(size["over"] > 0 for size in sizes) <= len(sizes) / 5
    assert sum(size["type"] >= 18 for size in sizes) >= len(sizes) * 0.7


def test_a_result_waits_until_the_room_has_predicted_it(new_page: Callable[..., Page], address: str) -> None:
    page = begin(new_page, address, "en/tree.html")
    while not page.locator(HELD).count():
        page.keyboard.press("PageDown")
    slide, held = at(page), page.locator(HELD).first
    result = held.locator("pre").first
    expect(result).to_be_hidden()
    page.keyboard.press("ArrowRight")
    assert at(page) == slide
    expect(page.locator(HELD)).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(HELD)).to_have_count(1)


def test_slides_are_left_as_the_page_was_found(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(viewport=PROJECTOR)
    arrive(page, f"{address}ko/tied.html")
    before = page.inner_text("body")
    page.get_by_role("link", name="슬라이드").click()
    expect(page.locator("h1")).to_be_visible()
    assert page.inner_text("body") != before
    page.get_by_role("button", name="다음").click()
    page.keyboard.press("End")
    page.reload()
    page.wait_for_function("() => 'slides' in document.documentElement.dataset")
    drawn(page)
    assert at(page) == page.evaluate("window.d2lSlides.all.length"), "the address does not keep the slide"
    page.keyboard.press("Escape")
    assert page.inner_text("body") == before and "slides" not in page.url
    assert page.evaluate("document.activeElement.className") == "d2l-slides"


def test_a_live_slide_runs_its_cells_and_keys_of_the_editor_stay_there(
    new_page: Callable[..., Page], address: str
) -> None:
    page = begin(new_page, address, "en/tree.html")
    press(page)
    while not cell(page, 4).is_visible():
        page.keyboard.press("ArrowRight")
    slide = at(page)
    run(page, 1)
    run(page, 2)
    expect(run(page, 4).locator(".text_plain")).to_contain_text("Sequential")
    # A longer result makes the type smaller, and nothing of it lies below the window.
    before = page.evaluate(SIZE)["type"]
    run(page, 4, "for n in range(15): print(n)")
    page.wait_for_function("() => document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate(SIZE)["type"] < before
    cell(page, 4).locator(".cm-content").click()
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.keyboard.type(" ")
    assert at(page) == slide
    page.locator(".d2l-deck [data-to=next]").click()
    assert at(page) == slide + 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_slides(new_page: Callable[..., Page], address: str, scheme: str) -> None:
    page = begin(new_page, address, "both/initializers.html", color_scheme=scheme, reduced_motion="reduce")
    page.evaluate(member("axe-core", "axe.min.js").decode())
    for number in (1, 2, 3, 4, 11, page.evaluate("window.d2lSlides.all.length - 3")):
        while at(page) < number:
            page.keyboard.press("ArrowRight")
        drawn(page)
        result = page.evaluate(RUN, RULES)
        assert not result["violations"], f"slide {at(page)}: " + "\n".join(result["violations"][:8])


def test_a_sheet_of_paper_has_the_whole_page_even_from_its_slides(new_page: Callable[..., Page], address: str) -> None:
    page = begin(new_page, address, "en/tied.html")
    page.emulate_media(media="print")
    expect(page.locator("#tied-sources")).to_be_visible()
    expect(page.locator(".d2l-deck")).to_be_hidden()


def test_without_scripts_there_is_no_link_to_slides(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{address}en/tree.html")
    expect(page.locator(".d2l-slides")).to_be_hidden()

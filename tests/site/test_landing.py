"""The first page shows the argument: a figure that moves, the chapters with their questions, three ways in."""

from __future__ import annotations

import zipfile
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from site_pages import FIRST_PAGES, arrive, drawn

from tools.project import documents
from tools.text.length import looked_up
from tools.text.numbers import numbers
from tools.text.words import page_words

WIDE = {"width": 1280, "height": 900}
# The words of elements that have more than one line.
TORN = """(all) => all.filter((node) => node.offsetHeight > 1.5 * parseFloat(getComputedStyle(node).fontSize))
  .map((node) => node.textContent).filter(Boolean)"""


@pytest.mark.parametrize("path", FIRST_PAGES)
def test_its_figure_plays_by_itself_and_stops_at_a_press(
    new_page: Callable[..., Page], address: str, path: str
) -> None:
    page = new_page(viewport=WIDE)
    arrive(page, address + path)
    figure = page.locator(".hero figure")
    expect(figure.locator(".d2l-pause, .d2l-play")).to_be_in_viewport()
    slider = figure.get_by_role("slider")
    page.wait_for_function("() => Number(document.querySelector('.hero [type=range]').value) > 1")
    expect(figure.locator(".d2l-say")).to_have_attribute("aria-live", "off")  # it is not read out while it plays
    figure.locator(".d2l-play").click()
    expect(figure.locator(".d2l-say")).not_to_have_attribute("aria-live", "off")
    before = slider.input_value()
    slider.press("ArrowRight")
    assert slider.input_value() != before


@pytest.mark.parametrize("width", [390, 1000, 1280])
def test_a_number_stands_in_one_line_and_a_value_beside_its_slider(
    new_page: Callable[..., Page], address: str, width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 900})
    arrive(page, address)
    assert page.locator(".questions .d2l-number").evaluate_all(TORN) == []
    slider, value = (page.locator(f".hero .d2l-player {part}").bounding_box() for part in ("[type=range]", "output"))
    assert slider and value and value["x"] > slider["x"] and abs(value["y"] - slider["y"]) < slider["height"]


def test_its_figure_stands_still_where_less_motion_is_wished(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(viewport=WIDE, reduced_motion="reduce")
    arrive(page, address)
    figure = page.locator(".hero figure")
    before = figure.locator(".d2l-say").inner_text()
    drawn(page)  # what waits for the figure to be seen has seen it
    assert figure.locator(".d2l-say").inner_text() == before
    expect(figure.locator(".d2l-say")).not_to_have_attribute("aria-live", "off")


@pytest.mark.parametrize("path", FIRST_PAGES)
def test_every_chapter_stands_there_with_its_number_and_its_question(page: Page, address: str, path: str) -> None:
    arrive(page, address + path)
    edition = path.split("/")[0] if "/" in path else "both"
    spoken = ["en", "ko"] if edition == "both" else [edition]
    rows = page.locator(".questions li")
    for row, name in zip(rows.all(), documents()[1:], strict=True):
        assert row.locator(".d2l-number").inner_text() == numbers().get(name, "")  # an interlude has none
        assert bool(row.locator(".minutes").inner_text()) != looked_up(name)
        for said in spoken:
            words = row.locator(f"p[lang={said}]")
            for key in ("title", "question"):
                text = page_words(name, key)
                assert text and text[said] in words.inner_text()
    for link in page.locator("main a[href*='.html']").all():
        href = str(link.evaluate("(node) => node.href"))
        assert page.request.get(href).ok, href
        if path == "index.html" and (lang := link.get_attribute("lang")):
            assert f"/{lang}/" in href


def test_there_are_three_ways_in_and_the_one_to_teach_opens_slides(page: Page, address: str) -> None:
    arrive(page, f"{address}en/index.html")
    assert page.locator(".doors h3").all_inner_texts() == ["Read", "Teach", "Run offline"]
    assert 'http-equiv="refresh"' not in page.content().lower()  # a reader chooses the language, nobody else
    page.locator(".doors a", has_text="Slides").click()
    page.wait_for_function("() => 'slides' in document.documentElement.dataset")


@pytest.mark.parametrize("path", FIRST_PAGES)
def test_who_teaches_gets_all_notebooks_of_a_language_in_a_zip(page: Page, address: str, path: str) -> None:
    arrive(page, address + path)
    links = page.locator(".doors li", has=page.locator("a[href*='?slides']")).locator("a[download]")
    edition = path.split("/")[0] if "/" in path else "both"
    names = [f"d2lparams-notebooks-{lang}.zip" for lang in (["en", "ko"] if edition == "both" else [edition])]
    assert [str(link.get_attribute("href")).split("/")[-1] for link in links.all()] == names
    for link, name in zip(links.all(), names, strict=True):
        with page.expect_download() as given:
            link.click()
        assert given.value.suggested_filename == name
        with zipfile.ZipFile(given.value.path()) as archive:
            assert archive.testzip() is None
            top = {entry.split("/")[1] for entry in archive.namelist()}
        assert top == {"student", "instructor", "README.txt", "LICENSE", "LICENSE-text"}


def test_without_scripts_the_figure_is_a_picture(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(java_script_enabled=False, viewport=WIDE)
    page.goto(address)
    expect(page.locator(".hero svg.d2l-scene")).to_be_visible()
    expect(page.locator(".theme-switch")).to_be_hidden()


@pytest.mark.parametrize("path", ["en/tree.html", "ko/differences.html", "both/search.html"])
def test_the_sign_of_every_page_leads_there(page: Page, address: str, path: str) -> None:
    arrive(page, address + path)
    page.locator(".brand").click()
    page.locator(".hero").wait_for()
    assert page.url == f"{address}{path.split('/')[0]}/index.html"

"""The playground on its page: settings are fetched, also from files, and a pin keeps one beside the next."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from live_pages import press, run
from playwright.sync_api import Locator, Page, Route, expect
from site_pages import PAGES, arrive, parsed

from tools.project import SITE
from tools.text.figures import FOLDER
from tools.text.words import EDITIONS

PAGE = "playground.html"
FIGURE = "#figure-playground"
FAR = "activation=tanh&initializer=He&gain=3&depth=10&width=128-16&layout=in-out-mistaken&seed=2"
SAYS = {
    "en": "tanh, 10 layers of 128 to 16 units, He, gain 3.",
    "ko": "tanh, 층 10개, 층의 유닛 수 128 → 16, He, 게인 3.",
}


def opened(page: Page, address: str, edition: str = "en", setting: str = "") -> Locator:
    arrive(page, f"{address}{edition}/{PAGE}" + (f"{FIGURE}?{setting}" if setting else ""))
    return page.locator(FIGURE)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_link_to_a_setting_that_stands_apart_shows_it(page: Page, address: str, edition: str) -> None:
    figure = opened(page, address, edition, FAR)
    for lang in ("en", "ko") if edition == "both" else (edition,):
        expect(figure.locator(".d2l-say")).to_contain_text(SAYS[lang])
    expect(figure).to_have_attribute("data-setting", FAR)
    assert not figure.get_attribute("aria-busy")


def test_a_page_asks_for_other_settings_when_they_are_wanted_and_once(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if f"/{FOLDER}/" in request.url else None)
    figure = opened(page, address)
    figure.get_by_role("slider", name="gain").press("ArrowRight")
    expect(figure.locator(".d2l-say")).to_contain_text("gain 1.41")
    assert not asked
    for name in ("tanh", "ReLU", "tanh"):
        figure.get_by_label("activation", exact=True).select_option(name)
        expect(figure.locator(".d2l-say")).to_contain_text(f"{name}, 30 layers")
    assert len(asked) == 1


def test_every_file_of_settings_is_there_and_no_other() -> None:
    wanted = set()
    for path in PAGES:
        for script in parsed(path).select("script.d2l-spec"):
            wanted |= {Path(address).name for address in json.loads(str(script.string)).get("chunks", {}).values()}
    assert wanted == {path.name for path in (SITE / FOLDER).iterdir()}


def test_settings_are_fetched_where_the_page_is_a_file(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(f"{(SITE / 'ko' / PAGE).as_uri()}{FIGURE}?{FAR}")
    expect(page.locator(f"{FIGURE} .d2l-say")).to_contain_text(SAYS["ko"])


def test_where_a_setting_cannot_be_fetched_the_page_says_so_and_goes_on(
    new_page: Callable[..., Page], address: str
) -> None:
    page = new_page(watched=False)
    figure = opened(page, address)

    def refuse(route: Route) -> None:
        route.abort()

    page.route(re.compile(f"/{FOLDER}/"), refuse)
    figure.get_by_label("activation", exact=True).select_option("tanh")
    expect(figure.locator(".d2l-say")).to_contain_text("could not fetch")
    figure.get_by_label("activation", exact=True).select_option("ReLU")
    expect(figure.locator(".d2l-say")).to_contain_text("ReLU, 30 layers")


def test_what_cannot_be_fetched_says_nothing_over_a_setting_that_was_chosen_since(
    new_page: Callable[..., Page], address: str
) -> None:
    page = new_page(watched=False)
    figure = opened(page, address)
    held: list[Route] = []
    page.route(re.compile(f"/{FOLDER}/"), lambda route: held.append(route))
    with page.expect_request(re.compile(f"/{FOLDER}/")):
        figure.get_by_label("activation", exact=True).select_option("tanh")
    figure.get_by_label("activation", exact=True).select_option("ReLU")
    expect(figure.locator(".d2l-say")).to_contain_text("ReLU, 30 layers")
    with page.expect_event("requestfailed"):
        held[0].abort()
    page.evaluate("() => new Promise((done) => setTimeout(done))")  # what an error calls has been called
    expect(figure.locator(".d2l-say")).to_contain_text("ReLU, 30 layers")
    assert not figure.get_attribute("aria-busy")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_pin_keeps_a_setting_beside_the_next_until_it_is_taken_out(
    new_page: Callable[..., Page], address: str, width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 900})
    figure = opened(page, address)
    before = figure.locator(".d2l-stage svg").inner_html()
    figure.get_by_role("button", name="Pin, to compare").press("Enter")
    figure.get_by_label("activation", exact=True).select_option("tanh")
    pinned = figure.locator(".d2l-pinned")
    expect(figure.locator(".d2l-say")).to_contain_text("tanh")
    expect(pinned).to_contain_text("ReLU, 30 layers")
    assert pinned.locator("svg").inner_html() == before
    first, second = figure.locator("svg.d2l-scene").all()
    left, right = first.bounding_box(), second.bounding_box()
    assert left and right and (right["x"] > left["x"] + 200) == (width > 1000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    figure.get_by_role("button", name="Take the pin out").click()
    expect(pinned).to_have_count(0)


def test_on_slides_two_settings_stand_side_by_side(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    arrive(page, f"{address}en/{PAGE}?slides")
    figure = page.locator(FIGURE)
    pin = figure.locator(".d2l-pin")
    for _ in range(6):  # the first slide has the figure without its controls
        if not pin.is_visible():
            page.keyboard.press("PageDown")
    pin.click()
    expect(figure.locator("svg.d2l-scene")).to_have_count(2)
    for drawing in figure.locator("svg.d2l-scene").all():
        expect(drawing).to_be_in_viewport(ratio=0.9)


def test_a_live_page_computes_what_it_had_stored_and_all_that_it_had_no_room_for(page: Page, address: str) -> None:
    figure = opened(page, address)
    stored = figure.locator(".d2l-say").inner_text(), figure.locator("svg").inner_html().count("<")
    press(page)
    live = run(page, 1).locator("figure")
    said = live.locator(".d2l-say")
    expect(said).to_have_text(stored[0])
    assert live.locator("svg").inner_html().count("<") == stored[1]
    live.get_by_label("initializer", exact=True).select_option("LeCun")
    expect(said).to_contain_text("LeCun, gain 1")
    live.locator(".d2l-pin").click()
    page.get_by_role("link", name="At 0.5").click()
    expect(said).to_contain_text("Xavier, gain 0.5")
    expect(live.locator(".d2l-pinned")).to_contain_text("LeCun, gain 1")

"""Text and figures talk: words set a figure, a link keeps its setting, it opens alone and large, for everybody."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from axe import accessible
from live_pages import cell, press, run
from playwright.sync_api import Locator, Page, Route, expect
from site_pages import PAGES, arrive, drawn, parsed
from test_player import on_a_page

from d2lparams.view import setting
from d2lparams.view.spec import Control
from tools.project import SITE
from tools.sphinx.figures import TALK
from tools.text.words import EDITIONS

WORDS = "p.try a"
IN_VIEW = """(node) => {
  const {top, bottom} = node.getBoundingClientRect();
  return Math.min(bottom, innerHeight) - Math.max(top, 0) > Math.min(bottom - top, innerHeight) / 2;
}"""


class Sample(NamedTuple):
    """A figure of the book: its page, its anchor, and two settings of it, the one at first and another."""

    name: str
    anchor: str
    first: str
    other: str


def sample() -> Sample:
    """Return the first figure of the book with two controls or more that all have positions."""
    for path in PAGES:
        page = parsed(path)
        for figure in page.select("article > section .cell figure.d2l-figure"):
            spec: dict[str, Any] = json.loads(figure.select_one("script.d2l-spec").string or "")  # type: ignore[union-attr]
            fields = [{name: value for name, value in c.items() if name != "values"} for c in spec["controls"]]
            controls = [Control(**given) for given in fields]
            if len(controls) > 1 and all(control.kind != "text" for control in controls):
                first = [control.start for control in controls]
                other = [(control.start + 1) % len(control.options) for control in controls]
                texts = [setting.written(controls, values) for values in (first, other)]
                return Sample(path.split("/")[1], spec["id"], *texts)
    raise AssertionError("no page of the book has a figure with two controls")


SAMPLE = sample()
SET = re.compile(f"#{re.escape(SAMPLE.anchor)}\\?{re.escape(SAMPLE.other)}$")


def speak(
    page: Page, address: str, edition: str, fragment: str = "", come: Callable[[Page, str], Any] = arrive
) -> Locator:
    """Open the page of the sample with words in it that set the figure, as an author writes them; return the figure."""
    words = f'<a class="d2l-set" href="#{SAMPLE.anchor}" data-setting="{SAMPLE.other}">all of it</a>'

    def speaking(route: Route) -> None:
        body = route.fetch().text()
        route.fulfill(body=body.replace("</h1>", f'</h1><p class="try">Try {words}.</p>', 1), content_type="text/html")

    page.route(re.compile(f"/{edition}/{SAMPLE.name}"), speaking)
    come(page, f"{address}{edition}/{SAMPLE.name}{fragment}")
    return page.locator(f"#{SAMPLE.anchor}")


def shows(figure: Locator, wanted: str) -> None:
    """Expect that a figure shows a setting."""
    expect(figure).to_have_attribute("data-setting", wanted)


@pytest.mark.parametrize("edition", EDITIONS)
def test_words_set_a_figure_bring_it_into_view_and_stay_in_focus(page: Page, address: str, edition: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    figure = speak(page, address, edition)
    before = figure.locator(".d2l-stage").inner_html()
    said, entries = figure.locator(".d2l-say").inner_text(), page.evaluate("history.length")
    shows(figure, SAMPLE.first)
    page.focus(WORDS)
    page.keyboard.press("Enter")
    assert figure.evaluate(IN_VIEW), "nothing is to move on its way there"
    shows(figure, SAMPLE.other)
    assert figure.locator(".d2l-stage").inner_html() != before and figure.locator(".d2l-say").inner_text() != said
    assert page.evaluate(f"document.activeElement === document.querySelector('{WORDS}')")
    expect(page).to_have_url(SET)
    assert page.evaluate("history.length") == entries, "Back would lead through settings"
    expect(page.locator(WORDS)).to_have_attribute("aria-current", "true")
    move(figure)
    expect(page.locator(WORDS)).not_to_have_attribute("aria-current", "true")


def move(figure: Locator) -> str:
    """Move the first control of a figure that can be moved by a key; return what it shows then."""
    control = figure.locator(".d2l-controls :is(input, select)").first
    control.focus()
    before = figure.get_attribute("data-setting")
    key = {"checkbox": "Space", "range": "ArrowLeft"}.get(str(control.evaluate("(node) => node.type")), "ArrowDown")
    for _ in range(2):  # the last position may have been chosen
        control.press(key)
        if figure.get_attribute("data-setting") != before:
            break
        key = {"ArrowLeft": "ArrowRight", "ArrowDown": "ArrowUp"}.get(key, key)
    after = str(figure.get_attribute("data-setting"))
    assert after != before
    return after


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_a_reader_sets_is_kept_in_the_address_and_survives_a_reload(
    page: Page, address: str, edition: str
) -> None:
    figure = speak(page, address, edition)
    wanted = move(figure)
    expect(page).to_have_url(re.compile(f"#{SAMPLE.anchor}\\?{re.escape(wanted)}$"))
    page.reload()
    shows(figure, wanted)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_copied_link_opens_the_page_at_the_figure_as_it_was(
    new_page: Callable[..., Page], address: str, edition: str
) -> None:
    page = new_page(permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce")
    figure = speak(page, address, edition)
    page.click(WORDS)
    figure.locator(".d2l-copy").click()
    expect(figure.locator(".d2l-talk [role=status]")).to_contain_text("복사됨" if edition == "ko" else "Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{address}{edition}/{SAMPLE.name}#{SAMPLE.anchor}?{SAMPLE.other}"
    other = new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    arrive(other, link)
    shows(other.locator(f"#{SAMPLE.anchor}"), SAMPLE.other)
    other.wait_for_function(f"({IN_VIEW})(document.getElementById('{SAMPLE.anchor}'))")
    expect(other).to_have_url(link)
    assert other.evaluate("document.querySelector(':target').id") == SAMPLE.anchor


def test_where_nothing_can_be_copied_the_link_is_in_the_address_bar(
    new_page: Callable[..., Page], address: str
) -> None:
    page = new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    figure = speak(page, address, "en")
    figure.locator(".d2l-copy").click()
    expect(figure.locator(".d2l-talk [role=status]")).to_have_text("It is in the address bar")
    assert page.url.endswith(f"#{SAMPLE.anchor}?{SAMPLE.first}")


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_from_a_file_keeps_settings_too(new_page: Callable[..., Page], edition: str) -> None:
    page = new_page()
    file = (SITE / edition / SAMPLE.name).as_uri()
    page.goto(f"{file}#{SAMPLE.anchor}?{SAMPLE.other}")
    figure = page.locator(f"#{SAMPLE.anchor}")
    shows(figure, SAMPLE.other)
    wanted = move(figure)
    expect(page).to_have_url(f"{file}#{SAMPLE.anchor}?{wanted}")
    page.reload()
    shows(figure, wanted)


def test_another_setting_in_the_address_is_followed_and_one_that_is_not_there_is_harmless(
    page: Page, address: str
) -> None:
    figure = speak(page, address, "en", f"#{SAMPLE.anchor}?colour=red&")
    shows(figure, SAMPLE.first)
    page.evaluate(f"location.hash = '{SAMPLE.anchor}?{SAMPLE.other}'")
    shows(figure, SAMPLE.other)
    for hash_ in (f"{SAMPLE.anchor}x?a=b", "?", "%E0%A4%A?x", SAMPLE.anchor):
        page.evaluate("(hash) => { location.hash = hash; }", hash_)
        drawn(page)
        shows(figure, SAMPLE.other)


def test_the_language_switch_keeps_the_figure_and_its_setting(page: Page, address: str) -> None:
    speak(page, address, "en", f"#{SAMPLE.anchor}?{SAMPLE.other}")
    page.wait_for_function(f"({IN_VIEW})(document.getElementById('{SAMPLE.anchor}'))")
    page.locator("a[data-edition=ko]").first.click()
    page.wait_for_url("**/ko/**")
    shows(page.locator(f"#{SAMPLE.anchor}"), SAMPLE.other)


# ---- alone and large

PLACE = f"""() => {{
  const figure = document.getElementById('{SAMPLE.anchor}');
  return [figure.parentElement.className, [...figure.parentElement.children].indexOf(figure)];
}}"""


def test_a_figure_opens_alone_and_large_by_keyboard_and_goes_back_as_it_is(page: Page, address: str) -> None:
    figure = speak(page, address, "both")
    place, small = page.evaluate(PLACE), figure.locator("svg.d2l-scene").bounding_box()
    figure.locator(".d2l-open").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    title = figure.locator(".d2l-title").inner_text()
    assert dialog.get_attribute("aria-label") == title
    large, window = figure.locator("svg.d2l-scene").bounding_box(), dialog.bounding_box()
    assert small and large and large["width"] > small["width"]
    assert window == {"x": 0, "y": 0, "width": 1280, "height": 900}
    for _ in range(12):
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
        page.keyboard.press("Tab")
    wanted = move(figure)
    page.keyboard.press("Escape")
    expect(page.locator("dialog figure")).to_have_count(0)
    assert page.evaluate(PLACE) == place
    shows(figure, wanted)
    assert page.evaluate("document.activeElement.className") == "d2l-open"


def test_the_page_behind_a_large_figure_does_not_move(page: Page, address: str) -> None:
    figure = speak(page, address, "en")
    figure.locator(".d2l-open").click()
    drawn(page)
    before = page.evaluate("[scrollY, document.documentElement.scrollHeight]")
    page.get_by_role("button", name="Close").click()
    drawn(page)
    after = page.evaluate("[scrollY, document.documentElement.scrollHeight]")
    assert after == pytest.approx(before, abs=1)  # parts of a pixel are rounded


def test_a_player_plays_on_when_it_opens_large_and_words_stop_it_where_they_lead(page: Page) -> None:
    page.clock.install()
    on_a_page(page, "en")
    words = '<p class="try"><a class="d2l-set" href="#figure-circle" data-setting="step=7">step 7</a></p>'
    page.evaluate("(words) => document.body.insertAdjacentHTML('afterbegin', words)", f"<article>{words}</article>")
    page.add_script_tag(content=TALK.read_text(encoding="utf-8"))
    page.clock.pause_at("2100-01-01")
    player = page.locator("figure#figure-circle")
    player.get_by_role("button", name="play").click()
    player.locator(".d2l-open").click()
    before = player.get_attribute("data-setting")
    page.clock.run_for(1000)
    assert player.get_attribute("data-setting") != before
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.click(WORDS)
    page.clock.run_for(1000)
    shows(player, "step=7")


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_large_figure_fits_a_phone_and_is_readable_there(
    new_page: Callable[..., Page], address: str, edition: str
) -> None:
    page = new_page(viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True)
    figure = speak(page, address, edition)
    for button in figure.locator(".d2l-talk button").all():
        box = button.bounding_box()
        assert box and box["height"] >= 24 and box["x"] + box["width"] <= 320
    figure.locator(".d2l-open").tap()
    dialog = page.get_by_role("dialog")
    assert dialog.evaluate("(node) => node.scrollWidth") <= 320
    assert figure.locator("svg.d2l-scene").evaluate("(node) => node.getBoundingClientRect().width") >= 400
    dialog.locator(".d2l-close").tap()
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_axe_finds_nothing_in_words_and_in_a_large_figure(
    new_page: Callable[..., Page], address: str, edition: str, scheme: str
) -> None:
    page = new_page(color_scheme=scheme, reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    figure = speak(page, address, edition)
    page.click(WORDS)
    for opened in (False, True):
        if opened:
            figure.locator(".d2l-open").click()
        drawn(page)
        accessible(page)


# ---- other readers, other hosts


def test_without_scripts_the_words_lead_to_the_figure(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(java_script_enabled=False)
    figure = speak(page, address, "en", come=Page.goto)
    page.click(WORDS)
    expect(page).to_have_url(re.compile(f"#{SAMPLE.anchor}$"))
    expect(figure).to_be_in_viewport()
    expect(page.locator(".d2l-talk, dialog")).to_have_count(0)


def test_on_paper_words_are_words_and_figures_have_no_row(page: Page, address: str) -> None:
    speak(page, address, "en")
    page.emulate_media(media="print")
    look = """(node) => {
      const style = getComputedStyle(node);
      return [style.color, style.backgroundColor, style.borderBottomWidth, style.padding];
    }"""
    plain = page.locator("p.try").evaluate(look)
    assert page.locator(WORDS).evaluate(look)[0] == plain[0]
    assert page.locator(WORDS).evaluate(look)[1:] == ["rgba(0, 0, 0, 0)", "0px", "0px"]
    expect(page.locator(".d2l-talk").first).to_be_hidden()
    page.emulate_media(media="screen")
    page.locator(".d2l-open").first.click()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_on_slides_words_lead_to_the_slide_of_the_figure_and_escape_closes_only_the_large_one(
    page: Page, address: str
) -> None:
    figure = speak(page, address, "en")
    page.locator(".d2l-slides").click()
    page.wait_for_function("() => 'slides' in document.documentElement.dataset")
    page.evaluate("window.d2lSlides.reveal(document.querySelector('p.try'))")  # the first slide may have the figure
    expect(figure).to_be_hidden()
    page.click(WORDS)
    expect(figure).to_be_visible()
    shows(figure, SAMPLE.other)
    slide = page.inner_text(".d2l-deck-count")
    figure.locator(".d2l-open").dispatch_event("click")  # a figure fills its slide, so that no room is offered this
    for key in ("ArrowRight", "Escape"):
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".d2l-deck-count")).to_have_text(slide)
    expect(page.locator(".d2l-deck")).to_be_visible()


def test_on_a_live_page_the_words_set_the_live_figure(page: Page, address: str) -> None:
    speak(page, address, "en")
    press(page)
    holds = f"window.d2lPage.cells.findIndex(({{node}}) => node.querySelector('#{SAMPLE.anchor}'))"
    number = page.evaluate(holds) + 1
    for n in range(1, number + 1):
        run(page, n)
    live = cell(page, number).locator(".d2l-output figure.d2l-figure")
    shows(live, SAMPLE.first)
    expect(live.locator(".d2l-copy")).to_be_visible()  # the page has seen it
    page.click(WORDS)
    shows(live, SAMPLE.other)
    expect(live).to_be_in_viewport()
    expect(page).to_have_url(SET)
    live.locator(".d2l-open").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".d2l-controls :is(input, select)").first).to_be_visible()
    page.evaluate(f"location.hash = '{SAMPLE.anchor}?{SAMPLE.first}'")
    shows(dialog.locator("figure"), SAMPLE.first)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.click(WORDS)
    shows(live, SAMPLE.other)

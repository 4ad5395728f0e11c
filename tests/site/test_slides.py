"""Slides: a page shown one thought at a time. Nothing is lost, results wait, all can be read from the last row."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest
from axe import accessible
from live_pages import cell, press, run
from playwright.sync_api import Page, expect
from site_pages import PAGES, arrive, drawn, parsed

from tools.project import documents
from tools.text.words import kind

TOLD = [name for name in documents() if kind(name) != "appendix"]
PROJECTOR = {"width": 1280, "height": 720}
WORDS = 60  # on a slide
READ = 17.9  # pixels of 720: the least that a room can read, and a rounding
# Of what is shown: its words (a formula is one), the smallest letters, code and words of drawings among them. What a
# slide hides, which is nearly all of the page, is passed over as a whole.
LOOK = r"""() => {
  const root = document.documentElement, languages = root.dataset.edition === "both" ? ["en", "ko"] : [root.lang];
  const blocks = [], texts = [], small = [];
  const walker = document.createTreeWalker(
    document.querySelector("article"), NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
    (node) => node.checkVisibility?.() === false ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.nodeType === Node.TEXT_NODE) texts.push(node);
    else if (node.matches("p, li, td, th, dd, dt")) blocks.push(node);
  }
  const seen = (node) => node.checkVisibility({visibilityProperty: true}) && !node.closest(".d2l-heard, .d2l-more");
  const text = (node, language) => {
    const spoken = () => node.parentElement.closest("[lang]").lang;
    if (node.nodeType === Node.TEXT_NODE) return spoken() === language ? node.data : " ";
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches("script") || !seen(node)) return "";
    if (node.matches(".d2l-math")) return node.closest("[lang]").lang === language ? "x" : " ";
    return [...node.childNodes].map((one) => text(one, language)).join("");
  };
  const inner = (node) => !node.closest(".d2l-data, pre, svg") && !node.querySelector("p, li");
  const told = blocks.filter((node) => inner(node) && seen(node));
  const count = (language) => told
    .reduce((sum, node) => sum + (text(node, language).match(/\S*[\p{L}\p{N}]\S*/gu) ?? []).length, 0);
  for (const {data, parentElement: node} of texts) {
    const away = "script, math, option, .d2l-unseen, details:not([open]) > :not(summary)", svg = node.closest("svg");
    if (!data.trim() || node.closest(away)) continue;
    const size = parseFloat(getComputedStyle(node).fontSize) * (svg?.getScreenCTM()?.a ?? 1);
    if (size < READ && seen(node)) small.push(`${data} at ${size.toFixed(1)} px`);
  }
  return {
    words: Math.max(...languages.map(count)), small,
    over: Math.max(root.scrollHeight - innerHeight, root.scrollWidth - innerWidth),
  };
}""".replace("READ", str(READ))
# Goes from the first slide to the last as a clicker does, and looks at each before and after what waits on it is told.
WALK = f"""() => {{
  const slides = window.d2lSlides, found = [], look = {LOOK};
  const press = () => document.body.dispatchEvent(new KeyboardEvent("keydown", {{key: "PageDown", bubbles: true}}));
  for (const [number, slide] of slides.all.entries()) {{
    while (slides.at < number) press();
    const looks = [look()], answers = [...document.querySelectorAll(".d2l-wait:not(.d2l-off) .cell_output, .d2l-later")]
      .filter((node) => node.offsetHeight);
    const early = answers.filter((node) => node.matches(".d2l-wait *") && !node.closest(".d2l-later, .tag_check"));
    while (slides.held) press();
    if (slides.at === number) looks.push(look());
    found.push({{key: slide.key, early: early.length, looks}});
  }}
  return found;
}}"""
# All pieces of the page that stand on no slide and in no notes, apart from imports that need to be run only.
LOST = """() => {
  const {all} = window.d2lSlides;
  const kept = new Set(all.flatMap(({leaves, notes, heading}) => [heading, ...leaves, ...notes]));
  const whole = (node) => kept.has(node) || node.matches("thead, .d2l-setup")
    || [...kept].some((one) => one.contains(node))
    || (node.children.length > 0 && [...node.children].every(whole));
  return window.d2lOutline.parts(document.querySelector("article"))
    .filter((part) => !/^H\\d$/.test(part.tagName) && !whole(part)).map((part) => part.outerHTML.slice(0, 90));
}"""
SIZE = """() => ({
  type: parseFloat(getComputedStyle(document.documentElement).fontSize),
  over: document.documentElement.scrollHeight - innerHeight,
})"""
HELD = ".d2l-later:visible"
ON = "() => 'slides' in document.documentElement.dataset"


def at(page: Page) -> int:
    """Return the number of the slide that is shown."""
    return int(page.inner_text(".d2l-deck-count").split("/")[0])


def key(page: Page) -> str:
    """Return the address of the slide that is shown."""
    return str(page.evaluate("window.d2lSlides.all[window.d2lSlides.at].key"))


def begin(new_tab: Callable[..., Page], address: str, path: str, **options: object) -> Page:
    """Open the slides of a page by their link, on a projector."""
    page = new_tab(viewport=PROJECTOR, **options)
    arrive(page, address + path)
    page.locator(".d2l-slides").click()
    page.wait_for_function(ON)
    return page


def faults(slide: dict[str, Any]) -> list[str]:
    """Return what a room would say of a slide."""
    found = [f"{slide['key']}: {slide['early']} answers before their question"] if slide["early"] else []
    for look in slide["looks"]:
        if look["words"] > WORDS:
            found.append(f"{slide['key']}: {look['words']} words")
        found += [f"{slide['key']}: {letters}" for letters in look["small"][:2]]
        if look["over"] > 0:
            found.append(f"{slide['key']}: {look['over']} px too large")
    return found


# Of each chapter the bilingual slides, which are fuller, and in turn those of one language.
@pytest.mark.parametrize(("name", "edition"), [*product(TOLD, ["both"]), *zip(TOLD, cycle(("en", "ko")), strict=False)])
def test_a_room_can_read_every_slide_and_nothing_of_the_page_is_lost(
    new_tab: Callable[..., Page], address: str, name: str, edition: str
) -> None:
    page = begin(new_tab, address, f"{edition}/{name}.html")
    drawn(page)
    assert page.evaluate(LOST) == []
    keys = page.evaluate("window.d2lSlides.all.map(({key}) => key)")
    assert len(set(keys)) == len(keys)
    slides = page.evaluate(WALK)
    assert [slide["key"] for slide in slides] == keys
    assert [fault for slide in slides for fault in faults(slide)] == []


def test_keys_of_the_slides_stay_theirs_and_a_control_loses_the_focus(
    new_tab: Callable[..., Page], address: str
) -> None:
    page = begin(new_tab, address, "en/tree.html")
    slider = page.locator("#figure-paths input[type=range]")
    slider.click()
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    before = slider.input_value()
    slider.press("ArrowLeft")
    assert (at(page), slider.input_value() < before) == (1, True), "other keys are the control's"
    page.keyboard.press("PageDown")
    assert at(page) == 2
    page.keyboard.press("PageUp")
    slider.focus()
    page.keyboard.press("Escape")
    expect(page.locator(".d2l-deck")).to_be_hidden()


def test_a_result_waits_until_the_room_has_predicted_it(new_tab: Callable[..., Page], address: str) -> None:
    page = begin(new_tab, address, "en/tree.html")
    page.evaluate("window.d2lSlides.reveal(document.querySelector('#cell-c04'))")
    page.keyboard.press("ArrowLeft")
    slide, held = at(page), page.locator(HELD).first
    result = held.locator("pre").first
    expect(result).to_be_hidden()
    page.keyboard.press("ArrowRight")
    assert at(page) == slide
    expect(page.locator(HELD)).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(HELD)).to_have_count(1)
    # A plot takes the place of its code; the sentence of a figure that was asked about waits, or is told by moving it.
    page.goto(f"{address}en/variance.html?slides=c07")
    code, plot = page.locator("#cell-c07 .cell_input"), page.locator("#cell-c07 svg")
    expect(code).to_be_visible()
    expect(plot).to_be_hidden()
    page.keyboard.press("PageDown")
    expect(code).to_be_hidden()
    expect(plot).to_be_visible()
    page.goto(f"{address}en/variance.html?slides=c02")
    said = page.locator("#figure-passage .d2l-say")
    expect(page.locator("#figure-passage svg.d2l-scene")).to_be_visible()
    expect(said).to_be_hidden()
    page.locator("#figure-passage input[type=range]").press("ArrowRight")
    expect(said).to_be_visible()


def test_slides_are_left_as_the_page_was_found(new_tab: Callable[..., Page], address: str) -> None:
    page = new_tab(viewport=PROJECTOR)
    arrive(page, f"{address}ko/tied.html")
    before = page.inner_text("body")
    page.get_by_role("link", name="슬라이드").click()
    page.wait_for_function(ON)
    expect(page.locator("h1")).to_be_visible()
    assert page.inner_text("body") != before
    page.get_by_role("button", name="다음").first.click()
    page.keyboard.press("End")
    page.reload()
    page.wait_for_function(ON)
    drawn(page)
    assert at(page) == page.evaluate("window.d2lSlides.all.length"), "the address does not keep the slide"
    page.keyboard.press("Escape")
    assert page.inner_text("body") == before and "slides" not in page.url
    assert page.evaluate("document.activeElement.className") == "d2l-slides"


def test_a_place_survives_escape_and_is_the_same_on_every_screen_and_in_every_language(
    new_tab: Callable[..., Page], address: str
) -> None:
    page = begin(new_tab, address, "en/tree.html")
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    place, text = key(page), page.inner_text("article")
    assert at(page) == 20 and page.url.endswith(f"?slides={place}")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")  # the link has the focus
    page.wait_for_function(ON)
    assert key(page) == place
    page.set_viewport_size({"width": 1024, "height": 768})
    page.reload()
    page.wait_for_function(ON)
    assert (at(page), page.inner_text("article")) == (20, text)
    page.keyboard.press("l")
    page.wait_for_url("**/ko/tree.html?slides=*")
    page.wait_for_function(ON)
    assert page.evaluate("(place) => window.d2lSlides.all[window.d2lSlides.at].keys.includes(place)", place)
    page.goto(f"{address}en/tree.html?slides#tree-count")
    page.wait_for_function(ON)
    assert key(page) == "tree-count"


def test_a_live_slide_runs_its_cells_and_keys_of_the_editor_stay_there(
    new_tab: Callable[..., Page], address: str
) -> None:
    page = begin(new_tab, address, "en/tree.html")
    press(page)
    page.evaluate("window.d2lSlides.reveal(document.querySelector('#cell-c04'))")
    expect(cell(page, 4)).to_be_visible()
    slide = at(page)
    for number in (1, 2):
        run(page, number)
    expect(run(page, 4).locator(".output").first).to_be_visible()
    # A result too long for any type is set in the least one, whatever the fonts are; a short one is as large as before.
    run(page, 4, "print(1)")
    page.wait_for_function(f"() => ({SIZE})().over <= 0")
    before = page.evaluate(SIZE)["type"]
    run(page, 4, "for n in range(200): print(n)")
    page.wait_for_function(f"(before) => ({SIZE})().type < before && ({SIZE})().over > 0", arg=before)
    run(page, 4, "print(1)")
    page.wait_for_function(f"(before) => ({SIZE})().type >= before && ({SIZE})().over <= 0", arg=before)
    cell(page, 4).locator(".cm-content").click()
    for name in ("End", "ArrowLeft", "PageDown"):
        page.keyboard.press(name)
    page.keyboard.type(" b")
    assert at(page) == slide
    page.locator(".d2l-deck [data-to=next]").click()
    assert at(page) == slide + 1


def test_axe_finds_nothing_on_slides(new_tab: Callable[..., Page], address: str) -> None:
    page = begin(new_tab, address, "both/initializers.html", reduced_motion="reduce")
    numbers = (1, 2, 3, 6, 11, page.evaluate("window.d2lSlides.all.length - 3"))
    for number, scheme in zip(numbers, cycle(("light", "dark")), strict=False):
        page.emulate_media(color_scheme=scheme)
        page.evaluate("(to) => window.d2lSlides.go(to)", number - 1)
        drawn(page)
        accessible(page, f"slide {at(page)}")


@pytest.mark.parametrize("path", PAGES)
def test_appendices_are_looked_up_and_offer_no_slides(path: str) -> None:
    offered = {name for name in ("d2l-slides", "d2l-deck", "d2l-deck-scripts") if parsed(path).select(f".{name}")}
    assert bool(offered) == (Path(path).stem in TOLD)


def test_without_scripts_there_is_no_link_to_slides(new_tab: Callable[..., Page], address: str) -> None:
    page = new_tab(java_script_enabled=False)
    page.goto(f"{address}en/tree.html")
    expect(page.locator(".d2l-slides")).to_be_hidden()

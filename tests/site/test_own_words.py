"""A reader types a sentence of his own into a figure: the page keeps it, Python answers it, whatever it is."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from live_pages import cell
from playwright.sync_api import CDPSession, Locator, Page, expect
from site_pages import arrive, watch

from d2lparams.view import setting
from tools.text.words import EDITIONS

NAME, ANCHOR = "looking", "figure-sentence"
FIELD, CHOICE, ASK, WAITS = (f".d2l-words {part}" for part in ("input", "select", ".d2l-to-python", ".d2l-waits"))
STILL = 2000  # milliseconds of the page's clock: longer than a field waits for the next key
# Remembers all that a figure is set to from now on.
HISTORY = """(figure) => {
  figure.told = [];
  new MutationObserver(() => figure.told.push(new URLSearchParams(figure.dataset.setting).get("sentence")))
    .observe(figure, {attributeFilter: ["data-setting"]});
}"""


def printed(page: Page, address: str, edition: str = "en", setting: str = "") -> Locator:
    """Open the page of the figure, maybe by a link that sets it; return the printed figure."""
    page.emulate_media(reduced_motion="reduce")
    arrive(page, f"{address}{edition}/{NAME}.html" + (f"#{ANCHOR}?{setting}" if setting else ""))
    return page.locator(f"#{ANCHOR}")


def kept(text: str) -> re.Pattern[str]:
    """Return what an address that keeps this sentence looks like."""
    return re.compile(f"#{ANCHOR}\\?sentence={re.escape(quote(text, safe=setting.PLAIN))}&")


@pytest.mark.parametrize("edition", EDITIONS)
def test_without_python_a_sentence_waits_is_kept_and_the_recorded_ones_still_answer(
    page: Page, address: str, edition: str
) -> None:
    figure = printed(page, address, edition)
    name = {"en": "sentence", "ko": "문장", "both": "sentence · 문장"}[edition]
    field, drawing = figure.get_by_label(name, exact=True), figure.locator(".d2l-stage")
    before, first = drawing.inner_html(), field.input_value()
    expect(figure.locator(ASK)).to_be_hidden()
    field.fill("나는 <b>자유</b>")
    expect(figure.locator(WAITS)).to_contain_text("파이썬" if edition == "ko" else "Python")
    expect(figure.locator(f"{ASK} .d2l-price")).to_contain_text(re.compile(r"\b\d+ MB"))
    assert drawing.inner_html() == before
    expect(page).to_have_url(kept("나는 <b>자유</b>"))
    page.reload()
    expect(field).to_have_value("나는 <b>자유</b>")
    expect(figure.locator(ASK)).to_be_visible()
    page.evaluate("document.documentElement.dataset.live = ''")  # as a page says that has begun to load Python
    expect(figure.locator(f"{ASK} .d2l-price")).to_be_hidden()
    watch(figure)
    figure.locator(CHOICE).select_option(index=1)
    expect(figure.locator(WAITS)).to_be_hidden()
    page.wait_for_function("(stage) => stage.moved", arg=drawing.element_handle())
    expect(field).to_have_value(f"{first} in dignity and rights")
    field.fill(first)  # by hand: it is recorded all the same
    expect(figure).to_have_attribute("data-setting", str(figure.get_attribute("data-start")))


def compose(devtools: CDPSession, text: str) -> None:
    """Let the input method of the system show a text that it has not finished."""
    devtools.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})


def test_a_syllable_is_told_when_it_is_whole_and_is_never_torn(page: Page, address: str) -> None:
    page.clock.install()
    figure = printed(page, address, "ko")
    field, devtools = figure.locator(FIELD), page.context.new_cdp_session(page)
    field.fill("")
    page.clock.run_for(STILL)
    figure.evaluate(HISTORY)
    for part in ("ㅈ", "자"):
        compose(devtools, part)
        page.clock.run_for(STILL)
    devtools.send("Input.insertText", {"text": "자"})
    compose(devtools, "ㅇ")  # the next one has begun before the first one is told
    page.clock.run_for(STILL)
    expect(field).to_have_value("자ㅇ")
    compose(devtools, "유")
    page.clock.run_for(STILL)
    devtools.send("Input.insertText", {"text": "유"})
    page.clock.run_for(STILL)
    expect(field).to_have_value("자유")
    assert figure.evaluate("(figure) => figure.told") == ["자", "자유"]


def test_enter_starts_python_which_answers_whatever_is_typed_then(page: Page, address: str) -> None:
    figure = printed(page, address)
    node = page.locator("article .cell", has=figure)
    number = node.evaluate("(node) => [...document.querySelectorAll('article .cell')].indexOf(node)") + 1
    figure.locator(FIELD).fill("Je pense, donc je suis")
    figure.locator(FIELD).press("Enter")
    live = cell(page, number).locator(".d2l-output figure.d2l-figure")
    said, field = live.locator(".d2l-say"), live.locator(FIELD)
    expect(said).to_contain_text("French 77 %")
    expect(field).to_be_focused()
    page.set_viewport_size({"width": 390, "height": 844})  # where a figure is wider than what its cell shows
    expect(cell(page, number).locator(".d2l-output > .output")).to_have_css("overflow-x", "visible")
    live.get_by_label("the network").select_option("weights of 2 bits")
    expect(said).to_contain_text("Weights of 2 bits")
    expect(field).to_have_value("Je pense, donc je suis")
    live.get_by_label("the network").select_option("as it was trained")
    field.fill("<img src=x onerror=alert(1)> 자유롭고 평등하다")
    expect(live.locator(".d2l-stage")).to_contain_text("<img src=x onerror=alert(1)> 자유롭고")
    expect(said).to_contain_text("Chinese")  # the letters of the tag count too
    for text, lesson in (("", "no letter"), ("🙂", "no letter"), ("free " * 5000, "first 500 letters")):
        field.fill(text)
        expect(said).to_contain_text(lesson)
    field.fill("Ich denke, also bin ich")
    expect(said).to_contain_text("German 100 %")
    expect(page).to_have_url(kept("Ich denke, also bin ich"))
    page.reload()
    expect(figure.locator(FIELD)).to_have_value("Ich denke, also bin ich")

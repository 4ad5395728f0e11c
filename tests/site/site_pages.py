"""The pages of the built site, by path."""

from __future__ import annotations

import functools
from itertools import cycle
from pathlib import Path

from bs4 import BeautifulSoup
from playwright.sync_api import Locator, Page, Response

from tools.project import SITE, documents
from tools.text.words import EDITIONS

PAGES = [f"{edition}/{name}.html" for edition in EDITIONS for name in documents()]


def in_turn(first: int) -> list[str]:
    """Return every document once, the editions taking turns from the first, the second or the third one."""
    turns = cycle([*EDITIONS[first:], *EDITIONS[:first]])
    return [f"{edition}/{name}.html" for edition, name in zip(turns, documents(), strict=False)]


IN_TURN = in_turn(0)  # for what one rule does to all pages alike, whatever they say
# The bilingual edition and each of the other two once: for what the words of a page decide, and hardly its columns.
BOTH_AND_A_FEW = [
    *(f"both/{name}.html" for name in documents()),
    f"en/{documents()[1]}.html",
    f"ko/{documents()[2]}.html",
]
FIRST_PAGES = ["index.html", *(f"{edition}/index.html" for edition in EDITIONS)]
OTHER_PAGES = [*FIRST_PAGES, *(f"{edition}/{name}.html" for edition in EDITIONS for name in ("search", "collect"))]
RESULTS = [f"{edition}/search.html?q=parameter 파라미터" for edition in EDITIONS]  # the page of results, full
# States that stand apart are in a file of their own, so a picture may change some time after the key.
WATCH = """(stage) => {
  const before = stage.innerHTML, changes = {childList: true, subtree: true, attributes: true, characterData: true};
  new MutationObserver(() => { stage.moved ||= stage.innerHTML !== before; }).observe(stage, changes);
}"""
# How far a page has moved by the time its fonts are there.
SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach(({value}) => { sum += value; }))
    .observe({type: "layout-shift", buffered: true});
  document.fonts.ready.then(() => setTimeout(() => done(sum), 300));
})"""
DRAWN = """async () => {
  await new Promise(requestAnimationFrame);
  await document.fonts.ready;  // of all that is laid out by now
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);  // what the fonts moved is drawn, and what watches sizes has heard of it
}"""


@functools.cache
def parsed(path: str | Path) -> BeautifulSoup:
    """Return a page of the site as it was built, parsed once for all tests of a file, which change nothing of it."""
    return BeautifulSoup((SITE / path).read_text(encoding="utf-8"), "html.parser")


def drawn(page: Page) -> None:
    """Wait until a page is drawn with its fonts."""
    page.evaluate(DRAWN)


def arrive(page: Page, address: str) -> Response | None:
    """Open a page; return the answer when its scripts have run and it is drawn with its fonts."""
    answer = page.goto(address, wait_until="load")
    drawn(page)
    return answer


def fall_silent(page: Page) -> None:
    """Wait until a page that is there asks for nothing more. Alone, it may hold before a slow page has begun to ask."""
    page.wait_for_load_state("networkidle")


def watch(figure: Locator) -> None:
    """Remember from now on whether the picture of a figure becomes another one."""
    figure.locator(".d2l-stage").evaluate(WATCH)


def moved(figure: Locator) -> None:
    """Wait until the picture of a figure that is watched has become another one."""
    stage = figure.locator(".d2l-stage")
    figure.page.wait_for_function("(stage) => stage.moved", arg=stage.element_handle())


def unfold(page: Page) -> None:
    """Open what is folded, and wait until it is drawn."""
    page.evaluate("() => document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    drawn(page)

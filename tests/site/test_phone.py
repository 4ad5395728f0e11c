"""Every page, opened once on a phone: light, no wider than the phone, its words whole.

Whom a page asks and what it logs is watched, as of all pages that tests open.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from conftest import contexts
from figure_words import faults
from playwright.sync_api import Browser, Page, Response
from site_pages import OTHER_PAGES, PAGES, RESULTS, arrive, drawn, fall_silent, unfold

from tools.site.fonts import FOLDER

REQUESTS = 25
WEIGHT = 500_000  # bytes gzipped, fonts apart
FONTS = 200_000
SCRIPT = 40_000  # of our own writing
INDEX = "/search-index.js"  # what the search knows: a text of its own
NARROW = {"width": 320, "height": 640}
WIDE = """() => [...document.querySelectorAll("body *")].filter((node) => node.getBoundingClientRect().right > 321)
  .map((node) => node.outerHTML.slice(0, 90))"""
# The words after a closing sign or a formula that begin a line, and the commas and semicolons after a formula. Boxes
# are asked for where it matters alone.
ALONE = """() => {
  const found = [];
  for (const block of document.querySelectorAll("article :is(p, li, td)")) {
    const letters = [];
    for (let node, walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT); (node = walk.nextNode()); ) {
      if (node.parentElement.closest("p, li, td, h2, h3") !== block) continue; // a block within it
      const math = node.parentElement.closest("math");
      for (let i = 0; i < node.data.length; i += 1) {
        const letter = node.data[i], unseen = math ? /[\\s\\u200b-\\u200d\\u2060-\\u2064]/ : /[\\u200b-\\u200d\\u2060]/;
        if (!unseen.test(letter)) letters.push({letter, math, node, i});
      }
    }
    const box = ({node, i}) => {
      const range = new Range();
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      return range.getBoundingClientRect();
    };
    letters.forEach((one, at) => {
      const before = letters[at - 1];
      const stops = before?.math && /[,;:)]/.test(one.letter);
      const other = before?.node.parentElement.closest("a"), link = one.node.parentElement.closest("a");
      if (other && link && other !== link) return; // each begins a line of its own
      const held = before && (before.math || ")]}%*_+".includes(before.letter)) && /[가-힣]/.test(one.letter);
      if (one.math || !(stops || held)) return;
      const [first, last] = [box(before), box(one)];
      if (first.width && last.left < first.left && last.top > first.top + 8) found.push(block.textContent.slice(0, 60));
    });
  }
  return found;
}"""


class Phone(NamedTuple):
    """A page on a phone, and the answers that its first view asked for."""

    page: Page
    answers: list[Response]


@pytest.fixture(scope="module", params=[*PAGES, *OTHER_PAGES, *RESULTS])
def phone(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Phone]:
    """Return a page, opened by a reader who has seen none of the book: once for all tests, in their order."""
    with contexts(chromium) as open_context:
        page = open_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True).new_page()
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))
        answer = arrive(page, address + request.param)
        fall_silent(page)
        assert answer is not None and answer.status == 200
        yield Phone(page, [*answers])


def test_the_first_view_is_light(phone: Phone) -> None:
    assert phone.page.locator("h1").count() >= 1
    weights = {answer.url: len(gzip.compress(answer.body(), 6)) for answer in phone.answers}
    fonts = sum(size for url, size in weights.items() if f"/{FOLDER.name}/" in url)
    others = {url: size for url, size in weights.items() if f"/{FOLDER.name}/" not in url}
    assert 1 <= len(phone.answers) <= REQUESTS, sorted(weights)
    assert 0 < fonts <= FONTS
    assert 0 < sum(others.values()) <= WEIGHT, sorted(others.items(), key=lambda item: -item[1])[:5]
    scripts = {answer.url for answer in phone.answers if answer.request.resource_type == "script"}
    own = {url: weights[url] for url in scripts if not url.endswith(INDEX)}
    assert sum(own.values()) <= SCRIPT, own
    assert not [url for url in weights if "/live/" in url or "/lite/" in url or url.endswith(".whl")]


def test_no_particle_begins_a_line(phone: Phone) -> None:
    unfold(phone.page)  # for the tests that follow, too
    assert not phone.page.evaluate(ALONE)


@pytest.mark.parametrize("width", [390, 320])
def test_words_of_figures_are_large_whole_inside_their_boxes_and_apart(phone: Phone, width: int) -> None:
    phone.page.set_viewport_size({**NARROW, "width": width})
    drawn(phone.page)
    assert not faults(phone.page)


def test_a_phone_never_scrolls_sideways(phone: Phone) -> None:
    phone.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    drawn(phone.page)
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 320, phone.page.evaluate(WIDE)[:5]

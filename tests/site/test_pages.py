"""Every page of every edition knows its language and its place. That each loads is held by test_phone.py."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from site_pages import PAGES, arrive, parsed

from tools.project import SITE


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_its_language_title_and_description(path: str) -> None:
    page, edition = parsed(path), path.split("/")[0]
    assert page.html is not None and page.title is not None
    assert page.html["lang"] == ("ko" if edition == "ko" else "en")
    assert len(page.select("meta[name=description]")) == 1
    hangul = any("가" <= letter <= "힣" for letter in page.title.get_text())
    assert hangul == (edition != "en")


UNDER = """() => {
  const bar = document.querySelector(".top"), heading = document.querySelector("#tree-exercises h2");
  const below = getComputedStyle(bar).position === "sticky" ? bar.getBoundingClientRect().bottom : 0;
  return heading.getBoundingClientRect().top - below;
}"""


@pytest.mark.parametrize("edition", ["en", "ko", "both"])
def test_a_heading_that_a_link_leads_to_lies_below_the_header_at_every_width(
    page: Page, address: str, edition: str
) -> None:
    page.emulate_media(reduced_motion="reduce")  # the page goes there at once
    for width in (320, 390, 639, 641, 700, 767, 769, 820, 900, 980, 1000, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        page.goto("about:blank")
        arrive(page, f"{address}{edition}/tree.html#tree-exercises")
        page.wait_for_function("() => scrollY > 1000 && document.readyState === 'complete'")
        assert -1 < page.evaluate(UNDER) < 120, width


def test_a_long_list_of_chapters_shows_the_open_one(page: Page, address: str) -> None:
    arrive(page, f"{address}both/reference.html")
    expect(page.locator(".chapters a[aria-current]")).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0


# What is wider than its frame, or not, and whether a shade says so.
SHADES = """() => [...document.querySelectorAll("article :is(pre, table)")].filter((node) => node.offsetParent)
  .map((node) => [node.scrollWidth > node.clientWidth + 1, getComputedStyle(node).backgroundImage !== "none"])"""


@pytest.mark.parametrize("path", ["en/differences.html", "ko/speed.html"])
def test_what_goes_on_beside_its_frame_has_a_shade_there(
    new_page: Callable[..., Page], address: str, path: str
) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    arrive(page, address + path)
    found = page.evaluate(SHADES)
    assert len({wide for wide, _ in found}) == 2 and all(wide == shaded for wide, shaded in found), found


def test_the_card_of_a_shared_page_has_the_size_that_hosts_ask_for() -> None:
    card = (SITE / "card.png").read_bytes()
    assert struct.unpack(">II", card[16:24]) == (1200, 630)
    assert len(card) < 200_000

"""Every chapter carries its number, that of the table of contents, wherever a page, a slide or a sheet names it."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from string import ascii_uppercase

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page, expect
from site_pages import PAGES, arrive, parsed

from tools.project import contents
from tools.text.words import EDITIONS, kind

# Counted here anew, by the order of the files alone.
PARTS = [
    (part["caption"], [chapter["file"].split("/")[1] for chapter in part["chapters"]]) for part in contents()["parts"]
]
WITHOUT = {name for _, names in PARTS for name in names if kind(name) == "interlude"}
COUNTED = [
    name for caption, names in PARTS if not caption.startswith("Appendices") for name in names if name not in WITHOUT
]
LETTERED = [name for caption, names in PARTS if caption.startswith("Appendices") for name in names]
NUMBERS = dict(zip(COUNTED, map(str, count(1)), strict=False)) | dict(zip(LETTERED, ascii_uppercase, strict=False))


def read(path: str) -> tuple[BeautifulSoup, str]:
    """Return a page of the site, and the number that its chapter has, with its dot; nothing for the preface."""
    number = NUMBERS.get(path.split("/")[1].removesuffix(".html"))
    return parsed(path), f"{number}. " if number else ""


def said(node: Tag | None) -> str:
    assert node is not None
    return " ".join(node.get_text().split())


@pytest.mark.parametrize("path", PAGES)
def test_heading_browser_title_and_slides_begin_with_the_number(path: str) -> None:
    page, number = read(path)
    for text in (said(page.h1), said(page.title), *map(said, page.select(".d2l-deck p")[:1])):
        assert text.startswith(number)
        assert not re.match(r"[\dA-Z]+\. ", text.removeprefix(number))


@pytest.mark.parametrize("path", [*PAGES, *(f"{edition}/search.html" for edition in EDITIONS)])
def test_the_sidebar_lists_the_parts_and_their_chapters_in_order(path: str) -> None:
    page, _ = read(path)
    listed = page.select(".chapters ul[aria-labelledby]")
    for (caption, names), chapters in zip(PARTS, listed, strict=True):
        title = said(page.find(id=str(chapters["aria-labelledby"])))
        half = caption.split(" · ")[path.startswith("ko/")]
        assert half in title and (caption in title) == path.startswith("both/")
        links = chapters.select("a")
        assert [link["href"] if link["href"] != "#" else path.split("/")[1] for link in links] == [
            f"{name}.html" for name in names
        ]
        for link, name in zip(links, names, strict=True):
            number = re.match(r"(\w+)\. ", said(link))
            assert (number[1] if number else None) == NUMBERS.get(name)
    here = page.select('.chapters a[aria-current="page"]')
    assert len(here) == (not path.endswith("search.html"))


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_before_and_after_are_named_with_their_numbers(path: str) -> None:
    page, _ = read(path)
    for link in page.select(".neighbours a"):
        number = NUMBERS.get(str(link["href"]).removesuffix(".html"))
        words = said(link).removeprefix(said(link.select_one(".small"))).strip()
        assert words.startswith(f"{number}. " if number else "")
        assert bool(re.match(r"[\dA-Z]+\. ", words)) == bool(number)


@pytest.mark.parametrize("path", PAGES)
def test_a_text_names_a_chapter_by_the_number_that_its_page_has(path: str) -> None:
    page, _ = read(path)
    for link in page.select("article a[href]"):
        found = re.search(r"(?:[Cc]hapter|[Aa]ppendix) (\d+|[A-Z])\b|(\d+)장|부록 ([A-Z])", said(link))
        name = re.match(r"(\w+)\.html", str(link["href"]))
        if found and name:
            assert next(filter(None, found.groups())) == NUMBERS[name[1]], link


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_first_slide_and_the_bar_of_the_slides_show_the_number(
    new_page: Callable[..., Page], address: str, edition: str
) -> None:
    page = new_page(viewport={"width": 1280, "height": 720})
    name, number = next((name, number) for name, number in reversed(NUMBERS.items()) if number.isdigit())
    arrive(page, f"{address}{edition}/{name}.html?slides")
    expect(page.locator("h1 .d2l-number")).to_have_text(f"{number}.")
    expect(page.locator(".d2l-deck p").first).to_have_text(re.compile(rf"^{number}\. "))

"""Search finds Korean words whatever particle follows them, and English words whatever their ending."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tools.project import notebooks
from tools.text.cells import language, read, source


def pages_with(word: str) -> set[str]:
    """Return the chapters whose Korean holds a word."""
    return {
        path.stem
        for path in notebooks()
        if any(word in source(cell) for cell in read(path)["cells"] if language(cell) == "ko")
    }


def results(page: Page, address: str, edition: str, word: str) -> set[str]:
    """Return the pages that a search finds."""
    page.goto(f"{address}{edition}/search.html?q={word}")
    links = page.locator("#search-results ul.search li > a")
    links.first.wait_for()
    page.wait_for_function("() => !/Searching|검색 중/.test(document.querySelector('#search-results').textContent)")
    found = [str(link.get_attribute("href")) for link in links.all()]
    return {href.split("?")[0].split("#")[0].removesuffix(".html").split("/")[-1] for href in found}


@pytest.mark.parametrize("edition", ["ko", "both"])
@pytest.mark.parametrize("word", ["편향", "층", "파라미터"])
def test_a_korean_word_is_found_with_any_particle(page: Page, address: str, edition: str, word: str) -> None:
    wanted = pages_with(word)
    assert wanted, f"the book must use {word}"
    assert wanted <= results(page, address, edition, word)


SAID = {
    "en": ("Search Results", "Search finished", "did not match any"),
    "ko": ("검색 결과", "개에서 찾았습니다", "페이지가 없습니다"),
    "both": ("Search results · 검색 결과", "개에서 찾았습니다", "페이지가 없습니다"),
}


@pytest.mark.parametrize("edition", SAID)
def test_the_results_are_announced_in_the_language_of_the_edition(page: Page, address: str, edition: str) -> None:
    title, found, nothing = SAID[edition]
    results(page, address, edition, "bias")
    assert page.locator("#search-results h2").inner_text() == title
    assert found in page.locator(".search-summary").inner_text()
    page.goto(f"{address}{edition}/search.html?q=zyxwvut")
    page.get_by_text(nothing).wait_for()


@pytest.mark.parametrize("edition", ["en", "both"])
def test_an_english_word_is_found_by_its_stem(page: Page, address: str, edition: str) -> None:
    assert "preface" in results(page, address, edition, "parameters")
    assert "preface" in results(page, address, edition, "parameter")


def test_searching_starts_from_any_page(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{address}ko/preface.html")
    box = page.locator("form[role=search] input").first
    box.fill("파라미터")
    box.press("Enter")
    page.wait_for_url("**/ko/search.html?q=*")
    page.locator("#search-results ul.search li > a").first.wait_for()

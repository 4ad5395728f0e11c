"""Every page of every edition loads, asks no other host, and knows its language."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from site_pages import OTHER_PAGES, PAGES, arrive, fall_silent


@pytest.mark.parametrize("path", [*PAGES, *OTHER_PAGES])
def test_a_page_loads_without_other_hosts_and_errors(page: Page, address: str, path: str) -> None:
    answer = arrive(page, address + path)
    fall_silent(page)
    assert answer is not None
    assert answer.status == 200
    assert page.locator("h1").count() >= 1


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_its_language_title_and_description(page: Page, address: str, path: str) -> None:
    page.goto(address + path)
    edition = path.split("/")[0]
    assert page.locator("html").get_attribute("lang") == ("ko" if edition == "ko" else "en")
    assert page.locator("meta[name=description]").count() == 1
    hangul = any("가" <= letter <= "힣" for letter in page.title())
    assert hangul == (edition != "en")

"""The language switch: three plain links that keep the page, and with a script the section."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page
from site_pages import PAGES, arrive, parsed

from tools.project import SITE, documents
from tools.text.words import EDITIONS

SWITCH = "a[data-edition={}]"
MOVES = list(permutations(EDITIONS, 2))


@pytest.mark.parametrize("path", PAGES)
def test_the_switch_links_to_this_page_in_every_edition(path: str) -> None:
    edition, name = path.split("/", 1)
    for other in EDITIONS:
        link = parsed(path).select(SWITCH.format(other))[0]
        assert urljoin(path, str(link["href"])) == f"{other}/{name}"
        assert link["lang"] == ("ko" if other == "ko" else "en")
        assert link["hreflang"] == {"en": "en", "ko": "ko", "both": "mul"}[other]
        assert ("aria-current" in link.attrs) == (other == edition)


@pytest.mark.parametrize(("start", "end"), MOVES)
def test_the_switch_keeps_page_and_section(new_page: Callable[..., Page], address: str, start: str, end: str) -> None:
    page = new_page(viewport={"width": 1200, "height": 400}, reduced_motion="reduce")
    name = documents()[-1]
    page.goto(f"{address}{start}/{name}.html")
    last = page.locator("article section section[id]").last.get_attribute("id")
    page.goto(f"{address}{start}/{name}.html#{last}")
    page.locator(SWITCH.format(end)).first.click()
    page.wait_for_url(f"**/{end}/{name}.html#{last}")
    assert page.locator(f"article section[id='{last}']").count() == 1


@pytest.mark.parametrize(("start", "end"), MOVES)
def test_the_switch_keeps_the_section_scrolled_to(
    new_page: Callable[..., Page], address: str, start: str, end: str
) -> None:
    page = new_page(viewport={"width": 1200, "height": 400}, reduced_motion="reduce")
    name = documents()[0]
    arrive(page, f"{address}{start}/{name}.html")  # fonts that come later would move the section
    section = page.locator("article section section[id]").first
    section.evaluate("element => element.scrollIntoView({behavior: 'instant'})")
    page.locator(SWITCH.format(end)).first.click()
    page.wait_for_url(f"**/{end}/{name}.html#{section.get_attribute('id')}")


@pytest.mark.parametrize(("start", "end"), MOVES)
def test_the_switch_works_from_files_without_javascript(new_page: Callable[..., Page], start: str, end: str) -> None:
    page = new_page(java_script_enabled=False)
    name = documents()[0]
    page.goto((SITE / start / f"{name}.html").as_uri())
    page.locator(SWITCH.format(end)).first.click()
    page.locator(f"{SWITCH.format(end)}[aria-current]").first.wait_for()
    assert page.url == (SITE / end / f"{name}.html").as_uri()


def test_the_first_page_redirects_nobody_and_leads_everywhere(new_page: Callable[..., Page], address: str) -> None:
    for script in (True, False):
        page = new_page(java_script_enabled=script, locale="ko-KR")
        page.goto(address)
        assert page.url == address
        for edition in EDITIONS:
            page.goto(address)
            page.locator(f"a[href^='{edition}/']").first.click()
            page.locator("article h1").wait_for()
            assert f"/{edition}/" in page.url


@pytest.mark.parametrize(
    ("edition", "words"), [("en", ["Link to"]), ("ko", ["제목으로"]), ("both", ["Link to", "제목으로"])]
)
def test_the_link_of_a_heading_is_named_in_the_language_of_the_page(
    page: Page, address: str, edition: str, words: list[str]
) -> None:
    page.goto(f"{address}{edition}/{documents()[1]}.html")
    links = page.locator("article a.headerlink")
    assert links.count() > 5
    for link in links.all():
        assert link.get_attribute("title") == link.get_attribute("aria-label")
        said = str(link.get_attribute("title"))
        assert [word in said for word in ("Link to", "제목으로")] == [word in words for word in ("Link to", "제목으로")]


HEIGHTS = "(nodes) => nodes.map((node) => node.getBoundingClientRect().height)"


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_link_of_a_heading_takes_no_line_of_its_own(page: Page, address: str, edition: str) -> None:
    page.goto(f"{address}{edition}/{documents()[1]}.html")
    headings = page.locator("article :is(h1, h2, h3, h4)")
    with_links = headings.evaluate_all(HEIGHTS)
    page.add_style_tag(content="a.headerlink { display: none; }")
    assert len(with_links) > 5 and headings.evaluate_all(HEIGHTS) == with_links

"""Canonical addresses, languages and the sitemap: right where the site's address is known, absent where not."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from site_pages import PAGES

from tools import project, publish
from tools.build import SITE
from tools.sphinx_discovery import alternates, language_links

BASE = "https://example.org/book/"


@pytest.mark.parametrize("path", PAGES)
def test_pages_name_their_address_exactly_when_it_is_known(path: str) -> None:
    page = BeautifulSoup((SITE / path).read_text(encoding="utf-8"), "html.parser")
    canonical = [str(link["href"]) for link in page.find_all("link", rel="canonical")]
    languages = {link["hreflang"] for link in page.find_all("link", rel="alternate", hreflang=True)}
    known = project.base_url()
    assert canonical == ([known + path] if known else [])
    assert languages == ({"en", "ko", "x-default"} if known else set())


@pytest.mark.parametrize("path", PAGES)
def test_launch_buttons_are_absent_or_lead_to_the_repository(path: str) -> None:
    text = (SITE / path).read_text(encoding="utf-8")
    for launcher in ("mybinder.org", "colab.research.google.com"):
        assert (launcher in text) == project.repository_url().startswith("https://github.com/")
    assert "executablebooks/jupyter-book" not in text


def test_alternates_lead_to_both_languages_with_english_as_the_default() -> None:
    tags = "".join(alternates(BASE, "tree", "both"))
    assert f'rel="canonical" href="{BASE}both/tree.html"' in tags
    assert f'hreflang="ko" href="{BASE}ko/tree.html"' in tags
    assert f'hreflang="x-default" href="{BASE}en/tree.html"' in tags


def test_language_links_are_relative_at_any_depth() -> None:
    assert [link["href"] for link in language_links("tree", "en")] == [
        "../en/tree.html",
        "../ko/tree.html",
        "../both/tree.html",
    ]
    assert language_links("notes/ties", "ko")[0]["href"] == "../../en/notes/ties.html"


def test_the_sitemap_lists_every_page_of_every_edition() -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    tree = ElementTree.fromstring(publish.sitemap(BASE))
    listed = {element.text for element in tree.iter(f"{space}loc")}
    assert listed == {BASE, *(BASE + path for path in PAGES)}


def test_addresses_are_read_from_the_remote(monkeypatch: pytest.MonkeyPatch) -> None:
    assert project.web_address("git@github.com:Reader/d2l.git") == "https://github.com/Reader/d2l"
    assert project.web_address("https://gitlab.com/a/b") == "https://gitlab.com/a/b"
    assert project.web_address("/srv/git/book") == ""
    monkeypatch.delenv("D2L_BASE_URL", raising=False)
    monkeypatch.setattr(project, "repository_url", lambda: "https://github.com/Reader/d2l")
    assert project.base_url() == "https://reader.github.io/d2l/"

"""Canonical addresses, languages and the sitemap: right where the site's address is known, absent where not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from site_pages import PAGES, parsed

from tools import project
from tools.project import SITE
from tools.site import build, publish
from tools.sphinx.discovery import alternates, language_links, launchers
from tools.text.length import exercises, minutes
from tools.text.words import description, title

BASE = "https://example.org/book/"


@pytest.mark.parametrize("path", PAGES)
def test_pages_name_their_address_exactly_when_it_is_known(path: str) -> None:
    page = parsed(path)
    canonical = [str(link["href"]) for link in page.find_all("link", rel="canonical")]
    languages = {link["hreflang"] for link in page.find_all("link", rel="alternate", hreflang=True)}
    known = project.base_url()
    assert canonical == ([known + path] if known else [])
    assert languages == ({"en", "ko", "x-default"} if known else set())


@pytest.mark.parametrize("path", PAGES)
def test_launch_buttons_are_absent_or_lead_to_the_repository(path: str) -> None:
    text = (SITE / path).read_text(encoding="utf-8")
    assert ("mybinder.org" in text) == project.repository_url().startswith("https://github.com/")
    assert "executablebooks/jupyter-book" not in text


def test_launchers_open_this_notebook_of_the_known_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "repository_url", lambda: "https://github.com/Reader/d2l")
    addresses = {launcher["name"]: launcher["url"] for launcher in launchers("tree")}
    assert addresses["Binder"] == "https://mybinder.org/v2/gh/Reader/d2l/main?urlpath=lab/tree/book/tree.ipynb"
    assert addresses["GitHub"].endswith("/Reader/d2l/blob/main/book/tree.ipynb")
    assert set(addresses) == {"Binder", "GitHub"}  # what installs the package, and what runs nothing
    monkeypatch.setattr(project, "repository_url", lambda: "")
    assert launchers("tree") == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_how_to_cite_it_how_long_it_takes_and_where_to_report_an_error(path: str) -> None:
    page, name = parsed(path), path.removesuffix(".html").split("/", 1)[1]
    cited = page.select_one(".d2l-cite pre")
    assert cited and cited.get_text().startswith(f"@incollection{{d2lparams-{name},")
    told = page.select_one(".d2l-length")
    assert (told is None) == (name in {"rosetta", "glossary", "numbers", "reference"})  # which are looked up, not read
    if told is not None:
        assert re.search(rf"\b{minutes(name)}(분| minutes)", told.get_text())
        assert bool(exercises(name)) == bool(re.search("exercises|연습 문제", told.get_text()))
    links = [page.select(f"nav.neighbours a[rel={way}]") for way in ("prev", "next")]
    neighbours = [str(found[0]["href"]) if found else "" for found in links]
    order = ["", *(f"{one}.html" for one in project.documents()), ""]
    at = order.index(f"{name}.html")
    assert neighbours == [order[at - 1], order[at + 1]]
    assert bool(page.select(".d2l-report")) == project.repository_url().startswith("https://github.com/")


@pytest.mark.parametrize("path", PAGES)
def test_a_shared_page_shows_its_title_and_description(path: str) -> None:
    page = parsed(path)
    edition, name = path.removesuffix(".html").split("/", 1)
    shown = {str(tag["property"]): str(tag["content"]) for tag in page.find_all("meta", property=True)}
    assert shown["og:title"] == title(name, edition)
    assert shown["og:description"] == description(name, edition)
    assert shown["og:locale"] == ("ko_KR" if edition == "ko" else "en_US")


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


KINDS = ["preface", "tree", "glossary"]  # a page before the chapters, a chapter, a page that is looked up


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Korean edition, pages of each kind built where its addresses are known; the others as they are."""
    target = tmp_path_factory.mktemp("published")
    shutil.copytree(build.SPHINX / "ko", target / "ko")
    for name in KINDS:
        (target / "ko" / "html" / f"{name}.html").unlink()  # Sphinx writes what is not there, from what it has read
    known = {"D2L_BASE_URL": BASE, "D2L_REPOSITORY_URL": "https://github.com/Reader/d2l"}
    code = "import sys; from tools.site.build import build_edition; build_edition('ko', sys.argv[1])"
    command = [sys.executable, "-c", code, str(target)]
    subprocess.run(command, cwd=project.ROOT, check=True, env={**os.environ, **known}, capture_output=True)
    return target / "ko" / "html"


@pytest.mark.parametrize("name", KINDS)
def test_a_published_page_names_itself_its_languages_and_its_card(published: Path, name: str) -> None:
    page = BeautifulSoup((published / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    assert [link["href"] for link in page.find_all("link", rel="canonical")] == [f"{BASE}ko/{name}.html"]
    alternates = {link["hreflang"]: link["href"] for link in page.find_all("link", rel="alternate", hreflang=True)}
    english, korean = f"{BASE}en/{name}.html", f"{BASE}ko/{name}.html"
    assert alternates == {"en": english, "ko": korean, "x-default": english}
    shown = {tag["property"]: tag["content"] for tag in page.find_all("meta", property=True)}
    assert (shown["og:url"], shown["og:image"]) == (korean, f"{BASE}card.png")
    launchers = [link["href"] for link in page.select(".d2l-elsewhere a") if link["href"].startswith("https:")]
    assert [f"book/{name}.ipynb" in address for address in launchers] == [True, True]
    assert f"/Reader/d2l/issues/new?title=ko%2F{name}.html" in str(page.select_one(".d2l-report")["href"])  # type: ignore[index]
    cited = page.select_one(".d2l-cite").get_text()  # type: ignore[union-attr]
    assert cited.count(title(name, "ko")) == cited.count(korean) == 2

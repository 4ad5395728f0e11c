"""Every internal link and fragment of the built site resolves, and all editions have the same ones."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse

import pytest
from site_pages import OTHER_PAGES, PAGES, parsed

from d2lparams.view import setting
from tools.project import SITE, documents, notebooks
from tools.text.cells import read, source
from tools.text.markdown import sections
from tools.text.words import EDITIONS, metadata

ATTRIBUTES = {"a": "href", "link": "href", "script": "src", "img": "src", "source": "src", "iframe": "src"}


@functools.cache
def ids(path: Path) -> frozenset[str]:
    """Return the ids of a page."""
    return frozenset(str(element["id"]) for element in parsed(path).find_all(id=True))


def broken(page: Path, address: str) -> str:
    """Return what is wrong with a link of a page, or the empty string."""
    target, fragment = urldefrag(address)
    if urlparse(address).scheme:
        return "" if urlparse(address).scheme in ("https", "mailto", "data") else "a scheme that no page should use"
    if target.startswith("/"):
        return "an absolute path breaks under a base URL and on file://"
    path = (page.parent / unquote(target.split("?")[0])).resolve() if target.split("?")[0] else page
    if not path.is_file():
        return "no such file"
    if fragment and path.suffix == ".html" and unquote(fragment) not in ids(path):
        return "no such fragment"
    return ""


@pytest.mark.parametrize("path", [*PAGES, *OTHER_PAGES])
def test_internal_links_and_fragments_resolve(path: str) -> None:
    page = SITE / path
    addresses = {
        str(element[attribute])
        for tag, attribute in ATTRIBUTES.items()
        for element in parsed(page).find_all(tag, attrs={attribute: True})
        if element[attribute] not in ("", "#")
    }
    assert addresses
    assert not {address: problem for address in addresses if (problem := broken(page, address))}


@pytest.mark.parametrize("path", PAGES)
def test_words_that_set_a_figure_name_what_it_can_show(path: str) -> None:
    for words in parsed(SITE / path).select("a[data-setting]"):
        target, anchor = urldefrag(str(words["href"]))
        figure = parsed((SITE / path).parent / target if target else SITE / path).find(id=anchor)
        assert figure is not None, words
        spec = json.loads(figure.find("script", class_="d2l-spec").string)
        assert not setting.faults(spec["controls"], str(words["data-setting"])), words


@pytest.mark.parametrize("path", [*PAGES, *OTHER_PAGES])
def test_ids_are_unique(path: str) -> None:
    found = [element["id"] for element in parsed(SITE / path).find_all(id=True)]
    assert not {name for name in found if found.count(name) > 1}


@pytest.mark.parametrize("name", documents())
def test_all_editions_have_the_same_fragments(name: str) -> None:
    fragments = [
        [
            element["id"]
            for element in parsed(SITE / edition / f"{name}.html").select("article :is(section, figure)[id]")
        ]
        for edition in EDITIONS
    ]
    assert fragments[0]
    assert fragments[0] == fragments[1] == fragments[2]


@pytest.mark.parametrize("path", [path for path in notebooks() if path.stem in documents()], ids=lambda p: p.stem)
def test_every_label_is_a_fragment(path: Path) -> None:
    cells = [cell for cell in read(path)["cells"] if cell["cell_type"] == "markdown"]
    labels = {part.label for cell in cells for part in sections(source(cell)) if part.label}
    for edition in EDITIONS:
        assert labels <= ids(SITE / edition / f"{path.stem}.html")


@pytest.mark.parametrize("name", documents())
def test_the_prose_of_the_bilingual_edition_says_what_is_korean(name: str) -> None:
    article = parsed(SITE / "both" / f"{name}.html").find("article")
    assert article is not None
    unmarked = [
        text
        for text in article.find_all(string=lambda text: any("가" <= letter <= "힣" for letter in text))
        if text.find_parent(lang="ko") is None and text.find_parent(["script", "pre", "figure"]) is None
    ]
    assert not unmarked, unmarked[:3]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_search_index_holds_every_page(edition: str) -> None:
    index = (SITE / edition / "search-index.js").read_text(encoding="utf-8")
    held = json.loads(index.removeprefix("const d2lBook = ").removesuffix(";\n"))
    assert [page["link"] for page in held["pages"]] == [f"{name}.html" for name in documents()]
    for page in held["pages"]:
        assert {section["at"] for section in page["sections"]} <= ids(SITE / edition / page["link"])
        beginning = metadata(page["link"].removesuffix(".html")).get("repeats", False)  # of a page that repeats others
        assert sum(len(section["text"]) for section in page["sections"]) > (0 if beginning else 3)

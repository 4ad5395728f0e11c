"""The built reference has a place for every public name, and the chapters lead there."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from bs4 import Tag
from site_pages import parsed

from tools.project import documents
from tools.sphinx.reference import PARTS
from tools.text import reference
from tools.text.words import EDITIONS


def test_the_page_has_every_place_and_chapters_lead_to_it_once_for_each_name() -> None:
    places = {str(at["id"]): at for at in parsed("ko/reference.html").select("dt.sig[id]")}
    assert reference.fragments().keys() <= places.keys()
    assert all(at.find_parent(lang="en") for at in places.values())
    assert "add" in places["nn.Sequential.add"].get_text()
    leading = 0
    for name in documents():
        chapter = parsed(f"en/{name}.html")
        links = [str(link["href"]).partition("#")[2] for link in chapter.select("article a.d2l-name")]
        assert name == reference.PAGE or len(links) == len(set(links)), name
        assert set(links) <= places.keys()
        assert not chapter.select(":is(h1, h2, h3, table, summary) a.d2l-name")
        leading += bool(links)
    assert leading > len(documents()) / 2


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_parts_of_an_entry_are_named_in_the_language_of_the_edition_and_marked_as_that(edition: str) -> None:
    page = parsed(f"{edition}/reference.html").article
    heads = page.select("dl.field-list > dt, dd > p.rubric")
    counted = Counter(head.get_text().rstrip(":") for head in heads)
    said = {"en": "{en}", "ko": "{ko}", "both": "{en} · {ko}"}[edition]
    assert counted.keys() <= {said.format(**words) for words in PARTS.values()} and counted.total() > 150
    for head in heads:
        assert [str(korean["lang"]) for korean in head.select("[lang]")] == ["ko"] * (edition != "en")
    named = [
        *page.select(".headerlink[aria-label]"),
        *(text.parent for text in page.find_all(string=re.compile("[가-힣]"))),
    ]
    wrong = [node for node in named if not node.find_parent("pre") and spoken(node) == "en" and edition == "ko"]
    assert not [node for node in wrong if re.search("[가-힣]", f"{node.get('aria-label', '')} {node.get_text()}")]


def spoken(node: Tag) -> str:
    """Return in which language a listener hears a piece of a page."""
    marked = node if node.has_attr("lang") else node.find_parent(lang=True)
    return str(marked["lang"])

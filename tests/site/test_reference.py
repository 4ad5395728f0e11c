"""The built reference has a place for every public name, and the chapters lead there."""

from __future__ import annotations

from site_pages import parsed

from tools.project import documents
from tools.text import reference


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

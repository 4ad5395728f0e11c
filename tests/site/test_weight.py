"""What a reader loads before the first click: few files, small ones, and little script of our own."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response
from site_pages import FIRST_PAGES, PAGES
from test_pages import loads

from tools.project import SITE
from tools.site.fonts import FOLDER

REQUESTS = 25
WEIGHT = 500_000  # bytes gzipped, fonts apart
FONTS = 200_000
SCRIPT = 40_000  # of our own writing


@pytest.mark.parametrize("path", [*FIRST_PAGES, *PAGES])
def test_the_first_view_is_light(new_page: Callable[..., Page], address: str, path: str) -> None:
    page = new_page(viewport={"width": 1280, "height": 900})
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    loads(page, address + path)
    weights = {answer.url: len(gzip.compress(answer.body(), 6)) for answer in answers}
    kinds = {answer.url: answer.request.resource_type for answer in answers}
    fonts = sum(size for url, size in weights.items() if f"/{FOLDER.name}/" in url)
    others = {url: size for url, size in weights.items() if f"/{FOLDER.name}/" not in url}
    assert 1 <= len(answers) <= REQUESTS, sorted(weights)
    assert 0 < fonts <= FONTS
    assert 0 < sum(others.values()) <= WEIGHT, sorted(others.items(), key=lambda item: -item[1])[:5]
    script = sum(size for url, size in weights.items() if kinds[url] == "script")
    assert script <= SCRIPT, {url: size for url, size in weights.items() if kinds[url] == "script"}
    assert not [url for url in weights if "/live/" in url or "/lite/" in url or url.endswith(".whl")]


def test_the_card_of_a_shared_page_has_the_size_that_hosts_ask_for() -> None:
    card = (SITE / "card.png").read_bytes()
    assert struct.unpack(">II", card[16:24]) == (1200, 630)
    assert len(card) < 200_000

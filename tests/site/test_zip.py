"""The site in a zip: unpacked in a classroom it is served by Python's own server, and read from files."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from live_pages import go_live
from playwright.sync_api import Page, expect
from site_pages import arrive

from tools.project import SITE, documents
from tools.site import offers
from tools.site import zip as site_zip
from tools.text.words import EDITIONS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the unpacked archive."""
    place = tmp_path_factory.mktemp("classroom")
    size = site_zip.pack(SITE, place / "site.zip")
    printed = sum(offers.there().values())  # none where nobody has called `make handouts`
    assert size < 60e6 + printed
    assert printed < 16e6
    with zipfile.ZipFile(place / "site.zip") as archive:
        archive.extractall(place)
    return place / site_zip.FOLDER


@pytest.fixture(scope="module")
def classroom(folder: Path) -> Iterator[str]:
    """Return the address at which Python's own server offers it."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"port (\d+)", server.stdout.readline())
            assert found is not None
            yield f"http://localhost:{found[1]}/"
        finally:
            server.kill()


def test_the_archive_says_how_to_open_it(folder: Path) -> None:
    assert "python -m http.server" in (folder / "README.txt").read_text(encoding="utf-8")
    assert (folder / "LICENSE-text").is_file()


def test_a_served_chapter_runs(new_page: Callable[..., Page], classroom: str) -> None:
    page = go_live(new_page(viewport={"width": 1280, "height": 900}), classroom, f"ko/{documents()[-1]}.html")
    page.evaluate("window.d2lPage.runAll()")
    expect(page.locator(".d2l-status")).to_contain_text("모두 실행했습니다")


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_is_read_from_files(new_page: Callable[..., Page], folder: Path, edition: str) -> None:
    page = new_page(viewport={"width": 1280, "height": 900})
    arrive(page, (folder / "index.html").as_uri())
    page.locator(f"a[href^='{edition}/']").first.click()
    arrive(page, (folder / edition / f"{documents()[1]}.html").as_uri())
    figure = page.locator("figure.d2l-figure").first
    before = figure.locator(".d2l-say").inner_text()
    figure.get_by_role("slider").first.press("ArrowRight")
    expect(figure.locator(".d2l-say")).not_to_have_text(before)
    other = EDITIONS[EDITIONS.index(edition) - 1]
    page.locator(f".languages a[data-edition={other}]").click()
    expect(page.locator(f".languages a[data-edition={other}]")).to_have_attribute("aria-current", "true")
    page.click(".d2l-run")
    expect(page.locator(".d2l-file")).to_be_visible()

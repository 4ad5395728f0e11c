"""Print a handout with the browser, twice: the second time its contents know the page numbers.

Where a heading has come to lie is read from the outline, which the browser writes from the headings; the numbers take
the room that they were given, and a last look makes sure that nothing has moved.
"""

import contextlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from tools import browser
from tools.handouts.finish import finished
from tools.handouts.sheets import Handout

# A margin box is not painted while its font is being opened.
READY = "() => Promise.all([...document.fonts].map((face) => face.load())).then(() => {})"
HEADINGS = """() => [...document.querySelectorAll("[data-outline]")].map((node) => [
  node.id || node.closest("section[id], article[id]").id, node.textContent.trim().replace(/\\s+/g, " ")])"""
ASKED = """() => [...document.querySelectorAll("[data-to]")].map((node) => node.dataset.to)"""
FILL = """(pages) => { for (const node of document.querySelectorAll("[data-to]"))
  node.textContent = pages[node.dataset.to]; }"""


@contextlib.contextmanager
def press() -> Iterator[Page]:
    """Yield a page of a browser of its own."""
    with sync_playwright() as driver:
        running: Browser = driver.chromium.launch(executable_path=browser.executable(), args=browser.FLAGS)
        yield running.new_page()
        running.close()


@contextlib.contextmanager
def opened(page: Page, document: str) -> Iterator[Page]:
    """Yield the page when it shows a document with its fonts, as it is on paper."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "handout.xhtml")
        path.write_text(document, encoding="utf-8")
        page.emulate_media(media="print")
        page.goto(path.as_uri())
        page.evaluate(READY)
        yield page


def once(page: Page) -> bytes:
    """Return what the page shows as a tagged PDF with an outline."""
    return page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)


def outline(reader: PdfReader) -> list[tuple[str, int]]:
    """Return the titles of the outline in order, each with the number of its page, from 1."""

    def walk(items: list[Any]) -> Iterator[tuple[str, int]]:
        for item in items:
            if isinstance(item, list):
                yield from walk(item)
            else:
                yield " ".join(item.title.split()), (reader.get_destination_page_number(item) or 0) + 1

    return list(walk(reader.outline))


def placed(printed: bytes, headings: list[list[str]]) -> dict[str, int]:
    """Return the page of every heading by its anchor.

    Raises
    ------
    ValueError
        Where the outline is not that of the headings.
    """
    found = outline(PdfReader(io.BytesIO(printed)))
    if [words for words, _ in found] != [words for _, words in headings]:
        raise ValueError(f"the outline is not that of the headings: {found} instead of {headings}")
    return {anchor: number for (anchor, _), (_, number) in zip(headings, found, strict=True)}


def pressed(page: Page, handout: Handout, edition: str, suffix: str) -> bytes:
    """Return the PDF of a handout.

    Raises
    ------
    ValueError
        Where page numbers do not settle.
    """
    with opened(page, handout.document):
        headings = page.evaluate(HEADINGS)
        if missing := set(page.evaluate(ASKED)) - {anchor for anchor, _ in headings}:
            raise ValueError(f"the contents of {handout.stem} name places that are no headings: {sorted(missing)}")
        numbers = placed(once(page), headings)
        for _ in range(2):
            page.evaluate(FILL, numbers)
            printed = once(page)
            if (again := placed(printed, headings)) == numbers:
                return finished(printed, handout.title, edition, f"-{edition}{suffix}")
            numbers = again
    raise ValueError(f"the page numbers of {handout.stem} do not settle")

"""The pages of the built site, by path."""

from __future__ import annotations

from playwright.sync_api import Page, Response

from tools.project import documents
from tools.text.words import EDITIONS

PAGES = [f"{edition}/{name}.html" for edition in EDITIONS for name in documents()]
OTHER_PAGES = ["index.html", *(f"{edition}/search.html" for edition in EDITIONS)]
DRAWN = """async () => {
  await new Promise(requestAnimationFrame);
  await document.fonts.ready;  // of all that is laid out by now
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);  // what the fonts moved is drawn, and what watches sizes has heard of it
}"""


def drawn(page: Page) -> None:
    """Wait until a page is drawn with its fonts."""
    page.evaluate(DRAWN)


def arrive(page: Page, address: str) -> Response | None:
    """Open a page; return the answer when its scripts have run and it is drawn with its fonts."""
    answer = page.goto(address, wait_until="load")
    drawn(page)
    return answer


def fall_silent(page: Page) -> None:
    """Wait until a page that is there asks for nothing more. Alone, it may hold before a slow page has begun to ask."""
    page.wait_for_load_state("networkidle")


def unfold(page: Page) -> None:
    """Open what is folded, and wait until it is drawn."""
    page.evaluate("() => document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    drawn(page)

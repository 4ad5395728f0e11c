"""The pages of the built site, by path."""

from __future__ import annotations

from playwright.sync_api import Page

from tools.project import documents
from tools.text.words import EDITIONS

PAGES = [f"{edition}/{name}.html" for edition in EDITIONS for name in documents()]
OTHER_PAGES = ["index.html", *(f"{edition}/search.html" for edition in EDITIONS)]
UNFOLD = """async () => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  await new Promise(requestAnimationFrame);  // what was folded asks for its fonts now
  await document.fonts.ready;
}"""


def unfold(page: Page) -> None:
    """Open what is folded, and wait until it is drawn with its fonts."""
    page.evaluate(UNFOLD)

"""With no JavaScript a page still has its text, mathematics, code, outputs, folds and a picture of every figure."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from site_pages import IN_TURN, PAGES

from tools.project import BOOK
from tools.text.cells import read, source, tags
from tools.text.pictures import pictures as pictures_of


@pytest.mark.parametrize("path", IN_TURN)
def test_a_page_needs_no_script(new_tab: Callable[..., Page], address: str, path: str) -> None:
    page = new_tab(java_script_enabled=False)
    page.goto(address + path)
    article = page.locator("article")
    cells = read(BOOK / f"{path.split('/')[1].removesuffix('.html')}.ipynb")["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert article.locator(".cell_input").count() == len(code)
    folded = {"hide-input", "check", "solution"}
    for cell, shown in zip(code, article.locator(".cell_input").all(), strict=True):
        assert shown.is_visible() != bool(folded & set(tags(cell))), cell["id"]
        assert source(cell).split()[0] in (shown.text_content() or "")
    figures = sum(len(pictures_of(cell["outputs"])) for cell in code)
    pictures = article.locator("figure.d2l-figure svg, svg.d2l-chart")
    assert pictures.count() >= figures
    in_folds = article.locator("details :is(figure.d2l-figure svg, svg.d2l-chart)").count()
    assert sum(picture.is_visible() for picture in pictures.all()) == pictures.count() - in_folds
    assert "$" not in " ".join(article.locator("p").all_text_contents())


def test_a_fold_opens_without_a_script(new_tab: Callable[..., Page], address: str) -> None:
    page = new_tab(java_script_enabled=False)
    page.goto(address + next(path for path in PAGES if path.startswith("ko/")))
    fold = page.locator("article details").first
    inside = fold.locator(":scope > :not(summary)").first
    assert not inside.is_visible()
    fold.locator("summary").first.click()
    assert inside.is_visible()

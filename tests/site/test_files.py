"""Opened from files, with no server: text, typeface, figures and language links work, and the console is quiet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import WIDE
from playwright.sync_api import Page
from site_pages import IN_TURN, arrive, moved, unfold, watch

from tools.project import SITE

FACES = "[...document.fonts].filter((face) => face.status === 'loaded').length"
MOVE = {"range": ["ArrowRight", "ArrowLeft"], "checkbox": ["Space"], "select-one": ["ArrowDown"], "text": ["x"]}


@pytest.fixture
def page(new_tab: Callable[..., Page]) -> Page:
    """Return a page on a wide screen in the module's context."""
    return new_tab(viewport=WIDE)


@pytest.mark.parametrize("path", IN_TURN)
def test_a_figure_moves_on_a_page_from_a_file(page: Page, path: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    arrive(page, (SITE / path).as_uri())
    assert page.locator("article h1").is_visible()
    assert page.evaluate(FACES) >= 2
    unfold(page)
    for figure in page.locator("figure.d2l-figure").all():
        watch(figure)
        for control in figure.locator(".d2l-controls :is(input, select)").all():
            control.focus()
            for key in MOVE[str(control.evaluate("(node) => node.type"))]:
                page.keyboard.press(key)
        moved(figure)
    assert not said


def test_the_first_page_opens_from_a_file(page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    arrive(page, (SITE / "index.html").as_uri())
    assert page.evaluate(FACES) >= 2
    page.locator(".hero a[href^='ko/']").click()
    page.locator("article h1").wait_for()
    assert not said

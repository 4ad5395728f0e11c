"""The typeface comes late without moving a page, whatever fonts the system has."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route
from site_pages import SHIFT, in_turn

from tools.site import fonts


def late(route: Route) -> None:
    """Let a file come 0.4 seconds later."""
    route.request.frame.page.wait_for_timeout(400)
    route.continue_()


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_do_not_move_whatever_fonts_the_system_has(
    odd_system: Browser, address: str, width: int, request: pytest.FixtureRequest
) -> None:
    shifts = {}
    half = int("wide" in request.node.callspec.id) ^ int(width > 400)  # each page on two of the four
    for path in in_turn(width > 400)[half::2]:
        page = odd_system.new_page(viewport={"width": width, "height": 800})
        page.route(f"**/{fonts.FOLDER.name}/*", late)
        page.goto(address + path, wait_until="load")
        shifts[path] = float(page.evaluate(SHIFT))
        page.close()
    assert max(shifts.values()) < 0.05, shifts

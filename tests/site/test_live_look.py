"""A live page after all its cells ran: accessible in both schemes, no wider than a phone, quiet on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from live_pages import go_live, run
from playwright.sync_api import Page
from test_accessibility import OPEN, RULES, RUN

from tools.assets import member
from tools.editions import EDITIONS
from tools.project import documents
from tools.publish import headers


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> str:
    """Return an edition."""
    return str(request.param)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_live_page(
    new_page: Callable[..., Page], address: str, edition: str, scheme: str
) -> None:
    page = new_page(color_scheme=scheme, reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    go_live(page, address, f"{edition}/{documents()[1]}.html")
    page.evaluate("window.d2lPage.runAll()")
    run(page, 1, "1 / 0")
    page.evaluate(OPEN)
    page.evaluate(member("axe-core", "axe.min.js").decode())
    result = page.evaluate(RUN, RULES)
    assert result["checked"] > 10
    assert not result["violations"], "\n".join(result["violations"][:8])


def test_a_live_page_never_scrolls_sideways_on_a_phone(
    new_page: Callable[..., Page], address: str, edition: str
) -> None:
    page = new_page(viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True)
    go_live(page, address, f"{edition}/{documents()[1]}.html")
    page.evaluate("window.d2lPage.runAll()")
    page.evaluate(OPEN)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_policy_of_pages_runs_no_text_as_code() -> None:
    policy = dict(headers("/en/tree.html"))["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "'unsafe-eval'" not in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "http" not in policy

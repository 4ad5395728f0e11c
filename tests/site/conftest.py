"""The built site in a real browser: fixtures for all tests of `_build/site`.

`make test` builds the site first. Every page a test opens is watched: a request to another host, an error on the
console or an uncaught exception fails the test that opened it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools import browser as browsers
from tools.build import SITE
from tools.serve import server


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Return the address of the served site, with a slash at the end."""
    assert (SITE / "index.html").exists(), "build the site first: make book"
    with server(SITE, 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://localhost:{running.server_address[1]}/"
        running.shutdown()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a headless browser."""
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=browsers.executable(), args=browsers.FLAGS)
        yield running
        running.close()


def watch(context: BrowserContext, faults: list[str]) -> None:
    """Collect what a page may not do: ask another host, log an error, throw."""

    def foreign(url: str) -> bool:
        parts = urlparse(url)
        return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("localhost", "127.0.0.1")

    context.on("request", lambda r: faults.append(f"request to another host: {r.url}") if foreign(r.url) else None)
    context.on("response", lambda r: faults.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
    context.on("console", lambda m: faults.append(f"console: {m.text}") if m.type == "error" else None)
    context.on("weberror", lambda e: faults.append(f"uncaught: {e.error}"))


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a watched page in a fresh context, with playwright's context options."""
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(**options: object) -> Page:
        context = chromium.new_context(**options)
        context.set_default_timeout(10_000)
        watch(context, faults)
        opened.append(context)
        return context.new_page()

    yield open_page
    for context in opened:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """Return a watched page on a wide screen."""
    return new_page(viewport={"width": 1280, "height": 900})

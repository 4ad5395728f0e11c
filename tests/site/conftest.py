"""The built site in a real browser: fixtures for all tests of `_build/site`.

`make test` builds the site first. It is served under a sub-path, with the policy that `_headers` documents, and all
other hosts refused. Every page a test opens is watched: a request to another host, an error on the console or an
uncaught exception fails the test that opened it; what a worker asks of another host fails the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlparse

import pytest
from hosting import Outside, hosted, running
from live_pages import go_live
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools import browser as browsers
from tools.project import SITE


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Return the address of the served site, with a slash at the end."""
    assert (SITE / "index.html").exists(), "build the site first: make book"
    with hosted() as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a headless browser that reaches this machine and no other."""
    with running(Outside) as port, sync_playwright() as driver:
        flags = [*browsers.FLAGS, f"--proxy-server=127.0.0.1:{port}"]
        browser = driver.chromium.launch(executable_path=browsers.executable(), args=flags)
        yield browser
        browser.close()
        assert not Outside.asked, Outside.asked


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


@pytest.fixture(scope="module")
def visit(chromium: Browser, address: str) -> Iterator[Page]:
    """Return a watched live page that the tests of a module share."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    faults: list[str] = []
    watch(context, faults)
    yield go_live(context.new_page(), address, "en/tree.html")
    context.close()
    assert not faults, "\n".join(faults)

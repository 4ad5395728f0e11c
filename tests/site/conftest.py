"""The built site in a real browser: fixtures for all tests of `_build/site`.

`make test` builds the site first. It is served under a sub-path, with the policy that `_headers` documents, and all
other hosts refused. Every page a test opens is watched: a request to another host, an error on the console or an
uncaught exception fails the test that opened it; what a worker asks of another host fails the last one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse

import pytest
import typefaces
from hosting import Gate, Outside, hosted, running
from live_pages import go_live
from patience import PATIENCE
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tools import browser as browsers
from tools.project import SITE

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Return the address of the served site, with a slash at the end."""
    assert (SITE / "index.html").exists(), "build the site first: make book"
    with hosted() as address:
        yield address


def environment(place: Path) -> dict[str, str]:
    """Return the environment of a browser, which sees just the fonts of the folders in `D2L_TEST_FONTS`, if given."""
    folders = os.environ.get("D2L_TEST_FONTS", "")
    if not folders:
        return dict(os.environ)
    lines = [f"<dir>{folder}</dir>" for folder in folders.split(os.pathsep)]
    # The system's rules say which family stands for "monospace" and the like; they name no fonts of their own.
    lines += [f"<cachedir>{place}</cachedir>", '<include ignore_missing="yes">/etc/fonts/conf.d</include>']
    file = place / "fonts.conf"
    file.write_text(f"<fontconfig>{''.join(lines)}</fontconfig>", encoding="utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(file)}


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return a headless browser that reaches this machine and no other."""
    with running(Outside) as port, sync_playwright() as driver:
        flags = [*browsers.FLAGS, f"--proxy-server=127.0.0.1:{port}"]
        browser = driver.chromium.launch(
            executable_path=browsers.executable(),
            args=flags,
            env=environment(tmp_path_factory.mktemp("fonts")),
            timeout=PATIENCE * 1000,
        )
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


@contextmanager
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Yield a function that opens contexts, with playwright's options; the pages of watched ones have no faults."""
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def open_context(watched: bool = True, **options: object) -> BrowserContext:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        opened.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        if watched:
            watch(context, faults)
        return context

    try:
        yield open_context
    finally:
        for context in opened:
            context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page in a fresh context, watched unless the test says no."""
    with contexts(chromium) as open_context:
        yield lambda **options: open_context(**options).new_page()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """Return a watched page on a wide screen."""
    return new_page(viewport={"width": 1280, "height": 900})


@pytest.fixture(scope="module")
def shared_page(chromium: Browser) -> Iterator[Page]:
    """Return a watched page that the tests of a module share."""
    with contexts(chromium) as open_context:
        yield open_context(viewport={"width": 1280, "height": 900}).new_page()


@pytest.fixture(scope="module")
def visit(shared_page: Page, address: str) -> Page:
    """Return a watched live page that the tests of a module share."""
    return go_live(shared_page, address, "en/tree.html")


@pytest.fixture(scope="module")
def visit_context(chromium: Browser) -> Iterator[BrowserContext]:
    """Return a watched context whose pages share a Python, for tests that do not ask for a fresh one."""
    with contexts(chromium) as open_context:
        context = open_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        context.new_page()  # stays open: with its last page a context may end what they share
        yield context


@pytest.fixture
def tab(visit_context: BrowserContext) -> Iterator[Page]:
    """Return a further page of the module's visit, which keeps nothing of what a test before it has left."""
    page = visit_context.new_page()
    yield page
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.close()


@pytest.fixture
def new_gate() -> Iterator[Callable[[], Gate]]:
    """Return a function that makes a gate, which is opened after the test."""
    made: list[Gate] = []

    def make() -> Gate:
        made.append(Gate())
        return made[-1]

    yield make
    for gate in made:
        gate.opened.set()


@pytest.fixture(params=[0.8, 1.4], ids=["narrow", "wide"])
def odd_system(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path) -> Iterator[Browser]:
    """Return a browser whose system has one font, of letters narrower and lower or wider and higher than others'."""
    with typefaces.odd_system(chromium, tmp_path, request.param) as browser:
        yield browser

"""The built site in a real browser: fixtures for all tests of `_build/site`.

`make test` builds the site first. It is served under a sub-path, with the policy that `_headers` documents, and all
other hosts refused. Every page a test opens is watched: a request to another host, an error on the console or an
uncaught exception fails the test in which it comes; what a worker asks of another host fails the last one.
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
from live_pages import PYTHON, go_live
from patience import PATIENCE
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tools import browser as browsers
from tools.project import SITE

expect.set_options(timeout=PATIENCE * 1000)

WIDE = {"width": 1280, "height": 900}
# Forgets what a reader has left, all but the name by which pages find their Python.
LEAVE = """([name, python]) => {
  if (location.protocol === "about:") return; // it was opened and not used
  localStorage.clear();
  if (python !== null) localStorage.setItem(name, python);
}"""


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


FAULTS: list[str] = []  # what watched pages have done, since a test was asked last, that they may not do


def watch(context: BrowserContext) -> None:
    """Collect what a page may not do: ask another host, log an error, throw."""

    def foreign(url: str) -> bool:
        parts = urlparse(url)
        return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("localhost", "127.0.0.1")

    context.on("request", lambda r: FAULTS.append(f"request to another host: {r.url}") if foreign(r.url) else None)
    context.on("response", lambda r: FAULTS.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
    context.on("console", lambda m: FAULTS.append(f"console: {m.text}") if m.type == "error" else None)
    context.on("weberror", lambda e: FAULTS.append(f"uncaught: {e.error}"))


def no_faults() -> None:
    """Fail if a watched page has done what it may not, and begin anew."""
    told = "\n".join(FAULTS)
    FAULTS.clear()
    assert not told, told


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Let a test fail whose pages have faults, those too that it shares with others."""
    yield
    no_faults()


@contextmanager
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Yield a function that opens contexts, with playwright's options; the pages of watched ones have no faults."""
    opened: list[BrowserContext] = []

    def open_context(watched: bool = True, **options: object) -> BrowserContext:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        opened.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        if watched:
            watch(context)
        return context

    try:
        yield open_context
    finally:
        for context in opened:
            context.close()
    no_faults()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page in a fresh context, watched unless the test says no."""
    with contexts(chromium) as open_context:
        yield lambda **options: open_context(**options).new_page()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """Return a watched page on a wide screen."""
    return new_page(viewport=WIDE)


@pytest.fixture(scope="module")
def place(chromium: Browser, address: str) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that gives the context of some options, which the tests of a module share.

    A page is opened and a Python started there for less than in a fresh one: what was fetched and compiled is kept.
    """
    known: dict[str, BrowserContext] = {}
    with contexts(chromium) as open_context:

        def same(**options: object) -> BrowserContext:
            key = repr(sorted(options.items()))
            if key not in known:
                known[key] = open_context(**options)
                # A page stays open, the first one of the site: with its last page a context may end what they share.
                known[key].new_page().goto(address)
            return known[key]

        yield same


@contextmanager
def visitors(place: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Yield a function that opens a page in the context of some options.

    In the end all pages are closed that came since, and nothing is kept of what they have left but the Python that they
    found.
    """
    found: dict[BrowserContext, tuple[list[Page], str | None]] = {}

    def open_tab(**options: object) -> Page:
        context = place(**options)
        if context not in found:
            python = context.pages[0].evaluate("(name) => localStorage.getItem(name)", PYTHON)
            found[context] = (context.pages, python)
        return context.new_page()

    try:
        yield open_tab
    finally:
        for context, (before, python) in found.items():
            for page in context.pages:
                if page not in before:
                    page.evaluate(LEAVE, [PYTHON, python])  # of a file that it shows
                    page.close()
            context.pages[0].evaluate(LEAVE, [PYTHON, python])


@pytest.fixture
def new_tab(place: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page in the module's context of some options, as another reader would find it."""
    with visitors(place) as open_tab:
        yield open_tab


@pytest.fixture
def tab(new_tab: Callable[..., Page]) -> Page:
    """Return a page on a wide screen in the module's context, for a reader who likes less motion."""
    return new_tab(viewport=WIDE, reduced_motion="reduce")


@pytest.fixture(scope="module")
def shared_page(place: Callable[..., BrowserContext]) -> Page:
    """Return a watched page that the tests of a module share."""
    return place(viewport=WIDE).new_page()


@pytest.fixture(scope="module")
def visit(shared_page: Page, address: str) -> Page:
    """Return a watched live page that the tests of a module share."""
    return go_live(shared_page, address, "en/tree.html")


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

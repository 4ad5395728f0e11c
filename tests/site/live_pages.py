"""Pressing "Run this page" and reading what a live page shows, for the tests that do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from patience import PATIENCE
from playwright.sync_api import Locator, Page, expect
from site_pages import arrive

from tools.project import BOOK
from tools.text import execute

READY = "() => ['ready', 'failed'].includes(window.d2lPage?.state)"
ENDS = f"""(number) => Promise.race([
  window.d2lPage.run(window.d2lPage.cells[number - 1]),
  new Promise((_, fail) => {{ setTimeout(() => fail(new Error(`cell ${{number}} did not end`)), {PATIENCE * 1000}); }}),
])"""
BEGUN = "it runs"
PYTHON = "d2l-live"  # where a browser keeps the name of the Python that pages join
OUTPUTS = "() => window.d2lPage.cells.map(({outputs}) => outputs)"


def press(page: Page) -> None:
    """Press the button and wait until Python is ready."""
    page.click(".d2l-run")
    page.wait_for_function(READY)
    assert page.evaluate("window.d2lPage.state") == "ready", page.inner_text(".d2l-status")


def part(page: Page) -> None:
    """Let a page whose button is not pressed yet, and those after it, find no Python of the pages before it."""
    page.evaluate("([key, name]) => localStorage.setItem(key, name)", [PYTHON, uuid4().hex])


def go_live(page: Page, address: str, path: str, afresh: bool = False) -> Page:
    """Open a page and press its button; if asked, with a Python that no page has had."""
    arrive(page, address + path)
    if afresh:
        part(page)
    press(page)
    return page


def stored_outputs(name: str) -> list[list[dict[str, Any]]]:
    """Return what the code cells of a chapter show in the book."""
    return execute.outputs(BOOK / f"{name}.ipynb")


def cell(page: Page, number: int) -> Locator:
    """Return a cell of the page, counted from 1."""
    return page.locator("article .cell").nth(number - 1)


def write(page: Page, number: int, code: str) -> None:
    """Put code into a cell, as a reader who selects all and types."""
    page.evaluate(
        "([n, code]) => { const {editor} = window.d2lPage.cells[n - 1];"
        " editor.dispatch({changes: {from: 0, to: editor.state.doc.length, insert: code}}); }",
        [number, code],
    )


def run(page: Page, number: int, code: str | None = None) -> Locator:
    """Run a cell, with other code if given; return the place of its outputs when it has ended."""
    if code is not None:
        write(page, number, code)
    page.evaluate(ENDS, number)
    return cell(page, number).locator(".d2l-output")


def ask(page: Page, number: int, code: str) -> Callable[[], bool]:
    """Ask for a cell to be run; return a function that waits for its end and returns whether it went well."""
    write(page, number, code)
    page.evaluate(f"(number) => {{ window.begun = ({ENDS})(number); window.begun.catch(() => {{}}); }}", number)
    return lambda: bool(page.evaluate("window.begun"))


def begin(page: Page, number: int, code: str) -> Callable[[], bool]:
    """Let a cell run; return, when Python has come to the code, a function as that of `ask`."""
    ended = ask(page, number, f"print('{BEGUN}')\n{code}")
    expect(cell(page, number).locator(".d2l-output")).to_contain_text(BEGUN)
    return ended


def status(page: Page) -> Locator:
    """Return what the bar of a live page says."""
    return page.locator(".d2l-status")


def ready(page: Page) -> None:
    """Wait until Python is there."""
    page.wait_for_function("() => window.d2lPage?.state === 'ready'")

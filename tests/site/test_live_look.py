"""A live page to eye, ear and keyboard: accessible in both schemes, no wider than a phone, never lost, never loud."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe import accessible
from hosting import Gate, headers
from live_pages import ask, cell, go_live, ready, run, status, write
from playwright.sync_api import Page, expect
from site_pages import arrive, drawn, unfold

from tools.project import documents
from tools.text.words import EDITIONS


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> str:
    """Return an edition."""
    return str(request.param)


def test_axe_finds_nothing_on_a_live_page_and_it_never_scrolls_sideways_on_a_phone(
    tab: Page, address: str, edition: str
) -> None:
    tab.emulate_media(color_scheme="light" if edition == "ko" else "dark")  # where nothing but colours is another
    go_live(tab, address, f"{edition}/{documents()[1]}.html")
    tab.evaluate("window.d2lPage.runAll()")
    run(tab, 1, "1 / 0")
    unfold(tab)
    accessible(tab)
    tab.set_viewport_size({"width": 320, "height": 640})
    drawn(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320


# Where the cursor of the first editor stands, and the part of the window that nothing covers.
CURSOR = """() => {
  const {editor} = window.d2lPage.cells[1];
  const {top, bottom} = editor.coordsAtPos(editor.state.selection.main.head);
  return [top, bottom, document.querySelector("header.top").getBoundingClientRect().bottom,
    document.querySelector(".d2l-panel").getBoundingClientRect().top];
}"""


@pytest.mark.parametrize("width", [390, 1000])
def test_the_cursor_never_hides_behind_the_bars(tab: Page, address: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 600})
    go_live(tab, address, "both/tree.html")
    write(tab, 2, "\n".join(f"x{n} = {n}" for n in range(60)))
    tab.evaluate("window.d2lPage.cells[1].editor.focus()")
    tab.keyboard.press("Control+Home")
    for key in ["ArrowDown"] * 45 + ["ArrowUp"] * 45:
        tab.keyboard.press(key)
        tab.evaluate("new Promise(requestAnimationFrame)")
        top, bottom, header, bar = tab.evaluate(CURSOR)
        assert header - 1 <= top and bottom <= bar + 1, key


# A page says after some seconds without a word of Python that it waits. How soon Python speaks depends on the machine.
PATIENT = """{
  const plain = setTimeout;
  window.setTimeout = (act, wait = 0, ...rest) => plain(act, wait < 1000 ? wait : 100 * wait, ...rest);
}"""


def test_the_keyboard_never_loses_its_place(new_page: Callable[..., Page], address: str) -> None:
    page = new_page()
    page.add_init_script(PATIENT)
    arrive(page, f"{address}en/tree.html")
    page.evaluate(
        """() => {
          window.said = [];
          new MutationObserver(() => window.said.push(document.querySelector(".d2l-status").textContent))
            .observe(document.querySelector(".d2l-live"), {subtree: true, childList: true, characterData: true});
        }"""
    )
    page.focus(".d2l-run")
    page.keyboard.press("Enter")
    ready(page)
    place = "document.activeElement.className"
    assert page.evaluate(place) == "d2l-panel"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # on "Run all"
    expect(status(page)).to_have_text(f"All {page.evaluate('window.d2lPage.cells.length')} cells ran.")
    assert page.evaluate(place) == "d2l-panel"
    # Each step is told once, not each megabyte and each cell.
    said = [
        text
        for i, text in enumerate(page.evaluate("window.said"))
        if text and text != page.evaluate("window.said")[i - 1]
    ]
    assert [text.split()[0] for text in said] == ["Loading", "Starting", "Ready:", "Running", "All"]
    write(page, 2, "later = 1")
    page.evaluate("window.d2lPage.cells[1].editor.focus()")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate(
        """() => document.activeElement.matches("button")
          && document.activeElement.closest(".cell").contains(window.d2lPage.cells[1].editor.contentDOM)"""
    )  # of the same cell: its own, or the one that brings the book's code back


def test_every_button_of_a_cell_has_a_name_of_its_own(visit: Page) -> None:
    names = visit.locator(".d2l-cell-bar .d2l-button[aria-label]").evaluate_all("all => all.map((b) => b.ariaLabel)")
    assert len(names) > 10 and len(set(names)) == len(names)


def test_a_series_is_not_said_to_be_over_while_another_cell_runs(visit: Page, new_gate: Callable[[], Gate]) -> None:
    last, other = new_gate(), new_gate()
    write(visit, 2, last.code)
    series = visit.evaluate_handle("({done: window.d2lPage.runSeries(window.d2lPage.cells.slice(0, 2))})")
    expect(cell(visit, 2).locator(".d2l-mark")).to_have_text("running")
    ended = ask(visit, 3, other.code)
    last.opened.set()
    series.evaluate("(series) => series.done")
    expect(status(visit)).to_have_text("Running …")
    expect(cell(visit, 2).locator(".d2l-mark")).to_have_text("ran")
    other.opened.set()
    assert ended()
    expect(status(visit)).to_have_text("Cell 3 ran.")
    run(visit, 3, "1 / 0")
    expect(status(visit)).to_have_text("Stopped at cell 3: see its message.")


def test_the_policy_of_pages_runs_no_text_as_code() -> None:
    policy = dict(headers("/en/tree.html"))["Content-Security-Policy"]
    worker = dict(headers("/live/worker.js"))["Content-Security-Policy"]
    assert worker == policy.replace("connect-src 'self'", "connect-src 'self' blob:")  # by which a page stops it
    assert policy.startswith("default-src 'self'; object-src 'none'; frame-src 'none';")
    assert "'unsafe-eval'" not in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "http" not in policy

"""A smoke of Firefox and WebKit: what Chromium is asked in full has to hold there in its main parts.

First pages as they stand, then one chapter that runs: a figure, Stop, Restart, a second tab.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from urllib.parse import quote

import pytest
from drive import Browser, wait
from paper import read_sheets, squeezed

STATIC = ["en/initializers.html", "ko/tree.html", "both/access.html"]
READY = "['ready', 'failed'].includes(window.d2lPage?.state) && window.d2lPage.state"
LAST = "\ue010"  # the key End
FORMULA = "<math><msub><mi>n</mi><mtext>in</mtext></msub><mtext>in</mtext></math>"
WIDTHS = """(() => {
  const place = document.createElement("p");
  place.innerHTML = arguments[0];
  document.querySelector("article").append(place);
  const [script, line] = [...place.querySelectorAll("mtext")].map((node) => node.getBoundingClientRect().width);
  place.remove();
  return [script, line];
})()"""
EDGES = """[...document.querySelectorAll("mtable[columnalign^=left] mtd:first-child > *")]
  .map((node) => Math.round(node.getBoundingClientRect().left))"""
SLIDES = """(() => {
  const root = document.documentElement, over = [], next = document.querySelector(".d2l-deck [data-to=next]");
  for (let slide = -1, same = 0; same < 9; next.click()) {
    same = slide === window.d2lSlides.at ? same + 1 : 0;
    slide = window.d2lSlides.at;
    if (root.scrollHeight > innerHeight || root.scrollWidth > innerWidth) over.push(slide + 1);
  }
  return [window.d2lSlides.all.length, new Set(over).size];
})()"""


def press(browser: Browser) -> None:
    """Press the button and wait until Python is ready."""
    browser.click(".d2l-run")
    assert browser.until(READY) == "ready", browser.ask("document.querySelector('.d2l-status').textContent")


def ask(browser: Browser, code: str) -> None:
    """Let the first cell run with other code."""
    browser.script(
        "const [cell] = window.d2lPage.cells, {editor} = cell;"
        "editor.dispatch({changes: {from: 0, to: editor.state.doc.length, insert: arguments[0]}});"
        "window.ended = false; window.d2lPage.run(cell).then(() => { window.ended = true; });",
        code,
    )


def shown(browser: Browser) -> str:
    """Return what the first cell shows."""
    return str(browser.ask("document.querySelector('article .cell .d2l-output').textContent"))


def run(browser: Browser, code: str) -> str:
    """Run the first cell with other code; return what it shows."""
    ask(browser, code)
    browser.until("window.ended")
    return shown(browser)


def stop(browser: Browser) -> None:
    """Stop a loop without end: it ends, and the variables stay."""
    run(browser, "kept = 5")
    ask(browser, "print('it runs')\nwhile True: pass")
    wait(lambda: "it runs" in shown(browser), "the loop")
    browser.script("[...document.querySelectorAll('.d2l-panel button')].find((b) => b.textContent === 'Stop').click()")
    browser.until("window.ended")
    browser.until(READY)
    assert browser.ask("document.querySelector('.d2l-status').textContent") == "Stopped. The variables are kept."
    assert run(browser, "kept") == "5"


@pytest.mark.parametrize("path", STATIC)
def test_a_page_stands_and_its_figures_move(browser: Browser, address: str, path: str) -> None:
    browser.go(address + path)
    assert browser.ask("[...document.fonts].some((font) => font.status === 'loaded')")
    assert browser.ask("document.documentElement.scrollWidth <= innerWidth")
    browser.script(
        "[...document.querySelectorAll('figure.d2l-figure input[type=range]')]"
        ".find((input) => input.value !== input.max).dataset.moved = ''"
    )
    slider = "[data-moved]"
    figure = f"document.querySelector('{slider}').closest('figure')"
    before = browser.ask(f"[{figure}.dataset.setting, {figure}.querySelector('.d2l-scene').outerHTML]")
    browser.type(slider, LAST)
    after = browser.ask(f"[{figure}.dataset.setting, {figure}.querySelector('.d2l-scene').outerHTML]")
    assert all(old != new for old, new in zip(before, after, strict=True)), (before[0], after[0])


def test_formulas_have_their_columns_and_small_scripts(browser: Browser, address: str) -> None:
    browser.go(f"{address}en/initializers.html")
    script, line = browser.ask(WIDTHS, FORMULA)
    assert 0 < script < 0.85 * line
    edges = browser.ask(EDGES)
    assert len(edges) >= 3 and max(edges) - min(edges) <= 1, edges


@pytest.mark.parametrize("path", ["en/initializers.html", "en/access.html"])
def test_slides_are_seen_whole(browser: Browser, address: str, path: str) -> None:
    browser.go(f"{address}{path}?slides")
    browser.until("window.d2lSlides?.all.length")
    browser.send("resize", {"width": 1280, "height": 720 + browser.ask("outerHeight - innerHeight")})
    slides, over = browser.ask(SLIDES)
    assert slides > 30 and over <= slides / 20


def test_a_chapter_runs_stops_and_starts_again(browser: Browser, address: str) -> None:
    browser.go(f"{address}en/tree.html")
    press(browser)
    browser.script("window.all = ''; window.d2lPage.runAll().then(([said]) => { window.all = said; });")
    assert browser.until("window.all") == "finished"
    live = ".d2l-output figure.d2l-figure"
    before = browser.ask(f"document.querySelector('{live}').dataset.setting")
    browser.type(f"{live} input[type=range]", LAST)
    browser.until(f"document.querySelector('{live}').dataset.setting !== arguments[0]", before)
    stop(browser)
    browser.script("window.d2lPage.restart()")
    browser.until(READY)
    assert "NameError" in run(browser, "kept")


def test_a_second_tab_is_stopped_and_closed(browser: Browser, address: str) -> None:
    (first,) = browser.send("windows", {})
    browser.go(f"{address}en/tree.html")
    press(browser)
    browser.open()
    browser.go(f"{address}en/tied.html")
    press(browser)
    stop(browser)
    ask(browser, "print('it runs')\nwhile True: pass")
    wait(lambda: "it runs" in shown(browser), "the loop")
    browser.close()
    browser.look(first)
    assert run(browser, "6 * 7") == "42"  # nobody is kept waiting for what ran in it


# ---- Firefox alone: what can be set there, its console, its reader's view, its paper


@pytest.fixture(scope="module")
def blocked(start: Callable[..., AbstractContextManager[Browser]]) -> Iterator[Browser]:
    """Return a Firefox that lets no page keep anything."""
    with start("firefox", preferences='user_pref("network.cookie.cookieBehavior", 2);') as browser:
        yield browser


in_firefox = pytest.mark.xdist_group("firefox")


@in_firefox
def test_with_site_data_blocked_a_chapter_runs_and_stops(blocked: Browser, address: str) -> None:
    blocked.go(f"{address}en/tree.html")
    assert (
        blocked.ask("(() => { try { return localStorage.length; } catch ({ name }) { return name; } })()")
        == "SecurityError"
    )
    press(blocked)
    stop(blocked)
    assert blocked.ask("document.querySelectorAll('.d2l-panel').length") == 1
    assert console(blocked) == []


def console(browser: Browser) -> list[str]:
    """Return what Firefox has to say of the site's pages, but for what we cannot change."""
    browser.send("Marionette:SetContext", {"value": "chrome"})
    said = browser.script("return Services.console.getMessageArray().map((message) => String(message.message))")
    browser.send("Marionette:SetContext", {"value": "content"})
    # Of Pyodide's code, of what is blocked, and of how Stop is heard: the worker finds that a blob of the page is gone.
    gone = "/live/worker.js may not load data from blob:"
    told = ("WebAssembly exception handling", "access cookie or storage", gone)
    return [text for text in said if "//localhost:" in text and not any(words in text for words in told)]


@in_firefox
@pytest.mark.parametrize("path", ["en/tree.html", "ko/preface.html", "ko/tied.html"])
def test_a_readers_view_has_one_title_and_painted_figures(blocked: Browser, address: str, path: str) -> None:
    blocked.send("go", {"url": f"about:reader?url={quote(address + path, safe='')}"})
    blocked.until("document.querySelector('.moz-reader-content')?.textContent.trim()")
    title = blocked.ask("document.querySelector('.reader-title').textContent")
    headings = blocked.ask(
        "[...document.querySelectorAll('.moz-reader-content :is(h1, h2, h3)')].map((h) => h.textContent)"
    )
    assert headings and title and not [text for text in headings if title in text or text.rstrip().endswith("#")]
    fills = blocked.ask(
        "[...document.querySelectorAll('.moz-reader-content svg')].map((svg) => [...svg.children].map((node) => "
        "node.getBBox().height && getComputedStyle(node).fill))"
    )
    assert fills and all({"rgb(255, 255, 255)"} < set(figure) for figure in fills)
    assert not blocked.ask("document.querySelector('.moz-reader-content svg rect')")
    strokes = "[...document.querySelectorAll('.moz-reader-content text')].map((text) => getComputedStyle(text).stroke)"
    assert set(blocked.ask(strokes)) == {"none"}  # which would lie on the letters
    assert not blocked.ask("document.querySelector('.moz-reader-content details:not(:has(> summary))')")


@in_firefox
@pytest.mark.parametrize("path", ["en/tree.html", "ko/initializers.html"])
def test_no_heading_stands_alone_at_the_foot_of_a_sheet(blocked: Browser, address: str, path: str) -> None:
    blocked.go(address + path)
    headings = blocked.ask("[...document.querySelectorAll('article :is(h1, h2, h3, h4)')].map((h) => h.textContent)")
    paper = {"page": {"width": 21, "height": 29.7}}
    sheets = read_sheets(b64decode(blocked.send("WebDriver:Print", paper)))
    assert len(sheets) > 5
    ends = {squeezed(heading) for heading in headings}
    assert not ends & {sheet.foot for sheet in sheets}

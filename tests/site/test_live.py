"""Running a page: every chapter runs in the browser as it was printed, and answers to its reader.

The editions take turns: their cells are the same, as is asserted, and what one hears of words is a function.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from bs4 import Tag
from hosting import Host
from live_pages import OUTPUTS, cell, press, run, stored_outputs, write
from playwright.sync_api import Page, expect
from site_pages import IN_TURN, arrive, parsed

from d2lparams.view import MIME as FIGURE
from tools.project import ROOT, SITE, documents
from tools.text.cells import WIDGET
from tools.text.editions import heard
from tools.text.execute import text
from tools.text.words import EDITIONS, metadata


@pytest.mark.parametrize("name", documents())
def test_the_cells_of_a_chapter_are_the_same_in_every_edition(name: str) -> None:
    def cells(edition: str) -> list[tuple[set[str], str]]:
        page = parsed(f"{edition}/{name}.html")
        lines = {"tag_wrap-output"}  # what a cell prints may be longer in one language
        return [({*cell["class"]} - lines, said(cell, ".cell_input pre")) for cell in page.select("article .cell")]

    def said(cell: Tag, place: str) -> str:
        return "".join(part.get_text() for part in cell.select(place))

    assert bool(cells("en")) == ("made" not in metadata(name))  # those are of text alone
    assert cells("en") == cells("ko") == cells("both")


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_chapter_runs_as_it_was_printed(new_page: Callable[..., Page], address: str, edition: str) -> None:
    page = new_page(viewport={"width": 1280, "height": 900})
    Host.asked.clear()
    for path in IN_TURN:
        if not path.startswith(f"{edition}/"):
            continue
        name = path.removeprefix(f"{edition}/").removesuffix(".html")
        if "made" in metadata(name):  # of text alone: its button stays hidden
            continue
        live = sum("/live/" in path for path in Host.asked)
        arrive(page, address + path)
        assert sum("/live/" in path for path in Host.asked) == live, "a page asks for Python before the click"
        press(page)
        page.evaluate("window.d2lPage.runAll()")
        stored = stored_outputs(name)
        outputs = page.evaluate(OUTPUTS)
        assert len(outputs) == len(stored)
        for number, (now, then) in enumerate(zip(outputs, stored, strict=True), 1):
            assert text(now) == heard(text(then), edition), f"{name}, cell {number}"
            shown = [output for output in now if WIDGET in output.get("data", {})]
            assert len(shown) == sum(FIGURE in output.get("data", {}) for output in then), f"{name}, cell {number}"
            expect(cell(page, number).locator(".d2l-output svg.d2l-scene")).to_have_count(len(shown))
        # One Python serves the whole visit: its core is fetched once.
        assert sum("pyodide.asm.wasm" in path for path in Host.asked) == 1


IMPORTED = """
import importlib.util, inspect, sys
from pathlib import Path

specs = {name: getattr(module, "__spec__", None) for name, module in [*sys.modules.items()]}
origins = {name: spec.origin or "" for name, spec in specs.items() if spec}
parts = ("asyncio.events", "numpy", "IPython.core.interactiveshell", "ipywidgets", "traitlets.traitlets", "anywidget")
print([name for name in parts if not origins[name].endswith(".pyc")])
ours = [Path(path) for name, path in origins.items() if name.split(".")[0] == "d2lparams" and path.endswith(".py")]
cached = {path: Path(importlib.util.cache_from_source(path)).read_bytes() for path in ours}
print([path for path in ours if cached[path][8:16] != importlib.util.source_hash(path.read_bytes())], len(ours) > 50)
print(inspect.getsource(sys.modules["d2lparams.nn"].Dense).splitlines()[0])
"""


def test_nothing_that_comes_with_a_page_is_compiled_at_its_start_and_our_own_source_is_there(visit: Page) -> None:
    shown = run(visit, 1, IMPORTED).inner_text().splitlines()
    assert shown == ["[]", "[] True", "class Dense(Layer):"]


def test_a_class_is_told_how_much_a_click_loads() -> None:
    size = round(json.loads((SITE / "live" / "start.json").read_text(encoding="utf-8"))["bytes"] / 1e6)
    for page in ("class.md", "class.ko.md"):
        said = (ROOT / "docs" / page).read_text(encoding="utf-8").replace(" MB", "MB")
        assert f" {size}MB" in said and f"30 × {size} = {30 * size}MB" in said


def test_a_changed_cell_runs_on_shift_enter_and_the_next_one_has_the_focus(visit: Page) -> None:
    folded = visit.evaluate("window.d2lPage.cells.findIndex(({tags}, i) => i > 1 && tags.has('hide-input'))")
    write(visit, folded, "6 * 7")  # the cell before it: cells are counted from 1
    cell(visit, folded).locator(".cm-content").focus()
    visit.keyboard.press("Shift+Enter")
    expect(cell(visit, folded).locator(".d2l-output")).to_have_text("42")
    assert visit.evaluate(f"document.activeElement === window.d2lPage.cells[{folded + 1}].editor.contentDOM")


def test_an_error_is_told_by_its_name_its_words_and_the_readers_own_lines(visit: Page) -> None:
    shown = run(visit, 1, "def half(n):\n    return n / 0\n\nhalf(4)")
    expect(shown.locator(".d2l-error")).to_have_text("ZeroDivisionError: division by zero")
    expect(shown.locator(".d2l-lines")).to_have_text("line 4:  half(4)\nline 2 in half:  return n / 0")
    expect(shown.locator(".d2l-trace pre")).to_be_hidden()
    shown.locator(".d2l-trace summary").click()
    expect(shown.locator(".d2l-trace pre")).to_contain_text("Traceback")


def test_a_name_of_a_cell_above_is_offered_to_be_run(visit: Page) -> None:
    visit.evaluate("window.d2lPage.reset()")
    write(visit, 1, "later = 'from above'")
    shown = run(visit, 2, "print(later)")
    shown.get_by_role("button", name="Run the cells above").click()
    expect(cell(visit, 2).locator(".d2l-output")).to_have_text("from above\n")


def test_a_figure_of_the_book_is_drawn_anew_by_python(visit: Page) -> None:
    visit.evaluate("window.d2lPage.reset()")
    visit.evaluate("window.d2lPage.runSeries(window.d2lPage.cells.slice(0, 2))")
    place = cell(visit, 2).locator(".d2l-output")
    before = place.locator(".d2l-say").inner_text()
    place.locator("select").select_option(index=2)
    expect(place.locator(".d2l-say")).not_to_have_text(before)


@pytest.mark.parametrize("edition", ["en", "ko"])
def test_a_server_that_calls_scripts_plain_text_is_named_as_the_reason(
    new_page: Callable[..., Page], address: str, edition: str
) -> None:
    page = new_page(watched=False)
    page.route("**/live/page.js", lambda route: route.fulfill(body="export {};", content_type="text/plain"))
    arrive(page, f"{address}{edition}/tree.html")
    page.click(".d2l-run")
    expect(page.locator(".d2l-type")).to_be_visible()
    expect(page.locator(".d2l-type")).to_contain_text("text/javascript")
    expect(page.locator(".d2l-way")).to_be_hidden()


def test_an_exercise_is_answered_and_checked_in_the_page(visit: Page) -> None:
    visit.evaluate("window.d2lPage.reset()")
    visit.evaluate("window.d2lPage.runAll()")
    check = visit.locator(".tag_check").first
    check.get_by_role("button", name="Check my answer").click()
    expect(check.locator(".d2l-output")).to_contain_text("Not yet")
    answer = visit.evaluate("window.d2lPage.cells.find(({tags}) => tags.has('answer')).number")
    run(visit, answer)
    write(visit, answer, visit.evaluate("window.d2lPage.cells.find(({tags}) => tags.has('solution')).code"))
    run(visit, answer)
    check.get_by_role("button", name="Check my answer").click()
    expect(check.locator(".d2l-output")).to_contain_text("Well done")
    expect(check.locator(".cell_input")).to_be_hidden()


def test_what_is_hidden_stays_hidden_and_can_be_opened(visit: Page) -> None:
    figure = visit.locator(".tag_hide-input").first
    expect(figure.locator(".d2l-editor")).to_be_hidden()
    figure.locator("summary").first.click()
    expect(figure.locator(".d2l-editor .cm-content")).to_be_visible()
    figure.locator("summary").first.click()


def test_a_reset_page_is_as_it_was_printed(visit: Page, new_page: Callable[..., Page], address: str) -> None:
    fresh = new_page(viewport={"width": 1280, "height": 900})
    arrive(fresh, f"{address}en/tree.html")
    outputs = "() => [...document.querySelectorAll('.cell_output:not(.d2l-output)')].map((node) => node.innerText)"
    run(visit, 4, "print('changed')")
    write(visit, 1, "print('changed')")
    visit.locator("details.d2l-hint summary").first.click()
    assert visit.locator("article details[open]").count() > 1, "a cell that the reader has changed is unfolded"
    visit.get_by_role("button", name="Reset page").click()
    assert visit.locator("article details[open]").count() == fresh.locator("article details[open]").count()
    assert visit.evaluate(outputs) == fresh.evaluate(outputs)
    assert visit.locator(".d2l-output").all_inner_texts() == [""] * visit.locator(".d2l-output").count()
    codes = "() => window.d2lPage.cells.map(({wanted}) => wanted)"
    printed = "() => window.d2lPage.cells.map(({code}) => code)"
    assert visit.evaluate(codes) == visit.evaluate(printed)

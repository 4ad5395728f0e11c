"""Running a page: every chapter of every edition runs in the browser as it was printed, and answers to its reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hosting import Host
from live_pages import LONG, OUTPUTS, cell, go_live, press, run, stored_outputs, write
from playwright.sync_api import Page, expect

from tools.editions import EDITIONS
from tools.execute import text
from tools.project import documents

WIDGET = "application/vnd.jupyter.widget-view+json"
FIGURE = "application/vnd.d2lparams.figure+json"


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_chapter_runs_as_it_was_printed(new_page: Callable[..., Page], address: str, edition: str) -> None:
    page = new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(LONG)
    Host.asked.clear()
    for name in documents():
        live = sum("/live/" in path for path in Host.asked)
        page.goto(f"{address}{edition}/{name}.html", wait_until="networkidle")
        assert sum("/live/" in path for path in Host.asked) == live, "a page asks for Python before the click"
        press(page)
        page.evaluate("window.d2lPage.runAll()")
        stored = stored_outputs(name)
        outputs = page.evaluate(OUTPUTS)
        assert len(outputs) == len(stored)
        for number, (now, then) in enumerate(zip(outputs, stored, strict=True), 1):
            assert text(now) == text(then), f"{name}, cell {number}"
            shown = [output for output in now if WIDGET in output.get("data", {})]
            assert len(shown) == sum(FIGURE in output.get("data", {}) for output in then), f"{name}, cell {number}"
            expect(cell(page, number).locator(".d2l-output svg.d2l-scene")).to_have_count(len(shown))
        # One Python serves the whole visit: its core is fetched once.
        assert sum("pyodide.asm.wasm" in path for path in Host.asked) == 1


@pytest.fixture(scope="module")
def visit(chromium: object, address: str) -> Iterator[Page]:
    """Return a live page that the tests below share."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    yield go_live(context.new_page(), address, "en/tree.html")
    context.close()
    assert not faults


def test_a_changed_cell_runs_on_shift_enter_and_the_next_one_has_the_focus(visit: Page) -> None:
    write(visit, 1, "6 * 7")
    cell(visit, 1).locator(".cm-content").focus()
    visit.keyboard.press("Shift+Enter")
    expect(cell(visit, 1).locator(".d2l-output")).to_have_text("42")
    # The code of the second cell, a figure, is folded.
    assert visit.evaluate("document.activeElement === window.d2lPage.cells[2].editor.contentDOM")


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


def test_all_kinds_of_output_are_shown(visit: Page) -> None:
    run(visit, 1, "import sys\nprint('out')\nprint('err', file=sys.stderr)")
    expect(cell(visit, 1).locator(".stderr")).to_have_text("err\n")
    run(visit, 1, "from IPython.display import HTML, Math, SVG\nHTML('<b>bold</b>')")
    expect(cell(visit, 1).locator(".text_html b")).to_have_text("bold")
    run(visit, 1, "Math(r'\\sigma^2 = \\frac{1}{3}')")
    expect(cell(visit, 1).locator("math mfrac")).to_have_count(1)
    run(visit, 1, "input('name? ')")
    expect(cell(visit, 1).locator(".d2l-error")).to_contain_text("set a variable instead")
    run(visit, 1, "from d2lparams import nd, view\nview.plot_histogram(nd.random.normal(shape=(1000,)), fit=True)")
    picture = cell(visit, 1).locator(".image img")
    expect(picture).to_have_count(1, timeout=LONG)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300


def test_any_ipywidget_works_with_its_callbacks(visit: Page) -> None:
    run(visit, 1, "from ipywidgets import interact\n\n@interact(n=(0, 9))\ndef square(n=3):\n    print(n * n)")
    place = cell(visit, 1).locator(".d2l-output")
    expect(place).to_contain_text("9")
    place.get_by_role("slider").press("ArrowRight")
    expect(place).to_contain_text("16")


def test_a_figure_of_the_book_is_drawn_anew_by_python(visit: Page) -> None:
    visit.evaluate("window.d2lPage.reset()")
    visit.evaluate("window.d2lPage.runSeries(window.d2lPage.cells.slice(0, 2))")
    place = cell(visit, 2).locator(".d2l-output")
    before = place.locator(".d2l-say").inner_text()
    place.locator("select").select_option(index=2)
    expect(place.locator(".d2l-say")).not_to_have_text(before)


def test_an_exercise_is_answered_and_checked_in_the_page(visit: Page) -> None:
    visit.evaluate("window.d2lPage.reset()")
    visit.evaluate("window.d2lPage.runAll()")
    check = visit.locator(".tag_check").first
    check.get_by_role("button", name="Check my answer").click()
    expect(check.locator(".d2l-output")).to_contain_text("Not yet")
    answer = visit.evaluate("window.d2lPage.cells.find(({tags}) => tags.has('answer')).number")
    run(visit, answer)
    solution = "{path: p.shape for path, p in fancy.named_parameters()}"
    write(visit, answer, f"answer = {solution}")
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
    fresh.goto(f"{address}en/tree.html")
    outputs = "() => [...document.querySelectorAll('.cell_output:not(.d2l-output)')].map((node) => node.innerText)"
    run(visit, 4, "print('changed')")
    visit.get_by_role("button", name="Reset page").click()
    assert visit.evaluate(outputs) == fresh.evaluate(outputs)
    assert visit.locator(".d2l-output").all_inner_texts() == [""] * visit.locator(".d2l-output").count()
    codes = "() => window.d2lPage.cells.map(({wanted}) => wanted)"
    printed = "() => window.d2lPage.cells.map(({code}) => code)"
    assert visit.evaluate(codes) == visit.evaluate(printed)


def test_an_endless_cell_is_stopped_and_python_starts_afresh(visit: Page) -> None:
    run(visit, 1, "kept = 1")
    write(visit, 1, "while True: pass")
    cell(visit, 1).get_by_role("button", name="Run").click()
    visit.get_by_role("button", name="Stop").click()
    visit.wait_for_function("() => window.d2lPage.state === 'ready'", timeout=LONG)
    expect(run(visit, 1, "kept")).to_contain_text("NameError")


def test_a_failed_start_says_why_and_offers_a_way_on(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(viewport={"width": 1280, "height": 900})
    Host.lost.add("*/numpy-*.whl")
    page.goto(f"{address}ko/tree.html")
    page.click(".d2l-run")
    try:
        expect(page.locator(".d2l-status")).to_contain_text("Python을 시작하지 못했습니다", timeout=LONG)
        expect(page.locator(".d2l-way")).to_be_visible()
    finally:
        Host.lost.clear()
    page.get_by_role("button", name="다시 시도").click()
    page.wait_for_function("() => window.d2lPage.state === 'ready'", timeout=LONG)
    expect(page.locator(".d2l-way")).to_be_hidden()

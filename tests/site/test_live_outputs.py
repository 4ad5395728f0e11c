"""What cells show in a live page: each kind of output, in order and in time, and widgets with all they say."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hosting import Gate, Host
from live_pages import ask, cell, go_live, ready, run
from playwright.sync_api import Page, expect

COUNTER = """
import anywidget, traitlets

class Counter(anywidget.AnyWidget):
    _esm = '''export default { render({model, el}) {
      const say = () => { el.textContent = "n = " + model.get("n"); };
      model.on("change:n", say);
      say();
    } }'''
    n = traitlets.Int(1).tag(sync=True)

w = Counter()
w.n = 5
w"""
BYTES = """
import anywidget, traitlets

class Bytes(anywidget.AnyWidget):
    _esm = '''export default { render({model, el}) {
      el.textContent = "has " + model.get("data").byteLength;
      model.on("msg:custom", (message, [part]) => {
        el.textContent += ", heard " + message.x + " with " + part.getUint8(0);
        const bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
        model.send({back: message.x}, undefined, [new DataView(bytes.buffer, 2, 3)]);
        model.set("data", new DataView(Uint8Array.of(5, 6).buffer));
        model.save_changes();
      });
    } }'''
    data = traitlets.Any(b"abc").tag(sync=True)

b = Bytes()
b.on_msg(lambda widget, message, parts: print("heard", message, [bytes(part) for part in parts]))
b.observe(lambda change: print("data", bytes(change.new)), "data")
b"""
OUTPUT = """
import ipywidgets
o = ipywidgets.Output()
display(o)
print("before")
with o:
    print("in")
    display(1)
    print("on")
print("after")"""


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
    expect(cell(visit, 1).get_by_role("img", name=re.compile("Histograms"))).to_be_visible()


def test_markdown_and_latex_are_set(visit: Page) -> None:
    shown = run(visit, 1, "from IPython.display import Latex, Markdown\nMarkdown('A **bold** word, $x^2$.')")
    expect(shown.locator(".text_markdown strong")).to_have_text("bold")
    expect(shown.locator("math msup")).to_have_count(1)
    shown = run(visit, 1, "Latex('$x^2$ is not $y$')")
    expect(shown.locator("math")).to_have_count(2)
    expect(shown).to_contain_text("is not")


def test_a_library_that_did_not_come_is_asked_for_by_the_next_cell(new_page: Callable[..., Page], address: str) -> None:
    page = go_live(new_page(watched=False), address, "en/tree.html")  # the lost file is an error
    code = "from IPython.display import Markdown\nMarkdown('A **bold** word.')"
    Host.lost.add("*/marked.mjs")
    try:
        with page.expect_response("**/marked.mjs"):
            shown = run(page, 1, code)
        expect(shown).to_contain_text("**bold**")
    finally:
        Host.lost.clear()
    expect(run(page, 1, code).locator("strong")).to_have_text("bold")


def test_text_is_shown_as_a_terminal_shows_it(visit: Page) -> None:
    shown = run(
        visit, 1, "import time\nfor n in range(3):\n    print(f'{n} of 3', end='\\r'); time.sleep(.1)\nprint('done  ')"
    )
    expect(shown.locator("pre")).to_have_text("done  \n")
    expect(run(visit, 1, "print('\\x1b[31mred\\x1b[0m')").locator("pre")).to_have_text("red\n")
    expect(run(visit, 1, "len?")).to_contain_text("Return the number of items")
    expect(cell(visit, 1).locator(".d2l-output")).not_to_contain_text("\x1b")


def test_a_mistake_in_the_syntax_is_shown_with_its_line(visit: Page) -> None:
    shown = run(visit, 1, "a = 1\nfor n in range(3)\n    print(n)")
    expect(shown.locator(".d2l-error")).to_have_text("SyntaxError: expected ':'")
    expect(shown.locator(".d2l-lines")).to_have_text("line 2:  for n in range(3)")


def test_a_display_handle_changes_what_it_showed(visit: Page) -> None:
    shown = run(
        visit,
        1,
        "h = display('one', display_id=True)\ndisplay('last')\nh.update('two')",
    )
    expect(shown.locator(".output")).to_have_text(["'two'", "'last'"])
    clear = "from IPython.display import clear_output\nh = display(1, display_id=True)\nclear_output(wait=True)\n"
    shown = run(visit, 1, clear + "h.update('two')")
    expect(shown).to_have_text("'two'")


def test_what_is_printed_is_seen_while_the_cell_still_runs(visit: Page, new_gate: Callable[[], Gate]) -> None:
    gate = new_gate()
    ended = ask(visit, 1, f"print('epoch 0'); print('loss 1.0')\n{gate.code}")
    expect(cell(visit, 1).locator(".d2l-output")).to_have_text("epoch 0\nloss 1.0\n")
    assert cell(visit, 1).get_attribute("data-state") == "running"
    gate.opened.set()
    assert ended()


def test_a_magic_does_not_hide_the_imports_of_its_cell(visit: Page) -> None:
    shown = run(visit, 1, "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    # One picture, in the look of the book if another page of this Python has asked for that.
    expect(shown.locator("img, svg.d2l-chart")).to_have_count(1)


def test_a_shell_is_answered_with_a_lesson(visit: Page) -> None:
    expect(run(visit, 1, "!ls").locator(".d2l-error")).to_contain_text("a page has none")
    expect(run(visit, 1, "exit()")).to_contain_text("Restart")


def test_any_ipywidget_works_with_its_callbacks(visit: Page) -> None:
    run(visit, 1, "from ipywidgets import interact\n\n@interact(n=(0, 9))\ndef square(n=3):\n    print(n * n)")
    place = cell(visit, 1).locator(".d2l-output")
    expect(place).to_contain_text("9")
    place.get_by_role("slider").press("ArrowRight")
    expect(place).to_contain_text("16")


def test_a_widget_that_changes_before_its_module_came_shows_the_change(visit: Page) -> None:
    expect(run(visit, 1, COUNTER)).to_have_text("n = 5")


def test_a_widget_sends_and_hears_messages_and_the_bytes_of_a_view(visit: Page) -> None:
    shown = run(visit, 1, BYTES)
    expect(shown).to_contain_text("has 3")
    run(visit, 3, "b.send({'x': 7}, [b'z'])")
    expect(shown).to_contain_text("has 3, heard 7 with 122")
    expect(shown).to_contain_text("heard {'back': 7} [b'\\x03\\x04\\x05']")
    expect(shown).to_contain_text("data b'\\x05\\x06'")


def test_an_output_widget_holds_what_is_shown_inside_it(visit: Page) -> None:
    shown = run(visit, 1, OUTPUT)
    expect(shown.locator(".output.widget").first).to_have_text(re.compile(r"^\s*in\s+1\s*on\s*$"))
    expect(shown.locator(".stream")).to_have_text("before\nafter\n")


def test_much_text_in_an_output_widget_does_not_hold_up_the_page(visit: Page) -> None:
    code = "o = ipywidgets.Output()\ndisplay(o)\nwith o:\n    for n in range(3000): print('step', n)"
    shown = run(visit, 1, code)
    expect(shown.locator(".output.widget").first).to_contain_text("step 2999")


def test_a_task_shows_in_its_own_cell_what_comes_late(visit: Page) -> None:
    code = """
import asyncio
later = asyncio.Event()
async def task():
    await later.wait()
    print("late")
made = asyncio.create_task(task())"""
    run(visit, 1, code)
    expect(run(visit, 3, "later.set()\n40 + 2")).to_have_text("42")
    expect(cell(visit, 1).locator(".d2l-output")).to_have_text("late\n")
    expect(cell(visit, 3).locator(".d2l-output")).to_have_text("42")


def test_a_number_that_json_has_not_is_no_fault(visit: Page) -> None:
    expect(run(visit, 1, "ipywidgets.FloatText(value=float('nan'), description='rate')")).to_contain_text("rate")


@pytest.mark.parametrize("pause", [0, 60])
def test_a_figure_run_twice_at_once_is_there_once(visit: Page, pause: int) -> None:
    visit.evaluate("window.d2lPage.reset()")
    visit.evaluate("window.d2lPage.runSeries(window.d2lPage.cells.slice(0, 2))")
    twice = """async (pause) => {
      const {cells: [, figure]} = window.d2lPage;
      const first = window.d2lPage.run(figure);
      await new Promise((resolve) => setTimeout(resolve, pause));
      await Promise.all([first, window.d2lPage.run(figure)]);
    }"""
    visit.evaluate(twice, pause)
    expect(cell(visit, 2).locator(".d2l-output svg.d2l-scene")).to_have_count(1)


def test_widgets_of_a_page_that_was_left_are_closed(visit: Page) -> None:
    count = "from ipywidgets.widgets.widget import _instances\nprint(len(_instances))"
    run(visit, 3, count)
    assert int(cell(visit, 3).locator(".d2l-output").inner_text()) > 10
    visit.reload()
    visit.click(".d2l-run")
    ready(visit)
    run(visit, 3, count)
    assert int(cell(visit, 3).locator(".d2l-output").inner_text()) == 0

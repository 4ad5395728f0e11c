"""What can go wrong in a live page: cells without end, a Python that is stuck, ends or does not start, several tabs."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from conftest import FAULTS, WIDE
from hosting import Gate, Host
from live_pages import ask, begin, cell, go_live, part, press, ready, run, status
from patience import PATIENCE
from playwright.sync_api import Page, expect
from site_pages import arrive

ENDLESS = "while True: pass"
CALLBACK = """
import ipywidgets

def called(change):
    {}

s = ipywidgets.IntSlider()
s.observe(called, "value")
s"""
ANIMATION = """
import ipywidgets, time
from IPython.display import clear_output

o = ipywidgets.Output()
display(o)
n = 0
while True:
    with o:
        clear_output(wait=True)
        print("frame", n)
        time.sleep(.05)
    n += 1"""
# Loops that can be told from what has ended: they ask a gate, many times a second.
KNOCKING = """
while True:
    for i in range(10**5): i += 1
    {}"""
STUBBORN = """
def once():
    try:
        while True:
            for i in range(10**5): i += 1
            {}
    except KeyboardInterrupt: pass

while True: once()"""

SLOW_TO_END = """
import time
try:
    for i in range(10**9): i += 1
finally:
    time.sleep(2.5)
    kept = 10"""


# How many outputs come to the page while it draws 20 times.
PIECES = """async () => {
  const { host } = window.d2lPage.kernel, { output } = host;
  let pieces = 0;
  host.output = (...told) => { pieces += 1; output.apply(host, told); };
  for (let i = 0; i < 20; i += 1) await new Promise(requestAnimationFrame);
  host.output = output;
  return pieces;
}"""


@pytest.fixture
def beside(visit: Page, new_tab: Callable[..., Page]) -> Callable[[], Page]:
    """Return a function that opens a further tab of the module's visit, whose Python runs."""
    return lambda: new_tab(viewport=WIDE)


def stop(page: Page) -> None:
    """Press the button that stops."""
    page.get_by_role("button", name="Stop").click()


def interrupt(page: Page, code: str, pause: float = 0) -> None:
    """Run code in the first cell and stop it, some milliseconds after it began: it ends, and the variables stay."""
    ended = begin(page, 1, code)
    page.wait_for_timeout(pause)
    stop(page)
    assert not ended()
    expect(status(page)).to_have_text("Stopped. The variables are kept.")


@pytest.mark.parametrize("code", [ENDLESS, "import asyncio\nawait asyncio.sleep(60)", "import time\ntime.sleep(60)"])
def test_a_stopped_cell_leaves_the_variables(visit: Page, code: str) -> None:
    run(visit, 1, "kept = 5")
    interrupt(visit, code)
    expect(cell(visit, 1).locator(".d2l-mark")).to_have_text("stopped")
    expect(cell(visit, 1).locator(".d2l-error")).to_have_text("KeyboardInterrupt")
    expect(run(visit, 1, "kept")).to_have_text("5")


def test_a_cell_that_waits_for_a_stopped_one_does_not_run(visit: Page) -> None:
    ended = begin(visit, 1, ENDLESS)
    visit.evaluate("void window.d2lPage.run(window.d2lPage.cells[2])")
    expect(cell(visit, 3).locator(".d2l-mark")).to_have_text("waits")
    stop(visit)
    assert not ended()
    expect(cell(visit, 3).locator(".d2l-mark")).to_have_text("")
    expect(status(visit)).to_have_text("Stopped. The variables are kept.")


def test_a_callback_that_never_ends_is_told_and_stopped_too(visit: Page, new_gate: Callable[[], Gate]) -> None:
    run(visit, 3, "kept = 6")
    shown = run(visit, 1, CALLBACK.format(ENDLESS))
    shown.get_by_role("slider").press("ArrowRight")
    expect(status(visit)).to_have_text("Running …")
    stop(visit)
    expect(shown.locator(".d2l-error")).to_have_text("KeyboardInterrupt")
    expect(status(visit)).to_have_text("Stopped. The variables are kept.")
    expect(run(visit, 3, "kept")).to_have_text("6")
    # What comes to its end later was not stopped.
    gate = new_gate()
    shown = run(visit, 1, CALLBACK.format(gate.code))
    shown.get_by_role("slider").press("ArrowRight")
    expect(status(visit)).to_have_text("Running …")
    gate.opened.set()
    expect(status(visit)).to_contain_text("Ready")


def test_an_animation_in_an_output_widget_is_stopped_and_variables_stay(visit: Page) -> None:
    run(visit, 1, "kept = 7")
    ended = begin(visit, 1, ANIMATION)
    expect(cell(visit, 1).locator(".output.widget").first).to_have_text(re.compile(r"^\s*frame [1-9]\d*\s*$"))
    stop(visit)
    assert not ended()
    expect(status(visit)).to_have_text("Stopped. The variables are kept.")
    expect(run(visit, 1, "kept")).to_have_text("7")


def test_a_stop_that_worked_does_not_end_the_next_cell(visit: Page) -> None:
    run(visit, 1, "kept = 8")
    for pause in (100, 1600, 700):  # the second falls just before the patience of the first is over
        interrupt(visit, ENDLESS, pause)
    expect(run(visit, 1, "kept")).to_have_text("8")


def test_what_takes_its_time_to_end_keeps_its_python(visit: Page) -> None:
    run(visit, 1, "kept = 9")
    interrupt(visit, SLOW_TO_END)
    expect(run(visit, 1, "kept")).to_have_text("10")


@pytest.mark.parametrize(("code", "deaf"), [("{}", True), (STUBBORN, False)], ids=["deaf", "stubborn"])
def test_what_listens_to_nothing_is_left_behind_with_its_python(
    visit: Page, new_gate: Callable[[], Gate], code: str, deaf: bool
) -> None:
    gate = new_gate()
    if not deaf:
        gate.opened.set()
    run(visit, 1, "kept = 5")
    begin(visit, 1, code.format(gate.code))
    assert gate.reached.wait(PATIENCE)
    stop(visit)
    expect(status(visit)).to_have_text("Stopping …")
    expect(status(visit)).to_contain_text("starts afresh")
    ready(visit)
    expect(run(visit, 1, "kept")).to_contain_text("NameError")


def test_where_no_blob_can_be_seen_cells_run_and_stop_starts_afresh(
    new_page: Callable[..., Page], address: str
) -> None:
    page = new_page()  # with which what is left behind without end is ended
    page.add_init_script("URL.createObjectURL = () => `blob:${location.origin}/none`")
    go_live(page, address, "en/tree.html")
    expect(run(page, 1, "import time\nt = time.time()\nwhile time.time() < t + 1: pass\n'ran'")).to_have_text("'ran'")
    begin(page, 1, ENDLESS)
    stop(page)
    expect(status(page)).to_contain_text("starts afresh")
    ready(page)


def test_endless_printing_leaves_the_page_usable(visit: Page) -> None:
    ended = begin(visit, 1, "n = 0\nwhile True:\n    print('line', n); n += 1")
    expect(cell(visit, 1).locator(".d2l-output")).to_contain_text("The rest is not shown")
    assert visit.evaluate(PIECES) == 0  # the page is not busy with what it does not show, and hears a click on Stop
    assert len(cell(visit, 1).locator(".d2l-output").text_content() or "") < 201_000
    stop(visit)
    assert not ended()


def test_a_restart_gives_figures_their_printed_form_back(visit: Page) -> None:
    visit.evaluate("window.d2lPage.reset()")
    visit.evaluate("window.d2lPage.runSeries(window.d2lPage.cells.slice(0, 3))")
    figure = cell(visit, 2)
    expect(figure.locator(".d2l-output svg.d2l-scene")).to_be_visible()
    visit.get_by_role("button", name="Restart").click()
    expect(figure.locator("figure.d2l-figure svg").first).to_be_visible()
    expect(figure.locator(".d2l-output")).to_be_empty()
    ready(visit)


def test_a_python_that_has_ended_says_so_and_starts_again(visit: Page) -> None:
    ended = begin(visit, 1, "import os\nos._exit(1)")
    expect(status(visit)).to_contain_text("Python has ended")
    assert not ended()
    expect(cell(visit, 1).locator(".d2l-mark")).to_have_text("stopped")
    visit.get_by_role("button", name="Restart").click()
    ready(visit)
    expect(run(visit, 1, "6 * 7")).to_have_text("42")


def test_every_tab_restarts_for_itself_and_no_new_one_joins_a_stuck_python(
    beside: Callable[[], Page], new_gate: Callable[[], Gate], address: str
) -> None:
    first = go_live(beside(), address, "en/tree.html")
    second = go_live(beside(), address, "ko/tree.html")
    run(first, 1, "mine = 'first'")
    expect(run(second, 1, "mine")).to_have_text("'first'")  # one Python for all
    second.get_by_role("button", name="다시 시작").click()
    ready(second)
    run(second, 1, "mine = 'second'")
    expect(run(first, 1, "mine")).to_have_text("'first'")
    first.get_by_role("button", name="Restart").click()
    ready(first)
    expect(run(first, 1, "mine")).to_contain_text("NameError")
    gate = new_gate()
    begin(first, 1, gate.code)
    assert gate.reached.wait(PATIENCE)
    stop(first)
    expect(status(first)).to_contain_text("starts afresh")
    third = go_live(beside(), address, "en/tied.html")
    expect(run(third, 1, "6 * 7")).to_have_text("42")


def test_a_page_that_waits_for_anothers_cell_says_so_and_can_go_its_own_way(
    beside: Callable[[], Page], address: str
) -> None:
    first = go_live(beside(), address, "en/tree.html")
    ended = begin(first, 1, ENDLESS)
    second = beside()
    arrive(second, f"{address}en/tied.html")
    second.click(".d2l-run")
    expect(status(second)).to_contain_text("another page of this book")
    second.get_by_role("button", name="Restart").click()
    ready(second)
    expect(run(second, 1, "6 * 7")).to_have_text("42")
    # Whoever waited for a page that is closed goes on.
    third = go_live(beside(), address, "en/tied.html")
    begin(second, 1, ENDLESS)
    free = ask(third, 1, "'free'")
    second.close()
    assert free()
    stop(first)  # whose Python is the visit's
    assert not ended()


# What is stubborn ends with its Python, which no other page should have.
@pytest.mark.parametrize(("code", "afresh"), [(KNOCKING, False), (STUBBORN, True)], ids=["endless", "stubborn"])
def test_closing_a_tab_ends_what_runs_in_it(
    beside: Callable[[], Page], new_gate: Callable[[], Gate], address: str, code: str, afresh: bool
) -> None:
    gate = new_gate()
    gate.opened.set()
    left = go_live(beside(), address, "en/tree.html", afresh)
    begin(left, 1, code.format(gate.code))
    assert gate.reached.wait(PATIENCE)
    left.close()
    limit, before = time.monotonic() + PATIENCE, 0
    while gate.knocks > before:
        assert time.monotonic() < limit, "the loop goes on"
        before = gate.knocks
        time.sleep(3)  # in which a loop that goes on would knock again and again


def test_a_failed_start_says_why_and_offers_a_way_on(beside: Callable[[], Page], address: str) -> None:
    page = beside()
    Host.lost.add("*/numpy-*.whl")
    arrive(page, f"{address}ko/tree.html")
    part(page)
    page.click(".d2l-run")
    try:
        expect(status(page)).to_contain_text("파이썬을 시작하지 못했습니다")
        expect(status(page)).to_contain_text("numpy")
        expect(page.locator(".d2l-way")).to_be_visible()
    finally:
        Host.lost.clear()
    # The next page of the visit does not inherit the fault.
    go_live(beside(), address, "ko/tied.html")
    page.get_by_role("button", name="다시 시도").click()
    ready(page)
    expect(page.locator(".d2l-way")).to_be_hidden()


# One of each way of asking: a module, a worker, what Python is given, a script, a style. For the worker, and what that
# needs, a page asks that finds no Python.
@pytest.mark.parametrize(
    ("lost", "afresh"),
    [
        ("page.js", False),
        ("worker.js", True),
        ("live_session.py", True),
        ("widgets/require.js", False),
        ("live.css", False),
    ],
)
def test_any_file_that_does_not_come_can_come_later(
    beside: Callable[[], Page], address: str, lost: str, afresh: bool
) -> None:
    page = beside()
    Host.lost.add(f"*/live/{lost}")
    Host.asked.clear()
    arrive(page, f"{address}en/tree.html")
    if afresh:
        part(page)
    try:
        page.click(".d2l-run")
        expect(page.locator(".d2l-way, [data-state=ready]").filter(visible=True).first).to_be_visible()
    finally:
        Host.lost.clear()
    assert any(path.endswith(f"/live/{lost}") for path in Host.asked)
    FAULTS.clear()  # the lost file is one
    if page.locator(".d2l-run").is_visible():
        press(page)
    else:
        page.get_by_role("button", name="Try again").or_(page.get_by_role("button", name="Restart")).click()
        ready(page)
    shown = run(page, 1, "import ipywidgets\nipywidgets.IntSlider()")
    expect(shown.get_by_role("slider")).to_be_visible()


def test_a_lost_worker_of_which_the_browser_says_nothing(beside: Callable[[], Page], address: str) -> None:
    page = beside()
    page.add_init_script("Object.defineProperty(SharedWorker.prototype, 'onerror', { set() {} })")
    Host.lost.add("*/live/worker.js")
    arrive(page, f"{address}en/tree.html")
    part(page)
    try:
        page.click(".d2l-run")
        expect(status(page)).to_contain_text("worker.js did not load")
    finally:
        Host.lost.clear()
    FAULTS.clear()  # the lost file is one
    page.get_by_role("button", name="Try again").click()
    ready(page)


# As in WebKit, where the shared worker lives in the first tab's process: it finds no blob of a page, or all for ever.
@pytest.mark.parametrize("blob", ["'blob:none'", "kept"], ids=["unseen", "seen for ever"])
def test_a_tab_whose_blobs_the_shared_worker_cannot_follow_has_a_python_that_it_can_stop(
    visit: Page, beside: Callable[[], Page], address: str, blob: str
) -> None:
    second = beside()
    second.add_init_script(
        "const {prototype} = MessagePort, post = prototype.postMessage, kept = URL.createObjectURL(new Blob(['.']));"
        f" prototype.postMessage = function (task) {{ post.call(this, {{...task, blob: {blob}}}); }}"
    )
    go_live(second, address, "en/tree.html")
    run(visit, 1, "kept = 'first'")
    run(second, 1, "kept = 'second'")
    interrupt(second, ENDLESS)
    expect(run(second, 1, "kept")).to_have_text("'second'")
    expect(run(visit, 1, "kept")).to_have_text("'first'")


def test_a_browser_that_refuses_shared_workers_runs_a_page(beside: Callable[[], Page], address: str) -> None:
    page = beside()
    page.add_init_script("SharedWorker = class { constructor() { throw new DOMException('', 'SecurityError'); } }")
    go_live(page, address, "en/tree.html")
    run(page, 1, "kept = 5")
    interrupt(page, ENDLESS)
    expect(run(page, 1, "kept")).to_have_text("5")
    assert page.locator(".d2l-panel").count() == 1

"""The Python of a live page, driven without a browser."""

from __future__ import annotations

import asyncio
import builtins
import importlib
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import comm
import ipywidgets
import pytest
from patience import PATIENCE

from d2lparams import language
from tools.project import ROOT

SOURCE = Path(__file__).parent.parent / "site" / "live"
MODULES = "live_session", "live_shell"
NAMES = "import ipywidgets\nfrom IPython.display import clear_output\no = ipywidgets.Output()"


@pytest.fixture(scope="module")
def live() -> Iterator[object]:
    """Return the module under the name that it has in a page."""
    kept = comm.create_comm, comm.get_comm_manager, sys.modules["__main__"], sys.displayhook
    capturing = ipywidgets.Output.__enter__, ipywidgets.Output.__exit__
    spoken = language.language()
    sys.path.insert(0, str(SOURCE))
    module = importlib.import_module("live_session")
    yield module
    language.set_language(spoken)  # a page sets it, and other tests expect their own
    module.Shell.clear_instance()
    comm.create_comm, comm.get_comm_manager, sys.modules["__main__"], sys.displayhook = kept
    ipywidgets.Output.__enter__, ipywidgets.Output.__exit__ = capturing
    ipywidgets.Widget.on_widget_constructed(None)
    sys.path.remove(str(SOURCE))
    for name in MODULES:
        del sys.modules[name]


@pytest.fixture(scope="module")
def session(live):
    """Return one session for all tests, as one serves all pages of a visit."""
    made = live.Session(lambda message: message)
    # Tests come in any order and in several processes: each finds these names.
    asyncio.run(made.execute(0, "tree", "en", "0", NAMES))
    return made


class Clock:
    """The time as the session reads it: every look at it takes 10 microseconds, and a sleep no more than it says."""

    def __init__(self):
        self.now, self.naps = 0.0, []

    def monotonic(self):
        self.now += 1e-5
        return self.now

    def sleep(self, seconds):
        self.naps.append(seconds)
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(session, monkeypatch):
    """Return the clock of the session, so that what is sent when does not depend on how busy the machine is."""
    for stream in session.streams:
        monkeypatch.setattr(stream, "since", 0.0)
        monkeypatch.setattr(stream, "sent", 0.0)
    monkeypatch.setattr(sys.modules["live_shell"], "time", made := Clock())
    return made


@pytest.fixture
def run(session):
    """Return a function that runs a cell and returns what it showed."""

    def execute(code, notebook="tree", client=1, cell="1", language="en"):
        said = []
        session.post = said.append
        ok = asyncio.run(session.execute(client, notebook, language, cell, code))
        shown = [message for message in said if message["type"] == "output"]
        assert all((message["client"], message["cell"]) == (client, cell) for message in shown)
        return ok, said

    return execute


def outputs(said):
    """Return the outputs of a cell as a page puts them together: pieces of one stream are one output."""
    found = []
    for output in [dict(message["output"]) for message in said if message["type"] == "output"]:
        if found and output["output_type"] == "stream" and output.get("name") == found[-1].get("name"):
            found[-1]["text"] += output["text"]
        else:
            found.append(output)
    return found


def test_a_value_and_what_is_printed_come_in_order(run):
    ok, said = run("print('first')\n6 * 7")
    assert ok
    stream, result = outputs(said)
    assert (stream["output_type"], stream["text"]) == ("stream", "first\n")
    assert (result["output_type"], result["data"]["text/plain"]) == ("execute_result", "42")


def test_every_notebook_has_variables_of_its_own(run):
    run("mine = 1", notebook="tree")
    assert not run("mine", notebook="tied")[1][0]["output"].get("data")
    assert outputs(run("mine", notebook="tree")[1])[0]["data"]["text/plain"] == "1"


def test_an_error_names_the_lines_of_the_reader(run):
    ok, said = run("def half(n):\n    return n / 0\n\nhalf(4)")
    (error,) = outputs(said)
    assert not ok and error["ename"] == "ZeroDivisionError"
    assert error["lines"] == ["line 4:  half(4)", "line 2 in half:  return n / 0"]
    assert "\x1b" not in error["traceback"][0]


def test_a_syntax_error_is_an_output_too(run):
    ok, said = run("for")
    (error,) = outputs(said)
    assert not ok and (error["ename"], error["evalue"]) == ("SyntaxError", "invalid syntax")
    _, said = run("a = 1\nfor n in range(3)\n    print(n)")
    assert outputs(said)[0]["lines"] == ["line 2:  for n in range(3)"]


def test_a_verdict_that_a_check_prints_is_told_and_words_like_it_are_not(run):
    _, said = run(
        "from d2lparams.exercise import not_yet, well_done\nprint(not_yet('a', 'b'))\nprint(well_done('a', 'b'))"
    )
    told = [message for message in said if message["type"] == "verdict"]
    assert [(message["client"], message["cell"], message["passed"]) for message in told] == [
        (1, "1", False),
        (1, "1", True),
    ]
    assert outputs(said)[0]["text"] == "Not yet: a\nWell done: a\n"
    assert not [message for message in run("print('Well done: a')")[1] if message["type"] == "verdict"]


def test_a_keyboard_line_is_refused_with_a_way_on(run):
    _, said = run("input('name? ')")
    assert "set a variable instead" in outputs(said)[0]["evalue"]


def test_pictures_are_text_as_in_a_notebook(run):
    image = "Image(data=b'\\x89PNG\\r\\n\\x1a\\n', format='png')"
    _, said = run(f"from IPython.display import Image, display\ndisplay({image})")
    (shown,) = outputs(said)
    assert shown["output_type"] == "display_data" and shown["data"]["image/png"].strip() == "iVBORw0KGgo="


def test_a_figure_speaks_the_language_of_its_page(run):
    code = "from d2lparams import view\nview.designer()"
    _, said = run(code, language="ko")
    opened = [message["content"]["data"]["state"] for message in said if message["type"] == "comm_open"]
    assert "ko" in [state.get("language") for state in opened]


def test_a_widget_hears_its_page_and_prints_into_its_own_cell(run, session):
    code = "import ipywidgets\ns = ipywidgets.IntSlider()\ns.observe(lambda change: print(change.new), 'value')\ns"
    _, said = run(code, client=3, cell="7")
    (shown,) = outputs(said)
    model = shown["data"]["application/vnd.jupyter.widget-view+json"]["model_id"]
    heard = []
    session.post = heard.append
    content = {"comm_id": model, "data": {"method": "update", "state": {"value": 5}, "buffer_paths": []}}
    session.hear(3, "tree", "en", "comm_msg", json.dumps(content), [])
    (printed,) = outputs(heard)
    assert (printed["text"], heard[-1]["client"], heard[-1]["cell"]) == ("5\n", 3, "7")


def test_what_is_printed_goes_out_before_the_cell_goes_on(session, clock):
    told = []
    session.post = lambda message: told.append((clock.now, message["output"]["text"]))
    code = "from live_shell import time\nprint('a'); print('b'); time.sleep(0.3); print('c'); time.sleep(0.3)"
    asyncio.run(session.execute(1, "tree", "en", "1", code))
    when = {text: moment for moment, text in told}
    assert list(when) == ["a\n", "b\n", "c", "\n"]
    assert when["b\n"] < 0.01 and 0.3 < when["c"] < 0.31  # after a pause, a part of a line too


def test_very_much_text_goes_out_in_few_pieces_and_not_without_end(run, live, clock):
    _, said = run("for n in range(20000): print(n)")
    text = "".join(message["output"]["text"] for message in said)
    assert text == "".join(f"{n}\n" for n in range(20000))
    assert 20 <= len(said) <= 20 * (clock.now / 0.05 + 2)
    _, said = run("for n in range(100000): print(n)\nprint('end')")
    (stream,) = outputs(said)
    assert live.MOST < len(stream["text"]) < live.MOST + 100 and "is not shown" in stream["text"][-100:]


def test_an_output_widget_takes_what_is_shown_inside_it_and_no_more(run):
    code = (
        "import ipywidgets\no = ipywidgets.Output()\nprint('before')\nwith o:\n    print('in'); display(1); print('on')"
    )
    _, said = run(code + "\nprint('after')")
    assert [output["text"] for output in outputs(said)] == ["before\nafter\n"]
    _, said = run("[(part['output_type'], part.get('text') or part['data']['text/plain']) for part in o.outputs]")
    held = eval(outputs(said)[0]["data"]["text/plain"])
    assert held == [("stream", "in\n"), ("display_data", "1"), ("stream", "on\n")]


def test_an_error_inside_an_output_widget_does_not_catch_the_next_cell(run):
    run("with o:\n    print('x')\n    1 / 0")
    assert outputs(run("print('free')")[1])[0]["text"] == "free\n"


def test_an_interruption_passes_through_an_output_widget(run):
    code = "n = 0\nwhile n < 9:\n    n += 1\n    with o:\n        raise KeyboardInterrupt"
    ok, said = run(code)
    assert not ok and outputs(said)[-1]["ename"] == "KeyboardInterrupt"
    assert outputs(run("n")[1])[0]["data"]["text/plain"] == "1"


def test_very_much_text_in_an_output_widget_is_one_output_in_few_pieces(run, clock):
    _, said = run("o = ipywidgets.Output()\nwith o:\n    for n in range(3000): print(n)")
    assert len([message for message in said if message["type"] == "comm_msg"]) <= clock.now / 0.05 + 3
    _, said = run("len(o.outputs), o.outputs[0]['text'].count('\\n')")
    assert outputs(said)[0]["data"]["text/plain"] == "(1, 3000)"


def test_an_output_widget_is_cleared_at_once_or_by_the_next_output(run):
    run("from IPython.display import clear_output\nwith o:\n    print('a')\n    clear_output(wait=True)")
    assert outputs(run("len(o.outputs)")[1])[0]["data"]["text/plain"] != "0"
    run("with o:\n    print('b')")
    assert outputs(run("[part['text'] for part in o.outputs]")[1])[0]["data"]["text/plain"] == r"['b\n']"
    run("with o:\n    clear_output()")
    assert outputs(run("o.outputs")[1])[0]["data"]["text/plain"] == "()"


def test_a_display_handle_changes_what_stands_in_an_output_widget(run):
    run("o = ipywidgets.Output()\nwith o:\n    h = display('one', display_id=True)\n    h.update('two')")
    _, said = run("[part['data']['text/plain'] for part in o.outputs if 'data' in part]")
    assert outputs(said)[0]["data"]["text/plain"] == "[\"'two'\"]"


def test_a_task_speaks_in_the_place_of_the_cell_that_made_it(run, session, monkeypatch):
    monkeypatch.setattr(sys, "stdout", session.streams[0])  # as in a page
    start = """
import asyncio
o, later = ipywidgets.Output(), asyncio.Event()
async def task():
    with o:
        print('in')
        await later.wait()
        print('still in')
    display('out')
made = asyncio.create_task(task())
"""
    said = []
    session.post = said.append

    async def both():
        await session.execute(1, "tree", "en", "1", start)
        await asyncio.sleep(0)
        await session.execute(2, "tree", "en", "5", "await asyncio.sleep(0)\nprint('mine')\nlater.set()\n40 + 2")
        await session.notebooks["tree"].made

    asyncio.run(both())
    found = [(m["client"], m["cell"], m["output"]) for m in said if m["type"] == "output"]
    mine = [output for client, cell, output in found if (client, cell) == (2, "5")]
    assert "".join(output.get("text", "") for output in mine) == "mine\n"
    assert mine[-1]["data"]["text/plain"] == "42"
    assert [output["data"]["text/plain"] for client, cell, output in found if (client, cell) == (1, "1")] == ["'out'"]
    assert outputs(run("o.outputs[0]['text']")[1])[0]["data"]["text/plain"] == r"'in\nstill in\n'"


def test_a_display_handle_shows_anew_what_it_showed(run):
    _, said = run("h = display('one', display_id=True)\nh.update('two')")
    first, second = outputs(said)
    assert (first["output_type"], second["output_type"]) == ("display_data", "update_display_data")
    assert first["display_id"] == second["display_id"] and second["data"]["text/plain"] == "'two'"


def test_help_comes_without_the_colours_of_a_terminal(run):
    (shown,) = outputs(run("len?")[1])
    assert "Return the number of items" in shown["data"]["text/plain"] and "\x1b" not in shown["data"]["text/plain"]


COMMANDS = ["!ls", "files = !ls", "%pip install pandas", "!pip install pandas", "%conda install pandas", "%uv pip list"]
SCRIPTS = ["%%bash\nls", "%%sh\nls", "%%script bash\nls", "%%perl\nprint 1", "%%python3\nprint(1)", "%sx ls"]


@pytest.mark.parametrize("code", [*COMMANDS, *SCRIPTS])
def test_a_command_for_a_shell_is_answered_with_a_lesson(run, code):
    ok, said = run(code)
    assert not ok and "a page has none" in outputs(said)[-1]["evalue"]


@pytest.mark.parametrize("package", ["pandas", "sklearn.linear_model", "torch", "mxnet", "tensorflow.keras", "jax"])
def test_a_package_that_no_page_has_is_answered_with_what_there_is(run, package, monkeypatch):
    monkeypatch.setitem(sys.modules, package.partition(".")[0], None)  # wherever the test runs
    ok, said = run(f"import {package} as it")
    answer = outputs(said)[-1]
    assert not ok and answer["ename"] == "ModuleNotFoundError"
    name = package.partition(".")[0]
    assert answer["evalue"].startswith(f"No module named {name!r}: a page has d2lparams, numpy and matplotlib. ")
    assert answer["evalue"].endswith("open it in Jupyter.")
    assert ("d2lparams stands in its place" in answer["evalue"]) == (package not in ("pandas", "sklearn.linear_model"))


@pytest.mark.parametrize("code", ["from d2lparams import nothing", "import numpy.nothing", "import d2lparams.nothing"])
def test_a_name_that_a_package_of_the_page_lacks_is_told_by_python(run, code):
    assert "a page has" not in outputs(run(code)[1])[-1]["evalue"]


LESSONS = [
    ("!ls", "a page has none", "셸이 없습니다"),
    ("%%bash\nls", "a page has none", "셸이 없습니다"),
    ("input('x')", "set a variable", "변수에 값을"),
    ("import torch", "stands in its place", "d2lparams를 대신"),
]


@pytest.mark.parametrize(("code", "english", "korean"), LESSONS)
def test_a_page_says_its_lessons_in_its_own_language(run, code, english, korean, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    for page, wanted in (("en", (True, False)), ("ko", (False, True)), ("both", (True, True))):
        said = outputs(run(code, language=page)[1])[-1]["evalue"]
        assert (english in said, korean in said) == wanted, said


@pytest.mark.parametrize("code", ["exit()", "quit()", "exit"])
def test_the_end_of_a_program_is_answered_with_a_way_on(run, code):
    assert "Restart" in outputs(run(code)[1])[0]["text"]


def test_a_cell_that_waits_is_stopped_and_its_variables_stay(run, session):
    async def stopped():
        begun = session.notebooks["tree"].begun = asyncio.Event()
        code = "kept = 7\nimport asyncio\nbegun.set()\nawait asyncio.Event().wait()"
        cell = asyncio.ensure_future(session.execute(1, "tree", "en", "1", code))
        await begun.wait()
        session.stop()
        return await asyncio.wait_for(cell, timeout=PATIENCE)

    said = []
    session.post = said.append
    assert not asyncio.run(stopped())
    assert outputs(said)[-1]["ename"] == "KeyboardInterrupt"
    assert outputs(run("kept")[1])[0]["data"]["text/plain"] == "7"


def test_values_that_json_has_no_words_for_are_told_in_others(live):
    import numpy as np

    message = {"a": math.nan, "b": [np.float32(1.5), np.int64(3), math.inf], "c": {"d": True, "e": None}, "f": "x"}
    assert json.loads(live.encode(message)) == {
        "a": "nan",
        "b": [1.5, 3, "inf"],
        "c": {"d": True, "e": None},
        "f": "x",
    }


def test_the_widgets_of_a_page_that_is_gone_are_closed(run, session):
    def there():
        return {widget.model_id for widget in session.widgets if widget.comm}

    before = there()
    run("w = ipywidgets.IntSlider()", client=8, cell="2")
    assert there() > before
    said = []
    session.post = said.append
    session.left(8)
    assert there() == before and {message["client"] for message in said} == {8}
    assert 8 not in {place.client for place in session.opened.values()}


def test_the_last_results_are_those_of_the_notebook(run, monkeypatch):
    monkeypatch.delattr(builtins, "_", raising=False)  # where a doctest left it, IPython would respect it
    run("5", notebook="tree")
    run("7", notebook="tied")
    assert outputs(run("_", notebook="tree")[1])[0]["data"]["text/plain"] == "5"


def test_imports_are_found_beside_magics_and_not_in_them(session):
    found = session.imports("%matplotlib inline\nimport a\nt = ('%d'\n     % 3)\nfiles = !ls\nlen?")
    assert "import a" in found and "% 3" in found
    compile(found, "cell", "exec")
    assert session.imports("%%time\nimport a").strip() == "import a"
    assert session.imports("for").strip() == "for"


def test_what_a_view_imports_when_it_draws_is_found_by_the_name_of_the_view(session):
    assert "\nimport matplotlib.pyplot\n" in session.imports("view.plot_histogram(w)") + "\n"
    assert "\nimport matplotlib.pyplot\n" in session.imports("view.plot_style()") + "\n"
    assert "matplotlib" not in session.imports("view.paths(net)\nview.describe(fig, en='a', ko='b')")


def test_a_package_that_was_interrupted_can_be_imported_again(run, tmp_path):
    package = tmp_path / "halfway"
    package.mkdir()
    (package / "__init__.py").write_text("from halfway.shape import Shape\n")
    (package / "shape.py").write_text("class Shape: pass\n")
    (package / "circle.py").write_text("from halfway.shape import Shape\nclass Circle(Shape): pass\nimport stop_here\n")
    (tmp_path / "stop_here.py").write_text("raise KeyboardInterrupt\n")
    assert not run(f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport halfway.circle")[0]
    (tmp_path / "stop_here.py").write_text("")
    assert run("import halfway.circle\nsys.path.pop(0)")[0]
    # The package as a whole is a new one: no class of its first version is left beside those of the second.
    assert len(sys.modules["halfway"].Shape.__subclasses__()) == 1


def test_a_long_sleep_is_made_of_short_ones(clock):
    import live_shell

    live_shell.patient(clock.sleep)(0.5)
    assert sum(clock.naps) == pytest.approx(0.5, abs=0.01) and max(clock.naps) <= live_shell.NAP
    with pytest.raises(ValueError, match="non-negative"):
        live_shell.patient(time.sleep)(-1)


def test_both_streams_reach_an_output_widget(run):
    code = "import sys\nfor n in range(50):\n    print('o', n)\n    print('e', n, file=sys.stderr)"
    _, said = run("o = ipywidgets.Output()\nwith o:\n" + "".join(f"    {line}\n" for line in code.splitlines()))
    last = [m for m in said if m["type"] == "comm_msg"][-1]["content"]["data"]["state"]["outputs"]
    text = "".join(part["text"] for part in last)
    assert "o 49\n" in text and "e 49\n" in text


def test_a_widget_is_told_in_the_page_that_shows_it(run, session):
    run("w = ipywidgets.IntSlider()", client=1)
    said = []
    session.post = said.append
    asyncio.run(session.execute(2, "tree", "ko", "9", "w.value = 42"))
    assert {(m["client"], m["type"]) for m in said} == {(1, "comm_msg")}


def test_ipython_opens_no_terminal_where_a_page_has_none() -> None:
    # In a Python of its own, which has nothing of a terminal: neither what IPython draws one with, nor one to ask.
    code = """
import sys
sys.modules["prompt_toolkit"] = None
import live_terminal
import IPython
from IPython.core.interactiveshell import InteractiveShell
assert "IPython.terminal.interactiveshell" not in sys.modules
try:
    IPython.embed()
except RuntimeError as error:
    print(error)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=SOURCE,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert ran.returncode == 0 and "IPython.embed() asks a terminal" in ran.stdout, ran.stderr

"""The Python of a live page, driven without a browser."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import comm
import pytest

SOURCE = Path(__file__).parent.parent / "site" / "live" / "session.py"


@pytest.fixture(scope="module")
def live() -> Iterator[object]:
    """Return the module under the name that it has in a page."""
    kept = comm.create_comm, comm.get_comm_manager, sys.modules["__main__"], sys.displayhook
    spec = importlib.util.spec_from_file_location("live_session", SOURCE)
    sys.modules["live_session"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    module.Shell.clear_instance()
    comm.create_comm, comm.get_comm_manager, sys.modules["__main__"], sys.displayhook = kept
    del sys.modules["live_session"]


@pytest.fixture(scope="module")
def session(live):
    """Return one session for all tests, as one serves all pages of a visit."""
    return live.Session(lambda message: message)


@pytest.fixture
def run(session):
    """Return a function that runs a cell and returns what it showed."""

    def execute(code, notebook="tree", client=1, cell="1", language="en"):
        said = []
        session.post = said.append
        ok = asyncio.run(session.execute(client, notebook, language, cell, code))
        assert all((message["client"], message["cell"]) == (client, cell) for message in said)
        return ok, said

    return execute


def outputs(said):
    return [message["output"] for message in said if message["type"] == "output"]


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
    assert not ok and outputs(said)[0]["ename"] == "SyntaxError"


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
    session.hear(3, "comm_msg", json.dumps(content), [])
    (printed,) = outputs(heard)
    assert (printed["text"], heard[-1]["client"], heard[-1]["cell"]) == ("5\n", 3, "7")

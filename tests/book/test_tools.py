"""The housekeeping, the cache and the server: claims about the tools that keep and build the book."""

from __future__ import annotations

import json
import mimetypes
import re
import signal
import socket
import threading
import urllib.request
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from d2lparams.view import MIME
from d2lparams.view.svg import image
from tools import browser, project
from tools.site import serve
from tools.site.serve import server
from tools.text import execute, notebooks
from tools.text.cells import WIDGET
from tools.text.editions import transform
from tools.text.pictures import PICTURE, pictures


def notebook(*sources: str) -> dict[str, Any]:
    cells = [
        {"cell_type": "code", "id": f"c{i:02}", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        for i, text in enumerate(sources, 1)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a book of its own, with one notebook `one`."""
    monkeypatch.setattr(execute, "CACHE", tmp_path / "cache")
    folder = tmp_path / "book"
    folder.mkdir()
    monkeypatch.setattr(execute, "notebooks", lambda: sorted(folder.glob("*.ipynb")))
    notebooks.write(folder / "one.ipynb", notebook("print('ran')", "1 + 1"))
    return folder


def counting(monkeypatch: pytest.MonkeyPatch, text: str = "ran\n") -> list[str]:
    """Replace execution by a record of what would have run."""
    ran: list[str] = []

    def run(path: Path) -> list[list[dict[str, Any]]]:
        ran.append(path.name)
        stream = {"output_type": "stream", "name": "stdout", "text": text}
        two = {"output_type": "execute_result", "data": {"text/plain": "2"}, "metadata": {}, "execution_count": None}
        return [[stream], [two]]

    monkeypatch.setattr(execute, "run", run)
    return ran


def test_a_notebook_runs_in_a_kernel_and_its_outputs_are_stored(book: Path) -> None:
    assert notebooks.store(book / "one.ipynb") == "written"
    cells = notebooks.read(book / "one.ipynb")["cells"]
    assert [execute.text(cell["outputs"]) for cell in cells] == ["ran\n", "2"]
    assert [cell["execution_count"] for cell in cells] == [1, 2]


def test_a_notebook_is_executed_once(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = counting(monkeypatch)
    path = book / "one.ipynb"
    assert execute.outputs(path) == execute.outputs(path)
    assert ran == ["one.ipynb"]


def test_new_prose_runs_nothing_and_new_code_does(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = counting(monkeypatch)
    path = book / "one.ipynb"
    execute.outputs(path)
    changed = notebooks.read(path)
    changed["cells"].append({"cell_type": "markdown", "id": "p01", "metadata": {}, "source": ["Text."]})
    notebooks.write(path, changed)
    assert execute.remembered(path).exists()
    changed["cells"][1]["source"] = ["1 + 2"]
    notebooks.write(path, changed)
    assert not execute.remembered(path).exists()
    execute.outputs(path)
    assert ran == ["one.ipynb"] * 2


def test_an_edition_is_built_from_fresh_outputs_and_old_ones_are_told(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting(monkeypatch, "new\n")
    said: list[str] = []
    execute.execute_all(said.append)
    assert execute.text(execute.executed(book / "one.ipynb")["cells"][0]["outputs"]) == "new\n"
    assert any("one.ipynb shows something else than is stored, in c01" in line for line in said)


def test_a_stream_is_in_one_piece_however_busy_the_kernel_was() -> None:
    out, err = ({"output_type": "stream", "name": name} for name in ("stdout", "stderr"))
    pieces = [{**out, "text": "a\n"}, {**out, "text": "b\n"}, {**err, "text": "c\n"}, {**out, "text": "d\n"}]
    assert [output["text"] for output in execute.joined(pieces)] == ["a\nb\n", "c\n", "d\n"]


@pytest.mark.parametrize(
    ("drawn", "same"),
    [('x="10.01" y="2"', True), ('x="11" y="2"', False), ('x="10" y="2" z="3"', False), ('x="ten" y="2"', False)],
)
def test_a_stale_picture_is_found_and_another_last_digit_is_not_one(book: Path, drawn: str, same: bool) -> None:
    def shown(attributes: str) -> list[dict[str, Any]]:
        data = {"text/plain": "F", PICTURE: f"<svg><rect {attributes}></rect></svg>"}
        return [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}]

    path = book / "one.ipynb"
    made = notebook("figure")
    made["cells"][0]["outputs"] = shown('x="10" y="2"')
    notebooks.write(path, made)
    assert execute.differences(path, [shown(drawn)]) == ([] if same else ["c01"])
    made["cells"][0]["metadata"]["tags"] = ["varies"]
    notebooks.write(path, made)
    assert execute.differences(path, [shown(drawn)]) == []
    assert execute.differences(path, [[]]) == ["c01"]


def test_what_a_cell_plots_is_stored_as_one_picture_and_shown_in_every_edition(book: Path) -> None:
    plot = (
        "import matplotlib.pyplot as plt\nfrom d2lparams import view\nview.plot_style()",
        "fig, ax = plt.subplots()\nax.plot([3, 2, 1]); ax.set(xlabel='step · 스텝')\n"
        "view.describe(fig, en='It falls.', ko='줄어듭니다.')",
        "plt.subplots()[1].plot([1, 2]);",
    )
    path = book / "one.ipynb"
    notebooks.write(path, notebook(*plot))
    notebooks.store(path)
    stored = notebooks.read(path)
    nothing, plotted, bare = (cell["outputs"] for cell in stored["cells"])
    assert not nothing and len(plotted) == len(bare) == 1
    assert execute.text(plotted) == "It falls. · 줄어듭니다." and execute.text(bare) == "A figure · 그림"
    (picture,) = pictures(plotted)
    assert set(plotted[0]["data"]) == {"text/plain", "text/html"}
    ElementTree.fromstring(picture)  # what an untrusted notebook shows is a document of its own
    fresh = execute.run(path)
    assert not execute.differences(path, fresh)
    plotted[:] = fresh[1]
    for edition, name in (("en", "It falls."), ("ko", "줄어듭니다."), ("both", "It falls. · 줄어듭니다.")):
        data = transform(stored, edition)["cells"][1]["outputs"][0]["data"]
        assert data["text/html"].startswith('<figure class="d2l-plot"><svg ')
        assert f'role="img" aria-label="{name}"' in data["text/html"] and "image/svg+xml" not in data
        assert ("스텝" in data["text/html"]) == (edition != "en")


def test_an_error_in_a_cell_names_the_error(book: Path) -> None:
    notebooks.write(book / "one.ipynb", notebook("1 / 0"))
    with pytest.raises(Exception, match="ZeroDivisionError"):
        execute.run(book / "one.ipynb")


def test_normalising_drops_what_changes_from_run_to_run() -> None:
    made = notebook("w")
    made["metadata"] = {"widgets": {"state": 1}, "title": {"en": "A", "ko": "가"}}
    cell = made["cells"][0]
    cell["metadata"] = {"execution": {"iopub.execute_input": "now"}, "tags": ["check"], "collapsed": False}
    data = {"text/plain": "W()", WIDGET: {"model_id": "random"}, MIME: {"states": {}}, PICTURE: "<svg></svg>"}
    shown = {"output_type": "execute_result", "data": data, "metadata": {"x": 1}, "execution_count": 41}
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "a\nb\n"}, shown]
    result = notebooks.normalised(made)
    (new,) = result["cells"]
    assert new["metadata"] == {"tags": ["check"]}
    assert new["outputs"][0]["text"] == ["a\n", "b\n"]
    assert new["outputs"][1]["data"] == {"text/plain": ["W()"], "text/html": [image("<svg></svg>")]}
    assert new["outputs"][1]["execution_count"] == new["execution_count"] == 1
    assert result["metadata"]["d2l"] == {"title": {"en": "A", "ko": "가"}}
    assert notebooks.normalised(json.loads(notebooks.dump(result))) == result


def test_a_figure_that_was_live_when_its_notebook_was_saved_is_stored_as_its_picture() -> None:
    made = notebook("w")
    data = {"text/plain": "W()", "text/html": '<div data-d2l-place="a1">\n<img alt="A"></div>'}
    made["cells"][0]["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    (cell,) = notebooks.normalised(made)["cells"]
    assert "".join(cell["outputs"][0]["data"]["text/html"]).strip() == '<img alt="A">'


def test_declaring_pairs_checked_renews_only_stale_hashes(tmp_path: Path) -> None:
    english = {"cell_type": "markdown", "id": "p01-en", "metadata": {"tags": ["lang-en"]}, "source": "A"}
    korean = {"cell_type": "markdown", "id": "p01-ko", "metadata": {"tags": ["lang-ko"]}, "source": "가"}
    made = {**notebook(), "cells": [english, korean]}
    path = tmp_path / "one.ipynb"
    notebooks.write(path, made)
    assert notebooks.declare_checked(path) == "p01-ko"
    assert notebooks.declare_checked(path) == "every pair was fresh"


def test_an_address_in_an_output_is_refused(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counting(monkeypatch, "<object object at 0x7fae234b7210>\n")
    with pytest.raises(SystemExit, match="c01: the output shows an address"):
        notebooks.store(book / "one.ipynb")


def test_the_server_gives_wasm_its_type_and_takes_the_next_free_port(tmp_path: Path) -> None:
    (tmp_path / "a.wasm").write_bytes(b"\0asm")
    with server(tmp_path, 0) as first:
        port = first.server_address[1]
        with server(tmp_path, port) as second:
            assert second.server_address[1] > port
        threading.Thread(target=first.serve_forever, daemon=True).start()
        with urllib.request.urlopen(f"http://localhost:{port}/a.wasm") as answer:
            assert answer.headers["Content-Type"] == "application/wasm"
            assert answer.headers["Cache-Control"] == "no-cache"
        first.shutdown()


@pytest.mark.parametrize("suffix", ["html", "css", "js", "mjs", "json", "ipynb", "wasm", "woff2", "svg", "png", "whl"])
def test_what_the_registry_of_a_machine_calls_a_file_changes_no_type(
    monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(mimetypes, "guess_type", lambda *_: ("text/plain", None))
    assert "plain" not in serve.Handler.guess_type(serve.Handler, f"/a.{suffix}")  # type: ignore[arg-type]


def test_a_room_is_given_the_addresses_of_this_machine_and_one_reader_his_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "own_addresses", lambda: ["10.0.0.7", "192.168.1.5"])
    said = serve.greeting("0.0.0.0", 8000)
    for address in ("http://localhost:8000/", "http://10.0.0.7:8000/", "http://192.168.1.5:8000/"):
        assert address in said.split()
    assert re.findall(r"http:\S+", serve.greeting("localhost", 8001)) == ["http://localhost:8001/"]
    monkeypatch.setattr(serve, "own_addresses", list)
    assert "no network" in serve.greeting("0.0.0.0", 8000)


def test_a_room_reaches_the_book_at_the_addresses_that_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("The book", encoding="utf-8")
    with server(tmp_path, 0, host="0.0.0.0") as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        for address in ["localhost", *serve.own_addresses()]:
            with urllib.request.urlopen(f"http://{address}:{running.server_port}/") as answer:
                assert answer.read() == b"The book"
        running.shutdown()


def test_addresses_are_found_without_sending_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise AssertionError("something was sent")

    for name in ("send", "sendto", "sendall"):
        monkeypatch.setattr(socket.socket, name, forbidden, raising=False)
    for address in serve.own_addresses():
        assert serve.ADDRESS.fullmatch(address) and not address.startswith("127.")


@pytest.mark.parametrize("host", ["localhost", "x86_64-conda-linux-gnu", "my-laptop"])
def test_what_shells_keep_in_host_opens_the_book_to_nobody_else(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    taken: list[str] = []

    def server(folder: Path, port: int, host: str) -> None:
        taken.append(host)
        raise SystemExit

    monkeypatch.setattr(serve, "server", server)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit):
        serve.serve(0, host)
    assert taken == ["127.0.0.1"]


def test_a_browser_named_in_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("D2L_BROWSER", "/opt/mine")
    assert browser.executable() == "/opt/mine"


def test_every_document_of_the_contents_exists() -> None:
    for name in project.documents():
        assert (project.BOOK / f"{name}.ipynb").exists() or (project.BOOK / f"{name}.md").exists()

"""A reader's own file on a page: chosen, dropped, large, damaged, hostile; it is shown, and it goes nowhere."""

from __future__ import annotations

import json
import pickle
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hosting import Host
from live_pages import ready, run
from playwright.sync_api import Locator, Page, expect
from safetensors.numpy import save_file
from site_pages import arrive

PATH = "en/weights.html"
FIRST, SECOND = "#d2l-own-first", "#d2l-own-second"
RNG = np.random.default_rng(3)
# Drops a file on the box of a cell, as a reader does who drags it there.
DROP = """([selector, name, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)), transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name));
  const zone = document.querySelector(selector).parentElement;
  for (const kind of ["dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true}));
  }
}"""


def zone(page: Page, selector: str) -> Locator:
    """Return the box of a file."""
    return page.locator(".d2l-own", has=page.locator(selector))


def told(page: Page, selector: str = FIRST) -> Locator:
    """Return what a box says of its file."""
    return zone(page, selector).locator("[role=status]")


def shown(page: Page, selector: str = FIRST) -> Locator:
    """Return what the cell of a box shows."""
    return page.locator("article .cell", has=page.locator(selector)).locator(".d2l-output")


def choose(page: Page, path: Path, selector: str = FIRST, word: str = "is shown below") -> Locator:
    """Choose a file; return what the cell shows when the box says that it has ended."""
    page.set_input_files(selector, path)
    expect(told(page, selector)).to_contain_text(path.name)
    expect(told(page, selector)).to_contain_text(word)
    return shown(page, selector)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return files as readers have them, by name."""
    folder = tmp_path_factory.mktemp("files")
    made = {name: folder / name for name in ("mine.safetensors", "mine.npz", "other.npz", "cut.safetensors", "net.pt")}
    weight = RNG.normal(0, 0.02, (64, 32)).astype(np.float32)
    save_file({"layer.weight": weight, "layer.bias": np.zeros(64, np.float32)}, made["mine.safetensors"])
    np.savez_compressed(made["mine.npz"], first=weight, second=weight)
    np.savez(made["other.npz"], **{"layer.weight": weight * 1.5, "layer.bias": np.zeros(64, np.float32)})
    made["cut.safetensors"].write_bytes(made["mine.safetensors"].read_bytes()[:-100])
    made["net.pt"].write_bytes(pickle.dumps({"weight": [1.0]}))
    return made


@pytest.fixture(scope="module")
def page_of_files(shared_page: Page, address: str) -> Page:
    """Return the page for files, which the tests of this module share; nobody has pressed its button."""
    arrive(shared_page, address + PATH)
    return shared_page


def test_a_chosen_file_starts_python_is_shown_and_goes_nowhere(page_of_files: Page, files: dict[str, Path]) -> None:
    page = page_of_files
    methods: list[str] = []
    page.on("request", lambda request: methods.append(request.method))
    place = choose(page, files["mine.safetensors"])
    expect(place.locator("svg.d2l-scene")).to_have_count(1)
    expect(place.locator(".d2l-say")).to_contain_text("mine.safetensors: 2 tensors, 2,112 numbers")
    for look in ("histogram", "heat map", "spectrum"):
        place.locator("select").first.select_option(label=look)
        expect(place.locator(".d2l-say")).to_contain_text("layer.bias" if look != "spectrum" else "no spectrum")
    place.locator("select").nth(1).select_option(label="layer.weight")
    expect(place.locator(".d2l-say")).to_contain_text("the largest singular value")
    assert set(methods) == {"GET"} and not any("mine.safetensors" in path for path in Host.asked)


def test_a_dropped_file_is_shown_and_so_is_one_after_another(page_of_files: Page, files: dict[str, Path]) -> None:
    page = page_of_files
    data = b64encode(files["mine.npz"].read_bytes()).decode()
    page.evaluate(DROP, [FIRST, "dropped <b>.npz", data])
    expect(told(page)).to_contain_text("dropped <b>.npz, ")
    expect(told(page)).to_contain_text("is shown below")
    expect(shown(page).locator(".d2l-say")).to_contain_text("dropped <b>.npz: 2 tensors")
    expect(choose(page, files["mine.safetensors"]).locator(".d2l-say")).to_contain_text("mine.safetensors: 2 tensors")


@pytest.mark.parametrize(("name", "lesson"), [("cut.safetensors", "it was cut off"), ("net.pt", "is a pickle")])
def test_a_damaged_and_a_hostile_file_have_their_lessons(
    page_of_files: Page, files: dict[str, Path], name: str, lesson: str
) -> None:
    place = choose(page_of_files, files[name], word="could not be shown")
    expect(place.locator(".d2l-error")).to_contain_text("FileFormatError")
    expect(place.locator(".d2l-error")).to_contain_text(lesson)


def test_of_a_file_of_two_gigabytes_header_and_slices_are_read(page_of_files: Page, tmp_path: Path) -> None:
    page, path, rows = page_of_files, tmp_path / "large.safetensors", 1 << 16
    size = rows * 4096 * 4
    header = {
        f"{i}.weight": {"dtype": "F32", "shape": [rows, 4096], "data_offsets": [i * size, (i + 1) * size]}
        for i in range(2)
    }
    text = json.dumps(header).encode()
    with path.open("wb") as stream:
        stream.write(len(text).to_bytes(8, "little") + text)
        stream.truncate(8 + len(text) + 2 * size)
        stream.seek(-4, 2)
        stream.write(np.float32(7.5).tobytes())
    place = choose(page, path)
    expect(place.locator(".d2l-say")).to_contain_text("2 tensors, 536,870,912 numbers in 2,147,4")
    last = page.evaluate("window.d2lPage.cells.length")
    code = (
        "file = opened.look(opened.chosen('first'))\nprint(file.taken)\n"
        "print(file.sample('1.weight').values[-1, -1], file.taken)"
    )
    header_bytes, line = run(page, last, code).inner_text().split("\n")[:2]
    value, taken = line.split()
    assert int(header_bytes) < 400 and value == "7.5" and int(taken) < 1_000_000


def test_two_chosen_files_are_compared(page_of_files: Page, files: dict[str, Path]) -> None:
    choose(page_of_files, files["mine.safetensors"])
    place = choose(page_of_files, files["other.npz"], SECOND)
    expect(place.locator(".d2l-say")).to_contain_text("1 of 2 tensors are frozen")
    place.get_by_role("slider").press("End")
    expect(place.locator(".d2l-say")).to_contain_text("layer.weight moved by 50.00% of its length")


def test_a_fresh_python_is_lent_the_files_anew(page_of_files: Page, files: dict[str, Path]) -> None:
    choose(page_of_files, files["mine.safetensors"])
    page_of_files.evaluate("window.d2lPage.restart()")
    ready(page_of_files)
    run(page_of_files, 1)
    expect(run(page_of_files, 2).locator(".d2l-say")).to_contain_text("mine.safetensors")


def test_a_file_of_another_tab_leaves_an_open_figure_as_it_is(
    page_of_files: Page, files: dict[str, Path], address: str
) -> None:
    page = page_of_files
    place = choose(page, files["mine.safetensors"])
    other = page.context.new_page()
    arrive(other, address + PATH)
    expect(choose(other, files["other.npz"]).locator(".d2l-say")).to_contain_text("other.npz")
    other.close()
    place.locator("select").nth(1).select_option(label="layer.weight")
    place.locator("select").first.select_option(label="histogram")
    expect(place.locator(".d2l-say")).to_contain_text("sigma 0.02")


@pytest.mark.parametrize("edition", ["ko", "both"])
def test_a_page_with_a_python_of_its_own_shows_it_too_in_the_words_of_its_readers(
    new_page: Callable[..., Page], files: dict[str, Path], address: str, edition: str
) -> None:
    page = new_page(viewport={"width": 390, "height": 800})
    page.add_init_script(
        "delete window.SharedWorker; Object.defineProperty(window, 'localStorage', {get() { throw 1; }})"
    )
    arrive(page, f"{address}{edition}/weights.html")
    place = choose(page, files["mine.safetensors"], word="아래에 보입니다")
    expect(place.locator(".d2l-say")).to_contain_text("텐서 2개")


def test_a_box_is_reached_and_named_without_a_mouse(page: Page, address: str) -> None:
    arrive(page, address + PATH)
    box = page.get_by_label("Choose a file", exact=True)
    box.focus()
    label = zone(page, FIRST).locator("label")
    assert label.evaluate("(node) => getComputedStyle(node).outlineStyle") == "solid"
    assert label.bounding_box()["height"] >= 24
    with page.expect_file_chooser():
        box.press("Enter")  # whatever has taken the focus since

"""One library stands beside ours at a time, without a script, and on paper all of them do."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tools.rosetta import data

SEEN = """() => [...document.querySelectorAll(".d2l-choice")].map((task) => [...task.children]
  .filter((piece) => piece.checkVisibility()).map((piece) => piece.querySelector("p").textContent.trim()))"""


def test_a_library_is_chosen_by_keyboard_and_without_scripts(new_page: Callable[..., Page], address: str) -> None:
    names = {library: said["name"] for library, said in data()["library"].items()}
    page = new_page(viewport={"width": 390, "height": 800}, java_script_enabled=False)
    page.goto(f"{address}both/rosetta.html")
    tasks = len(data()["task"])
    assert page.evaluate(SEEN) == [[names["d2lparams"], names["torch"]]] * tasks
    page.focus("#library-torch")
    page.keyboard.press("ArrowRight")
    assert page.evaluate(SEEN) == [[names["d2lparams"], names["keras"]]] * tasks
    page.check("#library-all")
    assert page.evaluate(SEEN) == [list(names.values())] * tasks
    page.check("#library-equinox")
    page.emulate_media(media="print")
    assert page.evaluate(SEEN) == [list(names.values())] * tasks

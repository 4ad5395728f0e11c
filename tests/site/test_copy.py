"""Code is copied by a button, from a live page as it stands in the editor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from live_pages import cell, press, write
from playwright.sync_api import Page, expect
from site_pages import arrive

from tools.project import BOOK
from tools.text.cells import read, source, tags

HEARD = "p.d2l-unseen[role=status]"
SESSION = """() => {
  const block = document.querySelector("article div.highlight pre");
  block.textContent = ">>> for n in range(2):\\n...     print(n)\\n0\\n1\\n";
}"""
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"


def clipboard(page: Page) -> str:
    """Return what was copied last."""
    return str(page.evaluate("navigator.clipboard.readText()"))


def open_page(new_page: Callable[..., Page], address: str, path: str) -> Page:
    """Open a page that may read the clipboard, as a paste does."""
    page = new_page(permissions=["clipboard-read", "clipboard-write"], viewport={"width": 1280, "height": 900})
    arrive(page, address + path)
    return page


def test_every_piece_of_code_is_copied_by_keyboard_and_that_is_said(
    new_page: Callable[..., Page], address: str
) -> None:
    page = open_page(new_page, address, "ko/tree.html")
    code = [cell for cell in read(BOOK / "tree.ipynb")["cells"] if cell["cell_type"] == "code"]
    assert page.locator(".cell_input .copy").count() == len(code)
    number = next(i for i, each in enumerate(code) if not {"hide-input", "solution", "check"} & set(tags(each)))
    button = page.locator(".cell_input .copy").nth(number)
    button.press("Enter")
    expect(button).to_have_text("복사됨")
    expect(page.locator(HEARD)).to_have_text("코드를 복사했습니다.")
    assert clipboard(page) == source(code[number])


def test_a_session_is_copied_without_its_prompts_and_answers(new_page: Callable[..., Page], address: str) -> None:
    page = open_page(new_page, address, "en/deferred.html")
    page.evaluate(SESSION)
    page.locator(".copy").first.press("Enter")
    expect(page.locator(HEARD)).not_to_be_empty()
    assert clipboard(page) == "for n in range(2):\n    print(n)"


def test_where_the_browser_keeps_the_clipboard_the_code_is_copied_the_older_way(
    new_page: Callable[..., Page], address: str
) -> None:
    page = new_page(permissions=["clipboard-read"])
    page.add_init_script(f"window.asked = navigator.clipboard; {NO_CLIPBOARD}")
    arrive(page, f"{address}en/deferred.html")
    button = page.locator(".cell_input .copy").first
    button.press("Enter")
    expect(button).to_have_text("Copied")
    assert page.evaluate("asked.readText()").startswith("import")
    assert button.evaluate("(node) => node === document.activeElement")


@pytest.mark.parametrize("number", [2])
def test_a_live_editor_gives_what_stands_in_it(new_page: Callable[..., Page], address: str, number: int) -> None:
    page = open_page(new_page, address, "both/tree.html")
    press(page)
    write(page, number, "print('mine')")
    cell(page, number).locator(".copy").press("Enter")
    expect(cell(page, number).locator(".copy")).to_have_text("Copied · 복사됨")
    assert clipboard(page) == "print('mine')"

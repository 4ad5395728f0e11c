"""Kept work: what a reader makes of a page is there the next day, is his, is told apart from the book's, and can go."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
import pytest
from axe import accessible
from hosting import Host
from live_pages import cell, go_live, press, run, write
from playwright.sync_api import Locator, Page, expect
from site_pages import arrive, parsed
from test_lite import OPEN

from tools.project import SITE, documents
from tools.text import jupyter
from tools.text.cells import read, source, tags
from tools.text.words import EDITIONS

WIDE = {"width": 1280, "height": 900}
NAME = "tree"
PATH = f"en/{NAME}.html"
MINE = "answer_1 = 42  # my own"
# Changes the cell of a number, counted from 1, as its editor does.
EDIT = "([number, code]) => d2lYours.cells[number - 1].edit(code)"
# Keeps code for a cell of this page, begun from the printed code with a hash.
PUT = "([cell, book, code]) => d2lKept.put('code', d2lYours.page, cell, {book, code})"
STORED = "() => Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith('d2l-kept')))"
WORDS = {"en": "Yours, kept in this browser.", "ko": "이 브라우저에 보관됩니다."}
# Where everything stands that a mark could move.
PLACES = """() => [...document.querySelectorAll("article :is(h1, h2, h3, p, .cell), .chapters a")].map((node) => {
  const {x, y, width, height} = node.getBoundingClientRect();
  return [x, y + scrollY, width, height].map(Math.round);
})"""


def notebook(edition: str = "en") -> dict[str, Any]:
    """Return the notebook that the page of the chapter offers."""
    page = parsed(f"{edition}/{NAME}.html")
    link = page.select_one(".d2l-elsewhere a[download]")
    assert link
    return read(SITE / edition / str(link["href"]))


def number(tag: str, nth: int = 0) -> int:
    """Return the number of a code cell, counted from 1: of those with a tag the nth."""
    cells = [one for one in notebook()["cells"] if one["cell_type"] == "code" and not is_first_aid(one)]
    return [i for i, one in enumerate(cells, 1) if tag in tags(one)][nth]


def is_first_aid(one: dict[str, Any]) -> bool:
    """Return whether a code cell is none of the page's: what a download has in front to install the package."""
    page = (SITE / PATH).read_text(encoding="utf-8")
    return one["cell_type"] == "code" and f'id="cell-{one["id"]}"' not in page


def yours(page: Page, nth: int) -> Locator:
    """Return the words about a cell."""
    return cell(page, nth).locator(".d2l-yours")


def seen(page: Page, nth: int) -> str:
    """Return the code that a reader sees in a cell."""
    code = cell(page, nth).locator(".cell_input :is(.cm-content, pre):visible")
    return "\n".join(code.all_inner_texts()).strip()


def offer(place: Locator, words: str) -> Locator:
    """Return a button."""
    return place.get_by_role("button", name=words)


@pytest.fixture
def here(page: Page, address: str) -> Page:
    """Return the page of a chapter, without Python."""
    arrive(page, address + PATH)
    return page


def test_code_cells_have_the_same_ids_in_all_editions_as_in_the_notebook() -> None:
    for name in documents():
        found = {}
        for edition in EDITIONS:
            page = parsed(f"{edition}/{name}.html")
            found[edition] = [node.get("id") for node in page.select("article .cell")]
            assert len(set(found[edition])) == len(found[edition])
        stored = [
            one for one in read(SITE.parent.parent / "book" / f"{name}.ipynb")["cells"] if one["cell_type"] == "code"
        ]
        assert found["en"] == found["ko"] == found["both"] == [f"cell-{one['id']}" for one in stored]


def test_an_answer_is_there_the_next_day_in_every_edition_before_python_runs_and_after(
    page: Page, address: str
) -> None:
    answer = number("answer")
    go_live(page, address, PATH)
    run(page, answer, MINE)
    expect(yours(page, answer)).to_contain_text(WORDS["en"])
    page.locator(".neighbours .next").click()  # left by a link to the next chapter
    page.wait_for_url(lambda url: f"/{NAME}.html" not in url)
    page.locator(".neighbours .prev").click()
    page.wait_for_url(lambda url: f"/{NAME}.html" in url)
    assert seen(page, answer) == MINE
    context = page.context
    page.close()
    tomorrow = context.new_page()
    for edition in EDITIONS:
        arrive(tomorrow, f"{address}{edition}/{NAME}.html")
        assert seen(tomorrow, answer) == MINE
        for language, words in WORDS.items():
            assert (words in yours(tomorrow, answer).inner_text()) == (edition in (language, "both"))
    press(tomorrow)
    assert tomorrow.evaluate(f"window.d2lPage.cells[{answer - 1}].wanted") == MINE
    assert seen(tomorrow, answer) == MINE


def test_a_folded_cell_that_is_yours_is_open_and_what_it_shows_is_said_to_be_the_books(here: Page) -> None:
    folded = number("hide-input")
    here.evaluate(EDIT, [folded, "'mine'"])
    here.reload()
    assert seen(here, folded) == "'mine'"
    expect(yours(here, folded)).to_contain_text("what it shows is still the book's")


def test_code_as_the_book_prints_it_is_nobodys(here: Page) -> None:
    printed = seen(here, 3)
    here.evaluate(EDIT, [3, f"{printed} # mine"])
    here.evaluate(EDIT, [3, printed])
    assert here.evaluate(STORED) == {}
    assert yours(here, 3).inner_text() == ""


def test_a_cell_that_the_book_has_changed_says_so_and_offers_both(here: Page) -> None:
    name, printed = here.evaluate("d2lYours.cells[2].id"), seen(here, 3)
    here.evaluate(PUT, [name, "older", "x = 'mine'"])
    here.reload()
    assert seen(here, 3) == "x = 'mine'"
    expect(yours(here, 3)).to_contain_text("This cell was changed in the book; yours is kept.")
    offer(yours(here, 3), "Take the book's").click()
    assert seen(here, 3) == printed and here.evaluate(STORED) == {}
    expect(offer(yours(here, 3), "Bring mine back")).to_be_focused()
    offer(yours(here, 3), "Bring mine back").click()
    assert seen(here, 3) == "x = 'mine'"
    here.evaluate(PUT, [name, "older", "x = 'mine'"])
    offer(yours(here, 3), "Keep mine").click()
    here.reload()
    assert seen(here, 3) == "x = 'mine'"
    expect(yours(here, 3)).to_contain_text(WORDS["en"])


def test_an_edit_follows_its_cell_where_the_book_has_won_others_and_outlives_a_cell_that_is_gone(here: Page) -> None:
    names, hashes = here.evaluate("[d2lYours.cells.map(({id}) => id), d2lYours.cells.map(({hash}) => hash)]")
    for i in range(3):  # the chapter had these three one cell earlier
        here.evaluate(PUT, [names[i + 2], hashes[i + 3], f"mine = {i}"])
    here.evaluate(PUT, ["c99", "gone", "mine = 'gone'"])
    here.reload()
    assert [seen(here, i + 4) for i in range(3)] == [f"mine = {i}" for i in range(3)]
    assert WORDS["en"] in yours(here, 4).inner_text() and not yours(here, 3).inner_text()
    gone = here.locator(".d2l-gone")
    expect(gone).to_contain_text("mine = 'gone'")
    offer(gone, "Remove").click()
    expect(gone).to_be_hidden()
    assert len(here.evaluate(STORED)) == 3


def test_an_edit_is_not_written_over_by_one_that_moves_to_its_name(here: Page) -> None:
    names, hashes = here.evaluate("[d2lYours.cells.map(({id}) => id), d2lYours.cells.map(({hash}) => hash)]")
    here.evaluate(PUT, [names[2], hashes[3], "moves"])
    here.evaluate(PUT, [names[3], "gone", "stays"])
    here.reload()
    assert seen(here, 4) == "moves"
    expect(here.locator(".d2l-gone")).to_contain_text("stays")


def test_a_cell_goes_back_to_the_books_and_comes_back(tab: Page, address: str) -> None:
    page = go_live(tab, address, PATH)
    printed = page.evaluate("window.d2lPage.cells[3].wanted")
    write(page, 4, "x = 'mine'")
    offer(yours(page, 4), "Back to the book's").click()
    assert page.evaluate("window.d2lPage.cells[3].wanted") == printed
    offer(yours(page, 4), "Bring mine back").click()
    assert page.evaluate("window.d2lPage.cells[3].wanted") == "x = 'mine'"
    page.get_by_role("button", name="Reset page").click()
    assert page.evaluate("window.d2lPage.cells[3].wanted") == printed and page.evaluate(STORED) == {}
    expect(page.locator(".d2l-status")).to_contain_text("can bring yours back")
    offer(yours(page, 4), "Bring mine back").click()
    assert page.evaluate("window.d2lPage.cells[3].wanted") == "x = 'mine'"
    notes = page.locator(".d2l-tools button").evaluate_all("(all) => all.map(({title}) => title)")
    assert sum("variables" in note and "code" in note for note in notes) == 2  # Stop and Restart
    assert sum("solved exercises stay" in note for note in notes) == 1


def test_a_page_is_reset_before_python_runs_and_its_solved_exercises_stay(here: Page) -> None:
    printed = [seen(here, 3), seen(here, 4)]
    check = number("check")
    here.evaluate(f"d2lYours.cells[{check - 1}].solve()")
    for i in (3, 4):
        here.evaluate(EDIT, [i, "x = 'mine'"])
    offer(here.locator(".d2l-work"), "Reset this page").click()
    assert [seen(here, 3), seen(here, 4)] == printed
    expect(here.locator(".d2l-told")).to_contain_text("bring yours back")
    assert [key.split("/")[1] for key in here.evaluate(STORED)] == ["solved"]


def test_everything_kept_goes_at_one_control_that_asks_first_and_nothing_else_does(here: Page) -> None:
    here.evaluate(EDIT, [3, "x = 'mine'"])
    here.evaluate("d2lKept.put('code', 'tied', 'c01', {book: '', code: 'y'})")
    here.evaluate("localStorage.setItem('d2l-kept.9/of a later day', 'z')")
    here.evaluate("localStorage.setItem('of another page', 'stays')")
    work = here.locator(".d2l-work")
    expect(work).to_contain_text("kept in this browser on this computer and nowhere else")
    offer(work, "Clear everything kept").click()
    expect(offer(work, "Keep them")).to_be_focused()
    offer(work, "Keep them").click()
    assert len(here.evaluate(STORED)) == 3
    offer(work, "Clear everything kept").click()
    work.locator("[data-do=clear]").click()
    assert here.evaluate(STORED) == {} and here.evaluate("localStorage.getItem('of another page')") == "stays"
    expect(offer(work, "Clear everything kept")).to_be_focused()
    assert "mine" not in seen(here, 3)


def test_what_another_version_or_program_has_stored_is_passed_over_and_stays(here: Page) -> None:
    name = here.evaluate("d2lYours.cells[2].id")
    odd = {
        f"d2l-kept.1/code/{NAME}/{name}": "{half",
        "d2l-kept.2/code": "later",
        f"d2l-kept.1/code/{NAME}/c04": '{"book": 1}',
    }
    here.evaluate("(odd) => Object.entries(odd).forEach(([key, text]) => localStorage.setItem(key, text))", odd)
    printed = seen(here, 3)
    here.reload()
    assert seen(here, 3) == printed
    here.evaluate(EDIT, [5, "x"])
    assert {key: text for key, text in here.evaluate(STORED).items() if key in odd} == odd


BLOCKED = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }})"


def test_a_browser_that_keeps_nothing_says_so_where_it_matters_and_the_page_works(page: Page, address: str) -> None:
    page.add_init_script(BLOCKED)
    go_live(page, address, PATH)
    expect(page.locator(".d2l-refused")).to_contain_text("This browser keeps nothing")
    place = run(page, 4, "6 * 7")
    expect(place).to_have_text("42")
    expect(yours(page, 4)).to_contain_text("this browser does not keep it: download “My notebook”")
    assert source(by_id(download(page), page, 4)) == "6 * 7"
    page.get_by_role("button", name="Reset page").click()
    assert yours(page, 4).inner_text().startswith("The book's version.")


def test_a_full_store_says_so_at_the_cell_and_keeps_what_it_had(here: Page) -> None:
    here.evaluate(EDIT, [3, "x = 'kept'"])
    here.evaluate(
        """() => {
          let all = "";
          for (let size = 1 << 22; size; size >>= 1) {
            try { localStorage.setItem("full", all + "x".repeat(size)); } catch { continue; }
            all += "x".repeat(size);
          }
        }"""
    )
    here.evaluate(EDIT, [4, "x = 'too much'"])
    expect(yours(here, 4)).to_contain_text("this browser does not keep it")
    assert seen(here, 4) == "x = 'too much'"
    here.evaluate("localStorage.removeItem('full')")
    here.evaluate(EDIT, [4, "x = 'fits now'"])
    expect(yours(here, 4)).to_contain_text(WORDS["en"])
    here.reload()
    assert [seen(here, 3), seen(here, 4)] == ["x = 'kept'", "x = 'fits now'"]


def test_the_later_edit_of_two_tabs_stays_and_both_show_it(tab: Page, address: str) -> None:
    page = go_live(tab, address, PATH)
    other = page.context.new_page()
    arrive(other, f"{address}ko/{NAME}.html")
    write(page, 3, "x = 'first'")
    write(page, 4, "y = 'first'")
    expect(cell(other, 3).locator(".d2l-mine pre")).to_have_text("x = 'first'")
    other.evaluate(EDIT, [3, "x = 'later'"])
    expect(cell(page, 3).locator(".cm-content")).to_have_text("x = 'later'")
    other.evaluate("(i) => d2lYours.cells[i].solve()", number("check") - 1)
    expect(page.locator(".d2l-solved")).to_have_count(1)
    for one in (page, other):
        stored = [json.loads(text)["code"] for text in one.evaluate(STORED).values()]
        assert sorted(stored) == ["", "x = 'later'", "y = 'first'"]
        one.reload()
        assert [seen(one, 3), seen(one, 4)] == ["x = 'later'", "y = 'first'"]
    other.evaluate("d2lKept.clear()")
    expect(page.locator(".d2l-yours:not(:empty)")).to_have_count(0)
    other.close()


def download(page: Page) -> dict[str, Any]:
    """Press "My notebook"; return it, read as Jupyter reads it."""
    with page.expect_download() as coming:
        page.locator(".d2l-work [data-do=save]").click()
    assert coming.value.suggested_filename == f"my-{NAME}.ipynb"
    text = Path(coming.value.path()).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    nbformat.validate(nbformat.reads(text, as_version=nbformat.NO_CONVERT))
    return found


def test_my_notebook_is_saved_by_the_next_press_where_its_script_did_not_come(
    new_page: Callable[..., Page], address: str
) -> None:
    page = new_page(watched=False)  # the lost file is an error
    arrive(page, f"{address}en/{NAME}.html")
    Host.lost.add("*/live/mine.js")
    try:
        page.locator(".d2l-work [data-do=save]").click()
        expect(page.locator(".d2l-told")).to_contain_text("did not load")
    finally:
        Host.lost.clear()
    assert download(page)["cells"]


def by_id(found: dict[str, Any], page: Page, nth: int) -> dict[str, Any]:
    """Return the cell of a notebook that a page shows as its nth."""
    name = page.evaluate(f"d2lYours.cells[{nth - 1}].id")
    return next(dict(one) for one in found["cells"] if one["id"] == name)


@pytest.mark.parametrize("edition", EDITIONS)
def test_my_notebook_is_the_editions_own_with_my_code_and_nothing_stale(page: Page, address: str, edition: str) -> None:
    arrive(page, f"{address}{edition}/{NAME}.html")
    changed = number("answer")
    page.evaluate(EDIT, [changed, f"{MINE}\nprint('안녕')"])
    page.evaluate(PUT, ["c99", "gone", "mine = 'gone'"])
    page.reload()
    mine, books = ({one["id"]: one for one in found["cells"]} for found in (download(page), notebook(edition)))
    assert list(mine) == [*books, "mine-c99"]
    assert source(mine.pop("mine-c99")) == "mine = 'gone'"
    names = [
        name for name, one in books.items() if not is_first_aid(one)
    ]  # what installs the package knows its address
    place = names.index(page.evaluate(f"d2lYours.cells[{changed - 1}].id"))
    assert [mine[name] for name in names[:place]] == [books[name] for name in names[:place]]
    assert source(mine[names[place]]) == f"{MINE}\nprint('안녕')" and "answer" in tags(mine[names[place]])
    for name in names[place:]:
        assert tags(mine[name]) == tags(books[name])
        assert name == names[place] or source(mine[name]) == source(books[name])
        assert mine[name]["cell_type"] != "code" or (mine[name]["outputs"], mine[name]["execution_count"]) == ([], None)
    assert any("solution" in tags(mine[name]) for name in names[place:])


def solve(page: Page, nth: int = 0) -> None:
    """Write the solution of an exercise as the reader's answer, and press the button of its check."""
    write(page, number("answer", nth), page.evaluate(f"window.d2lPage.cells[{number('solution', nth) - 1}].code"))
    check = cell(page, number("check", nth))
    offer(check, "Check my answer").or_(offer(check, "답 확인")).click()


def test_an_exercise_is_marked_when_its_check_passes_and_nothing_moves(tab: Page, address: str) -> None:
    page = go_live(tab, address, PATH)
    page.evaluate("window.d2lPage.runAll()")
    expect(page.locator(".d2l-status")).to_contain_text("cells ran")
    assert page.locator(".d2l-solved").count() == 0, "the book's own answers and solutions are not the reader's"
    # A variable that the solution has left behind is no answer, and words are no verdict.
    run(page, number("solution"))
    run(page, number("check"))
    run(page, number("answer"), "print('Well done: it is printed.')")
    assert page.locator(".d2l-solved").count() == 0
    solve(page)
    mark = page.locator(".d2l-solved")
    expect(mark).to_have_count(1)
    expect(page.locator(".d2l-status")).to_contain_text("cells ran")
    after = page.evaluate(PLACES)
    page.evaluate("document.querySelectorAll('.d2l-solved, .d2l-tally > *').forEach((node) => node.remove())")
    assert page.evaluate(PLACES) == after
    names = {"en": ("Solved", "1 of 4 exercises solved"), "ko": ("풀었음", "연습 문제 4개 중 1개를 풀었음")}
    for edition, (solved, counted) in names.items():
        arrive(page, f"{address}{edition}/{NAME}.html")
        assert page.locator(".tag_check").count() == 4
        expect(page.locator("h3", has=mark)).to_contain_text(solved)
        expect(page.locator(".chapters a[aria-current]")).to_contain_text(counted)
        arrive(page, f"{address}{edition}/tied.html")
        assert page.get_by_role("link", name=counted).count() == 1


def test_a_check_that_the_book_has_changed_since_is_not_said_to_be_passed(here: Page) -> None:
    name = here.evaluate(f"d2lYours.cells[{number('check') - 1}].id")
    here.evaluate("(cell) => d2lKept.put('solved', d2lYours.page, cell, {book: 'older', code: ''})", name)
    expect(here.locator(".d2l-solved")).to_contain_text("Solved, before its check was changed")


def test_a_page_from_a_file_says_what_to_do_for_notebooks(page: Page) -> None:
    arrive(page, (SITE / PATH).as_uri())
    page.locator(".d2l-lite").click()
    expect(page.locator(".d2l-file")).to_contain_text("python -m http.server")
    assert page.url.endswith(PATH)
    page.locator(".d2l-work [data-do=save]").click()
    expect(page.locator(".d2l-told")).to_contain_text("python -m http.server")


FILL = """([answer, check]) => {
  d2lYours.cells[answer].edit("answer_1 = 42");
  d2lYours.cells[2].edit("x = 1");
  d2lYours.cells[3].edit("y = 2");
  d2lYours.cells[3].reset();
  d2lYours.cells[check].solve();
  d2lKept.put("code", d2lYours.page, d2lYours.cells[4].id, {book: "older", code: "z = 3"});
  d2lKept.put("code", d2lYours.page, "c99", {book: "gone", code: "mine = 'gone'"});
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_kept_work_is_accessible_and_fits_a_phone(
    new_page: Callable[..., Page], address: str, edition: str, scheme: str
) -> None:
    page = new_page(color_scheme=scheme, reduced_motion="reduce", viewport={"width": 320, "height": 640})
    arrive(page, f"{address}{edition}/{NAME}.html")
    wanted = [number("answer") - 1, number("check") - 1]
    page.evaluate(FILL, wanted)
    page.reload()
    page.evaluate("() => { d2lYours.cells[3].edit('y = 2'); d2lYours.cells[3].reset(); }")
    page.locator(".d2l-work [data-do=ask]").click()
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    names = page.locator(".d2l-yours button").evaluate_all("(all) => all.map(({ariaLabel}) => ariaLabel)")
    assert len(names) == len(set(names)) == 5
    small = "(all) => all.filter((node) => node.getBoundingClientRect().height < 24).length"
    assert page.locator(":is(.d2l-yours, .d2l-work) button:visible").evaluate_all(small) == 0


def test_a_live_page_with_kept_work_is_accessible(tab: Page, address: str) -> None:
    arrive(tab, f"{address}both/{NAME}.html")
    tab.evaluate(FILL, [number("answer") - 1, number("check") - 1])
    tab.reload()
    press(tab)
    accessible(tab)


def test_without_scripts_nothing_is_offered_that_could_not_be_kept(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(address + PATH)
    expect(page.locator(".d2l-work")).to_be_hidden()
    expect(page.locator(".d2l-to-work")).to_be_hidden()


# What the reader has saved long ago: a copy of the file with a text of his own, made from another version of the book.
SAVE = """async ([path, text]) => {
  const {contents} = window.jupyterapp.serviceManager, file = await contents.get(path, {content: true});
  file.content.metadata.d2l.book = "older";
  file.content.cells[0].source = text;
  await contents.save(path, file);
}"""
SHOWN = f"""([path, text]) => {{
  if (!({OPEN})()) return false;
  const {{content, context}} = window.jupyterapp.shell.currentWidget;
  return context.path === path && content.model.cells.get(0).sharedModel.source === text;
}}"""
MY_TEXT = "my own text"
NAMED = """async (folder) => {
  const {content} = await window.jupyterapp.serviceManager.contents.get(folder, {content: true});
  return content.map(({path}) => path);
}"""


def opened(page: Page, path: str, text: str) -> None:
    """Wait until a notebook is open in JupyterLite that begins with a text."""
    page.wait_for_function(SHOWN, arg=[path, text])


def hide_the_book(page: Page, link: str, path: str) -> str:
    """Save a copy of a notebook that hides its newer version, and open it; return how the book's begins."""
    book = source(json.loads((SITE / "lite" / "files" / path).read_text(encoding="utf-8"))["cells"][0])
    page.goto(link)
    opened(page, path, book)
    assert page.locator(".d2l-newer").count() == 0
    page.evaluate(SAVE, [path, MY_TEXT])
    page.goto(link)
    opened(page, path, MY_TEXT)
    return book


@pytest.mark.parametrize(("app", "edition"), [("notebooks", "en"), ("notebooks", "both"), ("lab", "ko")])
def test_a_saved_copy_that_hides_a_newer_chapter_says_so_and_makes_room_for_it(
    new_page: Callable[..., Page], address: str, app: str, edition: str
) -> None:
    page = new_page(viewport=WIDE)
    path, told = jupyter.file_name(NAME, edition), page.locator(".d2l-newer")
    begin = f"{address}lite/{app}/index.html?path="
    book = hide_the_book(page, begin + quote(path), path)
    for language, words in {"en": "This is your saved copy", "ko": "저장해 둔 사본"}.items():
        assert (words in told.inner_text()) == (edition in (language, "both"))
    told.get_by_role("button").first.click()
    opened(page, path, book)
    assert told.count() == 0
    [mine] = [name for name in page.evaluate(NAMED, path.split("/")[0]) if "mine" in name or "내 것" in name]
    page.goto(begin + quote(mine))
    opened(page, mine, MY_TEXT)


def test_a_reader_who_goes_on_with_his_copy_is_told_once(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(viewport=WIDE)
    path = jupyter.file_name(NAME, "en")
    hide_the_book(page, f"{address}lite/notebooks/index.html?path={quote(path)}", path)
    page.locator(".d2l-newer").get_by_role("button", name="Go on with mine").click()
    kept = "(await window.jupyterapp.serviceManager.contents.get(path, {content: true})).content"
    version = json.loads((SITE / "lite" / "versions.json").read_text(encoding="utf-8"))[path]
    page.wait_for_function(f"async ([path, version]) => {kept}.metadata.d2l.book === version", arg=[path, version])
    assert page.evaluate(f"async (path) => {kept}.cells[0].source", path) == MY_TEXT

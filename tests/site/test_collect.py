"""A lecturer's page: whatever files students hand in, it tells who has passed what, harms nobody, and sends nothing."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
import zipfile
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe import accessible
from hosting import Host
from playwright.sync_api import Locator, Page, expect
from site_pages import arrive, drawn, fall_silent, parsed

from tools.project import SITE, documents
from tools.sphinx.collect import exercises, letters
from tools.text import downloads
from tools.text.cells import read, source, tags
from tools.text.words import EDITIONS

Notebook = dict[str, Any]
WIDE = {"width": 1280, "height": 900}
NAME = "tree"
CHECKS = [row[1] for row in exercises() if row[0] == NAME]
# Makes a page what a reader has made of it: his answers by number, and the checks that have passed.
WORK = """([answers, solved]) => {
  d2lKept.clear();
  const by = (tag) => d2lYours.cells.filter(({id}) => document.getElementById(`cell-${id}`).matches(`.tag_${tag}`));
  for (const [number, code] of Object.entries(answers)) by("answer")[number - 1].edit(code);
  for (const number of solved) by("check")[number - 1].solve();
}"""
# Drops files somewhere on the page.
DROP = """([selector, files]) => {
  const transfer = new DataTransfer();
  for (const [name, data] of files) {
    transfer.items.add(new File([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], name));
  }
  const place = document.querySelector(selector);
  for (const kind of ["dragover", "drop"]) {
    const event = new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true});
    if (place.dispatchEvent(event)) throw new Error(`the browser would open what is dropped: ${kind}`);
  }
}"""
STATES = "(rows) => rows.map((row) => [...row.cells].slice(3).map(({dataset}) => dataset.state ?? ''))"


@pytest.fixture(scope="module")
def handed(shared_page: Page, address: str) -> dict[str, bytes]:
    """Return what "My notebook" saves for readers who have done something, and for one who has done nothing."""
    made = {}
    for kind, path, answers, solved in (
        ("right", f"en/{NAME}.html", {1: "answer_1 = 1", 2: "answer_2 = 2"}, [1, 2]),
        ("wrong", f"ko/{NAME}.html", {1: "answer_1 = '모름'"}, []),
        ("untouched", f"both/{NAME}.html", {}, []),
        ("access", "ko/access.html", {4: "answer_4 = 4"}, [4]),
    ):
        arrive(shared_page, address + path)
        shared_page.evaluate(WORK, [answers, solved])
        with shared_page.expect_download() as coming:
            shared_page.locator(".d2l-work [data-do=save]").click()
        made[kind] = Path(coming.value.path()).read_bytes()
    shared_page.evaluate("d2lKept.clear()")
    return made


@pytest.fixture
def here(shared_page: Page, address: str) -> Page:
    """Return the page, empty."""
    arrive(shared_page, f"{address}en/collect.html")
    return shared_page


def give(page: Page, files: list[tuple[str, bytes]], lessons: int = 0) -> None:
    """Choose files, and wait until they are read."""
    payload = [{"name": name, "mimeType": "", "buffer": data} for name, data in files]
    page.set_input_files("#collect-choose", payload)  # type: ignore[arg-type]
    expect(page.locator("#collect [role=status]")).to_contain_text(f"files to look at: {lessons}.")


def rows(page: Page) -> dict[str, list[str]]:
    """Return the states of all exercises in the table, by student."""
    names = page.locator("#collect tbody th > bdi").all_inner_texts()
    return dict(zip(names, page.locator("#collect tbody tr").evaluate_all(STATES), strict=True))


def taught(page: Page) -> list[str]:
    """Return what is said of files to look at."""
    return page.locator("#collect-lessons li").all_inner_texts()


def notebook(kind: str = "exercises") -> Notebook:
    """Return a notebook that the page of the chapter hands out."""
    return read(SITE / "notebooks" / f"{NAME}-ko{'-exercises' if kind else ''}.ipynb")


def packed(made: object) -> bytes:
    """Return JSON as bytes."""
    return json.dumps(made, ensure_ascii=False).encode()


def by_id(made: Notebook, name: str) -> dict[str, Any]:
    """Return a cell of a notebook."""
    return next(cell for cell in made["cells"] if cell["id"] == name)


def archive(entries: list[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as opened:
        for name, data in entries:
            opened.writestr(name, data)
    return stream.getvalue()


def test_the_page_knows_every_exercise_by_the_code_that_is_printed() -> None:
    held = json.loads(str(parsed("en/collect.html").select_one("#collect")["data-held"]))["exercises"]  # type: ignore[index]
    assert held == exercises() and len({check for _, _, check, _ in held}) == len(held) > 60
    for name in documents():
        page = parsed(f"ko/{name}.html")
        code = [cell for cell in page.select("article .cell") if cell.select_one(".cell_input pre")]
        printed = {cell["id"]: letters(cell.select_one(".cell_input pre").get_text().rstrip()) for cell in code}  # type: ignore[union-attr]
        checks = [str(cell["id"]) for cell in page.select("article .tag_check")]
        assert checks == [f"cell-{cell}" for page_name, cell, _, _ in held if page_name == name]
        names = list(printed)
        for cell in checks:
            before = names[names.index(cell) - 1]
            assert [name, cell.removeprefix("cell-"), printed[cell], printed[before]] in held
    chapters = parsed("en/collect.html").select(".chapters a[data-checks]")
    assert [cell for one in chapters for cell in str(one["data-checks"]).split()] == [cell for _, cell, _, _ in held]


def test_my_notebook_says_what_passed_and_who_says_so(handed: dict[str, bytes]) -> None:
    says = {kind: json.loads(data)["metadata"]["d2l"] for kind, data in handed.items()}
    known = {cell: check for name, cell, check, _ in exercises() if name == NAME}
    assert says["right"]["browser_says_passed"] == {cell: known[cell] for cell in CHECKS[:2]}
    assert says["wrong"]["browser_says_passed"] == says["untouched"]["browser_says_passed"] == {}


@pytest.mark.parametrize("name", [NAME, "preface"])
def test_a_download_says_which_chapter_it_is_and_of_which_version(name: str) -> None:
    stored = read(SITE.parent.parent / "book" / f"{name}.ipynb")
    made, less = (downloads.notebook(stored, name, "en", solutions=kind)["metadata"]["d2l"] for kind in (True, False))
    assert made["page"] == less["page"] == name and made["book"] != less["book"]


def test_passed_tried_and_untouched_are_told_apart_whatever_the_edition(here: Page, handed: dict[str, bytes]) -> None:
    fall_silent(here)  # what the page itself asks for may come late
    asked, before = [], len(Host.asked)
    here.on("request", lambda request: asked.append(request.url))
    give(here, [(f"{kind}_my-tree.ipynb", handed[kind]) for kind in ("wrong", "untouched", "right")])
    assert rows(here) == {
        "right": ["passed", "passed", "untouched", "untouched"],
        "untouched": ["untouched"] * 4,
        "wrong": ["tried", "untouched", "untouched", "untouched"],
    }
    sums = here.locator("#collect tbody tr").evaluate_all(
        "(all) => all.map((row) => [1, 2].map((n) => row.cells[n].innerText))"
    )
    assert sums == [["2 / 4", "0"], ["0 / 4", "0"], ["0 / 4", "1"]]
    feet = here.locator("#collect tfoot tr").all_inner_texts()
    assert [foot.split() for foot in feet] == [["Passed", "2", "1", "1", "0", "0"], ["Tried", "1", "1", "0", "0", "0"]]
    assert asked == [] and not set(Host.asked[before:]) - set(Host.asked[:before])  # a page left before may still ask
    assert not taught(here)


def test_what_a_check_has_printed_in_jupyter_counts_and_what_a_solution_printed_does_not(here: Page) -> None:
    less, whole = notebook(), notebook("")
    solution = next(cell for cell in whole["cells"] if "solution" in tags(cell) and cell["cell_type"] == "code")
    assert "맞았습니다" in "".join(solution["outputs"][0]["text"])
    answer = next(cell for cell in less["cells"] if "answer" in tags(cell))
    answer["source"] = source(solution).splitlines(keepends=True)  # a list of lines, as Jupyter writes it
    by_id(less, CHECKS[0])["outputs"] = solution["outputs"]
    empty: dict[str, Any] = {
        "cell_type": "code",
        "id": "new",
        "metadata": {},
        "source": " \n",
        "outputs": [],
        "execution_count": None,
    }
    less["cells"].insert(less["cells"].index(by_id(less, CHECKS[1])), empty)  # a cell with nothing in it is no answer
    less["metadata"] = {}
    give(here, [("a.ipynb", packed(less)), ("b.ipynb", packed(whole))])
    assert rows(here) == {"a": ["passed"] + ["untouched"] * 3, "b": ["untouched"] * 4}


def test_chapters_of_one_student_are_one_row_however_the_system_writes_his_name(
    here: Page, handed: dict[str, bytes]
) -> None:
    name = "김민수_{}_assignsubmission_file_my-{}.ipynb"
    give(
        here,
        [
            (unicodedata.normalize("NFD", name.format(17, "access")), handed["access"]),
            (unicodedata.normalize("NFC", name.format(4, "tree")), handed["right"]),
        ],
    )
    assert rows(here) == {"김민수": ["passed", "passed"] + ["untouched"] * 5 + ["passed"]}
    heads = here.locator("#collect thead th[scope=colgroup]")
    assert [head.inner_text().split(".")[0] for head in heads.all()] == ["1", "2"]
    assert here.locator("#collect tbody small").inner_text().count("김민수") == 2
    for link in here.locator("#collect thead a[href*='#']").all():
        page, _, fragment = str(link.get_attribute("href")).partition("#")
        assert "tag_check" in str(parsed(f"en/{page}").find(id=fragment)["class"])  # type: ignore[index]


@pytest.mark.parametrize(
    ("path", "student"),
    [
        ("Kim Minsu_4711_assignsubmission_file_my-tree.ipynb", "Kim Minsu"),
        ("a zip/Kim Minsu_4711_assignsubmission_file_/my-tree.ipynb", "Kim Minsu"),
        ("Kim Minsu_4711_assignsubmission_file_homework.ipynb", "Kim Minsu"),
        ("kimminsu_LATE_31415_926535_my-tree-1.ipynb", "kimminsu"),
        ("kimminsu_31415_926535_my-tree (2).ipynb", "kimminsu"),
        ("HW 3_ms.kim_attempt_2026-11-26-17-00-00_my-tree.ipynb", "ms.kim"),
        ("홍길동_20260001_my-tree.ipynb", "홍길동_20260001"),
        ("20260001 홍길동.ipynb", "20260001 홍길동"),
        ("tree-ko-exercises_홍길동.ipynb.json", "홍길동"),
        ("street.ipynb", "street"),
        ("my-tree (3).ipynb", "my-tree (3).ipynb"),
    ],
)
def test_a_student_is_found_in_what_course_platforms_make_of_names(here: Page, path: str, student: str) -> None:
    assert here.evaluate("([path, page]) => d2lSays.student(path, page)", [path, NAME]) == student


def test_names_are_words_whatever_is_written_in_them(here: Page, handed: dict[str, bytes], tmp_path: Path) -> None:
    names = ["<img src=x onerror=alert(1)>", "=HYPERLINK(1)", '@"x"', "\u202eevil", "+1", "-1+cmd", "a,b\nc"]
    here.on("dialog", lambda dialog: pytest.fail(dialog.message))
    give(here, [(f"{name}_my-tree.ipynb", handed["right"]) for name in names] + [("<b>x</b>.txt", b"words")], lessons=1)
    assert set(rows(here)) >= {"<img src=x onerror=alert(1)>", "=HYPERLINK(1)", '@"x"', "\u202eevil"}
    assert here.locator("#collect :is(img, tbody b)").count() == 0 and taught(here)[0].startswith("<b>x</b>.txt ")
    with here.expect_download() as coming:
        here.locator("[data-do=csv]").click()
    text = Path(coming.value.path()).read_text(encoding="utf-8")
    assert text.startswith("\ufeff") and coming.value.suggested_filename == "exercises.csv"
    table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert table[0][:5] == ["Student", "Files", "Passed", "Tried", "Of"] and table[0][5].endswith(": 1")
    assert {tuple(line[2:]) for line in table[1:]} == {("2", "0", "4", "Passed", "Passed", "Untouched", "Untouched")}
    assert not [cell for line in table for cell in line if cell[:1] in ("=", "+", "-", "@")]
    assert {"'=HYPERLINK(1)", '\'@"x"', "'+1", "'-1+cmd" if "-1+cmd" in rows(here) else "1+cmd"} <= {
        line[0] for line in table
    }


def altered(change: Callable[[Notebook], object]) -> bytes:
    """Return a notebook with a change."""
    made = notebook()
    change(made)
    return packed(made)


def edit_checks(made: Notebook) -> None:
    """Let all checks of a notebook be others."""
    for cell in made["cells"]:
        if "check" in tags(cell):
            cell["source"] = source(cell) + "\n# mine"


HOSTILE = {"browser_says_passed": [["x"], {"toString": 1}], "page": {"a": []}}
LESSONS: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut.ipynb": (lambda: packed(notebook())[:-200], "A damaged notebook"),
    "nothing.ipynb": (lambda: b"", "A damaged notebook"),
    "essay.docx": (lambda: b"\x00\xff essay", "Not a notebook"),
    "number.json": (lambda: b"7", "Not a notebook"),
    "null.ipynb": (lambda: b"null", "Not a notebook"),
    "cells.ipynb": (lambda: b'{"cells": {}}', "Not a notebook"),
    "deep.ipynb": (lambda: b"[" * 100_000, "A damaged notebook"),
    "foreign.ipynb": (
        lambda: packed({"cells": [None, 1, {}, {"cell_type": "code", "source": [{}]}]}),
        "without an exer",
    ),
    "edited.ipynb": (lambda: altered(edit_checks), "not this book's: 4. They were changed, or"),
    "cut.zip": (lambda: archive([("a_my-tree.ipynb", packed(notebook()))])[:-30], "could not be unpacked"),
    "wrong.zip": (lambda: b"PK\3\4" + bytes(100), "could not be unpacked"),
}


@pytest.mark.parametrize("name", LESSONS)
def test_a_file_that_is_not_counted_has_a_lesson_and_the_next_one_is_read(
    here: Page, handed: dict[str, bytes], name: str
) -> None:
    make, lesson = LESSONS[name]
    give(here, [(name, make()), ("right.ipynb", handed["right"])], lessons=1)
    assert [name in said and lesson in said for said in taught(here)] == [True], taught(here)
    assert list(rows(here)) == ["right"]


def test_metadata_and_outputs_of_any_shape_pass_nothing(here: Page) -> None:
    def change(made: Notebook) -> None:
        made["metadata"] = {"d2l": HOSTILE}
        for at, cell in enumerate(CHECKS):
            by_id(made, cell)["outputs"] = [None, 7, {"text": {"x": 1}}, [{"text": "맞았습니다: "}]][at]
            by_id(made, cell)["metadata"] = {"tags": 7}

    give(here, [("x.ipynb", altered(change))])
    assert rows(here) == {"x": ["untouched"] * 4}


def test_a_check_that_was_changed_is_not_counted_and_the_others_are(here: Page, handed: dict[str, bytes]) -> None:
    made = json.loads(handed["right"])
    by_id(made, CHECKS[0])["source"] = ["print('Well done: x')"]
    give(here, [("x.ipynb", packed(made))], lessons=1)
    assert "not this book's: 1" in taught(here)[0] and rows(here) == {"x": ["", "passed", "untouched", "untouched"]}


def test_a_file_given_twice_counts_once_and_two_files_of_one_name_stay_apart(
    here: Page, handed: dict[str, bytes]
) -> None:
    right, wrong = handed["right"], handed["wrong"]
    give(here, [("kim_my-tree.ipynb", right), ("kim_my-tree (1).ipynb", right)], lessons=1)
    assert "The same file as kim_my-tree.ipynb" in taught(here)[0]
    give(here, [("kim-my-tree-2.ipynb", wrong)], lessons=2)
    assert "of its own" in taught(here)[1]
    assert {name: states[0] for name, states in rows(here).items()} == {"kim": "passed", "kim-my-tree-2.ipynb": "tried"}
    here.locator("[data-do=empty]").click()
    expect(here.locator("#collect-shown")).to_be_hidden()
    expect(here.locator("#collect-lessons")).to_be_hidden()
    give(here, [("kim_my-tree.ipynb", right)])
    assert list(rows(here)) == ["kim"]


def test_a_zip_file_of_a_course_platform_is_read(here: Page, handed: dict[str, bytes]) -> None:
    long = ("k" * 70_000 + "_my-tree.ipynb")[-65_000:]
    entries = [
        ("김민수_1_assignsubmission_file_/my-tree.ipynb", handed["right"]),
        ("Lee_2_assignsubmission_file_/my-tree.ipynb", handed["wrong"]),
        ("__MACOSX/Lee_2_assignsubmission_file_/._my-tree.ipynb", b"\0\5\26\7"),
        ("Lee_2_assignsubmission_file_/", b""),
        (long, handed["untouched"]),
        ("Park_3_assignsubmission_onlinetext_/onlinetext.html", b"<p>Sorry</p>"),
    ]
    korean = archive([("aaaa_4_assignsubmission_file_my-tree.ipynb", handed["wrong"])], zipfile.ZIP_STORED)
    korean = korean.replace(b"aaaa", "홍길".encode("cp949"))  # as Windows writes names
    locked = bytearray(archive([("Choi_my-tree.ipynb", handed["right"])]))
    at = locked.rindex(b"PK\1\2")
    locked[at + 8] |= 1  # encrypted
    give(here, [("all.zip", archive(entries)), ("korean.zip", korean), ("locked.zip", bytes(locked))], lessons=2)
    found = rows(here)
    assert {name: found[name][0] for name in ("김민수", "Lee", "홍길")} == {
        "김민수": "passed",
        "Lee": "tried",
        "홍길": "tried",
    }
    assert len(found) == 4 and max(map(len, found)) <= 300
    assert (
        "onlinetext.html Not a notebook" in taught(here)[0]
        and "Choi_my-tree.ipynb Could not be read" in taught(here)[1]
    )
    give(here, [("empty.zip", archive([]))], lessons=2)
    assert len(rows(here)) == 4


def test_what_is_too_large_is_not_read_whatever_a_zip_file_says_of_it(here: Page, tmp_path: Path) -> None:
    large = tmp_path / "large.ipynb"
    with large.open("wb") as stream:
        stream.truncate(60_000_000)
    here.set_input_files("#collect-choose", large)
    expect(here.locator("#collect-lessons li")).to_have_count(1)
    bomb = archive([("Kim_my-tree.ipynb", b" " * 60_000_000)])
    assert len(bomb) < 100_000
    give(here, [("bomb.zip", bomb)], lessons=2)
    for said, name in zip(taught(here), ("large.ipynb", "Kim_my-tree.ipynb"), strict=True):
        assert said.startswith(f"{name} Too large")


def test_files_are_dropped_anywhere_and_a_folder_is_chosen(
    here: Page, handed: dict[str, bytes], tmp_path: Path
) -> None:
    data = b64encode(handed["right"]).decode()
    here.evaluate(DROP, [".chapters", [["kim_my-tree.ipynb", data], ["lee_my-tree.ipynb", data]]])
    expect(here.locator("#collect [role=status]")).to_contain_text("Files read: 2")
    for name in ("park_1_assignsubmission_file_", "choi_2_assignsubmission_file_"):
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "my-tree.ipynb").write_bytes(handed["wrong"])
    (tmp_path / "class" / ".DS_Store").write_bytes(b"\0")
    here.set_input_files("#collect-folder", tmp_path / "class")
    expect(here.locator("#collect [role=status]")).to_contain_text("Files read: 4")
    assert list(rows(here)) == ["choi", "kim", "lee", "park"] and not taught(here)


def test_folders_are_dropped(here: Page, handed: dict[str, bytes], tmp_path: Path) -> None:
    for number in range(120):  # more than a browser lists at once
        folder = tmp_path / "class" / f"student {number}"
        folder.mkdir(parents=True)
        (folder / "my-tree.ipynb").write_bytes(handed["wrong" if number else "right"])
    session, data = here.context.new_cdp_session(here), {"items": [], "files": [str(tmp_path / "class")]}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send(
            "Input.dispatchDragEvent", {"type": kind, "x": 640, "y": 400, "data": {**data, "dragOperationsMask": 1}}
        )
    expect(here.locator("#collect [role=status]")).to_contain_text("Files read: 120; rows of the table: 120")
    assert [*rows(here)][:3] == ["student 0", "student 1", "student 2"] and not taught(here)


def test_the_table_is_sorted_by_its_heads_and_the_focus_stays(here: Page, handed: dict[str, bytes]) -> None:
    give(
        here,
        [(f"{name}_my-tree.ipynb", handed[kind]) for name, kind in (("b10", "right"), ("b9", "wrong"), ("a", "wrong"))],
    )
    assert list(rows(here)) == ["a", "b9", "b10"]
    for head, order in (("Passed", ["b10", "a", "b9"]), ("Tried", ["a", "b9", "b10"]), ("Student", ["a", "b9", "b10"])):
        button = here.locator("#collect thead").get_by_role("button", name=head)
        button.press("Enter")
        assert list(rows(here)) == order
        expect(button).to_be_focused()
        expect(here.locator("#collect [aria-sort]")).to_have_text(head)


def test_it_works_from_a_file(page: Page, handed: dict[str, bytes]) -> None:
    arrive(page, (SITE / "en" / "collect.html").as_uri())
    give(page, [("all.zip", archive([("kim/my-tree.ipynb", handed["right"])]))])
    assert rows(page) == {"kim": ["passed", "passed", "untouched", "untouched"]}


def fill(page: Page, address: str, edition: str, handed: dict[str, bytes]) -> Locator:
    """Give the page of an edition files of all kinds; return the table."""
    arrive(page, f"{address}{edition}/collect.html")
    files = [("김민수_my-tree.ipynb", "right"), ("Lee_my-tree.ipynb", "wrong"), ("김민수_my-access.ipynb", "access")]
    payload = [{"name": name, "mimeType": "", "buffer": handed[kind]} for name, kind in files]
    payload += [{"name": "a very long name of a file that is no notebook.txt", "mimeType": "", "buffer": b"x"}]
    page.set_input_files("#collect-choose", payload)  # type: ignore[arg-type]
    table = page.locator("#collect table")
    expect(table).to_be_visible()
    page.locator("#collect summary").click()
    drawn(page)
    return table


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_full_table_is_accessible_in_both_schemes_and_fits_a_phone(
    new_page: Callable[..., Page], address: str, handed: dict[str, bytes], edition: str
) -> None:
    page = new_page(color_scheme="light", reduced_motion="reduce", viewport={"width": 320, "height": 640})
    table = fill(page, address, edition, handed)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        drawn(page)
        accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    frame = page.locator(".collect-frame")
    assert frame.evaluate("(node) => node.scrollWidth > node.clientWidth && node.tabIndex === 0")
    frame.evaluate("(node) => { node.scrollLeft = 200; }")
    assert table.locator("tbody th").first.evaluate("(node) => node.getBoundingClientRect().left") >= 0
    small = "(all) => all.filter((node) => node.getBoundingClientRect().height < 24).length"
    assert page.locator("#collect :is(button, label, thead a)").evaluate_all(small) == 0
    words = {"en": ["Student", "Passed"], "ko": ["학생", "통과"], "both": ["Student", "학생"]}[edition]
    assert all(word in table.inner_text() for word in words)
    caption = table.locator("caption").inner_text()
    assert ("Exercises by student" in caption) == (edition != "ko") and ("학생별" in caption) == (edition != "en")


def test_on_paper_there_is_the_table(new_page: Callable[..., Page], address: str, handed: dict[str, bytes]) -> None:
    page = new_page(viewport=WIDE)
    table = fill(page, address, "ko", handed)
    page.emulate_media(media="print")
    expect(table).to_be_visible()
    expect(page.locator("#collect-lessons")).to_be_visible()
    for selector in (".d2l-own", "[data-do=csv]", "#collect details"):
        expect(page.locator(selector).first).to_be_hidden()


def test_without_scripts_it_says_that_it_needs_them(new_page: Callable[..., Page], address: str) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{address}en/collect.html")
    assert "needs JavaScript" in parsed("en/collect.html").select_one("#collect noscript").get_text()  # type: ignore[union-attr]
    expect(page.locator("#collect .d2l-own")).to_be_hidden()


@pytest.mark.parametrize("path", ["index.html", "en/index.html", "ko/index.html"])
def test_the_first_page_leads_there(page: Page, address: str, path: str) -> None:
    arrive(page, address + path)
    page.locator(".doors a[href$='collect.html']").first.click()
    page.locator("#collect").wait_for()
    assert page.url.endswith("/collect.html")

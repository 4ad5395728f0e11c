"""The instructor kit: its pages are today's, its plans add up, its places and numbers are those of the book."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from d2lparams.view.spec import Text
from tests.book.prose import discouraged, literal_asterisks, unlinked
from tools.project import BOOK, ROOT, documents
from tools.text import kit, lecture
from tools.text.cells import Cell, read, source
from tools.text.computed import printed
from tools.text.kit import DATA, DOCS, PLANS, WORDS, Kit, Meeting, Syllabus, cells, needed
from tools.text.numbers import numbers
from tools.text.quantities import LEAST, NUMBER, places_of, value

NAMES = kit.kits()
KITS = {name: kit.kit(name) for name in NAMES}
COURSES = {course.name["en"]: course for course in kit.syllabi()}
PAGES = kit.pages()
HANGUL = re.compile(r"[가-힣]")


def texts(one: Kit) -> Iterator[Text]:
    yield from one.goals
    yield from (step.text for step in one.steps)
    yield from (text for question in one.questions for text in (question.ask, question.wrong, question.turn))
    yield from (line.text for line in one.board)


def spoken(course: Syllabus) -> Iterator[Text]:
    yield from (course.name, course.text)
    yield from (meeting.text for meeting in course.meetings)


EVERY = {
    **{name: list(texts(one)) for name, one in KITS.items()},
    **{name: list(spoken(course)) for name, course in COURSES.items()},
    "words": list(WORDS.values()),
}


def test_every_chapter_has_a_kit() -> None:
    assert [name for name in documents() if numbers().get(name, "").isdigit()] == NAMES


@pytest.mark.parametrize("path", PAGES, ids=[str(path.relative_to(DOCS)) for path in PAGES])
def test_a_page_is_of_what_its_data_and_the_book_say_today(path: Path) -> None:
    assert path.exists() and path.read_text(encoding="utf-8") == PAGES[path](), (
        "what it is made of has changed: make made"
    )


def test_the_folder_holds_no_page_of_a_chapter_that_is_gone() -> None:
    assert {path for path in DATA.iterdir() if path.suffix == ".md"} == {path for path in PAGES if path.parent == DATA}


@pytest.mark.parametrize("name", NAMES)
def test_a_kit_has_what_a_lecturer_was_promised(name: str) -> None:
    one = KITS[name]
    assert 3 <= len(one.goals) <= 5 and len(one.questions) == 3 and 4 <= len(one.board) <= 8
    assert {line.where for line in one.board} == {"left", "middle", "right"}
    assert any(line.stays for line in one.board)
    assert all(question.places for question in one.questions)


@pytest.mark.parametrize("name", NAMES)
def test_each_plan_adds_up_to_its_length(name: str) -> None:
    steps = KITS[name].steps
    assert all(len(step.minutes) == len(PLANS) and any(step.minutes) and min(step.minutes) >= 0 for step in steps)
    assert tuple(map(sum, zip(*(step.minutes for step in steps), strict=True))) == PLANS


@pytest.mark.parametrize("name", NAMES)
def test_places_are_in_the_notebook_and_no_step_is_shorter_than_its_slides(name: str) -> None:
    for step in KITS[name].steps:
        least = needed(name, step.places) / 60
        short = [minutes for minutes in step.minutes if minutes and minutes < least]
        assert not short, f"{step.places} take {least:.1f} minutes, not {short}"
    for question in KITS[name].questions:
        assert needed(name, question.places) > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_step_calls_an_exercise_by_its_number(name: str) -> None:
    titles = kit.heads(name, "en"), kit.heads(name, "ko")
    for step in KITS[name].steps:
        for place in (one for one in step.places if "-exercise-" in one):
            for title, told in zip((titles[0][place], titles[1][place]), step.text.values(), strict=True):
                assert title.partition(":")[0].casefold() in told.casefold(), (place, told)


@pytest.mark.parametrize("name", NAMES)
def test_no_plan_shows_a_slide_twice(name: str) -> None:
    for k, plan in enumerate(PLANS):
        shown = [cell["id"] for step in KITS[name].steps if step.minutes[k] for cell in cells_of(name, step.places)]
        assert len(shown) == len(set(shown)), (plan, {one for one in shown if shown.count(one) > 1})


def cells_of(name: str, places: tuple[str, ...]) -> list[Cell]:
    """Return the cells at places of the chapter itself."""
    own = {cell["id"]: cell for place in places if "/" not in place for cell in cells(name, place)}
    return list(own.values())


def results(text: str) -> set[str]:
    """Return the numbers of a text that say something measured: no small counts."""
    return {number for number in NUMBER.findall(text) if value(number) >= LEAST or places_of(number)}


def unsaid(text: str, there: str) -> set[str]:
    """Return the results in a text that another one does not have; a share may be said in per cent, nothing else."""
    others = NUMBER.findall(there)
    return {number for number in results(text) if not any(rounds(other, number, text) for other in others)}


def rounds(other: str, number: str, text: str) -> bool:
    """Return whether a number of a text is another one, which may have more decimals."""
    percent = re.search(rf"(?<![\d.,]){re.escape(number)} ?%", text) is not None
    exact, decimals = value(other), places_of(number)
    nearest = exact if places_of(other) <= decimals else round(exact, decimals)
    return value(number) == nearest or percent and value(number) == round(100 * exact, decimals)


@pytest.mark.parametrize(
    ("said", "there", "wanted"),
    [("loss 0.23", "0.2312", set()), ("loss 0.24", "0.2312", {"0.24"}), ("loss 2.40", "0.024", {"2.40"})]
    + [
        ("90 % lie", "0.9012", set()),
        ("5,376 in all", "5376", set()),
        ("20 units", "2", {"20"}),
        ("three, 12", "", set()),
    ],
)
def test_a_number_is_the_one_that_is_there_or_that_one_rounded(said: str, there: str, wanted: set[str]) -> None:
    assert unsaid(said, there) == wanted


def shown(held: list[Cell]) -> str:
    """Return what cells say and print."""
    told = [source(cell) if cell["cell_type"] == "markdown" else f"{source(cell)}\n{printed(cell)}" for cell in held]
    return "\n".join(told).replace("{,}", ",").replace("$", " ")


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_says_no_number_that_its_places_do_not(name: str) -> None:
    for question in KITS[name].questions:
        there = shown([cell for place in question.places for cell in cells(name, place)])
        for language in kit.LANGUAGES:
            wrong = unsaid(question.turn[language], there)
            assert not wrong, (question.ask["en"], language, wrong)
        english, korean = (results(question.turn[language]) for language in kit.LANGUAGES)
        assert english == korean, question.ask["en"]


@pytest.mark.parametrize("name", NAMES)
def test_the_board_says_no_number_that_the_chapter_does_not(name: str) -> None:
    there = shown(read(BOOK / f"{name}.ipynb")["cells"])
    assert not {one for line in KITS[name].board for text in line.text.values() for one in unsaid(text, there)}


@pytest.mark.parametrize("name", EVERY)
def test_both_languages_are_there_and_korean_is_as_the_book_writes_it(name: str) -> None:
    for text in EVERY[name]:
        english, korean = text["en"], text["ko"]
        assert english.strip() and not (HANGUL.search(english) and name != "words"), english
        assert HANGUL.search(korean) or korean == english and " = " in korean or korean in ("English",), korean
        assert not unlinked(english) and not unlinked(korean), "the order of the chapters may change"
        assert not discouraged(korean) and not literal_asterisks(korean) and not literal_asterisks(english), korean


@pytest.mark.parametrize("name", COURSES)
def test_a_course_adds_up(name: str) -> None:
    course = COURSES[name]
    assert [meeting.minutes for meeting in course.meetings] == [course.each] * len(course.meetings)
    assert course.total == course.each * len(course.meetings)


def in_class(meeting: Meeting) -> Iterator[str]:
    """Yield the exercises that are done in a meeting, by themselves or as a step of a plan."""
    yield from meeting.exercises
    for chapter, plan in meeting.teach:
        for step in KITS[chapter].steps:
            if step.minutes[PLANS.index(plan)]:
                yield from (place for place in step.places if "-exercise-" in place)


@pytest.mark.parametrize("name", COURSES)
def test_a_course_reads_teaches_and_sets_what_there_is_and_nothing_twice(name: str) -> None:
    course = COURSES[name]
    done = [label for meeting in course.meetings for label in (*in_class(meeting), *meeting.home)]
    assert len(done) == len(set(done)), {label for label in done if done.count(label) > 1}
    assert all("-exercise-" in label and cells("", label) for label in done)
    taught = [chapter for meeting in course.meetings for chapter, _ in meeting.teach]
    assert len(taught) == len(set(taught)) and set(taught) <= set(NAMES)
    assert {page for meeting in course.meetings for page in meeting.read} <= set(documents())
    known: set[str] = set()
    for meeting in course.meetings:
        assert set(meeting.read) & set(NAMES) <= known, "a room that has read the answers predicts nothing"
        known |= {chapter for chapter, _ in meeting.teach}
        assert {label.partition("-")[0] for label in (*meeting.exercises, *meeting.home)} <= known


def test_half_a_term_is_the_whole_book() -> None:
    taught = {chapter for meeting in COURSES["Half a term"].meetings for chapter, _ in meeting.teach}
    assert taught == set(NAMES)


@pytest.mark.parametrize("page", ["README.md", "README.ko.md", "docs/class.md", "docs/class.ko.md", "CONTRIBUTING.md"])
def test_lecturers_find_the_kit(page: str) -> None:
    text, end = (ROOT / page).read_text(encoding="utf-8"), ".ko" if ".ko." in page else ""
    assert re.search(rf"\]\((?:docs/)?kit{end}\.md\)", text)


@pytest.mark.parametrize("path", PAGES, ids=[str(path.relative_to(DOCS)) for path in PAGES])
def test_links_of_a_page_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
    assert links and not [link for link in links if not (path.parent / link).exists()]


def test_an_address_of_a_text_is_the_cell_before_it_or_its_heading() -> None:
    assert kit.address("why", "figure-race") == "`?slides=figure-race`"
    assert kit.address("why", "p03") == "`?slides=c02.1`"
    assert kit.address("why", "p04") == "`?slides=why-product`"
    assert kit.address("why", "playground/playground-shape") == "`playground.html?slides=playground-shape`"


# How long slides take


def text(words: int, *tags: str, head: str = "") -> Cell:
    told = f"{head}\n\n{'word ' * words}".strip()
    return {"cell_type": "markdown", "id": "p01-en", "metadata": {"tags": ["lang-en", *tags]}, "source": told}


def code(lines: int, *tags: str, **output: Any) -> Cell:
    outputs = [output] if output else []
    told = "\n".join(["x = f(x)"] * lines)
    return {"cell_type": "code", "id": "c01", "metadata": {"tags": [*tags]}, "source": told, "outputs": outputs}


FIGURE = {"data": {"text/plain": "<race figure: One network, several starts>"}}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (text(40), 40 * 60 / lecture.SPOKEN),
        (text(400), lecture.SHOWN * 60 / lecture.SPOKEN),
        (text(40, "predict"), 40 * 60 / lecture.SPOKEN + lecture.ASK),
        (text(40, "hint"), 0),
        (code(6), 6 * lecture.LINE),
        (code(6, text="7946\n"), 6 * lecture.LINE + lecture.RESULT),
        (code(6, "hide-input", **FIGURE), lecture.MOVE),
        (code(6, **FIGURE), 6 * lecture.LINE + lecture.MOVE),
        (code(2, data={"image/svg+xml": "<svg/>"}), 2 * lecture.LINE + lecture.PLOT),
        ({**code(1), "source": "import numpy as np\n\nnn.fresh_names()"}, 0),
        (text(90, head="(why-exercise-depth)=\n### Exercise 2: how deep does a signal get?"), lecture.EXERCISE),
        (text(90, head="(why-exercise-part)=\n### Exercise 4: changes (hard, ten minutes)"), lecture.HARD),
        (text(90, head="(tree-exercise-count)=\n### Exercise 2: a convolution (ten minutes)"), lecture.HARD),
    ],
)
def test_seconds_count_what_is_said_asked_shown_and_waited_for(cell: Cell, expected: float) -> None:
    assert lecture.seconds([cell]) == round(expected)


def test_formulas_and_fences_are_not_read_out_and_each_entry_counts_by_itself() -> None:
    assert lecture.words("one two\n\n$$\na b c\n$$\n\n```python\nx = 1\n```") == 2
    assert lecture.words("(why-race)=\n## A race") == 3
    assert lecture.words("\n".join([f"- {'word ' * 40}"] * 3)) == 3 * 41


def test_what_fits_on_a_slide_is_what_the_slides_say() -> None:
    outline = (ROOT / "site" / "js" / "outline.js").read_text(encoding="utf-8")
    assert re.findall(r"const WORDS = (\d+)", outline) == [str(lecture.SHOWN)]


def test_a_text_for_slides_stands_in_the_place_of_those_before_it_and_notes_take_no_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = [text(50, head="## Head"), text(50), text(9, "slide"), text(50, "note"), text(30)]
    monkeypatch.setattr(lecture, "all_cells", lambda name: page)
    assert [len(source(cell).split()) for cell in lecture.seen("page")] == [2, 9, 30]


def test_a_text_for_slides_is_at_the_places_of_those_it_stands_for_and_asks_as_they_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = [{**text(50, "predict"), "id": name} for name in ("p02-en", "p03-en")]
    page = [text(50, "predict", head="(page)=\n## Head"), {**text(8, "slide"), "id": "p01s-en"}, code(1), *asked]
    monkeypatch.setattr(lecture, "all_cells", lambda name: [*page, {**text(9, "slide"), "id": "p03s-en"}])
    found = lecture.places_on.__wrapped__("page")
    held = {place: [cell["id"] for cell in found[place]] for place in ("p01", "p01s", "p02", "p03", "p03s")}
    assert held == {"p01": ["p01-en", "p01s-en"], "p01s": ["p01s-en"]} | dict.fromkeys(
        ("p02", "p03", "p03s"), ["p03s-en"]
    )
    assert lecture.seconds(found["p01"]) == round((3 + 8) * 60 / lecture.SPOKEN + lecture.ASK)
    assert lecture.seconds(found["p02"]) == round(9 * 60 / lecture.SPOKEN + lecture.ASK)
    assert [kit.anchor("page", name) for name in ("p01", "p02", "p03")] == ["page", "c01.1", "c01.1"]


@pytest.mark.parametrize("place", ["c99", "figure-clinic", "why-nowhere", "playground/c99", "nowhere-at-all"])
def test_a_place_that_does_not_exist_is_an_error(place: str) -> None:
    with pytest.raises((KeyError, FileNotFoundError)):
        needed("why", [place])


def test_a_cell_that_two_places_hold_counts_once() -> None:
    assert needed("why", ["why-depth", "figure-depth", "p07"]) == needed("why", ["why-depth"])
    assert needed("why", ["figure-depth", "p07"]) < needed("why", ["why-depth"])
    both = needed("why", ["why-exercise-depth", "why-exercise-sure"])
    assert both == 2 * lecture.EXERCISE

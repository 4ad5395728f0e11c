"""Write the instructor kit of docs/kit.md from the data beside it: `python -m tools.text.kit`, a part of `make made`.

A chapter has a file `docs/kit/NAME.toml` with all texts in both languages: goals, the steps of a lecture, questions
with the wrong answers to expect, lines for the board. A step names places of the slides, and its minutes in each
plan, 0 where the plan goes without it. So the four plans stand side by side, and a lecturer sees what a longer one has
more. `syllabi.toml` has courses made of such plans, `kit.toml` beside this module the words around.

What is written by hand is held to the notebooks by `tests/book/test_kit.py`: the places, the minutes, the numbers.
"""

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from d2lparams.view.spec import Text, both
from tools.project import ROOT, documents, write_new
from tools.text import lecture
from tools.text.cells import Cell, source
from tools.text.cells import language as spoken
from tools.text.length import exercises, minutes
from tools.text.markdown import sections
from tools.text.numbers import numbers
from tools.text.words import page_words

DOCS = ROOT / "docs"
DATA = DOCS / "kit"
WORDS: dict[str, Text] = tomllib.loads(Path(__file__).with_name("kit.toml").read_text(encoding="utf-8"))
PLANS = (25, 50, 75, 90)
LANGUAGES = ("en", "ko")


@dataclass(frozen=True)
class Step:
    """A part of a lecture: what is done, at which places of the slides, and for how many minutes in each plan."""

    text: Text
    places: tuple[str, ...]
    minutes: tuple[int, ...]


@dataclass(frozen=True)
class Question:
    """A question to a room, the wrong answers to expect and why, and what turns them round, where."""

    ask: Text
    wrong: Text
    turn: Text
    places: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """What is written on the board, on which part of it, and whether it stays until the end."""

    text: Text
    where: str
    stays: bool


@dataclass(frozen=True)
class Kit:
    """What a lecturer gets for a chapter."""

    name: str
    goals: tuple[Text, ...]
    steps: tuple[Step, ...]
    questions: tuple[Question, ...]
    board: tuple[Line, ...]


@dataclass(frozen=True)
class Meeting:
    """A meeting of a course: what is read before, which plans are taught, which exercises are done in it and after."""

    text: Text
    read: tuple[str, ...]
    teach: tuple[tuple[str, int], ...]
    exercises: tuple[str, ...]
    talk: int
    home: tuple[str, ...]

    @property
    def minutes(self) -> int:
        """Return how long it is: its plans, its exercises and what is left for talk."""
        return sum(plan for _, plan in self.teach) + sum(needed("", [one]) for one in self.exercises) // 60 + self.talk


@dataclass(frozen=True)
class Syllabus:
    """A course: its name, for whom it is, its meetings, and how many minutes one of them and all of them have."""

    name: Text
    text: Text
    each: int
    total: int
    meetings: tuple[Meeting, ...]


def text_of(said: dict[str, Any]) -> Text:
    """Return the text of an entry that holds other things beside it."""
    return both(said["en"], said["ko"])


def kits() -> list[str]:
    """Return the chapters that have a kit, in the order of the book."""
    return [name for name in documents() if (DATA / f"{name}.toml").exists()]


def kit(name: str) -> Kit:
    """Return the kit of a chapter."""
    said = tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
    return Kit(
        name,
        tuple(both(**goal) for goal in said["goals"]),
        tuple(Step(text_of(one), tuple(one["places"]), tuple(one["minutes"])) for one in said["steps"]),
        tuple(
            Question(both(**one["ask"]), both(**one["wrong"]), both(**one["turn"]), tuple(one["places"]))
            for one in said["questions"]
        ),
        tuple(Line(text_of(one), one["where"], one.get("stays", True)) for one in said["board"]),
    )


def syllabi() -> list[Syllabus]:
    """Return the courses."""
    said = tomllib.loads((DATA / "syllabi.toml").read_text(encoding="utf-8"))
    return [
        Syllabus(both(**one["name"]), text_of(one), one["each"], one["total"], tuple(map(meeting, one["meetings"])))
        for one in said["syllabi"]
    ]


def meeting(said: dict[str, Any]) -> Meeting:
    """Return a meeting from what a file says of it."""
    lists = (tuple(said.get(key, ())) for key in ("read", "exercises", "home"))
    read, done, home = lists
    teach = tuple((str(name), int(plan)) for name, plan in said["teach"])
    return Meeting(text_of(said), read, teach, done, said.get("talk", 0), home)


def cells(name: str, place: str) -> list[Cell]:
    """Return the cells at a place: of this chapter, `page/place` of another page, or a label, which says its page.

    Raises
    ------
    KeyError
        If there is no such place.
    """
    page, _, rest = place.rpartition("/")
    name = page or name or place.partition("-")[0]
    if rest not in lecture.places_on(name):
        raise KeyError(f"there is no {rest} on the slides of {name}")
    return lecture.places_on(name)[rest]


def needed(name: str, places: Iterable[str]) -> int:
    """Return how many seconds these places of a chapter take at least, a cell that two of them hold once."""
    spent, had = 0, set()
    for place in places:
        new = [cell for cell in cells(name, place) if (place.rpartition("/")[0], cell["id"]) not in had]
        had |= {(place.rpartition("/")[0], cell["id"]) for cell in new}
        spent += lecture.seconds(new)
    return spent


def address(name: str, place: str) -> str:
    """Return how a place of a chapter is opened as a slide.

    A text has no name of its own there: it is the first thing behind the cell before it, or its heading.
    """
    page, _, rest = place.rpartition("/")
    if re.fullmatch(r"p\d+\w*", rest):
        rest = anchor(page or name, rest)
    return f"`{page}{'.html' * bool(page)}?slides={rest}`"


def anchor(name: str, text: str) -> str:
    """Return the part of an address that leads to a text of a page, by its id without the language."""
    last = name
    for cell in lecture.seen(name):
        labels = [part.label for part in sections(source(cell)) if part.level and part.label]
        if cell["cell_type"] == "code":
            last = f"{cell['id']}.1"
        elif labels:
            last = labels[0]
        if text in lecture.names(cell):
            break
    return last


def where(name: str, places: Iterable[str]) -> str:
    """Return the addresses of places, each once."""
    return " ".join(dict.fromkeys(address(name, place) for place in places))


def titled(name: str, language: str) -> str:
    """Return the title of a page behind its number."""
    title = (page_words(name, "title") or both("", ""))[language]
    return f"{numbers()[name]}. {title}" if numbers().get(name) else title


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Return a table in Markdown; columns whose heads are numbers stand to the right."""
    rules = ["---:" if name.strip("* ").isdigit() or not name else "---" for name in head]
    lines = [head, rules, *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def told(seconds: float) -> str:
    """Return seconds as minutes with a decimal, half a minute at a time, never fewer than they are."""
    return f"{-(-seconds // 30) / 2:g}"


def plans(one: Kit, language: str) -> str:
    """Return the plans of a chapter as one table."""
    rows = []
    for step in one.steps:
        spans = [str(spent) if spent else "–" for spent in step.minutes]
        rows.append([step.text[language], where(one.name, step.places), told(needed(one.name, step.places)), *spans])
    sums = [f"**{sum(step.minutes[k] for step in one.steps)}**" for k in range(len(PLANS))]
    head = [WORDS[key][language] for key in ("step", "slides", "least")]
    return table([*head, *map(str, PLANS)], [*rows, [WORDS["sum"][language], "", "", *sums]])


def questions(one: Kit, language: str) -> str:
    """Return the questions of a chapter with their wrong answers."""
    found = []
    for number, question in enumerate(one.questions, start=1):
        slides = where(one.name, question.places)
        found.append(
            f"{number}. **{question.ask[language]}**\n"
            f"   - *{WORDS['wrong'][language]}*: {question.wrong[language]}\n"
            f"   - *{WORDS['turn'][language]}*: {question.turn[language]} {slides}"
        )
    return "\n".join(found)


def lengths(one: Kit, language: str) -> str:
    """Return how long the sections of a chapter take, so that a lecturer can make a plan of his own."""
    rows = [
        [title, address(one.name, label), told(needed(one.name, [label]))]
        for label, title in heads(one.name, language).items()
        if lecture.taught(one.name, label)
    ]
    return table([WORDS[key][language] for key in ("section", "slides", "least")], rows)


def whole(name: str) -> int:
    """Return how many minutes all slides of a chapter take at least, without its exercises."""
    return round(sum(needed(name, [label]) for label in heads(name, "en") if lecture.taught(name, label)) / 60)


def heads(name: str, language: str) -> dict[str, str]:
    """Return the titles of the sections of a page by their labels, in one language."""
    cells = (cell for cell in lecture.all_cells(name) if spoken(cell) == language)
    found = (part for cell in cells for part in sections(source(cell)))
    return {part.label: part.title for part in found if part.level and part.label}


def page(name: str, language: str) -> str:
    """Return the page of a chapter in one language."""
    one = kit(name)
    other = "ko" if language == "en" else "en"
    end = {"en": "", "ko": ".ko"}
    board = [
        [WORDS[line.where][language], line.text[language], WORDS["stays" if line.stays else "goes"][language]]
        for line in one.board
    ]
    return "\n\n".join([
        f"# {titled(name, language)}",
        f"[{WORDS['language'][other]}]({name}{end[other]}.md) · [{WORDS['all'][language]}](../kit{end[language]}.md) · "
        f"[{WORDS['chapter'][language]}](../../book/{name}.ipynb)",
        WORDS["lead"][language].format(minutes=whole(name), exercises=exercises(name)),
        f"## {WORDS['goals'][language]}",
        "\n".join(f"- {goal[language]}" for goal in one.goals),
        f"## {WORDS['plans'][language]}", WORDS["plans-lead"][language], plans(one, language),
        f"## {WORDS['questions'][language]}", questions(one, language),
        f"## {WORDS['board'][language]}",
        table([WORDS[key][language] for key in ("where", "written", "until")], board),
        f"## {WORDS['lengths'][language]}", lengths(one, language),
    ]) + "\n"  # fmt: skip


def index(language: str) -> str:
    """Return the page that leads to the kits in one language."""
    other = "ko" if language == "en" else "en"
    end = {"en": "", "ko": ".ko"}
    rows = [
        [f"[{titled(name, language)}](kit/{name}{end[language]}.md)", str(whole(name)), str(exercises(name))]
        for name in kits()
    ]
    counted = {key: getattr(lecture, key) for key in ("SPOKEN", "SHOWN", "LINE", "ASK", "RESULT", "PLOT", "MOVE")}
    worked = {"EXERCISE": lecture.EXERCISE // 60, "HARD": lecture.HARD // 60}
    return "\n\n".join([
        f"# {WORDS['kit'][language]}",
        f"[{WORDS['language'][other]}](kit{end[other]}.md)",
        WORDS["kit-lead"][language],
        table([WORDS[key][language] for key in ("chapter-head", "whole", "exercises")], rows),
        f"[{WORDS['syllabi'][language]}](syllabi{end[language]}.md): {WORDS['syllabi-link'][language]}",
        f"## {WORDS['counted'][language]}", WORDS["counted-lead"][language].format(**counted, **worked),
    ]) + "\n"  # fmt: skip


def met(one: Meeting, number: int, language: str) -> list[str]:
    """Return the row of a meeting."""
    end = "" if language == "en" else ".ko"
    read = [f"{titled(name, language)} ({minutes(name)})" for name in one.read]
    taught = [f"[{titled(name, language)}](kit/{name}{end}.md) ({plan})" for name, plan in one.teach]
    done, home = ([exercise(label, language) for label in labels] for labels in (one.exercises, one.home))
    talk = [WORDS["talk"][language].format(minutes=one.talk)] if one.talk else []
    told_of = ("<br>".join(part) or "–" for part in (read, taught, done + talk, home))
    return [str(number), one.text[language], *told_of, str(one.minutes)]


def exercise(label: str, language: str) -> str:
    """Return the title of an exercise behind the number of its chapter, with its minutes."""
    name = label.partition("-")[0]
    title = re.sub(r"\s*\(.*\)$", "", heads(name, language)[label])
    return f"{numbers()[name]} · {title} ({needed('', [label]) // 60})"


def courses(language: str) -> str:
    """Return the page of the syllabi in one language."""
    other = "ko" if language == "en" else "en"
    end = {"en": "", "ko": ".ko"}
    found = [
        f"# {WORDS['syllabi'][language]}",
        f"[{WORDS['language'][other]}](syllabi{end[other]}.md) · [{WORDS['kit'][language]}](kit{end[language]}.md)",
        WORDS["syllabi-lead"][language],
    ]
    head = [WORDS[key][language] for key in ("number", "about", "read", "taught", "done", "home", "minutes")]
    for one in syllabi():
        shape = WORDS["shape"][language].format(meetings=len(one.meetings), each=one.each, total=one.total)
        rows = [met(meeting, number, language) for number, meeting in enumerate(one.meetings, start=1)]
        found += [f"## {one.name[language]}", f"{one.text[language]} {shape}", table(head, rows)]
    return "\n\n".join(found) + "\n"


def pages() -> dict[Path, Callable[[], str]]:
    """Return what makes each page of the kit, by its file."""
    found: dict[Path, Callable[[], str]] = {}
    for language, end in zip(LANGUAGES, ("", ".ko"), strict=True):
        found |= {DATA / f"{name}{end}.md": partial(page, name, language) for name in kits()}
        found |= {
            DOCS / f"kit{end}.md": partial(index, language),
            DOCS / f"syllabi{end}.md": partial(courses, language),
        }
    return found


def main() -> None:
    """Write every page."""
    for path, made in pages().items():
        write_new(path, made())


if __name__ == "__main__":
    main()

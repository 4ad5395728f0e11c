"""The numbers of the book's text with what computes them, chapter by chapter.

`results` walks through a chapter and finds, in every sentence and row of a table, the numbers that are results, and
what each comes from: what a cell prints, what a figure shows, a line of Python in `worked.toml`, or the chapter's
list of sources. Not listed are settings, which the code of the section or a link to a figure says, years, small whole
numbers, questions, and what stands in code and formulas. What cells print is read from the stored outputs, the same on
every machine; what figures show is seen only where a chapter has been executed. Each language is read by itself.
`tools.text.every_number` makes the appendix of it.
"""

import functools
import html
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from d2lparams.view.spec import Text, both
from tools.project import BOOK
from tools.text import execute, figures, formulas
from tools.text.cells import Cell, for_slides, pairs, read, source, tags
from tools.text.formulas import WHOLE
from tools.text.markdown import prose_lines, sections
from tools.text.places import AWAY
from tools.text.quantities import LEAST, NUMBER, YEAR, says, telling, value
from tools.text.words import page_words

WORKED = Path(__file__).with_name("worked.toml")
MODULES = ("real", "view", "view.ground", "view.growth")  # what a line there may use, beside numpy and `math`
SKIPPED = re.compile(r"-(?:goals|sources)$")
RULE = re.compile(r"[|:\s-]+")  # the line of a table below its head
LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s]*)\)")
CHAPTER = re.compile(r"\b[Cc]hapter|\b[Aa]ppendix|\d장|부록|^\d+$| 장|장$")
SENTENCE = {
    "en": re.compile(r"(?<=[.?!])[)*”\"]*\s+(?=[A-Z“\"(*\[`$])"),
    "ko": re.compile(r"(?<=[.?!])[)*”\"]*\s+(?=[^\s=])"),
}


@dataclass
class Section:
    """A section of a chapter: its place, its paragraphs in both languages, what a reader opens there, and its cells.

    What only slides and their lecturer have is apart.
    """

    label: str
    paragraphs: list[Text] = field(default_factory=list)
    folded: list[Text] = field(default_factory=list)
    spoken: list[Text] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)


@dataclass
class Result:
    """A sentence with results: where it stands, its numbers, each with what it comes from, and who does not see it.

    A source is the number of a cell, the target of a link, a line of Python in backticks, or nothing.
    """

    sentence: str
    label: str
    sources: dict[str, str]
    folded: bool
    spoken: bool = False


def walked(name: str) -> Iterator[Section]:
    """Yield the sections of a chapter in order."""
    found: dict[str, Section] = {}
    here = name
    for cell, partner in pairs(read(BOOK / f"{name}.ipynb")["cells"]):
        if cell["cell_type"] == "code":
            found.setdefault(here, Section(here)).cells.append(cell)
        elif partner is not None:
            for one, other in zip(sections(source(cell)), sections(source(partner)), strict=True):
                here = one.label if one.level and one.label else here
                section = found.setdefault(here, Section(here))
                kept = section.folded if AWAY & set(tags(cell)) else section.paragraphs
                (section.spoken if for_slides(cell) else kept).append(both(one.body, other.body))
    yield from found.values()


def printed(cell: Cell) -> str:
    """Return what a cell has shown in words: its text, and what its pictures say."""
    found = []
    for output in cell["outputs"]:
        data = output.get("data", {})
        found += ["".join(output.get("text", "")), "".join(data.get("text/plain", ""))]
        found += [html.unescape(said) for said in re.findall(r'alt="([^"]*)"', "".join(data.get("text/html", "")))]
    return "\n".join(found)


def plain(text: str, language: str) -> str:
    """Return Markdown without links and emphasis; a link to another chapter becomes its title."""

    def words(found: re.Match[str]) -> str:
        other = re.match(r"(\w+)\.ipynb", found[2])
        title = page_words(other[1], "title") if other else None
        if title and CHAPTER.search(found[1]):
            return f"“{title[language]}”" if language == "en" else f"'{title[language]}'"
        return found[1]

    text = LINK.sub(words, text)
    kept = WHOLE.findall(text)
    rest = [part.replace("*", "") for part in WHOLE.split(text)]
    return "".join(a + b for a, b in zip(rest, [*kept, ""], strict=True))


def split(text: str, language: str) -> list[str]:
    """Return the sentences of a text and the rows of its tables, without fences and the signs of lists.

    >>> split(chr(10).join(["- One is 1. Two", "  is 2.", "", "| a | b |", "|---|---|", "| 3 | 4 |"]), "en")
    ['One is 1.', 'Two is 2.', 'a · b', '3 · 4']
    """
    found: list[str] = []
    for paragraph in re.split(
        r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", "\n".join(line for line, told in prose_lines(text) if told)
    ):
        if paragraph.lstrip().startswith("|"):
            rows = [line.strip().strip("|") for line in paragraph.splitlines() if not RULE.fullmatch(line)]
            found += [" · ".join(cell.strip() for cell in row.split("|") if cell.strip()) for row in rows]
        elif not paragraph.lstrip().startswith((":::", "```")):
            joined = " ".join(re.sub(r"^\s*(?:[-*]|\d+\.) ", "", paragraph).split())
            found += [unopened(part.strip()) for part in SENTENCE[language].split(joined) if part.strip()]
    return found


def unopened(sentence: str) -> str:
    """Return a sentence without a parenthesis that it opens and only a later one closes.

    >>> unopened("(It is 2."), unopened("(It is) 2 (3)."), unopened("(It is 2.)")
    ('It is 2.', '(It is) 2 (3).', '(It is 2.)')
    """
    return sentence[1:] if sentence.startswith("(") and sentence.count("(") > sentence.count(")") else sentence


@dataclass(frozen=True)
class Drawn:
    """What a figure says, and the id of the cell that shows it."""

    cell: str
    words: str


Shown = Callable[[str], dict[str, Drawn]]


def unseen(name: str) -> dict[str, Drawn]:
    """Return no figure: what a number is held against where the figures have not been made."""
    return {}


@functools.cache
def shown(name: str) -> dict[str, Drawn]:
    """Return what the figures of a chapter say, in all their states, by their anchors; this executes the chapter."""
    notebook = execute.executed(BOOK / f"{name}.ipynb")
    return {anchor: Drawn(cell["id"], figures.words(spec)) for cell, anchor, spec in figures.placed(notebook)}


@dataclass
class Evidence:
    """What may back the numbers of a chapter: its cells, what its figures say, its sources, what is worked out."""

    cells: list[Cell]
    drawn: dict[str, Drawn]
    cited: tuple[str, str]


def results(name: str, language: str, figures_of: Shown = unseen) -> list[Result]:
    """Return the sentences of a chapter that say results, in order.

    Parameters
    ----------
    name : of the chapter.
    language : `en` or `ko`.
    figures_of : what its figures say; without it, a number that only a figure shows has no source.
    """
    walk = list(walked(name))
    lists = [section for section in walk if section.label.endswith("-sources")]
    cited = " ".join(paragraph[language] for section in lists for paragraph in section.paragraphs)
    place = lists[0].label if lists else ""
    cells = [cell for section in walk for cell in section.cells]
    known = Evidence(cells, figures_of(name), (place, plain(cited, language)))
    found = []
    for section in walk:
        every = [*section.paragraphs, *section.folded, *section.spoken]
        for paragraph in [] if SKIPPED.search(section.label) else every:
            for sentence in split(paragraph[language], language):
                text, said = plain(sentence, language), backed(sentence, language, section, known)
                if said and not text.endswith("?"):
                    found.append(
                        Result(text, section.label, said, paragraph in section.folded, paragraph in section.spoken)
                    )
    return found


def backed(sentence: str, language: str, section: Section, known: Evidence) -> dict[str, str]:
    """Return the results of a sentence with what backs each, nothing where nothing does."""
    said, settings = {}, [*set_by(sentence), *set_by(whole(section, language))]
    numbers = NUMBER.findall(" ".join(WHOLE.split(plain(sentence, language))))
    for number in dict.fromkeys([*numbers, *formulas.results(sentence)]):
        origin = traced(number, section, known.cells)
        if origin is None or not origin and says(given(section, language), number):
            continue  # a setting
        label, text = known.cited
        said[number] = (
            origin
            or next((f"`{line}`" for line, there in worked(section.label) if says(there, number)), "")
            or (f"#{label}" if says(text, number) else "")
            or pictured(number, settings, section, known.drawn)
        )
    return said


def whole(section: Section, language: str) -> str:
    """Return the text of a section."""
    return " ".join(paragraph[language] for paragraph in [*section.paragraphs, *section.folded])


def set_by(text: str) -> list[str]:
    """Return the targets of the links in a text that set a figure."""
    return [target for _, target in LINK.findall(text) if target.startswith("#figure-")]


def given(section: Section, language: str) -> str:
    """Return what the text of a section sets: a figure, by a link, and what code in a sentence says."""
    text = whole(section, language)
    return re.sub(r"[=&]|(?<=\d)-", " ", " ".join([*set_by(text), *re.findall(r"`([^`]*)`", text)]))


@functools.cache
def worked(label: str) -> list[tuple[str, str]]:
    """Return the lines of Python that work out numbers of a section, each with what it gives."""
    entries = tomllib.loads(WORKED.read_text(encoding="utf-8")).get(label, [])
    return [(line, str(eval(line, names()))) for line in entries]


@functools.cache
def names() -> dict[str, Any]:
    """Return what a line of `worked.toml` may use: numpy, `math` and modules of the package."""
    modules = {name.rpartition(".")[2]: import_module(f"d2lparams.{name}") for name in MODULES}
    return {"np": import_module("numpy"), "math": import_module("math"), **modules}


def pictured(number: str, settings: list[str], section: Section, drawn: dict[str, Drawn]) -> str:
    """Return the target of a figure that shows a number: as the sentence sets it, or as it is; nothing if none does.

    A figure of another section counts only for a number that nothing else would show by chance.
    """
    inside = {cell["id"] for cell in section.cells}
    near = [f"#{anchor}" for anchor, figure in drawn.items() if figure.cell in inside]
    far = [f"#{anchor}" for anchor in drawn if telling(number)]
    for target in [*settings, *near, *far]:
        figure = drawn.get(target[1:].partition("?")[0])
        if figure is not None and says(figure.words, number):
            return target
    return ""


def traced(number: str, section: Section, cells: list[Cell]) -> str | None:
    """Return the number of the cell that prints a number of a section, nothing if none does, None for no result."""
    whole = "." not in number and "e" not in number
    if YEAR.fullmatch(number) or (whole and value(number) < LEAST):
        return None
    here = next((cell for cell in section.cells if says(printed(cell), number)), None)
    if value(number) in written_in(section.cells):
        return None
    if here is not None:
        return str(here["execution_count"])
    if value(number) in written_in(cells):
        return None
    away = next((cell for cell in cells if says(printed(cell), number)), None)
    return str(away["execution_count"]) if away is not None and telling(number) else ""


def written_in(cells: list[Cell]) -> set[float]:
    """Return the numbers that the code of cells says."""
    return {value(number) for cell in cells for number in NUMBER.findall(source(cell))}

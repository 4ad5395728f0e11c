"""The numbers of the prose with what computes them, chapter by chapter, and the papers that they reproduce.

`results` walks through a chapter and finds, in every sentence, the numbers that are results: what a cell prints, what
a figure shows, what the text works out. Not listed are settings, which the code of the section or a link to a figure
says, years, small whole numbers, and what stands in code, formulas and tables. What cells print is read from the stored
outputs, the same on every machine; what figures show is seen only when the page is made.

What papers say is written by hand, in `papers.toml`; `page` makes the appendix of both.
"""

import html
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from d2lparams.view.spec import Text, both
from tools.project import BOOK, documents
from tools.text import execute, figures
from tools.text.cells import Cell, pairs, read, source, tags
from tools.text.glossary import capital
from tools.text.markdown import prose_lines, sections
from tools.text.places import AWAY, Place, about, labels, prose, written
from tools.text.words import page_words

PAPERS = Path(__file__).with_name("papers.toml")
NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.,/^+−-])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+−-]?\d+)?(?![A-Za-z0-9_^/]|,\d|-bit|\.\d)"
)
SKIPPED = re.compile(r"-(?:goals|exercises|exercise-.*|sources)$")
YEAR = re.compile(r"(?:19|20)\d\d")
LEAST = 13  # whole numbers below are counts that a reader sees
LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s]*)\)")
CHAPTER = re.compile(r"\b[Cc]hapter|\b[Aa]ppendix|\d장|부록|^\d+$| 장|장$")
WHOLE = re.compile(r"`[^`]*`|\$\$.*?\$\$|(?<![\\$])\$(?!\s)[^$]+?\$", re.S)  # code and formulas, which are left alone
SENTENCE = {
    "en": re.compile(r"(?<=[.?!])[)*”\"]*\s+(?=[A-Z“\"(*\[`$])"),
    "ko": re.compile(r"(?<=[.?!])[)*”\"]*\s+"),
}


@dataclass
class Section:
    """A section of a chapter: its place, its paragraphs in both languages, and its cells."""

    label: str
    paragraphs: list[Text] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)


@dataclass
class Result:
    """A sentence with results: in both languages, where it stands, its numbers, each with what it comes from.

    A source is the number of a cell, ``"figure"`` or ``"text"``.
    """

    sentence: Text
    label: str
    sources: dict[str, str]


def walked(name: str) -> Iterator[Section]:
    """Yield the sections of a chapter in order, without its goals, exercises and sources."""
    found: dict[str, Section] = {}
    here = name
    for cell, partner in pairs(read(BOOK / f"{name}.ipynb")["cells"]):
        if cell["cell_type"] == "code":
            found.setdefault(here, Section(here)).cells.append(cell)
        elif partner is not None and not AWAY & set(tags(cell)):
            for one, other in zip(sections(source(cell)), sections(source(partner)), strict=True):
                here = one.label if one.level and one.label else here
                found.setdefault(here, Section(here)).paragraphs.append(both(one.body, other.body))
    yield from (section for section in found.values() if not SKIPPED.search(section.label))


def printed(cell: Cell) -> str:
    """Return what a cell has shown in words: its text, and what its pictures say."""
    found = []
    for output in cell["outputs"]:
        data = output.get("data", {})
        found += ["".join(output.get("text", "")), "".join(data.get("text/plain", ""))]
        found += [html.unescape(said) for said in re.findall(r'alt="([^"]*)"', "".join(data.get("text/html", "")))]
    return "\n".join(found)


def value(number: str) -> float:
    """Return a number as it is written."""
    return float(number.replace(",", "").replace("−", "-"))


def places_of(number: str) -> int:
    """Return how many decimals a number is written with."""
    return len(re.split("e", number)[0].partition(".")[2])


def says(text: str, number: str) -> bool:
    """Return whether a text has a number, or one with more decimals or of another unit that is this one when rounded.

    >>> says("[0.2312 7,946]", "0.23"), says("0.921", "92"), says("0.2312", "0.24"), says("20", "2")
    (True, True, False, False)
    """
    wanted, decimals = value(number), places_of(number)
    for other in NUMBER.findall(text):
        finer = places_of(other) > decimals
        if (
            value(other) == wanted
            or finer
            and wanted in (round(value(other), decimals), round(100 * value(other), decimals))
        ):
            return True
    return False


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


def marked(sentence: str, found: Iterable[str]) -> str:
    """Return a sentence with these numbers in bold, outside code and formulas."""
    kept = WHOLE.findall(sentence)
    bold = [
        NUMBER.sub(lambda number: f"**{number[0]}**" if number[0] in found else number[0], part)
        for part in WHOLE.split(sentence)
    ]
    return "".join(a + b for a, b in zip(bold, [*kept, ""], strict=True))


def split(text: str, language: str) -> list[str]:
    """Return the sentences of a text, without tables, fences and the signs of lists."""
    found: list[str] = []
    for paragraph in re.split(
        r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", "\n".join(line for line, told in prose_lines(text) if told)
    ):
        if not paragraph.lstrip().startswith(("|", ":::", "```")):
            joined = " ".join(re.sub(r"^\s*(?:[-*]|\d+\.) ", "", paragraph).split())
            found += [part.strip() for part in SENTENCE[language].split(joined) if part.strip()]
    return found


Shown = Callable[[str], dict[str, str]]


def unseen(name: str) -> dict[str, str]:
    """Return no figure: what a number is held against where the figures have not been made."""
    return {}


def shown(name: str) -> dict[str, str]:
    """Return what the figures of a chapter say, in all their states, by their anchors; this executes the chapter."""
    path = BOOK / f"{name}.ipynb"
    notebook = read(path)
    code = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    for cell, outputs in zip(code, execute.outputs(path), strict=True):
        cell["outputs"] = outputs
    return {
        anchor: " ".join(
            f"{state['say']['en']} {' '.join(str(one) for row in state['table'] for one in row)}"
            for state in spec["states"].values()
        )
        for anchor, spec in figures.anchors(notebook).items()
    }


def results(name: str, figures_of: Shown = unseen) -> list[Result]:
    """Return the sentences of a chapter that say results, in order.

    Parameters
    ----------
    name : of the chapter.
    figures_of : what its figures say; without it, a number that only a figure shows is said to be in the text.
    """
    walk, drawn = list(walked(name)), figures_of(name)
    cells = [cell for section in walk for cell in section.cells]
    found = []
    for section in walk:
        code = "\n".join(map(source, section.cells))
        for paragraph in section.paragraphs:
            korean = split(paragraph["ko"], "ko")
            for sentence in split(paragraph["en"], "en"):
                settings = [target for _, target in LINK.findall(sentence) if target.startswith("#figure-")]
                text, said = plain(sentence, "en"), {}
                for number in dict.fromkeys(NUMBER.findall(" ".join(WHOLE.split(text)))):
                    origin = traced(number, section, cells, code)
                    if origin == "text" and says(" ".join(settings).replace("=", " "), number):
                        continue  # what a link sets
                    if origin == "text":
                        origin = pictured(number, settings, drawn) or origin
                    if origin:
                        said[number] = origin
                if said and not text.endswith("?"):
                    found.append(Result(both(text, translated(korean, list(said))), section.label, said))
    return found


def pictured(number: str, settings: list[str], drawn: dict[str, str]) -> str:
    """Return the target of a figure that shows a number: as the sentence sets it, or as it is; nothing if none does.

    A figure of which the sentence does not speak counts only for a number that nothing else would show by chance.
    """
    telling = "." in number or value(number) >= 1000
    for target in [*settings, *(f"#{anchor}" for anchor in drawn if telling)]:
        if says(drawn.get(target[1:].partition("?")[0], ""), number):
            return target
    return ""


def traced(number: str, section: Section, cells: list[Cell], code: str) -> str:
    """Return what a number of a section comes from: a cell, the text, or nothing if it is a setting or no result."""
    whole = "." not in number and "e" not in number
    if YEAR.fullmatch(number) or (whole and value(number) < LEAST):
        return ""
    here = next((cell for cell in section.cells if says(printed(cell), number)), None)
    literal = any(value(other) == value(number) for other in NUMBER.findall(code))
    if here is not None and not literal:
        return str(here["execution_count"])
    if literal:
        return ""
    away = next((cell for cell in cells if says(printed(cell), number)), None)
    everywhere = [value(other) for cell in cells for other in NUMBER.findall(source(cell))]
    if value(number) in everywhere:
        return ""
    return str(away["execution_count"]) if away is not None and not (whole and value(number) < 100) else "text"


def translated(korean: list[str], found: list[str]) -> str:
    """Return the Korean sentence that has most of the numbers, without links; nothing if none has any."""
    best = max(korean, key=lambda one: len(set(found) & set(NUMBER.findall(plain(one, "ko")))), default="")
    return plain(best, "ko") if set(found) & set(NUMBER.findall(plain(best, "ko"))) else ""


BEGINNING = both("At the beginning", "첫머리")
CELL = both("cell", "셀")
FIGURE_WORD, TEXT_WORD = both("figure", "그림"), both("worked out in the text", "본문에서 계산")


def origins(result: Result, chapter: str, language: str) -> str:
    """Return where the numbers of a sentence come from: cells by their numbers, links to figures, the text."""
    kinds = list(dict.fromkeys(result.sources.values()))
    counts = sorted(int(one) for one in kinds if one.isdigit())
    cells = f"{CELL[language]}{'s' if language == 'en' and len(counts) > 1 else ''} {', '.join(map(str, counts))}"
    drawn = [f"[{FIGURE_WORD[language]}]({chapter}.ipynb{one})" for one in kinds if one.startswith("#")]
    return "; ".join([*([cells] if counts else []), *drawn, *([TEXT_WORD[language]] if "text" in kinds else [])])


def listing(chapter: str, found: list[Result], language: str, known: dict[str, Place]) -> str:
    """Return the results of a chapter under links to its sections, as Markdown."""
    lines, last = [], ""
    for result in found:
        if result.label != last:
            last = result.label
            words = BEGINNING if last == chapter else known[last].title  # which the heading says already
            lines += ["", f"[{words[language]}]({known[last].target})", ""]
        sentence = result.sentence[language] or ", ".join(result.sources)
        lines.append(f"- {marked(sentence, result.sources)} ({origins(result, chapter, language)})")
    return "\n".join(lines)


def paper(entry: dict[str, Any], language: str, known: dict[str, Place]) -> str:
    """Return what a paper says and what the book measures, as an item of a list."""
    place = known[entry["at"]]
    words = both(
        "{name}, {where}. *The paper*: {says} *Here*: {ours} *How far it carries*: {carries} {link}",
        "{name}, {where}. *논문*: {says} *이 책*: {ours} *어디까지 맞는가*: {carries} {link}",
    )
    said = {key: entry[key][language] for key in ("where", "says", "ours", "carries")}
    return "- " + words[language].format(name=entry["name"], link=capital(place.link(language)), **said)


def papers() -> list[dict[str, Any]]:
    """Return what is written by hand about papers."""
    found: list[dict[str, Any]] = tomllib.loads(PAPERS.read_text(encoding="utf-8"))["paper"]
    return found


def page(figures_of: Shown = unseen) -> tuple[dict[str, Any], list[Text | str]]:
    """Return what the notebook of the appendix says of itself, and its texts in pairs."""
    words = prose("numbers")
    known = labels()

    def beside(tongue: str) -> str:
        return "\n".join([words["papers"][tongue], "", *(paper(entry, tongue, known) for entry in papers())])

    texts: list[Text | str] = [words["lead"], both(beside("en"), beside("ko"))]
    for name in written():
        found = results(name, figures_of)
        if found and name != documents()[0]:

            def of_chapter(tongue: str, name: str = name, found: list[Result] = found) -> str:
                head = f"(numbers-{name})=\n## {known[name].title[tongue]}"
                return f"{head}\n{listing(name, found, tongue, known)}"

            texts.append(both(of_chapter("en"), of_chapter("ko")))
    return about("numbers", repeats=True), texts

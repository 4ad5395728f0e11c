"""The appendix of all numbers: the sentences that state a result, each with what computes it, and beside the papers.

`tools.text.computed` finds them; what papers say is written by hand, in `papers.toml`. What a reader opens, hints and
solutions, is not said again here: their numbers stand alone, exercise by exercise, at the end. What only slides and
their lecturer have is backed as all is, and said nowhere.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from d2lparams.view.spec import Text, both
from tools.project import documents
from tools.text.computed import Result, Shown, results, unseen
from tools.text.formulas import WHOLE
from tools.text.glossary import capital
from tools.text.places import Place, about, labels, prose, written
from tools.text.quantities import NUMBER

PAPERS = Path(__file__).with_name("papers.toml")
BEGINNING = both("At the beginning", "첫머리")
CELL, FIGURE, SOURCE = both("cell", "셀"), both("figure", "그림"), both("source", "출처")


def marked(sentence: str, found: Iterable[str]) -> str:
    """Return a sentence with these numbers in bold, outside code and formulas."""
    kept = WHOLE.findall(sentence)
    bold = [
        NUMBER.sub(lambda number: f"**{number[0]}**" if number[0] in found else number[0], part)
        for part in WHOLE.split(sentence)
    ]
    return "".join(a + b for a, b in zip(bold, [*kept, ""], strict=True))


def origins(sources: dict[str, str], chapter: str, language: str) -> str:
    """Return where numbers come from: cells, links to figures and sources, lines of Python.

    What nothing backs is left to a figure that has not been made.
    """
    kinds = list(dict.fromkeys(sources.values()))
    counts = sorted(int(one) for one in kinds if one.isdigit())
    said = [f"{CELL[language]}{'s' if language == 'en' and len(counts) > 1 else ''} {', '.join(map(str, counts))}"]
    for kind in kinds:
        if kind.startswith("#"):
            word = SOURCE if kind.endswith("-sources") else FIGURE
            said.append(f"[{word[language]}]({chapter}.ipynb{kind})")
        elif not kind.isdigit():
            said.append(kind or FIGURE[language])
    return "; ".join(said if counts else said[1:])


def listing(chapter: str, found: list[Result], language: str, known: dict[str, Place]) -> str:
    """Return the results of a chapter under links to its sections, as Markdown."""
    lines, last = [], ""
    for result in found:
        if result.label != last:
            last = result.label
            words = BEGINNING if last == chapter else known[last].title  # which the heading says already
            lines += ["", f"[{words[language]}]({known[last].target})", ""]
        lines.append(f"- {marked(result.sentence, result.sources)} ({origins(result.sources, chapter, language)})")
    return "\n".join(lines)


def alone(found: list[Result], language: str, known: dict[str, Place]) -> list[str]:
    """Return a line for each place in a chapter with the numbers that a reader finds in what he opens there."""
    lines = []
    for label in dict.fromkeys(result.label for result in found):
        sources = {number: kind for one in found if one.label == label for number, kind in one.sources.items()}
        listed = ", ".join(f"**{number}**" for number in sources)
        place = known[label]
        lines.append(f"- {capital(place.link(language))}: {listed} ({origins(sources, place.chapter, language)})")
    return lines


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
    """Return what the notebook of the appendix says of itself, and its texts in pairs.

    Parameters
    ----------
    figures_of : what the figures of a chapter say; without it, what only a figure shows is left without a link.
    """
    words, known = prose("numbers"), labels()
    parts: dict[str, list[str]] = {}
    for tongue in ("en", "ko"):
        beside = [words["papers"][tongue], "", *(paper(entry, tongue, known) for entry in papers())]
        parts[tongue], folded = [words["lead"][tongue], "\n".join(beside)], [words["folded"][tongue], ""]
        for name in written():
            found = results(name, tongue, figures_of)
            folded += alone([one for one in found if one.folded], tongue, known)
            if name != documents()[0] and (told := [one for one in found if not (one.folded or one.spoken)]):
                head = f"(numbers-{name})=\n## {known[name].title[tongue]}"
                parts[tongue].append(f"{head}\n{listing(name, told, tongue, known)}")
        parts[tongue].append("\n".join(folded))
    return about("numbers", repeats=True), [both(*halves) for halves in zip(parts["en"], parts["ko"], strict=True)]

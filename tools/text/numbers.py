"""The numbers of chapters, from the order of `_toc.yml`, and the links that say them.

A caption of the table of contents is a part of the book. Its chapters are counted through all parts; those under
`APPENDICES` have letters. What stands under no caption has no number, nor has an interlude, as its notebook says. No
other file holds a number but as the words of a link, `[chapter 5](tied.ipynb)` or `[5장](tied.ipynb)`, so that a bare
notebook can be read: `renumbered` sets these right, on every page that is built and, by `make numbers`, in the
notebooks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from string import ascii_uppercase
from typing import Any

from d2lparams.view.spec import Text, both
from tools.project import contents, document
from tools.text.words import kind

APPENDICES = both("Appendices", "부록")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\((\w+)\.ipynb((?:#[^()\s]*)?)\)")
ENGLISH = re.compile(r"\b(chapter|appendix) (?:\d+|[A-Z])\b", re.I)
KOREAN = re.compile(r"\d+장|부록 [A-Z]\b")
ALONE = re.compile(r"\d+|[A-Z]")


@dataclass(frozen=True)
class Part:
    """A part of the book: its numeral, which appendices lack, its title, and its pages with their numbers or none."""

    numeral: str
    title: Text
    chapters: dict[str, str]


def parts(toc: dict[str, Any] | None = None) -> list[Part]:
    """Return the parts of the book in order.

    Parameters
    ----------
    toc : dict, optional
        What `_toc.yml` says, where it is not to be read.
    """
    said = contents() if toc is None else toc
    numerals, numbers, letters = iter(ROMAN), map(str, count(1)), iter(ascii_uppercase)
    found = []
    for entry in said.get("parts", []):
        if "caption" not in entry:
            continue
        english, _, korean = entry["caption"].partition(" · ")
        title = both(english, korean or english)
        appended = title == APPENDICES
        names = [document(chapter["file"]) for chapter in entry["chapters"]]
        marks: Iterator[str] = letters if appended else numbers
        numbered = {name: "" if kind(name) == "interlude" else next(marks) for name in names}
        found.append(Part("" if appended else next(numerals), title, numbered))
    return found


def numbers(toc: dict[str, Any] | None = None) -> dict[str, str]:
    """Return the number or letter of every chapter that has one, by its document."""
    return {name: number for part in parts(toc) for name, number in part.chapters.items() if number}


def stem(name: str) -> str:
    """Return the name of a chapter's files on paper, which sort as the book has its chapters.

    >>> stem("preface")
    'preface'
    """
    number = numbers().get(name, "")
    return f"{number.zfill(2)}-{name}" if number.isdigit() else f"{number}-{name}" if number else name


def spoken(words: str, number: str) -> str:
    """Return the words of a link with the number of the chapter that it leads to.

    >>> spoken("Chapter 4", "9"), spoken("4장", "9"), spoken("4", "9"), spoken("chapter 4", "A"), spoken("4장", "A")
    ('Chapter 9', '9장', '9', 'appendix A', '부록 A')
    """
    if ALONE.fullmatch(words):
        return number
    kind = "appendix" if number.isalpha() else "chapter"

    def english(found: re.Match[str]) -> str:
        return f"{kind.capitalize() if found[1][0].isupper() else kind} {number}"

    return KOREAN.sub(f"부록 {number}" if number.isalpha() else f"{number}장", ENGLISH.sub(english, words))


def renumbered(text: str, known: dict[str, str] | None = None) -> str:
    """Return a Markdown text whose links say the numbers that the chapters have.

    >>> renumbered("[5장](tied.ipynb#tied)에서 [본](tied.ipynb) 대로", {"tied": "9"})
    '[9장](tied.ipynb#tied)에서 [본](tied.ipynb) 대로'
    """
    known = numbers() if known is None else known

    def right(found: re.Match[str]) -> str:
        words, name, fragment = found.groups()
        return f"[{spoken(words, known[name]) if name in known else words}]({name}.ipynb{fragment})"

    return LINK.sub(right, text)

"""Where things stand in the book: the sections of its chapters by their labels, and links that name them in words."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from d2lparams.view.spec import Text, both
from tools.project import BOOK, documents
from tools.text.cells import Cell, language, read, source, tags
from tools.text.markdown import sections
from tools.text.numbers import numbers
from tools.text.words import metadata

PROSE = Path(__file__).with_name("made.toml")
AWAY = {"hint", "solution"}  # what a reader opens; no text leads into it


@dataclass
class Place:
    """A section: its chapter, its label, its title, and the cells whose text it has."""

    chapter: str
    label: str
    title: Text
    text: dict[str, str] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)

    @property
    def target(self) -> str:
        """Return where a link to the section leads from another notebook."""
        return f"{self.chapter}.ipynb" + (f"#{self.label}" if self.label != self.chapter else "")

    def link(self, language: str) -> str:
        """Return a link in Markdown whose words are the number of the chapter, if it has one, and the title.

        Parameters
        ----------
        language : `en` or `ko`.
        """
        number, title = numbers().get(self.chapter, ""), self.title[language]
        named = {
            "en": "appendix {}" if number.isalpha() else "chapter {}",
            "ko": "부록 {}" if number.isalpha() else "{}장",
        }
        front = f"{named[language].format(number)}: " if number else ""
        return f"[{front}{title}]({self.target})"

    def number(self) -> str:
        """Return a link whose words are the number of the chapter alone, in no language; a star for an interlude."""
        return f"[{numbers().get(self.chapter) or '★'}]({self.target})"


def prose(name: str) -> dict[str, Text]:
    """Return what is written by hand on a page that is made of data: its title, and what stands around its lists."""
    found: dict[str, Text] = tomllib.loads(PROSE.read_text(encoding="utf-8"))[name]
    return found


def about(name: str, *, repeats: bool = False) -> dict[str, Any]:
    """Return what the notebook of a page that is made says of itself.

    Parameters
    ----------
    name : of the page.
    repeats : whether it says again what other pages say, so that a search may pass it over.
    """
    words = prose(name)
    said: dict[str, Any] = {key: words[key] for key in ("title", "description", "question")}
    return {"kind": "appendix", "made": name, **said} | ({"repeats": True} if repeats else {})


def written() -> list[str]:
    """Return the documents that somebody has written, without those that are made of what the others hold."""
    return [name for name in documents() if (BOOK / f"{name}.ipynb").exists() and "made" not in metadata(name)]


def places(name: str) -> Iterator[Place]:
    """Yield the sections of a document in order, without hints and solutions."""
    found: dict[str, Place] = {}
    here = {"en": name, "ko": name}
    for cell in read(BOOK / f"{name}.ipynb")["cells"]:
        if cell["cell_type"] == "code":
            if here["en"] in found:
                found[here["en"]].cells.append(cell)
            continue
        spoken = [language(cell)] if language(cell) else ["en", "ko"]
        for part in () if AWAY & set(tags(cell)) else sections(source(cell)):
            for tongue in spoken:
                if part.level and part.label:
                    here[tongue] = part.label
                    place = found.setdefault(part.label, Place(name, part.label, both("", "")))
                    place.title = both(**{**place.title, tongue: part.title})
                if here[tongue] in found:
                    text = found[here[tongue]].text
                    text[tongue] = f"{text.get(tongue, '')}\n\n{part.body}"
    yield from found.values()


def labels() -> dict[str, Place]:
    """Return the sections of all documents that somebody has written, by their labels."""
    return {place.label: place for name in written() for place in places(name)}

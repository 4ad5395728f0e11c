"""The glossary and the index, from three tables: what a term means, its other names, and words that are not used.

`glossary.tsv` has a row for each term: its English and its Korean name, the labels of the sections that teach it, and
one sentence of meaning in each language. The row of `synonyms.tsv` that begins with the English name has all its names,
which search knows too; `korean_terms.tsv` has the Korean words that the book does not use, each with the one it does.
`page` makes the appendix of them (`python -m tools.text.made`), `terms` is what search leads by.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from d2lparams.view.spec import Text, both
from tools.text.places import Place, about, labels, prose

TERMS, SYNONYMS, DISCOURAGED = (
    Path(__file__).with_name(f"{name}.tsv") for name in ("glossary", "synonyms", "korean_terms")
)
# The letters of a Korean index by the place of an initial in Unicode: doubled ones stand with the plain.
INITIALS = "ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ"
LATIN = "A–Z"


@dataclass(frozen=True)
class Term:
    """A thing that the book teaches: its name, its other names, its meaning, and the sections, the first one best."""

    name: Text
    others: tuple[str, ...]
    meaning: Text
    taught: tuple[Place, ...]

    def also(self, korean: bool) -> list[str]:
        """Return the other names in Hangul or those in letters, without mere plurals."""
        own = {self.name["en"].casefold(), self.name["ko"].casefold()}
        found = [name for name in self.others if hangul(name) == korean and name.casefold() not in own]
        return [
            name
            for name in found
            if singular(name) not in {one.casefold() for one in (*own, *found)} - {name.casefold()}
        ]


def hangul(word: str) -> bool:
    """Return whether a word begins with a Korean syllable."""
    return "가" <= word[:1] <= "힣"


def singular(word: str) -> str:
    """Return an English word without the ending of its plural, in small letters.

    >>> singular("Matrices"), singular("factories"), singular("biases"), singular("layers")
    ('matrix', 'factory', 'bias', 'layer')
    """
    word = word.casefold()
    for ending, plain in (("rices", "rix"), ("ies", "y"), ("ases", "as"), ("ches", "ch"), ("s", "")):
        if word.endswith(ending):
            return word.removesuffix(ending) + plain
    return word


def rows(path: Path) -> list[list[str]]:
    """Return the rows of a table of words."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def terms() -> list[Term]:
    """Return the terms, by their English names.

    Raises
    ------
    KeyError
        For a term without a row of names, or one whose section the book does not have.
    """
    names, known = {row[0]: row for row in rows(SYNONYMS)}, labels()
    found = []
    for english, korean, taught, meaning, meaning_ko in rows(TERMS)[1:]:
        others = tuple(name for name in names[english] if name not in (english, korean))
        sections = tuple(known[label] for label in taught.split())
        found.append(Term(both(english, korean), others, both(meaning, meaning_ko), sections))
    return sorted(found, key=lambda term: term.name["en"].casefold())


def letter(word: str) -> str:
    """Return the letter under which an index has a word: a Korean initial, or a capital.

    >>> letter("합성곱"), letter("깊이"), letter("ReLU"), letter("1 to 9")
    ('ㅎ', 'ㄱ', 'R', '#')
    """
    if hangul(word):
        return INITIALS[(ord(word[0]) - ord("가")) // 588]
    plain = unicodedata.normalize("NFKD", word)[0].upper()
    return plain if "A" <= plain <= "Z" else "M" if plain == "Μ" else "#"  # μP stands with muP


def order(word: str) -> tuple[bool, str]:
    """Return what sorts words as a Korean dictionary does, those in Latin letters behind."""
    return not hangul(word), word.casefold().replace("μ", "mu")


def entry(term: Term, language: str) -> str:
    """Return a term as an item of a list: its names, its meaning, where it is taught."""
    other = "en" if language == "ko" else "ko"
    head = f"**{term.name[language]}**"
    if term.name[other] != term.name[language]:
        head += f" · {term.name[other]}"
    if also := [*term.also(language == "ko"), *term.also(language != "ko")]:
        head += f" ({', '.join(map(coded, also))})"
    links = "; ".join(place.link(language) for place in term.taught)
    return f"- {head}: {term.meaning[language]} {capital(links)}"


def capital(links: str) -> str:
    """Return links that follow a full stop."""
    return re.sub(r"^\[([ac])", lambda found: f"[{found[1].upper()}", links)


def coded(name: str) -> str:
    """Return a name, as code if only code is written so."""
    return f"`{name}`" if "_" in name or "." in name else name


def listing(found: list[Term], language: str) -> str:
    """Return all terms in the order of a language, under its letters."""
    lines, last = [], ""
    for term in sorted(found, key=lambda term: order(term.name[language])):
        name = term.name[language]
        head = LATIN if language == "ko" and not hangul(name) else letter(name)
        if head != last:
            lines += ["", f"**{head}**", ""]
            last = head
        lines.append(entry(term, language))
    return "\n".join(lines)


def index(found: list[Term]) -> str:
    """Return all names of all terms with the numbers of chapters, a paragraph a letter, first the English ones."""
    entries: dict[str, str] = {}
    for term in found:
        numbers = " ".join(dict.fromkeys(place.number() for place in term.taught))
        english, korean = term.name["en"], term.name["ko"]
        for name, other in ((korean, english), (english, korean)):
            entries[name] = f"{name}{f' · {other}' if other.casefold() != name.casefold() else ''} {numbers}"
        for name in [*term.also(True), *term.also(False)]:
            entries.setdefault(name, f"{coded(name)} → {korean if hangul(name) else english} {numbers}")
        for name, right in unused().items():
            if right == korean:
                entries.setdefault(name, f"{name} → {korean} {numbers}")
    paragraphs: dict[str, list[str]] = {}
    for name in sorted(entries, key=lambda name: (hangul(name), order(name)[1])):
        paragraphs.setdefault(letter(name), []).append(entries[name])
    return "\n\n".join(f"**{head}** {'; '.join(lines)}." for head, lines in paragraphs.items())


def unused() -> dict[str, str]:
    """Return the Korean words that the book does not use, each with that which it does."""
    return {row[0]: row[1] for row in rows(DISCOURAGED)[1:] if all(map(hangul, row[1].split()))}


def page() -> tuple[dict[str, Any], list[Text | str]]:
    """Return what the notebook of the appendix says of itself, and its texts: pairs, or one for both languages."""
    found = terms()
    words = prose("glossary")
    listed = both(*(words["terms"][tongue] + "\n" + listing(found, tongue) for tongue in ("en", "ko")))
    return about("glossary", repeats=True), [words["lead"], listed, words["index"], index(found)]

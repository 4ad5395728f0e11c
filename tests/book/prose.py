"""What the contract asks of the text of cells: pairs that hold the same things, Korean that prints as meant."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from tools.text import markdown
from tools.text.cells import Cell, source, tags
from tools.text.markdown import prose_lines, sections

TERMS = Path(markdown.__file__).with_name("korean_terms.tsv")

# As the book parses it: dollars are mathematics, colon fences hold Markdown.
PARSER = MarkdownIt().use(dollarmath_plugin).use(colon_fence_plugin)


def without_code(text: str) -> str:
    """Return the text with fenced code and code spans blanked, directive fences kept as they are."""
    text = re.sub(r"^([ \t]*)(`{3,}|~{3,})(?!\{).*?^\1\2\s*$", "", text, flags=re.M | re.S)
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "`code`", text, flags=re.S)


def formulas(text: str) -> list[str]:
    """Return the formulas of a text, inline and displayed, in order."""
    found = re.findall(r"\$\$(.+?)\$\$|(?<![\\$\w])\$(?!\s)([^$]+?)(?<![\s\\])\$(?!\d)", without_code(text), re.S)
    return [(display or inline).strip() for display, inline in found]


def links(text: str) -> list[str]:
    """Return the targets of a text's links: Markdown links, automatic links and cross-reference roles."""
    plain = without_code(text)
    found = [(m.start(), m[1]) for m in re.finditer(r"(?<!!)\[[^\]]*\]\(([^)\s]*)\)", plain)]
    found += [(m.start(), m[1]) for m in re.finditer(r"<((?:https?|mailto):[^>\s]+)>", plain)]
    roles = re.finditer(r"\{(?:ref|numref|doc|cite\S*|eq)\}`([^`]*)`", text)
    found += [(m.start(), re.sub(r"^.*<(.*)>$", r"\1", m[1])) for m in roles]
    return [target for _, target in sorted(found)]


# What an order of the chapters makes true or false; in a link it is set right, or leads where it was meant.
# (장면 is a scene. Sheets, which Korean counts by 장 too, are counted in words: 이미지 네 장.)
ORDERED = re.compile(
    r"\b(?:[Cc]hapters? \d+|[Aa]ppendix [A-Z]\b|[Tt]he (?:last|previous|preceding|next|following) chapter)"
    r"|\d+장|부록 [A-Z]\b|(?:앞|지난|이전|다음) 장(?!면)"
)


def unlinked(text: str) -> list[str]:
    """Return what a text says about the order of chapters outside links."""
    return ORDERED.findall(re.sub(r"\[[^\[\]]*\]\([^)\s]*\)", "", without_code(text)))


def list_items(text: str) -> int:
    """Return how many list items a text has."""
    return sum(bool(prose and re.match(r"^\s*(?:[-*+]|\d+[.)])\s+\S", line)) for line, prose in prose_lines(text))


def problems(english: Cell, korean: Cell) -> list[str]:
    """Return how a pair breaks the contract, one line each."""
    left, right = source(english), source(korean)
    found = []
    if english["id"].removesuffix("-en") != korean["id"].removesuffix("-ko"):
        found.append(f"ids {english['id']} and {korean['id']}")
    if sorted(set(tags(english)) - {"lang-en"}) != sorted(set(tags(korean)) - {"lang-ko"}):
        found.append("different tags")
    heads = [[(part.level, part.label) for part in sections(text) if part.level] for text in (left, right)]
    if heads[0] != heads[1]:
        found.append(f"headings {heads[0]} and {heads[1]}")
    for name, count in (("formulas", formulas), ("links", links)):
        if len(count(left)) != len(count(right)):
            found.append(f"{len(count(left))} and {len(count(right))} {name}")
    if list_items(left) != list_items(right):
        found.append(f"{list_items(left)} and {list_items(right)} list items")
    return found


def literal_asterisks(text: str) -> list[str]:
    """Return the pieces of a text that would print asterisks, because its emphasis does not end where it was meant to.

    A closing bracket, quote or backtick before the asterisks and a letter after them leave the emphasis open:
    `**가중치(weight)**를` prints them, `**가중치**(weight)를` does not.

    >>> literal_asterisks("**가중치(weight)**를 보면 **가중치**(weight)를")
    ['**가중치(weight)**를 보면 ']
    """
    found = []
    for token in PARSER.parse(text):
        if token.type == "colon_fence":
            found += literal_asterisks(token.content)
        found += [child.content for child in token.children or [] if child.type == "text" and "*" in child.content]
    return found


def discouraged_terms() -> list[tuple[str, str]]:
    """Return Korean forms not used in this book, each with the one that is."""
    with TERMS.open(encoding="utf-8", newline="") as lines:
        return [(row["discouraged"], row["instead"]) for row in csv.DictReader(lines, delimiter="\t")]


def discouraged(text: str) -> list[str]:
    """Return the discouraged forms that a Korean text uses, with what to write instead."""
    plain = without_code(text)
    return [f"{bad} (instead: {good})" for bad, good in discouraged_terms() if bad in plain]

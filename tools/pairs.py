"""English cells and their Korean partners: what the two must share, and whether the pair is fresh.

A Korean cell keeps a hash of the English text it was checked against. When the English changes, `stale` says so until
somebody has looked at the pair and said `make pairs`.
"""

from __future__ import annotations

import csv
import hashlib
import re
from typing import Any

from tools.editions import source, tags
from tools.markdown import formulas, links, list_items, sections, without_code
from tools.project import ROOT

Cell = dict[str, Any]
TERMS = ROOT / "tools" / "korean_terms.tsv"

# Bold or code inside bold ends with a bracket or a backtick and a letter follows: CommonMark then sees no end of
# the emphasis and prints the asterisks. `**가중치**(weight)를` is safe, `**가중치(weight)**를` is not.
TRAP = re.compile(r"(?<!\*)(\*{1,2})(?=[^\s*])[^*\n]*?[)\]`\"'”’.,:!?%]\1(?=[가-힣A-Za-z0-9])")
# The same at the beginning: a letter, asterisks, then punctuation.
TRAP_BEFORE = re.compile(r"(?<=[가-힣A-Za-z0-9])(\*{1,2})(?=[(\[`\"'“‘])[^*\n]+?\1")


def english_hash(cell: Cell) -> str:
    """Return the hash of an English cell that its Korean pair keeps."""
    return hashlib.sha256(source(cell).encode()).hexdigest()[:12]


def stale(english: Cell, korean: Cell) -> bool:
    """Return whether the English text changed since the Korean was checked against it."""
    return bool(korean["metadata"].get("d2l", {}).get("source") != english_hash(english))


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
    """Return the emphasis of a text that would print its asterisks.

    >>> literal_asterisks("**가중치(weight)**를 보면 **가중치**(weight)를")
    ['**가중치(weight)**']
    """
    plain = re.sub(r"\$\$?[^$]+\$\$?", "", text)
    plain = re.sub(r"^([ \t]*)(`{3,}|~{3,}).*?^\1\2\s*$", "", plain, flags=re.M | re.S)
    return [m[0] for m in (*TRAP.finditer(plain), *TRAP_BEFORE.finditer(plain))]


def discouraged_terms() -> list[tuple[str, str]]:
    """Return Korean forms not used in this book, each with the one that is."""
    with TERMS.open(encoding="utf-8", newline="") as lines:
        return [(row["discouraged"], row["instead"]) for row in csv.DictReader(lines, delimiter="\t")]


def discouraged(text: str) -> list[str]:
    """Return the discouraged forms that a Korean text uses, with what to write instead."""
    plain = without_code(text)
    return [f"{bad} (instead: {good})" for bad, good in discouraged_terms() if bad in plain]

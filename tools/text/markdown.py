"""Reading Markdown cells as far as the book's tools need it: headings with labels, and what a body holds.

A cell is cut at its headings into `Section`s, line by line, leaving fenced code, directives and display
mathematics alone, where a `#` is no heading. Counting (formulas, links, list items) ignores code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$")
LABEL = re.compile(r"^\(([^()\s]+)\)=\s*$")
FENCE = re.compile(r"^\s*(`{3,}|~{3,}|:{3,})")
DISPLAY = re.compile(r"^\s*\$\$(.*)$")


@dataclass(frozen=True)
class Section:
    """A heading with its label (both may be missing before the first heading) and the text below it."""

    level: int
    title: str
    label: str
    body: str


def prose_lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield every line with whether it is prose, that is, outside fences and display mathematics."""
    fence = ""
    display = False
    for line in text.splitlines():
        mark = FENCE.match(line)
        if fence:
            yield line, False
            closing = line.strip()
            if closing.startswith(fence) and not closing.strip(fence[0]):
                fence = ""
        elif mark and not display:
            fence = mark[1]
            yield line, False
        elif "$$" in line and line.count("$$") % 2 and (display or DISPLAY.match(line)):
            display = not display
            yield line, False
        else:
            yield line, not display


def sections(text: str) -> list[Section]:
    """Return the cell's text cut at its headings; what stands before the first has level 0."""
    found: list[Section] = []
    level, title, label = 0, "", ""
    body: list[str] = []
    waiting = ""  # a label that has not met its heading or paragraph yet

    def close() -> None:
        text = "\n".join(body).strip("\n")
        if level or text:
            found.append(Section(level, title, label, text))

    for line, prose in prose_lines(text):
        if prose and (target := LABEL.match(line)):
            if waiting:
                body.append(f"({waiting})=")
            waiting = target[1]
        elif prose and (heading := HEADING.match(line)):
            close()
            body.clear()
            level, title, label, waiting = len(heading[1]), heading[2], waiting, ""
        else:
            if waiting and line.strip():
                body.append(f"({waiting})=")
                waiting = ""
            body.append(line)
    close()
    return found


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


def list_items(text: str) -> int:
    """Return how many list items a text has."""
    return sum(bool(prose and re.match(r"^\s*(?:[-*+]|\d+[.)])\s+\S", line)) for line, prose in prose_lines(text))

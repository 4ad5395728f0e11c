"""Markdown cells as far as the book's tools read them: cut at their headings into sections with labels.

Fenced code, directives and display mathematics are left alone: a `#` there is no heading.
"""

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

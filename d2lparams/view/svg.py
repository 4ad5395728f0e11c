"""Draw a scene of marks as SVG text: the picture for printing, for readers without JavaScript, and for golden tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from .spec import Mark, Words, pick, scene, start_key

__all__ = ["draw", "element", "first"]


def _n(value: float) -> str:
    return f"{value:g}" if value != int(value) else str(int(value))


def element(mark: Mark, language: str) -> str:
    """Return the SVG element of one mark; ``figure.js`` makes the same one."""
    kind, style = mark[0], f' class="{escape(mark[-1])}"'
    if kind == "r":
        x, y, w, h = map(_n, mark[1:5])
        return f'<rect x="{x}" y="{y}" width="{w}" height="{h}"{style}></rect>'
    if kind == "l":
        x1, y1, x2, y2 = map(_n, mark[1:5])
        return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"{style}></line>'
    if kind == "c":
        x, y, r = map(_n, mark[1:4])
        return f'<circle cx="{x}" cy="{y}" r="{r}"{style}></circle>'
    if kind == "p":
        points = " ".join(map(_n, mark[1]))
        return f'<polyline points="{points}"{style}></polyline>'
    x, y = map(_n, mark[1:3])
    text = escape(pick(mark[4], language), quote=False)
    return f'<text x="{x}" y="{y}" text-anchor="{mark[3]}"{style}>{text}</text>'


def draw(marks: Iterable[Mark], size: Sequence[int], label: Words, language: str = "both") -> str:
    """Return a whole SVG picture.

    Parameters
    ----------
    marks : iterable of mark
    size : two ints
        Width and height.
    label : words
        What the picture shows, for readers who hear it.
    language : {'en', 'ko', 'both'}
    """
    inner = "".join(element(mark, language) for mark in marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="d2l-scene" viewBox="0 0 {size[0]} {size[1]}" role="img" '
        f'aria-label="{escape(pick(label, language))}">{inner}</svg>'
    )


def first(spec: dict[str, Any], language: str = "both") -> str:
    """Return the picture of the state that a figure starts in."""
    key = start_key(spec)
    return draw(scene(spec, key), spec["size"], spec["states"][key]["say"], language)

"""Draw a scene of marks as SVG text: the picture for printing, for readers without JavaScript, and for golden tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from .spec import Mark, Words, pick, scene, start_key

__all__ = ["draw", "element", "first"]


# The element of a mark, and the attributes that its numbers are, in order.
SHAPES = {
    "r": ("rect", "x", "y", "width", "height"),
    "l": ("line", "x1", "y1", "x2", "y2"),
    "c": ("circle", "cx", "cy", "r"),
    "p": ("polyline", "points"),
    "g": ("polygon", "points"),
    "t": ("text", "x", "y", "text-anchor"),
    "h": ("g", "transform"),
    "s": ("path", "transform", "d"),
}


def _n(value: float) -> str:
    return f"{value:g}" if value != int(value) else str(int(value))


def _shade(letter: str) -> str:
    """Return the classes of a cell: a to o are -7 to 7, A to I are 0 to 8."""
    if letter < "a":
        return f"more k{ord(letter) - ord('A')}"
    level = ord(letter) - ord("h")
    return f"{'minus' if level < 0 else 'plus'} k{abs(level)}"


def _cells(columns: int, levels: str) -> str:
    """Return a path for each level, in units of a cell: thousands of cells are some elements."""
    paths = []
    for letter in sorted(set(levels) - {"."}):
        at = (divmod(i, columns) for i, level in enumerate(levels) if level == letter)
        steps = "".join(f"M{column} {row}h1v1h-1z" for row, column in at)
        paths.append(f'<path d="{steps}" class="{_shade(letter)}"></path>')
    return "".join(paths)


def _steps(heights: str) -> str:
    """Return the outline of bars, in units of a bar: a is 0, z 25, A 26."""
    levels = (ord(letter) - (ord("a") if letter >= "a" else ord("A") - 26) for letter in heights)
    return "M0 0" + "".join(f"V{level}H{i + 1}" for i, level in enumerate(levels)) + "V0z"


def element(mark: Mark, language: str) -> str:
    """Return the SVG element of one mark; ``figure.js`` makes the same one."""
    kind, *values, style = mark
    tag, *names = SHAPES[kind]
    inner = ""
    if kind in "pg":
        values = [" ".join(map(_n, values[0]))]
    elif kind == "t":
        inner = escape(pick(values[3], language), quote=False)
    elif kind == "h":
        x, y, width, height = map(_n, values[:4])
        inner = _cells(*values[4:])
        values = [f"translate({x} {y}) scale({width} {height})"]
    elif kind == "s":
        x, y, width, unit = map(_n, values[:4])
        values = [f"translate({x} {y}) scale({width} -{unit})", _steps(values[4])]
    texts = (value if isinstance(value, str) else _n(value) for value in values)
    attributes = "".join(f' {name}="{text}"' for name, text in zip(names, texts, strict=False))
    return f'<{tag}{attributes} class="{escape(style)}">{inner}</{tag}>'


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

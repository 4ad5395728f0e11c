"""Draw a scene of marks as SVG text: the picture for printing, for readers without JavaScript, and for golden tests."""

from __future__ import annotations

import functools
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from .spec import Mark, Words, pick, scene, start_key, voices

__all__ = ["Paint", "alone", "box", "draw", "element", "first", "image", "key", "parts"]

Paint = dict[str, dict[str, str]]  # by `key`, the attributes that stand for a class where no style sheet is

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
RISE = {"amid": -0.6, "above": -1.2, "below": 0}  # of the first of two lines, in its height


def _n(value: float) -> str:
    return f"{value:g}" if value != int(value) else str(int(value))


def _shade(letter: str) -> str:
    """Return the classes of a cell: a to o are -7 to 7, A to I are 0 to 8, J to Q 0 to 7 in the third colour."""
    if letter < "a":
        return f"more k{ord(letter) - ord('A')}" if letter < "J" else f"c k{ord(letter) - ord('J')}"
    level = ord(letter) - ord("h")
    return f"{'minus' if level < 0 else 'plus'} k{abs(level)}"


def key(tag: str, style: str) -> str:
    """Return what the paint of an element of a class is kept under."""
    return f"{tag} {style}"


def parts(mark: Mark) -> list[tuple[str, str]]:
    """Return the tag and the classes of every element of a mark."""
    inner = sorted(set(mark[6]) - {"."}) if mark[0] == "h" else ""
    return [(SHAPES[mark[0]][0], mark[-1]), *(("path", _shade(letter)) for letter in inner)]


ROUND = 7  # of the corners of round boxes, as ``figure.css`` has it


def box(x: float, y: float, width: float, height: float, style: str = "") -> str:
    """Return a rectangle as a path: readers' views give everything the height ``auto``, which leaves a rectangle none.

    >>> box(1, 2, 30.5, 20)
    'M1 2h30.5v20h-30.5z'
    """
    if "round" not in style.split():
        return f"M{_n(x)} {_n(y)}h{_n(width)}v{_n(height)}h{_n(-width)}z"
    r = min(ROUND, width / 2, height / 2)
    across, down = (_n(round(length - 2 * r, 2)) for length in (width, height))
    corners = (f"a{_n(r)} {_n(r)} 0 0 1 {_n(i * r)} {_n(j * r)}" for i, j in ((1, 1), (-1, 1), (-1, -1), (1, -1)))
    sides = (f"h{across}", f"v{down}", f"h-{across}", f"v-{down}")
    start = f"M{_n(round(x + r, 2))} {_n(y)}"
    return start + "".join(side + corner for side, corner in zip(sides, corners, strict=True)) + "z"


def _dressed(tag: str, style: str, paint: Paint, more: str = "") -> str:
    painted = "".join(f' {name}="{value}"' for name, value in paint.get(key(tag, style), {}).items())
    return f' class="{escape(style)}{more}"{painted}'


def _cells(columns: int, levels: str, style: str, paint: Paint) -> str:
    """Return a path for each level, in units of a cell: thousands of cells are some elements.

    Neighbours of one level in a row are one rectangle, unless cells stand apart.
    """
    paths = []
    rows = [levels[start : start + columns] for start in range(0, len(levels), columns)]
    for letter in sorted(set(levels) - {"."}):
        runs = re.compile(re.escape(letter) + "+" * ("tile" not in style.split()))
        steps = "".join(
            f"M{run.start()} {row}h{len(run[0])}v1h-{len(run[0])}z"
            for row, cells in enumerate(rows)
            for run in runs.finditer(cells)
        )
        paths.append(f'<path d="{steps}"{_dressed("path", _shade(letter), paint)}></path>')
    return "".join(paths)


def _steps(heights: str) -> str:
    """Return the outline of bars, in units of a bar: a is 0, z 25, A 26."""
    levels = (ord(letter) - (ord("a") if letter >= "a" else ord("A") - 26) for letter in heights)
    return "M0 0" + "".join(f"V{level}H{i + 1}" for i, level in enumerate(levels)) + "V0z"


def _lines(x: float, words: Words, style: str, language: str) -> str:
    """Return words in one line, or one line for each language where both stand and the style says so."""
    texts = [escape(text, quote=False) for _, text in voices(words, language)]
    rise = next((RISE[word] for word in style.split() if word in RISE), None)
    if len(texts) == 1 or rise is None:
        return escape(pick(words, language), quote=False)
    return "".join(
        f'<tspan x="{_n(x)}" dy="{_n(dy)}em">{text}</tspan>' for dy, text in zip((rise, 1.2), texts, strict=True)
    )


def element(mark: Mark, language: str, paint: Paint | None = None) -> str:
    """Return the SVG element of one mark; ``figure.js`` makes the same one."""
    paint = paint or {}
    kind, *values, style = mark
    tag, *names = SHAPES[kind]
    inner = ""
    if kind == "r" and paint:
        return f'<path d="{box(*mark[1:])}"{_dressed(tag, style, paint, " box")}></path>'
    if kind in "pg":
        values = [" ".join(map(_n, values[0]))]
    elif kind == "t":
        inner = _lines(values[0], values[3], style, language)
    elif kind == "h":
        x, y, width, height = map(_n, values[:4])
        inner = _cells(values[4], values[5], style, paint)
        values = [f"translate({x} {y}) scale({width} {height})"]
    elif kind == "s":
        x, y, width, unit = map(_n, values[:4])
        values = [f"translate({x} {y}) scale({width} -{unit})", _steps(values[4])]
    texts = (value if isinstance(value, str) else _n(value) for value in values)
    attributes = "".join(f' {name}="{text}"' for name, text in zip(names, texts, strict=False))
    return f"<{tag}{attributes}{_dressed(tag, style, paint)}>{inner}</{tag}>"


def draw(
    marks: Iterable[Mark], size: Sequence[int], label: Words, language: str = "both", paint: Paint | None = None
) -> str:
    """Return a whole SVG picture.

    Parameters
    ----------
    marks : iterable of mark
    size : two ints
        Width and height.
    label : words
        What the picture shows, for readers who hear it.
    language : {'en', 'ko', 'both'}
    paint : Paint, optional
    """
    inner = "".join(element(mark, language, paint) for mark in marks)
    root = _dressed("svg", "d2l-scene", paint or {})
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"{root} viewBox="0 0 {size[0]} {size[1]}" '
        f'role="img" aria-label="{escape(pick(label, language))}">{inner}</svg>'
    )


def first(spec: dict[str, Any], language: str = "both") -> str:
    """Return the picture of the state that a figure starts in."""
    at = start_key(spec)
    return draw(scene(spec, at), spec["size"], spec["states"][at]["say"], language, spec.get("paint"))


@functools.cache
def sheet() -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Return what ``figure.css`` says: the colours for light and for dark, and its rules for a drawing."""
    css = Path(__file__).with_name("figure.css").read_text(encoding="utf-8")
    light, dark = (" ".join(colours.split()) for colours in re.findall(r"(?s)\{\s*(--d2l-ink.*?)\s*\}", css))
    everywhere = re.sub(r"@[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", css)
    return light, dark, tuple(re.findall(r"\.d2l-scene ([^{},]+|:\S+\([^{}]*) \{ ([^{}]+) \}", everywhere))


def alone(svg: str) -> str:
    """Return a drawing with the style that it needs where no page gives it one, on paper of its own.

    Colours are those of the reader's system, which a picture cannot ask its page for.
    """
    light, dark, rules = sheet()
    used = {name for names in re.findall(r'class="([^"]*)"', svg) for name in names.split()}
    needed = [
        f"{selector}{{{body}}}"
        for selector, body in rules
        if not (classes := set(re.findall(r"\.([\w-]+)", selector))) or classes & used
    ]
    root = "font:14px system-ui,sans-serif;fill:var(--d2l-ink);background:var(--d2l-paper);--large:1"
    style = f"svg{{{light}{root}}}@media(prefers-color-scheme:dark){{svg{{{dark}}}}}{''.join(needed)}"
    return svg.replace(">", f"><style>{style}</style>", 1)


def image(svg: str) -> str:
    """Return a picture as HTML that every notebook shows: one that is not trusted too, and the pages of GitHub.

    Both pass over SVG, since it may hold programs, and take the style from HTML; in an ``<img>`` neither can be.
    """
    drawing = alone(svg) if 'class="d2l-scene"' in svg else svg  # what matplotlib draws has its colours in itself
    label = re.search(r'aria-label="([^"]*)"', svg)
    alt = label[1] if label else ""
    return f'<img width="480" alt="{alt}" src="data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}">'

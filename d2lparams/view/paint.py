"""The paint of marks as attributes: what ``figure.css`` says of their classes, for where no style sheet comes along.

A reader's view takes the drawing out of its page and drops classes and styles.  Colours are those of paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .spec import Mark
from .svg import Paint, key, parts

__all__ = ["PALETTE", "attributes", "on_paper", "paints"]

PALETTE = {
    "ink": "#1f2933", "soft": "#56616c", "line": "#9aa5b1", "grid": "#e4e8ec", "paper": "#ffffff",
    "a": "#0b5fa5", "b": "#b4500f", "c": "#0a7a5c", "d": "#8a3a8f", "e": "#7a6200", "f": "#a3293d",
}  # fmt: skip
HUES = {**{name: PALETTE[name] for name in "abcdef"}, "minus": PALETTE["b"], "plus": PALETTE["a"], "more": PALETTE["a"]}
# By the digit of k: how much of the hue, of signed amounts and of others, and the width of a line.
SHADES = ("0%", "14%", "28%", "43%", "57%", "71%", "86%", "100%", "100%")
MORE = ("0%", "12%", "25%", "37%", "50%", "62%", "75%", "87%", "100%")
WIDTHS = ("0", ".7", "1.1", "1.6", "2.2", "2.9", "3.7", "4.6", "5.6")
MONO = "ui-monospace, monospace"
# What a class, or an element of a class, has; the later rule wins. Only what the style sheet says of the same elements:
# an attribute is stronger than what is inherited. Words have no halo here: Firefox takes `paint-order` away in its
# reader's view, and a stroke in the colour of paper then lies on the letters and not behind them.
RULES: dict[str, dict[str, str]] = {
    "svg": {"fill": "ink", "font-family": "sans-serif", "font-size": "13"},
    ".node": {"fill": "paper", "stroke": "soft", "stroke-width": "1.2"},
    ".hue": {"fill": "shade"},
    "line": {"fill": "none", "stroke": "hue", "stroke-width": "wide"},
    "polyline": {"fill": "none", "stroke": "hue", "stroke-width": "wide"},
    "path": {"vector-effect": "non-scaling-stroke"},
    ".paper": {"fill": "paper"},
    ".axis": {"stroke": "line", "stroke-width": "1"},
    ".grid": {"stroke": "grid", "stroke-width": "1"},
    ".theory": {"stroke": "ink", "stroke-width": "1.2"},
    ".rule": {"stroke": "soft", "stroke-width": "1", "stroke-dasharray": "5 4"},
    ".see": {"fill-opacity": ".55"},
    ".band": {"fill-opacity": ".22"},
    ".faint": {"opacity": ".13"},
    "g": {"shape-rendering": "crispEdges"},
    ".tile": {"stroke": "paper", "stroke-width": "2"},
    ".chosen": {"fill": "a", "fill-opacity": ".16", "stroke": "a"},
    ".outline": {"fill": "none", "stroke": "ink", "stroke-width": "1.5"},
    ".row": {"fill": "none", "stroke": "line"},
    ".near": {"fill": "none", "stroke": "b", "stroke-dasharray": "5 4"},
    ".pale": {"fill-opacity": ".13"},
    ".spike": {"stroke": "b", "stroke-width": "5"},
    ".square": {"stroke": "paper", "stroke-width": "2"},
    ".sum": {"fill": "soft"},
    ".block": {"fill": "paper", "stroke": "soft"},
    ".branch": {"stroke": "line", "stroke-width": "1.5"},
    ".thin": {"stroke-width": "1.5"},
    ".way": {"stroke-width": "5"},
    ".ring": {"stroke": "ink", "stroke-width": "2.5"},
    ".point": {"stroke": "paper", "stroke-width": "1.2"},
    "polyline.curve": {"stroke": "b"},
    "rect.pale": {"stroke": "hue"},
    "polyline.area": {"fill": "a", "fill-opacity": ".3", "stroke": "a"},
    "text.tick": {"fill": "soft", "font-size": "12.5"},
    "text.label": {"fill": "soft"},
    "text.code": {"font-family": MONO},
    "text.strong": {"font-weight": "600"},
    "text.on": {"fill": "paper"},
    "text.upon": {"fill": "ink"},
    "text.letter": {"fill": "paper", "font-size": "12.5", "font-weight": "700"},
}


def _amount(words: set[str]) -> tuple[str, str, str]:
    """Return what classes say of an amount: the hue if they have one, its shade, the width of a line."""
    hue = next((HUES[name] for name in HUES if name in words), "")
    at = next((int(word[1:]) for word in words if word[0] == "k" and word[1:].isdigit()), None)
    if at is None:
        return hue, hue, "2"
    share = (MORE if "more" in words else SHADES)[at]
    return hue, f"color-mix(in oklab, {hue} {share}, {PALETTE['grid']})" if hue else "", WIDTHS[at]


def attributes(tag: str, style: str) -> dict[str, str]:
    """Return the presentation attributes of an element of an SVG picture that has these classes.

    Examples
    --------
    >>> attributes("line", "axis")
    {'fill': 'none', 'stroke': '#9aa5b1', 'stroke-width': '1'}
    >>> attributes("rect", "a pale")
    {'fill': '#0b5fa5', 'fill-opacity': '.13', 'stroke': '#0b5fa5'}
    """
    words = set(style.split())
    hue, shade, width = _amount(words)
    values = {**PALETTE, "hue": hue or PALETTE["ink"], "shade": shade, "wide": width}
    found: dict[str, str] = {}
    for selector, said in RULES.items():
        name, _, word = selector.partition(".")
        if name in ("", tag) and (not word or word in words or (word == "hue" and hue)):
            found |= said
    return {name: values.get(value, value) for name, value in found.items()}


def on_paper(size: Sequence[int], base: Iterable[Mark]) -> list[Mark]:
    """Return the marks that all states share, with paper of their own below them: a reader's view may be dark."""
    return [["r", 0, 0, *size, "paper"], *base]


def paints(marks: Iterable[Mark]) -> Paint:
    """Return the attributes of every kind of element among some marks, by its key."""
    elements = {("svg", "d2l-scene"), *(found for mark in marks for found in parts(mark))}
    return {key(*found): attributes(*found) for found in sorted(elements)}

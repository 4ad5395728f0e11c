"""What figures are drawn with beside axes: cells, small histograms, arrows, nodes, networks, areas.

Every function returns a list of marks, to be added to those of a scene.
"""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .canvas import number
from .spec import Mark, Words

__all__ = ["MOST", "amount", "areas", "arrow", "cells", "heat", "network", "node", "places", "scale", "strip"]

MOST = 8  # units of a layer that are drawn
DOWN = "hgfedcba"  # the letters of cells from 0 to -7, from 0 to 7, and of unsigned ones from 0 to 8
UP, MORE = "hijklmno", "ABCDEFGHI"
HEIGHTS = string.ascii_letters  # of steps, from 0 to 51
Array = npt.NDArray[Any]
Area = tuple[float, float, float, float]


def _limit(arrays: Sequence[Any], limit: float | None) -> float:
    """Return the size that has the strongest colour: the largest finite one, unless it is given."""
    if limit is None:
        sizes = [np.abs(array[np.isfinite(array)]) for array in map(np.asarray, arrays)]
        limit = max((float(size.max()) for size in sizes if size.size), default=0.0)
    return limit or 1.0


def _steps(values: Any, limit: float, most: int) -> Array:
    """Return sizes in steps up to `most`; only 0 itself has none."""
    steps: Array = np.ceil(np.minimum(np.abs(values) / limit, 1) * most).astype(int)
    return steps


def amount(value: float, limit: float) -> str:
    """Return the classes of a value: orange if negative, blue if positive, the stronger the nearer to `limit`.

    Examples
    --------
    >>> amount(-0.5, 1.0), amount(0.0, 1.0), amount(9.0, 1.0)
    ('minus k4', 'plus k0', 'plus k7')
    """
    return f"{'minus' if value < 0 else 'plus'} k{_steps(value, limit, 7)}"


def _on(style: str) -> str:
    """Return the class of words on a fill: paper on a full colour, with a rim of paper on a strong shade."""
    words = set(style.split())
    if words & set("abcdef") and not words & {"pale", "see"}:
        return "code on"
    return "code note" if words & {"k5", "k6", "k7", "k8"} else "code"


def heat(
    x: float,
    y: float,
    cell: float | tuple[float, float],
    values: Any,
    limit: float | None = None,
    style: str = "",
    signed: bool = True,
) -> list[Mark]:
    """Draw a matrix as coloured cells.

    Parameters
    ----------
    x, y : float
        The corner at the top left.
    cell : float or two floats
        The side of a cell, or its width and height.
    values : array of shape (rows, columns)
        What is not finite has no cell; 0 alone has the colour of 0.
    limit : float, optional
        The size that has the strongest colour, by default the largest; give one for all that is compared.
    style : str
        ``'tile'`` for cells that stand apart.
    signed : bool
        Orange to blue around 0, or one colour from 0 upward.

    Examples
    --------
    >>> heat(10, 20, 12, [[-1, 0, 0.5], [1, 2, float("nan")]])
    [['h', 10, 20, 12, 12, 3, 'dhjlo.', '']]
    """
    array = np.atleast_2d(np.asarray(values, float))
    width, height = cell if isinstance(cell, tuple) else (cell, cell)
    size, kept = _limit([array], limit), np.isfinite(array)
    steps = _steps(np.where(kept, array, 0), size, 7 if signed else 8)
    letters = [
        "." if not there else MORE[step] if not signed else (DOWN if value < 0 else UP)[step]
        for there, step, value in zip(kept.flat, steps.flat, array.flat, strict=True)
    ]
    return [["h", x, y, width, height, array.shape[1], "".join(letters), style]]


def scale(x: float, y: float, width: float, limit: float) -> list[Mark]:
    """Draw what the colours of `heat` mean, from minus `limit` to `limit`.

    Examples
    --------
    >>> [mark[4] for mark in scale(0, 0, 150, 0.5) if mark[0] == "t"]
    ['−0.500', '0', '0.500']
    """
    steps = range(-7, 8)
    ends = ((0, number(-limit)), (0.5, "0"), (1, number(limit)))
    return [
        *heat(x, y, (width / len(steps), 8), [steps], 7),
        *(["t", x + width * share, y + 25, "middle", text, "tick"] for share, text in ends),
    ]


def strip(
    x: float,
    y: float,
    size: tuple[float, float],
    arrays: Sequence[Any],
    span: tuple[float, float],
    bins: int = 40,
    style: str = "a see",
) -> list[Mark]:
    """Draw small histograms under one another over one axis, each as high as its row whatever its count.

    Parameters
    ----------
    x, y : float
        The corner at the top left.
    size : two floats
        Width and height of one row.
    arrays : sequence of array
        One for each row; values outside `span` are counted at its ends.
    span : two floats
        The values at the left and at the right.
    bins : int
    style : str

    Examples
    --------
    >>> strip(0, 0, (100, 25), [[0.1, 0.2, 0.9]], (0, 1), bins=2)
    [['l', 0, 25, 100, 25, 'grid'], ['s', 0, 25, 50.0, 0.431, 'ZA', 'a see']]
    """
    marks: list[Mark] = []
    width, height = size
    top = len(HEIGHTS) - 1
    for row, values in enumerate(arrays):
        array = np.asarray(values, float).ravel()
        counts, _ = np.histogram(np.clip(array[np.isfinite(array)], *span), bins, span)
        levels = np.ceil(top * counts / max(counts.max(), 1)).astype(int)
        base = y + height * (row + 1)
        marks.append(["l", x, base, x + width, base, "grid"])
        steps = "".join(HEIGHTS[level] for level in levels)
        marks.append(["s", x, base, width / bins, round(0.88 * height / top, 3), steps, style])
    return marks


def arrow(x1: float, y1: float, x2: float, y2: float, style: str = "a", head: float = 9) -> list[Mark]:
    """Draw an arrow from one place to another; where they are one, a dot.

    Examples
    --------
    >>> arrow(0, 0, 40, 0, "b")
    [['l', 0, 0, 31.9, 0.0, 'b'], ['g', [40, 0, 31.0, 3.6, 31.0, -3.6], 'b']]
    """
    length = math.hypot(x2 - x1, y2 - y1)
    if length < 0.5:
        return [["c", round(x1, 1), round(y1, 1), 2.5, style]]
    head = min(head, length)
    right, down = (x2 - x1) / length * head, (y2 - y1) / length * head
    x, y = x2 - right, y2 - down  # where the head begins
    sides = x - 0.4 * down, y + 0.4 * right, x + 0.4 * down, y - 0.4 * right
    line = [round(v, 1) for v in (x1, y1, x + 0.1 * right, y + 0.1 * down)]
    return [["l", *line, style], ["g", [round(v, 1) for v in (x2, y2, *sides)], style]]


def node(x: float, y: float, words: Words, style: str = "", radius: float = 16) -> list[Mark]:
    """Draw a circle with words in it.

    Examples
    --------
    >>> node(50, 40, "W")
    [['c', 50, 40, 16, 'node'], ['t', 50, 45, 'middle', 'W', 'code']]
    """
    return [["c", x, y, radius, f"node {style}".rstrip()], ["t", x, y + 5, "middle", words, _on(style)]]


def cells(
    x: float, y: float, cell: tuple[float, float], texts: Sequence[Words], style: str | Sequence[str] = "row"
) -> list[Mark]:
    """Draw texts in a row of boxes, such as the entries of a vector or the bytes of a file.

    Examples
    --------
    >>> cells(0, 0, (40, 24), ["1", "2"])[:2]
    [['r', 0, 0, 40, 24, 'row'], ['t', 20.0, 17.0, 'middle', '1', 'code']]
    """
    width, height = cell
    styles = [style] * len(texts) if isinstance(style, str) else style
    marks: list[Mark] = []
    for k, (text, one) in enumerate(zip(texts, styles, strict=True)):
        left = x + k * width
        marks.append(["r", left, y, width, height, one])
        marks.append(["t", left + width / 2, y + height / 2 + 5, "middle", text, _on(one)])
    return marks


def places(sizes: Sequence[int], area: Area) -> list[list[tuple[float, float]]]:
    """Return where the units of each layer are drawn: at most 8 of a layer, its inputs at the left.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer.
    area : four floats
        Left, top, width and height.

    Examples
    --------
    >>> places([2, 1], (0, 0, 100, 60))
    [[(0.0, 15.0), (0.0, 45.0)], [(100.0, 30.0)]]
    """
    left, top, width, height = area
    pitch = height / max(2, min(MOST, max(sizes)))
    found = []
    for k, size in enumerate(sizes):
        drawn = min(size, MOST)
        first = top + (height - pitch * (drawn - 1)) / 2
        x = round(left + width * k / max(len(sizes) - 1, 1), 1)
        found.append([(x, round(first + pitch * i, 1)) for i in range(drawn)])
    return found


def network(
    sizes: Sequence[int],
    weights: Sequence[Any],
    area: Area = (40, 30, 400, 260),
    limit: float | None = None,
    focus: tuple[int, int] | None = None,
    units: Sequence[Any] | None = None,
) -> list[Mark]:
    """Draw layers of units and the edges between them: colour is the sign of a weight, width its size.

    Of a large layer the first 8 units are drawn, and below them how many more there are.

    Parameters
    ----------
    sizes : sequence of int
        Units of each layer, the inputs first.
    weights : sequence of array of shape (out, in)
        Between each layer and the next.
    area : four floats
        Left, top, width and height; below there is a line of words.
    limit : float, optional
        The size that has the widest edge; give one for all that is compared.
    focus : two ints, optional
        A layer and a unit of it: all edges but its own fade.
    units : sequence of array, optional
        A value for each unit, by layer, that colours it.

    Examples
    --------
    >>> network([1, 1], [[[2.0]]], (0, 0, 100, 40))[0]
    ['l', 0.0, 20.0, 100.0, 20.0, 'plus k7']
    """
    at, matrices = places(sizes, area), [np.asarray(w, float) for w in weights]
    size = _limit(matrices, limit)
    marks: list[Mark] = []
    for k, matrix in enumerate(matrices):
        for i, end in enumerate(at[k + 1]):
            for j, start in enumerate(at[k]):
                far = focus is not None and focus not in ((k, j), (k + 1, i))
                if matrix[i, j]:
                    marks.append(["l", *start, *end, amount(matrix[i, j], size) + " faint" * far])
    shades = [np.asarray(u, float) for u in units] if units is not None else None
    strongest = _limit(shades, None) if shades is not None else 1.0
    for k, column in enumerate(at):
        for i, (x, y) in enumerate(column):
            shade = " " + amount(shades[k][i], strongest) if shades is not None else ""
            marks.append(["c", x, y, 9, "node" + shade])
        if more := sizes[k] - len(column):
            marks.append(["t", column[0][0], round(area[1] + area[3] + 14, 1), "middle", f"+{more:,}", "tick"])
    return marks


def _rows(shares: Sequence[float], width: float, height: float) -> list[range]:
    """Return which shares of an area stand in one row, in their order, so that most of it is as square as may be."""

    def cost(row: range) -> float:
        high = sum(shares[i] for i in row) * height
        sides = {i: max(shares[i] * width * height / high, 1e-9) for i in row}
        # What is hardly seen may have any form.
        return sum(min(50 * shares[i], 1) * max(high / side, side / high) for i, side in sides.items())

    best: list[tuple[float, list[range]]] = [(0.0, [])]  # of the first shares, by how many they are
    for end in range(1, len(shares) + 1):
        tried = [range(start, end) for start in range(end)]
        found = [(best[row.start][0] + cost(row), [*best[row.start][1], row]) for row in tried]
        best.append(min(found, key=lambda rows: rows[0]))
    return best[-1][1]


def areas(sizes: dict[str, float], area: Area, styles: Sequence[str] = ("a",), gap: float = 1.5) -> list[Mark]:
    """Draw sizes as areas to scale, in their order, with their names on those that have room for it.

    Parameters
    ----------
    sizes : dict of float
        By name; 0 has no area.
    area : four floats
        Left, top, width and height, all of which the sum fills.
    styles : sequence of str
        The class of each, repeated.

    Examples
    --------
    >>> areas({"w": 3, "b": 1}, (0, 0, 100, 40), gap=0)[0]
    ['r', 0, 0, 75.0, 40.0, 'a']
    """
    left, top, width, height = area
    names = [name for name, size in sizes.items() if size > 0]
    total = math.fsum(sizes[name] for name in names)
    shares = [sizes[name] / total for name in names]
    marks: list[Mark] = []
    for row in _rows(shares, width, height):
        high, x = sum(shares[i] for i in row) * height, left
        for i in row:
            wide = shares[i] * width * height / high
            box = round(x, 1), round(top, 1), round(max(wide - gap, 0.3), 1), round(max(high - gap, 0.3), 1)
            marks.append(["r", *box, styles[i % len(styles)]])
            if wide > 8 * len(names[i]) + 8 and high > 20:
                marks.append(["t", box[0] + 6, round(top + 16, 1), "start", names[i], _on(styles[i % len(styles)])])
            x += wide
        top += high
    return marks

"""A matrix as colours, row by row: a row that is 0, a column that is doubled, a corner that never moved."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..stats import Stats, finite, summarize
from . import marks
from .arguments import as_array, as_limit, as_title
from .canvas import number
from .spec import Control, Figure, Mark, State, Text, Words, both

__all__ = ["heat"]

ROWS, COLUMNS = 48, 96  # that are drawn
WIDTH, HEIGHT = 460, 280


def _tell(who: Text, values: Any) -> tuple[Text, list[Any]]:
    """Return the sentence on some values, and their row of the table."""
    kept = finite(values)
    stats = summarize(kept) if kept.size else Stats(0, *[float("nan")] * 5)
    zeros = int((values == 0).sum())
    shown = [number(v) for v in (stats.mean, stats.std, stats.low, stats.high)]
    mean, std, low, high = shown
    en = f"from {low} to {high}, mean {mean}, standard deviation {std}, {zeros:,} of {values.size:,} exactly 0"
    ko = f"{low}부터 {high}까지, 평균 {mean}, 표준편차 {std}, {values.size:,}개 중 정확히 0인 값 {zeros:,}개"
    say = both(f"{who['en']}: {en}.", f"{who['ko']}: {ko}.")
    return say, [who, *shown, f"{zeros:,}"]


def heat(source: Any, limit: Any = None, title: Any = None) -> Figure:
    """Return a matrix as coloured cells, of which a reader can look at one row; at most 48 rows and 96 columns.

    Parameters
    ----------
    source : Parameter, NDArray or array of one or two axes
        What is not finite has no cell.
    limit : float, optional
        The size that has the strongest colour, by default the largest: give one to all that is compared or played.
    title : Text, optional

    Examples
    --------
    >>> heat([[1, -1], [0, 0]])
    <heat figure: A matrix as colours>
    """
    words, strongest = as_title(title, both("A matrix as colours", "색으로 본 행렬")), as_limit(limit)
    matrix = np.atleast_2d(as_array(source, "source", 1, 2))
    part = matrix[:ROWS, :COLUMNS]
    rows, columns = part.shape
    if strongest is None:
        strongest = float(np.abs(finite(matrix.ravel())).max(initial=0)) or 1.0
    wide, high = min(WIDTH / columns, 40.0), min(HEIGHT / rows, WIDTH / columns, 40.0)
    left, top = (480 - wide * columns) / 2, 12.0
    base = marks.heat(left, top, (wide, high), part, strongest, "tile" if min(wide, high) > 9 else "")
    bottom = top + high * rows + 16
    base += marks.scale(120, bottom, 240, strongest)
    cut = both(f" The first {rows} rows and {columns} columns are drawn.", f" 처음 {rows}행 {columns}열을 그렸습니다.")
    note = cut if part.size < matrix.size else both("", "")
    titles = (
        ("row", "행"),
        ("mean", "평균"),
        ("std", "표준편차"),
        ("min", "최솟값"),
        ("max", "최댓값"),
        ("zeros", "0의 개수"),
    )
    head: list[Any] = [both(*pair) for pair in titles]

    def compute(which: int) -> State:
        shape = f"{matrix.shape[0]:,} × {matrix.shape[1]:,}"
        whole, all_of_it = _tell(both(f"The matrix of {shape}", f"{shape} 행렬"), matrix.ravel())
        if which == 0:
            return State([], {k: text + note[k] for k, text in whole.items()}, [head, all_of_it])
        row: Mark = ["r", left, top + high * (which - 1), wide * columns, high, "outline"]
        say, line = _tell(both(f"Row {which - 1}", f"{which - 1}행"), matrix[which - 1])
        return State([row], say, [head, line, all_of_it])

    options: list[Words] = [both("all", "전체"), *map(str, range(rows))]
    control = Control("row", "slider", both("row", "행"), options)
    return Figure("heat", words, (480, round(bottom + 40)), [control], compute, base)

"""A strip of small histograms under one another: what arrives at each layer, over one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..block import Block
from ..checks import as_count, shown
from ..errors import DTypeError, SettingError
from ..nn import Sequential
from ..stats import finite, summarize, values_of
from . import marks
from .arguments import as_named, as_span, as_title
from .canvas import Axes, clipped, number
from .spec import Control, Figure, Mark, State, Words, both, pick

__all__ = ["strip"]

MOST = 30  # rows
LEFT, WIDTH, TOP = 96, 290, 26


def _outputs(net: Block, x: Any) -> list[tuple[Words, Any]]:
    """Return what each block of a sequential network makes of a batch."""
    if not isinstance(net, Sequential):
        raise DTypeError(f"The layers of a strip are those of nn.Sequential, in their order, got {shown(net)}.")
    if x is None:
        raise SettingError("What arrives at each layer depends on the batch: view.strip(net, x).")
    found: list[tuple[Words, Any]] = []
    for name, block in net.named_blocks():
        if name and "." not in name:
            x = block(x)
            found.append((f"{name} {type(block).__name__}", x))
    return found


def strip(source: Any, x: Any = None, bins: int = 40, span: Any = None, title: Any = None) -> Figure:
    """Return small histograms under one another, each as high as its row, with their standard deviations beside them.

    Parameters
    ----------
    source : nn.Sequential, dict, list of pairs, or list of arrays; at most 30
        Of a network, the outputs of its blocks for the batch `x`.
    x : NDArray, optional
    bins : int
    span : two floats, optional
        The axis; by default from the lowest value to the highest.  Values outside are counted at its ends.
    title : Text, optional

    Examples
    --------
    >>> strip({"before": [0.1, 0.2], "after": [0.1, 0.9]})
    <strip figure: Layer by layer>
    """
    words, fineness = as_title(title, both("Layer by layer", "층별로 보기")), as_count(bins, "bins")
    if fineness > 200:
        raise SettingError(f"bins is at most 200 in a row as small as these, got {shown(bins)}.")
    given = as_named(_outputs(source, x) if isinstance(source, Block) else source, "source", MOST)
    named = [(name, finite(values_of(values).astype(np.float64))) for name, values in given]
    ends = [float(edge) for _, values in named if values.size for edge in (values.min(), values.max())] or [0.0]
    low, high = (min(ends), max(ends)) if span is None else as_span(span, "span")
    axis = (low, high) if low < high else (low - 0.5, high + 0.5)
    pitch = min(30, 270 // len(named))
    axes = Axes(axis, (0, 1), (LEFT, TOP, WIDTH, pitch * len(named)))
    axes.x_axis(both("value", "값"))
    base = axes.marks + marks.strip(LEFT, TOP, (WIDTH, pitch), [v for _, v in named], axis, fineness)
    base.append(["t", 472, TOP - 8, "end", both("std", "표준편차"), "label"])
    rows: list[list[Any]] = [[both("layer", "층"), both("mean", "평균"), both("std", "표준편차"),
                              both("min", "최솟값"), both("max", "최댓값"), both("zeros", "0의 비율")]]  # fmt: skip
    for k, (name, values) in enumerate(named):
        line = TOP + pitch * (k + 1) - 4
        s = summarize(values) if values.size else None
        told = [number(v) for v in (s.mean, s.std, s.low, s.high)] + [f"{s.zeros:.0%}"] if s else ["NaN"] * 5
        rows.append([name, *told])
        if pitch >= 14 or k % 2 == 0:
            base.append(["t", LEFT - 8, line, "end", clipped(name, 13), "tick"])
            base.append(["t", LEFT + WIDTH + 12, line, "start", told[1], "tick"])

    def compute(which: int) -> State:
        if which == 0:
            first, last = rows[1], rows[-1]
            return State([], both(
                f"The standard deviation is {first[2]} in {pick(first[0], 'en')}, {last[2]} in {pick(last[0], 'en')}.",
                f"표준편차는 {pick(first[0], 'ko')}에서 {first[2]}, {pick(last[0], 'ko')}에서 {last[2]}입니다.",
            ), rows)  # fmt: skip
        name, mean, std, least, most, zeros = rows[which]
        row: Mark = ["r", 4, TOP + pitch * (which - 1) + 1, 472, pitch, "outline"]
        return State([row], both(
            f"{pick(name, 'en')}: from {least} to {most}, mean {mean}, standard deviation {std}, {zeros} exactly 0.",
            f"{pick(name, 'ko')}: {least}부터 {most}까지, 평균 {mean}, 표준편차 {std}, 정확히 0인 값 {zeros}.",
        ), rows)  # fmt: skip

    control = Control("layer", "slider", both("layer", "층"), [both("all", "전체"), *(name for name, _ in named)])
    return Figure("strip", words, (480, TOP + pitch * len(named) + 52), [control], compute, base)

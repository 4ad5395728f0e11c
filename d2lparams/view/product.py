"""A layer is a product: row i of W times the input, plus one bias, is output i."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..array import plain
from ..checks import as_values, shown
from ..errors import DTypeError, SettingError, ShapeError
from ..layers import Dense
from .arguments import as_title
from .canvas import Axes
from .marks import amount, cells
from .spec import Control, Figure, Mark, State, both

__all__ = ["product"]

Array = npt.NDArray[Any]

WEIGHT = np.array([[0.8, 0.6, -0.4, 0.5, 0.2], [-0.3, 0.8, 1.0, -0.6, -0.9], [0.5, -1.0, 0.6, -0.2, 0.7]])
BIAS = np.array([0.6, -0.5, -0.7])
INPUT = np.array([1.5, -1.0, 0.5, 1.0, -0.5])
MOST = 6  # inputs or outputs that a reader can follow
LEFT, WIDTH = 44, 270  # of the columns, one for each input
BIAS_AT, OUTPUT_AT, SQUARE = 342, 414, 56
TOP, ROW = 72, 36  # of W
SHADES = 7 / 4  # the strongest shade that there is, in those that are used: a number has to be read on it


@dataclass(frozen=True)
class Parts:
    """The numbers of a product: W of shape (outputs, inputs), x of (inputs,), b of (outputs,)."""

    weight: Array
    bias: Array
    x: Array

    def steps(self, row: int, biased: bool) -> Array:
        """Return what adds up to the output of one row: a product for each input and, last, the bias."""
        return np.append(self.weight[row] * self.x, self.bias[row] if biased else 0.0)

    def outputs(self, biased: bool) -> Array:
        """Return y."""
        return np.array([self.steps(row, biased).sum() for row in range(len(self.weight))])

    def columns(self, biased: bool) -> list[float]:
        """Return the middle of the column of every input and, last, of the bias."""
        width = WIDTH / len(self.x)
        return [round(LEFT + width * (j + 0.5), 1) for j in range(len(self.x))] + [BIAS_AT + SQUARE / 2] * biased


def short(value: float) -> str:
    """Return a number as one writes it into a square: with three significant digits at most."""
    return f"{value + 0:.3g}".replace("-", "\u2212")


def _parts(layer: Any, x: Any) -> Parts:
    """Return the numbers of a reader's layer and sample, or of the example."""
    if layer is None and x is None:
        return Parts(WEIGHT, BIAS, INPUT)
    if not isinstance(layer, Dense):
        raise DTypeError(f"product() takes a Dense layer and one sample, got {shown(layer)}.")
    weight = layer.weight.data().asnumpy().astype(float)
    bias = layer.bias.data().asnumpy().astype(float) if layer.bias is not None else np.zeros(len(weight))
    if max(weight.shape) > MOST:
        raise SettingError(f"The drawing holds up to {MOST} inputs and {MOST} outputs, got a weight of {weight.shape}.")
    sample = as_values(plain(x), "The sample cannot be").astype(float).ravel()
    if sample.shape != weight.shape[1:]:
        raise ShapeError(f"The layer takes {weight.shape[1]} inputs, the sample has {sample.size}.")
    if not all(np.isfinite(array).all() for array in (weight, bias, sample)):
        raise SettingError("The drawing needs finite numbers, and the layer or the sample has others.")
    return Parts(weight, bias, sample)


def _squares(parts: Parts, biased: bool) -> list[Mark]:
    """Return x, W under it column by column, b and y beside it row by row: colour is sign and size."""
    outputs = parts.outputs(biased)
    blocks = [("x", LEFT, 16, parts.x[None]), ("W", LEFT, TOP, parts.weight), ("y", OUTPUT_AT, TOP, outputs[:, None])]
    if biased:
        blocks.append(("b", BIAS_AT, TOP, parts.bias[:, None]))
    largest = max(float(np.abs(values).max()) for *_, values in blocks) or 1.0
    marks: list[Mark] = []
    for name, left, top, values in blocks:
        width = WIDTH / len(parts.x) if left == LEFT else SQUARE
        where = [left - 14, top + 23, "end"] if left == LEFT else [left + width / 2, top - 10, "middle"]
        marks.append(["t", *where, name, "code strong"])
        for i, line in enumerate(values):
            styles = [f"{amount(value, largest * SHADES)} square" for value in line]
            marks += cells(left, top + ROW * i, (width, ROW), [short(value) for value in line], styles)
    return marks


def _sum(parts: Parts, row: int, biased: bool, top: float) -> list[Mark]:
    """Return the products under their columns, each bar from where the last one ended, and the output at the right."""
    ends = [np.append(0.0, np.cumsum(parts.steps(i, True))) for i in range(len(parts.weight))]  # one scale for all
    low, high = min(float(e.min()) for e in ends), max(float(e.max()) for e in ends)
    axes = Axes((0, 1), (low, high if high > low else low + 1), (LEFT, top + 34, OUTPUT_AT + SQUARE - LEFT, 90))
    steps, zero = parts.steps(row, biased), axes.y(0)
    sums = np.append(0.0, np.cumsum(steps))
    marks: list[Mark] = [
        ["l", LEFT, zero, OUTPUT_AT + SQUARE, zero, "axis"],
        ["t", LEFT - 14, zero + 5, "end", "0", "tick"],
    ]
    middles = [*parts.columns(biased), OUTPUT_AT + SQUARE / 2]
    for j, (middle, after) in enumerate(zip(middles, middles[1:], strict=False)):
        start, end = axes.y(sums[j]), axes.y(sums[j + 1])
        marks.append(["l", middle - 16, end, after + 16, end, "axis"])
        style = "minus" if steps[j] < 0 else "plus"
        marks.append(["r", round(middle - 16, 1), min(start, end), 32, round(abs(end - start), 1), style])
        marks.append(["t", middle, top + 20, "middle", short(steps[j]), "code"])
    total = axes.y(sums[-1])
    marks.append(["r", middles[-1] - 16, min(total, zero), 32, round(abs(total - zero), 1), "sum"])
    marks.append(["t", middles[-1], top + 20, "middle", short(sums[-1]), "code strong"])
    return marks


def _table(parts: Parts, row: int, biased: bool) -> list[list[Any]]:
    steps = parts.steps(row, biased)
    sums = np.cumsum(steps)
    rows: list[list[Any]] = [["", "x[j]", f"W[{row}, j]", both("product", "곱"), both("sum so far", "여기까지의 합")]]
    for j, x in enumerate(parts.x):
        rows.append([f"j = {j}", *map(short, (x, parts.weight[row, j], steps[j], sums[j]))])
    return rows + [[f"b[{row}]", "", "", short(steps[-1]), short(sums[-1])]] * biased


def product(layer: Any = None, x: Any = None, title: Any = None) -> Figure:
    """Return the figure of ``y = x W^T + b`` for one sample, one output at a time.

    Parameters
    ----------
    layer : Dense, optional
        With values, at most 6 inputs and 6 outputs; its activation is left out.  By default an example.
    x : NDArray or array of shape (inputs,) or (1, inputs), optional
        One sample for this layer.
    title : Text, optional
    """
    words = as_title(title, both("A layer is a product", "층은 행렬 곱이다"))
    parts = _parts(layer, x)
    bottom = TOP + ROW * len(parts.weight) + 8

    def compute(row: int, bias: int) -> State:
        biased = bool(bias)
        chosen: Mark = ["r", LEFT - 4, TOP + ROW * row - 2, OUTPUT_AT + SQUARE + 8 - LEFT, ROW + 4, "outline ring"]
        terms = [short(v) for v in parts.steps(row, biased)[: len(parts.x) + biased]]
        added = " + ".join(f"({term})" if term[0] == "\u2212" else term for term in terms)
        line = f"y[{row}] = {added} = {short(parts.outputs(biased)[row])}"
        say = both(
            f"{line}. Of W, row {row} alone takes part.",
            f"{line}. 행렬 W에서는 {row}번 행만 계산에 들어갑니다.",
        )
        return State(
            [*_squares(parts, biased), chosen, *_sum(parts, row, biased, bottom)], say, _table(parts, row, biased)
        )

    controls = [
        Control("output", "slider", both("output", "출력"), [f"y[{i}]" for i in range(len(parts.weight))]),
        Control("bias", "toggle", both("bias", "편향"), ["off", "on"], 1),
    ]
    return Figure("product", words, (480, bottom + 132), controls, compute)

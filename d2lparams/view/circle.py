"""A circle through L layers: what a product of random matrices leaves of it, and of a hundred directions."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import random
from ..array import NDArray
from ..init import Initializer, LeCun, Orthogonal
from .arguments import as_title
from .canvas import Axes, about, number
from .marks import arrow
from .spec import Control, Figure, Mark, State, Text, both

__all__ = ["circle"]

Array = npt.NDArray[Any]
DEPTH, WIDTH, SEEDS = 20, 100, (1, 2, 3)
STARTS: dict[str, Initializer] = {"gaussian": LeCun(), "orthogonal": Orthogonal(1.0)}  # both keep the mean square
NAMES = {"gaussian": both("Gaussian", "정규 분포"), "orthogonal": both("orthogonal", "직교")}
COLOURS = {"gaussian": "b", "orthogonal": "a"}
ANGLES = np.linspace(0, 2 * np.pi, 36, endpoint=False)
SIDE, RADIUS, TOP, LEFTS = 168, 76, 58, {"gaussian": 40, "orthogonal": 276}
CHART, SPAN = (58, 304, 408, 190), (1e-30, 1e3)
TICKS = [(10.0**k, "1" if k == 0 else f"1e{k}".replace("-", "\u2212")) for k in (-30, -20, -10, 0)]
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)  # which singular values have a line: the largest, the quarters, the smallest


class Product(NamedTuple):
    """The product of the first layers: the matrix, and all its singular values, the largest first."""

    matrix: Array
    values: Array


@cache
def products(start: str, size: int, seed: int) -> tuple[Product, ...]:
    """Return the products of 0 to 20 random matrices of shape (size, size), in float64."""
    matrix = back = np.eye(size)
    found, source = [Product(matrix, np.ones(size))], random.Stream(seed)
    for layer in range(DEPTH):
        weight = NDArray(np.zeros((size, size)))
        with random.stream(source.spawn()):
            STARTS[start]._init_weight(f"dense{layer}_weight", weight)
        matrix, back = weight._data @ matrix, back @ np.linalg.inv(weight._data)
        found.append(Product(matrix, _values(matrix, back)))
    return tuple(found)


def _values(matrix: Array, inverse: Array) -> Array:
    """Return the singular values of a product, the small ones from the product of the inverses.

    The largest of a matrix are exact to nearly all digits, and those below 1e-16 of it are rounding alone.  But a small
    one is the reciprocal of a large one of the inverse.
    """
    large: Array = np.linalg.svd(matrix, compute_uv=False)
    small: Array = 1 / np.linalg.svd(inverse, compute_uv=False)[::-1]
    return np.where(large > 1e-12 * large[0], large, small)


def _plane(start: str, product: Product) -> list[Mark]:
    """Draw what the circle has become, its longest half-axis always at one length, and where two arrows went."""
    left, name = LEFTS[start], NAMES[start]
    x, y, style = left + SIDE / 2, TOP + SIDE / 2, COLOURS[start]
    drawn = product.matrix * RADIUS / product.values[0]
    rim = drawn @ np.stack([np.cos(ANGLES), np.sin(ANGLES)])
    line = [round(at, 1) for right, up in rim.T.tolist() for at in (x + right, y - up)]
    title = {lang: f"{text}, 2 × 2" for lang, text in name.items()}
    marks: list[Mark] = [
        ["r", left, TOP, SIDE, SIDE, "row"],
        ["t", left, TOP - 10, "start", title, f"note {style} above"],
        ["g", line, f"{style} pale"],
        ["p", [*line, *line[:2]], style],
    ]
    for (right, up), colour in zip(drawn.T.tolist(), ("c", "d"), strict=True):
        marks += arrow(x, y, x + right, y - up, colour)
    return [*marks, ["t", left + SIDE, TOP + SIDE + 20, "end", f"{_ratio(product)} : 1", "strong"]]


def _ratio(product: Product) -> str:
    """Return the largest singular value over the smallest, in the digits that a sentence needs."""
    ratio = float(product.values[0] / product.values[-1])
    return "1.000000" if abs(ratio - 1) < 5e-7 else about(ratio)


def _chart(runs: dict[str, tuple[Product, ...]], depth: int) -> list[Mark]:
    """Draw the singular values of the 100 x 100 products up to `depth`: a band, and five of them as lines."""
    axes = Axes((0, DEPTH), SPAN, CHART, log="y")
    axes.y_axis(both("singular values", "특잇값"), TICKS)
    axes.marks.append(["t", axes.left + 8, axes.base - 10, "start", f"{WIDTH} × {WIDTH}", "strong"])
    axes.x_axis(both("layers L", "층 수 L"))
    for start, run in runs.items():
        style = COLOURS[start]
        lines = np.array([np.quantile(p.values, SHARES[::-1], method="nearest") for p in run[: depth + 1]])
        low, high = (list(zip(range(depth + 1), lines[:, k].tolist(), strict=True)) for k in (-1, 0))
        axes.band(low, high, style)
        for layer in range(depth):  # piece by piece, so that states share them
            for line in lines.T if start == "gaussian" else lines.T[:1]:  # orthogonal ones are all the same
                axes.curve([(layer, line[layer]), (layer + 1, line[layer + 1])], f"{style} k2")
    if depth:  # in words how far down the lowest line is
        least = float(runs["gaussian"][depth].values[-1])
        place, anchor = (axes.x(depth), axes.y(least)), "start" if depth < DEPTH / 2 else "end"
        axes.marks.append(["t", place[0], round(place[1] + 18, 1), anchor, about(least), f"note {COLOURS['gaussian']}"])
    return axes.marks


def circle(title: Any = None) -> Figure:
    """Return the unit circle behind L random layers, and the singular values of the same for a hundred units.

    Gaussian weights of variance 1 / n and orthogonal ones: both keep the mean square of a signal.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("A circle through L layers", "L개 층을 지난 원"))

    def compute(depth: int, draw: int) -> State:
        small, wide = ({start: products(start, size, SEEDS[draw]) for start in STARTS} for size in (2, WIDTH))
        marks = [mark for start, run in small.items() for mark in _plane(start, run[depth])] + _chart(wide, depth)
        return State(marks, _say(depth, small, wide), _table(depth, small, wide))

    controls = [
        Control("layers", "player", both("layers L", "층 수 L"), [str(k) for k in range(DEPTH + 1)], 5),
        Control("draw", "select", both("draw", "뽑기"), [str(seed) for seed in SEEDS]),
    ]
    return Figure("circle", words, (480, 546), controls, compute)


def _say(depth: int, small: dict[str, tuple[Product, ...]], wide: dict[str, tuple[Product, ...]]) -> Text:
    one, other = (_ratio(small[start][depth]) for start in STARTS)
    many, level = (_ratio(wide[start][depth]) for start in STARTS)
    return both(
        f"L = {depth}: the longest half-axis is {one} times the shortest with Gaussian weights and {other} with "
        f"orthogonal ones. Largest over smallest singular value of the 100 × 100 product: {many}, and {level}.",
        f"L = {depth}: 가장 긴 반축은 가장 짧은 반축의 {one}배(정규 분포), {other}배(직교)입니다. 100 × 100 행렬의 "
        f"곱에서 가장 큰 특잇값은 가장 작은 특잇값의 {many}배(정규 분포), {level}배(직교)입니다.",
    )


def _table(depth: int, small: dict[str, tuple[Product, ...]], wide: dict[str, tuple[Product, ...]]) -> list[list[Any]]:
    rows: list[list[Any]] = [[both("singular value", "특잇값"), *NAMES.values()]]
    for size, runs in ((2, small), (WIDTH, wide)):
        for name, which in ((both("largest", "가장 큰 값"), 0), (both("smallest", "가장 작은 값"), -1)):
            label = {lang: f"{text}, {size} × {size}" for lang, text in name.items()}
            rows.append([label, *(number(float(run[depth].values[which])) for run in runs.values())])
    return rows

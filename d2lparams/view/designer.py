"""Design a distribution of initial weights, and see at once what ten layers of such weights do to a signal."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from .. import random
from ..array import NDArray
from ..init import Initializer
from .arguments import as_title
from .canvas import Axes, about, number
from .push import push, size_of
from .spec import Control, Figure, State, both

__all__ = ["designer"]

KINDS = ("uniform", "normal", "two sides")
SCALES = (0.01, 0.02, 0.07, 0.1, 0.2, 1.0, 10.0)
SHARES = (0.0, 0.5)
WIDTHS = (50, 100, 300, 600, 1200)
LINES = ((None, "a", both("linear", "선형")), ("relu", "b", both("ReLU", "ReLU")))
DEPTH, BATCH = 10, 32
LEFT, RIGHT, SIZE = (46, 54, 150, 210), (300, 54, 170, 210), (480, 308)
TICKS = ((1e-10, "1e\u221210"), (1e-5, "1e\u22125"), (1.0, "1"), (1e5, "1e5"), (1e10, "1e10"))
SIZES = (1e-10, 1e10)  # on the axis; what is smaller or larger leaves the picture
Points = list[tuple[float, float]]


class _Design(Initializer):
    """Draws from one of the shapes at scale 1, and sets a share of the weights to 0."""

    def __init__(self, kind: str, zeros: float) -> None:
        self.kind, self.zeros = kind, zeros

    def _init_weight(self, name: str, data: NDArray) -> None:
        rng, values = random.generator(), data._data
        if self.kind == "normal":
            rng.standard_normal(out=values, dtype=np.float32)
        else:
            rng.random(out=values, dtype=np.float32)
            values *= 2
            values -= 1
        if self.kind == "two sides":
            values += np.copysign(np.float32(1), values)
            values /= 2
        if self.zeros:
            values *= rng.random(values.shape, np.float32) >= self.zeros


@cache
def _sizes(kind: str, zeros: float, width: int, activation: str | None) -> tuple[float, ...]:
    """Return the sizes of a signal behind each layer if the scale is 1.

    A scale s multiplies what comes out of layer k by s^k, in linear and in ReLU layers alike: one run is all runs.
    """
    passage = push(_Design(kind, zeros), activation, width, DEPTH, BATCH, back=False)
    return tuple(size_of(values) for values in passage.forward)


def _pieces(kind: str, scale: float) -> tuple[float, Points]:
    """Return the variance, and the density as points, of a shape without its share of zeros."""
    if kind == "uniform":
        return scale**2 / 3, [(-scale, 0), (-scale, 1 / (2 * scale)), (scale, 1 / (2 * scale)), (scale, 0)]
    if kind == "normal":
        xs = [scale * (k / 10 - 3) for k in range(61)]
        return scale**2, [(x, math.exp(-0.5 * (x / scale) ** 2) / (scale * math.sqrt(2 * math.pi))) for x in xs]
    h = 1 / scale  # U on [-s, -s/2] and on [s/2, s], half each
    points = [(-scale, 0.0), (-scale, h), (-scale / 2, h), (-scale / 2, 0.0)]
    # E[x^2] = (s^3 - (s/2)^3) / 3 / (s/2) = 7 s^2 / 12
    return 7 * scale**2 / 12, points + [(-x, y) for x, y in reversed(points)]


def _density(kind: str, scale: float, zeros: float, points: Points) -> Axes:
    """Draw the distribution: a density, and a spike for the zeros."""
    reach = 3.2 * scale if kind == "normal" else 1.15 * scale
    axes = Axes((-reach, reach), (0, max(y for _, y in points) * (1 - zeros) * 1.15), LEFT)
    axes.y_axis(both("density", "밀도"))
    axes.curve([(x, y * (1 - zeros)) for x, y in points], "area")
    if zeros:
        x, end = axes.x(0), round(axes.base - axes.height * zeros, 1)
        axes.marks.append(["l", x, axes.base, x, end, "spike"])
        axes.marks.append(["t", x + 8, end + 12, "start", f"P(0) = {zeros:g}", "note b"])
    tick = 2 * scale if kind == "normal" else scale
    axes.x_axis(both("weight", "가중치"), [-tick, 0, tick])
    return axes


def _inside(values: list[float]) -> Points:
    """Return the points of a curve up to where it leaves the axis."""
    found: Points = []
    for k, value in enumerate(values):
        if not SIZES[0] <= value <= SIZES[1]:
            border, before = math.log(SIZES[value > 1]), math.log(values[k - 1])
            share = (border - before) / (math.log(value) - before)
            return [*found, (k - 1 + share, SIZES[value > 1])]
        found.append((k, value))
    return found


def _depth(sizes: list[list[float]]) -> Axes:
    """Draw the sizes behind ten layers, linear and ReLU, on a logarithmic axis."""
    axes = Axes((0, DEPTH), SIZES, RIGHT, log="y")
    axes.y_axis(both("size", "크기"), TICKS)
    axes.marks.append(["l", axes.left, axes.y(1), axes.left + axes.width, axes.y(1), "axis"])
    for values, (_, style, _) in zip(sizes, LINES, strict=True):
        points = _inside(values)
        axes.curve(points, style)
        axes.marks += [["c", axes.x(k), axes.y(v), 3, style] for k, v in points if float(k).is_integer()]
    for at, (_, style, label) in zip((16, 34), LINES, strict=True):
        axes.marks.append(["t", axes.left + 12, axes.top + at, "start", label, f"note {style}"])
    axes.x_axis(both("layer", "층"), [0, 5, 10])
    return axes


def designer(title: Any = None) -> Figure:
    """Return the distribution designer; 'two sides' at scale 10 with half zeros is the MyInit of the text.

    Beside the distribution stands what follows of it: the size (root of the second moment) of a signal behind each of
    ten layers with as many units as chosen, linear ones and ReLU ones.
    """
    words = as_title(title, both("Design a distribution", "분포 설계하기"))

    def compute(which: int, size: int, share: int, width: int) -> State:
        kind, scale, zeros, n = KINDS[which], SCALES[size], SHARES[share], WIDTHS[width]
        spread, points = _pieces(kind, scale)
        variance = (1 - zeros) * spread
        sizes = [[s * scale**k for k, s in enumerate(_sizes(kind, zeros, n, name))] for name, _, _ in LINES]
        ends = [about(line[-1]) for line in sizes]
        say = both(
            f"Variance {number(variance, 4)}. Behind ten layers of {number(n)} units a signal of size 1 has size "
            f"{ends[0]} if they are linear, {ends[1]} with ReLU.",
            f"분산은 {number(variance, 4)}입니다. 크기 1로 출발한 신호가 유닛이 {number(n)}개인 층 열 개를 지난 뒤의 "
            f"크기는 선형 층에서 {ends[0]}, ReLU 층에서 {ends[1]}입니다.",
        )
        rows: list[list[Any]] = [[both("layer", "층"), both("linear", "선형"), "ReLU"]]
        rows += [[str(k), *(number(line[k]) for line in sizes)] for k in (1, 2, 5, 10)]
        return State([*_density(kind, scale, zeros, points).marks, *_depth(sizes).marks], say, rows)

    shapes = [both("uniform", "균등 분포"), both("normal", "정규 분포"), both("two sides", "양쪽 두 구간")]
    controls = [
        Control("shape", "select", both("shape", "모양"), shapes),
        Control("scale", "slider", both("scale", "분포의 폭"), [f"{s:g}" for s in SCALES], SCALES.index(0.07)),
        Control("zeros", "select", both("share of zeros", "0의 비율"), [f"{s:g}" for s in SHARES]),
        Control("width", "slider", both("units of each layer", "층마다 유닛 수"), [str(n) for n in WIDTHS], 1),
    ]
    return Figure("designer", words, SIZE, controls, compute)

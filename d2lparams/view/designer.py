"""Design a distribution of initial weights and read off its mean, its variance and the fan-in it suits."""

from __future__ import annotations

import math
from typing import Any

from .arguments import as_title
from .canvas import SIZE, Axes, number
from .spec import Control, Figure, State, both

__all__ = ["designer"]

KINDS = ("uniform", "normal", "two sides")
SCALES = (0.01, 0.02, 0.05, 0.07, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
SHARES = (0.0, 0.25, 0.5, 0.75)


def _pieces(kind: str, scale: float, zeros: float) -> tuple[float, list[tuple[float, float]]]:
    """Return the variance, and the density as points, of one design without its share of zeros."""
    if kind == "uniform":
        return scale**2 / 3, [(-scale, 0), (-scale, 1 / (2 * scale)), (scale, 1 / (2 * scale)), (scale, 0)]
    if kind == "normal":
        xs = [scale * (k / 10 - 3) for k in range(61)]
        return scale**2, [(x, math.exp(-0.5 * (x / scale) ** 2) / (scale * math.sqrt(2 * math.pi))) for x in xs]
    h = 1 / scale  # U on [-s, -s/2] and on [s/2, s], half each
    points = [(-scale, 0.0), (-scale, h), (-scale / 2, h), (-scale / 2, 0.0)]
    # E[x^2] = (s^3 - (s/2)^3) / 3 / (s/2) = 7 s^2 / 12
    return 7 * scale**2 / 12, points + [(-x, y) for x, y in reversed(points)]


def designer(title: Any = None) -> Figure:
    """Return the distribution designer; 'two sides' at scale 10 with half zeros is the MyInit of the text."""
    words = as_title(title, both("Design a distribution", "분포 설계하기"))

    def compute(which: int, size: int, share: int) -> State:
        kind, scale, zeros = KINDS[which], SCALES[size], SHARES[share]
        spread, points = _pieces(kind, scale, zeros)
        variance = (1 - zeros) * spread
        fan = 1 / variance
        reach = 3.2 * scale if kind == "normal" else 1.15 * scale
        top = max(y for _, y in points) * (1 - zeros)
        axes = Axes((-reach, reach), (0, top * 1.15))
        axes.y_axis(both("density", "밀도"))
        axes.curve([(x, y * (1 - zeros)) for x, y in points], "area")
        if zeros:
            x, end = axes.x(0), round(axes.base - axes.height * zeros, 1)
            axes.marks.append(["l", x, axes.base, x, end, "spike"])
            axes.marks.append(["t", x + 8, round(end + 8, 1), "start", f"P(0) = {zeros:g}", "label"])
        axes.x_axis(both("weight", "가중치"))
        sigma, relu = number(math.sqrt(variance)), number(2 * fan)
        say = both(
            f"Mean 0, variance {number(variance, 4)}, standard deviation {sigma}. With it a linear layer keeps its "
            f"variance at a fan-in of {number(fan)}, a ReLU layer its second moment at {relu}.",
            f"평균 0, 분산 {number(variance, 4)}, 표준편차 {sigma}. 선형 층은 팬인이 {number(fan)}일 때 분산을, "
            f"ReLU 층은 {relu}일 때 이차 적률을 유지합니다.",
        )
        rows: list[list[Any]] = [
            [both("quantity", "항목"), both("value", "값")],
            [both("mean", "평균"), "0"],
            [both("share of zeros", "0의 비율"), f"{zeros:g}"],
            [both("variance", "분산"), number(variance, 6)],
            [both("fan-in, linear layer", "팬인, 선형 층"), number(fan)],
            [both("fan-in, ReLU layer", "팬인, ReLU 층"), number(2 * fan)],
        ]
        return State(axes.marks, say, rows)

    shapes = [both("uniform", "균등 분포"), both("normal", "정규 분포"), both("two sides", "양쪽 두 조각")]
    controls = [
        Control("shape", "select", both("shape", "모양"), shapes),
        Control("scale", "slider", both("scale", "크기"), [f"{s:g}" for s in SCALES], SCALES.index(0.07)),
        Control("zeros", "slider", both("share of zeros", "0의 비율"), [f"{s:g}" for s in SHARES]),
    ]
    return Figure("designer", words, SIZE, controls, compute)

"""What an activation leaves of a bell of sums: its second moment as an area, and its variance beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .arguments import as_title
from .canvas import SIZE, Axes, short
from .spec import Control, Figure, Mark, State, Text, both

__all__ = ["half"]

Array = npt.NDArray[Any]
REACH = 4.5  # where the drawing ends; less than 1 in 10,000 lies beyond
TOP = 0.66
DRAWN = np.linspace(-REACH, REACH, 91)
FINE = np.linspace(-12, 12, 48001)  # the rule of trapezoids on it is exact to seven digits and more
SLOPES = (0.0, 0.2, 0.5, 1.0)
SLOPE_WORDS = both("0 (ReLU)", "0(ReLU)"), both("0.2", "0.2"), both("0.5", "0.5"), both("1 (linear)", "1(선형)")
MEANS = (-0.6, -0.3, 0.0, 0.3, 0.6)


def _bell(z: Array, mean: float) -> Array:
    density: Array = np.exp(-((z - mean) ** 2) / 2) / np.sqrt(2 * np.pi)
    return density


def moments(slope: float, mean: float) -> tuple[float, float, float, float]:
    """Return E[z^2], its share from z > 0, E[f(z)^2] and Var[f(z)] of a normal z with variance 1.

    Where ``f`` multiplies negative ``z`` by `slope`.
    """
    weight = _bell(FINE, mean) * (FINE[1] - FINE[0])
    y = np.where(FINE > 0, FINE, slope * FINE)
    before, right, after = (float(weight @ part**2) for part in (FINE, np.maximum(FINE, 0), y))
    return before, right, after, after - float(weight @ y) ** 2


def _area(axes: Axes, heights: Array, side: Array, style: str) -> Mark:
    """Return what lies between a curve over one side and the horizontal axis, as an area."""
    x, y = DRAWN[side], heights[side]
    line = [at for a, b in zip(x, y, strict=True) for at in (axes.x(float(a)), axes.y(float(b)))]
    return ["g", [axes.x(float(x[0])), axes.base, *line, axes.x(float(x[-1])), axes.base], style]


def _draw(axes: Axes, slope: float, mean: float, before: float, right: float) -> list[Mark]:
    """Draw the bell as a thin line; what each sum adds to the second moment as an area, and what of it stays."""
    bell, there = _bell(DRAWN, mean), _bell(DRAWN, mean) * DRAWN**2
    below, above = DRAWN <= 0, DRAWN >= 0
    marks = [_area(axes, there, below, "a pale"), _area(axes, there * slope**2, below, "a see")]
    marks.append(_area(axes, there, above, "a see"))
    axes.theory(zip(DRAWN, bell, strict=True))
    axes.note(mean, float(bell.max()), both("density of z", "z의 밀도"), "", "middle")
    left = (before - right) / before
    axes.note(REACH, 0.4, f"{1 - left:.0%}", "a", "end")
    texts = [(f"{left * (1 - slope**2):.0%}", "")] * (slope < 1) + [(f"{left * slope**2:.0%}", "a")] * (slope > 0)
    for line, (text, style) in enumerate(texts):
        axes.note(-REACH, 0.4 - 0.05 * line, text, style)
    return marks + axes.marks


def _say(slope: Text, mean: float, before: float, after: float, variance: float) -> Text:
    ratio, spread, first = (f"{value:.3f}" for value in (after / before, variance, before))
    return both(
        f"Slope {slope['en']}, sums of mean {short(mean)}: of the second moment {first} the activation leaves "
        f"{ratio} times as much; the variance behind it is {spread}.",
        f"기울기 {slope['ko']}, 합의 평균 {short(mean)}: 이차 적률 {first}이 활성화 함수를 지나 {ratio}배가 됩니다. "
        f"그 출력의 분산은 {spread}입니다.",
    )


def half(title: Any = None) -> Figure:
    """Return a bell of sums with variance 1, and the share of its second moment that an activation leaves.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("What ReLU leaves of a bell", "ReLU를 지난 종 모양 분포"))

    def compute(slope: int, mean: int) -> State:
        before, right, after, variance = moments(SLOPES[slope], MEANS[mean])
        axes = Axes((-REACH, REACH), (0, TOP))
        axes.x_axis("z", range(-4, 5))
        axes.y_axis(both("filled: z² × density", "칠한 곳: z² × 밀도"), [])
        marks = _draw(axes, SLOPES[slope], MEANS[mean], before, right)
        names = (
            both("second moment of z", "z의 이차 적률"),
            both("second moment of f(z)", "f(z)의 이차 적률"),
            both("variance of f(z)", "f(z)의 분산"),
        )
        rows: list[list[Any]] = [["", both("value", "값")]]
        rows += [[name, f"{value:.4f}"] for name, value in zip(names, (before, after, variance), strict=True)]
        return State(marks, _say(SLOPE_WORDS[slope], MEANS[mean], before, after, variance), rows)

    controls = [
        Control("slope", "slider", both("slope for negative z", "음수인 z에 대한 기울기"), SLOPE_WORDS),
        Control("mean", "slider", both("mean of z", "z의 평균"), [short(mean) for mean in MEANS], 2),
    ]
    return Figure("half", words, SIZE, controls, compute)

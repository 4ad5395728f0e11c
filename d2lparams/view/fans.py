"""Layers of different widths: which of the two moments a variance keeps, when it looks at one fan or at both."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ..init import Xavier
from .arguments import as_title
from .canvas import Axes, about, number, place_words, short
from .push import push, size_of
from .spec import Control, Figure, Mark, State, Text, both

__all__ = ["fans"]

Array = npt.NDArray[Any]
SHAPES = {
    "equal": (128,) * 7,
    "tapering": (512, 256, 128, 64, 32, 16, 8),
    "wide and narrow": (128, 32, 128, 32, 128, 32, 128),
}
SHAPE_WORDS = [both("equal", "모두 같음"), both("tapering", "점점 좁게"), both("wide and narrow", "번갈아 바뀜")]
RULES = ("in", "out", "avg")
RULE_WORDS = [
    both("1 / fan-in", "1 / 팬인"),
    both("1 / fan-out", "1 / 팬아웃"),
    both("2 / both fans", "2 / 두 팬의 합"),
]
LAYERS = 6
NETWORKS, BATCH = 48, 16  # measured: the mean over them strays by some per cent
SPAN = (0.004, 3000.0)
TICKS = [(10.0**k, short(10.0**k)) for k in range(-2, 4)]
LEFT, WIDE, MIDDLE, TALL = 62, 390, 80, 84  # of the drawn layers: left end, length, height of the middle, of 512 units
AREA = (LEFT, 168, WIDE, 150)
STEPS = [str(k) for k in range(2 * LAYERS + 1)]
NAMES = both("signal", "신호"), both("gradient", "그래디언트")


def theory(shape: str, rule: str) -> Array:
    """Return second moments of shape (2, layers + 1) of linear layers: the signal's, and the gradient's."""
    sizes = np.array(SHAPES[shape], float)
    n, m = sizes[:-1], sizes[1:]
    variance = {"in": 1 / n, "out": 1 / m, "avg": 2 / (n + m)}[rule]
    forward = np.cumprod([1.0, *(n * variance)])
    backward = np.cumprod([1.0, *(m * variance)[::-1]])[::-1]
    return np.array([forward, backward])


@cache
def measured_moments(shape: str, rule: str) -> Array:
    """Return the same of real layers, a mean over networks."""
    start, found = Xavier("gaussian", rule, 1.0), []
    for seed in range(1, NETWORKS + 1):
        run = push(start, None, SHAPES[shape], LAYERS, BATCH, seed)
        found.append([[size_of(values) ** 2 for values in arrays] for arrays in (run.forward, run.backward)])
    mean: Array = np.mean(found, axis=0)
    return mean


def _layers(sizes: tuple[int, ...], step: int) -> list[Mark]:
    """Draw each array as a bar as high as the root of its number of units, and what lies between as trapezoids.

    The one that a step has come to is in the colour of what travels.
    """
    marks: list[Mark] = []
    at = step if step <= LAYERS else 2 * LAYERS - step
    x = [LEFT + WIDE * k / LAYERS for k in range(LAYERS + 1)]
    tall = [TALL * (size / 512) ** 0.5 for size in sizes]
    for k in range(LAYERS):
        there, back = (MIDDLE - tall[k] / 2, MIDDLE - tall[k + 1] / 2), (MIDDLE + tall[k + 1] / 2, MIDDLE + tall[k] / 2)
        points = [x[k], there[0], x[k + 1], there[1], x[k + 1], back[0], x[k], back[1]]
        marks.append(["g", [round(v, 1) for v in points], "a pale"])
    for k, size in enumerate(sizes):
        style = ("a" if step <= LAYERS else "b") if k == at else "a see"
        marks.append(["r", round(x[k] - 4, 1), round(MIDDLE - tall[k] / 2, 1), 8, round(tall[k], 1), style])
        marks.append(["t", round(x[k], 1), 32, "middle", number(size), "tick"])
    return [*marks, ["t", LEFT, 12, "start", both("units", "유닛"), "label"]]


def _moments(measured: Array, expected: Array, step: int) -> list[Mark]:
    """Draw what has been passed on up to a step: the signal from the left, then the gradient from the right."""
    axes = Axes((0, LAYERS), SPAN, AREA, log="y")
    axes.y_axis(both("second moment", "이차 적률"), TICKS)
    axes.x_axis(both("layer", "층"), range(LAYERS + 1))
    axes.marks.append(["l", LEFT, axes.y(1.0), LEFT + WIDE, axes.y(1.0), "rule"])
    axes.marks.append(["t", LEFT + 8, axes.top + 14, "start", both("signal →", "신호"), "note a"])
    axes.marks.append(["t", LEFT + WIDE - 8, axes.top + 14, "end", both("← gradient", "그래디언트"), "note b"])
    reached = range(min(step, LAYERS) + 1), range(LAYERS, max(2 * LAYERS - step, 0) - 1, -1)
    for way, style, ends in zip((0, 1), "ab", reached, strict=True):
        if way and step <= LAYERS:
            break
        axes.theory((k, expected[way, k]) for k in ends)
        axes.marks += [["c", axes.x(k), axes.y(float(measured[way, k])), 5, f"{style} point"] for k in ends]
    return axes.marks


def _say(step: int, measured: Array, expected: Array, rule: Text) -> Text:
    signal = about(float(measured[0, min(step, LAYERS)])), about(float(expected[0, min(step, LAYERS)]))
    at = min(step, LAYERS)
    if step == 0:
        return both(
            f"Variance {rule['en']}: the signal sets out with the second moment {signal[0]}.",
            f"분산 {rule['ko']}: 이차 적률이 {signal[0]}인 신호가 출발합니다.",
        )
    if step <= LAYERS:
        return both(
            f"Variance {rule['en']}: behind layer {at} the second moment of the signal is {signal[0]} "
            f"(theory: {signal[1]}).",
            f"분산 {rule['ko']}: {place_words(at)} 층을 지난 신호의 이차 적률은 {signal[0]}입니다(이론값 {signal[1]}).",
        )
    k = 2 * LAYERS - step
    back = about(float(measured[1, k])), about(float(expected[1, k]))
    return both(
        f"Variance {rule['en']}: the signal ends at {signal[0]}; the gradient in front of layer {k + 1} has the second "
        f"moment {back[0]} (theory: {back[1]}).",
        f"분산 {rule['ko']}: 신호는 {signal[0]}로 끝납니다. {place_words(k + 1)} 층 앞에 이른 그래디언트의 이차 적률은 "
        f"{back[0]}입니다(이론값 {back[1]}).",
    )


def fans(title: Any = None) -> Figure:
    """Return six linear layers of several widths, the signal and the gradient going through them step by step.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("Two fans, one variance", "팬은 둘, 분산은 하나"))
    kinds = list(SHAPES)

    def compute(shape: int, rule: int, step: int) -> State:
        measured, expected = measured_moments(kinds[shape], RULES[rule]), theory(kinds[shape], RULES[rule])
        marks = _layers(SHAPES[kinds[shape]], step) + _moments(measured, expected, step)
        rows: list[list[Any]] = [[both("layer", "층"), both("units", "유닛"), *NAMES]]
        for k, size in enumerate(SHAPES[kinds[shape]]):
            rows.append([str(k), number(size), *(number(float(value)) for value in measured[:, k])])
        return State(marks, _say(step, measured, expected, RULE_WORDS[rule]), rows)

    controls = [
        Control("shape", "select", both("widths", "너비"), SHAPE_WORDS, 2),
        Control("rule", "select", both("variance", "분산"), RULE_WORDS),
        Control("step", "player", both("step", "단계"), STEPS, 2 * LAYERS),
    ]
    return Figure("fans", words, (480, 368), controls, compute)

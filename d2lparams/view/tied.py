"""Two layers, one matrix: nudge an entry and both change; two uses, one gradient that is their sum."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import autograd, nd
from .arguments import as_title
from .canvas import number
from .spec import Control, Figure, Mark, State, both

__all__ = ["tied"]

NUDGES = (-2, -1, 0, 1, 2)
WEIGHT = np.array([[0.5, 0.25], [0.75, 1.0]])
LAYERS = both("layer 1", "첫째 층"), both("layer 2", "둘째 층")


def _matrices(nudge: float, share: bool) -> tuple[list[Any], list[float]]:
    """Return the matrices of the two layers, and the gradient that each use gives the first entry."""
    w1, w2 = (nd.array(WEIGHT, "float64") for _ in range(2))
    w1[0, 0] = WEIGHT[0, 0] + nudge
    if share:
        w2[0, 0] = WEIGHT[0, 0] + nudge
    w1.attach_grad()
    w2.attach_grad()
    with autograd.record():
        y = ((nd.array([[1.0, 2.0]], "float64") @ w1.T) @ w2.T).sum()
    y.backward()
    return [w.asnumpy() for w in (w1, w2)], [float(w.grad.asnumpy()[0, 0]) for w in (w1, w2) if w.grad is not None]


def _marks(matrices: list[Any], gradients: list[float], share: bool) -> list[Mark]:
    marks: list[Mark] = []
    styles = "a", "a" if share else "b"
    for k, w in enumerate(matrices):
        left = 60 + 220 * k
        marks.append(["t", left, 30, "start", LAYERS[k], "label"])
        marks.append(["r", left - 10, 40, 140, 96, f"{styles[k]} pale"])
        for i in range(2):
            for j in range(2):
                kind = "code strong" if (i, j) == (0, 0) else "code"
                marks.append(["t", left + 55 * (j + 1), 78 + 40 * i, "end", f"{w[i, j]:.2f}", kind])
    bars = list(zip(("g1", "g2"), gradients, styles, strict=True))
    if share:
        bars.append(("g1 + g2", sum(gradients), "c"))
    zero, unit, top = 200, 30, 176  # gradients reach from -1.75 to 6.25
    marks.append(["t", 50, top, "start", both("gradient of the entry", "원소의 그래디언트"), "label"])
    marks.append(["l", zero, top + 10, zero, top + 14 + 38 * len(bars), "axis"])
    for k, (name, value, style) in enumerate(bars):
        end = round(zero + unit * value, 1)
        y = top + 16 + 38 * k
        marks.append(["t", 130, y + 17, "end", name, "code"])
        marks.append(["r", min(zero, end), y, round(abs(end - zero), 1), 24, style])
        marks.append(["t", round(max(zero, end) + 8, 1), y + 17, "start", number(value), "tick"])
    return marks


def tied(title: Any = None) -> Figure:
    """Return the figure of a 2 by 2 matrix that two layers use, or copy."""
    words = as_title(title, both("Two layers, one matrix", "두 층, 행렬 하나"))

    def compute(at: int, link: int) -> State:
        share = link == 1
        matrices, gradients = _matrices(NUDGES[at], share)
        first, second, total = (number(g) for g in (*gradients, sum(gradients)))
        here, there = (f"{w[0, 0]:.2f}" for w in matrices)
        one = both(
            f"One matrix: the entry is {here} in both layers, and its gradient is {first} + {second} = {total}.",
            f"행렬이 하나입니다. 첫 원소는 두 층에서 모두 {here}이고, 그래디언트는 {first} + {second} = {total}입니다.",
        )
        two = both(
            f"Two matrices: the entry is {here} in layer 1 (gradient {first}), {there} in layer 2 (gradient {second}).",
            f"행렬이 둘입니다. 첫 원소는 첫째 층에서 {here}(그래디언트 {first}), "
            f"둘째 층에서 {there}(그래디언트 {second})입니다.",
        )
        rows: list[list[Any]] = [
            ["", *LAYERS],
            [both("entry", "원소"), here, there],
            [both("gradient of this use", "이 층에서 나온 그래디언트"), first, second],
        ]
        return State(_marks(matrices, gradients, share), one if share else two, rows)

    controls = [
        Control("nudge", "slider", both("nudge the first entry", "첫 원소에 더할 값"), [f"{n:+d}" for n in NUDGES], 2),
        Control("tie", "toggle", both("tied", "묶기"), ["off", "on"], 1),
    ]
    return Figure("tied", words, (480, 310), controls, compute)

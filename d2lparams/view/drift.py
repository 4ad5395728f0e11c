"""Two layers that start with the same values and are trained: one matrix stays one, two copies drift apart."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import autograd, nd
from ..array import NDArray
from .arguments import as_title
from .canvas import Axes, number
from .marks import heat
from .spec import Control, Figure, Mark, State, Text, Words, both

__all__ = ["drift"]

WIDTH, EXAMPLES, RATE = 6, 40, 0.03
FRAMES = (*range(0, 11), 12, 14, 17, 20, 25, 30, 40, 50, 60, 80, 100)  # the steps that are shown
CELL, COLUMNS, TOPS = 19, (16, 168, 334), (74, 230)
HEADS = both("layer 1", "첫째 층"), both("layer 2", "둘째 층"), both("difference", "두 층의 차이")
ROWS = both("one matrix", "행렬 하나"), both("two copies", "복사본 둘")
COLOURS = ("c", "d")
Run = list[tuple[Any, Any]]


def training(tied: bool) -> Run:
    """Train ``x @ w1.T @ w2.T`` to copy a network with two different matrices; return both matrices at every frame."""
    rng = np.random.default_rng(4)
    x, start, one, other = (rng.normal(size=(rows, WIDTH)) for rows in (EXAMPLES, WIDTH, WIDTH, WIDTH))
    inputs, target = nd.array(x, "float64"), nd.array(x @ one.T @ other.T / WIDTH, "float64")
    w1 = nd.array(start / np.sqrt(WIDTH), "float64")
    w2 = w1 if tied else w1.copy()
    weights = [w1] if tied else [w1, w2]
    for weight in weights:
        weight.attach_grad()
    frames = []
    for step in range(FRAMES[-1] + 1):
        if step in FRAMES:
            frames.append((w1.asnumpy(), w2.asnumpy()))
        with autograd.record():
            error = ((inputs @ w1.T @ w2.T - target) ** 2).mean()
        error.backward()
        for weight in weights:
            _descend(weight)
    return frames


def _descend(weight: NDArray) -> None:
    """Take a step of plain gradient descent."""
    if weight.grad is not None:
        weight -= RATE * weight.grad * WIDTH


def distance(pair: tuple[Any, Any]) -> float:
    """Return the norm of the difference of two matrices."""
    return float(np.linalg.norm(pair[0] - pair[1]))


def drift(title: Any = None) -> Figure:
    """Return the figure of two layers in training, tied above and with a copy of the same values below."""
    words = as_title(title, both("The same values, or the same matrix", "같은 값인가, 같은 행렬인가"))
    runs = training(True), training(False)
    limit = max(float(np.abs(w).max()) for run in runs for pair in run for w in pair)
    far = max(distance(pair) for pair in runs[1])

    def compute(at: int) -> State:
        marks: list[Mark] = [["t", x, 42, "start", head, "label above"] for x, head in zip(COLUMNS, HEADS, strict=True)]
        for run, top, name, style in zip(runs, TOPS, ROWS, COLOURS, strict=True):
            marks += _row(run[at], top, name, style, limit)
        return State(marks + _curve(runs, at, far), _say(runs, at), _table(runs, at))

    control = Control("step", "player", both("step", "스텝"), [str(step) for step in FRAMES], len(FRAMES) - 1)
    return Figure("drift", words, (480, 510), [control], compute)


def _row(pair: tuple[Any, Any], top: int, name: Words, style: str, limit: float) -> list[Mark]:
    """Draw the two matrices of a network and their difference, on one scale of colour."""
    marks: list[Mark] = [["t", COLUMNS[0], top - 8, "start", name, f"note strong {style}"]]
    for x, matrix in zip(COLUMNS, (*pair, pair[0] - pair[1]), strict=True):
        marks += heat(x, top, CELL, matrix, limit)
    middle = top + CELL * WIDTH / 2 + 5
    sign = "=" if distance(pair) == 0 else "≠"
    marks.append(["t", (COLUMNS[0] + CELL * WIDTH + COLUMNS[1]) / 2, middle, "middle", sign, "strong"])
    return marks


def _curve(runs: tuple[Run, Run], at: int, far: float) -> list[Mark]:
    """Draw how far the two layers are apart over the steps, with a dot where the player stands."""
    axes = Axes((0, FRAMES[-1]), (0, far * 1.1), (50, 394, 414, 70))
    axes.y_axis(both("distance of the two layers", "두 층 사이의 거리"))
    axes.x_axis(both("step", "스텝"))
    for run, style in zip(runs, COLOURS, strict=True):
        axes.curve([(step, distance(pair)) for step, pair in zip(FRAMES, run, strict=True)], style)
        axes.marks.append(["c", axes.x(FRAMES[at]), axes.y(distance(run[at])), 5, style])
    return axes.marks


def _say(runs: tuple[Run, Run], at: int) -> Text:
    step, apart = FRAMES[at], number(distance(runs[1][at]))
    return both(
        f"Step {step}: one matrix is the same in both layers; the two copies are {apart} apart.",
        f"스텝 {step}: 행렬이 하나면 두 층의 값이 같고, 복사본을 쓴 두 층 사이의 거리는 {apart}입니다.",
    )


def _table(runs: tuple[Run, Run], at: int) -> list[list[Words]]:
    head: list[Words] = ["", both("first entry, layer 1", "첫 원소: 첫째 층"), both("layer 2", "첫 원소: 둘째 층"),
                         both("distance", "거리")]  # fmt: skip
    rows: list[list[Words]] = [head]
    for name, run in zip(ROWS, runs, strict=True):
        one, two = (number(float(w[0, 0])) for w in run[at])
        rows.append([name, one, two, number(distance(run[at]))])
    return rows

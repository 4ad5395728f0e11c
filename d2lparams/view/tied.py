"""Two routes, one matrix: the values on the way to the loss, the gradients on the way back, and where they add."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import autograd, nd
from .arguments import as_title
from .marks import arrow
from .spec import Control, Figure, Mark, State, Words, both

__all__ = ["tied"]

NUDGES = (-1, -0.1, 0, 0.1, 1)
INPUT, WEIGHT = np.array([[1.0, 2.0]]), np.array([[1.0, 1.0], [1.0, 2.0]])
LAYERS = both("layer 1", "첫째 층"), both("layer 2", "둘째 층")
X, LAYER_1, H, LAYER_2, Y, LOSS = 38, 121, 204, 287, 370, 444  # the centres of the chain
CHAIN, BACK, NODE, BARS = 80, 128, 242, 300  # the heights of values, gradients, matrices and bars
UNIT = 26  # of a bar
ONE, TWO, GRADIENT = "c", "d", "f"  # the colours of the matrix, of its copy, and of what flows back


@dataclass(frozen=True)
class Pass:
    """One forward and one backward pass; `d_` is the gradient of the loss, `routes` what each use gives the entry."""

    weights: tuple[Any, Any]
    h: Any
    y: Any
    loss: float
    d_h: Any
    d_y: Any
    routes: tuple[float, float]


def run(nudge: float, share: bool) -> Pass:
    """Run the network ``sum(x @ w1.T @ w2.T)`` there and back; what has a gradient in the picture is a leaf."""
    x, w1, w2 = (nd.array(values, "float64") for values in (INPUT, WEIGHT, WEIGHT))
    w1[0, 0] += nudge
    w2[0, 0] += nudge if share else 0
    h = x @ w1.T
    y = h @ w2.T
    for leaf in (w1, w2, h, y):
        leaf.attach_grad()
    with autograd.record():
        loss = ((x @ w1.T) @ w2.T).sum()
        from_h, from_y = (h @ w2.T).sum(), y.sum()
    loss.backward()
    routes = [float(w.grad[0, 0].asscalar()) for w in (w1, w2) if w.grad is not None]
    from_h.backward()
    from_y.backward()
    d_h, d_y = (leaf.grad.asnumpy()[0] for leaf in (h, y) if leaf.grad is not None)
    weights = w1.asnumpy(), w2.asnumpy()
    return Pass(weights, h.asnumpy()[0], y.asnumpy()[0], float(loss.asscalar()), d_h, d_y, (routes[0], routes[1]))


def plain(value: float) -> str:
    """Return a number to be checked by hand: all its digits, but none that rounding left."""
    text = f"{value:.4f}".rstrip("0").rstrip(".").replace("-", "\u2212")
    return "0" if text == "\u22120" else text


def tied(title: Any = None) -> Figure:
    """Return the figure of a network that multiplies by a 2 by 2 matrix twice, or by the matrix and a copy."""
    words = as_title(title, both("Two routes, one matrix", "두 갈래 길, 행렬 하나"))

    def compute(at: int, link: int) -> State:
        share = link == 1
        done = run(NUDGES[at], share)
        nodes = (H, H) if share else (LAYER_1, LAYER_2)
        styles = (ONE, ONE if share else TWO)
        marks = [*_values(done, styles), *_back(done), *_nodes(done, nodes, styles), *_bars(done, nodes)]
        return State(marks, _say(done, share), _table(done))

    nudges = ["+" * (nudge > 0) + plain(nudge) for nudge in NUDGES]
    controls = [
        Control("nudge", "slider", both("nudge the first entry by", "첫 원소에 더할 값"), nudges, 2),
        Control("tie", "toggle", both("tied", "묶기"), ["off", "on"], 1),
    ]
    return Figure("tied", words, (480, 358), controls, compute)


def _values(done: Pass, styles: tuple[str, str]) -> list[Mark]:
    """Draw the way to the loss: x, layer 1, h, layer 2, y, and their numbers."""
    names: tuple[Words, ...] = ("x", LAYERS[0], "h", LAYERS[1], "y", both("loss", "손실"))
    marks: list[Mark] = [
        ["t", at, 38, "middle", name, "label above"]
        for at, name in zip((X, LAYER_1, H, LAYER_2, Y, LOSS), names, strict=True)
    ]
    for at, vector in ((X, INPUT[0]), (H, done.h), (Y, done.y)):
        marks.append(["r", at - 26, CHAIN - 24, 52, 48, "row"])
        marks += [["t", at, CHAIN - 5 + 21 * i, "middle", plain(v), "note"] for i, v in enumerate(vector)]
    for at, style in zip((LAYER_1, LAYER_2), styles, strict=True):
        name = "W" if styles[0] == styles[1] else "W₁" if style == ONE else "W₂"
        marks += [["c", at, CHAIN, 18, f"{style} pale"], ["t", at, CHAIN + 5, "middle", name, f"note strong {style}"]]
    marks.append(["t", LOSS, CHAIN + 5, "middle", plain(done.loss), "note strong"])
    for start, end in ((X + 28, LAYER_1), (LAYER_1 + 18, H - 8), (H + 28, LAYER_2), (LAYER_2 + 18, Y - 8)):
        marks += arrow(start, CHAIN, end - 19, CHAIN, "a")
    return marks + arrow(Y + 28, CHAIN, LOSS - 24, CHAIN, "a")


def _back(done: Pass) -> list[Mark]:
    """Draw the way back: the gradient of the loss at y and at h, right to left."""
    marks: list[Mark] = [["t", 12, BACK + 4, "start", both("gradient", "그래디언트"), f"note {GRADIENT} amid"]]
    for at, values in ((LOSS, [1.0]), (Y, done.d_y), (H, done.d_h)):
        marks.append(["t", at, BACK + 5, "middle", ", ".join(map(plain, values)), f"note {GRADIENT}"])
    for start, end in ((LOSS - 12, Y + 28), (Y - 28, LAYER_2 + 4), (LAYER_2 - 4, H + 28), (H - 28, LAYER_1 + 4)):
        marks += arrow(start, BACK, end, BACK, GRADIENT)
    return marks


def _nodes(done: Pass, nodes: tuple[float, float], styles: tuple[str, str]) -> list[Mark]:
    """Draw the matrices, and how the gradient of each use comes down to the one that was used."""
    marks: list[Mark] = []
    factors = (done.d_h[0], INPUT[0, 0]), (done.d_y[0], done.h[0])
    for k, at in enumerate((LAYER_1, LAYER_2)):
        apart = nodes[k] == at
        marks.append(["l", at, CHAIN + 18, at, BACK, "rule"])
        marks += arrow(at, BACK, at if apart else nodes[k] + 26 * (2 * k - 1), NODE - 32, GRADIENT)
        product = f"g{'₁₂'[k]} = {plain(factors[k][0])} × {plain(factors[k][1])} = {plain(done.routes[k])}"
        place = at + 10 if apart or k else 4
        marks.append(["t", place, BACK + 62, "start", product, f"note {GRADIENT}"])
    names = ("W₁", "W₂") if nodes[0] != nodes[1] else ("W",)
    for name, x, weight, style in zip(names, nodes, done.weights, styles, strict=False):
        marks.append(["t", x - 54, NODE + 5, "end", name, f"note strong {style}"])
        marks += _matrix(x, weight, style)
    return marks


def _matrix(x: float, weight: Any, style: str) -> list[Mark]:
    marks: list[Mark] = [["r", x - 46, NODE - 30, 92, 60, f"{style} pale"], ["r", x - 42, NODE - 26, 42, 26, "row"]]
    for i, j in np.ndindex(2, 2):
        kind = "note" if i or j else "note strong"
        marks.append(["t", x - 21 + 42 * j, NODE - 8 + 27 * i, "middle", plain(weight[i, j]), kind])
    return marks


def _bars(done: Pass, nodes: tuple[float, float]) -> list[Mark]:
    """Draw the two terms as bars: end to end where one matrix takes both."""
    marks: list[Mark] = []
    start, share = 118.0, nodes[0] == nodes[1]
    for k, value in enumerate(done.routes):
        left = start if share else nodes[k] - 46
        marks.append(["r", left, BARS, round(UNIT * value, 1), 22, GRADIENT if k == 0 else f"{GRADIENT} see"])
        marks.append(["t", left, BARS + 40, "start", f"g{'₁₂'[k]}", "note"])
        start += UNIT * value
    if share:
        total = f"g₁ + g₂ = {plain(sum(done.routes))}"
        marks.append(["t", round(start + 8, 1), BARS + 16, "start", total, f"note strong {GRADIENT}"])
    return marks


def _say(done: Pass, share: bool) -> dict[str, str]:
    first, second, total = (plain(g) for g in (*done.routes, sum(done.routes)))
    loss, here, there = plain(done.loss), *(plain(w[0, 0]) for w in done.weights)
    if share:
        return both(
            f"One matrix: its first entry is {here} in both layers, its gradient {first} + {second} = {total}, "
            f"and the loss is {loss}.",
            f"행렬이 하나입니다. 첫 원소는 두 층에서 모두 {here}이고, 그래디언트는 {first} + {second} = {total}, "
            f"손실은 {loss}입니다.",
        )
    return both(
        f"Two matrices: the entry is {here} in layer 1 with gradient {first}, {there} in layer 2 with gradient "
        f"{second}, and the loss is {loss}.",
        f"행렬이 둘입니다. 첫 원소는 첫째 층에서 {here}(그래디언트 {first}), 둘째 층에서 {there}(그래디언트 {second})"
        f"이고, 손실은 {loss}입니다.",
    )


def _table(done: Pass) -> list[list[Words]]:
    def row(words: Words, *values: float) -> list[Words]:
        return [words, *map(plain, values)]

    return [
        ["", *LAYERS],
        row(both("first entry", "첫 원소"), *(w[0, 0] for w in done.weights)),
        row(both("what came in", "들어온 값"), INPUT[0, 0], done.h[0]),
        row(both("gradient of what went out", "나간 값의 그래디언트"), done.d_h[0], done.d_y[0]),
        row(both("gradient of this use", "이 층에서 나온 그래디언트"), *done.routes),
    ]

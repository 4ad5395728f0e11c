"""Ten layers under one another: what becomes of a signal on its way down, and of a gradient on its way up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ..init import Normal
from .arguments import as_title
from .canvas import about, number
from .marks import strip
from .push import Passage, expected, push, size_of
from .spec import Control, Figure, Mark, State, Text, both

__all__ = ["depth"]

WIDTH, DEPTH, BINS = 512, 10, 30
FLAT = 0.99  # beyond this tanh is called saturated
# Among them 1 / sqrt(n) and sqrt(2 / n), which keep the size in linear and in ReLU layers.
SIGMAS = (0.001, 0.003, 0.01, 0.03, WIDTH**-0.5, (2 / WIDTH) ** 0.5, 0.1, 1.0, 3.0)
WORDS = ("0.001", "0.003", "0.01", "0.03", "0.044", "0.063", "0.1", "1", "3")
ACTIVATIONS = ("tanh", "relu")
SPANS = {"tanh": (-1.0, 1.0), "relu": (0.0, 3.0), "back": (-3.0, 3.0)}
WHAT = {
    "tanh": both("outputs of the layer", "층의 출력"),
    "relu": both("outputs above 0", "0보다 큰 출력"),
    "back": both("gradients", "그래디언트"),
}
TOP, ROW = 48, 28  # of the first layer, and from one layer to the next
LEFT, BIN = 56, 7  # of the histograms, and the width of a bin
AXIS, DECADE = 300, 4.5  # where the logarithmic axis begins, and the length of a power of ten on it
POWERS = (-18, 18)


@cache
def _passage(sigma: float, activation: str) -> Passage:
    return push(Normal(sigma), activation, WIDTH, DEPTH)


def _at(size: float) -> float:
    """Return where a size lies on the logarithmic axis; what is 0 lies at its beginning."""
    power = math.log10(size) if size > 0 else POWERS[0]
    return round(AXIS + DECADE * (min(max(power, POWERS[0]), POWERS[1]) - POWERS[0]), 1)


def _frame(span: tuple[float, float], what: Text) -> list[Mark]:
    """Return the axes: values under the histograms, powers of ten under the sizes, the number of every layer."""
    base, right = TOP + ROW * DEPTH, LEFT + BIN * BINS
    marks: list[Mark] = [
        ["t", LEFT - 8, TOP - 8, "end", both("layer", "층"), "tick above"],
        ["t", LEFT, TOP - 8, "start", what, "label above"],
        ["t", AXIS, TOP - 8, "start", both("size (log scale)", "크기(로그 눈금)"), "label above"],
    ]
    for value in dict.fromkeys((span[0], 0.0, span[1])):
        x = round(LEFT + (right - LEFT) * (value - span[0]) / (span[1] - span[0]), 1)
        words = number(value) if abs(value) < 2 else f"{'≤' if value < 0 else '≥'} {number(value)}"
        marks += [["l", x, base, x, base + 4, "axis"], ["t", x, base + 18, "middle", words, "tick"]]
    for power in (-15, -10, -5, 0, 5, 10, 15):
        x = _at(10.0**power)
        marks.append(["l", x, TOP, x, base + 4, "axis" if power == 0 else "grid"])
        if power in (-15, 0, 15):
            words = "1" if power == 0 else f"1e{power}".replace("-", "\u2212")
            marks.append(["t", x, base + 18, "middle", words, "tick"])
    for layer in range(1, DEPTH + 1):
        y = TOP + ROW * layer
        marks += [["l", LEFT, y, right, y, "grid"], ["t", LEFT - 8, y - 6, "end", str(layer), "tick"]]
    return marks


def _sizes(measured: Sequence[float], theory: Sequence[float]) -> list[Mark]:
    """Return the theory as a thin line and what was measured as a dot in every row."""
    rows = [TOP + ROW * layer - 10 for layer in range(1, DEPTH + 1)]
    line = [at for size, y in zip(theory, rows, strict=True) for at in (_at(size), y)]
    return [["p", line, "theory"], *(["c", _at(size), y, 4, "b"] for size, y in zip(measured, rows, strict=True))]


def _saturated(values: npt.NDArray[Any]) -> Text:
    """Return how many outputs of tanh lie where it is flat, as the end of a sentence, if there are any."""
    share = float((np.abs(values) > FLAT).mean())
    if share < 0.005:
        return both("", "")
    return both(f" {share:.0%} of the outputs lie beyond ±{FLAT}.", f" 출력의 {share:.0%}가 ±{FLAT} 바깥에 있습니다.")


def _say(sigma: str, activation: str, back: bool, measured: Sequence[float], theory: Sequence[float]) -> Text:
    end = 0 if back else -1
    found, hoped, name = about(measured[end]), about(theory[end]), {"relu": "ReLU"}.get(activation, activation)
    if back:
        return both(
            f"σ = {sigma}, {name}: a gradient of size 1 behind layer 10 has size {found} when it reaches layer 1 "
            f"(theory: {hoped}).",
            f"σ = {sigma}, {name}: 열째 층 뒤에서 크기 1로 출발한 그래디언트가 첫째 층에 이르렀을 때의 크기는 "
            f"{found}입니다(이론값 {hoped}).",
        )
    return both(
        f"σ = {sigma}, {name}: a signal of size 1 has size {found} behind layer 10 (theory: {hoped}).",
        f"σ = {sigma}, {name}: 크기 1로 출발한 신호가 열째 층을 지난 뒤의 크기는 {found}입니다(이론값 {hoped}).",
    )


def depth(title: Any = None) -> Figure:
    """Return ten layers of 512 units with weights from N(0, sigma^2): a histogram and a size for every layer.

    Forwards a row is the output of its layer.  Backwards it is the gradient with respect to that output, which starts
    at layer 10 as standard normal numbers.
    """
    words = as_title(title, both("Ten layers of 512 units", "유닛이 512개인 층 열 개"))

    def compute(which: int, activation: int, way: int) -> State:
        sigma, name, back = SIGMAS[which], ACTIVATIONS[activation], way == 1
        passage = _passage(sigma, name)
        arrays = (passage.backward if back else passage.forward)[1:]
        measured = [size_of(values) for values in arrays]
        theory = expected(name, WIDTH * sigma**2, DEPTH)[way][1:]
        # A histogram of ReLU's exact zeros would be one bar.
        shown = [values[values > 0] if name == "relu" and not back else values for values in arrays]
        kind = "back" if back else name
        marks = _frame(SPANS[kind], WHAT[kind]) + _sizes(measured, theory)
        marks += strip(LEFT, TOP, (BIN * BINS, ROW), shown, SPANS[kind], BINS)
        rows: list[list[Any]] = [[both("layer", "층"), both("size", "크기"), both("theory", "이론값")]]
        rows += [[str(k + 1), number(a), number(b)] for k, (a, b) in enumerate(zip(measured, theory, strict=True))]
        say = _say(WORDS[which], name, back, measured, theory)
        if kind == "tanh":
            more = _saturated(arrays[-1])
            say = both(say["en"] + more["en"], say["ko"] + more["ko"])
        return State(marks, say, rows)

    ways = [both("signal, forwards", "신호, 순방향"), both("gradient, backwards", "그래디언트, 역방향")]
    controls = [
        Control("sigma", "slider", both("σ of the weights", "가중치의 σ"), WORDS, 2),
        Control("activation", "select", both("activation", "활성화 함수"), ["tanh", "ReLU"]),
        Control("way", "select", both("what travels", "지나가는 것"), ways),
    ]
    return Figure("depth", words, (480, TOP + ROW * DEPTH + 30), controls, compute)

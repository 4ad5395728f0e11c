"""There and back: the second moments of a signal and of a gradient on their ways through thirty layers."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ..init import Normal
from .arguments import as_title
from .canvas import Axes, about, number
from .push import expected, push, size_of
from .spec import Control, Figure, Mark, State, Text, both

__all__ = ["passage"]

Array = npt.NDArray[Any]
DEPTH, BATCH, SEEDS = 30, 16, 8
WIDTHS = (16, 64, 256)
SPREADS = (1 / 3, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)  # fan-in times variance: among them PyTorch's default, Xavier and He
WORDS = ("0.33", "0.5", "1", "1.5", "2", "2.5", "3")
ACTIVATIONS = (None, "relu", "tanh")
NAMES = both("linear", "선형"), "ReLU", "tanh"
SPAN = (1e-35, 1e19)  # one scale for all settings
AREA, SIZE = (50, 34, 420, 350), (480, 440)
TICKS = [(10.0**k, "1" if k == 0 else f"1e{k}".replace("-", "\u2212")) for k in range(-32, 17, 8)]
WAYS = (both("signal →", "신호"), "a"), (both("← gradient", "그래디언트"), "b")


@cache
def of_networks(spread: float, activation: str | None, width: int) -> Array:
    """Return second moments of shape (2, networks, layers + 1): of the signal, and of the gradient that goes back."""
    start, found = Normal((spread / width) ** 0.5), []
    for seed in range(1, SEEDS + 1):
        run = push(start, activation, width, DEPTH, BATCH, seed)
        found.append([[size_of(values) ** 2 for values in arrays] for arrays in (run.forward, run.backward)])
    return np.array(found).swapaxes(0, 1)


def _way(axes: Axes, runs: Array, theory: Array, words: Text, style: str, end: int) -> None:
    """Draw what the networks did as a band with its median, the theory, and the name at the end of the way."""
    layers = range(DEPTH + 1)
    axes.band(zip(layers, runs.min(0), strict=True), zip(layers, runs.max(0), strict=True), style)
    middle = np.median(runs, axis=0)
    axes.curve(zip(layers, middle, strict=True), style)
    axes.theory(zip(layers, theory, strict=True))
    # On the side of the curve that it comes from nothing is drawn.
    down = 20 if middle[end] < 0.5 else -10
    at, anchor = (DEPTH, "end") if end else (0, "start")
    extreme = runs[:, end].min() if down > 0 else runs[:, end].max()
    axes.marks.append(["t", axes.x(at), round(axes.y(float(extreme)) + down, 1), anchor, words, f"note {style}"])


def _say(words: str, activation: Text | str, width: int, runs: Array, theory: Array) -> Text:
    """Return what has become of both at the ends of their ways."""
    low, high = runs[0, :, -1].min(), runs[0, :, -1].max()
    back = runs[1, :, 0].min(), runs[1, :, 0].max()
    name = both(activation, activation) if isinstance(activation, str) else activation
    ends = [about(float(value)) for value in (low, high, theory[0, -1], *back, theory[1, 0])]
    return both(
        f"n v = {words}, {name['en']}, {width} units. Second moments in {SEEDS} networks: of the signal behind layer "
        f"{DEPTH} from {ends[0]} to {ends[1]} (theory: {ends[2]}), of the gradient in front of layer 1 from {ends[3]} "
        f"to {ends[4]} (theory: {ends[5]}).",
        f"n v = {words}, {name['ko']}, 유닛 {width}개. 신경망 {SEEDS}개의 이차 적률: {DEPTH}번째 층을 지난 신호는 "
        f"{ends[0]}에서 {ends[1]} 사이(이론값 {ends[2]}), 첫째 층 앞에 돌아온 그래디언트는 {ends[3]}에서 {ends[4]} "
        f"사이(이론값 {ends[5]})입니다.",
    )


def passage(title: Any = None) -> Figure:
    """Return thirty layers with weights from N(0, v): second moments forwards and backwards, for every n v.

    Eight networks are measured; both ways start at 1, the signal at the left, the gradient at the right.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("Thirty layers, there and back", "층 서른 개를 오가는 길"))
    axes = Axes((0, DEPTH), SPAN, AREA, log="y")
    axes.y_axis(both("second moment", "이차 적률"), TICKS)
    axes.x_axis(both("layer", "층"))
    axes.marks.append(["l", axes.left, axes.y(1.0), axes.left + axes.width, axes.y(1.0), "rule"])
    base: list[Mark] = axes.marks

    def compute(spread: int, activation: int, width: int) -> State:
        runs = of_networks(SPREADS[spread], ACTIVATIONS[activation], WIDTHS[width])
        theory = np.array(expected(ACTIVATIONS[activation], SPREADS[spread], DEPTH)) ** 2
        drawn = Axes((0, DEPTH), SPAN, AREA, log="y")
        for (name, style), way, line, end in zip(WAYS, runs, theory, (DEPTH, 0), strict=True):
            _way(drawn, way, line, name, style, end)
        head: list[Any] = [both("layer", "층")]
        for name in (both("signal", "신호"), both("gradient", "그래디언트")):
            head += [name, both("theory", "이론값")]
        rows = [head]
        for layer in range(0, DEPTH + 1, 5):
            middle = np.median(runs[:, :, layer], axis=1)
            pairs = zip(middle, theory[:, layer], strict=True)
            rows.append([str(layer), *(number(float(value)) for pair in pairs for value in pair)])
        return State(drawn.marks, _say(WORDS[spread], NAMES[activation], WIDTHS[width], runs, theory), rows)

    controls = [
        Control("spread", "slider", both("n v of the weights", "가중치의 n v"), WORDS, 2),
        Control("activation", "select", both("activation", "활성화 함수"), NAMES, 1),
        Control("width", "select", both("units of a layer", "층의 유닛 수"), [str(width) for width in WIDTHS], 1),
    ]
    return Figure("passage", words, SIZE, controls, compute, base)

"""The residual river: a stream through 24 blocks, each of which adds to it, as wide as it is large."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from .arguments import as_title
from .canvas import Axes, about, number
from .spec import Control, Figure, Mark, State, Text, both, several

__all__ = ["river"]

Array = npt.NDArray[Any]
BLOCKS, WIDTH, BATCH, SEEDS = 24, 128, 32, 8
FACTOR = (2 * BLOCKS) ** -0.5
KINDS = {
    "plain": both("plain: x + f(x)", "그대로: x + f(x)"),
    "scaled": both("scaled: x + f(x) / √48", "배율: x + f(x) / √48"),
    "zero": both("last layer of f is 0", "f의 마지막 층이 0"),
    "norm": both("x + f(LayerNorm(x))", "x + f(LayerNorm(x))"),
}
COLOURS = dict(zip(KINDS, "bacd", strict=True))
LEFT, LONG, TOP, ROW, HIGH = 12, 456, 30, 84, 56  # of the streams: from the left, their length; of the rows
UNIT = 9.0  # how wide a stream of size 1 is


def theory(kind: str) -> Array:
    """Return the variance of the stream behind 0 to 24 blocks, for layers of infinite width.

    A branch of its own input's variance adds as much as there is: a factor 2.  Behind a LayerNorm it adds 1.
    """
    blocks = np.arange(BLOCKS + 1.0)
    found: dict[str, Array] = {
        "plain": 2.0**blocks,
        "scaled": (1 + FACTOR**2) ** blocks,
        "zero": np.ones(BLOCKS + 1),
        "norm": 1 + blocks,
    }
    return found[kind]


@cache
def streams(kind: str) -> Array:
    """Return the variance of the stream of shape (networks, blocks + 1).

    A block adds a branch of two layers, ReLU between them: He's variance in the first, 1 / n in the second, so that the
    branch has the variance of what enters it.  All kinds have the same weights.
    """
    found = []
    for seed in range(1, SEEDS + 1):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal((BATCH, WIDTH))
        line = [float((x**2).mean())]
        for _ in range(BLOCKS):
            first, last = rng.standard_normal((2, WIDTH, WIDTH)) * WIDTH**-0.5
            last = last * {"scaled": FACTOR, "zero": 0.0}.get(kind, 1.0)
            inner = (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True) if kind == "norm" else x
            x = x + np.maximum(inner @ (2**0.5 * first).T, 0) @ last.T
            line.append(float((x**2).mean()))
        found.append(line)
    moments: Array = np.array(found)
    return moments / moments[:, :1]


def _edges(sizes: Array, middle: float) -> tuple[list[float], list[float]]:
    """Return the upper and the lower edge of a stream, kept within its row."""
    axes = Axes((0, BLOCKS), (0, 1), (LEFT, 0, LONG, 1))
    half = np.minimum(sizes * UNIT, HIGH) / 2
    upper = [at for k, h in enumerate(half) for at in (axes.x(k), round(middle - float(h), 1))]
    lower = [at for k, h in enumerate(half) for at in (axes.x(k), round(middle + float(h), 1))]
    return upper, lower


def _stream(kind: str, row: int, at: int) -> list[Mark]:
    """Draw a stream up to a block: what was measured is filled, the theory its thin banks."""
    top = TOP + row * ROW
    middle, style, moments = top + HIGH / 2, COLOURS[kind], np.median(streams(kind), axis=0)
    upper, lower = _edges(moments[: at + 1] ** 0.5, middle)
    back = [place for k in range(len(lower) - 2, -1, -2) for place in lower[k : k + 2]]
    marks: list[Mark] = [["r", LEFT, top, LONG, HIGH, "row"]]
    if at:
        marks.append(["g", upper + back, f"{style} see"])
        hoped = theory(kind)[: at + 1]
        hoped = hoped[hoped**0.5 * UNIT < HIGH]  # beyond the row there are no banks
        marks += [["p", bank, "theory"] for bank in _edges(hoped**0.5, middle)]
    marks.append(["t", LEFT, top - 8, "start", KINDS[kind], f"note {style}"])
    return [*marks, ["t", LEFT + LONG, top - 8, "end", f"× {about(float(moments[at]))}", "strong"]]


def river(title: Any = None) -> Figure:
    """Return 24 residual blocks along a stream, of four kinds: its width is the size, its number the variance.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("A stream through 24 residual blocks", "잔차 블록 24개를 지나는 신호"))
    axes = Axes((0, BLOCKS), (0, 1), (LEFT, TOP, LONG, 4 * ROW - 22))
    axes.x_axis(both("block", "블록"), [0, 6, 12, 18, 24])

    def compute(at: int) -> State:
        marks = [mark for row, kind in enumerate(KINDS) for mark in _stream(kind, row, at)]
        found = {kind: float(np.median(streams(kind)[:, at])) for kind in KINDS}
        rows: list[list[Any]] = [[both("kind", "종류"), both("variance", "분산"), both("theory", "이론값")]]
        rows += [[KINDS[k], number(value), number(float(theory(k)[at]))] for k, value in found.items()]
        return State(marks, _say(at, *map(about, found.values())), rows)

    control = Control("block", "player", both("blocks", "블록 수"), [str(k) for k in range(BLOCKS + 1)], BLOCKS)
    return Figure("river", words, (480, TOP + 4 * ROW + 32), [control], compute, axes.marks)


def _say(at: int, plain: str, scaled: str, zero: str, norm: str) -> Text:
    blocks = several(at, "block")
    return both(
        f"Behind {blocks} the variance has become {plain} times what entered; {scaled} times with 1/√48, {zero} "
        f"times with a last layer of zeros, {norm} times with LayerNorm in front of each branch (median of {SEEDS} "
        "networks).",
        f"블록 {at}개를 지난 분산은 처음의 {plain}배이고, 1/√48을 곱하면 {scaled}배, 마지막 층이 0이면 {zero}배, 가지 "
        f"앞마다 LayerNorm을 두면 {norm}배입니다(신경망 {SEEDS}개의 중앙값).",
    )

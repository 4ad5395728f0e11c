"""Weights while they learn: a network on handwritten digits, its layers as histograms from step to step."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import autograd, loss, nd, nn, random, real
from ..init import He, Initializer, Uniform
from ..trainer import Trainer
from .arguments import as_title
from .canvas import Axes, number
from .marks import HEIGHTS
from .spec import Control, Figure, Mark, State, both, several

__all__ = ["growth"]

Array = npt.NDArray[Any]

UNITS, SEED, RATE, BATCH, LEARNT = 64, 1, 0.2, 40, 1200  # of the images the others are for testing
DTYPE = "float64"  # so that every machine draws the same
STEPS = (0, 1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 25, 30, 36, 43, 50, 60, 70, 82, 96,
         112, 130, 150, 175, 200, 230, 265, 300)  # fmt: skip
STARTS: dict[str, Initializer] = {"He": He(), "default": Uniform(0.07)}
SHOWN = "He", both("default", "기본값")
BINS, SPAN = 48, 0.8  # histograms reach from -SPAN to SPAN, and what lies outside is counted at the ends
LEFT, WIDTH, ROW, TOP = 44, 340, 66, 20
CURVE = (44.0, 286.0, 340.0, 62.0)

HEAD: list[Any] = [
    both("layer", "층"), both("σ at first", "처음의 σ"), both("σ now", "지금의 σ"), both("moved by", "움직인 거리"),
]  # fmt: skip


class Frame(NamedTuple):
    """A network after some steps: the weights of its layers, its loss, the share of other images that is right."""

    weights: list[Array]
    loss: float
    right: float


def network(start: Initializer) -> nn.Sequential:
    """Return the network of the figure, filled by `start`; the reader's random numbers and names stay as they are."""
    with nn.NameManager():
        net = nn.Sequential()
        for units, activation in ((UNITS, "relu"), (UNITS, "relu"), (10, None)):
            net.add(nn.Dense(units, activation, in_units=UNITS, dtype=DTYPE))
    with random.stream(random.Stream(SEED)):
        net.initialize(start)
    return net


@cache
def trained(name: str) -> list[Frame]:
    """Return the network at each of `STEPS` while SGD trains it on 40 images at a time."""
    images, labels = real.digits()
    x, y = nd.array(images.reshape(-1, UNITS), DTYPE), nd.array(labels)
    net, measure, frames = network(STARTS[name]), loss.SoftmaxCrossEntropyLoss(), []
    trainer = Trainer(net.collect_params(), "sgd", {"learning_rate": RATE})
    order = np.random.default_rng(SEED)
    turns = np.concatenate([order.permutation(LEARNT) for _ in range(1 + STEPS[-1] * BATCH // LEARNT)])
    for step in range(STEPS[-1] + 1):
        if step in STEPS:
            scores = net(x)
            right = scores.asnumpy()[LEARNT:].argmax(axis=1) == labels[LEARNT:]
            weights = [layer.weight.data().asnumpy() for layer in net]
            frames.append(Frame(weights, measure(scores[:LEARNT], y[:LEARNT]).mean().asscalar(), float(right.mean())))
        some = turns[step * BATCH : (step + 1) * BATCH]
        with autograd.record():
            mean = measure(net(nd.array(images.reshape(-1, UNITS)[some], DTYPE)), nd.array(labels[some])).mean()
        mean.backward()
        trainer.step(1)
    return frames


def moved(start: Array, now: Array) -> float:
    """Return how far a tensor is from its start, as a share of the size that it had there."""
    return float(np.linalg.norm(now - start) / np.linalg.norm(start))


def _counts(values: Array) -> Array:
    return np.histogram(np.clip(values, -SPAN, SPAN), BINS, (-SPAN, SPAN))[0]


def _layer(top: float, first: Array, now: Array, style: str) -> list[Mark]:
    """Draw one layer: what it holds now as bars, what it held at first as an outline, on one scale."""
    before, after = _counts(first), _counts(now)
    most, base, high = max(before.max(), after.max()), top + ROW - 14, ROW - 16
    levels = np.ceil((len(HEIGHTS) - 1) * np.minimum(after / most, 1)).astype(int)
    pitch = WIDTH / BINS
    steps = "".join(HEIGHTS[level] for level in levels)
    marks: list[Mark] = [["s", LEFT, base, round(pitch, 3), round(high / (len(HEIGHTS) - 1), 3), steps, f"{style} see"]]
    outline: list[float] = []
    for k, count in enumerate(before):
        up = round(base - high * min(count / most, 1), 1)
        outline += [round(LEFT + k * pitch, 1), up, round(LEFT + (k + 1) * pitch, 1), up]
    return [*marks, ["p", outline, "theory"], ["l", LEFT, base, LEFT + WIDTH, base, "axis"]]


def _curve(frames: list[Frame], at: int) -> list[Mark]:
    """Draw the loss up to now, what is to come faintly."""
    axes = Axes((0, STEPS[-1]), (0, 2.6), CURVE)
    axes.y_axis(both("loss", "손실"), [(0, "0"), (1, "1"), (2, "2")])
    axes.x_axis(both("step", "스텝"))
    points = [(step, min(frame.loss, 2.6)) for step, frame in zip(STEPS, frames, strict=True)]
    axes.curve(points, "d faint")
    axes.curve(points[: at + 1], "d")
    x, y = points[at]
    return [*axes.marks, ["c", axes.x(x), axes.y(y), 4, "d"]]


def _frame(frames: list[Frame], at: int) -> State:
    first, now = frames[0], frames[at]
    marks: list[Mark] = []
    rows = [HEAD]
    for k, (start, held) in enumerate(zip(first.weights, now.weights, strict=True)):
        top, far = TOP + k * ROW, moved(start, held)
        marks += _layer(top, start, held, "a")
        marks += [
            ["t", 480, top + 18, "end", f"net[{k}]", "note a"],
            ["t", 480, top + 40, "end", f"{100 * far:,.0f} %", "strong"],
        ]
        rows.append([f"net[{k}]", number(float(start.std())), number(float(held.std())), f"{100 * far:,.0f} %"])
    shares, steps = [row[-1] for row in rows[1:]], several(STEPS[at], "step")
    say = both(
        f"After {steps}: loss {now.loss:.2f}, {100 * now.right:.0f} % of new digits right. The layers have "
        f"moved by {shares[0]}, {shares[1]} and {shares[2]} of their first size.",
        f"{STEPS[at]}스텝 뒤: 손실 {now.loss:.2f}, 새 이미지의 {100 * now.right:.0f}%를 맞혔습니다. 층이 움직인 "
        f"거리는 처음 크기의 {', '.join(shares)}입니다.",
    )
    return State(marks + _curve(frames, at), say, rows)


def growth(title: Any = None) -> Figure:
    """Return a network of three layers that learns handwritten digits: the histogram of each layer, to be played.

    The outline is the start; the number beside a layer is the norm of the change over the norm of the start.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("Weights while they learn", "학습되는 동안의 가중치"))
    axes = Axes((-SPAN, SPAN), (0, 1), (LEFT, TOP, WIDTH, 3 * ROW - 14))
    axes.x_axis(both("weight", "가중치"), [-0.8, -0.4, 0, 0.4, 0.8])
    base: list[Mark] = [mark for mark in axes.marks if mark[0] == "t" and mark[4]]
    base.append(["t", 480, 12, "end", both("moved by", "움직인 거리"), "label"])
    names = list(STARTS)

    def compute(start: int, at: int) -> State:
        return _frame(trained(names[start]), at)

    controls = [
        Control("start", "select", both("the weights at the start", "가중치의 초깃값"), SHOWN),
        Control("step", "player", both("step", "스텝"), [str(step) for step in STEPS], 12),
    ]
    return Figure("growth", words, (480, 400), controls, compute, base)

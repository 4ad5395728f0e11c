"""The coordinate check: how large outputs are after a few steps of Adam, for networks of growing width."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import autograd, gluon, init, nd, nn, random, real
from ..array import NDArray
from .arguments import as_title
from .canvas import Axes, short
from .push import size_of
from .spec import Control, Figure, Mark, State, Text, Words, both, several

__all__ = ["coordinates"]

Array = npt.NDArray[Any]
WIDTHS, SEEDS, STEPS, RATE = (64, 128, 256, 512, 1024), (1, 2), 3, 0.01
BATCH, CLASSES = 32, 10
BASE = WIDTHS[0]  # where both parametrizations are one
KINDS: dict[str, Words] = {"standard": both("standard", "표준"), "mup": "μP"}
COLOURS = {"standard": "b", "mup": "a"}
LAYERS = (both("logits", "로짓"), both("second hidden layer", "둘째 은닉층"), both("first hidden layer", "첫째 은닉층"))
SPAN, LEFTS, WIDE = (0.1, 30.0), {"standard": 44, "mup": 290}, 164


def network(width: int, kind: str, seed: int) -> nn.Sequential:
    """Return a classifier of digits with two hidden layers of `width` units, and its learning rates for Adam.

    With ``'mup'`` the output layer starts smaller by ``sqrt(BASE / width)`` and the matrices whose fan-in is the width
    learn more slowly by ``BASE / width`` (Yang et al. 2022, table 3).
    """
    with nn.NameManager():
        net = nn.Sequential()
        net.add(nn.Dense(width, "relu", use_bias=False, in_units=64),
                nn.Dense(width, "relu", use_bias=False, in_units=width),
                nn.Dense(CLASSES, use_bias=False, in_units=width))  # fmt: skip
    ratio = BASE / width if kind == "mup" else 1.0
    with random.stream(random.Stream(seed)):
        net[:2].initialize(init.He())
        net[2].initialize(init.Normal((ratio / width) ** 0.5))
    for layer in net[1:]:
        layer.weight.lr_mult = ratio
    return net


def batch() -> tuple[NDArray, NDArray]:
    """Return the first digits, of mean 0 and variance 1, and what they are."""
    images, labels = real.digits()
    inputs = images[:BATCH].reshape(BATCH, -1)
    return nd.array((inputs - inputs.mean()) / inputs.std()), nd.array(labels[:BATCH])


@cache
def sizes(kind: str) -> Array:
    """Return sizes of shape (seeds, widths, steps + 1, layers), the logits first."""
    (x, y), loss_of = batch(), gluon.loss.SoftmaxCrossEntropyLoss()
    found = np.zeros((len(SEEDS), len(WIDTHS), STEPS + 1, len(LAYERS)))
    for s, seed in enumerate(SEEDS):
        for w, width in enumerate(WIDTHS):
            net = network(width, kind, seed)
            trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": RATE})
            for step in range(STEPS + 1):
                with autograd.record():
                    first = net[0](x)
                    second = net[1](first)
                    logits = net[2](second)
                    loss = loss_of(logits, y).mean()
                found[s, w, step] = [size_of(values.asnumpy()) for values in (logits, second, first)]
                if step < STEPS:
                    loss.backward()
                    trainer.step(1)
    return found


def _panel(kind: str, layer: int, now: int) -> list[Mark]:
    """Draw size over width for all steps up to now: the present one with its range over seeds, earlier ones faintly."""
    runs, style = sizes(kind)[..., layer], COLOURS[kind]
    axes = Axes((BASE, WIDTHS[-1]), SPAN, (LEFTS[kind], 58, WIDE, 190), log="xy")
    ticks = [(size, short(size)) for size in (0.1, 1.0, 10.0)]
    axes.y_axis(both("size", "크기"), ticks)
    for step in range(now):
        axes.curve(zip(WIDTHS, runs[:, :, step].mean(0), strict=True), f"{style} k1")
    present = runs[:, :, now]
    middle: list[float] = present.mean(0).tolist()
    axes.band(zip(WIDTHS, present.min(0), strict=True), zip(WIDTHS, present.max(0), strict=True), style)
    axes.curve(zip(WIDTHS, middle, strict=True), style)
    axes.marks += [["c", axes.x(w), axes.y(m), 4, style] for w, m in zip(WIDTHS, middle, strict=True)]
    axes.x_axis(both("width", "너비"), list(WIDTHS)[::2])
    axes.marks.append(["t", axes.left + 8, axes.top + 18, "start", KINDS[kind], f"strong {style} below"])
    return axes.marks


def coordinates(title: Any = None) -> Figure:
    """Return how large the outputs of a layer are after 0 to 3 steps of Adam, over the width of the network.

    A classifier of digits with two hidden layers of ReLU, trained on 32 images with the learning rate 0.01, in the
    standard parametrization and in muP.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both("The coordinate check", "좌표 점검"))

    def compute(now: int, layer: int) -> State:
        marks = [mark for kind in KINDS for mark in _panel(kind, layer, now)]
        found = {kind: sizes(kind)[:, :, now, layer].mean(0) for kind in KINDS}
        rows: list[list[Words]] = [[both("width", "너비"), *KINDS.values()]]
        rows += [[str(w), *(f"{found[k][i]:.2f}" for k in KINDS)] for i, w in enumerate(WIDTHS)]
        return State(marks, _say(now, layer, found), rows)

    controls = [
        Control("step", "player", both("steps of Adam", "Adam 스텝"), [str(k) for k in range(STEPS + 1)], STEPS),
        Control("what", "select", both("outputs of", "크기를 잴 곳"), LAYERS),
    ]
    return Figure("coordinates", words, (480, 320), controls, compute)


def _say(now: int, layer: int, found: dict[str, Array]) -> Text:
    ends = [f"{found[kind][at]:.2f}" for kind in KINDS for at in (0, -1)]
    name, steps = LAYERS[layer], several(now, "step")
    return both(
        f"After {steps}, size of the {name['en']} at width {WIDTHS[0]} and {WIDTHS[-1]}: standard {ends[0]} and "
        f"{ends[1]}, μP {ends[2]} and {ends[3]} (mean of {len(SEEDS)} seeds).",
        f"{now}스텝 뒤 {name['ko']}의 크기(너비 {WIDTHS[0]}, {WIDTHS[-1]}): 표준 {ends[0]}, {ends[1]}, μP {ends[2]}, "
        f"{ends[3]}(시드 {len(SEEDS)}개의 평균).",
    )

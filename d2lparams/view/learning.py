"""A network while it learns: its weights drawn, what it answers everywhere in the plane, and its loss."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import autograd, loss, nd, nn
from ..trainer import Trainer
from .arguments import as_title
from .canvas import Axes
from .marks import heat, network
from .spec import Control, Figure, Mark, State, both, several

__all__ = ["learning"]

Array = npt.NDArray[Any]

HIDDEN = 8
DTYPE = "float64"  # so that every machine draws the same
NUMBERS = 4 * HIDDEN + 1  # two inputs and a bias for each hidden unit, one output of them and its bias
STEPS = (0, 1, 2, 4, 6, 9, 12, 16, 20, 25, 30, 36, 43, 51, 60, 70, 82, 96, 112, 130, 150, 175, 205, 240, 280)
STARTS = [both("drawn at random", "무작위"), both("all equal", "모두 같은 값")]
PLANE = (-1.75, 2.75), (-1.25, 1.75)  # what is drawn of it
COLUMNS, ROWS, CELL = 27, 18, 8  # of the field
LEFT, TOP = 10, 14
NETWORK = (268.0, 14.0, 190.0, 144.0)  # left, top, width and height of the drawing


class Moment(NamedTuple):
    """The network after some steps: its weights, its answers in the plane, its loss, the share that is right."""

    weights: list[Array]
    field: Array
    loss: float
    right: float


def moons(points: int = 80, seed: int = 3) -> tuple[Array, Array]:
    """Return points of shape (points, 2) on two half circles that reach into one another, and which one each is on."""
    rng = np.random.default_rng(seed)
    label = np.arange(points) % 2
    angle = np.pi * rng.random(points)
    upper = np.stack([np.cos(angle), np.sin(angle)], 1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], 1)
    return np.where(label[:, None] == 0, upper, lower) + rng.normal(0, 0.1, (points, 2)), label


def _network(equal: bool) -> nn.Sequential:
    """Return a new network; the random numbers and the names of the reader stay as they are."""
    rng = np.random.default_rng(5)
    with nn.NameManager():
        net = nn.Sequential()
        net.add(nn.Dense(HIDDEN, "tanh", dtype=DTYPE, in_units=2), nn.Dense(1, dtype=DTYPE, in_units=HIDDEN))
    for layer in net:  # set, not initialized, which takes a child of the reader's stream
        shape = layer.weight.shape
        layer.weight.set_data(np.full(shape, 0.5) if equal else rng.normal(0, 0.5, shape))
        layer.bias.set_data(np.zeros(shape[0]))
    return net


@cache
def _moments(equal: bool) -> list[Moment]:
    """Return the network at each of `STEPS` while it is trained with Adam on all points at once."""
    points, label = moons()
    x, y = nd.array(points, DTYPE), nd.array(label.reshape(-1, 1), DTYPE)
    across, down = (np.linspace(*span, n) for span, n in zip(PLANE, (COLUMNS, ROWS), strict=True))
    plane = nd.array(np.stack([a.ravel() for a in np.meshgrid(across, down[::-1])], 1), DTYPE)
    net, error = _network(equal), loss.SigmoidBinaryCrossEntropyLoss()
    trainer = Trainer(net.collect_params(), "adam", {"learning_rate": 0.05})
    found = []
    for step in range(STEPS[-1] + 1):
        with autograd.record():
            scores = net(x)
            mean = error(scores, y).mean()
        if step in STEPS:
            weights = [layer.weight.data().asnumpy().copy() for layer in net]
            share = float(((scores.asnumpy() > 0) == (y.asnumpy() > 0)).mean())
            field = np.tanh(net(plane).asnumpy() / 2).reshape(ROWS, COLUMNS)  # from -1 to 1: sure of either moon
            found.append(Moment(weights, field, mean.asscalar(), share))
        mean.backward()
        trainer.step(1)
    return found


def _map(moment: Moment) -> list[Mark]:
    """Return the answers of the network as coloured cells, under the points that it learns from."""
    marks = heat(LEFT, TOP, CELL, moment.field, limit=1.4)  # paler than the points
    axes = Axes(*PLANE, (LEFT, TOP, CELL * COLUMNS, CELL * ROWS))
    points, label = moons()
    return marks + [
        ["c", axes.x(x), axes.y(y), 3.5, f"{'a' if one else 'b'} point"]
        for (x, y), one in zip(points, label, strict=True)
    ]


def _curve(moments: list[Moment], at: int) -> list[Mark]:
    """Return the loss up to now, what is to come faintly."""
    axes = Axes((0, STEPS[-1]), (0, 1), (LEFT + 34, TOP + CELL * ROWS + 44, 420, 66))
    points = [(step, moment.loss) for step, moment in zip(STEPS, moments, strict=True)]
    axes.y_axis(both("loss", "손실"), [(0, "0"), (0.5, "0.5"), (1, "1")])
    axes.x_axis(both("step", "스텝"))
    axes.curve(points, "a faint")
    axes.curve(points[: at + 1], "a")
    x, y = points[at]
    return [*axes.marks, ["c", axes.x(x), axes.y(y), 5, "a"]]


def learning(title: Any = None) -> Figure:
    """Return a small network that learns two moons, from two starts: its weights, its answers, its loss, to be played.

    Parameters
    ----------
    title : Text, optional
    """
    words = as_title(title, both(f"{NUMBERS} numbers learn", f"파라미터 {NUMBERS}개가 학습되는 과정"))

    def compute(start: int, at: int) -> State:
        moments = _moments(start == 1)
        now = moments[at]
        widest = max(float(np.abs(w).max()) for moment in _moments(False) for w in moment.weights)
        marks = _map(now) + network([2, HIDDEN, 1], now.weights, NETWORK, widest) + _curve(moments, at)
        share, steps = f"{100 * now.right:.0f}", several(STEPS[at], "step")
        say = both(
            f"After {steps} the loss is {now.loss:.2f}, and {share} % of the points lie on the right side.",
            f"{STEPS[at]}스텝 뒤 손실은 {now.loss:.2f}이고, 점의 {share}%를 올바르게 구별합니다.",
        )
        table: list[list[Any]] = [[both("step", "스텝"), both("loss", "손실"), both("right", "맞힌 비율")]]
        table += [[str(s), f"{m.loss:.3f}", f"{100 * m.right:.0f}%"] for s, m in zip(STEPS, moments, strict=True)]
        return State(marks, say, table)

    controls = [
        Control("start", "select", both("the weights at the start", "가중치의 초깃값"), STARTS),
        Control("step", "player", both("step", "스텝"), [str(step) for step in STEPS], 11),
    ]
    return Figure("learning", words, (480, TOP + CELL * ROWS + 156), controls, compute)

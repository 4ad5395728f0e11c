"""Four hidden units as arrows in the plane of their two weights, while they are trained: equal ones stay one."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import autograd, gluon, init, nd, nn, random
from .arguments import as_title
from .canvas import Axes, number
from .marks import arrow, heat
from .spec import Control, Figure, Mark, State, both

__all__ = ["units"]

Array = npt.NDArray[Any]
UNITS, FRAMES, STEPS, RATE = 4, 25, 4, 0.15  # `STEPS` of training from one frame to the next
STARTS = (
    (init.Constant(0.5), init.Constant(0.5)),  # of the hidden layer and of the output layer
    (init.Constant(0.5), init.Normal(1.0)),
    (init.Normal(0.5), init.Normal(1.0)),
)
NAMES = (
    both("all equal", "모두 같음"),
    both("equal, random output", "은닉층만 같고 출력층은 무작위"),
    both("random", "무작위"),
)
COLOURS = "cdef"  # blue and orange are signs of the gradient
TOP = 54
PLANE, LOSSES = (24, TOP, 232, 232), (310, 216, 160, 70)
REACH = 1.5  # of the plane, to every side


class Frame(NamedTuple):
    """The hidden layer at one moment: its weight and the gradient of it, both (units, 2), and the loss."""

    weight: Array
    grad: Array
    loss: float


@cache
def _trained(start: int) -> tuple[Frame, ...]:
    """Train 2 inputs, 4 tanh units and 1 output on 64 examples of a smooth function, all of them in every step."""
    rng = np.random.default_rng(3)
    x = rng.uniform(-1.5, 1.5, (64, 2))
    y = np.tanh(2 * x[:, :1]) - np.tanh(2 * x[:, 1:]) + 0.5 * np.tanh(1.5 * x.sum(axis=1, keepdims=True))
    hidden, output = STARTS[start]
    with nn.NameManager(), random.stream(random.Stream(13)):
        net = nn.Sequential()
        net.add(
            nn.Dense(UNITS, "tanh", use_bias=False, in_units=2, weight_initializer=hidden),
            nn.Dense(1, use_bias=False, in_units=UNITS, weight_initializer=output),
        )
        net.initialize()
    trainer, loss_of = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": RATE}), gluon.loss.L2Loss()
    inputs, targets, weight, frames = nd.array(x), nd.array(y), net[0].weight, []
    for step in range((FRAMES - 1) * STEPS + 1):
        with autograd.record():
            loss = loss_of(net(inputs), targets).mean()
        loss.backward()
        if step % STEPS == 0:
            frames.append(Frame(weight.data().asnumpy(), weight.grad().asnumpy(), loss.asscalar()))
        trainer.step(1)
    return tuple(frames)


def _different(rows: Array) -> int:
    """Return how many of the rows differ by more than rounding."""
    return len(np.unique(rows.round(5), axis=0))


def _plane(frames: tuple[Frame, ...], at: int) -> list[Mark]:
    """Draw every unit as an arrow, with the way that its head has come."""
    axes = Axes((-REACH, REACH), (-REACH, REACH), PLANE)
    left, top, side, _ = PLANE
    marks: list[Mark] = [
        ["r", left, top, side, side, "row"],
        ["l", left, axes.y(0), left + side, axes.y(0), "grid"],
        ["l", axes.x(0), top, axes.x(0), top + side, "grid"],
        ["t", left, top - 10, "start", both("the two weights of a unit", "유닛의 두 가중치"), "label above"],
    ]
    for unit, style in enumerate(COLOURS):
        axes.curve([tuple(frame.weight[unit]) for frame in frames[: at + 1]], f"{style} k3")
    marks += axes.marks
    for unit, style in enumerate(COLOURS):
        w1, w2 = frames[at].weight[unit]
        marks += arrow(axes.x(0), axes.y(0), axes.x(w1), axes.y(w2), style)
    return marks


def _gradient(frames: tuple[Frame, ...], at: int) -> list[Mark]:
    """Draw the gradient of the hidden weight as cells, a row for every unit."""
    limit = max(float(np.abs(frame.grad).max()) for frame in frames)
    title = both("gradient, a row a unit", "유닛별 그래디언트")
    marks: list[Mark] = [["t", 280, TOP - 10, "start", title, "label above"]]
    for unit, style in enumerate(COLOURS):
        marks.append(["r", 280, TOP + 26 * unit, 12, 24, style])
    marks += heat(298, TOP - 1, (46, 26), frames[at].grad, limit, "tile")
    return marks


def _losses(frames: tuple[Frame, ...], at: int) -> list[Mark]:
    axes = Axes((0, (FRAMES - 1) * STEPS), (0.01, 2), LOSSES, log="y")  # one scale for all starts
    axes.y_axis(both("loss", "손실"), [(0.01, "0.01"), (0.1, "0.1"), (1, "1")])
    points = [(STEPS * k, frame.loss) for k, frame in enumerate(frames)]
    axes.curve(points, "faint")
    axes.curve(points[: at + 1], "")
    axes.marks.append(["c", axes.x(points[at][0]), axes.y(points[at][1]), 5, ""])
    axes.x_axis(both("step", "스텝"), [0, 48, 96])
    return axes.marks


def units(title: Any = None) -> Figure:
    """Return four hidden units in training, from equal weights and from random ones.

    Between them a third start: an equal hidden layer behind a random output layer, whose units do part.
    """
    words = as_title(title, both("Four hidden units in training", "은닉 유닛 네 개가 학습되는 과정"))

    def compute(start: int, at: int) -> State:
        frames = _trained(start)
        frame, step = frames[at], STEPS * at
        rows, moved = _different(frame.grad), _different(frame.weight)
        say = both(
            f"Step {step}: different units {moved} of {UNITS}, different rows of the gradient {rows} of {UNITS}, "
            f"loss {frame.loss:.3f}.",
            f"스텝 {step}: 유닛 {UNITS}개의 가중치는 {moved}가지, 그래디언트 {UNITS}행은 {rows}가지이고, "
            f"손실은 {frame.loss:.3f}입니다.",
        )
        head = [both("unit", "유닛"), *(both(f"weight {k}", f"가중치 {k}") for k in (1, 2))]
        head += [both(f"gradient {k}", f"그래디언트 {k}") for k in (1, 2)]
        values = np.hstack([frame.weight, frame.grad])
        table: list[list[Any]] = [head, *([str(k + 1), *map(number, row)] for k, row in enumerate(values.tolist()))]
        marks = _plane(frames, at) + _gradient(frames, at) + _losses(frames, at)
        return State(marks, say, table)

    steps = [str(STEPS * k) for k in range(FRAMES)]
    controls = [
        Control("start", "select", both("start", "초깃값"), NAMES),
        Control("step", "player", both("step", "스텝"), steps),
    ]
    return Figure("units", words, (480, 336), controls, compute)

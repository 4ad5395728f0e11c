"""Who runs in a race: one network that learns one of two problems from a start, looked at while it learns.

The problems are two moons, and the handwritten digits of `real.digits`: 1,200 to learn from, and as new ones the 597
that other hands have written.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import autograd, loss, nd, nn, random, real
from ..init import Initializer, Normal, Xavier, Zero
from ..trainer import Trainer
from .learning import moons
from .marks import HEIGHTS, heat, strip

__all__ = [
    "BINS", "LAYERS", "PLANE", "PROBLEMS", "SHAPES", "SPAN", "STARTS", "STEPS", "Frame", "network", "trained",
]  # fmt: skip

Array = npt.NDArray[Any]

HIDDEN, WIDTH, SEED, RATE = 5, 24, 1, 0.1
LAYERS = HIDDEN + 1
DTYPE = "float64"  # so that every machine draws the same
STEPS = (0, 1, 2, 3, 5, 7, 9, 12, 16, 20, 25, 30, 36, 43, 51, 60, 70, 82, 96, 112, 130, 150, 175, 205, 240, 300)
# From weights much larger than 1 the last digit of a rounding decides where a run ends.
STARTS: dict[str, Initializer] = {"zero": Zero(), "σ = 0.01": Normal(0.01), "Xavier": Xavier(), "σ = 1": Normal(1)}
PROBLEMS = ("moons", "digits")
SHAPES = {"moons": (18, 27), "digits": (10, 10)}  # rows and columns of what is drawn of the answers
PLANE = (-1.75, 2.75), (-1.25, 1.75)
FRESH = 1000  # points that no network has seen, of which the share that is right is counted
WRITERS = 1200  # of the digits; others have written the rest
FEW = 1 / 16  # a probability that is drawn as none: less than anyone who guesses gives
BATCH = 64  # digits of a step; of the points every step takes all
# As high as their rows are, bars differ by a third of these heights at most: a file of fewer heights is smaller.
COARSE = {ord(letter): HEIGHTS[-(-k // 3) * 3] for k, letter in enumerate(HEIGHTS)}
SPAN, BINS = (-2.0, 2.0), 41  # of the weights; an odd number, so that 0 lies in the middle of a bar


class Problem(NamedTuple):
    """What is learned and on what it is tested: arrays of shape (examples, inputs), and their classes."""

    inputs: Array
    labels: Array
    fresh: Array
    truth: Array
    classes: int


class Frame(NamedTuple):
    """A network after some steps, as it is kept and drawn.

    Attributes
    ----------
    field : str
        Its answers as the letters of cells: everywhere in the plane, from sure of one moon to sure of the other; or a
        row for each digit that was written, with the mean probability of each answer.
    loss : float
        Over all examples that it learns from.
    right : float
        The share of new examples that it gives the right answer.
    moved : float
        How far a weight has come from its start, the root of the mean square over all.
    layers : tuple of str
        The weights of each layer as the heights of a histogram.
    """

    field: str
    loss: float
    right: float
    moved: float
    layers: tuple[str, ...]


@cache
def problem(name: str) -> Problem:
    """Return one of `PROBLEMS`."""
    if name == "moons":
        return Problem(*moons(), *moons(FRESH, seed=99), 2)
    images, labels = real.digits()
    pixels = images.reshape(len(images), -1).astype(DTYPE)
    return Problem(pixels[:WRITERS], labels[:WRITERS], pixels[WRITERS:], labels[WRITERS:], 10)


def network(start: Initializer, inputs: int = 2, classes: int = 2) -> nn.Sequential:
    """Return the network of the race, filled by `start`; the reader's random numbers and names stay as they are."""
    with nn.NameManager():
        net = nn.Sequential()
        for fan_in in (inputs, *[WIDTH] * (HIDDEN - 1)):
            net.add(nn.Dense(WIDTH, "tanh", in_units=fan_in, dtype=DTYPE))
        net.add(nn.Dense(classes, in_units=WIDTH, dtype=DTYPE))
    with random.stream(random.Stream(SEED)):
        net.initialize(start)
    return net


def _plane() -> nd.NDArray:
    """Return the places of the plane at which the answers are drawn, row by row from the top."""
    rows, columns = SHAPES["moons"]
    across, down = (np.linspace(*span, n) for span, n in zip(PLANE, (columns, rows), strict=True))
    return nd.array(np.stack([a.ravel() for a in np.meshgrid(across, down[::-1])], 1), DTYPE)


def _field(name: str, answers: Array, truth: Array) -> str:
    """Return the letters of the answers: scores of places in the plane, or of new digits."""
    if name == "moons":
        sure = np.tanh((answers[:, 1] - answers[:, 0]) / 2)  # -1 to 1: sure of either moon
        return str(heat(0, 0, 1, sure.reshape(SHAPES[name]), limit=1.4)[0][6])  # paler than the points
    odds = np.exp(answers - answers.max(axis=1, keepdims=True))
    chances = odds / odds.sum(axis=1, keepdims=True)
    rows = np.array([chances[truth == digit].mean(axis=0) for digit in range(SHAPES[name][0])])
    return str(heat(0, 0, 1, np.where(rows < FEW, 0, rows), limit=1, signed=False)[0][6])


def _weights(net: nn.Sequential) -> list[Array]:
    return [layer.weight.data().asnumpy().copy() for layer in net]


def _frame(name: str, net: nn.Sequential, first: list[Array]) -> Frame:
    """Return what is kept of a network that began with the weights `first`."""
    task = problem(name)
    scores, now = net(nd.array(task.fresh, DTYPE)).asnumpy(), _weights(net)
    answers = net(_plane()).asnumpy() if name == "moons" else scores
    mean = loss.SoftmaxCrossEntropyLoss()(net(nd.array(task.inputs, DTYPE)), nd.array(task.labels)).mean()
    away = np.concatenate([(a - b).ravel() for a, b in zip(now, first, strict=True)])
    bars = [mark[5] for mark in strip(0, 0, (BINS, 1), now, SPAN, BINS) if mark[0] == "s"]
    return Frame(
        _field(name, answers, task.truth),
        mean.asscalar(),
        float((scores.argmax(axis=1) == task.truth).mean()),
        float(np.sqrt((away**2).mean())),
        tuple(bar.translate(COARSE) for bar in bars),
    )


def trained(start: Initializer, name: str = "moons") -> list[Frame]:
    """Return the network at each of `STEPS` while it is trained by SGD.

    Parameters
    ----------
    start : Initializer
        What does not fit in a float is drawn as nothing.
    name : {'moons', 'digits'}
    """
    task, rng, frames = problem(name), np.random.default_rng(SEED), []
    net, measure = network(start, task.inputs.shape[1], task.classes), loss.SoftmaxCrossEntropyLoss()
    first, trainer = _weights(net), Trainer(net.collect_params(), "sgd", {"learning_rate": RATE})
    with np.errstate(all="ignore"):
        for step in range(STEPS[-1] + 1):
            if step in STEPS:
                frames.append(_frame(name, net, first))
            batch = slice(None) if name == "moons" else rng.choice(len(task.labels), BATCH, replace=False)
            with autograd.record():
                mean = measure(net(nd.array(task.inputs[batch], DTYPE)), nd.array(task.labels[batch])).mean()
            mean.backward()
            trainer.step(1)
    return frames

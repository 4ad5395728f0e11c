"""What the four instruments of the clinic say of a patient while it is trained, with a cure and without."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .. import autograd
from ..patients import CURES, HIDDEN, ILLNESSES, WIDTH, Patient, patient
from ..signals import Signals, watch
from .marks import heat, strip
from .recorded import recorded

__all__ = [
    "BINS", "EXAMINED", "LAYERS", "PATIENTS", "SEED", "SPAN", "STEPS", "STOPS", "Frame", "Run", "examined", "run_of",
]  # fmt: skip

Array = npt.NDArray[Any]

LAYERS = HIDDEN + 1
PATIENTS = tuple(ILLNESSES)[:5]  # the sixth is for an exercise
SEED = 1  # of what is recorded
EXAMINED = 200  # examples at which the instruments look
STEPS = (0, 1, 2, 3, 4, *range(5, 201, 5))  # after which the loss is taken
STOPS = (0, 1, 3, 10, 25, 50, 75, 100, 150, 200)  # of the player
SPAN, BINS = (0.1, 300.0), 40  # of losses, on a log axis; those beyond stand at its ends
BRIGHT = 1.5  # the size of a unit that has the strongest colour, in all pictures


class Frame(NamedTuple):
    """A network after some steps.

    Attributes
    ----------
    units : str
        The size of every hidden unit over the examples, as the letters of cells, a row a layer; 0 alone is no colour.
    sizes, gradients : tuple of float
        Of the outputs of every layer, and of the gradient with respect to them.
    dead, different : tuple of float
        Of the units of every hidden layer: how many are 0 for every example, and how many different ones there are.
    ratios : tuple of float
        How far the next step moves the weight of every layer, divided by the size of the weight.
    """

    units: str
    sizes: tuple[float, ...]
    gradients: tuple[float, ...]
    dead: tuple[float, ...]
    different: tuple[float, ...]
    ratios: tuple[float, ...]


class Run(NamedTuple):
    """A training.

    Attributes
    ----------
    first : str
        The losses of the examples before the first step, as the heights of a histogram over `SPAN`, a log axis.
    losses : tuple of float
        Their mean after each of `STEPS`.
    frames : tuple of Frame
        The network after each of `STOPS`.
    """

    first: str
    losses: tuple[float, ...]
    frames: tuple[Frame, ...]


def _losses(one: Patient) -> Array:
    """Return the cross-entropy of each example that is examined."""
    scores = one.net(one.inputs[:EXAMINED]).asnumpy()
    scores = scores - scores.max(axis=1, keepdims=True)
    right = scores[np.arange(EXAMINED), one.labels[:EXAMINED].asnumpy().astype(int)]
    losses: Array = np.log(np.exp(scores).sum(axis=1)) - right
    return losses


def _heights(losses: Array) -> str:
    """Return the histogram of losses as letters."""
    logs = np.log10(np.maximum(losses, SPAN[0]))
    bars: str = strip(0, 0, (BINS, 1), [logs], (np.log10(SPAN[0]), np.log10(SPAN[1])), BINS)[1][5]
    return bars


def _seen(one: Patient) -> Signals:
    """Return what goes through the layers and what comes back, over the examples that are examined."""
    with watch(one.net) as seen, autograd.record():
        one.loss(EXAMINED).backward()
    return seen


def _moved(one: Patient) -> tuple[float, ...]:
    """Take a step and return how far it has moved every weight, relative to the weight's own length."""
    before = [layer.weight.data().asnumpy() for layer in one.net]
    one.step()
    pairs = zip(before, (layer.weight.data().asnumpy() for layer in one.net), strict=True)
    return tuple(float(np.linalg.norm(now - old) / np.linalg.norm(old)) for old, now in pairs)


def _frame(one: Patient) -> Frame:
    """Return what the instruments say now, and take the next step."""
    seen = _seen(one)
    hidden = [row.output for row in seen[:HIDDEN]]
    sizes = np.array([np.sqrt((output**2).mean(axis=0)) for output in hidden])
    alive = [output[:, output.any(axis=0)].round(9) for output in hidden]
    return Frame(
        str(heat(0, 0, 1, np.where(sizes > 0, sizes, np.nan), BRIGHT, signed=False)[0][6]),
        tuple(row.size for row in seen),
        tuple(row.gradient_size for row in seen),
        tuple(WIDTH - output.shape[1] for output in alive),
        tuple(len(np.unique(output, axis=1).T) for output in alive),
        _moved(one),
    )


def examined(name: str = "healthy", cure: str | None = None, seed: int = 1) -> Run:
    """Train a patient for 200 steps and return what the instruments say meanwhile.

    Parameters
    ----------
    name, cure, seed
        As `patients.patient` takes them.
    """
    one = patient(name, cure, seed)
    first, losses, frames = _heights(_losses(one)), [], []
    with np.errstate(all="ignore"):  # what a wrong cure does may not fit in a float
        for step in range(STEPS[-1] + 1):
            if step in STEPS:
                losses.append(float(_losses(one).mean()))
            if step in STOPS:
                frames.append(_frame(one))
            else:
                one.step()
    return Run(first, tuple(losses), tuple(frames))


def _read(values: Sequence[Any]) -> Run:
    """Return a run from what was recorded of it; null is what no float holds."""

    def numbers(row: Sequence[Any]) -> tuple[float, ...]:
        return tuple(np.nan if value is None else value for value in row)

    first, losses, frames = values
    return Run(first, numbers(losses), tuple(Frame(one[0], *map(numbers, one[1:])) for one in frames))


@cache
def _kept() -> tuple[dict[str, int], list[Run]]:
    study = recorded("clinic")
    return study["which"], list(map(_read, study["runs"]))


@cache
def run_of(name: str, cure: str | None = None, seed: int = SEED) -> Run:
    """Return the run of a patient of the clinic, or of ``'healthy'``, with one of `CURES` or without.

    With the seed of the book it was recorded; with another the patient is trained now, for about a second.
    """
    if seed != SEED:
        return examined(name, cure, seed)
    which, runs = _kept()
    return runs[which[f"{name} {cure}" if cure in CURES else name]]

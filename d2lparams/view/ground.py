"""What the playground measures: one network for every setting, its signal, its gradient, its weights, and the theory.

Everything that a setting does not name stays: two settings with one seed have the same batch, the same gradient at
the end, and draw the same numbers for their weights, which an initializer and a gain then scale.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import init
from ..array import NDArray
from ..signals import Signal
from .push import Passage, expected, push

__all__ = ["SHAPES", "STARTS", "Run", "Setting", "measured", "sizes", "spans", "spreads"]

Array = npt.NDArray[Any]
BATCH = 32
ROWS, WEIGHT_ROWS = 17, 11  # of values in a histogram: odd, so that 0 has a row of its own where it is the middle
FAR = 4.0  # of the histograms of weights, in units of 1 / sqrt(inputs)
SPANS = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0), "relu": (0.0, 3.0)}
PLAIN = (-3.0, 3.0)  # of other outputs, and of gradients

# The units of the first layer's input and of the last layer; between them they fall by the same factor.
SHAPES = {
    "16": (16, 16), "32": (32, 32), "64": (64, 64), "128": (128, 128), "256": (256, 256), "128 → 16": (128, 16),
}  # fmt: skip
CONSTANT, BOUND, SMALL = 0.01, 0.07, 0.01


class _Watched(init.Initializer):
    """What an initializer draws, times a gain; the histogram of every layer's weights is kept."""

    def __init__(self, start: init.Initializer, gain: float) -> None:
        self.start, self.gain, self.seen = start, gain, list[Array]()

    def _init_weight(self, name: str, data: NDArray) -> None:
        self.start._init_weight(name, data)
        data._data *= self.gain
        self.seen.append(counted(data._data * data.shape[1] ** 0.5, (-FAR, FAR), WEIGHT_ROWS))


# An initializer that needs the fans reads them from the shape as the layout says.
STARTS: dict[str, Callable[[str], init.Initializer]] = {
    "zero": lambda layout: init.Zero(),
    "constant": lambda layout: init.Constant(CONSTANT),
    "normal": lambda layout: init.Normal(SMALL),
    "uniform": lambda layout: init.Uniform(BOUND),
    "LeCun": lambda layout: init.LeCun(layout),
    "Xavier": lambda layout: init.Xavier(layout=layout),
    "He": lambda layout: init.He(layout=layout),
    "orthogonal": lambda layout: init.Orthogonal(1.0, layout),
}


@dataclass(frozen=True)
class Setting:
    """What the reader has chosen.

    Attributes
    ----------
    activation : str or None
        As in `push`.
    start : str
        A name of `STARTS`.
    gain : float
        What the weights are multiplied by after they were drawn.
    depth : int
    shape : str
        A name of `SHAPES`.
    layout : {'oi', 'io'}
        What the initializer takes the axes of a weight for; they are (out, in).
    seed : int
    """

    activation: str | None = "relu"
    start: str = "Xavier"
    gain: float = 1.0
    depth: int = 30
    shape: str = "64"
    layout: str = "oi"
    seed: int = 1


@dataclass(frozen=True)
class Run:
    """What a network of a setting does.

    Attributes
    ----------
    moments : ndarray of shape (2, depth + 1)
        Mean squares: of the input and the outputs of all layers, and of the gradients with respect to them.
    theory : ndarray of shape (2, depth + 1), or None
        What theory expects of them, where there is one.
    signal, gradient : ndarray of shape (ROWS, depth + 1)
        The histograms of the same arrays, a column each, the highest values in the first row.
    weights : ndarray of shape (WEIGHT_ROWS, depth)
        Those of the weights, in units of 1 / sqrt(inputs).
    lost : ndarray of shape (depth + 1,)
        Of the input and every layer the share of units that are dead, or of outputs that are saturated.
    """

    moments: Array
    theory: Array | None
    signal: Array
    gradient: Array
    weights: Array
    lost: Array


def sizes(setting: Setting) -> list[int]:
    """Return the units of the input and of every layer."""
    first, last = SHAPES[setting.shape]
    return [round(first * (last / first) ** (layer / setting.depth)) for layer in range(setting.depth + 1)]


def spans(setting: Setting) -> tuple[float, float]:
    """Return the values at the lowest and the highest row of the histograms of the signal."""
    return SPANS.get(setting.activation or "", PLAIN)


def variance(start: str, fan_in: int, fan_out: int) -> float:
    """Return the variance of the weights that an initializer draws for the fans that it reads."""
    return {
        "zero": 0.0,
        "normal": SMALL**2,
        "uniform": BOUND**2 / 3,
        "LeCun": 1 / fan_in,
        "Xavier": 2 / (fan_in + fan_out),
        "He": 2 / fan_in,
        "orthogonal": 1 / max(fan_in, fan_out),
    }[start]


def spreads(setting: Setting) -> tuple[list[float], list[float]]:
    """Return the variance of a weight times the inputs of its layer, and times the outputs, for every layer."""
    units = sizes(setting)
    there, back = [], []
    for fan_in, fan_out in zip(units, units[1:], strict=False):
        read = (fan_in, fan_out) if setting.layout == "oi" else (fan_out, fan_in)
        drawn = setting.gain**2 * variance(setting.start, *read)
        there.append(fan_in * drawn)
        back.append(fan_out * drawn)
    return there, back


def theory(setting: Setting) -> Array | None:
    """Return the second moments that theory expects; it has nothing to say of weights that are all equal."""
    if setting.start == "constant":
        return None
    there, back = spreads(setting)
    return hoped(setting.activation, tuple(there), tuple(back))


@cache
def hoped(activation: str | None, there: tuple[float, ...], back: tuple[float, ...]) -> Array:
    """Return the second moments that theory expects of layers with these spreads, for all seeds and layouts alike."""
    found: Array = np.array(expected(activation, there, back=back)) ** 2
    return found


def counted(values: Array, span: tuple[float, float], rows: int) -> Array:
    """Return how many values lie in each row, the highest first; those outside are counted at the ends."""
    low, high = span
    places = ((values.ravel() - low) * (rows / (high - low))).clip(0, rows - 1).astype(np.intp)
    return np.bincount(places, minlength=rows)[::-1]


def lost(activation: str | None, output: Array) -> float:
    """Return the share of units that are 0 for every example; of outputs that are saturated where there is a bound."""
    if activation in ("tanh", "sigmoid"):
        return Signal("", "", output if activation == "tanh" else 2 * output - 1).saturated()
    return Signal("", "", output).dead


def columns(arrays: Sequence[Array], span: tuple[float, float], rows: int) -> Array:
    """Return the histograms of arrays as the columns of a matrix."""
    return np.stack([counted(array, span, rows) for array in arrays], axis=1)


def pushed(setting: Setting) -> tuple[Passage, list[Array]]:
    """Return what goes through the network of a setting, and the histograms of its weights."""
    fill = _Watched(STARTS[setting.start](setting.layout), setting.gain)
    return push(fill, setting.activation, sizes(setting), setting.depth, BATCH, setting.seed), fill.seen


def measured(setting: Setting) -> Run:
    """Return what the network of a setting does; it is computed once."""
    first, last = SHAPES[setting.shape]
    return _measured(setting if first != last else replace(setting, layout="oi"))  # of square layers it is no matter


@cache
def _measured(setting: Setting) -> Run:
    passage, seen = pushed(setting)
    ways = passage.forward, passage.backward
    return Run(
        moments=np.array([[np.mean(np.square(a, dtype=np.float64)) for a in way] for way in ways]),
        theory=theory(setting),
        signal=columns(passage.forward, spans(setting), ROWS),
        gradient=columns(passage.backward, PLAIN, ROWS),
        weights=np.stack(seen, axis=1),
        lost=np.array([0.0, *(lost(setting.activation, output) for output in passage.forward[1:])]),
    )

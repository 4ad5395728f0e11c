"""A batch pushed through a deep network of random weights, a gradient pushed back, and what theory expects of both.

The numbers behind the figures of depth.  Nothing is trained and nothing is assumed: every layer is a matrix that an
initializer fills, every activation is the one that `nn.Dense` applies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import random
from ..array import NDArray
from ..checks import as_count
from ..init import Initializer, create
from ..ops import ACTIVATIONS, check_activation

__all__ = ["Passage", "expected", "push", "size_of"]

Array = npt.NDArray[Any]
Ways = tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]
LEAK = 0.2  # the slope of "leaky" for negative inputs
LEAKY: Ways = (
    lambda z: np.where(z > 0, z, z * z.dtype.type(LEAK)),
    lambda g, y: np.where(y > 0, g, g * g.dtype.type(LEAK)),
)
GRID = np.linspace(-8, 8, 4000)  # of a standard normal variable; even, so that 0 is on neither side
DENSITY = np.exp(-(GRID**2) / 2) / np.exp(-(GRID**2) / 2).sum()


@dataclass(frozen=True)
class Passage:
    """What a batch and a gradient are in front of and behind every layer.

    Attributes
    ----------
    forward : list of ndarray of shape (batch, units), float32
        The input, then the outputs of all layers, activation included.
    backward : list of ndarray of shape (batch, units), float32
        The gradients with respect to the same arrays, in the same order: the last is the one that was sent back.
        Empty if none was.
    """

    forward: list[Array]
    backward: list[Array]


def push(
    start: Initializer | str,
    activation: str | None = None,
    width: int | Sequence[int] = 512,
    depth: int = 10,
    batch: int = 64,
    seed: int = 1,
    back: bool = True,
) -> Passage:
    """Push a batch of standard normal numbers through layers of random weights, and a gradient back.

    Parameters
    ----------
    start : Initializer or str
        Fills the weight of every layer, of shape (units, inputs); there are no biases.
    activation : str, optional
        As in `nn.Dense`, or ``'leaky'``, ReLU with the slope `LEAK` at the left; without one the layers are linear.
    width : int or sequence of int
        Of all `depth` layers and their input; or the width of the input and then of each layer.
    depth, batch : int
    seed : int
        Of weights, batch and gradient.  The gradient at the end is standard normal too, so both ways start at size 1.
    back : bool
        Without it no gradient is pushed back, and no weight is kept.
    """
    source, fill = random.Stream(as_count(seed, "seed", 0)), create(start)
    rng = source.spawn().generator
    sizes = [width] * (as_count(depth, "depth") + 1) if isinstance(width, int) else list(width)
    ends = as_count(sizes[0], "width"), as_count(sizes[-1], "width")
    x, g = (rng.standard_normal((as_count(batch, "batch"), end), np.float32) for end in ends)
    forward, weights = [x], []
    for layer, shape in enumerate(zip(sizes[1:], sizes[:-1], strict=True)):
        weight = NDArray(np.zeros(shape, np.float32))
        with random.stream(source.spawn()):
            fill._init_weight(f"dense{layer}_weight", weight)
        weights += [weight._data] * back
        forward.append(_apply(activation, forward[-1] @ weight._data.T))
    backward = [g] * back
    for y, w in zip(reversed(forward), reversed(weights), strict=False):  # the input has no layer in front of it
        backward.append(_back(activation, backward[-1], y) @ w)
    return Passage(forward, backward[::-1])


def _ways(activation: str) -> Ways:
    """Return an activation, and its gradient from the one behind it and its value."""
    return LEAKY if activation == "leaky" else ACTIVATIONS[check_activation(activation)]


def _apply(activation: str | None, z: Array) -> Array:
    return z if activation is None else _ways(activation)[0](z)


def _back(activation: str | None, g: Array, y: Array) -> Array:
    return g if activation is None else _ways(activation)[1](g, y)


def size_of(values: Array) -> float:
    """Return the root of the second moment: the standard deviation of values whose mean is 0."""
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))


def expected(
    activation: str | None,
    spread: float | Sequence[float],
    depth: int = 10,
    back: Sequence[float] | None = None,
) -> tuple[list[float], list[float]]:
    """Return the sizes that theory expects of the arrays of a `Passage`, for layers of infinite width.

    A sum of many independent terms is normal, so with ``q`` the second moment in front of a layer, the one behind it
    is ``E[f(sqrt(spread q) z)^2]`` of a standard normal ``z``; backwards it is multiplied by
    ``back E[f'(sqrt(spread q) z)^2]`` (Poole et al. 2016; Schoenholz et al. 2017).

    Parameters
    ----------
    activation : str, optional
    spread : float, or one for each layer
        The variance of a weight times the number of inputs.
    depth : int
        If there is one spread for all layers.
    back : sequence of float, optional
        The variance of a weight times the number of outputs, for each layer: the spread, if all layers are square.

    Returns
    -------
    forward, backward : list of float
        Of length ``depth + 1``, in the order of `Passage`.
    """
    spreads = list(spread) if isinstance(spread, Sequence) else [spread] * depth
    moments, factors = [1.0], []
    for there, again in zip(spreads, spreads if back is None else back, strict=True):
        y = _apply(activation, np.sqrt(there * moments[-1]) * GRID)
        moments.append(float(DENSITY @ y**2))
        factors.append(again * float(DENSITY @ _back(activation, np.ones_like(y), y) ** 2))
    backward = np.cumprod([1.0, *reversed(factors)])[::-1]
    return [m**0.5 for m in moments], [float(b) ** 0.5 for b in backward]

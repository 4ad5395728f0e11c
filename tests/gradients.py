"""Check a gradient against finite differences along one random direction, in float64.

One direction instead of the whole Jacobian: a wrong entry of the gradient shows up in the directional derivative
unless the direction happens to be orthogonal to the error, which has probability zero.
"""

from __future__ import annotations

import numpy as np

from d2lparams import autograd, nd

STEP = 1e-6
TOLERANCE = 1e-6  # relative; central differences in float64 are good to about 1e-9


def check_gradient(function, *inputs: np.ndarray, seed: int = 0) -> None:
    """Assert that the recorded gradient of ``function(*inputs)`` agrees with central differences.

    Parameters
    ----------
    function : callable
        From NDArrays to one NDArray of any shape.
    *inputs : ndarray
        Points at which the function is smooth.
    seed : int
        For the head gradient and the direction.
    """
    rng = np.random.default_rng(seed)
    arrays = [nd.array(x, dtype="float64") for x in inputs]
    for x in arrays:
        x.attach_grad()
    with autograd.record():
        y = function(*arrays)
    head = rng.standard_normal(y.shape)
    y.backward(nd.array(head, dtype="float64"))
    directions = [rng.standard_normal(x.shape) for x in inputs]

    def value(distance: float) -> float:
        moved = [nd.array(x + distance * d, dtype="float64") for x, d in zip(inputs, directions, strict=True)]
        return float((function(*moved).asnumpy() * head).sum())

    measured = (value(STEP) - value(-STEP)) / (2 * STEP)
    claimed = sum(float((x.grad.asnumpy() * d).sum()) for x, d in zip(arrays, directions, strict=True))
    assert abs(measured - claimed) <= TOLERANCE * max(1.0, abs(measured), abs(claimed)), (measured, claimed)

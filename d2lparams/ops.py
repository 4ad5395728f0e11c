"""The operations that networks are made of: activations, the fused dense layer, embedding, dropout, losses.

A dense layer and a loss could be written with the operators of `NDArray`; here each is one recorded operation
with its gradient worked out by hand, because the price of a small network is the number of recorded operations.
The tests show that the fused and the written-out form give the same gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from . import random as streams
from .array import attach
from .autograd import mode
from .errors import DTypeError, SettingError, ShapeError, UnknownNameError, nearest
from .ndarray import NDArray

__all__ = [
    "ACTIVATIONS",
    "activate",
    "check_activation",
    "dense",
    "dropout",
    "embedding",
    "l1",
    "l2",
    "layer_norm",
    "log_softmax",
    "sigmoid_cross_entropy",
    "softmax",
    "softmax_cross_entropy",
]

Array = npt.NDArray[Any]


def _sigmoid(z: Array) -> Array:
    # tanh never overflows, whereas exp(-z) does for z below about -88 in float32.
    return (np.tanh(z * 0.5) + 1) * 0.5


# name: (function, gradient): `y` is the result, `g` its gradient.  Each gradient is written in terms of `y`
# alone, so that a layer need not keep the values before the activation.
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]] = {
    "relu": (lambda z: np.maximum(z, 0), lambda g, y: g * (y > 0)),
    "sigmoid": (_sigmoid, lambda g, y: g * (y * (1 - y))),
    "tanh": (np.tanh, lambda g, y: g * (1 - y * y)),
    "softrelu": (lambda z: np.logaddexp(z, z.dtype.type(0)), lambda g, y: g * -np.expm1(-y)),
    "softsign": (lambda z: z / (1 + np.abs(z)), lambda g, y: g * (1 - np.abs(y)) ** 2),
}


def check_activation(name: str) -> str:
    """Return `name` if it is a known activation, else raise `UnknownNameError`."""
    if name not in ACTIVATIONS:
        raise UnknownNameError(f"There is no activation {name!r}. {nearest(str(name), ACTIVATIONS)}")
    return name


def activate(x: NDArray, name: str) -> NDArray:
    """Apply an activation function to every entry.

    Parameters
    ----------
    x : NDArray
    name : {'relu', 'sigmoid', 'tanh', 'softrelu', 'softsign'}
        ``softrelu(z) = log(1 + exp(z))``, ``softsign(z) = z / (1 + |z|)``; the slope of relu at 0 is 0.
    """
    function, vjp = ACTIVATIONS[check_activation(name)]
    y = function(x._data)
    return attach(y, (x,), lambda g: (vjp(g, y),), watch_result=True)


def dense(x: NDArray, weight: NDArray, bias: NDArray | None = None, activation: str | None = None) -> NDArray:
    """Return ``activation(x @ weight.T + bias)`` as one recorded operation.

    Parameters
    ----------
    x : NDArray of shape (..., in_units)
    weight : NDArray of shape (units, in_units)
    bias : NDArray of shape (units,), optional
    activation : str, optional
        A key of `ACTIVATIONS`.

    Returns
    -------
    NDArray of shape (..., units)
    """
    full, w = x._data, weight._data
    a = full if full.ndim == 2 else full.reshape(-1, full.shape[-1])
    y = a @ w.T
    if bias is not None:
        y += bias._data
    slope = None
    if activation is not None:
        function, slope = ACTIVATIONS[activation]
        y = np.maximum(y, 0, out=y) if activation == "relu" else function(y)
    if not mode.recording:
        return NDArray(y if full.ndim == 2 else y.reshape(*full.shape[:-1], -1))
    for_x, for_w = x._node is not None, weight._node is not None

    def vjp(g: Array) -> tuple[Array | None, ...]:
        g = g if g.ndim == 2 else g.reshape(-1, g.shape[-1])
        if slope is not None:
            g = slope(g, y)
        # The gradient of the data batch is the largest product of the first layer, and nobody asks for it.
        for_data = (g @ w).reshape(full.shape) if for_x else None
        for_weight = g.T @ a if for_w else None
        return (for_data, for_weight, np.add.reduce(g, axis=0)) if bias is not None else (for_data, for_weight)

    inputs = (x, weight) if bias is None else (x, weight, bias)
    result = y if full.ndim == 2 else y.reshape(*full.shape[:-1], -1)
    return attach(result, inputs, vjp, (x, weight), watch_result=slope is not None)


def embedding(index: NDArray, weight: NDArray) -> NDArray:
    """Return the rows of `weight` that `index` names.

    Parameters
    ----------
    index : NDArray of whole numbers in [0, rows), any shape
    weight : NDArray of shape (rows, columns)

    Returns
    -------
    NDArray of shape (*index.shape, columns)

    Raises
    ------
    ShapeError
        If an index is outside the table.
    """
    rows, w = index._data.astype(np.intp), weight._data
    if rows.size and (rows.min() < 0 or rows.max() >= len(w)):
        raise ShapeError(
            f"An embedding of {len(w)} rows has indices 0 to {len(w) - 1}, but the batch holds "
            f"{rows.min()} to {rows.max()}. Make the table larger, or map unknown words to one row."
        )

    def vjp(g: Array) -> tuple[Array]:
        full = np.zeros_like(w)
        np.add.at(full, rows, g)  # a word that occurs twice receives both gradients
        return (full,)

    return attach(w[rows], (weight,), vjp)


def dropout(x: NDArray, rate: float) -> NDArray:
    """Set each entry to 0 with probability `rate` and scale the others by 1 / (1 - rate); in training only."""
    if not 0 <= rate < 1:
        raise SettingError(f"A dropout rate is in [0, 1), got {rate}. It is the share of entries set to zero.")
    if not mode.training or rate == 0:
        return x
    keep = (streams.generator().random(x.shape, dtype=np.float32) >= rate) / x.dtype.type(1 - rate)
    mask = keep.astype(x.dtype, copy=False)
    return attach(x._data * mask, (x,), lambda g: (g * mask,))


def layer_norm(x: NDArray, gamma: NDArray, beta: NDArray, epsilon: float) -> NDArray:
    """Give each row mean 0 and variance 1, then scale by `gamma` and shift by `beta` (Ba et al. 2016)."""
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / (centred.square().mean(axis=-1, keepdims=True) + epsilon).sqrt() * gamma + beta


def _log_softmax(z: Array) -> Array:
    shifted = z - z.max(axis=-1, keepdims=True)  # so that the largest exponent is exp(0)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def log_softmax(x: NDArray) -> NDArray:
    """Return the logarithm of `softmax` along the last axis, without overflow."""
    y = _log_softmax(x._data)
    return attach(y, (x,), lambda g: (g - np.exp(y) * g.sum(axis=-1, keepdims=True),), watch_result=True)


def softmax(x: NDArray) -> NDArray:
    """Return positive numbers that sum to 1 along the last axis: exp(x) divided by its sum."""
    y = np.exp(_log_softmax(x._data))
    return attach(y, (x,), lambda g: (y * (g - (g * y).sum(axis=-1, keepdims=True)),), watch_result=True)


# ---- losses: one number for each sample of a batch


def _check_pair(predicted: NDArray, label: NDArray, name: str) -> None:
    if not isinstance(label, NDArray):
        raise DTypeError(f"{name} needs an NDArray of labels, got {type(label).__name__}. Use nd.array(labels).")
    if predicted._data.shape != label._data.shape:
        raise ShapeError(
            f"{name} compares predictions of shape {predicted.shape} with labels of shape {label.shape}; it needs "
            "one label for each prediction. Reshape the labels: label.reshape(*predicted.shape)."
        )


def l2(predicted: NDArray, label: NDArray, weight: float = 1.0) -> NDArray:
    """Return half the squared difference, averaged over each sample: shape (batch,)."""
    _check_pair(predicted, label, "L2Loss")
    difference = predicted._data - label._data
    rows = difference.reshape(len(difference), -1)
    scale = weight / rows.shape[1]
    y = np.add.reduce(rows * rows, axis=1) * (0.5 * scale)

    def vjp(g: Array) -> tuple[Array | None, ...]:
        toward = (rows * (g * scale)[:, None]).reshape(difference.shape)
        return toward, (-toward if label._node is not None else None)

    return attach(y, (predicted, label), vjp)


def l1(predicted: NDArray, label: NDArray, weight: float = 1.0) -> NDArray:
    """Return the absolute difference, averaged over each sample: shape (batch,)."""
    _check_pair(predicted, label, "L1Loss")
    difference = (predicted - label).abs()
    return difference.reshape(len(difference), -1).mean(axis=1) * weight


def softmax_cross_entropy(logits: NDArray, label: NDArray, weight: float = 1.0) -> NDArray:
    """Return minus the log-probability of the true class: shape (batch,).

    Parameters
    ----------
    logits : NDArray of shape (batch, classes)
        Scores before softmax.
    label : NDArray of shape (batch,)
        Class numbers in [0, classes).
    weight : float
        A factor on the loss.
    """
    z, classes = logits._data, label._data.astype(np.intp)
    if z.ndim != 2 or classes.shape != z.shape[:1]:
        raise ShapeError(
            f"Softmax cross entropy needs scores of shape (batch, classes) and class numbers of shape (batch,), "
            f"got {z.shape} and {label.shape}."
        )
    if classes.size and (classes.min() < 0 or classes.max() >= z.shape[1]):
        raise ShapeError(
            f"The scores have {z.shape[1]} classes, so labels are 0 to {z.shape[1] - 1}, but the batch holds "
            f"{classes.min()} to {classes.max()}. Widen the last layer or check the labels."
        )
    rows = np.arange(len(z))
    log_p = _log_softmax(z)

    def vjp(g: Array) -> tuple[Array | None, ...]:
        toward = np.exp(log_p)
        toward[rows, classes] -= 1
        toward *= (g * weight)[:, None]
        return (toward,)

    return attach(-log_p[rows, classes] * weight, (logits,), vjp)


def sigmoid_cross_entropy(logits: NDArray, label: NDArray, weight: float = 1.0) -> NDArray:
    """Return minus the log-probability that a sigmoid gives to labels of 0 or 1: shape (batch,)."""
    _check_pair(logits, label, "SigmoidBinaryCrossEntropyLoss")
    z, t = logits._data, label._data
    scale = weight * len(z) / max(z.size, 1)
    # log(1 + exp(z)) - t z, which overflows for no z.
    each = (np.logaddexp(z, z.dtype.type(0)) - t * z).reshape(len(z), -1)

    def vjp(g: Array) -> tuple[Array | None, ...]:
        return ((_sigmoid(z) - t) * (g * scale).reshape(-1, *[1] * (z.ndim - 1)),)

    return attach(each.sum(axis=1) * scale, (logits,), vjp)

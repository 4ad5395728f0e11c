"""The operations that networks are made of: activations, the fused dense layer, embedding, dropout, losses.

A dense layer and a loss could be written with the operators of `NDArray`; here each is one recorded operation
with its gradient worked out by hand, because the price of a small network is the number of recorded operations.
The tests show that the fused and the written-out form give the same gradients.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from . import random as streams
from .arithmetic import SINGLES, meet, narrow, selected, total, unbroadcast, widened
from .array import NDArray, attach, check_array
from .autograd import is_training
from .checks import Array, as_axis, as_number, as_whole
from .errors import ShapeError, UnknownNameError, nearest, shown


def _sigmoid(z: Array) -> Array:
    # tanh never overflows, whereas exp(-z) does for z below about -88 in float32.
    return (np.tanh(z * 0.5) + 1) * 0.5


# name: (function, gradient): `y` is the result, `g` its gradient.  Each gradient is written in terms of `y`
# alone, so that a layer need not keep the values before the activation.
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]] = {
    "relu": (lambda z: np.maximum(z, 0), lambda g, y: selected(g, y > 0)),
    "sigmoid": (_sigmoid, lambda g, y: g * (y * (1 - y))),
    "tanh": (np.tanh, SINGLES["tanh"].vjps[0]),
    "softrelu": (lambda z: np.logaddexp(z, z.dtype.type(0)), lambda g, y: g * -np.expm1(-y)),
    "softsign": (lambda z: z / (1 + np.abs(z)), lambda g, y: g * (1 - np.abs(y)) ** 2),
}


def check_activation(name: str) -> str:
    """Return `name` if it is a known activation, else raise `UnknownNameError`."""
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise UnknownNameError(f"There is no activation {shown(name)}. {nearest(shown(name), ACTIVATIONS)}")
    return name


def floats(x: Any, who: str) -> NDArray:
    """Return the array `x`, whole numbers and truth values as float32; `who` computes with it."""
    array = check_array(x, who)
    return array if array._data.dtype.kind == "f" else array.astype("float32")


def activate(x: NDArray, name: str) -> NDArray:
    """Apply an activation function to every entry of `x`.

    Parameters
    ----------
    name : {'relu', 'sigmoid', 'tanh', 'softrelu', 'softsign'}
        ``softrelu(z) = log(1 + exp(z))``, ``softsign(z) = z / (1 + |z|)``; the slope of relu at 0 is 0.
    """
    function, vjp = ACTIVATIONS[check_activation(name)]
    x = floats(x, name)
    y = function(x._data)
    return attach(y, (x,), lambda g: (vjp(g, y),), watch_result=True)


def leaky_relu(x: NDArray, slope: float) -> NDArray:
    """Return x where x is positive, and `slope` times x elsewhere (Maas, Hannun, Ng 2013).

    Parameters
    ----------
    x : NDArray
    slope : float
        At least 0; it is the derivative at 0, too.
    """
    slope = as_number(slope, "slope", 0)
    x = floats(x, "A leaky ReLU")
    y = np.where(x._data > 0, x._data, x._data * x._data.dtype.type(slope))
    return attach(y, (x,), lambda g: (np.where(y > 0, g, g * g.dtype.type(slope)),), watch_result=True)


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
    if x._data.dtype.kind != "f":
        x = floats(x, "A dense layer")
    full, w = x._data, weight._data
    a = full if full.ndim == 2 else full.reshape(-1, full.shape[-1])
    try:
        y = a @ w.T
        if bias is not None:
            if bias._data.shape != w.shape[:1]:  # another shape may broadcast, along the wrong axis
                raise ValueError("the bias is no vector with an entry for each unit")
            y += bias._data
    except ValueError as error:
        raise ShapeError(
            f"A dense layer maps (..., in_units) with a weight (units, in_units) and a bias (units,), got {x.shape}, "
            f"{weight.shape} and {None if bias is None else bias.shape}."
        ) from error
    slope = None
    if activation is not None:
        function, slope = ACTIVATIONS[activation]
        y = np.maximum(y, 0, out=y) if activation == "relu" else function(y)
    result = y if full.ndim == 2 else y.reshape(*full.shape[:-1], len(w))
    for_x, for_w = x._node is not None, weight._node is not None

    def vjp(g: Array) -> tuple[Array | None, ...]:
        g = g if g.ndim == 2 else g.reshape(a.shape[0], len(w))
        if slope is not None:
            g = slope(g, y)
        # The gradient of the data batch is the largest product of the first layer, and nobody asks for it.
        for_data = None if not for_x else g @ w if full is a else (g @ w).reshape(full.shape)
        for_weight = g.T @ a if for_w else None
        return (for_data, for_weight, total(g, 0)) if bias is not None else (for_data, for_weight)

    inputs = (x, weight) if bias is None else (x, weight, bias)
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
    ShapeError, DTypeError
        If an index is outside the table, or no whole number.
    """
    count, advice = len(weight), "Make the table larger, or map unknown words to one row."
    rows = as_whole(check_array(index, "An embedding")._data, f"An embedding of {count} rows", count, advice)
    return weight[rows]


def dropout(x: NDArray, rate: float) -> NDArray:
    """Set each entry to 0 with probability `rate` and scale the others by 1 / (1 - rate); in training only."""
    rate = as_number(rate, "A dropout rate, the share of entries set to zero,", 0, 1)
    if not is_training() or rate == 0:
        return x
    x = floats(x, "Dropout")
    keep = streams.generator().random(x.shape, dtype=np.float32) >= rate
    scale = x.dtype.type(1 / (1 - rate))

    def thin(values: Array) -> Array:
        return selected(values * scale, keep)

    return attach(thin(x._data), (x,), lambda g: (thin(g),))


def layer_norm(x: NDArray, gamma: NDArray | None, beta: NDArray | None, epsilon: float, axis: int = -1) -> NDArray:
    """Give each row mean 0 and variance 1, then scale by `gamma` and shift by `beta` (Ba et al. 2016).

    Parameters
    ----------
    x : NDArray
        Rows lie along `axis`, of length units.
    gamma, beta : NDArray of shape (units,), or None to leave the step out
    epsilon : float
        Added to the variance, so that a constant row does not divide by zero.
    axis : int
    """
    x = floats(x, "LayerNorm")
    along = as_axis(axis, x.ndim, f"A batch of shape {x.shape}")
    for parameter in (gamma, beta):
        if parameter is not None and parameter.shape != (x.shape[along],):
            raise ShapeError(
                f"LayerNorm got rows of ({x.shape[along]},) numbers, but was made for {parameter.shape}. Feed it that "
                "width, or make a layer with another in_units."
            )
    row = (x.shape[along], *[1] * (x.ndim - 1 - along))  # as a row lies in the batch
    scale, shift = (one if p is None else p._data.reshape(row) for p, one in ((gamma, 1), (beta, 0)))
    centred = widened(x._data) - widened(x._data).mean(axis=along, keepdims=True)
    inverse = 1 / np.sqrt((centred * centred).mean(axis=along, keepdims=True) + centred.dtype.type(epsilon))
    unit = centred * inverse

    def vjp(g: Array) -> tuple[Array | None, ...]:
        inner = g * scale
        # The mean and the variance of a row depend on each of its entries: what follows them is taken out again.
        back = (inner * unit).mean(axis=along, keepdims=True)
        toward = (inner - inner.mean(axis=along, keepdims=True) - unit * back) * inverse
        for_gamma = None if gamma is None else unbroadcast(g * unit, row).reshape(gamma.shape)
        return toward, for_gamma, None if beta is None else unbroadcast(g, row).reshape(beta.shape)

    watched = () if gamma is None else (gamma,)
    return attach(narrow(unit * scale + shift, x._data), (x, gamma, beta), vjp, watched)


def _log_softmax(z: Array) -> Array:
    if z.shape[-1:] in ((), (0,)):
        raise ShapeError(f"Softmax of an array of shape {z.shape}: there are no classes along its last axis.")
    shifted = widened(z - z.max(axis=-1, keepdims=True))  # so that the largest exponent is exp(0)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def log_softmax(x: NDArray) -> NDArray:
    """Return the logarithm of `softmax` along the last axis, without overflow."""
    x = floats(x, "log_softmax")
    wide = _log_softmax(x._data)
    return attach(
        narrow(wide, x._data), (x,), lambda g: (g - np.exp(wide) * g.sum(axis=-1, keepdims=True),), watch_result=True
    )


def softmax(x: NDArray) -> NDArray:
    """Return positive numbers that sum to 1 along the last axis: exp(x) divided by its sum."""
    x = floats(x, "softmax")
    wide = np.exp(_log_softmax(x._data))
    return attach(
        narrow(wide, x._data), (x,), lambda g: (wide * (g - (g * wide).sum(axis=-1, keepdims=True)),), watch_result=True
    )


# ---- losses: one number for each sample of a batch


def _checked_pair(predicted: Any, label: Any, name: str) -> tuple[NDArray, NDArray]:
    if not type(predicted) is type(label) is NDArray or predicted._data.dtype.kind != "f":
        predicted, label = floats(predicted, name), check_array(label, name)
    if predicted._data.shape != label._data.shape:
        raise ShapeError(
            f"{name} compares predictions of shape {predicted.shape} with labels of shape {label.shape}; it needs "
            "one label for each prediction. Reshape the labels: label.reshape(*predicted.shape)."
        )
    if predicted._data.ndim == 0:
        raise ShapeError(f"{name} needs a batch, an array whose first axis counts the samples, got one number.")
    return predicted, label


def _rows(a: Array) -> Array:
    """Return `a` as a matrix with a row for each sample, also when there are none."""
    return a if a.ndim == 2 else a.reshape(len(a), math.prod(a.shape[1:]))


def l2(predicted: NDArray, label: NDArray, weight: float = 1.0) -> NDArray:
    """Return half the squared difference, averaged over each sample: shape (batch,)."""
    predicted, label = _checked_pair(predicted, label, "L2Loss")
    p, t = meet(predicted._data, label._data)
    rows = _rows(widened(p - t))
    scale = weight / max(rows.shape[1], 1)
    y = np.add.reduce(rows * rows, axis=1) * (0.5 * scale)

    def vjp(g: Array) -> tuple[Array | None, ...]:
        toward = (rows * (g * scale)[:, None]).reshape(p.shape)
        return toward, (-toward if label._node is not None else None)

    return attach(narrow(y, p), (predicted, label), vjp)


def l1(predicted: NDArray, label: NDArray, weight: float = 1.0) -> NDArray:
    """Return the absolute difference, averaged over each sample: shape (batch,)."""
    predicted, label = _checked_pair(predicted, label, "L1Loss")
    return (predicted - label).abs().flatten().mean(axis=1) * weight


def softmax_cross_entropy(logits: NDArray, label: NDArray, weight: float = 1.0) -> NDArray:
    """Return minus the log-probability of the true class: shape (batch,).

    Parameters
    ----------
    logits : NDArray of shape (batch, classes)
        Scores before softmax.
    label : NDArray of shape (batch,)
        Class numbers in [0, classes).
    """
    logits, label = floats(logits, "Softmax cross entropy"), check_array(label, "Softmax cross entropy")
    z = logits._data
    if z.ndim != 2 or label._data.shape != z.shape[:1]:
        raise ShapeError(
            f"Softmax cross entropy takes scores (batch, classes) and labels (batch,), got {z.shape} and {label.shape}."
        )
    advice = "Widen the last layer or check the labels."
    classes = as_whole(label._data, f"A label for scores of {z.shape[1]} classes", z.shape[1], advice)
    rows = np.arange(len(z))
    log_p = _log_softmax(z)

    def vjp(g: Array) -> tuple[Array]:
        toward = np.exp(log_p)
        toward[rows, classes] -= 1
        toward *= (g * weight)[:, None]
        return (toward,)

    return attach(narrow(-log_p[rows, classes] * weight, z), (logits,), vjp)


def sigmoid_cross_entropy(logits: NDArray, label: NDArray, weight: float = 1.0) -> NDArray:
    """Return minus the log-probability that a sigmoid gives to labels of 0 or 1: shape (batch,)."""
    logits, label = _checked_pair(logits, label, "SigmoidBinaryCrossEntropyLoss")
    z, t = meet(logits._data, label._data)
    scale = weight * len(z) / max(z.size, 1)
    # log(1 + exp(z)) - t z, which overflows for no z.
    each = _rows(widened(np.logaddexp(z, z.dtype.type(0)) - t * z))

    def vjp(g: Array) -> tuple[Array | None, ...]:
        portion = (g * scale).reshape(len(z), *[1] * (z.ndim - 1))
        return (_sigmoid(z) - t) * portion, (-z * portion if label._node is not None else None)

    return attach(narrow(each.sum(axis=1) * scale, z), (logits, label), vjp, (logits, label))

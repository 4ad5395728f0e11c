"""The functions that make and combine arrays: ``nd.array``, ``nd.zeros``, ``nd.random.uniform``, ``nd.dot`` ...

Most operations are methods and operators of `NDArray`; many are functions here too, and this file adds what has no
first array to belong to.  Arrays are float32 unless told otherwise, the type that networks use.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from . import random
from .arithmetic import meet, selected
from .array import NDArray, attach, check_array, matmul, one_list, pair, plain
from .checks import as_axis, as_count, as_dtype, as_number, as_shape, as_values, as_whole, no_device
from .errors import SettingError, ShapeError, listed
from .files import load_arrays as load
from .files import save_arrays as save
from .ops import activate, dropout, leaky_relu, log_softmax, softmax
from .random import Lengths, normal, uniform

__all__ = [
    "Dropout", "NDArray", "abs", "arange", "argmax", "array", "concat", "cos", "dot", "empty", "exp", "flatten",
    "full", "leaky_relu", "load", "log", "log_softmax", "max", "maximum", "mean", "min", "minimum", "norm", "normal",
    "one_hot", "ones", "ones_like", "power", "random", "random_normal", "random_uniform", "relu", "reshape", "save",
    "sigmoid", "sin", "softmax", "sqrt", "square", "stack", "std", "sum", "tanh", "transpose", "uniform", "var",
    "where", "zeros", "zeros_like",
]  # fmt: skip

# ---- making arrays


def array(values: Any, dtype: Any = None, ctx: Any = None) -> NDArray:
    """Return a new array with a copy of `values`.

    Parameters
    ----------
    values : number, (nested) list, ndarray or NDArray
        Lists, Python numbers and float64 numpy arrays become float32, the type that networks use.
    dtype : dtype, optional
        Another type for the entries, such as ``'float64'`` or ``'int32'``.
    ctx : None
        There are no devices to choose from.
    """
    no_device(ctx)
    source = plain(values)
    data = as_values(source, "Cannot make an array of")
    if dtype is None:
        double = data.dtype == np.float64 or not isinstance(source, np.ndarray)
        dtype = np.float32 if double else data.dtype
    return NDArray(np.array(data, as_dtype(dtype, "An array"), order="C"))


def _made(maker: Any, shape: Lengths, dtype: Any, ctx: Any, *values: Any) -> NDArray:
    no_device(ctx)
    return NDArray(maker(as_shape(shape, "an array"), *values, dtype=as_dtype(dtype, "An array")))


def zeros(shape: Lengths, dtype: Any = "float32", ctx: Any = None) -> NDArray:
    """Return an array of zeros."""
    return _made(np.zeros, shape, dtype, ctx)


def ones(shape: Lengths, dtype: Any = "float32", ctx: Any = None) -> NDArray:
    """Return an array of ones."""
    return _made(np.ones, shape, dtype, ctx)


def full(shape: Lengths, value: float, dtype: Any = "float32", ctx: Any = None) -> NDArray:
    """Return an array whose entries are all `value`."""
    return _made(np.full, shape, dtype, ctx, array(value, "float64").asscalar())


empty = zeros  # there is no reason to show what memory held before


def arange(start: float, stop: float | None = None, step: float = 1, dtype: Any = "float32") -> NDArray:
    """Return ``start, start + step, ...`` up to but without ``stop``; with one number, from 0 up to it."""
    bounds = (0, start, step) if stop is None else (start, stop, step)
    first, last, stride = (as_number(value, "A bound of arange") for value in bounds)
    if stride == 0:
        raise SettingError("arange needs a step other than 0: with 0 it would never arrive.")
    if (last - first) / stride > sys.maxsize // 8:
        raise SettingError(f"arange from {first:g} to {last:g} has more entries than any memory holds.")
    return NDArray(np.arange(first, last, stride).astype(as_dtype(dtype, "An array")))


def one_hot(index: NDArray, depth: int) -> NDArray:
    """Return a float32 array with one more axis of length `depth`, 1 at the index and 0 elsewhere."""
    depth = as_count(depth, "The depth of one_hot")
    rows = as_whole(check_array(index, "one_hot")._data, f"one_hot of depth {depth}", depth)
    return NDArray((rows[..., None] == np.arange(depth)).astype(np.float32))


def zeros_like(x: NDArray) -> NDArray:
    """Return zeros of the shape and dtype of `x`."""
    return NDArray(np.zeros_like(check_array(x, "zeros_like")._data))


def ones_like(x: NDArray) -> NDArray:
    """Return ones of the shape and dtype of `x`."""
    return NDArray(np.ones_like(check_array(x, "ones_like")._data))


random_uniform, random_normal = uniform, normal


# ---- combining arrays


dot = matmul


def _parts(arrays: tuple[Any, ...], who: str) -> list[NDArray]:
    given = one_list(arrays)
    if not given:
        raise ShapeError(f"{who} needs at least one array.")
    return [check_array(x, who) for x in given]


def concat(*arrays: Any, dim: int = 1) -> NDArray:
    """Join arrays along axis `dim`; their other axes must have equal lengths."""
    inputs = _parts(arrays, "concat")
    parts = meet(*[x._data for x in inputs])
    along = as_axis(dim, parts[0].ndim, f"concat of arrays of shape {parts[0].shape}")
    try:
        y = np.concatenate(parts, axis=along)
    except ValueError as error:
        raise ShapeError(
            f"Cannot join arrays of shapes {listed((str(p.shape) for p in parts), 8)} along axis {dim}: {error}."
        ) from error
    cuts = np.cumsum([p.shape[along] for p in parts])[:-1]
    return attach(y, tuple(inputs), lambda g: tuple(np.split(g, cuts, axis=along)))


def stack(*arrays: Any, axis: int = 0) -> NDArray:
    """Put arrays of one shape side by side along a new axis."""
    inputs = _parts(arrays, "stack")
    shape = inputs[0].shape
    if any(x.shape != shape for x in inputs):
        raise ShapeError(f"stack needs arrays of one shape, got {listed((str(x.shape) for x in inputs), 8)}.")
    place = as_axis(axis, len(shape) + 1, f"stack of arrays of shape {shape}")
    return concat([x.reshape(*shape[:place], 1, *shape[place:]) for x in inputs], dim=place)


def where(condition: NDArray, left: NDArray, right: NDArray) -> NDArray:
    """Take entries from `left` where `condition` is true and from `right` elsewhere; all of one shape."""
    chosen = check_array(condition, "where")._data != 0  # a copy, because the gradient reads it later
    a, b = meet(check_array(left, "where")._data, check_array(right, "where")._data)
    if not chosen.shape == a.shape == b.shape:
        raise ShapeError(f"where needs three arrays of one shape, got {chosen.shape}, {a.shape}, {b.shape}.")
    return attach(np.where(chosen, a, b), (left, right), lambda g: (selected(g, chosen), selected(g, ~chosen)))


def maximum(left: NDArray, right: Any) -> NDArray:
    """Return the larger of two entries; a tie shares the gradient equally."""
    return pair("maximum", left, right)


def minimum(left: NDArray, right: Any) -> NDArray:
    """Return the smaller of two entries; a tie shares the gradient equally."""
    return pair("minimum", left, right)


def power(base: NDArray, exponent: Any) -> NDArray:
    """Return each entry of `base` to the power of `exponent`."""
    return pair("power", base, exponent)


abs, exp, log, sqrt, square = NDArray.abs, NDArray.exp, NDArray.log, NDArray.sqrt, NDArray.square
sin, cos, tanh, norm = NDArray.sin, NDArray.cos, NDArray.tanh, NDArray.norm
sum, mean, var, std = NDArray.sum, NDArray.mean, NDArray.var, NDArray.std
max, min, argmax = NDArray.max, NDArray.min, NDArray.argmax
reshape, transpose, flatten = NDArray.reshape, NDArray.transpose, NDArray.flatten


def relu(x: NDArray) -> NDArray:
    """Return max(x, 0); the slope at 0 is 0."""
    return activate(x, "relu")


def sigmoid(x: NDArray) -> NDArray:
    """Return 1 / (1 + exp(-x))."""
    return activate(x, "sigmoid")


def Dropout(x: NDArray, p: float = 0.5) -> NDArray:
    """Set entries to 0 with probability `p` while training, and scale the others by 1 / (1 - p)."""
    return dropout(x, p)

"""The functions that make and combine arrays: ``nd.array``, ``nd.zeros``, ``nd.random.uniform``, ``nd.dot`` ...

Most operations are methods and operators of `NDArray`; this file adds what has no first array to belong to.
Arrays are float32 unless told otherwise, the type that networks use.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from . import random as streams
from .arithmetic import real
from .array import NDArray, attach, check_array, pair, plain, product, single
from .checks import as_count, as_dtype, as_number, as_shape, as_values
from .errors import SettingError, ShapeError
from .ops import activate, log_softmax, softmax, whole

__all__ = [
    "NDArray", "abs", "arange", "array", "concat", "cos", "dot", "exp", "full", "log", "log_softmax", "maximum",
    "minimum", "normal", "one_hot", "ones", "ones_like", "random", "relu", "sigmoid", "sin", "softmax", "stack",
    "tanh", "uniform", "where", "zeros", "zeros_like",
]  # fmt: skip

Array = npt.NDArray[Any]
Shape = int | Sequence[int]

# ---- making arrays


def array(values: Any, dtype: Any = None) -> NDArray:
    """Return a new array with a copy of `values`.

    Parameters
    ----------
    values : number, (nested) list, ndarray or NDArray
        Lists, Python numbers and float64 numpy arrays become float32, the type that networks use.
    dtype : dtype, optional
        Another type for the entries, such as ``'float64'`` or ``'int32'``.
    """
    source = plain(values)
    data = as_values(source, "Cannot make an array of")
    if dtype is None and (data.dtype == np.float64 or not isinstance(source, np.ndarray)):
        dtype = np.float32
    return NDArray(np.array(data, None if dtype is None else as_dtype(dtype, "An array")))


def _made(maker: Any, shape: Shape, dtype: Any, *values: Any) -> NDArray:
    return NDArray(maker(as_shape(shape, "an array"), *values, dtype=as_dtype(dtype, "An array")))


def zeros(shape: Shape, dtype: Any = "float32") -> NDArray:
    """Return an array of zeros."""
    return _made(np.zeros, shape, dtype)


def ones(shape: Shape, dtype: Any = "float32") -> NDArray:
    """Return an array of ones."""
    return _made(np.ones, shape, dtype)


def full(shape: Shape, value: float, dtype: Any = "float32") -> NDArray:
    """Return an array whose entries are all `value`."""
    return _made(np.full, shape, dtype, array(value, "float64").asscalar())


def arange(start: float, stop: float | None = None, step: float = 1, dtype: Any = "float32") -> NDArray:
    """Return ``start, start + step, ...`` up to but without ``stop``; with one number, from 0 up to it."""
    bounds = [start, step] if stop is None else [start, stop, step]
    numbers = [as_number(value, "A bound of arange") for value in bounds]
    if numbers[-1] == 0:
        raise SettingError("arange needs a step other than 0: with 0 it would never arrive.")
    first, last = (0.0, numbers[0]) if stop is None else numbers[:2]
    return NDArray(np.arange(first, last, numbers[-1]).astype(as_dtype(dtype, "An array")))


def one_hot(index: NDArray, depth: int) -> NDArray:
    """Return a float32 array with one more axis of length `depth`, 1 at the index and 0 elsewhere."""
    rows, depth = whole(index, "one_hot"), as_count(depth, "The depth of one_hot")
    if rows.size and (rows.min() < 0 or rows.max() >= depth):
        raise ShapeError(f"one_hot of depth {depth} takes 0 to {depth - 1}, but got {rows.min()} to {rows.max()}.")
    return NDArray((rows[..., None] == np.arange(depth)).astype(np.float32))


def zeros_like(x: NDArray) -> NDArray:
    """Return zeros of the shape and dtype of `x`."""
    return NDArray(np.zeros_like(check_array(x, "zeros_like")._data))


def ones_like(x: NDArray) -> NDArray:
    """Return ones of the shape and dtype of `x`."""
    return NDArray(np.ones_like(check_array(x, "ones_like")._data))


def _draw(kind: str, first: float, second: float, shape: Shape, dtype: Any) -> NDArray:
    generator = streams.generator()
    lengths, exact = as_shape(shape, "an array"), as_dtype(dtype, "An array")
    base = np.float64 if exact == np.float64 else np.float32
    if kind == "uniform":
        values = generator.random(lengths, dtype=base) * base(second - first) + base(first)
    else:
        values = generator.standard_normal(lengths, dtype=base) * base(second) + base(first)
    return NDArray(np.asarray(values, exact))


def uniform(low: float = 0.0, high: float = 1.0, shape: Shape = (), dtype: Any = "float32") -> NDArray:
    """Return numbers drawn evenly from [low, high)."""
    low, high = as_number(low, "low"), as_number(high, "high")
    if low > high:
        raise SettingError(f"uniform(low, high) needs low <= high, got low={low} and high={high}.")
    return _draw("uniform", low, high, shape, dtype)


def normal(loc: float = 0.0, scale: float = 1.0, shape: Shape = (), dtype: Any = "float32") -> NDArray:
    """Return numbers drawn from the normal distribution; `scale` is the standard deviation."""
    scale = as_number(scale, "scale, the standard deviation,", 0)
    return _draw("normal", as_number(loc, "loc"), scale, shape, dtype)


random = SimpleNamespace(uniform=uniform, normal=normal, seed=streams.seed)


# ---- combining arrays


def dot(left: NDArray, right: NDArray) -> NDArray:
    """Return the matrix product of two matrices, or of stacks of matrices (also ``left @ right``)."""
    return product(left, right)


def _parts(arrays: tuple[Any, ...], who: str) -> list[NDArray]:
    """Return the arrays that were given one by one, or as one list."""
    given = arrays[0] if len(arrays) == 1 and isinstance(arrays[0], list | tuple) else arrays
    if not given:
        raise ShapeError(f"{who} needs at least one array.")
    return [check_array(x, who) for x in given]


def concat(*arrays: Any, dim: int = 1) -> NDArray:
    """Join arrays along axis `dim`; their other axes must have equal lengths."""
    inputs = _parts(arrays, "concat")
    parts = [x._data for x in inputs]
    try:
        y = real(np.concatenate(parts, axis=dim), *parts)
    except (ValueError, TypeError) as error:
        raise ShapeError(
            f"Cannot join arrays of shapes {', '.join(str(p.shape) for p in parts)} along axis {dim}: {error}."
        ) from error
    cuts = np.cumsum([p.shape[dim] for p in parts])[:-1]
    return attach(y, tuple(inputs), lambda g: tuple(np.split(g, cuts, axis=dim)))


def stack(*arrays: Any, axis: int = 0) -> NDArray:
    """Put arrays of one shape side by side along a new axis."""
    inputs = _parts(arrays, "stack")
    shape = inputs[0].shape
    if any(x.shape != shape for x in inputs):
        raise ShapeError(f"stack needs arrays of one shape, got {', '.join(str(x.shape) for x in inputs)}.")
    if not -len(shape) - 1 <= axis <= len(shape):
        raise ShapeError(f"stack of arrays of shape {shape} has no new axis {axis}: it is 0 to {len(shape)}, or -1.")
    place = axis % (len(shape) + 1)
    return concat([x.reshape(*shape[:place], 1, *shape[place:]) for x in inputs], dim=place)


def where(condition: NDArray, left: NDArray, right: NDArray) -> NDArray:
    """Take entries from `left` where `condition` is true and from `right` elsewhere; all of one shape."""
    chosen = check_array(condition, "where")._data != 0  # a copy, because the gradient reads it later
    a, b = check_array(left, "where")._data, check_array(right, "where")._data
    if not chosen.shape == a.shape == b.shape:
        raise ShapeError(f"where needs three arrays of one shape, got {chosen.shape}, {a.shape}, {b.shape}.")
    y = real(np.where(chosen, a, b), a, b)
    return attach(y, (left, right), lambda g: (np.where(chosen, g, 0), np.where(chosen, 0, g)))


def maximum(left: NDArray, right: Any) -> NDArray:
    """Return the larger of two entries; a tie shares the gradient equally."""
    return pair("maximum", left, right)


def minimum(left: NDArray, right: Any) -> NDArray:
    """Return the smaller of two entries; a tie shares the gradient equally."""
    return pair("minimum", left, right)


def abs(x: NDArray) -> NDArray:
    """Return the absolute values; the gradient at 0 is 0."""
    return single("abs", x)


def exp(x: NDArray) -> NDArray:
    """Return e to the power of each entry."""
    return single("exp", x)


def log(x: NDArray) -> NDArray:
    """Return the natural logarithms."""
    return single("log", x)


def sin(x: NDArray) -> NDArray:
    """Return the sines."""
    return single("sin", x)


def cos(x: NDArray) -> NDArray:
    """Return the cosines."""
    return single("cos", x)


def relu(x: NDArray) -> NDArray:
    """Return max(x, 0); the slope at 0 is 0."""
    return activate(x, "relu")


def sigmoid(x: NDArray) -> NDArray:
    """Return 1 / (1 + exp(-x))."""
    return activate(x, "sigmoid")


def tanh(x: NDArray) -> NDArray:
    """Return the hyperbolic tangents."""
    return activate(x, "tanh")

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
from .arithmetic import pair, product, single
from .array import attach
from .errors import DTypeError, SettingError, ShapeError
from .ndarray import NDArray, plain
from .ops import activate, log_softmax, softmax

__all__ = [
    "NDArray",
    "abs",
    "arange",
    "array",
    "concat",
    "cos",
    "dot",
    "exp",
    "full",
    "log",
    "log_softmax",
    "maximum",
    "minimum",
    "normal",
    "one_hot",
    "ones",
    "ones_like",
    "random",
    "relu",
    "sigmoid",
    "sin",
    "softmax",
    "stack",
    "tanh",
    "uniform",
    "where",
    "zeros",
    "zeros_like",
]

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
    try:
        data = np.array(source, dtype=dtype)
    except (ValueError, TypeError) as error:
        raise ShapeError(
            f"Cannot make an array of {values!r:.80}: the rows have different lengths, or an entry is no number."
        ) from error
    if data.dtype.kind not in "fiub":
        raise DTypeError(f"Cannot make an array of {values!r:.80}: its entries are not numbers.")
    if dtype is None and (data.dtype == np.float64 or not isinstance(source, np.ndarray)):
        data = data.astype(np.float32)
    return NDArray(data)


def zeros(shape: Shape, dtype: Any = "float32") -> NDArray:
    """Return an array of zeros."""
    return NDArray(np.zeros(shape, dtype))


def ones(shape: Shape, dtype: Any = "float32") -> NDArray:
    """Return an array of ones."""
    return NDArray(np.ones(shape, dtype))


def full(shape: Shape, value: float, dtype: Any = "float32") -> NDArray:
    """Return an array whose entries are all `value`."""
    return NDArray(np.full(shape, value, dtype))


def arange(*bounds: float, dtype: Any = "float32") -> NDArray:
    """Return ``start, start + step, ...`` up to but without ``stop``, as `numpy.arange` does."""
    return NDArray(np.arange(*bounds, dtype=dtype))


def one_hot(index: NDArray, depth: int) -> NDArray:
    """Return a float32 array with one more axis of length `depth`, 1 at the index and 0 elsewhere."""
    return NDArray((index._data[..., None] == np.arange(depth)).astype(np.float32))


def zeros_like(x: NDArray) -> NDArray:
    """Return zeros of the shape and dtype of `x`."""
    return NDArray(np.zeros_like(x._data))


def ones_like(x: NDArray) -> NDArray:
    """Return ones of the shape and dtype of `x`."""
    return NDArray(np.ones_like(x._data))


def _draw(kind: str, first: float, second: float, shape: Shape, dtype: Any) -> NDArray:
    generator = streams.generator()
    lengths = (shape,) if isinstance(shape, int) else tuple(shape)
    exact = np.dtype(dtype)
    base = np.float64 if exact == np.float64 else np.float32
    if kind == "uniform":
        values = generator.random(lengths, dtype=base) * base(second - first) + base(first)
    else:
        values = generator.standard_normal(lengths, dtype=base) * base(second) + base(first)
    return NDArray(np.asarray(values, exact))


def uniform(low: float = 0.0, high: float = 1.0, shape: Shape = (), dtype: Any = "float32") -> NDArray:
    """Return numbers drawn evenly from [low, high)."""
    if not low <= high:
        raise SettingError(f"uniform(low, high) needs low <= high, got low={low} and high={high}.")
    return _draw("uniform", low, high, shape, dtype)


def normal(loc: float = 0.0, scale: float = 1.0, shape: Shape = (), dtype: Any = "float32") -> NDArray:
    """Return numbers drawn from the normal distribution; `scale` is the standard deviation."""
    if not scale >= 0:
        raise SettingError(f"normal(loc, scale) needs a standard deviation of 0 or more, got scale={scale}.")
    return _draw("normal", loc, scale, shape, dtype)


random = SimpleNamespace(uniform=uniform, normal=normal, seed=streams.seed)


# ---- combining arrays


def dot(left: NDArray, right: NDArray) -> NDArray:
    """Return the matrix product of two matrices, or of stacks of matrices (also ``left @ right``)."""
    return product(left, right)


def concat(*arrays: NDArray, dim: int = 1) -> NDArray:
    """Join arrays along axis `dim`; their other axes must have equal lengths."""
    parts = [x._data for x in arrays]
    try:
        y = np.concatenate(parts, axis=dim)
    except ValueError as error:
        raise ShapeError(
            f"Cannot join arrays of shapes {', '.join(str(p.shape) for p in parts)} along axis {dim}: {error}."
        ) from error
    cuts = np.cumsum([p.shape[dim] for p in parts])[:-1]
    return attach(y, arrays, lambda g: tuple(np.split(g, cuts, axis=dim)))


def stack(*arrays: NDArray, axis: int = 0) -> NDArray:
    """Put arrays of one shape side by side along a new axis."""
    shapes = {x.shape for x in arrays}
    if len(shapes) != 1:
        raise ShapeError(f"stack needs arrays of one shape, got {sorted(shapes)}.")
    return concat(*(x.reshape(*x.shape[:axis], 1, *x.shape[axis:]) for x in arrays), dim=axis)


def where(condition: NDArray, left: NDArray, right: NDArray) -> NDArray:
    """Take entries from `left` where `condition` is true and from `right` elsewhere; all of one shape."""
    chosen = plain(condition)
    if not chosen.shape == left.shape == right.shape:
        raise ShapeError(f"where needs three arrays of one shape, got {chosen.shape}, {left.shape}, {right.shape}.")
    y = np.where(chosen, left._data, right._data)
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

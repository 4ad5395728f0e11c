"""Elementwise operations and reductions, each with its vector-Jacobian product beside it.

The elementwise operations stand in two tables, `PAIRS` and `SINGLES`: one line an operation, the numpy function
first and its gradients behind it.  `a` and `b` are the inputs, `y` is the result and `g` the gradient of the
result, all numpy arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from .array import AnyArray, BaseArray, attach, coerce
from .errors import DTypeError, ShapeError

Array = npt.NDArray[Any]
Axis = int | tuple[int, ...] | None

PairVjp = Callable[[Any, Any, Any, Any], Any]
# name: (function, gradient for a, gradient for b), each gradient still to be summed to the input's shape
PAIRS: dict[str, tuple[Callable[..., Array], PairVjp, PairVjp]] = {
    "add": (np.add, lambda g, a, b, y: g, lambda g, a, b, y: g),
    "subtract": (np.subtract, lambda g, a, b, y: g, lambda g, a, b, y: -g),
    "multiply": (np.multiply, lambda g, a, b, y: g * b, lambda g, a, b, y: g * a),
    "divide": (np.divide, lambda g, a, b, y: g / b, lambda g, a, b, y: -g * y / b),
    "power": (np.power, lambda g, a, b, y: g * b * a ** (b - 1), lambda g, a, b, y: g * y * log_or_zero(a)),
    # At a tie each input takes half of the gradient.
    "maximum": (
        np.maximum,
        lambda g, a, b, y: g * half_at_tie(a, b),
        lambda g, a, b, y: g * half_at_tie(b, a),
    ),
    "minimum": (
        np.minimum,
        lambda g, a, b, y: g * half_at_tie(b, a),
        lambda g, a, b, y: g * half_at_tie(a, b),
    ),
}

SINGLES: dict[str, tuple[Callable[..., Array], Callable[[Any, Any, Any], Any]]] = {
    "negative": (np.negative, lambda g, a, y: -g),
    "abs": (np.abs, lambda g, a, y: g * np.sign(a)),
    "exp": (np.exp, lambda g, a, y: g * y),
    "log": (np.log, lambda g, a, y: g / a),
    "sqrt": (np.sqrt, lambda g, a, y: g * 0.5 / y),
    "square": (np.square, lambda g, a, y: g * 2 * a),
    "sin": (np.sin, lambda g, a, y: g * np.cos(a)),
    "cos": (np.cos, lambda g, a, y: g * -np.sin(a)),
}


LINEAR = ("add", "subtract")  # their gradients read no values, so those may be overwritten


def log_or_zero(a: Array) -> Array:
    """Return log(a), and 0 where a is not positive: there a ** b has no derivative in b."""
    base = np.asarray(a)
    return np.log(np.where(base > 0, base, 1)).astype(base.dtype, copy=False)


def half_at_tie(winner: Array, other: Array) -> Array:
    """Return 1 where `winner` is larger, 1/2 where both are equal, 0 elsewhere, in the inputs' dtype."""
    dtype = np.result_type(winner, other)
    ahead, level = np.greater(winner, other), np.equal(winner, other)
    return np.asarray(ahead + dtype.type(0.5) * level, dtype)


def unbroadcast(g: Array, shape: tuple[int, ...]) -> Array:
    """Sum `g` over the axes along which an input of `shape` was repeated."""
    if g.shape == shape:
        return g
    extra = g.ndim - len(shape)
    axes = tuple(range(extra)) + tuple(i + extra for i, n in enumerate(shape) if n == 1 and g.shape[i + extra] != 1)
    return np.add.reduce(g, axis=axes, keepdims=True).reshape(shape)


def real(result: Array, *inputs: Array) -> Array:
    """Return `result` as float32 if it became float64 only because integers or truth values came in."""
    if result.dtype == np.float64 and not any(x.dtype == np.float64 for x in inputs):
        return result.astype(np.float32)
    return result


def pair(name: str, left: AnyArray, right: Any, swapped: bool = False) -> AnyArray:
    """Apply a row of `PAIRS`; `swapped` means that the constant `right` stands on the left."""
    function, vjp_a, vjp_b = PAIRS[name]
    if isinstance(right, BaseArray):
        a, b = left._data, right._data
        y = combine(name, function, a, b)
        other = cast(AnyArray, right)  # there is one array type; the checker cannot know
        return attach(
            y,
            (left, other),
            lambda g: (unbroadcast(vjp_a(g, a, b, y), a.shape), unbroadcast(vjp_b(g, a, b, y), b.shape)),
            () if name in LINEAR else (left, other),
            watch_result=name in ("divide", "power"),
        )
    x, constant = left._data, coerce(right, left._data)
    reads = () if name in LINEAR else (left,)
    if swapped:
        y = combine(name, function, constant, x)
        return attach(y, (left,), lambda g: (unbroadcast(vjp_b(g, constant, x, y), x.shape),), reads, True)
    y = combine(name, function, x, constant)
    return attach(y, (left,), lambda g: (unbroadcast(vjp_a(g, x, constant, y), x.shape),), reads)


def combine(name: str, function: Callable[..., Array], a: Any, b: Any) -> Array:
    """Compute, and turn numpy's complaint about shapes into one that says what to do."""
    try:
        return real(function(a, b), *(x for x in (a, b) if isinstance(x, np.ndarray)))
    except ValueError as error:
        raise ShapeError(
            f"Cannot {name} arrays of shapes {np.shape(a)} and {np.shape(b)}. Axes are compared from the right; "
            "two lengths fit if they are equal or one of them is 1. Reshape one of the arrays."
        ) from error


def single(name: str, x: AnyArray) -> AnyArray:
    """Apply a row of `SINGLES`."""
    function, vjp = SINGLES[name]
    a = x._data
    y = real(function(a), a)
    return attach(y, (x,), lambda g: (vjp(g, a, y),), (x,), watch_result=True)


def reduced_axes(axis: Axis, a: Array) -> Axis:
    """Return `axis` if the array `a` has it, else raise a `ShapeError`."""
    for one in axis if isinstance(axis, tuple) else () if axis is None else (axis,):
        if not -a.ndim <= one < a.ndim:
            raise ShapeError(
                f"An array of shape {a.shape} has no axis {one}. Its axes are 0 to {a.ndim - 1}, or -1 for the last."
            )
    return axis


def restore(g: Array, a: Array, axis: Axis, keepdims: bool) -> Array:
    """Give the result of a reduction of `a` its lost axes back, with length 1."""
    return g if axis is None or keepdims else np.expand_dims(g, axis)


def add_up(x: AnyArray, axis: Axis, keepdims: bool) -> AnyArray:
    """Sum along `axis`; every entry of the input receives the gradient of the sum that it is in."""
    a = x._data
    y = real(np.asarray(np.sum(a, axis=reduced_axes(axis, a), keepdims=keepdims)), a)
    return attach(y, (x,), lambda g: (np.broadcast_to(restore(g, a, axis, keepdims), a.shape),))


def extreme(x: AnyArray, function: Callable[..., Array], axis: Axis, keepdims: bool) -> AnyArray:
    """Take `np.max` or `np.min` along `axis`; entries that tie share the gradient equally."""
    a = x._data
    if a.size == 0:
        raise ShapeError(f"An array of shape {a.shape} has no entries, so it has no largest or smallest one.")
    y = np.asarray(function(a, axis=reduced_axes(axis, a), keepdims=keepdims))

    def vjp(g: Array) -> tuple[Array]:
        chosen = (a == restore(y, a, axis, keepdims)).astype(a.dtype)
        return (restore(g, a, axis, keepdims) * chosen / np.sum(chosen, axis=axis, keepdims=True),)

    return attach(y, (x,), vjp, (x,))


def product(left: AnyArray, right: AnyArray) -> AnyArray:
    """Multiply two matrices, or two stacks of matrices."""
    if not (isinstance(left, BaseArray) and isinstance(right, BaseArray)):
        raise DTypeError("A matrix product needs two NDArrays. Wrap a numpy array or a list: nd.array(values).")
    a, b = left._data, right._data
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-2] or a.shape[:-2] != b.shape[:-2]:
        raise ShapeError(
            f"Cannot multiply matrices of shapes {a.shape} and {b.shape}: the last axis of the left one must be as "
            "long as the last but one of the right one, the axes before must be equal, and both must be matrices."
        )
    inputs = (left, right)
    return attach(real(a @ b, a, b), inputs, lambda g: (g @ b.swapaxes(-1, -2), a.swapaxes(-1, -2) @ g), inputs)

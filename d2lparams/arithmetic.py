"""Elementwise operations and reductions, each with its vector-Jacobian product beside it.

The elementwise operations stand in two tables, `PAIRS` and `SINGLES`: one line an operation, the numpy function
first and its gradients behind it.  `a` and `b` are the inputs, `y` is the result and `g` the gradient of the
result, all numpy arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import DTypeError, ShapeError

Array = npt.NDArray[Any]
Axis = int | tuple[int, ...] | None

PairVjp = Callable[[Any, Any, Any, Any], Any]
# name: (function, gradient for a, gradient for b, values that the first reads, values that the second reads),
# each gradient still to be summed to the input's shape
PAIRS: dict[str, tuple[Callable[..., Array], PairVjp, PairVjp, str, str]] = {
    "add": (np.add, lambda g, a, b, y: g, lambda g, a, b, y: g, "", ""),
    "subtract": (np.subtract, lambda g, a, b, y: g, lambda g, a, b, y: -g, "", ""),
    "multiply": (np.multiply, lambda g, a, b, y: g * b, lambda g, a, b, y: g * a, "b", "a"),
    "divide": (np.divide, lambda g, a, b, y: g / b, lambda g, a, b, y: -g * y / b, "b", "by"),
    "power": (
        np.power,
        lambda g, a, b, y: g * b * a ** (b - 1),
        lambda g, a, b, y: g * y * log_or_zero(a),
        "ab",
        "ay",
    ),
    # At a tie each input takes half of the gradient.
    "maximum": (
        np.maximum,
        lambda g, a, b, y: g * half_at_tie(a, b),
        lambda g, a, b, y: g * half_at_tie(b, a),
        "ab",
        "ab",
    ),
    "minimum": (
        np.minimum,
        lambda g, a, b, y: g * half_at_tie(b, a),
        lambda g, a, b, y: g * half_at_tie(a, b),
        "ab",
        "ab",
    ),
}

# name: (function, gradient, values that it reads)
SINGLES: dict[str, tuple[Callable[..., Array], Callable[[Any, Any, Any], Any], str]] = {
    "negative": (np.negative, lambda g, a, y: -g, ""),
    "abs": (np.abs, lambda g, a, y: g * np.sign(a), "a"),
    "exp": (np.exp, lambda g, a, y: g * y, "y"),
    "log": (np.log, lambda g, a, y: g / a, "a"),
    "sqrt": (np.sqrt, lambda g, a, y: g * 0.5 / y, "y"),
    "square": (np.square, lambda g, a, y: g * 2 * a, "a"),
    "sin": (np.sin, lambda g, a, y: g * np.cos(a), "a"),
    "cos": (np.cos, lambda g, a, y: g * -np.sin(a), "a"),
}


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
    """Return `result` as float32 if it has another float type only because integers or truth values came in."""
    if result.dtype.kind == "f" and result.dtype != np.float32 and not any(x.dtype == result.dtype for x in inputs):
        return result.astype(np.float32)
    return result


def combine(name: str, function: Callable[..., Array], a: Any, b: Any) -> Array:
    """Compute, and turn numpy's complaints about shapes and types into ones that say what to do."""
    try:
        return real(function(a, b), *(x for x in (a, b) if isinstance(x, np.ndarray)))
    except (ValueError, TypeError, OverflowError) as error:
        shapes = np.shape(a), np.shape(b)
        if not all(m == n or 1 in (m, n) for m, n in zip(shapes[0][::-1], shapes[1][::-1], strict=False)):
            raise ShapeError(
                f"Cannot {name} arrays of shapes {shapes[0]} and {shapes[1]}. Axes are compared from the right; "
                "two lengths fit if they are equal or one of them is 1. Reshape one of the arrays."
            ) from error
        kinds = np.asarray(a).dtype, np.asarray(b).dtype
        raise DTypeError(
            f"Cannot {name} {kinds[0]} and {kinds[1]}: {error} Convert to real numbers first: a.astype('float32')."
        ) from error


def reduced_axes(axis: Any, a: Array) -> Axis:
    """Return `axis` as one number, or a tuple of several, if the array `a` has them; None means all."""
    if axis is None:
        return None
    try:
        axes = np.lib.array_utils.normalize_axis_tuple(axis, a.ndim)
    except (TypeError, ValueError) as error:
        raise ShapeError(
            f"An array of shape {a.shape} has no axis {axis!r}. Its axes are 0 to {a.ndim - 1}, or -1 for the last; "
            "several are given as a tuple, each once."
        ) from error
    return axes[0] if len(axes) == 1 else axes


def restore(g: Array, a: Array, axis: Axis, keepdims: bool) -> Array:
    """Give the result of a reduction of `a` its lost axes back, with length 1."""
    return g if axis is None or keepdims else np.expand_dims(g, axis)

"""The rules of calculation on plain numpy: what each elementwise operation computes, and how its gradient flows.

`PAIRS` and `SINGLES` hold one line an operation: the numpy function and its vector-Jacobian products.  In a rule `g` is
the gradient of the result, `a` and `b` are the inputs and `y` is the result; the names of a rule's parameters say what
it reads, so what may not be overwritten before the walk back.  Where a factor would be 0 the rules select instead of
multiplying: 0 times an infinite gradient would be NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .checks import Array, Shape
from .errors import DTypeError, ShapeError, shown

Axis = int | tuple[int, ...] | None
Vjp = Callable[..., Any]
_add_up: Any = np.add.reduce
HALF = "e"  # the sign of float16
BITS = {2: np.int16, 4: np.int32, 8: np.int64}  # for each size of a real number the integer of that size


class Rule(NamedTuple):
    """An elementwise operation.

    Attributes
    ----------
    function : ufunc
    vjps : tuple of callable
        For each input, from `g` and what else it reads to the gradient of that input, not yet summed to its shape.
    reads : tuple of tuple of str
        For each of them the names it reads besides `g`.
    real : bool
        Whether the result is a real number even if the inputs are whole ones.
    """

    function: Any
    vjps: tuple[Vjp, ...]
    reads: tuple[tuple[str, ...], ...]
    real: bool


def rule(function: Any, *vjps: Vjp, real: bool = False) -> Rule:
    """Return a `Rule` whose `reads` are the names of the parameters of its gradients."""
    names = tuple(vjp.__code__.co_varnames[1 : vjp.__code__.co_argcount] for vjp in vjps)
    return Rule(function, vjps, names, real)


def selected(g: Array, mask: Any) -> Array:
    """Return g where `mask` is true and 0 elsewhere, also where g is infinite or NaN.

    The bits are multiplied, as integers: as quick as a product, where `np.where` takes ten times as long on a mask
    without a pattern.
    """
    bits: Array = g.view(BITS[g.itemsize]) * mask
    return bits.view(g.dtype)


def over(g: Array, divisor: Any) -> Array:
    """Return g / divisor; a divisor of 0 gives what numpy gives, without its warning."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(g / divisor)


def power_slope(g: Array, a: Any, b: Any) -> Array:
    """Return the gradient of a ** b for a: g b a^(b - 1), and 0 where b is 0, also at a = 0."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return selected(g * (b * a ** (b - (b != 0))), b != 0)


def exponent_slope(g: Array, a: Any, b: Any, y: Any) -> Array:
    """Return the gradient of a ** b for b: g y log(a), and 0 where a is 0 and b is not negative; NaN for a < 0."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return selected(g * y * np.log(a, dtype=g.dtype), (a != 0) | (b < 0))


def share(g: Array, winner: Any, other: Any) -> Array:
    """Return g where `winner` is larger, half of it where both are equal, 0 elsewhere."""
    return selected(g, winner > other) + selected(g * g.dtype.type(0.5), winner == other)


PAIRS: dict[str, Rule] = {
    "add": rule(np.add, lambda g: g, lambda g: g),
    "subtract": rule(np.subtract, lambda g: g, lambda g: -g),
    "multiply": rule(np.multiply, lambda g, b: g * b, lambda g, a: g * a),
    "divide": rule(np.divide, lambda g, b: over(g, b), lambda g, b, y: over(-g * y, b), real=True),
    "floor_divide": rule(np.floor_divide, lambda g: np.zeros_like(g), lambda g: np.zeros_like(g)),
    "mod": rule(np.mod, lambda g: g, lambda g, a, b: -g * np.floor_divide(a, b)),
    "power": rule(np.power, power_slope, exponent_slope),
    "maximum": rule(np.maximum, lambda g, a, b: share(g, a, b), lambda g, a, b: share(g, b, a)),
    "minimum": rule(np.minimum, lambda g, a, b: share(g, b, a), lambda g, a, b: share(g, a, b)),
}

SINGLES: dict[str, Rule] = {
    "positive": rule(np.positive, lambda g: g),
    "negative": rule(np.negative, lambda g: -g),
    "abs": rule(np.absolute, lambda g, a: selected(g, a != 0) * np.sign(a)),
    "exp": rule(np.exp, lambda g, y: g * y, real=True),
    "log": rule(np.log, lambda g, a: over(g, a), real=True),
    "sqrt": rule(np.sqrt, lambda g, y: over(g, 2 * y), real=True),
    "square": rule(np.square, lambda g, a: g * 2 * a),
    "sin": rule(np.sin, lambda g, a: g * np.cos(a), real=True),
    "tanh": rule(np.tanh, lambda g, y: g * (1 - y * y), real=True),
    "cos": rule(np.cos, lambda g, a: g * -np.sin(a), real=True),
}


# ---- types: real numbers stay as wide as they are, whole numbers become float32 when real ones are called for


def as_real(a: Array) -> Array:
    """Return `a` itself if it holds real numbers, whole numbers and truth values as float32."""
    return a if a.dtype.kind == "f" else a.astype(np.float32)


def meet(*arrays: Array, real: bool = False) -> Sequence[Array]:
    """Return arrays in the type they are calculated in: that of the widest real one, else what numpy chooses."""
    first = arrays[0].dtype
    if first.kind == "f" and len({x.dtype for x in arrays}) == 1:
        return arrays
    floats = [x.dtype for x in arrays if x.dtype.kind == "f"]
    if not floats and not real:
        return arrays
    dtype = np.result_type(*floats) if floats else np.dtype(np.float32)
    return [x.astype(dtype, copy=False) for x in arrays]


def widened(a: Array) -> Array:
    """Return float16 as float32, in which squares and sums keep their digits; other arrays as they are."""
    return a.astype(np.float32) if a.dtype.char == HALF else a


def narrow(result: Array, like: Array) -> Array:
    """Return a sum over real numbers in the dtype of the numbers that were summed."""
    if like.dtype.kind == "f" and result.dtype != like.dtype:
        with np.errstate(over="ignore"):  # what is too large for float16 is infinite there
            return result.astype(like.dtype)
    return result


def total(a: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the sum along `axis`; float16 is summed in float32, whose digits it would soon lose."""
    return _add_up(a, axis, np.float32 if a.dtype.char == HALF else None, keepdims=keepdims)  # type: ignore[no-any-return]


def compute(name: str, function: Callable[..., Any], *operands: Any) -> Array:
    """Calculate, and turn numpy's complaints about shapes and types into ones that say what to do."""
    try:
        return np.asarray(function(*operands))
    except (ValueError, TypeError, OverflowError) as error:
        shapes = [np.shape(x) for x in operands]
        if len(shapes) == 2 and not _broadcast(*shapes):
            raise ShapeError(
                f"Cannot {name} arrays of shapes {shapes[0]} and {shapes[1]}. Axes are compared from the right; "
                "two lengths fit if they are equal or one of them is 1. Reshape one of the arrays."
            ) from error
        kinds = " and ".join(str(x.dtype) if isinstance(x, np.ndarray) else shown(x) for x in operands)
        raise DTypeError(f"Cannot {name} {kinds}: {error} Convert them first: a.astype('float32').") from error


def _broadcast(a: Shape, b: Shape) -> bool:
    return all(m == n or 1 in (m, n) for m, n in zip(a[::-1], b[::-1], strict=False))


# ---- shapes


def unbroadcast(g: Array, shape: Shape) -> Array:
    """Sum `g` over the axes along which an input of `shape` was repeated."""
    if g.shape == shape:
        return g
    extra = g.ndim - len(shape)
    axes = (*range(extra), *(i + extra for i, n in enumerate(shape) if n == 1))
    return total(g, axes).reshape(shape)


def reduced_axes(axis: Any, a: Array) -> Axis:
    """Return `axis` as one number, or a tuple of several, if the array `a` has them; None means all."""
    if axis is None:
        return None
    try:
        if isinstance(axis, str | bytes):  # whose letters numpy would take for axes
            raise TypeError("an axis is a whole number")
        axes = np.lib.array_utils.normalize_axis_tuple(axis, a.ndim)
    except (TypeError, ValueError, OverflowError) as error:
        raise ShapeError(
            f"An array of shape {a.shape} has no axis {shown(axis)}. Its axes are 0 to {a.ndim - 1}, or -1 for the "
            "last; several are given as a tuple, each once."
        ) from error
    return axes[0] if len(axes) == 1 else axes


def restore(g: Array, axis: Axis, keepdims: bool) -> Array:
    """Return the gradient of a reduction with its lost axes back, of length 1."""
    return g if axis is None or keepdims else np.expand_dims(g, axis)

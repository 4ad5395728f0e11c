"""`NDArray`, the array type that readers use: operators, indexing, reductions and shapes.

What the operations compute, and how their gradients flow, stands in ``arithmetic.py``; the rules for changing
values in place stand in ``array.py``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from .arithmetic import Axis, add_up, compare, extreme, pair, product, reduced_axes, single
from .array import BaseArray, attach, plain_key
from .checks import as_dtype
from .errors import ShapeError

Array = npt.NDArray[Any]


def plain(value: Any) -> Any:
    """Return the numpy array inside `value`, or `value` itself."""
    return value._data if isinstance(value, BaseArray) else value


class NDArray(BaseArray):
    """An n-dimensional array of numbers that can be differentiated.

    Make one with `nd.array`, which copies a list or a numpy array; float32 unless told otherwise.

    Examples
    --------
    >>> from d2lparams import nd
    >>> a = nd.array([[1, 2], [3, 4]])
    >>> (a * a).sum().asscalar()
    30.0
    """

    __slots__ = ()

    def __add__(self, other: Any) -> NDArray:
        return pair("add", self, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> NDArray:
        return pair("subtract", self, other)

    def __rsub__(self, other: Any) -> NDArray:
        return pair("subtract", self, other, swapped=True)

    def __mul__(self, other: Any) -> NDArray:
        return pair("multiply", self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> NDArray:
        return pair("divide", self, other)

    def __rtruediv__(self, other: Any) -> NDArray:
        return pair("divide", self, other, swapped=True)

    def __pow__(self, other: Any) -> NDArray:
        return pair("power", self, other)

    def __rpow__(self, other: Any) -> NDArray:
        return pair("power", self, other, swapped=True)

    def __neg__(self) -> NDArray:
        return single("negative", self)

    def __abs__(self) -> NDArray:
        return single("abs", self)

    def __matmul__(self, other: NDArray) -> NDArray:
        return product(self, other)

    def __rmatmul__(self, other: Any) -> NDArray:
        result: NDArray = product(other, self)
        return result

    def __iadd__(self, other: Any) -> Self:
        return self._write(np.add, other, NDArray.__add__)

    def __isub__(self, other: Any) -> Self:
        return self._write(np.subtract, other, NDArray.__sub__)

    def __imul__(self, other: Any) -> Self:
        return self._write(np.multiply, other, NDArray.__mul__)

    def __itruediv__(self, other: Any) -> Self:
        return self._write(np.divide, other, NDArray.__truediv__)

    # Comparisons have no gradient: they give truth values.
    def __eq__(self, other: object) -> NDArray:  # type: ignore[override]
        return compare(np.equal, self, other)

    def __ne__(self, other: object) -> NDArray:  # type: ignore[override]
        return compare(np.not_equal, self, other)

    def __lt__(self, other: Any) -> NDArray:
        return compare(np.less, self, other)

    def __le__(self, other: Any) -> NDArray:
        return compare(np.less_equal, self, other)

    def __gt__(self, other: Any) -> NDArray:
        return compare(np.greater, self, other)

    def __ge__(self, other: Any) -> NDArray:
        return compare(np.greater_equal, self, other)

    def __getitem__(self, key: Any) -> NDArray:
        key = plain_key(key)
        a = self._data
        y = np.asarray(a[key])

        def vjp(g: Array) -> tuple[Array]:
            full = np.zeros_like(a)
            if basic:
                full[key] = g
            else:
                np.add.at(full, key, g)  # an index that occurs twice receives both gradients
            return (full,)

        basic = np.may_share_memory(y, a)  # numpy gave a view: writing it writes this array
        out = attach(y, (self,), vjp)
        if basic:
            out._version = self._counter()
        return out

    def __iter__(self) -> Iterator[NDArray]:
        return (self[i] for i in range(len(self)))

    # ---- elementwise and reductions as methods

    def abs(self) -> NDArray:
        """Return the absolute values; the gradient at 0 is 0."""
        return single("abs", self)

    def exp(self) -> NDArray:
        """Return e to the power of each entry."""
        return single("exp", self)

    def log(self) -> NDArray:
        """Return the natural logarithms."""
        return single("log", self)

    def sqrt(self) -> NDArray:
        """Return the square roots."""
        return single("sqrt", self)

    def square(self) -> NDArray:
        """Return the squares."""
        return single("square", self)

    def sum(self, axis: Axis = None, keepdims: bool = False) -> NDArray:
        """Return the sum along `axis`, of all entries by default (an array of shape ())."""
        return add_up(self, axis, keepdims)

    def mean(self, axis: Axis = None, keepdims: bool = False) -> NDArray:
        """Return the mean along `axis`, of all entries by default."""
        total = self.sum(axis, keepdims)
        return total * (max(total.size, 1) / max(self.size, 1))

    def var(self, axis: Axis = None, keepdims: bool = False) -> NDArray:
        """Return the variance along `axis`: the mean squared distance from the mean."""
        return (self - self.mean(axis, keepdims=True)).square().mean(axis, keepdims)

    def std(self, axis: Axis = None, keepdims: bool = False) -> NDArray:
        """Return the standard deviation along `axis`: the square root of `var`."""
        return self.var(axis, keepdims).sqrt()

    def norm(self) -> NDArray:
        """Return the Euclidean length of all entries taken as one vector."""
        return self.square().sum().sqrt()

    def max(self, axis: Axis = None, keepdims: bool = False) -> NDArray:
        """Return the largest entries along `axis`; entries that tie share the gradient equally."""
        return extreme(self, np.max, axis, keepdims)

    def min(self, axis: Axis = None, keepdims: bool = False) -> NDArray:
        """Return the smallest entries along `axis`; entries that tie share the gradient equally."""
        return extreme(self, np.min, axis, keepdims)

    def all(self) -> bool:
        """Return whether every entry is true (not zero)."""
        return bool(self._data.all())

    def any(self) -> bool:
        """Return whether some entry is true (not zero)."""
        return bool(self._data.any())

    def argmax(self, axis: int | None = None) -> NDArray:
        """Return the position of the largest entry along `axis`, as int64; no gradient."""
        if self._data.size == 0:
            raise ShapeError(f"An array of shape {self.shape} has no entries, so none is the largest.")
        along: Any = reduced_axes(axis, self._data)
        return NDArray(np.asarray(np.argmax(self._data, axis=along)))

    # ---- shapes

    def reshape(self, *shape: Any) -> NDArray:
        """Return the same entries in another shape, in row order; one length may be -1 (what is left)."""
        a = self._data
        target = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
        try:
            y = a.reshape(target)
        except (ValueError, TypeError) as error:
            raise ShapeError(
                f"Cannot reshape {a.shape} ({a.size} entries) to {tuple(target)}. The new lengths must multiply "
                "to the same number of entries."
            ) from error
        return self._same_memory(y, attach(y, (self,), lambda g: (g.reshape(a.shape),)))

    def transpose(self, *axes: Any) -> NDArray:
        """Return the array with its axes in another order, reversed by default."""
        a = self._data
        order = axes[0] if len(axes) == 1 and isinstance(axes[0], tuple | list) else axes
        try:
            y = a.transpose(order or None)
        except (ValueError, TypeError) as error:
            raise ShapeError(
                f"Cannot put the axes of an array of shape {a.shape} into the order {order}: name each of its "
                f"{a.ndim} axes once, from 0."
            ) from error
        back = np.argsort([k % a.ndim for k in order]) if order else None
        return self._same_memory(y, attach(y, (self,), lambda g: (g.transpose(back),)))

    @property
    def T(self) -> NDArray:
        """The transpose."""
        return self.transpose()

    def flatten(self) -> NDArray:
        """Return a matrix: the first axis stays, the others become one."""
        if self.ndim == 0:
            raise ShapeError("A single number has no first axis to keep. Write a.reshape(1, 1).")
        return self.reshape(len(self), math.prod(self.shape[1:]))

    def astype(self, dtype: Any) -> NDArray:
        """Return a copy with entries of another type; the gradient is cast back, whole numbers have none."""
        a, target = self._data, as_dtype(dtype, "An array")
        if target.kind != "f":
            return NDArray(a.astype(target))
        return attach(a.astype(target), (self,), lambda g: (g.astype(a.dtype),))

    def _same_memory(self, y: Array, out: NDArray) -> NDArray:
        if np.may_share_memory(y, self._data):  # numpy gave a view: writing one writes the other
            out._version = self._counter()
        return out

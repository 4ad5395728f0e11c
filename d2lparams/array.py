"""The ground of the array type: values, gradients, and the rules for changing values in place.

`NDArray` wraps a numpy array and remembers how it was computed.  Each operation (in ``nd.py`` and ``ops.py``)
computes with plain numpy first; then `attach` wraps the result and, only while recording and only if an input
needs a gradient, adds a node with the vector-Jacobian product.

A plain array may be written at any time, a variable or a recorded result never while recording, and a write
between forward and backward is detected when backward would need the old value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from . import autograd
from .arithmetic import PAIRS, SINGLES, Axis, combine, real, reduced_axes, restore, unbroadcast
from .autograd import Leaf, Node, Version, mode
from .checks import as_dtype, as_values, check_grad_req
from .errors import DTypeError, InPlaceError, ShapeError

Array = npt.NDArray[Any]


class NDArray:
    """Values with a memory of how they were computed; readers meet it as `nd.NDArray`."""

    __slots__ = ("_data", "_node", "_version")
    __array_ufunc__ = None  # numpy_array + nd_array then asks the latter, which keeps the graph
    __hash__ = None  # type: ignore[assignment]  # == compares entry by entry, as in numpy

    def __init__(self, data: Array) -> None:
        self._data = data
        self._node: Node | Leaf | None = None
        self._version: Version | None = None

    # ---- what it is

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return self._data.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of one entry."""
        return self._data.dtype

    @property
    def size(self) -> int:
        """The number of entries."""
        return self._data.size

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._data.ndim

    def asnumpy(self) -> Array:
        """Return a copy as a numpy array; changing the copy changes nothing here."""
        return self._data.copy()

    def asscalar(self) -> Any:
        """Return the only entry as a Python number; if there is not exactly one, raise `ShapeError`."""
        if self._data.size != 1:
            raise ShapeError(
                f"An array of shape {self.shape} has {self.size} entries, so it is not one number. "
                "Pick an entry (a[0, 0]) or reduce it (a.sum(), a.mean()) first."
            )
        return self._data.item()

    def __float__(self) -> float:
        return float(self.asscalar())

    def __int__(self) -> int:
        return int(self.asscalar())

    def __bool__(self) -> bool:
        if self._data.size != 1:
            raise ShapeError(
                f"The truth of an array of shape {self.shape} is ambiguous: some entries may be true and others "
                "not. Say which you mean: (a == b).all() or (a == b).any()."
            )
        return bool(self._data.item())

    def __len__(self) -> int:
        return len(self._data)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return np.array(self._data, dtype=dtype)

    def __repr__(self) -> str:
        sizes = "x".join(map(str, self.shape)) or "scalar"
        return f"\n{self._data}\n<NDArray {sizes}>"

    def __format__(self, spec: str) -> str:
        return format(self.asscalar(), spec) if spec else repr(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = self.copy()
        if type(self._node) is Leaf:
            twin.attach_grad(self._node.grad_req)
        return twin

    def __getstate__(self) -> Any:
        """Return what pickle stores: of a recorded result the values alone, as a graph cannot leave the process."""
        node = self._node if type(self._node) is Leaf else None
        return None, {"_data": self._data, "_node": node, "_version": self._version}

    # ---- gradients

    def attach_grad(self, grad_req: str = "write") -> None:
        """Make this array a variable: `backward` will fill its `grad`, zeros until then.

        What it was computed from is forgotten, so gradients stop here.

        Parameters
        ----------
        grad_req : {'write', 'add', 'null'}
            Replace the gradient at each backward pass, add to it, or keep none.
        """
        check_grad_req(grad_req)
        if grad_req != "null" and self._data.dtype.kind != "f":
            raise DTypeError(
                f"Only arrays of real numbers have gradients; this one is {self.dtype}. "
                "Convert it first: a = a.astype('float32')."
            )
        self._node = None
        if grad_req != "null":
            handle = type(self)(np.zeros(self._data.shape, self._data.dtype))  # zeros_like would touch every page
            self._node = Leaf(handle._data, grad_req, handle)

    @property
    def grad(self) -> Self | None:
        """The gradient of a variable (the same array every time), or None if this is no variable."""
        node = self._node
        return node.handle if type(node) is Leaf else None  # type: ignore[return-value]

    def backward(self, head: Self | None = None, retain_graph: bool = False) -> None:
        """Compute the gradient of this result for every variable that it depends on.

        Parameters
        ----------
        head : NDArray, optional
            A weight for each entry of this result, of the same shape; ones by default.
        retain_graph : bool
            Keep the graph, so that backward can run through it again.

        Raises
        ------
        GraphError
            If nothing was recorded, or the graph was freed by an earlier backward pass.
        InPlaceError
            If a value that the gradient depends on was changed in place.
        """
        if head is None and self._node is not None:  # the usual case, without detours
            autograd.run_backward((self._node,), (np.ones(self._data.shape, self._data.dtype),), retain_graph)
        else:
            autograd.backward([self], [head], retain_graph)

    def detach(self) -> Self:
        """Return a view of the same values that is constant for gradients."""
        return self._view(self._data)

    # ---- changing values in place

    def _check_write(self) -> None:
        if mode.recording and self._node is not None:
            what = "A variable" if type(self._node) is Leaf else "A recorded result"
            raise InPlaceError(
                f"{what} of shape {self.shape} cannot be changed in place inside record(): the gradient may need "
                "its old value. Nothing was changed. Change it outside record(), inside autograd.pause(), "
                "or, for a parameter, with set_data()."
            )

    def _bump(self) -> None:
        """Note that the buffer was written, for gradients that still need the old values."""
        if self._version is not None:
            self._version.count += 1

    def _counter(self) -> Version:
        if self._version is None:
            self._version = Version()
        return self._version

    def _view(self, data: Array) -> Self:
        view = type(self)(data)
        view._version = self._counter()
        return view

    def __setitem__(self, key: Any, value: Any) -> None:
        self._check_write()
        if mode.recording and isinstance(value, NDArray) and value._node is not None:
            raise InPlaceError(
                "A value with a gradient cannot be written into an array inside record(): the gradient would be lost. "
                "Nothing was changed. Join results with nd.stack() or nd.concat(), or write value.detach()."
            )
        source = value._data if isinstance(value, NDArray) else coerce(value, self._data)
        try:
            self._data[plain_key(key)] = source
        except OverflowError as error:
            raise DTypeError(f"Cannot write {value!r:.60} into an array of {self.dtype}: {error}.") from error
        except ValueError as error:
            raise ShapeError(
                f"Cannot write a value of shape {np.shape(source)} into {key!r} of an array of shape {self.shape}. "
                f"The value has to have the shape of the place, or broadcast to it ({error})."
            ) from error
        self._bump()

    def _write(self, ufunc: np.ufunc, other: Any, compute: Callable[[Any, Any], Any]) -> Self:
        """Do ``a op= b``; where a gradient is involved `a` becomes a new array, which leaves the graph intact."""
        recorded = isinstance(other, NDArray) and other._node is not None
        if mode.recording and type(self._node) is not Leaf and (recorded or self._node is not None):
            replaced: Self = compute(self, other)
            return replaced
        self._check_write()
        operand = other._data if isinstance(other, NDArray) else coerce(other, self._data)
        try:
            ufunc(self._data, operand, out=self._data, casting="same_kind")
        except ValueError as error:
            shape = np.shape(operand)
            raise ShapeError(f"A value of shape {shape} does not fit into shape {self.shape} in place.") from error
        except (TypeError, OverflowError) as error:
            raise DTypeError(
                f"An array of {self.dtype} cannot be changed in place by {other!r:.60}: the result is of another type. "
                "Nothing was changed. Make a new array (a = a + b), or convert it first: a.astype('float32')."
            ) from error
        self._bump()
        return self

    def copy(self) -> Self:
        """Return an array with the same values in memory of its own, constant for gradients."""
        return type(self)(self._data.copy())

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


def plain(value: Any) -> Any:
    """Return the numpy array inside `value`, or `value` itself."""
    return value._data if isinstance(value, NDArray) else value


def plain_key(key: Any) -> Any:
    """Return an index in which every array of ours is replaced by its numpy array."""
    if isinstance(key, NDArray | np.ndarray):  # a copy, because the gradient reads it later
        index = key._data if isinstance(key, NDArray) else key
        return index.astype(np.intp if index.dtype.kind == "f" else index.dtype)
    if type(key) is tuple:
        return tuple(map(plain_key, key))
    return key


def coerce(value: Any, like: Array) -> Any:
    """Return a constant operand that does not widen the dtype of the array `like`.

    Python numbers are left alone, since numpy adapts them; numpy scalars and arrays, and lists, are cast when
    `like` holds real numbers: a stray float64 scalar would silently turn a float32 network into a float64 one.
    While recording they are copied, because nobody counts the versions of an array that is not ours.
    """
    if type(value) in (int, float, bool):
        return value
    operand = as_values(value, "Cannot calculate with")
    return operand.astype(like.dtype if like.dtype.kind == "f" else operand.dtype, copy=mode.recording)


def check_array(value: Any, who: str) -> Any:
    """Return `value` if it is an array of ours, else raise `DTypeError`; `who` computes with it."""
    if not isinstance(value, NDArray):
        parameter = callable(getattr(value, "data", None))
        hint = "Use its values, p.data()." if parameter else "Wrap numpy arrays and lists: nd.array(x)."
        raise DTypeError(f"{who} computes with NDArrays, got {type(value).__name__}. {hint}")
    return value


def attach(
    result: Array,
    inputs: tuple[NDArray, ...],
    vjp: autograd.Vjp,
    watched: tuple[NDArray, ...] = (),
    watch_result: bool = False,
) -> NDArray:
    """Wrap `result` and, while recording, note how its gradient reaches `inputs`.

    Parameters
    ----------
    result : ndarray
        What the operation computed.
    inputs : tuple of arrays
        The inputs that the gradients of `vjp` belong to, in the same order.
    vjp : callable
        From the gradient of the result to the gradients of the inputs.
    watched : tuple of arrays
        The inputs whose values `vjp` reads.
    watch_result : bool
        Whether `vjp` reads the result too.
    """
    out = NDArray(result)
    if mode.recording:
        parents = tuple([array._node for array in inputs])
        if any(parents):
            read = (*watched, out) if watch_result else watched
            out._node = Node(parents, vjp, [array._version or array._counter() for array in read])
    return out


def pair(name: str, left: NDArray, right: Any, swapped: bool = False) -> NDArray:
    """Apply a row of `PAIRS`; `swapped` means that the constant `right` stands on the left."""
    function, vjp_a, vjp_b, reads_a, reads_b = PAIRS[name]
    x = check_array(left, name)._data
    if isinstance(right, NDArray):
        other = right
        b = other._data
        y = combine(name, function, x, b)
        for_a, for_b = left._node is not None, other._node is not None
        reads = (reads_a if for_a else "") + (reads_b if for_b else "")
        return attach(
            y,
            (left, other),
            lambda g: (
                unbroadcast(vjp_a(g, x, b, y), x.shape) if for_a else None,
                unbroadcast(vjp_b(g, x, b, y), b.shape) if for_b else None,
            ),
            tuple(array for letter, array in (("a", left), ("b", other)) if letter in reads),
            "y" in reads,
        )
    c = coerce(right, x)
    if swapped:
        y = combine(name, function, c, x)
        watched = (left,) if "b" in reads_b else ()
        return attach(y, (left,), lambda g: (unbroadcast(vjp_b(g, c, x, y), x.shape),), watched, "y" in reads_b)
    y = combine(name, function, x, c)
    watched = (left,) if "a" in reads_a else ()
    return attach(y, (left,), lambda g: (unbroadcast(vjp_a(g, x, c, y), x.shape),), watched, "y" in reads_a)


def compare(function: Callable[..., Array], left: NDArray, right: Any) -> NDArray:
    """Compare entry by entry; the truth values have no gradient."""
    other = right._data if isinstance(right, NDArray) else right if right is None else coerce(right, left._data)
    return NDArray(np.asarray(combine("compare", function, left._data, other)))


def single(name: str, x: NDArray) -> NDArray:
    """Apply a row of `SINGLES`."""
    function, vjp, reads = SINGLES[name]
    a = check_array(x, name)._data
    try:
        y = real(function(a), a)
    except TypeError as error:  # minus True
        raise DTypeError(f"There is no {name} of {a.dtype}. Convert it first: a.astype('float32').") from error
    return attach(y, (x,), lambda g: (vjp(g, a, y),), (x,) if "a" in reads else (), "y" in reads)


def add_up(x: NDArray, axis: Axis, keepdims: bool) -> NDArray:
    """Sum along `axis`; every entry of the input receives the gradient of the sum that it is in."""
    a, axis = x._data, reduced_axes(axis, x._data)
    y = real(np.asarray(np.sum(a, axis=axis, keepdims=keepdims)), a)
    return attach(y, (x,), lambda g: (np.broadcast_to(restore(g, a, axis, keepdims), a.shape),))


def extreme(x: NDArray, function: Callable[..., Array], axis: Axis, keepdims: bool) -> NDArray:
    """Take `np.max` or `np.min` along `axis`; entries that tie share the gradient equally."""
    a, axis = x._data, reduced_axes(axis, x._data)
    if a.size == 0:
        raise ShapeError(f"An array of shape {a.shape} has no entries, so it has no largest or smallest one.")
    y = np.asarray(function(a, axis=axis, keepdims=keepdims))

    def vjp(g: Array) -> tuple[Array]:
        chosen = (a == restore(y, a, axis, keepdims)).astype(a.dtype)
        return (restore(g, a, axis, keepdims) * chosen / np.sum(chosen, axis=axis, keepdims=True),)

    return attach(y, (x,), vjp, (x,), watch_result=True)


def product(left: NDArray, right: NDArray) -> NDArray:
    """Multiply two matrices, or two stacks of matrices."""
    a, b = check_array(left, "A matrix product")._data, check_array(right, "A matrix product")._data
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-2] or a.shape[:-2] != b.shape[:-2]:
        raise ShapeError(
            f"Cannot multiply matrices of shapes {a.shape} and {b.shape}: the last axis of the left one must be as "
            "long as the last but one of the right one, the axes before must be equal, and both must be matrices."
        )
    inputs = (left, right)
    return attach(real(a @ b, a, b), inputs, lambda g: (g @ b.swapaxes(-1, -2), a.swapaxes(-1, -2) @ g), inputs)

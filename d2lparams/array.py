"""`NDArray`, the array type that readers use: values with a memory of how they were computed.

An `NDArray` wraps a numpy array.  Each operation computes with plain numpy first, after the rules in ``arithmetic.py``;
then `attach` wraps the result and, only while recording and only if an input needs a gradient, adds a node with the
vector-Jacobian product.

A plain array may be written at any time, a variable or a recorded result never while recording, and a write between
forward and backward is noticed when backward would need the old value.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from typing import Any, Self

import numpy as np

from . import autograd
from .arithmetic import (
    PAIRS,
    SINGLES,
    Axis,
    Rule,
    as_real,
    compute,
    meet,
    narrow,
    over,
    reduced_axes,
    restore,
    selected,
    total,
    unbroadcast,
    widened,
)
from .autograd import Leaf, Node, Version
from .checks import Array, as_dtype, as_values, as_whole, check_grad_req, exactly
from .errors import DTypeError, GraphError, InPlaceError, OutOfRangeError, ShapeError, shown

_mode = autograd.mode


def _operator(name: str, swapped: bool = False) -> Callable[[NDArray, Any], NDArray]:
    return lambda self, other: pair(name, self, other, swapped)


def _in_place(name: str) -> Callable[[NDArray, Any], NDArray]:
    return lambda self, other: self._write(name, other)


def _comparison(function: Any) -> Callable[[NDArray, Any], NDArray]:
    return lambda self, other: compare(function, self, other)


def _function(name: str, doc: str = "") -> Callable[[NDArray], NDArray]:
    def method(self: NDArray) -> NDArray:
        return single(name, self)

    method.__name__, method.__qualname__, method.__doc__ = name, f"NDArray.{name}", doc
    return method


class NDArray:
    """An n-dimensional array of numbers that can be differentiated.

    Make one with `nd.array`, which copies a list or a numpy array; float32 unless told otherwise.

    Examples
    --------
    >>> from d2lparams import nd
    >>> a = nd.array([[1, 2], [3, 4]])
    >>> (a * a).sum().asscalar()
    30.0
    """

    __slots__ = ("_data", "_node", "_version")
    __hash__ = None  # type: ignore[assignment]  # == compares entry by entry, as in numpy

    def __init__(self, data: Array) -> None:
        self._data = data if type(data) is np.ndarray else np.asarray(data)  # numpy's 0-d results are scalars
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

    def __index__(self) -> int:
        if self._data.dtype.kind not in "iu":
            raise DTypeError(f"An array of {self.dtype} cannot count or index: that takes whole numbers, int(a).")
        return int(self.asscalar())

    def __round__(self, digits: int | None = None) -> Any:
        return round(self.asscalar(), digits)

    def __bool__(self) -> bool:
        if self._data.size != 1:
            raise ShapeError(
                f"The truth of an array of shape {self.shape} is ambiguous: some entries may be true and others "
                "not. Say which you mean: (a == b).all() or (a == b).any()."
            )
        return bool(self._data.item())

    def __len__(self) -> int:
        if self._data.ndim == 0:
            raise ShapeError("A single number has no length: its shape is (). Its value is a.asscalar().")
        return len(self._data)

    def __repr__(self) -> str:
        sizes = "x".join(map(str, self.shape)) or "scalar"
        return f"\n{self._data}\n<NDArray {sizes}>"

    def __format__(self, spec: str) -> str:
        return format(self.asscalar(), spec) if spec else repr(self)

    def __copy__(self) -> Self:
        return copy.deepcopy(self)  # two arrays never write one buffer without counting it

    def __getstate__(self) -> tuple[Array, str]:
        """Return what a copy and pickle take: the values, and of a variable that it is one; its graph stays here."""
        return self._data, self._node.grad_req if type(self._node) is Leaf else "null"

    def __setstate__(self, state: tuple[Array, str]) -> None:
        self._data, self._node, self._version = state[0], None, None
        self.attach_grad(state[1])

    # ---- where numpy meets it

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        if self._node is not None and _mode.get().recording:
            raise GraphError(
                f"A recorded array of shape {self.shape} was about to become a numpy array inside record(), where its "
                "gradient would end without a word. Use the method or nd function of that name (a.norm(), nd.stack, "
                "nd.where, nd.dot ...), or say that it is meant: a.detach() or a.asnumpy()."
            )
        return self._data.copy()  # numpy converts it if another dtype was asked for

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **settings: Any) -> Any:
        """Let ``np.exp(x)`` and ``numpy_array * x`` be the operations of this package, with their gradients."""
        if method == "at" or any(isinstance(x, NDArray) for x in settings.get("out", ())):
            raise _no_writing(ufunc)
        swapped, known = not isinstance(inputs[0], NDArray), method == "__call__" and not settings
        left, right = (inputs[1], inputs[0]) if swapped else (inputs[0], inputs[-1])
        if known and ufunc in COMPARISONS:
            return compare(ufunc, left, right, swapped)
        if known and ufunc is np.matmul:
            return matmul(*[x if isinstance(x, NDArray) else NDArray(coerce(x, left._data)) for x in inputs])
        if known and ufunc in UFUNCS:
            name = UFUNCS[ufunc]
            return single(name, left) if len(inputs) == 1 else pair(name, left, right, swapped)
        return getattr(ufunc, method)(*_as_numpy(inputs), **settings)

    def __array_function__(self, function: Any, types: Any, inputs: Any, settings: Any) -> Any:
        """Let ``np.sum(x)`` and its kin be the methods of that name; other functions of numpy take the values."""
        if isinstance(settings.get("out"), NDArray) or function in WRITERS:
            raise _no_writing(function)
        known = function in METHODS and settings.keys() <= METHODS[function]
        if known and inputs and isinstance(inputs[0], NDArray) and len(inputs) <= (1 if function in WHOLE else 2):
            found = getattr(inputs[0], function.__name__)
            return found if function in FACTS else found(*inputs[1:], **settings)
        return function(*_as_numpy(inputs), **dict(zip(settings, _as_numpy(settings.values()), strict=True)))

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
                f"Only real numbers have gradients, not {self.dtype}. Convert it: a = a.astype('float32')."
            )
        self._node = None
        if grad_req != "null":
            handle = type(self)(np.zeros(self._data.shape, self._data.dtype))  # zeros_like would touch every page
            self._node = Leaf(handle._data, grad_req, handle._counter(), handle)

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
            ones = np.empty(self._data.shape, self._data.dtype)
            ones.fill(1)
            autograd.run_backward((self._node,), (ones,), retain_graph)
        else:
            autograd.backward([self], [head], retain_graph)

    def detach(self) -> NDArray:
        """Return a view of the same values that is constant for gradients."""
        return self._same_memory(NDArray(self._data))

    # ---- changing values in place

    def _check_write(self) -> None:
        if self._node is not None and _mode.get().recording:
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

    def __setitem__(self, key: Any, value: Any) -> None:
        self._check_write()
        if isinstance(value, NDArray) and value._node is not None and _mode.get().recording:
            raise InPlaceError(
                "A value with a gradient cannot be written into an array inside record(): the gradient would be lost. "
                "Nothing was changed. Join results with nd.stack() or nd.concat(), or write value.detach()."
            )
        source = as_values(plain(value), f"Cannot write into an array of {self.dtype}:")
        source = exactly(source, self._data.dtype, "The array")
        place = index_of(key)
        try:
            self._data[place] = source
        except (IndexError, TypeError) as error:
            raise self._no_place(key, error) from error
        except ValueError as error:
            raise ShapeError(
                f"Cannot write a value of shape {source.shape} into {shown(key)} of an array of shape {self.shape}. "
                f"The value has to have the shape of the place, or broadcast to it ({error})."
            ) from error
        self._bump()

    def _write(self, name: str, other: Any) -> Self:
        """Do ``a op= b``; where a gradient is involved `a` becomes a new array, which leaves the graph intact."""
        node = self._node
        tracked = node is not None or (isinstance(other, NDArray) and other._node is not None)
        if tracked and type(node) is not Leaf and _mode.get().recording:
            return pair(name, self, other)  # type: ignore[return-value]
        self._check_write()
        ufunc = PAIRS[name].function
        operand = other._data if isinstance(other, NDArray) else coerce(other, self._data)
        try:
            ufunc(self._data, operand, out=self._data)
        except ValueError as error:
            shape = np.shape(operand)
            raise ShapeError(f"A value of shape {shape} does not fit into shape {self.shape} in place.") from error
        except (TypeError, OverflowError) as error:
            raise DTypeError(
                f"An array of {self.dtype} cannot be changed in place by {shown(other)}: the result is of another "
                "type. Nothing was changed. Make a new array (a = a + b), or convert it first: a.astype('float32')."
            ) from error
        self._bump()
        return self

    def copy(self) -> Self:
        """Return an array with the same values in memory of its own, constant for gradients."""
        return type(self)(self._data.copy())

    def copyto(self, other: NDArray) -> NDArray:
        """Write the values into `other`, of the same shape, and return it."""
        check_array(other, "copyto")[...] = self.detach()
        return other

    # ---- operators

    __add__ = __radd__ = _operator("add")
    __sub__, __rsub__ = _operator("subtract"), _operator("subtract", swapped=True)
    __mul__ = __rmul__ = _operator("multiply")
    __truediv__, __rtruediv__ = _operator("divide"), _operator("divide", swapped=True)
    __floordiv__, __rfloordiv__ = _operator("floor_divide"), _operator("floor_divide", swapped=True)
    __mod__, __rmod__ = _operator("mod"), _operator("mod", swapped=True)
    __pow__, __rpow__ = _operator("power"), _operator("power", swapped=True)
    __pos__, __neg__, __abs__ = _function("positive"), _function("negative"), _function("abs")
    __iadd__, __isub__, __imul__ = _in_place("add"), _in_place("subtract"), _in_place("multiply")
    __itruediv__, __ipow__ = _in_place("divide"), _in_place("power")
    # Comparisons and logic have no gradient: they give truth values.
    __eq__, __ne__ = _comparison(np.equal), _comparison(np.not_equal)  # type: ignore[assignment]
    __lt__, __le__ = _comparison(np.less), _comparison(np.less_equal)
    __gt__, __ge__ = _comparison(np.greater), _comparison(np.greater_equal)
    __and__, __or__, __xor__ = map(_comparison, (np.bitwise_and, np.bitwise_or, np.bitwise_xor))

    def __invert__(self) -> NDArray:
        return NDArray(compute("invert", np.invert, self._data))

    def __matmul__(self, other: Any) -> NDArray:
        return matmul(self, other)

    def __getitem__(self, key: Any) -> NDArray:
        key = index_of(key)
        a = self._data
        try:
            y = np.asarray(a[key])
        except (IndexError, TypeError, ValueError) as error:
            raise self._no_place(key, error) from error

        def vjp(g: Array) -> tuple[Array]:
            full = np.zeros(a.shape, g.dtype if basic else np.promote_types(g.dtype, np.float32))
            if basic:
                full[key] = g
            else:
                np.add.at(full, key, g)  # an index that occurs twice receives both gradients
            return (full,)

        basic = np.may_share_memory(y, a)
        return self._same_memory(attach(y, (self,), vjp))

    def _no_place(self, key: Any, error: Exception) -> OutOfRangeError:
        return OutOfRangeError(
            f"An array of shape {self.shape} has no place {shown(key)}: {error}. Positions along an axis are 0 to its "
            "length - 1, or -1 for the last; a mask has the shape of the array."
        )

    def __iter__(self) -> Iterator[NDArray]:
        return (self[i] for i in range(len(self)))

    # ---- elementwise and reductions as methods; ``nd`` offers them as functions too

    abs = _function("abs", "Return the absolute values; the gradient at 0 is 0.")
    exp = _function("exp", "Return e to the power of each entry.")
    log = _function("log", "Return the natural logarithms.")
    sqrt = _function("sqrt", "Return the square roots.")
    square = _function("square", "Return the squares.")
    sin = _function("sin", "Return the sines.")
    cos = _function("cos", "Return the cosines.")
    tanh = _function("tanh", "Return the hyperbolic tangents.")

    def sum(self, axis: Axis = None, keepdims: bool = False) -> NDArray:
        """Return the sum along `axis`, of all entries by default (an array of shape ())."""
        a, along = reducible(self, axis)
        y = narrow(total(a, along, keepdims), a)
        return attach(y, (self,), lambda g: (np.broadcast_to(restore(g, along, keepdims), a.shape),))

    def mean(self, axis: Axis = None, keepdims: bool = False) -> NDArray:
        """Return the mean along `axis`, of all entries by default; NaN of none."""
        a, along = reducible(self, axis, real=True)
        y, count = _mean(a, along, keepdims)
        share = 1 / count
        return attach(narrow(y, a), (self,), lambda g: (np.broadcast_to(restore(g * share, along, keepdims), a.shape),))

    def var(self, axis: Axis = None, keepdims: bool = False) -> NDArray:
        """Return the variance along `axis`: the mean squared distance from the mean; NaN of no entries."""
        a, along = reducible(self, axis, real=True)
        centred = a - _mean(a, along, True)[0]  # float16 becomes float32 here
        y, count = _mean(centred * centred, along, keepdims)
        return attach(narrow(y, a), (self,), lambda g: (restore(g, along, keepdims) * centred * (2 / count),))

    def std(self, axis: Axis = None, keepdims: bool = False) -> NDArray:
        """Return the standard deviation along `axis`: the root of `var`; of equal values the gradient is 0."""
        a, along = reducible(self, axis, real=True)
        centred = a - _mean(a, along, True)[0]
        square, count = _mean(centred * centred, along, True)
        wide = np.sqrt(square)
        y = narrow(wide if keepdims else np.squeeze(wide, axis=along), a)

        def vjp(g: Array) -> tuple[Array]:
            return (selected(over(restore(g, along, keepdims) * centred, count * wide), wide != 0),)

        return attach(y, (self,), vjp, watch_result=True)  # which may be the memory of `wide`

    def norm(self) -> NDArray:
        """Return the Euclidean length of all entries taken as one vector; of zeros the gradient is 0."""
        a, _ = reducible(self, None, real=True)
        wide = widened(a)
        y = narrow(np.sqrt(total(wide * wide)), a)
        return attach(y, (self,), lambda g: (selected(over(g * a, y), y != 0),), (self,), watch_result=True)

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
        a, along = reducible(self, axis, empty=False)
        if isinstance(along, tuple):
            raise ShapeError(f"argmax counts along one axis, or with axis=None through all entries, got {axis}.")
        return NDArray(np.argmax(a, axis=along))  # type: ignore[arg-type]

    # ---- shapes

    def reshape(self, *shape: Any) -> NDArray:
        """Return the same entries in another shape, in row order; one length may be -1 (what is left)."""
        a, target = check_array(self, "reshape")._data, one_list(shape)
        try:
            y = a.reshape(target)
        except (ValueError, TypeError, OverflowError) as error:
            raise ShapeError(
                f"Cannot reshape {a.shape} ({a.size} entries) to {shown(tuple(target))}. The new lengths must multiply "
                "to the same number of entries."
            ) from error
        return self._same_memory(attach(y, (self,), lambda g: (g.reshape(a.shape),)))

    def transpose(self, *axes: Any) -> NDArray:
        """Return the array with its axes in another order, reversed by default."""
        a, order = check_array(self, "transpose")._data, one_list(axes)
        try:
            y = a.transpose(order or None)
        except (ValueError, TypeError, OverflowError) as error:
            raise ShapeError(
                f"Cannot put the axes of an array of shape {a.shape} into the order {shown(order)}: name each of its "
                f"{a.ndim} axes once, from 0."
            ) from error
        back = np.argsort([k % a.ndim for k in order]) if order else None
        return self._same_memory(attach(y, (self,), lambda g: (g.transpose(back),)))

    @property
    def T(self) -> NDArray:
        """The transpose."""
        return self.transpose()

    def flatten(self) -> NDArray:
        """Return a matrix: the first axis stays, the others become one."""
        if check_array(self, "flatten").ndim == 0:
            raise ShapeError("A single number has no first axis to keep. Write a.reshape(1, 1).")
        return self.reshape(len(self), math.prod(self.shape[1:]))

    def astype(self, dtype: Any, copy: bool = True) -> NDArray:
        """Return the entries as another type, copied unless `copy` is False; whole numbers have no gradient."""
        a, target = self._data, as_dtype(dtype, "An array")
        y = a.astype(target, copy=copy)
        out = NDArray(y) if target.kind != "f" else attach(y, (self,), lambda g: (g.astype(a.dtype),))
        return self._same_memory(out)

    def _same_memory(self, out: NDArray) -> NDArray:
        if np.may_share_memory(out._data, self._data):  # numpy gave a view: writing one writes the other
            out._version = self._counter()
        return out


# ---- what may stand beside an array


def plain(value: Any) -> Any:
    """Return the numpy array inside `value`, or `value` itself."""
    return value._data if isinstance(value, NDArray) else value


def one_list(arguments: tuple[Any, ...]) -> Any:
    """Return what was given one by one, or as one list."""
    return arguments[0] if len(arguments) == 1 and isinstance(arguments[0], tuple | list) else arguments


def _as_numpy(values: Any) -> list[Any]:
    """Return `values` with every array of ours, also inside lists, as a numpy array that holds a copy."""
    return [
        np.asarray(x) if isinstance(x, NDArray) else type(x)(_as_numpy(x)) if type(x) in (list, tuple) else x
        for x in values
    ]


def index_of(key: Any) -> Any:
    """Return an index for numpy: arrays and lists in it are copied, because the gradient reads it later."""
    if type(key) is tuple:
        return tuple(map(index_of, key))
    if isinstance(key, NDArray | np.ndarray | list):
        index = np.array(as_values(plain(key), "Cannot index with"))
        return index if index.dtype.kind == "b" else as_whole(index, "An index")
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
    return operand.astype(like.dtype if like.dtype.kind == "f" else operand.dtype, copy=_mode.get().recording)


def check_array(value: Any, who: str) -> NDArray:
    """Return `value` if it is an array of ours, else raise `DTypeError`; `who` computes with it."""
    if not isinstance(value, NDArray):
        parameter = callable(getattr(value, "data", None))
        hint = "Use its values, p.data()." if parameter else "Wrap numpy arrays and lists: nd.array(x)."
        raise DTypeError(f"{who} computes with NDArrays, got {type(value).__name__}. {hint}")
    return value


def _no_writing(function: Any) -> DTypeError:
    return DTypeError(f"np.{function.__name__} cannot write into an NDArray: write a[:] = ..., a[key] = ..., a += ...")


# ---- recording


def attach(
    result: Array,
    inputs: tuple[NDArray | None, ...],
    vjp: autograd.Vjp,
    watched: tuple[NDArray, ...] = (),
    watch_result: bool = False,
) -> NDArray:
    """Wrap `result` and, while recording, note how its gradient reaches `inputs`.

    Parameters
    ----------
    result : ndarray
        What the operation computed.
    inputs : tuple of arrays, or None for a constant
        The inputs that the gradients of `vjp` belong to, in the same order.
    vjp : callable
        From the gradient of the result to the gradients of the inputs.
    watched : tuple of arrays
        The inputs whose values `vjp` reads.
    watch_result : bool
        Whether `vjp` reads the result too.
    """
    out = NDArray(result)
    if _mode.get().recording:
        parents = tuple([None if array is None else array._node for array in inputs])
        if any(parents):
            read = (*watched, out) if watch_result else watched
            out._node = Node(parents, vjp, [((v := array._version or array._counter()), v.count) for array in read])
    return out


def applied(rule: Rule, values: tuple[Any, ...], y: Array, arrays: tuple[NDArray | None, ...]) -> NDArray:
    """Wrap the result `y` of a rule and record those of its gradients that are needed.

    Parameters
    ----------
    values : tuple of ndarray or number
        What the rule was calculated from: `a`, or `a` and `b`.
    y : ndarray
    arrays : tuple of NDArray or None
        Where the values come from; None for a constant that is no array of ours.
    """
    used = [array is not None and array._node is not None for array in arrays]
    if not any(used) or not _mode.get().recording:
        return NDArray(y)
    known = {**dict(zip("ab", values, strict=False)), "y": y}
    rows = [
        (vjp, [known[name] for name in names], np.shape(value)) if use else None
        for use, vjp, names, value in zip(used, rule.vjps, rule.reads, values, strict=True)
    ]
    read = {name for use, names in zip(used, rule.reads, strict=True) if use for name in names}
    watched = [array for name, array in zip("ab", arrays, strict=False) if name in read and array is not None]

    def vjp(g: Array) -> tuple[Array | None, ...]:
        return tuple([None if row is None else unbroadcast(row[0](g, *row[1]), row[2]) for row in rows])

    return attach(y, arrays, vjp, tuple(watched), "y" in read)


def pair(name: str, left: NDArray, right: Any, swapped: bool = False) -> NDArray:
    """Apply a row of `PAIRS`; `swapped` means that the constant `right` stands on the left."""
    rule, array = PAIRS[name], right if isinstance(right, NDArray) else None
    a = check_array(left, name)._data
    b = coerce(right, a) if array is None else array._data
    if isinstance(b, np.ndarray):
        a, b = meet(a, b, real=rule.real)
    elif rule.real or type(b) is float:
        a = as_real(a)
    if swapped:
        return applied(rule, (b, a), compute(name, rule.function, b, a), (array, left))
    return applied(rule, (a, b), compute(name, rule.function, a, b), (left, array))


def single(name: str, x: NDArray) -> NDArray:
    """Apply a row of `SINGLES`."""
    rule, a = SINGLES[name], check_array(x, name)._data
    if rule.real:
        a = as_real(a)
    return applied(rule, (a,), compute(name, rule.function, a), (x,))


def compare(function: Any, left: NDArray, right: Any, swapped: bool = False) -> NDArray:
    """Compare entry by entry; the truth values have no gradient.  `swapped` is that of `pair`."""
    other = plain(right) if right is None or isinstance(right, NDArray) else coerce(right, left._data)
    operands = (other, left._data) if swapped else (left._data, other)
    return NDArray(compute(function.__name__, function, *operands))


def matmul(left: Any, right: Any) -> NDArray:
    """Return the product of matrices, stacks of matrices (the axes before the last two broadcast) or vectors."""
    x, z = check_array(left, "A matrix product"), check_array(right, "A matrix product")
    a, b = meet(x._data, z._data)
    if 0 in (a.ndim, b.ndim) or a.shape[-1] != b.shape[-2:][0]:
        raise ShapeError(
            f"Cannot multiply matrices of shapes {a.shape} and {b.shape}: the last axis of the left one must be as "
            "long as the last but one of the right one (or its only one)."
        )
    if b.ndim == 1:
        return matmul(x, z[:, None])[..., 0]
    if a.ndim == 1:
        return matmul(x[None], z)[..., 0, :]
    y = compute("multiply stacks of", np.matmul, a, b)
    for_a, for_b = x._node is not None, z._node is not None

    def vjp(g: Array) -> tuple[Array | None, ...]:
        return (
            unbroadcast(g @ b.swapaxes(-1, -2), a.shape) if for_a else None,
            unbroadcast(a.swapaxes(-1, -2) @ g, b.shape) if for_b else None,
        )

    return attach(y, (x, z), vjp, (z,) * for_a + (x,) * for_b)


def reducible(x: NDArray, axis: Any, real: bool = False, empty: bool = True) -> tuple[Array, Axis]:
    """Return the values of `x` (as real numbers, if they have to be) and its axes to reduce, all checked."""
    a = check_array(x, "A reduction")._data
    if not empty and a.size == 0:
        raise ShapeError(f"An array of shape {a.shape} has no entries, so none is the largest or the smallest.")
    return as_real(a) if real else a, reduced_axes(axis, a)


def _mean(a: Array, axis: Axis, keepdims: bool) -> tuple[Array, int]:
    """Return the mean, in float32 at least, and how many entries each is of (1 at least)."""
    sums = total(a, axis, keepdims)
    count = a.size // max(sums.size, 1)
    if count == 0:  # the mean of nothing is NaN, as numpy says
        return np.full_like(sums, np.nan), 1
    return np.asarray(sums / count), count


def extreme(x: NDArray, function: Callable[..., Any], axis: Axis, keepdims: bool) -> NDArray:
    """Take `np.max` or `np.min` along `axis`; entries that tie share the gradient equally."""
    a, along = reducible(x, axis, empty=False)
    y = np.asarray(function(a, axis=along, keepdims=keepdims))

    def vjp(g: Array) -> tuple[Array]:
        chosen = a == restore(y, along, keepdims)
        count = np.sum(chosen, axis=along, keepdims=True, dtype=np.promote_types(g.dtype, np.float32))
        return (selected(over(restore(g, along, keepdims), count), chosen),)

    return attach(y, (x,), vjp, (x,), watch_result=True)


# ---- numpy's functions and what they are here

COMPARISONS: set[Any] = {
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.bitwise_and, np.bitwise_or, np.bitwise_xor,
}  # fmt: skip
UFUNCS: dict[Any, str] = {rule.function: name for name, rule in (*PAIRS.items(), *SINGLES.items())}
# Functions of numpy that are methods here, with what these take by name; the others get the values.
FACTS: set[Any] = {np.shape, np.ndim, np.size}
WHOLE: set[Any] = {np.all, np.any, *FACTS}
METHODS: dict[Any, set[str]] = {
    **dict.fromkeys((np.sum, np.mean, np.var, np.std, np.max, np.min), {"axis", "keepdims"}),
    **dict.fromkeys((np.reshape, np.transpose, *WHOLE), set()),
    np.argmax: {"axis"},
}
WRITERS: set[Any] = {np.copyto, np.put, np.place, np.putmask, np.put_along_axis, np.fill_diagonal}

"""The ground of the array type: values, gradients, and the rules for changing values in place.

`BaseArray` wraps a numpy array and remembers how it was computed.  Each operation (in ``nd.py`` and ``ops.py``)
computes with plain numpy first; then `attach` wraps the result and, only while recording and only if an input
needs a gradient, adds a node with the vector-Jacobian product.

A plain array may be written at any time, a variable or a recorded result never while recording, and a write
between forward and backward is detected when backward would need the old value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt

from . import autograd
from .autograd import Leaf, Node, Version, mode
from .checks import as_values, check_grad_req
from .errors import DTypeError, InPlaceError, ShapeError

Array = npt.NDArray[Any]
AnyArray = TypeVar("AnyArray", bound="BaseArray")


class BaseArray:
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
        if mode.recording and isinstance(value, BaseArray) and value._node is not None:
            raise InPlaceError(
                "A value with a gradient cannot be written into an array inside record(): the gradient would be lost. "
                "Nothing was changed. Join results with nd.stack() or nd.concat(), or write value.detach()."
            )
        source = value._data if isinstance(value, BaseArray) else coerce(value, self._data)
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
        recorded = isinstance(other, BaseArray) and other._node is not None
        if mode.recording and type(self._node) is not Leaf and (recorded or self._node is not None):
            replaced: Self = compute(self, other)
            return replaced
        self._check_write()
        operand = other._data if isinstance(other, BaseArray) else coerce(other, self._data)
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


def plain_key(key: Any) -> Any:
    """Return an index in which every array of ours is replaced by its numpy array."""
    if isinstance(key, BaseArray | np.ndarray):  # a copy, because the gradient reads it later
        index = key._data if isinstance(key, BaseArray) else key
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
    if not isinstance(value, BaseArray):
        parameter = callable(getattr(value, "data", None))
        hint = "Use its values, p.data()." if parameter else "Wrap numpy arrays and lists: nd.array(x)."
        raise DTypeError(f"{who} computes with NDArrays, got {type(value).__name__}. {hint}")
    return value


def attach(
    result: Array,
    inputs: tuple[AnyArray, ...],
    vjp: autograd.Vjp,
    watched: tuple[AnyArray, ...] = (),
    watch_result: bool = False,
) -> AnyArray:
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
    out = type(inputs[0])(result)
    if mode.recording:
        parents = tuple([array._node for array in inputs])
        if any(parents):
            read = (*watched, out) if watch_result else watched
            out._node = Node(parents, vjp, [array._version or array._counter() for array in read])
    return out

"""`Parameter`: a named array with its gradient, its initializer and its settings.

A parameter is in one of three states.  ``declared``: it has a name and perhaps a shape, and no values.
``deferred``: `initialize` was called, but a length of the shape is still unknown (0); the choice of initializer and
the random stream are kept until a forward pass, `set_data` or loading makes the shape known.  ``ready``: it has values.

Every parameter is filled from a random stream of its own, handed out when `initialize` is called.  So a layer whose
input width is found out late holds the same values as one that was told its width.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from . import autograd, random
from .array import NDArray, plain
from .autograd import Leaf, Version
from .checks import Shape, as_dtype, as_number, as_shape, as_values, check_grad_req
from .errors import (
    DeferredInitializationError,
    DTypeError,
    InitializerError,
    NotInitializedError,
    RegistrationError,
    SettingError,
    ShapeError,
    warn,
)
from .init import Constant as FillConstant
from .init import Initializer, Uniform, create

__all__ = ["Constant", "Parameter", "initialize_all"]

Array = npt.NDArray[Any]
State = Literal["declared", "deferred", "ready"]
ROLES = ("weight", "bias", "gamma", "beta")


class Parameter:
    """A named array that a network learns.

    Parameters
    ----------
    name : str
        The label that is printed and selected by, such as ``dense0_weight``.
    shape : int or tuple of int, optional
        A length of 0 is unknown until the first forward pass; None if nothing is known.
    dtype : dtype
        The type of the entries.
    init : Initializer or str, optional
        The parameter's own initializer; it goes before the network's.
    grad_req : {'write', 'add', 'null'}
        Replace the gradient at each backward pass, add to it, or keep none (frozen).
    lr_mult, wd_mult : float
        Factors for the trainer's learning rate and weight decay.
    allow_deferred_init : bool
        Whether `initialize` may be called before the shape is known.
    role : {'weight', 'bias', 'gamma', 'beta'}, optional
        What a network's initializer does with it; by default read off the end of the name.
    """

    def __init__(
        self,
        name: str,
        shape: int | tuple[int, ...] | None = None,
        dtype: Any = "float32",
        init: Initializer | str | None = None,
        grad_req: str = "write",
        lr_mult: float = 1.0,
        wd_mult: float = 1.0,
        allow_deferred_init: bool = False,
        role: str | None = None,
    ) -> None:
        if not isinstance(name, str):
            raise RegistrationError(f"The name of a parameter is a string such as 'dense0_weight', got {name!r:.60}.")
        check_grad_req(grad_req)
        if role is not None and role not in ROLES:
            raise SettingError(f"role must be one of {', '.join(ROLES)}, got {role!r} for Parameter {name}.")
        self.name = name
        self.init: Initializer | None = None if init is None else create(init)
        self.lr_mult = lr_mult
        self.wd_mult = wd_mult
        self.allow_deferred_init = allow_deferred_init
        self.role = role or next((r for r in ROLES if name.endswith(r)), None)
        self._shape = None if shape is None else as_shape(shape, f"Parameter {name}")
        self._dtype: np.dtype[Any] = as_dtype(dtype, f"Parameter {name}")
        self._grad_req = grad_req
        self._array: NDArray | None = None
        self._plan: Plan | None = None

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "init" and value is not None:
            value = create(value)
        elif name in ("lr_mult", "wd_mult"):  # checked here, so that the trainer never stops halfway through a step
            value = as_number(value, f"{name} of Parameter {self.name}")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        return f"{type(self).__name__} {self.name} (shape={self._shape}, dtype={self._dtype})"

    @property
    def state(self) -> State:
        """``'declared'``, ``'deferred'`` or ``'ready'``."""
        if self._array is not None:
            return "ready"
        return "declared" if self._plan is None else "deferred"

    @property
    def shape(self) -> tuple[int, ...] | None:
        """The shape, with 0 for a length that is not known yet; setting it may only fill in such lengths."""
        return self._shape

    @shape.setter
    def shape(self, shape: int | tuple[int, ...]) -> None:
        self._shape = merge_shapes(self._shape, as_shape(shape, f"Parameter {self.name}"), self.name)

    @property
    def complete(self) -> bool:
        """Whether every length of the shape is known."""
        return self._shape is not None and 0 not in self._shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the entries; change it with `cast`."""
        return self._dtype

    def cast(self, dtype: Any) -> None:
        """Convert the values to another dtype; real numbers stay real.  The gradient becomes zeros."""
        target = as_dtype(dtype, f"Parameter {self.name}")
        if self._dtype.kind == "f" and target.kind != "f":
            raise DTypeError(
                f"Parameter {self.name} holds real numbers, and {target} would cut off their fractions. Nothing was "
                "changed. Cast to float16, float32 or float64, or convert a copy: p.data().astype('int32')."
            )
        self._dtype = target
        if self._array is not None:
            self._adopt(self._array._data.astype(self._dtype))

    def initialize(self, init: Initializer | str | None = None, force_reinit: bool = False) -> None:
        """Fill the parameter with initial values, now or as soon as its shape is known.

        Parameters
        ----------
        init : Initializer or str, optional
            Goes before the parameter's own initializer; without either, weights get `Uniform(0.07)`.
        force_reinit : bool
            Replace values that are there already; without it a `UserWarning` says that they are kept.
        """
        if self._array is not None and not force_reinit:
            warn_kept([self.name])
            return
        plan = self.plan(None if init is None else create(init), Uniform(0.07), random.spawn())
        self.settle(plan, self.planned(plan))

    def plan(self, explicit: Initializer | None, network: Initializer, stream: random.Stream) -> Plan:
        """Choose the initializer: the explicit one, else the parameter's own, else the network's by role."""
        own = explicit or self.init
        return Plan(own or network, own is None, stream)

    def planned(self, plan: Plan) -> Array | None:
        """Return the values that `plan` gives, or None if the shape is not known; change nothing."""
        if not self.complete:
            if not self.allow_deferred_init:
                raise ShapeError(
                    f"Cannot initialize Parameter {self.name}: its shape {self._shape} is not known. Give the whole "
                    "shape, or allow_deferred_init=True if the first forward pass will tell it."
                )
            return None
        assert self._shape is not None
        return fill(plan, self.name, self._shape, self._dtype, self.role)

    def settle(self, plan: Plan, values: Array | None) -> None:
        """Take the values that `planned` returned, or keep the plan until the shape is known."""
        self._plan = plan if values is None else None
        if values is not None:
            self._adopt(values)

    def complete_shape(self, shape: tuple[int, ...]) -> None:
        """Fill in the lengths that a layer has inferred from its input, and the values if they waited for it."""
        merged = merge_shapes(self._shape, shape, self.name)
        if self._plan is None:
            raise NotInitializedError(self._lesson())
        before, self._shape = self._shape, merged
        try:
            values = self.planned(self._plan)
        except Exception:
            self._shape = before
            raise
        self.settle(self._plan, values)

    def _adopt(self, values: Array) -> None:
        """Make `values` the buffer of this parameter; graphs recorded before keep the old one."""
        if self._array is None:
            self._array = NDArray(values)
        self._array._data = values
        self._array._version = Version(f"Parameter {self.name}")
        self._array.attach_grad(self._grad_req if self._dtype.kind == "f" else "null")

    def data(self) -> NDArray:
        """Return the live values: writing into them changes the parameter.

        It is the same object at every call.  Use ``data().asnumpy()`` for a copy.

        Raises
        ------
        NotInitializedError, DeferredInitializationError
            If there are no values yet.
        """
        if self._array is None:
            raise self._absent()
        return self._array

    def grad(self) -> NDArray:
        """Return the gradient: zeros until `backward` fills it, the same object at every call."""
        grad = self.data().grad
        if grad is None:
            why = "grad_req='null'" if self._dtype.kind == "f" else f"its dtype {self._dtype} has none"
            raise SettingError(
                f"Parameter {self.name} has no gradient because {why}. Set grad_req='write' if it should be trained."
            )
        return grad

    def set_data(self, values: Any) -> None:
        """Replace all values.

        Outside `record` the buffer is written in place.  While recording, the parameter gets a new buffer, so
        what was computed with the old values is still differentiated with the old values.  A parameter without
        values takes the shape from `values` and becomes ready.

        Parameters
        ----------
        values : NDArray, ndarray or list
            Of exactly the parameter's shape.
        """
        source = as_values(plain(values), f"Parameter {self.name} cannot take")
        shape = merge_shapes(self._shape, source.shape, self.name)
        if shape != source.shape or 0 in shape:
            raise ShapeError(f"Parameter {self.name} needs values of a whole shape, got shape {source.shape}.")
        fresh = source.astype(self._dtype)
        self._shape, self._plan = shape, None
        if self._array is None:
            self._adopt(fresh)
        elif autograd.is_recording():
            self._array._data = fresh
            self._array._version = Version(f"Parameter {self.name}")
        else:
            np.copyto(self._array._data, fresh)
            self._array._bump()

    def zero_grad(self) -> None:
        """Set the gradient to zero; needed with ``grad_req='add'`` before a new sum."""
        if self._array is not None and type(self._array._node) is Leaf:
            self._array._node.clear()

    @property
    def grad_req(self) -> str:
        """``'write'``, ``'add'`` or ``'null'``; switching to 'null' drops the gradient, back gives fresh zeros."""
        return self._grad_req

    @grad_req.setter
    def grad_req(self, value: str) -> None:
        check_grad_req(value)
        self._grad_req = value
        if self._array is None:
            return
        leaf = self._array._node
        if type(leaf) is Leaf and value != "null":
            leaf.grad_req = value
        else:
            self._array.attach_grad(value if self._dtype.kind == "f" else "null")

    def _absent(self) -> NotInitializedError | DeferredInitializationError:
        if self._plan is None:
            return NotInitializedError(self._lesson())
        return DeferredInitializationError(
            f"Parameter {self.name} has no values yet: its shape {self._shape} has a length (0) that only the first "
            "forward pass tells. Run one batch through the network, net(x), or give the layer its input "
            "width, in_units=. If you did run a batch, the forward pass never reached this layer."
        )

    def _lesson(self) -> str:
        return (
            f"Parameter {self.name} has no values because it was never initialized. Call net.initialize() first; "
            "if you did, this parameter's block is no part of net (a plain list hides blocks)."
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> Parameter:
        twin = copy.copy(self)
        memo[id(self)] = twin
        if self._plan is not None:  # a stream of its own, so that both will draw the same values
            stream = self._plan.stream
            twin._plan = self._plan._replace(stream=random.Stream(stream.entropy, stream.key))
        if self._array is not None:
            twin._array = None
            twin._adopt(self._array._data.copy())
        return twin


class Constant(Parameter):
    """A parameter that is part of a network and never trained: its `grad_req` stays ``'null'``.

    Parameters
    ----------
    name : str
    value : NDArray, ndarray, list or number
    """

    def __init__(self, name: str, value: Any) -> None:
        array = as_values(plain(value), f"Constant {name} cannot hold").astype(np.float32)
        if array.size == 0:
            raise ShapeError(f"Constant {name} has to hold at least one number, got an array of shape {array.shape}.")
        super().__init__(name, array.shape, init=FillConstant(array), grad_req="null")
        self.value, self._fixed = array, self.init

    def plan(self, explicit: Initializer | None, network: Initializer, stream: random.Stream) -> Plan:
        """Return the plan that writes the value; another initializer for this very constant is refused."""
        if explicit is not None and explicit != self._fixed:
            raise SettingError(
                f"Constant {self.name} has a fixed value, so {explicit!r} cannot fill it. Use set_data() to change it, "
                "or params.get() for a parameter."
            )
        return super().plan(self._fixed, network, stream)

    @property
    def grad_req(self) -> str:
        """Always ``'null'``."""
        return "null"

    @grad_req.setter
    def grad_req(self, value: str) -> None:
        if value != "null":
            raise SettingError(
                f"Constant {self.name} is never trained, so its grad_req stays 'null', not {value!r}. "
                "Use params.get() instead of params.get_constant() for a value that is learned."
            )


def initialize_all(
    parameters: Iterable[Parameter],
    default: Initializer | str | None = None,
    force_reinit: bool = False,
) -> None:
    """Initialize parameters together: if one of them cannot be filled, none of them is changed.

    Parameters
    ----------
    parameters : iterable of Parameter
        In structural order; each is handed the next child of one random stream, used or not.
    default : Initializer or str, optional
        The network's initializer, for parameters without one of their own; `Uniform(0.07)` by default.
    force_reinit : bool
        Replace values that are there already.
    """
    fallback = create(default) if default is not None else Uniform(0.07)
    root = random.spawn()
    filled: list[tuple[Parameter, Plan, Any]] = []
    kept: list[str] = []
    for parameter in parameters:
        stream = root.spawn()
        if parameter.state == "ready" and not force_reinit:
            kept.append(parameter.name)
            continue
        plan = parameter.plan(None, fallback, stream)
        filled.append((parameter, plan, parameter.planned(plan)))
    for parameter, plan, values in filled:
        parameter.settle(plan, values)
    if kept:
        warn_kept(kept)


class Plan(NamedTuple):
    """How a parameter will be filled: by whom, whether by its role, and from which stream of random numbers."""

    initializer: Initializer
    by_role: bool
    stream: random.Stream


def fill(plan: Plan, name: str, shape: tuple[int, ...], dtype: np.dtype[Any], role: str | None) -> npt.NDArray[Any]:
    """Return the values that `plan` gives a parameter.

    Raises
    ------
    ShapeError
        If the initializer replaced the array by one of another shape.
    InitializerError
        If it gave fractions to a parameter of whole numbers.
    """
    exact = dtype in (np.float32, np.float64)  # the types that numpy draws random numbers in
    values = NDArray(np.zeros(shape, dtype if exact else np.float64))
    with random.stream(plan.stream), autograd.pause():
        if plan.by_role:
            plan.initializer(name, values, role=role)
        else:
            plan.initializer._init_weight(name, values)
    if values.shape != shape:
        raise ShapeError(f"{plan.initializer!r} changed the shape of Parameter {name} to {values.shape}.")
    filled = values._data.astype(dtype, copy=False)
    if dtype.kind != "f" and not np.array_equal(filled, values._data):
        raise InitializerError(
            f"{plan.initializer!r} gives Parameter {name} fractions, which its dtype {dtype} cannot hold. Give it "
            "init=init.Constant(0), or set_data() whole numbers."
        )
    return filled


def merge_shapes(known: Shape | None, shape: Shape, name: str) -> Shape:
    """Return `known` with its unknown lengths filled in from `shape`.

    Raises
    ------
    ShapeError
        If a length that is known differs, or the number of axes does.

    Examples
    --------
    >>> merge_shapes((256, 0), (256, 20), "dense0_weight")
    (256, 20)
    """
    if known is None:
        return shape
    if len(known) != len(shape) or any(k and s and k != s for k, s in zip(known, shape, strict=True)):
        raise ShapeError(
            f"Parameter {name} has shape {known}, which does not fit shape {shape}. Only lengths that are still "
            "unknown (0) can be filled in. If the input has another width now, make a new layer for it."
        )
    return tuple(k or s for k, s in zip(known, shape, strict=True))


def warn_kept(names: Sequence[str]) -> None:
    """Warn once that parameters with values were not initialized again."""
    listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    warn(f"Already initialized, so the values were kept: {listed}. Pass force_reinit=True to draw new ones.")

"""`Parameter`: a named array with its gradient, its initializer and its settings.

A parameter is in one of three states.  ``declared``: it has a name and perhaps a shape, and no values.
``deferred``: `initialize` was called, but a length of the shape is still unknown (0); its recipe, the choice of
initializer and the random stream, is kept until a forward pass, `set_data` or loading makes the shape known.
``ready``: it has values.

The way from ``net.initialize(init.Xavier())`` to values is this file from top to bottom, behind ``init.py``:
`initialize_all` asks every parameter for its recipe and for its first values, which `Recipe.fill` has the initializer
write where the shape is known; only then the first of them changes, and begins to hold what it was given.
Every parameter has a random stream of its own, handed out when `initialize` is called.  So a layer whose input width is
found out late holds the same values as one that was told its width.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from threading import RLock
from typing import Any, ClassVar, Literal, NamedTuple
from weakref import ReferenceType, ref

import numpy as np

from . import autograd, errors, random
from .array import NDArray, plain
from .autograd import Leaf, Version
from .checks import Array, Shape, as_dtype, as_number, as_shape, as_values, check_grad_req, fitted, no_device, one_of
from .errors import FREEZING, KnownNames, answers, listed, shown, warn
from .init import Init, Initializer, Uniform, create

State = Literal["declared", "deferred", "ready"]
ROLES = ("weight", "bias", "gamma", "beta")
DEFAULT = Uniform(0.07)
_completing = RLock()  # several threads may run the first forward pass: one of them fills a parameter, the others wait


def initialize_all(parameters: Iterable[Parameter], init: Init = None, force_reinit: bool = False) -> None:
    """Initialize parameters together: if one of them cannot be filled, none of them is changed.

    Parameters
    ----------
    parameters : iterable of Parameter
        In structural order; each is handed the next child of one random stream, used or not.
    init : Initializer or str, optional
        The network's initializer, for parameters without one of their own; `Uniform(0.07)` by default.
    force_reinit : bool
        Replace values that are there already.
    """
    network = DEFAULT if init is None else create(init)
    streams = random.spawn()
    chosen: list[tuple[Parameter, Recipe, Array | None]] = []
    kept: list[str] = []
    for parameter in parameters:
        stream = streams.spawn()
        if parameter.state == "ready" and not force_reinit:
            kept.append(parameter.name)
        else:
            recipe = parameter.recipe(None, network, stream)
            chosen.append((parameter, recipe, parameter.first_values(recipe)))
    for parameter, recipe, values in chosen:
        parameter.begin(recipe, values)
    if kept:
        warn_kept(kept)


class Parameter(KnownNames):
    """A named array that a network learns.

    Parameters
    ----------
    name : str
        The label that is printed and selected by, such as ``dense0_weight``.  A parameter that is made by hand and then
        assigned to a block, ``self.gain = Parameter('gain', ...)``, gets the block's prefix in front, so that two such
        blocks fit into one network.  From then on the label is frozen.
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

    init: Initializer | None
    __slots__ = (
        "_array", "_dtype", "_grad_req", "_idle_leaf", "_labelled", "_name", "_recipe", "_shape", "allow_deferred_init",
        "init", "lr_mult", "moved_by", "role", "wd_mult",
    )  # fmt: skip
    _elsewhere: ClassVar = answers({
        f"{FREEZING} frozen stop_gradient": "It is frozen by grad_req = 'null', trained again by grad_req = 'write'.",
        "assign copy_ value": "set_data(values) replaces the values, data() returns them.",
        "numpy asnumpy": "The values as a numpy array are data().asnumpy().",
        "data": "data() returns the live values; set_data(values) replaces them, data()[:] = 0 fills them.",
        "grad": "grad() returns the gradient, zero_grad() makes it zeros.",
        "name": "The label of a parameter is frozen: networks find it by its name. Make a new one under another name.",
        "dtype": "cast('float64') converts it.",
        "initializer": "It is called init.",
        "regularizer": "Weight decay is the trainer's wd, with wd_mult as a factor.",
        "list_data list_grad": "There is one device, so data() and grad() are all.",
    })  # fmt: skip

    def __init__(
        self,
        name: str,
        shape: int | tuple[int, ...] | None = None,
        dtype: Any = "float32",
        init: Init = None,
        grad_req: str = "write",
        lr_mult: float = 1.0,
        wd_mult: float = 1.0,
        allow_deferred_init: bool = False,
        role: str | None = None,
    ) -> None:
        if not isinstance(name, str):
            raise errors.RegistrationError(f"A parameter's name is a string like 'dense0_weight', got {shown(name)}.")
        check_grad_req(grad_req)
        self._name = name
        self._shape = None if shape is None else as_shape(shape, f"Parameter {name}")
        self._dtype: np.dtype[Any] = as_dtype(dtype, f"Parameter {name}")
        self._grad_req = grad_req
        self._array: NDArray | None = None
        self._recipe: Recipe | None = None
        self._idle_leaf: ReferenceType[Leaf] | None = None  # what received the gradient before grad_req became 'null'
        self.init = init  # type: ignore[assignment]  # a name becomes an initializer
        self.lr_mult, self.wd_mult = lr_mult, wd_mult
        self.role = role if role is not None else next((r for r in ROLES if name.endswith(r)), None)
        self.allow_deferred_init = allow_deferred_init
        self._labelled = False  # whether a block or a dictionary holds it, under its name
        self.moved_by: object = None  # the mark of the trainer that used its gradient last

    def __setattr__(self, name: str, value: Any) -> None:
        # Checked here, so that neither `initialize` nor a step of the trainer stops halfway.
        if name in ("lr_mult", "wd_mult"):
            value = as_number(value, f"{name} of Parameter {self.name}")
        elif name == "init" and value is not None:
            value = create(value)
        elif name == "role" and value is not None:
            value = one_of(value, ROLES, f"The role of Parameter {self.name}")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        return f"{type(self).__name__} {self.name} (shape={self._shape}, dtype={self._dtype})"

    @property
    def name(self) -> str:
        """The label, such as ``dense0_weight``."""
        return self._name

    def label(self, prefix: str) -> str:
        """Return the label under which a block with this prefix holds the parameter."""
        return self._name if self._labelled or self._name.startswith(prefix) else prefix + self._name

    def freeze_label(self, label: str) -> None:
        """Keep `label` for good: from now on something finds the parameter by it."""
        self._name, self._labelled = label, True

    @property
    def state(self) -> State:
        """``'declared'``, ``'deferred'`` or ``'ready'``."""
        if self._array is not None:
            return "ready"
        return "declared" if self._recipe is None else "deferred"

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

    def fits(self, shape: Shape) -> bool:
        """Return whether values of that shape can be held: it agrees in all lengths that are known, and none is 0."""
        known = (0,) * len(shape) if self._shape is None else self._shape
        return (
            0 not in shape and len(known) == len(shape) and all(k in (0, n) for k, n in zip(known, shape, strict=True))
        )

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the entries; change it with `cast`."""
        return self._dtype

    # ---- becoming ready

    def initialize(self, init: Init = None, force_reinit: bool = False, ctx: object = None) -> None:
        """Fill the parameter with initial values, now or as soon as its shape is known.

        Parameters
        ----------
        init : Initializer or str, optional
            Goes before the parameter's own initializer; without either, weights get `Uniform(0.07)`.
        force_reinit : bool
            Replace values that are there already; without it a `UserWarning` says that they are kept.
        ctx : None
            There are no devices.
        """
        no_device(ctx)
        if self._array is not None and not force_reinit:
            warn_kept([self.name])
            return
        recipe = self.recipe(None if init is None else create(init), DEFAULT, random.spawn())
        self.begin(recipe, self.first_values(recipe))

    def recipe(self, explicit: Initializer | None, network: Initializer, stream: random.Stream) -> Recipe:
        """Choose the initializer: the explicit one, else the parameter's own, else the network's by role."""
        own = explicit or self.init
        return Recipe(own or network, own is None, stream)

    def first_values(self, recipe: Recipe) -> Array | None:
        """Return the values that `recipe` gives, or None while the shape is not known; change nothing."""
        if self._shape is not None and 0 not in self._shape:
            return recipe.fill(self.name, self._shape, self._dtype, self.role)
        if not self.allow_deferred_init:
            raise errors.ShapeError(
                f"Cannot initialize Parameter {self.name}: its shape {self._shape} is not known. Give the whole "
                "shape, or allow_deferred_init=True if the first forward pass will tell it."
            )
        return None

    def begin(self, recipe: Recipe, values: Array | None) -> None:
        """Take the first values, or keep the recipe until the shape is known."""
        self._recipe = recipe if values is None else None
        if values is not None:
            self._hold(values)

    def complete_shape(self, shape: tuple[int, ...]) -> None:
        """Fill in the lengths that a layer has inferred from its input, and the values if they waited for it."""
        with _completing:
            merged = merge_shapes(self._shape, shape, self.name)
            if self._array is not None:
                return  # another thread was the first
            if self._recipe is None:
                raise self._absent()
            values = self._recipe.fill(self.name, merged, self._dtype, self.role)
            self._shape, self._recipe = merged, None
            self._hold(values)

    def _hold(self, values: Array) -> None:
        """Make `values` the buffer, with a gradient of zeros; graphs recorded before keep the old buffer."""
        array = NDArray(values) if self._array is None else self._array
        array._data, array._version = values, Version(f"Parameter {self.name}")
        array.attach_grad(self._grad_req if self._dtype.kind == "f" else "null")
        self._array, self._idle_leaf = array, None

    # ---- values

    def data(self, ctx: object = None) -> NDArray:
        """Return the live values: writing into them changes the parameter.

        It is the same object at every call.  Use ``data().asnumpy()`` for a copy.

        Raises
        ------
        NotInitializedError, DeferredInitializationError
            If there are no values yet.
        """
        if self._array is None or ctx is not None:
            no_device(ctx)
            raise self._absent()
        return self._array

    def _absent(self) -> errors.NotInitializedError | errors.DeferredInitializationError:
        if self._recipe is None:
            return errors.NotInitializedError(
                f"Parameter {self.name} has no values because it was never initialized. Call net.initialize() first; "
                "if you did, this parameter's block is no part of net (a plain list hides blocks)."
            )
        return errors.DeferredInitializationError(
            f"Parameter {self.name} has no values yet: its shape {self._shape} has a length (0) that only the first "
            "forward pass tells. Run one batch through the network, net(x), or give the layer its input "
            "width, in_units=. If you did run a batch, the forward pass never reached this layer."
        )

    def set_data(self, values: Any) -> None:
        """Replace all values.

        Outside `record` the buffer is written in place.  While recording, the parameter gets a new buffer, so
        what was computed with the old values is still differentiated with the old values.  A parameter without
        values takes the shape from `values` and becomes ready.

        Parameters
        ----------
        values : NDArray, ndarray or list
            Of exactly the parameter's shape.

        Raises
        ------
        ShapeError, DTypeError
            If they have another shape, or the parameter's dtype cannot hold them.  Nothing has changed then.
        """
        self.adopt(self.converted(values))

    def converted(self, values: Any) -> Array:
        """Return `values` as `adopt` takes them, after every check that can fail; change nothing."""
        source = as_values(plain(values), f"Parameter {self.name} cannot take")
        if not self.fits(source.shape):
            raise errors.ShapeError(
                f"Parameter {self.name} has shape {self._shape}, which values of shape {source.shape} do not fill. "
                "set_data() takes an array of the whole shape; data()[:] = 0.5 writes one number everywhere."
            )
        return fitted(source, self._dtype, f"Parameter {self.name}")

    def adopt(self, values: Array) -> None:
        """Take what `converted` returned; this cannot fail."""
        self._shape, self._recipe = values.shape, None
        if self._array is None:
            self._hold(values)
        elif autograd.is_recording():
            self._array._data, self._array._version = values, Version(f"Parameter {self.name}")
        else:
            np.copyto(self._array._data, values)
            self._array._bump()

    def cast(self, dtype: Any) -> None:
        """Convert the values to another dtype; real numbers stay real.  The gradient becomes zeros."""
        cast_all([self], as_dtype(dtype, f"Parameter {self.name}"))

    def _exact(self) -> Array:
        """Return the values that a cast starts from."""
        return self.data()._data

    # ---- the gradient

    def grad(self, ctx: object = None) -> NDArray:
        """Return the gradient: zeros until `backward` fills it, the same object at every call."""
        grad = self.data(ctx).grad
        if grad is None:
            why = "grad_req='null'" if self._dtype.kind == "f" else f"its dtype {self._dtype} has none"
            raise errors.SettingError(f"Parameter {self.name} has no gradient: {why}. grad_req='write' trains it.")
        return grad

    def zero_grad(self) -> None:
        """Set the gradient to zero; needed with ``grad_req='add'`` before a new sum."""
        if self._array is not None and type(self._array._node) is Leaf:
            self._array._node.clear()

    @property
    def grad_req(self) -> str:
        """``'write'``, ``'add'`` or ``'null'``; after a change the gradient is zeros, with 'null' there is none.

        What held the gradient is free then, unless a graph that was recorded before still leads to it.
        """
        return self._grad_req

    @grad_req.setter
    def grad_req(self, value: str) -> None:
        check_grad_req(value)
        changed, self._grad_req = value != self._grad_req, value
        if self._array is None or self._dtype.kind != "f" or not changed:
            return
        held = self._array._node
        leaf = held if type(held) is Leaf else None if self._idle_leaf is None else self._idle_leaf()
        if value == "null":  # graphs recorded before deliver to the leaf, and keep it as long as they live
            self._array._node, self._idle_leaf = None, None if leaf is None else ref(leaf)
        elif leaf is None:
            self._array.attach_grad(value)
        else:
            self._array._node, leaf.grad_req, leaf.fresh = leaf, value, False
            self.zero_grad()

    # ---- copies

    def __copy__(self) -> Parameter:
        return copy.deepcopy(self)  # two parameters never write one buffer

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy and pickle take: the values, not the gradient, which belongs to a graph of this object."""
        state = {name: getattr(self, name) for kind in type(self).__mro__ for name in getattr(kind, "__slots__", ())}
        values = None if self._array is None else self._array._data
        return {**state, **getattr(self, "__dict__", {}), "_array": values, "_idle_leaf": None, "moved_by": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        values = state["_array"]
        for name, value in {**state, "_array": None}.items():
            object.__setattr__(self, name, value)
        if values is not None:
            self._hold(values)


class Recipe(NamedTuple):
    """How a parameter will be filled: by whom, whether as its role asks, and from which stream of random numbers."""

    initializer: Initializer
    by_role: bool
    stream: random.Stream

    def fill(self, name: str, shape: Shape, dtype: np.dtype[Any], role: str | None) -> Array:
        """Return the values of a parameter.

        Raises
        ------
        ShapeError
            If there is no memory for it, or the initializer replaced the array by one of another shape.
        InitializerError
            If it gave numbers that the dtype cannot hold.
        """
        drawn_in = np.dtype(np.float64)
        if dtype in (np.float32, np.float64) or not self.initializer.draws:
            drawn_in = dtype  # numpy draws random numbers in these two types
        try:
            values = NDArray(np.zeros(shape, drawn_in))
        except (ValueError, MemoryError, OverflowError) as error:
            raise errors.ShapeError(f"Parameter {name} of shape {shown(shape)} fits no memory: {error}.") from error
        with random.stream(self.stream), autograd.pause():
            if self.by_role:
                self.initializer(name, values, role=role)
            else:
                self.initializer._init_weight(name, values)
        if values.shape != shape:
            raise errors.ShapeError(f"{self.initializer!r} changed the shape of Parameter {name} to {values.shape}.")
        if values.dtype == dtype:
            return values._data
        try:
            return fitted(values._data, dtype, f"Parameter {name}")
        except errors.DTypeError as error:
            raise errors.InitializerError(
                f"{shown(self.initializer)} gives numbers that do not fit. {error} Use init.Constant(0), or set_data()."
            ) from error


def _use_values(self: Parameter, *_: Any, **__: Any) -> Any:
    raise errors.DTypeError(f"Parameter {self.name} is no array: its values are, {self.name.split('_')[-1]}.data().")


for _operator in [
    "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "floordiv", "pow", "rpow", "matmul", "rmatmul",
    "neg", "pos", "abs", "lt", "le", "gt", "ge", "getitem", "setitem", "float", "int", "array",
]:  # fmt: skip
    setattr(Parameter, f"__{_operator}__", _use_values)


class Constant(Parameter):
    """A parameter that is part of a network and never trained: its `grad_req` stays ``'null'``.

    Parameters
    ----------
    name : str
    value : NDArray, ndarray, list or number
    dtype : dtype, optional
        By default that of an array; float32 for numbers, lists and float64 arrays of numpy, as in `nd.array`.
    """

    __slots__ = ("value",)

    def __init__(self, name: str, value: Any, dtype: Any = None) -> None:
        source = plain(value)
        array = as_values(source, f"Constant {listed([name])} cannot hold").copy()
        if array.size == 0:
            raise errors.ShapeError(f"Constant {name} holds at least one number, not an array of shape {array.shape}.")
        if dtype is None:
            told = isinstance(value, NDArray) or (isinstance(value, np.ndarray) and array.dtype != np.float64)
            dtype = array.dtype if told else np.float32
        super().__init__(name, array.shape, dtype, grad_req="null")
        self.value = array
        if array.dtype.kind in "iu" and not np.array_equal(self.first_values(), array):
            raise errors.DTypeError(
                f"Constant {name}: {self.dtype} cannot hold numbers such as {array.max()} exactly; try dtype='int64'."
            )

    def recipe(self, explicit: Initializer | None, network: Initializer, stream: random.Stream) -> Recipe:
        """Return a recipe that nobody reads; an initializer for this very constant is refused."""
        if explicit is not None:
            raise errors.SettingError(
                f"Constant {self.name} has a fixed value, so {explicit!r} cannot fill it. Use set_data() to change it, "
                "or params.get() for a parameter."
            )
        return super().recipe(None, network, stream)

    def first_values(self, recipe: Recipe | None = None) -> Array:
        """Return the value in the constant's dtype, whatever the recipe."""
        return fitted(self.value, self._dtype, f"Constant {self.name}")

    def _exact(self) -> Array:
        """Return the value as it was given, unless `set_data` has changed it."""
        held = super()._exact()
        return self.value if np.array_equal(self.first_values(), held, equal_nan=held.dtype.kind == "f") else held

    @property
    def grad_req(self) -> str:
        """Always ``'null'``."""
        return "null"

    @grad_req.setter
    def grad_req(self, value: str) -> None:
        if value != "null":
            raise errors.SettingError(
                f"Constant {self.name} is never trained, so its grad_req stays 'null', not {shown(value)}. "
                "Use params.get() instead of params.get_constant() for a value that is learned."
            )


def cast_all(parameters: Iterable[Parameter], dtype: np.dtype[Any]) -> None:
    """Convert parameters together: if one of them holds a value that `dtype` cannot, none of them is changed."""
    converted: list[tuple[Parameter, Array | None]] = []
    for parameter in parameters:
        if parameter.dtype.kind == "f" and dtype.kind != "f":
            raise errors.DTypeError(
                f"Parameter {parameter.name} holds real numbers, and {dtype} would cut off their fractions. Nothing "
                "was changed. Cast to float16, float32 or float64, or convert a copy: p.data().astype('int32')."
            )
        values = None
        if parameter.state == "ready":
            values = fitted(parameter._exact(), dtype, f"Parameter {parameter.name}")
        converted.append((parameter, values))
    for parameter, values in converted:
        parameter._dtype = dtype
        if values is not None:
            parameter._hold(values)


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
        raise errors.ShapeError(
            f"Parameter {name} has shape {known}, which does not fit shape {shape}. Only lengths that are still "
            "unknown (0) can be filled in. If the input has another width now, make a new layer for it."
        )
    return tuple(k or s for k, s in zip(known, shape, strict=True))


def warn_kept(names: list[str]) -> None:
    """Warn once that parameters with values were not initialized again."""
    warn(f"Already initialized, so the values were kept: {listed(names, 3)}. Pass force_reinit=True to draw new ones.")

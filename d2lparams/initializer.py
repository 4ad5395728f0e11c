"""The base of initializers, and how a name becomes one.

An `Initializer` is called with a name, an array of zeros and the role of the parameter.  By role a weight goes to
`_init_weight`, a bias or beta becomes 0, a gamma 1.  To make your own, derive from `Initializer` and write
`_init_weight(self, name, data)`; random numbers come from `random.generator()` or `nd.random`, both of which draw
from the parameter's own stream.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from . import autograd, random
from .errors import InitializerError, ShapeError, UnknownNameError, nearest
from .ndarray import NDArray

__all__ = ["Initializer", "Plan", "create", "fill", "register"]

_registry: dict[str, type[Initializer]] = {}
SYNONYMS = {"zeros": "zero", "ones": "one", "gaussian": "normal", "kaiming": "he", "glorot": "xavier"}
Kind = TypeVar("Kind", bound="type[Initializer]")


class Initializer:
    """The base of all initializers; a class of your own writes `_init_weight`."""

    def __call__(self, name: str, data: NDArray, role: str | None = "weight") -> None:
        """Fill `data` according to the role of the parameter `name`.

        Parameters
        ----------
        name : str
        data : NDArray
            Zeros, of the final shape.
        role : {'weight', 'bias', 'gamma', 'beta'} or None

        Raises
        ------
        InitializerError
            If there is no role, and so no way to know what a network's initializer should do.
        """
        if role is None:
            raise InitializerError(
                f"Parameter {name} has no role, so a network's initializer does not know what to do with it: its name "
                "ends in none of weight, bias, gamma, beta. Give it an initializer (init=) or a role (role='weight')."
            )
        getattr(self, f"_init_{role}")(name, data)

    def _init_weight(self, name: str, data: NDArray) -> None:
        raise InitializerError(f"{type(self).__name__} has no _init_weight(self, name, data). Write how it fills data.")

    def _init_bias(self, name: str, data: NDArray) -> None:
        data._data.fill(0)

    def _init_beta(self, name: str, data: NDArray) -> None:
        data._data.fill(0)

    def _init_gamma(self, name: str, data: NDArray) -> None:
        data._data.fill(1)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        settings = ", ".join(f"{key}={value!r}" for key, value in vars(self).items())
        return f"{type(self).__name__}({settings})"


def register(kind: Kind) -> Kind:
    """Make a class known by its name in lower case, so that ``create('myinit')`` finds it; a decorator."""
    if not (isinstance(kind, type) and issubclass(kind, Initializer)):
        raise InitializerError(f"register takes a class derived from Initializer, got {kind!r:.60}.")
    _registry[kind.__name__.lower()] = kind
    return kind


def create(spec: Initializer | str) -> Initializer:
    """Return an initializer from an instance, or from a name such as ``'xavier'`` or ``'zeros'`` in any case.

    Raises
    ------
    UnknownNameError
        If no initializer has that name; the message has the nearest ones.
    InitializerError
        If `spec` is neither an initializer nor a name.
    """
    if isinstance(spec, Initializer):
        return spec
    if isinstance(spec, str):
        key = SYNONYMS.get(spec.lower(), spec.lower())
        if key not in _registry:
            raise UnknownNameError(f"There is no initializer {spec!r}. {nearest(spec, [*_registry, *SYNONYMS])}")
        kind = _registry[key]
        try:
            return kind()
        except TypeError as error:
            raise InitializerError(f"{spec!r} needs settings: make it yourself, {kind.__name__}(...).") from error
    hint = (
        f"{spec.__name__}()"
        if isinstance(spec, type)
        else f"Constant({spec!r})"
        if isinstance(spec, int | float)
        else "Normal(0.01)"
    )
    raise InitializerError(f"An initializer is an instance or a name, got {spec!r:.60}. Try init.{hint}.")


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

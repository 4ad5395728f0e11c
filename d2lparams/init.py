"""Initializers: who fills a parameter, and with what.

First the base class with the rules of roles, then how a name becomes an initializer, then the built-in ones.  They
check their settings and choose the scale; the mathematics of drawing stands in ``fills.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, Union

import numpy as np

from . import fills, random
from .array import NDArray, plain
from .checks import as_number, as_values, fitted, one_of
from .errors import InitializerError, SettingError, ShapeError, UnknownNameError, listed, nearest, shown
from .naming import compile_pattern

__all__ = [
    "Bilinear", "Constant", "FromArrays", "He", "Initializer", "LSTMBias", "LeCun", "MSRAPrelu", "Mixed", "Normal",
    "One", "Orthogonal", "TruncatedNormal", "Uniform", "Xavier", "Zero", "create", "register",
]  # fmt: skip

Init = Union["Initializer", str, None]  # what is accepted where an initializer may be given
_registry: dict[str, type[Initializer]] = {}
FACTORS = ("avg", "in", "out")
SYNONYMS = {"zeros": "zero", "ones": "one", "gaussian": "normal", "kaiming": "he", "glorot": "xavier"}
Kind = TypeVar("Kind", bound="type[Initializer]")


class Initializer:
    """The base of all initializers; a class of your own writes `_init_weight`.

    Attributes
    ----------
    draws : bool
        Whether it computes real numbers, and so is handed an array of real numbers even for a parameter of integers.
        Those that copy given numbers say False and write the parameter's own type, in which every integer is exact.
    """

    draws = True

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

    _init_beta = _init_bias

    def _init_gamma(self, name: str, data: NDArray) -> None:
        data._data.fill(1)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and _same(vars(self), vars(other))

    def __hash__(self) -> int:
        return hash(type(self))  # settings may be arrays, and equal ones need one hash

    def __repr__(self) -> str:
        settings = ", ".join(f"{key}={value!r}" for key, value in vars(self).items())
        return f"{type(self).__name__}({settings})"


def _same(one: Any, other: Any) -> bool:
    """Return whether two settings are equal, arrays by their values."""
    one, other = plain(one), plain(other)
    if isinstance(one, np.ndarray | np.generic | float):
        return isinstance(other, type(one)) and np.array_equal(one, other, equal_nan=np.asarray(one).dtype.kind in "fc")
    if type(one) is not type(other) or not isinstance(one, dict | list | tuple):
        return bool(one == other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    return len(one) == len(other) and all(_same(value, twin) for value, twin in zip(one, other, strict=True))


def register(kind: Kind) -> Kind:
    """Make a class known by its name in lower case, so that ``create('myinit')`` finds it; a decorator."""
    if not (isinstance(kind, type) and issubclass(kind, Initializer)):
        raise InitializerError(f"register takes a class derived from Initializer, got {shown(kind)}.")
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
        kind = _registry.get(SYNONYMS.get(spec.lower(), spec.lower()))
        if kind is None:
            raise UnknownNameError(f"There is no initializer {shown(spec)}. {nearest(spec, [*_registry, *SYNONYMS])}")
        try:
            return kind()
        except TypeError as error:
            raise InitializerError(f"{spec!r} needs settings: make it yourself, {kind.__name__}(...).") from error
    hint = "Normal(0.01)"
    if isinstance(spec, type | int | float):
        hint = f"{spec.__name__}()" if isinstance(spec, type) else f"Constant({shown(spec)})"
    raise InitializerError(f"An initializer is an instance or a name, got {shown(spec)}. Try init.{hint}.")


@register
class Constant(Initializer):
    """Fill with one number, or with an array that broadcasts to the parameter's shape."""

    draws = False

    def __init__(self, value: Any) -> None:
        array = as_values(plain(value), "Constant cannot fill with")
        self.value = value if isinstance(value, int | float) else array.copy()

    def _init_weight(self, name: str, data: NDArray) -> None:
        value = fitted(np.asarray(self.value), data.dtype, f"Parameter {name}")
        try:
            data._data[...] = value
        except ValueError as error:
            raise ShapeError(
                f"Constant of shape {value.shape} does not fill Parameter {name} of shape {data.shape}."
            ) from error


@register
class Zero(Initializer):
    """Fill with 0.  In a hidden layer this leaves all units alike for ever."""

    _init_weight = Initializer._init_bias


@register
class One(Initializer):
    """Fill with 1."""

    _init_weight = Initializer._init_gamma


@register
class Uniform(Initializer):
    """Draw from U(-scale, scale): standard deviation scale / sqrt(3).  The default of networks, with 0.07."""

    def __init__(self, scale: float = 0.07) -> None:
        self.scale = as_number(scale, "scale", 0)

    def _init_weight(self, name: str, data: NDArray) -> None:
        fills.uniform(data._data, random.generator(), -self.scale, self.scale)


@register
class Normal(Initializer):
    """Draw from N(0, sigma^2); sigma is the standard deviation, not the variance."""

    def __init__(self, sigma: float = 0.01) -> None:
        self.sigma = as_number(sigma, "sigma", 0)

    def _init_weight(self, name: str, data: NDArray) -> None:
        fills.normal(data._data, random.generator(), 0.0, self.sigma)


@register
class TruncatedNormal(Initializer):
    """Draw from N(mean, sigma^2), and again what falls farther than 2 sigma from the mean.

    The standard deviation that is left is 0.8796 sigma.
    """

    def __init__(self, mean: float = 0.0, sigma: float = 0.01) -> None:
        self.mean, self.sigma = as_number(mean, "mean"), as_number(sigma, "sigma", 0)

    def _init_weight(self, name: str, data: NDArray) -> None:
        fills.truncated_normal(data._data, random.generator(), self.mean, self.sigma)


class _OfMatrices(Initializer):
    """An initializer that has to know which axis of a weight counts the inputs, and which the outputs.

    Parameters
    ----------
    layout : str
        A letter for every axis: ``i`` for the inputs, ``o`` for the outputs, any others for a kernel's, which may be
        left out at the end.  ``'oi'`` is the layout of this package, (out, in, *kernel); a weight that is used as
        ``x @ w`` is ``'io'``.
    """

    def __init__(self, layout: str = "oi") -> None:
        if not isinstance(layout, str) or layout.count("i") != 1 or layout.count("o") != 1:
            raise SettingError(
                f"layout has one 'o' for the axis of the outputs and one 'i' for that of the inputs, such as 'oi' for "
                f"a weight of shape (out, in), 'io' for (in, out), 'hwio' for a kernel; got {shown(layout)}."
            )
        self.layout = layout

    def _draw(self, name: str, data: NDArray, rnd_type: str, factor_type: str, magnitude: float) -> None:
        """Fill with numbers of variance magnitude / (3 fan) if uniform, magnitude / fan if gaussian."""
        fan_in, fan_out = fills.fans(data.shape, *self._axes(name, data))
        fan = {"avg": (fan_in + fan_out) / 2, "in": fan_in, "out": fan_out}[factor_type]
        scale = math.sqrt(magnitude / fan)
        if rnd_type == "uniform":
            fills.uniform(data._data, random.generator(), -scale, scale)
        else:
            fills.normal(data._data, random.generator(), 0.0, scale)

    def _axes(self, name: str, data: NDArray) -> tuple[int, int]:
        """Return the axes of the inputs and of the outputs, if `data` has them."""
        axes = self.layout.index("i"), self.layout.index("o")
        if data.ndim <= max(axes):
            raise InitializerError(
                f"{type(self).__name__} needs a fan-in and a fan-out, so a weight of layout {self.layout!r}, but "
                f"Parameter {name} of shape {data.shape} is {'a vector' if data.ndim == 1 else 'of fewer axes'}. Use "
                "another initializer for it, such as init.Zero() or init.Normal(0.01)."
            )
        return axes


@register
class Xavier(_OfMatrices):
    """Keep the variance in linear layers: variance magnitude / (3 fan) uniform, magnitude / fan normal.

    Uniform draws from U(-c, c) with ``c = sqrt(magnitude / fan)``, normal from N(0, c^2), where fan is the mean of
    fan-in and fan-out, or one of them.  The default is equation 16 of Glorot and Bengio (2010):
    ``c = sqrt(6 / (fan_in + fan_out))``.  Also known as Glorot initialization.

    Parameters
    ----------
    rnd_type : {'uniform', 'gaussian'}
    factor_type : {'avg', 'in', 'out'}
    magnitude : float
    layout : str
        ``'oi'`` for a weight of shape ``(out, in, *kernel)``, ``'io'`` for (in, out).
    """

    def __init__(
        self, rnd_type: str = "uniform", factor_type: str = "avg", magnitude: float = 3.0, layout: str = "oi"
    ) -> None:
        self.rnd_type = one_of(rnd_type, ("uniform", "gaussian"), "rnd_type")
        self.factor_type = one_of(factor_type, FACTORS, "factor_type")
        self.magnitude = as_number(magnitude, "magnitude", 0)
        super().__init__(layout)

    def _init_weight(self, name: str, data: NDArray) -> None:
        self._draw(name, data, self.rnd_type, self.factor_type, self.magnitude)


@register
class He(_OfMatrices):
    """Keep the second moment in ReLU layers: N(0, 2 / ((1 + slope^2) fan)), He et al. (2015), equations 10 and 15.

    Also known as Kaiming initialization, and in Gluon as `MSRAPrelu`, whose default slope of 0.25 is for a learned
    leaky ReLU.

    Parameters
    ----------
    factor_type : {'in', 'avg', 'out'}
    slope : float
        Of the activation for negative inputs: 0 for ReLU.
    layout : str
        ``'oi'`` for a weight of shape ``(out, in, *kernel)``, ``'io'`` for (in, out).
    """

    def __init__(self, factor_type: str = "in", slope: float = 0.0, layout: str = "oi") -> None:
        self.factor_type, self.slope = one_of(factor_type, FACTORS, "factor_type"), as_number(slope, "slope")
        super().__init__(layout)

    def _init_weight(self, name: str, data: NDArray) -> None:
        self._draw(name, data, "gaussian", self.factor_type, 2 * (1 / math.hypot(1, self.slope)) ** 2)


@register
class MSRAPrelu(He):
    """`He` with Gluon's defaults: the mean of both fans, slope 0.25."""

    def __init__(self, factor_type: str = "avg", slope: float = 0.25, layout: str = "oi") -> None:
        super().__init__(factor_type, slope, layout)


@register
class LeCun(_OfMatrices):
    """Keep the variance in linear layers, forward only: N(0, 1 / fan_in), LeCun et al. (1998), section 4.6."""

    def _init_weight(self, name: str, data: NDArray) -> None:
        self._draw(name, data, "gaussian", "in", 1.0)


@register
class Orthogonal(_OfMatrices):
    """A random orthogonal matrix times `scale`: it stretches every vector alike (Saxe et al. 2014)."""

    def __init__(self, scale: float = 1.414, layout: str = "oi") -> None:
        self.scale = as_number(scale, "scale", 0)
        super().__init__(layout)

    def _init_weight(self, name: str, data: NDArray) -> None:
        _, outputs = self._axes(name, data)
        fills.orthogonal(np.moveaxis(data._data, outputs, 0), random.generator(), self.scale)


@register
class Bilinear(Initializer):
    """The weights of bilinear upsampling, for an array of shape (out, in, height, width)."""

    def _init_weight(self, name: str, data: NDArray) -> None:
        if data.ndim != 4:
            raise InitializerError(
                f"Bilinear fills kernels (out, in, height, width), not Parameter {name} of shape {data.shape}."
            )
        fills.bilinear(data._data)


@register
class LSTMBias(Initializer):
    """Zeros, and `forget_bias` in the second quarter: the forget gate of an LSTM (Jozefowicz et al. 2015)."""

    def __init__(self, forget_bias: float = 1.0) -> None:
        self.forget_bias = as_number(forget_bias, "forget_bias")

    def _init_weight(self, name: str, data: NDArray) -> None:
        if data.ndim != 1 or data.size % 4:
            raise InitializerError(
                f"LSTMBias fills a vector of four equal parts, not Parameter {name} of shape {data.shape}."
            )
        quarter = data.size // 4
        data._data.fill(0)
        data._data[quarter : 2 * quarter] = self.forget_bias

    _init_bias = _init_weight


class Mixed(Initializer):
    """Choose by name: the first pattern that matches from the start of the name decides, for biases too.

    Parameters
    ----------
    patterns : sequence of str
        Regular expressions.
    initializers : sequence of Initializer or str
        One for each pattern.
    """

    def __init__(self, patterns: Sequence[str], initializers: Sequence[Initializer | str]) -> None:
        given = all(isinstance(sequence, list | tuple) for sequence in (patterns, initializers))
        if not given or len(patterns) != len(initializers):
            raise SettingError(
                f"Mixed needs one initializer for each pattern, got {shown(patterns)} and {shown(initializers)}."
            )
        self.rules = [(compile_pattern(p), create(i)) for p, i in zip(patterns, initializers, strict=True)]

    def __call__(self, name: str, data: NDArray, role: str | None = "weight") -> None:
        """Fill `data` by the first rule that matches, whatever its role."""
        self._init_weight(name, data)

    def _init_weight(self, name: str, data: NDArray) -> None:
        for pattern, initializer in self.rules:
            if pattern.match(name):
                initializer._init_weight(name, data)
                return
        raise InitializerError(
            f"No pattern of Mixed matches Parameter {name}: {listed(p.pattern for p, _ in self.rules)}. Add "
            "'.*' as the last pattern, with an initializer for everything else."
        )


class FromArrays(Initializer):
    """Copy arrays by the name of the parameter; others get `default`.

    Parameters
    ----------
    arrays : dict of str to array
    default : Initializer or str, optional
    """

    def __init__(self, arrays: Mapping[str, Any], default: Init = None) -> None:
        if not isinstance(arrays, Mapping):
            raise SettingError(f"FromArrays takes a dict from names to arrays, got {shown(arrays)}.")
        self.arrays = {
            str(name): as_values(plain(value), f"FromArrays cannot copy to {name}").copy()
            for name, value in arrays.items()
        }
        self.default = None if default is None else create(default)

    @property
    def draws(self) -> bool:  # type: ignore[override]
        """Whether the default does: the arrays are copied."""
        return self.default is not None and self.default.draws

    def __call__(self, name: str, data: NDArray, role: str | None = "weight") -> None:
        """Copy the array of that name, whatever the role; without one, ask the default by role."""
        if name not in self.arrays and self.default is not None:
            self.default(name, data, role)
        else:
            self._init_weight(name, data)

    def _init_weight(self, name: str, data: NDArray) -> None:
        array = self.arrays.get(name)
        if array is None and self.default is not None:
            self.default._init_weight(name, data)
            return
        if array is None:
            raise InitializerError(f"There is no array for {name}. {nearest(name, self.arrays)} Or give a default.")
        if array.shape != data.shape:
            raise ShapeError(f"The array for Parameter {name} has shape {array.shape}, not {data.shape}.")
        data._data[...] = fitted(array, data.dtype, f"Parameter {name}")

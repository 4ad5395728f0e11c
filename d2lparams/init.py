"""The built-in initializers: who fills a parameter, and with what.

The classes here check their settings and choose the scale; the mathematics of drawing stands in ``fills.py``, the base
class and the rules of roles in ``initializer.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from . import fills, random
from .array import NDArray, plain
from .checks import as_number, as_values
from .errors import InitializerError, SettingError, ShapeError, UnknownNameError, nearest
from .naming import compile_pattern

__all__ = [
    "Bilinear", "Constant", "FromArrays", "He", "Initializer", "LSTMBias", "LeCun", "MSRAPrelu", "Mixed", "Normal",
    "One", "Orthogonal", "TruncatedNormal", "Uniform", "Xavier", "Zero", "create", "register",
]  # fmt: skip

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


def _fans(name: str, data: NDArray, who: Initializer) -> tuple[int, int]:
    if data.ndim < 2:
        raise InitializerError(
            f"{type(who).__name__} needs a fan-in and a fan-out, but Parameter {name} of shape {data.shape} is a "
            "vector. Use another initializer for it, such as init.Zero() or init.Normal(0.01)."
        )
    return fills.fans(data.shape)


@register
class Constant(Initializer):
    """Fill with one number, or with an array that broadcasts to the parameter's shape."""

    def __init__(self, value: Any) -> None:
        array = as_values(plain(value), "Constant cannot fill with")
        self.value = value if isinstance(value, int | float) else array.tolist()

    def _init_weight(self, name: str, data: NDArray) -> None:
        value = np.asarray(self.value)
        try:
            np.copyto(data._data, value, casting="same_kind" if value.dtype.kind == "f" else "unsafe")
        except ValueError as error:
            raise ShapeError(
                f"Constant holds an array of shape {value.shape}, which does not fill Parameter {name} of "
                f"shape {data.shape}."
            ) from error


@register
class Zero(Initializer):
    """Fill with 0.  In a hidden layer this leaves all units alike for ever."""

    def _init_weight(self, name: str, data: NDArray) -> None:
        data._data.fill(0)


@register
class One(Initializer):
    """Fill with 1."""

    def _init_weight(self, name: str, data: NDArray) -> None:
        data._data.fill(1)


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


@register
class Xavier(Initializer):
    """Keep the variance in linear layers: variance magnitude / (3 fan) uniform, magnitude / fan normal.

    Uniform draws from U(-c, c) with ``c = sqrt(magnitude / fan)``, normal from N(0, c^2), where fan is the mean of
    fan-in and fan-out, or one of them.  The default is equation 16 of Glorot and Bengio (2010):
    ``c = sqrt(6 / (fan_in + fan_out))``.  Also known as Glorot initialization.

    Parameters
    ----------
    rnd_type : {'uniform', 'gaussian'}
    factor_type : {'avg', 'in', 'out'}
    magnitude : float
    """

    def __init__(self, rnd_type: str = "uniform", factor_type: str = "avg", magnitude: float = 3.0) -> None:
        if rnd_type not in ("uniform", "gaussian"):
            raise SettingError(f"rnd_type must be 'uniform' or 'gaussian', got {rnd_type!r}.")
        if factor_type not in ("avg", "in", "out"):
            raise SettingError(f"factor_type must be 'avg', 'in' or 'out', got {factor_type!r}.")
        self.rnd_type, self.factor_type = rnd_type, factor_type
        self.magnitude = as_number(magnitude, "magnitude", 0)

    def _init_weight(self, name: str, data: NDArray) -> None:
        fan_in, fan_out = _fans(name, data, self)
        fan = {"avg": (fan_in + fan_out) / 2, "in": fan_in, "out": fan_out}[self.factor_type]
        scale = math.sqrt(self.magnitude / fan)
        if self.rnd_type == "uniform":
            fills.uniform(data._data, random.generator(), -scale, scale)
        else:
            fills.normal(data._data, random.generator(), 0.0, scale)


@register
class He(Initializer):
    """Keep the second moment in ReLU layers: N(0, 2 / ((1 + slope^2) fan)), He et al. (2015), equations 10 and 15.

    Also known as Kaiming initialization, and in Gluon as `MSRAPrelu`, whose default slope of 0.25 is for a learned
    leaky ReLU.

    Parameters
    ----------
    factor_type : {'in', 'avg', 'out'}
    slope : float
        Of the activation for negative inputs: 0 for ReLU.
    """

    def __init__(self, factor_type: str = "in", slope: float = 0.0) -> None:
        self.factor_type, self.slope = factor_type, as_number(slope, "slope")
        Xavier("gaussian", factor_type)

    def _init_weight(self, name: str, data: NDArray) -> None:
        Xavier("gaussian", self.factor_type, 2 / (1 + self.slope**2))._init_weight(name, data)


@register
class MSRAPrelu(He):
    """`He` with Gluon's defaults: the mean of both fans, slope 0.25."""

    def __init__(self, factor_type: str = "avg", slope: float = 0.25) -> None:
        super().__init__(factor_type, slope)


@register
class LeCun(Initializer):
    """Keep the variance in linear layers, forward only: N(0, 1 / fan_in), LeCun et al. (1998), section 4.6."""

    def _init_weight(self, name: str, data: NDArray) -> None:
        Xavier("gaussian", "in", 1.0)._init_weight(name, data)


@register
class Orthogonal(Initializer):
    """A random orthogonal matrix times `scale`: it stretches every vector alike (Saxe et al. 2014)."""

    def __init__(self, scale: float = 1.414) -> None:
        self.scale = as_number(scale, "scale", 0)

    def _init_weight(self, name: str, data: NDArray) -> None:
        _fans(name, data, self)
        fills.orthogonal(data._data, random.generator(), self.scale)


@register
class Bilinear(Initializer):
    """The weights of bilinear upsampling, for an array of shape (out, in, height, width)."""

    def _init_weight(self, name: str, data: NDArray) -> None:
        if data.ndim != 4:
            raise InitializerError(
                f"Bilinear fills kernels of shape (out, in, height, width), but Parameter {name} has shape "
                f"{data.shape}."
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
                f"LSTMBias fills a vector of four equal parts; Parameter {name} has shape {data.shape}."
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
        listed = all(isinstance(given, list | tuple) for given in (patterns, initializers))
        if not listed or len(patterns) != len(initializers):
            raise SettingError(f"Mixed needs one initializer for each pattern, got {patterns!r} and {initializers!r}.")
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
            f"No pattern of Mixed matches Parameter {name}: {', '.join(repr(p.pattern) for p, _ in self.rules)}. Add "
            "'.*' as the last pattern, with an initializer for everything else."
        )


class FromArrays(Initializer):
    """Copy arrays by the name of the parameter; others get `default`.

    Parameters
    ----------
    arrays : dict of str to array
    default : Initializer or str, optional
    """

    def __init__(self, arrays: Mapping[str, Any], default: Initializer | str | None = None) -> None:
        if not isinstance(arrays, Mapping):
            raise SettingError(f"FromArrays takes a dict from names to arrays, got {arrays!r:.60}.")
        self.arrays = {
            name: as_values(plain(value), f"FromArrays cannot copy to {name}").copy() for name, value in arrays.items()
        }
        self.default = None if default is None else create(default)

    def __call__(self, name: str, data: NDArray, role: str | None = "weight") -> None:
        """Copy the array of that name, whatever the role; without one, ask the default by role."""
        if name not in self.arrays and self.default is not None:
            self.default(name, data, role)
        else:
            self._init_weight(name, data)

    def _init_weight(self, name: str, data: NDArray) -> None:
        if name not in self.arrays and self.default is not None:
            self.default._init_weight(name, data)
            return
        if name not in self.arrays:
            raise InitializerError(
                f"There is no array for Parameter {name}. {nearest(name, self.arrays)} Or give a default."
            )
        if self.arrays[name].shape != data.shape:
            raise ShapeError(f"The array for Parameter {name} has shape {self.arrays[name].shape}, not {data.shape}.")
        np.copyto(data._data, self.arrays[name], casting="unsafe")

"""The layers: `Dense`, `Activation`, `LeakyReLU`, `Embedding`, `Dropout`, `Flatten`, `LayerNorm`.

A layer declares its parameters when it is made and computes with them in `forward`.  A layer that does not know its
input width declares it as 0; the first forward pass fills it in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import ops
from .array import NDArray, check_array
from .block import Block
from .checks import MOST_AXES, as_axis, as_count, as_dtype, as_number
from .collection import ParameterDict
from .errors import ShapeError
from .init import Init, create
from .parameter import Parameter


def wanted(
    shape: tuple[int, ...], dtype: Any = "float32", initializer: Init = None, deferred: bool = False
) -> dict[str, Any]:
    """Return the settings of a parameter that a layer wants, checked."""
    made = None if initializer is None else create(initializer)
    return {"shape": shape, "dtype": as_dtype(dtype, "A layer"), "init": made, "allow_deferred_init": deferred}


class Layer(Block):
    """A block that makes its parameters at once: if one is refused, no name is used up and nothing is changed.

    Parameters
    ----------
    others : mapping
        `prefix` and `params`, see `Block`.
    **parameters : dict
        For each attribute the settings of its parameter, from `wanted`.
    """

    def __init__(self, others: Mapping[str, Any], **parameters: dict[str, Any]) -> None:
        given = others.get("params")
        shared = given.params if isinstance(given, Block) else given
        if isinstance(shared, ParameterDict):
            shared.check(parameters)
        super().__init__(**others)
        for name, settings in parameters.items():
            setattr(self, name, self.params.get(name, **settings))


class Dense(Layer):
    """A fully connected layer: ``activation(x @ weight.T + bias)``.

    Parameters
    ----------
    units : int
        Width of the output.
    activation : {'relu', 'sigmoid', 'tanh', 'softrelu', 'softsign'}, optional
        None is linear.
    use_bias : bool
    flatten : bool
        Join all axes but the first before the product; otherwise the product is taken along the last axis.
    dtype : dtype
    weight_initializer, bias_initializer : Initializer or str, optional
        Go before the network's initializer.  Without one, a bias becomes 0.
    in_units : int
        Width of the input; 0 leaves it to the first forward pass.
    **others
        `prefix` and `params`, see `Block`.

    Attributes
    ----------
    weight : Parameter of shape (units, in_units)
    bias : Parameter of shape (units,), or None
    """

    weight: Parameter
    bias: Parameter | None = None

    def __init__(
        self,
        units: int,
        activation: str | None = None,
        use_bias: bool = True,
        flatten: bool = True,
        dtype: Any = "float32",
        weight_initializer: Init = None,
        bias_initializer: Init = None,
        in_units: int = 0,
        **others: Any,
    ) -> None:
        units, in_units = as_count(units, "units"), as_count(in_units, "in_units", 0)
        parameters = {"weight": wanted((units, in_units), dtype, weight_initializer, deferred=True)}
        if use_bias:
            parameters["bias"] = wanted((units,), dtype, bias_initializer)
        if activation is not None:
            ops.check_activation(activation)
        super().__init__(others, **parameters)
        self.units, self.activation, self.flatten = units, activation, flatten

    def forward(self, x: NDArray) -> NDArray:
        """Return an array of shape (batch, units), or (..., units) with ``flatten=False``."""
        if type(x) is not NDArray:
            x = check_array(x, self.name)
        if x._data.ndim != 2:
            x = self._as_batch(x)
        weight = self.weight._array
        if weight is None or weight._data.shape[1] != x._data.shape[-1]:
            weight = self._complete(x)
        bias = None if self.bias is None else self.bias.data()
        return ops.dense(x, weight, bias, self.activation)

    def _as_batch(self, x: NDArray) -> NDArray:
        if x.ndim < 2:
            raise ShapeError(
                f"{self.name} needs a batch: an array whose first axis counts the samples, got shape {x.shape}. "
                "For one sample write x.reshape(1, -1)."
            )
        return x.flatten() if self.flatten else x

    def _complete(self, x: NDArray) -> NDArray:
        width = x.shape[-1]
        if width == 0:
            raise ShapeError(f"{self.name} got a batch of shape {x.shape}, whose samples hold no numbers.")
        shape = self.weight.shape
        if shape is not None and shape[1] not in (0, width):
            raise ShapeError(
                f"{self.name} got a batch of shape {x.shape}, {width} wide, but its weight {self.weight.name} has "
                f"shape {shape} and expects {shape[1]}. Feed it {shape[1]} columns, or make a layer with "
                f"in_units={width}."
            )
        if self.weight.state != "ready":
            self.weight.complete_shape((self.units, width))
        return self.weight.data()

    def __repr__(self) -> str:
        width = self.weight.shape[1] if self.weight.shape else 0
        act = f"Activation({self.activation})" if self.activation else "linear"
        return f"{type(self).__name__}({width or None} -> {self.units}, {act})"


class Activation(Block):
    """An activation function as a layer of its own: ``'relu'``, ``'sigmoid'``, ``'tanh'`` ..."""

    def __init__(self, activation: str, **others: Any) -> None:
        ops.check_activation(activation)
        super().__init__(**others)
        self.activation = activation

    def forward(self, x: NDArray) -> NDArray:
        """Apply the function to every entry."""
        return ops.activate(check_array(x, self.name), self.activation)

    def __repr__(self) -> str:
        return f"Activation({self.activation})"


class LeakyReLU(Block):
    """A ReLU that lets a share of negative numbers through (Maas, Hannun, Ng 2013); at 0 the derivative is `alpha`.

    Parameters
    ----------
    alpha : float
        The slope below 0, at least 0: 0.01 is the default of PyTorch, Gluon has none.
    """

    def __init__(self, alpha: float, **others: Any) -> None:
        super().__init__(**others)
        self.alpha = as_number(alpha, "alpha", 0)

    def forward(self, x: NDArray) -> NDArray:
        """Apply the function to every entry."""
        return ops.leaky_relu(check_array(x, self.name), self.alpha)

    def __repr__(self) -> str:
        return f"LeakyReLU({self.alpha})"


class Embedding(Layer):
    """A table with a row of numbers for every word: maps indices to rows.

    Parameters
    ----------
    input_dim : int
        Number of rows: the size of the vocabulary.
    output_dim : int
        Length of a row.

    Attributes
    ----------
    weight : Parameter of shape (input_dim, output_dim)
        The shape of a `Dense` layer's weight that maps rows back to words, so the two can be tied.
    """

    weight: Parameter

    def __init__(
        self, input_dim: int, output_dim: int, dtype: Any = "float32", weight_initializer: Init = None, **others: Any
    ) -> None:
        shape = as_count(input_dim, "input_dim"), as_count(output_dim, "output_dim")
        super().__init__(others, weight=wanted(shape, dtype, weight_initializer))

    def forward(self, x: NDArray) -> NDArray:
        """Return an array of shape ``(*x.shape, output_dim)`` for indices `x`."""
        return ops.embedding(check_array(x, self.name), self.weight.data())

    def __repr__(self) -> str:
        rows, columns = self.weight.shape or (None, None)
        return f"Embedding({rows} -> {columns}, {self.weight.dtype})"


class Dropout(Block):
    """Set entries to 0 with probability `rate` while training; nothing in prediction."""

    def __init__(self, rate: float, **others: Any) -> None:
        as_number(rate, "A dropout rate, the share of entries set to zero,", 0, 1)
        super().__init__(**others)
        self.rate = rate

    def forward(self, x: NDArray) -> NDArray:
        """Return the input with some entries dropped."""
        return ops.dropout(check_array(x, self.name), self.rate)

    def __repr__(self) -> str:
        return f"Dropout(p = {self.rate})"


class Flatten(Block):
    """Join all axes but the first."""

    def forward(self, x: NDArray) -> NDArray:
        """Return an array of shape (batch, everything else)."""
        return check_array(x, self.name).flatten()

    def __repr__(self) -> str:
        return "Flatten"


class LayerNorm(Layer):
    """Give each row mean 0 and variance 1, then scale by gamma and shift by beta (Ba, Kiros, Hinton 2016).

    Parameters
    ----------
    in_units : int
        Length of a row; 0 leaves it to the first forward pass.
    epsilon : float
        Added to the variance, so that a constant row does not divide by zero.
    axis : int
        Along which a row lies, by default the last.
    center, scale : bool
        Whether there is a beta, and whether there is a gamma.
    beta_initializer, gamma_initializer : Initializer or str, optional
        Go before the network's initializer.  Without one, beta becomes 0 and gamma 1.

    Attributes
    ----------
    gamma, beta : Parameter of shape (in_units,), or None
    """

    gamma: Parameter | None = None
    beta: Parameter | None = None

    def __init__(
        self,
        in_units: int = 0,
        epsilon: float = 1e-5,
        axis: int = -1,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Init = None,
        gamma_initializer: Init = None,
        **others: Any,
    ) -> None:
        axis, epsilon = as_count(axis, "axis", -MOST_AXES), as_number(epsilon, "epsilon", 0)
        shape = (as_count(in_units, "in_units", 0),)
        parameters = {}
        if scale:
            parameters["gamma"] = wanted(shape, initializer=gamma_initializer, deferred=True)
        if center:
            parameters["beta"] = wanted(shape, initializer=beta_initializer, deferred=True)
        super().__init__(others, **parameters)
        self.epsilon, self.axis = epsilon, axis

    def forward(self, x: NDArray) -> NDArray:
        """Return an array of the input's shape."""
        axis = as_axis(self.axis, check_array(x, self.name).ndim, f"A batch of shape {x.shape}")
        for parameter in (self.gamma, self.beta):
            if parameter is not None and parameter.state != "ready":
                parameter.complete_shape(x.shape[axis : axis + 1])
        gamma, beta = (None if p is None else p.data() for p in (self.gamma, self.beta))
        return ops.layer_norm(x, gamma, beta, self.epsilon, axis)

    def __repr__(self) -> str:
        told = f", axis={self.axis}" * (self.axis != -1)
        told += ", center=False" * (self.beta is None) + ", scale=False" * (self.gamma is None)
        first = self.gamma or self.beta
        return f"{type(self).__name__}({first.shape if first else ()}, eps={self.epsilon}{told})"

"""`Trainer`: move every parameter a step against its gradient, each exactly once.

The optimizers here change one array at a time: `SGD` with momentum and weight decay, and `Adam`.  A parameter that is
used twice in a network has one gradient, the sum over its uses, and is one entry of the trainer: it moves once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .array import NDArray
from .autograd import Leaf
from .block import Block
from .checks import as_number
from .errors import DTypeError, SettingError, StaleGradientError, UnknownNameError, nearest
from .parameter import Parameter

__all__ = ["SGD", "Adam", "Optimizer", "Trainer"]

Array = npt.NDArray[Any]


class Optimizer:
    """A rule that changes one array in place.

    Parameters
    ----------
    learning_rate : float
        Length of a step, 0 or more.
    wd : float
        Weight decay: adds ``wd * w`` to the gradient.
    """

    def __init__(self, learning_rate: float, wd: float = 0.0) -> None:
        self.learning_rate = as_number(learning_rate, "learning_rate", 0)
        self.wd = as_number(wd, "wd", 0)

    def update(self, state: dict[str, Any], w: Array, g: Array, lr: float, wd: float, scale: float) -> None:
        """Change `w` in place.

        Parameters
        ----------
        state : dict
            What the rule remembers of this parameter between steps; empty at first.
        w, g : ndarray
            The values, and the gradient before scaling.
        lr, wd : float
            Learning rate and weight decay of this parameter.
        scale : float
            Factor on the gradient, 1 / batch size.
        """
        raise NotImplementedError(f"{type(self).__name__} has no update(). Write how it changes an array.")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{key}={value!r}' for key, value in vars(self).items())})"


class SGD(Optimizer):
    """Stochastic gradient descent: ``m = momentum * m - lr * (g + wd * w)``, ``w += m``."""

    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.0, wd: float = 0.0) -> None:
        super().__init__(learning_rate, wd)
        self.momentum = as_number(momentum, "momentum", 0)

    def update(self, state: dict[str, Any], w: Array, g: Array, lr: float, wd: float, scale: float) -> None:
        """Change `w` in place; see `Optimizer.update`."""
        step = state.get("step")
        if step is None or step.dtype != w.dtype:
            step = state["step"] = np.empty_like(w)  # kept, so that a step allocates nothing
        np.multiply(g, -lr * scale, step)
        if self.momentum:
            m = state.setdefault("momentum", np.zeros_like(w))
            m *= self.momentum
            m += step
            if wd:
                m -= (lr * wd) * w
            w += m
            return
        if wd:
            w *= 1 - lr * wd
        w += step


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015, algorithm 1): steps scaled by running moments of the gradient."""

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        wd: float = 0.0,
    ) -> None:
        super().__init__(learning_rate, wd)
        self.beta1, self.beta2 = as_number(beta1, "beta1", 0), as_number(beta2, "beta2", 0)
        self.epsilon = as_number(epsilon, "epsilon", 0)
        if max(self.beta1, self.beta2) >= 1:
            raise SettingError(f"Adam needs beta1 and beta2 in [0, 1), got {beta1!r} and {beta2!r}.")

    def update(self, state: dict[str, Any], w: Array, g: Array, lr: float, wd: float, scale: float) -> None:
        """Change `w` in place; see `Optimizer.update`."""
        if not state:
            state.update(t=0, m=np.zeros_like(w), v=np.zeros_like(w))
        state["t"] += 1
        g = g * scale
        if wd:
            g += wd * w
        m, v = state["m"], state["v"]
        m += (1 - self.beta1) * (g - m)
        v += (1 - self.beta2) * (g * g - v)
        first, second = 1 - self.beta1 ** state["t"], 1 - self.beta2 ** state["t"]
        w -= (lr / first) * m / (np.sqrt(v) * (1 / math.sqrt(second)) + self.epsilon)


OPTIMIZERS: dict[str, type[Optimizer]] = {"sgd": SGD, "adam": Adam}


class Trainer:
    """Apply an optimizer to a set of parameters.

    Parameters
    ----------
    params : ParameterDict, dict or iterable of Parameter
        Usually ``net.collect_params()``.  A parameter that is listed twice counts once.
    optimizer : {'sgd', 'adam'} or Optimizer
    optimizer_params : dict, optional
        Settings of the optimizer, such as ``{'learning_rate': 0.1}``.

    Examples
    --------
    >>> from d2lparams import nn
    >>> net = nn.Dense(1, in_units=2)
    >>> Trainer(net.collect_params(), 'sgd', {'learning_rate': 0.1}).learning_rate
    0.1
    """

    def __init__(
        self,
        params: Mapping[str, Parameter] | Iterable[Parameter],
        optimizer: str | Optimizer = "sgd",
        optimizer_params: dict[str, Any] | None = None,
    ) -> None:
        given: Any = params.values() if isinstance(params, Mapping) else params
        listed = list(given) if isinstance(given, Iterable) and not isinstance(given, Block) else [given]
        for parameter in listed:
            if not isinstance(parameter, Parameter) or given is parameter:
                raise DTypeError(
                    f"Trainer takes several parameters, got {type(parameter).__name__}. Pass net.collect_params()."
                )
        self._parameters = list(dict.fromkeys(listed))
        self._states: list[dict[str, Any]] = [{} for _ in self._parameters]
        self.optimizer = _create(optimizer, optimizer_params)

    def __repr__(self) -> str:
        return f"Trainer({len(self._parameters)} parameters, {self.optimizer})"

    @property
    def learning_rate(self) -> float:
        """The learning rate before the parameters' own factors; change it with `set_learning_rate`."""
        return self.optimizer.learning_rate

    def set_learning_rate(self, value: float) -> None:
        """Use another learning rate from the next step on."""
        self.optimizer.learning_rate = as_number(value, "learning_rate", 0)

    def step(self, batch_size: int, ignore_stale_grad: bool = False) -> None:
        """Move every trained parameter once.

        Parameters
        ----------
        batch_size : int
            The gradients are divided by it: they are sums over the samples.
        ignore_stale_grad : bool
            Leave parameters alone that the last backward pass did not reach, instead of raising.

        Raises
        ------
        NotInitializedError, DeferredInitializationError
            If a parameter has no values, for example because the forward pass never reached its layer.
        StaleGradientError
            If no backward pass has refreshed a gradient since the last step.  No parameter has moved then.
        """
        if type(batch_size) is not int or batch_size < 1:
            size = as_number(batch_size, "batch_size, the number of samples in the batch,", 0)
            if size == 0:
                raise SettingError("batch_size is the number of samples in the batch, 1 or more, got 0.")
        work: list[tuple[Parameter, NDArray, Leaf, dict[str, Any]]] = []
        for parameter, state in zip(self._parameters, self._states, strict=True):
            array = parameter.data()
            leaf = array._node
            if type(leaf) is not Leaf:  # frozen
                continue
            if leaf.fresh:
                work.append((parameter, array, leaf, state))
            elif not ignore_stale_grad:
                raise StaleGradientError(
                    f"The gradient of Parameter {parameter.name} was not refreshed by a backward pass since the last "
                    "step: the loss did not depend on it, or backward() was not called. Nothing has moved. If that is "
                    "meant, freeze it (grad_req='null') or call step(..., ignore_stale_grad=True)."
                )
        optimizer = self.optimizer
        scale = 1.0 / batch_size
        for parameter, array, leaf, state in work:
            lr = optimizer.learning_rate * parameter.lr_mult
            optimizer.update(state, array._data, leaf.grad, lr, optimizer.wd * parameter.wd_mult, scale)
            array._bump()
            leaf.fresh = False


def _create(optimizer: str | Optimizer, settings: dict[str, Any] | None) -> Optimizer:
    if isinstance(optimizer, Optimizer):
        if settings:
            raise SettingError("An Optimizer has its settings already: leave optimizer_params out.")
        return optimizer
    if not isinstance(optimizer, str) or optimizer not in OPTIMIZERS:
        raise UnknownNameError(f"There is no optimizer {optimizer!r}. {nearest(str(optimizer), OPTIMIZERS)}")
    if not isinstance(settings, dict | None):
        raise SettingError(f"optimizer_params is a dict such as {{'learning_rate': 0.1}}, got {settings!r:.60}.")
    try:
        return OPTIMIZERS[optimizer](**(settings or {}))
    except TypeError as error:
        raise SettingError(f"{optimizer} does not take these settings: {error}.") from error
